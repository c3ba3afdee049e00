"""The columns of the four tables that an import consists of: the fields of the model, flattened."""

import re
from pathlib import Path

from graphscan.kinds import NODE_KINDS, RELATION_KINDS
from graphscan.model import CoverageState, Effect, EvidenceKind, Observed, Sensitivity

FORMAT = 1

_EVIDENCE_AT = {"evidence": "VARCHAR", "evidence_where": "VARCHAR", "evidence_at": "TIMESTAMP"}

TABLES: dict[str, dict[str, str]] = {
    "nodes": {
        "id": "VARCHAR",
        "kind": "VARCHAR",
        "provider": "VARCHAR",
        "subtype": "VARCHAR",
        "name": "VARCHAR",
        "valid_from": "TIMESTAMP",
        "valid_to": "TIMESTAMP",
        "versions": ("STRUCT(since TIMESTAMP, overlap_until TIMESTAMP, precision VARCHAR, evidence VARCHAR)[]"),
        "expires_at": "TIMESTAMP",
        "last_used": 'STRUCT("by" VARCHAR, "at" TIMESTAMP, known BOOLEAN, lookback_days INTEGER)[]',
        "owner": "VARCHAR",
        "state": "VARCHAR",
        "sensitivity": "VARCHAR",
        "labels": "VARCHAR[]",
        "hypothetical": "BOOLEAN",
        "enforced": 'STRUCT("value" VARCHAR, valid_from TIMESTAMP, valid_to TIMESTAMP)[]',
        "effect": "VARCHAR",
        "item_count": "BIGINT",
        "keys": 'STRUCT("type" VARCHAR, "value" VARCHAR, "scope" VARCHAR, verified BOOLEAN)[]',
        "properties": "VARCHAR",
        **_EVIDENCE_AT,
    },
    "relations": {
        "id": "VARCHAR",
        "source": "VARCHAR",
        "kind": "VARCHAR",
        "target": "VARCHAR",
        "needs": "VARCHAR",
        "gives": "VARCHAR",
        "guarded_by": 'STRUCT("ref" VARCHAR, "level" VARCHAR)[]',
        "valid_from": "TIMESTAMP",
        "valid_to": "TIMESTAMP",
        "via": "VARCHAR",
        "stored_at": "TIMESTAMP",
        "observed": "VARCHAR",
        "properties": "VARCHAR",
        **_EVIDENCE_AT,
    },
    "coverage": {
        "relation": "VARCHAR",
        "state": "VARCHAR",
        "scope": "VARCHAR",
        "endpoint": "VARCHAR",
        "at": "TIMESTAMP",
        "pages": "BIGINT",
        "records": "BIGINT",
        "error": "VARCHAR",
        "valid_from": "TIMESTAMP",
        "valid_to": "TIMESTAMP",
        "evidence": "VARCHAR",
    },
    "classify": {
        "selector": "VARCHAR",
        "sensitivity": "VARCHAR",
        "labels": "VARCHAR[]",
        "order": "BIGINT",
    },
}

# Columns that a row must state; all others may be NULL in files that are written in bulk.
REQUIRED: dict[str, tuple[str, ...]] = {
    "nodes": ("id", "kind"),
    "relations": ("id", "source", "kind", "target"),
    "coverage": ("relation", "state"),
    "classify": ("selector",),
}

# Columns whose values come from a closed list.
CLOSED: dict[str, dict[str, tuple[str, ...]]] = {
    "nodes": {
        "kind": tuple(NODE_KINDS),
        "sensitivity": tuple(Sensitivity),
        "effect": tuple(Effect),
        "evidence": tuple(EvidenceKind),
    },
    "relations": {
        "kind": tuple(RELATION_KINDS),
        "observed": tuple(Observed),
        "evidence": tuple(EvidenceKind),
    },
    "coverage": {
        "relation": tuple(RELATION_KINDS),
        "state": tuple(CoverageState),
        "evidence": tuple(EvidenceKind),
    },
    "classify": {"sensitivity": tuple(Sensitivity)},
}


def literal(text: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Return a name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def parquet(path: Path) -> str:
    """Return the table function that reads one Parquet file, whatever signs its path holds."""
    pattern = re.sub(r"([\[*?])", r"[\1]", str(path))  # DuckDB takes paths for patterns, and `a=b` in them for columns
    return f"read_parquet({literal(pattern)}, hive_partitioning = false)"
