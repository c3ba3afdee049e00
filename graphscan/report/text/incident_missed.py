"""The credentials that are not proven dead, as a table and a line each."""

from collections.abc import Sequence

from rich.text import Text

from graphscan.analysis.incident_results import ExposedCredential, IncidentResult, State
from graphscan.analysis.results import FactView
from graphscan.report.checklist import last_use
from graphscan.report.text.incident_words import day, ids
from graphscan.report.text.nodes import counted, identity, label, prose
from graphscan.report.text.screen import Piece, Screen

ROWS = 20

_STYLES = {
    State.RE_EXPOSED: "bold red",
    State.MISSED: "bold red",
    State.LIVE_DERIVED: "bold red",
    State.LIVE_UNTIL: "bold red",
    State.UNVERIFIED: "bold yellow",
    State.DEAD: "green",
}
_HOW = {
    "listed": "named by the incident",
    "held": "held by",
    "minted": "minted with",
    "same value": "has the value of",
    "reached": "reached by use",
    "unlisted": "could not be listed",
}


def missed(screen: Screen, result: IncidentResult) -> None:
    """Write what is not proven dead."""
    missed = result.missed
    if not missed:
        return
    days = {day(one.obtained) for one in missed}
    once = f"last exposed {next(iter(days))}; " if len(days) == 1 else ""
    screen.heading("Not proven dead", f"{once}unused is a reason to delete, never a reason to skip")
    few = missed[:ROWS]
    columns: dict[tuple[str, str], list[Text | str]] = {
        ("credential", "id"): [label(one.node) for one in few],
        ("state", "id"): [_state(one) for one in few],
        ("exposed", "id"): [] if once else [day(one.obtained) for one in few],
        ("why", "prose"): [prose(one.detail) for one in few],
        ("last use, by source", "prose"): [_last_use(one) for one in few],
        ("opens alone", "prose"): [_few(one.alone) or ("with others" if one.joint else "–") for one in few],
        ("owner", "prose"): [prose(one.owner) or "nobody" for one in few] if any(one.owner for one in missed) else [],
    }
    shown = {column: cells for column, cells in columns.items() if cells}
    screen.table(list(shown), list(zip(*shown.values(), strict=True)))
    if len(missed) > ROWS:
        screen.flow(f"… and {len(missed) - ROWS:,} more; -o json lists all.", indent=2)
    for one in missed[:ROWS]:
        _more(screen, one)


# Private functions


def _state(one: ExposedCredential) -> Text:
    state = Text(str(one.state), _STYLES.get(one.state, ""))
    return state.append(" ?", "yellow") if one.certainty == "possible" or one.observed != "yes" else state


def _last_use(one: ExposedCredential) -> Text:
    if one.how == "unlisted":
        return Text("")
    return Text(prose(last_use(one.last_used, one.conflict)), "yellow" if one.conflict else "")


def _more(screen: Screen, one: ExposedCredential) -> None:
    """Say of a credential how it was reached, and what to do before it."""
    if one.path:
        hops = [hop.gives.node.id for hop in one.path[:-1]]
        way: list[Piece] = [label(one.path[0].given.node)]
        for hop in hops:
            way += [" → ", identity(hop)]
        screen.flow(label(one.node), (" was read by way of ", "dim"), *way, indent=2, hang=4)
    elif one.how in ("minted", "same value"):
        screen.flow(label(one.node), (f" {_HOW[one.how]} ", "dim"), *ids(one.parents or one.holders), indent=2, hang=4)
    if one.before:
        screen.flow(
            label(one.node),
            (" was read again after it was replaced: replace ", "dim"),
            *ids(one.before),
            (" first, then it", "dim"),
            indent=2,
            hang=4,
        )
    if one.consumers:
        screen.flow(label(one.node), (" is also held by ", "dim"), *ids(one.consumers), indent=2, hang=4)


def _few(views: Sequence[FactView]) -> str:
    return counted(views) if views else ""
