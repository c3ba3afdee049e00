"""
The closed vocabulary: every node kind with its levels, every relation kind with its ends. One table, all of it.

Validation, the generated documentation and the database schema are all derived from here. User folders add techniques,
never kinds.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from graphscan.gap import Gap, GapSort
from graphscan.levels import (
    CARRIED,
    FAMILIES,
    LEVEL_ALIASES,
    LEVEL_CODES,
    LEVELS,
    SIGN_INS,
    STRENGTHS,
    TOKEN_LEVELS,
    TOP,
    Family,
    SignIn,
    canonical_level,
)
from graphscan.model import Sensitivity

__all__ = [
    "ANONYMOUS", "ANY", "CARRIED", "DEAD_STATES", "DYING_KINDS", "FAMILIES", "INTERNET", "LEVELS", "LEVEL_ALIASES",
    "LEVEL_CODES", "NODE_KINDS", "PRINCIPALS", "RELATION_KINDS", "SIGN_INS", "STRENGTHS", "TOKEN_LEVELS", "TOP",
    "Family", "Gap", "GapSort", "NodeKind", "RelationKind", "SignIn", "canonical_level", "end_level", "family_of",
    "implies", "level_code", "start_level",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class NodeKind:
    """
    A kind of thing.

    Attributes:
        family:      whose levels it has.
        sensitivity: what is assumed where neither its source nor a rule says.
    """

    name: str
    family: str
    what: str
    sensitivity: Sensitivity = Sensitivity.NONE


NODE_KINDS: dict[str, NodeKind] = {
    kind.name: kind
    for kind in (
        NodeKind("User", "principal", "a person or a person's account"),
        NodeKind("ServiceAccount", "principal", "an account or client that no person signs in to"),
        NodeKind("Role", "principal", "a role that is assumed, as in AWS IAM"),
        NodeKind("Group", "principal", "a group, or a population: who matches a rule, anyone with an account, anyone"),
        NodeKind("RoleAssignment", "held", "an administrator role held by one holder over one target set"),
        NodeKind("Scope", "held", "a target set: what one right reaches; never used as a population"),
        NodeKind("Credential", "held", "password, session, token, key, factor, grant, implant"),
        NodeKind(
            "Application",
            "application",
            "an Okta org or app, Jira, a gateway, an AWS account, a plug-in",
            Sensitivity.INTERNAL,
        ),
        NodeKind("Project", "content", "a project, workspace or permission scheme", Sensitivity.INTERNAL),
        NodeKind("Repository", "repository", "source code, a package, an image, an action", Sensitivity.CONFIDENTIAL),
        NodeKind("Wiki", "content", "a wiki or a space of it", Sensitivity.CONFIDENTIAL),
        NodeKind("Tracker", "content", "a bug tracker or case store", Sensitivity.CONFIDENTIAL),
        NodeKind("Content", "content", "a mailbox, drive, share, chat or vault", Sensitivity.CONFIDENTIAL),
        NodeKind("Bucket", "data", "object storage", Sensitivity.CONFIDENTIAL),
        NodeKind("Database", "data", "a database or data store", Sensitivity.CONFIDENTIAL),
        NodeKind("Secret", "data", "a stored secret, possibly encrypted", Sensitivity.CONFIDENTIAL),
        NodeKind("Policy", "policy", "an access, IAM or trust policy"),
        NodeKind("Host", "host", "a machine", Sensitivity.INTERNAL),
        NodeKind("Pipeline", "execution", "a build or deployment pipeline", Sensitivity.INTERNAL),
        NodeKind("Function", "execution", "a function run on demand", Sensitivity.INTERNAL),
        NodeKind("Device", "execution", "a person's device", Sensitivity.INTERNAL),
        NodeKind("Segment", "segment", "a network position: VPC, subnet, zone, the internet, a gateway's inside"),
        NodeKind("Control", "control", "what stops a step: MFA, a hard key, an ACL, an allow-list, a circumstance"),
        NodeKind("Vendor", "vendor", "another company that holds something of ours"),
    )
}

PRINCIPALS = frozenset(kind.name for kind in NODE_KINDS.values() if kind.family == "principal")
ANY = frozenset(NODE_KINDS)
_CONTAINERS = ANY - {"Scope", "Control", "Policy", "Credential"}
_ACCOUNTS = PRINCIPALS - {"Group"}

# A principal or credential in one of these states is dead; nothing else ever dies of its state.
DEAD_STATES = frozenset({"disabled", "deprovisioned", "suspended", "deleted", "revoked", "expired"})
DYING_KINDS = frozenset({"User", "ServiceAccount", "Role", "Credential"})

INTERNET = "internet"
ANONYMOUS = "anonymous"  # subtype of the population that anyone belongs to


_TELLS = Gap(GapSort.TELLS, through="")
_ACCESS = frozenset(
    {
        *("Application", "Project", "Repository", "Wiki", "Tracker", "Content", "Bucket", "Database", "Secret"),
        *("Host", "Pipeline", "Function", "Device"),
    }
)
_RUNNING = frozenset({"Application", "Host", "Pipeline", "Function", "Device"})
_OWNED = frozenset({"Group", "Application", "ServiceAccount", "Repository", "Pipeline"})


def _grants(
    domain: Iterable[str],
    range_: Iterable[str],
    asked: str,
    through: str = "Scope",
    whole: bool = True,
    backward: bool = False,
) -> Gap:
    return Gap(GapSort.GRANTS, frozenset(domain), frozenset(range_), asked, through, whole, backward)


@dataclass(frozen=True, slots=True)
class RelationKind:
    """
    A kind of statement, read from source to target.

    Attributes:
        sources, targets: the node kinds at its ends.
        step:             "forward" or "backward" if it is an attack step on its own, "" if only techniques read it.
        needs, gives:     default levels at the step's start and end; None: the acting level of the node there.
        carries:          a step at every level, the same at both ends.
        derived:          only `expand` may state it.
        gap:              what those of the kind that could not be read may be.
    """

    name: str
    sources: frozenset[str]
    targets: frozenset[str]
    what: str
    step: str = ""
    needs: str | None = None
    gives: str | None = None
    carries: bool = False
    derived: bool = False
    reversed: bool = False
    gap: Gap = _TELLS

    @property
    def starts_at_target(self) -> bool:
        """Whether `needs` speaks of the relation's target and `gives` of its source."""
        return self.reversed or self.step == "backward"


