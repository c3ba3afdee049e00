"""
Results as JSON: an object with `schema`, stable keys and one list entry a line.

`report/schemas/*.json` describe every object. Signs outside ASCII are written as JSON escapes, so that no name acts on
a terminal. Times are RFC 3339 in UTC.
"""

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from graphscan.analysis.results import (
    BlastResult,
    Blocker,
    Contribution,
    Derivation,
    ExplainResult,
    FactView,
    Hop,
    Move,
    NodeView,
    PathsResult,
    Reached,
    Route,
    SetsAndCuts,
    StartLine,
    Total,
)
from graphscan.analysis.status import ImportResult, SelectResult, SourceLine, StatusResult, TechniquesResult
from graphscan.report import EachResult, Result
from graphscan.techniques.registry import Technique

_dumps = json.JSONEncoder(ensure_ascii=True, separators=(", ", ": "), allow_nan=False).encode


def to_json(result: Result) -> str:
    """Return a result as JSON text, ending in a newline."""
    name, make = _SCHEMAS[type(result)]
    return _laid_out({"schema": f"graphscan.{name}/1", **make(result)})


# Private functions: one for each result, then one for each part


def _blast(result: BlastResult) -> dict[str, Any]:
    return {
        "as_of": _time(result.as_of),
        "as_of_note": result.as_of_note,
        "edits": list(result.edits),
        "start": [_start(one) for one in result.starts],
        "ambient": [_fact(one) for one in result.ambient],
        "reached": [_reached(one) for one in result.reached],
        "reached_total": result.reached_total,
        "open_to_anyone": [_fact(one) for one in result.open_to_anyone],
        "asset_sensitivity": result.asset_sensitivity,
        "totals": [_total(one) for one in result.totals],
        "totals_by_sensitivity": [_plain(one) for one in result.by_sensitivity],
        "routes": [_route(one) for one in result.routes],
        "routes_note": result.routes_note,
        "blocked_by": [_blocker(one) for one in result.blocked_by],
        "contributions": [_contribution(one) for one in result.contributions],
        "sets": [_sets(one) for one in result.sets],
        "moves": [_move(one) for one in result.moves],
        "notes": list(result.notes),
        "coverage": [_plain(one) for one in result.coverage],
        "complete": result.complete,
    }


def _each(result: EachResult) -> dict[str, Any]:
    return {"results": [{"schema": "graphscan.blast/1", **_blast(one)} for one in result.results]}


def _paths(result: PathsResult) -> dict[str, Any]:
    return {
        "as_of": _time(result.as_of),
        "as_of_note": result.as_of_note,
        "edits": list(result.edits),
        "start": [_start(one) for one in result.starts],
        "targets": [_fact(one) for one in result.targets],
        "reached": [_fact(one) for one in result.reached],
        "possible": [_fact(one) for one in result.possible],
        "open_to_anyone": [_fact(one) for one in result.open_to_anyone],
        "paths": result.paths,
        "routes": [_route(one) for one in result.routes],
        "note": result.note,
        "coverage": [_plain(one) for one in result.coverage],
        "complete": result.complete,
    }


def _explain(result: ExplainResult) -> dict[str, Any]:
    return {
        "as_of": _time(result.as_of),
        "node": _node(result.node),
        "fields": [{"field": name, "value": value} for name, value in result.fields],
        "sources": list(result.sources),
        "disagreements": [_plain(one) for one in result.disagreements],
        "relations": [_plain(one) for one in result.relations],
        "relation_count": result.relation_count,
        "led_from": [_hop(one) for one in result.led_from],
        "led_from_count": result.led_from_count,
        "leads_to": [_hop(one) for one in result.leads_to],
        "leads_to_count": result.leads_to_count,
    }


def _status(result: StatusResult) -> dict[str, Any]:
    return {
        "store": result.store,
        "now": _time(result.now),
        "default_as_of": _time(result.default_as_of),
        "sources": [_source(one) for one in result.sources],
        "nodes": dict(result.nodes),
        "relations": dict(result.relations),
        "doubts": _plain(result.doubts),
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
        "nodes": [_node(one) for one in result.nodes],
        "complete": result.complete,
    }


def _import(result: ImportResult) -> dict[str, Any]:
    return {
        "store": result.store,
        "file": result.file,
        "source": _source(result.source),
        "first": result.first,
        "gaps": [_plain(one) for one in result.gaps],
        "doubts": None if result.doubts is None else _plain(result.doubts),
        "complete": result.complete,
    }


