"""Lines of a gzip file of several members, with where each begins, so that one can be read again without the rest."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

Spot = tuple[int, int]  # where the member begins in the file, and the line in what the member holds

_BLOCK = 1 << 18
# A longer line is no line of ours (replies are bounded before) and is handed on in pieces.
_LONGEST_LINE = 512 * 1024 * 1024


def packed_lines(path: Path, spot: Spot = (0, 0)) -> Iterator[tuple[bytes, Spot]]:
    """
    Yield each line and its spot, from a spot on.

    Raises:
        BadGzipFile: the file is none, or is damaged.
        EOFError:    it ends in the middle of a member.
        OSError:     it cannot be read.
    """
    begun, skip = spot
    parts: list[bytes] = []  # of a line whose end was not read yet
    size = 0
    with path.open("rb") as file:
        file.seek(begun)
        block = file.read(_BLOCK)
        while block:
            if not block.startswith(b"\x1f\x8b"[: len(block)]):
                raise gzip.BadGzipFile("not a gzip file")
            unpack = zlib.decompressobj(wbits=31)
            inside = 0  # bytes of the member that came before
            while not unpack.eof:
                if not block:
                    raise EOFError
                text = _unpacked(unpack, block)
                block = unpack.unused_data if unpack.eof else file.read(_BLOCK)
                if skip:
                    # Only the first member, from its start: the line stands behind so many bytes of it.
                    cut = min(skip, len(text))
                    text, skip, inside = text[cut:], skip - cut, inside + cut
                start = 0
                while (end := text.find(b"\n", start) + 1) or size + len(text) - start > _LONGEST_LINE:
                    end = end or len(text)
                    spot = (begun, inside + start) if not parts else spot
                    parts.append(text[start:end])
                    yield (parts[0] if len(parts) == 1 else b"".join(parts)), spot
                    parts, size, start = [], 0, end
                if start < len(text):
                    spot = (begun, inside + start) if not parts else spot
                    parts.append(text[start:])
                    size += len(text) - start
                inside += len(text)
            begun = file.tell() - len(block)
            block = block or file.read(_BLOCK)
    if parts:
        yield b"".join(parts), spot


# Private functions


def _unpacked(unpack: "zlib._Decompress", block: bytes) -> bytes:
    try:
        return unpack.decompress(block)
    except zlib.error as error:
        raise gzip.BadGzipFile(str(error)) from None
