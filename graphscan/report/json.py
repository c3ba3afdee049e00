"""
Results as JSON: an object with `schema`, stable keys and one list entry a line.

`report/schemas/*.json` describe every object. Signs outside ASCII are written as JSON escapes, so that no name acts on
a terminal. Times are RFC 3339 in UTC.
"""

import json
from collections.abc import Callable
from typing import Any

from graphscan.analysis.diff_results import DiffResult
from graphscan.analysis.doctor_instances import InstanceResult, InstancesResult
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
from graphscan.report import json_neo4j as neo4j
from graphscan.report import json_parts as parts
from graphscan.report.json_check import check
from graphscan.report.json_diff import diff
from graphscan.report.json_exposure import exposure
from graphscan.report.json_fix import fix
from graphscan.report.json_incident import incident
from graphscan.report.json_report import report
from graphscan.report.json_timeline import timeline

_dumps = json.JSONEncoder(ensure_ascii=True, separators=(", ", ": "), allow_nan=False).encode


def to_json(result: Result) -> str:
    """Return a result as JSON text, ending in a newline."""
    name, make = _SCHEMAS[type(result)]
    return _laid_out({"schema": f"graphscan.{name}/1", **make(result)})


# Private functions: one for each result, then one for each part


def _blast(result: BlastResult) -> dict[str, Any]:
    return {
        "as_of": parts.time(result.as_of),
        "as_of_note": result.as_of_note,
        "edits": list(result.edits),
        "start": [parts.start(one) for one in result.starts],
        "ambient": [parts.fact(one) for one in result.ambient],
        "reached": [parts.reached(one) for one in result.reached],
        "reached_total": result.reached_total,
        "open_to_anyone": [parts.fact(one) for one in result.open_to_anyone],
        "possibly_open": [parts.fact(one) for one in result.possibly_open],
        "asset_sensitivity": result.asset_sensitivity,
        "totals": [parts.total(one) for one in result.totals],
        "totals_by_sensitivity": [parts.plain(one) for one in result.by_sensitivity],
        "routes": [parts.route(one) for one in result.routes],
        "routes_note": result.routes_note,
        "blocked_by": [parts.blocker(one) for one in result.blocked_by],
        "contributions": [parts.contribution(one) for one in result.contributions],
        "sets": [parts.sets(one) for one in result.sets],
        "moves": [parts.move(one) for one in result.moves],
        "notes": list(result.notes),
        "coverage": [parts.plain(one) for one in result.coverage],
        "complete": result.complete,
    }


def _each(result: EachResult) -> dict[str, Any]:
    return {"results": [{"schema": "graphscan.blast/1", **_blast(one)} for one in result.results]}


def _paths(result: PathsResult) -> dict[str, Any]:
    return {
        "as_of": parts.time(result.as_of),
        "as_of_note": result.as_of_note,
        "edits": list(result.edits),
        "start": [parts.start(one) for one in result.starts],
        "targets": [parts.fact(one) for one in result.targets],
        "reached": [parts.fact(one) for one in result.reached],
        "possible": [parts.fact(one) for one in result.possible],
        "open_to_anyone": [parts.fact(one) for one in result.open_to_anyone],
        "possibly_open": [parts.fact(one) for one in result.possibly_open],
        "paths": result.paths,
        "routes": [parts.route(one) for one in result.routes],
        "note": result.note,
        "coverage": [parts.plain(one) for one in result.coverage],
        "complete": result.complete,
    }


def _explain(result: ExplainResult) -> dict[str, Any]:
    return {
        "as_of": parts.time(result.as_of),
        "node": parts.node(result.node),
        "fields": [{"field": name, "value": value} for name, value in result.fields],
        "sources": list(result.sources),
        "disagreements": [parts.plain(one) for one in result.disagreements],
        "relations": [parts.plain(one) for one in result.relations],
        "relation_count": result.relation_count,
        "led_from": [parts.hop(one) for one in result.led_from],
        "led_from_count": result.led_from_count,
        "leads_to": [parts.hop(one) for one in result.leads_to],
        "leads_to_count": result.leads_to_count,
    }


