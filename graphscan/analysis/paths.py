"""The cheapest paths from some starts to some targets."""

from collections.abc import Sequence
from datetime import datetime

from graphscan.analysis import names
from graphscan.analysis.coverage import gaps
from graphscan.analysis.question import Question
from graphscan.analysis.results import PathsResult
from graphscan.analysis.routes import routes_to
from graphscan.analysis.session import Session
from graphscan.analysis.view import Viewer


def paths(
    session: Session, from_: Sequence[str], to: Sequence[str], *, limit: int = 100, obtained: datetime | None = None
) -> PathsResult:
    """
    Return the cheapest paths, as routes.

    Args:
        from_: what the attacker begins with: ids, names or selectors, with `::level` or not.
        to:    what is to be reached; without a level, each target counts at its weakest level that is access.
        limit: how many kinds of path to follow.
        obtained: when the credentials among `from_` were obtained; None: they are the current ones.

    Raises:
        UnknownNameError, EmptySelectionError, UsageError: as the words say.
    """
    starts = names.starts(session, from_, obtained)
    targets = names.targets(session, to)
    question = Question.ask(session, starts)
    known = [fact for fact in targets.facts if question.must.reached.held[fact]]
    possible = [
        fact for fact in targets.facts if question.may.reached.held[fact] and not question.must.reached.held[fact]
    ]
    routes, note = routes_to(question, known, possible, limit)
    viewer = Viewer(session)
    viewer.want_facts([*known, *possible])
    coverage = gaps(session, question if possible else None)
    return PathsResult(
        as_of=session.as_of,
        as_of_note=session.as_of_note,
        edits=session.edits.lines(),
        starts=starts.lines,
        targets=targets.views,
        reached=tuple(viewer.fact(fact) for fact in known),
        possible=tuple(viewer.fact(fact) for fact in possible),
        open_to_anyone=tuple(viewer.fact(fact) for fact in known if question.must.anyone.held[fact]),
        possibly_open=tuple(viewer.fact(fact) for fact in possible if question.may.anyone.held[fact]),
        routes=routes,
        paths=sum(route.paths for route in routes),
        note=note,
        coverage=coverage,
        complete=not note and not coverage,
    )
