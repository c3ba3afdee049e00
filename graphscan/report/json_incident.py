"""An incident as plain values for JSON; `schemas/incident.json` describes them."""

from typing import Any

from graphscan.analysis.incident_results import ExposedCredential, IncidentResult
from graphscan.report import json_parts as parts


def incident(result: IncidentResult) -> dict[str, Any]:
    """Return an incident with the keys that scripts rely on."""
    missed, dead = result.missed, result.dead
    return {
        "name": result.name,
        "as_of": parts.time(result.as_of),
        "as_of_note": result.as_of_note,
        "known": parts.time(result.known),
        "begins": parts.time(result.begins),
        "acts_from": parts.time(result.acts_from),
        "mode": "possible" if result.possible else "observed",
        "holders": [parts.plain(one) for one in result.holders],
        "exposed": len(result.credentials),
        "missed": [one.node.id for one in missed],
        "proven_dead": len(dead),
        "out_since": parts.time(result.out_since),
        "credentials": [credential(one) for one in result.credentials],
        "look_alikes": [parts.plain(one) for one in result.look_alikes],
        "suspects": [parts.plain(one) for one in result.suspects],
        "hypotheses": [{"node": parts.node(one.node), "since": parts.time(one.since)} for one in result.hypotheses],
        "asset_sensitivity": result.asset_sensitivity,
        "residual": [parts.fact(one) for one in result.residual],
        "residual_possibly": [parts.fact(one) for one in result.residual_possibly],
        "sets": [parts.sets(one) for one in result.sets],
        "order": [parts.plain(one) for one in result.order],
        "access": [
            {**parts.plain(one), "items": [{"id": id_, "accessed": read, "of": of} for id_, read, of in one.items]}
            for one in result.access
        ],
        "notes": list(result.notes),
        "coverage": [parts.plain(one) for one in result.coverage],
        "complete": result.complete,
        "exit_code": result.exit_code,
    }


def credential(one: ExposedCredential) -> dict[str, Any]:
    """Return an exposed credential."""
    return {
        **parts.node(one.node),
        "state": str(one.state),
        "missed": one.state.missed,
        "detail": one.detail,
        "how": one.how,
        "holders": list(one.holders),
        "observed": one.observed,
        "certainty": one.certainty,
        "obtained": parts.time(one.obtained),
        "path": [parts.hop(step) for step in one.path],
        "death": None if one.death is None else parts.plain(one.death),
        "owner": one.owner,
        "accounts": list(one.accounts),
        "consumers": list(one.consumers),
        "last_used": [parts.plain(use) for use in one.last_used],
        "last_used_conflict": one.conflict,
        "minted_with": list(one.parents),
        "live_derived": list(one.live_derived),
        "replace_first": list(one.before),
        "opens_alone": [parts.fact(view) for view in one.alone],
        "helps_to_open": [parts.fact(view) for view in one.joint],
    }
