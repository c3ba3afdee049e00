"""Keys, hooks, agents, authorization servers, settings and links of the small organisation, as Okta would answer."""

from typing import Any

from tests.importers.servers.loopback import Answer
from tests.importers.servers.small_org_ids import CANARIES, app_id, group_id, user_id

DATE, LATER = "2022-01-02T03:04:05.000Z", "2023-06-07T08:09:10.000Z"
SERVER, HOOK, TOKEN_HOOK, IMPORT_HOOK = "ausdefault0000000001", "calsaml1", "caltoken1", "calimport1"


def _key(kid: str, **more: Any) -> dict[str, Any]:
    return {"kid": kid, "kty": "RSA", "use": "sig", "e": "AQAB", "n": "abc", "d": CANARIES["jwk"], **more}


APP_KEYS = {
    "jira": [
        _key("kidnow", created=LATER, lastUpdated=LATER, expiresAt="2032-01-01T00:00:00.000Z"),
        _key("kidold", created=DATE, lastUpdated=DATE, expiresAt="2023-01-01T00:00:00.000Z"),
    ],
    "wiki": [],
}
SIGNING = {"kid": "kidnow", "lastRotated": LATER, "nextRotation": "2032-01-01T00:00:00.000Z", "rotationMode": "MANUAL"}
IDP_KEYS = [
    _key("kidpartner", created=DATE, lastUpdated=DATE, expiresAt="2032-01-01T00:00:00.000Z"),
    # The vendor's own example has one without an id.
    {"kty": "EC", "created": DATE, "lastUpdated": DATE, "x5c": ["MIICqDCCAgqgAwIBAgIJAOkmCa"], "alg": "EC"},
]
IDP_USERS = {"0oaidp1": [{"id": user_id("ben"), "externalId": "ben@partner.example", "created": DATE, "profile": {}}]}

AUTH_SERVERS = [
    {
        "id": SERVER,
        "name": "default",
        "audiences": ["api://default"],
        "issuer": f"https://acme.okta.com/oauth2/{SERVER}",
        "status": "ACTIVE",
        "created": DATE,
        "lastUpdated": LATER,
        "credentials": {"signing": {"kid": "kidserver", "lastRotated": LATER, "rotationMode": "AUTO"}},
    }
]
AUTH_SERVER_KEYS = [
    _key("kidserver", status="ACTIVE"),
    _key("kidnext", status="NEXT"),
    _key("kidgone", status="EXPIRED"),
]
AUTH_POLICIES = [
    {
        "type": "OAUTH_AUTHORIZATION_POLICY",
        "id": "00pauth1",
        "status": "ACTIVE",
        "name": "Everyone's",
        "priority": 1,
        "conditions": {"clients": {"include": ["ALL_CLIENTS"]}},
    }
]
AUTH_RULES = [
    {
        "type": "RESOURCE_ACCESS",
        "id": "0prauth1",
        "status": "ACTIVE",
        "name": "Default",
        "conditions": {"grantTypes": {"include": ["authorization_code"]}, "scopes": {"include": ["*"]}},
        "actions": {"token": {"accessTokenLifetimeMinutes": 60, "inlineHook": {"id": TOKEN_HOOK}}},
    }
]


def _channel(address: str, **config: Any) -> dict[str, Any]:
    scheme = {"type": "HEADER", "key": "Authorization", "value": CANARIES["password"]}
    headers = [{"key": "X-Api", "value": CANARIES["shared"]}]
    uri = f"https://hooks.example/{address}?code={CANARIES['client_secret']}&clientToken={CANARIES['shared']}"
    return {
        "type": "HTTP",
        "version": "1.0.0",
        "config": {"uri": uri, "headers": headers, "method": "POST", "authScheme": scheme, **config},
    }


def _hook(id_: str, name: str, type_: str, status: str = "ACTIVE", **config: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "status": status,
        "name": name,
        "type": type_,
        "version": "1.0.0",
        "channel": _channel(name, **config),
        "created": DATE,
        "lastUpdated": LATER,
    }


