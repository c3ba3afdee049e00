"""
The prepared list of node ids and names that shell completion reads: `<store>/cache/completion.txt`.

First a line with a digest of the rest, then one candidate a line, sorted by their UTF-8 bytes, so that a bisection
finds a beginning in a file of any size.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

_HEAD = b"graphscan-completion/1 "
_LONGEST = 200


def path_of(store: Path) -> Path:
    """Return where the index of a store lies."""
    return store / "cache" / "completion.txt"


def write(store: Path, candidates: Iterable[str]) -> None:
    """
    Write the index of `candidates`, leaving out what a shell could not take as one harmless word.

    Raises:
        OSError: it could not be written; the old one is then still there.
    """
    words = {one.encode() for one in candidates if _harmless(one)}
    body = b"".join(word + b"\n" for word in sorted(words))
    path = path_of(store)
    path.parent.mkdir(exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=".completion-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_HEAD + hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def beginning_with(store: Path, beginning: str, most: int) -> list[str]:
    """
    Return at most `most` candidates that begin with `beginning`, in order.

    Raises:
        OSError:    there is no index.
        ValueError: it is not one.
    """
    start = beginning.encode()
    found: list[str] = []
    with path_of(store).open("rb") as file:
        if not file.readline().startswith(_HEAD):
            raise ValueError("not a completion index")
        file.seek(_first_not_before(file, start, file.tell()))
        for line in file:
            word = line.rstrip(b"\n")
            if not word.startswith(start) or len(found) == most:
                break
            text = word.decode()
            if _harmless(text):
                found.append(text)
    return found


def problems(store: Path) -> list[str]:
    """Return one sentence if the index does not hold what was written; it is only ever used for completion."""
    path = path_of(store)
    if not path.exists():
        return []
    head, _, body = path.read_bytes().partition(b"\n")
    if head == _HEAD + hashlib.sha256(body).hexdigest().encode():
        return []
    return [f"`{path}` does not hold what was written; run `graphscan cache clear`, the next import writes it anew"]


# Private functions


def _harmless(text: str) -> bool:
    return 0 < len(text) <= _LONGEST and text.isprintable() and not any(sign.isspace() for sign in text)


def _first_not_before(file: BinaryIO, start: bytes, low: int) -> int:
    """Return the offset of the first line that does not sort before `start`; `low` is where the lines begin."""
    # INVARIANT: a line begins at `low`, and every line before it sorts before `start`.
    high = file.seek(0, os.SEEK_END)
    while low < high:
        middle = (low + high) // 2
        file.seek(middle)
        if middle > low:
            file.readline()  # on to where the next line begins
        begins = file.tell()
        if begins < high and file.readline().rstrip(b"\n") < start:
            low = file.tell()
        else:
            high = middle
    file.seek(low)
    while (line := file.readline()) and line.rstrip(b"\n") < start:
        low = file.tell()
    return low
