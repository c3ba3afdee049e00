"""A connection to a Neo4j server, with its errors as sentences."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from graphscan.errors import GraphscanError, UsageError

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction

DEFAULT_URI = "bolt://localhost:7687"
_ENCRYPTED = ("bolt+s", "bolt+ssc", "neo4j+s", "neo4j+ssc")
_PLAIN = ("bolt", "neo4j")


class Neo4jError(GraphscanError):
    """The server cannot be used, or refused something."""


@dataclass(frozen=True, slots=True)
class Server:
    """
    Where a database is and who asks.

    Attributes:
        password: never printed, never part of an error.
    """

    uri: str
    user: str
    password: str
    database: str = "neo4j"

    def __repr__(self) -> str:
        return f"Server({self.uri!r}, {self.user!r}, database={self.database!r})"


class Connection:
    """An open connection. Use `connect`."""

    def __init__(self, driver: "Driver", server: Server) -> None:
        self._driver = driver
        self._server = server

    def write(
        self, query: str, rows: Sequence[Mapping[str, Any]] | None = None, /, **parameters: Any
    ) -> dict[str, int]:
        """Run one statement in a managed transaction, again where the server asks for it; return its counters."""
        return self.in_transaction([(query, {"rows": rows, **parameters} if rows is not None else parameters)])

    def in_transaction(self, statements: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, int]:
        """
        Run several statements in one managed transaction: all of them or none. Return what they changed, added.

        Each is sent while the server still works on the one before.
        """

        def work(transaction: "ManagedTransaction") -> dict[str, int]:
            counted: dict[str, int] = {}
            for result in [transaction.run(query, dict(parameters)) for query, parameters in statements]:
                counters = result.consume().counters
                for name in ("nodes_created", "nodes_deleted", "relationships_created", "relationships_deleted"):
                    counted[name] = counted.get(name, 0) + int(getattr(counters, name))
            return counted

        with self._said(), self._driver.session(database=self._server.database) as session:
            return session.execute_write(work)

    def schema(self, statement: str) -> None:
        """Run one statement that changes the schema."""
        with self._said():
            self._driver.execute_query(statement, database_=self._server.database)

    def read(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        """Return the rows of a query; the server refuses one that would write."""
        with self._said():
            found = self._driver.execute_query(
                query,
                parameters_=parameters,
                database_=self._server.database,
                routing_="r",
            )
            return [dict(record) for record in found.records]

    def stream(self, query: str, take: Callable[[dict[str, Any]], None], **parameters: Any) -> list[str]:
        """Hand the rows of a reading query to `take`, one at a time; return the names of the columns."""
        with (
            self._said(),
            self._driver.session(database=self._server.database, default_access_mode="READ") as session,
        ):
            result = session.run(query, parameters)
            names = list(result.keys())
            for record in result:
                take(dict(record))
            return names

    @contextmanager
    def _said(self) -> Iterator[None]:
        from neo4j import exceptions

        try:
            yield
        except UnicodeEncodeError as error:
            raise UsageError(
                "a value holds half of a surrogate pair, which the database cannot store", "correct it"
            ) from error
        except OverflowError as error:
            raise UsageError("a number does not fit into 64 bits", "give a smaller one") from error
        except (exceptions.DriverError, exceptions.Neo4jError, OSError) as error:
            raise Neo4jError(*_sentence(error, self._server)) from error


@contextmanager
def connect(server: Server, *, allow_plain: bool = False) -> Iterator[Connection]:
    """
    Open a connection and see that the server answers.

    Args:
        allow_plain: permit an unencrypted connection to another machine.

    Raises:
        UsageError:  no such scheme, or unencrypted to another machine without leave, or the driver is not installed.
        Neo4jError:  nothing answers, or the user or the password is wrong.
    """
    _check(server.uri, allow_plain)
    try:
        from neo4j import GraphDatabase
    except ImportError:
        raise UsageError(
            "the Neo4j driver is not installed", "install it with `pip install 'graphscan[neo4j]'`"
        ) from None
    # It warns of every retry with the whole list of locks, and of labels that are not there yet.
    logging.getLogger("neo4j").setLevel(logging.CRITICAL)
    try:
        driver = GraphDatabase.driver(
            server.uri,
            auth=(server.user, server.password),
            max_transaction_retry_time=30,
            connection_timeout=10,
            notifications_min_severity="OFF",
            user_agent="graphscan",
        )
    except (ValueError, OSError) as error:
        raise UsageError(f"--uri `{server.uri}` cannot be used", "write bolt://HOST:7687") from error
    with driver:
        connection = Connection(driver, server)
        with connection._said():
            driver.verify_connectivity()
        yield connection


# Private functions


def _check(uri: str, allow_plain: bool) -> None:
    try:
        parts = urlsplit(uri)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise UsageError(f"--uri `{uri}` is no address", "write bolt://HOST:7687, or neo4j+s://HOST") from None
    if parts.scheme not in (*_ENCRYPTED, *_PLAIN) or not host:
        raise UsageError(f"--uri `{uri}` is no address of a Neo4j server", "write bolt://HOST:7687, or neo4j+s://HOST")
    if parts.username is not None or parts.password is not None:
        raise UsageError("--uri holds a user or a password", "give them with --user and GRAPHSCAN_NEO4J_PASSWORD")
    if parts.scheme in _PLAIN and not allow_plain and not _is_local(host):
        raise UsageError(
            f"the connection to {host} would not be encrypted, and the password and all that is known of the "
            "organisation would be read on the way",
            f"write {parts.scheme}+s://{host}, or add --allow-plain",
        )


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _sentence(error: Exception, server: Server) -> tuple[str, str]:
    """Return what is wrong and what to do. The server's words may quote a parameter: only its code is repeated."""
    from neo4j import exceptions

    where = f"{server.uri} (database {server.database})"
    match error:
        case exceptions.AuthError():
            return f"{where} does not take this user and password", "set GRAPHSCAN_NEO4J_PASSWORD, and --user"
        case exceptions.ServiceUnavailable() | exceptions.SessionExpired() | OSError():
            return f"{where} does not answer", "see that the server runs; a push goes on where it stopped when repeated"
        case exceptions.ClientError() | exceptions.DatabaseError() if error.code and "AccessMode" in error.code:
            return "the query would write, and queries are run without the right to", "leave the writing part out"
        case exceptions.CypherSyntaxError():
            return f"{where} does not understand a query: {_first_line(error)}", "see docs/neo4j.md for the versions"
        case exceptions.Neo4jError():
            return f"{where} refused: {error.code}: {_first_line(error)}", "see the server's log"
        case _:
            return f"{where}: {type(error).__name__}: {_first_line(error)}", "see docs/neo4j.md"


def _first_line(error: Exception) -> str:
    text = str(getattr(error, "message", "") or error)
    return text.strip().splitlines()[0][:200] if text.strip() else type(error).__name__
