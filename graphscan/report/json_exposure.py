"""The exposure as plain values; `schemas/exposure.json` describes them."""

from typing import Any

from graphscan.analysis.exposure_results import Count, ExposureResult
from graphscan.report import json_parts as parts


def exposure(result: ExposureResult) -> dict[str, Any]:
    """Return an exposure; the pairs themselves are written as CSV."""
    return {
        "as_of": parts.time(result.as_of),
        "as_of_note": result.as_of_note,
        "edits": list(result.edits),
        "identities": dict(result.identities),
        "assets": result.assets,
        "asked_for": result.asked_for,
        "pairs": _count(result.pairs),
        "exposed": [
            {**_node(one.node), "level": one.level, **_count(one.identities), "by_kind": _counts(one.by_kind)}
            for one in result.exposed
        ],
        "exposed_total": result.exposed_total,
        "open_to_anyone": [parts.fact(one) for one in result.open_to_anyone],
        "possibly_open": [parts.fact(one) for one in result.possibly_open],
        "powerful": [
            {
                "kind": one.kind,
                "size": one.size,
                "shown": [_node(node) for node in one.shown],
                **_count(one.assets),
                "by_sensitivity": _counts(one.by_sensitivity),
                "reaches": [parts.fact(fact) for fact in one.reaches],
            }
            for one in result.powerful
        ],
        "powerful_total": result.powerful_total,
        "unused": [{**_node(one.node), "said": one.said, **_count(one.assets)} for one in result.unused],
        "unused_total": result.unused_total,
        "lookback_days": result.lookback_days,
        "chokes": [
            {
                **_node(one.node),
                "removes": one.removes,
                "unsettled": one.unsettled,
                "of": one.of,
                "assets": one.assets,
            }
            for one in result.chokes
        ],
        "chokes_note": result.chokes_note,
        "notes": list(result.notes),
        "coverage": [parts.plain(one) for one in result.coverage],
        "complete": result.complete,
    }


# Private functions


def _node(view: Any) -> dict[str, Any]:
    return {"id": view.id, "kind": view.kind, "name": view.name, "sensitivity": view.sensitivity}


def _count(one: Count) -> dict[str, int]:
    return {
        "known": one.known,
        "known_unsettled": one.known_unsettled,
        "possible": one.possible,
        "possible_unsettled": one.possible_unsettled,
    }


def _counts(some: tuple[tuple[str, Count], ...]) -> dict[str, dict[str, int]]:
    return {name: _count(one) for name, one in some}
