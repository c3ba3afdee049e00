"""A real server for each file of tests, a store to push, and what is in the database told apart from what is not."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from graphscan.exchange.neo4j.connection import Connection, connect
from graphscan.exchange.neo4j.connection import Server as Address
from tests.neo4j import server as servers
from tests.neo4j.inside import graphscan

REQUIRED = "GRAPHSCAN_TEST_REQUIRE"  # what must not be skipped: `.ci/run` sets it
NAMED = "GRAPHSCAN_TEST_NEO4J_URI"


@dataclass
class Database:
    """A database of a server, and the command line pointed at it."""

    address: Address
    server: servers.Server | None

    def run(self, *words: str | Path) -> "subprocess.CompletedProcess[str]":
        """Run a command of graphscan against it."""
        return graphscan(*words, env=self.environment)

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that lead there."""
        return {
            "GRAPHSCAN_NEO4J_URI": self.address.uri,
            "GRAPHSCAN_NEO4J_USER": self.address.user,
            "GRAPHSCAN_NEO4J_PASSWORD": self.address.password,
        }

    def push(self, store: Path, *words: str | Path) -> dict[str, Any]:
        """Push a store; return what the command says."""
        done = self.run("neo4j", "push", "--store", store, *words, "-o", "json")
        assert done.returncode == 0, done.stderr
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    def read(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        """Return the rows of a query."""
        with connect(self.address) as connection:
            return connection.read(query, **parameters)

    def write(self, query: str, **parameters: Any) -> None:
        """Run a query that writes, as somebody else would."""
        with connect(self.address) as connection:
            connection.write(query, **parameters)

    def empty(self) -> None:
        """Remove everything."""
        with connect(self.address) as connection:
            _empty(connection)

    def content(self) -> tuple[list[str], list[str]]:
        """Return all nodes and all relationships as texts, in order: equal where the content is."""
        nodes = self.read("MATCH (n) RETURN labels(n) AS labels, properties(n) AS said")
        edges = self.read("MATCH (a)-[r]->(b) RETURN a.uid AS a, b.uid AS b, type(r) AS type, properties(r) AS said")
        return sorted(_text(one) for one in nodes), sorted(_text(one) for one in edges)


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """
    Return an empty database: of the line that the module names, or the one that the environment does.

    Skipped, with the reason, where there is none; failed where it must not be skipped.
    """
    line = request.module.LINE
    if line is None:
        uri = os.environ.get(NAMED)
        if not uri:
            pytest.skip(f"{NAMED} names no server")
        address = Address(uri, os.environ.get("GRAPHSCAN_NEO4J_USER", "neo4j"), os.environ["GRAPHSCAN_NEO4J_PASSWORD"])
        yield Database(address, None)
        return
    home = tmp_path_factory.mktemp("neo4j") / "home"
    try:
        with servers.running(line, home) as running:
            yield Database(Address(running.uri, "neo4j", running.password), running)
    except servers.MissingError as missing:
        if "neo4j" in os.environ.get(REQUIRED, ""):
            pytest.fail(f"{missing}; {REQUIRED} does not allow to skip this")
        pytest.skip(str(missing))
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with the golden case and 120 repositories; read it, do not write to it."""
    store = tmp_path_factory.mktemp("small") / "store"
    made = graphscan("demo", "--small", "--store", store, "-o", "json")
    assert made.returncode == 0, made.stderr
    return store


# Private functions


def _empty(connection: Connection) -> None:
    while connection.write("MATCH (n) WITH n LIMIT 5000 DETACH DELETE n")["nodes_deleted"]:
        pass


def _text(one: dict[str, Any]) -> str:
    return json.dumps(one, sort_keys=True, default=str)
