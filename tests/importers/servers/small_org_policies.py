"""
Sign-on policies of the small organisation, with the applications that show each of their conditions.

Password only, any two factors with rules for groups, a hardware key, one zone, a managed device, risk and expressions,
every sign-in anew, the Admin Console; two global session policies; enrolment, password and account management.
"""

from typing import Any

from tests.importers.servers.loopback import Answer
from tests.importers.servers.small_org_ids import ABROAD, CANARIES, CLOSED, OFFICE, app_id, group_id, user_id

STAFF_TYPE, PARTNER_TYPE = "otystaff000000000001", "otypartner0000000002"
ASSURANCE = "daemac00000000000001"


def policy_id(name: str) -> str:
    """Return a policy's id, as long as Okta's."""
    return f"rst{name:0<17}"


def _policy(name: str, type_: str, label: str, priority: int = 1, status: str = "ACTIVE", **more: Any) -> Any:
    return {
        "id": policy_id(name),
        "type": type_,
        "status": status,
        "name": label,
        "priority": priority,
        "system": False,
        "conditions": None,
        "created": "2022-01-01T00:00:00.000Z",
        "lastUpdated": "2022-02-02T00:00:00.000Z",
        **more,
    }


def _access(name: str, label: str, **more: Any) -> Any:
    return _policy(name, "ACCESS_POLICY", label, _embedded={"resourceType": "APP"}, **more)


def _people(include: tuple[str, ...] = (), exclude: tuple[str, ...] = (), users: tuple[str, ...] = ()) -> Any:
    groups = {"include": [group_id(one) for one in include], "exclude": [group_id(one) for one in exclude]}
    return {"people": {"groups": groups, "users": {"include": [], "exclude": [user_id(one) for one in users]}}}


POLICIES: dict[str, list[Any]] = {
    "ACCESS_POLICY": [
        _access("console", "Okta Admin Console"),
        _access("password", "Password only"),
        _access("factors", "Any two factors"),
        _access("key", "Hardware key"),
        _access("office", "Office only"),
        _access("laptop", "Managed devices"),
        _access("risk", "Risk and expressions"),
        _access("fresh", "Every sign-in anew"),
        _access("former", "Former policy", status="INACTIVE"),
        _policy(
            "accounts",
            "ACCESS_POLICY",
            "Okta Account Management Policy",
            system=True,
            _embedded={"resourceType": "END_USER_ACCOUNT_MANAGEMENT"},
        ),
    ],
    "OKTA_SIGN_ON": [
        _policy("admins", "OKTA_SIGN_ON", "Administrators", conditions=_people(("itadmins", "owners"))),
        _policy("default", "OKTA_SIGN_ON", "Default Policy", 2, system=True, conditions=_people(("everyone",))),
    ],
    "MFA_ENROLL": [
        _policy(
            "enrolkeys",
            "MFA_ENROLL",
            "Keys for administrators",
            conditions=_people(("itadmins",)),
            settings={
                "type": "AUTHENTICATORS",
                "authenticators": [
                    {"key": "webauthn", "enroll": {"self": "REQUIRED"}},
                    {"key": "okta_password", "enroll": {"self": "REQUIRED"}},
                    {"key": "okta_email", "enroll": {"self": "NOT_ALLOWED"}},
                ],
            },
        ),
        _policy(
            "enrol",
            "MFA_ENROLL",
            "Default Policy",
            2,
            system=True,
            conditions=_people(("everyone",)),
            settings={
                "type": "AUTHENTICATORS",
                "authenticators": [
                    {"key": "okta_verify", "enroll": {"self": "OPTIONAL"}},
                    {"key": "google_otp", "enroll": {"self": "OPTIONAL"}},
                    {"key": "okta_password", "enroll": {"self": "REQUIRED"}},
                    {"key": "tea_leaves", "enroll": {"self": "FORETOLD"}},  # in no list
                ],
            },
        ),
    ],
    "PASSWORD": [
        _policy(
            "staff",
            "PASSWORD",
            "Engineering",
            conditions={**_people(("engineering",)), "authProvider": {"provider": "OKTA"}},
            settings={
                "password": {"complexity": {"minLength": 12}, "age": {"historyCount": 4}},
                "recovery": {"factors": {"okta_email": {"status": "INACTIVE"}, "okta_sms": {"status": "INACTIVE"}}},
            },
        ),
        _policy(
            "passwords",
            "PASSWORD",
            "Default Policy",
            2,
            system=True,
            conditions={**_people(("everyone",)), "authProvider": {"provider": "OKTA"}},
            settings={
                "recovery": {
                    "factors": {
                        "okta_email": {
                            "status": "ACTIVE",
                            "properties": {"recoveryToken": {"tokenLifetimeMinutes": 60}},
                        },
                        "okta_sms": {"status": "INACTIVE"},
                        "recovery_question": {"status": "ACTIVE", "properties": {"complexity": {"minLength": 4}}},
                    }
                }
            },
        ),
    ],
    "IDP_DISCOVERY": [_policy("routing", "IDP_DISCOVERY", "Idp Discovery Policy", system=True)],
    "POST_AUTH_SESSION": [_policy("protect", "POST_AUTH_SESSION", "Session protection", system=True)],
}


