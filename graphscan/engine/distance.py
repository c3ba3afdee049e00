"""The cost of the cheapest derivation of every fact: Knuth's generalisation of Dijkstra's algorithm."""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from graphscan.engine.csr import Ints, distinct, spread
from graphscan.engine.graph import Graph
from graphscan.engine.reach import starts_of

MOST = 2**31 - 1  # costs stop here: shared requirements count each time, so they can double at every step
_THIN = 24


@dataclass(frozen=True, slots=True)
class Distances:
    """
    Attributes:
        cost: (F,) int32, the efforts of the cheapest derivation added up, a requirement counted each time it is used;
              -1 where a fact is not reached, `MOST` for that much or more.
        step: (F,) the step that gives each fact in that derivation, -1 for starts and facts not reached.
    """

    cost: NDArray[np.int32]
    step: Ints


def distances(graph: Graph, start_facts: Iterable[int], may: bool = False, ambient: bool = True) -> Distances:
    """Compute the cheapest derivation of every fact from some, which cost nothing, as does what anyone has."""
    run = _Run(graph)
    front = starts_of(graph, start_facts, may, ambient)
    run.settle(0, front, np.full(len(front), -1, np.int64))
    while run.costs:
        cost = heappop(run.costs)
        # Steps without effort may put more into the bucket that is being emptied; it then comes up again.
        facts, steps = run.take(cost)
        if len(facts):
            run.settle(cost, facts, steps)
    return Distances(run.cost.astype(np.int32), run.step)


# Private functions


class _Run:
    """Settled costs, and buckets of (fact, step) candidates by cost (Dial), the costs in a heap."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.cost = np.full(graph.fact_count, -1, np.int64)
        self.step = np.full(graph.fact_count, -1, graph.step_source.dtype)
        self.lacking = np.diff(graph.guard_ptr)
        self.guard_cost = np.zeros(graph.guard_count, np.int64)
        self.effort = graph.effort.astype(np.int64)
        self.costs: list[int] = []
        self.wide: dict[int, list[tuple[Ints, Ints]]] = {}
        self.thin: dict[int, list[tuple[int, int]]] = {}

    def take(self, cost: int) -> tuple[Ints, Ints]:
        """Empty a bucket; return the facts in it that are not settled, each with its lowest-numbered step."""
        few = self.thin.pop(cost, [])
        parts = self.wide.pop(cost, [])
        if not parts and len(few) <= _THIN:
            best: dict[int, int] = {}
            for fact, step in few:
                if self.cost[fact] < 0 and step < best.get(fact, step + 1):
                    best[fact] = step
            return np.array([*best], np.int64), np.array([*best.values()], np.int64)
        if few:
            parts.append((np.array([fact for fact, _ in few]), np.array([step for _, step in few])))
        facts = np.concatenate([fact for fact, _ in parts])
        steps = np.concatenate([step for _, step in parts])
        left = self.cost[facts] < 0
        facts, steps = facts[left], steps[left]
        order = np.lexsort((steps, facts))
        facts, steps = facts[order], steps[order]
        first = np.ones(len(facts), bool)
        first[1:] = facts[1:] != facts[:-1]
        return facts[first], steps[first]

    def settle(self, cost: int, facts: Ints, steps: Ints) -> None:
        """Fix the cost of facts and offer what they help to give."""
        self.cost[facts] = cost
        self.step[facts] = steps
        if len(facts) <= _THIN and self._degree(facts) <= 64 * _THIN:
            for fact in facts.tolist():
                self._offer_one(cost, fact)
        else:
            self._offer_all(cost, facts)

    def _degree(self, facts: Ints) -> int:
        graph = self.graph
        ptrs = (graph.plain_ptr, graph.guarded_ptr, graph.fact_guard_ptr)
        return sum(int((ptr[facts + 1] - ptr[facts]).sum()) for ptr in ptrs)

    def _offer_one(self, cost: int, fact: int) -> None:
        graph = self.graph
        for step in range(int(graph.plain_ptr[fact]), int(graph.plain_ptr[fact + 1])):
            self._push(cost + int(self.effort[graph.step_technique[step]]), int(graph.step_target[step]), step)
        for step in range(int(graph.guarded_ptr[fact]), int(graph.guarded_ptr[fact + 1])):
            self._push_guarded(step)
        for guard in graph.fact_guards[graph.fact_guard_ptr[fact] : graph.fact_guard_ptr[fact + 1]].tolist():
            self.lacking[guard] -= 1
            self.guard_cost[guard] = min(self.guard_cost[guard] + cost, MOST)
            if not self.lacking[guard]:
                first, last = int(graph.guard_step_ptr[guard]), int(graph.guard_step_ptr[guard + 1])
                if last - first > 64 * _THIN:
                    self._bucket_guarded(graph.guard_steps[first:last].astype(np.int64))
                else:
                    for step in graph.guard_steps[first:last].tolist():
                        self._push_guarded(step)

    def _push_guarded(self, step: int) -> None:
        graph = self.graph
        guard, from_source = int(graph.step_guard[step]), int(self.cost[graph.step_source[step]])
        if not self.lacking[guard] and from_source >= 0:
            total = from_source + int(self.guard_cost[guard]) + int(self.effort[graph.step_technique[step]])
            self._push(total, int(graph.step_target[step]), step)

    def _push(self, cost: int, fact: int, step: int) -> None:
        if self.cost[fact] < 0:
            cost = min(cost, MOST)
            if cost not in self.thin and cost not in self.wide:
                heappush(self.costs, cost)
            self.thin.setdefault(cost, []).append((fact, step))

    def _offer_all(self, cost: int, facts: Ints) -> None:
        graph = self.graph
        steps = spread(graph.plain_ptr, facts)
        self._bucket(steps, cost + self.effort[graph.step_technique[steps]])
        if not graph.guard_count:
            return
        numbers = graph.fact_guards[spread(graph.fact_guard_ptr, facts)]
        np.subtract.at(self.lacking, numbers, 1)
        np.add.at(self.guard_cost, numbers, cost)
        np.minimum(self.guard_cost, MOST, out=self.guard_cost)
        opened = distinct(numbers[self.lacking[numbers] == 0])
        self._bucket_guarded(spread(graph.guarded_ptr, facts))
        self._bucket_guarded(graph.guard_steps[spread(graph.guard_step_ptr, opened)].astype(np.int64))

    def _bucket_guarded(self, steps: NDArray[np.int64]) -> None:
        graph = self.graph
        from_source = self.cost[graph.step_source[steps]]
        ready = (self.lacking[graph.step_guard[steps]] == 0) & (from_source >= 0)
        steps, from_source = steps[ready], from_source[ready]
        guard_cost = self.guard_cost[graph.step_guard[steps]]
        self._bucket(steps, from_source + guard_cost + self.effort[graph.step_technique[steps]])

    def _bucket(self, steps: NDArray[np.int64], costs: NDArray[np.int64]) -> None:
        targets = self.graph.step_target[steps]
        left = self.cost[targets] < 0
        targets, steps, costs = targets[left], steps[left], np.minimum(costs[left], MOST)
        order = np.argsort(costs, kind="stable")
        targets, steps, costs = targets[order], steps[order], costs[order]
        values, first = np.unique(costs, return_index=True)
        last = np.append(first, len(costs))[1:]
        for value, start, end in zip(values.tolist(), first.tolist(), last.tolist(), strict=True):
            if value not in self.thin and value not in self.wide:
                heappush(self.costs, value)
            self.wide.setdefault(value, []).append((targets[start:end], steps[start:end]))
