"""Sources read back from their statements, whatever format carried them: the other way of `statements`."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from graphscan.errors import ImportFailedError
from graphscan.exchange.names import digest
from graphscan.model import NotUnderstood, SourceInfo
from graphscan.store.tables import TABLES, literal, quoted

if TYPE_CHECKING:
    import duckdb

_MOST_OPEN = 64
_MOST_ROWS = 1 << 62  # numbers of rows that a table can count


@dataclass(slots=True)
class Back:
    """
    One source as it was read back: what `Store.write` takes.

    Attributes:
        doubts: what an import of it has to say: rows that were exported and are not there any more, and the like.
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
        self._sources: dict[str, int] = {}
        self._bad: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def doubts(self, known: Collection[str]) -> list[NotUnderstood]:
        """
        Return what was taken and is imported with no source: damaged, so that nobody knows whose, or of none of these.

        Args:
            known: names of the sources that are read.
        """
        lost = sum(count for name, count in self._sources.items() if name not in known)
        found = [NotUnderstood(f"statements of {one}", "not as exported", self._bad[one]) for one in sorted(self._bad)]
        return [*found, *([NotUnderstood("statements", "of a source that is not there", lost)] if lost else ())]

    def path(self, source: str, table: str) -> Path:
        """Return where the statements of a source and table lie; no file where there are none."""
        return self._folder / f"{digest(source)}-{table}.jsonl"

    def take(self, table: str, text: Any) -> None:
        """Keep one statement; what is none any more, since somebody changed it, is counted."""
        try:
            source, number, said = _parts(text, table)
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            self._bad[table] = self._bad.get(table, 0) + 1
            return
        self._sources[source] = self._sources.get(source, 0) + 1
        if (source, table) not in self._open:
            if len(self._open) == _MOST_OPEN:  # a file may name as many sources as it likes
                self._close()
            self._open[source, table] = self.path(source, table).open("a", encoding="utf-8")
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
        # Where a file lay meanwhile says nothing to anybody.
        why = re.sub(r' in file ".*?"', "", str(error).splitlines()[0]) if str(error) else type(error).__name__
        raise ImportFailedError(
            f"the source `{row.get('name')}` is not as it was exported: {why[:200]}",
            "export it again; nothing of it was imported",
        ) from error


def moment(said: Any) -> datetime:
    """Return an exported moment, given as such or as its text. Raises ValueError, TypeError, OverflowError."""
    at = said if isinstance(said, datetime) else datetime.fromisoformat(said)
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(UTC)


# Private functions


def _read(con: "duckdb.DuckDBPyConnection", files: Statements, row: Mapping[str, Any]) -> Back:
    name, importer, complete = row["name"], row["importer"], row["complete"]
    if not (isinstance(importer, str) and isinstance(complete, bool)):
        raise TypeError("`importer` is no text, or `complete` neither true nor false")
    info = SourceInfo(name, importer, moment(row["at"]), complete=complete)
    doubts = [_doubt(*one) for one in json.loads(row["not_understood"])]
    exported = {table: _count(count) for table, count in json.loads(row["counts"]).items()}
    back = Back(info, doubts, con)
    for table in TABLES:
        held, added, twice = 0, 0, 0
        wanted = exported.get(table, 0)
        path = files.path(name, table)
        if path.exists():
            _load(con, path, table)
            held, added = con.execute(
                f"SELECT count(*) FILTER (row < {wanted}), count(*) FILTER (row >= {wanted}) FROM {table}"
            ).fetchone() or (0, 0)
            (stated,) = con.execute(f"SELECT count(*) FROM {table}_stated").fetchone() or (0,)
            twice = stated - held - added
            con.execute(f"DROP TABLE {table}_stated")
            back._selects[table] = f"SELECT said.* FROM {table} ORDER BY row"
        for count, reason in (
            (wanted - held, "exported, and not there any more"),
            (added, "there, and not exported: imported all the same"),
            (twice, "stated once more, and differently: the first in order was taken"),
        ):
            if count > 0:
                doubts.append(NotUnderstood(f"exported {table}", reason, count))
    return back


def _load(con: "duckdb.DuckDBPyConnection", path: Path, table: str) -> None:
    """Make `TABLE_stated` of all distinct statements, and of it TABLE with one for each row."""
    columns = TABLES[table]
    shape = ", ".join(f"{quoted(column)} {type_}" for column, type_ in columns.items())
    con.execute(
        f"CREATE TABLE {table}_stated AS SELECT DISTINCT row, said FROM read_json({literal(str(path))}, "
        "format = 'newline_delimited', maximum_object_size = 1073741824, "
        f"columns = {{row: 'BIGINT', said: {literal(f'STRUCT({shape})')}}})"
    )
    con.execute(f"CREATE TABLE {table} AS SELECT DISTINCT ON (row) row, said FROM {table}_stated ORDER BY row, said")
    for moments in _moments(columns):
        # Python has no others, and so nothing that is asked of the store afterwards could be told.
        [wrong] = con.execute(
            f"SELECT count(*) FROM (SELECT unnest({moments}) AS at FROM {table}) "
            'WHERE NOT (isfinite("at") AND year("at") BETWEEN 1 AND 9999)'
        ).fetchone() or (0,)
        if wrong:
            raise ValueError(f"a time in {table} is not within the years 1 to 9999")


def _moments(columns: Mapping[str, str]) -> Iterator[str]:
    """Yield, for each column that holds moments, an expression that lists them."""
    for column, type_ in columns.items():
        if type_ == "TIMESTAMP":
            yield f"[said.{quoted(column)}]"
            continue
        for member in re.findall(r'"?(\w+)"? TIMESTAMP', type_):
            yield f"list_transform(said.{quoted(column)}, lambda one: one.{quoted(member)})"


def _doubt(where: Any, reason: Any, count: Any) -> NotUnderstood:
    if not (isinstance(where, str) and isinstance(reason, str)):
        raise TypeError("`not_understood` is not as it was exported")
    return NotUnderstood(where, reason, _count(count))


def _count(said: Any) -> int:
    if type(said) is not int or not 0 <= said < _MOST_ROWS:
        raise ValueError(f"{str(said)[:40]} is no count")
    return said


def _parts(text: Any, table: str) -> tuple[str, int, str]:
    """Return source, row and what is said. Raises ValueError, TypeError or KeyError for what no export writes."""
    one = json.loads(text)
    source, said = one["source"], one["said"]
    if not isinstance(said, dict) or not isinstance(source, str) or not said.keys() <= TABLES[table].keys():
        raise TypeError(text)  # of a column that is not ours nothing would be read
    rows = json.dumps(said, ensure_ascii=False)
    rows.encode()  # half of a surrogate pair, which nothing exports, is a ValueError
    return source, _count(one["row"]), rows
