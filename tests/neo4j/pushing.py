"""Cases of pushing, for each line of servers: what a push leaves, whatever happens to it and around it."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphscan.exchange.names import FIGURES, MARKS
from graphscan.kinds import NODE_KINDS
from graphscan.model import Node, Ref, Relation, SourceInfo
from graphscan.store import Store
from tests.functional.running import ROOT, environment
from tests.neo4j.conftest import Database
from tests.neo4j.inside import graphscan

KILLS = int(os.environ.get("GRAPHSCAN_KILLS", "5"))  # in CI; the full number is 20 and more
HOSTILE = {
    "backticks": "a`) DETACH DELETE n //",
    "quotes": "'\"}) RETURN 1; MATCH (n) DETACH DELETE n",
    "nul": "zero\x00inside",
    "markup": "<script>alert(1)</script>",
    "right-to-left": "\u202egpj.exe",
    "braces": "{owner: 'x'}) SET n:Pwned //",
    "long": "x" * 40_000,
    "surrogate": "half \udc80 of a pair",
}


def facts(path: Path, text: str) -> Path:
    """Import facts into a new store beside the file; return it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    store = path.parent / "store"
    made = graphscan("import", "facts", path, "--store", store)
    assert made.returncode in (0, 3), made.stderr
    return store


def test_twice_changes_nothing_and_counts_are_told(database: Database, small: Path) -> None:
    """The second push creates and removes nothing; what the command says is what the database holds."""
    database.empty()
    first = database.push(small)
    held = database.content()
    second = database.push(small)

    assert database.content() == held
    assert first["nodes"] == len(held[0]) - 1  # and the node that the push keeps its own state on
    assert sum(first["relationships"].values()) == len(held[1])
    assert first["changed"]["nodes_created"] == first["nodes"]
    assert not any(second["changed"].values())


