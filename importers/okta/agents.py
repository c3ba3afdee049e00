"""Agents: programs in the company's own network that sign people in, or write to the organization, for a directory."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from graphscan.model import LastUse, Node, Record, Ref, Relation
from importers.okta.context import Context, NotARecordError, identifier, state_of
from importers.okta.ids import text_of


def pool(context: Context, record: Any, where: str) -> Iterator[Record]:
    """
    Map an agent pool: the directory that its agents speak for, each agent's machine, and the token each holds.

    Whoever runs code on an agent's machine answers in the directory's name. `agents` comes as a list, or as one object.
    """
    id_ = identifier(record)
    evidence = context.evidence(where)
    node = context.ref("agent-pool", id_)
    type_ = text_of(record.get("type"))
    name = text_of(record.get("name")) or id_
    properties = {
        "okta_id": id_,
        "type": type_.upper(),
        "status": text_of(record.get("operationalStatus")),
        "app": context.id("app", id_) if id_ in context.apps else "",
    }
    yield Node(
        node.text,
        "Application",
        "okta",
        "directory" if type_.upper() in ("AD", "LDAP") else "agent_pool",
        name,
        state=state_of(record, "operationalStatus"),
        properties={part: value for part, value in properties.items() if value},
        evidence=evidence,
    )
    # The organization takes the word of the pool's agents for who somebody is, or does what they ask.
    yield Relation(context.ref("org"), "TRUSTS", node, properties={"for": f"agents:{type_.upper()}"}, evidence=evidence)
    listed = record.get("agents")
    agents = listed if isinstance(listed, list) else [] if listed is None else [listed]
    for one in agents:
        try:
            said = {each.id: each for each in _agent(context, one, where, node, type_) if each.id not in context.shared}
            if not said:
                raise NotARecordError("it is listed twice; the first was imported")
            context.shared.update(said)
            yield from said.values()
        except NotARecordError as error:
            context.doubt(where, f"an agent of a pool: {error}")


# Private functions


def _agent(context: Context, record: Any, where: str, pool_node: Ref, type_: str) -> Iterator[Node | Relation]:
    id_ = identifier(record)
    evidence = context.evidence(where)
    host = context.ref("agent", id_)
    seen = _epoch(record.get("lastConnection"))
    if record.get("lastConnection") is not None and seen is None:
        context.doubt(where, "`lastConnection` of an agent is no moment; the agent was imported without it")
    name = text_of(record.get("name")) or id_
    status = text_of(record.get("operationalStatus"))
    properties = {
        "okta_id": id_,
        "type": type_.upper(),
        "version": text_of(record.get("version")),
        "status": status,
        "last_connection": seen.isoformat() if seen else "",
    }
    yield Node(
        host.text,
        "Host",
        "okta",
        "agent",
        name,
        state=state_of(record, "operationalStatus"),
        properties={part: value for part, value in properties.items() if value},
        evidence=evidence,
    )
    token = context.ref("agent-token", id_)
    yield Node(
        token.text,
        "Credential",
        "okta",
        "agent_token",
        f"token of the agent on {name}",
        last_used=(LastUse("okta", seen, known=seen is not None),),
        properties={"of": host.text, "detail": "nothing says when it was made; it ends when the agent is removed"},
        evidence=evidence,
    )
    yield Relation(pool_node, "RUNS_ON", host, evidence=evidence)
    yield Relation(host, "STORES", token, evidence=evidence)
    yield Relation(token, "GRANTS", pool_node, gives="admin", evidence=evidence)


def _epoch(value: Any) -> datetime | None:
    """Return a moment of milliseconds since 1970, or None where there is none or it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value / 1000, UTC) if value > 0 else None
    except (ValueError, OverflowError, OSError):
        return None
