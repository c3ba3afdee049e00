"""Which fixes keep some starts from some targets: one by one, and the cheapest set of them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graphscan.analysis import fix_left
from graphscan.analysis.coverage import gaps
from graphscan.analysis.fix_costs import Row, costs
from graphscan.analysis.fix_effect import Anew, Asked
from graphscan.analysis.fix_find import candidates
from graphscan.analysis.fix_rank import Ranking
from graphscan.analysis.fix_results import FixResult, FixSet
from graphscan.analysis.fix_show import Shown
from graphscan.analysis.fix_solve import Search, Solved
from graphscan.analysis.fix_worked_out import WorkedOut
from graphscan.analysis.results import FactView
from graphscan.analysis.session import Session
from graphscan.analysis.view import Viewer
from graphscan.engine.cut import Solver

_RANKING = 0.4  # of the budget is over when single fixes have been tried on the compiled graph,
_LEAST_RANKING = 0.2  # or this much of it was spent on them


@dataclass(frozen=True)
class Costs:
    """The rows of a costs file, and where it is."""

    rows: tuple[Row, ...] = ()
    path: Path | None = None


def fix(
    session: Session,
    from_: Sequence[str],
    to: Sequence[str],
    *,
    budget: float = 10.0,
    prices: Costs | None = None,
    solver: Solver = "auto",
    limit: int = 20,
    obtained: datetime | None = None,
    progress: Callable[[str], None] = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
) -> FixResult:
    """
    Return what keeps an attacker who holds `from_` from targets.

    Args:
        from_:  what the attacker begins with: ids, names or selectors, with `::level` or not.
        to:     what must not be reached.
        budget: seconds for comparing fixes. The set that is shown is always verified, however long that takes.
        prices: what fixes cost; 1 each unless it says otherwise.
        limit:  how many single fixes to list.

    Raises:
        UnknownNameError, EmptySelectionError, UsageError, BadFileError: as the words say.
    """
    begin = clock()
    asked = Asked.put(session, from_, to, obtained)
    found, way = candidates(asked.question, asked.closing, list(asked.goals), WorkedOut.of(session))
    prices = prices or Costs()
    price, unused = costs(session, found, prices.rows, prices.path)
    anew = Anew(asked, from_, to, obtained, way.facts)
    progress("comparing fixes")
    ranking = Ranking(asked, found, price, anew, way, clock)
    ranking.rank(max(begin + _RANKING * budget, clock() + _LEAST_RANKING * budget))
    search = Search(asked, way, anew, found, price, solver, begin + budget, clock=clock)
    solved = only = None
    if asked.goals:
        progress("looking for a set of fixes among credentials")
        only = search.run([place for place, one in enumerate(found) if one.of_credential])
        progress("looking for the cheapest set of fixes")
        solved = search.run(known=only)
    progress("judging single fixes")
    ranking.judge(begin + budget, limit)
    show = Shown(asked, found, price, ranking, search)
    return _answer(asked, ranking, show, solved, only, unused, limit, clock() - begin)


# Private functions


def _answer(
    asked: Asked,
    ranking: Ranking,
    show: Shown,
    solved: Solved | None,
    only: Solved | None,
    unused: tuple[str, ...],
    limit: int,
    seconds: float,
) -> FixResult:
    question, session = asked.question, asked.question.session
    must, may = question.must.reached.held, question.may.reached.held
    stated = asked.closing.reached.held
    known = [fact for fact in asked.targets if must[fact]]
    rest = [fact for fact in asked.targets if may[fact] and not must[fact]]
    viewer = Viewer(session)
    viewer.want_facts(asked.targets)
    after = solved.truth.after if solved is not None and solved.truth is not None else asked
    left, lines = fix_left.unread(after)
    coverage = gaps(session, question if rest else None)
    cut = _set(show, solved)
    credentials = _set(show, only)
    fixes = ranking.listed()
    notes = tuple(_notes(ranking, solved))
    return FixResult(
        as_of=session.as_of,
        as_of_note=session.as_of_note,
        edits=session.edits.lines(),
        starts=question.starts.lines,
        targets=_targets(asked, viewer),
        reached=tuple(viewer.fact(fact) for fact in known),
        stated=tuple(viewer.fact(fact) for fact in rest if stated[fact] and not asked.possible),
        unread=tuple(viewer.fact(fact) for fact in rest if not stated[fact] or asked.possible),
        open_to_anyone=tuple(viewer.fact(fact) for fact in asked.goals if asked.closing.anyone.held[fact]),
        of=len(ranking.before),
        possible_only=asked.possible,
        fixes=tuple(show.fix(place) for place in fixes[:limit]),
        fixes_total=len(fixes),
        by_provenance=ranking.by_provenance(fixes),
        untried=ranking.untried,
        costs_unused=unused,
        cut=cut,
        lower=solved.lower if solved is not None else 0,
        credentials=None
        if cut is not None and credentials is not None and cut.edits == credentials.edits
        else credentials,
        among_credentials=None if only is None or only.unproven else only.truth is not None,
        credentials_kept=len(
            {one.id for one, cost in zip(show.candidates, ranking.price, strict=True) if one.of_credential and not cost}
        ),
        evict=fix_left.evict(only),
        stays=fix_left.stays(solved),
        left=fix_left.derivation(solved),
        left_unread=left,
        left_gaps=lines,
        seconds=round(seconds, 3),
        notes=notes,
        coverage=coverage,
        complete=not notes and not coverage and not (solved is not None and solved.why),
    )


def _targets(asked: Asked, viewer: Viewer) -> tuple[FactView, ...]:
    return tuple(viewer.fact(fact) for fact in asked.targets)


def _set(show: Shown, solved: Solved | None) -> FixSet | None:
    if solved is None or solved.truth is None:
        return None
    return FixSet(
        edits=tuple(show.candidates[place].edit for place in solved.chosen),
        texts=tuple(show.text(place) for place in solved.chosen),
        cost=solved.cost,
        lower=solved.lower,
        optimal=solved.lower == solved.cost,
        verified=not solved.truth.after.goals,
        why=solved.why,
    )


def _notes(ranking: Ranking, solved: Solved | None) -> list[str]:
    notes = []
    if ranking.untried:
        notes.append(f"the budget ended before {ranking.untried:,} fixes were tried on their own")
    if not ranking.before.exact:
        notes.append("pairs are upper bounds: not all starts were told apart")
    if solved is not None and solved.unproven:
        notes.append(solved.why)
    return notes
