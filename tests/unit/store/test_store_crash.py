"""Writers that are killed, writers that meet, and readers beside them."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphscan.errors import StoreLockedError
from graphscan.model import Node, SourceInfo
from graphscan.store import Store, merge

KILLS = int(os.environ.get("GRAPHSCAN_KILLS", "10"))
ROWS = 300
AT = datetime(2024, 1, 1, tzinfo=UTC)

# Writes import after import, and says each time that it begins and that it is done.
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from graphscan.model import Node, SourceInfo
from graphscan.store import Store

store = Store.open(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), 1_000_000):
    print("begin", number, flush=True)
    nodes = [Node(f"u{i}", "User", name=str(number)) for i in range(int(sys.argv[3]))]
    store.write(SourceInfo("okta:acme", "test", datetime.now(UTC)), nodes)
    print("done", number, flush=True)
"""


@pytest.fixture
def start(store: Store) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Return a function that starts a writer whose imports are numbered from a number on."""
    started: list[subprocess.Popen[str]] = []

    def writer(number: int, barrier: str = "") -> "subprocess.Popen[str]":
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        if barrier:
            environment["GRAPHSCAN_TEST_BARRIER"] = barrier
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", WRITER, str(store.path), str(number), str(ROWS)],
                stdout=subprocess.PIPE,
                text=True,
                env=environment,
            )
        )
        return started[-1]

    yield writer
    for process in started:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def contents(store: Store) -> list[tuple[str, int]]:
    """Return (number of the import, nodes) of what the store holds."""
    with merge.load(Store.open(store.path).snapshot()) as connection:
        return connection.execute(
            "SELECT name, count(*) FROM base.node WHERE id <> 'internet' GROUP BY name ORDER BY name"
        ).fetchall()


def damaged(store: Store) -> list[str]:
    """Return what verify finds, less what a killed writer may leave."""
    return [problem for problem in store.verify() if "does not belong to the store" not in problem]


def wait_for(path: Path) -> None:
    """Wait until another process has written a file."""
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} was never written"
        time.sleep(0.01)


def test_a_killed_writer_leaves_the_old_or_the_new_state(
    store: Store, start: Callable[..., "subprocess.Popen[str]"]
) -> None:
    """Killed at random moments of its writing, it never leaves half an import, damage, or a lock that blocks."""
    chance = random.Random(20231123)
    store.write(SourceInfo("okta:acme", "test", AT), [Node(f"u{i}", "User", name="0") for i in range(ROWS)])
    newest = 0
    for _ in range(KILLS):
        process = start(newest + 1)
        assert process.stdout is not None
        assert process.stdout.readline() == f"begin {newest + 1}\n"
        time.sleep(chance.uniform(0, 0.4))
        process.kill()
        said = process.communicate()[0].split()
        done = [int(number) for word, number in zip(said[::2], said[1::2], strict=False) if word == "done"]
        begun = max([newest + 1, *(int(n) for word, n in zip(said[::2], said[1::2], strict=False) if word == "begin")])
        least = max([newest, *done])

        held = contents(store)

        assert len(held) == 1, "parts of two imports"
        assert held[0][1] == ROWS, "half an import"
        assert least <= int(held[0][0]) <= begun
        assert damaged(store) == []
        newest = int(held[0][0])
    store.write(SourceInfo("facts", "test", AT), [])
    assert store.verify() == [], "what killed writers left is removed by the next"


@pytest.mark.parametrize("barrier", ["between-fsync-and-rename", "between-fsync-and-rename-of-import"])
def test_a_writer_killed_before_a_rename_leaves_the_old_state(
    store: Store, start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path, barrier: str
) -> None:
    """Before the rename readers see the old state, a second writer is refused, and a kill loses nothing."""
    store.write(SourceInfo("okta:acme", "test", AT), [Node("u", "User", name="old")])
    process = start(1, f"{barrier}:{tmp_path / 'there'}")
    wait_for(tmp_path / "there")

    assert contents(store) == [("old", 1)]
    assert store.verify() == [], "the import that is being written is no problem"
    with pytest.raises(StoreLockedError, match=rf"process {process.pid} .*wait until it has ended"):
        store.write(SourceInfo("facts", "test", AT), [])
    with pytest.raises(StoreLockedError):
        store.set_default_as_of(AT)

    process.kill()
    process.wait()

    assert contents(store) == [("old", 1)]
    assert damaged(store) == []
    assert store.verify() != [], "what is left is named"
    store.write(SourceInfo("okta:acme", "test", AT), [Node("u", "User", name="new")])
    assert contents(store) == [("new", 1)]
    assert store.verify() == []


def test_a_barrier_of_another_name_stops_nobody(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without its exact name and a path the barrier is not there."""
    for value in ("", "elsewhere:" + str(tmp_path / "x"), "between-fsync-and-rename", "between-fsync-and-rename:"):
        monkeypatch.setenv("GRAPHSCAN_TEST_BARRIER", value)
        store.write(SourceInfo("a", "test", AT), [])

    assert store.verify() == []


def test_a_lock_of_a_dead_process_does_not_block(store: Store) -> None:
    """Whatever its lock file says, a process that is gone holds nothing."""
    for left in ("", "garbage", '{"pid": 1, "host": "elsewhere", "since": "2020-01-01"}'):
        (store.path / "lock").write_text(left)

        assert store.verify() == []
        store.write(SourceInfo("a", "test", AT), [])

        assert not (store.path / "lock").exists()


def test_a_writer_within_a_writer_is_refused(store: Store) -> None:
    """Records that write to the store they are written to meet its lock; the outer import fails whole."""

    def records() -> Iterator[Node]:
        yield Node("u", "User")
        store.write(SourceInfo("inner", "test", AT), [])

    with pytest.raises(StoreLockedError, match=f"process {os.getpid()}"):
        store.write(SourceInfo("outer", "test", AT), records())

    assert store.sources() == []
    store.write(SourceInfo("outer", "test", AT), [])
    assert store.verify() == []


def test_a_reader_keeps_its_view_while_an_import_runs(store: Store) -> None:
    """What is open stays as it was; who opens while records still arrive sees the old state."""
    store.write(SourceInfo("a", "test", AT), [Node("u", "User", name="old")])
    view = merge.load(store.snapshot())
    seen: list[list[tuple[str, int]]] = []

    def records() -> Iterator[Node]:
        yield Node("u", "User", name="new")
        seen.append(contents(store))
        yield Node("v", "User", name="new")

    store.write(SourceInfo("a", "test", AT), records())

    assert seen == [[("old", 1)]]
    assert view.execute("SELECT name FROM base.node WHERE id = 'u'").fetchone() == ("old",)
    assert contents(store) == [("new", 2)]
