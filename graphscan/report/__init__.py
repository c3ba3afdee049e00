"""Results as text, JSON and other formats; each takes a result and returns text."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

# Each command imports the results of its own alone: all of them take longer than many an answer.
if TYPE_CHECKING:
    from graphscan.analysis.diff_results import DiffResult
    from graphscan.analysis.doctor_instances import InstancesResult
    from graphscan.analysis.doctor_results import DoctorResult
    from graphscan.analysis.exposure_results import ExposureResult
    from graphscan.analysis.fix_results import FixResult
    from graphscan.analysis.incident_results import IncidentResult
    from graphscan.analysis.report_results import ReportResult
    from graphscan.analysis.results import BlastResult, ExplainResult, PathsResult
    from graphscan.analysis.status import ImportResult, SelectResult, StatusResult, TechniquesResult
    from graphscan.analysis.timeline_results import TimelineResult
    from graphscan.claims.results import CheckResult
    from graphscan.claims.verify_results import VerifyResult
    from graphscan.exchange.neo4j.results import ClearResult, PushResult, QueriesResult, QueryResult
    from graphscan.exchange.results import ExportResult


@dataclass(frozen=True, slots=True)
class EachResult:
    """The blast radius of each start on its own, in the order asked."""

    results: "tuple[BlastResult, ...]"


@dataclass(frozen=True, slots=True)
class ImportsResult:
    """What several sources brought that were imported together."""

    results: "tuple[ImportResult, ...]"

    @property
    def complete(self) -> bool:
        """Whether each was read completely."""
        return all(one.complete for one in self.results)


if TYPE_CHECKING:
    Result = (
        BlastResult
        | EachResult
        | PathsResult
        | ExplainResult
        | StatusResult
        | SelectResult
        | ImportResult
        | ImportsResult
        | TechniquesResult
        | DoctorResult
        | InstancesResult
        | TimelineResult
        | DiffResult
        | ExposureResult
        | FixResult
        | CheckResult
        | IncidentResult
        | VerifyResult
        | PushResult
        | ClearResult
        | QueriesResult
        | QueryResult
        | ExportResult
        | ReportResult
    )
else:
    Result = object


def render(result: Result, form: str, *, width: int = 100, colour: bool = False) -> str:
    """
    Return a result in one format, ending in a newline.

    Args:
        form:   "text" or "json"; of `check` also "sarif", "junit", "github" and "markdown", of
                `incident` its checklist as "csv" and "markdown", of a saved query "table" and "csv"; of a report also
                "html", "markdown" and "csv" (its PDF is bytes: `report.pdf`).
        width:  columns that text is laid out for; an id longer than that is still printed whole.
        colour: whether text carries terminal colours.

    Raises:
        ValueError: the result has no such format.
    """
    if form == "json":
        from graphscan.report.json import to_json

        return to_json(result)
    if form in ("text", "table"):
        from graphscan.report.text import to_text

        return to_text(result, width=width, colour=colour)
    return _other(result, form)


# Private functions


def _other(result: Result, form: str) -> str:
    from graphscan.analysis.diff_results import DiffResult
    from graphscan.analysis.exposure_results import ExposureResult
    from graphscan.analysis.fix_results import FixResult
    from graphscan.analysis.incident_results import IncidentResult
    from graphscan.analysis.report_results import ReportResult
    from graphscan.claims.results import CheckResult
    from graphscan.exchange.neo4j.results import QueryResult

    if isinstance(result, QueryResult) and form == "csv":
        from graphscan.report import table

        return table.to_csv(result.columns, result.rows)
    if isinstance(result, DiffResult) and form == "markdown":
        from graphscan.report import markdown_diff

        return markdown_diff.to_markdown(result)
    if isinstance(result, FixResult) and form in ("csv", "markdown"):
        from graphscan.report import fix_ticket

        return fix_ticket.to_csv(result) if form == "csv" else fix_ticket.to_markdown(result)
    if isinstance(result, ExposureResult) and form == "csv":
        from graphscan.report import exposure_csv

        return "".join(exposure_csv.lines(result))
    if isinstance(result, CheckResult):
        return _check(result, form)
    if isinstance(result, IncidentResult) and form in ("csv", "markdown"):
        from graphscan.report import checklist

        return checklist.to_csv(result) if form == "csv" else checklist.to_markdown(result)
    if isinstance(result, ReportResult):
        return _report(result, form)
    raise ValueError(f"{type(result).__name__} has no format {form}")


def _report(result: "ReportResult", form: str) -> str:
    if form == "html":
        from graphscan.report.html.page import to_html

        return to_html(result)
    if form == "markdown":
        from graphscan.report.report_markdown import to_markdown as markdown

        return markdown(result)
    if form == "csv":
        from graphscan.report.report_csv import to_csv

        return to_csv(result)
    raise ValueError(f"ReportResult has no format {form}")


def _check(result: "CheckResult", form: str) -> str:
    if form == "sarif":
        from graphscan.report.sarif import to_sarif

        return to_sarif(result)
    if form == "junit":
        from graphscan.report.junit import to_junit

        return to_junit(result)
    if form == "github":
        from graphscan.report.github import to_github

        return to_github(result)
    if form == "markdown":
        from graphscan.report.markdown import to_markdown

        return to_markdown(result)
    raise ValueError(f"CheckResult has no format {form}")
