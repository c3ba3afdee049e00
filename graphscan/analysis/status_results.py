"""What the store, a selector, an import and the techniques look like, as frozen values that every format renders."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from graphscan.analysis.results import Disagreement, NodeView

if TYPE_CHECKING:
    from graphscan.techniques.registry import Technique


@dataclass(frozen=True, slots=True)
class NotUnderstoodLine:
    """Records that an importer could not map."""

    where: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class SourceLine:
    """
    The newest import of one source instance.

    Attributes:
        at:       when the data was read from the vendor.
        stored_at: when it was put into the store; None: it was not.
        complete: False when something could not be read.
        counts:   (what, how many), in order.
        kept:     how many imports of the source the store keeps.
    """

    source: str
    importer: str
    at: datetime
    stored_at: datetime | None
    complete: bool
    counts: tuple[tuple[str, int], ...]
    not_understood: tuple[NotUnderstoodLine, ...]
    kept: int


@dataclass(frozen=True, slots=True)
class GapLine:
    """What could not be read of one relation kind: in how many scopes, with one of them as example."""

    source_instance: str
    relation: str
    state: str
    scopes: int
    example: str
    endpoint: str
    error: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class UnresolvedLine:
    """An end of relations that no source describes."""

    ref: str
    relation: str
    source_instance: str
    relations: int


@dataclass(frozen=True, slots=True)
class AmbiguousLine:
    """A reference that fits several nodes; each is taken as possible, none as known."""

    ref: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A relation that the vocabulary does not allow, so that it is not used."""

    kind: str
    source: str
    target: str
    reason: str
    source_instance: str


@dataclass(frozen=True, slots=True)
class Doubts:
    """
    What in the merged view is open: every count is whole, every tuple holds at most the number asked for.

    Attributes:
        disagreement_count: fields about which sources disagree.
        disagreements:      what each source says of them; one of each is chosen.
    """

    gap_count: int
    gaps: tuple[GapLine, ...]
    disagreement_count: int
    disagreements: tuple[Disagreement, ...]
    unresolved_count: int
    unresolved: tuple[UnresolvedLine, ...]
    ambiguous_count: int
    ambiguous: tuple[AmbiguousLine, ...]
    rejected_count: int
    rejected: tuple[RejectedLine, ...]


@dataclass(frozen=True, slots=True)
class StatusResult:
    """
    What a store holds.

    Attributes:
        now:           when this was asked; ages are counted from here.
        default_as_of: the instant that questions are about unless they say otherwise; None: now.
        snapshot:      the digest of the imports described, for `--snapshot`; "" where there are none.
        nodes, relations: (kind, how many) of the merged view.
        verified:      whether every file's checksum was computed.
        problems:      one sentence for each file that does not hold what was written.
    """

    store: str
    now: datetime
    default_as_of: datetime | None
    snapshot: str
    sources: tuple[SourceLine, ...]
    nodes: tuple[tuple[str, int], ...]
    relations: tuple[tuple[str, int], ...]
    doubts: Doubts
    verified: bool
    problems: tuple[str, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class SelectResult:
    """What a selector means: `count` nodes, of which `nodes` lists the first; `level` as the selector asks for it."""

    selector: str
    level: str | None
    nodes: tuple[NodeView, ...]
    count: int
    kinds: tuple[tuple[str, int], ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class ImportResult:
    """
    What an import, or a collection, brought.

    Attributes:
        store:   where it was stored; None where it only went into a snapshot file.
        file:    the snapshot file that was written, if any.
        source:  the source and its counts.
        first:   whether the source is new to the store.
        gaps:    what of this source is not covered, also what nobody asked for.
        doubts:  what is open in the merged view now; None where nothing was stored.
        complete: False when something that was asked for could not be read, or a record could not be used.
    """

    store: str | None
    file: str | None
    source: SourceLine
    first: bool
    gaps: tuple[GapLine, ...]
    doubts: Doubts | None
    complete: bool


@dataclass(frozen=True, slots=True)
class TechniquesResult:
    """The techniques, or with `detail` the one that was asked for."""

    techniques: tuple["Technique", ...]
    detail: bool
