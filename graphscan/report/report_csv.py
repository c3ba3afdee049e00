"""The hand-over list of a report as CSV, by owner, in which no cell is a formula."""

from graphscan.analysis.report_results import Handover, ReportResult
from graphscan.report import table
from graphscan.report.checklist import NOBODY, last_use

COLUMNS = (
    *("owner", "credential", "name", "kind", "state", "console", "console shows", "step", "vendor's page", "order"),
    *("by when", "consumers", "accounts", "last used", "tlp"),
)


def to_csv(result: ReportResult) -> str:
    """Return what is to be ended, by owner, as CSV (RFC 4180); each row is marked."""
    return table.to_csv(COLUMNS, ([*_row(one), f"TLP:{result.tlp}"] for one in result.handover))


def when(one: Handover) -> str:
    """Return by when a thing is to be ended: at once, or after what reads its next value."""
    return f"after {', '.join(one.after)}" if one.after else "at once"


# Private functions


def _row(one: Handover) -> tuple[str, ...]:
    return (
        one.owner or NOBODY,
        one.node.id,
        one.node.name,
        one.node.subtype or one.node.kind,
        one.state,
        one.console,
        one.console_shows,
        one.step,
        one.source,
        str(one.order or ""),
        when(one),
        ", ".join(one.consumers),
        ", ".join(one.accounts),
        last_use(one.last_used, one.conflict),
    )
