"""Derivations of a problem's targets, found by reach, as rows: the cuts of which each closes a derivation."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

import numpy as np

from graphscan.engine.cut_bits import Row
from graphscan.engine.cut_items import Items
from graphscan.engine.cut_problem import Problem
from graphscan.engine.reach import Reach, reach


class Derivations:
    """
    Answers what is derived while some items are chosen.

    Attributes:
        searches: how many reaches were computed so far.
    """

    def __init__(self, problem: Problem, items: Items, may_go_on: Callable[[], bool]) -> None:
        """Take a problem and its items; `may_go_on` ends what can be ended early."""
        self._problem, self._items, self._may_go_on = problem, items, may_go_on
        # All leaves but few are there in most searches: told as what is blocked, they need not be gone through.
        self._whole = replace(problem.graph, known_start=problem.leaves)
        self._goals = np.array(problem.targets, np.int64)
        self._leave_of = {fact: number for number, fact in enumerate(problem.leaves.tolist())}
        self.searches = 0

    def separates(self, chosen: Iterable[int]) -> bool:
        """Return whether no target is reached once some items are chosen."""
        return not self._hit(self._without(chosen)).size

    def found(self, chosen: Collection[int], most: int = 1 << 30) -> list[Row]:
        """
        Return rows that the chosen items do not meet, no two of them with an item in common.

        As many as there are, greedily, up to `most`; at least one where the items do not separate.
        """
        rows: list[Row] = []
        shut = set(chosen)
        while len(rows) < most:
            reached = self._without(shut)
            hit = self._hit(reached)
            if not hit.size:
                break
            taken: set[int] = set()
            for goal in hit.tolist():
                row = self._row(reached, goal)
                # Of the targets one search reaches, those whose derivations share nothing go at once.
                if row.isdisjoint(taken) and len(rows) < most:
                    row = self.smaller(row)
                    rows.append(row)
                    taken |= row
            shut |= taken
            if not self._may_go_on():
                break
        return rows

    def smaller(self, row: Row) -> Row:
        """Return a row within one that has no row within it: any further item chosen would leave no derivation."""
        doubtful = sorted(row, key=lambda one: (-self._items.costs[one], one))
        needed: set[int] = set()
        while doubtful:
            rest = frozenset({*doubtful[1:], *needed})
            reached = self._with(rest)
            hit = self._hit(reached)
            if hit.size:
                within = min((self._row(reached, goal) for goal in hit.tolist()[:4]), key=lambda one: (len(one),))
                doubtful = [one for one in doubtful[1:] if one in within]
                needed &= within
            else:
                needed.add(doubtful.pop(0))
        return frozenset(needed)

    # Private methods

    def _without(self, chosen: Iterable[int]) -> Reach:
        self.searches += 1
        return reach(self._whole, (), blocked=self._problem.leaves[self._items.taken(chosen)])

    def _with(self, allowed: Row) -> Reach:
        """Return what is derived from the leaves that none but some items take away."""
        self.searches += 1
        touched = np.unique(self._items.taken(allowed)).tolist()
        leaves = [one for one in touched if self._items.leave_items[one] <= allowed]
        return reach(self._problem.graph, self._problem.leaves[leaves], ambient=False)

    def _hit(self, reached: Reach) -> np.ndarray:
        return self._goals[reached.held[self._goals]]

    def _row(self, reached: Reach, fact: int) -> Row:
        """Return the items that close the derivation of a fact that the reach happened on."""
        graph, step = self._problem.graph, reached.step.data
        source, guard = graph.step_source.data, graph.step_guard.data
        found, waiting = {fact}, [fact]
        row: set[int] = set()
        for one in waiting:
            by = step[one]
            if by < 0:
                row |= self._items.leave_items[self._leave_of[one]]
                continue
            for other in (source[by],) if guard[by] < 0 else graph.body(by):
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        return frozenset(row)
