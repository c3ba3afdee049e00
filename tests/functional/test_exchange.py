"""Exports hold what the store holds, in the form that others read; our own is read back without loss."""

import json
import os
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import networkx
import pytest

from graphscan.exchange.opengraph import unescaped_id
from tests.functional.conftest import FACTS
from tests.functional.running import ROOT, Inside
from tests.unit.exchange.opengraph_rules import problems

SCHEMAS = ROOT.parent / "shared" / "data" / "schemas"
HOSTILE = r"""
  - {id: "odd:id~3a__x é", kind: Repository, name: "`x'\"\\</data>&\r\n\x01\x1b[31m\u202e😀 é"}
  - {id: old, kind: User, valid_to: 2024-01-01T00:00:00Z}
"""
SEEN = "`x'\"\\</data>&\r\n\x01\x1b[31m\u202e😀 é"


@pytest.fixture(scope="session", name="store")
def _store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.functional.running import graphscan

    folder = tmp_path_factory.mktemp("exchange")
    facts = folder / "facts.yaml"
    facts.write_text(FACTS.replace("relations:\n", HOSTILE.lstrip("\n") + "relations:\n", 1), "utf-8")
    made = graphscan("import", "facts", facts, "--store", folder / "store")
    assert made.returncode in (0, 3), made.stderr
    return folder / "store"


@pytest.fixture(scope="session", name="exported")
def _exported(tmp_path_factory: pytest.TempPathFactory, store: Path) -> Path:
    from tests.functional.running import graphscan

    folder = tmp_path_factory.mktemp("out") / "opengraph"
    made = graphscan("export", "opengraph", folder, "--store", store)
    assert made.returncode == 0, made.stderr
    return folder


def _graph(folder: Path) -> Any:
    return json.loads((folder / "graph.json").read_text("utf-8"))["graph"]


def test_opengraph_keeps_the_rules_of_the_format(exported: Path) -> None:
    """Those of its documentation; and ids are made so that ours can be read from them."""
    assert problems(exported) == []
    assert {path.name for path in exported.iterdir()} == {"graph.json", "extension.json"}
    nodes = {one["id"]: one for one in _graph(exported)["nodes"]}
    odd = next(one for one in nodes if one.startswith("odd"))
    assert unescaped_id(odd) == "odd:id~3a__x é"
    assert nodes[odd]["properties"]["name"] == SEEN


@pytest.mark.shared
@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the published schemas are not beside the checkout")
def test_opengraph_validates_against_the_published_schemas(exported: Path) -> None:
    """Every node and every edge."""
    for name in ("node", "edge"):
        schema = json.loads((SCHEMAS / f"opengraph-{name}.json").read_text("utf-8"))
        check = jsonschema.Draft202012Validator(schema)
        found = [error.message for one in _graph(exported)[f"{name}s"] for error in check.iter_errors(one)]
        assert found == []


def test_a_step_that_needs_two_facts_is_not_walked_from_one(exported: Path) -> None:
    """The AND is a gate that no walk enters."""
    shape = json.loads((exported / "extension.json").read_text("utf-8"))
    walked = {one["name"] for one in shape["relationship_kinds"] if one["is_traversable"]}
    graph = networkx.DiGraph()
    every = networkx.DiGraph()
    for one in _graph(exported)["edges"]:
        ends = one["start"]["value"], one["end"]["value"]
        every.add_edge(*ends)
        if one["kind"] in walked:
            graph.add_edge(*ends)
    # The vault is behind a hard key: signing in to it needs the account and the key.
    assert networkx.has_path(every, "svc-robot", "vault")
    assert not networkx.has_path(graph, "svc-robot", "vault")
    assert not networkx.has_path(graph, "robot-key", "vault")
    assert networkx.has_path(graph, "robot-key", "svc-robot")


def _same(inside: Inside, one: Path, other: Path, *words: str) -> None:
    first, second = (inside(*words, "--store", store, "--as-of", "2024-06-01", "-o", "json") for store in (one, other))
    assert first.code == second.code == 0, first.err + second.err
    assert first.out.replace(str(one), "STORE") == second.out.replace(str(other), "STORE")


