"""API tokens: whose they are, from where they work, and how old the secret is."""

from collections.abc import Iterator
from typing import Any

from graphscan.model import (
    Effect,
    Enforced,
    Enforcement,
    Evidence,
    LastUse,
    Node,
    Record,
    Ref,
    Relation,
    Version,
)
from importers.okta.context import Context, identifier, object_of
from importers.okta.ids import is_okta_id, text_of

_ANYWHERE = "ANYWHERE"


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
    guards = list(_network(context, id_, network, evidence))
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


# Private functions


def _network(
    context: Context, id_: str, network: dict[str, Any], evidence: Evidence
) -> Iterator[tuple[Ref, list[Record]]]:
    """Yield (control, records) for each network condition of a token."""
    connection = text_of(network.get("connection"))
    include, all_known = _zones(network.get("include"))
    exclude, _ = _zones(network.get("exclude"))
    limited = connection not in ("", _ANYWHERE)
    if include or not all_known or (limited and not network.get("exclude")):
        # A condition of a sort not known here, or one that names what no zone is called, may stop everything or
        # nothing: only a list of zones that was understood whole is known to block.
        known = bool(include) and all_known and connection != _ANYWHERE
        control, records = _condition(context, id_, "token-network", connection, evidence)
        node = Node(
            control.text,
            "Control",
            "okta",
            "network_zone",
            "the token works from its network zones only",
            enforced=(Enforcement(Enforced.YES if known else Enforced.UNKNOWN),),
            properties={"connection": connection, "include": include},
            evidence=evidence,
        )
        for zone in include:
            records += _zone(context, control, zone, evidence)
        yield control, [node, *records]
    if exclude:
        control, records = _condition(context, id_, "token-network-exclude", connection, evidence)
        node = Node(
            control.text,
            "Control",
            "okta",
            "network_zone_exclude",
            "the token does not work from some network zones",
            enforced=(Enforcement(Enforced.YES),),
            effect=Effect.HINDERS,
            properties={"connection": connection, "exclude": exclude},
            evidence=evidence,
        )
        yield control, [node, *records]


def _condition(context: Context, id_: str, kind: str, connection: str, evidence: Evidence) -> tuple[Ref, list[Record]]:
    control = context.ref("control", f"{kind}:{id_}")
    return control, [
        Relation(
            control,
            "APPLIES_TO",
            context.ref("api-token", id_),
            properties={"connection": connection},
            evidence=evidence,
        )
    ]


def _zone(context: Context, control: Ref, zone: str, evidence: Evidence) -> list[Record]:
    segment = context.ref("zone", zone)
    records: list[Record] = []
    if zone not in context.zones:
        context.zones.add(zone)
        detail = {"detail": "not read"}
        records.append(
            Node(segment.text, "Segment", "okta", "network_zone", zone, properties=detail, evidence=evidence)
        )
    return [*records, Relation(control, "DEFEATED_BY", segment, evidence=evidence)]


def _zones(value: Any) -> tuple[list[str], bool]:
    """Return the zones named, and whether everything in the list names one."""
    if value is None:
        return [], True
    if not isinstance(value, list):
        return [], False
    return sorted({zone for zone in value if is_okta_id(zone)}), all(is_okta_id(zone) for zone in value)
