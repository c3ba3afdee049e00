"""Add derived nodes and relations to an instant's inventory: provider `derived`, ids from what they are made of."""

from collections.abc import Sequence

import duckdb

PROVIDER = "derived"


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """
    Create empty tables for derived inventory beside those of the instant.

    `counted(sort, kind, rows)` says how many nodes and relations of each kind the instant has; several rows add up.
    """
    con.execute("CREATE TEMP TABLE new_node (id VARCHAR, kind VARCHAR, subtype VARCHAR, name VARCHAR)")
    con.execute(
        "CREATE TEMP TABLE new_relation (kind VARCHAR, source VARCHAR, target VARCHAR, needs VARCHAR, gives VARCHAR, "
        "observed VARCHAR, because VARCHAR)"
    )
    # What is not seen, only possible: as columns of `new_node`.
    con.execute("CREATE TEMP TABLE new_hypothesis (id VARCHAR, kind VARCHAR, subtype VARCHAR, name VARCHAR)")
    con.execute(
        "CREATE TABLE derived_node "
        "(n INTEGER, id VARCHAR, kind VARCHAR, subtype VARCHAR, name VARCHAR, hypothetical BOOLEAN)"
    )
    con.execute("CREATE TABLE derived_relation (r INTEGER, because VARCHAR)")
    con.execute(
        "CREATE TEMP TABLE counted AS SELECT 'node' AS sort, kind, count(*) AS rows FROM node GROUP BY kind "
        "UNION ALL SELECT 'relation', kind, count(*) FROM relation GROUP BY kind"
    )


def add(con: duckdb.DuckDBPyConnection) -> None:
    """
    Number what stands in `new_node`, `new_hypothesis` and `new_relation` and append it to `node` and `relation`; empty
    them.

    The ends of new relations are ids, of stated or of derived nodes. Numbers go on after the last one, in order of id.
    """
    nodes, relations = con.execute(
        "SELECT (SELECT count(*) FROM new_node) + (SELECT count(*) FROM new_hypothesis), "
        "(SELECT count(*) FROM new_relation)"
    ).fetchall()[0]
    if nodes:
        number(
            con,
            "SELECT * FROM (SELECT DISTINCT *, false AS hypothetical FROM new_node "
            "UNION ALL SELECT DISTINCT *, true FROM new_hypothesis) ANTI JOIN derived_node USING (id)",
        )
        con.execute("DELETE FROM new_node")
        con.execute("DELETE FROM new_hypothesis")
    if relations:
        relate(
            con,
            "SELECT w.kind, a.n AS source, b.n AS target, w.needs, w.gives, w.observed, w.because "
            "FROM new_relation w JOIN node a ON a.id = w.source JOIN node b ON b.id = w.target",
        )
        con.execute("DELETE FROM new_relation")


def number(con: duckdb.DuckDBPyConnection, nodes: str, parameters: Sequence[object] = ()) -> None:
    """
    Append derived nodes, their numbers going on after the last one in order of id; leave them in `fresh` with `n`.

    Args:
        nodes: a SELECT of id, kind, subtype, name, hypothetical and whatever else `fresh` is to hold; ids that no
               derived node has.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE fresh AS SELECT ((SELECT count(*) FROM base.node) + "
        "(SELECT count(*) FROM derived_node) + row_number() OVER (ORDER BY id) - 1)::INTEGER AS n, * "
        f"FROM ({nodes})",
        list(parameters),
    )
    con.execute("INSERT INTO derived_node SELECT n, id, kind, subtype, name, hypothetical FROM fresh")
    con.execute(
        "INSERT INTO node SELECT n, id, kind, ?, subtype, name, NULL, [], 'none', hypothetical, '{}', [] FROM fresh",
        [PROVIDER],
    )
    con.execute("INSERT INTO counted SELECT 'node', kind, count(*) FROM fresh GROUP BY kind")


def relate(con: duckdb.DuckDBPyConnection, relations: str, parameters: Sequence[object] = ()) -> None:
    """
    Append derived relations, their numbers going on after the last one in order of kind, ends and levels.

    Args:
        relations: a SELECT of kind, source, target, needs, gives, observed, because; its ends are node numbers.
    """
    # As enumerations, which sort by name as well, rows are compared without a look at their texts.
    con.execute(
        "CREATE OR REPLACE TEMP TABLE numbered AS SELECT ((SELECT count(*) FROM base.relation) + "
        "(SELECT count(*) FROM derived_relation) + row_number() OVER () - 1)::INTEGER AS r, * FROM ("
        "SELECT kind::base.relation_kind AS kind, source, target, needs::base.level AS needs, "
        "gives::base.level AS gives, observed::base.observed AS observed, because "
        f"FROM ({relations}) ORDER BY kind, source, target, needs, gives)",
        list(parameters),
    )
    con.execute(
        "INSERT INTO relation "
        "SELECT r, kind, source, target, needs, gives, NULL, NULL, observed, NULL, '{}' FROM numbered"
    )
    con.execute("INSERT INTO derived_relation SELECT r, because FROM numbered")
    con.execute("INSERT INTO counted SELECT 'relation', kind, count(*) FROM numbered GROUP BY kind")
