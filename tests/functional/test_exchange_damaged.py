"""Exports that somebody edited: what is not as it was exported is counted or refused, never read in silence."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graphscan.errors import ImportFailedError
from graphscan.exchange import opengraph_back
from graphscan.model import NotUnderstood
from importers import opengraph
from tests.functional.running import Inside, graphscan

Graph = dict[str, list[dict[str, Any]]]
NOT_THERE = ("exported nodes", "exported, and not there any more", 1)
UNREADABLE = ("statements of nodes", "not as exported", 1)


@pytest.fixture(scope="module", name="text")
def _text(tmp_path_factory: pytest.TempPathFactory, store: Path) -> str:
    folder = tmp_path_factory.mktemp("damaged")
    made = graphscan("export", "opengraph", folder, "--store", store)
    assert made.returncode == 0, made.stderr
    return (folder / "graph.json").read_text("utf-8")


def _said(graph: Graph, id_: str, **changes: Any) -> None:
    """Change the statement of a node: members of the statement itself, or of what it says."""
    [node] = (one for one in graph["nodes"] if one["id"] == id_)
    statement = json.loads(node["properties"]["statements"][0])
    for name, value in changes.items():
        (statement if name in statement else statement["said"])[name] = value
    node["properties"]["statements"][0] = json.dumps(statement)


def _source(graph: Graph, **changes: Any) -> None:
    next(_sources(graph))["properties"].update(changes)


def _sources(graph: Graph) -> Iterator[dict[str, Any]]:
    return (one for one in graph["nodes"] if one["kinds"][0] == "GS_Source")


def _again(graph: Graph, **changes: Any) -> None:
    """State the row of a node once more, on another node."""
    [node] = (one for one in graph["nodes"] if one["id"] == "git")
    [other] = (one for one in graph["nodes"] if one["id"] == "edge")
    statement = json.loads(node["properties"]["statements"][0])
    statement["said"] |= changes
    other["properties"]["statements"].append(json.dumps(statement))


def _instead(graph: Graph) -> None:
    """Take one node's statement out, and put one in of a row that there was none of."""
    [node] = (one for one in graph["nodes"] if one["id"] == "git")
    node["properties"]["statements"].clear()
    _said(graph, "edge", row=999)
    node["properties"]["statements"].append(json.dumps(_statement(graph, "vault") | {"row": 998}))


def _statement(graph: Graph, id_: str) -> dict[str, Any]:
    [node] = (one for one in graph["nodes"] if one["id"] == id_)
    found: dict[str, Any] = json.loads(node["properties"]["statements"][0])
    return found


def _foreign(graph: Graph) -> None:
    graph["nodes"].append({"id": "x", "kinds": ["GS_Foreign"], "properties": {}})
    graph["nodes"].append({"id": "y", "kinds": ["GS_Source"], "properties": {"name": 5}})
    graph["edges"].append({"kind": "GS_Foo", "start": {"value": "x"}, "end": {"value": "y"}, "properties": {}})


def _twice(graph: Graph) -> None:
    [source] = _sources(graph)
    graph["nodes"].append(source | {"properties": source["properties"] | {"complete": False}})


