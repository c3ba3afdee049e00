"""What a push sends, as batches."""

import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from queue import Empty, Full, Queue
from typing import Any, TypeVar

from graphscan.exchange.content import Row
from graphscan.exchange.elements import Elements
from graphscan.exchange.neo4j import writing

BATCH = 10_000
PIECE = 2_000  # rows of one statement: the driver writes the next while the server works on one
_AHEAD = 2  # batches that wait for the server
_LOOK = 0.2  # seconds after which the thread that makes them looks whether anybody still wants them
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Batch:
    """
    Rows that one transaction writes.

    Attributes:
        sort: "nodes", or the relationship type.
        rows: as `query` takes them.
    """

    sort: str
    query: str
    rows: list[Any]
    parameters: Mapping[str, Any]

    def statements(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the statements that write the rows, some of them each."""
        return [
            (self.query, {"rows": self.rows[start : start + PIECE], **self.parameters})
            for start in range(0, len(self.rows), PIECE)
        ]


class Plan:
    """
    The batches of one store.

    Attributes:
        sent: how many nodes, and relationships of each type, were handed out.
    """

    def __init__(self, elements: Elements) -> None:
        self.elements = elements
        self.sent: dict[str, int] = {}

    def batches(self) -> Iterator[Batch]:
        """Yield nodes first, then relationships by type; the next are made while the server works on one."""
        with closing(_ahead(self._gathered())) as batches:
            for batch in batches:
                self.sent[batch.sort] = self.sent.get(batch.sort, 0) + len(batch.rows)
                yield batch

    def _gathered(self) -> Iterator[Batch]:
        for labels, rows in _runs(self.elements.nodes()):
            yield Batch("nodes", writing.nodes(labels), rows, writing.node_parameters(labels))
        for type_, rows in _runs(self.elements.relationships()):
            common = _common([row["p"] for row in rows])
            rows.sort(key=_ends)  # neighbours together: the server finds a node it has just looked at
            packed = [[row["s"], row["t"], row["rid"], row["p"]] for row in rows]
            yield Batch(type_, writing.many_relationships(type_), packed, {"common": common})


# Private functions


def _ahead(batches: Iterator[Batch]) -> Generator[Batch, None, None]:
    """Yield the same, made in a thread of its own; an error there is raised here."""
    waiting: Queue[Batch | BaseException | None] = Queue(_AHEAD)
    stopped = threading.Event()

    def put(one: Batch | BaseException | None) -> None:
        while not stopped.is_set():
            with suppress(Full):
                waiting.put(one, timeout=_LOOK)
                return

    def make() -> None:
        try:
            for batch in batches:
                put(batch)
                if stopped.is_set():
                    return
            put(None)
        except BaseException as error:
            put(error)

    thread = threading.Thread(target=make, name="graphscan-batches", daemon=True)
    thread.start()
    try:
        while (found := waiting.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield found
    finally:
        stopped.set()
        with suppress(Empty):
            waiting.get_nowait()
        thread.join()


def _runs(rows: Iterator[tuple[_Key, Row]]) -> Iterator[tuple[_Key, list[Row]]]:
    """Gather rows under the same key into batches; kept open for each key, since keys of nodes alternate."""
    open_: dict[_Key, list[Row]] = {}
    for key, row in rows:
        gathered = open_.setdefault(key, [])
        gathered.append(row)
        if len(gathered) == BATCH:
            yield key, open_.pop(key)
    for key, gathered in open_.items():
        yield key, gathered


def _ends(row: Row) -> tuple[str, str, str]:
    return row["s"], row["t"], row["rid"]


def _common(said: list[Row]) -> Row:
    """Take out of some properties those that are the same in all of them, and return them."""
    first = said[0]
    common = {
        name: value
        for name, value in first.items()
        if all(name in one and type(one[name]) is type(value) and one[name] == value for one in said)
    }
    for one in said:
        for name in common:
            del one[name]
    return common
