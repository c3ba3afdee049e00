"""A generated organisation as a store: one import, written in bulk as an importer of that size would have left it."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from graphscan import kinds
from graphscan.model import SourceInfo
from graphscan.store import Store
from tests.benchmarks.organisation import NODE_KINDS, Organisation
from tests.benchmarks.rules import CONTROL_STATES

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
_SOURCE = SourceInfo("benchmark:generated", "benchmark", AS_OF)


def node_id(kind: str, number: int) -> str:
    """Return the id of a node in the store."""
    return f"{kind.lower()}:{number:07d}"


def write_store(organisation: Organisation, path: Path) -> None:
    """Write an organisation to a new store at `path`, asked about as of a fixed instant."""
    store = Store.open_or_create(path)
    with duckdb.connect() as con:
        _nodes(con, organisation)
        _relations(con, organisation)
        store.write_tables(_SOURCE, {"nodes": _NODES, "relations": _RELATIONS}, con)
    store.set_default_as_of(AS_OF)


# Private functions

# One provider of its own: what is special to a vendor's product is not what is measured.
_NODES = """
SELECT id, kind, 'benchmark' AS provider, subtype,
  kind || ' ' || n AS name, 'config' AS evidence,
  CASE WHEN state <> '' THEN [{'value': state, 'valid_from': NULL::TIMESTAMP, 'valid_to': NULL::TIMESTAMP}] END
    AS enforced
FROM named
"""

_RELATIONS = """
SELECT 'relation:' || r AS id, s.id AS source, kind.name AS kind, t.id AS target, nullif(needs.name, '') AS needs,
  nullif(gives.name, '') AS gives, g.guarded_by, 'config' AS evidence
FROM made
JOIN named AS s ON s.n = made.source JOIN named AS t ON t.n = made.target
JOIN word AS kind ON kind.number = made.kind
JOIN word AS needs ON needs.number = made.needs
JOIN word AS gives ON gives.number = made.gives
LEFT JOIN guard AS g ON g.number = made.guard
ORDER BY r
"""


def _nodes(con: duckdb.DuckDBPyConnection, organisation: Organisation) -> None:
    first, last = organisation.pools["Control"]
    state = np.zeros(len(organisation), np.int32)
    state[first:last] = 1 + organisation.state
    con.register(
        "numbers",
        {
            "n": np.arange(len(organisation), dtype=np.int32),
            "kind": organisation.kind.astype(np.int32),
            "state": state,
            "factor": organisation.factor,
        },
    )
    con.execute(
        "CREATE TABLE named AS SELECT n, "
        "CASE WHEN n = ? THEN ? ELSE lower(kind) || ':' || lpad(n::VARCHAR, 7, '0') END AS id, kind, state, "
        "CASE WHEN n = ? THEN 'internet' WHEN factor THEN 'factor' ELSE '' END AS subtype "
        "FROM (SELECT n, (?::VARCHAR[])[kind + 1] AS kind, (?::VARCHAR[])[state + 1] AS state, factor FROM numbers)",
        [organisation.internet, kinds.INTERNET, organisation.internet, list(NODE_KINDS), ["", *CONTROL_STATES]],
    )


def _relations(con: duckdb.DuckDBPyConnection, organisation: Organisation) -> None:
    words = [""]

    def word(text: str) -> int:
        if text not in words:
            words.append(text)
        return words.index(text)

    parts: list[tuple[NDArray[np.int64], ...]] = []
    for block in organisation.relations:
        count = len(block.source)
        gives = np.array([word(level) for level in block.levels])[block.gives]
        if block.rule.kind == "HAS_CREDENTIAL":
            gives = np.where(organisation.factor[block.target], word("mfa"), gives)
        needs = np.full(count, word(block.rule.needs or ""))
        kind = np.full(count, word(block.rule.kind))
        parts.append((block.source, block.target, kind, needs, gives, block.guard))
    columns = [np.concatenate(column).astype(np.int32) for column in zip(*parts, strict=True)]
    names = ("source", "target", "kind", "needs", "gives", "guard")
    rows = {"r": np.arange(len(columns[0]), dtype=np.int32), **dict(zip(names, columns, strict=True))}
    con.register("made", rows)
    con.register("word", {"number": np.arange(len(words), dtype=np.int32), "name": np.array(words, dtype=object)})
    sets = organisation.guards.astype(np.int32)
    con.register(
        "pair", {"number": np.arange(len(sets), dtype=np.int32), "a": sets[:, 0].copy(), "b": sets[:, 1].copy()}
    )
    con.execute(
        "CREATE TABLE guard AS SELECT p.number, list_filter([{'ref': a.id, 'level': 'defeated'}, "
        "CASE WHEN b.id IS NOT NULL THEN {'ref': b.id, 'level': 'defeated'} END], lambda one: one IS NOT NULL) AS "
        "guarded_by FROM pair p JOIN named a ON a.n = p.a LEFT JOIN named b ON b.n = p.b"
    )
