"""What holding a set means, and what reaching it means, as facts of the graph: whole columns at a time."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from graphscan import kinds
from graphscan.analysis import build
from graphscan.analysis.session import Session
from graphscan.claims.select import Ints, Selected
from graphscan.engine.csr import distinct, spread
from graphscan.engine.graph import MAY
from graphscan.engine.order import IMPLIES

_GROUP = build.KINDS.index("Group")
_NONE = np.zeros(0, np.int64)


def starts(session: Session, selected: Selected) -> Ints:
    """
    Return the facts, ascending, that holding a set means, the strongest of each node.

    The dead give nothing; who holds the dead value of a credential still holds a live one that is the same. Without a
    level a node is held at all its levels.
    """
    graph, flags, parts = session.graph, session.array("flags"), list[Ints]()
    for group in selected.groups:
        nodes = group.nodes.astype(np.int64)
        dead = (flags[nodes] & build.DEAD) != 0
        parts.append(facts_at(session, nodes[~dead], group.level, lower=True))
        parts.append(_all(graph.fact_node, _same_value(session, nodes[dead])))
    facts = _joined(parts)
    chosen = np.zeros(graph.fact_count, bool)
    chosen[facts] = True
    steps = graph.in_steps[spread(graph.in_ptr, facts)]
    steps = steps[graph.step_technique[steps] == graph.implication]
    chosen[graph.step_target[steps[chosen[graph.step_source[steps]]]]] = False
    strongest: Ints = facts[chosen[facts]]
    return strongest


def targets(session: Session, selected: Selected) -> tuple[Ints, tuple[int, ...]]:
    """
    Return the facts, ascending, any of which is reaching a set, of each node the weakest ones.

    Without a level any access counts; merely being reachable is none. Beside them: groups at a level that nothing asks
    for, which is therefore not followed: whether they are reached cannot be said.
    """
    graph, kind = session.graph, session.array("kind")
    found, unasked = [], list[int]()
    for group in selected.groups:
        nodes = group.nodes.astype(np.int64)
        facts = _all(graph.fact_node, nodes)
        codes = graph.fact_level[facts]
        least = _least(group.level or "")
        weakest = least[codes]
        exact = distinct(graph.fact_node[facts[weakest]].astype(np.int64))
        implying = np.asarray(IMPLIES[:, least].any(axis=1))
        above = implying[codes] & ~np.isin(graph.fact_node[facts], exact)
        found.append(facts[weakest | above])
        if group.level:
            unasked += np.setdiff1d(nodes[kind[nodes] == _GROUP], exact).tolist()
    return _joined(found), tuple(sorted(set(unasked)))


def passed(session: Session, selected: Selected) -> tuple[int, ...]:
    """Return the facts that are passed where a set is: of its nodes all, or those at the level asked for and above."""
    parts = [facts_at(session, group.nodes.astype(np.int64), group.level, lower=False) for group in selected.groups]
    return tuple(_joined(parts).tolist())


def least_access(kind: str) -> str:
    """Return the weakest level of a kind of node that is access."""
    family = kinds.family_of(kind)
    return next(level for level in family.levels if _is_least(family, level))


def facts_at(session: Session, nodes: Ints, level: str | None, *, lower: bool) -> Ints:
    """
    Return the facts of some nodes, ascending: all, or those at a level and on one side of it.

    Args:
        lower: True: those that the level implies, False: those that imply it.
    """
    graph = session.graph
    facts = _all(graph.fact_node, nodes)
    if level is None:
        return facts
    codes = graph.fact_level[facts]
    same = _least(level)
    side = np.asarray(IMPLIES[same].any(axis=0) if lower else IMPLIES[:, same].any(axis=1))
    return facts[same[codes] | side[codes]]


# Private functions


def _all(fact_node: NDArray[np.int32], nodes: Ints) -> Ints:
    """Return all facts of some nodes, ascending."""
    first = np.searchsorted(fact_node, nodes, side="left")
    last = np.searchsorted(fact_node, nodes, side="right")
    sizes = last - first
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    facts = np.arange(total) - np.repeat(ends - sizes, sizes) + np.repeat(first, sizes)
    return np.sort(facts[facts != MAY]).astype(np.int64)


def _joined(parts: list[Ints]) -> Ints:
    result: Ints = distinct(np.concatenate([_NONE, *parts])).astype(np.int64)
    return result


def _same_value(session: Session, dead: Ints) -> Ints:
    """Return live credentials that have the value of dead ones."""
    if not len(dead):
        return _NONE
    rows = session.con.execute(
        "SELECT DISTINCT unnest(same_value) AS n FROM base.node WHERE n IN (SELECT unnest(?::BIGINT[])) ORDER BY n",
        [dead.tolist()],
    ).fetchnumpy()
    return np.asarray(rows["n"], np.int64)


@cache
def _least(level: str) -> NDArray[np.bool_]:
    """Return for each level code whether it is the level of that name or, without one, the weakest that is access."""
    said = [name == level if level else _is_least(kinds.FAMILIES[family], name) for family, name in kinds.LEVELS]
    return np.array(said, bool)


def _is_least(family: kinds.Family, name: str) -> bool:
    if family.name == "principal":
        return name in ("act_as", "api_read")
    if name == "reachable":
        return False
    return not any((name, other) in family.implies for other in family.levels if other not in ("reachable", name))
