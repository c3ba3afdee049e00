"""
What attackers made goes on giving what it gave: the steps out of hypothetical credentials, kept beyond their instant.

A password that was set, an account or a token that was made: such a credential stands in a graph only as long as
somebody has the right to make it, and lists only those it can be made for then. Whoever made it holds it all the same.
Its steps are remembered by the keys of nodes, and taken at later instants whose graphs have them no more.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from graphscan.engine.csr import Bools, Ints, spread
from graphscan.engine.graph import MAY, Graph
from graphscan.engine.order import IMPLIES

if TYPE_CHECKING:
    from graphscan.engine.timeline import Instant

Guard = tuple[tuple[int, int], ...]

_LEVELS = 256
# Columns of the remembered steps: key of the credential, key and level of the target, number of the guard (-1: none).
_SOURCE, _TARGET, _LEVEL, _GUARD = range(4)


class Residue:
    """The remembered steps of one run, must or may."""

    def __init__(self) -> None:
        self._rows: NDArray[np.int64] = np.zeros((0, 4), np.int64)
        self._last: NDArray[np.int64] = self._rows
        self._guards: list[Guard] = []
        self._numbers: dict[Guard, int] = {}

    def record(self, instant: "Instant", facts: Ints, may: bool) -> None:
        """Remember the steps out of the held facts of derived credentials."""
        if not len(facts):
            return
        graph = instant.graph
        steps = np.concatenate([spread(graph.plain_ptr, facts), spread(graph.guarded_ptr, facts)])
        if not may:
            steps = steps[~np.append(graph.guard_possible, False)[graph.step_guard[steps]]]
        targets = graph.step_target[steps]
        used, guard = np.unique(graph.step_guard[steps], return_inverse=True)
        numbers = self._guard_numbers(instant, used)
        columns = (
            instant.fact_keys(graph.step_source[steps]),
            instant.fact_keys(targets),
            graph.fact_level[targets].astype(np.int64),
            numbers[guard] if len(steps) else numbers,
        )
        rows = np.unique(np.stack(columns, axis=1), axis=0)
        if not np.array_equal(rows, self._last):
            self._last = rows
            self._rows = np.unique(np.concatenate([self._rows, rows]), axis=0)

    def more(self, instant: "Instant", carried: Ints, held: Bools) -> tuple[int, ...]:
        """Return the facts that carried credentials still give at an instant and that are not held yet, ascending."""
        rows, nodes, facts = self._ready(instant, carried, held)
        given = set(facts[facts >= 0].tolist())
        for place in np.flatnonzero(facts < 0).tolist():
            lower = instant.graph.lower(int(nodes[place]), int(rows[place, _LEVEL]))
            given.update(fact for fact in lower if not held[fact])
        return tuple(sorted(given))

    def beyond(self, instant: "Instant", carried: Ints, held: Bools) -> NDArray[np.int64]:
        """Return what they still give and the graph has no fact for: (K, 2) node numbers and level codes."""
        rows, nodes, facts = self._ready(instant, carried, held)
        return np.unique(np.stack((nodes, rows[:, _LEVEL]), axis=1)[facts < 0], axis=0)

    # Private functions

    def _ready(
        self, instant: "Instant", carried: Ints, held: Bools
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return the rows that fire and give something that is not held, with the nodes and facts that they give."""
        rows = self._rows[np.isin(self._rows[:, _SOURCE], carried)]
        nodes = _nodes(instant, rows[:, _TARGET])
        # What is dead then is given by nothing; the graph has no facts of it for another reason than that.
        there = (nodes >= 0) & ~np.append(instant.dead, False)[np.minimum(nodes, instant.stated)]
        rows, nodes = rows[there], nodes[there]
        facts = _exact(instant.graph, nodes, rows[:, _LEVEL])
        waiting = (facts < 0) | ~held[facts]
        rows, nodes, facts = rows[waiting], nodes[waiting], facts[waiting]
        guards, position = np.unique(rows[:, _GUARD], return_inverse=True)
        met = np.array([self._met(instant, int(one), held) for one in guards], bool)
        ready = met[position] if len(rows) else np.zeros(0, bool)
        return rows[ready], nodes[ready], facts[ready]

    def _guard_numbers(self, instant: "Instant", guards: Ints) -> NDArray[np.int64]:
        """Return the numbers under which guards of an instant's graph are remembered, -1 for none."""
        graph = instant.graph
        real = np.flatnonzero(guards >= 0)
        facts = graph.guard_facts[spread(graph.guard_ptr, guards[real])].astype(np.int64)
        count = (graph.guard_ptr[guards[real] + 1] - graph.guard_ptr[guards[real]]).astype(np.int64)
        pairs = [
            None if fact == MAY else (key, level)
            for fact, key, level in zip(
                facts.tolist(), instant.fact_keys(facts).tolist(), graph.fact_level[facts].tolist(), strict=True
            )
        ]
        numbers = np.full(len(guards), -1, np.int64)
        first = 0
        for place, size in zip(real.tolist(), count.tolist(), strict=True):
            said = tuple(sorted(pair for pair in pairs[first : first + size] if pair is not None))
            first += size
            if said:
                numbers[place] = self._numbers.setdefault(said, len(self._guards))
                if numbers[place] == len(self._guards):
                    self._guards.append(said)
        return numbers

    def _met(self, instant: "Instant", guard: int, held: Bools) -> bool:
        if guard < 0:
            return True
        nodes = _nodes(instant, np.array([key for key, _ in self._guards[guard]], np.int64))
        return all(
            node >= 0 and _holds(instant.graph, node, level, held)
            for node, (_, level) in zip(nodes.tolist(), self._guards[guard], strict=True)
        )


# Private functions


def _nodes(instant: "Instant", keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers at an instant of the nodes with some keys, -1 for what is not there."""
    nodes = keys.copy()
    later = np.flatnonzero(keys >= instant.stated)
    if len(later):
        nodes[later] = -1
        if len(instant.derived):
            order = np.argsort(instant.derived)
            place = np.minimum(np.searchsorted(instant.derived[order], keys[later]), len(order) - 1)
            found = instant.derived[order[place]] == keys[later]
            nodes[later[found]] = instant.stated + order[place[found]]
    return nodes


def _exact(graph: Graph, nodes: NDArray[np.int64], levels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the facts (node, level), -1 for those that the graph does not keep."""
    # The first fact is MAY, of no node and level; all others lie in order of both.
    codes = graph.fact_node[1:].astype(np.int64) * _LEVELS + graph.fact_level[1:]
    wanted = nodes * _LEVELS + levels
    if not len(codes):
        return np.full(len(wanted), -1, np.int64)
    place = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
    return np.where(codes[place] == wanted, place + 1, -1).astype(np.int64)


def _holds(graph: Graph, node: int, level: int, held: Bools) -> bool:
    """Whether a node is held at a level, or at one that implies it."""
    return any(
        held[fact] and (graph.fact_level[fact] == level or bool(IMPLIES[graph.fact_level[fact], level]))
        for fact in graph.facts_of(node)
    )
