"""Cases of what ends, for the newest line of servers: what is gone is in no answer, and half a push is none."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graphscan.analysis.session import Session
from graphscan.exchange.content import Content
from graphscan.exchange.neo4j import pack
from graphscan.exchange.neo4j import push as pushes
from graphscan.exchange.neo4j.back import owner_of
from graphscan.exchange.neo4j.connection import Connection, Neo4jError, connect
from graphscan.model import Evidence, EvidenceKind, Node, Ref, Relation, SourceInfo
from graphscan.store import Store
from tests.neo4j.conftest import Database
from tests.neo4j.inside import graphscan
from tests.neo4j.pushing import facts

# Everything of it has another id after `-old` is replaced; `left-…` ended before the instant.
ENDING = """\
graphscan: facts/1
source: small
at: 2024-01-02T03:04:05Z
nodes:
  - {id: key-old, kind: Credential, name: key-old}
  - {id: left-old, kind: Credential, valid_to: 2023-01-01}
  - {id: later-old, kind: Application, valid_from: 2025-01-01}
  - {id: ended-old, kind: Control, valid_to: 2023-01-01}
  - {id: user-old, kind: User}
  - {id: group-old, kind: Group}
  - {id: vendor-old, kind: Vendor}
  - {id: app-old, kind: Application}
  - {id: repo-old, kind: Repository, sensitivity: crown_jewel}
  - {id: host-old, kind: Host}
  - {id: segment-old, kind: Segment}
  - {id: control-old, kind: Control, enforced: yes}
relations:
  - {source: user-old, kind: HAS_CREDENTIAL, target: key-old}
  - {source: user-old, kind: MEMBER_OF, target: group-old}
  - {source: user-old, kind: ACCOUNT_OF, target: app-old}
  - {source: group-old, kind: ASSIGNED_TO, target: app-old, gives: admin}
  - {source: user-old, kind: ASSIGNED_TO, target: repo-old, guarded_by: [control-old]}
  - {source: key-old, kind: HELD_BY, target: vendor-old}
  - {source: app-old, kind: CONTAINS, target: repo-old}
  - {source: app-old, kind: RUNS_ON, target: host-old}
  - {source: app-old, kind: REACHABLE_FROM, target: internet}
  - {source: host-old, kind: IN_SEGMENT, target: segment-old}
  - {source: app-old, kind: CONTAINS, target: nowhere}
coverage:
  - {relation: STORES, scope: repo-old, state: not_collected}
"""
OTHER = """\
graphscan: facts/1
source: one
at: 2024-02-02T03:04:05Z
nodes:
  - {id: v, kind: User}
  - {id: g, kind: Group}
relations:
  - {source: v, kind: MEMBER_OF, target: g}
"""


def test_what_a_relation_says_no_more_is_taken_away(database: Database, tmp_path: Path) -> None:
    """Evidence without a date in the place of evidence with one: as in a push into an empty database."""
    store, at = tmp_path / "store", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    database.empty()
    for evidence in (Evidence(EvidenceKind.CONFIG, "somewhere", at), Evidence(EvidenceKind.CONFIG)):
        Store.open_or_create(store).write(
            SourceInfo("one", "facts", at),
            [Node("u", "User"), Node("g", "Group"), Relation(Ref("u"), "MEMBER_OF", Ref("g"), evidence=evidence)],
        )
        database.push(store, "--as-of", "2024-06-01")
    over = database.content()
    database.empty()
    database.push(store, "--as-of", "2024-06-01")

    assert over == database.content()


def test_a_push_that_does_not_arrive_whole_is_none(
    database: Database, two: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where somebody takes out what was sent, that is said, and nothing reads the store until it is whole again."""
    store = two[0]
    owner = (store / "owner.id").read_text()
    facts(store.parent / "facts.yaml", OTHER)
    count = pushes._verify

    def disturbed(connection: Connection, *rest: Any) -> None:
        connection.write("MATCH (n:User {owner: $owner}) DETACH DELETE n", owner=owner)
        count(connection, *rest)

    monkeypatch.setattr(pushes, "_verify", disturbed)
    content = Content(Session.open(store))
    with connect(database.address) as connection:
        with pytest.raises(Neo4jError, match=r"does not hold what was sent \(MEMBER_OF: 0 of 1, "):
            pushes.push(connection, content, owner)
        with pytest.raises(Neo4jError, match="was not finished"):
            owner_of(connection, owner)
        monkeypatch.undo()
        assert pushes.push(connection, content, owner).resumed == 0
        assert owner_of(connection, owner).id == owner


