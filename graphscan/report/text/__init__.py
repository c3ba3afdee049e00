"""Results as text for people."""

from collections.abc import Callable
from typing import Any

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
from graphscan.report import EachResult, ImportsResult, Result


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
        diff,
        doctor,
        explain,
        exposure,
        fix,
        imports,
        incident,
        instances,
        neo4j,
        paths,
        report,
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
        ImportsResult: imports.several,
        TechniquesResult: techniques.techniques,
        DoctorResult: doctor.doctor,
        InstancesResult: instances.instances,
        TimelineResult: timeline.timeline,
        DiffResult: diff.diff,
        ExposureResult: exposure.exposure,
        FixResult: fix.fix,
        CheckResult: check.check,
        IncidentResult: incident.incident,
        VerifyResult: verify.verify,
        PushResult: neo4j.pushed,
        ClearResult: neo4j.cleared,
        QueriesResult: neo4j.queries,
        QueryResult: neo4j.queried,
        ExportResult: neo4j.exported,
        ReportResult: report.report,
    }
    return writers[type(result)]
