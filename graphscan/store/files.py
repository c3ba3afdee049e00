"""Files that survive a crash: written aside, forced to the disk, renamed; and checked by their SHA-256."""

import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

_BLOCK = 1 << 20
BARRIER = "GRAPHSCAN_TEST_BARRIER"


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def force_to_disk(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_aside(path: Path, content: bytes) -> Path:
    """Write `content` to a new file beside `path`, force it to the disk, and return where it is."""
    aside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return aside


def rename_to(aside: Path, path: Path) -> None:
    """Put `aside` in the place of `path` in one step, and force the folders to the disk."""
    aside.rename(path)
    force_to_disk(path.parent)
    if aside.parent != path.parent:
        force_to_disk(aside.parent)


def sealed(content: dict[str, Any]) -> bytes:
    """
    Return `content` as JSON whose first member is the SHA-256 of every byte after the first line.

    So a change of any byte is seen, of white space too, and the file is still plain JSON for other tools.
    """
    body = json.dumps(content, indent=1, ensure_ascii=True, allow_nan=False).encode()[1:]
    return _first_line(body) + body


def unsealed(data: bytes) -> dict[str, Any]:
    """Return what was given to `sealed`. Raises ValueError when any byte is not as it was written."""
    first, line_end, body = data.partition(b"\n")
    if first + line_end != _first_line(body):
        raise ValueError("checksum does not match")
    content: dict[str, Any] = json.loads(data)
    del content["checksum"]
    return content


def barrier(name: str) -> None:
    """
    Stop here for ever if a test asks for it.

    Only the tests of crash safety set GRAPHSCAN_TEST_BARRIER=NAME:PATH. The process that comes to the barrier of that
    name writes PATH, to say that it is there, and waits until it is killed.
    """
    wanted, _, path = os.environ.get(BARRIER, "").partition(":")
    if not path or wanted != name:
        return
    Path(path).write_text(str(os.getpid()))
    while True:
        time.sleep(60)


# Private functions


def _first_line(body: bytes) -> bytes:
    return b'{"checksum": "' + hashlib.sha256(body).hexdigest().encode() + b'",\n'
