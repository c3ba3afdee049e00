"""The options that all commands about Neo4j share, and the password, which is never one of them."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphscan.errors import UsageError

if TYPE_CHECKING:
    from graphscan.exchange.neo4j.connection import Server

PASSWORD = "GRAPHSCAN_NEO4J_PASSWORD"  # noqa: S105 (the variable's name)
DEFAULT_URI = "bolt://localhost:7687"

Uri = Annotated[
    str,
    typer.Option(
        "--uri",
        metavar="URI",
        envvar="GRAPHSCAN_NEO4J_URI",
        help="The server: bolt://HOST:7687, or neo4j+s://HOST for an encrypted connection.",
    ),
]
User = Annotated[
    str, typer.Option("--user", metavar="NAME", envvar="GRAPHSCAN_NEO4J_USER", help="Who signs in to the server.")
]
PasswordFile = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        metavar="FILE",
        help=f"A file with the password. Default: the variable {PASSWORD}, else it is asked for.",
    ),
]
Database = Annotated[str, typer.Option("--database", metavar="NAME", help="Which database of the server.")]
AllowPlain = Annotated[
    bool,
    typer.Option("--allow-plain", help="Connect to another machine without encryption: whoever listens reads all."),
]
Owner = Annotated[
    str | None,
    typer.Option(
        "--owner",
        metavar="ID",
        help="Which store, where the database holds several: its id, or how it begins. Default: the only one.",
    ),
]


def server(uri: str, user: str, password_file: Path | None, database: str) -> "Server":
    """
    Return where to connect, with the password from its file, from the environment, or as it is typed.

    Raises:
        UsageError: the file cannot be read, or there is no password and nobody to ask.
    """
    from graphscan.exchange.neo4j.connection import Server

    return Server(uri, user, _password(password_file, user), database)


# Private functions


def _password(file: Path | None, user: str) -> str:
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"--password-file `{file}` cannot be read: {error}", "name a file with one line") from None
    found = os.environ.get(PASSWORD)
    if found:
        return found
    if not sys.stdin.isatty():
        raise UsageError("there is no password for the server", f"set {PASSWORD}, or name a file with --password-file")
    return str(typer.prompt(f"Password of {user}", hide_input=True, err=True))
