"""The phases of an Atlassian organisation: the real command line against a server in a process of its own."""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graphscan.derive.run import derive
from graphscan.derive.table import step_table
from graphscan.engine.compile import compile_steps
from graphscan.expand.edits import Edits
from graphscan.expand.run import expand
from graphscan.store import Store, merge
from graphscan.techniques import registry
from tests.benchmarks.pipeline import run_blast
from tests.benchmarks.timing import peak

STORE = "store"
ROOT = Path(__file__).parents[2]
# What is collected: the product, and the name of the instance.
INSTANCES = {
    "bitbucket": ("bitbucket", "big"),
    "jira": ("jira", "big"),
    "confluence": ("confluence", "big"),
    "cloud": ("bitbucket", "cloud"),
}
MOST_SECONDS = 3600.0  # a command that takes longer is stopped
# The reader of Bitbucket's administration needs a password; nothing here is anybody's.
_ENVIRONMENT = {
    "GRAPHSCAN_BITBUCKET_PASSWORD": "passwordOfTheBenchmark",
    "GRAPHSCAN_JIRA_TOKEN": "tokenOfTheBenchmark",
    "GRAPHSCAN_CONFLUENCE_TOKEN": "tokenOfTheBenchmark",
}
_FACTS = """\
graphscan: facts/1
source: operator
nodes:
  - {id: internet, kind: Segment}
relations:
  - {sources: ["bitbucket:big:app", "jira:big:app", "confluence:big:app"], kind: REACHABLE_FROM, target: internet}
"""
# What an inventory holds, each relation once.
_PARTS = """
SELECT count(*) FILTER (kind = 'MEMBER_OF') AS memberships,
  count(*) FILTER (kind = 'ASSIGNED_TO') AS permissions,
  count(*) FILTER (kind = 'CONTAINS') AS containments,
  count(*) FILTER (kind = 'HAS_CREDENTIAL') AS credentials,
  count(*) FILTER (kind = 'GRANTS') AS grants,
  count(*) FILTER (kind NOT IN ('MEMBER_OF', 'ASSIGNED_TO', 'CONTAINS', 'HAS_CREDENTIAL', 'GRANTS')) AS others
FROM base.relation
"""
# A token of somebody like most, and whoever administers the whole system of Bitbucket.
_STARTS = """
SELECT min(c.id) FILTER (c.subtype = 'access_token'),
  (SELECT min(u.id) FROM base.relation r JOIN base.node u ON u.n = r.source AND u.kind = 'User'
   WHERE r.kind = 'ASSIGNED_TO' AND r.gives = 'system')
FROM base.relation h JOIN base.node c ON c.n = h.target WHERE h.kind = 'HAS_CREDENTIAL'
"""


def collected(folder: Path, share: float) -> dict[str, Any]:
    """Collect each instance by a command of its own; return what each took."""
    with _served(share) as urls:
        lines = [
            f'[{product}.{name}]\nurl = "{urls[one]}"\n' + ('user = "reader"\n' if product == "bitbucket" else "")
            for one, (product, name) in INSTANCES.items()
        ]
        (folder / "graphscan.toml").write_text("".join(lines), encoding="utf-8")
        return {one: _collect(folder, one) for one in INSTANCES}


def imported(folder: Path) -> dict[str, Any]:
    """Import the snapshots and a facts file that says from where the servers can be reached."""
    found = {}
    for one in INSTANCES:
        found[one] = run(folder, "import", "snapshot", f"{one}.snapshot", "--store", STORE)
        del found[one]["said"]
    (folder / "facts.yaml").write_text(_FACTS, encoding="utf-8")
    run(folder, "import", "facts", "facts.yaml", "--store", STORE)
    return found