def test_what_is_gone_is_in_no_answer(database: Database, tmp_path: Path) -> None:
    """With everything of before kept, since somebody tied something to it, all queries and answers are of the new."""
    database.empty()
    store = facts(tmp_path / "facts.yaml", ENDING)
    database.push(store, "--from", "key-old", "--as-of", "2024-06-01")
    database.write("MATCH (n:Graphscan) WHERE NOT n:Store CREATE (:Theirs)-[:LOOKED_AT]->(n)")
    facts(tmp_path / "facts.yaml", ENDING.replace("-old", "-new").replace("nowhere", "elsewhere"))
    said = database.push(store, "--from", "key-new", "--as-of", "2024-06-01")
    assert said["gone"] >= 12
    gone = {row["label"] for row in database.read("MATCH (n:Gone) UNWIND labels(n) AS label RETURN DISTINCT label")}
    assert gone >= {"Credential", "Application", "Control", "Group", "Step", "Unresolved", "Reference", "Dead"}
    over, back = _answers(database), tmp_path / "back"
    assert database.run("import", "neo4j", "--store", back).returncode == 0
    words = ("blast", "key-new", "--as-of", "2024-06-01", "-o", "json", "--store")
    assert graphscan(*words, back).stdout.replace(str(back), "") == graphscan(*words, store).stdout.replace(
        str(store), ""
    )
    database.empty()
    database.push(store, "--from", "key-new", "--as-of", "2024-06-01")

    assert over == _answers(database)
    assert sum(map(bool, over.values())) >= 25  # queries that have rows at all
    applications, controls = ({row[0]: row for row in over[name]} for name in ("assigned-applications", "controls"))
    assert applications["later-new"][-1] == "does not exist before 2025-01-01T00:00:00Z"
    assert applications["app-new"][-1] is None
    assert (controls["ended-new"][2], controls["control-new"][2]) == ("absent", "yes")
    assert "-old" not in json.dumps(list(over.values()))


def test_a_clearing_says_what_stayed(database: Database, two: tuple[Path, Path]) -> None:
    """What somebody tied something to stays when its source or run is cleared, and is counted; whose it is, too."""
    store = two[0]
    owner = (store / "owner.id").read_text()
    database.push(store, "--from", "u", "--run", "mine")
    database.write("MATCH (n {owner: $owner}) WHERE n:User OR n:Run CREATE (:Theirs)-[:LOOKED_AT]->(n)", owner=owner)
    clear = ("neo4j", "clear", "-o", "json")
    unknown = database.run(*clear, "--owner", "zz")
    run = database.run(*clear, "--owner", owner[:9], "--run", "mine")
    source = database.run(*clear, "--store", store, "--source", "facts:one")

    assert unknown.returncode == 2
    assert owner in unknown.stderr
    assert (json.loads(run.stdout)["owner"], json.loads(run.stdout)["kept"]) == (owner, 1)
    assert json.loads(source.stdout)["kept"] == 1
    assert len(database.read("MATCH (:Theirs)-[:LOOKED_AT]->(n:Gone) RETURN n")) == 2
    database.push(store)
    assert [row["labels"] for row in database.read("MATCH (n:User:Gone) RETURN labels(n) AS labels")] == []


# Private functions


def _answers(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of every saved query, of each thing that one asks about."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with connect(database.address) as connection:
        owner = owner_of(connection, None).id
        for saved in pack.queries():
            asked = [one.name for one in saved.parameters if one.default is None]
            for id_ in ("key-new", "group-old", "app-new") if asked else ("",):
                rows = pack.run(connection, saved, dict.fromkeys(asked, id_), owner).rows
                found[f"{saved.name} {id_}".strip()] = sorted(rows, key=repr)
    return found
