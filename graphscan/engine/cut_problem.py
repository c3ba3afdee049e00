"""What is asked when a set of cuts is looked for, as small as it gets: a graph that begins with what cuts take away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from graphscan.engine.assemble import Frame, Steps, assemble
from graphscan.engine.contract import Contracted, condense, contract, members
from graphscan.engine.csr import Bools, Ints, distinct, grouped, spread
from graphscan.engine.graph import Graph
from graphscan.engine.guards import Guards, canonical, clean
from graphscan.engine.question import Question
from graphscan.engine.reach import Reach, reach, starts_of
from graphscan.engine.slice import backward

_CONDENSED = 60_000  # steps up to which chains are drawn together: it costs about as much as twenty searches


class Effect(Protocol):
    """What a cut takes away."""

    @property
    def steps(self) -> Ints:
        """Steps of the whole graph that it closes."""
        ...

    @property
    def facts(self) -> Ints:
        """Facts of the whole graph that are never held once it is made."""
        ...


@dataclass(frozen=True)
class Problem:
    """
    Derivations of some targets, told by the cuts that close them.

    A *leave* is what a step needs beside its preconditions: that none of some cuts is made. Steps that the same cuts
    close share one. What holds whatever is cut has vanished, so every derivation begins with leaves alone, and it is
    closed by the cuts of the leaves it begins with.

    Attributes:
        graph:       the facts and steps between leaves and targets; facts without a leave or step are never held.
        targets:     its facts that must not be reached.
        leaves:      (L,) its facts that are leaves, ascending.
        leave_cuts:  (L+1,) and flat: places of the cuts that take each leave away, ascending.
        uncut:       a target (fact of the whole graph) that is reached whatever is cut, -1 for none.
        derivation:  steps of the whole graph that reach it, each after those it rests on.
    """

    graph: Graph
    targets: tuple[int, ...]
    leaves: Ints
    leave_cuts: Guards
    uncut: int = -1
    derivation: tuple[int, ...] = ()


def problem_of(question: Question, targets: Iterable[int], cuts: Sequence[Effect]) -> Problem:
    """Slice the question, put leaves into it, and take out what holds whatever is cut."""
    graph, reached = question.graph, question.reached
    fact_closers = _closers(graph.fact_count, [cut.facts for cut in cuts])
    step_closers = _closers(graph.step_count, [cut.steps for cut in cuts])
    # Not told from the producing steps: what anyone derives may be a start of the question as well.
    started: Bools = np.zeros(graph.fact_count, bool)
    started[starts_of(graph, question.starts, question.may, ambient=True)] = True
    started &= reached.held
    firm = started & (np.diff(fact_closers.ptr) == 0)
    part = backward(graph, reached, targets, firm, through_starts=True)
    begins = part.facts[started[part.facts] & ~firm[part.facts]]
    row, body = members(graph, part.steps)
    number = np.zeros(graph.fact_count, np.int64)
    number[part.facts] = np.arange(1, len(part.facts) + 1)
    target = np.concatenate([number[graph.step_target[part.steps]], number[begins]])
    count = len(part.steps)
    closing = _joined(step_closers, part.steps, fact_closers, graph.step_target[part.steps], begins)
    leave_cuts, leave = canonical(closing)
    first_leave = len(part.facts) + 1
    closed = np.flatnonzero(leave >= 0)
    # Each start that can be taken away is given by its leave, all others hold whatever is cut.
    row = np.concatenate([row, closed])
    body = np.concatenate([number[body], first_leave + leave[closed]])
    order = np.argsort(row, kind="stable")
    local, rows = _graph(first_leave + len(leave_cuts), target, row[order], body[order], count)
    leaves = np.arange(first_leave, first_leave + len(leave_cuts))
    wanted = number[part.targets]
    always = reach(local, number[part.facts[firm[part.facts]]], ambient=False)
    lost = wanted[always.held[wanted]]
    if len(lost):
        steps = _derivation(local, always, int(lost[0]))
        whole = part.steps[rows[np.array(steps, np.int64)]] if steps else part.steps[:0]
        empty = Guards(np.zeros(1, np.int64), np.zeros(0, np.int64))
        return Problem(local, (), leaves[:0], empty, int(part.facts[lost[0] - 1]), tuple(whole.tolist()))
    everything = reach(local, [*np.flatnonzero(always.held).tolist(), *leaves.tolist()], ambient=False)
    between = backward(local, everything, wanted.tolist(), always.held)
    small = contract(local, between, always.held)
    small = condense(small) if small.graph.step_count <= _CONDENSED else small
    return _numbered(small, first_leave, leave_cuts)


# Private functions


def _closers(count: int, effects: Sequence[Ints]) -> Guards:
    """Return for each of `count` things the places of the effects it is in, ascending."""
    place = np.repeat(np.arange(len(effects)), [len(one) for one in effects])
    things = np.concatenate([np.zeros(0, np.int64), *(np.asarray(one, np.int64) for one in effects)])
    ptr, order = grouped(things, count)
    return Guards(ptr.astype(np.int64), place[order])


def _joined(step_closers: Guards, steps: Ints, fact_closers: Guards, gives: Ints, begins: Ints) -> Guards:
    """Return for each step the cuts that close it or take what it gives, and for each start those that take it."""
    parts = [(step_closers, steps), (fact_closers, gives)]
    rows = [np.repeat(np.arange(len(of)), np.diff(these.ptr)[of]) for these, of in parts]
    items = [these.facts[spread(these.ptr, of)] for these, of in parts]
    rows.append(np.repeat(np.arange(len(begins)) + len(steps), np.diff(fact_closers.ptr)[begins]))
    items.append(fact_closers.facts[spread(fact_closers.ptr, begins)])
    row, item = np.concatenate(rows), np.concatenate(items)
    order = np.argsort(row, kind="stable")
    ptr = np.zeros(len(steps) + len(begins) + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=len(ptr) - 1), out=ptr[1:])
    return clean(ptr, item[order])


def _graph(facts: int, target: Ints, row: Ints, body: Ints, known: int) -> tuple[Graph, Ints]:
    """Return a graph of steps given by their preconditions, and for each of its steps the row it was."""
    steps = len(target)
    first = np.ones(len(row), bool)
    first[1:] = row[1:] != row[:-1]
    source = body[first]
    rest = ~first & (body != source[row])
    ptr = np.zeros(steps + 1, np.int64)
    np.cumsum(np.bincount(row[rest], minlength=steps), out=ptr[1:])
    nothing = np.zeros(0, np.int64)
    # Steps that are not of the whole graph have a technique of their own.
    columns = Steps(source, target, np.arange(steps), (np.arange(steps) >= known) * 1, np.full(steps, -1))
    frame = Frame(np.zeros(1, np.int64), nothing, ("step", "start"), np.zeros(2, np.uint8), nothing, nothing)
    node, level = np.arange(facts, dtype=np.int32), np.zeros(facts, np.uint8)
    return assemble(node, level, columns, clean(ptr, body[rest]), frame)


def _derivation(graph: Graph, reached: Reach, fact: int) -> list[int]:
    """Return the steps that the reach gave a fact by, each after those it rests on."""
    step, place = reached.step, np.zeros(graph.fact_count, np.int64)
    place[reached.order] = np.arange(len(reached.order))
    found, waiting = {fact}, [fact]
    for one in waiting:
        for other in graph.body(int(step[one])) if step[one] >= 0 else ():
            if other not in found:
                found.add(other)
                waiting.append(other)
    return [int(step[one]) for one in sorted(found, key=lambda one: int(place[one])) if step[one] >= 0]


def _numbered(small: Contracted, first_leave: int, leave_cuts: Guards) -> Problem:
    """Return the problem of a contracted graph: which of its sources is which leave."""
    leaves = distinct(np.array(small.sources, np.int64))
    which = small.facts[leaves] - first_leave
    ptr = np.zeros(len(leaves) + 1, np.int64)
    np.cumsum(np.diff(leave_cuts.ptr)[which], out=ptr[1:])
    cuts = Guards(ptr, leave_cuts.facts[spread(leave_cuts.ptr, which)])
    return Problem(small.graph, small.targets, leaves, cuts)
