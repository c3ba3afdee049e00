"""
What each source stated, row by row, as one line of JSON: enough to make the store's files of it again.

A statement is `{"source": …, "row": …, "said": {column: value}}`; columns that are NULL are left out, as in the store's
own lines.
"""

from typing import TYPE_CHECKING

from graphscan.store.tables import TABLES, literal, parquet, quoted

if TYPE_CHECKING:
    import duckdb

    from graphscan.store import Snapshot


def load(con: "duckdb.DuckDBPyConnection", snapshot: "Snapshot") -> None:
    """
    Create schema `stated` beside the instant's `base`.

    `stated.node` and `stated.relation` have one row for each id with all statements about it; `stated.past` are the
    relations that do not hold at the instant, `stated.coverage` and `stated.classify` one row for each statement.
    """
    con.execute("CREATE SCHEMA IF NOT EXISTS stated")
    for table in TABLES:
        con.execute(f"CREATE OR REPLACE VIEW stated.{table}_row AS {_rows(snapshot, table)}")
    con.execute("""
        CREATE OR REPLACE TABLE stated.node AS
        SELECT id, min(kind) AS kind, min(provider) AS provider, min(name) AS name,
          list(statement ORDER BY source, row) AS statements
        FROM stated.nodes_row GROUP BY id;
        CREATE OR REPLACE TABLE stated.relation AS
        SELECT id, min(kind) AS kind, min(source_ref) AS source, min(target_ref) AS target,
          min(valid_from) AS valid_from, min(valid_to) AS valid_to, list(statement ORDER BY source, row) AS statements
        FROM stated.relations_row GROUP BY id;
        CREATE OR REPLACE TABLE stated.past AS
        SELECT s.*, r.reason FROM stated.relation s
        ANTI JOIN (SELECT split_part(id, '~', 1) AS id FROM base.relation WHERE source_instance <> 'derived') now
          USING (id)
        LEFT JOIN (SELECT id, min(reason) AS reason FROM base.rejected GROUP BY id) r USING (id);
        CREATE OR REPLACE VIEW stated.coverage AS SELECT * FROM stated.coverage_row;
        CREATE OR REPLACE VIEW stated.classify AS SELECT * FROM stated.classify_row;""")


# Private functions


def _rows(snapshot: "Snapshot", table: str) -> str:
    """Return a SELECT of the rows of all sources, each with its statement."""
    # A reference is called `source` and `target` in the table of relations, and so is the import they come from.
    names = {"source": "source_ref", "target": "target_ref"} if table == "relations" else {}
    columns = ", ".join(f"{quoted(name)} AS {quoted(names.get(name, name))}" for name in TABLES[table])
    packed = ", ".join(f"{quoted(name)} := {quoted(name)}" for name in TABLES[table])
    parts = [
        # No NULL is written: within a text a quotation mark is escaped, so that the pattern fits members alone.
        f"SELECT {literal(one.source)} AS source, file_row_number AS row, {columns}, "
        f"'{{\"source\":' || to_json({literal(one.source)}) || ',\"row\":' || file_row_number || ',\"said\":' || "
        f"regexp_replace(to_json(struct_pack({packed}))::VARCHAR, ',\"[a-z_]+\":null', '', 'g') || '}}' AS statement "
        f"FROM {_numbered(parquet(path))}"
        for one, path in snapshot.files(table)
        if one.files[table].rows
    ]
    if not parts:
        empty = ", ".join(f"NULL::{type_} AS {quoted(names.get(name, name))}" for name, type_ in TABLES[table].items())
        parts.append(f"SELECT '' AS source, 0 AS row, {empty}, '' AS statement WHERE false")
    return " UNION ALL ".join(parts)


def _numbered(function: str) -> str:
    return f"{function[:-1]}, file_row_number = true)"
