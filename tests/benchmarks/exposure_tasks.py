"""Who reaches which assets in a generated organisation: ours, GraphBLAS, and one reverse search for each asset."""

import json
import statistics
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphscan.engine import cache, kernel
from graphscan.engine.assemble import Frame, Steps, assemble
from graphscan.engine.csr import Bools, Ints
from graphscan.engine.exposure import exposure
from graphscan.engine.exposure_rows import Rows, booleans, counted
from graphscan.engine.exposure_steps import left
from graphscan.engine.graph import Graph
from graphscan.engine.guards import Guards
from graphscan.engine.reach import reach
from tests.benchmarks import tasks
from tests.benchmarks.organisation import Organisation, generate
from tests.benchmarks.timing import peak, timed

IDENTITIES = ("Credential", "ServiceAccount", "User")
ASSETS = (("Repository", 0.6), ("Content", 0.4))
SEED = 5


def measure(folder: Path, nodes: int, assets: int, rounds: int, searched: int, budget: int) -> dict[str, Any]:
    """
    Return times in seconds of processor time, medians of rounds in turns after one that does not count.

    Bounds are from the compiled graph in memory: both reaches, the arcs, both sweeps and the sources' rows. The others
    get the arcs of the upper bound ready made, and every answer is compared with ours.

    Args:
        searched: of how many assets a reverse search is made; the time is of all, from these.
        budget:   of settling, as in `engine.exposure`.
    """
    said = _compiled(folder, nodes)
    graph = cache.load(folder / tasks.GRAPH)
    sources, goals = _groups(graph, generate(nodes), assets)
    ways: dict[str, Callable[[], Any]] = {"numpy": partial(_ours, graph, sources, goals, "off")}
    missing: dict[str, str] = {}
    if kernel.absent():
        missing["kernel"] = kernel.absent()
    else:
        ways["kernel"] = partial(_ours, graph, sources, goals, "on")
    times, found = _in_turns(ways, rounds)
    exact_seconds, exact = timed(partial(exposure, graph, sources, goals, budget=budget))
    print(f"  settled within the budget: {exact_seconds:.2f} s", file=sys.stderr, flush=True)
    upper = booleans(found["numpy"].upper, assets)
    arcs = _arcs(graph, sources)
    share = len(goals) / searched
    others: dict[str, Callable[[], Bools]] = {
        "reverse": partial(_reverse, _reversed(graph, *arcs), sources, goals, searched),
        "scipy": partial(_scipy, _matrix(*arcs, graph.fact_count), sources, goals, searched),
    }
    try:
        others["graphblas"] = partial(_graphblas, _graphblas_matrix(*arcs, graph.fact_count), sources, goals)
    except ImportError as absent:
        missing["graphblas"] = str(absent)
    for name, ask in others.items():
        seconds, table = timed(ask)
        print(f"  {name}: {seconds:.2f} s", file=sys.stderr, flush=True)
        assert (table == (upper if name == "graphblas" else upper[:, :searched])).all(), f"{name} says something else"
        times[name] = [seconds * (1 if name == "graphblas" else share)]
    bound = found["numpy"]
    return {
        **said,
        "assets": len(goals),
        "identities": len(sources),
        "searched": searched,
        "missing": missing,
        "seconds": {name: statistics.median(all_) for name, all_ in times.items()},
        "pairs_upper": int(counted(bound.upper).sum()),
        "pairs_lower": int(counted(bound.lower).sum()),
        "exact": {
            "seconds": exact_seconds,
            "kernel": kernel.loaded(),
            "budget": budget,
            "work": exact.work,
            "followed": exact.alone,
            "left": exact.unasked,
            "pairs_upper": int(counted(exact.upper).sum()),
            "pairs_lower": int(counted(exact.lower).sum()),
            "unsettled": exact.open_pairs,
        },
        "memory": peak(),
    }


# Private functions


def _compiled(folder: Path, nodes: int) -> dict[str, Any]:
    """Compile the organisation's graph into a folder, unless the folder has it from an earlier run."""
    about = folder / "about.json"
    if about.exists():
        found: dict[str, Any] = json.loads(about.read_text(encoding="utf-8"))
        if found["nodes"] == len(generate(nodes)):
            return found
    found = tasks.compile_graph(folder, nodes)
    about.write_text(json.dumps(found), encoding="utf-8")
    return found


def _groups(graph: Graph, organisation: Organisation, assets: int) -> tuple[Rows, Rows]:
    """Return every identity at all its levels, and some assets drawn at random."""
    random = np.random.default_rng(SEED)
    own = np.sort(np.concatenate([np.arange(*organisation.pools[kind]) for kind in IDENTITIES]))
    parts = []
    for kind, share in ASSETS:
        pool = np.arange(*organisation.pools[kind])
        parts.append(random.choice(pool, min(len(pool), round(assets * share)), replace=False))
    return _facts(graph, own), _facts(graph, np.sort(np.concatenate(parts)))


