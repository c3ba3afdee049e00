"""What to do first: single edits of the starts and of the controls in the way, by what they close."""

import numpy as np

from graphscan.analysis.blockers import DEFEATED
from graphscan.analysis.question import Question
from graphscan.analysis.results import Move
from graphscan.analysis.view import Viewer
from graphscan.engine.csr import distinct, spread
from graphscan.engine.reach import reach
from graphscan.engine.slice import fired


def first_moves(question: Question, budget: int) -> tuple[tuple[Move, ...], str]:
    """
    Return single edits by how many assets they close, the best first, and a note where not all were tried.

    A start is taken away (rotated, revoked, left out); a control that is open now and lies on the way is enforced.

    Args:
        budget: how many edits to try.
    """
    graph = question.session.graph
    assets = question.assets if len(question.assets) else question.assets_possibly
    asked = question.must if len(question.assets) else question.may
    of = question.nodes(assets)
    if not of:
        return (), ""
    controls = _open_controls_on_the_way(question)
    nodes = sorted({int(graph.fact_node[fact]) for fact in question.starts.facts})
    candidates: list[tuple[bool, int]] = [(True, node) for node in nodes] + [(False, fact) for fact in controls]
    tried = candidates[:budget]
    viewer = Viewer(question.session)
    viewer.want(nodes=[value if is_start else int(graph.fact_node[value]) for is_start, value in tried])
    moves = []
    for is_start, value in tried:
        if is_start:
            rest = [fact for fact in question.starts.facts if int(graph.fact_node[fact]) != value]
            after = reach(graph, rest, may=asked.may)
            node = viewer.node(value)
            edit = {"Credential": "--rotated", "User": "--revoke", "ServiceAccount": "--revoke"}.get(
                node.kind, "--without"
            )
        else:
            after = reach(graph, question.starts.facts, may=asked.may, blocked=[value])
            node, edit = viewer.node(int(graph.fact_node[value])), "--enforced"
        left = question.nodes(assets[after.held[assets]])
        if left < of:
            moves.append(Move(f"{edit} {node.id}", node, of - left, of, left))
    moves.sort(key=lambda move: -move.closes)
    skipped = len(candidates) - len(tried)
    return tuple(moves), f"{skipped:,} more single edits were not tried" if skipped else ""


# Private functions


def _open_controls_on_the_way(question: Question) -> list[int]:
    """Return the facts of open controls that steps taken with the starts pass, those on most steps first."""
    graph, reached, anyone = question.session.graph, question.may.reached, question.may.anyone
    steps = np.arange(graph.plain_count, graph.step_count)
    targets = graph.step_target[steps]
    steps = steps[reached.held[targets] & ~anyone.held[targets]]
    guards = graph.step_guard[steps[fired(graph, reached, steps)]]
    passed = np.bincount(graph.guard_facts[spread(graph.guard_ptr, guards)], minlength=graph.fact_count)
    open_ = distinct(np.concatenate([graph.known_start, graph.possible_start]).astype(np.int64))
    open_ = open_[(graph.fact_level[open_] == DEFEATED) & (passed[open_] > 0)]
    hindering = [
        graph.at(row[0], DEFEATED)
        for row in question.session.con.execute(
            "SELECT n FROM base.node WHERE kind = 'Control' AND effect = 'hinders'"
        ).fetchall()
    ]
    open_ = open_[~np.isin(open_, hindering)]
    found: list[int] = open_[np.argsort(-passed[open_], kind="stable")].tolist()
    return found
