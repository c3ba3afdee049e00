"""The compiled attack graph: facts and steps as arrays, the only thing the engine computes on."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from graphscan import kinds
from graphscan.engine.csr import Bools, Ints
from graphscan.engine.order import IMPLIES, maximal

MAY = 0  # the fact that holds only where what is merely possible counts
IMPLICATION = "implies"  # the technique of a step from a level to one that it implies


@dataclass(frozen=True)
class Graph:
    """
    F facts, S steps, G guards, R relation sets, T techniques; read-only.

    Facts are numbered in order of (node, level code); fact 0 is `MAY`. A step that is only possible has MAY in its
    guard. Steps are numbered plain ones first, in order of (source, target, technique), then guarded ones in the same
    order.

    Attributes:
        fact_node:         (F,) node number, -1 for MAY.
        fact_level:        (F,) uint8 level code, 255 for MAY.
        step_source, step_target: (S,) facts.
        step_guard:        (S,) guard number, -1 for none.
        step_technique:    (S,) index into `techniques`.
        step_relation_set: (S,) relation set, -1 for none.
        plain_ptr:         (F+1,) steps without guard that start at a fact are numbered plain_ptr[f] … plain_ptr[f+1]-1.
        guarded_ptr:       (F+1,) the same for guarded steps, also step numbers.
        guard_ptr, guard_facts: facts of each guard, ascending.
        fact_guard_ptr, fact_guards: guards that each fact is in.
        guard_step_ptr, guard_steps: steps of each guard.
        in_ptr, in_steps:  steps that give each fact.
        relation_ptr, relation_ids: relation numbers of each relation set.
        techniques:        names; the last is `IMPLICATION` unless the source named it.
        effort:            (T,) uint8.
        known_start:       facts that anyone holds.
        possible_start:    facts that anyone may hold; they count only in may.
    """

    fact_node: NDArray[np.int32]
    fact_level: NDArray[np.uint8]
    step_source: Ints
    step_target: Ints
    step_guard: Ints
    step_technique: Ints
    step_relation_set: Ints
    plain_ptr: Ints
    guarded_ptr: Ints
    guard_ptr: Ints
    guard_facts: Ints
    fact_guard_ptr: Ints
    fact_guards: Ints
    guard_step_ptr: Ints
    guard_steps: Ints
    in_ptr: Ints
    in_steps: Ints
    relation_ptr: Ints
    relation_ids: Ints
    techniques: tuple[str, ...]
    effort: NDArray[np.uint8]
    known_start: Ints
    possible_start: Ints

    @property
    def fact_count(self) -> int:
        """Return F, MAY included."""
        return len(self.fact_node)

    @property
    def step_count(self) -> int:
        """Return S, implications included."""
        return len(self.step_source)

    @property
    def guard_count(self) -> int:
        """Return G."""
        return len(self.guard_ptr) - 1

    @property
    def plain_count(self) -> int:
        """Return how many steps have no guard; they are numbered first."""
        return int(self.plain_ptr[-1])

    @cached_property
    def implication(self) -> int:
        """Return the number of the technique of implication steps."""
        return self.techniques.index(IMPLICATION)

    @cached_property
    def guard_possible(self) -> Bools:
        """Return for each guard whether MAY is in it."""
        result: Bools = self.guard_facts[self.guard_ptr[:-1]] == MAY
        return result

    def facts_of(self, node: int) -> range:
        """Return the facts of a node, in order of level code."""
        nodes = self.fact_node.data  # `np.searchsorted` would widen the whole array each time
        first = bisect_left(nodes, node)
        return range(first, bisect_left(nodes, node + 1, first))

    def at(self, node: int, level: int) -> int:
        """Return the fact (node, level code), -1 where it is not kept: nothing asks for that level or gives it."""
        for fact in self.facts_of(node):
            if self.fact_level[fact] == level:
                return fact
        return -1

    def lower(self, node: int, level: int) -> list[int]:
        """
        Return the strongest kept facts that holding (node, level code) means: the fact itself where it is kept.

        Use it for what an attacker starts with. Empty where nothing can be done with that level.
        """
        here = {int(self.fact_level[fact]): fact for fact in self.facts_of(node)}
        return [here[code] for code in maximal([c for c in here if c == level or IMPLIES[level, c]])]

    def body(self, step: int) -> tuple[int, ...]:
        """Return all preconditions of a step, its source first, then its guard's facts (without the source)."""
        source, guard = int(self.step_source[step]), int(self.step_guard[step])
        return (source, *self.guard(guard)) if guard >= 0 else (source,)

    def guard(self, guard: int) -> tuple[int, ...]:
        """Return the facts of a guard, ascending; empty for -1."""
        if guard < 0:
            return ()
        return tuple(self.guard_facts[self.guard_ptr[guard] : self.guard_ptr[guard + 1]].tolist())

    def steps_from(self, fact: int) -> list[int]:
        """Return the steps whose source a fact is."""
        return [
            *range(int(self.plain_ptr[fact]), int(self.plain_ptr[fact + 1])),
            *range(int(self.guarded_ptr[fact]), int(self.guarded_ptr[fact + 1])),
        ]

    def steps_using(self, fact: int) -> list[int]:
        """Return the steps that have a fact as source or in their guard, ascending."""
        guards = self.fact_guards[self.fact_guard_ptr[fact] : self.fact_guard_ptr[fact + 1]].tolist()
        by_guard = [self.guard_steps[self.guard_step_ptr[g] : self.guard_step_ptr[g + 1]].tolist() for g in guards]
        return sorted({*self.steps_from(fact), *(step for steps in by_guard for step in steps)})

    def steps_into(self, fact: int) -> list[int]:
        """Return the steps that give a fact, ascending."""
        steps: list[int] = self.in_steps[self.in_ptr[fact] : self.in_ptr[fact + 1]].tolist()
        return steps

    def possible(self, step: int) -> bool:
        """Return whether a step is not known to exist."""
        guard = int(self.step_guard[step])
        return guard >= 0 and bool(self.guard_possible[guard])

    def effort_of(self, step: int) -> int:
        """Return the effort of a step's technique."""
        return int(self.effort[self.step_technique[step]])

    def implies(self, higher: int, lower: int) -> bool:
        """Return whether two facts are of one node and the first, a different one, implies the second."""
        return self.fact_node[higher] == self.fact_node[lower] and bool(
            higher != lower and higher and IMPLIES[self.fact_level[higher], self.fact_level[lower]]
        )

    def relations(self, step: int) -> list[int]:
        """Return the relation numbers that a step rests on."""
        number = int(self.step_relation_set[step])
        if number < 0:
            return []
        ids: list[int] = self.relation_ids[self.relation_ptr[number] : self.relation_ptr[number + 1]].tolist()
        return ids

    def level_name(self, fact: int) -> str:
        """Return the name of a fact's level; empty for MAY."""
        return kinds.LEVELS[self.fact_level[fact]][1] if fact else ""

    def arrays(self) -> Iterator[tuple[str, NDArray[np.generic]]]:
        """Yield name and array of every field that is one, in order."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                yield field.name, value
