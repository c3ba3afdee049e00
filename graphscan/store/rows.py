"""Records as rows: JSON lines with the columns of `tables.TABLES`, which DuckDB turns into Parquet."""

import json
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from graphscan.errors import ImportFailedError
from graphscan.kinds import NODE_KINDS, RELATION_KINDS
from graphscan.model import Classify, Coverage, Evidence, Node, Relation

Row = dict[str, Any]


def row_of(record: Node | Relation | Coverage | Classify) -> tuple[str, Row]:
    """
    Return the table a record belongs to, and its row.

    Raises:
        ImportFailedError: a kind that is not in the vocabulary, an id that is none, or a time without zone.
    """
    match record:
        case Node():
            return "nodes", _node(record)
        case Relation():
            return "relations", _relation(record)
        case Coverage():
            return "coverage", _coverage(record)
        case Classify():
            return "classify", {
                "selector": record.selector,
                "sensitivity": record.sensitivity,
                "labels": record.labels,
                "order": record.order,
            }


def line_of(row: Row) -> bytes:
    """
    Return a row as one line of JSON.

    A lone surrogate has no place in UTF-8 (a vendor's JSON may hold one): it becomes the six characters `\\udXXX`.
    """
    # A column that is left out is read as NULL.
    row = {name: value for name, value in row.items() if value is not None}
    try:
        return _dump(row).encode() + b"\n"
    except UnicodeEncodeError:
        return _dump(_without_surrogates(row)).encode() + b"\n"


@lru_cache(maxsize=4096)  # most records of an import share a few moments
def utc(at: datetime | None) -> str | None:
    """Return a moment as the store holds it. Raises ImportFailedError where it has no time zone."""
    if at is None:
        return None
    if at.tzinfo is None:
        raise ImportFailedError(f"the importer gave the time {at.isoformat()} without a time zone")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")


def properties_of(properties: dict[str, Any]) -> str:
    """Return properties as JSON, sorted by name. Raises ImportFailedError for a value that cannot be stored."""
    if not properties:
        return "{}"
    text = _dump(properties, sort_keys=True)
    try:
        text.encode()
    except UnicodeEncodeError:
        return _dump(_without_surrogates(properties), sort_keys=True)
    return text


# Private functions


def _node(node: Node) -> Row:
    if node.kind not in NODE_KINDS:
        raise ImportFailedError(f"the importer gave `{node.id}` the kind `{node.kind}`, which does not exist")
    if not node.id or node.id.startswith("~"):
        raise ImportFailedError(f"the importer gave a {node.kind} the id `{node.id}`, which cannot be one")
    return {
        "id": node.id,
        "kind": node.kind,
        "provider": node.provider,
        "subtype": node.subtype,
        "name": node.name,
        "valid_from": utc(node.valid_from),
        "valid_to": utc(node.valid_to),
        "versions": [
            {
                "since": utc(one.since),
                "overlap_until": utc(one.overlap_until),
                "precision": one.precision,
                "evidence": one.evidence,
            }
            for one in node.versions
        ],
        "expires_at": utc(node.expires_at),
        "last_used": [
            {"by": one.by, "at": utc(one.at), "known": one.known, "lookback_days": one.lookback_days}
            for one in node.last_used
        ],
        "owner": node.owner,
        "state": node.state,
        "sensitivity": node.sensitivity,
        "labels": node.labels,
        "hypothetical": node.hypothetical,
        "enforced": [
            {"value": one.value, "valid_from": utc(one.valid_from), "valid_to": utc(one.valid_to)}
            for one in node.enforced
        ],
        "effect": node.effect,
        "item_count": node.item_count,
        "keys": [
            {"type": one.type, "value": one.value, "scope": one.scope, "verified": one.verified} for one in node.keys
        ],
        "properties": properties_of(dict(node.properties)),
        **_evidence(node.evidence),
    }


def _relation(relation: Relation) -> Row:
    if relation.kind not in RELATION_KINDS:
        raise ImportFailedError(
            f"the importer gave a relation from `{relation.source}` the kind `{relation.kind}`, which does not exist"
        )
    return {
        "id": relation.id,
        "source": relation.source.text,
        "kind": relation.kind,
        "target": relation.target.text,
        "needs": relation.needs,
        "gives": relation.gives,
        "guarded_by": [{"ref": ref.text, "level": level} for ref, level in relation.guarded_by],
        "valid_from": utc(relation.valid_from),
        "valid_to": utc(relation.valid_to),
        "via": None if relation.via is None else relation.via.text,
        "stored_at": utc(relation.stored_at),
        "observed": relation.observed,
        "properties": properties_of(dict(relation.properties)),
        **_evidence(relation.evidence),
    }


def _coverage(coverage: Coverage) -> Row:
    return {
        "relation": coverage.relation,
        "state": coverage.state,
        "scope": coverage.scope,
        "endpoint": coverage.endpoint,
        "at": utc(coverage.at),
        "pages": coverage.pages,
        "records": coverage.records,
        "error": coverage.error,
        "valid_from": utc(coverage.valid_from),
        "valid_to": utc(coverage.valid_to),
        "evidence": coverage.evidence,
    }


def _evidence(evidence: Evidence) -> Row:
    return {
        "evidence": evidence.kind,
        "evidence_where": evidence.where,
        "evidence_at": utc(evidence.at),
    }


def _dump(value: Any, sort_keys: bool = False) -> str:
    try:
        return (_SORTED if sort_keys else _ENCODER).encode(value)
    except (TypeError, ValueError) as error:
        raise ImportFailedError(f"the importer gave a property that cannot be stored: {error}") from error


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"a value of type {type(value).__name__}")


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(one) for one in value]
    return value


# Made once: json.dumps with any option makes a new one for each of millions of rows.
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_plain)
_SORTED = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_plain, sort_keys=True)
