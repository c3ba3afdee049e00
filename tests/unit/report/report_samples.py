"""A report made by hand, with something in every field but the slice, which only the page draws."""

from dataclasses import replace
from typing import Any

from graphscan.analysis.incident_results import State
from graphscan.analysis.report_results import (
    ClaimLine,
    ClaimUse,
    FirstMove,
    Frontier,
    Handover,
    Moment,
    Provenance,
    ReportResult,
    Since,
    SourceDate,
    Unknown,
    WaiverLine,
)
from tests.unit.report.incident_samples import USES, credential, incident_result
from tests.unit.report.samples import AT, GAP, JEWEL, KEY, ROUTE, TOKEN, TRACKER, blast_result, node

COMMAND = ("graphscan", "report", "gateway-token", "--tlp", "RED", "--as-of", "2023-11-14T09:22:49Z")


def handover(**changes: Any) -> Handover:
    """Return a row of the hand-over list."""
    fields: dict[str, Any] = {
        "owner": "alice@corp.example",
        "node": node("gateway-token", "Credential", subtype="api_token"),
        "state": "MISSED",
        "console": "https://acme-admin.okta.com/admin/access/api/tokens",
        "console_shows": "all API tokens",
        "step": "Revoke it.",
        "source": "https://help.okta.com/x",
        "order": 1,
        "after": ("reader",),
        "consumers": ("vendor",),
        "accounts": ("svc-gateway",),
        "last_used": USES,
        "conflict": True,
    }
    return Handover(**{**fields, **changes})


def report_result(**changes: Any) -> ReportResult:
    """Return a report on an incident that also checked a claim."""
    blast, incident = blast_result(), incident_result()
    fields: dict[str, Any] = {
        "title": "Incident: the vendor",
        "tlp": "RED",
        "mode": "incident",
        "as_of": AT,
        "as_of_note": "now",
        "evaluated": AT,
        "evaluated_note": "taken from the instant asked about",
        "redacted": False,
        "verdict": ("1 of 2 is not proven dead.", "Do first: rotate gateway-token."),
        "starts": blast.starts,
        "holders": incident.holders,
        "assumptions": ("Held together.",),
        "edits": ("--rotated robot-password",),
        "sources": (SourceDate("facts:test", "facts", AT, False, 12, 34),),
        "totals": blast.totals,
        "by_sensitivity": blast.by_sensitivity,
        "asset_sensitivity": "confidential",
        "reached": blast.reached,
        "reached_total": blast.reached_total,
        "open_to_anyone": (TRACKER,),
        "possibly_open": (JEWEL,),
        "access": incident.access,
        "families": blast.routes,
        "families_note": "more were not listed",
        "contributions": blast.contributions,
        "sets": blast.sets,
        "frontier": tuple(Frontier(one, True, (ClaimUse("apart", True),)) for one in blast.blocked_by),
        "moves": (FirstMove("rotate", TOKEN.node, "reduces", 3, 4, 1, False),),
        "order": incident.order,
        "missed": (credential(State.MISSED), credential(State.RE_EXPOSED)),
        "dead": 1,
        "exposed": 3,
        "suspects": incident.suspects,
        "look_alikes": incident.look_alikes,
        "timeline": (Moment(AT, "the attacker begins to act", (TOKEN.node, KEY), 9),),
        "claims": (
            ClaimLine(
                "apart", "Nothing leads there.", "bob", "high", "SEC-1", "FAIL", "tickets is reached", 2, ROUTE, ("w1",)
            ),
        ),
        "waivers": (WaiverLine("w1", "apart", "used", "until the vendor moves", "carol", "SEC-2", "2024-01-01"),),
        "unknowns": (Unknown(replace(GAP, used=True), "secrets that can be read in there"), Unknown(GAP, "the same")),
        "handover": (handover(), handover(owner="", console="", console_shows="", after=(), conflict=False)),
        "since": Since(
            AT, AT, "ab12", False, (TOKEN.node,), (KEY,), (TRACKER,), (JEWEL,), ("not all are listed",), (KEY,)
        ),
        "provenance": Provenance("ab12", "cd34", "0.1.0", COMMAND, (("incident.yaml", "ef56"),)),
        "notes": ("a bound was reached",),
        "complete": False,
        "slice": None,
    }
    return ReportResult(**{**fields, **changes})
