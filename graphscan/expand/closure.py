"""Membership closed over nested groups: inventory for scope files, never a step."""

import duckdb

from graphscan.expand import derived


def close_membership(con: duckdb.DuckDBPyConnection) -> None:
    """
    Derive EFFECTIVE_MEMBER_OF for memberships through nested groups, and a view `membership` of all memberships.

    The closure of the groups is built first: a member of one flat group costs one row, and a cycle of groups ends.
    Leaves `membership(principal, grp, known)`; `known` is false where a membership on the way is only possible, or
    holds on a condition.
    """
    con.execute(_NESTING)
    con.execute(_INDIRECT)
    derived.add(con)
    con.execute(_VIEW)


# Private functions

_NESTING = """
CREATE TEMP TABLE nesting AS
WITH RECURSIVE step AS (
  SELECT r.source AS inner_group, r.target AS outer_group,
    r.observed = 'yes' AND coalesce(len(r.guards), 0) = 0 AS known
  FROM relation r JOIN node g ON g.n = r.source AND g.kind = 'Group' WHERE r.kind = 'MEMBER_OF'
), closed AS (
  SELECT inner_group, outer_group, known FROM step
  UNION
  SELECT c.inner_group, s.outer_group, c.known AND s.known FROM closed c JOIN step s ON s.inner_group = c.outer_group
)
SELECT inner_group, outer_group, bool_or(known) AS known FROM closed WHERE inner_group <> outer_group GROUP BY ALL
"""

_INDIRECT = """
INSERT INTO new_relation
SELECT 'EFFECTIVE_MEMBER_OF', p.id, g.id, NULL, NULL, CASE WHEN bool_or(known) THEN 'yes' ELSE 'possible' END,
  'membership through nested groups'
FROM (
  SELECT r.source AS principal, n.outer_group AS grp,
    r.observed = 'yes' AND coalesce(len(r.guards), 0) = 0 AND n.known AS known
  FROM relation r JOIN nesting n ON n.inner_group = r.target WHERE r.kind = 'MEMBER_OF'
) JOIN node p ON p.n = principal JOIN node g ON g.n = grp
WHERE principal <> grp
GROUP BY p.id, g.id
"""

_VIEW = """
CREATE TABLE membership AS
SELECT source AS principal, target AS grp, bool_or(observed = 'yes' AND coalesce(len(guards), 0) = 0) AS known
FROM relation WHERE kind IN ('MEMBER_OF', 'EFFECTIVE_MEMBER_OF')
GROUP BY source, target
"""
