"""What the organization sends elsewhere: event hooks, inline hooks that may change what it says, and log streams."""

from collections.abc import Iterator
from typing import Any

from graphscan.model import Key, LastUse, Node, Observed, Record, Ref, Relation
from importers.okta.context import Context, identifier, object_of, state_of
from importers.okta.ids import is_okta_id, text_of


def event_hook(context: Context, record: Any, where: str) -> Iterator[Record]:
    """Map an event hook: its receiver is told of what happens, and changes nothing."""
    events = object_of(record, "events").get("items") if isinstance(record, dict) else None
    properties = {"events": [one for one in events if isinstance(one, str)] if isinstance(events, list) else []}
    yield from _hook(context, record, where, "event", properties)


def inline_hook(context: Context, record: Any, where: str) -> Iterator[Record]:
    """
    Map an inline hook: an application of somebody who answers while a person waits, and whose answer is taken.

    Where its answer is taken says a relation of its own: of an application (`used_by`), of an authorization server's
    rule, or, of password imports, of the whole organization.
    """
    type_ = text_of(record.get("type")) if isinstance(record, dict) else ""
    yield from _hook(context, record, where, "inline", {"type": type_})


def used_by(context: Context, record: dict[str, Any], where: str) -> Iterator[Record]:
    """Map which hooks change the assertions made for an application, and which one what is imported from it."""
    settings = record.get("settings")
    sign_on = settings.get("signOn") if isinstance(settings, dict) else None
    hooks = sign_on.get("inlineHooks") if isinstance(sign_on, dict) else None
    named = [one.get("id") for one in hooks if isinstance(one, dict)] if isinstance(hooks, list) else []
    imports = settings.get("inlineHookId") if isinstance(settings, dict) else None
    uses = {one: "assertions" for one in named if is_okta_id(one)}
    if is_okta_id(imports):
        uses.setdefault(imports, "imports")
    for id_, use in uses.items():
        yield Relation(
            context.ref("app", record["id"]),
            "TRUSTS",
            context.ref("inline-hook", id_),
            properties={"for": use},
            evidence=context.evidence(where),
        )


def log_stream(context: Context, record: Any, where: str) -> Iterator[Record]:
    """Map a log stream: a copy of the organization's log at another company, and the token it is written with."""
    id_ = identifier(record)
    settings = object_of(record, "settings")
    evidence = context.evidence(where)
    node = context.ref("log-stream", id_)
    type_ = text_of(record.get("type"))
    account = text_of(settings.get("accountId"))
    properties = {
        "okta_id": id_,
        "type": type_,
        "status": text_of(record.get("status")),
        "account": account,
        "region": text_of(settings.get("region")),
        "host": text_of(settings.get("host")),
    }
    yield Node(
        node.text,
        "Content",
        "okta",
        "log_stream",
        text_of(record.get("name")) or id_,
        valid_from=context.date(record, "created", where),
        state=state_of(record),
        properties={name: value for name, value in properties.items() if value},
        evidence=evidence,
    )
    # Who administers the organization sends its log elsewhere, or nowhere.
    yield Relation(context.ref("org"), "CONTAINS", node, needs="admin", gives="admin", evidence=evidence)
    if type_.startswith("splunk"):
        what = (context.ref("log-stream-token", id_), "log_stream_token", f"token of the log stream {id_}")
        yield undated(context, record, where, what, node)
        yield Relation(what[0], "GRANTS", node, gives="write", evidence=evidence)


def undated(context: Context, record: dict[str, Any], where: str, what: tuple[Ref, str, str], of: Ref) -> Node:
    """
    Map a secret that the organization keeps and never shows or dates.

    That its record has not changed since `lastUpdated` proves that the secret is at least as old; a later change proves
    nothing, for a new name changes it as well. `unchanged_since` says so.

    Args:
        what: its node, subtype and name.
        of:   what it belongs to.
    """
    node, subtype, name = what
    updated = context.date(record, "lastUpdated", where) or context.date(record, "created", where)
    properties = {"of": of.text, "unchanged_since": updated.isoformat() if updated else ""}
    return Node(
        node.text,
        "Credential",
        "okta",
        subtype,
        name,
        valid_from=context.date(record, "created", where),
        last_used=(LastUse("okta", known=False),),
        properties={part: value for part, value in properties.items() if value},
        evidence=context.evidence(where),
    )


# Private functions


def _hook(context: Context, record: Any, where: str, kind: str, more: dict[str, Any]) -> Iterator[Record]:
    id_ = identifier(record)
    channel = object_of(record, "channel")
    config = object_of(channel, "config")
    scheme = object_of(config, "authScheme")
    status = state_of(record)
    evidence = context.evidence(where)
    node = context.ref(f"{kind}-hook", id_)
    # What stands behind the address (a query with a key, say) is no part of it and was taken out when it was read.
    uri = text_of(config.get("uri"))
    signs_in = text_of(config.get("authType")) or text_of(scheme.get("type")).lower()
    properties = {
        "okta_id": id_,
        "status": text_of(record.get("status")),
        "uri": uri,
        "signs_in_with": signs_in,
        "client": text_of(config.get("clientId")),
        "verified": text_of(record.get("verificationStatus")).lower(),
        **more,
    }
    yield Node(
        node.text,
        "Application",
        "okta",
        f"{kind}_hook",
        text_of(record.get("name")) or id_,
        valid_from=context.date(record, "created", where),
        state=status,
        keys=(Key("hook_url", uri),) if uri else (),
        properties={name: value for name, value in properties.items() if value},
        evidence=evidence,
    )
    if status != "inactive":
        yield Relation(
            context.ref("org"),
            "TRUSTS",
            node,
            observed=Observed.YES if status == "active" else Observed.POSSIBLE,
            properties={"for": text_of(more.get("type")) or "events"},
            evidence=evidence,
        )
    if signs_in and signs_in != "private_key_jwt":
        secret = context.ref(f"{kind}-hook-secret", id_)
        yield undated(context, record, where, (secret, "hook_secret", f"secret of the {kind} hook {id_}"), node)
        # Both sides know it: who controls the receiver reads it with every call.
        yield Relation(node, "STORES", secret, needs="admin", evidence=evidence)
