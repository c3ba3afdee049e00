"""One derivation of a fact: an ordered list of steps, each needed, each with all it needs before it."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence

import numpy as np

from graphscan.engine.csr import Ints
from graphscan.engine.graph import Graph
from graphscan.engine.reach import Reach, reach


def derivation(
    graph: Graph,
    fact: int,
    start_facts: Iterable[int],
    may: bool = False,
    without: Iterable[int] | None = None,
    ambient: bool = True,
) -> tuple[int, ...] | None:
    """
    Return one derivation of a fact, or None if there is none.

    Args:
        fact:        what is derived.
        start_facts: what the attacker begins with, beside what anyone has.
        without:     facts that may not be used.

    Returns:
        Steps in an order in which each has its preconditions before it; empty where the fact is a start. None of them
        can be left out, implications between levels of one node counting as always there.
    """
    reached = reach(graph, start_facts, may=may, blocked=without, ambient=ambient)
    if not reached.held[fact]:
        return None
    return derive(graph, fact, reached.step, starts=np.flatnonzero(reached.held & (reached.step < 0)).tolist())


def derive(
    graph: Graph, fact: int, step: Ints, given: Container[int] = frozenset(), starts: Iterable[int] = ()
) -> tuple[int, ...]:
    """
    Return the derivation of a held fact that producing steps describe, pruned.

    Args:
        step:   (F,) the producing step of each fact, -1 for starts; of `Reach` or `Distances`.
        given:  facts that need no derivation.
        starts: start facts, whose lower levels then come by implication.
    """
    maker: dict[int, int] = {}
    waiting = [fact]
    for one in waiting:
        if one not in maker and one not in given:
            maker[one] = int(step[one])
            if step[one] >= 0:
                waiting.extend(graph.body(maker[one]))
    return prune(graph, fact, _unfold(graph, fact, maker, given), starts)


def prune(graph: Graph, fact: int, steps: Sequence[int], starts: Iterable[int] = ()) -> tuple[int, ...]:
    """
    Leave out the steps of a derivation that give what another fact in it, or a start, implies; and what these needed.

    Implications take the place of such steps.
    """
    made = {int(graph.step_target[step]) for step in steps}
    used = made.union(*(graph.body(step) for step in steps))
    by_node: dict[int, list[int]] = {}
    for one in used:
        by_node.setdefault(int(graph.fact_node[one]), []).append(one)
    begin = used - made
    for one in starts:
        here = by_node.get(int(graph.fact_node[one]))
        if here is not None and one not in made:
            begin.add(one)
            here.append(one)
    pool = list(steps)
    doubtful: list[int] = []
    for step in steps:
        target = int(graph.step_target[step])
        above = [one for one in by_node[int(graph.fact_node[target])] if graph.implies(one, target)]
        if above and graph.step_technique[step] != graph.implication:
            doubtful.append(step)
            for one in sorted(above):
                pool.extend(implications(graph, one, target))
    if not doubtful:
        return tuple(steps)
    for step in doubtful:
        fewer = [one for one in pool if one != step]
        if fact in _makers(graph, fewer, begin):
            pool = fewer
    return tuple(_unfold(graph, fact, _makers(graph, pool, begin)))


def implications(graph: Graph, higher: int, lower: int) -> list[int]:
    """Return the implication steps that lead from a fact to one that it implies, first to last."""
    came: dict[int, int] = {}
    waiting = [higher]
    for one in waiting:
        for step in range(int(graph.plain_ptr[one]), int(graph.plain_ptr[one + 1])):
            target = int(graph.step_target[step])
            if graph.step_technique[step] == graph.implication and target not in came:
                came[target] = step
                waiting.append(target)
    chain: list[int] = []
    while lower != higher and lower in came:
        chain.append(came[lower])
        lower = int(graph.step_source[came[lower]])
    return chain[::-1]


def support(graph: Graph, fact: int, reached: Reach) -> frozenset[int]:
    """Return the start facts (ambient ones too) that the derivation of a held fact rests on."""
    used = {fact}
    waiting = [fact]
    starts: set[int] = set()
    while waiting:
        one = waiting.pop()
        step = int(reached.step[one])
        if step < 0:
            starts.add(one)
            continue
        for needed in graph.body(step):
            if needed not in used:
                used.add(needed)
                waiting.append(needed)
    return frozenset(starts)


# Private functions


def _unfold(graph: Graph, fact: int, maker: Mapping[int, int], given: Container[int] = frozenset()) -> list[int]:
    """Return the producing steps of a fact and all it needs, every step after those it rests on."""
    ordered: list[int] = []
    done: set[int] = set()
    waiting: list[tuple[int, bool]] = [(fact, False)]
    while waiting:
        one, expanded = waiting.pop()
        step = maker.get(one, -1)
        if expanded:
            ordered.append(step)
            continue
        if one in done or step < 0 or one in given:
            continue
        done.add(one)
        waiting.append((one, True))
        waiting.extend((needed, False) for needed in reversed(graph.body(step)))
    return ordered


def _makers(graph: Graph, pool: Sequence[int], starts: Collection[int]) -> dict[int, int]:
    """Fire some steps until nothing changes; return the step that first gave each fact, -1 for starts."""
    maker = dict.fromkeys(starts, -1)
    changed = True
    while changed:
        changed = False
        for step in pool:
            target = int(graph.step_target[step])
            if target not in maker and all(needed in maker for needed in graph.body(step)):
                maker[target] = step
                changed = True
    return maker
