"""A folder of cached files, written aside and renamed, each checked before it is read, never trusted when damaged."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Container
from pathlib import Path
from typing import Any

from graphscan.errors import CacheDamagedError
from graphscan.store.files import force_to_disk, sealed, sha256_of, unsealed, write_aside

INDEX = "index.json"
_ADVICE = "it is thrown away and built again"


def seal(building: Path, folder: Path) -> None:
    """
    Note the checksum of every file of `building` and rename it to `folder`; folders in it look after themselves.

    Where another process was quicker, its folder stays and ours is removed.
    """
    files = [path for path in sorted(building.iterdir()) if path.is_file()]
    index = {path.name: [sha256_of(path), *_looks(path)] for path in files}
    write_aside(building / INDEX, sealed({"files": index})).rename(building / INDEX)
    for path in files:
        force_to_disk(path)
    force_to_disk(building)
    try:
        building.rename(folder)
    except OSError:
        shutil.rmtree(building, ignore_errors=True)
        if not folder.is_dir():
            raise


def build_folder(parent: Path) -> Path:
    """Return a new, empty folder to build in, beside where it will be."""
    parent.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"building-{os.getpid()}-", dir=parent))


def check(folder: Path, full: bool = False) -> None:
    """
    Raise CacheDamagedError unless every file of a sealed folder is what was written.

    A file whose size, times and inode are as when it was last found right is not read again, unless `full`.
    """
    try:
        index: dict[str, list[Any]] = unsealed((folder / INDEX).read_bytes())["files"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise CacheDamagedError(f"the index of the cache `{folder.name}` is damaged or missing", _ADVICE) from error
    changed = False
    for name, (digest, *looks) in index.items():
        path = folder / name
        try:
            now = _looks(path)
            if full or now != looks:
                if sha256_of(path) != digest:
                    raise CacheDamagedError(f"the cached file `{folder.name}/{name}` is damaged", _ADVICE)
                changed = changed or now != looks
                index[name] = [digest, *now]
        except OSError as error:
            raise CacheDamagedError(f"the cached file `{folder.name}/{name}` is missing", _ADVICE) from error
    if changed:  # a store that was copied: look at the bytes once, not each time
        with contextlib.suppress(OSError):
            write_aside(folder / INDEX, sealed({"files": index})).rename(folder / INDEX)


def discard(folder: Path) -> None:
    """Remove a damaged folder."""
    shutil.rmtree(folder, ignore_errors=True)


def prune(parent: Path, least: int, most: int, size: int, spare: Container[str] = ()) -> None:
    """
    Remove the folders that were not used for longest, and what builders that were stopped have left.

    Args:
        least: so many are kept, whatever their size.
        most:  no more than so many are kept.
        size:  beyond the least, as many are kept as have so many bytes together.
        spare: names of folders that stay, whoever used them last.
    """
    with contextlib.suppress(OSError):
        folders = [path for path in parent.iterdir() if path.is_dir()]
        for path in folders:
            if path.name.startswith("building-") and not _alive(int(path.name.split("-")[1])):
                shutil.rmtree(path, ignore_errors=True)
        done = sorted(
            (path for path in folders if (path / INDEX).exists() and not path.name.startswith("building-")),
            key=lambda path: (path / INDEX).stat().st_atime,
            reverse=True,
        )
        total = 0
        for place, path in enumerate(done):
            total += sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
            if path.name not in spare and (place >= most or (place >= least and total > size)):
                shutil.rmtree(path, ignore_errors=True)


# Private functions


def _looks(path: Path) -> list[int]:
    stat = path.stat()
    # Renaming a folder leaves its files' inodes and times alone, the time of change included.
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
