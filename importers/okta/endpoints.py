"""
The Okta end points of this importer, with what each answers for; and those it does not read, with what that hides.

Source: Okta management API 2026.06.3 and recorded replies. Page sizes are the largest the vendor documents.
"""

from dataclasses import dataclass

ORG = "/api/v1/org"
USERS = "/api/v1/users"
DEPROVISIONED = "/api/v1/users?filter=status eq DEPROVISIONED"
GROUPS = "/api/v1/groups"
GROUP_USERS = "/api/v1/groups/{groupId}/users"
GROUP_ROLES = "/api/v1/groups/{groupId}/roles"
APPS = "/api/v1/apps"
APP_USERS = "/api/v1/apps/{appId}/users"
APP_GROUPS = "/api/v1/apps/{appId}/groups"
ASSIGNEES = "/api/v1/iam/assignees/users"
USER_ROLES = "/api/v1/users/{userId}/roles"
GROUP_TARGETS = {
    "user": "/api/v1/users/{userId}/roles/{roleAssignmentId}/targets/groups",
    "group": "/api/v1/groups/{groupId}/roles/{roleAssignmentId}/targets/groups",
}
APP_TARGETS = {
    "user": "/api/v1/users/{userId}/roles/{roleAssignmentId}/targets/catalog/apps",
    "group": "/api/v1/groups/{groupId}/roles/{roleAssignmentId}/targets/catalog/apps",
}
RESOURCES = "/api/v1/iam/resource-sets/{resourceSetId}/resources"
PERMISSIONS = "/api/v1/iam/roles/{roleId}/permissions"
API_TOKENS = "/api/v1/api-tokens"

LIMITS = {
    USERS: "200",
    DEPROVISIONED: "200",
    GROUPS: "1000",
    GROUP_USERS: "1000",
    APPS: "200",
    APP_USERS: "500",
    APP_GROUPS: "200",
    ASSIGNEES: "200",
    **dict.fromkeys(GROUP_TARGETS.values(), "200"),
    **dict.fromkeys(APP_TARGETS.values(), "200"),
}

# Only these roles can be limited to targets; an empty target list means the whole organisation.
ROLES_WITH_GROUP_TARGETS = frozenset({"USER_ADMIN", "HELP_DESK_ADMIN", "GROUP_MEMBERSHIP_ADMIN"})
ROLES_WITH_APP_TARGETS = frozenset({"APP_ADMIN"})
ROLES_OF_THE_WHOLE_ORG = frozenset(
    {
        "SUPER_ADMIN",
        "ORG_ADMIN",
        "READ_ONLY_ADMIN",
        "REPORT_ADMIN",
        "MOBILE_ADMIN",
        "API_ACCESS_MANAGEMENT_ADMIN",
        "API_ADMIN",
        "WORKFLOWS_ADMIN",
    }
)


@dataclass(frozen=True, slots=True)
class NotRead:
    """An end point that is there and not read yet, or a thing that no end point lists."""

    relation: str
    endpoint: str
    hides: str
    exists: bool = True


NOT_READ: tuple[NotRead, ...] = (
    NotRead("APPLIES_TO", "/api/v1/policies", "which sign-on policies stand before which application and user"),
    NotRead("APPLIES_TO", "/api/v1/groups/rules", "who is put into a group by a rule, and by which attribute"),
    NotRead("DEFEATED_BY", "/api/v1/zones", "which addresses a network zone holds"),
    NotRead("HAS_CREDENTIAL", "/api/v1/users/{userId}/factors", "which factors a user has"),
    NotRead("HAS_CREDENTIAL", "/api/v1/apps/{appId}/credentials/secrets", "client secrets and keys of applications"),
    NotRead("HAS_CREDENTIAL", "/api/v1/sessions", "sessions: no end point lists them", exists=False),
    NotRead("HAS_ROLE", "/oauth2/v1/clients/{clientId}/roles", "administrator roles of service applications"),
    NotRead("OWNED_BY", "/api/v1/groups/{groupId}/owners", "who may add members to a group they own"),
    NotRead("REACHABLE_FROM", "", "from where an application can be reached: Okta does not know", exists=False),
    NotRead("SIGNS_IN_AS", "/api/v1/apps/{appId}", "which account a person becomes in an application"),
    NotRead("TRUSTS", "/api/v1/idps", "other identity providers that may sign users in"),
)
