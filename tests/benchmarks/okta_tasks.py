"""The phases of an Okta organisation, each a function of a work folder that can run in a process of its own."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from graphscan.derive.run import derive
from graphscan.derive.table import step_table
from graphscan.engine.compile import compile_steps
from graphscan.expand.edits import Edits
from graphscan.expand.run import expand
from graphscan.store import Store, merge
from graphscan.techniques import registry
from importers.okta import OktaSettings, collect
from importers.okta.bulk import normalise_in_bulk
from tests.benchmarks.pipeline import run_blast
from tests.benchmarks.timing import peak
from tests.importers.servers import large_org_products, large_org_snapshot
from tests.importers.servers.large_org import Organisation
from tests.importers.servers.large_org_people import Sizes

SNAPSHOT, STORE = "big.snapshot", "store"
ROOT = Path(__file__).parents[2]
# What an inventory holds, each relation counted once (kind, and what more tells it apart).
BOUND = """
SELECT count(*) FILTER (kind = 'MEMBER_OF') AS memberships,
  count(*) FILTER (kind = 'ASSIGNED_TO') AS assignments,
  count(*) FILTER (kind = 'SIGNS_IN_AS') AS accounts,
  count(*) FILTER (kind = 'HAS_CREDENTIAL' AND c.subtype = 'factor') AS factors,
  count(*) FILTER (kind = 'HAS_CREDENTIAL' AND c.subtype IS DISTINCT FROM 'factor') AS credentials,
  count(*) FILTER (kind = 'SCOPED_TO') AS targets
FROM base.relation LEFT JOIN (SELECT n, subtype FROM base.node WHERE base.node.kind = 'Credential') c ON c.n = target
"""

# Somebody like most, and a super administrator, who reaches everything.
_USERS = """
SELECT min(u.id) FILTER (h.source IS NULL), min(u.id) FILTER (a.subtype = 'super_admin')
FROM base.node u LEFT JOIN base.relation h ON h.source = u.n AND h.kind = 'HAS_ROLE'
  LEFT JOIN base.node a ON a.n = h.target
WHERE u.kind = 'User' AND u.state = 'active' AND u.provider = 'okta'
"""


def collected(folder: Path, share: float) -> dict[str, Any]:
    """Collect from a server in a process of its own."""
    command = [sys.executable, "-m", "tests.importers.servers.okta", "--org", "large", "--share", str(share)]
    with tempfile.TemporaryFile("w+") as said:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True, cwd=ROOT)
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            said.seek(0)
            token = re.search(r"TOKEN=(\S+)", said.read())
            if token is None:
                raise RuntimeError("the server did not start")
            began, busy = time.perf_counter(), time.process_time()
            result = collect(OktaSettings(url, token[1], "big"), folder / SNAPSHOT)
            seconds, cpu = time.perf_counter() - began, time.process_time() - busy
        finally:
            server.terminate()
            server.wait(30)
    return {
        "seconds": seconds,
        "cpu_seconds": cpu,
        "memory": peak(),
        "requests": result.calls,
        "records": result.records,
        "bytes": (folder / SNAPSHOT).stat().st_size,
        "complete": result.complete,
        "gaps": result.gaps,
    }


def snapshot(folder: Path, share: float) -> dict[str, Any]:
    """Write the same pages without HTTP."""
    began, busy = time.perf_counter(), time.process_time()
    pages = large_org_snapshot.write(folder / SNAPSHOT, Sizes().times(share))
    return {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - busy,
        "memory": peak(),
        "requests": pages,
        "bytes": (folder / SNAPSHOT).stat().st_size,
    }


def imported(folder: Path) -> dict[str, Any]:
    """Normalise the snapshot into a new store, as `graphscan import snapshot` does."""
    shutil.rmtree(folder / STORE, ignore_errors=True)
    store = Store.open_or_create(folder / STORE)
    began, busy = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory(dir=folder) as spill:
        about, records, tables = normalise_in_bulk(folder / SNAPSHOT, Path(spill))
        record = store.write(about, records, tables)
        tables.close()
    store.set_default_as_of(about.at)
    return {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - busy,
        "memory": peak(),
        "counts": dict(record.counts),
        "bytes": sum(path.stat().st_size for path in (folder / STORE).rglob("*.parquet")),
    }


def products(folder: Path, share: float) -> dict[str, Any]:
    """Put the products behind some of the applications into the same store, as their importers would."""
    began, busy = time.perf_counter(), time.process_time()
    counts = _import_products(Store.open(folder / STORE), Sizes().times(share))
    return {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - busy,
        "memory": peak(),
        "counts": counts,
    }


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
    parts = dict(zip(*_row(con, BOUND), strict=True))
    techniques = registry.load()
    moment = opened.default_as_of
    assert moment is not None
    expand(con, techniques, moment, Edits(), {one.source: one.at for one in at.imports})
    done("expand")
    derive(con, techniques)
    table = step_table(con, techniques)
    done("derive")
    # Nodes that expand made, of which there are as many as sets, are nodes as well.
    nodes = table.node_count
    user, admin = con.execute(_USERS).fetchone() or ("", "")
    sorts = dict(con.execute("SELECT technique, count(*) FROM step GROUP BY ALL ORDER BY 2 DESC LIMIT 12").fetchall())
    con.close()
    graph = compile_steps(table)
    done("compile")
    return {
        "stages": stages,
        "steps": len(table),
        "bound": 3 * sum(parts.values()) + nodes,
        "parts": {**parts, "nodes": nodes},
        "largest": sorts,
        "compiled": graph.step_count,
        "user": user,
        "admin": admin,
    }


def blast(folder: Path, user: str, admin: str, rounds: int = 3) -> dict[str, Any]:
    """Ask what a user and a super administrator reach, as a person does: with a cold cache, then with a warm one."""
    cold = run_blast(folder, user, cold=True)
    return {"cold": cold, "warm": _warm(folder, user, rounds), "admin": _warm(folder, admin, rounds), "user": user}


def doubling(folder: Path, share: float) -> dict[str, Any]:
    """Count the steps of a small organisation and of one with twice the users and administrators."""
    from tests.benchmarks.okta import doubled

    steps = []
    for number, sizes in enumerate(doubled(share)):
        place = folder / str(number)
        place.mkdir(parents=True, exist_ok=True)
        large_org_snapshot.write(place / SNAPSHOT, sizes)
        imported(place)
        _import_products(Store.open(place / STORE), sizes)
        steps.append(built(place)["steps"])
    return {"steps": steps, "ratio": steps[1] / steps[0], "pid": os.getpid()}


# Private functions


def _import_products(store: Store, sizes: Sizes) -> dict[str, dict[str, int]]:
    """Import each product; return what its import counted, by source."""
    organisation = Organisation(sizes)
    return {
        one.source: dict(
            store.write(large_org_products.about(one), large_org_products.records(organisation, one)).counts
        )
        for one in large_org_products.products(organisation)
    }


def _warm(folder: Path, user: str, rounds: int) -> dict[str, Any]:
    """Return the middle one of some runs."""
    runs = [run_blast(folder, user, cold=False) for _ in range(rounds)]
    return sorted(runs, key=lambda one: float(one["seconds"]))[rounds // 2]


def _row(con: Any, sql: str) -> tuple[list[str], tuple[int, ...]]:
    found = con.execute(sql)
    return [column[0] for column in found.description], found.fetchone()
