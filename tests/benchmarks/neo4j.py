"""
What the graph in Neo4j costs: a push beside two other loaders, and what is reached, asked here and in Cypher.

    python3 dev.py bench neo4j --share 0.1

`--share 1` is a generated inventory whose push has about 100,000 nodes and 1,000,000 relationships, attack steps among
them. `graphscan neo4j push` sends it, its graph compiled before; the two loaders get the same rows, with the same
properties, from a file. Each loads into a server of its own that was started for it (5.26, heap 1 GiB), so that no one
finds a compiler that is warm from another; with more rounds the order rotates. A real server is fetched with Maven as
for the tests.
"""

import argparse
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from graphscan.exchange.neo4j.connection import Server, connect
from graphscan.exchange.owner import owner_of_store
from tests.benchmarks import neo4j_tasks
from tests.benchmarks.neo4j_load import WAYS
from tests.benchmarks.neo4j_report import SECTION
from tests.benchmarks.run import machine
from tests.neo4j.server import LINES, running

SCHEMA = "graphscan.benchmark-neo4j/1"
LIMITS = {"auto-commit": 1.2, "fastest": 0.8}
STARTS = ("moveworks-token", "smartsheet-sa", "bitbucket-sa", "aws-apps-sa")
BOUND = 10  # hops of the plain walk
PATHS, MOST = 4, 10_000  # hops of the paths that are looked at, and how many of them
Say = Callable[[str], None]


def measure(share: float, rounds: int, folder: Path, say: Say, small: bool = False) -> dict[str, Any]:
    """
    Return all measurements as plain data.

    Args:
        share:  of the full size.
        rounds: how often each loader is run; the median counts.
        folder: where stores and servers are put.
        small:  ask the reach of the small demonstration.
    """
    load = [os.getloadavg()[1]]
    say("generate")
    counts = neo4j_tasks.generated(folder, share)
    loads = loading(folder, rounds, counts, say)
    load.append(os.getloadavg()[1])
    say("the reach")
    reached = reaching(folder, small, say)
    return {
        "schema": SCHEMA,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "server": LINES[neo4j_tasks.LINE],
        "heap": neo4j_tasks.HEAP,
        "load": [*load, os.getloadavg()[1]],
        "share": share,
        "rounds": rounds,
        **counts,
        "loads": loads,
        "reach": reached,
        "bars": [_bar(loads, way, limit) for way, limit in LIMITS.items()],
    }


def loading(folder: Path, rounds: int, counts: dict[str, Any], say: Say) -> dict[str, Any]:
    """Run the push and the loaders, each into a server of its own, in an order that rotates; the median of each."""
    ways: dict[str, Callable[[], dict[str, Any]]] = {
        "push": partial(neo4j_tasks.pushed, folder, folder / "store"),
        **{way: partial(neo4j_tasks.loaded, folder, way) for way in WAYS},
    }
    found: dict[str, list[dict[str, Any]]] = {way: [] for way in ways}
    names = list(ways)
    for one in range(rounds):
        for way in (*names[one % 3 :], *names[: one % 3]):
            say(f"load: {way} ({one + 1} of {rounds})")
            took = ways[way]()
            # The push has a node of its own that says how far it is.
            assert took["nodes"] == counts["nodes"], f"{way} left {took['nodes']:,} nodes"
            assert took["relationships"] == counts["relationships"], f"{way} left {took['relationships']:,}"
            took["rate"] = counts["relationships"] / took["relationship_seconds"]
            took["whole_rate"] = counts["relationships"] / took["seconds"]
            found[way].append(took)
    return {
        way: {name: statistics.median(one[name] for one in all_) for name in all_[0]} for way, all_ in found.items()
    }


def reaching(folder: Path, small: bool, say: Say) -> dict[str, Any]:
    """Push the demonstration into a fresh server, and ask both sides in turns what its attacker reaches."""
    from graphscan.analysis.session import Session
    from tests.benchmarks.neo4j_reach import Fixpoint, Ours, judged, paths, walk

    store = folder / "demo"
    neo4j_tasks.demo(store, small)
    with running(neo4j_tasks.LINE, folder / "home", neo4j_tasks.HEAP) as server:
        say("  push")
        neo4j_tasks.push(server, store)
        ours = Ours(Session.open(store), owner_of_store(store))
        owner = owner_of_store(store)
        start = ours.start(STARTS)
        times: dict[str, list[float]] = {"ours": [], "fixpoint": [], "walk": []}
        with connect(Server(server.uri, "neo4j", server.password)) as connection:
            say("  questions")
            for one in range(4):
                fixpoint = Fixpoint(connection, ours.types)
                held = _timed(times["ours"], one, lambda: ours.held(start))
                found = _timed(times["fixpoint"], one, partial(fixpoint.run, start))
                rows = _timed(times["walk"], one, partial(walk, connection, start, ours.types, BOUND))
            wanted = ours.facts(held)
            assert found & ours.kept() == wanted, f"Cypher finds {len(found & ours.kept())} facts, ours {len(wanted)}"
            shown = paths(connection, start, ours.types, PATHS, MOST)
            walked = judged(connection, owner, fixpoint, rows, shown)
    seconds = {name: statistics.median(all_) for name, all_ in times.items()}
    return {
        "facts": len(wanted),
        "nodes": len({uid for uid, _ in wanted}),
        "rounds": fixpoint.rounds,
        "bound": BOUND,
        "path_bound": PATHS,
        "most": MOST,
        "seconds": seconds,
        "ratio": {name: seconds[name] / seconds["ours"] for name in ("fixpoint", "walk")},
        "walk": asdict(walked),
    }


def main(arguments: list[str]) -> None:
    """Measure, print, and write the section of `benchmarks.md`; missed bars are said and fail nothing."""
    parser = argparse.ArgumentParser(
        prog="tests.benchmarks neo4j", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--share", type=float, default=0.1, help="of 1,000,000 relationships (default: 0.1)")
    parser.add_argument("--rounds", type=int, default=1, help="how often each loader is run (default: 1)")
    parser.add_argument("--small", action="store_true", help="ask the reach of the small demonstration")
    parser.add_argument("--work", type=Path, help="keep stores and rows in this folder")
    parser.add_argument("--output", type=Path, help="folder of benchmarks.md and benchmarks-neo4j.json (default: none)")
    options = parser.parse_args(arguments)
    if not 0 < options.share <= 2 or options.rounds < 1:
        parser.error("--share must be above 0 and at most 2, --rounds at least 1")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # a server of ours ends with us
    with tempfile.TemporaryDirectory(prefix="graphscan-bench-") as scratch:
        work = options.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        result = measure(
            options.share,
            options.rounds,
            work,
            lambda text: print(text, file=sys.stderr, flush=True),
            small=options.small,
        )
    SECTION.tell(result, options.output)


# Private functions


def _timed(times: list[float], turn: int, question: Callable[[], Any]) -> Any:
    """Ask, and note how long it took by the clock; the first turn warms up and does not count."""
    began = time.perf_counter()
    found = question()
    if turn:
        times.append(time.perf_counter() - began)
    return found


def _bar(loads: dict[str, Any], way: str, limit: float) -> dict[str, Any]:
    value = loads["push"]["rate"] / loads[way]["rate"]
    what = "MERGE in auto-commit batches of 1,000" if way == "auto-commit" else "the fastest loader"
    return {
        "what": f"relationships a second of the push, of {what}",
        "limit": limit,
        "value": value,
        "met": value >= limit,
    }
