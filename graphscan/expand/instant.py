"""
The inventory at one instant: what is valid and alive then, with the edits of a what-if applied.

Reads `base.node` and `base.relation` of the merged view; leaves tables `node`, `relation`, `control` and `death` in the
main schema. Scope files and techniques see these and nothing of other times.
"""

from datetime import UTC, datetime

import duckdb

from graphscan import kinds
from graphscan.expand.edits import Edits


def naive(at: datetime) -> datetime:
    """Return a moment as the store holds it: UTC without a zone."""
    return at.astimezone(UTC).replace(tzinfo=None)


def at_instant(con: duckdb.DuckDBPyConnection, at: datetime, edits: Edits, taken: dict[str, datetime]) -> None:
    """
    Create the tables of one instant.

    Args:
        con:   holds the merged view in schema `base`.
        at:    the instant.
        edits: what is changed before asking.
        taken: when each source instance was read; a state without dates is believed from then on only, of several
               sources from the last: which one states it is not kept, and nothing is taken for dead too early.
    """
    con.execute("CREATE TEMP TABLE asked (moment TIMESTAMP)")
    con.execute("INSERT INTO asked VALUES (?)", [naive(at)])
    _list(con, "edited_rotated", edits.rotated)
    _list(con, "edited_revoked", edits.revoked)
    _list(con, "edited_defeated", edits.defeated)
    _list(con, "edited_enforced", edits.enforced)
    _list(con, "edited_without", edits.without)
    _list(con, "edited_removed", edits.removed)
    con.execute("CREATE TABLE source_taken (name VARCHAR, taken TIMESTAMP)")
    for name, when in sorted(taken.items()):
        con.execute("INSERT INTO source_taken VALUES (?, ?)", [name, naive(when)])
    _list(con, "dying_kind", sorted(kinds.DYING_KINDS))
    _list(con, "dead_state", sorted(kinds.DEAD_STATES))
    con.execute(_DEATH)
    con.execute(_ORPHANED)
    con.execute(_REVIVED, [edits.revived])
    con.execute(_NODE)
    con.execute(_CONTROL)
    con.execute(_OUTDATED)
    con.execute(_RELATION)


# Private functions


def _list(con: duckdb.DuckDBPyConnection, table: str, values: tuple[str, ...] | list[str]) -> None:
    con.execute(f"CREATE TEMP TABLE {table} (id VARCHAR)")
    con.execute(f"INSERT INTO {table} SELECT unnest(?::VARCHAR[])", [list(values)])


# Why a node does not take part. Only credentials and principals die of their state: an application or an assignment
# that is marked retired still opens what it opens. Controls never die; one that is not in force is absent.
_DEATH = """
CREATE TABLE death AS
SELECT n, reason FROM (
  SELECT n, CASE
      WHEN id IN (SELECT id FROM edited_without) THEN 'left out by --without'
      WHEN kind = 'Control' THEN NULL
      WHEN id IN (SELECT id FROM edited_revoked) THEN 'revoked by --revoke'
      WHEN valid_from > asked.moment THEN 'does not exist before ' || strftime(valid_from, '%Y-%m-%dT%H:%M:%SZ')
      WHEN valid_to <= asked.moment AND NOT list_contains(unproven, 'valid_to') THEN
        CASE WHEN kind = 'Credential' THEN 'dead since ' ELSE 'ended ' END || strftime(valid_to, '%Y-%m-%dT%H:%M:%SZ')
      WHEN kind = 'Credential' AND expires_at <= asked.moment AND NOT list_contains(unproven, 'expires_at')
        THEN 'expired ' || strftime(expires_at, '%Y-%m-%dT%H:%M:%SZ')
      WHEN kind IN (SELECT id FROM dying_kind) AND state IN (SELECT id FROM dead_state)
       AND NOT list_contains(unproven, 'state') AND (valid_to IS NULL OR list_contains(unproven, 'valid_to'))
       AND asked.moment >= coalesce(
         (SELECT max(t.taken) FROM source_taken t WHERE list_contains(sources, t.name)), asked.moment) THEN state
    END AS reason
  FROM base.node, asked
) WHERE reason IS NOT NULL
"""

# A credential of dead accounts only is dead with them: where it is known whose it is, and where it opens nothing else.
_ORPHANED = """
INSERT INTO death
SELECT h.target, 'its account is dead: ' || min(a.id || ' (' || d.reason || ')')
FROM base.relation h JOIN base.node a ON a.n = h.source
  LEFT JOIN death d ON d.n = h.source AND h.observed = 'yes', asked
WHERE h.kind = 'HAS_CREDENTIAL' AND h.target NOT IN (SELECT n FROM death)
  AND h.id NOT IN (SELECT id FROM edited_removed)
  AND (h.valid_from IS NULL OR h.valid_from <= asked.moment) AND (h.valid_to IS NULL OR h.valid_to > asked.moment)
  AND h.target NOT IN (SELECT source FROM base.relation WHERE kind IN ('GRANTS', 'SAME_SECRET'))
  AND h.target NOT IN (SELECT target FROM base.relation WHERE kind IN ('DEFEATED_BY', 'SAME_SECRET', 'DERIVED_FROM'))
  -- An account in a product that nobody imported is one more that its own password signs in; it is nobody else's.
  AND NOT EXISTS (SELECT 1 FROM base.unresolved
    WHERE relation_kind = 'HAS_CREDENTIAL' AND NOT starts_with(ref, '~behind|'))
GROUP BY h.target HAVING count(*) = count(d.n)
"""

