"""
A small made-up Okta organisation, as Okta's API would answer for it.

Eight users, five groups, applications, administrator roles held directly, through a group and by service applications,
tokens with and without network conditions, factors, devices, values no enumeration knows, records no importer can read,
and canary secrets everywhere.
"""

from typing import Any

from tests.importers.servers import small_org_more as more
from tests.importers.servers import small_org_policies as policies
from tests.importers.servers.loopback import Answer, Request
from tests.importers.servers.okta_replies import error, paged
from tests.importers.servers.small_org_ids import (
    ABROAD,
    BLOCKED,
    CANARIES,
    CLOSED,
    GHOST,
    OFFICE,
    VPN,
    app_id,
    group_id,
    token_id,
    user_id,
)
from tests.importers.servers.small_org_objects import (
    DEVICE_USERS,
    DEVICES,
    FACTORS,
    GRANTS,
    IDPS,
    INTEGRATION_SECRETS,
    INTEGRATIONS,
    JWKS,
    OWNERS,
    RULES,
    SECRETS,
    SUPPORT,
    ZONES,
)

TOKEN = "00loopbackTokenOfTheCollectorItself0000042"  # what the importer signs in with
PAGE = 3


RESOURCE_SET, CUSTOM_ROLE = "iamengineering000001", "cr0deskhelper0000001"


def _user(name: str, status: str = "ACTIVE", provider: str = "OKTA", **more: Any) -> dict[str, Any]:
    credentials: dict[str, Any] = {"provider": {"type": provider, "name": provider}}
    if provider == "OKTA":
        credentials["password"] = {"value": CANARIES["password"], "hash": {"salt": CANARIES["password"]}}
    return {
        "id": user_id(name),
        "status": status,
        "created": "2021-03-01T09:00:00.000Z",
        "activated": "2021-03-01T09:05:00.000Z",
        "statusChanged": "2021-03-01T09:05:00.000Z",
        "lastLogin": "2023-11-20T08:00:00.000Z",
        "lastUpdated": "2023-11-20T08:00:00.000Z",
        "passwordChanged": "2023-05-04T10:11:12.000Z" if provider == "OKTA" else None,
        "profile": {
            "firstName": name.title(),
            "lastName": "Example",
            "login": f"{name}@acme.example",
            "email": f"{name}@acme.example",
            "department": "Platform",
        },
        "credentials": credentials,
        **more,
    }


USERS: list[Any] = [
    _user("ada"),  # super administrator, directly
    _user("ben"),  # read-only administrator
    _user("cleo"),  # user administrator for one group, through a group
    _user("eve", "STAGED"),
    _user("finn", "FROZEN_BY_VENDOR"),  # a status that is in no list of statuses
    {"id": 17, "status": "ACTIVE", "profile": ["not", "an", "object"]},  # no importer can read this
    _user("gus", provider="FEDERATION"),  # application administrator of everything: an empty target list
    _user("hana", "LOCKED_OUT"),  # a custom role over a resource set; super administrator through a group
]
DEPROVISIONED = [_user("dan", "DEPROVISIONED")]


def _group(name: str, label: str, type_: str = "OKTA_GROUP", description: str = "") -> dict[str, Any]:
    return {
        "id": group_id(name),
        "created": "2021-02-01T00:00:00.000Z",
        "type": type_,
        "objectClass": ["okta:user_group"],
        "profile": {"name": label, "description": description},
    }


GROUPS: list[Any] = [
    _group("everyone", "Everyone", "BUILT_IN"),
    _group("engineering", "Engineering"),
    _group("itadmins", "IT admins", description=f"sign in with password={CANARIES['password']}"),
    "a text where a group should be",
    _group("owners", "Platform owners"),
    _group("quantum", "Vendor sync", "QUANTUM_GROUP"),
]
MEMBERS = {
    "everyone": ["ada", "ben", "cleo", "eve", "finn", "gus", "hana"],
    "engineering": ["cleo", "eve", "hana"],
    "itadmins": ["cleo"],
    "owners": ["hana"],
    "quantum": [],
}


