"""Results as text, JSON and other formats; each takes a result and returns text."""

from dataclasses import dataclass

from graphscan.analysis.doctor_results import DoctorResult
from graphscan.analysis.results import BlastResult, ExplainResult, PathsResult
from graphscan.analysis.status import ImportResult, SelectResult, StatusResult, TechniquesResult


@dataclass(frozen=True, slots=True)
class EachResult:
    """The blast radius of each start on its own, in the order asked."""

    results: tuple[BlastResult, ...]


Result = (
    BlastResult
    | EachResult
    | PathsResult
    | ExplainResult
    | StatusResult
    | SelectResult
    | ImportResult
    | TechniquesResult
    | DoctorResult
)


def render(result: Result, form: str, *, width: int = 100, colour: bool = False) -> str:
    """
    Return a result in one format, ending in a newline.

    Args:
        form:   "text" or "json".
        width:  columns that text is laid out for; an id longer than that is still printed whole.
        colour: whether text carries terminal colours.
    """
    if form == "json":
        from graphscan.report.json import to_json

        return to_json(result)
    from graphscan.report.text import to_text

    return to_text(result, width=width, colour=colour)
