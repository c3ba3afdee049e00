"""Reach over time as JSON; `schemas/timeline.json` describes it."""

from typing import Any

from graphscan.analysis.timeline_results import AssetTime, Change, Changed, Kept, TimelineResult
from graphscan.report import json_parts as parts


def timeline(result: TimelineResult) -> dict[str, Any]:
    """Return the values of a timeline."""
    return {
        "begin": parts.time(result.begin),
        "end": parts.time(result.end),
        "end_note": result.end_note,
        "edits": list(result.edits),
        "made": result.made,
        "start": [parts.start(one) for one in result.starts],
        "changes": [_change(one) for one in result.changes],
        "asset_sensitivity": result.asset_sensitivity,
        "assets": [_asset(one) for one in result.assets],
        "credentials": [_kept(one) for one in result.credentials],
        "out_since": parts.time(result.out_since),
        "possibly_out_since": parts.time(result.possibly_out_since),
        "looked_at": result.looked_at,
        "notes": list(result.notes),
        "coverage": [parts.plain(one) for one in result.coverage],
        "complete": result.complete,
    }


# Private functions


def _change(one: Change) -> dict[str, Any]:
    return {
        "at": parts.time(one.at),
        "new": [_changed(fact) for fact in one.new],
        "lost": [_changed(fact) for fact in one.lost],
        "assets_known": one.known,
        "assets_possible": one.possible,
        "events": [{**parts.node(event.node), "what": event.what} for event in one.events],
        "event_count": one.event_count,
    }


def _changed(one: Changed) -> dict[str, Any]:
    return {
        "id": one.node.id,
        "kind": one.node.kind,
        "name": one.node.name,
        "level": one.level,
        "sensitivity": one.node.sensitivity,
        "certainty": one.certainty,
        "before": one.before,
    }


def _asset(one: AssetTime) -> dict[str, Any]:
    return {
        "id": one.node.id,
        "kind": one.node.kind,
        "name": one.node.name,
        "level": one.level,
        "sensitivity": one.node.sensitivity,
        "known": parts.time(one.known),
        "possible": parts.time(one.possible),
        "known_until": parts.time(one.known_until),
        "possible_until": parts.time(one.possible_until),
    }


def _kept(one: Kept) -> dict[str, Any]:
    return {
        **parts.node(one.node),
        "certainty": one.certainty,
        "first": parts.time(one.first),
        "obtained": parts.time(one.obtained),
        "dead": one.dead,
        "start": one.start,
    }
