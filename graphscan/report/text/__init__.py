"""Results as text for people."""

from collections.abc import Callable
from typing import Any

from graphscan.analysis.doctor_instances import InstancesResult
from graphscan.analysis.doctor_results import DoctorResult
from graphscan.analysis.incident_results import IncidentResult
from graphscan.analysis.results import BlastResult, ExplainResult, PathsResult
from graphscan.analysis.status import ImportResult, SelectResult, StatusResult, TechniquesResult
from graphscan.analysis.timeline_results import TimelineResult
from graphscan.claims.results import CheckResult
from graphscan.claims.verify_results import VerifyResult
from graphscan.report import EachResult, Result


def to_text(result: Result, *, width: int, colour: bool) -> str:
    """Return a result as text, ending in one newline; see `report.render`."""
    from graphscan.report.text.screen import Screen

    screen = Screen(width, colour)
    _writer(result)(screen, result)
    return screen.text().strip("\n") + "\n"


def _writer(result: Result) -> Callable[[Any, Any], None]:
    from graphscan.report.text import (
        blast,
        check,
        doctor,
        explain,
        imports,
        incident,
        instances,
        paths,
        select,
        status,
        techniques,
        timeline,
        verify,
    )

    writers: dict[type, Callable[[Any, Any], None]] = {
        BlastResult: blast.blast,
        EachResult: blast.each,
        PathsResult: paths.paths,
        ExplainResult: explain.explain,
        StatusResult: status.status,
        SelectResult: select.select,
        ImportResult: imports.imported,
        TechniquesResult: techniques.techniques,
        DoctorResult: doctor.doctor,
        InstancesResult: instances.instances,
        TimelineResult: timeline.timeline,
        CheckResult: check.check,
        IncidentResult: incident.incident,
        VerifyResult: verify.verify,
    }
    return writers[type(result)]