def _app(name: str, key: str, label: str, status: str = "ACTIVE", mode: str = "SAML_2_0", **more: Any) -> Any:
    return {
        "id": app_id(name),
        "name": key,
        "label": label,
        "status": status,
        "signOnMode": mode,
        "created": "2021-02-03T00:00:00.000Z",
        "features": ["AUTO_CONFIRM_IMPORTS"],
        **more,
    }


def _service(name: str, label: str, method: str, **settings: Any) -> Any:
    return _app(
        name,
        "oidc_client",
        label,
        mode="OPENID_CONNECT",
        credentials={"oauthClient": {"client_id": app_id(name), "token_endpoint_auth_method": method}},
        settings={
            "oauthClient": {"application_type": "service", "grant_types": ["client_credentials"], **settings},
        },
    )


APPS = [
    _app("jira", "jira_onprem", "Jira", settings={"app": {"sharedSecret": CANARIES["shared"]}}),
    _app(
        "payroll",
        "oidc_client",
        "Payroll",
        mode="OPENID_CONNECT",
        credentials={"oauthClient": {"client_id": "0oapayroll", "client_secret": CANARIES["client_secret"]}},
        settings={
            "oauthClient": {
                "jwks": {"keys": [{"kty": "RSA", "kid": "k1", "e": "AQAB", "n": "abc", "d": CANARIES["jwk"]}]}
            }
        },
    ),
    _app(
        "wiki",
        "legacy_wiki",
        "Legacy wiki",
        status="INACTIVE",
        notes={"admin": f"-----BEGIN RSA PRIVATE KEY-----\n{CANARIES['pem']}\n-----END RSA PRIVATE KEY-----"},
    ),
    _service("robot", "Robot", "client_secret_basic"),
    _service(
        "clerk",
        "Clerk",
        "private_key_jwt",
        network={"connection": "ZONE", "include": [OFFICE], "exclude": []},
        jwks_uri="https://clerk.example/keys",
    ),
    _app("mystery", "org", "Mystery", mode="HOLOGRAM", notes={"enduser": f"use SSWS {CANARIES['ssws']}"}),
]
APP_GROUPS = {
    "jira": ["engineering"],
    "payroll": [],
    "wiki": ["everyone"],
    "mystery": ["quantum"],
    "robot": [],
    "clerk": [],
}
APP_USERS = {
    "jira": [("cleo", "GROUP"), ("eve", "GROUP"), ("hana", "GROUP"), ("ada", "USER")],
    "payroll": [("gus", "USER")],
    "wiki": [(name, "GROUP") for name in MEMBERS["everyone"]],
    "mystery": [],
    "robot": [],
    "clerk": [],
}


def _role(type_: str, id_: str, kind: str, holder: str, **more: Any) -> dict[str, Any]:
    path = f"users/{user_id(holder)}" if kind == "USER" else f"groups/{group_id(holder)}"
    return {
        "id": id_,
        "label": type_.replace("_", " ").capitalize(),
        "type": type_,
        "status": "ACTIVE",
        "created": "2021-04-01T00:00:00.000Z",
        "assignmentType": kind,
        "_links": {"assignee": {"href": f"https://acme.okta.com/api/v1/{path}"}},
        **more,
    }


_CLEOS = _role("USER_ADMIN", "KVJUKUS7IFCE2SKO", "GROUP", "itadmins")
_OWNERS = _role("SUPER_ADMIN", "KNKVARKSL5AUITKOKM", "GROUP", "owners")
USER_ROLES = {
    "ada": [_role("SUPER_ADMIN", "KNKVARKSL5AUITKOKM", "USER", "ada")],
    "ben": [_role("READ_ONLY_ADMIN", "KJSUCRC7J5HEYWK7IFCE2SKO", "USER", "ben")],
    "cleo": [_CLEOS],
    "gus": [_role("APP_ADMIN", "IFIFAX2BIRGUSTQ", "USER", "gus")],
    "hana": [
        _OWNERS,
        _role("CUSTOM", "irb1hana000000000001", "USER", "hana", **{"role": CUSTOM_ROLE, "resource-set": RESOURCE_SET}),
        _role("CHIEF_VIBES_ADMIN", "CHIEFVIBES", "USER", "hana"),  # a role type that is in no list
    ],
}
GROUP_ROLES = {"itadmins": [_CLEOS], "owners": [_OWNERS]}
GROUP_TARGETS = {("groups", "itadmins", "KVJUKUS7IFCE2SKO"): ["engineering"]}


