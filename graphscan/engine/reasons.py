"""Why facts hold, or do not, while others are never held: what was found out once answers most questions alike."""

from collections.abc import Collection, Iterable

import numpy as np

from graphscan.engine.graph import Graph
from graphscan.engine.reach import Reach

_KEPT = 32  # derivations and barriers that are remembered of a fact


class Reasons:
    """
    Answers whether a fact holds while some are never held, as far as earlier answers say.

    A derivation that has none of the blocked facts in it holds. Where those among them that would be held next (a
    barrier) were all blocked before, no more is reached than then.

    Args:
        graph:  what is asked about.
        found:  what is held while nothing is blocked.
        begins: what is held from the start.
    """

    def __init__(self, graph: Graph, found: Reach, begins: Iterable[int]) -> None:
        self._graph = graph
        self._all = found
        self._begins = frozenset(begins)
        self._derivations: dict[int, list[frozenset[int]]] = {}
        self._barriers: dict[int, list[frozenset[int]]] = {}

    def say(self, fact: int, shut: frozenset[int]) -> bool | None:
        """Return whether a fact holds without some others; None where nothing that is known says."""
        known = self._derivations.get(fact)
        if known is None:
            known = self._derivations[fact] = [self._derivation(self._all, fact)]
        if any(one.isdisjoint(shut) for one in known):
            return True
        if fact in shut or any(one <= shut for one in self._barriers.get(fact, ())):
            return False
        return None

    def learn(self, facts: Collection[int], shut: frozenset[int], found: Reach) -> None:
        """Remember why some facts hold, or do not, of what is held while some others are not."""
        barrier: frozenset[int] | None = None
        for fact in facts:
            if found.held[fact]:
                derivations = self._derivations.setdefault(fact, [])
                derivations[:] = [self._derivation(found, fact), *derivations[: _KEPT - 1]]
            else:
                barrier = barrier or self._barrier(found, shut)
                self._barriers[fact] = [barrier, *self._barriers.get(fact, ())[: _KEPT - 1]]

    # Private functions

    def _derivation(self, found: Reach, fact: int) -> frozenset[int]:
        """Return all facts of one derivation of a fact, itself among them."""
        facts = {fact}
        waiting = [fact]
        for one in waiting:
            step = int(found.step[one])
            for other in self._graph.body(step) if step >= 0 else ():
                if other not in facts:
                    facts.add(other)
                    waiting.append(other)
        return frozenset(facts)

    def _barrier(self, found: Reach, shut: frozenset[int]) -> frozenset[int]:
        """Return those of the blocked facts that would be held next."""
        return frozenset(fact for fact in shut if fact in self._begins or self._given(found, fact))

    def _given(self, found: Reach, fact: int) -> bool:
        """Return whether a step that gives a fact has all of its preconditions."""
        graph = self._graph
        steps = np.asarray(graph.steps_into(fact), np.int64)
        steps = steps[found.held[graph.step_source[steps]]]
        guards = np.unique(graph.step_guard[steps])
        return any(
            guard < 0 or found.held[graph.guard_facts[graph.guard_ptr[guard] : graph.guard_ptr[guard + 1]]].all()
            for guard in guards.tolist()
        )
