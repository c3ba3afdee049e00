"""What a comparison of two ends of an interval answers, as frozen values that every output format renders alike."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from graphscan.analysis.results import CoverageLine, FactView, Hop, NodeView


@dataclass(frozen=True, slots=True)
class EndLine:
    """
    One end of the comparison.

    Attributes:
        text:     as the user wrote it.
        at:       the instant asked about.
        at_note:  where the instant comes from, "" when the user said it.
        snapshot: the digest of the imports looked at.
        newest:   whether these are the newest imports of the store.
    """

    text: str
    at: datetime
    at_note: str
    snapshot: str
    newest: bool


@dataclass(frozen=True, slots=True)
class SourceChange:
    """A source that the two snapshots read at different times; None where one of them has nothing of it."""

    source: str
    old: datetime | None
    new: datetime | None


@dataclass(frozen=True, slots=True)
class InventoryChange:
    """
    One thing of the inventory that is not what it was.

    Attributes:
        section: the group it is listed in, a key of `diff_sections.SECTIONS`.
        what:    "began", "ended", "came and went" (began and ended inside the interval), "appeared" and "vanished" (of
                 one snapshot alone), "changed" (a field), "replaced" (a credential's value), "old value ended",
                 "expired", "disabled", "stored" (a copy of a credential) or "enforcement" (of a control).
        object:  "node", "relation" or "coverage".
        id, kind: of the node or relation; of coverage its source and the relation kind.
        name:    the node's name, untrusted; "" of a relation.
        source, target: ids of a relation's ends; of coverage the target is its scope.
        source_name, target_name: their names.
        levels:  `needs → gives` of a relation.
        at, until: when it began or happened, and when it ended or will end; None where nothing says so.
        field, before, after: of "changed", "replaced" and "enforcement".
        there_at_old, there_at_new: whether the thing is valid at the two ends; None of coverage.
        doubt:   why it is not believed, "" if it is.
        evidence, where, source_instance, evidence_at: who says so.
    """

    section: str
    what: str
    object: str
    id: str
    kind: str
    name: str
    source: str
    source_name: str
    target: str
    target_name: str
    levels: str
    at: datetime | None
    until: datetime | None
    field: str
    before: str
    after: str
    there_at_old: bool | None
    there_at_new: bool | None
    doubt: str
    evidence: str
    where: str
    source_instance: str
    evidence_at: datetime | None


@dataclass(frozen=True, slots=True)
class Section:
    """
    A group of inventory changes.

    Attributes:
        key, title: what it is about.
        counts:     how many there are of each `what`.
        changes:    the first of them; `total` are there.
    """

    key: str
    title: str
    counts: tuple[tuple[str, int], ...]
    changes: tuple[InventoryChange, ...]
    total: int


@dataclass(frozen=True, slots=True)
class NodeChange:
    """A node that takes part at one end and not at the other; `because`: why it did not, or does not any more."""

    node: NodeView
    because: str


@dataclass(frozen=True, slots=True)
class AmbientChange:
    """A fact that anyone has at one end: its certainty there ("known" or "possible") and at the other ("" for none)."""

    fact: FactView
    certainty: str
    other: str
    because: InventoryChange | None


@dataclass(frozen=True, slots=True)
class StepChange:
    """
    An attack step that is there at one end.

    Attributes:
        hop:       the step, seen from its source.
        certainty: at the end that has it, "known" or "possible".
        other:     at the other end: "" where it is not there.
        because:   the changes of the inventory that explain it, the closest first; empty where none was found.
    """

    hop: Hop
    certainty: str
    other: str
    because: tuple[InventoryChange, ...]


@dataclass(frozen=True, slots=True)
class Because:
    """
    Why a pair was opened, or closed.

    Attributes:
        steps:   the steps of a cheapest derivation that the other end does not have, in order.
        starts:  what it needs that anyone has at this end only.
        changes: the changes that they rest on, the closest first.
        barrier: True where `changes` are things whose absence the steps rest on.
        note:    what else explains it, or why nothing was looked up.
    """

    steps: tuple[Hop, ...] = ()
    starts: tuple[FactView, ...] = ()
    changes: tuple[InventoryChange, ...] = ()
    barrier: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class PairFamily:
    """
    Pairs of a source and an asset that changed alike, for the same reason: each source with each asset.

    Attributes:
        sources:   credentials and principals; empty: anyone.
        assets:    what each of them alone reaches at one end and not at the other.
        certainty: at the end that has it, "known" or "possible".
        bounded:   True where a budget ended before it was settled: these are at most.
        because:   of the first source and the first asset.
        since:     of a peak: the first instant looked at at which it was reached; None otherwise.
        until:     of a peak: the next instant looked at at which it was not.
        other:     at the other end: "possible", or "" where it is not even that: known here, it is then certain news.
    """

    sources: tuple[NodeView, ...]
    assets: tuple[FactView, ...]
    certainty: str
    bounded: bool
    because: Because
    since: datetime | None = None
    until: datetime | None = None
    other: str = ""

    @property
    def pairs(self) -> int:
        """Return for how many pairs it stands; "anyone" counts as one source."""
        return max(1, len(self.sources)) * len(self.assets)


Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Changed(Generic[Line]):
    """Lines of one sort, the first of `total`: `known` of them certain, the others possible."""

    lines: tuple[Line, ...]
    total: int
    known: int


@dataclass(frozen=True, slots=True)
class PairsChanged:
    """
    Pairs gained, lost, or reached in between.

    Attributes:
        families: the first of `family_count`.
        known, possible: how many pairs are certain, and may be, all settled.
        bounded:  how many a budget left open: at most so many more.
    """

    families: tuple[PairFamily, ...]
    family_count: int
    known: int
    possible: int
    bounded: int

    @property
    def total(self) -> int:
        """Return the number of pairs, certain or not."""
        return self.known + self.possible + self.bounded


@dataclass(frozen=True, slots=True)
class Peak:
    """
    What was reached in between and at neither end.

    Attributes:
        pairs:     the pairs.
        looked_at: at how many instants of `instants` reach was computed: those at which it can grow.
    """

    pairs: PairsChanged
    looked_at: int
    instants: int


@dataclass(frozen=True, slots=True)
class DiffResult:
    """
    What changed between two ends.

    Attributes:
        old, new:   the ends.
        sources:    what the two snapshots read at different times; empty where they are one.
        inventory:  groups of changes of the inventory, empty ones left out.
        inventory_total: all of them.
        nodes_gained, nodes_lost: nodes that take part at one end only.
        ambient_gained, ambient_lost: what anyone has at one end only.
        steps_gained, steps_lost: attack steps.
        pairs_gained, pairs_lost: pairs of a credential or principal and a sensitive asset.
        pair_sources, pair_assets: how many of each were asked about, at OLD and NEW together.
        asset_sensitivity: from which sensitivity on a node counts as an asset; "" where --to says which.
        peak:       what was reached in between only; None where it was not asked for.
        coverage, coverage_old: what could not be read at NEW, and at OLD.
        fail_on_new: whether new reach sets the exit code.
    """

    old: EndLine
    new: EndLine
    sources: tuple[SourceChange, ...]
    inventory: tuple[Section, ...]
    inventory_total: int
    nodes_gained: Changed[NodeChange]
    nodes_lost: Changed[NodeChange]
    ambient_gained: Changed[AmbientChange]
    ambient_lost: Changed[AmbientChange]
    steps_gained: Changed[StepChange]
    steps_lost: Changed[StepChange]
    pairs_gained: PairsChanged
    pairs_lost: PairsChanged
    pair_sources: int
    pair_assets: int
    asset_sensitivity: str
    peak: Peak | None
    coverage: tuple[CoverageLine, ...]
    coverage_old: tuple[CoverageLine, ...]
    fail_on_new: bool

    @property
    def new_reach(self) -> str:
        """Return "known" where something is newly reachable for certain, "possible" where it may be, else ""."""
        found = [self.pairs_gained, *([self.peak.pairs] if self.peak else [])]
        if any(one.known for one in found):
            return "known"
        undecided = self.peak is not None and self.peak.looked_at < self.peak.instants
        undecided |= not self.pair_sources or not self.pair_assets
        return "possible" if undecided or any(one.total for one in found) else ""

    @property
    def exit_code(self) -> int:
        """Return 1 where something is newly reachable for certain and that was to fail, 3 where it may be, else 0."""
        return {"known": 1, "possible": 3, "": 0}[self.new_reach] if self.fail_on_new else 0
