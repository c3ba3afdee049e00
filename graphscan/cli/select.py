"""`graphscan select`: what a selector means."""

from typing import Annotated

import typer

from graphscan.cli import options
from graphscan.cli.complete import complete_node
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress


def select(
    selector: Annotated[
        str,
        typer.Argument(
            metavar="SELECTOR",
            autocompletion=complete_node,
            help="An id, a name, or pairs such as kind=Repository,name=payments-*; keys id, kind, provider, subtype, "
            "name, label, sensitivity, state, in, holder, guarded_by, property.NAME; dates rotated, created, last_used "
            "and expires, as in rotated<2023-10-18.",
        ),
    ],
    store: options.Store = options.DEFAULT_STORE,
    snapshot: options.Snapshot = None,
    limit: options.Lines = options.DEFAULT_LIMIT,
    output: options.Output = None,
) -> None:
    """Show which nodes a selector means."""
    from graphscan.analysis.status import select_nodes

    wanted = targets(output)
    with Progress() as progress:
        progress("merging the sources")
        result = select_nodes(store, selector, limit, options.known(snapshot))
    emit(wanted, result)
