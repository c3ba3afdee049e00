"""A compiled graph on disk: the same when read again, refused when damaged."""

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pytest

from graphscan import kinds
from graphscan.derive.steps import StepTable
from graphscan.engine import cache
from graphscan.engine.cache import load, save
from graphscan.engine.compile import compile_steps
from graphscan.engine.graph import Graph
from graphscan.engine.reach import reach
from graphscan.errors import CacheDamagedError
from tests.kernels import each_kernel  # noqa: F401 -- a fixture


@pytest.fixture
def graph() -> Graph:
    """Three credentials, the second only together with the third gives the first."""
    held = kinds.level_code("Credential", "held")
    return compile_steps(
        StepTable(
            node_count=4,
            node_family=np.full(4, list(kinds.FAMILIES).index("held"), np.uint8),
            source=np.array([1, 0], np.int32),
            source_level=np.array([held, held], np.uint8),
            target=np.array([0, 3], np.int32),
            target_level=np.array([held, held], np.uint8),
            guard=np.array([0, -1], np.int32),
            technique=np.array([0, 0], np.int32),
            possible=np.array([False, False]),
            relation_set=np.array([0, -1], np.int32),
            guard_ptr=np.array([0, 1]),
            guard_node=np.array([2], np.int32),
            guard_level=np.array([held], np.uint8),
            relation_ptr=np.array([0, 2]),
            relation_ids=np.array([4, 7], np.int32),
            techniques=("test.one",),
            effort=np.array([1], np.uint8),
        )
    )


def test_a_saved_graph_is_the_same_when_loaded(graph: Graph, tmp_path: Path) -> None:
    """Every array comes back as it was, and reach works on the mapped files."""
    save(graph, tmp_path / "cache" / "one")
    again = load(tmp_path / "cache" / "one")
    assert again.techniques == graph.techniques
    for (name, array), (_, other) in zip(graph.arrays(), again.arrays(), strict=True):
        assert np.array_equal(array, other), name
        assert array.dtype == other.dtype, name
    assert not again.step_source.flags.writeable
    assert reach(again, [2, 3]).held.tolist() == [False, True, True, True, True]
    assert reach(again, [2]).held.tolist() == [False, False, True, False, False]
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == ["one"]


def test_saving_again_replaces(graph: Graph, tmp_path: Path) -> None:
    """A second save takes the place of the first and leaves nothing beside it."""
    save(graph, tmp_path / "one")
    save(graph, tmp_path / "one")
    assert load(tmp_path / "one", verify="full").fact_count == graph.fact_count
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_a_flipped_byte_anywhere_is_noticed(graph: Graph, tmp_path: Path) -> None:
    """Any one byte of any file changed: refused when next loaded, and never a wrong answer."""
    folder = tmp_path / "one"
    save(graph, folder)
    load(folder)
    for path in sorted(folder.iterdir()):
        good = path.read_bytes()
        for place in {0, len(good) // 2, len(good) - 1}:
            bad = bytearray(good)
            bad[place] ^= 1
            path.write_bytes(bytes(bad))
            with pytest.raises(CacheDamagedError, match=path.name if path.suffix == ".npy" else "index of cache"):
                load(folder)
        path.write_bytes(good)
    assert load(folder).fact_count == graph.fact_count


@pytest.mark.usefixtures("each_kernel")
def test_the_checksum_is_spared_only_while_nothing_was_touched(graph: Graph, tmp_path: Path) -> None:
    """With size, time and inode as before, "stat" believes a file that "full" refuses; ranges are always checked."""
    folder = tmp_path / "one"
    save(graph, folder)
    load(folder)
    flip_behind(folder / "relation_ids.npy", -4)
    assert load(folder).relation_ids.tolist() == [4, 6]
    with pytest.raises(CacheDamagedError, match="does not hold what was written"):
        load(folder, verify="full")
    flip_behind(folder / "step_target.npy", -2)
    with pytest.raises(CacheDamagedError, match="names what is not there"):
        load(folder)


def test_a_large_graph_is_believed_while_nothing_was_touched(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where looking at every number costs a second, they are looked at with the checksum, and when all is asked for."""
    monkeypatch.setattr(cache, "_ALWAYS", 0)
    folder = tmp_path / "one"
    save(graph, folder)
    load(folder)
    flip_behind(folder / "step_target.npy", -2)
    load(folder)
    with pytest.raises(CacheDamagedError, match="does not hold what was written"):
        load(folder, verify="full")
    os.utime(folder / "step_target.npy")
    with pytest.raises(CacheDamagedError, match="does not hold what was written"):
        load(folder)


def test_a_missing_or_foreign_file_is_said(graph: Graph, tmp_path: Path) -> None:
    """A lost array, a broken index, another format and a lost folder are each one sentence."""
    folder = tmp_path / "one"
    save(graph, folder)
    index = (folder / "index.json").read_text()
    (folder / "index.json").write_text(index[:-20])
    with pytest.raises(CacheDamagedError, match="index of cache"):
        load(folder)
    (folder / "index.json").write_text(sealed({**json.loads(index), "format": 99}))
    with pytest.raises(CacheDamagedError, match="format 99"):
        load(folder)
    entries = json.loads(index)
    del entries["files"]["in_ptr"]
    (folder / "index.json").write_text(sealed(entries))
    with pytest.raises(CacheDamagedError, match="does not list the arrays"):
        load(folder)
    (folder / "index.json").write_text(index)
    (folder / "in_ptr.npy").unlink()
    with pytest.raises(CacheDamagedError, match=r"in_ptr\.npy"):
        load(folder)
    with pytest.raises(CacheDamagedError, match="cannot be read"):
        load(tmp_path / "nowhere")


def flip_behind(path: Path, place: int) -> None:
    """Flip a bit of a file that keeps its size, time and inode."""
    before = path.stat()
    bad = bytearray(path.read_bytes())
    bad[place] ^= 1
    with path.open("r+b") as file:
        file.write(bytes(bad))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def sealed(index: dict[str, object]) -> str:
    """An index with the right checksum of its own, so that only what it says can be wrong."""
    index.pop("sha256", None)
    digest = hashlib.sha256(json.dumps(index, sort_keys=True).encode()).hexdigest()
    return json.dumps({**index, "sha256": digest})
