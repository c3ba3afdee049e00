"""
Who reaches which sensitive asset, for every identity of a generated organisation.

    python3 dev.py bench exposure --nodes 100000

The bounds for all pairs, with the compiled kernel and without, beside GraphBLAS (all assets at once, one thread) and
one reverse search for each asset, by ours and by scipy; then the pairs between the bounds, settled within the budget.
All in one process; the answers of all are compared.
"""

import argparse
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphscan.engine.exposure import DEFAULT_BUDGET
from tests.benchmarks import exposure_tasks
from tests.benchmarks.exposure_report import SECTION
from tests.benchmarks.run import machine

SCHEMA = "graphscan.benchmark-exposure/1"
FULL = 1_000_000
_WITH = {"kernel": "with", "numpy": "without"}
BARS = {"kernel": 1.5, "numpy": 8.0}  # seconds at FULL nodes and 100 assets


def measure(sizes: list[int], assets: int, rounds: int, searched: int, budget: int, folder: Path) -> dict[str, Any]:
    """Return all measurements as plain data; see `exposure_tasks.measure`."""
    load = [os.getloadavg()[1]]
    graphs = []
    for nodes in sizes:
        print(f"{nodes:,} nodes", file=sys.stderr, flush=True)
        where = folder / str(nodes)
        where.mkdir(parents=True, exist_ok=True)
        graphs.append(exposure_tasks.measure(where, nodes, assets, rounds, min(searched, assets), budget))
        load.append(os.getloadavg()[1])
    return {
        "schema": SCHEMA,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "load": load,
        "rounds": rounds,
        "graphs": graphs,
        "bars": [
            {
                "what": f"seconds for the bounds of {FULL:,} nodes, {_WITH[way]} the kernel",
                "limit": limit,
                "value": one["seconds"][way],
                "met": one["seconds"][way] <= limit,
            }
            for one in graphs
            if one["nodes"] >= FULL
            for way, limit in BARS.items()
            if way in one["seconds"]
        ],
    }


def main(arguments: list[str]) -> None:
    """Measure, print, and write the section of `benchmarks.md`; missed bars are said and fail nothing."""
    parser = argparse.ArgumentParser(
        prog="tests.benchmarks exposure", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--nodes", default="10000,100000", help=f"nodes, separated by commas (in full: {FULL})")
    parser.add_argument("--assets", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3, help="how often the bounds are asked for; the median counts")
    parser.add_argument("--searched", type=int, default=10, help="of how many assets a reverse search is made")
    parser.add_argument("--budget", type=int, default=DEFAULT_BUDGET, help="of steps, to settle pairs")
    parser.add_argument("--work", type=Path, help="keep graphs in this folder")
    parser.add_argument(
        "--output", type=Path, help="folder of benchmarks.md and benchmarks-exposure.json (default: none)"
    )
    options = parser.parse_args(arguments)
    try:
        sizes = [int(one) for one in options.nodes.split(",")]
    except ValueError:
        parser.error("--nodes takes whole numbers separated by commas")
    if min(sizes) < 1000 or min(options.assets, options.rounds, options.searched) < 1:
        parser.error("--nodes must each be at least 1000, and the other numbers at least 1")
    with tempfile.TemporaryDirectory(prefix="graphscan-bench-") as scratch:
        folder = options.work or Path(scratch)
        result = measure(sizes, options.assets, options.rounds, options.searched, options.budget, folder)
    SECTION.tell(result, options.output)
