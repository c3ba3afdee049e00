"""`graphscan blast`: what can be reached from here."""

from typing import Annotated

import typer

from graphscan.cli import options
from graphscan.cli.asking import open_session
from graphscan.cli.complete import complete_node
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress

NAMED = 20_000


def blast(
    from_: Annotated[
        list[str],
        typer.Argument(
            metavar="FROM",
            autocompletion=complete_node,
            help="What the attacker holds, all of it together: ids, names or selectors; ID::level asks for a level.",
        ),
    ],
    each: Annotated[bool, typer.Option("--each", help="Ask about each start on its own.")] = False,
    store: options.Store = options.DEFAULT_STORE,
    as_of: options.AsOf = None,
    rotated: options.Rotated = None,
    revoke: options.Revoke = None,
    defeated: options.Defeated = None,
    enforced: options.Enforced = None,
    without: options.Without = None,
    techniques: options.Techniques = None,
    limit: options.Limit = options.DEFAULT_LIMIT,
    output: options.Output = None,
) -> None:
    """Show what an attacker who holds FROM reaches.

    By which paths, what stopped the rest, what each start contributes, and what to do first.
    """
    wanted = targets(output)
    with Progress() as progress:
        session = open_session(
            store,
            progress,
            as_of=as_of,
            rotated=rotated,
            revoke=revoke,
            defeated=defeated,
            enforced=enforced,
            without=without,
            techniques=techniques,
        )
        from graphscan.analysis.blast import blast as ask
        from graphscan.analysis.blast import blast_each
        from graphscan.report import EachResult

        progress("computing the reach")
        # Text names few of what is reached and counts the rest; JSON lists all.
        most = None if any(target.format == "json" for target in wanted) else NAMED
        result = (
            EachResult(tuple(blast_each(session, from_, limit=limit, most=most)))
            if each
            else ask(session, from_, limit=limit, most=most)
        )
    emit(wanted, result)
