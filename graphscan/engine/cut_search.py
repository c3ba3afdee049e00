"""The implicit hitting set: rows are found by reach until the cheapest set that meets them leaves no derivation."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from graphscan.engine import cut_highs
from graphscan.engine.cut_bits import Row
from graphscan.engine.cut_cover import Cover, cover
from graphscan.engine.cut_derivations import Derivations
from graphscan.engine.cut_items import Items
from graphscan.engine.cut_problem import Problem
from graphscan.engine.cut_ties import settle

_SHARES = (1e-7, 0.34, 0.51, 0.99)  # items that a fractional choice takes at least so much of are tried together
_ROWS = 200  # found for one choice
_SLICE = 0.2  # of the time left, for one hitting set by our own branch and bound
_BETWEEN, _MOSTLY = 8, 0.5  # rounds after which a fractional choice is rounded, and what is then taken


@dataclass(frozen=True, slots=True)
class Found:
    """Items that separate, a proven lower bound of the cost, and whether they are the first of the cheapest sets."""

    chosen: Row
    lower: int
    settled: bool


class Search:
    """Looks for the cheapest set of items after which no target is reached."""

    def __init__(self, problem: Problem, items: Items, solver: str, left: Callable[[], float]) -> None:
        """Take a problem; `left` says how many seconds are left. Raises ImportError for HiGHS that is not there."""
        self._items, self._left = items, left
        self._derivations = Derivations(problem, items, lambda: left() > 0)
        own = solver == "own" or (solver == "auto" and not cut_highs.installed())
        self._highs = None if own else cut_highs.Highs(items.costs)
        self._rows: list[Row] = []
        self._known: set[Row] = set()
        self._lower = 0
        self._upper = frozenset(range(len(items)))

    def run(self) -> Found:
        """Search until the bounds meet or the time ends."""
        self._add(self._items.more)
        self._offer(self._pack())
        if self._lower < self._cost():
            self._rounded(0.15)
        if self._highs is not None:
            self._relaxed(self._highs)
        share = _SLICE
        while self._lower < self._cost() and self._left() > 0:
            answer = self._best(share)
            self._lower = max(self._lower, min(answer.lower, self._cost()))
            chosen = answer.chosen
            if chosen is None or self._lower >= self._cost():
                break
            fresh = self._derivations.found(chosen, _ROWS)
            self._add(fresh)
            if not fresh:
                self._offer(chosen)
            elif not answer.proven:
                self._rounded(0.05, chosen)
            if not (fresh or answer.proven):
                if share == 1:
                    break
                share = 1.0  # what the rows known say is not found out in a part of the time
        if self._lower < self._cost():
            return Found(self._upper, self._lower, False)
        chosen, settled = settle(self._items, self._derivations, self._rows, self._upper, lambda: self._left() > 0)
        return Found(chosen, self._lower, settled)

    # Private methods

    def _cost(self) -> int:
        return self._items.cost(self._upper)

    def _add(self, rows: Iterable[Row]) -> None:
        fresh = [row for row in dict.fromkeys(rows) if row not in self._known]
        self._known.update(fresh)
        self._rows += fresh
        if self._highs is not None:
            self._highs.add(fresh)

    def _best(self, share: float) -> Cover:
        """Return the cheapest set that meets all rows known, or what is found out in a share of the time left."""
        if self._highs is not None:
            return self._highs.best(self._left())
        until = self._left() * (1 - share)
        return cover(self._rows, self._items.costs, lambda: self._left() > until)

    def _pack(self) -> Row:
        """
        Pack derivations: each takes its cheapest share of the costs of its items; return the items used up.

        What is packed is a lower bound, and no derivation is left without an item that is used up.
        """
        left = list(self._items.costs)
        gone: set[int] = set()
        waiting = list(self._items.more)
        while True:
            rows = waiting or self._derivations.found(gone)
            waiting = []
            if not rows:
                return frozenset(gone)
            self._add(rows)
            for row in rows:
                step = min(left[one] for one in row)
                self._lower += step
                for one in row:
                    left[one] -= step
                gone |= {one for one in row if not left[one]}
            if self._left() <= 0:
                return frozenset(range(len(left)))

    def _rounded(self, share: float, begin: Row = frozenset()) -> None:
        """
        Improve the upper bound: take what meets most known rows for its cost until that separates, then prune.

        Args:
            share: of the time left that may be spent.
            begin: what is taken already.
        """
        chosen = set(begin)
        until = self._left() * (1 - share)
        while self._left() > until:
            open_ = [row for row in self._rows if row.isdisjoint(chosen)]
            while open_:
                often: dict[int, int] = {}
                for row in open_:
                    for one in row:
                        often[one] = often.get(one, 0) + 1
                best = min(often, key=lambda one: (self._items.costs[one] / often[one], one))
                chosen.add(best)
                open_ = [row for row in open_ if best not in row]
            fresh = self._derivations.found(chosen)
            if not fresh:
                self._offer(frozenset(chosen))
                return
            self._add(fresh)
            if self._left() <= until:
                # All of these rows' items close what is left; most are pruned again.
                self._offer(frozenset(chosen.union(*fresh)))

    def _relaxed(self, highs: cut_highs.Highs) -> None:
        """Add rows that fractional choices do not meet; the bounds of these choices are quick to come by."""
        rounds = 0
        while self._lower < self._cost() and self._left() > 0:
            answer = highs.relaxed(self._left())
            if answer is None:
                return
            lower, shares = answer
            self._lower = max(self._lower, lower)
            fresh: list[Row] = []
            for share in _SHARES:
                tried = frozenset(np.flatnonzero(shares >= share).tolist())
                fresh = [row for row in self._derivations.found(tried, _ROWS) if _sum(shares, row) < 1 - 1e-6]
                if fresh:
                    break
                if share == _SHARES[0]:
                    self._offer(tried)
            fresh = [row for row in fresh if row not in self._known]
            if not fresh:
                return
            self._add(fresh)
            rounds += 1
            if not rounds % _BETWEEN:
                self._rounded(0.05, frozenset(np.flatnonzero(shares >= _MOSTLY).tolist()))

    def _offer(self, chosen: Row) -> None:
        """Prune a set that separates, and keep it where it is the best so far."""
        if not self._meets_more(chosen):
            return
        kept = set(chosen)
        meets: dict[int, list[int]] = {}
        for number, row in enumerate(self._rows):
            for one in row & kept:
                meets.setdefault(one, []).append(number)
        count = [len(row & kept) for row in self._rows]
        for one in sorted(kept, key=lambda one: (-self._items.costs[one], -one)):
            if any(count[number] == 1 for number in meets.get(one, ())) or self._left() <= 0:
                continue
            if not self._derivations.separates(kept - {one}):
                continue
            kept.discard(one)
            for number in meets.get(one, ()):
                count[number] -= 1
        if self._items.cost(kept) < self._cost():
            self._upper = frozenset(kept)

    def _meets_more(self, chosen: Row) -> bool:
        return all(not chosen.isdisjoint(row) for row in self._items.more)


# Private functions


def _sum(shares: np.ndarray, row: Row) -> float:
    return float(sum(shares[one] for one in row))
