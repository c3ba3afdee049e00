"""Nodes of an attack graph that can be exchanged for one another: what leads to them, or from them, is the same."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from graphscan.engine.contract import Contracted, members, restrict
from graphscan.engine.csr import Bools, Ints, distinct

_SOURCE, _TARGET = -2, -3


@dataclass(frozen=True)
class Twins:
    """
    Classes of exchangeable nodes.

    Attributes:
        attack: the attack graph with one node of each class.
        whole:  the attack graph with all of them.
        of:     node number to all nodes of its class, ascending; only classes of several are listed, by the node kept.
    """

    attack: Contracted
    whole: Contracted
    of: dict[int, tuple[int, ...]]

    def alike(self, fact: int) -> tuple[int, ...]:
        """Return the facts (numbers of the whole graph) that can stand for one at an end of a path, itself first."""
        graph = self.whole.graph
        here = self.whole.local(fact)
        nodes = self.of.get(int(graph.fact_node[here])) if here > 0 else None
        if nodes is None:
            return (fact,)
        level = int(graph.fact_level[here])
        # There may be hundreds of thousands: all at once.
        facts: list[int] = self.whole.facts[np.searchsorted(self._keys, np.asarray(nodes) * 256 + level)].tolist()
        return tuple(facts)

    def stand_in(self, fact: int) -> int:
        """Return the fact of `attack` that stands for a fact of the whole graph, -1 where it does not take part."""
        here = self.whole.local(fact)
        if here < 0:
            return -1
        graph = self.whole.graph
        kept = self._kept.get(int(graph.fact_node[here]))
        if kept is not None:
            fact = int(self.whole.facts[graph.at(kept, int(graph.fact_level[here]))])
        return self.attack.local(fact)

    @cached_property
    def _keys(self) -> NDArray[np.int64]:
        """(facts of the whole,) node and level as one number; ascending, as facts are in that order."""
        graph = self.whole.graph
        return graph.fact_node.astype(np.int64) * 256 + np.where(graph.fact_node < 0, 0, graph.fact_level)

    @cached_property
    def _kept(self) -> dict[int, int]:
        return {node: kept for kept, nodes in self.of.items() for node in nodes}


def find_twins(attack: Contracted, labels: Ints | None = None) -> Twins:
    """
    Find the classes of exchangeable nodes at the ends of an attack graph.

    At the end: nodes with targets from which nothing leads on, and the same steps lead there. At the beginning: nodes
    with sources to which nothing leads, and from which the same steps lead on. A node that is both stays alone. The
    comparison is exact, so exchanging two nodes of a class maps paths to paths.

    Args:
        labels: a number for each node of the inventory; nodes with different ones are kept apart.
    """
    graph = attack.graph
    node = graph.fact_node
    numbers, place = np.unique(node, return_inverse=True)
    place = place.reshape(-1)
    count = len(numbers)
    source, target = graph.step_source, graph.step_target
    row, member = members(graph, np.arange(graph.step_count))
    guarding = np.zeros(len(row), bool)  # all but each step's source
    guarding[1:] = row[1:] == row[:-1]
    row, member = row[guarding], member[guarding]

    leads_on, led_to = np.zeros(count, bool), np.zeros(count, bool)
    outward = node[source] != node[target]
    leads_on[place[source[outward]]] = True
    led_to[place[target[outward]]] = True
    outward = node[member] != node[target[row]]
    leads_on[place[member[outward]]] = True
    led_to[place[target[row[outward]]]] = True
    begins, ends = np.zeros(count, bool), np.zeros(count, bool)
    begins[place[np.array(attack.sources, np.int64)]] = True
    ends[place[np.array(attack.targets, np.int64)]] = True
    # Guards of two or more that hold a fact of the node itself are not compared: such a node stays alone.
    size = np.diff(graph.guard_ptr)
    alone = np.zeros(count, bool)
    alone[place[member[size[graph.step_guard[row]] > 1]]] = True
    inner = node[member] == node[target[row]]
    alone[place[member[inner]]] = True
    roots = begins & ~ends & ~led_to & ~alone
    inner_guard = np.zeros(count, bool)
    inner_guard[place[target[row[inner]]]] = True
    leaves = ends & ~begins & ~leads_on & ~inner_guard

    level = graph.fact_level.astype(np.int64)
    technique = graph.step_technique.astype(np.int64)
    parts = [
        _marks(attack.sources, _SOURCE, place, level),
        _marks(attack.targets, _TARGET, place, level),
        _into(attack, leaves, place, technique, level),
        *_from(attack, roots, place, row, member, technique, level),
    ]
    table: Ints = np.concatenate(parts)
    label = np.zeros(count, np.int64) if labels is None else np.where(numbers >= 0, labels[numbers], -1)
    table = table[(roots | leaves)[table[:, 0]]]
    chosen = _classes(table, roots | leaves, label)
    kept = chosen[place]  # for each fact the place of the node that stands for its own
    of: dict[int, list[int]] = {}
    for here in np.flatnonzero(chosen != np.arange(count)).tolist():
        of.setdefault(int(numbers[chosen[here]]), [int(numbers[chosen[here]])]).append(int(numbers[here]))
    small = restrict(attack, kept == place) if of else attack
    return Twins(small, attack, {one: tuple(sorted(nodes)) for one, nodes in of.items()})


# Private functions


def _marks(facts: tuple[int, ...], mark: int, place: Ints, level: Ints) -> Ints:
    one = np.array(facts, np.int64)
    zero = np.zeros(len(one), np.int64)
    return np.stack([place[one], level[one], zero + mark, zero, zero], axis=1)


def _into(attack: Contracted, leaves: Bools, place: Ints, technique: Ints, level: Ints) -> Ints:
    """Rows (node, level given, where from, guard, technique); the node's own facts are told by their level alone."""
    graph = attack.graph
    steps = np.flatnonzero(leaves[place[graph.step_target]])
    source, target = graph.step_source[steps], graph.step_target[steps]
    origin = np.where(place[source] == place[target], -10 - level[source], source)
    columns = [place[target], level[target], origin, graph.step_guard[steps], technique[steps]]
    return np.stack(columns, axis=1).astype(np.int64)


