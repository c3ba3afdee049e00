"""An export that is killed: what was there before, or what is new, and never half or a mixture."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.functional.running import ROOT, environment

KILLS = int(os.environ.get("GRAPHSCAN_KILLS", "3"))
PLACES = {
    "opengraph": ("og/graph.json", "og/extension.json"),
    "graphml": ("x.graphml",),
    "networkx": ("x.json",),
    "parquet": ("p/nodes.parquet", "p/edges.parquet"),
}
# Exports all forms, with and without steps in turns: into several places once, or into one until it is killed.
EXPORTING = """
import sys
from pathlib import Path
from graphscan.analysis.session import Session
from graphscan.exchange import opengraph, tables
from graphscan.exchange.content import Content
from graphscan.exchange.elements import Elements
content = Content(Session.open(Path(sys.argv[1])))
places = list(map(Path, sys.argv[2:]))
forms = [(opengraph.write, "og"), (tables.write_parquet, "p"), (tables.write_graphml, "x.graphml"),
    (tables.write_networkx, "x.json")]
number = 0
while True:
    number += 1
    for write, name in forms:
        write(Elements(content, "0" * 16, steps=number % 2 == 0), places[number % len(places)] / name)
    print(number, flush=True)
    if number == len(places) > 1:
        break
"""
# Dies at the N-th call that changes a name.
DYING = """
import os, signal, sys
from pathlib import Path
left = int(sys.argv[1])
def counted(real):
    def call(*args, **more):
        global left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return real(*args, **more)
    return call
for name in ("chmod", "unlink", "replace"):
    setattr(Path, name, counted(getattr(Path, name)))
from graphscan.exchange.aside import aside
with aside(*map(Path, sys.argv[2:])) as parts:
    for part in parts:
        part.write_text("new")
print("done")
"""


def test_two_files_are_never_of_two_exports(tmp_path: Path) -> None:
    """Killed between any two steps of putting both in place: both old, both new, or the second is not there."""
    files, seen = (tmp_path / "nodes", tmp_path / "edges"), []
    for step in range(20):
        for file in files:
            file.write_text("old")
        done = subprocess.run(
            [sys.executable, "-c", DYING, str(step), *map(str, files)], cwd=ROOT, env=environment(), check=False
        )
        seen.append(tuple(file.read_text() if file.exists() else "none" for file in files))
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL

    assert list(dict.fromkeys(seen)) == [("old", "old"), ("old", "none"), ("new", "none"), ("new", "new")]


def test_killed_at_random_moments(tmp_path: Path, store: Path) -> None:
    """Every file under its final name is whole, of one of two exports; those of one folder are of the same."""
    folders = {}
    for name in ("0", "1", "out"):
        folders[name] = tmp_path / name
        for inner in ("og", "p"):
            (folders[name] / inner).mkdir(parents=True)
    subprocess.run(
        [sys.executable, "-c", EXPORTING, store, folders["0"], folders["1"]],
        cwd=ROOT,
        env=environment(),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    whole = {form: {_read(folders[which], form) for which in ("0", "1")} for form in PLACES}
    assert all(len(found) == 2 for found in whole.values())
    moments, halves = random.Random(9), 0
    for _ in range(KILLS):
        command = subprocess.Popen(
            [sys.executable, "-c", EXPORTING, store, folders["out"]],
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
        )
        assert command.stdout is not None
        command.stdout.readline()  # the first round is through
        time.sleep(moments.uniform(0, 0.5))
        command.send_signal(signal.SIGKILL)
        command.wait()
        command.stdout.close()
        for form in PLACES:
            found = _read(folders["out"], form)
            alone = {(one[0], *(None for _ in one[1:])) for one in whole[form]}
            assert found in whole[form] | alone, form
            halves += any(folders["out"].rglob(".*"))
    assert halves  # else no kill came while something was written


def _read(folder: Path, form: str) -> tuple[bytes | None, ...]:
    return tuple((folder / name).read_bytes() if (folder / name).exists() else None for name in PLACES[form])


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