def _rule(
    id_: str, type_: str, label: str, priority: int, actions: Any, status: str = "ACTIVE", **conditions: Any
) -> Any:
    return {
        "id": f"rul{id_}",
        "type": type_,
        "status": status,
        "name": label,
        "priority": priority,
        "system": priority == 99,
        "created": "2022-01-01T00:00:00.000Z",
        "conditions": conditions or None,
        "actions": actions,
    }


def _method(mode: str, *constraints: Any, again: str | None = None) -> Any:
    method = {"type": "ASSURANCE", "factorMode": mode, "constraints": list(constraints)}
    return method if again is None else {**method, "reauthenticateIn": again}


def _allow(id_: str, label: str, priority: int, method: Any, **more: Any) -> Any:
    return _rule(
        id_, "ACCESS_POLICY", label, priority, {"appSignOn": {"access": "ALLOW", "verificationMethod": method}}, **more
    )


def _deny(id_: str, priority: int = 99, **conditions: Any) -> Any:
    return _rule(id_, "ACCESS_POLICY", "Catch-all rule", priority, {"appSignOn": {"access": "DENY"}}, **conditions)


def _session(id_: str, label: str, priority: int, factor: bool, access: str = "ALLOW", **conditions: Any) -> Any:
    action = {
        "access": access,
        "requireFactor": factor,
        "factorPromptMode": "ALWAYS",
        "primaryFactor": "PASSWORD_IDP",
        "rememberDeviceByDefault": False,
        "session": {"usePersistentCookie": False, "maxSessionIdleMinutes": 120, "maxSessionLifetimeMinutes": 720},
    }
    return _rule(id_, "SIGN_ON", label, priority, {"signon": action}, **conditions)


def _zones(*include: str, exclude: tuple[str, ...] = ()) -> Any:
    lists = {"include": list(include), "exclude": list(exclude)}
    return {"connection": "ZONE", **{side: ids for side, ids in lists.items() if ids}}


_RESISTANT = {"possession": {"deviceBound": "REQUIRED", "phishingResistant": "REQUIRED", "required": True}}
_PASSWORD = {"knowledge": {"types": ["password"], "required": True}}


def _account(id_: str, label: str, priority: int, method: Any, expression: str) -> Any:
    return _allow(id_, label, priority, method, elCondition={"condition": expression})


def _reset(id_: str, access: str, *methods: str, step_up: bool, unlock: str = "DENY") -> Any:
    requirement = {"primary": {"methods": list(methods)}, "stepUp": {"required": step_up}, "accessControl": "LEGACY"}
    actions = {
        "passwordChange": {"access": "ALLOW"},
        "selfServicePasswordReset": {"access": access, "requirement": requirement},
        "selfServiceUnlock": {"access": unlock},
    }
    return _rule(id_, "PASSWORD", "Rule", 1, actions, network={"connection": "ANYWHERE"})


