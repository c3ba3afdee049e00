"""A slice as a small graph of its own, without the requirements that anyone meets."""

from dataclasses import dataclass

import numpy as np

from graphscan.engine.assemble import Frame, Steps, assemble
from graphscan.engine.csr import Bools, Ints, distinct, spread
from graphscan.engine.graph import MAY, Graph
from graphscan.engine.guards import clean
from graphscan.engine.slice import Slice


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


def contract(graph: Graph, part: Slice, anyone: Bools) -> Contracted:
    """
    Make a graph of a slice.

    Args:
        part:   a slice that was made with `given=anyone`.
        anyone: (F,) what ambient facts alone reach, MAY included where it counts.
    """
    steps = part.steps[~anyone[graph.step_target[part.steps]]]
    facts = part.facts[~anyone[part.facts]]
    row, body = members(graph, steps)
    stays = ~anyone[body]
    small, rows = _built(graph, steps, row[stays], body[stays], facts)
    number = np.zeros(graph.fact_count, np.int64)
    number[facts] = np.arange(1, len(facts) + 1)
    return Contracted(
        graph=small,
        facts=np.concatenate([[MAY], facts]),
        steps=steps[rows],
        sources=tuple(number[part.starts[~anyone[part.starts]]].tolist()),
        targets=tuple(number[part.targets[~anyone[part.targets]]].tolist()),
        open=tuple(part.targets[anyone[part.targets]].tolist()),
    )


def restrict(attack: Contracted, facts: Bools) -> Contracted:
    """Return the same attack graph with only the flagged facts, and the steps that need and give no others."""
    graph = attack.graph
    row, body = members(graph, np.arange(graph.step_count))
    keep = facts[graph.step_target]
    keep[row[~facts[body]]] = False
    steps = np.flatnonzero(keep)
    return _part(attack, steps, *members(graph, steps), facts)


def condense(attack: Contracted) -> Contracted:
    """
    Return the attack graph without facts that follow in one way only and are no source or target.

    What such a fact follows from takes its place: always where that is one fact, else where one step alone needs it.
    Which sources reach which targets is the same, and so is which sources lie on a path; the paths are shorter.
    """
    for _ in range(_ROUNDS):
        smaller = _without_links(attack)
        if smaller is None:
            return attack
        attack = smaller
    return attack


def members(graph: Graph, steps: Ints) -> tuple[Ints, Ints]:
    """Return (place in `steps`, precondition) for all preconditions of some steps, each source before its guard."""
    guard = graph.step_guard[steps]
    size = np.where(guard >= 0, graph.guard_ptr[guard + 1] - graph.guard_ptr[guard], 0)
    row = np.concatenate([np.arange(len(steps)), np.repeat(np.arange(len(steps)), size)])
    body = np.concatenate([graph.step_source[steps], graph.guard_facts[spread(graph.guard_ptr, guard[guard >= 0])]])
    order = np.argsort(row, kind="stable")
    return row[order], body[order]


# Private functions

_ROUNDS = 8  # chains of single facts go in one; more serves only nested steps with several requirements
_MOST_NEEDED = 4  # longer bodies are not put in the place of a fact


