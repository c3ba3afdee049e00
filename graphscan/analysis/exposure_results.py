"""What `graphscan exposure` answers, as frozen values that every output format renders alike."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from graphscan.analysis.results import CoverageLine, FactView, NodeView

if TYPE_CHECKING:
    from graphscan.analysis.exposure_pairs import Pairs


@dataclass(frozen=True, slots=True)
class Count:
    """
    How many: what is proven, and how many more are within the bound but not settled.

    Attributes:
        known, known_unsettled:       of what is known.
        possible, possible_unsettled: of what is possible and not known.
    """

    known: int
    known_unsettled: int
    possible: int
    possible_unsettled: int

    @property
    def most(self) -> int:
        """Return the upper bound of what is possible, all that is known among it."""
        return self.known + self.known_unsettled + self.possible + self.possible_unsettled


@dataclass(frozen=True, slots=True)
class AssetLine:
    """
    An asset and who reaches it, each alone.

    Attributes:
        level:      from which level on it counts as reached.
        identities: how many do, of all.
        by_kind:    kind of identity → how many.
    """

    node: NodeView
    level: str
    identities: Count
    by_kind: tuple[tuple[str, Count], ...]


@dataclass(frozen=True, slots=True)
class Family:
    """
    Identities of one kind that reach the same.

    Attributes:
        kind:           of all of them.
        size:           how many.
        shown:          the first of them, by id.
        assets:         how many assets each of them reaches.
        by_sensitivity: sensitivity → how many, the highest first.
        reaches:        the first of these assets, the most sensitive first, at the level asked for.
    """

    kind: str
    size: int
    shown: tuple[NodeView, ...]
    assets: Count
    by_sensitivity: tuple[tuple[str, Count], ...]
    reaches: tuple[FactView, ...]


@dataclass(frozen=True, slots=True)
class UnusedLine:
    """
    A credential that no source saw in use of late, that nobody owns, and that reaches an asset.

    Attributes:
        said:   what is said of its last use, "" if nothing.
        assets: how many it reaches.
    """

    node: NodeView
    said: str
    assets: Count


@dataclass(frozen=True, slots=True)
class ChokeLine:
    """
    A node without which pairs are gone: it lies on every derivation of each of them.

    Attributes:
        removes:   pairs that are known to be gone without it.
        unsettled: pairs more that may be.
        of:        known pairs in all; pairs of the node itself, as identity or asset, do not count as removed.
        assets:    how many assets nobody reaches any more, known.
    """

    node: NodeView
    removes: int
    unsettled: int
    of: int
    assets: int


@dataclass(frozen=True, slots=True)
class ExposureResult:
    """
    Every identity against every asset.

    Attributes:
        identities:      kind → how many were asked about.
        assets:          how many were asked for.
        asked_for:       in words, what they are.
        exposed:         the assets that most identities reach; `exposed_total` are reached in all,
                         `exposed_known` of them by a pair that is known.
        open_to_anyone:  assets that need no identity, known; in no pair.
        possibly_open:   the same, possibly.
        powerful:        families of identities by how much each reaches; there are `powerful_total`.
        unused:          unused and powerful credentials without an owner; there are `unused_total`.
        lookback_days:   how long unused is unused.
        chokes:          what lies on every derivation of most pairs.
        chokes_note:     how they were found and what was not looked at.
        pairs:           how many pairs, in all.
        notes:           what was not settled.
        table:           the pairs themselves, for CSV.
    """

    as_of: datetime
    as_of_note: str
    edits: tuple[str, ...]
    identities: tuple[tuple[str, int], ...]
    assets: int
    asked_for: str
    exposed: tuple[AssetLine, ...]
    exposed_total: int
    exposed_known: int
    open_to_anyone: tuple[FactView, ...]
    possibly_open: tuple[FactView, ...]
    powerful: tuple[Family, ...]
    powerful_total: int
    unused: tuple[UnusedLine, ...]
    unused_total: int
    lookback_days: int
    chokes: tuple[ChokeLine, ...]
    chokes_note: str
    pairs: Count
    notes: tuple[str, ...]
    coverage: tuple[CoverageLine, ...]
    complete: bool
    table: "Pairs" = field(repr=False, compare=False)
