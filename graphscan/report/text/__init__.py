"""Results as text for people."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from graphscan.report import Result

# The module and the function that write each result: only those of the result at hand are imported.
_WRITERS: Final = {
    "BlastResult": ("blast", "blast"),
    "EachResult": ("blast", "each"),
    "PathsResult": ("paths", "paths"),
    "ExplainResult": ("explain", "explain"),
    "StatusResult": ("status", "status"),
    "SelectResult": ("select", "select"),
    "ImportResult": ("imports", "imported"),
    "ImportsResult": ("imports", "several"),
    "TechniquesResult": ("techniques", "techniques"),
    "DoctorResult": ("doctor", "doctor"),
    "InstancesResult": ("instances", "instances"),
    "TimelineResult": ("timeline", "timeline"),
    "DiffResult": ("diff", "diff"),
    "ExposureResult": ("exposure", "exposure"),
    "FixResult": ("fix", "fix"),
    "CheckResult": ("check", "check"),
    "IncidentResult": ("incident", "incident"),
    "VerifyResult": ("verify", "verify"),
    "PushResult": ("neo4j", "pushed"),
    "ClearResult": ("neo4j", "cleared"),
    "QueriesResult": ("neo4j", "queries"),
    "QueryResult": ("neo4j", "queried"),
    "ExportResult": ("neo4j", "exported"),
    "ReportResult": ("report", "report"),
}


def to_text(result: Result, *, width: int, colour: bool) -> str:
    """Return a result as text, ending in one newline; see `report.render`."""
    from graphscan.report.text.screen import Screen

    screen = Screen(width, colour)
    _writer(result)(screen, result)
    return screen.text().strip("\n") + "\n"


# Private functions


def _writer(result: Result) -> Callable[[Any, Any], None]:
    module, function = _WRITERS[type(result).__name__]
    writer: Callable[[Any, Any], None] = getattr(import_module(f"graphscan.report.text.{module}"), function)
    return writer