def _without_links(attack: Contracted) -> Contracted | None:
    """Do one round of `condense`; None where there is nothing to do."""
    graph = attack.graph
    if not graph.step_count:
        return None
    row, body = members(graph, np.arange(graph.step_count))
    size = np.bincount(row, minlength=graph.step_count)
    link = np.diff(graph.in_ptr) == 1
    link[[MAY, *attack.sources, *attack.targets]] = False
    maker = np.full(graph.fact_count, -1, np.int64)
    maker[link] = graph.in_steps[graph.in_ptr[:-1][link]]
    alone = link & (size[maker] == 1)
    alias = np.arange(graph.fact_count)
    alias[alone] = graph.step_source[maker[alone]]
    root = alias
    for _ in range(graph.fact_count.bit_length()):
        root = root[root]
    # What leads back to a circle stays as it is: nothing derives it.
    root = np.where(alias[root] == root, root, np.arange(graph.fact_count))
    alone &= root != np.arange(graph.fact_count)
    # A fact with several requirements goes where one step needs it, unless one of them goes as well: in a later round.
    body = root[body]
    uses = np.bincount(body, minlength=graph.fact_count)
    joint = link & ~alone & (size[maker] > 1) & (size[maker] <= _MOST_NEEDED) & (uses == 1)
    joint[graph.step_target[row[joint[body]]]] = False
    if not (alone.any() or joint.any()):
        return None
    ptr = np.zeros(graph.step_count + 1, np.int64)
    np.cumsum(size, out=ptr[1:])
    through = np.flatnonzero(joint[body])
    replaced = spread(ptr, maker[body[through]])
    row = np.concatenate([np.delete(row, through), np.repeat(row[through], size[maker[body[through]]])])
    body = np.concatenate([np.delete(body, through), body[replaced]])
    gone = (alone | joint)[graph.step_target]
    gone[row[body == graph.step_target[row]]] = True  # needs what it gives
    steps = np.flatnonzero(~gone)
    stays = ~gone[row]
    row, body = (np.cumsum(~gone) - 1)[row[stays]], body[stays]
    order = np.lexsort((body, row))
    return _part(attack, steps, row[order], body[order], np.ones(graph.fact_count, bool))


def _part(attack: Contracted, steps: Ints, row: Ints, body: Ints, kept: Bools) -> Contracted:
    """Return an attack graph of some of another's steps, with the preconditions given for them, and its kept ends."""
    graph = attack.graph
    sources, targets = np.array(attack.sources, np.int64), np.array(attack.targets, np.int64)
    sources, targets = sources[kept[sources]], targets[kept[targets]]
    facts = distinct(np.concatenate([graph.step_target[steps], body, sources, targets]))
    small, rows = _built(graph, steps, row, body, facts)
    number = np.zeros(graph.fact_count, np.int64)
    number[facts] = np.arange(1, len(facts) + 1)
    return Contracted(
        graph=small,
        facts=attack.facts[np.concatenate([[MAY], facts])],
        steps=attack.steps[steps[rows]],
        sources=tuple(number[sources].tolist()),
        targets=tuple(number[targets].tolist()),
        open=attack.open,
    )


def _built(graph: Graph, steps: Ints, row: Ints, body: Ints, facts: Ints) -> tuple[Graph, Ints]:
    """
    Build a graph of some steps of another.

    Args:
        row, body: which of `steps` needs which fact, in order of row; the first becomes its source.
        facts:     the facts of the new graph, ascending, without MAY.

    Returns:
        The graph, and for each of its steps the place in `steps` of what it was.
    """
    number = np.zeros(graph.fact_count, np.int64)
    number[facts] = np.arange(1, len(facts) + 1)
    body = number[body]
    first = np.ones(len(row), bool)
    first[1:] = row[1:] != row[:-1]
    source = body[first]
    rest = ~first & (body != source[row])
    ptr = np.zeros(len(steps) + 1, np.int64)
    np.cumsum(np.bincount(row[rest], minlength=len(steps)), out=ptr[1:])
    columns = Steps(
        source=source,
        target=number[graph.step_target[steps]],
        guard=np.arange(len(steps)),
        technique=graph.step_technique[steps].astype(np.int64),
        relation_set=graph.step_relation_set[steps].astype(np.int64),
    )
    nothing = np.zeros(0, np.int64)
    return assemble(
        np.concatenate([graph.fact_node[:1], graph.fact_node[facts]]),
        np.concatenate([graph.fact_level[:1], graph.fact_level[facts]]),
        columns,
        clean(ptr, body[rest]),
        Frame(graph.relation_ptr, graph.relation_ids, graph.techniques, graph.effort, nothing, nothing),
    )
