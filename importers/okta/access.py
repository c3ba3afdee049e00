"""
What each end point takes to be read, and what stays hidden where it cannot be: the one table of it.

Scopes are those of Okta's API description 2026.06.3. An API token has no scopes: it has the rights of its owner, so the
least standard role that reads an end point is given as well; it is what Okta's role pages say, and an organization's
custom role may do with less. A service application needs the scope and a role.
"""

from dataclasses import dataclass

from importers.okta import endpoints as ends

READ_ONLY = "read-only administrator"
SUPER = "super administrator"
ANYONE = ""


@dataclass(frozen=True, slots=True)
class Access:
    """
    What reading one end point takes, and means.

    Attributes:
        scopes: OAuth scopes, all needed; none: anyone may read it.
        role:   the least standard administrator role that reads it.
        hides:  what is unknown where it was not read.
    """

    scopes: tuple[str, ...]
    role: str
    hides: str


def _roles(*endpoints: str) -> dict[str, str]:
    return dict.fromkeys(endpoints, "what an administrator role is limited to: it may reach the whole organization")


_BY_SCOPE: dict[str, tuple[str, dict[str, str]]] = {
    "okta.orgs.read": (
        READ_ONLY,
        {
            ends.ORG: "the organization's name",
            ends.SUPPORT: "whether the vendor's support may sign in",
            ends.THIRD_PARTY_ADMIN: "whether administrators may come from outside",
            ends.CLIENT_PRIVILEGES: "whether new service applications are administrators from the start",
        },
    ),
    "okta.users.read": (
        READ_ONLY,
        {
            ends.USERS: "people who are in no group that could be read, and their passwords' ages",
            ends.DEPROVISIONED: "former users: whose tokens, applications and rules are still there",
            ends.FACTORS: "who signs in with what beside a password",
        },
    ),
    "okta.userTypes.read": (READ_ONLY, {ends.USER_TYPES: "the names of user types that policies speak of"}),
    "okta.schemas.read": (
        READ_ONLY,
        {ends.USER_SCHEMA: "which attributes people write, and so join groups"},
    ),
    "okta.groups.read": (
        READ_ONLY,
        {
            ends.GROUPS: "groups, and all that they give",
            ends.GROUP_USERS: "who is in a group: who holds its roles and applications",
            ends.OWNERS: "who may add members to a group",
            ends.RULES: "which attribute puts people into a group",
        },
    ),
    "okta.apps.read": (
        READ_ONLY,
        {
            ends.APPS: "applications, and all that they give",
            ends.APP_USERS: "who is assigned to an application, under which name",
            ends.APP_GROUPS: "which groups are assigned to an application",
            ends.SECRETS: "client secrets: how many, how old, whether live",
            ends.JWKS: "client keys: how many, how old, whether live",
            ends.APP_KEYS: "keys that sign an application's assertions: how old",
            ends.REFRESH_TOKENS: "refresh tokens of people's applications",
            ends.APP_FEATURES: "whether accounts are made and passwords sent behind an application",
            ends.APP_CONNECTION: "where an application's accounts are made, and whether that is switched on",
        },
    ),
    "okta.appGrants.read": (READ_ONLY, {ends.GRANTS: "what a service application's secret may do"}),
    "okta.oauthIntegrations.read": (
        SUPER,
        {
            ends.INTEGRATIONS: "service integrations of other companies and what they may do",
            ends.INTEGRATION_SECRETS: "how old their secrets are",
        },
    ),
    "okta.apiTokens.read": (READ_ONLY, {ends.API_TOKENS: "API tokens, whose they are and from where they work"}),
    "okta.networkZones.read": (READ_ONLY, {ends.ZONES: "from where a token works and a sign-on rule holds"}),
    "okta.roles.read": (
        SUPER,
        {
            ends.ASSIGNEES: "who is an administrator",
            ends.USER_ROLES: "which roles people hold: all they reach, and whom nobody else may take over",
            ends.GROUP_ROLES: "which roles groups give: whom the help desk may not take over",
            ends.CLIENT_ROLES: "which roles service applications hold",
            **_roles(*ends.GROUP_TARGETS.values(), *ends.APP_TARGETS.values(), ends.RESOURCES),
            ends.PERMISSIONS: "what a custom role may do",
        },
    ),
    "okta.idps.read": (
        READ_ONLY,
        {
            ends.IDPS: "whose word the organization takes for who somebody is",
            ends.IDP_USERS: "whom another identity provider signs in",
            ends.IDP_KEYS: "keys by which other identity providers are believed: how old",
        },
    ),
    "okta.devices.read": (
        READ_ONLY,
        {ends.DEVICES: "devices, and which are managed", ends.DEVICE_USERS: "whose device it is"},
    ),
    "okta.deviceAssurance.read": (READ_ONLY, {ends.DEVICE_ASSURANCES: "what a rule asks of a device"}),
    "okta.policies.read": (
        READ_ONLY,
        {
            **{
                endpoint: f"policies of type {type_}: whether a sign-in, enrolment or recovery is allowed is undecided"
                for type_, endpoint in ends.POLICIES.items()
            },
            ends.POLICY_RULES: "whom a policy lets in, and with what",
            ends.POLICY_MAPPINGS: "before which application a policy stands",
        },
    ),
    "okta.authenticators.read": (
        READ_ONLY,
        {
            ends.AUTHENTICATORS: "with what people can sign in at all",
            ends.AUTHENTICATOR_METHODS: "which methods of an authenticator are switched on",
        },
    ),
    "okta.authorizationServers.read": (
        READ_ONLY,
        {
            ends.AUTH_SERVERS: "authorization servers, which sign tokens of other applications",
            ends.AUTH_SERVER_KEYS: "how old their signing keys are",
            ends.AUTH_SERVER_POLICIES: "for whom they sign",
            ends.AUTH_SERVER_RULES: "and on which terms",
        },
    ),
    "okta.agentPools.read": (READ_ONLY, {ends.AGENT_POOLS: "agents whose directory's word signs people in"}),
    "okta.eventHooks.read": (SUPER, {ends.EVENT_HOOKS: "who is told of what happens"}),
    "okta.inlineHooks.read": (SUPER, {ends.INLINE_HOOKS: "who may change what tokens and assertions say"}),
    "okta.logStreams.read": (SUPER, {ends.LOG_STREAMS: "where the log goes"}),
    "okta.realms.read": (READ_ONLY, {ends.REALMS: "realms: which administrators reach whom"}),
    "okta.realmAssignments.read": (READ_ONLY, {ends.REALM_ASSIGNMENTS: "which rule puts people into a realm"}),
    "okta.serviceAccounts.read": (SUPER, {ends.SERVICE_ACCOUNTS: "accounts of applications that are kept in Okta"}),
    "okta.serviceAccounts.okta.read": (SUPER, {ends.OKTA_SERVICE_ACCOUNTS: "Okta accounts that programs use"}),
}

