"""Whole tables written at once, from SQL or from Parquet files, as atomic as records and as carefully checked."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from graphscan.errors import ImportFailedError
from graphscan.model import SourceInfo
from graphscan.store import Store, merge

AT = datetime(2024, 1, 1, tzinfo=UTC)


def info(name: str = "okta:acme") -> SourceInfo:
    """Return one run of an importer."""
    return SourceInfo(name, "test", AT)


def test_whole_tables_are_written_at_once(store: Store, tmp_path: Path) -> None:
    """Tables in bulk come from a SELECT over somebody's connection, or from a Parquet file that is moved in."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE mine AS SELECT 'u' || i AS id, 'User' AS kind FROM range(1000) AS t(i)")
        first = store.write_tables(info(), {"nodes": "SELECT * FROM mine"}, connection)
    moved = tmp_path / "moved.parquet"
    (store.path / first.files["nodes"].path).rename(moved)

    second = store.write_tables(
        info("b"),
        {"nodes": moved, "relations": "SELECT 'r' AS id, 'u1' AS source, 'MEMBER_OF' AS kind, 'g' AS target"},
    )

    assert first.counts["nodes"] == second.counts["nodes"] == 1000
    assert not moved.exists()
    store.write(info(), [])
    view = merge.load(store.snapshot())
    assert view.execute("SELECT count(*) FROM base.node").fetchone() == (1002,)
    assert view.execute("SELECT kind, observed, evidence FROM base.relation").fetchall() == [
        ("MEMBER_OF", "yes", "config")
    ]


@pytest.mark.parametrize(
    ("table", "select"),
    [
        ("people", "SELECT 1"),
        ("nodes", "SELECT 'u' AS id"),
        ("nodes", "SELECT 'u' AS id, 'User' AS kind, 1 AS shoe_size"),
        ("nodes", "SELECT 'u' AS id, 'Wizard' AS kind"),
        ("nodes", "SELECT NULL AS id, 'User' AS kind"),
        ("nodes", "SELECT 'u' AS id, 'User' AS kind, 'huge' AS sensitivity"),
        ("nodes", "SELECT 'u' AS id, 'User' AS kind, '{' AS properties"),
        ("nodes", "SELECT 'u' AS id, 'User' AS kind, 'soon' AS valid_from"),
        ("nodes", "SELEC"),
        ("relations", "SELECT 'r' AS id, 'a' AS source, 'MEMBER_OF' AS kind, 'b' AS target, 'guess' AS evidence"),
    ],
)
def test_tables_that_do_not_fit_are_refused(store: Store, table: str, select: str) -> None:
    """A table, column, type or value that the store does not have leaves the store as it was."""
    with pytest.raises(ImportFailedError):
        store.write_tables(info(), {table: select})

    assert store.sources() == []
    assert store.verify() == []


def test_a_parquet_file_that_does_not_fit_stays_where_it_was(store: Store, tmp_path: Path) -> None:
    """A refused file is not moved, and the error names the column."""
    given = tmp_path / "given.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 'u' AS id, 'User' AS kind) TO '{given}' (FORMAT parquet)")

    with pytest.raises(ImportFailedError, match="provider"):
        store.write_tables(info(), {"nodes": given})

    assert given.exists()
