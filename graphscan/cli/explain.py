"""`graphscan explain`: what a node is, how that is known, and what leads to and from it."""

from typing import Annotated

import typer

from graphscan.cli import options
from graphscan.cli.asking import open_session, session_options
from graphscan.cli.complete import complete_node
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress


def explain(
    node: Annotated[str, typer.Argument(metavar="NODE", autocompletion=complete_node, help="An id or an exact name.")],
    store: options.Store = options.DEFAULT_STORE,
    as_of: options.AsOf = None,
    snapshot: options.Snapshot = None,
    rotated: options.Rotated = None,
    revoke: options.Revoke = None,
    defeated: options.Defeated = None,
    enforced: options.Enforced = None,
    without: options.Without = None,
    remove: options.Remove = None,
    techniques: options.Techniques = None,
    limit: options.Lines = 20,
    output: options.Output = None,
) -> None:
    """Show what a node is and what leads there.

    Which sources describe it and where they disagree, its relations, and the steps to and from it.
    """
    wanted = targets(output)
    with Progress() as progress:
        session = open_session(progress=progress, **session_options(locals()))
        from graphscan.analysis.explain import explain as ask

        progress("looking it up")
        result = ask(session, node, limit=limit)
    emit(wanted, result)