def _from(
    attack: Contracted, roots: Bools, place: Ints, row: Ints, member: Ints, technique: Ints, level: Ints
) -> list[Ints]:
    """Rows (node, level needed, where to, what else is needed, technique), the node as source or as the only guard."""
    graph = attack.graph
    steps: Ints = np.flatnonzero(roots[place[graph.step_source]])
    source, target, guard = graph.step_source[steps], graph.step_target[steps], graph.step_guard[steps]
    own = np.append(np.diff(graph.guard_ptr), 0)[guard]
    # What else: nothing, the one fact, or the guard as a whole (numbered after the facts).
    other = np.where(own > 1, graph.fact_count + guard, -1).astype(np.int64)
    single = own == 1
    other[single] = graph.guard_facts[graph.guard_ptr[guard[single]]]
    goal = np.where(place[source] == place[target], -10 - level[target], target)
    first = np.stack([place[source], level[source], goal, other, technique[steps]], axis=1)
    held = np.flatnonzero(roots[place[member]])
    steps, fact = row[held].astype(np.int64), member[held]
    columns = [place[fact], level[fact], graph.step_target[steps], graph.step_source[steps], technique[steps]]
    return [first.astype(np.int64), np.stack(columns, axis=1).astype(np.int64)]


def _classes(table: Ints, candidates: Bools, label: Ints) -> Ints:
    """Return for each node the first one with the same rows and label; itself where it is no candidate."""
    count = len(candidates)
    chosen: Ints = np.arange(count)
    order = np.lexsort(table.T[::-1])
    table = table[order]
    size = np.bincount(table[:, 0], minlength=count)
    first = np.cumsum(size) - size
    mixed = _mix(table[:, 1:])
    digest = np.zeros(count, np.uint64)
    np.add.at(digest, table[:, 0], mixed)
    nodes = np.flatnonzero(candidates)
    ranked = nodes[np.lexsort((nodes, digest[nodes], size[nodes], label[nodes]))]
    begins = np.ones(len(ranked), bool)
    for key in (digest, size, label):
        begins[1:] &= key[ranked[1:]] == key[ranked[:-1]]
    begins[1:] = ~begins[1:]
    chosen[ranked] = ranked[np.maximum.accumulate(np.where(begins, np.arange(len(ranked)), 0))]
    # A digest may lie: compare the rows themselves with the leader's.
    offset = np.arange(len(table)) - first[table[:, 0]]
    theirs = first[chosen[table[:, 0]]] + offset
    unlike = (table[:, 1:] != table[theirs, 1:]).any(axis=1)
    wrong = distinct(table[unlike, 0])
    chosen[wrong] = wrong
    return chosen


def _mix(rows: Ints) -> NDArray[np.uint64]:
    """Return a 64-bit digest of each row (splitmix64 over its columns)."""
    state = np.full(len(rows), 0x9E3779B97F4A7C15, np.uint64)
    for column in rows.T:
        state = state + column.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state = state ^ (state >> np.uint64(31))
    return state
