"""Which of several cheapest sets is told: the one of fewest items, and of these the one that comes first."""

from collections.abc import Callable, Iterable

from graphscan.engine.cut_bits import Row
from graphscan.engine.cut_bound import hopeless
from graphscan.engine.cut_cover import cover
from graphscan.engine.cut_derivations import Derivations
from graphscan.engine.cut_items import Items

_ROWS = 50  # found for one set that does not separate


def settle(
    items: Items, derivations: Derivations, rows: Iterable[Row], best: Row, may_go_on: Callable[[], bool]
) -> tuple[Row, bool]:
    """
    Return the first of the cheapest sets that separate, and whether it is certain that it is.

    Of two sets the one of fewer items comes first; of two as large, the one whose smallest item is smaller, then whose
    next one is, and so on. Both solvers, and rows found in any order, come to the same set.

    Args:
        rows: derivations found so far, each as the items that close it.
        best: one of the cheapest sets.
    """
    ties = _Ties(items, derivations, list(rows), may_go_on)
    return ties.first(best)


class _Ties:
    def __init__(self, items: Items, derivations: Derivations, rows: list[Row], may_go_on: Callable[[], bool]) -> None:
        self._derivations, self._rows, self._may_go_on = derivations, rows, may_go_on
        # Cost first, then the number of items, as one whole number.
        self._weights = [cost * (len(items) + 1) + 1 for cost in items.costs]
        self._ended = False

    def first(self, best: Row) -> tuple[Row, bool]:
        fewest = self._ask(frozenset(), set(), self._weight(best))
        if fewest is None:
            return best, False
        limit = self._weight(fewest)
        # No cheaper set meets the rows known, so what is in none of them is in no cheapest set.
        candidates = {item for row in self._rows for item in row}
        out = hopeless(self._rows, self._weights, limit)
        taken: set[int] = set()
        for item in sorted(candidates - out):
            if item not in fewest:
                other = self._ask(frozenset({*taken, item}), out, limit)
                if self._ended:
                    return fewest, False
                if other is None:
                    out.add(item)
                    continue
                fewest = other
            taken.add(item)
            if taken == fewest:
                break
        return fewest, True

    def _ask(self, taken: Row, out: set[int], limit: int) -> Row | None:
        """Return a least set that separates, holds some items and none of others, within a limit; None for none."""
        room = limit - self._weight(taken)
        while room >= 0:
            answer = cover(
                (row - out for row in self._rows if row.isdisjoint(taken)), self._weights, self._may_go_on, room
            )
            if not answer.proven:
                self._ended = True
                return None
            if answer.chosen is None:
                return None
            chosen = taken | answer.chosen
            fresh = self._derivations.found(chosen, _ROWS)
            if not fresh:
                return chosen
            self._rows += fresh
        return None

    def _weight(self, chosen: Iterable[int]) -> int:
        return sum(self._weights[item] for item in chosen)
