"""JSON Schema of single values of a claims file. A scalar is text whatever an editor takes it for."""

from collections.abc import Iterable, Mapping
from typing import Any

from graphscan.compose import schema

Schema = dict[str, Any]

TEXT: Schema = {"type": ["string", "number", "boolean"], "minLength": 1}
SELECTOR: Schema = {"$ref": "#/$defs/selector"}
NAME: Schema = {"type": ["string", "number"], "minimum": 0, "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"}
DAY: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "description": "a date, in quotes"}
AGE: Schema = {"type": "string", "pattern": "^[1-9][0-9]{0,3}[mhdw]$", "description": "such as 24h or 7d"}
_PERCENT = r"100(\.0{1,6})?|0?[0-9]{1,2}(\.[0-9]{1,6})?"
SHARE: Schema = {"type": "string", "pattern": f"^({_PERCENT}) ?%$", "description": 'such as "5%"'}
EDGE: Schema = {"type": "string", "pattern": r"^\s*\S(.*\S)?\s+-[^\s>]+->\s+\S"}
EDGES: Schema = {"type": "array", "minItems": 1, "uniqueItems": True, "items": EDGE}
TECHNIQUES: Schema = {"type": "array", "minItems": 1, "uniqueItems": True, "items": TEXT}


def one_or_more(items: Mapping[str, Any]) -> Schema:
    """Return the schema of one value or a list of values."""
    return {"anyOf": [dict(items), {"type": "array", "minItems": 1, "items": dict(items)}]}


def value(options: Iterable[str] | None) -> Schema:
    """Return the schema of a key of a selector: any text, or one of some words, or a glob."""
    if options is None:
        return one_or_more({"type": ["string", "number", "boolean"]})
    return one_or_more({"anyOf": [{"enum": list(options)}, {"type": "string", "pattern": "[*?]"}]})


_MOMENT = schema.MOMENT["pattern"].removeprefix("^").removesuffix("$")
DATED = one_or_more({"type": "string", "pattern": f"^(none|(<|>=) *{_MOMENT})$"})
PROPERTIES: Schema = {"type": "object", "minProperties": 1, "additionalProperties": value(None)}


def whole(least: int, most: int | None = None) -> Schema:
    """Return the schema of a whole number."""
    limits: Schema = {"minimum": least} | ({} if most is None else {"maximum": most})
    digits = "^(0|[1-9][0-9]{0,14})$" if least == 0 else "^[1-9][0-9]{0,14}$"
    return {"type": ["integer", "string"], "pattern": digits, **limits}


def ref(name: str) -> Schema:
    """Return a reference to one of the schema's definitions."""
    return {"$ref": f"#/$defs/{name}"}


def by_name(entry: str) -> Schema:
    """Return the schema of a mapping of names to entries of one sort."""
    return {"type": ["object", "null"], "propertyNames": NAME, "additionalProperties": ref(entry)}
