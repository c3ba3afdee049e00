"""Families of paths as they are shown: every hop with its evidence, every further requirement with a derivation."""

from collections.abc import Iterable, Sequence

import numpy as np

from graphscan.analysis.question import Question
from graphscan.analysis.results import Derivation, Route
from graphscan.analysis.view import Viewer
from graphscan.engine import question as engine
from graphscan.engine.families import Family, find_families
from graphscan.engine.paths import Path, Requirement, requirements

_WHY = {
    "limit": "only the {limit:,} cheapest kinds of path are listed, there are more",
    "budget": "the search for paths was cut short after {shown:,} kinds of path, there may be more",
}


def routes_to(
    question: Question, known: Iterable[int], possible: Iterable[int], limit: int, near: int = 0
) -> tuple[tuple[Route, ...], str]:
    """
    Return routes to known targets, then to possible ones, and a note where they are not all.

    Args:
        known, possible: facts that are known, and merely possible, to be reached.
        limit:           how many kinds of path to follow, in all.
        near:            look only among about so many facts nearest to the starts; 0: as the graph's size asks for.
    """
    routes: list[Route] = []
    note = ""
    for asked, targets, certainty in ((question.must, known, "known"), (question.may, possible, "possible")):
        wanted = list(targets)
        left = limit - len(routes)
        if not wanted or note:
            continue
        if left <= 0:
            note = _WHY["limit"].format(limit=limit)
            continue
        size = {"large": 0, "near": near} if near else {}
        found = find_families(asked, wanted, limit=left, labels=_labels(question), **size)
        routes += _shown(question, asked, found.families, certainty)
        if not found.complete:
            note = _WHY[found.why].format(limit=limit, shown=len(routes))
    return tuple(routes), note


def any_route(question: Question, fact: int, certainty: str) -> tuple[Route, ...]:
    """Return `any_path` to a reached fact as it is shown; none where anyone reaches it."""
    asked = question.must if certainty == "known" else question.may
    path = any_path(asked, fact)
    if path is None:
        return ()
    return tuple(_shown(question, asked, [Family(path, path.facts[:1], path.facts[-1:])], certainty))


def any_path(asked: engine.Question, fact: int) -> Path | None:
    """
    Return one path to a reached fact, not always the cheapest, without a search; None where anyone reaches it.

    It goes back over the steps by which the fact was reached, each time to the precondition that was reached last: so
    the others hold without it and all that follows.
    """
    graph, reached, anyone = asked.graph, asked.reached, asked.anyone.held
    if anyone[fact]:
        return None
    place = np.zeros(graph.fact_count, np.int64)
    place[reached.order] = np.arange(len(reached.order))
    facts, steps = [fact], list[int]()
    while (step := int(reached.step[facts[-1]])) >= 0:
        steps.append(step)
        facts.append(max((one for one in graph.body(step) if not anyone[one]), key=place.__getitem__))
    return Path(tuple(reversed(facts)), tuple(reversed(steps)), sum(graph.effort_of(step) for step in steps))


# Private functions


def _labels(question: Question) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return a number for each node that differs where kind or sensitivity does."""
    session = question.session
    return session.array("kind").astype(np.int64) * 8 + session.array("sensitivity")


def _shown(question: Question, asked: engine.Question, families: Sequence[Family], certainty: str) -> list[Route]:
    viewer = Viewer(question.session)
    needs = [requirements(asked, family.path) for family in families]
    viewer.want_steps({step for family in families for step in family.path.steps})
    viewer.want_steps({step for several in needs for need in several for step in need.steps})
    viewer.want_facts({fact for family in families for fact in (*family.heads, *family.tails)})
    viewer.want_facts({need.fact for several in needs for need in several})
    return [
        Route(
            heads=tuple(viewer.fact(fact) for fact in family.heads),
            hops=viewer.hops(zip(family.path.facts, family.path.steps, strict=False)),
            tails=tuple(viewer.fact(fact) for fact in family.tails),
            cost=family.path.cost,
            certainty=certainty,
            requirements=tuple(_derivation(question, viewer, need) for need in several),
            paths=family.paths,
        )
        for family, several in zip(families, needs, strict=True)
    ]


def _derivation(question: Question, viewer: Viewer, need: Requirement) -> Derivation:
    source = question.session.graph.step_source
    return Derivation(
        fact=viewer.fact(need.fact),
        hops=viewer.hops((int(source[step]), step) for step in need.steps),
        ways=need.ways,
    )