def _token(name: str, owner: str, label: str, network: dict[str, Any] | None) -> dict[str, Any]:
    token = {
        "id": token_id(name),
        "name": label,
        "userId": owner,
        "clientName": "Okta API",
        "tokenWindow": "P30D",
        "created": "2022-03-04T05:06:07.000Z",
        "lastUpdated": "2023-11-21T10:00:00.000Z",
        # Far ahead, so that no clock of a test machine ever passes it.
        "expiresAt": "2999-12-21T10:00:00.000Z",
        "debug": f"Bearer {CANARIES['jwt']}",
    }
    return token if network is None else {**token, "network": network}


API_TOKENS = [
    _token("ada", user_id("ada"), "deployment", {"connection": "ZONE", "include": [OFFICE, VPN], "exclude": []}),
    _token("ben", user_id("ben"), "reporting", {"connection": "ANYWHERE"}),
    _token("dan", user_id("dan"), "left behind", {"connection": "ANYWHERE"}),
    _token("cleo", user_id("cleo"), "sync", {"connection": "ZONE", "include": [], "exclude": [BLOCKED]}),
    _token("gus", user_id("gus"), "odd", {"connection": "ORBIT"}),
    _token("ghost", GHOST, "nobody's", None),
]


CLIENT_ROLES = {
    "robot": [
        {
            **_role("SUPER_ADMIN", "KNKVARKSL5AUITKOKM", "USER", "robot"),
            "assignmentType": "CLIENT",
            "_links": {"assignee": {"href": f"https://acme.okta.com/oauth2/v1/clients/{app_id('robot')}"}},
        }
    ],
    "clerk": [
        {**_role("HELP_DESK_ADMIN", "JBCUYUC7IRCVGS27", "USER", "clerk"), "assignmentType": "CLIENT", "_links": {}}
    ],
}
# Records that no importer can read, of all that are served.
POISON = 2


def handle(request: Request) -> Answer:
    """Answer as Okta would: paged by two Link headers, or by `_links.next` below /iam."""
    if request.headers.get("Authorization") != f"SSWS {TOKEN}":
        return error(401, "E0000011", "Invalid token provided")
    parts = [part for part in request.path.removeprefix("/api/v1").removeprefix("/oauth2/v1").split("/") if part]
    found = _find(parts, request.query)
    if found is None:
        return error(404, "E0000007", f"Not found: Resource not found: {request.path}")
    return found if isinstance(found, Answer) else paged(request, found, PAGE)


# Private functions


