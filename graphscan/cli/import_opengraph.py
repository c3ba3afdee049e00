"""`graphscan import opengraph`: our own export read back, or what another collector wrote in that format."""

from pathlib import Path
from typing import Annotated

import typer

from graphscan.cli import options
from graphscan.cli.importing import exit_code, store_records
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress
from graphscan.errors import UsageError


def import_opengraph(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file in BloodHound's OpenGraph format.")],
    name: Annotated[
        str,
        typer.Option("--name", metavar="NAME", help="Of another tool's file: the source becomes opengraph:NAME."),
    ] = "file",
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = None,
) -> None:
    """Import a file in BloodHound's OpenGraph format.

    An export of ours gives the sources it was made from. Of another tool's, the kinds of OpenHound's Okta collector are
    mapped; all others are counted and named. It does not say what its collector could not read: exit code 3.
    """
    import tempfile

    wanted = targets(output)
    if not name.strip():
        raise UsageError("--name is empty", "name the source, for example --name acme")
    from graphscan.exchange import opengraph_back as ours
    from graphscan.report import ImportsResult
    from graphscan.store import Store
    from importers import opengraph as theirs

    results = []
    with Progress() as progress, tempfile.TemporaryDirectory() as folder:
        progress("reading the file")
        payload = ours.load(file)
        own_date = ours.default_as_of(payload)
        opened = Store.open_or_create(store)
        fresh = not opened.sources()
        for one in ours.read_back(payload, Path(folder)):
            results.append(store_records(store, one.info, iter(one.doubts), progress, also=one))  # noqa: PERF401
        if fresh and results:
            opened.set_default_as_of(own_date)
        others = payload.others
        if others.nodes or others.edges or not results:
            info, records = theirs.read(others.nodes, others.edges, name, file)
            results.append(store_records(store, info, records, progress, file))
    emit(wanted, ImportsResult(tuple(results)))
    raise typer.Exit(max(exit_code(one) for one in results))
