"""`graphscan paths` as text."""

from graphscan.analysis.results import PathsResult
from graphscan.report.text import parts, words
from graphscan.report.text.nodes import counted, facts
from graphscan.report.text.routes import routes
from graphscan.report.text.screen import Piece, Screen

FAMILIES = 20


def paths(screen: Screen, result: PathsResult) -> None:
    """Write the answer first, then start, paths and what could not be read."""
    live = sum(1 for one in result.starts if not one.dead)
    said: list[Piece] = []
    if result.reached:
        said += [
            (f"{len(result.reached):,} of {words.number(len(result.targets), 'target')} reached", "bold"),
            f" from {words.number(live, 'start')}, by ",
            "at least " if result.note else "",
            f"{words.number(result.paths, 'path')} in {words.number(len(result.routes), 'family', 'families')}.",
        ]
    elif result.coverage:
        said += [
            ("No path found", "bold"),
            " as far as could be read; this is not a proof, see what was not read below.",
        ]
    else:
        said += [("No path.", "bold"), f" None of the {words.number(len(result.targets), 'target')} is reached."]
    screen.flow(*said)
    screen.heading("Start")
    parts.starts(screen, result.starts)
    parts.assumptions(screen, result.as_of, result.as_of_note, result.edits)
    missed = [one for one in result.targets if one not in set(result.reached)]
    if missed and result.reached:
        screen.flow(("not reached: ", "dim"), *facts(missed, 6), indent=2, hang=4)
    elif missed:
        screen.flow(("asked for: ", "dim"), counted(missed), indent=2)
    if result.routes or result.note:
        screen.heading("Paths", "cheapest first; → gives, [how it is known and where that stands]")
        routes(screen, result.routes, FAMILIES, result.note)
    screen.heading("Not read", words.number(len(result.coverage), "gap") if result.coverage else "")
    parts.coverage(screen, result.coverage)
