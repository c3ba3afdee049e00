"""What tells the facts and steps of a graph from those of another one of the same snapshot, edited otherwise."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from graphscan.analysis.session import Session
from graphscan.analysis.view import GAP
from graphscan.engine.csr import Bools
from graphscan.engine.graph import MAY, Graph

Keys = NDArray[np.uint64]


class Prints:
    """
    Numbers that mean the same in the graphs of one snapshot, whatever was edited.

    What a source states keeps its number; what is worked out is numbered anew each time, and told by its id. They are
    of 64 bits: two different steps among ten million have the same with a chance of less than one in 100,000.

    Attributes:
        nodes:   (N,) of each node.
        facts:   (F,) of each fact.
        steps:   (S,) of each step: its ends and what else it needs, but not how it is done.
        derived: (N + 1,) whether a node is worked out; the last place is of no node.
        maybe:   (S,) whether a step is only possible.
        unread:  (S,) whether it rests on what nobody could read, or is no step but a level that includes another.
        worked_out: (S,) whether it rests on a relation that is worked out, or has an end that is.
        first:   the number of the first relation that is worked out; those that sources state have lower ones.
    """

    def __init__(self, session: Session) -> None:
        """Take the numbers of a session."""
        graph = self._graph = session.graph
        rows = session.con.execute("SELECT n, id FROM base.node WHERE provider = 'derived' ORDER BY n").fetchall()
        count = int(max(graph.fact_node.max(initial=0), max((n for n, _ in rows), default=0))) + 1
        self.nodes: Keys = _mixed(np.arange(count, dtype=np.uint64))
        self.derived: Bools = np.zeros(count + 1, bool)
        gaps: Bools = np.zeros(count + 1, bool)
        for n, id_ in rows:
            self.nodes[n] = int.from_bytes(hashlib.blake2b(id_.encode(), digest_size=8).digest(), "little")
            self.derived[n] = True
            gaps[n] = id_.startswith(GAP)
        level = graph.fact_level.astype(np.uint64)
        self.facts: Keys = _mixed(self.nodes[graph.fact_node] * _ODD[0] + level)
        self.facts[MAY] = 0
        guards = np.zeros(graph.guard_count + 1, np.uint64)  # the last place: no guard
        np.add.at(
            guards, np.repeat(np.arange(graph.guard_count), np.diff(graph.guard_ptr)), self.facts[graph.guard_facts]
        )
        source, target = self.facts[graph.step_source], self.facts[graph.step_target]
        self.steps: Keys = _mixed(source * _ODD[1] + target * _ODD[2] + guards[graph.step_guard])
        self.maybe: Bools = np.append(graph.guard_possible, False)[graph.step_guard]
        self.unread: Bools = gaps[graph.fact_node[graph.step_source]] | gaps[graph.fact_node[graph.step_target]]
        self.unread |= graph.step_technique == graph.implication
        stated = "SELECT r, id FROM base.relation WHERE source_instance::VARCHAR = 'derived' ORDER BY r"
        rows = session.con.execute(stated).fetchall()
        self.first = int(rows[0][0]) if rows else int(np.iinfo(np.int64).max)
        self.unread |= _resting(graph, np.isin(graph.relation_ids, [r for r, id_ in rows if id_.startswith(GAP)]))
        self.worked_out: Bools = _resting(graph, graph.relation_ids >= self.first)
        self.worked_out |= self.derived[graph.fact_node[graph.step_source]]
        self.worked_out |= self.derived[graph.fact_node[graph.step_target]]

    def opened(self, before: "Prints") -> Bools:
        """(S,) whether a step was not there before, or was only possible and is known now; both ends were there."""
        known = np.isin(self.steps, before.steps[~before.maybe])
        there = np.isin(self.steps, before.steps) & self.maybe
        nodes = np.isin(self.nodes, before.nodes)
        ends = (
            nodes[self._graph.fact_node[self._graph.step_source]]
            & nodes[self._graph.fact_node[self._graph.step_target]]
        )
        result: Bools = ~known & ~there & ends
        return result


# Private functions

_ODD = tuple(np.uint64(one) for one in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))


def _mixed(values: Keys) -> Keys:
    """Return numbers in which every bit depends on every bit (the finaliser of SplitMix64; Steele and others, 2014)."""
    mixed = values + _ODD[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    result: Keys = mixed ^ (mixed >> np.uint64(31))
    return result


def _resting(graph: Graph, flagged: Bools) -> Bools:
    """(S,) whether a step rests on a flagged one of `graph.relation_ids`."""
    of_set = np.zeros(len(graph.relation_ptr), bool)  # the last place: no relations
    of_set[np.repeat(np.arange(len(graph.relation_ptr) - 1), np.diff(graph.relation_ptr))[flagged]] = True
    result: Bools = of_set[graph.step_relation_set]
    return result
