"""Put what an importer read into the store, and say what is open afterwards."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from graphscan.cli.progress import Progress

if TYPE_CHECKING:
    import duckdb

    from graphscan.analysis.status import ImportResult
    from graphscan.model import Record, SourceInfo
    from graphscan.store.writer import Tables

GAPS = 3  # exit code of an import or collection with gaps


def store_records(
    path: Path,
    info: "SourceInfo",
    records: "Iterable[Record]",
    progress: Progress,
    file: Path | None = None,
    also: "Tables | None" = None,
) -> "ImportResult":
    """
    Write the records of one source, atomically, and return what the merged view then looks like.

    Args:
        path:    the store's folder; created where there is none.
        records: read once, may be lazy.
        file:    the snapshot file they come from, to name it.
        also:    rows by the million that never were records.

    Raises:
        StoreError: the store is locked, damaged or of another format; what it held is untouched.
    """
    from graphscan.analysis.status import LISTED, ImportResult, merged, read_doubts, read_gaps, source_line
    from graphscan.store import Store

    store = Store.open_or_create(path)
    before = len(store.history(info.name))
    progress(f"writing {info.name}")
    record = store.write(info, records, also)
    progress("merging the sources")
    store = Store.open(path)
    con = merged(store)
    progress("preparing shell completion")
    write_completion(path, con)
    (rejected,) = con.execute(
        "SELECT count(*) FROM base.rejected WHERE source_instance = ?", [info.name]
    ).fetchone() or (0,)
    return ImportResult(
        store=str(path),
        file=None if file is None else str(file),
        source=source_line(record, len(store.history(info.name))),
        first=before == 0,
        gaps=read_gaps(con, LISTED, info.name),
        doubts=read_doubts(con, LISTED),
        complete=record.complete and not record.not_understood and not rejected,
    )


def write_completion(path: Path, con: "duckdb.DuckDBPyConnection") -> None:
    """Write the list that shell completion reads: ids and names of the merged view."""
    from graphscan.cli import completion_index

    rows = con.execute("SELECT id, name FROM base.node WHERE declared OR id = 'internet'").fetchall()
    completion_index.write(path, (text for row in rows for text in row if text))


def exit_code(result: "ImportResult") -> int:
    """Return 0 where everything was read, 3 where something was not."""
    return 0 if result.complete else GAPS