RELATION_KINDS: dict[str, RelationKind] = {
    kind.name: kind
    for kind in (
        RelationKind(
            "MEMBER_OF",
            PRINCIPALS,
            frozenset({"Group"}),
            "belongs to a group",
            step="forward",
            carries=True,
            gap=_grants(PRINCIPALS, {"Group"}, "range", "Group"),
        ),
        RelationKind(
            "EFFECTIVE_MEMBER_OF",
            PRINCIPALS,
            frozenset({"Group"}),
            "belongs to a group, directly or through others",
            derived=True,
        ),
        RelationKind(
            "HAS_ROLE",
            PRINCIPALS,
            frozenset({"RoleAssignment"}),
            "holds an administrator role",
            needs="api",
            gap=_grants(PRINCIPALS, {"RoleAssignment", "Application"}, "domain", "RoleAssignment"),
        ),
        RelationKind(
            "HAS_CREDENTIAL",
            _ACCOUNTS,
            frozenset({"Credential"}),
            "is signed in, or acted for, with a credential",
            needs="held",
            gives="act_as",
            reversed=True,
            gap=Gap(GapSort.TOKENS, through=""),
        ),
        RelationKind(
            "ACCOUNT_OF",
            PRINCIPALS,
            frozenset({"Application"}),
            "is an account of an application's own directory",
            gap=_grants({"User", "ServiceAccount"}, {"Application"}, "range", "Application"),
        ),
        RelationKind(
            "ASSIGNED_TO",
            PRINCIPALS,
            ANY - PRINCIPALS - {"Credential", "Scope", "Control", "Segment"},
            "may use, once it can be reached",
            needs="act_as.session",
            gap=_grants(PRINCIPALS, _ACCESS - {"Device"}, "range", "Group"),
        ),
        RelationKind(
            "SCOPED_TO",
            frozenset({"RoleAssignment", "Scope"}),
            ANY,
            "is limited to; of a target set: lists",
            gap=_grants({"RoleAssignment"}, {"Application"}, "domain"),
        ),
        RelationKind(
            "CONTAINS",
            _CONTAINERS | {"Scope"},
            ANY - {"Control"},
            "opens what is inside",
            step="forward",
            gap=_grants(_ACCESS | {"Segment"}, _ACCESS | _ACCOUNTS, "domain"),
        ),
        RelationKind(
            "STORES",
            _CONTAINERS,
            ANY - PRINCIPALS - {"Scope", "Control"},
            "has a readable copy of",
            gap=_grants(_ACCESS | {"Vendor"}, {"Application", "Database", "Bucket", "Host"}, "domain", "Credential"),
        ),
        RelationKind(
            "RUNS_ON",
            frozenset({"Application", "Pipeline", "Function", "Database", "Wiki", "Tracker"}),
            frozenset({"Host", "Vendor", "Application"}),
            "is run by",
            gap=_grants(_RUNNING - {"Host", "Device"} | {"Database", "Wiki", "Tracker"}, {"Host"}, "domain", "Host"),
        ),
        RelationKind(
            "IN_SEGMENT",
            frozenset({"Host", "Device", "Pipeline", "Function", "Application", "Database"}),
            frozenset({"Segment"}),
            "stands in a segment",
            step="forward",
            gap=_grants(_RUNNING | {"Database"}, {"Segment"}, "domain"),
        ),
        RelationKind(
            "REACHABLE_FROM",
            frozenset({"Application", "Host"}),
            frozenset({"Segment"}),
            "can be talked to from",
            step="backward",
            needs="position",
            gives="reachable",
            gap=_grants({"Segment"}, {"Application", "Host"}, "range", ""),
        ),
        RelationKind(
            "INSTALLED_IN",
            frozenset({"Application"}),
            frozenset({"Application"}),
            "is a plug-in of",
            gap=_grants({"Application"}, {"Host"}, "domain", "Application"),
        ),
        RelationKind(
            "CONNECTS_TO",
            _CONTAINERS,
            frozenset({"Segment", "Application", "Host"}),
            "leads on to",
            step="forward",
            gap=_grants(_RUNNING | {"Segment"}, {"Segment", "Application", "Host"}, "domain"),
        ),
        RelationKind(
            "DEPENDS_ON",
            frozenset({"Repository", "Pipeline", "Function", "Host", "Device", "Application"}),
            frozenset({"Repository"}),
            "executes what is published by",
            step="backward",
            needs="publish",
            gap=_grants({"Repository"}, _RUNNING | {"Repository"}, "range"),
        ),
        RelationKind(
            "TRUSTS",
            ANY,
            ANY,
            "accepts what another asserts",
            gap=_grants(_RUNNING | {"Vendor"}, {"Application", "Host"} | PRINCIPALS, "both", backward=True),
        ),
        RelationKind(
            "GRANTS",
            frozenset({"Credential", "RoleAssignment", "Scope"}),
            ANY - {"Control"},
            "opens, without an owner in between",
            step="forward",
            gap=_grants({"Credential", "RoleAssignment"}, _ACCESS | _ACCOUNTS, "domain"),
        ),
        RelationKind(
            "APPLIES_TO",
            frozenset({"Control", "Policy"}),
            ANY,
            "is in force for",
            gap=Gap(GapSort.FORBIDS, range=_ACCESS | PRINCIPALS, asked="range", through="Control"),
        ),
        RelationKind(
            "HELD_BY",
            frozenset({"Credential", "Device"}),
            frozenset({"Vendor", "User", "ServiceAccount", "Device"}),
            "has a copy with, or is in the hands of",
            reversed=True,
            gap=_grants({"Vendor", "Device"}, {"Credential", "User"}, "domain"),
        ),
        RelationKind(
            "OWNED_BY",
            ANY,
            PRINCIPALS,
            "may be changed by its owner",
            gap=_grants(PRINCIPALS, _OWNED, "range", "Group", backward=True),
        ),
        RelationKind("CREATED_BY", ANY, PRINCIPALS, "was made by"),
        RelationKind("DERIVED_FROM", frozenset({"Credential"}), frozenset({"Credential"}), "was minted with"),
        RelationKind(
            "SIGNS_IN_AS",
            _ACCOUNTS,
            _ACCOUNTS,
            "becomes, in another application",
            needs="act_as.session",
            gap=_grants(_ACCOUNTS, _ACCOUNTS, "domain", "Group"),
        ),
        RelationKind("SAME_PERSON", PRINCIPALS, PRINCIPALS, "is the same person as; never a step"),
        RelationKind(
            "SAME_SECRET",
            frozenset({"Credential"}),
            frozenset({"Credential"}),
            "has the same value as",
            gap=_grants({"Credential"}, {"Credential"}, "both"),
        ),
        RelationKind(
            "INSTANCE_OF",
            frozenset({"Control", "Credential"}),
            frozenset({"Control"}),
            "works by the mechanism",
            gap=_grants({"Control"}, {"Control"}, "range", "Control", whole=False, backward=True),
        ),
        RelationKind(
            "DEFEATED_BY",
            frozenset({"Control"}),
            ANY,
            "is met or defeated by",
            step="backward",
            gives="defeated",
            gap=_grants({"Segment"}, {"Control"}, "range", ""),
        ),
    )
}

