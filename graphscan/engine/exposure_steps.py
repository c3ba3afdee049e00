"""The steps that matter to sources asked each on its own: what anyone meets vanished, what none can take is gone."""

from dataclasses import dataclass, replace

import numpy as np

from graphscan.engine.csr import Bools, Ints, pointers
from graphscan.engine.exposure_sweep import Arcs
from graphscan.engine.graph import Graph
from graphscan.engine.reach import Reach, reach
from graphscan.engine.slice import fired


@dataclass(frozen=True)
class Left:
    """
    What is left of a graph for some sources.

    Attributes:
        graph:  the whole graph; facts keep their numbers.
        anyone: what ambient facts alone reach.
        all:    what all sources reach together with them: what is not in it, none reaches.
        free:   arcs that a single fact lets one take: a chain of them from a source is a derivation.
        every:  these, and one arc for each step with several requirements, from the rarest: whatever a source derives,
                a chain of them joins it to.
        joint:  steps with several requirements left, ascending.
        gone:   facts that are never held.
    """

    graph: Graph
    anyone: Reach
    all: Reach
    free: Arcs
    every: Arcs
    joint: Ints
    gone: Ints


def left(graph: Graph, starts: Ints, may: bool, blocked: Ints) -> Left:
    """
    Take away what anyone meets and what no source can.

    Args:
        starts:  all facts of all sources.
        blocked: facts that are never held.
    """
    shut = blocked if len(blocked) else None
    anyone = reach(graph, (), may=may, blocked=shut)
    everyone = reach(graph, starts, may=may, blocked=shut, base=anyone)
    plain = graph.plain_count
    steps = np.arange(plain, graph.step_count)
    needs_source = ~anyone.held[graph.step_source[plain:]]
    number = graph.step_guard[plain:]
    rarest, size = _of_guards(graph, anyone.held)
    needed = needs_source + size[number]
    alive = fired(graph, everyone, steps) & ~anyone.held[graph.step_target[plain:]] & (needed > 0)
    alive &= everyone.held[graph.step_target[plain:]]
    degree = np.diff(graph.in_ptr)
    own = np.where(needs_source, _key(degree, graph.step_source[plain:]), _NONE)
    origin = np.where(alive, np.minimum(own, rarest[number]) & _FACT, -1)
    joint = alive & (needed > 1)
    source = graph.step_source
    ptr, items = graph.plain_ptr, graph.step_target[:plain]
    if len(blocked):
        ptr, items, source = _without(graph, blocked)
    every = Arcs(ptr, items, graph.step_target, graph.in_ptr, graph.in_steps, source, origin)
    free = replace(every, guarded=np.where(joint, -1, origin)) if joint.any() else every
    return Left(graph, anyone, everyone, free, every, steps[joint], blocked)


# Private functions

_BITS = 40  # of a fact's number in a key that orders facts by how many steps give them
_FACT = (1 << _BITS) - 1
_NONE = np.iinfo(np.int64).max


def _key(degree: Ints, facts: Ints) -> Ints:
    return (degree[facts].astype(np.int64) << _BITS) | facts


def _of_guards(graph: Graph, anyone: Bools) -> tuple[Ints, Ints]:
    """Return for each guard the key of its rarest fact that not anyone has, and how many it has of these."""
    if not graph.guard_count:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    facts = graph.guard_facts
    lacks = ~anyone[facts]
    keys = np.where(lacks, _key(np.diff(graph.in_ptr), facts), _NONE)
    begins = graph.guard_ptr[:-1].astype(np.int64)
    return np.minimum.reduceat(keys, begins), np.add.reduceat(lacks, begins, dtype=np.int64)


def _without(graph: Graph, blocked: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the plain steps that neither need nor give a blocked fact: rows, targets; origin -1 for the others."""
    plain = graph.plain_count
    shut = np.zeros(graph.fact_count, bool)
    shut[blocked] = True
    source, target = graph.step_source[:plain], graph.step_target[:plain]
    stays = ~(shut[source] | shut[target])
    return pointers(source[stays], graph.fact_count), target[stays], np.where(stays, source, -1)