def test_import_of_an_export_gives_the_same_answers(
    inside: Inside, store: Path, exported: Path, tmp_path: Path
) -> None:
    """Nodes, relations and steps; a second export of it is the same but for whose it is."""
    back = inside("import", "opengraph", exported / "graph.json", "--store", tmp_path / "store")
    assert back.code == 0, back.out + back.err
    _same(inside, store, tmp_path / "store", "blast", "token", "robot-key")
    assert inside("export", "opengraph", tmp_path / "again", "--store", tmp_path / "store").code == 0
    first, second = (_said(folder) for folder in (exported, tmp_path / "again"))
    assert first == second


def _said(folder: Path) -> list[list[str]]:
    """Return the nodes and edges without the keys that only one store has."""
    graph = _graph(folder)
    names = {one["id"]: json.dumps([one["kinds"], one["properties"]], sort_keys=True) for one in graph["nodes"]}
    nodes = [names[one["id"]] for one in graph["nodes"]]
    edges = []
    for one in graph["edges"]:
        said = {name: value for name, value in one["properties"].items() if name != "rid"}
        edges.append(json.dumps([one["kind"], names[one["start"]["value"]], names[one["end"]["value"]], said]))
    return [sorted(nodes), sorted(edges)]


def test_what_was_damaged_is_counted(inside: Inside, exported: Path, tmp_path: Path) -> None:
    """A statement taken out or made unreadable: a sentence and exit code 3, and all else is imported."""
    payload = json.loads((exported / "graph.json").read_text("utf-8"))
    nodes, edges = payload["graph"]["nodes"], payload["graph"]["edges"]
    gone = next(one for one in nodes if one["id"] == "payments")
    nodes.remove(gone)
    broken = next(one for one in edges if one["properties"].get("statements"))
    broken["properties"]["statements"] = ["{not json"]
    path = tmp_path / "graph.json"
    path.write_text(json.dumps(payload), "utf-8")
    back = inside("import", "opengraph", path, "--store", tmp_path / "store", "-o", "json")
    assert back.code == 3, back.err
    found = json.loads(back.out)
    doubts = {(one["where"], one["count"]) for source in found["imports"] for one in source["source"]["not_understood"]}
    assert {("exported nodes", 1), ("exported relations", 1), ("statements of relations", 1)} <= doubts


def test_hostile_changes_of_an_export_never_end_in_a_traceback(inside: Inside, exported: Path, tmp_path: Path) -> None:
    """Members of other types anywhere: imported with what is left, or refused with a sentence."""
    import random

    chance = random.Random(3)
    text = (exported / "graph.json").read_text("utf-8")
    hostile: list[Any] = [
        None,
        5,
        "",
        "x",
        [],
        {},
        [[]],
        {"a": []},
        1e308,
        "\ud800",
        "[" * 3000,
        '{"source": "a"}',
        float("inf"),
    ]
    for number in range(int(os.environ.get("GRAPHSCAN_CASES", "12")) // 4 + 4):
        payload = json.loads(text)
        for _ in range(chance.choice([1, 5, 100])):
            place: Any = payload["graph"]
            key: Any = chance.choice(["nodes", "edges"])
            while (
                isinstance(place[key], dict | list)
                and place[key]
                and (place is payload["graph"] or chance.random() < 0.8)
            ):
                place = place[key]
                key = chance.choice(list(place)) if isinstance(place, dict) else chance.randrange(len(place))
            place[key] = chance.choice(hostile)
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(payload), "utf-8")
        ended = inside("import", "opengraph", path, "--store", tmp_path / f"store{number}")
        assert ended.code in (0, 2, 3), ended.err
        assert "Traceback" not in ended.err