# Who uses an application stands nowhere by that; who controls the machine under it does.
_STANDS_THERE = {"Application": "system", "Database": "admin"}

# Public functions


def family_of(kind: str) -> Family:
    """Return the levels of a node kind. Raises KeyError for a kind that is not in the table."""
    return FAMILIES[NODE_KINDS[kind].family]


def implies(kind: str, higher: str, lower: str) -> bool:
    """Whether holding `higher` on a node of this kind is also holding `lower`."""
    return higher == lower or (higher, lower) in family_of(kind).implies


def start_level(relation: str, kind: str) -> str:
    """Return the level a relation needs by default where its step starts, on a node of this kind."""
    if relation == "IN_SEGMENT":
        return _STANDS_THERE.get(kind, family_of(kind).acting)
    return RELATION_KINDS[relation].needs or family_of(kind).acting


def end_level(relation: str, kind: str) -> str:
    """Return the level a relation gives by default where its step ends, on a node of this kind."""
    stated = RELATION_KINDS[relation].gives
    if stated is not None:
        return stated
    if relation in ("CONNECTS_TO",) and kind in ("Application", "Host"):
        return "reachable"
    return family_of(kind).acting


def level_code(kind: str, level: str) -> int:
    """Return the number of a level on a node kind. Raises KeyError where the kind has no such level."""
    return LEVEL_CODES[NODE_KINDS[kind].family, canonical_level(level)]
