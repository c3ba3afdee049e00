"""The parts that several JSON results share, as plain values; `schemas/parts.json` describes them."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from graphscan.analysis.results import (
    Blocker,
    Contribution,
    Derivation,
    FactView,
    Hop,
    Move,
    NodeView,
    Reached,
    Route,
    SetsAndCuts,
    StartLine,
    Total,
)
from graphscan.analysis.status import SourceLine
from graphscan.techniques.registry import Technique


def node(view: NodeView) -> dict[str, Any]:
    """Return a node."""
    return {
        "id": view.id,
        "kind": view.kind,
        "subtype": view.subtype,
        "name": view.name,
        "provider": view.provider,
        "sensitivity": view.sensitivity,
        "hypothetical": view.hypothetical,
    }


def fact(view: FactView) -> dict[str, Any]:
    """Return a node at a level."""
    of = view.node
    return {
        "id": of.id,
        "kind": of.kind,
        "name": of.name,
        "level": view.level,
        "sensitivity": of.sensitivity,
    }


def start(line: StartLine) -> dict[str, Any]:
    """Return a start, with the reason where it is not used."""
    return {**fact(line.fact), "dead": line.dead, "doubt": line.doubt}


def reached(one: Reached) -> dict[str, Any]:
    """Return a reached fact with the keys that scripts rely on."""
    return {
        "id": one.node.id,
        "kind": one.node.kind,
        "name": one.node.name,
        "level": one.level,
        "sensitivity": one.node.sensitivity,
        "certainty": one.certainty,
        "distance": one.distance,
    }


def total(one: Total) -> dict[str, Any]:
    """Return n of N of a kind."""
    return {
        "kind": one.kind,
        "reached": one.reached,
        "possible": one.possible,
        "of": one.of,
        "levels": dict(one.levels),
        "sensitive": one.sensitive,
    }


def route(family: Route) -> dict[str, Any]:
    """Return a family of paths."""
    return {
        "heads": [fact(one) for one in family.heads],
        "hops": [hop(one) for one in family.hops],
        "tails": [fact(one) for one in family.tails],
        "cost": family.cost,
        "certainty": family.certainty,
        "requirements": [derivation(one) for one in family.requirements],
        "paths": family.paths,
    }


def derivation(one: Derivation) -> dict[str, Any]:
    """Return how a requirement is met."""
    return {"fact": fact(one.fact), "hops": [hop(step) for step in one.hops], "ways": one.ways}


def hop(step: Hop) -> dict[str, Any]:
    """Return a step."""
    return {
        "given": fact(step.given),
        "also": [fact(one) for one in step.also],
        "gives": fact(step.gives),
        "technique": step.technique,
        "title": step.title,
        "effort": step.effort,
        "possible": step.possible,
        "evidence": [plain(one) for one in step.evidence],
        "gap": plain(step.gap),
    }


def blocker(one: Blocker) -> dict[str, Any]:
    """Return what a control stopped."""
    return {
        "control": node(one.control),
        "enforced": one.enforced,
        "effect": one.effect,
        "protects": [fact(view) for view in one.protects],
        "protects_count": one.protects_count,
        "would_open": one.would_open,
        "defeated_by": [fact(view) for view in one.defeated_by],
    }


def contribution(one: Contribution) -> dict[str, Any]:
    """Return what one start gives."""
    return {
        "start": node(one.start),
        "alone": [fact(view) for view in one.alone],
        "joint": [fact(view) for view in one.joint],
        "exact": one.exact,
    }


def sets(one: SetsAndCuts) -> dict[str, Any]:
    """Return minimal sets and cuts."""
    return {
        "assets": [fact(view) for view in one.assets],
        "sets": [list(names) for names in one.sets],
        "cuts": [list(names) for names in one.cuts],
        "complete": one.complete,
    }


def move(one: Move) -> dict[str, Any]:
    """Return a single edit."""
    return {**plain(one), "node": node(one.node)}


def source(one: SourceLine) -> dict[str, Any]:
    """Return a source with its counts."""
    return {**plain(one), "counts": dict(one.counts)}


def technique(one: Technique, detail: bool) -> dict[str, Any]:
    """Return a technique, with its query where it was asked for."""
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


def plain(value: Any) -> Any:
    """Return a dataclass, or a tuple of them, as JSON takes it; only for those whose fields are the documented keys."""
    if isinstance(value, datetime):
        return time(value)
    if isinstance(value, NodeView):
        return node(value)
    if isinstance(value, FactView):
        return fact(value)
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


def time(moment: datetime | None) -> str | None:
    """Return a moment as RFC 3339 in UTC."""
    if moment is None:
        return None
    at = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return at.isoformat().replace("+00:00", "Z")
