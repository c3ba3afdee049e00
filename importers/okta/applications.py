"""Applications, and who is assigned to them."""

from collections.abc import Iterator
from typing import Any

from graphscan.model import Node, Record, Ref, Relation
from importers.okta.app_settings import app_keys
from importers.okta.context import Context, identifier, object_of, state_of
from importers.okta.ids import text_of


def application(context: Context, record: Any, where: str) -> Iterator[Record]:
    """
    Map an application; one that is switched off stays, with its state.

    No REACHABLE_FROM is stated: Okta does not know from where an application can be reached, and an application
    without one is taken to be possibly open to the internet. Who administers the organisation administers all of its
    applications.
    """
    id_ = identifier(record)
    key = text_of(record.get("name"))
    subtype = key or "app"
    yield Node(
        context.id("app", id_),
        "Application",
        "okta",
        # `org` is the organisation itself, whose administrators own everything in it: never an application's own word.
        subtype if subtype != "org" else "app",
        text_of(record.get("label")) or key or id_,
        valid_from=context.date(record, "created", where),
        state=state_of(record),
        keys=app_keys(context, record),
        properties={
            name: value
            for name, value in (
                ("okta_id", id_),
                ("app", key),
                ("sign_on_mode", text_of(record.get("signOnMode"))),
                ("status", text_of(record.get("status"))),
            )
            if value
        },
        evidence=context.evidence(where),
    )
    # An organisation administers what is registered in it, whoever is assigned.
    yield Relation(
        context.ref("org"),
        "CONTAINS",
        context.ref("app", id_),
        needs="admin",
        gives="admin",
        evidence=context.evidence(where),
    )


def group_assignment(context: Context, record: Any, where: str, app_id: str) -> Iterator[Record]:
    """Map the assignment of a group to an application."""
    yield from _assigned(context, context.ref("group", identifier(record)), app_id, where, {"assignment": "group"})


def user_assignment(context: Context, record: Any, where: str, app_id: str) -> Iterator[Record]:
    """
    Map a user's account in an application.

    One that exists by way of a group is that group's assignment, not a second one; only where the group's side could
    not be read is it stated for the user, so that a gap there hides no one.
    """
    id_ = identifier(record)
    through_group = text_of(record.get("scope")) == "GROUP"
    if through_group and context.whole and context.id("app", app_id) not in context.unreadable:
        return
    properties = {
        "assignment": "through a group" if through_group else "direct",
        "user_name": text_of(object_of(record, "credentials").get("userName")),
        "status": text_of(record.get("status")),
    }
    stated = {name: value for name, value in properties.items() if value}
    yield from _assigned(context, context.ref("user", id_), app_id, where, stated)


# Private functions


def _assigned(context: Context, who: Ref, app_id: str, where: str, properties: dict[str, str]) -> Iterator[Record]:
    """State an assignment; how strong a sign-in opens it, and from where, is its policies' business."""
    yield Relation(
        who,
        "ASSIGNED_TO",
        context.ref("app", app_id),
        gives="login",
        properties=properties,
        evidence=context.evidence(where),
    )