def _status(result: StatusResult) -> dict[str, Any]:
    return {
        "store": result.store,
        "now": parts.time(result.now),
        "default_as_of": parts.time(result.default_as_of),
        "snapshot": result.snapshot,
        "sources": [parts.source(one) for one in result.sources],
        "nodes": dict(result.nodes),
        "relations": dict(result.relations),
        "doubts": parts.plain(result.doubts),
        "verified": result.verified,
        "problems": list(result.problems),
        "complete": result.complete,
    }


def _select(result: SelectResult) -> dict[str, Any]:
    return {
        "selector": result.selector,
        "level": result.level,
        "count": result.count,
        "kinds": dict(result.kinds),
        "nodes": [parts.node(one) for one in result.nodes],
        "complete": result.complete,
    }


def _import(result: ImportResult) -> dict[str, Any]:
    return {
        "store": result.store,
        "file": result.file,
        "source": parts.source(result.source),
        "first": result.first,
        "gaps": [parts.plain(one) for one in result.gaps],
        "doubts": None if result.doubts is None else parts.plain(result.doubts),
        "complete": result.complete,
    }


def _imports(result: ImportsResult) -> dict[str, Any]:
    return {"imports": [_import(one) for one in result.results], "complete": result.complete}


def _techniques(result: TechniquesResult) -> dict[str, Any]:
    return {"techniques": [parts.technique(one, result.detail) for one in result.techniques]}


def _doctor(result: DoctorResult) -> dict[str, Any]:
    return {
        "source": result.source,
        "settings": [parts.plain(one) for one in result.settings],
        "notes": list(result.notes),
        "checks": [parts.plain(one) for one in result.checks],
        "probes": [parts.plain(one) for one in result.probes],
        "missing_scopes": list(result.missing_scopes),
        "missing_roles": list(result.missing_roles),
        "complete": result.complete,
    }


def _instances(result: InstancesResult) -> dict[str, Any]:
    return {
        "instances": [_instance(one) for one in result.instances],
        "facts_only": list(result.facts_only),
        "template": result.template,
        "written": result.written,
        "complete": result.complete,
    }


def _instance(one: InstanceResult) -> dict[str, Any]:
    return {
        "source": one.source,
        "title": one.title,
        "settings": [parts.plain(line) for line in one.settings],
        "notes": list(one.notes),
        "checks": [parts.plain(line) for line in one.checks],
        "endpoints": [parts.plain(line) for line in one.endpoints],
        "unread": [parts.plain(line) for line in one.unread],
        "rights": list(one.rights),
        "credentials": list(one.credentials),
        "complete": one.complete,
    }


def _verify(result: VerifyResult) -> dict[str, Any]:
    return {"store": result.store, "certificates": [parts.plain(one) for one in result.certificates]}


def _laid_out(top: dict[str, Any]) -> str:
    # A line for each entry of a list: readable, good for a diff, and the encoder stays the compiled one.
    lines = []
    for key, value in top.items():
        if isinstance(value, list) and value:
            entries = ",\n".join(f"    {_dumps(one)}" for one in value)
            lines.append(f"  {_dumps(key)}: [\n{entries}\n  ]")
        else:
            lines.append(f"  {_dumps(key)}: {_dumps(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


_SCHEMAS: dict[type, tuple[str, Callable[[Any], dict[str, Any]]]] = {
    BlastResult: ("blast", _blast),
    EachResult: ("blast-each", _each),
    PathsResult: ("paths", _paths),
    ExplainResult: ("explain", _explain),
    StatusResult: ("status", _status),
    SelectResult: ("select", _select),
    ImportResult: ("import", _import),
    ImportsResult: ("imports", _imports),
    TechniquesResult: ("techniques", _techniques),
    DoctorResult: ("doctor", _doctor),
    InstancesResult: ("doctor-atlassian", _instances),
    TimelineResult: ("timeline", timeline),
    DiffResult: ("diff", diff),
    ExposureResult: ("exposure", exposure),
    FixResult: ("fix", fix),
    CheckResult: ("check", check),
    IncidentResult: ("incident", incident),
    VerifyResult: ("verify", _verify),
    PushResult: ("neo4j-push", neo4j.pushed),
    ClearResult: ("neo4j-clear", neo4j.cleared),
    QueriesResult: ("neo4j-queries", neo4j.queries),
    QueryResult: ("neo4j-query", neo4j.queried),
    ExportResult: ("export", parts.plain),
    ReportResult: ("report", report),
}
