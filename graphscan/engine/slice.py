"""The attack graph between sources and targets: what takes part in some attack, followed backwards."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from graphscan.engine import kernel
from graphscan.engine.csr import Bools, Ints, all_of, distinct, spread
from graphscan.engine.graph import Graph
from graphscan.engine.kernel import calls
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


def fired(graph: Graph, reached: Reach, steps: Ints | None = None) -> Bools:
    """Return for each step (of some, or all) whether all of its preconditions are held."""
    guards = np.append(all_of(graph.guard_ptr, reached.held[graph.guard_facts]), True)  # -1: no guard
    source = graph.step_source if steps is None else graph.step_source[steps]
    guard = graph.step_guard if steps is None else graph.step_guard[steps]
    result: Bools = reached.held[source] & guards[guard]
    return result


def backward(
    graph: Graph, reached: Reach, targets: Iterable[int], given: Bools | None = None, through_starts: bool = False
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
    started = held & (reached.step < 0)
    seen = np.zeros(graph.fact_count, bool) if through_starts else started.copy()
    if given is not None:
        seen |= given
    if kernel.loaded():
        avoid = int(wanted[0]) if len(wanted) == 1 else -1
        followed, needs = calls.backward(graph, held, avoid, seen, wanted)
        return Slice(followed, needs, wanted, needs[started[needs]])
    if len(wanted) == 1:
        held = held.copy()
        held[wanted] = False  # so that steps that need it do not count as fired
    guards = np.append(all_of(graph.guard_ptr, held[graph.guard_facts]), True)
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


# Private functions


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
