"""Fragments of JSON Schema. A scalar is text whatever an editor takes it for, so text fields take any scalar."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from graphscan.compose.fields import Form


def enum_of(words: Mapping[str, Any] | type[StrEnum] | list[str]) -> dict[str, Any]:
    """Return the schema of one word out of a closed list."""
    return {"enum": [str(one) for one in words]}


def array_of(items: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a list that is not empty."""
    return {"type": "array", "minItems": 1, "items": items}


def form_schema(form: Form, **more: Any) -> dict[str, Any]:
    """Return the JSON Schema of an entry that has these keys and no others."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, field in form.items() if field.required],
        "properties": {name: field.schema for name, field in form.items()},
        **more,
    }


TEXT: dict[str, Any] = {"type": ["string", "number", "boolean", "null"]}
ID: dict[str, Any] = {"type": ["string", "number"], "minLength": 1}
MOMENT: dict[str, Any] = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}:\d{2}([.]\d{1,6})?([Zz]|[+-]\d{2}:\d{2}))?$",
    "description": "a date (its midnight, UTC), or a time with Z or an offset",
}
WHOLE: dict[str, Any] = {"type": ["integer", "string"], "minimum": 0, "pattern": "^(0|[1-9][0-9]{0,14})$"}
TRUTH: dict[str, Any] = {"enum": [True, False, "true", "false"]}
