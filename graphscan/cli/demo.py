"""`graphscan demo`: four forgotten credentials, and what they opened."""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphscan.cli import completion_index, options
from graphscan.cli.asking import warn
from graphscan.cli.blast import NAMED
from graphscan.cli.output import emit, screen, targets, width
from graphscan.cli.progress import Progress
from graphscan.errors import UsageError

if TYPE_CHECKING:
    from graphscan.analysis.session import Session

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
    open_: Annotated[
        bool, typer.Option("--open", help="Write the incident's report beside the store, and open it in a browser.")
    ] = False,
    output: options.Output = None,
) -> None:
    """Show what four forgotten credentials opened.

    The case is Cloudflare's of November 2023; the example is written, imported and asked about, all on this machine.
    """
    if open_ and output:
        raise UsageError("--open and -o exclude each other", "`graphscan report` writes every format")
    wanted = targets(output)
    path = store or _cache_folder() / ("demo-small" if small else "demo")
    with Progress() as progress:
        _fill(path, small, progress)
        progress("deriving attack steps")
        from graphscan.analysis.blast import blast
        from graphscan.analysis.session import Edits, Session

        session = Session.open(path, None, Edits(), progress)
        warn(session)
        if open_:
            file = _report(session, path, progress)
        progress("computing the reach")
        result = (
            None
            if open_
            else blast(session, FOUR, most=None if any(target.format == "json" for target in wanted) else NAMED)
        )
    if result is None:
        screen(_wrapped(" ".join(_STORY)) + "\n")
        screen(f"The report is {file}\n" if _opened(file) else f"No browser was found; the report is {file}\n")
        screen(_next(path))
        return
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


def _report(session: "Session", path: Path, progress: Progress) -> Path:
    """Write the report of the example's incident beside its store, and return where."""
    from graphscan import __version__
    from graphscan.analysis.report import Asked
    from graphscan.cli import output, reporting
    from graphscan.examples import thanksgiving
    from graphscan.report import render

    incident = Path(thanksgiving.__file__).parent / "incident.yaml"
    ((_, digest),) = reporting.digests([incident])
    asked = Asked(
        version=__version__,
        # As the reader would write it: where this installation keeps the file is nobody's business.
        command=reporting.command(session, [], {"--incident": [incident.name]}),
        tlp="CLEAR",
        inputs=((incident.name, digest),),
    )
    result = reporting.answer(session, [], incident, [], asked, False, progress)
    progress("writing the report")
    file = path.with_name(f"{path.name}-report.html").absolute()
    output.write(file, render(result, "html"))
    return file


def _opened(file: Path) -> bool:
    """Open a file in a browser and return whether there is one: on a machine without a screen there is none."""
    import sys
    import webbrowser

    screens = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in screens):
        return False
    try:
        return webbrowser.open(file.as_uri())
    except webbrowser.Error:
        return False


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
