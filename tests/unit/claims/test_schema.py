"""The JSON Schema for editors says the same as the reader, of every sample."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from graphscan.claims.load import load
from graphscan.claims.schema import schema, schema_text
from graphscan.compose.problems import Problems
from graphscan.compose.tree import Items, Map, Scalar, Tree, read_yaml
from graphscan.errors import ClaimsError
from tests.unit.claims.samples import BAD, GOOD, Bad

VALIDATOR = jsonschema.Draft202012Validator(schema())


def _plain(tree: Tree) -> Any:
    if isinstance(tree, Scalar):
        return None if tree.absent else tree.text
    if isinstance(tree, Items):
        return [_plain(item) for item in tree.items]
    return {name: _plain(value) for name, value in tree.values.items()}


def as_text(text: str) -> Any:
    """Return a file as our reader sees it: nothing typed."""
    tree = read_yaml(text, Problems("x.yaml"), begin="")
    assert tree is not None
    return _plain(tree)


def as_an_editor(text: str) -> Any:
    """Return what an editor sees: YAML's own types, where a date without quotes is no text."""
    loaded = YAML(typ="safe", pure=True).load(text)
    return json.loads(json.dumps(loaded, default=lambda one: {"date": one.isoformat()}))


def test_the_schema_is_a_schema() -> None:
    """It is valid itself, and what is printed is it."""
    jsonschema.Draft202012Validator.check_schema(schema())

    assert json.loads(schema_text()) == schema()


@pytest.mark.parametrize("view", [as_text, as_an_editor])
@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_good_files_fit(text: str, view: Any) -> None:
    """What the reader takes, the schema takes, read as text as well as with YAML's own types."""
    errors = [one.message for one in VALIDATOR.iter_errors(view(text))]

    assert not errors


# A key that stands twice is refused by every YAML reader of ours, and by no schema.
SEEN = {name: bad for name, bad in BAD.items() if bad.schema and name != "a key twice"}


@pytest.mark.parametrize("bad", SEEN.values(), ids=SEEN)
def test_bad_files_do_not(bad: Bad) -> None:
    """What the reader refuses without looking at other entries, the schema refuses as well."""
    assert not VALIDATOR.is_valid(as_an_editor(bad.text))


@pytest.mark.parametrize("bad", [one for one in BAD.values() if not one.schema])
def test_what_only_the_reader_sees_is_only_that(tmp_path: Path, bad: Bad) -> None:
    """The samples that the schema is excused from are those it takes: no excuse is kept longer than it is needed."""
    path = tmp_path / "c.yaml"
    path.write_text(bad.text, encoding="utf-8")

    assert VALIDATOR.is_valid(as_an_editor(bad.text))
    with pytest.raises(ClaimsError):
        load([path])


def test_reader_and_schema_have_the_same_keys() -> None:
    """Every key of the schema is one that the full sample or another uses, so none is untested."""
    used = set[str]()

    def collect(tree: Tree) -> None:
        for item in tree.items if isinstance(tree, Items) else ():
            collect(item)
        if isinstance(tree, Map):
            used.update(tree.values)
            for value in tree.values.values():
                collect(value)

    for text in GOOD.values():
        tree = read_yaml(text, Problems("x.yaml"), begin="")
        assert tree is not None
        collect(tree)
    keys = {key for part in schema()["$defs"].values() for key in part.get("properties", ())}

    assert keys - used == set()
