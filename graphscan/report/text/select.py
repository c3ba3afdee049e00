"""`graphscan select` as text."""

from graphscan.analysis.status import SelectResult
from graphscan.report.text import words
from graphscan.report.text.nodes import identity, name, prose
from graphscan.report.text.screen import Screen


def select(screen: Screen, result: SelectResult) -> None:
    """Write how many nodes a selector means, and the first of them."""
    kinds = words.listed(f"{count:,} {words.kind(kind, count)}" for kind, count in result.kinds)
    level = [f", asked for at level {prose(result.level)}"] if result.level else []
    screen.flow(identity(result.selector, "bold"), f" means {words.number(result.count, 'node')}: {kinds}", *level, ".")
    screen.blank()
    columns = [("id", "id"), ("kind", "id"), ("subtype", "prose"), ("name", "prose"), ("sensitivity", "id")]
    rows = [
        (
            identity(one.id),
            one.kind,
            name(one.subtype),
            name("" if one.name == one.id else one.name),
            words.sensitivity(one.sensitivity),
        )
        for one in result.nodes
    ]
    said = [place for place in range(len(columns)) if any(len(row[place]) for row in rows)]
    screen.table([columns[place] for place in said], [[row[place] for place in said] for row in rows])
    if not result.complete:
        screen.flow(f"… {len(result.nodes):,} of {result.count:,} shown; --limit {result.count} shows all.", indent=2)
