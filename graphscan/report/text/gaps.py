"""A step that rests on what could not be read: which answer would make it true."""

from rich.text import Text

from graphscan.analysis.results import GapView, Hop
from graphscan.report.text.nodes import identity, prose
from graphscan.report.text.screen import Piece

_STATES = {
    "denied": "the denied ",
    "partial": "the partly read ",
    "stale": "the outdated ",
    "not_collected": "what was not collected",
    "unavailable": "what no end point tells",
}


def possible(step: Hop) -> list[Piece]:
    """Say why a step is only possible; nothing of one that is known."""
    if not step.possible:
        return []
    if step.gap is None:
        return [(" (possible, not known)", "yellow")]
    more = f" and {len(step.gaps) - 1} more gap{'s' if len(step.gaps) > 2 else ''}" if len(step.gaps) > 1 else ""
    return [(" (possible: would hold if ", "yellow"), would_hold(step.gap), (f"{more})", "yellow")]


def would_hold(gap: GapView) -> Text:
    """Return `the denied GET /iam/roles lists HAS_ROLE of X`, of what would have to be read and what it would say."""
    state = _STATES.get(gap.state, f"the {prose(gap.state)} ")
    where = (
        identity(f"GET {gap.endpoint}" if gap.endpoint.startswith("/") else gap.endpoint) if gap.endpoint else Text()
    )
    of = (
        Text.assemble(" of ", identity(gap.scope))
        if gap.scope
        else Text.assemble(" in ", identity(gap.source_instance))
    )
    if gap.state in ("not_collected", "unavailable"):
        found = Text.assemble(" (", where, ")") if gap.endpoint else Text()
        return Text.assemble(state, found, " says ", identity(gap.relation), of, style="yellow")
    asked = where if gap.endpoint else Text("listing")
    return Text.assemble(state, asked, " lists ", identity(gap.relation), of, style="yellow")
