"""What a push sends, as batches."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from graphscan.exchange.content import Row
from graphscan.exchange.elements import Elements
from graphscan.exchange.neo4j import writing

BATCH = 5_000
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
        """Yield nodes first, then relationships by type."""
        for batch in self._gathered():
            self.sent[batch.sort] = self.sent.get(batch.sort, 0) + len(batch.rows)
            yield batch

    def _gathered(self) -> Iterator[Batch]:
        for labels, rows in _runs(self.elements.nodes()):
            yield Batch("nodes", True, writing.nodes(labels), rows, writing.node_parameters(labels))
        for type_, rows in _runs(self.elements.relationships()):
            yield Batch(type_, False, writing.relationships(type_), rows, {})


# Private functions


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
