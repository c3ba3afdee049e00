"""What completions are made of: a hypothetical node, and possible relations to it and from it."""

from collections.abc import Callable

import duckdb

from graphscan import kinds
from graphscan.expand.gaps_ends import Between, entry_levels

_GRANTING = tuple(sorted(kinds.RELATION_KINDS["GRANTS"].sources - {"Scope"}))
_CONTAINING = tuple(sorted(kinds.RELATION_KINDS["CONTAINS"].sources - kinds.RELATION_KINDS["GRANTS"].sources))


def node(con: duckdb.DuckDBPyConnection, between: Between, kind: str, subtype: str = "unread") -> None:
    """Add the hypothetical node in between."""
    con.execute("INSERT INTO new_hypothesis VALUES (?, ?, ?, ?)", [between.id, kind, subtype, "not read"])


def relate(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    select: str,
    *parameters: object,
    gives: str = "NULL",
    needs: str = "NULL",
) -> None:
    """Add possible relations; `select` yields source, target, because and whatever `needs` and `gives` ask for."""
    con.execute(
        f"INSERT INTO new_relation SELECT DISTINCT '{relation}', source, target, {needs}, {gives}, 'possible', because "
        f"FROM ({select})",
        list(parameters),
    )


def levels(con: duckdb.DuckDBPyConnection, table: str, of: Callable[[str], tuple[str, ...]]) -> None:
    """Create a table of the levels that are meant on nodes of each kind."""
    rows = [(kind, level) for kind in kinds.NODE_KINDS for level in of(kind)]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT unnest(?::VARCHAR[]) AS kind, unnest(?::VARCHAR[]) AS level",
        [[kind for kind, _ in rows], [level for _, level in rows]],
    )


def into(
    con: duckdb.DuckDBPyConnection,
    between: Between,
    hub: str = "held",
    at: Callable[[str], tuple[str, ...]] = entry_levels,
) -> None:
    """Lead from the domain, at its weakest levels of access or at those given, to the node in between."""
    levels(con, "gap_needs", at)
    for relation, which in (("GRANTS", _GRANTING), ("CONTAINS", _CONTAINING)):
        relate(
            con,
            relation,
            "SELECT d.id AS source, ? AS target, l.level, because "
            f"FROM ({between.domain}) d JOIN gap_needs l USING (kind) WHERE d.kind IN {which}",
            between.id,
            needs="level",
            gives=f"'{hub}'",
        )


def out(
    con: duckdb.DuckDBPyConnection, between: Between, at: Callable[[str], tuple[str, ...]], hub: str = "held"
) -> None:
    """Lead from the node in between to the range, at the levels given."""
    levels(con, "gap_gives", at)
    relate(
        con,
        "CONTAINS",
        f"SELECT ? AS source, t.id AS target, l.level, because FROM ({between.range}) t JOIN gap_gives l USING (kind) "
        "WHERE kind <> 'Control'",
        between.id,
        needs=f"'{hub}'",
        gives="level",
    )


def reach(con: duckdb.DuckDBPyConnection, between: Between) -> None:
    """Let applications and hosts that the new relations lead to be reached, where nothing says from where they are."""
    con.execute(_UNREACHED, [kinds.INTERNET, between.id])


# Private functions

# Of a machine to which nobody is assigned nothing else asks whether it can be reached.
_UNREACHED = """
INSERT INTO new_relation
SELECT DISTINCT 'REACHABLE_FROM', w.target, ?, 'position', 'reachable', 'possible',
  'nothing says from where it can be reached'
FROM new_relation w JOIN node n ON n.id = w.target AND n.kind IN ('Application', 'Host')
WHERE w.kind IN ('GRANTS', 'ASSIGNED_TO') AND w.source = ?
  AND n.n NOT IN (SELECT source FROM base.relation WHERE kind = 'REACHABLE_FROM')
  AND n.n NOT IN (SELECT source FROM relation WHERE kind = 'REACHABLE_FROM')
  AND n.n NOT IN (SELECT target FROM base.relation WHERE kind = 'CONNECTS_TO')
  AND n.n NOT IN (SELECT n FROM reachability_closed)
"""
