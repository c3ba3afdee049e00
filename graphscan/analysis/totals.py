"""How much is reached: n of N by kind and by sensitivity."""

import numpy as np

from graphscan import kinds
from graphscan.analysis import build
from graphscan.analysis.question import Facts, Question
from graphscan.analysis.results import SensitivityTotal, Total
from graphscan.engine.csr import distinct
from graphscan.model import Sensitivity

_HIDDEN = frozenset({"Scope", "Control", "RoleAssignment"})
_REACHABLE = frozenset(kinds.LEVEL_CODES[family, "reachable"] for family in ("application", "host"))


def by_kind(question: Question) -> tuple[Total, ...]:
    """Return a line for each kind of which anything is reached; being merely reachable does not count."""
    session = question.session
    kind_of = session.array("kind")
    there = (session.array("flags") & (build.DERIVED | build.DEAD)) == 0
    of = np.bincount(kind_of[there], minlength=256)
    sensitive = session.array("sensitivity") >= Sensitivity.CONFIDENTIAL.rank
    known = _access(question, question.gained)
    known_nodes = _nodes(question, known)
    possible_nodes = _without(_nodes(question, _access(question, question.gained_possibly)), known_nodes)
    lines = []
    for code, name in enumerate(build.KINDS):
        mine = known_nodes[kind_of[known_nodes] == code]
        perhaps = int((kind_of[possible_nodes] == code).sum())
        if name in _HIDDEN or not (len(mine) or perhaps):
            continue
        lines.append(
            Total(
                kind=name,
                reached=len(mine),
                possible=perhaps,
                of=int(of[code]),
                levels=_levels(question, known, code),
                sensitive=int(sensitive[mine].sum()),
            )
        )
    return tuple(lines)


def by_sensitivity(question: Question) -> tuple[SensitivityTotal, ...]:
    """Return a line for each sensitivity above none that any node has, the highest first."""
    session = question.session
    rank_of = session.array("sensitivity")
    there = (session.array("flags") & (build.DERIVED | build.DEAD)) == 0
    of = np.bincount(rank_of[there], minlength=len(Sensitivity))
    known = _nodes(question, _access(question, question.gained))
    possible = _without(_nodes(question, _access(question, question.gained_possibly)), known)
    return tuple(
        SensitivityTotal(
            str(one),
            int((rank_of[known] == one.rank).sum()),
            int((rank_of[possible] == one.rank).sum()),
            int(of[one.rank]),
        )
        for one in reversed(Sensitivity)
        if one.rank and of[one.rank]
    )


# Private functions


def _access(question: Question, facts: Facts) -> Facts:
    return facts[~np.isin(question.session.graph.fact_level[facts], list(_REACHABLE))]


def _nodes(question: Question, facts: Facts) -> Facts:
    return distinct(question.session.graph.fact_node[facts]).astype(np.int64)


def _levels(question: Question, facts: Facts, code: int) -> tuple[tuple[str, int], ...]:
    graph = question.session.graph
    mine = facts[question.session.array("kind")[graph.fact_node[facts]] == code]
    levels, counts = np.unique(graph.fact_level[mine], return_counts=True)
    return tuple((kinds.LEVELS[level][1], int(count)) for level, count in zip(levels, counts, strict=True))


def _without(nodes: Facts, others: Facts) -> Facts:
    """Return the nodes that are none of others, both ascending; sorted search beats the hashing of `np.setdiff1d`."""
    if not len(others):
        return nodes
    place = np.minimum(np.searchsorted(others, nodes), len(others) - 1)
    result: Facts = nodes[others[place] != nodes]
    return result
