"""
What a large Okta organisation costs: requests, time and memory of collect, import, expand, derive and blast.

    python3 dev.py bench okta --share 0.1

`--share 1` is 100,000 users, 5,000 groups, 2 M memberships, 1,000 applications, 3 M accounts in them and 40 policies.
Each phase runs in a process of its own. The collection is over HTTP from a server in yet another process, which names
no rate limit: what is measured is our own time. `--no-collect` has the same pages written straight into the file.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.benchmarks.child import apart, here
from tests.benchmarks.okta_report import SECTION
from tests.benchmarks.run import machine
from tests.importers.servers.large_org_people import Sizes

SCHEMA = "graphscan.benchmark-okta/1"
DOCS = Path(__file__).parents[2] / "docs"
LIMITS = {"seconds": 120.0, "memory": 4.0 * 2**30, "blast": 3.0, "steps": 1.0, "doubling": 2.2}
_DOUBLING = 0.02  # of the full size: enough for the steps to be counted, quickly


def measure(
    share: float, folder: Path, say: Callable[[str], None], collect: bool = True, inside: bool = False
) -> dict[str, Any]:
    """
    Return all measurements as plain data.

    Args:
        share:   of the full size.
        folder:  where snapshot and store are put.
        collect: ask a server over HTTP; else the pages are written straight into the snapshot.
        inside:  run everything in this process, quickly; the memory then says nothing.
    """
    run = here if inside else apart
    phases = {}
    say("collect" if collect else "write the snapshot")
    phases["collect"] = run("okta-collect" if collect else "okta-snapshot", folder=folder, share=share)
    say("import")
    phases["import"] = run("okta-import", folder=folder)
    say("import the products behind some applications")
    phases["products"] = run("okta-products", folder=folder, share=share)
    say("merge, expand, derive, compile")
    phases["build"] = run("okta-build", folder=folder)
    say("graphscan blast, cold and warm")
    asked = {name: str(phases["build"][name]) for name in ("user", "admin")}
    phases["blast"] = run("okta-blast", folder=folder, rounds=1 if inside else 3, **asked)
    say("doubling users and administrators")
    small = min(share, _DOUBLING)
    ratio = run("okta-doubling", folder=folder / "doubling", share=small)
    return {
        "schema": SCHEMA,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "share": share,
        "over_http": collect,
        "sizes": sizes_of(share),
        "phases": phases,
        "doubling": ratio,
        "bars": _bars(phases, ratio["ratio"]),
    }


def sizes_of(share: float) -> dict[str, int]:
    """Return what an organisation of a share of the full size is made of."""
    sizes = Sizes().times(share)
    return {name: getattr(sizes, name) for name in sizes.__dataclass_fields__ if name != "seed"}


def doubled(share: float) -> tuple[Sizes, Sizes]:
    """Return a small organisation, and one with twice as many users, administrators and what is of each."""
    one = Sizes().times(share)
    two = replace(
        one,
        users=one.users * 2,
        memberships=one.memberships * 2,
        app_users=one.app_users * 2,
        admins=one.admins * 2,
    )
    return one, two


def main(arguments: list[str]) -> None:
    """Measure, print, and write the section of `benchmarks.md`; missed bars are said and fail nothing."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks okta", description=__doc__)
    parser.add_argument("--share", type=float, default=0.1, help="of 100,000 users and the rest (default: 0.1)")
    parser.add_argument("--no-collect", action="store_true", help="write the snapshot without HTTP")
    parser.add_argument("--work", type=Path, help="keep snapshot and store in this folder")
    parser.add_argument("--output", type=Path, help="folder of benchmarks.md and benchmarks-okta.json (default: none)")
    options = parser.parse_args(arguments)
    if not 0 < options.share <= 2:
        parser.error("--share must be above 0 and at most 2")
    with tempfile.TemporaryDirectory(prefix="graphscan-bench-") as scratch:
        work = options.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        result = measure(
            options.share, work, lambda text: print(text, file=sys.stderr, flush=True), not options.no_collect
        )
    SECTION.tell(result, options.output)


# Private functions


def _bars(phases: dict[str, Any], ratio: float) -> list[dict[str, Any]]:
    """Return what was asked, what was measured, and whether it is met."""
    build = phases["build"]
    stages = {stage["stage"]: stage for stage in build["stages"]}
    seconds = phases["import"]["seconds"] + sum(stages[name]["seconds"] for name in ("merge", "expand", "derive"))
    memory = max(phases["import"]["memory"], max(stage["memory"] for stage in build["stages"]))
    found = {
        "seconds": ("import + merge + expand + derive, s", seconds),
        "memory": ("largest memory of these, bytes", memory),
        "blast": ("`graphscan blast` of one user, warm, s", phases["blast"]["warm"]["seconds"]),
        "steps": ("steps, of what is allowed", build["steps"] / build["bound"]),
        "doubling": ("steps with users and administrators doubled, times", ratio),
    }
    return [
        {"what": what, "limit": LIMITS[name], "value": value, "met": value <= LIMITS[name]}
        for name, (what, value) in found.items()
    ]
