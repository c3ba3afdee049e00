"""Zones, policies and their rules of a large made-up organisation, as Okta would list them."""

from typing import Any

from tests.importers.servers.large_org_admins import ZONES, zone_id
from tests.importers.servers.large_org_apps import policy_id
from tests.importers.servers.large_org_people import CREATED, HOST, Sizes, group_id

GROUPS_NAMED = 103  # by the rules of all sign-on policies together
_SHORT = 4  # policies of each other type
_TYPES = {"OKTA_SIGN_ON": "00ps", "MFA_ENROLL": "00pm", "PASSWORD": "00pp", "ACCESS_POLICY": "rst0"}
_POSSESSION = {"possession": {"deviceBound": "REQUIRED"}}
_PHISHING = {"possession": {"deviceBound": "REQUIRED", "phishingResistant": "REQUIRED"}}


def zones() -> list[dict[str, Any]]:
    """Return the network zones: offices, and one of addresses to block."""
    return [
        {
            "id": zone_id(number),
            "type": "IP",
            "name": f"Office {number}",
            "status": "ACTIVE",
            "usage": "BLOCKLIST" if number == ZONES - 1 else "POLICY",
            "system": False,
            "created": CREATED,
            "lastUpdated": CREATED,
            "gateways": [{"type": "CIDR", "value": f"198.51.{number}.0/24"}],
            "proxies": None,
        }
        for number in range(ZONES)
    ]


def policies(sizes: Sizes, type_: str) -> list[dict[str, Any]]:
    """Return the policies of a type, in order of their priority."""
    count = sizes.policies if type_ == "ACCESS_POLICY" else _SHORT if type_ in _TYPES else 0
    found = []
    for number in range(count):
        id_ = _id(type_, number)
        last = number == count - 1
        policy: dict[str, Any] = {
            "id": id_,
            "type": type_,
            "status": "ACTIVE",
            "name": "Okta Admin Console" if id_ == policy_id(0) else f"{type_.capitalize()} {number}",
            "priority": number + 1,
            "system": last,
            "created": CREATED,
            "lastUpdated": CREATED,
            "conditions": None,
            "_links": {"rules": {"href": f"{HOST}/api/v1/policies/{id_}/rules"}},
        }
        if type_ != "ACCESS_POLICY":
            groups = [group_id(0)] if last else [group_id(_named(sizes, number * 3 + one)) for one in range(2)]
            policy["conditions"] = {"people": {"groups": {"include": groups}}}
        found.append(policy | _SETTINGS.get(type_, {}))
    return found


def rules(sizes: Sizes, policy: str) -> list[dict[str, Any]]:
    """Return the rules of a policy, in order of their priority; the last one catches everybody."""
    type_ = next((one for one, start in _TYPES.items() if policy.startswith(start)), "")
    number = int(policy[4:]) if policy[4:].isdigit() else 0
    if type_ == "ACCESS_POLICY":
        return _access_rules(sizes, number)
    action, actions = _ACTIONS[type_] if type_ else ("", {})
    conditions = {"people": {"users": {"exclude": []}}, "network": {"connection": "ANYWHERE"}}
    return [_rule(policy, 0, 1, action, conditions, actions)] if type_ else []


def authenticators() -> list[dict[str, Any]]:
    """Return the authenticators that are set up."""
    keys = ("okta_password", "okta_email", "okta_verify", "phone_number", "webauthn", "google_otp", "security_question")
    return [
        {"id": f"aut{place:017d}", "key": key, "name": key, "type": "app", "status": "ACTIVE", "created": CREATED}
        for place, key in enumerate(keys)
    ]


# Private functions


def _id(type_: str, number: int) -> str:
    return policy_id(number) if type_ == "ACCESS_POLICY" else f"{_TYPES[type_]}{number:016d}"


def _named(sizes: Sizes, place: int) -> int:
    """Return the number of a group that a rule names: from large to small ones."""
    return 1 + place * 13 % min(sizes.groups - 1, 13 * GROUPS_NAMED)


