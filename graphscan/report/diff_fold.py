"""Changes of the inventory that say the same of several things, folded into one line."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from graphscan.analysis.diff_results import InventoryChange

_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Folded:
    """Changes alike but for the things themselves, or for one end of the relations; never empty."""

    changes: tuple[InventoryChange, ...]

    @property
    def first(self) -> InventoryChange:
        """Return the first of them, whose evidence is shown."""
        return self.changes[0]


def fold(changes: Sequence[InventoryChange]) -> list[Folded]:
    """Return changes folded, in the order of each one's first; of a relation that end is folded that folds most."""
    sources = Counter(_alike(one, one.source) for one in changes)
    targets = Counter(_alike(one, one.target) for one in changes)
    groups: dict[_Key, list[InventoryChange]] = {}
    for one in changes:
        by_source, by_target = _alike(one, one.source), _alike(one, one.target)
        if one.object == "relation" and targets[by_target] > sources[by_source]:
            key: _Key = ("target", *by_target)
        else:
            key = ("source", *by_source)
        groups.setdefault(key, []).append(one)
    return [Folded(tuple(members)) for members in groups.values()]


# Private functions


def _alike(one: InventoryChange, end: str) -> _Key:
    """Return what changes that fold have in common; of a node, and of a gap, `end` is empty or all there is."""
    kept = end if one.object == "relation" else one.id if one.object == "coverage" else ""
    said = (one.object, one.what, one.kind, one.levels, one.at, one.until, one.doubt, one.field, one.before, one.after)
    return (*said, one.evidence, one.source_instance, kept)