def built(folder: Path) -> dict[str, Any]:
    """Run the stages that a cold cache needs; count the steps, and what they may be at most."""
    stages: list[dict[str, Any]] = []
    began, busy = time.perf_counter(), time.process_time()

    def done(stage: str) -> None:
        nonlocal began, busy
        now, used = time.perf_counter(), time.process_time()
        stages.append({"stage": stage, "seconds": now - began, "cpu_seconds": used - busy, "memory": peak()})
        began, busy = time.perf_counter(), used

    opened = Store.open(folder / STORE)
    at = opened.snapshot()
    con = merge.load(at)
    done("merge")
    found = con.execute(_PARTS)
    parts = dict(zip([column[0] for column in found.description or ()], found.fetchone() or (), strict=True))
    techniques = registry.load()
    expand(con, techniques, max(one.at for one in at.imports), Edits(), {one.source: one.at for one in at.imports})
    done("expand")
    derive(con, techniques)
    table = step_table(con, techniques)
    done("derive")
    token, admin = con.execute(_STARTS).fetchone() or ("", "")
    sorts = dict(con.execute("SELECT technique, count(*) FROM step GROUP BY ALL ORDER BY 2 DESC LIMIT 12").fetchall())
    con.close()
    graph = compile_steps(table)
    done("compile")
    return {
        "stages": stages,
        "steps": len(table),
        "bound": 3 * sum(parts.values()) + table.node_count,
        "parts": {**parts, "nodes": table.node_count},
        "largest": sorts,
        "compiled": graph.step_count,
        "token": token,
        "admin": admin,
    }


def blast(folder: Path, token: str, admin: str) -> dict[str, Any]:
    """Ask what a token and a system administrator reach: with a cold cache, then with a warm one."""
    return {
        "cold": run_blast(folder, token, cold=True),
        "warm": run_blast(folder, token, cold=False),
        "admin": run_blast(folder, admin, cold=False),
    }


def run(folder: Path, *words: str) -> dict[str, Any]:
    """
    Run one command of graphscan in `folder`: time, memory, exit status, and what it said.

    Raises RuntimeError where it ends neither well nor with gaps (0, 3).
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GRAPHSCAN")}
    environment = {**ours, **_ENVIRONMENT, "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    began = time.perf_counter()
    with (folder / "said.txt").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "graphscan", *words],
            stdout=said,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
        )
        watch = threading.Timer(MOST_SECONDS, process.kill)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        watch.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    text = (folder / "said.txt").read_text(encoding="utf-8", errors="replace")
    if process.returncode not in (0, 3):
        raise RuntimeError(f"`graphscan {' '.join(words)}` ended with {process.returncode}: {text[-2000:]}")
    return {
        "seconds": seconds,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        "exit": process.returncode,
        "said": " ".join(text.split())[:4000],
    }


# Private functions


def _collect(folder: Path, instance: str) -> dict[str, Any]:
    product, name = INSTANCES[instance]
    found = run(folder, "collect", product, f"{instance}.snapshot", "--name", name)
    counts = re.search(r"([\d,]+) requests?, ([\d,]+) pages? and ([\d,]+) records?", found.pop("said"))
    if counts is None:
        raise RuntimeError(f"collecting {instance} did not say how many requests it sent")
    requests, _, records = (int(one.replace(",", "")) for one in counts.groups())
    size = (folder / f"{instance}.snapshot").stat().st_size
    return {**found, "requests": requests, "records": records, "bytes": size}


@contextmanager
def _served(share: float) -> Iterator[dict[str, str]]:
    """Serve the organisation from a process of its own; yield the addresses of its products."""
    command = [sys.executable, "-m", "tests.importers.servers.large_dc", "--share", str(share)]
    with tempfile.TemporaryFile("w+") as said:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True, cwd=ROOT)
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            if not line:
                said.seek(0)
                raise RuntimeError(f"the server did not start: {said.read()[-1000:]}")
            yield json.loads(line)
        finally:
            server.terminate()
            status = server.wait(60)
        if status:
            said.seek(0)
            raise RuntimeError(f"the server was asked to write, or failed: {said.read()[-1000:]}")
