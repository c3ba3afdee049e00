"""What every command that collects from a vendor does alike: notes, how it ends, and its result."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import typer

from graphscan.cli.importing import exit_code
from graphscan.cli.output import Target, emit
from graphscan.printable import printable

if TYPE_CHECKING:
    from graphscan.analysis.status import ImportResult
    from graphscan.model import Coverage


class Collected(Protocol):
    """How a collection went, whichever the vendor."""

    @property
    def path(self) -> Path: ...
    @property
    def source(self) -> str: ...
    @property
    def complete(self) -> bool: ...
    @property
    def calls(self) -> int: ...
    @property
    def pages(self) -> int: ...
    @property
    def records(self) -> int: ...
    @property
    def coverage(self) -> "Sequence[Coverage]": ...
    @property
    def finished(self) -> datetime: ...
    @property
    def resumed(self) -> int: ...
    @property
    def copied(self) -> int: ...
    @property
    def partial(self) -> Path | None: ...


def note(sentence: str) -> None:
    """Say something on standard error that is not a failure."""
    sys.stderr.write(f"graphscan: {printable(sentence)}\n")
    sys.stderr.flush()


def finish(wanted: list[Target], file: Path, importer: str, collect: Callable[[], Collected]) -> None:
    """
    Collect into a file, print how it went and end with its exit code; say how to continue what was interrupted.

    Args:
        importer: whose snapshot it is; empty: as the file says, which is asked once it is there.
    """
    try:
        result = collect()
    except KeyboardInterrupt:
        partial = file.with_name(f"{file.name}.partial")
        if partial.exists():
            note(f"interrupted; run the same command again to continue from {partial}")
        raise
    said = as_result(result, importer)
    emit(wanted, said)
    if result.partial is not None:
        note(f"not everything could be asked; run the same command again to continue from {result.partial}")
    raise typer.Exit(exit_code(said))


def as_result(result: Collected, importer: str) -> "ImportResult":
    """Return what was collected as a result that can be shown: nothing of it is in a store."""
    from graphscan.analysis.status import GapLine, ImportResult, SourceLine
    from graphscan.model import READ_WHOLE, CoverageState

    groups: dict[tuple[str, str], list[Coverage]] = {}
    for row in result.coverage:
        if row.state != CoverageState.COMPLETE and row.error != READ_WHOLE:
            groups.setdefault((row.relation, str(row.state)), []).append(row)
    for rows in groups.values():
        rows.sort(key=lambda row: not row.failed)  # each line is told by its first failure
    gaps = tuple(
        GapLine(
            source_instance=result.source,
            relation=relation,
            state=state,
            scopes=len(rows),
            example=rows[0].scope,
            endpoint=rows[0].endpoint,
            error=rows[0].error,
            at=rows[0].at,
        )
        for (relation, state), rows in sorted(groups.items(), key=lambda group: (not group[1][0].failed, group[0]))
    )
    counts = (
        ("requests", result.calls),
        ("pages", result.pages),
        ("records", result.records),
        *((("resumed", result.resumed),) if result.resumed else ()),
        *((("copied", result.copied),) if result.copied else ()),
    )
    return ImportResult(
        store=None,
        file=str(result.path),
        source=SourceLine(
            source=result.source,
            importer=importer or _importer(result.path),
            at=result.finished,
            stored_at=None,
            complete=result.complete,
            counts=counts,
            not_understood=(),
            kept=0,
        ),
        first=True,
        gaps=gaps,
        doubts=None,
        complete=result.complete,
    )


# Private functions


def _importer(file: Path) -> str:
    from importers._snapshot import read_header

    return read_header(file).importer
