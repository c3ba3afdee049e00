"""
The engine at the memory's limit: `python3 dev.py bench huge`, or `python -m tests.benchmarks huge`.

A compiled graph is made straight as arrays, one level to a node, without a store and without deriving; then it is
loaded from the cache, asked what a start reaches (nearly everything: the worst case), what leads to what is found last,
and for the first paths to many facts.
"""

import argparse
import json
import os
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from graphscan.engine import cache, kernel
from graphscan.engine.csr import Ints, grouped, pointers
from graphscan.engine.families import find_families
from graphscan.engine.graph import Graph
from graphscan.engine.question import Question
from graphscan.engine.slice import backward
from tests.benchmarks.timing import peak, wall

FULL, STEPS_PER_NODE = 10_000_000, 10
LIMITS = {"load": 0.5, "answer": 8.0, "memory": 8 * 2**30}
_BLOCK = 1 << 20  # steps made at a time
_LEVEL = 22  # a credential that is held


def make(folder: Path, nodes: int) -> dict[str, Any]:
    """
    Make a graph of so many nodes and ten times as many steps, and leave it in `folder`.

    Out-degrees are geometric; of the steps 60 % lead to one of 10,000 nodes around, 25 % anywhere, 15 % to few.
    Every seventh has a guard of one or two facts from anywhere, shared by three steps.
    """
    draw = np.random.default_rng(nodes)
    facts, plain, guarded = nodes + 1, nodes * 17 // 2, nodes * 3 // 2
    steps = plain + guarded
    source, target = np.empty(steps, np.int32), np.empty(steps, np.int32)
    for first, count in ((0, plain), (plain, guarded)):
        degrees = draw.geometric(1 / (count / nodes + 1), nodes) - 1
        ends = np.minimum(np.cumsum(degrees), count)
        ends[-1] = count
        row = np.repeat(np.arange(1, facts, dtype=np.int32), np.diff(ends, prepend=0))
        source[first : first + count] = row
        for at in range(first, first + count, _BLOCK):
            upto = min(at + _BLOCK, first + count)
            target[at:upto] = _targets(draw, source[at:upto], nodes)
    guards = guarded // 3
    guard = np.full(steps, -1, np.int32)
    guard[plain:] = draw.integers(0, guards, guarded, np.int32)
    guard_ptr = np.zeros(guards + 1, np.int32)
    np.cumsum(draw.integers(1, 3, guards), out=guard_ptr[1:])
    guard_facts = draw.integers(1, facts, int(guard_ptr[-1]), np.int32)
    guard_step_ptr, guard_steps = grouped(guard[plain:], guards)
    fact_guard_ptr, members = grouped(guard_facts, facts)
    owners = np.repeat(np.arange(guards, dtype=np.int32), np.diff(guard_ptr))
    in_ptr, in_steps = grouped(target, facts)
    nothing = np.zeros(0, np.int32)
    graph = Graph(
        fact_node=np.arange(-1, nodes, dtype=np.int32),
        fact_level=np.concatenate([[255], np.full(nodes, _LEVEL)]).astype(np.uint8),
        step_source=source,
        step_target=target,
        step_guard=guard,
        step_technique=draw.integers(0, 3, steps, np.int32),
        step_relation_set=np.arange(steps, dtype=np.int32),
        plain_ptr=pointers(source[:plain], facts).astype(np.int32),
        guarded_ptr=(pointers(source[plain:], facts) + plain).astype(np.int32),
        guard_ptr=guard_ptr,
        guard_facts=guard_facts,
        fact_guard_ptr=fact_guard_ptr,
        fact_guards=owners[members],
        guard_step_ptr=guard_step_ptr,
        guard_steps=(guard_steps + plain).astype(np.int32),
        in_ptr=in_ptr,
        in_steps=in_steps,
        relation_ptr=np.arange(steps + 1, dtype=np.int32),
        relation_ids=np.arange(steps, dtype=np.int32),
        techniques=("test.one", "test.two", "test.three", "implies"),
        effort=np.array([1, 2, 3, 0], np.uint8),
        known_start=nothing,
        possible_start=nothing,
    )
    cache.save(graph, folder / "huge")
    cache.load(folder / "huge")  # the first one takes the checksums
    size = sum(path.stat().st_size for path in (folder / "huge").iterdir())
    return {"nodes": nodes, "steps": steps, "guards": guards, "bytes": size, "memory": peak()}