POLICY_RULES: dict[str, list[Any]] = {
    "console": [_allow("console", "Key", 0, _method("2FA", _RESISTANT, again="PT12H"))],
    "password": [_allow("password", "Catch-all rule", 99, _method("1FA", _PASSWORD))],
    "factors": [
        _deny("f1", 0, people={"groups": {"include": [group_id("quantum")]}}),
        _allow("f2", "Engineers", 1, _method("2FA"), people={"groups": {"include": [group_id("engineering")]}}),
        _allow("f3", "Switched off", 2, _method("1FA"), status="INACTIVE"),
        _allow(
            "f4", "Others", 3, _method("2FA", again="PT2H"), **_people(("everyone",), ("quantum",), users=("finn",))
        ),
        _deny("f5"),
    ],
    "key": [_allow("key", "Key", 0, _method("2FA", {**_PASSWORD, **_RESISTANT})), _deny("key2")],
    "office": [
        _allow("o1", "At the office", 0, _method("1FA"), network=_zones(OFFICE, CLOSED)),
        _allow("o2", "Elsewhere, not abroad", 1, _method("2FA", _RESISTANT), network=_zones(exclude=(ABROAD,))),
        _deny("o3"),
    ],
    "laptop": [
        _allow("l1", "Managed", 0, _method("1FA"), device={"registered": True, "managed": True}),
        _allow("l2", "Compliant", 1, _method("2FA"), device={"assurance": {"include": [ASSURANCE]}}),
        _allow("l3", "Phones", 2, _method("2FA"), platform={"include": [{"type": "MOBILE", "os": {"type": "IOS"}}]}),
        _deny("l4"),
    ],
    "risk": [
        _allow("r1", "Low risk", 0, _method("1FA"), riskScore={"level": "LOW"}),
        _allow("r2", "By expression", 1, _method("1FA"), elCondition={"condition": "user.profile.title == 'CEO'"}),
        _allow(
            "r3", "Partners", 2, {"type": "TELEPATHY"}, userType={"include": [PARTNER_TYPE], "exclude": None}
        ),  # of a sort that is in no list
        _allow("r4", "Catch-all rule", 99, _method("2FA", _RESISTANT), riskScore={"level": "ANY"}),
    ],
    "fresh": [_allow("fresh", "Catch-all rule", 99, _method("2FA", again="PT0S"))],
    "former": [_allow("former", "Catch-all rule", 99, _method("1FA"))],
    "accounts": [
        _account(
            "a1",
            "Keys by key",
            0,
            _method("2FA", _RESISTANT, again="PT0S"),
            "accessRequest.operation == 'enroll' && accessRequest.authenticator.key == 'okta_verify'",
        ),
        _account(
            "a2",
            "Recovery",
            1,
            _method("1FA", {"possession": {"required": True}}, again="PT0S"),
            "accessRequest.operation == 'recover' || accessRequest.operation == 'unlock'",
        ),
        _account("a3", "Strange", 2, _method("1FA"), "accessRequest.operation != 'enroll'"),
        _deny("a4"),
    ],
    "admins": [
        _session("s1", "By RADIUS", 1, False, authContext={"authType": "RADIUS"}),
        _session("s2", "Administrators", 2, True, network={"connection": "ANYWHERE"}),
    ],
    "default": [
        _session("s3", "Not from abroad", 1, False, "DENY", network=_zones(ABROAD)),
        _session("s4", "Default Rule", 2, False, network={"connection": "ANYWHERE"}, authContext={"authType": "ANY"}),
    ],
    "enrolkeys": [_rule("e1", "MFA_ENROLL", "At sign-in", 1, {"enroll": {"self": "LOGIN"}})],
    "enrol": [
        _rule("e2", "MFA_ENROLL", "At the office", 1, {"enroll": {"self": "CHALLENGE"}}, network=_zones(OFFICE)),
        _rule("e3", "MFA_ENROLL", "Never elsewhere", 2, {"enroll": {"self": "NEVER"}}),
    ],
    "staff": [_reset("p1", "DENY", step_up=False)],
    "passwords": [_reset("p2", "ALLOW", "email", "sms", step_up=False, unlock="ALLOW")],
    "routing": [
        _rule("i1", "IDP_DISCOVERY", "Partners", 1, {"idp": {"providers": [{"type": "OIDC", "id": "0oaidp1"}]}}),
        _rule("i2", "IDP_DISCOVERY", "Default Rule", 2, {"idp": {"providers": [{"type": "OKTA"}]}}),
    ],
    "protect": [
        _rule("t1", "POST_AUTH_SESSION", "Catch-all rule", 99, {"postAuthSession": {"failureActions": []}}),
    ],
}
# Which policy stands before which application; the rest are service applications, before which none stands.
BEFORE = {
    "console": "console",
    "jira": "factors",
    "payroll": "password",
    "wiki": "password",
    "mystery": "risk",
    "vault": "key",
    "desk": "office",
    "laptop": "laptop",
    "signing": "fresh",
}


