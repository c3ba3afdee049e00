"""Network zones, and what a credential's limits to them mean."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

from graphscan.kinds import INTERNET
from graphscan.model import Effect, Enforced, Enforcement, Evidence, Node, Observed, Record, Ref, Relation
from importers.okta.context import Context, identifier, state_of
from importers.okta.endpoints import ZONES
from importers.okta.ids import is_okta_id, text_of
from importers.okta.ranges import ranges_of, within

_ANYWHERE = "ANYWHERE"
_SHOWN = 10  # of the addresses of a zone; the rest is a number
_BLOCKLIST = "blocklist"


def zone(context: Context, record: Any, where: str) -> Iterator[Record]:
    """
    Map a network zone: a segment, and where it is a block-list, a hindrance before the organisation.

    A dynamic zone is a country, a network or a kind of proxy, where anyone may rent an address: an attacker is possibly
    in it. So is a zone of addresses that holds all of them, and that is known.
    """
    id_ = identifier(record)
    evidence = context.evidence(where)
    segment = context.ref("zone", id_)
    status, usage, type_ = (state_of(record, name) or "" for name in ("status", "usage", "type"))
    name = text_of(record.get("name")) or id_
    # Where a token named it first it has a node already, which says that it was not read.
    fresh = id_ not in context.zones
    context.zones[id_] = usage if usage == _BLOCKLIST and status == "active" else status
    context.zone_names[id_] = name
    if not type_.startswith("dynamic"):
        context.zone_ranges[id_] = ranges_of(record.get("gateways"))
    properties = {
        "okta_id": id_,
        "type": type_,
        "status": status,
        "usage": usage,
        "system": record.get("system") is True,
        **_addresses(record, "gateways"),
        **_addresses(record, "proxies"),
        **{
            part: found
            for part, key in (
                ("locations", "locations"),
                ("networks", "asns"),
                ("proxy_type", "proxyType"),
                ("services", "ipServiceCategories"),
            )
            if (found := _words(record.get(key)))
        },
    }
    if fresh:
        yield Node(
            segment.text,
            "Segment",
            "okta",
            "network_zone",
            name,
            valid_from=context.date(record, "created", where),
            state=status or None,
            properties={part: value for part, value in properties.items() if value},
            evidence=evidence,
        )
    everywhere = _holds_everything(record)
    if everywhere or type_.startswith("dynamic"):
        yield Relation(
            Ref(INTERNET),
            "CONNECTS_TO",
            segment,
            observed=Observed.YES if everywhere else Observed.POSSIBLE,
            properties={"detail": "the zone holds every address" if everywhere else "an address in it can be rented"},
            evidence=evidence,
        )
    if usage == _BLOCKLIST:
        control = context.ref("control", f"blocklist:{id_}")
        enforced = {"active": Enforced.YES, "inactive": Enforced.NO}.get(status, Enforced.UNKNOWN)
        yield Node(
            control.text,
            "Control",
            "okta",
            "network_blocklist",
            f"addresses of {name} are refused",
            enforced=(Enforcement(enforced),),
            effect=Effect.HINDERS,
            evidence=evidence,
        )
        yield Relation(control, "APPLIES_TO", context.ref("org"), evidence=evidence)


def named_zone(context: Context, id_: str, evidence: Evidence) -> list[Record]:
    """Return a node for a zone that something names and that was not listed, the first time it is named."""
    if id_ in context.zones:
        return []
    context.zones[id_] = "not read"
    segment = context.ref("zone", id_)
    detail = {"detail": "not read"}
    return [Node(segment.text, "Segment", "okta", "network_zone", id_, properties=detail, evidence=evidence)]


def positions(context: Context) -> Iterator[Record]:
    """
    Yield for each zone the control "a position in it", and which zones lie wholly in which others.

    Rules name zones, and what stands before a sign-in is a control: this one is met in its zone and nowhere else.
    """
    evidence = context.evidence(ZONES)
    for id_, state in sorted(context.zones.items()):
        segment, control = context.ref("zone", id_), context.ref("control", f"zone:{id_}")
        yield Node(
            control.text,
            "Control",
            "okta",
            "network_zone",
            f"a position in the network zone {context.zone_names.get(id_, id_)}",
            enforced=(Enforcement(Enforced.YES),),
            properties={"zone": segment.text},
            evidence=evidence,
        )
        yield _met(control, segment, state, evidence)
    for inner, outer in within(context.zone_ranges):
        if context.zones.get(inner) != _BLOCKLIST:  # from there nobody gets in, wherever else it may be
            yield Relation(
                context.ref("zone", inner),
                "CONNECTS_TO",
                context.ref("zone", outer),
                properties={"detail": "its addresses lie in the other's"},
                evidence=evidence,
            )


def conditions(
    context: Context, kind: str, id_: str, holder: Ref, network: dict[str, Any], evidence: Evidence
) -> Iterator[tuple[Ref, list[Record]]]:
    """
    Yield (control, records) for each network condition of a credential.

    Args:
        kind:    what has the condition: "token" or "client".
        id_:     its id.
        holder:  the node that the condition is in force for.
        network: its `network` member.
    """
    connection = text_of(network.get("connection"))
    include, all_known = _zones(network.get("include"))
    exclude, _ = _zones(network.get("exclude"))
    limited = connection not in ("", _ANYWHERE)
    if include or not all_known or (limited and not network.get("exclude")):
        # A condition of a sort not known here, or one that names what no zone is called, may stop everything or
        # nothing: only a list of zones that was understood whole is known to block.
        known = bool(include) and all_known and connection != _ANYWHERE
        control = context.ref("control", f"{kind}-network:{id_}")
        node = Node(
            control.text,
            "Control",
            "okta",
            "network_zone",
            f"the {kind} works from its network zones only",
            enforced=(Enforcement(Enforced.YES if known else Enforced.UNKNOWN),),
            properties={"connection": connection, "include": include},
            evidence=evidence,
        )
        records = [_applies(control, holder, connection, evidence)]
        for one in include:
            records += _met_in(context, control, one, evidence)
        yield control, [node, *records]
    if exclude:
        control = context.ref("control", f"{kind}-network-exclude:{id_}")
        node = Node(
            control.text,
            "Control",
            "okta",
            "network_zone_exclude",
            f"the {kind} does not work from some network zones",
            enforced=(Enforcement(Enforced.YES),),
            effect=Effect.HINDERS,
            properties={"connection": connection, "exclude": exclude},
            evidence=evidence,
        )
        yield control, [node, _applies(control, holder, connection, evidence)]


# Private functions


def _applies(control: Ref, holder: Ref, connection: str, evidence: Evidence) -> Record:
    return Relation(control, "APPLIES_TO", holder, properties={"connection": connection}, evidence=evidence)


def _met_in(context: Context, control: Ref, id_: str, evidence: Evidence) -> list[Record]:
    made = named_zone(context, id_, evidence)
    return [*made, _met(control, context.ref("zone", id_), context.zones[id_], evidence)]


def _met(control: Ref, segment: Ref, state: str, evidence: Evidence) -> Relation:
    # A zone that is switched off, or whose addresses the organisation refuses, lets nobody in as far as is documented.
    lets_in = state not in ("inactive", _BLOCKLIST)
    observed = Observed.YES if lets_in else Observed.POSSIBLE
    return Relation(control, "DEFEATED_BY", segment, observed=observed, evidence=evidence)


def _zones(value: Any) -> tuple[list[str], bool]:
    """Return the zones named, and whether everything in the list names one."""
    if value is None:
        return [], True
    if not isinstance(value, list):
        return [], False
    return sorted({one for one in value if is_okta_id(one)}), all(is_okta_id(one) for one in value)


def _addresses(record: dict[str, Any], name: str) -> dict[str, Any]:
    """Return how many addresses are listed, and the first of them."""
    listed = record.get(name)
    if not isinstance(listed, list) or not listed:
        return {}
    values = [text_of(one.get("value")) for one in listed if isinstance(one, dict)]
    return {f"{name}_count": len(listed), name: [value for value in values if value][:_SHOWN]}


def _words(value: Any) -> Any:
    """Return a dynamic zone's criterion as it is where it is plain, shortened; empty lists are nothing."""
    if isinstance(value, list):
        return [_words(one) for one in value[:_SHOWN]]
    if isinstance(value, dict):
        return {str(name): found for name, one in value.items() if (found := _words(one))}
    return value if isinstance(value, str | int) else None


def _holds_everything(record: dict[str, Any]) -> bool:
    listed = record.get("gateways")
    for one in listed if isinstance(listed, list) else ():
        try:
            if isinstance(one, dict) and ip_network(text_of(one.get("value")), strict=False).prefixlen == 0:
                return True
        except ValueError:
            continue
    return False
