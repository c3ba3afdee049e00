"""The blast radius: what some starts reach, by which paths, and what stopped the rest."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np

from graphscan.analysis import build, names, totals
from graphscan.analysis.blockers import blocked_by
from graphscan.analysis.contributions import contributions
from graphscan.analysis.coverage import gaps
from graphscan.analysis.moves import first_moves
from graphscan.analysis.names import Starts
from graphscan.analysis.question import Facts, Question, sorted_for_people
from graphscan.analysis.results import RARE, BlastResult, FactView, Reached, Route, StartLine, Total
from graphscan.analysis.routes import routes_to
from graphscan.analysis.session import Session
from graphscan.analysis.view import Viewer
from graphscan.engine.distance import distances
from graphscan.engine.nearby import LARGE
from graphscan.model import Sensitivity

# How many steps may be walked for what-ifs within one answer: few of them on a large graph, many on a small one.
_WORK = 15_000_000
_MOST_TRIED = 200


def blast(
    session: Session,
    from_: Sequence[str],
    *,
    limit: int = 100,
    most: int | None = None,
    rare: bool = False,
    obtained: datetime | None = None,
) -> BlastResult:
    """
    Return what an attacker who holds `from_` reaches.

    Args:
        from_: ids, exact names or selectors, with `::level` or not, held together.
        limit: how many kinds of path to follow.
        most:  list so many of the reached facts, the most sensitive first, on a large graph without their distance;
               None: all, with it.
        rare:  of these list only what text names, without distance: assets of kinds of which `RARE` or fewer are
               reached.
        obtained: when the credentials among `from_` were obtained; None: they are the current ones.

    Raises:
        UnknownNameError, EmptySelectionError, UsageError: as the words say.
    """
    return _answer(session, names.starts(session, from_, obtained), limit, most, rare)


def blast_of(session: Session, starts: Starts, *, limit: int = 100, most: int | None = None) -> BlastResult:
    """Return what starts that were resolved already reach; arguments as for `blast`."""
    return _answer(session, starts, limit, most, rare=False)


def blast_each(
    session: Session,
    from_: Sequence[str],
    *,
    limit: int = 100,
    most: int | None = None,
    rare: bool = False,
    obtained: datetime | None = None,
) -> list[BlastResult]:
    """Return one blast radius for each node that `from_` names, each held alone; arguments as for `blast`."""
    together = names.starts(session, from_, obtained)
    by_node: dict[str, list[StartLine]] = {}
    for line in together.lines:
        by_node.setdefault(line.fact.node.id, []).append(line)
    viewer = Viewer(session)
    viewer.want(nodes=[named.n for named, _ in together.groups])
    groups: dict[str, list[tuple[names.Named, tuple[int, ...]]]] = {}
    for named, facts in together.groups:
        groups.setdefault(viewer.node(named.n).id, []).append((named, facts))
    results = []
    for id_, lines in by_node.items():
        mine = groups.get(id_, [])
        facts = tuple(sorted({fact for _, several in mine for fact in several}))
        found = names.find(session, id_)
        doubtful = tuple(fact for fact in together.possible if found and session.graph.fact_node[fact] == found[0])
        results.append(_answer(session, Starts(facts, tuple(mine), tuple(lines), doubtful), limit, most, rare))
    return results


# Private functions


def _answer(session: Session, starts: Starts, limit: int, most: int | None, rare: bool) -> BlastResult:
    question = Question.ask(session, starts)
    tries = int(np.clip(_WORK // max(1, session.graph.step_count), 1, _MOST_TRIED))
    routes, routes_note = routes_to(question, question.assets.tolist(), question.assets_possibly.tolist(), limit)
    blockers, blockers_note = blocked_by(question, tries)
    given, sets, given_notes = contributions(question)
    moves, moves_note = first_moves(question, tries)
    coverage = gaps(session, question)
    notes = tuple(note for note in (routes_note, blockers_note, *given_notes, moves_note) if note)
    everything = sorted_for_people(question, np.concatenate([question.gained, question.gained_possibly]))
    by_kind = totals.by_kind(question)
    listed = everything[:most]
    if rare:
        listed = _rare(question, listed, by_kind)
    return BlastResult(
        as_of=session.as_of,
        as_of_note=session.as_of_note,
        edits=session.edits.lines(),
        starts=starts.lines,
        ambient=_ambient(routes, question),
        reached=_reached(
            question, listed, with_distance=not rare and (most is None or session.graph.step_count < LARGE)
        ),
        reached_total=len(everything),
        open_to_anyone=_views(session, sorted_for_people(question, question.open_to_anyone).tolist()),
        possibly_open=_views(session, sorted_for_people(question, question.possibly_open).tolist()),
        asset_sensitivity=str(question.least),
        totals=by_kind,
        by_sensitivity=totals.by_sensitivity(question),
        routes=routes,
        routes_note=routes_note,
        blocked_by=blockers,
        contributions=given,
        sets=sets,
        moves=moves,
        notes=notes,
        coverage=coverage,
        complete=not notes and not coverage,
    )


def _views(session: Session, facts: Iterable[int]) -> tuple[FactView, ...]:
    chosen = list(facts)
    viewer = Viewer(session)
    viewer.want_facts(chosen)
    return viewer.facts(chosen)


def _rare(question: Question, facts: Facts, by_kind: Sequence[Total]) -> Facts:
    """Return of some reached facts those that text names; all where internal nodes are what counts."""
    if question.least == Sensitivity.INTERNAL:
        return facts
    many = [build.KINDS.index(one.kind) for one in by_kind if one.sensitive > RARE]
    nodes = question.session.graph.fact_node[facts]
    counts = question.session.array("sensitivity")[nodes] >= Sensitivity.CONFIDENTIAL.rank
    chosen: Facts = facts[counts & ~np.isin(question.session.array("kind")[nodes], many)]
    return chosen


def _reached(question: Question, facts: Facts, with_distance: bool) -> tuple[Reached, ...]:
    if not len(facts):
        return ()
    graph, starts = question.session.graph, question.starts.facts
    known = question.must.reached.held[facts]
    cost: list[int | None] = [None] * len(facts)
    if with_distance:
        costs = distances(graph, starts).cost[facts]
        if not known.all():
            costs = np.where(known, costs, distances(graph, starts, may=True).cost[facts])
        cost = costs.tolist()
    return tuple(
        Reached(view.node, view.level, "known" if is_known else "possible", distance)
        for view, is_known, distance in zip(_views(question.session, facts.tolist()), known.tolist(), cost, strict=True)
    )


def _ambient(routes: Sequence[Route], question: Question) -> tuple[FactView, ...]:
    """Return what anyone has that a shown path uses, in order of id."""
    graph = question.session.graph
    anyone = {
        (int(graph.fact_node[fact]), graph.level_name(int(fact)))
        for fact in np.concatenate([graph.known_start, graph.possible_start])
    }
    viewer = Viewer(question.session)
    viewer.want(nodes=[n for n, _ in anyone])
    named = {(viewer.node(n).id, level) for n, level in anyone}
    hops = [hop for route in routes for hop in (*route.hops, *(h for need in route.requirements for h in need.hops))]
    used = {fact for hop in hops for fact in (hop.given, *hop.also) if (fact.node.id, fact.level) in named}
    return tuple(sorted(used, key=lambda fact: (fact.node.id, fact.level)))
