"""What a rule asks for, as levels: which one certainly satisfies it, and the lowest that possibly does."""

from typing import Any

import pytest

from graphscan.kinds import SIGN_INS
from importers.okta.policy_levels import UNKNOWN, demand_of, session_demand

_RESISTANT = {"phishingResistant": "REQUIRED"}
_PASSWORD = {"knowledge": {"types": ["password"], "required": True}}
_KEY = ("phishing_resistant.session", "phishing_resistant.session")
_BETWEEN = ("phishing_resistant.session", "mfa.session")


def _demand(mode: Any = "2FA", *constraints: Any, again: str | None = None, **more: Any) -> tuple[str, str]:
    """Return (needs, may_need) of an assurance."""
    method: dict[str, Any] = {"type": "ASSURANCE", "factorMode": mode, "constraints": list(constraints), **more}
    found = demand_of(method if again is None else {**method, "reauthenticateIn": again})
    return found.needs, found.may_need


def _possession(**members: Any) -> dict[str, Any]:
    return {"possession": {"required": True, **members}}


def _named(**method: str) -> dict[str, Any]:
    return _possession(authenticationMethods=[method])


def _without(key: str) -> dict[str, Any]:
    return _possession(required=False, excludedAuthenticationMethods=[{"key": key}])


def _known(strength: str) -> tuple[str, str]:
    return f"{strength}.session", f"{strength}.session"


@pytest.mark.parametrize(
    ("mode", "constraints", "expected"),
    [
        ("1FA", [], _known("act_as")),
        ("1FA", [_PASSWORD], _known("act_as")),
        ("2FA", [], _known("mfa")),
        ("2FA", [_PASSWORD], _known("mfa")),
        ("2FA", [_possession(userPresence="REQUIRED")], _known("mfa")),
        ("2FA", [_possession(**_RESISTANT)], _KEY),
        ("1FA", [_possession(**_RESISTANT)], _KEY),
        ("2FA", [{**_PASSWORD, **_possession(**_RESISTANT, hardwareProtection="REQUIRED")}], _KEY),
        # Between two strengths: possibly the lower, certainly the higher.
        ("2FA", [_possession(hardwareProtection="REQUIRED")], _BETWEEN),
        ("2FA", [_possession(deviceBound="REQUIRED")], _BETWEEN),
        ("2FA", [_possession(userVerification="REQUIRED")], _BETWEEN),
        ("2FA", [_possession(phishingResistant="SOMETIMES")], _BETWEEN),
        ("2FA", [_possession(quantumSafe="REQUIRED")], _BETWEEN),
        ("2FA", [{"inherence": {"required": True}}], _BETWEEN),
        # Something owned, alone: one of two factors has it; by itself it may do.
        ("1FA", [_possession()], ("mfa.session", "act_as.session")),
        ("1FA", [{**_PASSWORD, **_possession()}], _known("mfa")),
        # Methods and authenticators by name.
        ("2FA", [_possession(methods=["OTP", "SMS"])], _known("mfa")),
        ("2FA", [_possession(methods=["WEBAUTHN", "SIGNED_NONCE"])], _KEY),
        ("2FA", [_possession(methods=["WEBAUTHN", "PUSH"])], _known("mfa")),
        ("2FA", [_possession(types=["security_key"])], _KEY),
        ("2FA", [_named(key="webauthn", method="webauthn")], _KEY),
        ("2FA", [_named(key="smart_card_idp")], _KEY),
        ("2FA", [_named(key="okta_verify", method="push")], _known("mfa")),
        ("2FA", [_named(key="okta_verify", method="push", phishingResistant="REQUIRED")], _KEY),
        ("2FA", [_possession(methods=["TELEPATHY"])], _BETWEEN),
        ("2FA", [_without("phone_number")], _BETWEEN),
        ("2FA", [_possession(required=False, **_RESISTANT)], _BETWEEN),
        ("2FA", [_possession(required=False, userPresence="REQUIRED")], _known("mfa")),
        # Any one of several alternatives will do.
        ("2FA", [_possession(**_RESISTANT), _possession()], _known("mfa")),
        ("2FA", [_possession(**_RESISTANT), _possession(deviceBound="REQUIRED")], _BETWEEN),
    ],
)
def test_constraints_are_levels(mode: str, constraints: list[Any], expected: tuple[str, str]) -> None:
    """Inside a constraint everything is required; of several constraints one is enough."""
    assert _demand(mode, *constraints) == expected


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        (None, _known("mfa")),
        ("PT43800H", _known("mfa")),  # how the console writes "never"
        ("P5Y", _known("mfa")),
        ("PT0S", ("mfa", "mfa")),
        ("PT2H", ("mfa", "mfa.session")),
        ("P30D", ("mfa", "mfa.session")),
        ("PT0.5S", ("mfa", "mfa.session")),
        ("at dawn", ("mfa", "mfa.session")),
        ("P", ("mfa", "mfa.session")),
    ],
)
def test_asking_again(again: str | None, expected: tuple[str, str]) -> None:
    """Every time is fresh, never is a session, and until some time has passed is both."""
    assert _demand("2FA", again=again) == expected


