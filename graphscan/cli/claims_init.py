"""`graphscan claims`: a claims file to begin with, and the schema of such files for an editor."""

from pathlib import Path
from typing import Annotated

import typer

from graphscan.cli import options
from graphscan.cli.asking import open_session
from graphscan.cli.output import screen
from graphscan.cli.progress import Progress
from graphscan.errors import UsageError


def claims_init(
    file: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write it; default: the screen.")
    ] = None,
    store: options.Store = options.DEFAULT_STORE,
    as_of: options.AsOf = None,
    techniques: options.Techniques = None,
) -> None:
    """Propose claims from the inventory, each with why.

    About crown jewels, segments, environments, labels and doors with hard keys, and for each source one thing that must
    be seen to work. An existing file is never overwritten.
    """
    if file is not None and file.exists():
        raise UsageError(f"`{file}` exists and was left as it is", "name another file")
    with Progress() as progress:
        session = open_session(store, progress, as_of=as_of, techniques=techniques)
        from graphscan.claims.propose import propose

        progress("looking for what is worth a claim")
        text = propose(session)
    if file is None:
        screen(text)
        return
    try:
        with file.open("x", encoding="utf-8", newline="\n") as made:
            made.write(text)
    except FileExistsError:
        raise UsageError(f"`{file}` exists and was left as it is", "name another file") from None
    except OSError as refused:
        raise UsageError(f"`{file}` could not be written: {refused.strerror}", "name another file") from refused
    screen(f"Wrote {file}. Read it, correct it, then run: graphscan check {file}\n")


def claims_schema() -> None:
    """Print the JSON Schema of claims files, for an editor."""
    from graphscan.claims.schema import schema_text

    screen(schema_text())
