"""Read a pushed store back out of a database, statement by statement."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from graphscan.errors import UnknownNameError
from graphscan.exchange.back import Back, Statements, read
from graphscan.exchange.names import BASE
from graphscan.exchange.neo4j.connection import Connection, Neo4jError
from graphscan.exchange.neo4j.push import FORMAT, moment_of


@dataclass(frozen=True, slots=True)
class Owner:
    """A store that a database holds: its id, and its own date (None: now)."""

    id: str
    name: str
    default_as_of: datetime | None


def owner_of(connection: Connection, wanted: str | None) -> Owner:
    """
    Return the store that is meant: the one of this id, or the only one.

    Raises:
        UnknownNameError: there is none, none of that id, or several and none was named.
        Neo4jError:       its push was never finished, or another format pushed it.
    """
    found = connection.read(
        f"MATCH (s:{BASE}:Store) WHERE NOT s:Gone "
        "RETURN s.owner AS owner, s.name AS name, s.default_as_of AS at, s.format AS format, "
        "s.pushed IS NOT NULL AND s.unfinished IS NULL AS whole ORDER BY s.owner"
    )
    chosen = [row for row in found if wanted is None or row["owner"].startswith(wanted)]
    if len(chosen) != 1:
        listed = ", ".join(row["owner"] for row in found) or "none"
        problem = "no store is in this database" if not found else "it is not clear which store is meant"
        raise UnknownNameError(problem, f"it holds: {listed}; name one with --owner")
    [row] = chosen
    if row["format"] != FORMAT:
        raise Neo4jError(f"store {row['owner']} was pushed in format {row['format']}", "push it again, then read it")
    if not row["whole"]:
        raise Neo4jError(f"the push of store {row['owner']} was not finished", "push it again, then read it")
    return Owner(row["owner"], row["name"], moment_of(row["at"]))


def read_back(
    connection: Connection, owner: str, folder: Path, progress: Callable[[str], None] = lambda _: None
) -> Iterator[Back]:
    """
    Yield the sources of a store as they were stated, one after the other.

    Args:
        folder: an empty folder for what is read on the way.

    Raises:
        ImportFailedError: a source is not as it was pushed.
        Neo4jError:        the server cannot be used, or what is there is of no source.
    """
    import duckdb

    sources = connection.read(
        f"MATCH (n:{BASE}:Source {{owner: $owner}}) WHERE NOT n:Gone RETURN n.name AS name, "
        "n.importer AS importer, n.at AS at, n.complete AS complete, n.counts AS counts, "
        "n.not_understood AS not_understood ORDER BY n.name",
        owner=owner,
    )
    with Statements(folder) as files:
        for table, query in _QUERIES.items():
            progress(f"reading {table}")
            connection.stream(query, partial(_take, files, table), owner=owner)
        doubts = files.doubts([row["name"] for row in sources])
    if doubts and not sources:
        raise Neo4jError(f"no source of the store {owner} is in the database any more", "push it again, then read it")
    for row in sources:
        with duckdb.connect() as con:
            back = read(con, files, {**row, "at": moment_of(row["at"])})
            back.doubts += doubts  # of whom a damaged statement was, nobody knows: said once
            doubts = []
            yield back


# Private functions

_QUERIES = {
    "nodes": f"MATCH (n:{BASE} {{owner: $owner}}) WHERE n.statements IS NOT NULL AND NOT n:Coverage "
    "AND NOT n:Classification AND NOT n:Gone UNWIND n.statements AS statement RETURN statement",
    "relations": f"MATCH (:{BASE} {{owner: $owner}})-[r]->() WHERE r.owner = $owner AND r.statements IS NOT NULL "
    "UNWIND r.statements AS statement RETURN statement",
    **{
        table: f"MATCH (n:{BASE}:{label} {{owner: $owner}}) WHERE NOT n:Gone UNWIND n.statements AS statement "
        "RETURN statement"
        for table, label in (("coverage", "Coverage"), ("classify", "Classification"))
    },
}


def _take(files: Statements, table: str, row: dict[str, Any]) -> None:
    files.take(table, row["statement"])
