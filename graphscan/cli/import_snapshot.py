"""`graphscan import snapshot`: put a collected snapshot into the store."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphscan.cli import options
from graphscan.cli.importing import exit_code
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress
from graphscan.errors import BadFileError, Problem
from graphscan.printable import printable

if TYPE_CHECKING:
    from graphscan.analysis.status import ImportResult


def import_snapshot(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A snapshot that `graphscan collect` wrote.")],
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = None,
) -> None:
    """Import what `graphscan collect` wrote.

    On this machine or another; nothing is asked of the vendor.
    """
    from importers._snapshot import read_header

    wanted = targets(output)
    importer = read_header(file).importer
    with Progress() as progress:
        result = _reader(importer, file)(file, store, progress, named=file)
    emit(wanted, result)
    raise typer.Exit(exit_code(result))


# Private functions


def _reader(importer: str, file: Path) -> "Callable[..., ImportResult]":
    """Return what puts snapshots of an importer into a store. Raises BadFileError where nothing here reads them."""
    if importer == "okta":
        from graphscan.cli import okta

        return okta.import_from
    from importers.atlassian.products import PRODUCTS

    if importer in PRODUCTS:
        from graphscan.cli import atlassian

        return atlassian.import_from
    what = f"it was collected by {printable(importer, 40)!r}, which this graphscan does not know"
    raise BadFileError([Problem(str(file), 1, 0, what, f"it reads okta, {', '.join(PRODUCTS)}")])
