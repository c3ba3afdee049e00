"""
How strongly a sign-on rule wants a user to be signed in, as levels of a sign-in.

Two levels for each rule: `needs` certainly satisfies it, `may_need` is the lowest that possibly does. Okta asks for
factors by many properties, a level knows three strengths; what lies between two is said as between them. Sources: Okta
management API 2026.06.3, `AssuranceMethod`, `PossessionConstraint`, `AuthenticationMethodObject`; replies since 2021.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from graphscan.kinds import SIGN_INS, SignIn
from graphscan.printable import printable
from importers.okta.ids import text_of

_FACTORS = {"1FA": 0, "2FA": 1}
_SESSION, _MAYBE, _NOW = "session", "maybe", "now"
_WEAKEST, _TOP = SignIn(0, False, -1), SIGN_INS["top"]
# What the Admin Console writes for "never, while the session is active": five years.
_NEVER_HOURS = 43_800
_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.ASCII
)
_HOURS = (8760.0, 730.0, 168.0, 24.0, 1.0, 1 / 60, 1 / 3600)

# Methods, authenticators and (2021) types that resist phishing, that do not, and that have methods of both sorts.
_STRONG = frozenset(
    {"webauthn", "signed_nonce", "cert", "fido2", "u2f", "smart_card_idp", "smart_card", "security_key"}
)
_PLAIN = frozenset(
    {
        "custom_otp",
        "duo",
        "email",
        "external_idp",
        "federated",
        "google_otp",
        "idp",
        "okta_email",
        "okta_password",
        "onprem_mfa",
        "otp",
        "password",
        "phone",
        "phone_number",
        "push",
        "rsa_token",
        "security_question",
        "sms",
        "symantec_vip",
        "tac",
        "totp",
        "voice",
        "yubikey_token",
    }
)
_BOTH = frozenset({"app", "custom_app", "okta_verify"})
_BETWEEN = ("hardwareProtection", "deviceBound", "userVerification")
_LISTS = ("methods", "types", "authenticationMethods")
_KNOWN = frozenset({"knowledge", "possession"})
_KNOWN_PARTS = frozenset(
    {
        "authenticationMethods",
        "deviceBound",
        "excludedAuthenticationMethods",
        "hardwareProtection",
        "methods",
        "phishingResistant",
        "reauthenticateIn",
        "required",
        "types",
        "userPresence",
        "userVerification",
        "userVerificationMethods",
    }
)


@dataclass(frozen=True, slots=True)
class Demand:
    """
    What a rule asks for.

    Attributes:
        needs:    the level that certainly satisfies it.
        may_need: the lowest level that possibly does; the same where nothing is uncertain.
        requires: what the rule says, a text for each alternative.
    """

    needs: str
    may_need: str
    requires: tuple[str, ...] = ()


UNKNOWN = Demand(_TOP.level, _WEAKEST.level)


def demand_of(method: Any) -> Demand:
    """Return what a `verificationMethod` asks for; of a sort not known here, anything from a session to everything."""
    if not isinstance(method, dict):
        return UNKNOWN
    type_ = text_of(method.get("type"))
    strength = _FACTORS.get(text_of(method.get("factorMode")))
    alternatives = method.get("constraints")
    if type_ != "ASSURANCE" or strength is None or not isinstance(alternatives, list | None):
        return Demand(UNKNOWN.needs, UNKNOWN.may_need, (_shown(method),))
    again = _again(method.get("reauthenticateIn"))
    if again == _SESSION and method.get("inactivityPeriod"):
        again = _MAYBE
    demands = [_alternative(strength, one, again) for one in alternatives or [{}]]
    mode = text_of(method["factorMode"])
    texts = tuple(mode + (f": {_shown(one)}" if one else "") for one in alternatives or [{}])
    needs, may = _either([needs for needs, _ in demands]), _meet([may for _, may in demands])
    return Demand(needs.level, may.level, texts)


def session_demand(require_factor: Any) -> Demand:
    """Return what a global session rule asks for; what proves a sign-in fresh is the application's business."""
    if not isinstance(require_factor, bool | None):
        return Demand("mfa.session", "act_as.session")
    level = "mfa.session" if require_factor else "act_as.session"
    return Demand(level, level)


# Private functions


