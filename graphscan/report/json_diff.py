"""A comparison as JSON; `schemas/diff.json` describes it."""

from collections.abc import Callable
from typing import Any

from graphscan.analysis.diff_results import (
    AmbientChange,
    Because,
    Changed,
    DiffResult,
    EndLine,
    InventoryChange,
    NodeChange,
    PairFamily,
    PairsChanged,
    Section,
    StepChange,
)
from graphscan.report import json_parts as parts


def diff(result: DiffResult) -> dict[str, Any]:
    """Return the values of a comparison."""
    peak = result.peak
    return {
        "old": _end(result.old),
        "new": _end(result.new),
        "sources": [parts.plain(one) for one in result.sources],
        "new_reach": result.new_reach,
        "fail_on_new": result.fail_on_new,
        "inventory": [_section(one) for one in result.inventory],
        "inventory_total": result.inventory_total,
        "nodes_gained": _changed(result.nodes_gained, _node),
        "nodes_lost": _changed(result.nodes_lost, _node),
        "ambient_gained": _changed(result.ambient_gained, _ambient),
        "ambient_lost": _changed(result.ambient_lost, _ambient),
        "steps_gained": _changed(result.steps_gained, _step),
        "steps_lost": _changed(result.steps_lost, _step),
        "pairs_gained": _pairs(result.pairs_gained),
        "pairs_lost": _pairs(result.pairs_lost),
        "pair_sources": result.pair_sources,
        "pair_assets": result.pair_assets,
        "asset_sensitivity": result.asset_sensitivity,
        "peak": None
        if peak is None
        else {"pairs": _pairs(peak.pairs), "looked_at": peak.looked_at, "instants": peak.instants},
        "coverage": [parts.plain(one) for one in result.coverage],
        "coverage_old": [parts.plain(one) for one in result.coverage_old],
    }


# Private functions


def _end(one: EndLine) -> dict[str, Any]:
    return {
        "text": one.text,
        "at": parts.time(one.at),
        "at_note": one.at_note,
        "snapshot": one.snapshot,
        "newest": one.newest,
    }


def _section(one: Section) -> dict[str, Any]:
    return {
        "section": one.key,
        "title": one.title,
        "total": one.total,
        "counts": dict(one.counts),
        "changes": [_change(change) for change in one.changes],
    }


def _change(one: InventoryChange) -> dict[str, Any]:
    said: dict[str, Any] = parts.plain(one)
    return said


def _changed(some: Changed[Any], line: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    return {"total": some.total, "known": some.known, "lines": [line(one) for one in some.lines]}


def _node(one: NodeChange) -> dict[str, Any]:
    return {**parts.node(one.node), "because": one.because}


def _ambient(one: AmbientChange) -> dict[str, Any]:
    return {
        "fact": parts.fact(one.fact),
        "certainty": one.certainty,
        "other": one.other,
        "because": None if one.because is None else _change(one.because),
    }


def _step(one: StepChange) -> dict[str, Any]:
    return {
        **parts.hop(one.hop),
        "certainty": one.certainty,
        "other": one.other,
        "because": [_change(change) for change in one.because],
    }


def _pairs(some: PairsChanged) -> dict[str, Any]:
    return {
        "known": some.known,
        "possible": some.possible,
        "bounded": some.bounded,
        "family_count": some.family_count,
        "families": [_family(one) for one in some.families],
    }


def _family(one: PairFamily) -> dict[str, Any]:
    return {
        "anyone": not one.sources,
        "sources": [parts.node(view) for view in one.sources],
        "assets": [parts.fact(view) for view in one.assets],
        "pairs": one.pairs,
        "certainty": one.certainty,
        "other": one.other,
        "bounded": one.bounded,
        "because": _because(one.because),
        "since": parts.time(one.since),
        "until": parts.time(one.until),
    }


def _because(one: Because) -> dict[str, Any]:
    return {
        "changes": [_change(change) for change in one.changes],
        "barrier": one.barrier,
        "steps": [parts.hop(hop) for hop in one.steps],
        "starts": [parts.fact(view) for view in one.starts],
        "note": one.note,
    }
