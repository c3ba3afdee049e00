"""
Enrolled factors of users: what each adds to a password, by which mechanism it works, what defeats it, and since when.

Strengths follow the vendor's authenticator table: WebAuthn, U2F and the signed nonce of FastPass resist phishing;
codes, pushes and pages of other vendors are passed on by whoever stands between the user and Okta.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from graphscan.model import (
    READ_WHOLE,
    Coverage,
    CoverageState,
    Enforced,
    Enforcement,
    LastUse,
    Node,
    Observed,
    Record,
    Relation,
    Version,
)
from importers.okta import endpoints as ends
from importers.okta.context import Context, identifier, object_of, state_of
from importers.okta.ids import is_okta_id, text_of

RESIST_PHISHING = "users-resist-phishing"


@dataclass(frozen=True, slots=True)
class _Mechanism:
    """
    How a kind of factor works.

    Attributes:
        sort, name: its id and what it is called.
        gives:      what it adds to a password.
        weak:       what is wrong with it, in words.
        second:     whether it counts beside a password; POSSIBLE where that depends on what nobody can read.
        relayed:    whether a user who falls for a phishing page hands it on; None: never.
    """

    sort: str
    name: str
    gives: str = "mfa"
    weak: str = ""
    second: Observed = Observed.YES
    relayed: Observed | None = Observed.YES


_OTP = _Mechanism("otp", "one-time passwords")
_MECHANISMS = {
    "token:software:totp": _OTP,
    "token:hotp": _OTP,
    "token:hardware": _OTP,
    "token": _OTP,
    "push": _Mechanism("push", "push notifications"),
    "sms": _Mechanism("sms", "codes by text message", weak="whoever takes over the phone number receives the code"),
    "call": _Mechanism("call", "codes by phone call", weak="whoever takes over the phone number receives the code"),
    "email": _Mechanism("email", "codes by e-mail", weak="whoever reads the mailbox receives the code"),
    # Knowledge beside knowledge: a second factor in classic organisations, none where Identity Engine wants two kinds.
    "question": _Mechanism(
        "question",
        "security questions",
        weak="an answer is a second password, often guessable",
        second=Observed.POSSIBLE,
    ),
    "web": _Mechanism("web", "factors of another vendor's page", relayed=Observed.POSSIBLE),
    "claims_provider": _Mechanism("claims-provider", "factors of another identity provider", relayed=Observed.POSSIBLE),
    "webauthn": _Mechanism("webauthn", "WebAuthn keys", "phishing_resistant", relayed=None),
    "u2f": _Mechanism("u2f", "U2F keys", "phishing_resistant", relayed=None),
    "signed_nonce": _Mechanism("signed-nonce", "Okta FastPass", "phishing_resistant", relayed=None),
}
# A factor that was never activated, or is no longer, adds nothing. Words not known here may mean a live one.
_DEAD = {
    "inactive": "disabled",
    "disabled": "disabled",
    "not_setup": "disabled",
    "pending_activation": "disabled",
    "expired": "expired",
}
_LIVE = "active"


def factor(context: Context, record: Any, where: str, user_id: str) -> Iterator[Record]:
    """
    Map a factor of a user.

    `created` dates its secret: a factor is enrolled anew, never rotated. `lastUpdated` moves with its status and proves
    nothing. A factor of a type not known here gives MFA and no more.
    """
    id_ = identifier(record)
    profile = object_of(record, "profile")
    type_ = text_of(record.get("factorType"))
    status = state_of(record) or ""
    mechanism = _MECHANISMS.get(type_) or _unknown(type_)
    evidence = context.evidence(where)
    user = context.ref("user", user_id)
    node = context.ref("factor", f"{user_id}:{id_}")
    control = context.ref("control", f"mechanism-{mechanism.sort}")
    created = context.date(record, "created", where)
    verified = context.date(record, "lastVerified", where)
    updated = context.date(record, "lastUpdated", where)
    properties = {
        "okta_id": id_,
        "factor_type": type_,
        "status": text_of(record.get("status")),
        "vendor": text_of(record.get("vendorName")) or text_of(record.get("provider")),
        "authenticator": text_of(profile.get("authenticatorName")),
        "device": text_of(profile.get("name")),
        "platform": text_of(profile.get("platform")),
        "last_updated": updated.isoformat() if updated else "",
        "weak": mechanism.weak,
    }
    yield Node(
        node.text,
        "Credential",
        "okta",
        "factor",
        f"{type_ or 'factor'} of {context.logins.get(user_id, user_id)}",
        valid_from=created,
        versions=(Version(created),) if created else (),
        last_used=(LastUse("okta", verified, known=verified is not None),),
        owner=user.text,
        state=_DEAD.get(status, status) or None,
        properties={name: value for name, value in properties.items() if value},
        evidence=evidence,
    )
    yield Relation(
        user,
        "HAS_CREDENTIAL",
        node,
        gives=mechanism.gives,
        observed=mechanism.second if status == _LIVE or status in _DEAD else Observed.POSSIBLE,
        evidence=evidence,
    )
    if control.text not in context.shared:
        context.shared.add(control.text)
        # No enforcement is stated: a mechanism holds until somebody asks what happens when it does not.
        yield Node(control.text, "Control", "okta", "mechanism", mechanism.name, evidence=evidence)
        if mechanism.relayed is not None:
            yield Relation(
                control,
                "DEFEATED_BY",
                context.ref("control", RESIST_PHISHING),
                observed=mechanism.relayed,
                evidence=evidence,
            )
    yield Relation(node, "INSTANCE_OF", control, evidence=evidence)


def circumstance(context: Context, where: str) -> Iterator[Record]:
    """
    State that users resist phishing, once for an organisation: nothing is configured that says so.

    It holds until somebody asks what happens when it does not.
    """
    control, evidence = context.ref("control", RESIST_PHISHING), context.evidence(where)
    yield Node(
        control.text,
        "Control",
        "okta",
        "circumstance",
        "users resist phishing",
        enforced=(Enforcement(Enforced.YES),),
        properties={
            "circumstance": "phishing",
            "detail": "taken for granted, not configured: with it defeated, users give away what can be given away",
        },
        evidence=evidence,
    )
    yield Relation(control, "APPLIES_TO", context.ref("org"), evidence=evidence)


def read_of(rows: Iterable[Coverage]) -> Iterator[Coverage]:
    """
    Yield whose factors were read, as coverage of INSTANCE_OF, which nothing but a factor states.

    HAS_CREDENTIAL cannot say so: its gaps are those of sessions and refresh tokens as well, which nobody lists.
    """
    for row in rows:
        if row.endpoint == ends.FACTORS and row.relation == "HAS_CREDENTIAL":
            whole = row.error == READ_WHOLE
            yield replace(
                row,
                relation="INSTANCE_OF",
                state=CoverageState.COMPLETE if whole else row.state,
                error="" if whole else row.error,
            )


# Private functions


def _unknown(type_: str) -> _Mechanism:
    """Return the mechanism of a factor type that is in no list: each such type is one of its own."""
    sort = type_.replace(":", "-")
    name = f"factors of type {type_ or 'unknown'}"
    doubt = Observed.POSSIBLE
    return _Mechanism(sort if is_okta_id(sort) else "unknown", name, second=doubt, relayed=doubt)
