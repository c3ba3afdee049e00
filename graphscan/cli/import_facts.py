"""`graphscan import facts`: what an operator knows and no interface shows."""

from pathlib import Path
from typing import Annotated

import typer

from graphscan.cli import options
from graphscan.cli.importing import exit_code, store_records
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress


def import_facts(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="YAML or CSV files, read together as one source.")
    ],
    source: Annotated[
        str | None,
        typer.Option("--source", metavar="NAME", help="The source becomes facts:NAME, whatever the files say."),
    ] = None,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = None,
) -> None:
    """Import what an operator knows.

    Rights, segments, controls, rotations, sensitivity: what no interface shows. All errors are shown at once, and
    then nothing is imported. `graphscan init` writes a sample.
    """
    from importers.facts import read

    wanted = targets(output)
    with Progress() as progress:
        progress("reading the files")
        info, records = read(files, source)
        result = store_records(store, info, records, progress)
    emit(wanted, result)
    raise typer.Exit(exit_code(result))
