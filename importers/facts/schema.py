"""The JSON Schema of a facts file, for editors, made from the same tables as the reader."""

import json
from typing import Any

from graphscan.compose.schema import form_schema
from importers.facts import forms

_ENTRY = {"nodes": "node", "relations": "relation", "coverage": "gap", "classify": "rule"}
_WHAT = {
    "nodes": "things: accounts, credentials, applications, controls …",
    "relations": "statements that two things are related, read from source to target",
    "coverage": "what was read, and what was not, of one relation kind",
    "classify": "rules that give sensitivity and labels to what a selector matches; later rules win",
}


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one YAML facts file."""
    tables: dict[str, Any] = {
        name: {"description": _WHAT[name], "type": ["array", "null"], "items": {"$ref": f"#/$defs/{_ENTRY[name]}"}}
        for name in forms.TABLES
    }
    entries = {_ENTRY[name]: form_schema(form) for name, form in forms.TABLES.items()}
    entries["relation"]["allOf"] = [
        {"oneOf": [{"required": [one]}, {"required": [f"{one}s"]}]} for one in ("source", "target")
    ]
    entries["gap"]["oneOf"] = [{"required": ["state"]}, {"required": ["complete"]}]
    entries["rule"]["anyOf"] = [{"required": ["sensitivity"]}, {"required": ["labels"]}]
    return form_schema(
        forms.HEADER,
        **{
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "graphscan facts",
            "$defs": tables | entries,
        },
    )


def schema_text() -> str:
    """Return the schema as it stands in `schema.json`."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
