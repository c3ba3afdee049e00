"""A timeline with something in each field."""

from datetime import timedelta
from typing import Any

from graphscan.analysis.results import FactView, StartLine
from graphscan.analysis.timeline_results import AssetTime, Change, Changed, Event, Kept, TimelineResult
from tests.unit.report.samples import AT, node

LATER = AT + timedelta(days=2)
TOKEN = node("gateway-token", "Credential")
TICKETS = node("tickets", "Tracker", "confidential")
GATEWAY = node("gateway", "Application")
IMPLANT = node("implant", "Credential")


def timeline_result(**changes: Any) -> TimelineResult:
    """Return a tracker that was reached for two days, and an application that possibly still is."""
    reached = (Changed(TICKETS, "read", "known", ""), Changed(GATEWAY, "login", "possible", ""))
    fields: dict[str, Any] = {
        "begin": AT,
        "end": LATER + timedelta(days=1),
        "end_note": "now",
        "edits": ("--enforced acl",),
        "made": "possible",
        "starts": (StartLine(FactView(TOKEN, "held"), doubt="replaced 2023-11-14 (config)"),),
        "changes": (
            Change(AT, reached, (), 1, 1, (), 0),
            Change(LATER, (), (Changed(TICKETS, "read", "", "known"),), 0, 1, (Event(TOKEN, "ends"),), 3),
        ),
        "assets": (AssetTime(TICKETS, "read", AT, AT, LATER, LATER), AssetTime(GATEWAY, "login", None, AT, None, None)),
        "asset_sensitivity": "confidential",
        "credentials": (
            Kept(TOKEN, "known", AT, AT, "revoked 2023-11-16 (config)", True),
            Kept(IMPLANT, "possible", LATER, LATER + timedelta(hours=1), "", False),
        ),
        "out_since": LATER,
        "possibly_out_since": None,
        "looked_at": 5,
        "notes": ("something was cut",),
        "coverage": (),
        "complete": False,
    }
    return TimelineResult(**{**fields, **changes})
