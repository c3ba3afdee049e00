"""`graphscan verify`: derive certificates again from the store, and say what differs."""

from pathlib import Path
from typing import Annotated

import typer

from graphscan.cli import options
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress


def verify(
    certificates: Annotated[
        list[Path], typer.Argument(metavar="CERTIFICATE", help="Files that `graphscan check --certificates` wrote.")
    ],
    store: options.Store = options.DEFAULT_STORE,
    techniques: options.Techniques = None,
    output: options.Output = None,
) -> None:
    """Derive certificates again from the store.

    Compiles what each was derived from anew, without the cache, and compares steps, closed set and targets. Exit code
    0: all are verified; 1: one is not; 2: a file is no certificate, or the store no longer has its snapshot.
    """
    from graphscan.claims.verify import verify as derive

    wanted = targets(output)
    with Progress() as progress:
        result = derive(store, certificates, tuple(techniques or ()), progress)
    emit(wanted, result)
    if result.exit_code:
        raise typer.Exit(result.exit_code)
