"""`graphscan paths` as text."""

from collections.abc import Iterable

from graphscan.analysis.results import FactView, PathsResult
from graphscan.report.text import parts, words
from graphscan.report.text.nodes import facts
from graphscan.report.text.routes import Families
from graphscan.report.text.screen import Piece, Screen

FAMILIES = 20


def paths(screen: Screen, result: PathsResult) -> None:
    """Write the answer first, then start, paths and what could not be read."""
    screen.flow(*_verdict(result))
    screen.heading("Start")
    parts.starts(screen, result.starts)
    parts.assumptions(screen, result.as_of, result.as_of_note, result.edits)
    if result.open_to_anyone:
        screen.flow(
            ("Open to anyone, without any start: ", "bold red"), *facts(result.open_to_anyone), indent=2, hang=4
        )
    if result.possibly_open:
        screen.flow(
            ("Possibly open to anyone, without any start: ", "yellow"), *facts(result.possibly_open), indent=2, hang=4
        )
    missed = _not_among(result.targets, (*result.reached, *result.possible))
    if missed:
        screen.flow(("not reached: ", "dim"), *facts(missed, 6), indent=2, hang=4)
    if result.routes or result.note:
        families = Families(screen, result.routes, result.note, places=3)
        screen.heading("Paths", families.legend)
        families.write(FAMILIES, once=False)
    screen.heading("Not read", words.number(len(result.coverage), "gap") if result.coverage else "")
    parts.coverage(screen, result.coverage)


# Private functions


def _verdict(result: PathsResult) -> list[Piece]:
    live = len({one.fact.node.id for one in result.starts if not one.dead})
    targets, known = _nodes(result.targets), _nodes(result.reached)
    perhaps = len(_nodes(result.possible) - known)
    of = words.number(len(targets), "target")
    if known:
        ways = f"{words.number(result.paths, 'path')} in {words.number(len(result.routes), 'family', 'families')}"
        more = f"; {perhaps:,} more possibly" if perhaps else ""
        least = "at least " if result.note else ""
        by = f" from {words.number(live, 'start')}, by {least}{ways}{more}." if result.routes else f"{more}."
        return [(f"{len(known):,} of {of} reached", "bold"), by]
    if perhaps:
        return [("No path is known", "bold"), f", but {perhaps:,} of {of} may be reached, given what was not read."]
    if result.coverage:
        unsure = " as far as could be read; this is not a proof, see below what was not read."
        return [("No path found", "bold"), unsure]
    return [("No path.", "bold"), f" None of the {of} is reached."]


def _nodes(views: Iterable[FactView]) -> set[str]:
    return {one.node.id for one in views}


def _not_among(views: Iterable[FactView], others: Iterable[FactView]) -> list[FactView]:
    """Return the facts of nodes that none of the others is about."""
    there = _nodes(others)
    return [one for one in views if one.node.id not in there]
