"""Read our own OpenGraph export back: the statements of its sources."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from graphscan.errors import ImportFailedError
from graphscan.exchange.back import Back, Statements, moment, read
from graphscan.exchange.opengraph import EDGE_NAMES, NAMESPACE, NODE_NAMES, edge_kind
from graphscan.model import NotUnderstood

_TABLES = {f"{NAMESPACE}_Coverage": "coverage", f"{NAMESPACE}_Classification": "classify"}
_SOURCE = f"{NAMESPACE}_Source"
_NODES = frozenset(f"{NAMESPACE}_{name}" for name in NODE_NAMES)
_EDGES = frozenset(map(edge_kind, EDGE_NAMES))


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
        return [one["properties"] for one in self.nodes if _is_source(one)]

    @property
    def others(self) -> "Payload":
        """Return what no export of ours wrote: of other tools, and all of a file that names no source of ours."""
        if not self.ours:
            return self
        nodes = [one for one in self.nodes if not _is_our_node(one)]
        return Payload(self.path, nodes, [one for one in self.edges if not _is_our_edge(one)])


def load(path: Path) -> Payload:
    """
    Read a file.

    Raises:
        ImportFailedError: it cannot be read, is no JSON, or has no lists of nodes or edges where the format has them.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ImportFailedError(f"`{path}` cannot be read: {error.strerror}", "check the path") from None
    except (ValueError, RecursionError) as error:
        raise ImportFailedError(f"`{path}` is not JSON: {error}", "give a file in OpenGraph format") from None
    graph = said.get("graph") if isinstance(said, dict) else None
    parts = [graph.get(name) for name in ("nodes", "edges")] if isinstance(graph, dict) else []
    if all(one is None for one in parts) or not all(isinstance(one, list | None) for one in parts):
        raise ImportFailedError(
            f"`{path}` has no `graph` with lists of `nodes` or `edges`",
            "give a file in OpenGraph format; docs/exchange.md",
        )
    nodes, edges = parts
    return Payload(path, nodes or [], edges or [])


def kind_of(node: Any) -> str:
    """Return the first kind of a node, "" where it has none."""
    kinds = node.get("kinds") if isinstance(node, dict) else None
    return kinds[0] if isinstance(kinds, list) and kinds and isinstance(kinds[0], str) else ""


def default_as_of(payload: Payload) -> datetime | None:
    """
    Return the instant at which the exported store was asked about; None: now.

    Raises:
        ImportFailedError: it is no moment: answers would be those of another.
    """
    said = [one["default_as_of"] for one in payload.ours if one.get("default_as_of") is not None]
    try:
        return moment(said[0]) if said else None
    except (TypeError, ValueError, OverflowError):
        raise ImportFailedError(
            f"`{payload.path}` has a `default_as_of` that is no moment", "export it again; nothing was imported"
        ) from None


def read_back(payload: Payload, folder: Path) -> Iterator[Back]:
    """
    Yield the sources of an export as they were stated.

    Args:
        folder: an empty folder for what is sorted on the way.

    Raises:
        ImportFailedError: a source is not as it was exported.
    """
    import duckdb

    sources: dict[str, Mapping[str, Any]] = {}
    twice = 0
    for one in payload.ours:
        twice += sources.setdefault(one["name"], one) != one
    with Statements(folder) as files:
        for node in payload.nodes:
            for text in _statements(node):
                files.take(_TABLES.get(kind_of(node), "nodes"), text)
        for edge in payload.edges:
            for text in _statements(edge):
                files.take("relations", text)
        doubts = files.doubts(sources)
    if twice:
        doubts.append(NotUnderstood("sources", "described twice, and differently: the first was taken", twice))
    for name in sorted(sources):
        with duckdb.connect() as con:
            back = read(con, files, sources[name])
            back.doubts += doubts  # of whom a damaged statement was, nobody knows: said once
            doubts = []
            yield back


# Private functions


def _is_source(node: Any) -> bool:
    about = node.get("properties") if kind_of(node) == _SOURCE else None
    return isinstance(about, dict) and isinstance(about.get("name"), str)


def _is_our_node(node: Any) -> bool:
    return _is_source(node) if kind_of(node) == _SOURCE else kind_of(node) in _NODES


def _is_our_edge(edge: Any) -> bool:
    """Whether an export wrote an edge: of the inventory, or an attack step, which is derived anew."""
    kind = edge.get("kind") if isinstance(edge, dict) else None
    if not isinstance(kind, str) or not kind.startswith(f"{NAMESPACE}_"):
        return False
    about = edge.get("properties")
    technique = about.get("technique") if isinstance(about, dict) else None
    return kind in _EDGES or (isinstance(technique, str) and kind in _step_kinds(technique))


@cache
def _step_kinds(technique: str) -> tuple[str, str]:
    return edge_kind(technique), edge_kind(f"into {technique}")


def _statements(one: Any) -> list[Any]:
    properties = one.get("properties") if isinstance(one, dict) else None
    found = properties.get("statements") if isinstance(properties, dict) else None
    return found if isinstance(found, list) else []
