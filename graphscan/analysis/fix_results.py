"""What `fix` answers, as frozen values that every output format renders alike."""

from dataclasses import dataclass
from datetime import datetime

from graphscan.analysis.results import CoverageLine, EvidenceView, FactView, Hop, NodeView, StartLine

RESOLVES, REDUCES, NOTHING, OPENS = "resolves", "reduces", "nothing", "opens"
UNJUDGED, UNTRIED = "not judged", "not tried"


@dataclass(frozen=True, slots=True)
class Fix:
    """
    One thing that can be done, and what comes of it alone.

    Attributes:
        edit:         what it is on the command line: `--rotated ID`, `--remove ID`; `blast` and `paths` take it too.
        sort:         rotate, revoke, disable, remove, enforce or uninstall.
        text:         the same as a sentence, in the vendor's words; holds names, so it is untrusted text.
        node:         what it is done to; None for a relation.
        relation:     the relation that is removed, else None.
        cost:         what it costs.
        effect:       resolves (no pair is left), reduces, nothing (on its own), opens (it makes something possible for
                      this attacker that was not: never proposed); where the budget ended first: not judged (it may
                      open something), or not tried.
        pairs:        how many pairs of start and target it takes away, of `of`; at least so many unless `exact`.
        targets:      how many targets are no longer reached.
        recomputed:   whether the inventory was edited and everything derived anew; else what a step rests on was
                      looked up.
        closes:       steps on the way to the targets that are gone, some of `closes_count`.
        opens:        steps that this attacker can take then and could not before, some of `opens_count`.
        opens_others: how many further steps towards the targets are new, which this attacker cannot take.
    """

    edit: str
    sort: str
    text: str
    node: NodeView | None
    relation: EvidenceView | None
    cost: int
    effect: str
    pairs: int
    of: int
    exact: bool
    targets: int
    recomputed: bool
    closes: tuple[Hop, ...]
    closes_count: int
    opens: tuple[Hop, ...] = ()
    opens_count: int = 0
    opens_others: int = 0


@dataclass(frozen=True, slots=True)
class FixSet:
    """
    The cheapest set of fixes found, after which no target is reached.

    Attributes:
        edits:    of its fixes, as on the command line, in the order of the list of fixes.
        texts:    their sentences.
        cost:     of all together.
        lower:    what any such set costs at least.
        optimal:  whether that is proven to be the least.
        verified: whether the inventory was edited and everything recomputed, and no target was reached.
        why:      what kept it from being proven, "" if nothing did.
    """

    edits: tuple[str, ...]
    texts: tuple[str, ...]
    cost: int
    lower: int
    optimal: bool
    verified: bool
    why: str


@dataclass(frozen=True, slots=True)
class FixResult:
    """
    Which fixes keep some starts from some targets.

    Attributes:
        targets:         what was asked for.
        reached:         those known to be reached; `stated` those that somebody states as possible.
        unread:          those reached only through what nobody could read: no edit closes that.
        open_to_anyone:  those that need none of the starts.
        of:              pairs of start and target, as `blast` counts them.
        possible_only:   whether nothing is known or stated, so that the fixes are of what is possible.
        fixes:           single fixes, those that take away most pairs first, of `fixes_total`.
        by_provenance:   fixes of which only what a step rests on was looked up.
        untried:         fixes whose effect alone was not worked out within the budget.
        costs_unused:    rows of the costs file that match nothing, `line 3: SELECTOR`.
        cut:             the smallest set; None where there is none, or none was found.
        lower:           what every set costs at least, where none was found.
        credentials:     the smallest set among rotations and revocations of credentials, where it is another one.
        among_credentials: whether rotating and revoking all credentials (that can be) closes everything; None where
                         nothing is reached, or the budget ended first.
        credentials_kept: how many credentials the costs file says cannot be rotated, or revoked.
        evict:           hypotheses and starts that are no credentials which keep a target reached then.
        stays:           a target that no set of fixes closes, where there is none.
        left:            a derivation of it that no fix closes; empty where the attacker begins with it.
        left_unread:     targets that remain possible after the set, by `left_gaps`.
        notes:           bounds that were reached, one sentence each.
    """

    as_of: datetime
    as_of_note: str
    edits: tuple[str, ...]
    starts: tuple[StartLine, ...]
    targets: tuple[FactView, ...]
    reached: tuple[FactView, ...]
    stated: tuple[FactView, ...]
    unread: tuple[FactView, ...]
    open_to_anyone: tuple[FactView, ...]
    of: int
    possible_only: bool
    fixes: tuple[Fix, ...]
    fixes_total: int
    by_provenance: int
    untried: int
    costs_unused: tuple[str, ...]
    cut: FixSet | None
    lower: int
    credentials: FixSet | None
    among_credentials: bool | None
    credentials_kept: int
    evict: tuple[FactView, ...]
    stays: FactView | None
    left: tuple[Hop, ...]
    left_unread: tuple[FactView, ...]
    left_gaps: tuple[str, ...]
    seconds: float
    notes: tuple[str, ...]
    coverage: tuple[CoverageLine, ...]
    complete: bool
