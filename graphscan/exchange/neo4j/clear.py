"""Take out of a database what one store put in; nothing of anybody else's."""

import re
from dataclasses import dataclass, replace

from graphscan.errors import UnknownNameError
from graphscan.exchange.names import BASE
from graphscan.exchange.neo4j import writing
from graphscan.exchange.neo4j.connection import Connection

_MOST = 5_000


@dataclass(frozen=True, slots=True)
class Cleared:
    """
    What was removed.

    Attributes:
        kept: nodes that stay, since somebody tied something of his own to them.
    """

    what: str
    nodes: int
    relationships: int
    kept: int = 0


def owner_in(connection: Connection, wanted: str) -> str:
    """
    Return the whole id of a store from how it begins; a whole one as it is, whether anything of it is there or not.

    Raises UnknownNameError where nothing in the database is of such a store, or of several.
    """
    if re.fullmatch(r"[0-9a-f]{16}", wanted):
        return wanted
    query = f"MATCH (n:{BASE}) WHERE n.owner IS NOT NULL RETURN DISTINCT n.owner AS owner"
    known = sorted(str(row["owner"]) for row in connection.read(query))
    found = [one for one in known if one.startswith(wanted)]
    if len(found) != 1:
        listed = ", ".join(known) or "none"
        raise UnknownNameError(f"`{wanted}` begins the ids of {len(found)} stores", f"it holds things of: {listed}")
    return found[0]


def clear_run(connection: Connection, owner: str, run: str) -> Cleared:
    """Remove a run's results. Raises UnknownNameError where the database has no such run of this store."""
    _known(connection, owner, "run", run)
    # No push is called so: everything of the run is stale.
    found = _removed(
        connection, f"run {run}", (writing.RUN_RELATIONSHIPS, writing.RUN_NODES), owner=owner, run=run, push=""
    )
    return replace(found, kept=gone(connection, writing.RUN_STALE, owner=owner, run=run, push=""))


def clear_source(connection: Connection, owner: str, source: str) -> Cleared:
    """
    Remove what one source alone said: its relations, its nodes that no other states, its coverage.

    Raises UnknownNameError where the database has nothing of such a source of this store.
    """
    _known(connection, owner, "source", source)
    relationships = (
        f"MATCH (a:{BASE} {{owner: $owner}})-[r]->() WHERE r.owner = $owner AND r.source_instance = $source "
        "WITH r LIMIT $most DELETE r"
    )
    alone = (
        f"MATCH (n:{BASE} {{owner: $owner}}) WHERE (n.sources = [$source] OR n.source = $source "
        "OR (n:Source AND n.name = $source))"
    )
    nodes = f"{alone} AND {writing.NOBODY_ELSES} WITH n LIMIT $most DETACH DELETE n"
    found = _removed(connection, f"source {source}", (relationships, nodes), owner=owner, source=source)
    kept = gone(connection, alone, owner=owner, source=source)
    # What is left is no whole push any more: the next one sends everything.
    connection.write(f"MATCH (s:{BASE}:Store {{owner: $owner}}) REMOVE s.pushed, s.unfinished, s.batches", owner=owner)
    return replace(found, kept=kept)


def clear_all(connection: Connection, owner: str) -> Cleared:
    """Remove all that this store put in."""
    found = _removed(connection, "everything", (writing.ALL_RELATIONSHIPS, writing.ALL_NODES), owner=owner)
    kept = gone(connection, f"MATCH (n:{BASE} {{owner: $owner}})", owner=owner)
    if kept:  # what a push keeps its state on may be among them
        connection.write(
            f"MATCH (s:{BASE}:Store {{owner: $owner}}) REMOVE s.pushed, s.unfinished, s.batches", owner=owner
        )
    return replace(found, kept=kept)


def gone(connection: Connection, match: str, **parameters: str) -> int:
    """Label nodes Gone that stay although they should go, and return how many they are."""
    [row] = connection.read(f"{match} RETURN count(n) AS kept", **parameters)
    if row["kept"]:
        connection.write(f"{match} SET n:Gone", **parameters)
    return int(row["kept"])


# Private functions


def _known(connection: Connection, owner: str, what: str, name: str) -> None:
    """See that the database has a run or a source of this name of a store."""
    query = f"MATCH (n:{BASE}:{what.capitalize()} {{owner: $owner}}) RETURN n.name AS name"
    known = sorted(row["name"] for row in connection.read(query, owner=owner))
    if name not in known:
        listed = ", ".join(known) or "none"
        raise UnknownNameError(f"there is no {what} {name!r} of this store", f"its {what}s are: {listed}")


def _removed(connection: Connection, what: str, queries: tuple[str, ...], **parameters: str) -> Cleared:
    nodes = relationships = 0
    for query in queries:
        while True:
            changed = connection.write(query, most=_MOST, **parameters)
            nodes += changed["nodes_deleted"]
            relationships += changed["relationships_deleted"]
            if not changed["nodes_deleted"] and not changed["relationships_deleted"]:
                break
    return Cleared(what, nodes, relationships)
