"""Applications without federation, for which Okta keeps the password that the product asks for and types it in."""

from collections.abc import Iterator
from typing import Any

from graphscan.model import LastUse, Node, Observed, Record, Ref, Relation
from importers.okta.context import Context, object_of, state_of
from importers.okta.ids import text_of

SHARED = "SHARED_USERNAME_AND_PASSWORD"
SAME_AS_OKTAS = "EXTERNAL_PASSWORD_SYNC"
_SET_BY_ADMIN = "ADMIN_SETS_CREDENTIALS"
_DATE = "dated by when Okta's copy changed: the password in the product itself may have been changed since"


def shared(context: Context, record: dict[str, Any], where: str) -> Iterator[Record]:
    """Map the one password that everybody who is assigned shares: using the application is having it."""
    credentials = object_of(record, "credentials")
    if text_of(credentials.get("scheme")) != SHARED:
        return
    app_id = record["id"]
    name = text_of(credentials.get("userName")).strip()
    node, app = context.ref("app-password", app_id), context.ref("app", app_id)
    yield _password(context, node, record, where, f"shared password of {_label(record)}", name)
    yield Relation(app, "STORES", node, needs="login", evidence=context.evidence(where))
    if name:
        yield _opens(context, node, app, name, where, state_of(record) == "active")


def of_account(
    context: Context, record: dict[str, Any], row: dict[str, Any], where: str, who: tuple[str, bool, bool]
) -> Iterator[Record]:
    """
    Map the password that Okta keeps for one person, or say that it is that person's Okta password.

    Args:
        who: the name in the product, whether it is certain, and whether Okta holds a password of the person.
    """
    name, sure, holds = who
    scheme = text_of(object_of(record, "credentials").get("scheme"))
    app_id, user_id = record["id"], row["id"]
    app = context.ref("app", app_id)
    if scheme == SHARED:
        return
    if scheme == SAME_AS_OKTAS:
        if name and holds:
            yield _opens(context, context.ref("password", user_id), app, name, where, sure)
        return
    node = context.ref("app-password", f"{app_id}:{user_id}")
    title = f"password of {name or user_id} in {_label(record)}"
    changed = context.date(row, "passwordChanged", where)
    yield _password(context, node, record, where, title, name, changed.isoformat() if changed else "")
    # Without a date nobody typed one in; where an administrator sets them, it may not be dated.
    there = changed is not None or scheme == _SET_BY_ADMIN
    yield Relation(
        node,
        "HELD_BY",
        context.ref("user", user_id),
        needs="act_as.session",
        via=app,
        observed=Observed.YES if there else Observed.POSSIBLE,
        properties={"kept_for": "sign-in to the application"},
        evidence=context.evidence(where),
    )
    if name:
        yield _opens(context, node, app, name, where, sure)


# Private functions


def _password(
    context: Context, node: Ref, record: dict[str, Any], where: str, title: str, name: str, changed: str = ""
) -> Node:
    credentials = object_of(record, "credentials")
    reveal = credentials.get("revealPassword")
    properties = {
        "app": context.id("app", record["id"]),
        "user_name": name,
        "scheme": text_of(credentials.get("scheme")),
        "shown_to_its_user": "yes" if reveal is True else "no" if reveal is False else "",
        "copy_changed": changed,
        "detail": _DATE if changed else "when it was set is not told",
    }
    return Node(
        node.text,
        "Credential",
        "okta",
        "stored_password",
        title,
        last_used=(LastUse("okta", known=False),),
        properties={key: value for key, value in properties.items() if value},
        evidence=context.evidence(where),
    )


def _opens(context: Context, password: Ref, app: Ref, name: str, where: str, sure: bool) -> Relation:
    """Say which account behind the application a password signs in."""
    return Relation(
        Ref.behind("account", name),
        "HAS_CREDENTIAL",
        password,
        gives="act_as",
        via=app,
        observed=Observed.YES if sure else Observed.POSSIBLE,
        evidence=context.evidence(where),
    )


def _label(record: dict[str, Any]) -> str:
    return text_of(record.get("label")) or text_of(record.get("name")) or str(record["id"])
