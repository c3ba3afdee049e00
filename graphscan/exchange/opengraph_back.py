"""Read our own OpenGraph export back: the statements of its sources."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from graphscan.errors import ImportFailedError
from graphscan.exchange.back import Back, Statements, read
from graphscan.exchange.opengraph import NAMESPACE
from graphscan.model import NotUnderstood

_TABLES = {f"{NAMESPACE}_Coverage": "coverage", f"{NAMESPACE}_Classification": "classify"}
_SOURCE = f"{NAMESPACE}_Source"
_PREFIX = f"{NAMESPACE}_"


@dataclass(frozen=True, slots=True)
class Payload:
    """
    What an OpenGraph file holds.

    Attributes:
        nodes, edges: as they stand there.
    """

    path: Path
    nodes: list[Any]
    edges: list[Any]

    @property
    def ours(self) -> list[Mapping[str, Any]]:
        """Return the sources that an export of ours names; empty for a file of another tool."""
        about = (node.get("properties") for node in self.nodes if kind_of(node) == _SOURCE)
        return [one for one in about if isinstance(one, dict) and isinstance(one.get("name"), str)]

    @property
    def others(self) -> "Payload":
        """Return what is of other tools."""
        nodes = [one for one in self.nodes if not kind_of(one).startswith(_PREFIX)]
        edges = [
            one for one in self.edges if not str(one.get("kind") if isinstance(one, dict) else "").startswith(_PREFIX)
        ]
        return Payload(self.path, nodes, edges)


def load(path: Path) -> Payload:
    """
    Read a file.

    Raises:
        ImportFailedError: it cannot be read, is no JSON, or has neither nodes nor edges where the format has them.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ImportFailedError(f"`{path}` cannot be read: {error.strerror}", "check the path") from None
    except (ValueError, RecursionError) as error:
        raise ImportFailedError(f"`{path}` is not JSON: {error}", "give a file in OpenGraph format") from None
    graph = said.get("graph") if isinstance(said, dict) else None
    if not isinstance(graph, dict) or not any(isinstance(graph.get(name), list) for name in ("nodes", "edges")):
        raise ImportFailedError(
            f"`{path}` has no `graph` with `nodes` or `edges`", "give a file in OpenGraph format; docs/exchange.md"
        )
    nodes, edges = (graph.get(name) for name in ("nodes", "edges"))
    return Payload(path, nodes if isinstance(nodes, list) else [], edges if isinstance(edges, list) else [])


def kind_of(node: Any) -> str:
    """Return the first kind of a node, "" where it has none."""
    kinds = node.get("kinds") if isinstance(node, dict) else None
    return kinds[0] if isinstance(kinds, list) and kinds and isinstance(kinds[0], str) else ""


def default_as_of(payload: Payload) -> datetime | None:
    """Return the instant at which the exported store was asked about; None: now, or not said."""
    for source in payload.ours:
        try:
            return datetime.fromisoformat(source["default_as_of"])
        except (KeyError, TypeError, ValueError):
            continue
    return None


def read_back(payload: Payload, folder: Path) -> Iterator[Back]:
    """
    Yield the sources of an export as they were stated.

    Args:
        folder: an empty folder for what is sorted on the way.

    Raises:
        ImportFailedError: a source is not as it was exported.
    """
    import duckdb

    sources = sorted({one["name"]: one for one in reversed(payload.ours)}.items())
    with Statements(folder) as files:
        for node in payload.nodes:
            for text in _statements(node):
                files.take(_TABLES.get(kind_of(node), "nodes"), text)
        for edge in payload.edges:
            for text in _statements(edge):
                files.take("relations", text)
        bad = dict(files.bad)
        lost = len(files.sources - {name for name, _ in sources})
    for number, (_, source) in enumerate(sources):
        with duckdb.connect() as con:
            back = read(con, files, source)
            if number == 0:  # of whom a damaged statement was, nobody knows
                back.doubts += [
                    NotUnderstood(f"statements of {one}", "not as exported", bad[one]) for one in sorted(bad)
                ]
                if lost:
                    back.doubts.append(NotUnderstood("statements", "of a source that is not in the file", lost))
            yield back


# Private functions


def _statements(one: Any) -> list[Any]:
    properties = one.get("properties") if isinstance(one, dict) else None
    found = properties.get("statements") if isinstance(properties, dict) else None
    return found if isinstance(found, list) else []
