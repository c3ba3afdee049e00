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
_THIN = 24  # so few candidates are settled one by one, without the overhead of arrays
_HUB = 1536  # but not what has more steps and guards than this


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
    """
    Compute the cheapest derivation of every fact from some, which cost nothing, as does what anyone has.

    Derivations go through levels that the graph keeps. (Through others one could be cheaper only where a carried step
    also needs another level of the very node it starts from.)
    """
    run = _Run(graph)
    front = starts_of(graph, start_facts, may, ambient)
    run.settle(0, front, np.full(len(front), -1, np.int64))
    while run.costs:
        # Steps without effort may put more into the bucket that is being emptied; it then comes up again.
        run.empty(heappop(run.costs))
    return Distances(run.cost.astype(np.int32), run.step)


# Private functions


class _View:
    """A graph's arrays for reading single numbers, which numpy itself is slow at."""

    def __init__(self, graph: Graph) -> None:
        self.source, self.target = graph.step_source.data, graph.step_target.data
        self.guard, self.technique = graph.step_guard.data, graph.step_technique.data
        self.plain_ptr, self.guarded_ptr = graph.plain_ptr.data, graph.guarded_ptr.data
        self.fact_guard_ptr, self.fact_guards = graph.fact_guard_ptr.data, graph.fact_guards.data
        self.guard_step_ptr, self.guard_steps = graph.guard_step_ptr.data, graph.guard_steps.data


class _Run:
    """Settled costs, and buckets of (fact, step) candidates by cost (Dial), the costs in a heap."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.cost = np.full(graph.fact_count, -1, np.int64)
        self.step = np.full(graph.fact_count, -1, graph.step_source.dtype)
        self.lacking = np.diff(graph.guard_ptr)
        self.guard_cost = np.zeros(graph.guard_count, np.int64)
        self.effort = graph.effort.astype(np.int64)
        self.efforts: list[int] = graph.effort.tolist()
        self.view = _View(graph)
        self.costs: list[int] = []
        self.wide: dict[int, list[tuple[Ints, Ints]]] = {}
        self.thin: dict[int, list[tuple[int, int]]] = {}

    def empty(self, cost: int) -> None:
        """Settle the facts in a bucket that are not settled, each with its lowest-numbered step."""
        few = self.thin.pop(cost, [])
        parts = self.wide.pop(cost, [])
        if len(few) + sum(len(fact) for fact, _ in parts) <= _THIN:
            for fact, step in parts:
                few.extend(zip(fact.tolist(), step.tolist(), strict=True))
            self._settle_few(cost, few)
            return
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
        if len(facts):
            self.settle(cost, facts[first], steps[first])

    def settle(self, cost: int, facts: Ints, steps: Ints) -> None:
        """Fix the cost of facts and offer what they help to give."""
        self.cost[facts] = cost
        self.step[facts] = steps
        self._offer_all(cost, facts)

    def _settle_few(self, cost: int, candidates: list[tuple[int, int]]) -> None:
        costs, steps = self.cost.data, self.step.data
        settled = []
        for fact, step in candidates:
            if costs[fact] < 0:
                costs[fact] = cost
                steps[fact] = step
                settled.append(fact)
            elif costs[fact] == cost and 0 <= step < steps[fact] and fact in settled:
                steps[fact] = step
        for fact in settled:
            if self._degree(fact) > _HUB:
                self._offer_all(cost, np.array([fact]))
            else:
                self._offer_one(cost, fact)

    def _degree(self, fact: int) -> int:
        view = self.view
        ptrs = (view.plain_ptr, view.guarded_ptr, view.fact_guard_ptr)
        return sum(ptr[fact + 1] - ptr[fact] for ptr in ptrs)

    def _offer_one(self, cost: int, fact: int) -> None:
        view, lacking, guard_cost = self.view, self.lacking.data, self.guard_cost.data
        for step in range(view.plain_ptr[fact], view.plain_ptr[fact + 1]):
            self._push(cost + self.efforts[view.technique[step]], view.target[step], step)
        for step in range(view.guarded_ptr[fact], view.guarded_ptr[fact + 1]):
            self._push_guarded(step)
        for place in range(view.fact_guard_ptr[fact], view.fact_guard_ptr[fact + 1]):
            guard = view.fact_guards[place]
            lacking[guard] -= 1
            guard_cost[guard] = min(guard_cost[guard] + cost, MOST)
            if not lacking[guard]:
                first, last = view.guard_step_ptr[guard], view.guard_step_ptr[guard + 1]
                if last - first > _HUB:
                    self._bucket_guarded(self.graph.guard_steps[first:last].astype(np.int64))
                else:
                    for one in range(first, last):
                        self._push_guarded(view.guard_steps[one])

    def _push_guarded(self, step: int) -> None:
        view = self.view
        guard, from_source = view.guard[step], self.cost.data[view.source[step]]
        if not self.lacking.data[guard] and from_source >= 0:
            total = from_source + self.guard_cost.data[guard] + self.efforts[view.technique[step]]
            self._push(total, view.target[step], step)

    def _push(self, cost: int, fact: int, step: int) -> None:
        if self.cost.data[fact] < 0:
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
