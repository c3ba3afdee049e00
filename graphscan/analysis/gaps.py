"""Which gaps an answer rests on: what would have to be read to know whether a possible path is one."""

from collections.abc import Iterable

import numpy as np

from graphscan.analysis.question import Question
from graphscan.analysis.results import CoverageLine, GapView, Hop, Route
from graphscan.analysis.session import Session
from graphscan.analysis.view import GAP, Viewer, gap_names
from graphscan.engine.csr import Bools, Ints
from graphscan.engine.graph import MAY
from graphscan.gap import ENFORCEMENT

MERGED = "merged view"
UNREACHED = "taken as reachable from the internet, possibly"
OPEN_CONTROL = "taken as open, possibly"


def gaps_used(session: Session, question: Question, of: Route | Iterable[int]) -> tuple[CoverageLine, ...]:
    """
    Return the gaps that a route rests on, or one derivation of each of some facts in what is possible.

    Coverage that was not complete, one line for each thing it was asked of; then applications and hosts of which
    nothing says from where they are reached, and controls of which nothing says whether they are enforced. Relations
    that were stated as possible are no gap: they are evidence of the hops. Empty for what is known.

    Args:
        of: a route, or facts of the session's graph.
    """
    if isinstance(of, Route):
        hops = [*of.hops, *(hop for need in of.requirements for hop in need.hops)]
        opened = {fact.node.id for hop in hops for fact in (hop.given, *hop.also) if fact.level == "defeated"}
    else:
        graph, viewer = session.graph, Viewer(session)
        found = {fact for one in of if one != MAY for fact in question.may.support(one)} - {MAY}
        steps = sorted({int(question.may.reached.step[fact]) for fact in found} - {-1})
        steps = [step for step in steps if step >= 0]
        viewer.want_steps(steps)
        viewer.want_facts(found)
        hops = [viewer.hop(int(graph.step_source[step]), step) for step in steps]
        opened = {viewer.fact(fact).node.id for fact in found if graph.level_name(fact) == "defeated"}
    gaps = dict.fromkeys(gap for hop in hops for gap in hop.gaps)
    return (
        *sorted((_line(gap) for gap in gaps), key=lambda one: (one.source_instance, one.relation, one.scope)),
        *_unreached(hops),
        *_open(session, opened),
    )


def used_names(session: Session, question: Question) -> list[str]:
    """
    Return the names (`unknown:SOURCE:RELATION[:SCOPE]`) of the gaps without which less would be possible, or as much in
    other ways: those over which a step leads, in what is possible, to something that is not known.
    """
    names = gap_names(session)
    if not names or question.may is question.must:
        return []
    graph, may, must = session.graph, question.may.reached.held, question.must.reached.held
    gap = np.zeros(int(max(names)) + 2, bool)
    gap[list(names)] = True
    inside = np.append(graph.relation_ids[graph.relation_ids < len(gap)], 0)
    if not gap[inside].any():
        return []
    ids = graph.relation_ids
    marked = np.zeros(len(ids), bool)
    small = ids < len(gap)
    marked[small] = gap[ids[small]]
    total = np.concatenate([[0], np.cumsum(marked)])
    sets = total[graph.relation_ptr[1:]] > total[graph.relation_ptr[:-1]]
    steps = np.flatnonzero(np.append(sets, False)[graph.step_relation_set])
    steps = steps[may[graph.step_source[steps]] & may[graph.step_target[steps]] & ~must[graph.step_target[steps]]]
    steps = steps[_guards_hold(graph.guard_ptr, graph.guard_facts, may)[graph.step_guard[steps]]]
    # A way into a node in between counts where something behind it is reached that is not known.
    node = graph.fact_node
    between = np.isin(node[graph.step_target[steps]], sorted(_between(session)))
    leads = {int(one) for one in node[graph.step_source[steps[~between]]]}
    chosen = [int(step) for step in steps[~between]]
    chosen += [int(step) for step in steps[between] if int(node[graph.step_target[step]]) in leads]
    return sorted({names[r] for step in chosen for r in graph.relations(step) if r in names})


# Private functions


def _guards_hold(ptr: Ints, facts: Ints, held: Bools) -> Bools:
    """Return for each guard whether all its facts are held; for -1 (no guard) the last entry, true."""
    missing = np.concatenate([[0], np.cumsum(~held[facts])])
    return np.append(missing[ptr[1:]] == missing[ptr[:-1]], True)


def _between(session: Session) -> set[int]:
    rows = session.con.execute(
        "SELECT n FROM base.node WHERE provider = 'derived' AND hypothetical AND starts_with(id, ?)", [GAP]
    ).fetchall()
    return {int(n) for (n,) in rows}


def _line(gap: GapView) -> CoverageLine:
    return CoverageLine(
        gap.source_instance, gap.relation, gap.scope, gap.state, gap.endpoint, gap.error, None, used=True
    )


def _unreached(hops: Iterable[Hop]) -> list[CoverageLine]:
    apps = {
        one.source
        for hop in hops
        for one in hop.evidence
        if one.kind == "REACHABLE_FROM" and one.source_instance == "derived" and not one.relation.startswith(GAP)
    }
    return [
        CoverageLine(MERGED, "REACHABLE_FROM", app, "not_collected", "", UNREACHED, None, used=True)
        for app in sorted(apps)
    ]


def _open(session: Session, opened: Iterable[str]) -> list[CoverageLine]:
    rows = session.con.execute(
        "SELECT id FROM base.node WHERE kind = 'Control' AND enforced_now = 'unknown' "
        "AND list_contains(?::VARCHAR[], id) ORDER BY id",
        [sorted(opened)],
    ).fetchall()
    return [
        CoverageLine(MERGED, ENFORCEMENT, str(id_), "not_collected", "", OPEN_CONTROL, None, used=True)
        for (id_,) in rows
    ]
