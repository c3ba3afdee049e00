"""The cheapest set of items that meets every row, by branch and bound: what is used where no solver is installed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from graphscan.engine.cut_bits import Dense, Row, bits, greedy, lesser, parts_of, shortest
from graphscan.engine.cut_bound import lagrangian


@dataclass(frozen=True, slots=True)
class Cover:
    """
    An answer.

    Attributes:
        chosen: items that meet every row; None where no set within the limit was found.
        lower:  what every set that meets every row costs at least (capped by the limit where there is one).
        proven: whether `chosen` is the best, or that there is none within the limit.
    """

    chosen: Row | None
    lower: int
    proven: bool


def cover(rows: Iterable[Row], costs: Sequence[int], may_go_on: Callable[[], bool], limit: int | None = None) -> Cover:
    """
    Find the cheapest set of items that meets every row.

    Rows within others, items within others and rows of one item go first; what falls apart is searched apart. Bounds
    are packings of rows (dual ascent) and, at the root, a Lagrangian one by subgradient (Caprara, Fischetti and Toth,
    "A heuristic method for the set covering problem", 1999).

    Args:
        costs:     of each item, at least 1.
        may_go_on: asked now and then; once it says no, the best so far is returned.
        limit:     only sets that cost at most this much count.
    """
    dense = Dense(list(rows), costs)
    most = sum(dense.costs) + 1 if limit is None else limit + 1
    wanted = shortest(set(dense.rows))
    if not wanted:
        return Cover(frozenset(), 0, True) if most > 0 else Cover(None, 0, True)
    if 0 in wanted:
        return Cover(None, most, True)
    root = Search(dense.costs, may_go_on)
    found = root.solve(wanted, most, rich=True)
    if root.ended:
        if found is None and limit is None:
            found = greedy(wanted, dense.costs)
        return Cover(None if found is None else dense.items(found), min(root.lower, most), False)
    if found is None:
        return Cover(None, most, True)
    return Cover(dense.items(found), root.cost(found), True)


class Search:
    """
    A branch and bound over rows as bit sets.

    Attributes:
        ended: whether `may_go_on` said no.
        lower: bound of the whole problem, known from the root.
    """

    def __init__(self, costs: list[int], may_go_on: Callable[[], bool]) -> None:
        self._costs, self._may_go_on = costs, may_go_on
        self.ended = False
        self.lower = 0

    def cost(self, mask: int) -> int:
        """Return what a set of items costs."""
        return sum(self._costs[item] for item in bits(mask))

    def solve(self, rows: list[int], most: int, rich: bool = False) -> int | None:
        """
        Return the cheapest set that meets every row and costs less than `most`, None where there is none.

        Args:
            rich: spend more on the bound: for the root of a search.
        """
        if not self._may_go_on():
            self.ended = True
            return None
        rows, taken = self._reduced(rows, rich)
        spent = self.cost(taken)
        if rich:
            self.lower = max(self.lower, spent)
        if spent >= most:
            return None
        if not rows:
            return taken
        parts = parts_of(rows)
        if len(parts) > 1:
            return self._apart(parts, taken, most, rich)
        bound, residual = self._packing(rows)
        if rich and len(rows) > 12:
            better, reduced = lagrangian(rows, self._costs, most - spent)
            if better > bound:
                bound, residual = better, reduced
        if rich:
            self.lower = max(self.lower, spent + bound)
        if spent + bound >= most:
            return None
        # An item whose cost over its share in the bound lifts the bound to the limit is in no better set.
        out = sum(1 << item for item, over in residual.items() if spent + bound + over >= most)
        if out:
            rows = shortest({row & ~out for row in rows})
            if rows[0] == 0:
                return None
        return self._branch(rows, taken, most)

    # Private methods

    def _branch(self, rows: list[int], taken: int, most: int) -> int | None:
        """Try the items of a short row one after the other, each without those tried before."""
        spent = self.cost(taken)
        often: dict[int, int] = {}
        for row in rows:
            for item in bits(row):
                often[item] = often.get(item, 0) + 1
        row = min(rows, key=lambda one: (one.bit_count(), -sum(often[item] for item in bits(one))))
        best: int | None = None
        out = 0
        for item in sorted(bits(row), key=lambda one: (self._costs[one] / often[one], one)):
            rest = shortest({one & ~out for one in rows if not one >> item & 1})
            if rest and rest[0] == 0:
                break  # all that could meet some row is out; later items are no better
            found = self.solve(rest, most - spent - self._costs[item])
            if found is not None:
                best = taken | found | 1 << item
                most = self.cost(best)
            if self.ended:
                break
            out |= 1 << item
        return best

    def _apart(self, parts: list[list[int]], taken: int, most: int, rich: bool) -> int | None:
        """Solve parts that have no item in common."""
        spent = self.cost(taken)
        lows = [self._packing(part)[0] for part in parts]
        for number in sorted(range(len(parts)), key=lambda one: len(parts[one])):
            room = most - spent - sum(lows) + lows[number]
            inner = Search(self._costs, self._may_go_on)
            found = inner.solve(parts[number], room, rich)
            if inner.ended:
                self.ended = True
                lows[number] = max(lows[number], min(inner.lower, room))
            else:
                lows[number] = room if found is None else self.cost(found)
            if rich:
                self.lower = max(self.lower, min(most, spent + sum(lows)))
            if found is None:
                return None
            taken |= found
        return taken

    def _reduced(self, rows: list[int], rich: bool) -> tuple[list[int], int]:
        """Take items that a row leaves no choice about, and leave out items that another one stands for."""
        taken = 0
        while True:
            forced = 0
            for row in rows:
                if row.bit_count() == 1:
                    forced |= row
            if forced:
                taken |= forced
                rows = [row for row in rows if not row & forced]
            if not rows or not (rich or len(rows) <= 60):
                return rows, taken
            out = lesser(rows, self._costs)
            if not out and not forced:
                return rows, taken
            if out:
                rows = shortest({row & ~out for row in rows})

    def _packing(self, rows: list[int]) -> tuple[int, dict[int, int]]:
        """Return a lower bound by dual ascent, and what is left of the costs of the items."""
        left: dict[int, int] = {}
        bound = 0
        for row in rows:
            items = bits(row)
            for item in items:
                left.setdefault(item, self._costs[item])
            step = min(left[item] for item in items)
            if step:
                bound += step
                for item in items:
                    left[item] -= step
        return bound, left
