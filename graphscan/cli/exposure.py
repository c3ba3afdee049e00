"""`graphscan exposure`: who reaches what is sensitive, and what most of it goes through."""

from typing import Annotated

import typer

from graphscan.cli import options
from graphscan.cli.asking import open_session, session_options
from graphscan.cli.complete import complete_node
from graphscan.cli.output import EXPOSURE_FORMATS, emit, emit_lines, targets
from graphscan.cli.progress import Progress


def exposure(
    from_: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="SELECTOR",
            autocompletion=complete_node,
            help="Ask about these alone: ids, names or selectors; may be given several times. Default: every live "
            "user, service account and credential.",
        ),
    ] = None,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            metavar="SELECTOR",
            autocompletion=complete_node,
            help="What is asked for: ids, names or selectors; may be given several times. Default: whatever is "
            "confidential or above.",
        ),
    ] = None,
    lookback: Annotated[
        int, typer.Option("--lookback", metavar="DAYS", min=0, help="A credential not used for so long is unused.")
    ] = 90,
    work: Annotated[
        int,
        typer.Option(
            "--work",
            metavar="MILLIONS",
            min=0,
            help="How many million steps may be looked at, for each 64 identities, to settle pairs between the bounds; "
            "for what is known, for what is possible, and for each choke point.",
        ),
    ] = 40,
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
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="How many lines of each list; CSV has every pair.")
    ] = options.DEFAULT_LIMIT,
    output: options.ExposureOutput = None,
) -> None:
    """Show who reaches which sensitive asset, each identity on its own.

    The most exposed assets, the most powerful identities, unused credentials that nobody owns, and the choke points.
    """
    wanted = targets(output, EXPOSURE_FORMATS)
    with Progress() as progress:
        session = open_session(progress=progress, **session_options(locals()))
        from graphscan.analysis.exposure import exposure as ask
        from graphscan.report.exposure_csv import lines

        progress("computing who reaches what")
        result = ask(
            session, from_=from_ or (), to=to or (), limit=limit, lookback_days=lookback, budget=work * 1_000_000
        )
    emit([one for one in wanted if one.format != "csv"], result)
    for one in wanted:
        if one.format == "csv":
            emit_lines(one, lines(result))
