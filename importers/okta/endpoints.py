"""
The Okta end points of this importer, with what each answers for; and those it does not read, with what that hides.

Source: Okta management API 2026.06.3 and recorded replies. Page sizes are the largest the vendor documents.
"""

from dataclasses import dataclass

ORG = "/api/v1/org"
USERS = "/api/v1/users"
DEPROVISIONED = "/api/v1/users?filter=status eq DEPROVISIONED"
REALMS = "/api/v1/realms"
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
    "client": "/oauth2/v1/clients/{clientId}/roles/{roleAssignmentId}/targets/groups",
}
APP_TARGETS = {
    "user": "/api/v1/users/{userId}/roles/{roleAssignmentId}/targets/catalog/apps",
    "group": "/api/v1/groups/{groupId}/roles/{roleAssignmentId}/targets/catalog/apps",
    "client": "/oauth2/v1/clients/{clientId}/roles/{roleAssignmentId}/targets/catalog/apps",
}
RESOURCES = "/api/v1/iam/resource-sets/{resourceSetId}/resources"
PERMISSIONS = "/api/v1/iam/roles/{roleId}/permissions"
API_TOKENS = "/api/v1/api-tokens"
ZONES = "/api/v1/zones"
FACTORS = "/api/v1/users/{userId}/factors"
CLIENT_ROLES = "/oauth2/v1/clients/{clientId}/roles"
SECRETS = "/api/v1/apps/{appId}/credentials/secrets"
JWKS = "/api/v1/apps/{appId}/credentials/jwks"
GRANTS = "/api/v1/apps/{appId}/grants"
INTEGRATIONS = "/integrations/api/v1/api-services"
INTEGRATION_SECRETS = "/integrations/api/v1/api-services/{apiServiceId}/credentials/secrets"
OWNERS = "/api/v1/groups/{groupId}/owners"
RULES = "/api/v1/groups/rules"
SUPPORT = "/api/v1/org/privacy/oktaSupport"
IDPS = "/api/v1/idps"
DEVICES = "/api/v1/devices"
DEVICE_USERS = "/api/v1/devices/{deviceId}/users"

LIMITS = {
    USERS: "200",
    DEPROVISIONED: "200",
    GROUPS: "1000",
    REALMS: "200",
    GROUP_USERS: "1000",
    APPS: "200",
    APP_USERS: "500",
    APP_GROUPS: "200",
    ASSIGNEES: "200",
    OWNERS: "1000",
    RULES: "200",
    IDPS: "200",
    DEVICES: "200",
    **dict.fromkeys(GROUP_TARGETS.values(), "200"),
    **dict.fromkeys(APP_TARGETS.values(), "200"),
}

# What else is asked for with an end point: an end point that differs only in this has its own name, after a `?`.
QUERIES = {
    DEPROVISIONED: {"filter": 'status eq "DEPROVISIONED"'},
    DEVICES: {"expand": "userSummary"},  # one request for each page instead of one for each device
}

# Lists that stand inside an object; the path of members that leads there.
WRAPPED = {ASSIGNEES: "value", RESOURCES: "resources", PERMISSIONS: "permissions", JWKS: "jwks.keys"}

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
    NotRead("HAS_CREDENTIAL", "/api/v1/apps/{appId}/tokens", "refresh tokens of people's applications"),
    NotRead("HAS_CREDENTIAL", "/api/v1/authorizationServers", "keys that sign the tokens of authorization servers"),
    NotRead("HAS_CREDENTIAL", "/api/v1/sessions", "sessions: no end point lists them", exists=False),
    NotRead("REACHABLE_FROM", "", "from where an application can be reached: Okta does not know", exists=False),
    NotRead("SIGNS_IN_AS", "/api/v1/apps/{appId}", "which account a person becomes in an application"),
    NotRead("TRUSTS", "/api/v1/agentPools", "directory agents, which sign users in with another directory's word"),
    NotRead("TRUSTS", "/api/v1/inlineHooks", "hooks, whose receivers see or change what tokens say"),
)
