"""Sources read back from their statements, whatever format carried them: the other way of `statements`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from graphscan.errors import ImportFailedError
from graphscan.exchange.names import digest
from graphscan.model import NotUnderstood, SourceInfo
from graphscan.store.tables import TABLES, literal, quoted

if TYPE_CHECKING:
    import duckdb

_MOST_OPEN = 64


@dataclass(slots=True)
class Back:
    """
    One source as it was read back: what `Store.write` takes.

    Attributes:
        doubts: what an import of it has to say: rows that were pushed and are not there any more.
    """

    info: SourceInfo
    doubts: list[NotUnderstood]
    connection: "duckdb.DuckDBPyConnection"
    _selects: dict[str, str] = field(default_factory=dict)

    def tables(self) -> Mapping[str, str]:
        """Return table → SELECT of its rows, in the order in which the source stated them."""
        return self._selects


class Statements:
    """Statements gathered by source and table, as lines of JSON in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[tuple[str, str], IO[str]] = {}
        self._sources: set[str] = set()
        self.bad: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    @property
    def sources(self) -> frozenset[str]:
        """Return the sources that statements were taken of."""
        return frozenset(self._sources)

    def path(self, source: str, table: str) -> Path:
        """Return where the statements of a source and table lie; no file where there are none."""
        return self._folder / f"{digest(source)}-{table}.jsonl"

    def take(self, table: str, text: Any) -> None:
        """Keep one statement; what is none any more, since somebody changed it, is counted."""
        try:
            source, number, said = _parts(text)
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            self.bad[table] = self.bad.get(table, 0) + 1
            return
        if (source, table) not in self._open:
            if len(self._open) == _MOST_OPEN:  # a file may name as many sources as it likes
                self._close()
            self._open[source, table] = self.path(source, table).open("a", encoding="utf-8")
            self._sources.add(source)
        self._open[source, table].write(f'{{"row":{number},"said":{said}}}\n')

    def _close(self) -> None:
        for file in self._open.values():
            file.close()
        self._open.clear()


def read(con: "duckdb.DuckDBPyConnection", files: Statements, row: Mapping[str, Any]) -> Back:
    """
    Return one source.

    Args:
        row: `name`, `importer`, `at` (an aware moment, or its text), `complete`, and as JSON `counts` and
             `not_understood`.

    Raises:
        ImportFailedError: somebody changed it so that it cannot be read.
    """
    import duckdb

    try:
        return _read(con, files, row)
    except (duckdb.Error, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise ImportFailedError(
            f"the source `{row.get('name')}` is not as it was exported: {str(error).splitlines()[0][:200]}",
            "export it again; nothing of it was imported",
        ) from error


# Private functions


def _read(con: "duckdb.DuckDBPyConnection", files: Statements, row: Mapping[str, Any]) -> Back:
    name = row["name"]
    at = row["at"] if isinstance(row["at"], datetime) else datetime.fromisoformat(row["at"])
    info = SourceInfo(name, row["importer"], at, complete=bool(row["complete"]))
    doubts = [NotUnderstood(*one) for one in json.loads(row["not_understood"])]
    pushed = json.loads(row["counts"])
    back = Back(info, doubts, con)
    for table, columns in TABLES.items():
        path = files.path(name, table)
        if not path.exists():
            held = 0
        else:
            shape = ", ".join(f"{quoted(column)} {type_}" for column, type_ in columns.items())
            con.execute(
                f"CREATE TABLE {table} AS SELECT * FROM (SELECT DISTINCT ON (row) row, said FROM read_json("
                f"{literal(str(path))}, format = 'newline_delimited', maximum_object_size = 1073741824, "
                f"columns = {{row: 'BIGINT', said: {literal(f'STRUCT({shape})')}}})) ORDER BY row"
            )
            (held,) = con.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
            back._selects[table] = f"SELECT said.* FROM {table} ORDER BY row"
        missing = int(pushed.get(table, 0)) - int(held)
        if missing > 0:
            doubts.append(NotUnderstood(f"exported {table}", "exported, and not there any more", missing))
    return back


def _parts(text: Any) -> tuple[str, int, str]:
    said = json.loads(text)
    if not isinstance(said["said"], dict) or not isinstance(said["source"], str):
        raise TypeError(text)
    rows = json.dumps(said["said"], ensure_ascii=False)
    rows.encode()  # half of a surrogate pair, which nothing exports, is a ValueError
    return said["source"], int(said["row"]), rows
