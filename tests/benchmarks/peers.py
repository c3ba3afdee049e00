"""The graph libraries that graphscan is measured beside: how each builds a graph and searches it breadth first."""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import Any

import numpy as np

from graphscan.engine.csr import Ints


@dataclass(frozen=True, slots=True)
class Peer:
    """
    A way to search a plain directed graph.

    Attributes:
        name:     what is printed.
        package:  the distribution whose version is printed.
        module:   what must be importable.
        build:    (source, target, vertices) → the library's graph.
        search:   (graph, start) → the vertices reached, the start among them.
        largest:  nodes of an organisation up to which it is asked.
    """

    name: str
    package: str
    module: str
    build: Callable[[Ints, Ints, int], Any]
    search: Callable[[Any, int], Any]
    largest: int

    @property
    def installed(self) -> bool:
        """Whether the library is there."""
        return importlib.util.find_spec(self.module) is not None

    @property
    def version(self) -> str:
        """Return the installed version."""
        return version(self.package)


# Private functions


def _scipy_build(source: Ints, target: Ints, vertices: int) -> Any:
    csr_array = import_module("scipy.sparse").csr_array
    # csgraph works on float64 and would convert anything else at every search.
    return csr_array((np.ones(len(source)), (source, target)), shape=(vertices, vertices))


def _scipy_search(graph: Any, start: int) -> Any:
    csgraph = import_module("scipy.sparse.csgraph")
    return csgraph.breadth_first_order(graph, start, directed=True, return_predecessors=True)[0]


def _rustworkx_build(source: Ints, target: Ints, vertices: int) -> Any:
    rustworkx = import_module("rustworkx")
    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(vertices))
    graph.add_edges_from_no_data(list(zip(source.tolist(), target.tolist(), strict=True)))
    return graph


def _rustworkx_descendants(graph: Any, start: int) -> Any:
    rustworkx = import_module("rustworkx")
    return rustworkx.descendants(graph, start) | {start}


def _rustworkx_visitor(graph: Any, start: int) -> Any:
    rustworkx = import_module("rustworkx")

    class Tree(import_module("rustworkx.visit").BFSVisitor):  # type: ignore[misc]
        def __init__(self) -> None:
            self.parent = {start: -1}

        def tree_edge(self, edge: tuple[int, int, Any]) -> None:
            self.parent[edge[1]] = edge[0]

    tree = Tree()
    rustworkx.digraph_bfs_search(graph, [start], tree)
    return tree.parent


def _igraph_build(source: Ints, target: Ints, vertices: int) -> Any:
    igraph = import_module("igraph")
    return igraph.Graph(n=vertices, edges=np.column_stack([source, target]), directed=True)


def _igraph_search(graph: Any, start: int) -> Any:
    return graph.bfs(start, mode="out")[0]


def _networkx_build(source: Ints, target: Ints, vertices: int) -> Any:
    networkx = import_module("networkx")
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(vertices))
    graph.add_edges_from(zip(source.tolist(), target.tolist(), strict=True))
    return graph


def _networkx_search(graph: Any, start: int) -> Any:
    networkx = import_module("networkx")
    return {start: start, **dict(networkx.bfs_predecessors(graph, start))}


SCIPY = Peer("scipy breadth_first_order", "scipy", "scipy", _scipy_build, _scipy_search, 1_000_000)
NETWORKX = Peer("networkx bfs_predecessors", "networkx", "networkx", _networkx_build, _networkx_search, 1_000_000)
PEERS: tuple[Peer, ...] = (
    SCIPY,
    Peer("igraph bfs", "igraph", "igraph", _igraph_build, _igraph_search, 100_000),
    Peer("rustworkx descendants", "rustworkx", "rustworkx", _rustworkx_build, _rustworkx_descendants, 100_000),
    Peer("rustworkx bfs_search", "rustworkx", "rustworkx", _rustworkx_build, _rustworkx_visitor, 100_000),
    NETWORKX,
)
