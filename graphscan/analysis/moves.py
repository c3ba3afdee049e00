"""What to do first: single edits of the starts and of the controls in the way, by what they close."""

from collections.abc import Iterator

import numpy as np

from graphscan import kinds
from graphscan.analysis.blockers import DEFEATED
from graphscan.analysis.question import Question
from graphscan.analysis.results import Move
from graphscan.analysis.view import DERIVED, Viewer
from graphscan.engine import question as engine
from graphscan.engine.csr import distinct, spread
from graphscan.engine.reach import Reach, reach
from graphscan.engine.slice import fired


def first_moves(question: Question, budget: int) -> tuple[tuple[Move, ...], str]:
    """
    Return single edits by how many assets they close, the best first, and a note where not all were tried.

    A start is taken away (rotated, revoked, left out); a control that is open now and lies on the way is enforced.

    What still is possible by what is stated counts as not closed; what nobody could read, no edit closes.

    Args:
        budget: how many edits to try.
    """
    assets = question.assets if len(question.assets) else question.assets_possibly
    of = question.nodes(assets)
    if not of:
        return (), ""
    graph = question.session.graph
    nodes = sorted({int(graph.fact_node[fact]) for fact in question.starts.facts})
    controls = _open_controls_on_the_way(question)
    candidates = [(True, node) for node in nodes] + [(False, fact) for fact in controls]
    tried = candidates[:budget]
    viewer = Viewer(question.session)
    viewer.want(nodes=[value if is_start else int(graph.fact_node[value]) for is_start, value in tried])
    moves: list[Move] = []
    for is_start, value in tried:
        node = viewer.node(value if is_start else int(graph.fact_node[value]))
        if node.provider == DERIVED:
            continue  # a hypothesis has nothing that somebody could rotate
        for edit, after in _edits(question, node.kind, value) if is_start else _enforced(question, value):
            left = question.nodes(assets[after.held[assets]])
            if left < of:
                moves.append(Move(f"{edit} {node.id}", node, of - left, of, left))
                break
    moves.sort(key=lambda move: -move.closes)
    skipped = len(candidates) - len(tried)
    return tuple(moves), f"{skipped:,} more single edits were not tried" if skipped else ""


# Private functions


def _asked(question: Question) -> engine.Question:
    return question.stated if len(question.assets) else question.may


def _edits(question: Question, kind: str, node: int) -> Iterator[tuple[str, Reach]]:
    """Yield edits of a start and what is reached after each, the mildest first."""
    graph, asked = question.session.graph, _asked(question)
    may = asked.may
    rest = [fact for fact in question.starts.facts if int(graph.fact_node[fact]) != node]
    if kind == "Credential":
        yield "--rotated", reach(graph, rest, may=may, blocked=asked.never)
    # Dead, or not there: nothing goes through any of its facts.
    gone = reach(graph, rest, may=may, blocked=[*graph.facts_of(node), *asked.never])
    yield ("--revoke" if kind in kinds.DYING_KINDS else "--without"), gone


def _enforced(question: Question, control: int) -> Iterator[tuple[str, Reach]]:
    """Yield what is reached when a control that anyone passes holds; whatever defeats it still does."""
    graph, asked = question.session.graph, _asked(question)
    may = asked.may
    anyone = [*graph.known_start.tolist(), *(graph.possible_start.tolist() if may else [])]
    starts = (*question.starts.facts, *(fact for fact in anyone if fact != control))
    yield "--enforced", reach(graph, starts, may=may, blocked=asked.never, ambient=False)


def _open_controls_on_the_way(question: Question) -> list[int]:
    """Return the facts of open controls that steps taken with the starts pass, those on most steps first."""
    asked = _asked(question)
    graph, reached, anyone = question.session.graph, asked.reached, asked.anyone
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
