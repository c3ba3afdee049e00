"""Push a store into a database: new things in first, checked by counting, then what is stale out."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphscan import __version__
from graphscan.exchange.content import Content
from graphscan.exchange.elements import Elements
from graphscan.exchange.names import BASE, digest
from graphscan.exchange.neo4j import writing
from graphscan.exchange.neo4j.clear import gone
from graphscan.exchange.neo4j.connection import Connection, Neo4jError
from graphscan.exchange.neo4j.plan import Batch, Plan

FORMAT = 1
_MOST = 5_000  # rows removed in one transaction


@dataclass(frozen=True, slots=True)
class Pushed:
    """
    What a push did.

    Attributes:
        sent:    nodes, and relationships by type.
        changed: what the database counted: nodes and relationships created and deleted.
        resumed: batches that an interrupted push had sent before.
        gone:    nodes kept although they are gone, since somebody tied something of his own to them.
    """

    owner: str
    push: str
    sent: Mapping[str, int]
    changed: Mapping[str, int]
    resumed: int
    gone: int


def push_id(content: Content, owner: str, steps: bool) -> str:
    """Return a digest of what is pushed: of the compiled instant, whichever moment within it was asked for."""
    session = content.session
    said = [FORMAT, __version__, session.snapshot.digest, session.folder.name, owner, steps]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def push(
    connection: Connection,
    content: Content,
    owner: str,
    *,
    steps: bool = True,
    progress: Callable[[str], None] = lambda _: None,
) -> Pushed:
    """
    Push a store; repeated after an interruption it goes on where it stopped, repeated without one it changes nothing.

    Raises:
        Neo4jError: the server cannot be used, or does not hold in the end what was sent.
    """
    made = push_id(content, owner, steps)
    plan = Plan(Elements(content, owner, made, steps=steps))
    store = digest(owner, "store")
    for statement in writing.SCHEMA:
        connection.schema(statement)
    there = _already(connection, store, owner, made)
    if there is not None:
        return Pushed(owner, made, there, {}, 0, 0)
    done = _begin(connection, content, owner, store, made)
    counted: dict[str, int] = {}
    total = sum(content.counts().values())
    handed, resumed = 0, done
    for number, batch in enumerate(plan.batches()):
        handed += len(batch.rows)
        if number < done:
            continue
        progress(f"sending {batch.sort} ({handed:,} of about {max(total, handed):,})")
        _send(connection, batch, store, made, number + 1, counted)
    progress("counting")
    _verify(connection, plan, store)
    progress("removing what is stale")
    kept = _sweep(connection, owner, made, counted)
    connection.write(
        f"MATCH (s:{BASE}:Store {{uid: $store}}) SET s.pushed = $push, s.sent = $sent REMOVE s.unfinished, s.batches",
        store=store,
        push=made,
        sent=json.dumps(plan.sent, sort_keys=True),
    )
    return Pushed(owner, made, dict(plan.sent), counted, resumed, kept)


# Private functions


def _begin(connection: Connection, content: Content, owner: str, store: str, push: str) -> int:
    """Write down that a push begins; return how many batches of it were sent before."""
    session = content.session
    own = content.own_date()
    connection.write(
        f"MERGE (s:{BASE} {{uid: $store}}) SET s:Store REMOVE s:Gone SET s.owner = $owner, s.format = $format, "
        "s.name = $name, "
        # A push with another content begins anew, and so does one over an interrupted other.
        "s.batches = CASE WHEN s.unfinished = $push THEN s.batches ELSE 0 END, "
        "s.as_of = CASE WHEN s.of_push = $push THEN s.as_of ELSE $as_of END, s.default_as_of = $own, "
        "s.techniques = $techniques, s.of_push = $push, s.unfinished = $push, s.version = $version",
        store=store,
        owner=owner,
        format=FORMAT,
        name=f"graphscan store {owner[:8]}",
        push=push,
        as_of=session.as_of,
        own=own,
        techniques=sorted(session.graph.techniques),
        version=__version__,
    )
    [row] = connection.read(f"MATCH (s:{BASE}:Store {{uid: $store}}) RETURN s.batches AS batches", store=store)
    return int(row["batches"])


def _send(connection: Connection, batch: Batch, store: str, push: str, number: int, counted: dict[str, int]) -> None:
    changed = connection.in_transaction(
        [
            *batch.statements(),
            (writing.NOTE, {"store": store, "push": push, "done": number}),
        ]
    )
    _add(counted, changed)


def _already(connection: Connection, store: str, owner: str, push: str) -> dict[str, int] | None:
    """Return what a finished push of the same has sent, where the database holds all of it; else None."""
    found = connection.read(
        f"MATCH (s:{BASE}:Store {{uid: $store}}) WHERE s.pushed = $push AND s.unfinished IS NULL RETURN s.sent AS sent",
        store=store,
        push=push,
    )
    if not found or not found[0]["sent"]:
        return None
    sent: dict[str, int] = json.loads(found[0]["sent"])
    return sent if _held(connection, owner, push) == sent else None


def _held(connection: Connection, owner: str, push: str) -> dict[str, int]:
    """Return how many nodes, and relationships of each type, the database holds of a push."""
    [row] = connection.read(
        f"MATCH (n:{BASE} {{owner: $owner, push: $push}}) WHERE n.run IS NULL AND NOT n:Gone RETURN count(n) AS nodes",
        owner=owner,
        push=push,
    )
    held = {"nodes": int(row["nodes"])}
    for row in connection.read(
        f"MATCH (:{BASE} {{owner: $owner}})-[r]->() WHERE r.owner = $owner AND r.push = $push AND r.run IS NULL "
        "RETURN type(r) AS type, count(r) AS count",
        owner=owner,
        push=push,
    ):
        held[row["type"]] = int(row["count"])
    return held


def _verify(connection: Connection, plan: Plan, store: str) -> None:
    """Compare what the database holds of this push with what was sent. Raises Neo4jError where that differs."""
    held = _held(connection, plan.elements.owner, plan.elements.push)
    wrong = [
        f"{name}: {held.get(name, 0):,} of {plan.sent.get(name, 0):,}"
        for name in sorted({*held, *plan.sent})
        if held.get(name, 0) != plan.sent.get(name, 0)
    ]
    if wrong:
        # What was sent before is not believed: the next push sends all of it again. Until then nothing is whole.
        connection.write(f"MATCH (s:{BASE}:Store {{uid: $store}}) SET s.batches = 0", store=store)
        raise Neo4jError(
            f"the database does not hold what was sent ({', '.join(wrong[:5])}); what it held before is still there",
            "see that nothing else writes to it, and push again",
        )


def _sweep(connection: Connection, owner: str, push: str, counted: dict[str, int]) -> int:
    keep = {"owner": owner, "push": push}
    _repeat(connection, writing.STALE_RELATIONSHIPS, counted, **keep)
    _repeat(connection, writing.STALE_NODES, counted, **keep)
    return gone(connection, writing.GONE_NODES, **keep)


def _repeat(connection: Connection, query: str, counted: dict[str, int], **parameters: Any) -> None:
    while True:
        changed = connection.write(query, most=_MOST, **parameters)
        _add(counted, changed)
        if not changed["nodes_deleted"] and not changed["relationships_deleted"]:
            return


def _add(counted: dict[str, int], changed: Mapping[str, int]) -> None:
    for name, value in changed.items():
        counted[name] = counted.get(name, 0) + value


def moment_of(value: Any) -> datetime | None:
    """Return a driver's moment as Python's."""
    if value is None:
        return None
    found: datetime = value.to_native() if hasattr(value, "to_native") else value
    return found
