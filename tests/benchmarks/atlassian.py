"""
What a large Atlassian organisation costs: requests, time and memory of collect, import, expand, derive and blast.

    python3 dev.py bench atlassian --share 0.1

`--share 1` is 12,000 repositories in 600 projects with 15,000 permission rows and 300 tokens, 3,000 users and 300
groups that nest in a circle, and beside Bitbucket a Jira of 600 projects, a Confluence of 600 spaces, and a workspace
of Bitbucket Cloud with 1,200 repositories, pipelines for a quarter of them, and 50 variables. The command line itself
collects and imports, in processes of its own, from a server in yet another, which names no rate limit: what is measured
is our own time and that of a server in Python.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.benchmarks import atlassian_tasks
from tests.benchmarks.atlassian_report import SECTION
from tests.benchmarks.child import apart, here
from tests.benchmarks.run import machine
from tests.importers.servers.large_dc import Sizes

SCHEMA = "graphscan.benchmark-atlassian/1"
STEPS = 1.0  # of what is allowed: three for each relation, one for each node


def measure(share: float, folder: Path, say: Callable[[str], None], inside: bool = False) -> dict[str, Any]:
    """
    Return all measurements as plain data.

    Args:
        share:  of the full size.
        folder: where snapshots and store are put.
        inside: run the stages in this process, quickly; their memory then says nothing.
    """
    task = here if inside else apart
    phases: dict[str, Any] = {}
    load = [os.getloadavg()[1]]
    say("collect")
    phases["collect"] = atlassian_tasks.collected(folder, share)
    say("import")
    phases["import"] = atlassian_tasks.imported(folder)
    say("merge, expand, derive, compile")
    phases["build"] = task("atlassian-build", folder=folder)
    say("graphscan blast, cold and warm")
    asked = {name: str(phases["build"][name]) for name in ("token", "admin")}
    phases["blast"] = atlassian_tasks.blast(folder, **asked)
    load = [*load, os.getloadavg()[1]]
    sizes = Sizes().times(share)
    build = phases["build"]
    ratio = build["steps"] / build["bound"]
    return {
        "schema": SCHEMA,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "load": load,
        "share": share,
        "sizes": {name: getattr(sizes, name) for name in sizes.__dataclass_fields__ if name != "seed"},
        "phases": phases,
        "bars": [{"what": "steps, of what is allowed", "limit": STEPS, "value": ratio, "met": ratio <= STEPS}],
    }


def main(arguments: list[str]) -> None:
    """Measure, print, and write the section of `benchmarks.md`; missed bars are said and fail nothing."""
    parser = argparse.ArgumentParser(
        prog="tests.benchmarks atlassian", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--share", type=float, default=0.1, help="of 12,000 repositories and the rest (default: 0.1)")
    parser.add_argument("--work", type=Path, help="keep snapshots and store in this folder")
    parser.add_argument(
        "--output", type=Path, help="folder of benchmarks.md and benchmarks-atlassian.json (default: none)"
    )
    options = parser.parse_args(arguments)
    if not 0 < options.share <= 2:
        parser.error("--share must be above 0 and at most 2")
    with tempfile.TemporaryDirectory(prefix="graphscan-bench-") as scratch:
        work = options.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        result = measure(options.share, work, lambda text: print(text, file=sys.stderr, flush=True))
    SECTION.tell(result, options.output)
