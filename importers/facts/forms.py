"""The keys of every sort of entry: one table each, from which reader, CSV columns and JSON Schema follow."""

from graphscan.compose import schema as js
from graphscan.compose import values as v
from graphscan.compose.fields import Field, Form, refuse
from graphscan.compose.problems import Problems, shown
from graphscan.compose.tree import Tree
from graphscan.kinds import NODE_KINDS, RELATION_KINDS
from graphscan.model import CoverageState, Effect, Enforced, EvidenceKind, Observed, Sensitivity
from importers.facts import parts as p
from importers.facts import references
from importers.facts import values as own

FORMAT = "facts/1"

_EVIDENCE_FIELD = Field(p.evidence, {"anyOf": [p.EVIDENCE_WORD, js.form_schema(p.EVIDENCE)]})
_ENFORCED = {
    "anyOf": [js.enum_of(Enforced), js.array_of({"anyOf": [js.enum_of(Enforced), js.form_schema(p.ENFORCEMENT)]})]
}
_SENSITIVITY = Field(v.choice(Sensitivity, "sensitivity"), js.enum_of(Sensitivity))
_LABELS = Field(v.list_of(v.text, "labels"), js.array_of(js.TEXT), shape="list")
_FROM = Field(v.moment, js.MOMENT)
_TO = Field(v.moment, js.MOMENT)

NODE: Form = {
    "id": Field(v.node_id, js.ID, required=True),
    "kind": Field(own.node_kind, js.enum_of(NODE_KINDS), required=True),
    "provider": Field(v.text, js.TEXT),
    "subtype": Field(v.text, js.TEXT),
    "name": Field(v.text, js.TEXT),
    "valid_from": _FROM,
    "valid_to": _TO,
    "versions": Field(p.versions, js.array_of({"anyOf": [js.MOMENT, js.form_schema(p.VERSION)]}), shape="structs"),
    "expires_at": Field(v.moment, js.MOMENT),
    "last_used": Field(p.last_uses, js.array_of(js.form_schema(p.LAST_USE)), shape="structs"),
    "owner": Field(v.node_id, js.ID),
    "state": Field(own.state, js.enum_of(own.STATES)),
    "sensitivity": _SENSITIVITY,
    "labels": _LABELS,
    "hypothetical": Field(v.truth, js.TRUTH),
    "enforced": Field(p.enforcements, _ENFORCED, shape="structs"),
    "effect": Field(v.choice(Effect, "effect"), js.enum_of(Effect)),
    "item_count": Field(v.whole, js.WHOLE),
    "keys": Field(v.list_of(p.key, "keys"), js.array_of(js.form_schema(p.KEY)), shape="structs"),
    "properties": Field(own.properties, p.PROPERTIES, shape="map"),
    "evidence": _EVIDENCE_FIELD,
}

_STATED = [name for name, kind in RELATION_KINDS.items() if not kind.derived]
_REFERENCES = Field(v.list_of(references.reference, "references"), js.array_of(p.REFERENCE), shape="list")
_GUARD = {"anyOf": [*p.REFERENCE["anyOf"], js.form_schema(p.GUARD)]}
RELATION: Form = {
    "source": Field(references.reference, p.REFERENCE),
    "sources": _REFERENCES,
    "kind": Field(own.relation_kind, js.enum_of(_STATED), required=True),
    "target": Field(references.reference, p.REFERENCE),
    "targets": _REFERENCES,
    "needs": Field(own.level, p.LEVEL),
    "gives": Field(own.level, p.LEVEL),
    "guarded_by": Field(
        v.list_of(p.guard, "guarded_by"),
        js.array_of({"anyOf": [*p.REFERENCE["anyOf"], js.form_schema(p.GUARD)]}),
        shape="list",
    ),
    "valid_from": _FROM,
    "valid_to": _TO,
    "via": Field(references.reference, p.REFERENCE),
    "stored_at": Field(v.moment, js.MOMENT),
    "observed": Field(v.choice(Observed, "observed value"), js.enum_of(Observed)),
    "properties": Field(own.properties, p.PROPERTIES, shape="map"),
    "evidence": _EVIDENCE_FIELD,
}

COVERAGE: Form = {
    "relation": Field(own.relation_kind, js.enum_of(_STATED), required=True),
    "state": Field(v.choice(CoverageState, "coverage state"), js.enum_of(CoverageState)),
    "complete": Field(v.truth, {"enum": [True, "true"]}),
    "scope": Field(v.node_id, js.ID),
    "endpoint": Field(v.text, js.TEXT),
    "at": Field(v.moment, js.MOMENT),
    "pages": Field(v.whole, js.WHOLE),
    "records": Field(v.whole, js.WHOLE),
    "error": Field(v.text, js.TEXT),
    "valid_from": _FROM,
    "valid_to": _TO,
    "evidence": Field(v.choice(EvidenceKind, "evidence"), p.EVIDENCE_WORD),
}

CLASSIFY: Form = {
    "select": Field(p.selector, {"type": "string", "minLength": 1}, required=True),
    "sensitivity": _SENSITIVITY,
    "labels": _LABELS,
}


def _version_of_format(tree: Tree, problems: Problems) -> str:
    word = v.text(tree, problems)
    if word != FORMAT:
        refuse(tree, problems, f"the format {shown(word)} is not one this version reads", f"write graphscan: {FORMAT}")
    return word


def source_name(word: str) -> str | None:
    """Return what is wrong with a source name, or None: letters, digits, dots, dashes and underscores, at most 64."""
    plain = (
        word.isascii() and word.replace(".", "a").replace("-", "a").replace("_", "a").isalnum() and word[:1].isalnum()
    )
    return None if plain and len(word) <= 64 else f"{shown(word)} is not a source name"


def _source(tree: Tree, problems: Problems) -> str:
    word = v.text(tree, problems)
    wrong = source_name(word)
    if wrong is not None:
        refuse(tree, problems, wrong, "letters, digits, dots, dashes and underscores, such as corp-2023")
    return word


def _as_it_is(tree: Tree, _problems: Problems) -> Tree:
    return tree


HEADER: Form = {
    "graphscan": Field(_version_of_format, {"const": FORMAT}, required=True),
    "source": Field(_source, {"type": ["string", "number"]}),
    "at": Field(v.moment, js.MOMENT),
    "evidence": Field(v.choice(EvidenceKind, "evidence"), p.EVIDENCE_WORD),
    "nodes": Field(_as_it_is, {"$ref": "#/$defs/nodes"}),
    "relations": Field(_as_it_is, {"$ref": "#/$defs/relations"}),
    "coverage": Field(_as_it_is, {"$ref": "#/$defs/coverage"}),
    "classify": Field(_as_it_is, {"$ref": "#/$defs/classify"}),
}
TABLES: dict[str, Form] = {"nodes": NODE, "relations": RELATION, "coverage": COVERAGE, "classify": CLASSIFY}
