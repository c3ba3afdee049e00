"""Which rows of coverage are gaps to complete at an instant, and of which node each speaks."""

import duckdb

from graphscan import kinds
from graphscan.model import LEFT_OUT, NOTHING_MISSING, SUMMED_UP

PREFIX = "unknown:"  # how the ids of the hypothetical nodes between domain and range begin


def find(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, list[str]]]:
    """
    Find the gaps that are to be completed; return (source instance, relation kind, home sources) of each sort.

    Leaves two tables:

    - `gap_row(source_instance, relation, scope, n, kind, because, endpoints)`: rows that are not complete, that no
      complete row for the same scope closes, and behind which something may be missing. `n` and `kind` are the node
      that the scope names; NULL: the whole source. A scope that is no node of the instant has nothing that could be
      reached.
      `because` is `unknown:SOURCE:RELATION[:SCOPE]`; by that name, or without the scope, `--without` switches it off.
    - `gap_closed(relation, n, own)`: nodes of which a relation kind was read completely; `own`: as a row about the node
      itself says, which speaks of the end at which the node was asked about and not of the other.

    The home of a gap is its source, and those that describe the nodes it speaks of.
    """
    asked = [one.name for one in kinds.RELATION_KINDS.values() if one.gap.sort in _COMPLETED]
    con.execute(_ROW, [PREFIX, list(NOTHING_MISSING), asked, SUMMED_UP, LEFT_OUT])
    if not con.execute("SELECT count(*) FROM gap_row").fetchall()[0][0]:
        return []
    con.execute(_CLOSED)
    found = con.execute(
        "SELECT source_instance, relation, list(DISTINCT home ORDER BY home) FROM ("
        "  SELECT source_instance, relation, source_instance AS home FROM gap_row UNION "
        "  SELECT g.source_instance, g.relation, unnest(node.sources) FROM gap_row g JOIN node USING (n)"
        ") GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [(str(source), str(relation), [str(one) for one in homes]) for source, relation, homes in found]


def is_gap(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Return whether a name (`unknown:SOURCE:RELATION[:SCOPE]`) is that of a gap that sources state at any time."""
    return bool(con.execute(_NAMED, [name, PREFIX]).fetchall()[0][0])


# Private functions

_NAMED = """
SELECT count(*) FROM (SELECT ? AS name), base.coverage c
WHERE c.state <> 'complete' AND name IN (SELECT unnest([o.kind, o.kind || ':' || coalesce(c.scope, '')])
  FROM (SELECT ? || c.source_instance::VARCHAR || ':' || c.relation::VARCHAR AS kind) o)
"""

_COMPLETED = (kinds.GapSort.GRANTS, kinds.GapSort.FORBIDS)

# A row that sums up the rows of single things hides nothing beside them, and nothing once all of them are closed.
_ROW = """
CREATE TEMP TABLE gap_row AS
WITH valid AS (
  SELECT source_instance::VARCHAR AS source_instance, relation::VARCHAR AS relation, coalesce(scope, '') AS scope,
    coalesce(endpoint, '') AS endpoint, state::VARCHAR AS state, coalesce(error, '') AS error
  FROM base.coverage, asked
  WHERE (valid_from IS NULL OR valid_from <= asked.moment) AND (valid_to IS NULL OR valid_to > asked.moment)
), closed AS (
  SELECT DISTINCT relation, scope FROM valid WHERE state = 'complete' AND scope <> ''
), open AS (
  SELECT *, ? || source_instance || ':' || relation AS of_kind FROM valid v
  WHERE state <> 'complete' AND NOT list_bool_or(list_transform(?::VARCHAR[], lambda one: starts_with(v.error, one)))
    AND NOT EXISTS (SELECT 1 FROM closed c WHERE c.relation = v.relation AND c.scope = v.scope)
    AND list_contains(?::VARCHAR[], relation)
), single AS (
  SELECT DISTINCT source_instance, relation, endpoint FROM valid WHERE state <> 'complete' AND scope <> ''
), named AS (
  SELECT o.*, o.of_kind || CASE WHEN o.scope = '' THEN '' ELSE ':' || o.scope END AS because
  FROM open o LEFT JOIN single s USING (source_instance, relation, endpoint)
  WHERE NOT (o.scope = '' AND s.relation IS NOT NULL AND contains(o.error, ?) AND NOT contains(o.error, ?))
)
SELECT g.source_instance, g.relation, g.scope, n.n, n.kind::VARCHAR AS kind, g.because,
  list(DISTINCT g.endpoint ORDER BY g.endpoint) AS endpoints
FROM named g LEFT JOIN node n ON n.id = g.scope AND g.scope <> ''
WHERE (g.scope = '' OR n.n IS NOT NULL)
  AND g.because NOT IN (SELECT id FROM edited_without) AND g.of_kind NOT IN (SELECT id FROM edited_without)
GROUP BY ALL
"""

# The list of an organization's administrators, read whole, says that a user who is not in it holds no role; where a
# row speaks of the user himself, that one says more.
_CLOSED = """
CREATE TEMP TABLE gap_closed AS
WITH whole AS (
  SELECT DISTINCT c.relation::VARCHAR AS relation, n.n, n.kind::VARCHAR AS kind
  FROM coverage c JOIN node n ON n.id = c.scope WHERE c.state = 'complete'
)
SELECT relation, n, true AS own FROM whole
UNION
SELECT c.relation::VARCHAR, x.n, false FROM (SELECT n, id, unnest(sources) AS source FROM node) x
JOIN coverage c ON coalesce(c.scope, '') = '' AND c.source_instance = x.source AND c.state = 'complete'
WHERE (c.relation IN (SELECT relation FROM gap_row) OR c.relation = 'ASSIGNED_TO')
  AND NOT EXISTS (SELECT 1 FROM coverage o WHERE o.relation = c.relation AND o.source_instance = c.source_instance
    AND o.state <> 'complete' AND coalesce(o.scope, '') IN ('', x.id))
UNION
SELECT w.relation, a.source, true FROM whole w
JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.target = w.n AND a.observed = 'yes'
JOIN node u ON u.n = a.source AND u.kind = 'User'
WHERE w.relation = 'HAS_ROLE' AND w.kind = 'Application'
  AND a.source NOT IN (SELECT n FROM gap_row WHERE relation = 'HAS_ROLE' AND n IS NOT NULL)
"""
