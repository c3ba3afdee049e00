"""API tokens: whose they are, from where they work, and how old the secret is."""

from collections.abc import Iterator
from typing import Any

from graphscan.model import LastUse, Node, Record, Relation, Version
from importers.okta.context import Context, identifier, object_of
from importers.okta.ids import is_okta_id, text_of
from importers.okta.network import conditions


def api_token(context: Context, record: Any, where: str) -> Iterator[Record]:
    """
    Map an API token.

    `lastUpdated` is the last use and never a rotation: it moves with every call, and only `created` dates the secret.
    `expiresAt` slides 30 days ahead of each use, so a token in a thief's hands does not expire: it ends a token's life
    only where it had passed when the token was read.
    """
    id_ = identifier(record)
    network = object_of(record, "network")
    evidence = context.evidence(where)
    created = context.date(record, "created", where)
    used = context.date(record, "lastUpdated", where)
    expires = context.date(record, "expiresAt", where)
    owner = record.get("userId")
    token = context.ref("api-token", id_)
    guards = list(conditions(context, "token", id_, token, network, evidence))
    properties = {
        "okta_id": id_,
        "client": text_of(record.get("clientName")),
        "connection": text_of(network.get("connection")),
        "expires_at": expires.isoformat() if expires else "",
        "expiry": "slides ahead of each use",
    }
    yield Node(
        token.text,
        "Credential",
        "okta",
        "api_token",
        text_of(record.get("name")) or id_,
        valid_from=created,
        versions=(Version(created),) if created else (),
        expires_at=expires if expires and expires <= context.at else None,
        last_used=(LastUse("okta", used, known=used is not None),),
        owner=context.id("user", owner) if is_okta_id(owner) else None,
        properties={name: value for name, value in properties.items() if value},
        evidence=evidence,
    )
    for guard in guards:
        yield from guard[1]
    if not is_okta_id(owner):
        context.doubt(where, "an API token names no owner; it was imported and opens nothing")
        return
    yield Relation(
        context.ref("user", owner),
        "HAS_CREDENTIAL",
        token,
        gives="api",
        guarded_by=tuple((control, "defeated") for control, _ in guards),
        evidence=evidence,
    )
