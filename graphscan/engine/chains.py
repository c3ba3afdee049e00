"""The choices a path search has at each fact, and the least that is left to pay from there to a start."""

from dataclasses import dataclass
from functools import cached_property
from heapq import heapify, heappop, heappush

import numpy as np

from graphscan.engine.contract import Contracted
from graphscan.engine.csr import Ints, distinct, spread
from graphscan.engine.graph import Graph

LARGE = 20_000  # steps from which on arrays are quicker than a heap


@dataclass(frozen=True, slots=True, order=True)
class Choice:
    """
    One way to come to a fact; ordered as paths are.

    Attributes:
        bound:     the least weight of a chain that comes this way.
        step, origin: numbers of the whole graph: the step, and the precondition the chain comes from.
        fact:      that precondition in the attack graph.
        local:     the step in the attack graph.
        weight:    the step's effort times `Chains.scale`, plus one.
    """

    bound: int
    step: int
    origin: int
    fact: int
    local: int
    weight: int


class Arcs:
    """
    An attack graph read out for walking: each precondition of a step leads to what it gives.

    Attributes:
        scale:       weights are effort * scale + number of steps.
        target:      (steps,) what they give.
        weight:      (steps,) effort * scale + 1.
        implication: (steps,) whether each is an implication.
    """

    def __init__(self, attack: Contracted) -> None:
        graph = attack.graph
        self.attack = attack
        self.scale = graph.fact_count + 1
        self.target: list[int] = graph.step_target.tolist()
        efforts = graph.effort[graph.step_technique].astype(np.int64)
        self.weight: list[int] = (efforts * self.scale + 1).tolist()
        self.implication: list[bool] = (graph.step_technique == graph.implication).tolist()
        # Of a large attack graph a search looks at little: these are read out when they are asked for.
        self._bodies: dict[int, tuple[int, ...]] = {}
        self._implied: dict[int, frozenset[int]] = {}

    def body(self, step: int) -> tuple[int, ...]:
        """Return the preconditions of a step."""
        known = self._bodies.get(step)
        if known is None:
            known = self._bodies[step] = self.attack.graph.body(step)
        return known

    def implied(self, fact: int) -> frozenset[int]:
        """Return the facts that a fact implies."""
        known = self._implied.get(fact)
        if known is None:
            graph = self.attack.graph
            others = graph.facts_of(int(graph.fact_node[fact]))
            known = self._implied[fact] = frozenset(one for one in others if graph.implies(fact, one))
        return known

    @cached_property
    def uses(self) -> dict[int, list[int]]:
        """The steps that have a fact among their preconditions."""
        uses: dict[int, list[int]] = {}
        for step in range(len(self.target)):
            for one in self.body(step):
                uses.setdefault(one, []).append(step)
        return uses


class Chains:
    """
    Chains in an attack graph from some of its sources.

    Attributes:
        arcs:  the attack graph.
        heads: the sources that a chain may begin with.
        cost:  least weight of a chain from a head to each fact; facts without one are missing.
    """

    def __init__(self, arcs: Arcs, heads: frozenset[int], through_starts: bool = False) -> None:
        """
        Compute the least weights.

        Args:
            through_starts: a chain may lead through another start, or through what one implies.
        """
        self.arcs = arcs
        self.heads = heads
        starts = heads if through_starts else frozenset(arcs.attack.sources)
        self._starts = starts
        self._given: set[int] = set() if through_starts else {low for one in starts for low in arcs.implied(one)}
        self._choices: dict[int, list[Choice]] = {}
        self.cost = self._least()

    def choices(self, fact: int) -> list[Choice]:
        """Return all ways to come to a fact from one that a chain from a head can hold, best first."""
        known = self._choices.get(fact)
        if known is None:
            known = self._choices[fact] = sorted(
                self._choice(one, step)
                for step in self.arcs.attack.graph.steps_into(fact)
                for one in self.arcs.body(step)
                if one in self.cost and self._allowed(step, one)
            )
        return known

    # Private methods

    def _choice(self, fact: int, step: int) -> Choice:
        attack, weight = self.arcs.attack, self.arcs.weight[step]
        return Choice(self.cost[fact] + weight, int(attack.steps[step]), int(attack.facts[fact]), fact, step, weight)

    def _allowed(self, step: int, origin: int) -> bool:
        """Whether a chain may take a step: to what a start implies, implications alone lead, from that start on."""
        target = self.arcs.target[step]
        if target in self._starts:
            return False
        if target not in self._given:
            return True
        return self.arcs.implication[step] and (origin in self._given or origin in self._starts)

    def _least(self) -> dict[int, int]:
        """Dijkstra from the heads."""
        arcs = self.arcs
        if len(arcs.target) >= LARGE:
            return self._least_at_once()
        cost: dict[int, int] = {}
        heap = [(0, head) for head in self.heads]
        heapify(heap)
        while heap:
            spent, fact = heappop(heap)
            if fact in cost:
                continue
            cost[fact] = spent
            for step in arcs.uses.get(fact, ()):
                if arcs.target[step] not in cost and self._allowed(step, fact):
                    heappush(heap, (spent + arcs.weight[step], arcs.target[step]))
        return cost

    def _least_at_once(self) -> dict[int, int]:
        """Compute the same, all facts of equal cost together."""
        graph = self.arcs.attack.graph
        weight = np.asarray(self.arcs.weight, np.int64)
        implication = graph.step_technique == graph.implication
        start, given = np.zeros(graph.fact_count, bool), np.zeros(graph.fact_count, bool)
        start[list(self._starts)] = True
        given[list(self._given)] = True
        cost = np.full(graph.fact_count, -1, np.int64)
        buckets: dict[int, list[Ints]] = {0: [np.asarray(sorted(self.heads), np.int64)]}
        waiting = [0]
        while waiting:
            spent = heappop(waiting)
            facts = distinct(np.concatenate(buckets.pop(spent)))
            facts = facts[cost[facts] < 0]
            cost[facts] = spent
            origin, steps = _uses(graph, facts)
            target = graph.step_target[steps]
            allowed = ~start[target] & (~given[target] | implication[steps] & (given[origin] | start[origin]))
            allowed &= cost[target] < 0
            target, weights = target[allowed], weight[steps[allowed]]
            for one in np.unique(weights).tolist():
                if spent + one not in buckets:
                    heappush(waiting, spent + one)
                buckets.setdefault(spent + one, []).append(target[weights == one].astype(np.int64))
        held = np.flatnonzero(cost >= 0)
        return dict(zip(held.tolist(), cost[held].tolist(), strict=True))


# Private functions


def _uses(graph: Graph, facts: Ints) -> tuple[Ints, Ints]:
    """Return the steps that have some facts among their preconditions, and beside each the fact."""
    guards = graph.fact_guards[spread(graph.fact_guard_ptr, facts)]
    by_guard = np.repeat(facts, np.diff(graph.fact_guard_ptr)[facts])
    parts = [
        (np.repeat(facts, np.diff(graph.plain_ptr)[facts]), spread(graph.plain_ptr, facts)),
        (np.repeat(facts, np.diff(graph.guarded_ptr)[facts]), spread(graph.guarded_ptr, facts)),
        (
            np.repeat(by_guard, np.diff(graph.guard_step_ptr)[guards]),
            graph.guard_steps[spread(graph.guard_step_ptr, guards)],
        ),
    ]
    return np.concatenate([one for one, _ in parts]), np.concatenate([steps for _, steps in parts])
