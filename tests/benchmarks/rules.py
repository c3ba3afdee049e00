"""What a generated organisation is made of: how many nodes of each kind, and which relations between them."""

from dataclasses import dataclass

POOLS: dict[str, float] = {
    "User": 0.33,
    "ServiceAccount": 0.04,
    "Group": 0.11,
    "Role": 0.03,
    "RoleAssignment": 0.01,
    "Credential": 0.23,
    "Application": 0.04,
    "Repository": 0.12,
    "Content": 0.03,
    "Segment": 0.005,
    "Host": 0.03,
    "Pipeline": 0.015,
    "Control": 0.01,
}
"""Share of all nodes of each kind; the first segment is the internet."""

GUARDS_PER_NODE = 0.02
TWO_CONTROLS = 0.2  # so many guards ask for two controls, the rest for one
CONTROL_STATES = {"no": 0.6, "unknown": 0.2, "yes": 0.2}
FACTORS = 0.25  # so many credentials of users are second factors


@dataclass(frozen=True, slots=True)
class Rule:
    """
    Relations of one kind between nodes of two kinds.

    Attributes:
        per_node: how many of them for each node of the whole graph.
        needs:    level at the start, None for the vocabulary's default.
        gives:    levels at the end and their shares, empty for the default.
        guarded:  share of relations that a set of controls guards.
        local:    share of relations that stay inside a department.
        owned:    each target has exactly one source.
        spread:   exponent of in-degree: 1 is even, 3 puts half of the relations on an eighth of the targets; across
                  departments one more.
        mutual:   share of relations that stand the other way round, too (kinds at both ends alike).
    """

    kind: str
    source: str
    target: str
    per_node: float
    needs: str | None = None
    gives: tuple[tuple[str, float], ...] = ()
    guarded: float = 0.0
    local: float = 0.8
    owned: bool = False
    spread: float = 2.0
    mutual: float = 0.0


_CODE = (("read", 0.6), ("write", 0.3), ("publish", 0.1))
_TEXT = (("read", 0.7), ("write", 0.3))

RULES: tuple[Rule, ...] = (
    Rule("MEMBER_OF", "User", "Group", 1.32),
    Rule("MEMBER_OF", "ServiceAccount", "Group", 0.072),
    Rule("MEMBER_OF", "Group", "Group", 0.12, mutual=0.03),
    Rule("ASSIGNED_TO", "Group", "Application", 0.24),
    Rule("ASSIGNED_TO", "User", "Application", 0.24),
    Rule("ASSIGNED_TO", "User", "Host", 0.072),
    Rule("ASSIGNED_TO", "User", "Application", 0.1, needs="mfa"),
    Rule("ASSIGNED_TO", "Group", "Application", 0.1, needs="mfa"),
    Rule("ASSIGNED_TO", "Group", "Repository", 1.0, gives=_CODE, guarded=0.15),
    Rule("ASSIGNED_TO", "User", "Repository", 0.8, gives=_CODE, guarded=0.15),
    Rule("ASSIGNED_TO", "ServiceAccount", "Repository", 0.24, gives=_CODE, guarded=0.1),
    Rule("ASSIGNED_TO", "Group", "Content", 0.3, gives=_TEXT, guarded=0.1),
    Rule("ASSIGNED_TO", "User", "Content", 0.3, gives=_TEXT, guarded=0.1),
    Rule("HAS_CREDENTIAL", "User", "Credential", 0.17, owned=True),
    Rule("HAS_CREDENTIAL", "ServiceAccount", "Credential", 0.06, owned=True),
    Rule("STORES", "Repository", "Credential", 0.6, local=0.6, spread=1.5),
    Rule("STORES", "Content", "Credential", 0.24, local=0.6, spread=1.5),
    Rule("STORES", "Host", "Credential", 0.24, local=0.6, spread=1.5),
    Rule("STORES", "Pipeline", "Credential", 0.12, local=0.6, spread=1.5),
    Rule("STORES", "Host", "Repository", 0.36),
    Rule("GRANTS", "Credential", "Repository", 0.48, gives=_CODE, guarded=0.1),
    Rule("GRANTS", "Credential", "Application", 0.096, guarded=0.2),
    Rule("GRANTS", "RoleAssignment", "Application", 0.06, gives=(("admin", 1.0),)),
    Rule("GRANTS", "RoleAssignment", "User", 0.35),
    Rule("HAS_ROLE", "Group", "RoleAssignment", 0.012),
    Rule("HAS_ROLE", "User", "RoleAssignment", 0.024),
    Rule("ACCOUNT_OF", "User", "Application", 0.18),
    Rule("SIGNS_IN_AS", "User", "ServiceAccount", 0.18, guarded=0.3),
    Rule("SIGNS_IN_AS", "User", "Role", 0.18, guarded=0.3),
    Rule("SIGNS_IN_AS", "Role", "Role", 0.06, guarded=0.2),
    Rule("CONTAINS", "Application", "Repository", 0.48),
    Rule("CONTAINS", "Application", "Content", 0.18),
    Rule("DEPENDS_ON", "Repository", "Repository", 0.36),
    Rule("DEPENDS_ON", "Host", "Repository", 0.18),
    Rule("DEPENDS_ON", "Pipeline", "Repository", 0.12),
    Rule("IN_SEGMENT", "Host", "Segment", 0.036),
    Rule("REACHABLE_FROM", "Application", "Segment", 0.072, spread=3.0),
    Rule("REACHABLE_FROM", "Host", "Segment", 0.072, spread=3.0),
    Rule("CONNECTS_TO", "Segment", "Application", 0.036),
    Rule("CONNECTS_TO", "Host", "Host", 0.24),
    Rule("CONNECTS_TO", "Host", "Application", 0.12),
    Rule("DEFEATED_BY", "Control", "Credential", 0.012),
)
