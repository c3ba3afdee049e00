"""What exports and the commands about Neo4j answer, as text."""

import json
from typing import Any

from rich.text import Text

from graphscan.exchange.neo4j.results import ClearResult, PushResult, QueriesResult, QueryResult
from graphscan.exchange.results import ExportResult
from graphscan.printable import printable
from graphscan.report.text import words
from graphscan.report.text.nodes import identity, prose
from graphscan.report.text.screen import Screen

_LONGEST = 300  # signs of one cell of a table; JSON and CSV have all of it


def pushed(screen: Screen, result: PushResult) -> None:
    """Write what was sent and what that changed."""
    total = sum(result.relationships.values())
    sent = f"{words.number(result.nodes, 'node')} and {words.number(total, 'relationship')}"
    if result.dry_run:
        screen.flow(f"Would send {sent}; nothing was sent, and no server was asked.")
    else:
        screen.flow("Pushed to ", identity(result.where, "bold"), f": {sent}, and counted there.")
    screen.flow("The store is ", identity(result.owner), " there: every node and relationship says so in `owner`.")
    if not result.dry_run:
        changed = [f"{count:,} {what.replace('_', ' ')}" for what, count in result.changed.items() if count]
        screen.flow(f"In the database: {words.listed(changed) or 'nothing was new, nothing was stale'}.")
    if result.resumed:
        screen.flow(f"An interrupted push was continued: {words.number(result.resumed, 'batch')} had been sent before.")
    if result.gone:
        screen.flow(
            f"{words.number(result.gone, 'node')} that the store does not hold any more stayed, labelled Gone: "
            "somebody tied something of his own to them."
        )
    if result.run:
        screen.flow(
            "The answer is the run ",
            identity(result.run, "bold"),
            "." if result.dry_run else f", with {words.number(result.answered, 'relationship')}.",
        )
    screen.heading("Relationships")
    screen.table(
        [("type", "id"), ("count", "number")],
        [(identity(type_), f"{count:,}") for type_, count in sorted(result.relationships.items())],
    )


def cleared(screen: Screen, result: ClearResult) -> None:
    """Write what was removed."""
    screen.flow(
        "Removed ",
        prose(result.what),
        " of the store ",
        identity(result.owner),
        " from ",
        identity(result.where, "bold"),
        f": {words.number(result.nodes, 'node')}, {words.number(result.relationships, 'relationship')}.",
    )
    if result.kept:
        screen.flow(
            f"{words.number(result.kept, 'node')} stayed, labelled Gone: somebody tied something of his own to them."
        )


def queries(screen: Screen, result: QueriesResult) -> None:
    """Write one entry for each saved query."""
    screen.flow(f"{words.number(len(result.queries), 'saved query', 'saved queries')}.")
    for one in result.queries:
        screen.blank()
        screen.flow(identity(one.name, "bold"), "  ", prose(one.title))
        screen.flow(prose(one.answers, 5000), indent=2)
        for parameter in one.parameters:
            default = "" if parameter.default is None else f" (default {prose(str(parameter.default))})"
            means = prose(parameter.means)
            screen.flow(identity(f"-p {parameter.name}=…"), f"  {means}{default}", indent=4, hang=6)


def queried(screen: Screen, result: QueryResult) -> None:
    """Write the rows as a table."""
    screen.flow(Text(printable(result.query.title), "bold"))
    screen.flow((prose(result.query.answers, 5000), "dim"))
    if not result.rows:
        screen.flow("No rows.")
        return
    sorts = [_sort([row[place] for row in result.rows]) for place in range(len(result.columns))]
    screen.table(
        [(prose(column), sort) for column, sort in zip(result.columns, sorts, strict=True)],
        [[_cell(value, sort) for value, sort in zip(row, sorts, strict=True)] for row in result.rows],
    )
    most = result.parameters.get("limit")
    if isinstance(most, int) and len(result.rows) >= most:
        screen.flow(
            f"{words.number(len(result.rows), 'row')}: no more were asked for, and there may be more (-p limit=…)."
        )
    else:
        screen.flow(f"{words.number(len(result.rows), 'row')}.")


def exported(screen: Screen, result: ExportResult) -> None:
    """Write what an export wrote."""
    written = words.listed(words.number(count, what.rstrip("s")) for what, count in result.counted.items())
    screen.flow("Wrote ", identity(result.path, "bold"), f" ({prose(result.form)}): {written}.")


# Private functions


def _sort(values: list[Any]) -> str:
    """Return how a column is laid out: numbers stand right, what has no blank is copied whole, the rest wraps."""
    told = [value for value in values if value is not None]
    if told and all(isinstance(value, int | float) and not isinstance(value, bool) for value in told):
        return "number"
    return "prose" if any(" " in _text(value) for value in told) else "id"


def _cell(value: Any, sort: str) -> Text | str:
    text = _text(value)
    return identity(text) if sort == "id" else prose(text, _LONGEST)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,}"
    if isinstance(value, list) and not any(isinstance(one, list | dict) for one in value):
        return ", ".join(str(one) for one in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
