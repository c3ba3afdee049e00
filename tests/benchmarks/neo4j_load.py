"""
Load the rows of a push into an empty database in two other ways: `python -m tests.benchmarks.neo4j_load WAY ROWS URI`.

The rows are those that the push sends, with the same properties, read from a file: a loader does not have to make them.
The password is in the environment.
"""

import json
import os
import pickle
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from graphscan.exchange.content import Content, Row
from graphscan.exchange.elements import Elements
from graphscan.exchange.names import BASE, literal
from graphscan.exchange.neo4j import writing
from graphscan.exchange.neo4j.push import push_id
from graphscan.exchange.owner import owner_of_store
from tests.benchmarks.timing import peak

PASSWORD = "GRAPHSCAN_NEO4J_PASSWORD"
SMALL, LARGE = 1_000, 10_000
Groups = dict[Any, list[Row]]


def save(store: Path, file: Path) -> dict[str, int]:
    """Write the rows that a push of the store sends; return how many there are."""
    from graphscan.analysis.session import Session

    content = Content(Session.open(store))
    owner = owner_of_store(store)
    elements = Elements(content, owner, push_id(content, owner, steps=True))
    nodes: Groups = {}
    relationships: Groups = {}
    for labels, row in elements.nodes():
        nodes.setdefault(tuple(sorted(set(labels))), []).append(row)
    for type_, row in elements.relationships():
        relationships.setdefault(type_, []).append(row)
    with file.open("wb") as said:
        pickle.dump((nodes, relationships), said, protocol=5)
    return {"nodes": sum(map(len, nodes.values())), "relationships": sum(map(len, relationships.values()))}


def auto_commit(session: Any, nodes: Groups, relationships: Groups, mark: Callable[[], None]) -> None:
    """Load MERGE by MERGE in auto-commit batches of 1,000, in no order: what is written first by most who need it."""
    shuffled = random.Random(7)
    for rows in (*nodes.values(), *relationships.values()):
        shuffled.shuffle(rows)
    for labels, rows in nodes.items():
        for batch in _cut(rows, SMALL):
            session.run(_nodes(labels, "row.uid", "row.p"), rows=batch).consume()
    mark()
    for type_, rows in relationships.items():
        for batch in _cut(rows, SMALL):
            session.run(writing.relationships(type_), rows=batch).consume()


def fastest(session: Any, nodes: Groups, relationships: Groups, mark: Callable[[], None]) -> None:
    """Load in managed transactions of 10,000, sorted by both ends, rows as lists; it can be repeated like the push."""
    for labels, rows in nodes.items():
        for batch in _cut(rows, LARGE):
            packed = [[row["uid"], row["p"]] for row in batch]
            session.execute_write(_run, _nodes(labels, "row[0]", "row[1]"), packed)
    mark()
    for type_, rows in relationships.items():
        rows.sort(key=lambda row: (row["s"], row["t"]))
        query = (
            f"UNWIND $rows AS row MATCH (a:{BASE} {{uid: row[0]}}) MATCH (b:{BASE} {{uid: row[1]}}) "
            f"MERGE (a)-[r:{literal(type_)} {{rid: row[2]}}]->(b) SET r += row[3]"
        )
        for batch in _cut(rows, LARGE):
            session.execute_write(_run, query, [[row["s"], row["t"], row["rid"], row["p"]] for row in batch])


WAYS = {"auto-commit": auto_commit, "fastest": fastest}


def main() -> None:
    """Load in one way; print time, memory and what the database then holds as a line of JSON."""
    way, file, uri = sys.argv[1:]
    if way == "save":
        print(json.dumps(save(Path(uri), Path(file))))
        return
    from neo4j import GraphDatabase

    with Path(file).open("rb") as said:
        nodes, relationships = pickle.load(said)  # noqa: S301 (written by ourselves just now)
    with GraphDatabase.driver(uri, auth=("neo4j", os.environ[PASSWORD]), notifications_min_severity="OFF") as driver:
        for statement in writing.SCHEMA[:1]:
            driver.execute_query(statement)
        clocks = [time.perf_counter()]
        busy = time.process_time()
        with driver.session(database="neo4j") as session:
            WAYS[way](session, nodes, relationships, lambda: clocks.append(time.perf_counter()))
        clocks.append(time.perf_counter())
        busy = time.process_time() - busy
        [held] = driver.execute_query(
            "CALL () { MATCH (n) RETURN count(n) AS nodes } CALL () { MATCH ()-[r]->() RETURN count(r) AS edges } "
            "RETURN nodes, edges"
        ).records
    result = {
        "seconds": clocks[2] - clocks[0],
        "relationship_seconds": clocks[2] - clocks[1],
        "cpu_seconds": busy,
        "memory": peak(),
        "nodes": held["nodes"],
        "relationships": held["edges"],
    }
    print(json.dumps(result))


# Private functions


def _nodes(labels: tuple[str, ...], key: str, properties: str) -> str:
    added = "".join(f":{literal(one)}" for one in labels)
    return f"UNWIND $rows AS row MERGE (n:{BASE} {{uid: {key}}}) SET n{added} SET n += {properties}"


def _run(transaction: Any, query: str, rows: list[Any]) -> None:
    transaction.run(query, rows=rows).consume()


def _cut(rows: list[Row], size: int) -> Iterator[list[Row]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


if __name__ == "__main__":
    main()
