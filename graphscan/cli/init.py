"""`graphscan init`: a facts file to begin with."""

from pathlib import Path
from typing import Annotated

import typer

from graphscan.cli.output import screen
from graphscan.errors import UsageError


def init(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")] = Path("facts.yaml"),
) -> None:
    """Write a commented facts file to fill in.

    An existing file is never overwritten.
    """
    from graphscan.examples.sample import sample_text

    text = sample_text()
    try:
        with file.open("x", encoding="utf-8") as made:
            made.write(text)
    except FileExistsError:
        raise UsageError(f"`{file}` exists and was left as it is", "name another file") from None
    except OSError as refused:
        raise UsageError(f"`{file}` could not be written: {refused.strerror}", "name another file") from refused
    screen(f"Wrote {file}. Say in it what you know, then run: graphscan import facts {file}\n")