def _techniques(result: TechniquesResult) -> dict[str, Any]:
    return {"techniques": [_technique(one, result.detail) for one in result.techniques]}


def _node(node: NodeView) -> dict[str, Any]:
    return {
        "id": node.id,
        "kind": node.kind,
        "subtype": node.subtype,
        "name": node.name,
        "provider": node.provider,
        "sensitivity": node.sensitivity,
        "hypothetical": node.hypothetical,
    }


def _fact(fact: FactView) -> dict[str, Any]:
    node = fact.node
    return {
        "id": node.id,
        "kind": node.kind,
        "name": node.name,
        "level": fact.level,
        "sensitivity": node.sensitivity,
    }


def _start(line: StartLine) -> dict[str, Any]:
    return {**_fact(line.fact), "dead": line.dead}


def _reached(one: Reached) -> dict[str, Any]:
    return {
        "id": one.node.id,
        "kind": one.node.kind,
        "name": one.node.name,
        "level": one.level,
        "sensitivity": one.node.sensitivity,
        "certainty": one.certainty,
        "distance": one.distance,
    }


def _total(one: Total) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "reached": one.reached,
        "possible": one.possible,
        "of": one.of,
        "levels": dict(one.levels),
        "sensitive": one.sensitive,
    }


def _route(route: Route) -> dict[str, Any]:
    return {
        "heads": [_fact(one) for one in route.heads],
        "hops": [_hop(one) for one in route.hops],
        "tails": [_fact(one) for one in route.tails],
        "cost": route.cost,
        "certainty": route.certainty,
        "requirements": [_derivation(one) for one in route.requirements],
        "paths": route.paths,
    }


def _derivation(one: Derivation) -> dict[str, Any]:
    return {"fact": _fact(one.fact), "hops": [_hop(hop) for hop in one.hops], "ways": one.ways}


def _hop(hop: Hop) -> dict[str, Any]:
    return {
        "given": _fact(hop.given),
        "also": [_fact(one) for one in hop.also],
        "gives": _fact(hop.gives),
        "technique": hop.technique,
        "title": hop.title,
        "effort": hop.effort,
        "possible": hop.possible,
        "evidence": [_plain(one) for one in hop.evidence],
    }


def _blocker(one: Blocker) -> dict[str, Any]:
    return {
        "control": _node(one.control),
        "enforced": one.enforced,
        "effect": one.effect,
        "protects": [_fact(fact) for fact in one.protects],
        "protects_count": one.protects_count,
        "would_open": one.would_open,
        "defeated_by": [_fact(fact) for fact in one.defeated_by],
    }


def _contribution(one: Contribution) -> dict[str, Any]:
    return {
        "start": _node(one.start),
        "alone": [_fact(fact) for fact in one.alone],
        "joint": [_fact(fact) for fact in one.joint],
        "exact": one.exact,
    }


def _sets(one: SetsAndCuts) -> dict[str, Any]:
    return {
        "assets": [_fact(fact) for fact in one.assets],
        "sets": [list(names) for names in one.sets],
        "cuts": [list(names) for names in one.cuts],
        "complete": one.complete,
    }


def _move(one: Move) -> dict[str, Any]:
    return {**_plain(one), "node": _node(one.node)}


def _source(one: SourceLine) -> dict[str, Any]:
    return {**_plain(one), "counts": dict(one.counts)}


def _technique(one: Technique, detail: bool) -> dict[str, Any]:
    shown = {
        "id": one.id,
        "kind": str(one.kind),
        "title": one.title,
        "attack": one.attack,
        "effort": one.effort,
        "what": one.what,
        "close": one.close,
        "reads": list(one.reads),
        "negates": list(one.negates),
        "nodes": list(one.nodes),
        "references": list(one.references),
    }
    return {**shown, "sql": one.sql} if detail else shown


def _plain(value: Any) -> Any:
    """Return a dataclass, or a tuple of them, as JSON takes it; only for those whose fields are the documented keys."""
    if isinstance(value, datetime):
        return _time(value)
    if isinstance(value, NodeView):
        return _node(value)
    if isinstance(value, FactView):
        return _fact(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value


def _time(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    at = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return at.isoformat().replace("+00:00", "Z")


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
    TechniquesResult: ("techniques", _techniques),
}
