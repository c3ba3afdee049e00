"""What an import or a collection brought, as text."""

from datetime import UTC, datetime

from graphscan.analysis.status import ImportResult
from graphscan.report import ImportsResult
from graphscan.report.text import words
from graphscan.report.text.nodes import identity, name, prose
from graphscan.report.text.screen import Screen
from graphscan.report.text.status import doubts, gaps

GAPS = 6
_COUNTED = (
    ("nodes", "node", "nodes"),
    ("relations", "relation", "relations"),
    ("coverage", "statement of coverage", "statements of coverage"),
    ("classify", "classify rule", "classify rules"),
    ("requests", "request", "requests"),
    ("pages", "page", "pages"),
    ("records", "record", "records"),
    ("resumed", "listing of an interrupted run", "listings of an interrupted run"),
    ("copied", "listing of an earlier snapshot", "listings of an earlier snapshot"),
)


def imported(screen: Screen, result: ImportResult) -> None:
    """Write what came, what did not, and what is open now."""
    counts = dict(result.source.counts)
    brought = words.listed(words.number(counts[what], one, more) for what, one, more in _COUNTED if counts.get(what))
    if result.store is None:
        screen.flow(
            "Collected ",
            identity(result.source.source, "bold"),
            " into ",
            identity(result.file or ""),
            ": ",
            brought or "nothing",
            ".",
        )
    else:
        how = (
            ""
            if result.first
            else f", replacing the import before it ({words.number(result.source.kept, 'import')} kept)"
        )
        screen.flow(
            "Imported ",
            identity(result.source.source, "bold"),
            " into ",
            identity(result.store),
            ": ",
            brought or "nothing",
            how,
            ".",
        )
    missed = result.source.not_understood
    if missed:
        screen.heading("Not understood", words.number(sum(one.count for one in missed), "record"))
        for line in missed[:20]:
            screen.flow(f"{line.count:,} at ", name(line.where), f": {prose(line.reason)}", indent=2, hang=4)
        if len(missed) > 20:
            screen.flow(f"… and {len(missed) - 20:,} more sorts; -o json lists all.", indent=2)
    now = datetime.now(UTC)
    if result.doubts is not None:
        doubts(screen, result.doubts, now, GAPS)
    elif result.gaps:
        screen.heading("Not read")
        gaps(screen, result.gaps, now)
    if not result.complete:
        screen.blank()
        screen.flow(
            ("The source was not read completely", "yellow"),
            "; what is missing counts as unknown, never as absent. Exit code 3.",
        )


def several(screen: Screen, result: ImportsResult) -> None:
    """Write what each of several sources brought."""
    for one in result.results:
        imported(screen, one)
        screen.blank()
