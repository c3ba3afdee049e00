"""The cuts that matter to a problem: those of equal effect as one, none of which another does as much for less."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graphscan.engine.csr import Ints
from graphscan.engine.cut_bits import Row
from graphscan.engine.cut_problem import Problem


@dataclass(frozen=True)
class Items:
    """
    Cuts to choose among, I of them, in order of their places.

    Attributes:
        places:      (I,) place of each among the cuts asked about.
        costs:       (I,) what each costs.
        leaves:      (I,) which of the problem's leaves each takes away, ascending.
        leave_items: (L,) the items that take each leave away.
        more:        further sets of items of which one must be chosen each.
    """

    places: tuple[int, ...]
    costs: tuple[int, ...]
    leaves: tuple[Ints, ...]
    leave_items: tuple[Row, ...]
    more: tuple[Row, ...]

    def __len__(self) -> int:
        return len(self.places)

    def cost(self, chosen: Iterable[int]) -> int:
        """Return what some items cost together."""
        return sum(self.costs[one] for one in chosen)

    def taken(self, chosen: Iterable[int]) -> Ints:
        """Return the leaves that some items take away, each maybe several times."""
        return np.concatenate([np.zeros(0, np.int64), *(self.leaves[one] for one in chosen)])

    @cached_property
    def cheap_first(self) -> tuple[int, ...]:
        """Return the items in order of cost, then of place."""
        return tuple(sorted(range(len(self)), key=lambda one: (self.costs[one], one)))


def items_of(problem: Problem, costs: Sequence[int], more: Iterable[Iterable[int]]) -> Items:
    """
    Merge cuts of equal effect (the cheapest stands for them, then the first), and drop dominated ones.

    A cut is dominated where another closes all that it closes, and more, and costs no more.

    Args:
        costs: of each cut asked about.
        more:  sets of places of which one must be chosen each.
    """
    leaves = problem.leave_cuts
    count = len(leaves)
    sets = [frozenset(one) for one in more]
    effect: dict[int, set[int]] = {}
    row = np.repeat(np.arange(count), np.diff(leaves.ptr))
    for leave, place in zip(row.tolist(), leaves.facts.tolist(), strict=True):
        effect.setdefault(place, set()).add(leave)
    for number, one in enumerate(sets):
        for place in one:
            effect.setdefault(place, set()).add(count + number)
    kinds: dict[Row, int] = {}
    for place in sorted(effect, key=lambda one: (costs[one], one)):
        kinds.setdefault(frozenset(effect[place]), place)
    kept = _undominated({place: kind for kind, place in kinds.items()}, costs)
    places = sorted(kept)
    takers: list[list[int]] = [[] for _ in range(count + len(sets))]  # by leave, then by further set
    for item, place in enumerate(places):
        for leave in kept[place]:
            takers[leave].append(item)
    return Items(
        places=tuple(places),
        costs=tuple(costs[place] for place in places),
        leaves=tuple(np.array(sorted(one for one in kept[place] if one < count), np.int64) for place in places),
        leave_items=tuple(frozenset(one) for one in takers[:count]),
        more=tuple(frozenset(one) for one in takers[count:]),
    )


# Private functions


def _undominated(effect: dict[int, Row], costs: Sequence[int]) -> dict[int, Row]:
    takers: dict[int, list[int]] = {}
    for place, kind in effect.items():
        for one in kind:
            takers.setdefault(one, []).append(place)
    kept = {}
    for place, kind in effect.items():
        rarest = min(kind, key=lambda one: (len(takers[one]), one))
        if not any(costs[other] <= costs[place] and kind < effect[other] for other in takers[rarest] if other != place):
            kept[place] = kind
    return kept
