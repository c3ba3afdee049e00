"""What is measured of a store: the stages from Parquet to compiled arrays, and the whole command."""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from graphscan.derive.run import derive
from graphscan.derive.table import step_table
from graphscan.engine import cache
from graphscan.engine.compile import compile_steps
from graphscan.expand.edits import Edits
from graphscan.expand.run import expand
from graphscan.store import Store, merge
from graphscan.techniques import registry
from tests.benchmarks.organisation import generate
from tests.benchmarks.store import AS_OF, node_id, write_store
from tests.benchmarks.timing import peak

STORE = "store"
MOST_SECONDS = 900.0  # a command that takes longer is stopped


def store(folder: Path, nodes: int) -> dict[str, Any]:
    """Write an organisation to a store below `folder`."""
    organisation = generate(nodes)
    began = time.perf_counter()
    write_store(organisation, folder / STORE)
    size = sum(path.stat().st_size for path in (folder / STORE).rglob("*.parquet"))
    return {"write_seconds": time.perf_counter() - began, "bytes": size}


def build(folder: Path) -> dict[str, Any]:
    """Run the stages that a cold cache needs, one after the other, each timed, with the peak of memory after each."""
    stages: list[dict[str, Any]] = []
    began, busy = time.perf_counter(), time.process_time()

    def done(stage: str) -> None:
        nonlocal began, busy
        now = time.perf_counter()
        used = time.process_time()
        stages.append({"stage": stage, "seconds": now - began, "cpu_seconds": used - busy, "memory": peak()})
        began, busy = time.perf_counter(), used

    snapshot = Store.open(folder / STORE).snapshot()
    con = merge.load(snapshot)
    done("merge")
    techniques = registry.load()
    expand(con, techniques, AS_OF, Edits(), {one.source: one.at for one in snapshot.imports})
    done("expand")
    derive(con, techniques)
    done("derive")
    table = step_table(con, techniques)
    done("arrays")
    con.close()
    graph = compile_steps(table)
    done("compile")
    cache.save(graph, folder / "built")
    done("save")
    shutil.rmtree(folder / "built")
    return {"stages": stages, "steps": len(table), "compiled": graph.step_count}


def command(folder: Path, credential: int, cold: bool) -> dict[str, Any]:
    """Run `graphscan blast` from a credential of the generated organisation, as a user does."""
    return run_blast(folder, node_id("Credential", credential), cold)


def run_blast(folder: Path, start: str, cold: bool) -> dict[str, Any]:
    """Run `graphscan blast`: time, peak memory, exit status; what it says of an error is shown."""
    if cold:
        shutil.rmtree(folder / STORE / "cache", ignore_errors=True)
    argv = [sys.executable, "-m", "graphscan", "blast", start, "--store", str(folder / STORE)]
    # As a user has it: modules once imported are compiled for the next time, whatever this process does.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    with (folder / "blast.txt").open("wb") as said:
        process = subprocess.Popen(argv, stdout=said, stderr=subprocess.STDOUT, env={**environment, "NO_COLOR": "1"})
        watch = threading.Timer(MOST_SECONDS, process.kill)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        watch.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    scale = 1 if sys.platform == "darwin" else 1024
    if process.returncode:
        print((folder / "blast.txt").read_text(encoding="utf-8", errors="replace")[-2000:], file=sys.stderr)
    return {
        "seconds": seconds,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss * scale,
        "exit": process.returncode,
    }
