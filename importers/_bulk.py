"""
Listings of millions of records, read by DuckDB beside the importer's own record-wise reading.

One pass over the snapshot checks it and takes it apart: pages of the few large listings go, a piece of a file at a
time, to DuckDB, which takes only some members of each record; every other page is kept as it is. Which listings are
plain enough to stay with DuckDB, the importer says: the rest are read again and mapped record by record.
"""

import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

_PIECE = 48 * 1024 * 1024  # bytes of pages for one look: pieces of two listings, twice, are on the disk at a time
_MEMORY = "1GB"


@dataclass(frozen=True, slots=True)
class Members:
    """
    What of a large listing's records DuckDB reads.

    Attributes:
        endpoint: the template of the listing's path.
        type:     of a record, as DuckDB's STRUCT; members of type JSON keep what they are (`17` is no `"17"`).
        row:      SQL of the columns made of a record `one`, the first of them `id`: NULL where it can be none.
    """

    endpoint: str
    type: str
    row: str


class Pieces:
    """
    Takes the pages of large listings while a snapshot is checked, and has DuckDB read them in a thread of its own.

    Leaves the tables `listing(number, path)` and, for each of `Members`, `NAME(listing, …)` in `connection`.
    """

    def __init__(self, connection: "duckdb.DuckDBPyConnection", folder: Path, tables: Mapping[str, Members]) -> None:
        self.connection = connection
        self.numbers: dict[str, int] = {}
        self.unread: set[str] = set()  # paths of which a page could not be read so
        self._folder = folder
        self._tables = tables
        self._starts = {f'{{"endpoint":"{one.endpoint}","path":"'.encode("ascii"): name for name, one in tables.items()}
        self._lines: dict[str, list[bytes]] = {name: [] for name in tables}
        self._paths: dict[str, dict[str, None]] = {name: {} for name in tables}
        self._sizes = dict.fromkeys(tables, 0)
        self._waiting: queue.Queue[tuple[str, Path, int, list[str]] | None] = queue.Queue(maxsize=1)
        self._failed: BaseException | None = None
        self._count = 0
        connection.execute(f"SET memory_limit = '{_MEMORY}'")
        connection.execute(f"SET temp_directory = '{_literal(folder)}'")
        connection.execute("CREATE TABLE listing (number INTEGER, path VARCHAR)")
        for name, one in tables.items():
            select = f"SELECT 0::INTEGER AS listing, {one.row} FROM (SELECT NULL::{one.type} AS one) WHERE false"
            connection.execute(f"CREATE TABLE {name} AS {select}")
        self._thread = threading.Thread(target=self._read, name="pieces", daemon=True)
        self._thread.start()

    def take(self, raw: bytes) -> str:
        """Take a page's line if it is of a large listing and return its path; else return an empty text."""
        for start, name in self._starts.items():
            if raw.startswith(start):
                end = raw.find(b'"', len(start))
                text = raw[len(start) : end]
                if end < 0 or b"\\" in text or not text.isascii():
                    return ""
                path = text.decode("ascii")
                self._add(name, path, raw)
                return path
        return ""

    def finish(self) -> None:
        """Have all that was taken read."""
        for name in self._tables:
            self._send(name)
        self._waiting.put(None)
        self._thread.join()
        if self._failed is not None:
            raise self._failed
        paths = list(self.numbers)
        self.connection.execute(
            "INSERT INTO listing SELECT unnest(range(len($1)))::INTEGER, unnest($1::VARCHAR[])", [paths]
        )

    def stop(self) -> None:
        """End the thread, whatever is left: the snapshot turned out to be damaged."""
        self._failed = self._failed or RuntimeError("stopped")
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()

    # Private functions

    def _add(self, name: str, path: str, raw: bytes) -> None:
        self.numbers.setdefault(path, len(self.numbers))
        self._lines[name].append(raw)
        self._paths[name][path] = None
        self._sizes[name] += len(raw)
        if self._sizes[name] >= _PIECE:
            self._send(name)

    def _send(self, name: str) -> None:
        lines = self._lines[name]
        if not lines:
            return
        self._count += 1
        piece = self._folder / f"piece-{self._count}.jsonl"
        with piece.open("wb") as file:
            file.writelines(lines)
        self._waiting.put((name, piece, max(map(len, lines)), list(self._paths[name])))
        self._lines[name], self._paths[name], self._sizes[name] = [], {}, 0

    def _read(self) -> None:
        cursor = self.connection.cursor()
        cursor.execute("CREATE TEMP TABLE here (number INTEGER, path VARCHAR)")
        while (work := self._waiting.get()) is not None:
            try:
                if self._failed is None:
                    self._load(cursor, *work)
            except BaseException as error:
                self._failed = error  # raised by the thread that waits
            finally:
                work[1].unlink(missing_ok=True)
        cursor.close()

    def _load(self, cursor: Any, name: str, piece: Path, longest: int, paths: list[str]) -> None:
        import duckdb

        try:
            self._insert(cursor, name, piece, longest, paths)
        except duckdb.Error:
            # A record of another shape, which the importer's own reading will name: in which page is it?
            if len(paths) == 1:
                self.unread.update(paths)
                return
            start = next(start for start, own in self._starts.items() if own == name)
            alone = piece.with_suffix(".one")
            with piece.open("rb") as lines:
                for raw in lines:
                    alone.write_bytes(raw)
                    path = raw[len(start) : raw.find(b'"', len(start))].decode("ascii")
                    self._load(cursor, name, alone, len(raw), [path])
            alone.unlink(missing_ok=True)

    def _insert(self, cursor: Any, name: str, piece: Path, longest: int, paths: list[str]) -> None:
        one = self._tables[name]
        cursor.execute("DELETE FROM here")
        numbers = [self.numbers[path] for path in paths]
        cursor.execute("INSERT INTO here SELECT unnest($1::INTEGER[]), unnest($2::VARCHAR[])", [numbers, paths])
        cursor.execute(
            f"INSERT INTO {name} SELECT number, {one.row} FROM (SELECT path, unnest(body) AS one FROM read_json("
            f"'{_literal(piece)}', format = 'newline_delimited', maximum_object_size = {max(longest + 1, 1 << 24)}, "
            f"columns = {{path: 'VARCHAR', body: '{one.type}[]'}})) JOIN here USING (path)"
        )


# Private functions


def _literal(path: Path) -> str:
    return str(path).replace("'", "''")
