"""`graphscan check`: do the claims hold."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphscan.cli import options
from graphscan.cli.asking import open_session
from graphscan.cli.output import CHECK_FORMATS, emit, targets
from graphscan.cli.progress import Progress
from graphscan.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from graphscan.analysis.session import Session

_FAMILIES = 20


def check(
    paths: Annotated[list[Path], typer.Argument(metavar="CLAIMS", help="Claims files, or folders of them.")],
    claim: Annotated[
        list[str] | None,
        typer.Option("--claim", metavar="ID", help="Check this claim only; may be given several times."),
    ] = None,
    today: Annotated[
        str | None,
        typer.Option(
            "--today",
            metavar="DATE",
            help="The day for waivers and expected failures. Default: that of --as-of or, without it, today (UTC).",
        ),
    ] = None,
    certificates: Annotated[
        Path | None,
        typer.Option("--certificates", metavar="FOLDER", help="Write a certificate of each claim that holds here."),
    ] = None,
    depth: Annotated[
        bool, typer.Option("--depth/--no-depth", help="Say how many controls must fail before a claim does.")
    ] = True,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="End with 0 whatever the verdicts are.")] = False,
    store: options.Store = options.DEFAULT_STORE,
    as_of: options.AsOf = None,
    snapshot: options.Snapshot = None,
    techniques: options.Techniques = None,
    limit: options.Limit = _FAMILIES,
    output: options.CheckOutput = None,
) -> None:
    """Check claims: what must not be reachable, or must be.

    A claim passes only if what could not be read leads nowhere either. Exit codes: 0 all claims hold, or are waived or
    expected to fail; 1 a claim fails; 2 a bad claims file; 3 none fails, and one could not be decided.
    """
    wanted = targets(output, CHECK_FORMATS)
    with Progress() as progress:
        from graphscan.claims.load import load

        file = load(paths)
        session = open_session(store, progress, as_of=as_of, snapshot=snapshot, techniques=techniques)
        from graphscan.claims.check import check as ask

        result = ask(
            session,
            file,
            today=_day(today, as_of, session),
            only=tuple(claim or ()),
            limit=limit,
            depth=depth,
            certificates=certificates,
            snapshot=lambda since: _earlier(session, since, techniques),
            progress=progress,
        )
    emit(wanted, result)
    if result.exit_code and not exit_zero:
        raise typer.Exit(result.exit_code)


# Private functions


def _earlier(session: "Session", since: str, techniques: list[Path] | None) -> "Session":
    """Return the same instant of what was known at an earlier time, for `no_new_path`."""
    from graphscan.analysis.session import Session
    from graphscan.store import Store

    then = options.known(since)
    pinned = Store.open(session.store).snapshot(then)
    return Session.open(session.store, session.as_of, technique_folders=tuple(techniques or ()), snapshot=pinned)


def _day(today: str | None, as_of: str | None, session: "Session") -> "date":
    """Return the day that dates in the files are held against: as said, else that of `--as-of`, else today's."""
    from datetime import UTC, date, datetime

    if today is None:
        return (session.as_of if as_of is not None else datetime.now(UTC)).astimezone(UTC).date()
    try:
        if len(today) == len("2023-11-14"):
            return date.fromisoformat(today)
    except ValueError:
        pass
    raise UsageError(f"--today `{today}` is not a date", "write 2023-11-14")