def _facts(graph: Graph, nodes: Ints) -> Rows:
    facts = np.flatnonzero(np.isin(graph.fact_node, nodes))
    return Rows(np.searchsorted(graph.fact_node[facts], np.append(nodes, 2**31 - 1)), facts)


def _ours(graph: Graph, sources: Rows, goals: Rows, use: str) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(kernel.VARIABLE, use)
        return exposure(graph, sources, goals, budget=0)


def _in_turns(ways: dict[str, Callable[[], Any]], rounds: int) -> tuple[dict[str, list[float]], dict[str, Any]]:
    times: dict[str, list[float]] = {name: [] for name in ways}
    found: dict[str, Any] = {}
    for one in range(rounds + 1):
        for name, ask in ways.items():
            seconds, found[name] = timed(ask)
            print(f"  {name}: {seconds:.2f} s", file=sys.stderr, flush=True)
            if one:
                times[name].append(seconds)
    first, *rest = found.values()
    for other in rest:
        assert np.array_equal(first.upper, other.upper), "kernel and numpy differ"
        assert np.array_equal(first.lower, other.lower), "kernel and numpy differ"
    return times, found


def _arcs(graph: Graph, sources: Rows) -> tuple[Ints, Ints]:
    """Return the arcs of the upper bound (from, to), those of what anyone reaches left out."""
    rest = left(graph, np.unique(sources.facts), False, np.zeros(0, np.int64))
    every = rest.every
    ptr, items = every.more
    source = np.concatenate(
        [
            np.repeat(np.arange(graph.fact_count), np.diff(every.ptr)),
            np.repeat(np.arange(graph.fact_count), np.diff(ptr)),
        ]
    )
    target = np.concatenate([every.items, items]).astype(np.int64)
    stays = ~rest.anyone.held[target]
    return source[stays], target[stays]


def _reversed(graph: Graph, source: Ints, target: Ints) -> Graph:
    """Return the arcs turned round, as a graph of ours."""
    empty, none = np.zeros(1, np.int64), np.zeros(0, np.int64)
    count = len(source)
    columns = Steps(
        source=target,
        target=source,
        guard=np.full(count, -1),
        technique=np.zeros(count, np.int64),
        relation_set=np.full(count, -1),
    )
    frame = Frame(empty, none, ("arc",), np.ones(1, np.uint8), none, none)
    turned, _ = assemble(graph.fact_node, graph.fact_level, columns, Guards(empty, none), frame)
    return turned


def _held(sources: Rows, held: Bools) -> Bools:
    """Return which sources have a held fact."""
    result = np.zeros(len(sources), bool)
    result[sources.owner[held[sources.facts]]] = True
    return result


def _reverse(turned: Graph, sources: Rows, goals: Rows, searched: int) -> Bools:
    """One reverse reach of ours for each asset."""
    facts = [goals.facts[goals.ptr[row] : goals.ptr[row + 1]] for row in range(searched)]
    return np.stack([_held(sources, reach(turned, some).held) for some in facts], axis=1)


def _matrix(source: Ints, target: Ints, vertices: int) -> Any:
    """Return scipy's matrix of the arcs turned round."""
    csr_array = import_module("scipy.sparse").csr_array
    return csr_array((np.ones(len(source)), (target, source)), shape=(vertices, vertices))


def _scipy(matrix: Any, sources: Rows, goals: Rows, searched: int) -> Bools:
    """One reverse breadth-first search of scipy's for each asset; several for one of several facts."""
    search = import_module("scipy.sparse.csgraph").breadth_first_order
    columns = []
    for row in range(searched):
        held = np.zeros(matrix.shape[0], bool)
        for fact in goals.facts[goals.ptr[row] : goals.ptr[row + 1]].tolist():
            if not held[fact]:
                held[search(matrix, fact, directed=True, return_predecessors=False)] = True
        columns.append(_held(sources, held))
    return np.stack(columns, axis=1)


def _graphblas_matrix(source: Ints, target: Ints, vertices: int) -> Any:
    gb = import_module("graphblas")
    gb.ss.config["nthreads"] = 1
    return gb.Matrix.from_coo(source, target, True, nrows=vertices, ncols=vertices, dtype=bool)


def _graphblas(matrix: Any, sources: Rows, goals: Rows) -> Bools:
    """All assets at once: a boolean matrix of (vertices, assets), multiplied by the arcs until nothing is new."""
    gb = import_module("graphblas")
    vertices, assets = matrix.nrows, len(goals)
    seen = gb.Matrix.from_coo(goals.facts, goals.owner, True, nrows=vertices, ncols=assets, dtype=bool)
    front = seen.dup()
    while front.nvals:
        fresh = gb.Matrix(bool, nrows=vertices, ncols=assets)
        fresh(~seen.S, replace=True) << gb.semiring.any_pair(matrix @ front)
        seen(gb.binary.any) << fresh
        front = fresh
    rows, columns, _ = seen.to_coo(sort=False)
    held = np.zeros((vertices, assets), bool)
    held[rows, columns] = True
    table = np.zeros((len(sources), assets), bool)
    for column in range(assets):
        table[:, column] = _held(sources, held[:, column])
    return table