def _alternative(factors: int, alternative: Any, again: str) -> tuple[SignIn, SignIn]:
    """Return (certainly satisfies, possibly satisfies) of one alternative; what it lists must all be met."""
    if not isinstance(alternative, dict):
        return _TOP, _WEAKEST
    strengths = [(factors, factors)]
    whens: dict[str, str] = {}
    for name in _KNOWN:
        part = alternative.get(name)
        if part is None:
            continue
        if not isinstance(part, dict):
            return _TOP, _WEAKEST
        required = part.get("required") is not False
        strengths.append(_part(name, part, factors, required))
        if required:
            whens[name] = _again(part["reauthenticateIn"]) if part.get("reauthenticateIn") else again
    if len(whens) == 2:  # something known and something owned: two factors, whatever the mode says
        strengths.append((1, 1))
    if set(alternative) - _KNOWN:
        strengths.append((2, 0))
    strong, weak = max(one for one, _ in strengths), max(one for _, one in strengths)
    certain, possible = _fresh(factors, whens, again)
    return (
        SignIn(strong, False, strong if certain > 0 else certain),
        SignIn(weak, False, min(possible, weak) if possible <= 0 else weak),
    )


def _part(name: str, part: dict[str, Any], factors: int, required: bool) -> tuple[int, int]:
    """Return the strengths that certainly and possibly satisfy a `knowledge` or `possession` constraint."""
    certain = possible = factors
    if part.get("excludedAuthenticationMethods") or set(part) - _KNOWN_PARTS:
        certain = 2
    if name == "knowledge":
        return certain, possible
    if not required:
        # Whether such a factor may be of another sort, where one is used all the same, is not documented.
        limited = any(part.get(one) not in (None, "OPTIONAL") for one in (*_BETWEEN, "phishingResistant"))
        return (2 if limited or any(part.get(one) for one in _LISTS) else certain), possible
    # A factor that is owned: a password and one beside it has it; alone it may do where one factor is enough.
    certain = max(certain, 1)
    if part.get("phishingResistant") == "REQUIRED":
        return 2, 2
    if any(part.get(one) not in (None, "OPTIONAL") for one in (*_BETWEEN, "phishingResistant")):
        certain = 2
    for listed in _LISTS:
        if part.get(listed):
            strong, weak = _methods(part[listed])
            certain, possible = max(certain, strong), max(possible, weak)
    return certain, possible


def _methods(listed: Any) -> tuple[int, int]:
    """Return the strengths for a list of methods, of which any one will do: -1 where they add nothing."""
    if not isinstance(listed, list):
        return 2, -1
    sorts = [_method(one) for one in listed]
    if all(sort == (2, 2) for sort in sorts):
        return 2, 2
    return (1, -1) if any(certain <= 1 for certain, _ in sorts) else (2, -1)


def _method(one: Any) -> tuple[int, int]:
    if isinstance(one, dict):
        if one.get("phishingResistant") == "REQUIRED":
            return 2, 2
        between = any(one.get(name) not in (None, "OPTIONAL") for name in (*_BETWEEN, "phishingResistant"))
        certain, possible = _method(one.get("method") or one.get("key"))
        return (2 if between else certain), possible
    word = text_of(one).lower()
    if word in _STRONG:
        return 2, 2
    return (1, -1) if word in _PLAIN | _BOTH else (2, -1)


def _fresh(factors: int, whens: dict[str, str], again: str) -> tuple[int, int]:
    """Return how much must be proven now, certainly and possibly: -1 nothing, 0 one factor, 1 all that is asked for."""
    # What has no constraint of its own is asked for again when the rule says so.
    spare = [again] if not whens or (factors and len(whens) < 2) else []
    every = [*whens.values(), *spare]
    if all(when == _NOW for when in every):
        return 1, 1
    if _NOW in every or _MAYBE in every:
        alone = whens.get("knowledge", _SESSION) != _SESSION and [when for when in every if when != _SESSION] == [
            whens["knowledge"]
        ]
        return (0 if alone else 1), (0 if _NOW in every else -1)
    return -1, -1


def _again(value: Any) -> str:
    """Say whether a session is enough: always, never, or until a time that nobody can tell from outside."""
    if value is None or value == "":
        return _SESSION
    match = _DURATION.fullmatch(text_of(value))
    if match is None or not any(match.groups()):
        return _MAYBE
    hours = sum(float(number) * unit for number, unit in zip(match.groups(default="0"), _HOURS, strict=True))
    if hours == 0:
        return _NOW
    return _SESSION if hours >= _NEVER_HOURS else _MAYBE


def _either(needs: list[SignIn]) -> SignIn:
    """Return the weakest of alternatives; where none is, one of them: each is enough by itself."""
    weakest = [one for one in needs if all(other.implies(one) for other in needs)]
    return min(weakest or needs, key=lambda one: (one.strength, one.fresh))


def _meet(each: Iterable[SignIn]) -> SignIn:
    listed = list(each)
    return SignIn(min(one.strength for one in listed), False, min(one.fresh for one in listed))


def _shown(value: Any) -> str:
    return printable(json.dumps(value, sort_keys=True, ensure_ascii=False), 300)
