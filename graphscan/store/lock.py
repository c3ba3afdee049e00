"""One writer at a time. A process that died never blocks, however it died."""

import contextlib
import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from graphscan.errors import StoreLockedError

LOCK = "lock"
_ATTEMPTS = 4
_PAUSE = 0.02  # seconds


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """
    Hold the store's lock for the length of a `with`.

    The file says who holds it, for people; what holds it is the kernel's lock on the open file, which ends with the
    process. A file without a living holder is taken over.

    Raises:
        StoreLockedError: a living process holds it; names its number.
    """
    path = folder / LOCK
    descriptor = _taken(path)
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, _who().encode(), 0)
        yield
    finally:
        # Removed while it is still held: whoever has opened it meanwhile sees in `_taken` that it is gone.
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(descriptor)


def is_held(folder: Path) -> bool:
    """Whether a living process is writing to the store at this moment."""
    try:
        descriptor = os.open(folder / LOCK, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


# Private functions


def _taken(path: Path) -> int:
    while True:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            try:
                descriptor = os.open(path, os.O_RDWR)
            except FileNotFoundError:
                continue
        if not _locked(descriptor):
            holder = _read(descriptor)
            os.close(descriptor)
            raise StoreLockedError(
                f"{holder} is writing to the store `{path.parent}`", "wait until it has ended, then run it again"
            )
        if _still_there(path, descriptor):
            return descriptor
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    # Whoever only asks whether the lock is held holds it for an instant (`is_held`): that is not worth an error.
    for attempt in range(_ATTEMPTS):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if attempt < _ATTEMPTS - 1:
                time.sleep(_PAUSE)
        else:
            return True
    return False


def _still_there(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _who() -> str:
    return json.dumps(
        {"pid": os.getpid(), "host": socket.gethostname(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
    )


def _read(descriptor: int) -> str:
    try:
        said = json.loads(os.pread(descriptor, 4096, 0))
        return f"process {said['pid']} on {said['host']}, since {said['since']},"
    except (ValueError, KeyError, TypeError):
        return "another process (it has not yet said which)"
