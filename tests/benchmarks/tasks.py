"""What is measured of a graph, as functions of a work folder: each can run here or in a process of its own."""

import os
import statistics
from collections.abc import Callable
from functools import partial
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from graphscan import kinds
from graphscan.engine import cache, kernel
from graphscan.engine.assemble import Frame, Steps, assemble
from graphscan.engine.compile import compile_steps
from graphscan.engine.csr import Ints
from graphscan.engine.graph import Graph
from graphscan.engine.guards import Guards
from graphscan.engine.kernel.loading import library
from graphscan.engine.paths import find_paths
from graphscan.engine.question import Question
from graphscan.engine.reach import reach
from tests.benchmarks.organisation import generate
from tests.benchmarks.peers import NETWORKX, PEERS
from tests.benchmarks.steps import step_table
from tests.benchmarks.timing import in_turns, peak, timed

GRAPH, PLAIN, ARCS = "graph", "plain", "arcs.npz"
_CANDIDATES = 40
_PATHS = 100


def compile_graph(folder: Path, nodes: int) -> dict[str, Any]:
    """
    Generate an organisation's steps, compile them, and leave in `folder` the graph, the same without guards, and arcs.

    The start is the first of some credentials, drawn at random, that reaches most of the graph.
    """
    organisation = generate(nodes)
    table = step_table(organisation)
    seconds, graph = timed(partial(compile_steps, table))
    cache.save(graph, folder / GRAPH)
    source, target = _arcs(graph)
    cache.save(_without_guards(graph, source, target), folder / PLAIN)
    start, credential = _start(graph, organisation.pools["Credential"])
    known, may = reach(graph, [start]), reach(graph, [start], may=True)
    np.savez(folder / ARCS, source=source, target=target, start=start, vertices=graph.fact_count)
    return {
        "nodes": len(organisation),
        "relations": organisation.relation_count,
        "table_steps": len(table),
        "guarded": float((table.guard >= 0).mean()),
        "facts": graph.fact_count - 1,
        "steps": graph.step_count,
        "arcs": len(source),
        "start": credential,
        "reached_known": int(known.held[1:].sum()),
        "reached_may": int(may.held[1:].sum()),
        "compile_seconds": seconds,
    }


def ours(folder: Path, rounds: int) -> dict[str, Any]:
    """Load the cached arrays and compute the reach, known and possible, both ways; how much memory that takes."""
    before = peak()
    loads: list[float] = []
    times: dict[str, list[float]] = {}
    start = int(np.load(folder / ARCS)["start"])
    for _ in range(rounds):
        seconds, graph = timed(lambda: cache.load(folder / GRAPH))
        loads.append(seconds)
        for name, question in _own(graph, start).items():
            times.setdefault(name, []).append(timed(question)[0])
    return {
        "load_seconds": statistics.median(loads),
        "seconds": {name: statistics.median(all_) for name, all_ in times.items()},
        "memory_before": before,
        "memory": peak(),
    }


def beside(folder: Path, peer: str, rounds: int) -> dict[str, Any]:
    """
    Build a peer's graph and search it, in turns with ours; ratios are theirs divided by ours, the median of rounds.

    The peer searches the arcs from the source of each step to its target, guards ignored. Ours is asked on the graph
    with guards, in must and in may, and on the same arcs without guards; with the compiled kernel and in numpy alone.
    """
    other = next(one for one in PEERS if one.name == peer)
    arcs = np.load(folder / ARCS)
    source, target = arcs["source"], arcs["target"]
    start, vertices = int(arcs["start"]), int(arcs["vertices"])
    before = peak()
    build_seconds, built = timed(lambda: other.build(source, target, vertices))
    first = other.search(built, start)
    memory = peak()
    reached = len(first)
    del first
    graph, plain = cache.load(folder / GRAPH), cache.load(folder / PLAIN)
    questions: dict[str, Callable[[], Any]] = {
        "peer": lambda: other.search(built, start),
        **_own(graph, start),
        **{
            name.replace("known", "plain"): question
            for name, question in _own(plain, start).items()
            if "may" not in name
        },
    }
    times = in_turns(questions, rounds)
    ratios = {
        name: statistics.median(p / o for p, o in zip(times["peer"], times[name], strict=True))
        for name in questions
        if name != "peer"
    }
    return {
        "peer": peer,
        "version": other.version,
        "build_seconds": build_seconds,
        "seconds": {name: statistics.median(all_) for name, all_ in times.items()},
        "times_as_long_as_ours": ratios,
        "reached": reached,
        "reached_plain": int(reach(plain, [start]).held[1:].sum()),
        "memory_before": before,
        "memory": memory,
    }


