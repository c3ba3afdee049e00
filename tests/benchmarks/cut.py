"""
What the smallest fix costs: the cheapest set of cuts on graphs of the generator and on a dense one, by both solvers.

    python3 dev.py bench fix

Each question is asked in a process of its own with the default budget of 10 s. Deriving the graph is not in the times,
the reach from the starts is. Every answer is checked on a graph that is built again without what it closes.
"""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from graphscan.engine import cut_highs, kernel
from tests.benchmarks.child import apart, here
from tests.benchmarks.cut_report import SECTION
from tests.benchmarks.run import machine

SCHEMA = "graphscan.benchmark-fix/1"
BUDGET = 10.0
QUESTIONS = (
    ("organisation", 10_000, 30_000),
    ("organisation", 10_000, 90_000),
    ("organisation", 100_000, 300_000),
    ("dense", 1_000, 5_000),
    ("plain", 10_000, 30_000),
)
"""What is asked, nodes, steps; a graph of 10,000 nodes has 90,000 steps where none is left out."""
GRACE = 0.5  # seconds that an answer may come after its budget: the check at the end is not in it
Say = Callable[[str], None]


def measure(questions: tuple[tuple[str, int, int], ...], say: Say, inside: bool = False) -> dict[str, Any]:
    """
    Return all measurements as plain data.

    Args:
        questions: what is asked, nodes, steps.
        inside:    run everything in this process; the memory then says nothing.
    """
    run = here if inside else apart
    load = [os.getloadavg()[1]]
    solvers = ["highs", "own"] if cut_highs.installed() else ["own"]
    results = []
    for what, nodes, steps in questions:
        for solver in solvers:
            say(f"{what}, {nodes:,} nodes, {steps:,} steps: {solver}")
            one = run("fix", what=what, nodes=nodes, steps=steps, solver=solver, budget=BUDGET)
            assert one["separates"], f"{what} of {nodes:,} nodes: the cuts that were found do not separate"
            assert one["lower"] <= one["upper"]
            results.append(one)
    return {
        "schema": SCHEMA,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "highspy": _version("highspy"),
        "kernel": kernel.loaded(),
        "load": [*load, os.getloadavg()[1]],
        "results": results,
        "bars": _bars(results),
    }


def main(arguments: list[str]) -> None:
    """Measure, print, and write the section of `benchmarks.md`; missed bars are said and fail nothing."""
    parser = argparse.ArgumentParser(
        prog="tests.benchmarks fix", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a smoke run of small graphs")
    parser.add_argument("--output", type=Path, help="folder of benchmarks.md and benchmarks-fix.json (default: none)")
    options = parser.parse_args(arguments)
    questions = (
        tuple((what, nodes // 10, steps // 10) for what, nodes, steps in QUESTIONS[:2]) if options.quick else QUESTIONS
    )
    result = measure(questions, lambda text: print(text, file=sys.stderr, flush=True))
    SECTION.tell(result, options.output)


# Private functions


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _bars(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what was asked of the best solver that is there, what was measured, and whether it is met."""
    bars = []
    for what, nodes, steps, limit, optimal in (
        ("organisation", 10_000, 30_000, 2.0, True),
        ("organisation", 100_000, 300_000, 10.0 + GRACE, False),
        ("dense", 1_000, 5_000, 10.0 + GRACE, False),
    ):
        of = [one for one in results if (one["what"], one["steps"]) == (what, steps)]
        if not of:
            continue
        one = of[0]
        bars.append(
            {
                "what": f"{what}, {nodes:,} nodes, {steps:,} steps: {'proven optimal' if optimal else 'an interval'}",
                "limit": limit,
                "value": one["seconds"],
                "met": one["seconds"] <= limit and (one["optimal"] or not optimal) and one["lower"] > 0,
            }
        )
    return bars + [
        {
            "what": f"without guards ({one['solver']}): the cost, igraph's minimum cut is the limit",
            "limit": one["peer"]["value"],
            "value": one["upper"],
            "met": one["optimal"] and one["upper"] == one["peer"]["value"],
        }
        for one in results
        if "peer" in one
    ]
