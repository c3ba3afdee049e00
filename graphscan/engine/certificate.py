"""
The proof that something is not reached: a set of facts that no step leaves, and the steps stopped on its edge.

A set that holds every start, that every step stays inside of, and that no target is in proves that no target is reached
(reach is the smallest such set, so the proof exists wherever the statement is true).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from graphscan.engine.csr import Bools, Ints, distinct, spread
from graphscan.engine.graph import MAY, Graph
from graphscan.engine.reach import Reach, reach, starts_of
from graphscan.engine.slice import fired


@dataclass(frozen=True)
class Certificate:
    """
    A closed set and its edge.

    Attributes:
        held:    (F,) bool, which facts are in the set; `MAY` says whether what is merely possible counted.
        shut:    facts taken never to be held, ascending.
        steps:   the edge: steps with a precondition in the set and their target outside, ascending.
        missing_ptr, missing: for each of these steps the preconditions outside the set; none where the target alone is
                 shut.
    """

    graph: Graph
    held: Bools
    shut: Ints
    steps: Ints
    missing_ptr: Ints
    missing: Ints

    @property
    def facts(self) -> Ints:
        """Return the facts of the set, ascending, without `MAY`."""
        facts: Ints = np.flatnonzero(self.held)
        return facts[1:] if self.held[MAY] else facts

    def closed_by(self) -> tuple[Ints, Ints]:
        """
        Return (fact, step) pairs, sorted: each fact whose absence stops a step of the edge, and that step.

        That is a precondition outside the set, or the target where it is shut.
        """
        counts = np.diff(self.missing_ptr)
        barred = np.isin(self.graph.step_target[self.steps], self.shut)
        facts = np.concatenate([self.missing, self.graph.step_target[self.steps[barred]]]).astype(np.int64)
        steps = np.concatenate([np.repeat(self.steps, counts), self.steps[barred]]).astype(np.int64)
        order = np.lexsort((steps, facts))
        return facts[order], steps[order]


def closed_set(
    graph: Graph,
    starts: Iterable[int],
    may: bool = True,
    blocked: Iterable[int] = (),
    reached: Reach | None = None,
) -> Certificate:
    """
    Return what some starts reach together with what anyone has, and the steps stopped on its edge.

    Args:
        starts:  start facts; controls taken to have failed belong to them.
        may:     count what is merely possible: a proof needs it.
        blocked: facts taken never to be held, whatever gives them.
        reached: the answer to this very question where it is known already.
    """
    shut = distinct(np.fromiter(blocked, np.int64))
    if reached is None:
        reached = reach(graph, starts, may=may, blocked=shut if len(shut) else None)
    steps = _edge(graph, reached.held, shut)
    owner, missing = _missing(graph, reached.held, steps)
    pointers = np.zeros(len(steps) + 1, np.int64)
    np.cumsum(np.bincount(owner, minlength=len(steps)), out=pointers[1:])
    return Certificate(graph, reached.held, shut, steps, pointers, missing)


def holds(certificate: Certificate, starts: Iterable[int], targets: Iterable[int]) -> str:
    """
    Check the proof that targets are not reached; needs no search.

    Returns:
        "" where it holds, else one sentence: which of its conditions does not.
    """
    graph, held, shut = certificate.graph, certificate.held, certificate.shut
    begin = starts_of(graph, starts, bool(held[MAY]), ambient=True)
    begin = begin[~np.isin(begin, shut)]
    if not held[begin].all():
        return f"start fact {int(begin[~held[begin]][0])} is not in the closed set"
    wanted = distinct(np.fromiter(targets, np.int64))
    if held[wanted].any():
        return f"target fact {int(wanted[held[wanted]][0])} is in the closed set"
    leaving = np.flatnonzero(fired(graph, Reach(held, begin, begin, bool(held[MAY]))) & ~held[graph.step_target])
    leaving = leaving[~np.isin(graph.step_target[leaving], shut)]
    if len(leaving):
        return f"step {int(leaving[0])} leaves the closed set"
    return ""


# Private functions


def _edge(graph: Graph, held: Bools, shut: Ints) -> Ints:
    """Return the steps with a precondition in the set and their target outside, ascending."""
    inside = held.copy()
    inside[MAY] = False  # whether a step is certain is nothing that an attacker holds
    # A step without guard that starts inside ends inside, unless its end is shut: only few need to be looked at.
    plain = graph.in_steps[spread(graph.in_ptr, shut)].astype(np.int64) if len(shut) else np.zeros(0, np.int64)
    plain = plain[(plain < graph.plain_count) & inside[graph.step_source[plain]]]
    first = graph.plain_count
    touched = np.zeros(graph.guard_count, bool)
    touched[graph.fact_guards[spread(graph.fact_guard_ptr, np.flatnonzero(inside))]] = True
    guard = graph.step_guard[first:]
    guarded = np.flatnonzero((inside[graph.step_source[first:]] | touched[guard]) & ~held[graph.step_target[first:]])
    plain = plain[~held[graph.step_target[plain]]]
    result: Ints = np.concatenate([np.sort(plain), guarded + first])
    return result


def _missing(graph: Graph, held: Bools, steps: Ints) -> tuple[Ints, Ints]:
    """Return (position in `steps`, fact) of every precondition outside the set, in order."""
    guard = graph.step_guard[steps]
    guarded = np.flatnonzero(guard >= 0)
    sizes = np.diff(graph.guard_ptr)[guard[guarded]]
    members = graph.guard_facts[spread(graph.guard_ptr, guard[guarded])].astype(np.int64)
    owner = np.concatenate([np.arange(len(steps)), np.repeat(guarded, sizes)])
    facts = np.concatenate([graph.step_source[steps].astype(np.int64), members])
    outside = ~held[facts]
    owner, facts = owner[outside], facts[outside]
    order = np.lexsort((facts, owner))
    owner, facts = owner[order], facts[order]
    keep = np.ones(len(owner), bool)  # a source may stand in its own guard
    keep[1:] = (owner[1:] != owner[:-1]) | (facts[1:] != facts[:-1])
    return owner[keep], facts[keep]