def _app(name: str, key: str, label: str) -> Any:
    return {
        "id": app_id(name),
        "name": key,
        "label": label,
        "status": "ACTIVE",
        "signOnMode": "SAML_2_0",
        "created": "2021-02-03T00:00:00.000Z",
        "features": [],
    }


APPS = [
    _app("console", "saasure", "Okta Admin Console"),
    _app("vault", "acme_vault_1", "Vault"),
    _app("desk", "acme_desk_1", "Front desk"),
    _app("laptop", "acme_laptop_1", "Laptop service"),
    _app("signing", "acme_signing_1", "Signing"),
]
APP_GROUPS = {"vault": ["engineering"], "desk": ["everyone"], "laptop": ["engineering"], "signing": ["owners"]}

AUTHENTICATORS = [
    {"id": "autpassword", "key": "okta_password", "type": "password", "status": "ACTIVE", "name": "Password"},
    {"id": "autverify", "key": "okta_verify", "type": "app", "status": "ACTIVE", "name": "Okta Verify"},
    {
        "id": "autphone",
        "key": "phone_number",
        "type": "phone",
        "status": "ACTIVE",
        "name": "Phone",
        "settings": {"allowedFor": "recovery"},
    },
    {"id": "autkey", "key": "webauthn", "type": "security_key", "status": "INACTIVE", "name": "Security key"},
]
METHODS = {
    "autpassword": [{"type": "password", "status": "ACTIVE"}],
    "autverify": [{"type": "push", "status": "ACTIVE"}, {"type": "signed_nonce", "status": "INACTIVE"}],
    "autphone": [{"type": "sms", "status": "ACTIVE"}, {"type": "voice", "status": "INACTIVE"}],
    "autkey": [{"type": "webauthn", "status": "ACTIVE", "settings": {"sharedSecret": CANARIES["shared"]}}],
}
DEVICE_ASSURANCES = [
    {
        "id": ASSURANCE,
        "name": "Macs with an encrypted disk",
        "platform": "MACOS",
        "diskEncryptionType": {"include": ["ALL_INTERNAL_VOLUMES"]},
        "createdDate": "2023-01-01T00:00:00.000Z",
    }
]
USER_TYPES = [
    {"id": STAFF_TYPE, "name": "user", "displayName": "Staff", "default": True},
    {"id": PARTNER_TYPE, "name": "partner", "displayName": "Partner", "default": False},
]


def with_policy(app: Any) -> Any:
    """Return an application with the link to the policy that stands before it, as the Identity Engine gives it."""
    before = BEFORE.get(app["id"][3:].rstrip("0"))
    if before is None:
        return app
    return {**app, "_links": {"accessPolicy": {"href": f"https://acme.okta.com/api/v1/policies/{policy_id(before)}"}}}


def answer(parts: list[str], query: dict[str, str]) -> Answer | list[Any] | None:
    """Answer what is asked about policies and authenticators; None: it is not about those."""
    match parts:
        case [".well-known", "okta-organization"]:
            return Answer.json({"id": "00oacme0000000000001", "pipeline": "idx", "settings": {}})
        case ["policies"]:
            return POLICIES.get(query.get("type", ""), [])
        case ["policies", id_, "rules"]:
            return POLICY_RULES[_name(id_)]
        case ["policies", id_, "mappings"]:
            return Answer.json([_mapping(app, id_) for app, before in BEFORE.items() if policy_id(before) == id_])
        case ["authenticators"]:
            return Answer.json(AUTHENTICATORS)
        case ["authenticators", id_, "methods"]:
            return Answer.json(METHODS[id_])
        case ["device-assurances"]:
            return Answer.json(DEVICE_ASSURANCES)
        case ["meta", "types", "user"]:
            return Answer.json(USER_TYPES)
    return None


# Private functions


def _name(id_: str) -> str:
    return id_[3:].rstrip("0")


def _mapping(app: str, policy: str) -> dict[str, Any]:
    base = "https://acme.okta.com/api/v1"
    links = {"application": {"href": f"{base}/apps/{app_id(app)}"}, "policy": {"href": f"{base}/policies/{policy}"}}
    return {"id": f"map{app}", "_links": links}
