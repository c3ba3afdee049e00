"""Add derived nodes and relations to an instant's inventory: provider `derived`, ids from what they are made of."""

import duckdb

PROVIDER = "derived"


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create empty tables for derived inventory beside those of the instant."""
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


def add(con: duckdb.DuckDBPyConnection) -> None:
    """
    Number what stands in `new_node`, `new_hypothesis` and `new_relation` and append it to `node` and `relation`; empty
    them.

    The ends of new relations are ids, of stated or of derived nodes. Numbers go on after the last one, in order of id.
    """
    con.execute(
        "INSERT INTO derived_node SELECT (SELECT count(*) FROM base.node) + (SELECT count(*) FROM derived_node) + "
        "row_number() OVER (ORDER BY id) - 1, id, kind, subtype, name, hypothetical FROM ("
        "  SELECT DISTINCT *, false AS hypothetical FROM new_node UNION ALL SELECT DISTINCT *, true FROM new_hypothesis"
        ") WHERE id NOT IN (SELECT id FROM derived_node)"
    )
    con.execute(
        "INSERT INTO node SELECT n, id, kind, ?, subtype, name, NULL, [], 'none', hypothetical, '{}', [] "
        "FROM derived_node WHERE id NOT IN (SELECT id FROM node)",
        [PROVIDER],
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE numbered AS "
        "SELECT (SELECT count(*) FROM base.relation) + (SELECT count(*) FROM derived_relation) + "
        "row_number() OVER (ORDER BY w.kind, a.n, b.n, w.needs, w.gives) - 1 AS r, w.kind, a.n AS source, "
        "b.n AS target, w.needs, w.gives, w.observed, w.because "
        "FROM new_relation w JOIN node a ON a.id = w.source JOIN node b ON b.id = w.target"
    )
    con.execute(
        "INSERT INTO relation "
        "SELECT r, kind, source, target, needs, gives, NULL, NULL, observed, NULL, '{}' FROM numbered"
    )
    con.execute("INSERT INTO derived_relation SELECT r, because FROM numbered")
    con.execute("DELETE FROM new_node")
    con.execute("DELETE FROM new_hypothesis")
    con.execute("DELETE FROM new_relation")
