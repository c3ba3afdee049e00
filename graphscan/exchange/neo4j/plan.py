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

BATCH = 5_000
_AHEAD = 2  # batches that wait for the server
_LOOK = 0.2  # seconds after which the thread that makes them looks whether anybody still wants them
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Batch:
    """
    Rows that one transaction writes.

    Attributes:
        sort:  "nodes", or the relationship type.
        nodes: whether they are nodes.
    """

    sort: str
    nodes: bool
    query: str
    rows: list[Row]
    parameters: Mapping[str, Any]


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
            yield Batch("nodes", True, writing.nodes(labels), rows, writing.node_parameters(labels))
        for type_, rows in _runs(self.elements.relationships()):
            yield Batch(type_, False, writing.relationships(type_), rows, {})


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
