"""One import's Parquet files, written into a folder that no reader knows of yet."""

import contextlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

import duckdb

from graphscan.errors import ImportFailedError
from graphscan.model import NotUnderstood, Record
from graphscan.store.files import force_to_disk, sha256_of
from graphscan.store.lines import table_and_line
from graphscan.store.records import FileRecord
from graphscan.store.tables import CLOSED, REQUIRED, TABLES, literal, parquet, quoted

_LONGEST_LINE = 16 * 1024 * 1024  # DuckDB's own limit for one JSON object; raised where a record is longer


@dataclass(slots=True)
class Written:
    """The files of an import, by table, with paths relative to their folder, and what was not understood."""

    files: dict[str, FileRecord] = field(default_factory=dict)
    not_understood: list[NotUnderstood] = field(default_factory=list)


class Tables(Protocol):
    """
    Rows by the million that never were records, as SELECTs.

    Attributes:
        connection: where the SELECTs find their tables.
    """

    connection: duckdb.DuckDBPyConnection

    def tables(self) -> Mapping[str, str]:
        """Return table → SELECT with any of its columns (others are NULL); called once all records were taken."""


def write_records(folder: Path, records: Iterable[Record], also: Tables | None = None) -> Written:
    """Write records to the four Parquet files in `folder`, in the order given, and behind them what tables say."""
    written = Written()
    longest = dict.fromkeys(TABLES, 0)
    with contextlib.ExitStack() as stack:
        lines: dict[str, IO[bytes]] = {
            table: stack.enter_context((folder / f"{table}.jsonl").open("wb")) for table in TABLES
        }
        for record in _passed_on(records):
            if isinstance(record, NotUnderstood):
                written.not_understood.append(record)
                continue
            table, line = table_and_line(record)
            longest[table] = max(longest[table], len(line))
            lines[table].write(line)
    with contextlib.ExitStack() as stack:
        own = stack.enter_context(duckdb.connect())
        connection = own if also is None else also.connection
        more = {} if also is None else also.tables()
        for table, columns in TABLES.items():
            source = folder / f"{table}.jsonl"
            names = ", ".join(f"{quoted(name)}: {literal(type_)}" for name, type_ in columns.items())
            select = (
                f"SELECT * FROM read_json({literal(str(source))}, format = 'newline_delimited', columns = {{{names}}}, "
                f"maximum_object_size = {max(_LONGEST_LINE, longest[table] + 1)})"
            )
            if table in more:
                select += f" UNION ALL {_completed(connection, table, more[table])}"
            _copy(connection, select, folder / f"{table}.parquet")
            source.unlink()
        _finish(own, folder, written)
    return written


def write_bulk(
    folder: Path, tables: Mapping[str, Path | str], connection: duckdb.DuckDBPyConnection | None = None
) -> Written:
    """
    Write whole tables to the four Parquet files in `folder`.

    Args:
        tables:     table → a Parquet file, which is moved in, or a SELECT, run on `connection`.
        connection: where the SELECTs find their tables; None: a new one.

    Raises:
        ImportFailedError: a table, column, type or kind that the store does not have.
    """
    unknown = set(tables) - set(TABLES)
    if unknown:
        raise ImportFailedError(f"there is no table `{min(unknown)}`", f"the tables are {', '.join(TABLES)}")
    with duckdb.connect() as own:
        for table, columns in TABLES.items():
            path = folder / f"{table}.parquet"
            given = tables.get(table)
            if isinstance(given, Path):
                _check_columns(own, table, parquet(given), exactly=True)
                _check_rows(own, table, given)
            else:
                used = connection or own
                select = _completed(used, table, given) if given else _empty(columns)
                _copy(used, select, path)
        for table, given in tables.items():
            if isinstance(given, Path):  # moved only once nothing can be wrong with any table
                shutil.move(given, folder / f"{table}.parquet")
        written = Written()
        _finish(own, folder, written)
    return written


