"""The two sides of a comparison of inventories: what is stated of all times, by id, as tables of one connection."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from graphscan import kinds
from graphscan.expand.instant import naive
from graphscan.store import Snapshot


@dataclass(frozen=True, slots=True)
class End:
    """One end of an interval: the imports looked at, and the instant."""

    snapshot: Snapshot
    at: datetime


def sides(old: End, new: End, progress: Callable[[str], None]) -> duckdb.DuckDBPyConnection:
    """
    Return a connection with the schemas `old` and `new`, each with `node`, `relation` and `coverage` by id.

    Of one snapshot both are the same tables. `edge(t_old, t_new, same)` has the two instants, and whether the snapshots
    are one.

    Raises:
        StoreDamagedError: a file is missing or not what was written.
    """
    from graphscan.store import merge

    same = old.snapshot.digest == new.snapshot.digest
    progress("reading the store")
    con = merge.load(new.snapshot)
    try:
        _side(con, "new", new.snapshot)
        if same:
            con.execute("CREATE SCHEMA old")
            for name in _TABLES:
                con.execute(f"CREATE VIEW old.{name} AS SELECT * FROM new.{name}")
        else:
            progress("reading the earlier snapshot")
            _bring(con, old.snapshot)
        con.execute("CREATE TABLE edge AS SELECT ?::TIMESTAMP AS t_old, ?::TIMESTAMP AS t_new, ?::BOOLEAN AS same",
                    [naive(old.at), naive(new.at), same])  # fmt: skip
    except BaseException:
        con.close()
        raise
    return con


# Private functions

_TABLES = ("node", "relation", "coverage")


def _side(con: duckdb.DuckDBPyConnection, schema: str, snapshot: Snapshot) -> None:
    """Make the tables of one side out of the merged view of its snapshot."""
    con.execute(f"CREATE SCHEMA {schema}")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE read_at AS SELECT unnest(?::VARCHAR[]) AS name, unnest(?::TIMESTAMP[]) AS taken",
        [[one.source for one in snapshot.imports], [naive(one.at) for one in snapshot.imports]],
    )
    con.execute(f"CREATE TABLE {schema}.node AS {_NODE}", [sorted(kinds.DYING_KINDS), sorted(kinds.DEAD_STATES)])
    con.execute(f"CREATE TABLE {schema}.relation AS {_RELATION}")
    con.execute(f"CREATE TABLE {schema}.coverage AS {_COVERAGE}")


def _bring(con: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """Make the side `old` in a connection of its own, and bring it over through files beside the store."""
    from graphscan.analysis.session import CACHE
    from graphscan.store import merge

    (snapshot.path / CACHE).mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="building-diff-", dir=snapshot.path / CACHE) as folder:
        other = merge.load(snapshot)
        try:
            _side(other, "old", snapshot)
            for name in _TABLES:
                other.execute(f"COPY old.{name} TO '{_file(folder, name)}' (FORMAT parquet)")
        finally:
            other.close()
        con.execute("CREATE SCHEMA old")
        for name in _TABLES:
            con.execute(f"CREATE TABLE old.{name} AS SELECT * FROM read_parquet('{_file(folder, name)}')")


def _file(folder: str, name: str) -> str:
    return str(Path(folder).absolute() / f"{name}.parquet").replace("'", "''")


# A state without a date is believed from when the last source of the node was read. `enforced` is in order of time.
_NODE = """
SELECT id, kind::VARCHAR AS kind, provider, subtype, name, valid_from, valid_to, expires_at, state,
  owner, sensitivity::VARCHAR AS sensitivity, list_sort(labels) AS labels, hypothetical, effect::VARCHAR AS effect,
  list_sort(list_distinct(list_transform(versions, lambda v: {
    'since': v.since, 'overlap': v.overlap_until, 'precision': v.precision, 'evidence': v.evidence}))) AS versions,
  list_sort(list_transform(enforced, lambda e: {'f': e.valid_from, 't': e.valid_to, 'v': e.value})) AS enforced,
  properties, unproven, evidence::VARCHAR AS evidence, evidence_where, evidence_at,
  array_to_string(sources, ', ') AS source_instance,
  CASE WHEN list_contains(?::VARCHAR[], kind) AND list_contains(?::VARCHAR[], state)
      AND NOT list_contains(unproven, 'state') AND (valid_to IS NULL OR list_contains(unproven, 'valid_to'))
    THEN coalesce((SELECT max(taken) FROM read_at WHERE list_contains(sources, name)), TIMESTAMP '0001-01-01')
  END AS dead_from
FROM base.node WHERE kind IS NOT NULL
"""

# `begins` and `ends`: a relation is not there before, or after, the things it joins.
_RELATION = """
WITH guard AS (
  SELECT r, list_sort(list(n.id || '::' || g.level)) AS guards
  FROM (SELECT r, unnest(guards) AS g FROM base.relation WHERE len(guards) > 0) JOIN base.node n ON n.n = g.n GROUP BY r
)
SELECT r.id, r.kind::VARCHAR AS kind, s.id AS source, t.id AS target, s.name AS source_name, t.name AS target_name,
  s.kind::VARCHAR AS source_kind, t.kind::VARCHAR AS target_kind, r.needs::VARCHAR AS needs, r.gives::VARCHAR AS gives,
  coalesce(array_to_string(guard.guards, ', '), '') AS guards, coalesce(v.id, '') AS via,
  r.valid_from, r.valid_to, greatest(r.valid_from, s.valid_from, t.valid_from) AS begins,
  least(r.valid_to, s.valid_to, t.valid_to) AS ends, r.stored_at, r.observed::VARCHAR AS observed, r.properties,
  r.evidence::VARCHAR AS evidence, r.evidence_where, r.evidence_at, r.source_instance::VARCHAR AS source_instance
FROM base.relation r JOIN base.node s ON s.n = r.source JOIN base.node t ON t.n = r.target
LEFT JOIN base.node v ON v.n = r.via LEFT JOIN guard ON guard.r = r.r
"""

_COVERAGE = """
SELECT source_instance::VARCHAR AS source_instance, relation::VARCHAR AS relation, coalesce(scope, '') AS scope,
  state::VARCHAR AS state, coalesce(endpoint, '') AS endpoint, valid_from, valid_to, "at" AS taken,
  coalesce(evidence::VARCHAR, '') AS evidence
FROM base.coverage
"""
