"""Results made by hand, so that reports are tested without a store."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphscan.analysis.doctor_results import CheckLine, DoctorResult, ProbeLine, Readable, SettingLine
from graphscan.analysis.results import (
    BlastResult,
    Blocker,
    Contribution,
    CoverageLine,
    Derivation,
    Disagreement,
    EvidenceView,
    ExplainResult,
    FactView,
    Hop,
    Move,
    NodeView,
    PathsResult,
    Reached,
    Route,
    SensitivityTotal,
    SetsAndCuts,
    StartLine,
    Total,
)
from graphscan.analysis.status_results import (
    AmbiguousLine,
    Doubts,
    GapLine,
    ImportResult,
    NotUnderstoodLine,
    RejectedLine,
    SelectResult,
    SourceLine,
    StatusResult,
    TechniquesResult,
    UnresolvedLine,
)
from graphscan.claims.verify_results import Verified, VerifyResult
from graphscan.report import EachResult, ImportsResult, Result
from graphscan.techniques.registry import FileKind, Technique

AT = datetime(2023, 11, 14, 9, 22, 49, tzinfo=UTC)
EVIL = "[bold]x\x1b[31mred\nnew<script>\u202e" + "n" * 10_000
EVIL_ID = "evil:[red]\x1b]0;title\x07\n\u202e" + "i" * 300


def node(identity: str, kind: str = "Application", sensitivity: str = "none", **more: Any) -> NodeView:
    """Return a node whose name is its id unless said otherwise."""
    fields = {"subtype": "", "name": identity, "provider": "generic", **more}
    return NodeView(id=identity, kind=kind, sensitivity=sensitivity, **fields)


def fact(identity: str, level: str, kind: str = "Application", sensitivity: str = "none", **more: Any) -> FactView:
    """Return a node at a level."""
    return FactView(node(identity, kind, sensitivity, **more), level)


def evidence(source: str, kind: str, target: str, where: str = "facts.yaml:12") -> EvidenceView:
    """Return a relation that an operator stated."""
    return EvidenceView("r1", source, kind, target, "yes", "operator", where, "facts:test", AT)


def hop(given: FactView, gives: FactView, title: str, *also: FactView, possible: bool = False) -> Hop:
    """Return a step that rests on one relation."""
    rests = (evidence(given.node.id, "ASSIGNED_TO", gives.node.id),)
    return Hop(given, also, gives, "generic.sign-in", title, 1, possible, rests)


TOKEN = fact("gateway-token", "held", "Credential")
ACCOUNT = fact("svc-gateway", "act_as", "ServiceAccount")
OTHER = fact("robot-password", "held", "Credential")
ROBOT = fact("svc-robot", "act_as", "ServiceAccount")
GATEWAY = fact("gateway", "login")
EDGE = fact("edge", "position", "Segment")
INTERNET = fact("internet", "position", "Segment")
TRACKER = fact("tickets", "read", "Tracker", "confidential")
REPOSITORIES = tuple(fact(f"repo-{n:04}", "read", "Repository", "confidential") for n in range(1200))
JEWEL = fact("customer-db", "read", "Database", "crown_jewel")
KEY = node("hardkey@console", "Control")

ROUTE = Route(
    heads=(TOKEN,),
    hops=(
        hop(TOKEN, ACCOUNT, "use a credential", INTERNET),
        hop(ACCOUNT, GATEWAY, "sign in"),
        hop(GATEWAY, EDGE, "leads on to"),
        hop(EDGE, TRACKER, "read what is inside", ROBOT),
    ),
    tails=(TRACKER, *REPOSITORIES),
    cost=4,
    certainty="known",
    requirements=(Derivation(ROBOT, (hop(OTHER, ROBOT, "use a credential"),), 2),),
    paths=1201,
)
GAP = CoverageLine("facts:test", "STORES", "tickets", "not_collected", "/tickets", "nobody looked", AT)


def blast_result(**changes: Any) -> BlastResult:
    """Return a blast radius with something in every field."""
    fields: dict[str, Any] = {
        "as_of": AT,
        "as_of_note": "this store's own date",
        "edits": ("--defeated pin",),
        "starts": (StartLine(TOKEN), StartLine(OTHER), StartLine(fact("old-key", "held", "Credential"), "revoked")),
        "ambient": (INTERNET,),
        "reached": (
            *(Reached(one.node, one.level, "known", 4) for one in (TRACKER, *REPOSITORIES)),
            Reached(node("vault", "Secret", "confidential"), "read", "possible", None),
            Reached(GATEWAY.node, "login", "known", 2),
        ),
        "reached_total": 1203,
        "open_to_anyone": (fact("leaky", "read", "Bucket", "confidential"),),
        "possibly_open": (fact("unsure", "read", "Bucket", "confidential"),),
        "asset_sensitivity": "confidential",
        "totals": (
            Total("Repository", 1200, 0, 1300, (("read", 1200),), 1200),
            Total("Tracker", 1, 0, 1, (("read", 1),), 1),
            Total("Secret", 0, 1, 4, (), 0),
            Total("Application", 1, 0, 9, (("login", 1),), 0),
        ),
        "by_sensitivity": (
            SensitivityTotal("crown_jewel", 0, 0, 1),
            SensitivityTotal("confidential", 1201, 1, 1306),
        ),
        "routes": (ROUTE,),
        "routes_note": "truncated at 1,000 paths",
        "blocked_by": (Blocker(KEY, "yes", "blocks", (JEWEL,), 3, 1, (fact("human-key", "held", "Credential"),)),),
        "contributions": (
            Contribution(TOKEN.node, (), (TRACKER, *REPOSITORIES), True),
            Contribution(OTHER.node, (), (TRACKER,), False),
        ),
        "sets": (SetsAndCuts((TRACKER,), (("gateway-token", "robot-password"),), (("gateway-token",),), True),),
        "moves": (
            Move("--rotated gateway-token", TOKEN.node, 1201, 1201, 0),
            Move("--enforced pin", KEY, 1, 1201, 1200),
        ),
        "notes": ("3 more controls stopped something and are not listed",),
        "coverage": (GAP,),
        "complete": False,
    }
    return BlastResult(**{**fields, **changes})


def paths_result(**changes: Any) -> PathsResult:
    """Return an answer with one family."""
    fields: dict[str, Any] = {
        "as_of": AT,
        "as_of_note": "",
        "edits": (),
        "starts": (StartLine(TOKEN), StartLine(OTHER)),
        "targets": (TRACKER, JEWEL),
        "reached": (TRACKER,),
        "possible": (),
        "open_to_anyone": (),
        "possibly_open": (),
        "routes": (ROUTE,),
        "paths": 1201,
        "note": "",
        "coverage": (GAP,),
        "complete": True,
    }
    return PathsResult(**{**fields, **changes})


def explain_result(**changes: Any) -> ExplainResult:
    """Return a node with something of everything."""
    fields: dict[str, Any] = {
        "as_of": AT,
        "node": TRACKER.node,
        "fields": (("item_count", "2059357"),),
        "sources": ("facts:test",),
        "disagreements": (Disagreement("tickets", "owner", "facts:test", "alice", True),),
        "relations": (evidence("tracker", "CONTAINS", "tickets"),),
        "relation_count": 3,
        "led_from": (hop(EDGE, TRACKER, "read what is inside", ROBOT),),
        "led_from_count": 1,
        "leads_to": (),
        "leads_to_count": 0,
    }
    return ExplainResult(**{**fields, **changes})


SOURCE = SourceLine(
    source="facts:test",
    importer="facts",
    at=AT,
    stored_at=AT,
    complete=False,
    counts=(("nodes", 12), ("relations", 1), ("coverage", 1)),
    not_understood=(NotUnderstoodLine("/users", "no id", 3),),
    kept=2,
)
GROUPED = GapLine("facts:test", "STORES", "denied", 4, "tickets", "/tickets", "403", AT)
DOUBTS = Doubts(
    gap_count=4,
    gaps=(GROUPED,),
    disagreement_count=1,
    disagreements=(
        Disagreement("tickets", "owner", "facts:test", "alice", True),
        Disagreement("tickets", "owner", "facts:other", "bob", False),
    ),
    unresolved_count=30,
    unresolved=(UnresolvedLine("nowhere", "GRANTS", "facts:test", 7),),
    ambiguous_count=1,
    ambiguous=(AmbiguousLine("~key|email||a@b.example", ("a", "b")),),
    rejected_count=1,
    rejected=(RejectedLine("MEMBER_OF", "a", "b", "a Repository is no member", "facts:test"),),
)


def status_result(**changes: Any) -> StatusResult:
    """Return a store with one source and one doubt of each sort."""
    fields: dict[str, Any] = {
        "store": "/tmp/store",  # noqa: S108
        "now": AT,
        "default_as_of": AT,
        "snapshot": "5a" * 32,
        "sources": (SOURCE,),
        "nodes": (("Repository", 11), ("Wiki", 1)),
        "relations": (("CONTAINS", 1),),
        "doubts": DOUBTS,
        "verified": True,
        "problems": (),
        "complete": False,
    }
    return StatusResult(**{**fields, **changes})


def select_result(**changes: Any) -> SelectResult:
    """Return two of three nodes."""
    fields: dict[str, Any] = {
        "selector": "kind=Tracker",
        "level": "read",
        "nodes": (TRACKER.node, node("other", "Tracker", name="the other")),
        "count": 3,
        "kinds": (("Tracker", 3),),
        "complete": False,
    }
    return SelectResult(**{**fields, **changes})


def import_result(**changes: Any) -> ImportResult:
    """Return an import with gaps."""
    fields: dict[str, Any] = {
        "store": "/tmp/store",  # noqa: S108
        "file": None,
        "source": SOURCE,
        "first": False,
        "gaps": (GROUPED,),
        "doubts": DOUBTS,
        "complete": False,
    }
    return ImportResult(**{**fields, **changes})


TECHNIQUE = Technique(
    id="okta.reset-password",
    title="Reset a password",
    attack="T1098",
    effort=2,
    kind=FileKind.TECHNIQUE,
    provider="okta",
    reads=("HAS_ROLE",),
    negates=(),
    nodes=("User",),
    makes=(),
    what="Whoever may reset passwords signs in as others.",
    close="Narrow the role.",
    references=("https://example.com/reset",),
    sql="SELECT 1\nFROM relation",
    path=Path("okta/reset-password.sql"),
)


def doctor_result() -> DoctorResult:
    """Return an examination with something closed."""
    return DoctorResult(
        source="okta:acme",
        settings=(SettingLine("org_url", "https://acme.okta.com", "GRAPHSCAN_OKTA_URL"),),
        notes=("okta.yaml is not read",),
        checks=(CheckLine("address", True, "it answers"), CheckLine("clock", False, "200 s ahead of Okta's")),
        probes=(
            ProbeLine("/api/v1/users", Readable.YES, ("okta.users.read",), "read-only administrator", "people", ""),
            ProbeLine("/api/v1/zones", Readable.DENIED, ("okta.networkZones.read",), "", "from where", "no permission"),
        ),
        missing_scopes=("okta.networkZones.read",),
        missing_roles=("read-only administrator",),
        complete=False,
    )


def verify_result() -> VerifyResult:
    """Return a certificate that is verified, and one that is not."""
    good = Verified(
        file="proofs/apps-a1.json",
        claim="apps",
        text="Apps stand apart.",
        snapshot="ab" * 32,
        as_of="2023-11-14T09:22:49Z",
        trust=("hardkey",),
        distrust=("acl",),
        closed=170,
        starts=5,
        targets=1,
        differences=(),
    )
    bad = replace(good, claim="jira", differences=("3 facts are reached that its closed set lacks: jira::admin",))
    return VerifyResult(".graphscan", (bad, good))


def every_result() -> dict[str, Result]:
    """Return one result of each sort, by the name of its schema."""
    from tests.unit.report import exchange_samples as exchange
    from tests.unit.report.check_samples import check_result  # they are made of the parts here
    from tests.unit.report.diff_samples import diff_result
    from tests.unit.report.exposure_samples import exposure_result
    from tests.unit.report.fix_samples import fix_result
    from tests.unit.report.incident_samples import incident_result
    from tests.unit.report.instances_samples import instances_result
    from tests.unit.report.report_samples import report_result
    from tests.unit.report.timeline_samples import timeline_result

    return {
        "blast": blast_result(),
        "blast-each": EachResult((blast_result(), blast_result())),
        "paths": paths_result(),
        "fix": fix_result(),
        "explain": explain_result(),
        "status": status_result(),
        "select": select_result(),
        "import": import_result(),
        "techniques": TechniquesResult((TECHNIQUE,), detail=True),
        "doctor": doctor_result(),
        "doctor-atlassian": instances_result(),
        "verify": verify_result(),
        "check": check_result(),
        "incident": incident_result(),
        "report": report_result(),
        "timeline": timeline_result(),
        "exposure": exposure_result(),
        "diff": diff_result(),
        "imports": ImportsResult((import_result(), import_result())),
        "neo4j-push": exchange.pushed(),
        "neo4j-clear": exchange.cleared(),
        "neo4j-queries": exchange.queries(),
        "neo4j-query": exchange.queried(),
        "export": exchange.exported(),
    }
