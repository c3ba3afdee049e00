"""`graphscan techniques` as text."""

from rich.text import Text

from graphscan.analysis.status import TechniquesResult
from graphscan.printable import printable
from graphscan.report.text import words
from graphscan.report.text.nodes import identity, name, prose
from graphscan.report.text.screen import Screen
from graphscan.techniques.registry import Technique

_KINDS = {"technique": "", "target-set": "target set", "population": "population"}


def techniques(screen: Screen, result: TechniquesResult) -> None:
    """Write one line for each technique, or all of one."""
    if result.detail:
        for one in result.techniques:
            _whole(screen, one)
        return
    screen.flow(
        f"{words.number(len(result.techniques), 'technique file')}; `graphscan techniques ID` shows one in full."
    )
    screen.blank()
    screen.table(
        [("id", "id"), ("ATT&CK", "id"), ("effort", "number"), ("what", "prose")],
        [
            (
                identity(one.id),
                "" if one.attack == "none" else one.attack,
                str(one.effort) if one.effort else _KINDS.get(str(one.kind), ""),
                name(one.title),
            )
            for one in result.techniques
        ],
    )


# Private functions


def _whole(screen: Screen, one: Technique) -> None:
    screen.flow(identity(one.id, "bold"), "  ", prose(one.title))
    screen.blank()
    screen.flow(prose(one.what, 5000), indent=2)
    for label, value in (
        ("How to close it", one.close),
        ("ATT&CK", "" if one.attack == "none" else one.attack),
        ("Effort", f"{one.effort} of 5" if one.effort else ""),
        ("Reads", ", ".join(one.reads)),
        ("Rests on the absence of", ", ".join(one.negates)),
        ("Node kinds", ", ".join(one.nodes)),
    ):
        if value:
            screen.flow((f"{label}: ", "dim"), prose(value, 5000), indent=2, hang=4)
    for reference in one.references:
        screen.flow(("See ", "dim"), identity(reference), indent=2)
    screen.heading("The query")
    for line in one.sql.splitlines():
        screen.flow(Text(printable(line)), indent=2)
