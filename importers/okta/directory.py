"""Users, groups, memberships and the organisation itself."""

from collections.abc import Iterator
from typing import Any

from graphscan.kinds import ANONYMOUS
from graphscan.model import (
    Enforced,
    Enforcement,
    Key,
    LastUse,
    Node,
    Observed,
    Record,
    Ref,
    Relation,
    Version,
)
from importers.okta import realms
from importers.okta.context import Context, identifier, object_of, state_of
from importers.okta.ids import text_of

_KEPT_OF_A_PROFILE = ("department", "title", "organization", "userType")


def organisation(context: Context, record: Any, where: str) -> Iterator[Record]:
    """Map the organisation: an application that is open to the internet, its console behind a policy not read yet."""
    known = record if isinstance(record, dict) else {}
    evidence = context.evidence(where)
    org = context.ref("org")
    properties = {"okta_id": text_of(known.get("id")), "subdomain": text_of(known.get("subdomain"))}
    if not known:
        properties["detail"] = "the organisation's name could not be read"
    yield Node(
        org.text,
        "Application",
        "okta",
        "org",
        text_of(known.get("companyName")) or context.name,
        valid_from=context.date(known, "created", where),
        state=state_of(known),
        properties={name: value for name, value in properties.items() if value},
        evidence=evidence,
    )
    yield Relation(org, "REACHABLE_FROM", Ref("internet"), evidence=evidence)
    unknown = (Enforcement(Enforced.UNKNOWN),)
    for control, name in (
        ("console-policy", "sign-on policy of the Admin Console"),
        ("sign-on-policies", "sign-on policies of applications"),
    ):
        yield Node(
            context.id("control", control),
            "Control",
            "okta",
            "sign_on_policy",
            name,
            enforced=unknown,
            properties={"detail": "policies are not read yet: what they ask for is unknown"},
            evidence=evidence,
        )
    yield Relation(context.ref("control", "console-policy"), "APPLIES_TO", org, evidence=evidence)


def user(context: Context, record: Any, where: str) -> Iterator[Record]:
    """Map a user, its account in the organisation, and its password where Okta itself holds one."""
    id_ = identifier(record)
    profile = object_of(record, "profile")
    credentials = object_of(record, "credentials")
    provider = text_of(object_of(credentials, "provider").get("type"))
    login, email = text_of(profile.get("login")), text_of(profile.get("email"))
    evidence = context.evidence(where)
    node = context.ref("user", id_)
    keys = []
    if login:
        context.logins[id_] = login
        # Unique in the organisation and set by its administrators; an e-mail address may be its owner's to edit.
        keys.append(Key("login", login.lower(), f"okta:{context.name}"))
    if email:
        keys.append(Key("email", email.lower(), verified=False))
    last_login = context.date(record, "lastLogin", where)
    full_name = " ".join(filter(None, (text_of(profile.get("firstName")), text_of(profile.get("lastName")))))
    properties = {
        "okta_id": id_,
        "status": text_of(record.get("status")),
        "credential_provider": provider,
        "full_name": full_name,
        "manager": text_of(profile.get("manager")) or text_of(profile.get("managerId")),
        **{name: text_of(profile.get(name)) for name in _KEPT_OF_A_PROFILE},
    }
    yield Node(
        node.text,
        "User",
        "okta",
        "user",
        login or full_name or id_,
        valid_from=context.date(record, "created", where),
        last_used=(LastUse("okta", last_login),),
        state=state_of(record),
        keys=tuple(keys),
        properties={name: value for name, value in properties.items() if value},
        evidence=evidence,
    )
    yield Relation(node, "ACCOUNT_OF", context.ref("org"), evidence=evidence)
    yield from realms.of_user(context, record, id_, where)
    if provider == "OKTA":
        changed = context.date(record, "passwordChanged", where)
        password = context.ref("password", id_)
        yield Node(
            password.text,
            "Credential",
            "okta",
            "password",
            f"password of {login or id_}",
            versions=(Version(changed),) if changed else (),
            last_used=(LastUse("okta", known=False),),
            owner=node.text,
            evidence=evidence,
        )
        # A user without a password has no `password` member; one that never set it has no date either.
        seen = changed is not None or "password" in credentials
        yield Relation(
            node,
            "HAS_CREDENTIAL",
            password,
            gives="act_as",
            observed=Observed.YES if seen else Observed.POSSIBLE,
            evidence=evidence,
        )


def group(context: Context, record: Any, where: str) -> Iterator[Record]:
    """Map a group."""
    id_ = identifier(record)
    profile = object_of(record, "profile")
    type_ = text_of(record.get("type"))
    subtype = type_.lower() or "group"
    yield Node(
        context.id("group", id_),
        "Group",
        "okta",
        # `anonymous` means "anyone at all" to every analysis: no vendor's text may say so.
        subtype if subtype != ANONYMOUS else "group",
        text_of(profile.get("name")) or id_,
        valid_from=context.date(record, "created", where),
        properties={
            name: value
            for name, value in (
                ("okta_id", id_),
                ("type", type_),
                ("description", text_of(profile.get("description"))),
                ("rules", context.rules.get(id_)),
            )
            if value
        },
        evidence=context.evidence(where),
    )


def membership(context: Context, record: Any, where: str, group_id: str) -> Iterator[Record]:
    """Map one member of a group."""
    yield Relation(
        context.ref("user", identifier(record)),
        "MEMBER_OF",
        context.ref("group", group_id),
        evidence=context.evidence(where),
    )
