"""One import's Parquet files, written into a folder that no reader knows of yet."""

import contextlib
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import duckdb

from graphscan.errors import ImportFailedError
from graphscan.kinds import NODE_KINDS, RELATION_KINDS
from graphscan.model import NotUnderstood, Record
from graphscan.store.files import force_to_disk, sha256_of
from graphscan.store.records import FileRecord
from graphscan.store.rows import line_of, row_of
from graphscan.store.tables import REQUIRED, TABLES

_LONGEST_LINE = 16 * 1024 * 1024  # DuckDB's own limit for one JSON object; raised where a record is longer


@dataclass(slots=True)
class Written:
    """The files of an import, by table, with paths relative to their folder, and what was not understood."""

    files: dict[str, FileRecord] = field(default_factory=dict)
    not_understood: list[NotUnderstood] = field(default_factory=list)


def write_records(folder: Path, records: Iterable[Record]) -> Written:
    """Write records to the four Parquet files in `folder`, in the order given."""
    written = Written()
    longest = dict.fromkeys(TABLES, 0)
    with contextlib.ExitStack() as stack:
        lines: dict[str, IO[bytes]] = {
            table: stack.enter_context((folder / f"{table}.jsonl").open("wb")) for table in TABLES
        }
        for record in records:
            if isinstance(record, NotUnderstood):
                written.not_understood.append(record)
                continue
            table, row = row_of(record)
            line = line_of(row)
            longest[table] = max(longest[table], len(line))
            lines[table].write(line)
    with duckdb.connect() as connection:
        for table, columns in TABLES.items():
            source = folder / f"{table}.jsonl"
            names = ", ".join(f"{_quoted(name)}: {_text(type_)}" for name, type_ in columns.items())
            select = (
                f"SELECT * FROM read_json({_text(source)}, format = 'newline_delimited', columns = {{{names}}}, "
                f"maximum_object_size = {max(_LONGEST_LINE, longest[table] + 1)})"
            )
            _copy(connection, select, folder / f"{table}.parquet")
            source.unlink()
    _finish(folder, written)
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
                _check_columns(own, table, f"read_parquet({_text(given)})", exactly=True)
                shutil.move(given, path)
            else:
                used = connection or own
                select = _completed(used, table, given) if given else _empty(columns)
                _copy(used, select, path)
            _check_rows(own, table, path)
    written = Written()
    _finish(folder, written)
    return written


# Private functions


def _finish(folder: Path, written: Written) -> None:
    with duckdb.connect() as connection:
        for table in TABLES:
            path = folder / f"{table}.parquet"
            force_to_disk(path)
            counted = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()
            rows = int(counted[0]) if counted else 0
            written.files[table] = FileRecord(path.name, rows, path.stat().st_size, sha256_of(path))
    force_to_disk(folder)


def _copy(connection: duckdb.DuckDBPyConnection, select: str, path: Path) -> None:
    try:
        connection.execute(f"COPY ({select}) TO {_text(path)} (FORMAT parquet, COMPRESSION zstd)")
    except duckdb.Error as error:
        raise ImportFailedError(f"the records cannot be written to the store: {error}") from error


def _completed(connection: duckdb.DuckDBPyConnection, table: str, select: str) -> str:
    present = _check_columns(connection, table, f"({select})", exactly=False)
    columns = ", ".join(
        f"CAST({_quoted(name) if name in present else 'NULL'} AS {type_}) AS {_quoted(name)}"
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


def _check_rows(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    missing = " OR ".join(f"{_quoted(name)} IS NULL OR {_quoted(name)} = ''" for name in REQUIRED[table])
    checks = [(missing, f"a row of `{table}` lacks one of {', '.join(REQUIRED[table])}")]
    if table == "nodes":
        checks.append(("starts_with(id, '~')", "the id of a node must not begin with `~`"))
    kinds = {"nodes": list(NODE_KINDS), "relations": list(RELATION_KINDS)}.get(table)
    if kinds is not None:
        known = ", ".join(_text(name) for name in kinds)
        checks.append((f"kind NOT IN ({known})", f"a row of `{table}` has a kind that does not exist"))
    for condition, message in checks:
        found = connection.execute(f"SELECT * FROM read_parquet({_text(path)}) WHERE {condition} LIMIT 1").fetchone()
        if found:
            raise ImportFailedError(f"{message}: {str(found)[:200]}", "correct it; nothing was imported")


def _empty(columns: Mapping[str, str]) -> str:
    names = ", ".join(f"CAST(NULL AS {type_}) AS {_quoted(name)}" for name, type_ in columns.items())
    return f"SELECT {names} WHERE false"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: Path | str) -> str:
    return "'" + str(value).replace("'", "''") + "'"
