"""Distances against plain relaxation, and graphs to networkx and back."""

import networkx
import numpy as np
from engine_cases import CASES, Case, cases
from engine_naive import all_levels, begin, fixpoint, knuth
from hypothesis import given, settings
from hypothesis import strategies as st

from graphscan.engine.compile import compile_steps
from graphscan.engine.distance import distances
from graphscan.engine.graph import Graph
from graphscan.engine.nx import from_networkx, to_networkx

careful = settings(max_examples=CASES, derandomize=True, deadline=None, database=None)


@careful
@given(cases(), st.booleans())
def test_distance_is_the_cost_of_the_cheapest_derivation(case: Case, may: bool) -> None:
    """Efforts add up over all preconditions, whatever the order in which facts are found."""
    graph = compile_steps(case.table, case.asked)
    found = distances(graph, {low for fact in case.starts for low in graph.lower(*fact)}, may=may)
    # Over the levels that are kept: where a group's step needs a level of its own member besides, passing through a
    # level that nobody asks for would count what both rest on once instead of twice.
    kept = set(zip(graph.fact_node.tolist(), graph.fact_level.tolist(), strict=True)) | set(case.starts)
    expected = knuth([rule for rule in all_levels(case, may) if rule.head in kept], begin(case, may))
    for fact in range(1, graph.fact_count):
        name = int(graph.fact_node[fact]), int(graph.fact_level[fact])
        assert int(found.cost[fact]) == expected.get(name, -1)
        step = int(found.step[fact])
        if step >= 0:
            below = sum(int(found.cost[one]) for one in graph.body(step))
            assert int(graph.step_target[step]) == fact
            assert found.cost[fact] == below + graph.effort_of(step)


def same(one: Graph, other: Graph) -> None:
    """Fail unless two graphs are equal in every array; relation sets that no step rests on any more may be missing."""
    assert one.techniques == other.techniques
    for (name, array), (_, again) in zip(one.arrays(), other.arrays(), strict=True):
        if "relation" not in name:
            assert np.array_equal(array, again), name
            assert array.dtype == again.dtype, name
    for step in range(other.step_count):
        assert one.relations(step) == other.relations(step)


@careful
@given(cases(), st.integers(0, 10**6))
def test_a_graph_comes_back_from_networkx(case: Case, seed: int) -> None:
    """To networkx and back is the same graph, in whatever order its nodes and edges are."""
    graph = compile_steps(case.table, case.asked)
    there = to_networkx(graph)
    same(from_networkx(there), graph)
    random = np.random.default_rng(seed)
    nodes, edges = list(there.nodes(data=True)), list(there.edges(data=True))
    mixed: networkx.DiGraph[object] = networkx.DiGraph(**there.graph)
    mixed.add_nodes_from(nodes[place] for place in random.permutation(len(nodes)))
    mixed.add_edges_from(edges[place] for place in random.permutation(len(edges)))
    same(from_networkx(mixed), graph)


@careful
@given(cases(), st.booleans())
def test_and_is_not_lost_in_networkx(case: Case, may: bool) -> None:
    """Walking the networkx graph, a step node only when all before it is held, reaches what the engine reaches."""
    graph = compile_steps(case.table, case.asked)
    there = to_networkx(graph)
    wanted = {"known", "possible"} if may else {"known"}
    held = {name for name, about in there.nodes(data=True) if about.get("start") in wanted} | ({0} if may else set())
    held |= {low for fact in case.starts for low in graph.lower(*fact)}
    changed = True
    while changed:
        changed = False
        for name, about in there.nodes(data=True):
            before = list(there.predecessors(name))
            ready = (
                all(one in held for one in before) if about["type"] == "step" else any(one in held for one in before)
            )
            if name not in held and before and ready:
                held.add(name)
                changed = True
    expected = fixpoint(all_levels(case, may), begin(case, may))
    for fact in range(1, graph.fact_count):
        name = int(graph.fact_node[fact]), int(graph.fact_level[fact])
        assert (fact in held) == (name in expected)
