"""The columns of the four tables that an import consists of: the fields of the model, flattened."""

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