@pytest.mark.parametrize(
    ("change", "counted"),
    [
        (lambda graph: _said(graph, "git", invented="x"), {NOT_THERE, UNREADABLE}),
        (lambda graph: _said(graph, "git", row=-1), {NOT_THERE, UNREADABLE}),
        (lambda graph: _said(graph, "git", row=True), {NOT_THERE, UNREADABLE}),
        (lambda graph: _said(graph, "git", row=10**30), {NOT_THERE, UNREADABLE}),
        (
            lambda graph: _said(graph, "git", source="facts:nobody"),
            {NOT_THERE, ("statements", "of a source that is not there", 1)},
        ),
        (_again, set()),  # the same once more is no news
        (
            lambda graph: _again(graph, name="other"),
            {("exported nodes", "stated once more, and differently: the first in order was taken", 1)},
        ),
        (
            _instead,
            {
                ("exported nodes", "exported, and not there any more", 2),
                ("exported nodes", "there, and not exported: imported all the same", 2),
            },
        ),
        (
            lambda graph: _source(graph, counts=json.dumps({"nodes": 9, "relations": 12, "coverage": 1})),
            {("exported nodes", "there, and not exported: imported all the same", 1)},
        ),
        (_twice, {("sources", "described twice, and differently: the first was taken", 1)}),
        (
            _foreign,
            {
                ("node GS_Foreign", "a kind that is not mapped", 1),
                ("node GS_Source", "a kind that is not mapped", 1),
                ("edge GS_Foo", "a kind that is not mapped", 1),
            },
        ),
    ],
)
def test_it_is_counted(
    tmp_path: Path, text: str, change: Callable[[Graph], None], counted: set[tuple[str, str, int]]
) -> None:
    """Where an edit takes away, adds or doubles something, that is said."""
    assert _counted(_edited(tmp_path, text, change)) == counted


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda graph: _said(graph, "git", valid_to="99999-01-01"), "not within the years 1 to 9999"),
        (lambda graph: _said(graph, "git", valid_from="infinity"), "not within the years 1 to 9999"),
        (
            lambda graph: _said(graph, "token", last_used=[{"by": "x", "at": "-infinity", "known": True}]),
            "not within the years 1 to 9999",
        ),
        (lambda graph: _said(graph, "git", hypothetical="maybe"), "not as it was exported"),
        (lambda graph: _source(graph, complete="false"), "neither true nor false"),
        (lambda graph: _source(graph, importer=5), "no text"),
        (lambda graph: _source(graph, at="2020-01-01"), "no time zone"),
        (lambda graph: _source(graph, at="0001-01-01T00:00:00+05:00"), "not as it was exported"),
        (lambda graph: _source(graph, not_understood='[["a", "b", "x"]]'), "no count"),
        (lambda graph: _source(graph, not_understood='[["a", "b", -3]]'), "no count"),
        (lambda graph: _source(graph, counts='{"nodes": 1e400}'), "no count"),
        (lambda graph: _source(graph, default_as_of="0001-01-01T00:00:00+05:00"), "no moment"),
        (lambda graph: _source(graph, default_as_of=5), "no moment"),
        (lambda graph: graph.update(nodes={}), "lists of `nodes` or `edges`"),  # type: ignore[call-overload]
    ],
)
def test_it_is_refused(tmp_path: Path, text: str, change: Callable[[Graph], None], said: str) -> None:
    """What would be read as something else, or could not be asked about afterwards, is one sentence."""
    file = _edited(tmp_path, text, change)
    with pytest.raises(ImportFailedError) as error:
        _counted(file)

    assert said in str(error.value)
    assert str(tmp_path / "lines") not in str(error.value)


def test_without_its_sources_all_of_it_is_counted(tmp_path: Path, text: str) -> None:
    """A file of ours that names no source is another tool's: each node and edge is counted with its kind."""
    graph = json.loads(text)["graph"]

    def change(graph: Graph) -> None:
        graph["nodes"] = [one for one in graph["nodes"] if one["kinds"][0] != "GS_Source"]

    found = _counted(_edited(tmp_path, text, change))
    assert sum(count for _, _, count in found) == len(graph["nodes"]) - 1 + len(graph["edges"])


def test_the_command_says_so(inside: Inside, tmp_path: Path, text: str) -> None:
    """Exit code 3 and the counts, of all sources of the file; exit code 2 and a sentence, and nothing was stored."""
    words = ("--store", tmp_path / "store", "-o", "json")
    refused = inside(
        "import",
        "opengraph",
        _edited(tmp_path, text, lambda graph: _source(graph, default_as_of=5)),
        *words,
    )
    counted = inside("import", "opengraph", _edited(tmp_path, text, _foreign), *words)

    assert refused.code == 2
    assert "no moment" in refused.err
    assert counted.code == 3
    sources = [one["source"] for one in json.loads(counted.out)["imports"]]
    assert [one["source"] for one in sources] == ["facts:small", "opengraph:file"]
    assert all(one["first"] for one in json.loads(counted.out)["imports"])
    assert len(sources[1]["not_understood"]) == 3


# Private functions


def _edited(folder: Path, text: str, change: Callable[[Graph], None]) -> Path:
    payload = json.loads(text)
    change(payload["graph"])
    (folder / "graph.json").write_text(json.dumps(payload), "utf-8")
    return folder / "graph.json"


def _counted(file: Path) -> set[tuple[str, str, int]]:
    """Return what an import of a file says that it left out or doubts."""
    payload = opengraph_back.load(file)
    opengraph_back.default_as_of(payload)
    folder = file.parent / "lines"
    folder.mkdir()
    doubts = [one for back in opengraph_back.read_back(payload, folder) for one in back.doubts]
    others = payload.others
    if others.nodes or others.edges:
        _, records = opengraph.read(others.nodes, others.edges, "file", file)
        doubts += [one for one in records if isinstance(one, NotUnderstood)]
    return {(one.where, one.reason, one.count) for one in doubts}
