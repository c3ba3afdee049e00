"""What `fix` answers as JSON; `schemas/fix.json` describes it."""

from typing import Any

from graphscan.analysis.fix_results import Fix, FixResult, FixSet
from graphscan.report import json_parts as parts


def fix(result: FixResult) -> dict[str, Any]:
    """Return a result with the keys that scripts rely on."""
    return {
        "as_of": parts.time(result.as_of),
        "as_of_note": result.as_of_note,
        "edits": list(result.edits),
        "start": [parts.start(one) for one in result.starts],
        "targets": [parts.fact(one) for one in result.targets],
        "reached": [parts.fact(one) for one in result.reached],
        "stated": [parts.fact(one) for one in result.stated],
        "unread": [parts.fact(one) for one in result.unread],
        "open_to_anyone": [parts.fact(one) for one in result.open_to_anyone],
        "pairs": result.of,
        "possible_only": result.possible_only,
        "set": _set(result.cut),
        "lower": result.lower,
        "among_credentials": result.among_credentials,
        "credentials_kept": result.credentials_kept,
        "credentials": _set(result.credentials),
        "evict": [parts.fact(one) for one in result.evict],
        "stays": None if result.stays is None else parts.fact(result.stays),
        "left": [parts.hop(one) for one in result.left],
        "fixes": [_fix(one) for one in result.fixes],
        "fixes_total": result.fixes_total,
        "by_provenance": result.by_provenance,
        "untried": result.untried,
        "left_unread": [parts.fact(one) for one in result.left_unread],
        "left_gaps": list(result.left_gaps),
        "costs_unused": list(result.costs_unused),
        "seconds": result.seconds,
        "notes": list(result.notes),
        "coverage": [parts.plain(one) for one in result.coverage],
        "complete": result.complete,
    }


# Private functions


def _fix(one: Fix) -> dict[str, Any]:
    return {
        "edit": one.edit,
        "sort": one.sort,
        "text": one.text,
        "node": None if one.node is None else parts.node(one.node),
        "relation": None if one.relation is None else parts.plain(one.relation),
        "cost": one.cost,
        "effect": one.effect,
        "pairs": one.pairs,
        "of": one.of,
        "exact": one.exact,
        "targets": one.targets,
        "recomputed": one.recomputed,
        "closes": [parts.hop(step) for step in one.closes],
        "closes_count": one.closes_count,
        "opens": [parts.hop(step) for step in one.opens],
        "opens_count": one.opens_count,
        "opens_others": one.opens_others,
    }


def _set(one: FixSet | None) -> dict[str, Any] | None:
    return None if one is None else parts.plain(one)
