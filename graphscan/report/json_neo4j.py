"""What the commands about Neo4j answer, as plain values; `schemas/neo4j-*.json` describe them."""

from typing import Any

from graphscan.exchange.neo4j.results import ClearResult, PushResult, QueriesResult, QueryResult, SavedQuery
from graphscan.report import json_parts as parts


def pushed(result: PushResult) -> dict[str, Any]:
    """Return what was sent."""
    return {
        "where": result.where,
        "owner": result.owner,
        "dry_run": result.dry_run,
        "nodes": result.nodes,
        "relationships": dict(sorted(result.relationships.items())),
        "changed": dict(sorted(result.changed.items())),
        "resumed": result.resumed,
        "gone": result.gone,
        "run": result.run,
        "answered": result.answered,
    }


def cleared(result: ClearResult) -> dict[str, Any]:
    """Return what was removed."""
    found: dict[str, Any] = parts.plain(result)
    return found


def queries(result: QueriesResult) -> dict[str, Any]:
    """Return the query pack."""
    return {"queries": [_query(one) for one in result.queries]}


def queried(result: QueryResult) -> dict[str, Any]:
    """Return the rows of a saved query."""
    return {
        "query": result.query.name,
        "title": result.query.title,
        "parameters": {
            name: str(value) if hasattr(value, "isoformat") else value for name, value in result.parameters.items()
        },
        "columns": list(result.columns),
        "rows": [dict(zip(result.columns, row, strict=True)) for row in result.rows],
    }


# Private functions


def _query(one: SavedQuery) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "answers": one.answers,
        "parameters": [
            {"name": p.name, "type": p.type, "default": None if p.default is None else str(p.default), "means": p.means}
            for p in one.parameters
        ],
        "text": one.text,
    }
