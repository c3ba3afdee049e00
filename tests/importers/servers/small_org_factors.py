"""
Enrolment, recovery and two more people of the small organisation, to be put in place while a test runs.

Ola has a one-time password and pia a key; both are engineers, so Jira asks them for any two factors and the vault for a
key. Everybody may enrol a key; how strongly he must be signed in for that is the account management policy's to say.
"""

from typing import Any

import pytest

from tests.importers.servers import small_org
from tests.importers.servers import small_org_objects as objects
from tests.importers.servers import small_org_policies as policies

KEY = {"possession": {"deviceBound": "REQUIRED", "phishingResistant": "REQUIRED", "required": True}}
# What the account management policy asks for enrolment; None: there is no such policy.
RESISTANT, TWO_FACTORS, PASSWORD = policies._method("2FA", KEY), policies._method("2FA"), policies._method("1FA")

AUTHENTICATORS = [{**one, "status": "ACTIVE"} if one["key"] == "webauthn" else one for one in policies.AUTHENTICATORS]
ENROLMENT = policies._policy(
    "enrol",
    "MFA_ENROLL",
    "Default Policy",
    2,
    system=True,
    conditions=policies._people(("everyone",)),
    settings={
        "type": "AUTHENTICATORS",
        "authenticators": [
            {"key": "webauthn", "enroll": {"self": "OPTIONAL"}},
            {"key": "google_otp", "enroll": {"self": "OPTIONAL"}},
            {"key": "okta_password", "enroll": {"self": "REQUIRED"}},
        ],
    },
)
AT_SIGN_IN = [policies._rule("e3", "MFA_ENROLL", "At sign-in", 1, {"enroll": {"self": "LOGIN"}})]


def put(monkeypatch: pytest.MonkeyPatch, enrolment: dict[str, Any] | None) -> None:
    """
    Put the people and policies in place.

    Args:
        enrolment: the verification method that the account management policy asks for before a factor is enrolled;
                   None: the organisation has no account management policy.
    """
    for name, factor in (
        ("ola", objects._factor("ostola1", "token:software:totp")),
        ("pia", objects._factor("fwfpia1", "webauthn", authenticatorName="YubiKey 5")),
        ("quy", None),
    ):
        monkeypatch.setattr(small_org, "USERS", [*small_org.USERS, small_org._user(name)])
        for group in ("everyone", "engineering"):
            monkeypatch.setitem(small_org.MEMBERS, group, [*small_org.MEMBERS[group], name])
        monkeypatch.setitem(small_org.FACTORS, name, [factor] if factor else [])
    monkeypatch.setattr(policies, "AUTHENTICATORS", AUTHENTICATORS)
    monkeypatch.setitem(policies.POLICIES, "MFA_ENROLL", [policies.POLICIES["MFA_ENROLL"][0], ENROLMENT])
    monkeypatch.setitem(policies.POLICY_RULES, "enrol", AT_SIGN_IN)
    if enrolment is None:
        access = [one for one in policies.POLICIES["ACCESS_POLICY"] if one["id"] != policies.policy_id("accounts")]
        monkeypatch.setitem(policies.POLICIES, "ACCESS_POLICY", access)
        return
    rules = [
        policies._account("a1", "Enrolment", 0, enrolment, "accessRequest.operation == 'enroll'"),
        policies._account("a2", "Recovery", 1, PASSWORD, "accessRequest.operation == 'recover'"),
        policies._deny("a4"),
    ]
    monkeypatch.setitem(policies.POLICY_RULES, "accounts", rules)
