"""`graphscan paths`: how one gets from here to there."""

from typing import Annotated

import typer

from graphscan.cli import options
from graphscan.cli.asking import open_session, session_options
from graphscan.cli.complete import complete_node
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress


def paths(
    from_: Annotated[
        list[str],
        typer.Argument(
            metavar="FROM", autocompletion=complete_node, help="What the attacker holds, all of it together."
        ),
    ],
    to: Annotated[
        list[str],
        typer.Option(
            "--to",
            metavar="TARGET",
            autocompletion=complete_node,
            help="What to look for: an id, a name or a selector; may be given several times.",
        ),
    ],
    store: options.Store = options.DEFAULT_STORE,
    as_of: options.AsOf = None,
    snapshot: options.Snapshot = None,
    obtained: options.Obtained = None,
    rotated: options.Rotated = None,
    revoke: options.Revoke = None,
    defeated: options.Defeated = None,
    enforced: options.Enforced = None,
    without: options.Without = None,
    remove: options.Remove = None,
    techniques: options.Techniques = None,
    limit: options.Limit = options.DEFAULT_LIMIT,
    output: options.Output = None,
) -> None:
    """List the cheapest paths from FROM to targets.

    Each step comes with what else it needs and with the statements it rests on.
    """
    wanted = targets(output)
    with Progress() as progress:
        session = open_session(progress=progress, **session_options(locals()))
        from graphscan.analysis.paths import paths as ask

        progress("looking for paths")
        result = ask(session, from_, to, limit=limit, obtained=options.instant(obtained, "--obtained"))
    emit(wanted, result)
