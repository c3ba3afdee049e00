"""The phases of the Neo4j benchmark: each loader, ours too, in a process of its own against a server of its own."""

import json
import os
import pty
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.benchmarks.neo4j_load import PASSWORD
from tests.benchmarks.organisation import generate
from tests.benchmarks.store import write_store
from tests.neo4j.server import Server, running

LINE, HEAP = "5.26", 1024
NODES = 40_000  # with the nodes of steps about 100,000, and a million relationships
ROOT = Path(__file__).parents[2]
ROWS = "rows.pickle"
MOST_SECONDS = 3600.0


def generated(folder: Path, share: float) -> dict[str, Any]:
    """Write the store, compile it by asking it something, and leave the rows of a push beside it."""
    write_store(generate(max(1_000, round(NODES * share))), folder / "store")
    _run([sys.executable, "-m", "graphscan", "neo4j", "push", "--dry-run", "--store", str(folder / "store")], {})
    return _loader("save", folder / ROWS, str(folder / "store"), {})


def demo(store: Path, small: bool) -> None:
    """Make the demonstration's store, and compile it."""
    words = [sys.executable, "-m", "graphscan", "demo", *(["--small"] if small else [])]
    _run([*words, "--store", str(store), "-o", "json"], {})


def pushed(folder: Path, store: Path) -> dict[str, Any]:
    """Push a store with the command line into a fresh server: what it took, whole and for the relationships alone."""
    with running(LINE, folder / "home", HEAP) as server:
        return push(server, store)


def push(server: Server, store: Path) -> dict[str, Any]:
    """Push a store with the command line, on a terminal, as its progress tells when the relationships begin and end."""
    lines: list[tuple[float, str]] = []
    words = [sys.executable, "-m", "graphscan", "neo4j", "push", "--store", str(store), "-o", "json"]
    before = _cpu_seconds(server)
    found, said = _run(words, _environment(server), lambda text: lines.append((time.perf_counter(), text)))
    ended = time.perf_counter()
    begun = next((at for at, text in lines if "sending" in text and "sending nodes" not in text), ended)
    counting = next((at for at, text in lines if "counting" in text), ended)
    told = json.loads(said)
    sending = next((at for at, text in lines if "sending" in text), ended)
    return {
        **found,
        **_server(server, before),
        "before_seconds": found["seconds"] - (ended - sending),
        "relationship_seconds": max(counting - begun, 0.0),
        "nodes": told["nodes"],
        "relationships": sum(told["relationships"].values()),
    }


def loaded(folder: Path, way: str) -> dict[str, Any]:
    """Load the same rows in another way, into a fresh server too."""
    with running(LINE, folder / "home", HEAP) as server:
        before = _cpu_seconds(server)
        found = _loader(way, folder / ROWS, server.uri, _environment(server))
        return {**found, **_server(server, before)}


# Private functions


def _loader(way: str, file: Path, where: str, environment: dict[str, str]) -> dict[str, Any]:
    words = [sys.executable, "-m", "tests.benchmarks.neo4j_load", way, str(file), where]
    _, said = _run(words, environment)
    result: dict[str, Any] = json.loads(said.splitlines()[-1])
    return result


def _environment(server: Server) -> dict[str, str]:
    return {"GRAPHSCAN_NEO4J_URI": server.uri, PASSWORD: server.password}


def _run(
    words: list[str], environment: dict[str, str], progress: Callable[[str], None] | None = None
) -> tuple[dict[str, Any], str]:
    """Run a command; return what it took and what it wrote. Raises RuntimeError where it fails."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GRAPHSCAN")}
    ends = pty.openpty() if progress else None
    began = time.perf_counter()
    process = subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=ends[1] if ends else None,
        env={**ours, **environment, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
    )
    if ends and progress:
        os.close(ends[1])
        threading.Thread(target=_listen, args=(ends[0], progress), daemon=True).start()
    watch = threading.Timer(MOST_SECONDS, process.kill)
    watch.start()
    assert process.stdout is not None
    said = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    watch.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        raise RuntimeError(f"`{' '.join(words[1:5])}` ended with {process.returncode}: {said[-1000:]}")
    found = {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
    }
    return found, said


def _listen(terminal: int, progress: Callable[[str], None]) -> None:
    with suppress(OSError):  # the other end was closed
        while said := os.read(terminal, 4096):
            for line in re.split(r"\r", said.decode(errors="replace")):
                if line.strip():
                    progress(line)
    os.close(terminal)


def _server(server: Server, before: float) -> dict[str, Any]:
    status = Path(f"/proc/{_pid(server)}/status")
    if not status.exists():
        return {"server_memory": 0, "server_cpu_seconds": 0.0}
    peak = int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024
    return {"server_memory": peak, "server_cpu_seconds": _cpu_seconds(server) - before}


def _cpu_seconds(server: Server) -> float:
    stat = Path(f"/proc/{_pid(server)}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _pid(server: Server) -> int:
    process = server._process
    return process.pid if process is not None else 0
