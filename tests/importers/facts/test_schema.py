"""The JSON Schema for editors, and the sample and documentation that must satisfy it and the reader."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

import importers.facts
from graphscan.compose.problems import Problems
from graphscan.compose.tree import Items, Map, Scalar, Tree, read_yaml
from graphscan.errors import BadFileError
from graphscan.examples.sample import sample_text
from graphscan.model import Coverage, Node, Relation
from importers.facts import read, schema
from importers.facts.forms import CLASSIFY, COVERAGE, NODE, RELATION, TABLES
from importers.facts.schema import schema_text

ROOT = Path(__file__).parents[3]


def _plain(tree: Tree) -> Any:
    if isinstance(tree, Scalar):
        return None if tree.absent else tree.text
    if isinstance(tree, Items):
        return [_plain(item) for item in tree.items]
    return {name: _plain(value) for name, value in tree.values.items()}


def _as_text(text: str) -> Any:
    tree = read_yaml(text, Problems("x.yaml"), begin="graphscan: facts/1")
    assert isinstance(tree, Map)
    return _plain(tree)


def _as_an_editor(text: str) -> Any:
    """Return what an editor sees: YAML's own types, dates as text."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=lambda one: one.isoformat()))


def test_the_schema_on_disk_is_up_to_date() -> None:
    """`schema.json` is what the tables of keys give now."""
    path = Path(importers.facts.__file__).with_name("schema.json")

    assert path.read_text(encoding="utf-8") == schema_text()
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("view", [_as_text, _as_an_editor])
def test_the_sample_fits_the_schema(view: Any) -> None:
    """The sample is valid, read as text as well as with YAML's own types."""
    errors = list(jsonschema.Draft202012Validator(schema()).iter_errors(view(sample_text())))

    assert not errors, errors[0]


@pytest.mark.parametrize(
    "text",
    [
        "source: x",
        "graphscan: facts/2",
        "graphscan: facts/1\nnode: []",
        "graphscan: facts/1\nnodes: [{id: a}]",
        "graphscan: facts/1\nnodes: [{id: a, kind: Usr}]",
        "graphscan: facts/1\nnodes: [{id: a, kind: User, nmae: x}]",
        "graphscan: facts/1\nnodes: [{id: a, kind: Wiki, item_count: '010'}]",
        "graphscan: facts/1\nnodes: [{id: a, kind: User, valid_from: '2023-01-01T00:00:00'}]",
        "graphscan: facts/1\nnodes: [{id: a, kind: User, labels: x}]",
        "graphscan: facts/1\nrelations: [{source: a, kind: MEMBER_OF}]",
        "graphscan: facts/1\nrelations: [{source: a, sources: [a], kind: MEMBER_OF, target: b}]",
        "graphscan: facts/1\nrelations: [{source: a, kind: EFFECTIVE_MEMBER_OF, target: b}]",
        "graphscan: facts/1\nrelations: [{source: {provider: x}, kind: MEMBER_OF, target: b}]",
        "graphscan: facts/1\ncoverage: [{relation: STORES}]",
        "graphscan: facts/1\nclassify: [{select: x}]",
    ],
)
def test_the_schema_refuses_what_the_reader_does(tmp_path: Path, text: str) -> None:
    """An editor underlines what the import would refuse."""
    path = tmp_path / "f.yaml"
    path.write_text(text)
    with pytest.raises(BadFileError):
        read([path], source="x")

    assert list(jsonschema.Draft202012Validator(schema()).iter_errors(_as_an_editor(text)))


def test_the_sample_shows_every_construct(tmp_path: Path) -> None:
    """Every key of every table stands in the sample, but for a few that explain themselves."""
    path = tmp_path / "facts.yaml"
    path.write_text(sample_text(), encoding="utf-8")
    info, records = read([path])
    said = _as_text(sample_text())
    used = {table: {key for entry in said[table] for key in entry} for table in TABLES}

    assert info.name == "facts:example"
    assert set(NODE) - used["nodes"] == {"provider", "sensitivity", "valid_to", "evidence"}
    assert set(RELATION) - used["relations"] == {"valid_to", "via", "properties"}
    assert set(COVERAGE) - used["coverage"] <= set(COVERAGE) - {"relation", "state", "complete", "scope"}
    assert set(CLASSIFY) == used["classify"]
    ids = {one.id for one in records if isinstance(one, Node)} | {"internet"}
    ends = {str(end) for one in records if isinstance(one, Relation) for end in (one.source, one.target)}
    assert {end for end in ends if not end.startswith("~")} <= ids
    assert {one.scope for one in records if isinstance(one, Coverage)} <= ids


def test_the_documented_examples_are_imported(tmp_path: Path) -> None:
    """The YAML and CSV blocks of docs/facts.md, saved as files, are one import without a problem."""
    text = (ROOT / "docs" / "facts.md").read_text(encoding="utf-8")
    paths = []
    for number, (language, block) in enumerate(
        re.findall(r"^```(yaml|csv)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    ):
        paths.append(tmp_path / f"{number}.{language}")
        paths[-1].write_text(block, encoding="utf-8")
    info, records = read(paths)

    assert info.name == "facts:corp"
    assert {path.suffix for path in paths} == {".yaml", ".csv"}
    assert {type(one).__name__ for one in records} == {"Node", "Relation", "Coverage", "Classify"}


def test_the_documentation_names_every_key() -> None:
    """Each key of each table is described in docs/facts.md."""
    text = (ROOT / "docs" / "facts.md").read_text(encoding="utf-8")

    for table, form in TABLES.items():
        for key in form:
            assert f"`{key}`" in text, (table, key)
