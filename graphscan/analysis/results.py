"""What an analysis answers, as frozen values that every output format renders alike."""

from dataclasses import dataclass
from datetime import datetime

# Assets of a kind are named in text where there are no more of them.
RARE = 2


@dataclass(frozen=True, slots=True)
class NodeView:
    """A node as it is shown: `name` is untrusted text, `hypothetical` marks what was not seen."""

    id: str
    kind: str
    subtype: str
    name: str
    provider: str
    sensitivity: str
    hypothetical: bool = False


@dataclass(frozen=True, slots=True)
class FactView:
    """A node at a level."""

    node: NodeView
    level: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule of a policy, by its name, and the name of its policy."""

    name: str
    policy: str


@dataclass(frozen=True, slots=True)
class GapView:
    """
    What could not be read, and lets a step be possible.

    Attributes:
        relation: the kind of relation that would have to be there.
        scope:    the thing it was asked of; empty: the whole source.
        state:    denied, partial, stale, not_collected or unavailable.
        endpoint: where it was asked, or ""; several are joined by " or ".
    """

    source_instance: str
    relation: str
    scope: str
    state: str
    endpoint: str
    error: str


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """
    One relation a hop rests on: what it says, who says so, where it stands.

    Attributes:
        rule: where it states a rule of a policy: the one that let the step through.
        gap:  where nobody states it: what could not be read and may say so.
    """

    relation: str
    source: str
    kind: str
    target: str
    observed: str
    evidence: str
    where: str
    source_instance: str
    at: datetime | None = None
    rule: RuleView | None = None
    gap: GapView | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """
    One step of a path.

    Attributes:
        given:     the fact of the path the step starts from (its source, or one of its guard).
        also:      the step's other preconditions, derived ones and ambient ones alike.
        gives:     the fact it gives.
        technique: its id; `structural:KIND` where a relation is a step on its own.
        title:     the technique's title.
        effort:    0 … 5.
        possible:  True where the step is not known to exist.
        evidence:  the relations it rests on.
    """

    given: FactView
    also: tuple[FactView, ...]
    gives: FactView
    technique: str
    title: str
    effort: int
    possible: bool
    evidence: tuple[EvidenceView, ...]

    @property
    def gaps(self) -> tuple[GapView, ...]:
        """Return what could not be read and would have to say that the step exists."""
        return tuple(dict.fromkeys(one.gap for one in self.evidence if one.gap is not None))

    @property
    def gap(self) -> GapView | None:
        """Return the first of the gaps; None where the step rests on none."""
        return next(iter(self.gaps), None)


@dataclass(frozen=True, slots=True)
class Derivation:
    """
    How one further requirement of a path is met.

    Attributes:
        hops: in order, each after what it needs; empty where the fact is a start.
        ways: how many steps give the fact, this one among them.
    """

    fact: FactView
    hops: tuple[Hop, ...]
    ways: int


@dataclass(frozen=True, slots=True)
class Route:
    """
    A family of paths that share their middle.

    Attributes:
        heads:        the starts it may begin with (any one of them).
        hops:         the path of the first head to the first tail.
        tails:        all facts it ends at, the same way.
        cost:         the efforts along the chain, added up.
        certainty:    "known", or "possible" where a hop or a requirement is.
        requirements: one derivation for each precondition that does not lie on the path and is not ambient.
        paths:        how many paths the family stands for.
    """

    heads: tuple[FactView, ...]
    hops: tuple[Hop, ...]
    tails: tuple[FactView, ...]
    cost: int
    certainty: str
    requirements: tuple[Derivation, ...]
    paths: int


@dataclass(frozen=True, slots=True)
class Reached:
    """A fact that was reached: certainty is "known" or "possible", distance the cost of its cheapest derivation,
    None where it was not asked for."""

    node: NodeView
    level: str
    certainty: str
    distance: int | None


@dataclass(frozen=True, slots=True)
class Total:
    """How many nodes of a kind are reached, of how many there are; `levels` counts each highest level."""

    kind: str
    reached: int
    possible: int
    of: int
    levels: tuple[tuple[str, int], ...]
    sensitive: int


@dataclass(frozen=True, slots=True)
class SensitivityTotal:
    """How many nodes of a sensitivity are reached, of how many there are."""

    sensitivity: str
    reached: int
    possible: int
    of: int


@dataclass(frozen=True, slots=True)
class Blocker:
    """
    A control that stopped a step whose other preconditions were all held.

    Attributes:
        enforced:   "yes" where it held, "unknown" where that is not known.
        protects:   facts behind it that are not reached, the most sensitive first; some of `protects_count`.
        would_open: how many assets fall when it alone fails; None where that was not computed.
        defeated_by: facts that would meet or defeat it.
    """

    control: NodeView
    enforced: str
    effect: str
    protects: tuple[FactView, ...]
    protects_count: int
    would_open: int | None
    defeated_by: tuple[FactView, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """
    What one start gives.

    Attributes:
        alone: assets it reaches with what anyone has.
        joint: assets on whose valid paths it lies, together with the other starts; `exact` False: at most these.
    """

    start: NodeView
    alone: tuple[FactView, ...]
    joint: tuple[FactView, ...]
    exact: bool


@dataclass(frozen=True, slots=True)
class SetsAndCuts:
    """
    Which starts are needed for an asset.

    Attributes:
        assets:   facts with the same answer.
        sets:     minimal sets of starts that reach them; the empty set: open to anyone.
        cuts:     minimal sets of starts whose removal protects them.
        complete: False when the budget ended first; what is listed is right, more may exist.
    """

    assets: tuple[FactView, ...]
    sets: tuple[tuple[str, ...], ...]
    cuts: tuple[tuple[str, ...], ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Move:
    """A single edit and what it does: `closes` assets no longer reached, of `of`; `remaining` are reached still."""

    edit: str
    node: NodeView
    closes: int
    of: int
    remaining: int


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """What could not be read, in one line; `used`: whether something in the answer is possible only because of it."""

    source_instance: str
    relation: str
    scope: str
    state: str
    endpoint: str
    error: str
    at: datetime | None
    used: bool = False


@dataclass(frozen=True, slots=True)
class StartLine:
    """One start of the question: the fact, why it does not count (`dead`), or counts as possible only (`doubt`)."""

    fact: FactView
    dead: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class BlastResult:
    """
    The blast radius of some starts at one instant.

    Attributes:
        as_of:       the instant.
        as_of_note:  where that instant comes from, when the user did not say it.
        edits:       what was changed before asking.
        starts:      what the attacker begins with; dead ones are listed and not used.
        ambient:     facts that anyone has and that a shown path uses.
        reached:     maximal facts beyond the starts and what is ambient, in order of sensitivity, kind, id; all of
                     them unless fewer were asked for.
        reached_total: how many such facts there are.
        open_to_anyone: sensitive facts that ambient alone reaches.
        possibly_open: those that ambient alone reaches possibly.
        asset_sensitivity: from which sensitivity on a node counted as an asset for routes, sets and moves.
        totals:      by node kind.
        by_sensitivity: the same by sensitivity, the highest first.
        routes:      families of cheapest paths to sensitive assets.
        routes_note: "" when every path is listed, else what bound was reached.
        blocked_by:  what stopped the rest.
        contributions, sets, moves: what each start gives, which are needed together, what to do first.
        notes:       bounds that were reached, one sentence each; empty when all is listed.
        coverage:    gaps; empty only when everything asked for was read.
        complete:    False when any bound was reached or something could not be read.
    """

    as_of: datetime
    as_of_note: str
    edits: tuple[str, ...]
    starts: tuple[StartLine, ...]
    ambient: tuple[FactView, ...]
    reached: tuple[Reached, ...]
    reached_total: int
    open_to_anyone: tuple[FactView, ...]
    possibly_open: tuple[FactView, ...]
    asset_sensitivity: str
    totals: tuple[Total, ...]
    by_sensitivity: tuple[SensitivityTotal, ...]
    routes: tuple[Route, ...]
    routes_note: str
    blocked_by: tuple[Blocker, ...]
    contributions: tuple[Contribution, ...]
    sets: tuple[SetsAndCuts, ...]
    moves: tuple[Move, ...]
    notes: tuple[str, ...]
    coverage: tuple[CoverageLine, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class PathsResult:
    """
    The cheapest paths from some starts to some targets.

    Attributes:
        targets:        what was asked for.
        reached:        those of them that are known to be reached.
        possible:       those that are only possibly reached.
        open_to_anyone: those that need none of the starts.
        possibly_open:  those that need none of the starts, possibly.
        note:           "" when all paths are listed.
    """

    as_of: datetime
    as_of_note: str
    edits: tuple[str, ...]
    starts: tuple[StartLine, ...]
    targets: tuple[FactView, ...]
    reached: tuple[FactView, ...]
    possible: tuple[FactView, ...]
    open_to_anyone: tuple[FactView, ...]
    possibly_open: tuple[FactView, ...]
    routes: tuple[Route, ...]
    paths: int
    note: str
    coverage: tuple[CoverageLine, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two sources say different things of one field."""

    node: str
    field: str
    source_instance: str
    value: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ExplainResult:
    """
    What a node is, where that is known from, and what leads to and from it.

    Attributes:
        fields:   name and value of every stated field, in order.
        sources:  the source instances that describe it.
        leads_to, led_from: steps that start and end here (at most `limit`), with counts in all.
        relations: relations it is an end of, or guards.
    """

    as_of: datetime
    node: NodeView
    fields: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    disagreements: tuple[Disagreement, ...]
    relations: tuple[EvidenceView, ...]
    relation_count: int
    led_from: tuple[Hop, ...]
    led_from_count: int
    leads_to: tuple[Hop, ...]
    leads_to_count: int
