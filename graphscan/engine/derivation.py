"""One derivation of a fact: an ordered list of steps, each needed, each with all it needs before it."""

from collections.abc import Container, Iterable, Mapping, Sequence

import numpy as np

from graphscan.engine.csr import Ints
from graphscan.engine.graph import Graph
from graphscan.engine.reach import reach


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
    free = [step for step in steps if graph.step_technique[step] == graph.implication]
    before = len(free)
    for step in steps:
        target, source = int(graph.step_target[step]), int(graph.step_source[step])
        implied = graph.step_technique[step] == graph.implication
        for one in sorted(by_node[int(graph.fact_node[target])]):
            if graph.implies(one, target) and not (implied and (one == source or graph.implies(one, source))):
                free.extend(implications(graph, one, target))
    if len(free) == before:
        return tuple(steps)
    taken = [step for step in steps if graph.step_technique[step] != graph.implication]
    ordered = _unfold(graph, fact, _makers(graph, free, taken, begin))
    # An implication may make more needless than the step it stands beside: all are tried, unless they are very many.
    free = list(dict.fromkeys(free))
    doubtful = [step for step in ordered if graph.step_technique[step] != graph.implication]
    for step in doubtful[:_MOST_DOUBTFUL]:
        left = set(ordered)
        if step in left:
            fewer = [one for one in doubtful if one != step and one in left]
            maker = _makers(graph, free, fewer, begin)
            ordered = _unfold(graph, fact, maker) if fact in maker else ordered
    return tuple(ordered)


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


# Private functions

_MOST_DOUBTFUL = 1000


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


def _makers(graph: Graph, free: Sequence[int], taken: Sequence[int], starts: Iterable[int]) -> dict[int, int]:
    """Fire steps until nothing changes, `free` ones as soon as they can; return what gave each fact, -1 for starts."""
    maker = dict.fromkeys(starts, -1)

    def fire(steps: Sequence[int], then: Sequence[int]) -> bool:
        changed = False
        for step in steps:
            target = int(graph.step_target[step])
            if target not in maker and all(needed in maker for needed in graph.body(step)):
                maker[target] = step
                changed = True
                while then and fire(then, ()):
                    pass
        return changed

    while fire(free, ()) or fire(taken, free):
        pass
    return maker
