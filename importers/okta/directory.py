"""Users, groups, memberships and the organisation itself."""

from collections.abc import Iterator
from typing import Any

from graphscan.kinds import ANONYMOUS
from graphscan.model import (
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
from importers.okta.ids import is_okta_id, link_target, text_of

_KEPT_OF_A_PROFILE = ("department", "title", "organization", "userType")


def organisation(context: Context, record: Any, where: str, pipeline: str = "") -> Iterator[Record]:
    """
    Map the organisation: an application that is open to the internet.

    Args:
        pipeline: `identity-engine`, where applications have policies of their own; `classic`, where only the global
                  session policy is told; empty: not known.
    """
    known = record if isinstance(record, dict) else {}
    evidence = context.evidence(where)
    org = context.ref("org")
    properties = {
        "okta_id": text_of(known.get("id")),
        "subdomain": text_of(known.get("subdomain")),
        "pipeline": pipeline,
    }
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
        keys=(*([Key("base_url", context.origin)] if context.origin else ()), *context.org_keys),
        properties={name: value for name, value in properties.items() if value},
        evidence=evidence,
    )
    yield Relation(org, "REACHABLE_FROM", Ref("internet"), evidence=evidence)


def user(context: Context, record: Any, where: str) -> Iterator[Record]:
    """Map a user, its account in the organisation, and its password where Okta itself holds one."""
    id_ = identifier(record)
    profile = object_of(record, "profile")
    credentials = object_of(record, "credentials")
    provider = text_of(object_of(credentials, "provider").get("type"))
    directory = text_of(object_of(credentials, "provider").get("name"))
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
    type_id = text_of(object_of(record, "type").get("id"))
    last_login = context.date(record, "lastLogin", where)
    full_name = " ".join(filter(None, (text_of(profile.get("firstName")), text_of(profile.get("lastName")))))
    properties = {
        "okta_id": id_,
        "status": text_of(record.get("status")),
        "credential_provider": provider,
        # Which directory it is, where sign-in is delegated to one.
        "credential_provider_name": directory if directory != provider else "",
        "full_name": full_name,
        "user_type_id": type_id,
        "user_type": context.user_types.get(type_id, ""),
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
        # Whoever was never activated signs in with nothing until an administrator activates him.
        seen = (changed is not None or "password" in credentials) and state_of(record) != "staged"
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
    source = _source_of(record)
    if source:
        yield Relation(
            context.ref("group", id_),
            "TRUSTS",
            context.ref("app", source),
            properties={"for": "members"},
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


# Private functions


def _source_of(record: dict[str, Any]) -> str:
    """Return the application that a group is imported from, or "" where it is Okta's own."""
    if text_of(record.get("type")) != "APP_GROUP":
        return ""
    source = record.get("source")
    if isinstance(source, dict) and is_okta_id(source.get("id")):
        return str(source["id"])
    links = record.get("_links")
    named = link_target(links.get("source")) if isinstance(links, dict) else None
    return named[1] if named is not None and named[0] == "apps" else ""
