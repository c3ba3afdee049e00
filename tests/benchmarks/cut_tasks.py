"""What is measured of the smallest fix, each in a process of its own."""

import importlib.util
import time
from importlib import import_module
from typing import Any, Literal

import numpy as np

from graphscan.engine.assemble import Frame, Steps, assemble
from graphscan.engine.cut import Cut, smallest
from graphscan.engine.graph import Graph
from graphscan.engine.guards import Guards
from graphscan.engine.question import Question
from graphscan.engine.reach import reach
from tests.benchmarks.cut_questions import Asked, dense_asked, organisation_asked
from tests.benchmarks.timing import peak

_NEVER = 1 << 30  # capacity of a step that cannot be cut


def solved(
    what: Literal["organisation", "dense", "plain"],
    nodes: int,
    steps: int,
    solver: Literal["highs", "own"],
    budget: float,
) -> dict[str, Any]:
    """
    Ask for the smallest set of cuts, with the reach in the time; check the answer on a graph without what it closes.

    Args:
        what:   an organisation of the generator; a dense random graph with guards; or the organisation without guards,
                of which each step is cut alone, beside igraph's minimum cut.
        budget: seconds.
    """
    asked = dense_asked(nodes, steps) if what == "dense" else organisation_asked(nodes, steps, what != "plain")
    if what == "plain":
        asked = _each_step(asked)
    before = peak()
    began, spent = time.perf_counter(), time.process_time()
    question = Question(asked.question.graph, asked.question.starts)
    found = smallest(question, asked.targets, asked.cuts, budget, solver=solver)
    seconds, processor = time.perf_counter() - began, time.process_time() - spent
    memory = peak()
    result = {
        "what": what,
        "solver": solver,
        "nodes": asked.nodes,
        "steps": asked.steps,
        "graph_steps": asked.question.graph.step_count,
        "starts": len(asked.question.starts),
        "targets": len(asked.targets),
        "cuts": len(asked.cuts),
        "budget": budget,
        "seconds": seconds,
        "processor_seconds": processor,
        "memory_before": before,
        "memory": memory,
        "lower": found.lower,
        "upper": found.cost,
        "chosen": len(found.chosen),
        "optimal": found.optimal,
        "settled": found.settled,
        "why": found.why,
        "separates": found.open < 0 and _separates(asked, [asked.cuts[place] for place in found.chosen]),
    }
    if what == "plain" and importlib.util.find_spec("igraph") is not None:
        result["peer"] = _minimum_cut(asked)
    return result


# Private functions


def _each_step(asked: Asked) -> Asked:
    """Return the same question with a cut of cost 1 for each step that rests on a relation, and no others."""
    nothing = np.zeros(0, np.int64)
    steps = np.flatnonzero(asked.question.graph.step_relation_set >= 0).tolist()
    cuts = tuple(Cut(1, np.array([step]), nothing) for step in steps)
    return Asked(asked.question, asked.targets, cuts, asked.nodes, asked.steps)


def _separates(asked: Asked, made: list[Cut]) -> bool:
    """Build the graph again without the closed steps, and see whether a target is reached while facts are blocked."""
    graph = asked.question.graph
    stays = np.ones(graph.step_count, bool)
    for cut in made:
        stays[cut.steps] = False
    columns = Steps(
        graph.step_source, graph.step_target, graph.step_guard, graph.step_technique, graph.step_relation_set
    ).rows(stays)
    frame = Frame(
        graph.relation_ptr,
        graph.relation_ids,
        graph.techniques,
        graph.effort,
        graph.known_start,
        graph.possible_start,
    )
    guards = Guards(graph.guard_ptr, graph.guard_facts)
    without: Graph = assemble(graph.fact_node, graph.fact_level, columns, guards, frame)[0]
    blocked = [fact for cut in made for fact in cut.facts.tolist()]
    return not reach(without, asked.question.starts, blocked=blocked).held[list(asked.targets)].any()


def _minimum_cut(asked: Asked) -> dict[str, Any]:
    """Return igraph's minimum cut between the starts and the targets, and how long it took without its building."""
    igraph = import_module("igraph")
    graph = asked.question.graph
    count = graph.fact_count
    cuttable = graph.step_relation_set >= 0
    known = [*asked.question.starts, *graph.known_start.tolist()]
    ends = np.column_stack([graph.step_source, graph.step_target]).tolist()
    ends += [[count, fact] for fact in known] + [[fact, count + 1] for fact in asked.targets]
    capacity = np.where(cuttable, 1, _NEVER).tolist() + [_NEVER] * (len(known) + len(asked.targets))
    network = igraph.Graph(n=count + 2, edges=ends, directed=True)
    began = time.perf_counter()
    value = network.maxflow_value(count, count + 1, capacity=capacity)
    return {"value": int(value), "seconds": time.perf_counter() - began, "version": igraph.__version__}
