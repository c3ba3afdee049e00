"""`graphscan import snapshot`: put a collected snapshot into the store."""

from pathlib import Path
from typing import Annotated

import typer

from graphscan.cli import okta, options
from graphscan.cli.importing import exit_code
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress


def import_snapshot(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A snapshot that `graphscan collect` wrote.")],
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = None,
) -> None:
    """Import what `graphscan collect` wrote.

    On this machine or another; nothing is asked of the vendor.
    """
    wanted = targets(output)
    with Progress() as progress:
        result = okta.import_from(file, store, progress, named=file)
    emit(wanted, result)
    raise typer.Exit(exit_code(result))
