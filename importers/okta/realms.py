"""Realms: parts of the people of an organisation, over which an administrator's role can be held."""

from collections.abc import Iterator
from typing import Any

from graphscan.model import Node, Record, Relation
from importers.okta.context import Context, identifier, object_of
from importers.okta.ids import is_okta_id, text_of


def realm(context: Context, record: Any, where: str) -> Iterator[Record]:
    """Map a realm: a group that nobody joins by choice; who is in it says each user's own record."""
    id_ = identifier(record)
    profile = object_of(record, "profile")
    yield Node(
        context.id("realm", id_),
        "Group",
        "okta",
        "realm",
        text_of(profile.get("name")) or id_,
        valid_from=context.date(record, "created", where),
        properties={
            name: value
            for name, value in (
                ("okta_id", id_),
                ("type", "REALM"),
                ("realm_type", text_of(profile.get("realmType"))),
            )
            if value
        },
        evidence=context.evidence(where),
    )


def of_user(context: Context, record: dict[str, Any], user_id: str, where: str) -> Iterator[Record]:
    """State in which realm a user is, where the organisation has realms."""
    id_ = record.get("realmId")
    if is_okta_id(id_):
        yield Relation(
            context.ref("user", user_id), "MEMBER_OF", context.ref("realm", id_), evidence=context.evidence(where)
        )
