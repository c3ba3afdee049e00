"""`graphscan blast`: what can be reached from here."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from graphscan.cli import options
from graphscan.cli.asking import open_session, session_options
from graphscan.cli.complete import complete_node
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress
from graphscan.errors import UsageError

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
    timeline: Annotated[
        bool,
        typer.Option(
            "--timeline",
            help="Follow the reach from --since to --as-of: what was new and what was lost at each change, with the "
            "credentials obtained on the way.",
        ),
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="TIME",
            help="With --timeline: from when on the attacker acts. Default: --obtained, else the store's own date.",
        ),
    ] = None,
    observed: Annotated[
        bool,
        typer.Option(
            "--observed",
            help="With --timeline: what came into being by an account that he could act as then is the attacker's, "
            "and not only possibly.",
        ),
    ] = False,
    obtained: options.Obtained = None,
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
    limit: options.Limit = options.DEFAULT_LIMIT,
    output: options.Output = None,
) -> None:
    """Show what an attacker who holds FROM reaches.

    By which paths, what stopped the rest, what each start contributes, and what to do first.
    """
    wanted = targets(output)
    taken = options.instant(obtained, "--obtained")
    begin = _begin(store, since, taken, timeline=timeline, each=each, observed=observed)
    if timeline and as_of is None:
        as_of = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"  # the store's own date is where a timeline begins
    with Progress() as progress:
        session = open_session(progress=progress, **session_options(locals()))
        from graphscan.analysis.blast import blast as ask
        from graphscan.analysis.blast import blast_each
        from graphscan.report import EachResult, Result

        progress("computing the reach")
        # Text names few of what is reached and counts the rest; JSON lists all.
        listed = any(target.format == "json" for target in wanted)
        most = None if listed else NAMED
        result: Result
        if begin is not None:
            from graphscan.analysis.timeline_answer import timeline as over_time

            if begin > session.as_of:
                raise UsageError("--since is after --as-of", "a timeline runs from --since to --as-of")
            result = over_time(session, from_, begin, obtained=taken, made="known" if observed else "possible")
        elif each:
            several = blast_each(session, from_, limit=limit, most=most, rare=not listed, obtained=taken)
            result = EachResult(tuple(several))
        else:
            result = ask(session, from_, limit=limit, most=most, rare=not listed, obtained=taken)
    emit(wanted, result)


# Private functions


def _begin(
    store: Path, since: str | None, obtained: datetime | None, *, timeline: bool, each: bool, observed: bool
) -> datetime | None:
    """Return where a timeline begins; None where none is asked for."""
    begin = options.instant(since, "--since")
    if not timeline:
        if begin is not None or observed:
            raise UsageError(f"{'--observed' if observed else '--since'} is of a timeline", "add --timeline")
        return None
    if each:
        raise UsageError("--timeline and --each cannot be asked together", "ask for one start's timeline at a time")
    from graphscan.store import Store

    begin = begin or obtained or Store.open(store).default_as_of
    if begin is None:
        raise UsageError("--timeline does not know from when on the attacker acts", "add --since TIME, or --obtained")
    return begin
