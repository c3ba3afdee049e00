"""
The closed vocabulary: every node kind with its levels, every relation kind with its ends. One table, all of it.

Validation, the generated documentation and the database schema are all derived from here. User folders add techniques,
never kinds.
"""

from dataclasses import dataclass
from itertools import product

from graphscan.model import Sensitivity

# Levels of a principal: a sign-in is (strength, device, strength proven fresh), ordered component by component.

STRENGTHS = ("act_as", "mfa", "phishing_resistant")
_MANAGED = ".managed"
_SESSION = ".session"
TOKEN_LEVELS = ("api_read", "api_write", "api_admin", "api")
TOP = "top"


@dataclass(frozen=True, slots=True, order=True)
class SignIn:
    """
    How strongly a principal is signed in.

    Attributes:
        strength: 0 one factor, 1 MFA, 2 phishing-resistant.
        managed:  whether on a managed device.
        fresh:    -1 nothing proven now (a session only), else the strength proven now, at most `strength`.
    """

    strength: int
    managed: bool
    fresh: int

    @property
    def level(self) -> str:
        """Return the level's name: `act_as`, `mfa.managed`, `mfa.session`, `mfa.fresh_act_as`, `top` …"""
        if self == SignIn(2, True, 2):
            return TOP
        name = STRENGTHS[self.strength] + (_MANAGED if self.managed else "")
        if self.fresh == -1:
            return name + _SESSION
        return name if self.fresh == self.strength else f"{name}.fresh_{STRENGTHS[self.fresh]}"

    def implies(self, other: "SignIn") -> bool:
        """Whether every component is at least the other's."""
        return self.strength >= other.strength and self.managed >= other.managed and self.fresh >= other.fresh

    def join(self, other: "SignIn") -> "SignIn":
        """Return the weakest sign-in that implies both; only ever for one and the same principal."""
        return SignIn(max(self.strength, other.strength), self.managed or other.managed, max(self.fresh, other.fresh))


SIGN_INS: dict[str, SignIn] = {
    one.level: one
    for strength, managed, fresh in product(range(3), (False, True), range(-1, 3))
    if fresh <= strength
    for one in [SignIn(strength, managed, fresh)]
}
LEVEL_ALIASES = {"phishing_resistant.managed": TOP}


@dataclass(frozen=True, slots=True)
class Family:
    """
    A set of levels and which of them imply which.

    Attributes:
        levels:  the names, weakest first where they are ordered.
        implies: (higher, lower) pairs, transitively closed, without (x, x).
        acting:  the level that stands for "has it", used where a relation states none.
    """

    name: str
    levels: tuple[str, ...]
    implies: frozenset[tuple[str, str]]
    acting: str


def _chain(*levels: str) -> frozenset[tuple[str, str]]:
    return frozenset((levels[high], levels[low]) for high in range(len(levels)) for low in range(high))


def _principal() -> Family:
    pairs = {(a, b) for a, x in SIGN_INS.items() for b, y in SIGN_INS.items() if a != b and x.implies(y)}
    pairs |= _chain(*TOKEN_LEVELS)
    # Every sign-in may use the interface as its principal; administration through it is given by techniques alone.
    pairs |= {(level, token) for level in SIGN_INS for token in ("api_read", "api_write")}
    return Family("principal", (*TOKEN_LEVELS, *SIGN_INS), frozenset(pairs), "act_as")


FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        _principal(),
        Family("held", ("held",), frozenset(), "held"),
        Family(
            "application",
            ("reachable", "login", "admin", "system"),
            _chain("reachable", "login", "admin", "system"),
            "login",
        ),
        Family("content", ("read", "write", "admin"), _chain("read", "write", "admin"), "read"),
        Family("repository", ("read", "write", "admin", "publish"), _chain("read", "write", "admin"), "read"),
        Family("data", ("read", "write", "admin"), frozenset(), "read"),
        Family("policy", ("write",), frozenset(), "write"),
        Family("host", ("reachable", "exec"), _chain("reachable", "exec"), "exec"),
        Family("execution", ("exec",), frozenset(), "exec"),
        Family("segment", ("position",), frozenset(), "position"),
        Family("control", ("defeated",), frozenset(), "defeated"),
        Family("vendor", ("compromised",), frozenset(), "compromised"),
    )
}


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
        NodeKind(
            "Group", "principal", "a group, or a population: who matches a sign-on rule, anyone with an account, anyone"
        ),
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

    @property
    def starts_at_target(self) -> bool:
        """Whether `needs` speaks of the relation's target and `gives` of its source."""
        return self.reversed or self.step == "backward"


