"""The attack graph between sources and targets, and the small graph that is left of it without what anyone has."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from graphscan.engine.assemble import Frame, Steps, assemble
from graphscan.engine.csr import Bools, Ints, all_of, distinct, spread
from graphscan.engine.graph import MAY, Graph
from graphscan.engine.guards import clean
from graphscan.engine.reach import Reach

_THIN = 48
_HUB = 1024


@dataclass(frozen=True, slots=True)
class Slice:
    """
    What takes part in some attack on the targets: a superset of all minimal derivations.

    Attributes:
        steps:   step numbers, ascending.
        facts:   their ends and guards and the targets, ascending.
        targets: the targets that are reached, ascending.
        starts:  the reach's start facts among `facts`.
    """

    steps: Ints
    facts: Ints
    targets: Ints
    starts: Ints


@dataclass(frozen=True)
class Contracted:
    """
    A slice as a graph of its own, in which requirements that anyone meets have vanished.

    Attributes:
        graph:    its facts and steps are numbered anew; fact 0 stands for nothing. Where a step's source is met by
                  anyone, one of its guard's facts takes its place.
        facts:    (its facts,) what each was in the whole graph, 0 for fact 0.
        steps:    (its steps,) what each was in the whole graph.
        sources:  the start facts of the question that take part, ascending.
        targets:  the targets that are reached, but not by anyone, ascending.
        open:     targets (numbers of the whole graph) that anyone reaches.
    """

    graph: Graph
    facts: Ints
    steps: Ints
    sources: tuple[int, ...]
    targets: tuple[int, ...]
    open: tuple[int, ...]

    def local(self, fact: int) -> int:
        """Return the number here of a fact of the whole graph, -1 where it does not take part."""
        place = int(np.searchsorted(self.facts, fact))
        return place if 0 < place < len(self.facts) and self.facts[place] == fact else -1


def fired(graph: Graph, reached: Reach, steps: Ints | None = None) -> Bools:
    """Return for each step (of some, or all) whether all of its preconditions are held."""
    guards = np.append(all_of(graph.guard_ptr, reached.held[graph.guard_facts]), True)  # -1: no guard
    source = graph.step_source if steps is None else graph.step_source[steps]
    guard = graph.step_guard if steps is None else graph.step_guard[steps]
    result: Bools = reached.held[source] & guards[guard]
    return result


def backward(
    graph: Graph,
    reached: Reach,
    targets: Iterable[int],
    given: Bools | None = None,
    through_starts: bool = False,
) -> Slice:
    """
    Follow fired steps back from the targets through all of their preconditions.

    Steps that give a start fact are left out and, where there is one target, steps that need it.

    Args:
        reached: over the steps to follow.
        targets: facts; those not reached are left out.
        given:   (F,) facts that need no derivation (what anyone holds).
        through_starts: keep steps that give a start fact, for questions about some of the starts.
    """
    wanted = distinct(np.fromiter(targets, np.int64))
    wanted = wanted[reached.held[wanted]]
    held = reached.held
    if len(wanted) == 1:
        held = held.copy()
        held[wanted] = False  # so that steps that need it do not count as fired
    guards = np.append(all_of(graph.guard_ptr, held[graph.guard_facts]), True)
    started = reached.held & (reached.step < 0)
    seen = np.zeros(graph.fact_count, bool) if through_starts else started.copy()
    if given is not None:
        seen |= given
    front: Ints = wanted[~seen[wanted]]
    seen[front] = True
    parts: list[Ints] = [np.zeros(0, np.int64)]
    touched: list[Ints] = [wanted]
    while len(front):
        steps = graph.in_steps[spread(graph.in_ptr, front)]
        steps = steps[held[graph.step_source[steps]] & guards[graph.step_guard[steps]]]
        parts.append(steps)
        guarded = graph.step_guard[steps]
        guarded = distinct(guarded[guarded >= 0])
        needed = np.concatenate([graph.step_source[steps], graph.guard_facts[spread(graph.guard_ptr, guarded)]])
        touched.append(needed)
        front = distinct(needed[~seen[needed]])
        seen[front] = True
        if len(front) and len(front) <= _THIN:
            front = _chain(graph, held, guards, seen, front, parts, touched)
    facts = distinct(np.concatenate(touched))
    return Slice(np.sort(np.concatenate(parts)), facts, wanted, facts[started[facts]])


def contract(graph: Graph, part: Slice, anyone: Bools) -> Contracted:
    """
    Make a graph of a slice.

    Args:
        part:   a slice that was made with `given=anyone`.
        anyone: (F,) what ambient facts alone reach, MAY included where it counts.
    """
    steps = part.steps[~anyone[graph.step_target[part.steps]]]
    facts = part.facts[~anyone[part.facts]]
    number = np.zeros(graph.fact_count, np.int64)
    number[facts] = np.arange(1, len(facts) + 1)
    guard = graph.step_guard[steps]
    row = np.concatenate([np.arange(len(steps)), np.repeat(np.arange(len(steps)), _sizes(graph, guard))])
    some = guard[guard >= 0]
    body = np.concatenate([graph.step_source[steps], graph.guard_facts[spread(graph.guard_ptr, some)]])
    stays = ~anyone[body]
    row, body = row[stays], number[body[stays]]
    # Source first, then the guard in order: the first that is left becomes the source.
    order = np.argsort(row, kind="stable")
    row, body = row[order], body[order]
    first = np.ones(len(row), bool)
    first[1:] = row[1:] != row[:-1]
    ptr = np.zeros(len(steps) + 1, np.int64)
    np.cumsum(np.bincount(row[~first], minlength=len(steps)), out=ptr[1:])
    columns = Steps(
        source=body[first],
        target=number[graph.step_target[steps]],
        guard=np.arange(len(steps)),
        technique=graph.step_technique[steps].astype(np.int64),
        relation_set=graph.step_relation_set[steps].astype(np.int64),
    )
    nothing = np.zeros(0, np.int64)
    small, rows = assemble(
        np.concatenate([graph.fact_node[:1], graph.fact_node[facts]]),
        np.concatenate([graph.fact_level[:1], graph.fact_level[facts]]),
        columns,
        clean(ptr, body[~first]),
        Frame(graph.relation_ptr, graph.relation_ids, graph.techniques, graph.effort, nothing, nothing),
    )
    sources = number[part.starts[~anyone[part.starts]]]
    targets = number[part.targets[~anyone[part.targets]]]
    return Contracted(
        graph=small,
        facts=np.concatenate([[MAY], facts]),
        steps=steps[rows],
        sources=tuple(sources.tolist()),
        targets=tuple(targets.tolist()),
        open=tuple(part.targets[anyone[part.targets]].tolist()),
    )


def restrict(attack: Contracted, keep: Bools) -> Contracted:
    """Return the same attack graph with only some of its steps, and the facts that these, or nothing, lead to."""
    graph = attack.graph
    steps = np.flatnonzero(keep)
    guard = graph.step_guard[steps]
    needed = graph.guard_facts[spread(graph.guard_ptr, guard[guard >= 0])]
    facts = distinct(np.concatenate([graph.step_source[steps], graph.step_target[steps], needed]))
    sources, targets = np.array(attack.sources, np.int64), np.array(attack.targets, np.int64)
    part = Slice(steps, facts, targets[np.isin(targets, facts)], sources[np.isin(sources, facts)])
    inner = contract(graph, part, np.zeros(graph.fact_count, bool))
    return Contracted(
        graph=inner.graph,
        facts=attack.facts[inner.facts],
        steps=attack.steps[inner.steps],
        sources=inner.sources,
        targets=inner.targets,
        open=attack.open,
    )


# Private functions


def _sizes(graph: Graph, guard: Ints) -> Ints:
    return np.where(guard >= 0, graph.guard_ptr[guard + 1] - graph.guard_ptr[guard], 0)


def _chain(
    graph: Graph, held: Bools, guards: Bools, seen: Bools, front: Ints, parts: list[Ints], touched: list[Ints]
) -> Ints:
    """Go back fact by fact for as long as the front stays small; return the front that is left."""
    in_ptr, in_steps = graph.in_ptr.data, graph.in_steps.data
    source, guard = graph.step_source.data, graph.step_guard.data
    holds, met, known = held.data, guards.data, seen.data
    facts: list[int] = front.tolist()
    taken: list[int] = []
    used: list[int] = []
    while facts and len(facts) <= _THIN:
        if any(in_ptr[fact + 1] - in_ptr[fact] > _HUB for fact in facts):
            break
        more: list[int] = []
        for fact in facts:
            for place in range(in_ptr[fact], in_ptr[fact + 1]):
                step = in_steps[place]
                if not (holds[source[step]] and met[guard[step]]):
                    continue
                taken.append(step)
                for other in graph.body(step) if guard[step] >= 0 else (source[step],):
                    used.append(other)
                    if not known[other]:
                        known[other] = True
                        more.append(other)
        facts = more
    parts.append(np.array(taken, np.int64))
    touched.append(np.array(used, np.int64))
    return np.array(facts, np.int64)
