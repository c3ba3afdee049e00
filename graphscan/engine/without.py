"""A graph in which some steps never fire."""

from dataclasses import replace

import numpy as np

from graphscan.engine.csr import Ints
from graphscan.engine.graph import Graph


def without(graph: Graph, steps: Ints) -> Graph:
    """
    Turn steps so that they give what they begin with, and begin, seen from behind, with a fact that nobody holds.

    Forward a step is found by its source and gives its target: nothing new. Backward it is found by what it gave, and
    its source is looked at: never held. That fact is added at the end, of a node that there is not.
    """
    source, target = graph.step_source.copy(), graph.step_target.copy()
    nobody = graph.fact_count
    target[steps] = source[steps]
    source[steps] = nobody
    return replace(
        graph,
        fact_node=np.append(graph.fact_node, np.int32(graph.fact_node[-1] + 1)),
        fact_level=np.append(graph.fact_level, graph.fact_level[-1:]),
        step_source=source,
        step_target=target,
        plain_ptr=_one_more(graph.plain_ptr),
        guarded_ptr=_one_more(graph.guarded_ptr),
        fact_guard_ptr=_one_more(graph.fact_guard_ptr),
        in_ptr=_one_more(graph.in_ptr),
    )


# Private functions


def _one_more(ptr: Ints) -> Ints:
    """Return pointers with an empty row at the end."""
    return np.append(ptr, ptr[-1:])
