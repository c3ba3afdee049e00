"""`graphscan export`: the graph in other tools' formats."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphscan.cli import options
from graphscan.cli.asking import open_session
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress
from graphscan.errors import UsageError

if TYPE_CHECKING:
    from graphscan.exchange.elements import Elements

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to write; made where there is none.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")]
Steps = Annotated[bool, typer.Option("--steps/--no-steps", help="Write attack steps, or only the inventory.")]


def opengraph(
    folder: Folder,
    steps: Steps = True,
    store: options.Store = options.DEFAULT_STORE,
    as_of: options.AsOf = None,
    snapshot: options.Snapshot = None,
    techniques: options.Techniques = None,
    output: options.Output = None,
) -> None:
    """Write BloodHound's OpenGraph: `graph.json`, and `extension.json` with what its kinds mean.

    A step that needs several facts is a gate, whose edges in cannot be walked. `graphscan import opengraph` reads it
    back.
    """
    from graphscan.exchange import opengraph as form

    _export("opengraph", folder, True, form.write, steps, store, as_of, snapshot, techniques, output)


def graphml(
    file: File,
    steps: Steps = True,
    store: options.Store = options.DEFAULT_STORE,
    as_of: options.AsOf = None,
    snapshot: options.Snapshot = None,
    techniques: options.Techniques = None,
    output: options.Output = None,
) -> None:
    """Write GraphML, as yEd and Gephi read it."""
    from graphscan.exchange import tables

    _export("graphml", file, False, tables.write_graphml, steps, store, as_of, snapshot, techniques, output)


def parquet(
    folder: Folder,
    steps: Steps = True,
    store: options.Store = options.DEFAULT_STORE,
    as_of: options.AsOf = None,
    snapshot: options.Snapshot = None,
    techniques: options.Techniques = None,
    output: options.Output = None,
) -> None:
    """Write two Parquet tables, `nodes.parquet` and `edges.parquet`."""
    from graphscan.exchange import tables

    _export("parquet", folder, True, tables.write_parquet, steps, store, as_of, snapshot, techniques, output)


def networkx(
    file: File,
    steps: Steps = True,
    store: options.Store = options.DEFAULT_STORE,
    as_of: options.AsOf = None,
    snapshot: options.Snapshot = None,
    techniques: options.Techniques = None,
    output: options.Output = None,
) -> None:
    """Write node-link JSON, which `networkx.node_link_graph(json.load(file), edges="edges")` reads."""
    from graphscan.exchange import tables

    _export("networkx", file, False, tables.write_networkx, steps, store, as_of, snapshot, techniques, output)


# Private functions


def _export(
    form: str,
    path: Path,
    is_folder: bool,
    write: "Callable[[Elements, Path], dict[str, int]]",
    steps: bool,
    store: Path,
    as_of: str | None,
    snapshot: str | None,
    techniques: list[Path] | None,
    output: list[str] | None,
) -> None:
    wanted = targets(output)
    with Progress() as progress:
        from graphscan.exchange.content import Content
        from graphscan.exchange.elements import Elements
        from graphscan.exchange.owner import owner_of_store
        from graphscan.exchange.results import ExportResult

        session = open_session(store, progress, as_of=as_of, snapshot=snapshot, techniques=techniques)
        elements = Elements(Content(session), owner_of_store(store), steps=steps)
        progress(f"writing {form}")
        try:
            (path if is_folder else path.parent).mkdir(parents=True, exist_ok=True)
            counted = write(elements, path)
        except OSError as error:
            raise UsageError(f"`{path}` could not be written: {error.strerror}", "name another place") from None
    emit(wanted, ExportResult(form, str(path), counted))