def growth(folder: Path, larger: Path, rounds: int) -> dict[str, Any]:
    """Reach on a graph and on one of twice its size, in turns: how many times as long the larger takes."""
    starts = [int(np.load(place / ARCS)["start"]) for place in (folder, larger)]
    small, large = cache.load(folder / GRAPH), cache.load(larger / GRAPH)
    times = in_turns({"small": lambda: reach(small, [starts[0]]), "large": lambda: reach(large, [starts[1]])}, rounds)
    return {
        "seconds": {name: statistics.median(all_) for name, all_ in times.items()},
        "ratio": statistics.median(b / a for a, b in zip(times["small"], times["large"], strict=True)),
        "rounds": rounds,
    }


def paths(folder: Path, rounds: int) -> dict[str, Any]:
    """The first 100 paths from the start to the farthest fact, beside networkx's on the plain graph, in turns."""
    networkx = import_module("networkx")
    arcs = np.load(folder / ARCS)
    start = int(arcs["start"])
    graph = cache.load(folder / GRAPH)
    reached = reach(graph, [start])
    anyone = reach(graph, [])
    target = int([fact for fact in reached.order if not anyone.held[fact]][-1])
    built = NETWORKX.build(arcs["source"], arcs["target"], int(arcs["vertices"]))
    found: dict[str, int] = {}

    def own() -> None:
        found["own"] = len(find_paths(Question(graph, [start]), [target], limit=_PATHS).paths)

    def peer() -> None:
        found["peer"] = len(list(islice(networkx.shortest_simple_paths(built, start, target), _PATHS)))

    times = in_turns({"own": own, "peer": peer}, rounds)
    return {
        "seconds": {name: statistics.median(all_) for name, all_ in times.items()},
        "ratio": statistics.median(p / o for p, o in zip(times["peer"], times["own"], strict=True)),
        "found": found,
    }


# Private functions


def _own(graph: Graph, start: int) -> dict[str, Callable[[], Any]]:
    """Return our reach, known and possible too, in numpy alone and, where it was built, with the compiled kernel."""

    def ask(use: str, may: bool) -> None:
        before = os.environ.get(kernel.VARIABLE)
        os.environ[kernel.VARIABLE] = use
        try:
            reach(graph, [start], may=may)
        finally:
            os.environ[kernel.VARIABLE] = before or ""

    names = {"known": False, "may": True}
    found = {f"{name} in numpy": partial(ask, "off", may) for name, may in names.items()}
    return found if library()[1] else {name: partial(ask, "on", may) for name, may in names.items()} | found


def _start(graph: Graph, credentials: tuple[int, int]) -> tuple[int, int]:
    """Return the fact and the node of a credential that reaches at least half of the facts, or the best seen."""
    held = kinds.level_code("Credential", "held")
    drawn = np.random.default_rng(5).integers(*credentials, size=_CANDIDATES).tolist()
    best: tuple[float, int, int] = (-1.0, 0, 0)
    for node in drawn:
        fact = graph.at(node, held)
        if fact < 0:
            continue
        share = float(reach(graph, [fact]).held.mean())
        if share > best[0]:
            best = (share, fact, node)
        if share > 0.5:
            break
    return best[1], best[2]


def _arcs(graph: Graph) -> tuple[Ints, Ints]:
    """Return the distinct (source, target) pairs of all steps."""
    pairs = np.unique(graph.step_source.astype(np.int64) * graph.fact_count + graph.step_target)
    source, target = np.divmod(pairs, graph.fact_count)
    return source.astype(np.int32), target.astype(np.int32)


def _without_guards(graph: Graph, source: Ints, target: Ints) -> Graph:
    nothing = np.zeros(0, np.int64)
    count = len(source)
    columns = Steps(
        source=source.astype(np.int64),
        target=target.astype(np.int64),
        guard=np.full(count, -1, np.int64),
        technique=np.zeros(count, np.int64),
        relation_set=np.full(count, -1, np.int64),
    )
    frame = Frame(np.zeros(1, np.int64), nothing, graph.techniques, graph.effort, nothing, nothing)
    return assemble(graph.fact_node, graph.fact_level, columns, Guards(np.zeros(1, np.int64), nothing), frame)[0]