def _access_rules(sizes: Sizes, number: int) -> list[dict[str, Any]]:
    id_ = policy_id(number)
    made = []
    count = GROUPS_NAMED * (number + 1) // sizes.policies - GROUPS_NAMED * number // sizes.policies
    for place in range(count):
        people = {"groups": {"include": [group_id(_named(sizes, GROUPS_NAMED * number // sizes.policies + place))]}}
        network: dict[str, Any] = {"connection": "ANYWHERE"}
        if place % 3 == 1:
            network = {"connection": "ZONE", "include": [zone_id((number + place) % (ZONES - 1))]}
        elif place % 5 == 2:
            network = {"connection": "ZONE", "exclude": [zone_id(ZONES - 1)]}
        conditions: dict[str, Any] = {"people": people, "network": network}
        if place % 4 == 3:
            conditions["device"] = {"registered": True, "managed": True}
        access = "DENY" if place == 4 else "ALLOW"
        made.append(_rule(id_, number * 10 + place, place + 1, "ACCESS_POLICY", conditions, _sign_on(place, access)))
    catch_all = _sign_on(number, "DENY" if number % 8 == 7 else "ALLOW")
    last = {
        **_rule(id_, number * 10 + 9, 99, "ACCESS_POLICY", None, catch_all),
        "system": True,
        "name": "Catch-all Rule",
    }
    return [*made, last]


def _sign_on(number: int, access: str) -> dict[str, Any]:
    method: dict[str, Any] = {"type": "ASSURANCE", "reauthenticateIn": "PT2H" if number % 2 else "PT43800H"}
    if number % 4 == 0:
        method |= {"factorMode": "1FA", "constraints": [{"knowledge": {"types": ["password"]}}]}
    else:
        method |= {"factorMode": "2FA", "constraints": [_PHISHING if number % 4 == 3 else _POSSESSION]}
    return {"appSignOn": {"access": access, "verificationMethod": method}}


def _rule(policy: str, number: int, priority: int, type_: str, conditions: Any, actions: Any) -> dict[str, Any]:
    return {
        "id": f"rul{policy[:3]}{number:014d}",
        "type": type_,
        "status": "ACTIVE",
        "name": f"Rule {priority}",
        "priority": priority,
        "system": False,
        "created": CREATED,
        "lastUpdated": CREATED,
        "conditions": conditions,
        "actions": actions,
        "_links": {"self": {"href": f"{HOST}/api/v1/policies/{policy}/rules/{number}"}},
    }


_SETTINGS: dict[str, dict[str, Any]] = {
    "MFA_ENROLL": {
        "settings": {
            "type": "AUTHENTICATORS",
            "authenticators": [
                {"key": "okta_verify", "enroll": {"self": "REQUIRED"}},
                {"key": "phone_number", "enroll": {"self": "OPTIONAL"}},
                {"key": "webauthn", "enroll": {"self": "OPTIONAL"}},
            ],
        }
    },
    "PASSWORD": {
        "settings": {
            "recovery": {
                "factors": {"okta_email": {"status": "ACTIVE"}, "okta_sms": {"status": "INACTIVE"}},
            }
        }
    },
}
_SESSION = {"usePersistentCookie": False, "maxSessionIdleMinutes": 120, "maxSessionLifetimeMinutes": 0}
_ACTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "OKTA_SIGN_ON": (
        "SIGN_ON",
        {
            "signon": {
                "access": "ALLOW",
                "requireFactor": False,
                "primaryFactor": "PASSWORD_IDP_ANY_FACTOR",
                "rememberDeviceByDefault": False,
                "session": _SESSION,
            }
        },
    ),
    "MFA_ENROLL": ("MFA_ENROLL", {"enroll": {"self": "CHALLENGE"}}),
    "PASSWORD": (
        "PASSWORD",
        {
            "passwordChange": {"access": "ALLOW"},
            "selfServicePasswordReset": {
                "access": "ALLOW",
                "requirement": {"primary": {"methods": ["email"]}, "stepUp": {"required": False}},
            },
            "selfServiceUnlock": {"access": "DENY"},
        },
    ),
}
