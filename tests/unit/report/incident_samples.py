"""Results of `incident` made by hand, one credential of each state."""

from datetime import timedelta
from typing import Any

from graphscan.analysis.incident_results import (
    AccessLine,
    DeathView,
    ExposedCredential,
    HolderLine,
    Hypothesis,
    IncidentResult,
    LastUseView,
    LookAlike,
    RotationStep,
    State,
    Suspect,
)
from graphscan.analysis.results import SetsAndCuts
from tests.unit.report.samples import AT, GAP, ROUTE, TRACKER, node

DEATH = DeathView(AT, "replaced", "replaced 2023-10-20", "config", "corp.yaml:12")
USES = (
    LastUseView("idp", "never", None, 90),
    LastUseView("jira", "used", AT, None),
    LastUseView("inventory", "no data", None, None),
)


def credential(state: State, **changes: Any) -> ExposedCredential:
    """Return an exposed credential with something in every field that its state has."""
    fields: dict[str, Any] = {
        "node": node(f"{state.value.lower().replace(' ', '-')}-token", "Credential"),
        "state": state,
        "detail": f"this one is {state}",
        "how": "held",
        "holders": ("vendor",),
        "observed": "assumed",
        "certainty": "known",
        "obtained": AT,
        "path": ROUTE.hops if state is State.RE_EXPOSED else (),
        "death": None if state.missed else DEATH,
        "owner": "alice",
        "accounts": ("svc",),
        "consumers": ("vendor", "pipeline"),
        "last_used": USES,
        "conflict": True,
        "before": ("reader",) if state is State.RE_EXPOSED else (),
        "parents": ("parent",),
        "live_derived": ("child",),
        "alone": (TRACKER,),
        "joint": (TRACKER,),
    }
    return ExposedCredential(**{**fields, **changes})


def incident_result(**changes: Any) -> IncidentResult:
    """Return an incident with something in every field."""
    listed = tuple(credential(state) for state in State if state is not State.NOT_EXPOSED)
    fields: dict[str, Any] = {
        "name": "support breach",
        "as_of": AT,
        "as_of_note": "now",
        "known": AT - timedelta(days=20),
        "begins": AT - timedelta(days=40),
        "acts_from": AT - timedelta(days=1),
        "possible": True,
        "holders": (HolderLine("vendor", 1, len(listed), AT - timedelta(days=40), None, "assumed", AT),),
        "credentials": listed,
        "look_alikes": (LookAlike(node("new-token", "Credential"), AT, "dead-token"),),
        "suspects": (
            Suspect(node("backdoor", "ServiceAccount"), AT, "svc", None),
            Suspect(node("old-backdoor", "User"), None, "svc", DEATH),
        ),
        "hypotheses": (Hypothesis(node("derived:made", "Credential"), AT, ()),),
        "asset_sensitivity": "confidential",
        "residual": (TRACKER,),
        "residual_possibly": (TRACKER,),
        "sets": (SetsAndCuts((TRACKER,), (("a", "b"), ("c",)), (("a", "c"),), True),),
        "order": (
            RotationStep("evict", node("backdoor", "ServiceAccount"), 1, 2),
            RotationStep("rotate", node("missed-token", "Credential"), 0, 2),
        ),
        "access": (AccessLine("Tracker", 3, 1, 1, 1, (("tickets", "36", "2,059"),)),),
        "out_since": None,
        "notes": ("a bound was reached",),
        "coverage": (GAP,),
        "complete": False,
    }
    return IncidentResult(**{**fields, **changes})
