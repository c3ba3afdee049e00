"""A report as plain values for JSON; `schemas/report.json` describes them. What only the page draws is not in it."""

from typing import Any

from graphscan.analysis.report_results import Frontier, Handover, ReportResult, Since
from graphscan.analysis.report_since import question_of
from graphscan.report import json_parts as parts
from graphscan.report.json_incident import credential


def report(result: ReportResult) -> dict[str, Any]:
    """Return a report with the keys that scripts rely on."""
    return {
        "title": result.title,
        "tlp": result.tlp,
        "mode": result.mode,
        "as_of": parts.time(result.as_of),
        "as_of_note": result.as_of_note,
        "evaluated": parts.time(result.evaluated),
        "evaluated_note": result.evaluated_note,
        "redacted": result.redacted,
        "question": list(question_of(result)),
        "verdict": list(result.verdict),
        "start": [parts.start(one) for one in result.starts],
        "holders": [parts.plain(one) for one in result.holders],
        "assumptions": list(result.assumptions),
        "edits": list(result.edits),
        "sources": [parts.plain(one) for one in result.sources],
        "totals": [parts.total(one) for one in result.totals],
        "totals_by_sensitivity": [parts.plain(one) for one in result.by_sensitivity],
        "asset_sensitivity": result.asset_sensitivity,
        "reached": [parts.reached(one) for one in result.reached],
        "reached_total": result.reached_total,
        "open_to_anyone": [parts.fact(one) for one in result.open_to_anyone],
        "possibly_open": [parts.fact(one) for one in result.possibly_open],
        "access": [
            {**parts.plain(one), "items": [{"id": id_, "accessed": read, "of": of} for id_, read, of in one.items]}
            for one in result.access
        ],
        "families": [parts.route(one) for one in result.families],
        "families_note": result.families_note,
        "contributions": [parts.contribution(one) for one in result.contributions],
        "sets": [parts.sets(one) for one in result.sets],
        "frontier": [_frontier(one) for one in result.frontier],
        "moves": [{**parts.plain(one), "node": parts.node(one.node)} for one in result.moves],
        "order": [parts.plain(one) for one in result.order],
        "exposed": result.exposed,
        "proven_dead": result.dead,
        "missed": [credential(one) for one in result.missed],
        "suspects": [parts.plain(one) for one in result.suspects],
        "look_alikes": [parts.plain(one) for one in result.look_alikes],
        "timeline": [
            {
                "at": parts.time(one.at),
                "what": one.what,
                "nodes": [parts.node(n) for n in one.nodes],
                "count": one.count,
            }
            for one in result.timeline
        ],
        "claims": [
            {**parts.plain(one), "path": None if one.path is None else parts.route(one.path)} for one in result.claims
        ],
        "waivers": [parts.plain(one) for one in result.waivers],
        "unknowns": [{**parts.plain(one.gap), "hides": one.hides} for one in result.unknowns],
        "handover": [_handover(one) for one in result.handover],
        "since": None if result.since is None else _since(result.since),
        "provenance": {
            "snapshot": result.provenance.snapshot,
            "techniques": result.provenance.techniques,
            "version": result.provenance.version,
            "command": list(result.provenance.command),
            "inputs": [{"file": file, "sha256": digest} for file, digest in result.provenance.inputs],
        },
        "notes": list(result.notes),
        "complete": result.complete,
    }


# Private functions


def _frontier(one: Frontier) -> dict[str, Any]:
    return {
        **parts.blocker(one.blocker),
        "single": one.single,
        "claims": [{"claim": use.claim, "single": use.single} for use in one.claims],
    }


def _handover(one: Handover) -> dict[str, Any]:
    return {**parts.plain(one), "node": parts.node(one.node)}


def _since(one: Since) -> dict[str, Any]:
    return {
        "evaluated": parts.time(one.evaluated),
        "as_of": parts.time(one.as_of),
        "snapshot": one.snapshot,
        "same_question": one.same_question,
        "newly_missed": [parts.node(node) for node in one.newly_missed],
        "newly_dead": [parts.node(node) for node in one.newly_dead],
        "newly_reached": [parts.fact(fact) for fact in one.newly_reached],
        "no_longer_reached": [parts.fact(fact) for fact in one.no_longer_reached],
        "unaccounted": [parts.node(node) for node in one.unaccounted],
        "notes": list(one.notes),
    }
