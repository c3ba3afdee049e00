"""A comparison with something in each field."""

from datetime import UTC, datetime
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
    Peak,
    Section,
    SourceChange,
    StepChange,
)
from graphscan.analysis.results import CoverageLine, EvidenceView, FactView, Hop, NodeView

AT = datetime(2023, 11, 16, 14, 36, 37, tzinfo=UTC)
LATER = datetime(2023, 11, 23, 16, 35, tzinfo=UTC)


def change(**changes: Any) -> InventoryChange:
    """Return a membership that came and went, with some fields changed."""
    values: dict[str, Any] = {
        "section": "admin",
        "what": "came and went",
        "object": "relation",
        "id": "r1",
        "kind": "MEMBER_OF",
        "name": "",
        "source": "acme:user:1",
        "source_name": "Eve",
        "target": "admins",
        "target_name": "Administrators",
        "levels": "act_as → act_as",
        "at": AT,
        "until": LATER,
        "field": "",
        "before": "",
        "after": "",
        "there_at_old": False,
        "there_at_new": False,
        "doubt": "",
        "evidence": "log",
        "where": "facts.yaml:7",
        "source_instance": "facts:acme",
        "evidence_at": AT,
    }
    return InventoryChange(**{**values, **changes})


def node_change(**changes: Any) -> InventoryChange:
    """Return a user who came and went, with some fields changed."""
    none = {"source": "", "source_name": "", "target": "", "target_name": "", "levels": ""}
    whole = {"section": "new_principals", "object": "node", "id": "acme:user:1", "kind": "User", "name": "Eve", **none}
    return change(**{**whole, **changes})


def diff_result(**changes: Any) -> DiffResult:
    """Return a comparison with something in each field, with some changed."""
    user = NodeView("acme:user:1", "User", "person", "Eve", "acme", "none")
    vault = FactView(NodeView("vault", "Secret", "", "Vault", "acme", "crown_jewel"), "read")
    held = FactView(user, "act_as")
    evidence = EvidenceView("r1", "acme:user:1", "MEMBER_OF", "admins", "yes", "log", "facts.yaml:7", "facts:acme", AT)
    hop = Hop(held, (FactView(user, "mfa"),), vault, "generic.sign-in", "Signs in", 1, False, (evidence,))
    step = StepChange(hop, "known", "possible", (change(),))
    because = Because((hop,), (held,), (change(), node_change()), True, "a note")
    known = PairFamily((user,), (vault,), "known", False, because)
    anyone = PairFamily((), (vault,), "possible", False, Because(note="not looked up"), AT, LATER)
    bounded = PairFamily((user,), (vault,), "possible", True, Because())
    enforcement = node_change(
        section="controls", what="enforcement", kind="Control", id="gate", field="enforced", before="yes", after="no"
    )
    gap = change(
        section="coverage", what="began", object="coverage", id="facts:acme", kind="STORES", source="", after="denied"
    )
    sections = (
        Section("new_principals", "New principals", (("came and went", 1),), (node_change(),), 1),
        Section("admin", "Administrative rights", (("came and went", 4),), (change(), change(target="other")), 4),
        Section("controls", "Controls and policies", (("enforcement", 1),), (enforcement,), 1),
        Section("coverage", "What could be read", (("began", 1),), (gap,), 1),
    )
    values: dict[str, Any] = {
        "old": EndLine("2023-11-15", datetime(2023, 11, 15, tzinfo=UTC), "", "ab" * 32, False),
        "new": EndLine("now", datetime(2023, 11, 24, tzinfo=UTC), "now", "cd" * 32, True),
        "sources": (SourceChange("facts:acme", AT, LATER), SourceChange("okta:acme", None, LATER)),
        "inventory": sections,
        "inventory_total": 7,
        "nodes_gained": Changed((NodeChange(user, "does not exist before 2023-11-16"),), 2, 2),
        "nodes_lost": Changed((), 0, 0),
        "ambient_gained": Changed((AmbientChange(held, "possible", "", enforcement),), 1, 0),
        "ambient_lost": Changed((AmbientChange(held, "known", "possible", None),), 1, 0),
        "steps_gained": Changed((step,), 3, 2),
        "steps_lost": Changed((StepChange(hop, "possible", "", ()),), 1, 0),
        "pairs_gained": PairsChanged((known, bounded), 3, 4, 1, 2),
        "pairs_lost": PairsChanged((anyone,), 1, 0, 1, 0),
        "pair_sources": 5,
        "pair_assets": 3,
        "asset_sensitivity": "confidential",
        "peak": Peak(PairsChanged((anyone,), 1, 0, 1, 0), 2, 6),
        "coverage": (CoverageLine("facts:acme", "STORES", "vault", "denied", "/api", "403", AT),),
        "coverage_old": (),
        "fail_on_new": True,
    }
    return DiffResult(**{**values, **changes})