class FailedRecordsError(Exception):
    """Carries what the records' own source raised past the handling of what the store's files raise."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(cause)
        self.cause = cause


# Private functions


def _passed_on(records: Iterable[Record]) -> Iterator[Record]:
    try:
        yield from records
    except OSError as error:
        raise FailedRecordsError(error) from error


def _finish(connection: duckdb.DuckDBPyConnection, folder: Path, written: Written) -> None:
    for table in TABLES:
        path = folder / f"{table}.parquet"
        rows = _check_rows(connection, table, path)
        force_to_disk(path)
        written.files[table] = FileRecord(path.name, rows, path.stat().st_size, sha256_of(path))
    force_to_disk(folder)


def _copy(connection: duckdb.DuckDBPyConnection, select: str, path: Path) -> None:
    try:
        connection.execute(f"COPY ({select}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)")
    except duckdb.Error as error:
        raise ImportFailedError(f"the records cannot be written to the store: {error}") from error


def _completed(connection: duckdb.DuckDBPyConnection, table: str, select: str) -> str:
    present = _check_columns(connection, table, f"({select})", exactly=False)
    columns = ", ".join(
        f"CAST({quoted(name) if name in present else 'NULL'} AS {type_}) AS {quoted(name)}"
        for name, type_ in TABLES[table].items()
    )
    return f"SELECT {columns} FROM ({select})"


def _check_columns(connection: duckdb.DuckDBPyConnection, table: str, source: str, exactly: bool) -> set[str]:
    try:
        found = {row[0]: row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
        wanted = {row[0]: row[1] for row in connection.execute(f"DESCRIBE {_empty(TABLES[table])}").fetchall()}
    except duckdb.Error as error:
        raise ImportFailedError(f"the table `{table}` cannot be read: {error}") from error
    unknown = sorted(set(found) - set(wanted))
    if unknown:
        raise ImportFailedError(
            f"the table `{table}` has no column `{unknown[0]}`", f"its columns are {', '.join(wanted)}"
        )
    needed = wanted if exactly else {name: wanted[name] for name in REQUIRED[table]}
    missing = [name for name in needed if name not in found]
    if missing:
        raise ImportFailedError(f"the table `{table}` needs a column `{missing[0]}`", "add it")
    if exactly:
        for name, type_ in wanted.items():
            if found[name] != type_:
                raise ImportFailedError(
                    f"the column `{name}` of `{table}` has the type {found[name]}", f"it must be {type_}"
                )
    return set(found)


def _check_rows(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> int:
    """Return how many rows a file holds. Raises ImportFailedError for a value that the store does not have."""
    missing = " OR ".join(f"{quoted(name)} IS NULL OR {quoted(name)} = ''" for name in REQUIRED[table])
    checks = {f"a row of `{table}` lacks one of {', '.join(REQUIRED[table])}": missing}
    if table == "nodes":
        checks["the id of a node must not begin with `~`"] = "starts_with(id, '~')"
    for column, values in CLOSED[table].items():
        listed = ", ".join(literal(str(value)) for value in values)
        checks[f"a row of `{table}` has a {column} that does not exist"] = f"{column} NOT IN ({listed})"
    if "properties" in TABLES[table]:
        checks[f"a row of `{table}` has properties that are not JSON"] = "NOT json_valid(properties)"
    wrong = " ".join(f"WHEN {check} THEN {number}" for number, check in enumerate(checks.values()))
    counted = connection.execute(f"SELECT count(*), min(CASE {wrong} END) FROM {parquet(path)}").fetchone()
    rows, first = counted or (0, None)
    if first is not None:
        message, check = list(checks.items())[first]
        found = connection.execute(f"SELECT * FROM {parquet(path)} WHERE {check} LIMIT 1").fetchone()
        raise ImportFailedError(f"{message}: {str(found)[:200]}", "correct it; nothing was imported")
    return int(rows)


def _empty(columns: Mapping[str, str]) -> str:
    names = ", ".join(f"CAST(NULL AS {type_}) AS {quoted(name)}" for name, type_ in columns.items())
    return f"SELECT {names} WHERE false"
