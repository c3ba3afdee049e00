"""
Nodes of a slice that can stand for one another: the same steps lead to them, and from them.

All of a class are held, or none is, whatever else is edited. So one of them answers for all, and a slice through twelve
thousand repositories that may each hold a secret is told with a few of them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphscan.engine.contract import members
from graphscan.engine.csr import Bools, Ints
from graphscan.engine.graph import Graph
from graphscan.engine.slice import Slice

_Words = NDArray[np.uint64]
_SEEDS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))


def alike(graph: Graph, part: Slice, label: Ints, mark: Ints, apart: Bools) -> list[Sequence[int]]:
    """
    Return classes of two nodes or more, each ascending, in order of their first.

    Args:
        part:  a slice of the graph.
        label: for each node of the inventory; nodes with different ones stay apart.
        mark:  (F,) for each fact: facts with different ones differ (a target, what anyone has …).
        apart: for each node of the inventory, whether it stays alone.

    Two 64-bit digests of all steps around a node are compared, its own facts told by their levels alone.
    """
    facts = part.facts[graph.fact_node[part.facts] >= 0]
    nodes, place = np.unique(graph.fact_node[facts], return_inverse=True)
    digests = [_digests(graph, part.steps, facts, nodes, place, mark, seed) for seed in _SEEDS]
    keys: list[NDArray[Any]] = [nodes, *digests, label[nodes]]
    order = np.lexsort(keys)
    order = order[~apart[nodes[order]]]
    if not len(order):
        return []
    new = np.ones(len(order), bool)
    for key in (*digests, label[nodes].astype(np.int64)):
        new[1:] &= key[order[1:]] == key[order[:-1]]
    new[1:] = ~new[1:]
    classes = [nodes[one].tolist() for one in np.split(order, np.flatnonzero(new)[1:]) if len(one) > 1]
    return sorted(classes)


# Private functions


def _digests(graph: Graph, steps: Ints, facts: Ints, nodes: Ints, place: Ints, mark: Ints, seed: np.uint64) -> _Words:
    """Return a digest of each node: of its facts' levels and marks, and of the steps around it."""
    level = graph.fact_level.astype(np.uint64)
    told = _mix(level + (mark.astype(np.uint64) << np.uint64(16)), seed)  # a fact by what it is, not by whose
    whole = _mix(np.arange(graph.fact_count, dtype=np.uint64), seed + np.uint64(1))
    result = np.zeros(len(nodes), np.uint64)
    np.add.at(result, place.reshape(-1), _mix(told[facts], seed))
    row, body = members(graph, steps)
    first = np.ones(len(row), bool)
    first[1:] = row[1:] != row[:-1]
    sort = graph.step_technique[steps].astype(np.uint64)
    # Whoever is the source, a fact that is needed is needed: but of which technique the source is, is kept.
    ends = np.concatenate([row, np.arange(len(steps))])
    fact = np.concatenate([body, graph.step_target[steps]])
    role = np.concatenate([np.where(first, 1, 2), np.full(len(steps), 3)]).astype(np.uint64)
    as_other, as_own = _mix(whole[fact] + role, seed), _mix(told[fact] + (role << np.uint64(32)), seed)
    total = _mix(sort, seed + np.uint64(2))
    np.add.at(total, ends, as_other)
    # For each node of a step once: what the step is when the node's own facts are told by their levels.
    owner = np.searchsorted(nodes, graph.fact_node[fact])
    there = graph.fact_node[fact] >= 0
    keys, which = np.unique(ends[there].astype(np.int64) * len(nodes) + owner[there], return_inverse=True)
    seen = total[keys // len(nodes)]
    np.add.at(seen, which.reshape(-1), as_own[there] - as_other[there])
    np.add.at(result, keys % len(nodes), _mix(seen, seed))
    return result


def _mix(words: _Words, seed: np.uint64) -> _Words:
    """Return splitmix64 of each word (Steele, Lea and Flood, 2014); all sums wrap."""
    state = words + seed
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: _Words = state ^ (state >> np.uint64(31))
    return mixed
