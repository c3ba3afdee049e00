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
IDP_USERS = "/api/v1/idps/{idpId}/users"
IDP_KEYS = "/api/v1/idps/credentials/keys"
APP_KEYS = "/api/v1/apps/{appId}/credentials/keys"
REFRESH_TOKENS = "/api/v1/apps/{appId}/tokens"
AUTH_SERVERS = "/api/v1/authorizationServers"
AUTH_SERVER_KEYS = "/api/v1/authorizationServers/{authServerId}/credentials/keys"
AUTH_SERVER_POLICIES = "/api/v1/authorizationServers/{authServerId}/policies"
AUTH_SERVER_RULES = "/api/v1/authorizationServers/{authServerId}/policies/{policyId}/rules"
AGENT_POOLS = "/api/v1/agentPools"
EVENT_HOOKS = "/api/v1/eventHooks"
INLINE_HOOKS = "/api/v1/inlineHooks"
LOG_STREAMS = "/api/v1/logStreams"
USER_SCHEMA = "/api/v1/meta/schemas/user/default"
THIRD_PARTY_ADMIN = "/api/v1/org/orgSettings/thirdPartyAdminSetting"
CLIENT_PRIVILEGES = "/api/v1/org/settings/clientPrivilegesSetting"
REALM_ASSIGNMENTS = "/api/v1/realm-assignments"
SERVICE_ACCOUNTS = "/privileged-access/api/v1/service-accounts"
OKTA_SERVICE_ACCOUNTS = "/privileged-access/api/v1/okta-service-accounts"
USER_TYPES = "/api/v1/meta/types/user"
APP_FEATURES = "/api/v1/apps/{appId}/features"
APP_CONNECTION = "/api/v1/apps/{appId}/connections/default"
PUSH_MAPPINGS = "/api/v1/apps/{appId}/group-push/mappings"
MACHINERY = "/.well-known/okta-organization"
AUTHENTICATORS = "/api/v1/authenticators"
AUTHENTICATOR_METHODS = "/api/v1/authenticators/{authenticatorId}/methods"
DEVICE_ASSURANCES = "/api/v1/device-assurances"
POLICY_RULES = "/api/v1/policies/{policyId}/rules"
POLICY_MAPPINGS = "/api/v1/policies/{policyId}/mappings"
# By type: one listing each. Every organization has the types of the first line; the rest are licensed or switched on.
POLICIES = {
    type_: f"/api/v1/policies?type={type_}"
    for type_ in (
        *("OKTA_SIGN_ON", "PASSWORD"),
        "ACCESS_POLICY",
        "MFA_ENROLL",
        "IDP_DISCOVERY",
        "PROFILE_ENROLLMENT",
        "POST_AUTH_SESSION",
        "ENTITY_RISK",
        "DEVICE_SIGNAL_COLLECTION",
        "SESSION_VIOLATION_DETECTION",
        "IDENTITY_CLAIM_SOURCING",
        "CLIENT_UPDATE",
    )
}

LIMITS = {
    USERS: "200",
    DEPROVISIONED: "200",
    GROUPS: "1000",
    REALMS: "200",
    GROUP_USERS: "1000",
    APPS: "200",
    APP_USERS: "500",
    APP_GROUPS: "200",
    PUSH_MAPPINGS: "1000",
    ASSIGNEES: "200",
    OWNERS: "1000",
    RULES: "200",
    IDPS: "200",
    DEVICES: "200",
    IDP_USERS: "200",
    IDP_KEYS: "200",
    REFRESH_TOKENS: "200",
    AUTH_SERVERS: "200",
    LOG_STREAMS: "200",
    REALM_ASSIGNMENTS: "200",
    SERVICE_ACCOUNTS: "200",
    OKTA_SERVICE_ACCOUNTS: "200",
    **dict.fromkeys(GROUP_TARGETS.values(), "200"),
    **dict.fromkeys(APP_TARGETS.values(), "200"),
}

# What else is asked for with an end point: an end point that differs only in this has its own name, after a `?`.
QUERIES = {
    DEPROVISIONED: {"filter": 'status eq "DEPROVISIONED"'},
    DEVICES: {"expand": "userSummary"},  # one request for each page instead of one for each device
    **{endpoint: {"type": type_} for type_, endpoint in POLICIES.items()},
}

# What an organization may not have at all, because it is bought or switched on: that it is not there is no failure.
OPTIONAL = frozenset(
    {
        AUTH_SERVERS,
        AGENT_POOLS,
        EVENT_HOOKS,
        INLINE_HOOKS,
        LOG_STREAMS,
        THIRD_PARTY_ADMIN,
        CLIENT_PRIVILEGES,
        REALMS,
        REALM_ASSIGNMENTS,
        SERVICE_ACCOUNTS,
        OKTA_SERVICE_ACCOUNTS,
        MACHINERY,
        AUTHENTICATORS,
        DEVICE_ASSURANCES,
        *list(POLICIES.values())[2:],
    }
)

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
    NotRead("HAS_CREDENTIAL", "/api/v1/users/{userId}/authenticator-enrollments", "what factors are called elsewhere"),
    NotRead("HAS_CREDENTIAL", "/api/v1/sessions", "sessions: no end point lists them", exists=False),
    NotRead("REACHABLE_FROM", "", "from where an application can be reached: Okta does not know", exists=False),
    NotRead(
        "SIGNS_IN_AS",
        "/api/v1/apps/{appId}/sso/saml/metadata",
        "the issuer of each application: a product that says only whom it trusts is not found",
    ),
    NotRead(
        "HAS_CREDENTIAL", "/api/v1/users/{userId}/clients/{clientId}/tokens", "refresh tokens by person: as by app"
    ),
    NotRead("TRUSTS", "/api/v1/mappings", "which attributes of a profile an application or identity provider writes"),
    NotRead(
        "TRUSTS", "/api/v1/meta/schemas/user/{schemaId}", "what people of other user types write in their profiles"
    ),
    NotRead("TRUSTS", "/api/v1/hook-keys", "keys with which the organization signs in to its hooks: undated here"),
    NotRead("GRANTS", "/governance/api/v1", "access requests and certifications, which may grant roles and apps later"),
)
