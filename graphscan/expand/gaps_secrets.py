"""Secrets in content that nobody read: what they may open."""

from collections.abc import Callable, Iterable

import duckdb

from graphscan import kinds
from graphscan.expand import derived
from graphscan.expand.gaps_ends import Between, Ends, entry_levels, top_levels
from graphscan.expand.gaps_parts import reach

# What a note, a ticket or a file cannot hold a copy of. Seeds of one-time passwords, recovery codes and synchronised
# passkeys are written down often enough, and so are keys to what is encrypted.
CANNOT_BE_STORED = (
    *("hardware_key", "security_key", "smart_card", "webauthn", "fido2", "biometric"),
    *("managed_device", "device_trust", "acl", "ip_allow_list", "network_zone", "firewall"),
    *("approval", "circumstance"),
)


def fill(con: duckdb.DuckDBPyConnection, ends: Ends, make: Callable[[Between], None]) -> None:
    """
    Add the secrets that content may hold, one Credential for a gap: applications, databases and hosts open with it.

    What a secret opens may be of another source: the range reaches as far as sources that speak of each other's things,
    directly or through others. Left out are segments (a secret is no position), plug-ins (they have no door of their
    own) and what is kept shut by something that cannot be stored: every entry is stated, `ASSIGNED_TO` read completely,
    and each asks for an enforced control of `CANNOT_BE_STORED`. Applications and hosts must be reached as well.

    Args:
        make: adds the node in between.
    """
    con.execute(_KEYED, [list(CANNOT_BE_STORED)])
    ends.range_homes = linked(con, ends.homes)
    left_out = (
        "n.n NOT IN (SELECT n FROM gap_keyed) AND n.n NOT IN (SELECT source FROM relation WHERE kind = 'INSTALLED_IN')"
    )
    levels = [(kind, "domain", level) for kind in kinds.NODE_KINDS for level in entry_levels(kind)]
    levels += [(kind, "range", level) for kind in kinds.NODE_KINDS for level in top_levels(kind)]
    con.execute(
        "CREATE OR REPLACE TEMP TABLE gap_secret_level AS SELECT unnest(?::VARCHAR[]) AS kind, "
        "unnest(?::VARCHAR[]) AS side, unnest(?::VARCHAR[]) AS level",
        [list(column) for column in zip(*levels, strict=True)],
    )
    for between in ends.between(range_=left_out, within=lambda: _inside(con, ends)):
        make(between)
        con.execute(
            "INSERT INTO new_relation SELECT DISTINCT 'STORES', d.id, ?, l.level, 'held', 'possible', because "
            f"FROM ({between.domain}) d JOIN gap_secret_level l ON l.kind = d.kind AND l.side = 'domain' "
            f"WHERE d.kind IN {tuple(sorted(kinds.RELATION_KINDS['STORES'].sources))}",
            [between.id],
        )
        con.execute(
            "INSERT INTO new_relation SELECT DISTINCT 'GRANTS', ?, t.id, 'held', l.level, 'possible', because "
            f"FROM ({between.range}) t JOIN gap_secret_level l ON l.kind = t.kind AND l.side = 'range'",
            [between.id],
        )
        reach(con, between)
        derived.add(con)
        con.execute(_GUARD, [between.id])


def linked(con: duckdb.DuckDBPyConnection, homes: Iterable[str]) -> list[str]:
    """Return the sources that speak of the things of these, or whose things these speak of, and of theirs in turn."""
    found = set(homes)
    rows = con.execute(
        "SELECT DISTINCT list_sort(sources) FROM base.node WHERE len(sources) > 1 AND id <> ? UNION "
        "SELECT DISTINCT list_sort(list_distinct(list_concat([r.source_instance::VARCHAR], a.sources, b.sources))) "
        "FROM base.relation r JOIN base.node a ON a.n = r.source AND a.id <> ? "
        "JOIN base.node b ON b.n = r.target AND b.id <> ?",
        [kinds.INTERNET] * 3,
    ).fetchall()
    together = [{str(one) for one in several} for (several,) in rows]
    grown = True
    while grown:
        joined = found.union(*(one for one in together if one & found))
        grown, found = joined != found, joined
    return sorted(found)


# Private functions

_KEYED = """
CREATE OR REPLACE TEMP TABLE gap_keyed AS
WITH entry AS (
  SELECT r.r, r.target AS n, coalesce(r.guards, []) AS guards FROM relation r
  WHERE r.kind IN ('ASSIGNED_TO', 'CONTAINS', 'GRANTS') AND r.gives <> 'reachable'
    AND r.target IN (SELECT n FROM gap_closed WHERE relation = 'ASSIGNED_TO')
), shut AS (
  SELECT DISTINCT e.r FROM (SELECT r, unnest(guards).n AS control FROM entry) e
  JOIN control c ON c.n = e.control AND c.enforced = 'yes' AND c.effect = 'blocks'
  JOIN base.node b ON b.n = c.n AND list_contains(?::VARCHAR[], replace(lower(coalesce(b.subtype, '')), '-', '_'))
)
SELECT e.n FROM entry e LEFT JOIN shut s USING (r) GROUP BY e.n HAVING count(*) = count(s.r)
"""

# What lies inside the things that a row speaks of, as far as no row of its own says that it was read.
_INSIDE = """
INSERT INTO gap_from
WITH RECURSIVE inside AS (
  SELECT n, because FROM gap_from WHERE own
  UNION
  SELECT r.target, i.because FROM inside i JOIN relation r ON r.source = i.n AND r.kind = 'CONTAINS'
  JOIN node t ON t.n = r.target AND list_contains(?::VARCHAR[], t.kind)
  WHERE r.target NOT IN (SELECT n FROM gap_closed WHERE relation = ?)
)
SELECT n.n, n.id, n.kind::VARCHAR, n.provider, min(i.because), true FROM inside i JOIN node n USING (n)
WHERE n.n NOT IN (SELECT n FROM gap_from WHERE own) GROUP BY ALL
"""

_GUARD = """
UPDATE relation SET guards = [{'n': target, 'level': 'reachable'}]
WHERE kind = 'GRANTS' AND source IN (SELECT n FROM node WHERE id = ?)
  AND target IN (SELECT n FROM node WHERE kind IN ('Application', 'Host'))
"""


def _inside(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    con.execute(_INSIDE, [sorted(ends.gap.domain), ends.relation])
