"""`graphscan diff`: what changed, and what is reachable now that was not."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphscan.cli import options
from graphscan.cli.complete import complete_node
from graphscan.cli.output import DIFF_FORMATS, emit, targets
from graphscan.cli.progress import Progress
from graphscan.errors import UsageError
from graphscan.printable import printable

if TYPE_CHECKING:
    from graphscan.analysis.diff import Asked

NOW = "now"
INSTANTS = 100
LINES = 40


def diff(
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD",
            help="The earlier end: a TIME (2023-11-15, or 2023-11-15T09:22:49Z), by all that is known today; a DIGEST, "
            "the state of the store with it; SNAPSHOT@TIME, a state (a digest, or the time at which it was known) at "
            "an instant; SNAPSHOT@, the same at the default instant; or now.",
        ),
    ],
    new: Annotated[str, typer.Argument(metavar="[NEW]", help="The later end, written alike.")] = NOW,
    from_: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="SELECTOR",
            autocompletion=complete_node,
            help="Compare what these reach, each on its own. Default: every user, service account and credential.",
        ),
    ] = None,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            metavar="SELECTOR",
            autocompletion=complete_node,
            help="What is to be reached; ID::level asks for a level. Default: everything confidential and above.",
        ),
    ] = None,
    peak: Annotated[
        bool,
        typer.Option("--peak", help="Also say what was reachable at an instant in between and at neither end."),
    ] = False,
    instants: Annotated[
        int,
        typer.Option(
            "--instants", min=1, metavar="N", help="With --peak: look at most at N instants; the result says how many."
        ),
    ] = INSTANTS,
    fail_on_new: Annotated[
        bool,
        typer.Option(
            "--fail-on-new",
            help="Exit with 1 if something is reachable that was not, with 3 if it may be and that is not decided.",
        ),
    ] = False,
    store: options.Store = options.DEFAULT_STORE,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="TIME",
            help="The instant of an end that names none. Default: the store's own date, else now.",
        ),
    ] = None,
    techniques: options.Techniques = None,
    limit: options.Lines = LINES,
    output: options.DiffOutput = None,
) -> None:
    """Show what changed between OLD and NEW.

    Everything that began or ended in between, then the attack steps and the pairs of a credential or account and a
    sensitive asset that are new or gone, each with the change that opened or closed it.
    """
    wanted = targets(output, DIFF_FORMATS)
    if instants != INSTANTS and not peak:
        raise UsageError("--instants is of --peak", "add --peak")
    default = options.instant(as_of)
    with Progress() as progress:
        ends = _ends(store, old, new, default)
        from graphscan.analysis.diff import diff as ask

        result = ask(
            store,
            *ends,
            from_=from_ or (),
            to=to or (),
            limit=limit,
            peak=instants if peak else None,
            fail_on_new=fail_on_new,
            techniques=tuple(techniques or ()),
            progress=progress,
        )
    emit(wanted, result)
    raise typer.Exit(result.exit_code)


# Private functions


def _ends(store: Path, old: str, new: str, default: datetime | None) -> "tuple[Asked, Asked]":
    """Return both ends; the default instant is one moment for both of them."""
    from graphscan.store import Store

    opened = Store.open(store)
    note = ""
    if default is None:
        default, note = datetime.now(UTC), "now"
        if opened.default_as_of is not None:
            default, note = opened.default_as_of, "this store's own date"
    from graphscan.analysis.diff import Asked

    found = []
    for role, text in (("OLD", old), ("NEW", new)):
        snapshot, at = _read(role, text)
        pinned = opened.snapshot(snapshot)
        found.append(Asked(text, pinned, default if at is None else at, note if at is None else ""))
    first, second = found
    known = {one.source: one.at for one in first.snapshot.imports}
    later = [one.source for one in second.snapshot.imports if one.at < known.get(one.source, one.at)]
    if later:
        raise UsageError(
            f"`{old}` has a later import of {printable(later[0])} than `{new}`", "put the earlier state first"
        )
    return first, second


def _read(role: str, text: str) -> tuple[datetime | str | None, datetime | None]:
    """Return the snapshot and the instant that an end names; None for the newest, and for the default instant."""
    if text == NOW:
        return None, None
    before, separator, after = text.partition("@")
    try:
        if separator:
            return (options.known(before) if before and before != NOW else None), (
                options.instant(after, role) if after and after != NOW else None
            )
        known = options.known(text)
    except UsageError as error:
        raise UsageError(f"{role} `{text}` is neither a time, nor a digest, nor SNAPSHOT@TIME", error.advice) from None
    return (known, None) if isinstance(known, str) else (None, options.instant(text, role))