def _find(parts: list[str], query: dict[str, str]) -> Answer | list[Any] | None:
    match parts:
        case ["org"]:
            return Answer.json({"id": "00oacme0000000000001", "subdomain": "acme", "companyName": "Acme"})
        case ["users"]:
            return DEPROVISIONED if query.get("filter") == 'status eq "DEPROVISIONED"' else USERS
        case ["users", id_, "roles"]:
            return USER_ROLES.get(_name(id_), [])
        case ["groups"]:
            return GROUPS
        case ["groups", id_, "users"]:
            members = MEMBERS.get(_name(id_))
            return None if members is None else [_named(name) for name in members]
        case ["groups", id_, "roles"]:
            return GROUP_ROLES.get(_name(id_), [])
        case [("users" | "groups") as kind, id_, "roles", assignment, "targets", "groups"]:
            return [_group_named(name) for name in GROUP_TARGETS.get((kind, _name(id_), assignment), [])]
        case [("users" | "groups"), _, "roles", _, "targets", "catalog", "apps"]:
            return []
        case ["clients", id_, "roles"]:
            return CLIENT_ROLES.get(_name(id_), [])
        case ["clients", _, "roles", _, "targets", *_]:
            return []
        case ["integrations", "api", "v1", "api-services"]:
            return INTEGRATIONS
        case ["integrations", "api", "v1", "api-services", id_, "credentials", "secrets"]:
            return Answer.json(INTEGRATION_SECRETS[id_])
        case ["zones"]:
            return ZONES
        case ["users", id_, "factors"]:
            return FACTORS.get(_name(id_), [])
        case ["groups", "rules"]:
            return RULES
        case ["groups", id_, "owners"]:
            return OWNERS.get(_name(id_), [])
        case ["org", "privacy", "oktaSupport"]:
            return Answer.json(SUPPORT)
        case ["idps"]:
            return IDPS
        case ["devices"]:
            with_users = query.get("expand") == "userSummary"
            return [
                # One comes without, as where Okta leaves the summary out: its users have to be asked for.
                {**one, "_embedded": {"users": _device_users(one["id"])}} if with_users and one["id"] != "guo3" else one
                for one in DEVICES
            ]
        case ["devices", id_, "users"]:
            return _device_users(id_)
        case ["apps", id_, "credentials", "secrets"]:
            return Answer.json(SECRETS.get(_name(id_), []))
        case ["apps", id_, "credentials", "jwks"]:
            return Answer.json(JWKS.get(_name(id_), []))
        case ["apps", id_, "grants"]:
            return [
                {"id": one, "scopeId": scope, "status": status} for one, scope, status in GRANTS.get(_name(id_), [])
            ]
        case ["apps"]:
            return [more.with_more(policies.with_policy(one)) for one in (*APPS, *policies.APPS)]
        case ["apps", id_, "groups"]:
            assigned = {**APP_GROUPS, **policies.APP_GROUPS}.get(_name(id_), [])
            return [{"id": group_id(name), "priority": 0} for name in assigned]
        case ["apps", id_, "users"]:
            return [
                {"id": user_id(name), "scope": scope, "status": "ACTIVE", "credentials": {"userName": name}}
                for name, scope in APP_USERS.get(_name(id_), [])
            ]
        case ["api-tokens"]:
            return Answer.json(API_TOKENS)
        case ["iam", "assignees", "users"]:
            return [{"id": user_id(name), "orn": f"orn:okta:00o1:users:{name}"} for name in USER_ROLES]
        case ["iam", "resource-sets", "iamengineering000001", "resources"]:
            return [
                _resource("1", f"groups/{group_id('engineering')}"),
                _resource("2", f"groups/{group_id('engineering')}/users"),
                _resource("3", f"apps/{app_id('jira')}"),
                _resource("4", "users"),
            ]
        case ["iam", "roles", "cr0deskhelper0000001", "permissions"]:
            conditions = {"include": {"okta:ResourceAttribute/User/Profile": ["city"]}}
            return [
                {"label": "okta.users.credentials.resetPassword", "conditions": None},
                {"label": "okta.users.read", "conditions": conditions},
            ]
    found = policies.answer(parts, query)
    return more.answer(parts, query) if found is None else found


def _name(id_: str) -> str:
    return id_[3:].rstrip("0")


def _device_users(id_: str) -> list[Any]:
    return [{"managementStatus": how, "user": {"id": user_id(name)}} for name, how in DEVICE_USERS[id_]]


def _named(name: str) -> Any:
    return next(one for one in USERS if isinstance(one, dict) and one["id"] == user_id(name))


def _group_named(name: str) -> Any:
    return next(one for one in GROUPS if isinstance(one, dict) and one["id"] == group_id(name))


def _resource(id_: str, path: str) -> dict[str, Any]:
    return {"id": f"ire{id_}", "_links": {"self": {"href": f"https://acme-admin.okta.com/api/v1/{path}"}}}
