"""The choices a path search has at each fact, and the least that is left to pay from there to a start."""

from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from graphscan.engine.contract import Contracted


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
        bodies:      (steps,) preconditions.
        target:      (steps,) what they give.
        weight:      (steps,) effort * scale + 1.
        implication: (steps,) whether each is an implication.
        uses:        steps that have a fact among their preconditions.
        implied:     facts that each fact implies, where there are any.
    """

    def __init__(self, attack: Contracted) -> None:
        graph = attack.graph
        self.attack = attack
        self.scale = graph.fact_count + 1
        self.bodies = [graph.body(step) for step in range(graph.step_count)]
        self.target: list[int] = graph.step_target.tolist()
        efforts: list[int] = graph.effort[graph.step_technique].tolist()
        self.weight = [effort * self.scale + 1 for effort in efforts]
        self.implication: list[bool] = (graph.step_technique == graph.implication).tolist()
        self.uses: dict[int, list[int]] = {}
        for step, body in enumerate(self.bodies):
            for one in body:
                self.uses.setdefault(one, []).append(step)
        self.implied = _implied(attack)


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
        self._given: set[int] = (
            set() if through_starts else {low for one in starts for low in arcs.implied.get(one, ())}
        )
        self._choices: dict[int, list[Choice]] = {}
        self.cost = self._least()

    def choices(self, fact: int) -> list[Choice]:
        """Return all ways to come to a fact from one that a chain from a head can hold, best first."""
        known = self._choices.get(fact)
        if known is None:
            known = self._choices[fact] = sorted(
                self._choice(one, step)
                for step in self.arcs.attack.graph.steps_into(fact)
                for one in self.arcs.bodies[step]
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


# Private functions


def _implied(attack: Contracted) -> dict[int, frozenset[int]]:
    graph = attack.graph
    nodes: dict[int, list[int]] = {}
    for fact, node in enumerate(graph.fact_node.tolist()):
        nodes.setdefault(node, []).append(fact)
    result: dict[int, frozenset[int]] = {}
    for facts in nodes.values():
        for high in facts if len(facts) > 1 else ():
            low = frozenset(one for one in facts if graph.implies(high, one))
            if low:
                result[high] = low
    return result