RELATION_KINDS: dict[str, RelationKind] = {
    kind.name: kind
    for kind in (
        RelationKind("MEMBER_OF", PRINCIPALS, frozenset({"Group"}), "belongs to a group", step="forward", carries=True),
        RelationKind(
            "EFFECTIVE_MEMBER_OF",
            PRINCIPALS,
            frozenset({"Group"}),
            "belongs to a group, directly or through others",
            derived=True,
        ),
        RelationKind("HAS_ROLE", PRINCIPALS, frozenset({"RoleAssignment"}), "holds an administrator role", needs="api"),
        RelationKind(
            "HAS_CREDENTIAL",
            _ACCOUNTS,
            frozenset({"Credential"}),
            "is signed in, or acted for, with a credential",
            needs="held",
            gives="act_as",
            reversed=True,
        ),
        RelationKind(
            "ACCOUNT_OF", PRINCIPALS, frozenset({"Application"}), "is an account of an application's own directory"
        ),
        RelationKind(
            "ASSIGNED_TO",
            PRINCIPALS,
            ANY - PRINCIPALS - {"Credential", "Scope", "Control", "Segment"},
            "may use, once it can be reached",
            needs="act_as.session",
        ),
        RelationKind("SCOPED_TO", frozenset({"RoleAssignment", "Scope"}), ANY, "is limited to; of a target set: lists"),
        RelationKind("CONTAINS", _CONTAINERS | {"Scope"}, ANY - {"Control"}, "opens what is inside", step="forward"),
        RelationKind("STORES", _CONTAINERS, ANY - PRINCIPALS - {"Scope", "Control"}, "has a readable copy of"),
        RelationKind(
            "RUNS_ON",
            frozenset({"Application", "Pipeline", "Function", "Database", "Wiki", "Tracker"}),
            frozenset({"Host", "Vendor", "Application"}),
            "is run by",
        ),
        RelationKind(
            "IN_SEGMENT",
            frozenset({"Host", "Device", "Pipeline", "Function", "Application", "Database"}),
            frozenset({"Segment"}),
            "stands in a segment",
            step="forward",
        ),
        RelationKind(
            "REACHABLE_FROM",
            frozenset({"Application", "Host"}),
            frozenset({"Segment"}),
            "can be talked to from",
            step="backward",
            needs="position",
            gives="reachable",
        ),
        RelationKind("INSTALLED_IN", frozenset({"Application"}), frozenset({"Application"}), "is a plug-in of"),
        RelationKind(
            "CONNECTS_TO",
            _CONTAINERS,
            frozenset({"Segment", "Application", "Host"}),
            "leads on to",
            step="forward",
        ),
        RelationKind(
            "DEPENDS_ON",
            frozenset({"Repository", "Pipeline", "Function", "Host", "Device", "Application"}),
            frozenset({"Repository"}),
            "executes what is published by",
            step="backward",
            needs="publish",
        ),
        RelationKind("TRUSTS", ANY, ANY, "accepts what another asserts"),
        RelationKind(
            "GRANTS",
            frozenset({"Credential", "RoleAssignment", "Scope"}),
            ANY - {"Control"},
            "opens, without an owner in between",
            step="forward",
        ),
        RelationKind("APPLIES_TO", frozenset({"Control", "Policy"}), ANY, "is in force for"),
        RelationKind(
            "HELD_BY",
            frozenset({"Credential", "Device"}),
            frozenset({"Vendor", "User", "ServiceAccount", "Device"}),
            "has a copy with, or is in the hands of",
            reversed=True,
        ),
        RelationKind("OWNED_BY", ANY, PRINCIPALS, "may be changed by its owner"),
        RelationKind("CREATED_BY", ANY, PRINCIPALS, "was made by"),
        RelationKind("DERIVED_FROM", frozenset({"Credential"}), frozenset({"Credential"}), "was minted with"),
        RelationKind(
            "SIGNS_IN_AS",
            _ACCOUNTS,
            _ACCOUNTS,
            "becomes, in another application",
            needs="act_as.session",
        ),
        RelationKind("SAME_PERSON", PRINCIPALS, PRINCIPALS, "is the same person as; never a step"),
        RelationKind("SAME_SECRET", frozenset({"Credential"}), frozenset({"Credential"}), "has the same value as"),
        RelationKind(
            "INSTANCE_OF", frozenset({"Control", "Credential"}), frozenset({"Control"}), "works by the mechanism"
        ),
        RelationKind(
            "DEFEATED_BY",
            frozenset({"Control"}),
            ANY,
            "is met or defeated by",
            step="backward",
            gives="defeated",
        ),
    )
}

# Who uses an application stands nowhere by that; who controls the machine under it does.
_STANDS_THERE = {"Application": "system", "Database": "admin"}

# Public functions


def family_of(kind: str) -> Family:
    """Return the levels of a node kind. Raises KeyError for a kind that is not in the table."""
    return FAMILIES[NODE_KINDS[kind].family]


def canonical_level(level: str) -> str:
    """Return the one name under which a level is stored."""
    return LEVEL_ALIASES.get(level, level)


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


# Levels as small numbers, for arrays: position in LEVELS. Families keep their own, so `read` of a repository and `read`
# of a bucket differ.

LEVELS: tuple[tuple[str, str], ...] = tuple(
    (family.name, level) for family in FAMILIES.values() for level in family.levels
)
LEVEL_CODES: dict[tuple[str, str], int] = {pair: code for code, pair in enumerate(LEVELS)}
CARRIED = 255  # in place of a level code: "at every level that is asked for, the same at both ends"


def level_code(kind: str, level: str) -> int:
    """Return the number of a level on a node kind. Raises KeyError where the kind has no such level."""
    return LEVEL_CODES[NODE_KINDS[kind].family, canonical_level(level)]
