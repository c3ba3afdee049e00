"""Three stores in one database, for the cases of the query pack: RS-1, an organisation, and a small one."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from graphscan.exchange.neo4j import pack
from graphscan.exchange.neo4j.connection import Connection, connect
from tests.functional.running import ROOT
from tests.neo4j.conftest import Database
from tests.neo4j.inside import graphscan
from tests.neo4j.organisation import INCIDENT, TOKEN, collected
from tests.neo4j.reference import Reference

FOUR = ("moveworks-token", "smartsheet-sa", "bitbucket-sa", "aws-apps-sa")
EXAMPLE = ROOT / "graphscan" / "examples" / "thanksgiving"
INCIDENT_FILE, CLAIMS = EXAMPLE / "incident.yaml", EXAMPLE / "claims.yaml"
READERS, APP = "bitbucket:acme:group:readers", "bitbucket:acme:app"
ALL = "1000000"
# RS-1 has 11,904 repositories in full, which takes minutes on two servers; 120 by default.
SIZE = [] if "GRAPHSCAN_CASES" in os.environ else ["--small"]

# A store beside, with the same ids as the organisation's: another vendor's leak, and what was made since.
SECOND = f"""\
graphscan: facts/1
source: second
at: 2023-12-02
nodes:
  - {{id: helper, kind: Vendor}}
  - {{id: robot, kind: ServiceAccount}}
  - {{id: "{TOKEN}", kind: Credential, name: of the second store}}
  - {{id: left-behind, kind: Credential, valid_from: 2023-11-25}}
  - {{id: "{READERS}", kind: Group}}
relations:
  - {{source: robot, kind: HAS_CREDENTIAL, target: "{TOKEN}"}}
  - {{source: robot, kind: MEMBER_OF, target: "{READERS}"}}
  - {{source: "{TOKEN}", kind: HELD_BY, target: helper}}
  - {{source: left-behind, kind: CREATED_BY, target: robot}}
"""


@dataclass
class Pushed:
    """Three stores in one database: RS-1, the organisation, and a small one beside."""

    database: Database
    connection: Connection
    rs1: Reference
    organisation: Reference
    second: Reference

    def rows(self, store: Reference, name: str, **given: str) -> list[dict[str, Any]]:
        """Return the rows of a saved query, all of them unless `limit` is given."""
        saved = pack.query(name)
        if any(one.name == "limit" for one in saved.parameters):
            given = {"limit": ALL, **given}
        result = pack.run(self.connection, saved, given, owner(store))
        return [dict(zip(result.columns, row, strict=True)) for row in result.rows]

    def set(self, store: Reference, name: str, *columns: str, **given: str) -> list[tuple[Any, ...]]:
        """Return some columns of a saved query's rows, in order of their text."""
        return sorted((tuple(row[one] for one in columns) for row in self.rows(store, name, **given)), key=repr)


def owner(store: Reference) -> str:
    """Return the id of a store that was pushed."""
    return (store.store / "owner.id").read_text().strip()


@cache
def stores(folder: Path) -> tuple[Reference, Reference, Reference]:
    """Make the three stores, once for all modules of a process."""
    folder.mkdir()
    made = graphscan("demo", *SIZE, "--store", folder / "rs1", "-o", "json")
    assert made.returncode == 0, made.stderr
    organisation = collected(folder / "organisation")
    (folder / "second.yaml").write_text(SECOND, "utf-8")
    (folder / "second-incident.yaml").write_text(INCIDENT, "utf-8")
    made = graphscan("import", "facts", folder / "second.yaml", "--store", folder / "second")
    assert made.returncode == 0, made.stderr
    return Reference(folder / "rs1"), Reference(organisation), Reference(folder / "second")


@pytest.fixture(scope="module")
def pushed(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pushed]:
    """Push the three, with their answers."""
    rs1, organisation, second = stores(tmp_path_factory.getbasetemp() / "queries")
    for store, *words in (
        (rs1.store, *(word for one in FOUR for word in ("--from", one))),
        (rs1.store, "--incident", INCIDENT_FILE),
        (rs1.store, "--claims", CLAIMS),
        (organisation.store, "--from", TOKEN),
        (second.store, "--incident", second.store.parent / "second-incident.yaml"),
    ):
        done = database.run("neo4j", "push", "--store", store, *words, "-o", "json")
        assert done.returncode == 0, done.stderr
    with ExitStack() as stack:
        yield Pushed(database, stack.enter_context(connect(database.address)), rs1, organisation, second)
