"""What `incident` answers, as frozen values that every output format renders alike."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from graphscan.analysis.results import CoverageLine, FactView, Hop, NodeView, SetsAndCuts


class State(StrEnum):
    """What is known of an exposed credential's value; all but the last two are *missed*."""

    RE_EXPOSED = "RE-EXPOSED"
    MISSED = "MISSED"
    LIVE_DERIVED = "LIVE DERIVED"
    LIVE_UNTIL = "LIVE UNTIL"
    UNVERIFIED = "UNVERIFIED"
    DEAD = "DEAD"
    NOT_EXPOSED = "NOT EXPOSED"

    @property
    def missed(self) -> bool:
        """Whether it is not proven dead."""
        return self not in (State.DEAD, State.NOT_EXPOSED)


@dataclass(frozen=True, slots=True)
class LastUseView:
    """
    What one source says of a last use.

    Attributes:
        by:            who says so.
        said:          "used" (at `at`), "never" (within the look-back), or "no data", which is neither.
        lookback_days: how far back it can see; None if unstated.
    """

    by: str
    said: str
    at: datetime | None
    lookback_days: int | None


@dataclass(frozen=True, slots=True)
class DeathView:
    """The proof of a death: from when on, why in a word, what happened, how that is known and where it stands."""

    at: datetime
    why: str
    detail: str
    evidence: str
    where: str


@dataclass(frozen=True, slots=True)
class ExposedCredential:
    """
    One exposed credential and what became of it.

    Attributes:
        state:        see `State`.
        detail:       what the state rests on, a part of a sentence.
        how:          "listed", "held" (by a holder), "minted" (with an exposed one), "same value", "reached" or
                      "unlisted" (a hypothesis: whose tokens could not be read).
        holders:      ids of who held it, or where it was read.
        observed:     yes, assumed or possible, as the incident or the relation says.
        certainty:    "known", or "possible" where it was reached over what is merely possible.
        obtained:     the last moment at which somebody had or read the value.
        path:         how it was reached, where it was.
        death:        the proof, where there is one.
        owner:        who answers for it, "" if nobody is named.
        accounts:     whose credential it is.
        consumers:    who else holds or stores a copy, and so breaks when it is replaced.
        conflict:     whether the sources of its last use contradict each other.
        parents:      exposed credentials it was minted with.
        live_derived: live credentials that were minted with it.
        before:       what to replace or evict first, so that its next value is not read again.
        alone:        assets that it opens with what anyone has.
        joint:        assets it helps to open with the other missed ones.
    """

    node: NodeView
    state: State
    detail: str
    how: str
    holders: tuple[str, ...]
    observed: str
    certainty: str
    obtained: datetime
    path: tuple[Hop, ...] = ()
    death: DeathView | None = None
    owner: str = ""
    accounts: tuple[str, ...] = ()
    consumers: tuple[str, ...] = ()
    last_used: tuple[LastUseView, ...] = ()
    conflict: bool = False
    parents: tuple[str, ...] = ()
    live_derived: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    alone: tuple[FactView, ...] = ()
    joint: tuple[FactView, ...] = ()


@dataclass(frozen=True, slots=True)
class Suspect:
    """
    Something made since the exposure by a principal that was exposed.

    Attributes:
        created:    when, None if nothing says so.
        created_by: the principal.
        death:      why it is gone; None: it is there, and counts.
    """

    node: NodeView
    created: datetime | None
    created_by: str
    death: DeathView | None


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A credential that the attacker could have made for himself, and that no inventory would show."""

    node: NodeView
    since: datetime
    path: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A credential that looks like an exposed one (same owner and name) and came after: it clears nothing."""

    node: NodeView
    created: datetime | None
    like: str


@dataclass(frozen=True, slots=True)
class RotationStep:
    """
    One thing to do, in the order that closes most first.

    Attributes:
        action: "evict", "revoke", "rotate" or "find" (what could not be listed).
        closes: how many assets are no longer reached once it is done, those before it being done.
        left:   how many are still reached then.
    """

    action: str
    node: NodeView
    closes: int
    left: int


@dataclass(frozen=True, slots=True)
class AccessLine:
    """
    Assets of a kind, told apart: how many could be reached, were seen to be accessed, are assumed to be taken.

    Attributes:
        reachable: reached at some moment of the incident.
        still:     reached at the end, with what is missed and what the attacker made.
        observed:  of those reachable, how many the inventory says were accessed.
        assumed:   how many it says are assumed to be accessed or taken.
        items:     (id, items accessed, items in all or "") of stores whose items are not listed.
    """

    kind: str
    reachable: int
    still: int
    observed: int
    assumed: int
    items: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class HolderLine:
    """A line of the incident: what it names, its interval, how it is known, how many credentials it exposes."""

    text: str
    nodes: int
    credentials: int
    begins: datetime | None
    ends: datetime | None
    observed: str
    known: datetime | None


@dataclass(frozen=True, slots=True)
class IncidentResult:
    """
    Which exposed credentials are not proven dead, what they open, and what else remains.

    Attributes:
        known:       when the incident became known, None if not said.
        begins:      the first moment of the exposure, None: not known.
        acts_from:   from when on the attacker acts.
        possible:    whether what the attacker could have made counts in the reach shown.
        credentials: all exposed ones, those not proven dead first.
        look_alikes: not exposed, and easily taken for what was.
        suspects:    made since by an exposed principal.
        hypotheses:  what the attacker could have made: to be excluded by eviction; never in the exit code.
        asset_sensitivity: from which sensitivity on a node counted as an asset.
        residual:    assets that what is missed and what the attacker made reach now, known.
        residual_possibly: those they reach possibly.
        sets:        which of them it takes for which assets.
        order:       what to do first.
        access:      assets by kind.
        out_since:   when the last of it died, where nothing is missed and nothing made is left; else None.
        notes:       bounds that were reached and what the reader must know, a sentence each.
        complete:    False when a bound was reached or something could not be read.
    """

    name: str
    as_of: datetime
    as_of_note: str
    known: datetime | None
    begins: datetime | None
    acts_from: datetime | None
    possible: bool
    holders: tuple[HolderLine, ...]
    credentials: tuple[ExposedCredential, ...]
    look_alikes: tuple[LookAlike, ...]
    suspects: tuple[Suspect, ...]
    hypotheses: tuple[Hypothesis, ...]
    asset_sensitivity: str
    residual: tuple[FactView, ...]
    residual_possibly: tuple[FactView, ...]
    sets: tuple[SetsAndCuts, ...]
    order: tuple[RotationStep, ...]
    access: tuple[AccessLine, ...]
    out_since: datetime | None
    notes: tuple[str, ...]
    coverage: tuple[CoverageLine, ...]
    complete: bool

    @property
    def missed(self) -> tuple[ExposedCredential, ...]:
        """Return the exposed credentials that are not proven dead."""
        return tuple(one for one in self.credentials if one.state.missed)

    @property
    def dead(self) -> tuple[ExposedCredential, ...]:
        """Return those that are."""
        return tuple(one for one in self.credentials if not one.state.missed)

    @property
    def remaining(self) -> tuple[Suspect, ...]:
        """Return what an exposed principal made since and what is still there."""
        return tuple(one for one in self.suspects if one.death is None)

    @property
    def exit_code(self) -> int:
        """Return 1 while something is missed or something that was made remains, else 0."""
        return 1 if self.missed or self.remaining else 0
