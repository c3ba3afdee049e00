"""Results of exports and of the commands about Neo4j, made by hand."""

from graphscan.exchange.neo4j.results import (
    ClearResult,
    Parameter,
    PushResult,
    QueriesResult,
    QueryResult,
    SavedQuery,
)
from graphscan.exchange.results import ExportResult

QUERY = SavedQuery(
    "who-reaches",
    "Who reaches it",
    "Everybody who reaches a thing.",
    (Parameter("id", "text", None, "the id of the thing"), Parameter("limit", "integer", 10, "the most rows")),
    "MATCH (n) RETURN n.id AS id LIMIT $limit",
)


def pushed() -> PushResult:
    """Return a push with everything in it."""
    return PushResult(
        "bolt://localhost:7687 (neo4j)",
        "98bd99e51a14653f",
        False,
        31_068,
        {"MEMBER_OF": 3_900, "STEP_OKTA_SIGN_IN": 614},
        {"nodes_created": 12, "nodes_deleted": 3, "relationships_created": 40, "relationships_deleted": 0},
        resumed=7,
        gone=2,
        run="mine",
        answered=120,
    )


def cleared() -> ClearResult:
    """Return what a clearing says."""
    return ClearResult("bolt://localhost:7687 (neo4j)", "98bd99e51a14653f", "run mine", 3, 120, 1)


def queries() -> QueriesResult:
    """Return a pack of one query."""
    return QueriesResult((QUERY,))


def queried() -> QueryResult:
    """Return rows of every sort of value."""
    rows = (("vault", 3, True, ["a", "b"], None), ("=1+1", 2.5, False, [], {"nodes": [{"id": "x"}]}))
    return QueryResult(QUERY, {"id": "vault", "limit": 10}, ("id", "count", "known", "names", "path"), rows)


def exported() -> ExportResult:
    """Return what an export says."""
    return ExportResult("opengraph", "out", {"nodes": 31_068, "edges": 157_550})
