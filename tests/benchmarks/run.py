"""Measure everything at some sizes, and judge it by the bars."""

import platform
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from graphscan import __version__
from tests.benchmarks import pipeline
from tests.benchmarks.child import apart, here
from tests.benchmarks.peers import NETWORKX, PEERS, SCIPY

SCHEMA = "graphscan.benchmark/1"
FULL = 1_000_000
PATHS_UP_TO = 10_000
LIMITS = {"scipy": 2.0, "scipy in numpy": 4.0, "networkx": 20.0, "blast": 1.5, "doubling": 2.8}

_ENOUGH = 30.0  # seconds of warm commands, after which none is started

Say = Callable[[str], None]


def measure(sizes: Sequence[int], folder: Path, say: Say, inside: bool = False, command: bool = True) -> dict[str, Any]:
    """
    Return all measurements as plain data.

    Args:
        sizes:   nodes of each organisation.
        folder:  where graphs and stores are put.
        inside:  run everything in this process, quickly; the memory then says nothing.
        command: also write a store, run its stages and the whole command.
    """
    run = here if inside else apart
    results = []
    for nodes in sorted(sizes):
        say(f"{nodes:,} nodes")
        results.append(_one_size(run, nodes, folder / str(nodes), say, inside, command))
    largest = max(sizes)
    say(f"doubling, {largest // 2:,} and {largest:,} nodes")
    half = folder / f"half-{largest}"
    run("compile", folder=half, nodes=largest // 2)
    growth = run("growth", folder=half, larger=folder / str(largest), rounds=2 if inside else 5)
    results[-1]["growth"] = growth
    return {
        "schema": SCHEMA,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "versions": _versions(),
        "sizes": results,
        "bars": _bars(results),
    }


def machine() -> dict[str, str]:
    """Describe the machine without its name."""
    model, memory = platform.machine(), ""
    cpu, sizes = Path("/proc/cpuinfo"), Path("/proc/meminfo")
    if cpu.exists():
        models = [
            line.split(":", 1)[1].strip() for line in cpu.read_text().splitlines() if line.startswith("model name")
        ]
        model = f"{models[0]}, {len(models)} cores" if models else model
    if sizes.exists():
        kilobytes = int(sizes.read_text().split("MemTotal:")[1].split()[0])
        memory = f"{kilobytes / 2**20:.0f} GiB"
    return {"processor": model, "memory": memory, "system": platform.system(), "python": platform.python_version()}


# Private functions


def _one_size(
    run: Callable[..., dict[str, Any]], nodes: int, folder: Path, say: Say, inside: bool, command: bool
) -> dict[str, Any]:
    rounds = 2 if inside else 15 if nodes <= 10_000 else 7 if nodes <= 100_000 else 5
    result: dict[str, Any] = {"graph": run("compile", folder=folder, nodes=nodes)}
    say("  our reach")
    result["ours"] = run("ours", folder=folder, rounds=rounds)
    result["peers"] = []
    for peer in PEERS:
        if not peer.installed or nodes > peer.largest:
            continue
        say(f"  {peer.name}")
        few = min(rounds, 3) if peer is NETWORKX and nodes > 100_000 else rounds
        result["peers"].append(run("beside", folder=folder, peer=peer.name, rounds=few))
    if nodes <= PATHS_UP_TO and NETWORKX.installed:
        say("  first paths")
        result["paths"] = run("paths", folder=folder, rounds=1 if inside else 5)
    if command:
        say("  store")
        result["store"] = run("store", folder=folder, nodes=nodes)
        say("  merge, expand, derive, compile")
        result["build"] = run("build", folder=folder)
        say("  graphscan blast")
        start = result["graph"]["start"]
        cold = pipeline.command(folder, start, cold=True)
        warm = [pipeline.command(folder, start, cold=False)]
        while len(warm) < rounds and warm[0]["exit"] == 0 and sum(one["seconds"] for one in warm) < _ENOUGH:
            warm.append(pipeline.command(folder, start, cold=False))
        result["blast"] = {"cold": cold, "warm": sorted(warm, key=lambda one: one["seconds"])[len(warm) // 2]}
    return result


def _bars(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what was asked of the largest size, what was measured, and whether it is met; None: not measured."""
    last = results[-1]
    nodes = last["graph"]["nodes"]
    peers = {one["peer"]: one["times_as_long_as_ours"] for one in last["peers"]}
    bars = []

    def bar(what: str, limit: float, unit: str, value: float | None, at_most: bool) -> None:
        met = None if value is None else value <= limit if at_most else value >= limit
        bars.append(
            {"what": what, "nodes": nodes, "limit": limit, "at_most": at_most, "unit": unit, "value": value, "met": met}
        )

    scipy, networkx = peers.get(SCIPY.name), peers.get(NETWORKX.name)
    for certainty in ("known", "may"):
        for way, said in (("", ", compiled"), (" in numpy", ", numpy alone")):
            name = certainty + way
            bar(
                f"reach ({certainty}{said}) beside scipy's plain breadth-first search",
                LIMITS["scipy" + way],
                "× its time",
                1 / scipy[name] if scipy and name in scipy else None,
                at_most=True,
            )
    bar(
        "reach (known, numpy alone) beside networkx's bfs_predecessors",
        LIMITS["networkx"],
        "× faster",
        networkx["known in numpy"] if networkx else None,
        at_most=False,
    )
    warm = last.get("blast", {}).get("warm")
    answered = warm is not None and warm["exit"] == 0
    bar("`graphscan blast`, warm cache", LIMITS["blast"], "s", warm["seconds"] if answered else None, at_most=True)
    bar("reach (known), graph twice as large", LIMITS["doubling"], "× the time", last["growth"]["ratio"], at_most=True)
    return bars


def _versions() -> dict[str, str]:
    peers = {peer.package: peer.version for peer in PEERS if peer.installed}
    return (
        {"graphscan": __version__} | {name: version(name) for name in ("duckdb", "numpy")} | dict(sorted(peers.items()))
    )