def ask(folder: Path, use: str) -> dict[str, Any]:
    """Load the graph and ask, with the kernel or without: seconds by the clock, and the peak of memory."""
    with mock.patch.dict(os.environ, {kernel.VARIABLE: use}):
        before = peak()
        seconds: dict[str, float] = {}
        seconds["load"], graph = wall(lambda: cache.load(folder / "huge"))
        starts = np.random.default_rng(3).integers(1, graph.fact_count, 8).tolist()
        question = Question(graph, starts)
        seconds["reach"], reached = wall(lambda: question.reached)
        again = Question(graph, starts)
        seconds["reach again"], _ = wall(lambda: again.reached)
        last = reached.order[-100:].tolist()
        seconds["slice"], part = wall(lambda: backward(graph, reached, last))
        goals = reached.order[:: max(1, len(reached.order) // 15_000)].tolist()
        seconds["first paths"], found = wall(lambda: find_families(question, goals))
    return {
        "kernel": use,
        "seconds": seconds,
        "reached": len(reached.order),
        "slice": len(part.steps),
        "paths": found.paths,
        "memory_before": before,
        "memory": peak(),
    }


def as_text(result: dict[str, Any]) -> str:
    """Return what was measured as lines."""
    lines = []
    for one in result["sizes"]:
        made = one["made"]
        lines.append(f"{made['nodes']:,} nodes, {made['steps']:,} steps, {made['bytes'] / 2**30:.2f} GiB of arrays")
        for said in one["asked"]:
            times = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in said["seconds"].items())
            way = "compiled" if said["kernel"] == "on" else "numpy alone"
            lines.append(
                f"  {way}: {times}; {said['reached']:,} facts reached, {said['slice']:,} steps in the slice, "
                f"{said['paths']:,} paths; peak {said['memory'] / 2**30:.2f} GiB"
            )
    for bar in result["bars"]:
        asked, value = f"{bar['limit']:g} {bar['unit']}", f"{bar['value']:.2f} {bar['unit']}"
        lines.append(f"{bar['what']}: at most {asked}, measured {value}, {'met' if bar['met'] else 'not met'}")
    return "\n".join(lines) + "\n"


def bars(sizes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Judge the largest size by what was asked: load, blast (reach, slice and first paths), memory."""
    one = sizes[-1]
    best, nodes = one["asked"][0], one["made"]["nodes"]
    seconds = best["seconds"]
    answer = seconds["reach"] + seconds["slice"] + seconds["first paths"]
    values = (
        ("load", seconds["load"], LIMITS["load"], "s"),
        ("reach, slice and first paths", answer, LIMITS["answer"], "s"),
        ("memory", best["memory"] / 2**30, LIMITS["memory"] / 2**30, "GiB"),
    )
    return [
        {"what": f"{what}, {nodes:,} nodes", "value": v, "limit": limit, "unit": unit, "met": v <= limit}
        for what, v, limit, unit in values
    ]


def main(arguments: list[str]) -> None:
    """Measure, print, and write `benchmarks-huge.json` where a folder is given; missed bars are said, nothing fails."""
    from tests.benchmarks.child import apart

    parser = argparse.ArgumentParser(
        prog="tests.benchmarks huge", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default=f"{FULL // 10},{FULL}", help="nodes, separated by commas")
    parser.add_argument("--output", type=Path, help="folder for the result (default: none)")
    parser.add_argument("--work", type=Path, help="keep the graphs in this folder")
    options = parser.parse_args(arguments)
    ways = ("on", "off") if not kernel.absent() else ("off",)
    sizes = []
    with tempfile.TemporaryDirectory(prefix="graphscan-huge-") as scratch:
        for nodes in sorted(int(one) for one in options.sizes.split(",")):
            folder = (options.work or Path(scratch)) / f"huge-{nodes}"
            made = apart("huge-make", folder=folder, nodes=nodes)
            sizes.append({"made": made, "asked": [apart("huge-ask", folder=folder, use=way) for way in ways]})
    result = {"sizes": sizes, "bars": bars(sizes)}
    print(as_text(result), end="")
    if options.output:
        (options.output / "benchmarks-huge.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


# Private functions


def _targets(draw: np.random.Generator, source: Ints, nodes: int) -> Ints:
    """Return where some steps lead, ascending for each source; sources ascend."""
    kind = draw.random(len(source))
    target = source + draw.integers(-5_000, 5_001, len(source))
    far, few = kind < 0.25, kind > 0.85
    target[far] = draw.integers(1, nodes + 1, int(far.sum()))
    target[few] = 1 + (draw.random(int(few.sum())) ** 4 * nodes).astype(np.int64) % nodes
    target = np.clip(target, 1, nodes)
    return np.sort(source.astype(np.int64) << 32 | target) & (2**32 - 1)
