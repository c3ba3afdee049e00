"""`graphscan demo`: four forgotten credentials, and what they opened."""

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from graphscan.cli import completion_index, options
from graphscan.cli.asking import warn
from graphscan.cli.blast import NAMED
from graphscan.cli.output import emit, screen, targets, width
from graphscan.cli.progress import Progress
from graphscan.errors import UsageError

FOUR = ("moveworks-token", "smartsheet-sa", "bitbucket-sa", "aws-apps-sa")
INSTANT = "2023-11-14T09:22:49Z"
_SOURCE = "facts:thanksgiving"

_STORY = (
    "October 2023: Okta, Cloudflare's identity provider, is breached, and thousands of Cloudflare's credentials leak.",
    "They are rotated, except four that were believed unused. On 14 November at 09:22:49 UTC somebody begins to try",
    "those four. This is what they could reach that morning, together. Names and counts that Cloudflare published are",
    "kept; other values are invented, and marked so in the example's files.",
)


def demo(
    small: Annotated[bool, typer.Option("--small", help="120 repositories instead of 11,904.")] = False,
    store: Annotated[
        Path | None,
        typer.Option("--store", metavar="PATH", help="Leave the store here. Default: a cache folder that is named."),
    ] = None,
    output: options.Output = None,
) -> None:
    """Show what four forgotten credentials opened.

    The case is Cloudflare's of November 2023; the example is written, imported and asked about, all on this machine.
    """
    wanted = targets(output)
    path = store or _cache_folder() / ("demo-small" if small else "demo")
    with Progress() as progress:
        _fill(path, small, progress)
        progress("deriving attack steps")
        from graphscan.analysis.blast import blast
        from graphscan.analysis.session import Edits, Session

        session = Session.open(path, None, Edits(), progress)
        warn(session)
        progress("computing the reach")
        result = blast(session, FOUR, most=None if any(target.format == "json" for target in wanted) else NAMED)
    told = any(target.format == "text" and target.path is None for target in wanted)
    if told:
        screen(_wrapped(" ".join(_STORY)) + "\n")
    emit(wanted, result)
    if told:
        screen(_next(path))


# Private functions


def _fill(path: Path, small: bool, progress: Progress) -> None:
    """
    Write the example's facts and import them.

    Raises:
        UsageError: the store holds something else, which the example must not be mixed with.
    """
    from graphscan.examples.thanksgiving.generate import write
    from graphscan.model import Node
    from graphscan.store import Store
    from importers.facts import read

    if (path / "manifest.json").exists():
        others = sorted(one.source for one in Store.open(path).sources() if one.source != _SOURCE)
        if others:
            raise UsageError(
                f"the store {path} holds {others[0]}, which the example must not be mixed with",
                "name a new folder with --store",
            )
    elif path.exists() and any(path.iterdir()):
        raise UsageError(f"the folder {path} is not empty and not a store", "name a new folder with --store")
    path.parent.mkdir(parents=True, exist_ok=True)
    progress("writing the example")
    with tempfile.TemporaryDirectory(prefix="graphscan-demo-") as folder:
        files = write(Path(folder), "small" if small else "full")
        progress("reading the example")
        info, records = read(files)
    progress("writing the store")
    opened = Store.open_or_create(path)
    opened.write(info, records)
    opened.set_default_as_of(options.instant(INSTANT))
    # From the records, not from the merged view as after an import: there is one source, and it saves a merge.
    nodes = [record for record in records if isinstance(record, Node)]
    completion_index.write(path, (text for node in nodes for text in (node.id, node.name)))


def _cache_folder() -> Path:
    """Return our folder among the user's caches, as the XDG base directory specification places it."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(named) if named.startswith("/") else Path.home() / ".cache") / "graphscan"


def _wrapped(text: str) -> str:
    from textwrap import fill

    return fill(text, min(width(), 110), break_long_words=False, break_on_hyphens=False) + "\n"


def _next(path: Path) -> str:
    return (
        f"\nThe store is {path}; ask it more, for example:\n"
        f"  export GRAPHSCAN_STORE={path}\n"
        "  graphscan blast moveworks-token smartsheet-sa bitbucket-sa aws-apps-sa --rotated bitbucket-sa\n"
        "  graphscan blast moveworks-token smartsheet-sa bitbucket-sa aws-apps-sa --defeated hardkey@console\n"
        "  graphscan paths moveworks-token bitbucket-sa --to kind=Repository\n"
        "  graphscan explain acl-gru\n"
    )
