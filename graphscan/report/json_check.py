"""What `check` answers as JSON; `schemas/check.json` describes it."""

from typing import Any

from graphscan.claims.results import CheckResult, ClaimResult, RestsOn
from graphscan.report import json_parts as parts


def check(result: CheckResult) -> dict[str, Any]:
    """Return a run: the counts and the exit code first, then every claim in the order of the files."""
    return {
        "files": list(result.files),
        "snapshot": result.snapshot,
        "as_of": parts.time(result.as_of),
        "as_of_note": result.as_of_note,
        "exit_code": result.exit_code,
        "tally": {str(verdict): count for verdict, count in result.tally().items()},
        "claims": [_claim(one) for one in result.claims],
        "waivers": [parts.plain(one) for one in result.waivers],
        "coverage": [parts.plain(one) for one in result.coverage],
        "warnings": list(result.warnings),
    }


# Private functions


def _claim(one: ClaimResult) -> dict[str, Any]:
    return {
        "id": one.id,
        "text": one.text,
        "owner": one.owner,
        "severity": one.severity,
        "ticket": one.ticket,
        "verb": one.verb,
        "verdict": str(one.verdict),
        "reason": one.reason,
        "where": parts.plain(one.where),
        "given": one.given,
        "trust": list(one.trust),
        "distrust": list(one.distrust),
        "sets": [parts.plain(line) for line in one.sets],
        "path": None if one.path is None else parts.route(one.path),
        "families": [parts.route(route) for route in one.families],
        "pairs": one.pairs,
        "pairs_of": one.pairs_of,
        "opened": [parts.node(view) for view in one.opened],
        "gaps": [parts.plain(line) for line in one.gaps],
        "rests_on": None if one.rests_on is None else _rests_on(one.rests_on),
        "certificate": one.certificate,
        "certificate_sha256": one.certificate_sha256,
        "waivers": [parts.plain(use) for use in one.waivers],
        "notes": list(one.notes),
    }


def _rests_on(one: RestsOn) -> dict[str, Any]:
    return {
        "controls": [{**parts.plain(line), "control": parts.node(line.control)} for line in one.controls],
        "depth": {
            "structural": one.depth.structural,
            "number": one.depth.number,
            "exact": one.depth.exact,
            "sorts": [{"sort": sort, "count": count} for sort, count in one.depth.sorts],
            "example": [parts.node(view) for view in one.depth.example],
        },
        "closed": one.closed,
        "notes": list(one.notes),
    }