def test_a_constraint_asks_again_by_itself() -> None:
    """What a constraint says overrides the rule; a fresh password leaves the other factor to the session."""
    password_again = {"knowledge": {"types": ["password"], "required": True, "reauthenticateIn": "PT0S"}}
    key_again = _possession(**_RESISTANT, reauthenticateIn="PT0S")

    assert _demand("2FA", password_again) == ("mfa.fresh_act_as", "mfa.fresh_act_as")
    assert _demand("1FA", password_again) == ("act_as", "act_as")
    assert _demand("2FA", {**password_again, **_possession(**_RESISTANT)}) == (
        "phishing_resistant.fresh_act_as",
        "phishing_resistant.fresh_act_as",
    )
    assert _demand("2FA", key_again) == ("phishing_resistant", "phishing_resistant.fresh_act_as")
    assert _demand("2FA", {"knowledge": {"reauthenticateIn": "PT2H"}}) == ("mfa.fresh_act_as", "mfa.session")
    assert _demand("2FA", {"knowledge": {"reauthenticateIn": "PT2H"}}, again="PT0S") == ("mfa", "mfa.fresh_act_as")
    assert _demand("2FA", inactivityPeriod="PT1H") == ("mfa", "mfa.session")


def test_incomparable_alternatives_keep_one_that_is_enough_and_the_least_of_both() -> None:
    """Fresh MFA or a phishing-resistant session: either certainly satisfies; anything less than both may not."""
    fresh = _possession(reauthenticateIn="PT0S") | {"knowledge": {"reauthenticateIn": "PT0S"}}

    assert _demand("2FA", fresh, _possession(**_RESISTANT)) == ("mfa", "mfa.session")


@pytest.mark.parametrize(
    "method",
    [
        None,
        "ASSURANCE",
        {},
        {"type": "AUTH_METHOD_CHAIN", "chains": [{"authenticationMethods": [{"key": "okta_password"}]}]},
        {"type": "ID_PROOFING", "id": "x"},
        {"type": "ASSURANCE", "factorMode": "3FA"},
        {"type": "ASSURANCE", "factorMode": "2FA", "constraints": {"possession": {}}},
        {"type": "ASSURANCE", "factorMode": "1FA", "constraints": ["possession"]},
        {"type": "ASSURANCE", "factorMode": "1FA", "constraints": [{"possession": "any"}]},
    ],
)
def test_what_is_not_understood_may_ask_for_anything(method: Any) -> None:
    """It is satisfied for certain only by the strongest sign-in there is, and possibly by a session."""
    found = demand_of(method)

    assert (found.needs, found.may_need) == (UNKNOWN.needs, UNKNOWN.may_need) == ("top", "act_as.session")


def test_no_alternative_claims_less_than_is_possible() -> None:
    """Whatever is listed, what certainly satisfies implies what possibly does."""
    members: list[dict[str, Any]] = [
        {},
        _RESISTANT,
        {"hardwareProtection": "REQUIRED", "reauthenticateIn": "PT0S"},
        {"methods": ["SMS"], "reauthenticateIn": "PT5M"},
        {"required": False, "excludedAuthenticationMethods": [{"key": "okta_email"}]},
    ]
    alternatives = [
        {name: part for name, part in (("knowledge", one), ("possession", two)) if part is not None}
        for one in (None, {}, {"reauthenticateIn": "PT0S"}, {"reauthenticateIn": "PT1H"})
        for two in (None, *members)
    ]
    for mode in ("1FA", "2FA"):
        for again in (None, "PT0S", "PT1H"):
            for first in alternatives:
                for second in alternatives:
                    needs, may = _demand(mode, first, second, again=again)
                    assert SIGN_INS[needs].implies(SIGN_INS[may]), (mode, again, first, second)


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        (True, ("mfa.session", "mfa.session")),
        (False, ("act_as.session", "act_as.session")),
        (None, ("act_as.session", "act_as.session")),
        ("perhaps", ("mfa.session", "act_as.session")),
    ],
)
def test_the_global_session_asks_for_one_factor_or_two(factor: Any, expected: tuple[str, str]) -> None:
    """It never asks for freshness: that is each application's business."""
    found = session_demand(factor)

    assert (found.needs, found.may_need) == expected
