"""What two compiled graphs have in common: steps, facts and starts by what they are, not by how they are numbered."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphscan.engine.csr import Bools, Ints
from graphscan.engine.graph import MAY, Graph

Codes = NDArray[np.int64]
Known = NDArray[np.uint8]  # 2 known, 1 possible, 0 not there


@dataclass(frozen=True, slots=True)
class Sorts:
    """
    Things of one graph, each once, with what is known of it there and in the other graph.

    Attributes:
        items:    step numbers (or facts) of the graph, ascending.
        here:     2 where it is known, 1 where it is only possible.
        there:    the same of the other graph; 0 where it is not there.
    """

    items: Ints
    here: Known
    there: Known

    @property
    def gone(self) -> Bools:
        """Return which are certain: known here and not even possible there."""
        result: Bools = (self.here == 2) & (self.there == 0)
        return result

    @property
    def perhaps(self) -> Bools:
        """Return which may be: possible here and not there, or known here and merely possible there."""
        result: Bools = (self.here > self.there) & ~self.gone
        return result


@dataclass(frozen=True, slots=True)
class Compared:
    """
    Two graphs compared.

    Attributes:
        first_steps, second_steps: their steps, but for implications between levels.
        first_starts, second_starts: what anyone has in them.
        first_there, second_there: (S,) of each graph's steps, 2 where the other graph knows the step, 1 where it is
            only possible there, 0 where it is not there; 2 for implications.
    """

    first_steps: Sorts
    second_steps: Sorts
    first_starts: Sorts
    second_starts: Sorts
    first_there: Known
    second_there: Known


def compare(first: Graph, first_key: Codes, second: Graph, second_key: Codes) -> Compared:
    """
    Compare two graphs.

    A step is the same where source, target, guard and technique are; that it is only possible is told apart. Levels
    imply one another in every graph, so implications are left out.

    Args:
        first_key, second_key: (nodes,) a number ≥ 0 for each node of a graph, the same for the same thing in both.
    """
    graphs, keys = (first, second), (first_key, second_key)
    facts = [_fact_codes(graph, key) for graph, key in zip(graphs, keys, strict=True)]
    guards = _guards(graphs, facts)
    techniques = sorted({*first.techniques, *second.techniques})
    rows: list[Ints] = []
    codes: list[tuple[Codes, ...]] = []
    for graph, fact, guard in zip(graphs, facts, guards, strict=True):
        chosen = np.flatnonzero(graph.step_technique != graph.implication)
        place = np.array([techniques.index(name) for name in graph.techniques], np.int64)
        number = np.append(guard, -1)[graph.step_guard[chosen]]  # no guard is -1: the last place
        ends = (fact[graph.step_source[chosen]], fact[graph.step_target[chosen]])
        codes.append((*ends, number * len(techniques) + place[graph.step_technique[chosen]]))
        rows.append(chosen)
    sure = [
        ~np.append(graph.guard_possible, False)[graph.step_guard[row]] for graph, row in zip(graphs, rows, strict=True)
    ]
    steps, levels = _sorts(rows, codes, sure)
    there = []
    for graph, row, level in zip(graphs, rows, levels, strict=True):
        of_all = np.full(graph.step_count, 2, np.uint8)
        of_all[row] = level
        there.append(of_all)
    starts, _ = _starts(graphs, facts)
    return Compared(steps[0], steps[1], starts[0], starts[1], there[0], there[1])


# Private functions


def _fact_codes(graph: Graph, key: Codes) -> Codes:
    """Return a number for each fact that is the same for the same node and level; that of MAY is -1."""
    codes: Codes = np.append(key, np.int64(0))[graph.fact_node] * 256 + graph.fact_level
    codes[MAY] = -1
    return codes


def _guards(graphs: tuple[Graph, Graph], facts: list[Codes]) -> list[Codes]:
    """Return a number for each guard of each graph, the same where their facts are the same but for MAY; none is -1."""
    numbers = [np.full(graph.guard_count, -1, np.int64) for graph in graphs]
    sizes = []
    for graph in graphs:
        size = np.diff(graph.guard_ptr).astype(np.int64)
        sizes.append(size - graph.guard_possible)
    used = 0
    for length in np.unique(np.concatenate(sizes)).tolist():
        if length == 0:
            continue
        tables, places = [], []
        for graph, fact, size in zip(graphs, facts, sizes, strict=True):
            here = np.flatnonzero(size == length)
            # MAY is the least fact of a guard.
            first = graph.guard_ptr[here].astype(np.int64) + graph.guard_possible[here]
            tables.append(np.sort(fact[graph.guard_facts[first[:, None] + np.arange(length)]], axis=1))
            places.append(here)
        _, inverse = np.unique(np.concatenate(tables), axis=0, return_inverse=True)
        inverse = inverse.reshape(-1) + used
        used = int(inverse.max(initial=used - 1)) + 1
        numbers[0][places[0]] = inverse[: len(places[0])]
        numbers[1][places[1]] = inverse[len(places[0]) :]
    return numbers


def _dense(codes: Sequence[tuple[Codes, ...]]) -> list[Codes]:
    """Return a number for each row of both graphs, the same where all columns are."""
    columns = [np.concatenate(pair) for pair in zip(*codes, strict=True)]
    count = len(columns[0])
    order = np.lexsort(columns)
    change = np.zeros(count, bool)
    for column in columns:
        change[1:] |= column[order][1:] != column[order][:-1]
    number = np.empty(count, np.int64)
    number[order] = np.cumsum(change)
    return [number[: len(codes[0][0])], number[len(codes[0][0]) :]]


def _sorts(
    rows: Sequence[Ints], codes: Sequence[tuple[Codes, ...]], sure: list[Bools]
) -> tuple[tuple[Sorts, Sorts], tuple[Known, Known]]:
    """Return what is there once, and for each row how it is in the other graph."""
    dense = _dense(codes)
    count = max((int(one.max(initial=-1)) for one in dense), default=-1) + 1
    held = []
    for number, certain in zip(dense, sure, strict=True):
        level = np.zeros(count, np.uint8)
        np.maximum.at(level, number, np.where(certain, np.uint8(2), np.uint8(1)))
        held.append(level)
    found = []
    for mine, other in ((0, 1), (1, 0)):
        # Of a step that is both known and possible the known one is shown.
        order = np.lexsort((rows[mine], ~sure[mine], dense[mine]))
        number = dense[mine][order]
        first = np.ones(len(number), bool)
        first[1:] = number[1:] != number[:-1]
        chosen = np.sort(order[first])
        found.append(Sorts(rows[mine][chosen], held[mine][dense[mine][chosen]], held[other][dense[mine][chosen]]))
    return (found[0], found[1]), (held[1][dense[0]], held[0][dense[1]])


def _starts(graphs: tuple[Graph, Graph], facts: list[Codes]) -> tuple[tuple[Sorts, Sorts], tuple[Known, Known]]:
    rows: list[Ints] = [np.concatenate([graph.known_start, graph.possible_start]).astype(np.int64) for graph in graphs]
    sure = [np.arange(len(row)) < len(graph.known_start) for graph, row in zip(graphs, rows, strict=True)]
    return _sorts(rows, [(fact[row],) for fact, row in zip(facts, rows, strict=True)], sure)
