"""Choke points: nodes that lie on every derivation of many pairs, candidates first and then tested one by one."""

import numpy as np

from graphscan.analysis import build
from graphscan.analysis.exposure_families import Families
from graphscan.analysis.exposure_pairs import Pairs
from graphscan.analysis.exposure_results import ChokeLine
from graphscan.analysis.view import Viewer
from graphscan.engine import exposure as engine
from graphscan.engine.csr import Ints
from graphscan.engine.exposure_rows import booleans, counted
from graphscan.engine.graph import Graph
from graphscan.engine.reach import Reach, reach

TESTED = 20
_FOLLOWED = 400  # families of which a derivation is looked at
_STEPS = 40_000_000  # that may be walked for these, and as many for each test's share


def chokes(asked: Pairs, found: Families, budget: int) -> tuple[tuple[ChokeLine, ...], str]:
    """
    Return what lies on every derivation of known pairs, that of most pairs first, and how it was looked for.

    What lies on every derivation of a pair lies on any one: so one derivation of each pair of an identity tells what
    can be a choke point of it. The nodes on most are tested exactly: what is reached when no level of one is ever held.

    Args:
        budget: to settle the pairs of each test with, as in `engine.exposure`.
    """
    known = asked.known
    rows: Ints = np.flatnonzero(known.upper.any(axis=1))
    columns: Ints = np.flatnonzero(booleans(np.bitwise_or.reduce(known.upper, axis=0)[None], known.assets)[0])
    of = int(counted(known.lower).sum())
    if not of:
        return (), ""
    steps = max(1, asked.session.graph.step_count)
    followed = min(len(found), _FOLLOWED, max(1, _STEPS // steps))
    weight = _on_derivations(asked, found, followed)
    derived = asked.session.array("flags") & build.DERIVED
    ranked = sorted((n for n in weight if n >= 0 and not derived[n]), key=lambda n: (-weight[n], n))
    tested = ranked[: min(TESTED, max(1, _STEPS // steps))]
    viewer = Viewer(asked.session)
    viewer.want(nodes=tested)
    lines = [_tested(asked, n, rows, columns, budget, viewer, of) for n in tested]
    lines = [one for one in lines if one.removes or one.unsettled]
    lines.sort(key=lambda one: (-one.removes, -one.unsettled, one.node.id))
    note = f"{len(tested):,} of {len(ranked):,} nodes on derivations were tested, those on most of them"
    if followed < len(found):
        note += f"; derivations of {followed:,} of {len(found):,} families were looked at"
    return tuple(lines), note


# Private functions

_CELLS = 1 << 22  # pairs at a time


def _on_derivations(asked: Pairs, found: Families, followed: int) -> dict[int, int]:
    """Return for each node on how many pairs' derivations it lies: one derivation of each, times who is like it."""
    graph = asked.session.graph
    anyone = reach(graph, ())
    weight: dict[int, int] = {}
    sizes = found.sizes.tolist()
    for family, row in enumerate(found.leaders[:followed].tolist()):
        columns = np.flatnonzero(asked.known.certain(row, row + 1)[0])
        if not len(columns):
            continue
        starts = asked.rows.facts[asked.rows.ptr[row] : asked.rows.ptr[row + 1]]
        reached = reach(graph, starts, base=anyone)
        goals = asked.goals.part(columns)
        ends = {
            int(asked.assets.n[columns[place]]): int(fact)
            for place, fact in zip(goals.owner.tolist()[::-1], goals.facts.tolist()[::-1], strict=True)
            if reached.held[fact]
        }
        own = int(asked.sources.n[row])
        for node, assets in _passed(graph, reached, anyone, ends).items():
            if node != own:
                weight[node] = weight.get(node, 0) + sizes[family] * assets
    return weight


def _passed(graph: Graph, reached: Reach, anyone: Reach, ends: dict[int, int]) -> dict[int, int]:
    """Return for each node on how many assets' derivations it lies; an asset's own node does not count for itself."""
    order: list[int] = []
    seen: set[int] = set()
    waiting = [(fact, False) for fact in ends.values()]
    bodies: dict[int, tuple[int, ...]] = {}
    while waiting:
        fact, done = waiting.pop()
        if done:
            order.append(fact)
            continue
        if fact in seen or anyone.held[fact]:
            continue
        seen.add(fact)
        step = int(reached.step[fact])
        bodies[fact] = graph.body(step) if step >= 0 else ()
        waiting.append((fact, True))
        waiting.extend((other, False) for other in bodies[fact])
    bits: dict[int, int] = {}
    for bit, fact in enumerate(ends.values()):
        bits[fact] = bits.get(fact, 0) | 1 << bit
    nodes: dict[int, int] = {}
    for fact in reversed(order):
        mine = bits.get(fact, 0)
        for other in bodies[fact]:
            bits[other] = bits.get(other, 0) | mine
        node = int(graph.fact_node[fact])
        nodes[node] = nodes.get(node, 0) | mine
    places = {asset: 1 << bit for bit, asset in enumerate(ends)}
    return {node: some.bit_count() for node, all_ in nodes.items() if (some := all_ & ~places.get(node, 0))}


def _tested(asked: Pairs, n: int, rows: Ints, columns: Ints, budget: int, viewer: Viewer, of: int) -> ChokeLine:
    """Return which known pairs are gone where a node's facts are never held."""
    graph = asked.session.graph
    rows, columns = rows[asked.sources.n[rows] != n], columns[asked.assets.n[columns] != n]
    after = engine.exposure(
        graph, asked.rows.part(rows), asked.goals.part(columns), blocked=graph.facts_of(n), budget=budget
    )
    removes = unsettled = 0
    left = np.zeros(len(columns), np.int64)
    was = np.zeros(len(columns), np.int64)
    most = max(1, _CELLS // max(1, asked.known.assets))
    for first in range(0, len(rows), most):
        part = slice(first, first + most)
        certain = booleans(asked.known.lower[rows[part]], asked.known.assets)[:, columns]
        perhaps = booleans(asked.known.upper[rows[part]], asked.known.assets)[:, columns]
        still = booleans(after.upper[part], len(columns))
        surely = booleans(after.lower[part], len(columns))
        gone = certain & ~still
        removes += int(gone.sum())
        unsettled += int((perhaps & ~surely & ~gone).sum())
        left += (perhaps & still).sum(axis=0)
        was += certain.sum(axis=0)
    return ChokeLine(viewer.node(n), removes, unsettled, of, int(((was > 0) & (left == 0)).sum()))
