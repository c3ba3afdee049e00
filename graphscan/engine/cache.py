"""A compiled graph on disk: memory-mapped arrays with an index, checked before they are believed."""

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from graphscan.engine import kernel
from graphscan.engine.graph import Graph
from graphscan.engine.kernel import calls
from graphscan.errors import CacheDamagedError

FORMAT = 1
_INDEX = "index.json"
_ALWAYS = 1 << 30  # bytes of a graph up to which its numbers are checked at each load: a tenth of a second
_ADVICE = "run `graphscan cache clear`, it is then built anew"


def save(graph: Graph, folder: Path) -> None:
    """
    Write a graph to a folder: aside first, then renamed, so that it is there whole or not at all.

    A folder of that name is replaced.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        files = {name: _write(aside / f"{name}.npy", array) for name, array in graph.arrays()}
        index = {"format": FORMAT, "techniques": list(graph.techniques), "files": files}
        _write_index(aside / _INDEX, index)
        if folder.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent))
            folder.rename(old / "was")
            aside.rename(folder)
            shutil.rmtree(old, ignore_errors=True)
        else:
            aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def load(folder: Path, verify: Literal["stat", "full"] = "stat") -> Graph:
    """
    Open a graph as memory-mapped, read-only arrays.

    Args:
        verify: "stat" takes the checksum of a file unless its size, time and inode are as when it was last verified;
                "full" always takes it. Numbers are checked for naming what is there; in graphs of more than a gibibyte
                only when a checksum was taken.

    Raises:
        CacheDamagedError: a file is missing, does not hold what was written, or names what is not there.
    """
    index = _read_index(folder)
    loaded: dict[str, Any] = {"techniques": tuple(index["techniques"])}
    changed = False
    for name, entry in index["files"].items():
        path = folder / f"{name}.npy"
        changed |= _verified(path, entry, verify)
        try:
            loaded[name] = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
        except (OSError, ValueError) as error:
            raise CacheDamagedError(f"cached array {path} cannot be read: {error}", _ADVICE) from error
    try:
        graph = Graph(**loaded)
    except TypeError as error:
        raise CacheDamagedError(f"cache {folder} does not list the arrays of a graph", _ADVICE) from error
    # A large graph that was checked and not touched since is as it was; the compiled loops check every number anyway.
    known = index.get("ranges") is True
    if changed or verify == "full" or not known or sum(entry["size"] for entry in index["files"].values()) <= _ALWAYS:
        _check_ranges(graph, folder)
        changed |= not known
        index["ranges"] = True
    if changed:
        # Only saves work next time; a folder that cannot be written to is as good.
        try:
            _write_index(folder / _INDEX, index)
        except OSError:
            return graph
    return graph


# Private functions


def _write(path: Path, array: NDArray[Any]) -> dict[str, Any]:
    with path.open("wb") as file:
        np.save(file, np.ascontiguousarray(array), allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    return {"size": path.stat().st_size, "sha256": _sha256(path), "mtime_ns": None, "inode": None}


def _write_index(path: Path, index: dict[str, Any]) -> None:
    index = {**index, "sha256": _digest(index)}
    handle, aside = tempfile.mkstemp(prefix=".index.", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(index, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    Path(aside).replace(path)


def _digest(index: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(index, sort_keys=True).encode()).hexdigest()


def _read_index(folder: Path) -> dict[str, Any]:
    path = folder / _INDEX
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
        if index["format"] != FORMAT:
            raise CacheDamagedError(f"cache {folder} is of format {index['format']}, not {FORMAT}", _ADVICE)
        if index.pop("sha256") != _digest(index):
            raise CacheDamagedError(f"index of cache {folder} does not hold what was written", _ADVICE)
        files, techniques = index["files"], index["techniques"]
        sound = isinstance(files, dict) and isinstance(techniques, list)
        sound = sound and all({"size", "sha256", "mtime_ns", "inode"} <= entry.keys() for entry in files.values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CacheDamagedError(f"index of cache {folder} cannot be read: {error}", _ADVICE) from error
    if not sound:
        raise CacheDamagedError(f"index of cache {folder} does not list its files", _ADVICE)
    return dict(index)


def _verified(path: Path, entry: dict[str, Any], verify: str) -> bool:
    """Check one file against its entry; return whether the entry was brought up to date."""
    try:
        found = path.stat()
        if found.st_size != entry["size"]:
            raise CacheDamagedError(f"cached array {path} has {found.st_size:,} bytes, not {entry['size']:,}", _ADVICE)
        if verify == "stat" and [found.st_mtime_ns, found.st_ino] == [entry["mtime_ns"], entry["inode"]]:
            return False
        if _sha256(path) != entry["sha256"]:
            raise CacheDamagedError(f"cached array {path} does not hold what was written", _ADVICE)
    except OSError as error:
        raise CacheDamagedError(f"cached array {path} cannot be read: {error.strerror}", _ADVICE) from error
    entry["mtime_ns"], entry["inode"] = found.st_mtime_ns, found.st_ino
    return True


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_ranges(graph: Graph, folder: Path) -> None:
    """Check that every number names something that is there: a wrong one would be a wrong answer, or a crash."""
    facts, steps, guards = graph.fact_count, graph.step_count, graph.guard_count
    sets, techniques = len(graph.relation_ptr) - 1, len(graph.techniques)
    pointers = {
        "plain_ptr": (facts, 0, None),
        "guarded_ptr": (facts, None, steps),
        "guard_ptr": (guards, 0, len(graph.guard_facts)),
        "fact_guard_ptr": (facts, 0, len(graph.fact_guards)),
        "guard_step_ptr": (guards, 0, len(graph.guard_steps)),
        "in_ptr": (facts, 0, len(graph.in_steps)),
        "relation_ptr": (sets, 0, len(graph.relation_ids)),
    }
    items = {
        "step_source": (0, facts, steps),
        "step_target": (0, facts, steps),
        "step_guard": (-1, guards, steps),
        "step_technique": (0, techniques, steps),
        "step_relation_set": (-1, sets, steps),
        "guard_facts": (0, facts, None),
        "fact_guards": (0, guards, len(graph.guard_facts)),
        "guard_steps": (0, steps, steps - graph.plain_count),
        "in_steps": (0, steps, steps),
        "known_start": (0, facts, None),
        "possible_start": (0, facts, None),
        "fact_level": (0, 256, facts),
        "effort": (0, 256, techniques),
    }
    for name, (rows, first, last) in pointers.items():
        ptr = getattr(graph, name)
        sound = ptr.ndim == 1 and len(ptr) == rows + 1 and _rising(ptr)
        sound = sound and (first is None or ptr[0] == first) and (last is None or ptr[-1] == last)
        _demand(bool(sound), name, folder)
    _demand(int(graph.guarded_ptr[0]) == graph.plain_count, "guarded_ptr", folder)
    for name, (low, high, count) in items.items():
        array = getattr(graph, name)
        sound = array.ndim == 1 and (count is None or len(array) == count)
        sound = sound and _within(array, low, high)
        _demand(bool(sound), name, folder)


def _rising(ptr: NDArray[Any]) -> bool:
    if ptr.dtype.kind == "i" and kernel.loaded():
        return calls.rising(ptr)
    return bool((ptr[1:] >= ptr[:-1]).all())


def _within(array: NDArray[Any], low: int, high: int) -> bool:
    if array.dtype.kind == "i" and kernel.loaded():
        return calls.within(array, low, high)
    return not len(array) or bool(array.min() >= low and array.max() < high)


def _demand(sound: bool, name: str, folder: Path) -> None:
    if not sound:
        raise CacheDamagedError(f"cached array {folder / name}.npy names what is not there", _ADVICE)