# The dead that take part again, if that is asked: credentials that exist by now and were not left out, and their dead
# accounts. `death` keeps why they are dead.
_REVIVED = """
CREATE TEMP TABLE revived AS
WITH ended AS (
  SELECT n, kind FROM base.node JOIN death USING (n), asked
  WHERE ? AND id NOT IN (SELECT id FROM edited_without) AND (valid_from IS NULL OR valid_from <= asked.moment)
),
credential AS (SELECT n FROM ended WHERE kind = 'Credential')
SELECT n FROM credential
UNION
SELECT a.n FROM ended a JOIN base.relation h ON h.source = a.n AND h.kind = 'HAS_CREDENTIAL', asked
WHERE h.target IN (SELECT n FROM credential)
  AND (h.valid_from IS NULL OR h.valid_from <= asked.moment) AND (h.valid_to IS NULL OR h.valid_to > asked.moment)
"""

# A control that is left out is absent, so what it is in force for stays; a mechanism that is left out is no way in.
_NODE = """
CREATE TEMP TABLE gone AS SELECT n FROM death
WHERE n NOT IN (SELECT n FROM base.node WHERE kind = 'Control' AND subtype IS DISTINCT FROM 'mechanism')
  AND n NOT IN (SELECT n FROM revived);
CREATE TABLE node AS
SELECT n, id, kind, provider, subtype, name, state, labels, sensitivity, hypothetical, properties, sources
FROM base.node
WHERE n NOT IN (SELECT n FROM gone) AND kind IS NOT NULL
ORDER BY n
"""

# What a control's enforcement is at the instant. One that nobody saw may not be there. A mechanism is not configured
# anywhere: it holds until it is defeated.
_CONTROL = """
CREATE TABLE control AS
SELECT n, id, effect, CASE WHEN stated = 'yes' AND unseen THEN 'unknown' ELSE stated END AS enforced
FROM (SELECT n, id, coalesce(effect, 'blocks') AS effect,
  hypothetical AND id NOT IN (SELECT id FROM edited_enforced) AS unseen, CASE
    WHEN id IN (SELECT id FROM edited_defeated) THEN 'no'
    WHEN id IN (SELECT id FROM edited_enforced) THEN 'yes'
    WHEN id IN (SELECT id FROM edited_without) THEN 'absent'
    WHEN valid_from > asked.moment OR valid_to <= asked.moment THEN 'absent'
    ELSE coalesce(
      list_extract(list_transform(list_filter(enforced, lambda e:
        (e.valid_from IS NULL OR e.valid_from <= asked.moment) AND (e.valid_to IS NULL OR e.valid_to > asked.moment)),
        lambda e: e.value), -1),
      CASE WHEN subtype = 'mechanism' THEN 'yes' ELSE 'unknown' END)
  END AS stated
FROM base.node, asked WHERE kind = 'Control')
ORDER BY n
"""

# A copy that was stored before the secret was replaced, once the overlap has ended, opens nothing; a ticket proves no
# replacement. What happened on one day, and is known no better, happened in an order that nobody knows.
_OUTDATED = """
CREATE TEMP TABLE replaced AS
SELECT r.r, r.stored_at, v.since, v.since::DATE = r.stored_at::DATE
    AND (v.precision = 'day' OR r.stored_at = r.stored_at::DATE::TIMESTAMP)
    AND (c.valid_from IS NULL OR c.valid_from::DATE < v.since::DATE) AS unordered
FROM base.relation r
  JOIN (SELECT n, valid_from, unnest(versions) AS v FROM base.node WHERE kind = 'Credential') c ON c.n = r.target, asked
WHERE r.kind = 'STORES' AND r.stored_at IS NOT NULL AND v.evidence <> 'ticket' AND v.since <= asked.moment
  AND (v.overlap_until IS NULL OR v.overlap_until <= asked.moment);
CREATE TEMP TABLE outdated AS
SELECT r FROM replaced WHERE NOT unordered AND since > stored_at
UNION
SELECT r.r FROM base.relation r JOIN base.node c ON c.n = r.target
WHERE r.kind = 'STORES' AND r.stored_at IS NOT NULL AND c.id IN (SELECT id FROM edited_rotated);
CREATE TEMP TABLE unordered AS SELECT DISTINCT r FROM replaced WHERE unordered
"""

# A control in a guard never makes a relation vanish; any other guard fact must exist.
_RELATION = """
CREATE TABLE relation AS
WITH lost AS (
  SELECT DISTINCT r FROM (SELECT r, unnest(guards).n AS n FROM base.relation WHERE guards IS NOT NULL)
  WHERE n IN (SELECT n FROM gone) AND n NOT IN (SELECT n FROM control)
),
unseen AS (SELECT n FROM node WHERE hypothetical)
SELECT r.r, r.kind, r.source, r.target, r.needs, r.gives, r.guards, r.via,
  CASE WHEN r.observed = 'yes' AND (r.source IN (SELECT n FROM unseen) OR r.target IN (SELECT n FROM unseen)
      OR r.r IN (SELECT r FROM unordered))
    THEN 'possible' ELSE r.observed END AS observed,
  r.stored_at, r.properties
FROM base.relation r, asked
WHERE (r.valid_from IS NULL OR r.valid_from <= asked.moment)
  AND (r.valid_to IS NULL OR r.valid_to > asked.moment OR r.evidence = 'ticket')
  AND r.source NOT IN (SELECT n FROM gone) AND r.target NOT IN (SELECT n FROM gone)
  AND (r.via IS NULL OR r.via NOT IN (SELECT n FROM gone))
  AND (r.stored_at IS NULL OR r.stored_at <= asked.moment)
  AND r.r NOT IN (SELECT r FROM lost) AND r.r NOT IN (SELECT r FROM outdated)
  AND r.id NOT IN (SELECT id FROM edited_removed)
ORDER BY r.r
"""
