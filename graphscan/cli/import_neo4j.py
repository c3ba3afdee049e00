"""`graphscan import neo4j`: a store that was pushed, read back."""

import typer

from graphscan.cli import neo4j_options as own
from graphscan.cli import options
from graphscan.cli.importing import exit_code, store_records
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress


def import_neo4j(
    owner: own.Owner = None,
    uri: own.Uri = own.DEFAULT_URI,
    user: own.User = "neo4j",
    password_file: own.PasswordFile = None,
    database: own.Database = "neo4j",
    allow_plain: own.AllowPlain = False,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = None,
) -> None:
    """Read back what `graphscan neo4j push` put into a database.

    Each source is stored as it was stated, under its own name, and gives the same answers. What somebody took out of
    the database meanwhile is counted. A store that is made by this gets the date that questions were asked of.
    """
    import tempfile
    from pathlib import Path

    wanted = targets(output)
    target = own.server(uri, user, password_file, database)
    from graphscan.exchange.neo4j.back import owner_of, read_back
    from graphscan.exchange.neo4j.connection import connect
    from graphscan.report import ImportsResult
    from graphscan.store import Store

    with (
        Progress() as progress,
        connect(target, allow_plain=allow_plain) as connection,
        tempfile.TemporaryDirectory() as folder,
    ):
        meant = owner_of(connection, owner)
        opened = Store.open_or_create(store)
        fresh = not opened.sources()
        results = [
            store_records(store, one.info, iter(one.doubts), progress, also=one)
            for one in read_back(connection, meant.id, Path(folder), progress)
        ]
        if fresh:
            opened.set_default_as_of(meant.default_as_of)
    emit(wanted, ImportsResult(tuple(results)))
    raise typer.Exit(max((exit_code(one) for one in results), default=0))
