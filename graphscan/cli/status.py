"""`graphscan status`: what the store holds and how far it can be believed."""

from dataclasses import replace
from typing import Annotated

import typer

from graphscan.cli import completion_index, options
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress
from graphscan.errors import StoreDamagedError


def status(
    store: options.Store = options.DEFAULT_STORE,
    snapshot: options.Snapshot = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Compute the checksum of every file of the store and its cache.")
    ] = False,
    limit: options.Lines = 20,
    output: options.Output = None,
) -> None:
    """Show what the store holds.

    Sources with their age, counts, what could not be read, what sources disagree about, and loose ends.
    """
    from graphscan.analysis.status import status as ask

    wanted = targets(output)
    with Progress() as progress:
        progress("computing checksums" if verify else "merging the sources")
        result = ask(store, verify, limit, options.known(snapshot))
        if verify:
            from graphscan.analysis.session import verify as verify_cache

            cache = (*verify_cache(store), *completion_index.problems(store))
            result = replace(result, problems=result.problems + cache, complete=result.complete and not cache)
    emit(wanted, result)
    if result.problems:
        raise typer.Exit(StoreDamagedError.exit_code)
