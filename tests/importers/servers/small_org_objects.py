"""Zones, factors, clients, trust and devices of the small organisation, as Okta would list them."""

from typing import Any

from tests.importers.servers.small_org_ids import (
    ABROAD,
    BLOCKED,
    CANARIES,
    CLOSED,
    OFFICE,
    group_id,
    user_id,
)


def _zone(id_: str, name: str, type_: str = "IP", usage: str = "POLICY", status: str = "ACTIVE", **more: Any) -> Any:
    return {
        "id": id_,
        "type": type_,
        "name": name,
        "status": status,
        "usage": usage,
        "created": "2021-02-01T00:00:00.000Z",
        "system": False,
        **more,
    }


ZONES = [  # the VPN's zone is named by a token and listed nowhere
    _zone(OFFICE, "Office", gateways=[{"type": "CIDR", "value": f"192.0.2.{n}/32"} for n in range(12)], proxies=None),
    _zone(
        BLOCKED, "Bad addresses", usage="BLOCKLIST", gateways=[{"type": "RANGE", "value": "198.51.100.1-198.51.100.9"}]
    ),
    _zone(ABROAD, "Abroad", "DYNAMIC", locations=[{"country": "AF", "region": None}], asns=[], proxyType="ANY"),
    _zone(CLOSED, "Former office", status="INACTIVE", gateways=[{"type": "CIDR", "value": "203.0.113.0/24"}]),
    _zone("nzowide0000000000005", "Everywhere", "QUANTUM_ZONE", gateways=[{"type": "CIDR", "value": "0.0.0.0/0"}]),
]


def _factor(id_: str, type_: str, status: str = "ACTIVE", **profile: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "factorType": type_,
        "provider": "OKTA",
        "vendorName": "OKTA",
        "status": status,
        "created": "2022-01-02T03:04:05.000Z",
        "lastUpdated": "2023-11-21T00:00:00.000Z",
        "profile": profile,
        "_embedded": {"activation": {"sharedSecret": CANARIES["shared"]}},
    }


FACTORS = {
    "ada": [_factor("fwfada1", "webauthn", authenticatorName="YubiKey 5"), _factor("ostada2", "token:software:totp")],
    "ben": [_factor("opfben1", "push", platform="IOS", name="Ben's phone"), _factor("tkbben2", "telepathy")],
    "cleo": [
        _factor("ostcleo1", "token:software:totp"),
        _factor("ufscleo2", "question", question="favorite_art_piece", answer=CANARIES["password"]),
        _factor("smscleo3", "sms", "PENDING_ACTIVATION", phoneNumber="+1-555-415-1337"),
    ],
    "eve": [_factor("osteve1", "token:hotp")],  # not an administrator: not asked for by default
    "hana": [_factor("pfdhana1", "signed_nonce", "HALF_AWAKE")],
}


def _secret(id_: str, status: str = "ACTIVE") -> dict[str, Any]:
    return {
        "id": id_,
        "status": status,
        "client_secret": CANARIES["client_secret"],
        "secret_hash": "yk4SVx4sUWVJVbHt6M-UPA",
        "created": "2022-05-06T07:08:09.000Z",
        "lastUpdated": "2023-11-22T00:00:00.000Z",
    }


def _key(id_: str | None, kid: str, use: str = "sig") -> dict[str, Any]:
    key = {"kid": kid, "kty": "RSA", "use": use, "e": "AQAB", "n": "abc", "d": CANARIES["jwk"], "status": "ACTIVE"}
    return {**key, "created": "2022-06-07T08:09:10.000Z"} | ({"id": id_} if id_ else {})


SECRETS = {
    "robot": [_secret("ocsrobot1"), _secret("ocsrobot2", "INACTIVE")],
    "clerk": [_secret("ocsclerk1")],  # Clerk signs in with its key
    "payroll": [_secret("ocspayroll1")],
}
JWKS: dict[str, Any] = {  # both shapes: the vendor's schema says one and its example the other
    "clerk": {"jwks": {"keys": [_key("pksclerk1", "k1"), _key(None, "k2"), _key("pksclerk3", "k3", "enc")]}},
    "robot": [],
    "payroll": [_key("pkspayroll1", "k9")],
}
GRANTS = {
    "robot": [("oagrobot1", "okta.roles.manage", "ACTIVE"), ("oagrobot2", "okta.apps.read", "REVOKED")],
    "clerk": [("oagclerk1", "okta.users.read", "ACTIVE")],
}
INTEGRATIONS = [
    {
        "id": "0oaintegration1",
        "type": "log_shipper",
        "name": "Log shipper",
        "createdAt": "2022-02-21T20:08:24.000Z",
        "createdBy": user_id("ada"),
        "grantedScopes": ["okta.logs.read", "okta.users.manage"],
    }
]
INTEGRATION_SECRETS = {"0oaintegration1": [_secret("ocsship1"), _secret("ocsship2", "INACTIVE")]}
OWNERS = {
    "engineering": [
        {"id": user_id("ben"), "type": "USER", "resolved": True, "originType": "OKTA_DIRECTORY"},
        {"id": group_id("owners"), "type": "GROUP", "resolved": True, "originType": "OKTA_DIRECTORY"},
    ],
}
RULES = [
    {
        "type": "group_rule",
        "id": "0prengineers",
        "status": "ACTIVE",
        "name": "Engineers",
        "conditions": {"expression": {"value": 'user.department=="Platform"', "type": "urn:okta:expression:1.0"}},
        "actions": {"assignUserToGroups": {"groupIds": [group_id("engineering")]}},
    }
]
SUPPORT = {"support": "ENABLED", "expiration": "2024-01-24T11:13:14.000Z", "caseNumber": "20000144"}


def _idp(id_: str, name: str, status: str) -> dict[str, Any]:
    return {
        "id": id_,
        "type": "OIDC",
        "name": name,
        "status": status,
        "created": "2021-02-03T00:00:00.000Z",
        "protocol": {
            "issuer": {"url": "https://idp.example.com"},
            "credentials": {"client": {"client_id": "x", "client_secret": CANARIES["client_secret"]}},
        },
        "policy": {
            "provisioning": {"action": "AUTO", "profileMaster": False},
            "accountLink": {"filter": None, "action": "AUTO"},
            "subject": {"filter": None, "matchType": "USERNAME"},
            "trustClaims": True,
        },
    }


IDPS = [_idp("0oaidp1", "Partner", "ACTIVE"), _idp("0oaidp2", "Former partner", "INACTIVE")]


def _device(id_: str, name: str, status: str = "ACTIVE") -> dict[str, Any]:
    profile = {"displayName": name, "platform": "MACOS", "osVersion": "15.6.1", "registered": True}
    return {"id": id_, "status": status, "created": "2023-01-01T00:00:00.000Z", "profile": profile}


DEVICES = [_device("guo1", "Ada's laptop"), _device("guo2", "Shared tablet"), _device("guo3", "Lost", "SUSPENDED")]
DEVICE_USERS = {
    "guo1": [("ada", "MANAGED"), ("ben", "NOT_MANAGED")],
    "guo2": [("cleo", "NOT_MANAGED")],
    "guo3": [("hana", "MANAGED")],
}
