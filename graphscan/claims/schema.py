"""The JSON Schema of a claims file, for editors, made from the same tables of keys as the reader."""

import json
from typing import Any

from graphscan.claims import forms, selectors
from graphscan.claims import fragments as f
from graphscan.claims.entries import AT_LEAST
from graphscan.claims.model import SURVIVING, VERBS, OnlyFrom
from graphscan.compose.schema import form_schema

_NO_SETS: frozenset[str] = frozenset()
_WORDS: f.Schema = {"type": ["string", "number"], "minLength": 1, "description": "a set, an id, a name, or key=value,…"}
_DESCRIPTIONS = {
    "no_path": "nothing in `from` reaches anything in `to`",
    "only_via": "every path from `from` to `to` passes `through`",
    "only_from": "only `allowed` reaches `to`",
    "path": "`to` is reachable from `from`: a positive control",
    "at_most": "no more of `to` than `count` or `share` is reached; `each`: from each of `from` alone",
    "no_new_path": "nothing is reached that was not in the snapshot `since`",
}


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one YAML claims file."""
    entry = _selector()
    named = {**entry, "properties": {**entry["properties"], AT_LEAST: f.whole(1)}}
    alternatives: f.Schema = {"type": "array", "minItems": 1, "items": {"anyOf": [_WORDS, f.ref("keys")]}}
    return form_schema(
        forms.header(),
        **{
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "graphscan claims",
            "description": "What must not, or must, be reachable.",
            "$defs": {
                "keys": entry,
                "selector": {"anyOf": [_WORDS, f.ref("keys"), alternatives]},
                "set": {"anyOf": [_WORDS, named, alternatives]},
                "assumption": form_schema(forms.assumption(_NO_SETS)),
                "claim": _claim(),
                **{verb: _verb(verb) for verb in VERBS},
                "waiver": _waiver(),
            },
        },
    )


def schema_text() -> str:
    """Return the schema as it is printed and stored."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


# Private functions


def _selector() -> f.Schema:
    """Return the schema of a selector as a mapping: a level, or how many there must be, selects nothing by itself."""
    form = selectors.form(_NO_SETS)
    return form_schema(form, anyOf=[{"required": [key]} for key in form if key != "level"])


def _claim() -> f.Schema:
    surviving: f.Schema = {"anyOf": [{"required": [verb]} for verb in SURVIVING]}
    return form_schema(
        forms.claim(_NO_SETS),
        oneOf=[{"required": [verb]} for verb in VERBS],
        dependentRequired={"expect": ["until"], "until": ["expect"], "via": ["expect"]},
        dependentSchemas={"survives": surviving},
        # What the attacker begins with is said here or in an assumption.
        anyOf=[
            {"required": ["given"]},
            *(
                {"properties": {verb: {"required": ["from"]}}, "required": [verb]}
                for verb in VERBS
                if verb != "only_from"
            ),
            {"required": [OnlyFrom.verb]},
        ],
    )


def _verb(verb: str) -> f.Schema:
    amount: f.Schema = {"oneOf": [{"required": ["count"]}, {"required": ["share"]}]} if verb == "at_most" else {}
    return form_schema(forms.verb(_NO_SETS, verb), description=_DESCRIPTIONS[verb], **amount)


def _waiver() -> f.Schema:
    wildcard: f.Schema = {"properties": {"edges": {"contains": {"type": "string", "pattern": r"(^|[^\\])[*?]"}}}}
    return form_schema(forms.waiver(), **{"if": wildcard, "then": {"required": ["at_most"]}})