INLINE_HOOKS = [
    _hook(HOOK, "assertions", "com.okta.saml.tokens.transform"),
    _hook(TOKEN_HOOK, "tokens", "com.okta.oauth2.tokens.transform"),
    _hook(IMPORT_HOOK, "passwords", "com.okta.user.credential.password.import"),
    _hook("caloff1", "codes", "com.okta.telephony.provider", "INACTIVE"),
    _hook("calodd1", "odd", "com.okta.quantum", "HALF_ON", authScheme=None, authType="private_key_jwt"),
]
EVENT_HOOKS = [
    {
        "id": "whoevents1",
        "status": "ACTIVE",
        "verificationStatus": "VERIFIED",
        "name": "Leavers",
        "created": DATE,
        "createdBy": user_id("ada"),
        "lastUpdated": LATER,
        "events": {"type": "EVENT_TYPE", "items": ["user.lifecycle.deactivate"], "filter": None},
        "channel": _channel("events"),
    }
]
LOG_STREAMS = [
    {
        "id": "0oastream1",
        "type": "aws_eventbridge",
        "name": "To AWS",
        "status": "ACTIVE",
        "created": DATE,
        "lastUpdated": LATER,
        "settings": {"accountId": "123456789012", "eventSourceName": "okta", "region": "eu-west-1"},
    },
    {
        "id": "0oastream2",
        "type": "splunk_cloud_logstreaming",
        "name": "To Splunk",
        "status": "ACTIVE",
        "created": DATE,
        "lastUpdated": LATER,
        "settings": {"host": "acme.splunkcloud.com", "edition": "aws", "token": CANARIES["client_secret"]},
    },
]


def _agent(id_: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "name": name, "version": "3.18.0", "lastConnection": 1700000000000, **more}


AGENT_POOLS = [
    {
        "id": "0oacorp1",
        "name": "corp.example",
        "type": "AD",
        "operationalStatus": "OPERATIONAL",
        "agents": [
            _agent("a53dc1", "DC1", operationalStatus="OPERATIONAL"),
            _agent("a53dc2", "DC2", operationalStatus="DISRUPTED"),
        ],
    },
    # The vendor's own example has one agent where its description says a list.
    {"id": "0oaradius1", "name": "vpn", "type": "Radius", "agents": _agent("a53radius1", "VPN")},
]
# Of the small organisation's people nobody writes a department; where they live they do.
SCHEMA: dict[str, Any] = {
    "id": "https://acme.okta.com/meta/schemas/user/default",
    "definitions": {
        "base": {
            "id": "#base",
            "properties": {
                "department": {
                    "title": "Department",
                    "type": "string",
                    "mutability": "READ_WRITE",
                    "permissions": [{"principal": "SELF", "action": "READ_ONLY"}],
                    "master": {"type": "PROFILE_MASTER"},
                },
                "city": {
                    "title": "City",
                    "type": "string",
                    "mutability": "READ_WRITE",
                    "permissions": [{"principal": "SELF", "action": "READ_WRITE"}],
                    "master": {"type": "OVERRIDE", "priority": [{"type": "APP", "value": app_id("jira")}]},
                },
            },
        },
        "custom": {"id": "#custom", "properties": {}},
    },
}
REALM_ASSIGNMENTS = [
    {
        "id": "rulrealm1",
        "status": "INACTIVE",  # the realm it would fill is not there any more
        "name": "Partners",
        "conditions": {"expression": {"value": 'user.profile.role=="partner"'}},
        "actions": {"assignUserToRealm": {"realmId": "guorealm1"}},
    }
]
_OWNED = {
    "ownerUserIds": [user_id("ben")],
    "ownerGroupIds": [group_id("owners")],
    "created": DATE,
    "lastUpdated": LATER,
}
SERVICE_ACCOUNTS = [
    {
        "id": "a747a818-a4c4-4446-8a87-704216495a08",
        "name": "Jira robot",
        "username": "robot@acme.example",
        "password": CANARIES["password"],
        "containerOrn": f"orn:okta:idp:00oacme0000000000001:apps:jira_onprem:{app_id('jira')}",
        "status": "NO_ISSUES",
        "statusDetail": "ROTATED",
        **_OWNED,
    }
]
OKTA_SERVICE_ACCOUNTS = [
    {
        "id": "d1b65a78-21ed-429b-8ea3-eec96f2748d6",
        "name": "Shared admin",
        "oktaUserId": user_id("finn"),
        "username": "finn@acme.example",
        "statusDetail": "VAULTED",
        **_OWNED,
    }
]


