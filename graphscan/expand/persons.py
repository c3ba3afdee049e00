"""Who is the same person in two sources: derived, for owners, incidents and readers; never a step of an attack."""

import duckdb

from graphscan.expand import derived


def join_persons(con: duckdb.DuckDBPyConnection) -> None:
    """
    Derive SAME_PERSON between users that different sources describe.

    By a shared external id, else because one signs in as the other, else by an e-mail address that both sources
    verified: the strongest that an account has decides, and a weaker one adds nobody. What two accounts of one source
    would share is possible only, as is what rests on a possible sign-in. Display names and addresses that their owners
    may edit join nobody; what a source says itself stands, and is not said again.
    """
    sources = con.execute(
        "SELECT count(DISTINCT s) FROM (SELECT unnest(sources) AS s FROM node WHERE kind = 'User')"
    ).fetchall()[0][0]
    if sources < 2:
        return
    con.execute(_KEYED)
    con.execute(_PAIRS)
    con.execute(_RELATIONS)
    derived.add(con)
    con.execute("DROP TABLE person_key; DROP TABLE person_pair")


# Private functions

# A key that more than one account of a source has tells none of them from another.
_KEYED = """
CREATE TEMP TABLE person_key AS
SELECT p.n, p.sources, k.type, lower(trim(k.value)) AS value, coalesce(k.scope, '') AS scope
FROM (SELECT b.n, b.sources, unnest(b.keys) AS k FROM base.node b SEMI JOIN node USING (n) WHERE b.kind = 'User') p
WHERE k.type IN ('external_id', 'email') AND coalesce(k.verified, true) AND trim(k.value) <> ''
"""

_PAIRS = """
CREATE TEMP TABLE person_pair AS
WITH one AS (
  SELECT a.n AS a, b.n AS b, CASE a.type WHEN 'external_id' THEN 1 ELSE 3 END AS strength,
    CASE a.type WHEN 'external_id' THEN 'the same external id' ELSE 'the same verified e-mail address' END AS because,
    true AS known
  FROM person_key a JOIN person_key b ON b.type = a.type AND b.value = a.value AND b.scope = a.scope
  WHERE a.n < b.n AND NOT list_has_any(a.sources, b.sources)
  UNION ALL
  SELECT least(s.source, s.target), greatest(s.source, s.target), 2, 'one signs in as the other',
    bool_or(s.observed = 'yes')
  FROM relation s
  JOIN node a ON a.n = s.source AND a.kind = 'User'
  JOIN node b ON b.n = s.target AND b.kind = 'User'
  WHERE s.kind = 'SIGNS_IN_AS' AND NOT list_has_any(a.sources, b.sources)
  GROUP BY ALL
), said AS (
  SELECT least(source, target) AS a, greatest(source, target) AS b FROM relation WHERE kind = 'SAME_PERSON'
), fresh AS (
  SELECT a, b, min(strength) AS strength, arg_min(because, strength) AS because, bool_or(known) AS known
  FROM one ANTI JOIN said USING (a, b) GROUP BY a, b
), sided AS (
  -- Each end with the sources of the other: within them it is one person.
  SELECT f.*, x.sources AS a_sources, y.sources AS b_sources
  FROM fresh f JOIN node x ON x.n = f.a JOIN node y ON y.n = f.b
), ends AS (
  SELECT a, b, strength, a AS n, unnest(b_sources) AS there FROM sided
  UNION ALL SELECT a, b, strength, b, unnest(a_sources) FROM sided
), judged AS (
  SELECT a, b, strength > min(strength) OVER w AS weaker,
    count(*) FILTER (strength = least_strength) OVER w > 1 AS several
  FROM (SELECT *, min(strength) OVER (PARTITION BY n, there) AS least_strength FROM ends)
  WINDOW w AS (PARTITION BY n, there)
)
SELECT s.a, s.b, s.because, s.known AND NOT j.several AS known
FROM sided s JOIN (SELECT a, b, bool_or(weaker) AS weaker, bool_or(several) AS several FROM judged GROUP BY a, b) j
  USING (a, b)
WHERE NOT j.weaker
"""

_RELATIONS = """
INSERT INTO new_relation
SELECT 'SAME_PERSON', x.id, y.id, NULL, NULL, CASE WHEN known THEN 'yes' ELSE 'possible' END, because
FROM person_pair JOIN node x ON x.n = a JOIN node y ON y.n = b
"""
