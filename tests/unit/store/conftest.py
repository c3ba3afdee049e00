"""Stores and merged views for the tests of `graphscan.store`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from graphscan.model import Record, SourceInfo
from graphscan.store import Store, merge

READ_AT = datetime(2024, 1, 1, tzinfo=UTC)


class View:
    """A merged view that is asked by SQL."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        return self.connection.execute(sql).fetchall()

    def node(self, id_: str) -> dict[str, Any]:
        """Return one node's row by its id."""
        cursor = self.connection.execute("FROM base.node WHERE id = ?", [id_])
        row = cursor.fetchone()
        assert row is not None, f"no node {id_}"
        return dict(zip([column[0] for column in cursor.description or []], row, strict=True))

    def relations(self, *columns: str) -> list[tuple[Any, ...]]:
        """Return (kind, source id, target id, further columns) of every relation, in order."""
        further = "".join(f", r.{column}" for column in columns)
        return self.rows(
            f"SELECT r.kind, s.id, t.id{further} FROM base.relation AS r "
            "JOIN base.node AS s ON s.n = r.source JOIN base.node AS t ON t.n = r.target ORDER BY r.r"
        )

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all rows of all tables in the order in which they are stored."""
        tables = ("node", "relation", "coverage", "disagreement", "unresolved", "ambiguous", "rejected")
        return {table: self.rows(f"FROM base.{table}") for table in tables}


Merged = Callable[..., View]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    return Store.open_or_create(tmp_path / "store")


@pytest.fixture
def merged(tmp_path: Path) -> Iterator[Merged]:
    """Return a function that stores `{source: records}` and loads the merged view."""
    views: list[View] = []

    def load(sources: Mapping[str, Iterable[Record]], at: Mapping[str, datetime] | None = None) -> View:
        store = Store.open_or_create(tmp_path / f"merged-{len(views)}")
        for source, records in sources.items():
            store.write(SourceInfo(source, "test", (at or {}).get(source, READ_AT)), records)
        views.append(View(merge.load(store.snapshot())))
        return views[-1]

    yield load
    for view in views:
        view.connection.close()
