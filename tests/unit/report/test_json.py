"""Results as JSON."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

import graphscan.report
from graphscan.report import render
from tests.unit.report import samples
from tests.unit.report.spoil import spoiled

SCHEMAS = Path(graphscan.report.__file__).parent / "schemas"
LOADED: dict[str, Any] = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(SCHEMAS.glob("*.json"))}
REGISTRY: Registry[Any] = Registry().with_resources(
    (schema["$id"], Resource.from_contents(schema)) for schema in LOADED.values()
)


def validator(name: str) -> Draft202012Validator:
    """Return a validator of one of our schemas."""
    return Draft202012Validator(LOADED[name], registry=REGISTRY, format_checker=FormatChecker())


@pytest.mark.parametrize("name", sorted(LOADED))
def test_every_schema_is_one(name: str) -> None:
    """Each file is a JSON Schema of the draft it names."""
    Draft202012Validator.check_schema(LOADED[name])


@pytest.mark.parametrize("name", sorted(samples.every_result()))
def test_output_is_what_its_schema_says(name: str) -> None:
    """Every result, with something in each field, is valid against the schema that carries its name."""
    said = json.loads(render(samples.every_result()[name], "json"))

    validator(name).validate(said)
    assert said["schema"] == f"graphscan.{name}/1"


def test_there_is_a_schema_for_each_result_and_no_other() -> None:
    """The schemas are the results and the parts they share."""
    assert set(LOADED) == {*samples.every_result(), "parts"}


def test_blast_holds_what_was_promised() -> None:
    """The keys that scripts rely on are there, each reached entry exactly as documented."""
    said = json.loads(render(samples.blast_result(), "json"))

    assert {"start", "reached", "totals", "routes", "blocked_by", "coverage", "complete"} <= set(said)
    assert said["reached"][0] == {
        "id": "tickets",
        "kind": "Tracker",
        "name": "tickets",
        "level": "read",
        "sensitivity": "confidential",
        "certainty": "known",
        "distance": 4,
    }
    assert len(said["reached"]) == len(samples.blast_result().reached)


def test_the_same_result_gives_the_same_bytes() -> None:
    """Rendering has no order of its own."""
    assert render(samples.blast_result(), "json") == render(samples.blast_result(), "json")


@pytest.mark.parametrize("name", sorted(samples.every_result()))
def test_hostile_text_survives_as_escapes(name: str) -> None:
    """No sign outside printable ASCII stands in the output, and reading it back gives the text unchanged."""
    text = render(spoiled(samples.every_result()[name], samples.EVIL), "json")

    assert all(sign == "\n" or " " <= sign <= "~" for sign in text)
    assert json.loads(text)["schema"] == f"graphscan.{name}/1"
    assert samples.EVIL in _texts(json.loads(text))


# Private functions


def _texts(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        return {text for one in [*value, *value.values()] for text in _texts(one)}
    if isinstance(value, list):
        return {text for one in value for text in _texts(one)}
    return set()
