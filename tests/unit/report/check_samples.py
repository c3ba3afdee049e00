"""Results of `check` made by hand, one claim of each verdict."""

from dataclasses import replace
from typing import Any

from graphscan.claims.results import (
    CheckResult,
    ClaimResult,
    ControlLine,
    Depth,
    Position,
    RestsOn,
    SetLine,
    Verdict,
    WaiverUse,
)
from tests.unit.report.samples import AT, GAP, JEWEL, KEY, ROUTE, TRACKER, node

REASONS = {
    Verdict.PASS: "Nothing that could be possible leads there.",
    Verdict.WAIVED: "It would fail, and every path uses a waived step.",
    Verdict.XFAIL: "It fails as expected.",
    Verdict.FAIL: "A path leads there.",
    Verdict.XPASS: "It was expected to fail and holds.",
    Verdict.UNKNOWN: "A possible path leads there.",
    Verdict.VACUOUS: "`to` matches nothing.",
}
WITH_PATH = (Verdict.FAIL, Verdict.WAIVED, Verdict.XFAIL, Verdict.UNKNOWN)


def waiver(state: str = "used", **changes: Any) -> WaiverUse:
    """Return a waiver that is in use."""
    fields: dict[str, Any] = {
        "id": "W-7",
        "claim": "waived-claim",
        "state": state,
        "steps": ("gateway-token -generic.use-credential-> svc-gateway",),
        "reason": "Shared until the migration ends.",
        "approved_by": "architecture",
        "ticket": "SEC-398",
        "expires": "2026-03-31",
        "days_left": 40,
        "where": Position("claims.yaml", 60, 5),
    }
    return WaiverUse(**{**fields, **changes})


def claim(verdict: Verdict = Verdict.FAIL, **changes: Any) -> ClaimResult:
    """Return a claim with something in every field that its verdict has."""
    path = replace(ROUTE, tails=(TRACKER,), paths=3)
    fields: dict[str, Any] = {
        "id": f"{verdict.lower()}-claim",
        "text": f"This one is {verdict}.",
        "owner": "team-network",
        "severity": "high",
        "ticket": "SEC-412",
        "verb": "no_path",
        "verdict": verdict,
        "reason": REASONS[verdict],
        "where": Position("claims.yaml", 12 + list(Verdict).index(verdict), 5),
        "given": "breach",
        "trust": ("hard-key",),
        "sets": (SetLine("from", "kind=Credential", 2), SetLine("to", "tickets", 1)),
        "path": path if verdict in WITH_PATH else None,
        "families": (path, replace(path, tails=(JEWEL,))) if verdict is Verdict.FAIL else (),
        "pairs": 3 if verdict is Verdict.FAIL else None,
        "pairs_of": 4 if verdict is Verdict.FAIL else None,
        "opened": (node("mfa", "Control"),) if verdict is Verdict.FAIL else (),
        "gaps": (GAP,) if verdict is Verdict.UNKNOWN else (),
        "waivers": (waiver(),) if verdict is Verdict.WAIVED else (),
        "notes": ("a note",),
    }
    if verdict is Verdict.PASS:
        depth = Depth(False, 1, True, (("control", 1),), (KEY,))
        fields["rests_on"] = RestsOn((ControlLine(KEY, 14, True),), depth, 300, ("a bound",))
        fields["certificate"], fields["certificate_sha256"] = "certificates/pass-claim.json", "ab" * 32
    return ClaimResult(**{**fields, **changes})


def check_result(*claims: ClaimResult, **changes: Any) -> CheckResult:
    """Return a run, by default of one claim of each verdict."""
    fields: dict[str, Any] = {
        "files": ("claims.yaml",),
        "snapshot": "cd" * 32,
        "as_of": AT,
        "as_of_note": "this store's own date",
        "claims": claims or tuple(claim(verdict) for verdict in Verdict),
        "waivers": (waiver(), waiver("expired", id="W-1", days_left=-3)),
        "coverage": (GAP,),
        "warnings": ("waiver W-7 ends in 14 days",),
    }
    return CheckResult(**{**fields, **changes})
