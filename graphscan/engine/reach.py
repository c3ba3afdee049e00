"""What an attacker reaches: the least fixed point of the steps, with one producing step for every fact."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from graphscan.engine import kernel
from graphscan.engine.csr import Bools, Ints, distinct, spread
from graphscan.engine.graph import MAY, Graph
from graphscan.engine.kernel import calls

_CHUNK = 1 << 17  # steps at a time: the temporary arrays stay in the processor's cache
_THIN = 48  # a front of so few facts is walked one by one, without the overhead of arrays
_HUB = 192  # but not through a fact or guard with more steps than this


@dataclass(frozen=True, slots=True)
class Reach:
    """
    A closed set of facts.

    The level of a start is 0, that of any other fact the least that steps allow: one more than the highest level among
    the preconditions of a step that gives it. What a reach went on from counts as level 0.

    Attributes:
        held:  (F,) bool.
        step:  (F,) the step that gave each fact, -1 for starts and for facts not held: the lowest numbered among those
               that give it at its level. So it is the same whoever computes it, and walking back never meets a circle.
        order: the held facts by level, then by number; every fact comes after all preconditions of its step.
        may:   whether what is merely possible counted.
    """

    held: Bools
    step: Ints
    order: Ints
    may: bool


def starts_of(graph: Graph, facts: Iterable[int], may: bool, ambient: bool) -> Ints:
    """Return the start facts of a question, ascending: its own, and what anyone has."""
    own = facts if isinstance(facts, np.ndarray) else np.fromiter(facts, np.int64)
    parts: list[Ints] = [own.astype(np.int64, copy=False)]
    if may:
        parts.append(np.array([MAY]))
    if ambient:
        parts.append(graph.known_start)
        if may:
            parts.append(graph.possible_start)
    result: Ints = distinct(np.concatenate(parts))
    return result


def reach(
    graph: Graph,
    start_facts: Iterable[int],
    may: bool = False,
    blocked: Iterable[int] | None = None,
    ambient: bool = True,
    base: Reach | None = None,
) -> Reach:
    """
    Compute all facts that follow from some.

    Args:
        start_facts: what the attacker begins with.
        may:         count possible steps and possible starts.
        blocked:     facts that are never held, whatever gives them.
        ambient:     begin also with what anyone has.
        base:        what follows from fewer starts, from what is known alone, or while more facts are blocked: go on
                     from there. None of its facts may be blocked now.
    """
    front = starts_of(graph, start_facts, may, ambient)
    shut = None if blocked is None else np.fromiter(blocked, np.int64)
    if kernel.loaded():
        known = None if base is None else (base.held, base.step, base.order)
        return Reach(*calls.reach(graph, front, shut, known), may)
    run = _Run(graph, shut, base)
    front = front[~run.held[front]]
    run.held[front] = True
    while len(front):
        run.order.append(front)
        front = run.thin(front) if len(front) <= _THIN else run.wide(front)
    if run.shut is not None:
        run.held &= ~run.shut
    return Reach(run.held, run.step, np.concatenate([*run.order, np.zeros(0, np.int64)]), may)


# Private functions


class _Run:
    """The state of one fixed point: what is held, by which step, and how many facts each guard still lacks."""

    def __init__(self, graph: Graph, blocked: Ints | None, base: Reach | None = None) -> None:
        self.graph = graph
        self.shut: Bools | None = None
        # Blocked facts pass for held already, so that nothing gives them; they never come into a front.
        self.held = np.zeros(graph.fact_count, bool) if base is None else base.held.copy()
        if blocked is not None:
            self.shut = np.zeros(graph.fact_count, bool)
            self.shut[blocked] = True
            self.held |= self.shut
        self.step = np.full(graph.fact_count, -1, graph.step_source.dtype)
        self.lacking = np.diff(graph.guard_ptr)
        self.order: list[Ints] = []
        if base is not None:
            self.step = base.step.copy()
            if graph.guard_count:
                self.lacking = np.add.reduceat(~base.held[graph.guard_facts], graph.guard_ptr[:-1], dtype=np.int64)
                self.lacking = self.lacking.astype(graph.guard_ptr.dtype)
            self.order = [base.order]

    def wide(self, front: Ints) -> Ints:
        """Fire all steps that a front of newly held facts, ascending, lets fire; return the facts they give."""
        graph = self.graph
        through = self._through(self._open(front))
        given = self._plain(front)
        if graph.guard_count:
            steps = spread(graph.guarded_ptr, front)
            steps = steps[self.lacking[graph.step_guard[steps]] == 0]
            given.append(self._claim(distinct(np.concatenate([steps, through]))))
        return np.sort(np.concatenate(given))

    def thin(self, front: Ints) -> Ints:
        """Do the same fact by fact for as long as the front stays small; return the front that is left."""
        graph = self.graph
        held, step, lacking = self.held.data, self.step.data, self.lacking.data
        target, guard = graph.step_target.data, graph.step_guard.data
        plain_ptr, guarded_ptr = graph.plain_ptr.data, graph.guarded_ptr.data
        member_ptr, member = graph.fact_guard_ptr.data, graph.fact_guards.data
        facts: list[int] = front.tolist()
        while True:
            opened: list[int] = []
            steps: list[int] = []
            given: list[int] = []
            for fact in facts:
                for place in range(member_ptr[fact], member_ptr[fact + 1]):
                    number = member[place]
                    lacking[number] -= 1
                    if not lacking[number]:
                        opened.append(number)
            if opened:
                steps = self._through(np.array(opened)).tolist()
            for fact in facts:
                first, last = plain_ptr[fact], plain_ptr[fact + 1]
                if last - first > _HUB:
                    given.extend(self._claim(np.arange(first, last)).tolist())
                else:
                    for one in range(first, last):
                        other = target[one]
                        if not held[other]:
                            held[other] = True
                            step[other] = one
                            given.append(other)
                steps.extend(one for one in range(guarded_ptr[fact], guarded_ptr[fact + 1]) if not lacking[guard[one]])
            for one in sorted(steps):
                other = target[one]
                if not held[other]:
                    held[other] = True
                    step[other] = one
                    given.append(other)
            given.sort()
            if not given or len(given) > _THIN:
                return np.array(given, np.int64)
            self.order.append(np.array(given, np.int64))
            facts = given

    def _open(self, front: Ints) -> Ints:
        """Count the front's facts off the guards they are in; return the guards that now lack nothing."""
        graph = self.graph
        numbers = graph.fact_guards[spread(graph.fact_guard_ptr, front)]
        np.subtract.at(self.lacking, numbers, 1)
        opened: Ints = distinct(numbers[self.lacking[numbers] == 0])
        return opened

    def _plain(self, front: Ints) -> list[Ints]:
        """Fire the front's steps without guard, some at a time."""
        graph = self.graph
        done = np.cumsum(graph.plain_ptr[front + 1] - graph.plain_ptr[front], dtype=np.int64)
        cuts = np.searchsorted(done, np.arange(_CHUNK, int(done[-1]), _CHUNK))
        return [self._claim(spread(graph.plain_ptr, part)) for part in np.split(front, distinct(cuts)) if len(part)]

    def _through(self, opened: Ints) -> Ints:
        """Return the steps of guards that have just been met whose source is held."""
        graph = self.graph
        steps = graph.guard_steps[spread(graph.guard_step_ptr, opened)]
        sources = graph.step_source[steps]
        ready: Ints = steps[self.held[sources] if self.shut is None else self.held[sources] & ~self.shut[sources]]
        return ready

    def _claim(self, steps: Ints) -> Ints:
        """Let steps, ascending, give their targets, the first to each; return the targets not held before."""
        targets = self.graph.step_target[steps]
        fresh = np.flatnonzero(~self.held[targets])[::-1]
        targets, steps = targets[fresh], steps[fresh]
        # Several steps may write to one place, the first one last: what is found there gave the fact.
        self.step[targets] = steps
        given: Ints = targets[self.step[targets] == steps]
        self.held[given] = True
        return given