def test_graphml_is_read_by_networkx(inside: Inside, store: Path, tmp_path: Path) -> None:
    """Counts and a hostile name survive; what XML cannot hold is written as \\xNN."""
    file = tmp_path / "deep" / "x.graphml"
    said = inside("export", "graphml", file, "--store", store, "-o", "json")
    assert said.code == 0, said.err
    graph = networkx.read_graphml(file, force_multigraph=True)
    counted = json.loads(said.out)["counted"]
    assert (len(graph), graph.number_of_edges()) == (counted["nodes"], counted["edges"])
    (odd,) = (about for _, about in graph.nodes(data=True) if about.get("id", "").startswith("odd:"))
    assert odd["name"] == SEEN.replace("\x01", "\\x01").replace("\x1b", "\\x1b")
    assert [path.name for path in file.parent.iterdir()] == ["x.graphml"]


def test_parquet_is_read_by_duckdb(inside: Inside, store: Path, tmp_path: Path) -> None:
    """Two tables; every end is a node; a hostile name survives."""
    folder = tmp_path / "it's"
    said = inside("export", "parquet", folder, "--store", store, "-o", "json")
    assert said.code == 0, said.err
    assert {path.name for path in folder.iterdir()} == {"nodes.parquet", "edges.parquet"}
    with duckdb.connect() as con:
        for name in ("nodes", "edges"):
            con.execute(f"CREATE TABLE {name} AS FROM read_parquet(?)", [str(folder / f"{name}.parquet")])
            (count,) = con.execute(f"SELECT count(*) FROM {name}").fetchone() or (0,)
            assert count == json.loads(said.out)["counted"][name]
        assert con.execute("SELECT name FROM nodes WHERE id LIKE 'odd:%'").fetchall() == [(SEEN,)]
        assert con.execute("SELECT * FROM edges e ANTI JOIN nodes n ON n.uid = e.source").fetchall() == []
        assert con.execute("SELECT * FROM edges e ANTI JOIN nodes n ON n.uid = e.target").fetchall() == []


def test_networkx_takes_the_node_link_form(inside: Inside, store: Path, tmp_path: Path) -> None:
    """As the help says, with the counts that were told."""
    file = tmp_path / "x.json"
    said = inside("export", "networkx", file, "--store", store, "-o", "json")
    assert said.code == 0, said.err
    graph = networkx.node_link_graph(json.loads(file.read_text("utf-8")), edges="edges")
    counted = json.loads(said.out)["counted"]
    assert (len(graph), graph.number_of_edges()) == (counted["nodes"], counted["edges"])
    assert SEEN in {about["properties"].get("name") for _, about in graph.nodes(data=True)}


@pytest.mark.parametrize("form", ["opengraph", "graphml", "parquet", "networkx"])
def test_a_place_that_cannot_be_written_is_one_sentence(inside: Inside, store: Path, tmp_path: Path, form: str) -> None:
    """A file where a folder must be, a folder where a file must be: refused, and nothing is left."""
    (tmp_path / "file").write_text("mine", "utf-8")
    (tmp_path / "folder").mkdir()
    place = tmp_path / ("file" if form in ("opengraph", "parquet") else "folder")
    for path in (place, tmp_path / "file" / "x"):
        said = inside("export", form, path, "--store", store)
        assert said.code == 2
        assert "could not be written" in said.err
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder"]
    assert (tmp_path / "file").read_text("utf-8") == "mine"


@pytest.mark.parametrize("form", ["opengraph", "graphml", "parquet", "networkx"])
def test_an_error_leaves_what_was_there(
    inside: Inside, store: Path, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half an export never stands under the final name."""
    from graphscan.exchange.elements import Elements

    name = {"opengraph": "graph.json", "parquet": "nodes.parquet"}.get(form, "x")
    (tmp_path / name).write_text("before", "utf-8")

    def fails(_self: Elements) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Elements, "relationships", fails)
    said = inside("export", form, tmp_path if form in ("opengraph", "parquet") else tmp_path / "x", "--store", store)
    assert said.code == 2
    assert "No space left on device" in said.err
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text("utf-8") == "before"