def test_a_killed_push_goes_on_and_ends_like_an_undisturbed_one(database: Database, small: Path) -> None:
    """Killed at random moments, and pushed again after each: the database is the same in the end."""
    database.empty()
    database.push(small)
    undisturbed = database.content()
    moments = random.Random(7)
    resumed = 0
    for _ in range(KILLS):
        database.empty()
        command = subprocess.Popen(
            [sys.executable, "-m", "graphscan", "neo4j", "push", "--store", str(small)],
            cwd=ROOT,
            env=environment(**database.environment),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _wait_for_something(database, command)
        time.sleep(moments.uniform(0, 1.5))
        command.send_signal(signal.SIGKILL)
        command.wait()
        resumed += database.push(small)["resumed"] > 0
        assert database.content() == undisturbed

    assert resumed >= KILLS / 4  # else the kills came too late to say anything


def test_a_killed_server_loses_nothing(database: Database, small: Path) -> None:
    """With the server killed under it, a push ends in a sentence; after a restart the same command finishes."""
    if database.server is None:
        pytest.skip("a server that is not ours is not killed")
    database.empty()
    database.push(small)
    undisturbed = database.content()
    for moment in [random.Random(8).uniform(0, 1.0) for _ in range(max(1, KILLS // 10))]:
        database.empty()
        command = subprocess.Popen(
            [sys.executable, "-m", "graphscan", "neo4j", "push", "--store", str(small)],
            cwd=ROOT,
            env=environment(**database.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        _wait_for_something(database, command)
        time.sleep(moment)
        database.server.kill()
        _, said = command.communicate(timeout=120)
        database.server.start()
        database.address = type(database.address)(database.server.uri, "neo4j", database.server.password)
        assert command.returncode in (0, 2)
        assert "Traceback" not in said
        assert command.returncode == 0 or "goes on where it stopped" in said

        database.push(small)
        assert database.content() == undisturbed


def test_hostile_names_arrive_as_text(database: Database, tmp_path: Path) -> None:
    """Nothing in a name is executed, and nothing else is lost; half of a surrogate pair is text since it was stored."""
    database.empty()
    long_id, group = "i" * 5_000, "g`:Pwned"
    store = tmp_path / "store"
    at = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    Store.open_or_create(store).write(
        SourceInfo("hostile`'\"", "facts", at),
        [
            *(Node(key, "User", name=name) for key, name in HOSTILE.items()),
            Node(long_id, "Repository", provider="No Label"),
            Node(group, "Group", properties={"`k`": "v"}),
            *(Relation(Ref(key), "MEMBER_OF", Ref(group)) for key in HOSTILE),
        ],
    )
    database.push(store)

    names = {row["id"]: row["name"] for row in database.read("MATCH (n:User) RETURN n.id AS id, n.name AS name")}
    labels = {row["label"] for row in database.read("MATCH (n) UNWIND labels(n) AS label RETURN DISTINCT label")}
    [whole] = database.read("MATCH (n:Repository) RETURN n.full_id AS id")
    expected = {key: name.encode("utf-8", "backslashreplace").decode() for key, name in HOSTILE.items()}
    assert names == expected
    assert whole["id"] == long_id
    assert not {one for one in labels if "Pwned" in one or "`" in one or "No Label" in one}
    assert labels <= {"Graphscan", "generic", *NODE_KINDS, *MARKS, *FIGURES}
    back = tmp_path / "back"
    assert database.run("import", "neo4j", "--store", back).returncode == 0
    for one in (store, back):
        listed = graphscan("select", "kind=User", "--store", one, "-o", "json")
        assert {node["name"] for node in json.loads(listed.stdout)["nodes"]} == set(expected.values())


def test_half_of_a_surrogate_pair_is_refused_with_a_sentence(database: Database, two: tuple[Path, Path]) -> None:
    """What the database cannot store is said, whoever brought it."""
    owner = (two[0] / "owner.id").read_text()
    ended = database.run("neo4j", "query", "members", "-p", "group=\udcff", "--owner", owner)

    assert ended.returncode == 2
    assert "surrogate" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.fixture
def two(database: Database, tmp_path: Path) -> tuple[Path, Path]:
    """Return two stores with the same ids, both pushed into an empty database."""
    database.empty()
    text = (
        "graphscan: facts/1\nsource: {name}\nat: 2024-01-02T03:04:05Z\nnodes:\n"
        "  - {{id: u, kind: User, name: {name}}}\n  - {{id: g, kind: Group}}\n"
        "relations:\n  - {{source: u, kind: MEMBER_OF, target: g}}\n"
    )
    stores = [facts(tmp_path / name / "facts.yaml", text.format(name=name)) for name in ("one", "two")]
    for store in stores:
        database.push(store)
    return stores[0], stores[1]


def test_two_stores_in_one_database_stay_apart(database: Database, two: tuple[Path, Path]) -> None:
    """The same ids are two nodes; a query needs to be told which; clearing one leaves the other as it was."""
    owners = [(store / "owner.id").read_text() for store in two]
    names = database.read("MATCH (n:User) RETURN n.owner AS owner, n.name AS name ORDER BY name")
    unclear = database.run("neo4j", "query", "members", "-p", "group=g")
    told = database.run("neo4j", "query", "members", "-p", "group=g", "--owner", owners[1], "-o", "json")
    cleared = database.run("neo4j", "clear", "--store", two[0])

    assert names == [{"owner": owners[0], "name": "one"}, {"owner": owners[1], "name": "two"}]
    assert unclear.returncode == 2
    assert owners[0] in unclear.stderr
    assert [row["name"] for row in json.loads(told.stdout)["rows"]] == ["two"]
    assert cleared.returncode == 0, cleared.stderr
    assert {row["owner"] for row in database.read("MATCH (n) RETURN DISTINCT n.owner AS owner")} == {owners[1]}
    assert len(database.read("MATCH (:User)-[r:MEMBER_OF]->(:Group) RETURN r")) == 1


def test_what_others_put_there_stays(database: Database, two: tuple[Path, Path]) -> None:
    """A node of somebody else's is not touched, and one of ours that he tied something to is kept, labelled Gone."""
    one, _ = two
    owner = (one / "owner.id").read_text()
    database.write("CREATE (:Graphscan2 {uid: 'x'}), (:User {name: 'theirs'})")
    database.write(
        "MATCH (n:User {owner: $owner}), (x:Graphscan2) SET n:Reviewed, n.note = 'seen' CREATE (x)-[:LOOKED_AT]->(n)",
        owner=owner,
    )
    again = facts(
        one.parent / "facts.yaml",
        "graphscan: facts/1\nsource: one\nat: 2024-02-02T03:04:05Z\nnodes:\n  - {id: g, kind: Group}\n",
    )
    said = database.push(again)

    assert said["gone"] == 1
    [kept] = database.read(
        "MATCH (n:User:Gone {owner: $owner}) RETURN n.note AS note, labels(n) AS labels", owner=owner
    )
    assert kept["note"] == "seen"
    assert "Reviewed" in kept["labels"]
    assert database.read("MATCH (:Graphscan2)-[r:LOOKED_AT]->(:User:Gone) RETURN count(r) AS n") == [{"n": 1}]
    assert database.read("MATCH (:User {owner: $owner})-[r:MEMBER_OF]->() RETURN count(r) AS n", owner=owner) == [
        {"n": 0}
    ]
    assert database.read("MATCH (n:User {name: 'theirs'}) RETURN count(n) AS n") == [{"n": 1}]


def test_what_is_stale_goes_once_the_new_is_in(database: Database, tmp_path: Path) -> None:
    """After a source changed, a push leaves what a push into an empty database leaves."""
    text = (
        "graphscan: facts/1\nsource: one\nat: 2024-01-02T03:04:05Z\nnodes:\n  - {id: u, kind: User}\n"
        "  - {id: app, kind: Application, sensitivity: crown_jewel}\n"
        "relations:\n  - {source: u, kind: ASSIGNED_TO, target: app}\n"
    )
    database.empty()
    store = facts(tmp_path / "facts.yaml", text)
    database.push(store, "--as-of", "2024-06-01")
    facts(
        tmp_path / "facts.yaml",
        text.replace("crown_jewel", "internal").replace("id: u,", "id: v,").replace("source: u,", "source: v,"),
    )
    said = database.push(store, "--as-of", "2024-06-01")
    over = database.content()
    database.empty()
    database.push(store, "--as-of", "2024-06-01")

    assert said["changed"]["nodes_deleted"] >= 1
    assert over == database.content()


def test_a_store_read_back_gives_the_same_answer(database: Database, small: Path, tmp_path: Path) -> None:
    """`blast` says the same of the store that was read back, byte for byte; so does the state's digest."""
    database.empty()
    database.push(small)
    back = tmp_path / "back"
    read = database.run("import", "neo4j", "--store", back)
    words = ("blast", "moveworks-token", "smartsheet-sa", "bitbucket-sa", "aws-apps-sa", "-o", "json", "--store")

    assert read.returncode == 0, read.stderr
    assert graphscan(*words, back).stdout == graphscan(*words, small).stdout


def test_what_was_taken_out_meanwhile_is_counted(database: Database, small: Path, tmp_path: Path) -> None:
    """A node that somebody deleted in the database is missing in what is read back, and said: exit code 3."""
    database.empty()
    database.push(small)
    database.write("MATCH (n:Repository) WITH n LIMIT 7 DETACH DELETE n")
    read = database.run("import", "neo4j", "--store", tmp_path / "back")

    assert read.returncode == 3
    assert "7 at exported nodes" in read.stdout
    assert database.push(small)["changed"]["nodes_created"] == 7  # a push finds and mends it


def test_a_run_is_replaced_and_cleared_by_its_name(database: Database, small: Path) -> None:
    """Two answers of one name: the second alone is there. Clearing it leaves the graph, and another run."""
    database.empty()
    database.push(small, "--from", "moveworks-token", "--run", "mine")
    database.push(small, "--from", "bitbucket-sa", "--run", "other")
    graph = database.read("MATCH (n) WHERE n.run IS NULL RETURN count(n) AS n")
    first = _held(database, "mine")
    database.push(small, "--from", "bitbucket-sa", "--run", "mine")
    second = _held(database, "mine")
    cleared = database.run("neo4j", "clear", "--run", "mine", "--store", small)
    unknown = database.run("neo4j", "clear", "--run", "mine", "--store", small)

    assert first
    assert second == _held(database, "other") != first
    assert cleared.returncode == 0
    assert _held(database, "mine") == []
    assert database.read("MATCH (n) WHERE n.run IS NULL RETURN count(n) AS n") == graph
    assert unknown.returncode == 2
    assert "its runs are: other" in unknown.stderr


# Private functions


def _held(database: Database, run: str) -> list[dict[str, str]]:
    return database.read(
        "MATCH (r:Run {name: $run})-[h:HELD]->(n) RETURN n.id AS id, h.level AS level ORDER BY id, level", run=run
    )


def _wait_for_something(database: Database, command: "subprocess.Popen[bytes] | subprocess.Popen[str]") -> None:
    """Wait until the push has begun to write, or has ended."""
    for _ in range(600):
        if command.poll() is not None or database.read("MATCH (n:Graphscan) RETURN n LIMIT 1"):
            return
        time.sleep(0.02)