def _token(id_: str, owner: str, scopes: list[str], status: str = "ACTIVE") -> dict[str, Any]:
    return {
        "id": id_,
        "status": status,
        "created": DATE,
        "lastUpdated": DATE,
        "expiresAt": "2999-01-01T00:00:00.000Z",
        "issuer": "https://acme.okta.com",
        "clientId": app_id("payroll"),
        "userId": user_id(owner),
        "scopes": scopes,
        "refresh_token": CANARIES["jwt"],
    }


REFRESH_TOKENS = {
    "payroll": [
        _token("oargus1", "gus", ["offline_access", "openid"]),
        _token("oarada1", "ada", ["offline_access", "okta.users.manage"]),
        _token("oardan1", "eve", ["offline_access"], "REVOKED"),
    ]
}


def with_more(app: dict[str, Any]) -> dict[str, Any]:
    """Return an application with its signing key, hooks, and whether it is given refresh tokens."""
    name = app["id"][3:].rstrip("0")
    if name == "jira":
        settings = {**app.get("settings", {}), "signOn": {"inlineHooks": [{"id": HOOK}]}}
        return {**app, "settings": settings, "credentials": {"signing": SIGNING}}
    if name == "payroll":
        client = {**app["settings"]["oauthClient"], "grant_types": ["authorization_code", "refresh_token"]}
        return {**app, "settings": {**app["settings"], "oauthClient": client}}
    return app


def answer(parts: list[str], query: dict[str, str]) -> Answer | list[Any] | None:
    """Answer what is asked about keys, hooks, agents, servers, settings and links; None: it is not about those."""
    del query
    match parts:
        case ["apps", id_, "credentials", "keys"]:
            return Answer.json(APP_KEYS.get(_name(id_), []))
        case ["apps", id_, "tokens"]:
            return REFRESH_TOKENS.get(_name(id_), [])
        case ["idps", "credentials", "keys"]:
            return IDP_KEYS
        case ["idps", id_, "users"]:
            return IDP_USERS.get(id_, [])
        case ["authorizationServers", _, "credentials", "keys"]:
            return Answer.json(AUTH_SERVER_KEYS)
        case ["authorizationServers", _, "policies"]:
            return Answer.json(AUTH_POLICIES)
        case ["authorizationServers", _, "policies", _, "rules"]:
            return Answer.json(AUTH_RULES)
        case ["meta", "schemas", "user", "default"]:
            return Answer.json(SCHEMA)
        case ["org", "orgSettings", "thirdPartyAdminSetting"]:
            return Answer.json({"thirdPartyAdmin": True})
        case ["org", "settings", "clientPrivilegesSetting"]:
            return Answer.json({"clientPrivilegesSetting": False})
    return _LISTS.get(parts[-1])


# Private functions and constants

_LISTS: dict[str, list[Any]] = {
    "authorizationServers": AUTH_SERVERS,
    "inlineHooks": INLINE_HOOKS,
    "eventHooks": EVENT_HOOKS,
    "logStreams": LOG_STREAMS,
    "agentPools": AGENT_POOLS,
    "realm-assignments": REALM_ASSIGNMENTS,
    "service-accounts": SERVICE_ACCOUNTS,
    "okta-service-accounts": OKTA_SERVICE_ACCOUNTS,
}


def _name(id_: str) -> str:
    return id_[3:].rstrip("0")