ACCESS: dict[str, Access] = {
    ends.PUSH_MAPPINGS: Access(
        ("okta.apps.read", "okta.groups.read"), READ_ONLY, "which groups become groups behind an application"
    ),
    ends.MACHINERY: Access((), ANYONE, "whether it is a classic organization or has Identity Engine"),
    **{
        endpoint: Access((scope,), role, hides)
        for scope, (role, hidden) in _BY_SCOPE.items()
        for endpoint, hides in hidden.items()
    },
}
SCOPES = tuple(sorted(_BY_SCOPE))


def every_endpoint() -> list[str]:
    """Return every end point that the importer names."""
    found: dict[str, None] = {}
    for name, value in vars(ends).items():
        if name.isupper():
            texts = [value] if isinstance(value, str) else value.values() if isinstance(value, dict) else []
            found |= {text: None for text in texts if isinstance(text, str) and text.startswith("/")}
    return list(found)


def table() -> str:
    """Return what each end point takes and hides, and what is not read at all, as Markdown."""
    lines = ["| end point | scope | least role | hidden without it |", "|---|---|---|---|"]
    for endpoint, one in ACCESS.items():
        scopes = ", ".join(f"`{scope}`" for scope in one.scopes) or "none"
        lines.append(f"| `{endpoint}` | {scopes} | {one.role or 'none'} | {one.hides} |")
    lines += ["", "## Not read", "", "| not read | why | hidden |", "|---|---|---|"]
    for gap in ends.NOT_READ:
        why = "not read yet" if gap.exists else "no end point lists it"
        lines.append(f"| {f'`{gap.endpoint}`' if gap.endpoint else '–'} | {why} | {gap.hides} |")
    return "\n".join(lines)
