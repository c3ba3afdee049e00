"""
The lines of a snapshot as they are written while it is collected, and what a collection that broke off left of them.

Lines are packed into gzip members of a few hundred kilobytes, which are one gzip file together. Whatever is whole can
be used after any interruption, and a listing can be found again without reading what stands before it.
"""

import gzip
import json
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from graphscan.errors import BadFileError, Problem
from graphscan.model import CoverageState
from importers._http import Outcome, Page

_MEMBER = 256 * 1024  # bytes of text
_KEPT_FOR = 1.0  # seconds that a written line may be lost with the process
A_PAGE = b'{"endpoint":'  # how a page begins
A_MARK = b'{"read":'  # how the line behind a listing begins


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file a listing stands: the member its first page is in, the line in it, and how many pages."""

    member: int
    line: int
    pages: int


class MemberWriter:
    """Append lines to a file, packed into gzip members."""

    def __init__(self, raw: BinaryIO, soon: bool = False) -> None:
        """Args: soon: hand lines on after a second, whatever their size."""
        self._raw = raw
        self._soon = soon
        self._lines: list[bytes] = []
        self._size = 0
        self._since = time.monotonic()
        self._offset = raw.seek(0, 2)

    def line(self, line: bytes) -> Place:
        """Append one line and say where it will stand."""
        if self._size >= _MEMBER or (self._soon and self._lines and time.monotonic() - self._since > _KEPT_FOR):
            self.flush()
        if not self._lines:
            self._since = time.monotonic()
        self._lines.append(line)
        self._size += len(line)
        return Place(self._offset, len(self._lines) - 1, 1)

    def flush(self) -> None:
        """Hand on what is packed so far."""
        if self._lines:
            self._raw.write(gzip.compress(b"".join(self._lines), 5, mtime=0))
            self._raw.flush()
            self._offset = self._raw.tell()
        self._lines, self._size = [], 0


class MemberFile:
    """Lines of a file made of members, of which the last two read are kept: small listings stand side by side."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._kept: dict[int, tuple[int, list[bytes]]] = {}

    def lines(self, offset: int) -> Iterator[list[bytes]]:
        """Yield the lines of each member from an offset on."""
        while True:
            if offset not in self._kept:
                read = next(members(self.path, offset), None)
                if read is None:
                    return
                self._kept = {**dict(list(self._kept.items())[-1:]), offset: read[1:]}
            offset, lines = self._kept[offset]
            yield lines


@dataclass(frozen=True, slots=True)
class KeptListing:
    """A listing read whole, in a file made of members."""

    file: MemberFile
    place: Place
    at: datetime
    ours: bool

    def lines(self) -> Iterator[bytes]:
        """Yield the lines of its pages."""
        left, skip = self.place.pages, self.place.line
        for lines in self.file.lines(self.place.member):
            for line in lines[skip:]:
                if not left:
                    return
                if line.startswith(A_PAGE):
                    left -= 1
                    yield line
            skip = 0
            if not left:
                return

    def pages(self) -> Iterator[Page]:
        """Yield its pages in order; those of another file carry the date at which they were read."""
        for line in self.lines():
            page = page_of(json.loads(line))
            yield page if self.ours or page.at else replace(page, at=self.at)


def members(path: Path, offset: int = 0) -> Iterator[tuple[int, int, list[bytes]]]:
    """Yield (start, end, lines) of each whole member from an offset on; stop at the first that is not whole."""
    with path.open("rb") as raw:
        raw.seek(offset)
        rest = b""
        while True:
            unpack = zlib.decompressobj(wbits=31)
            start, parts = offset, []
            try:
                while not unpack.eof:
                    block = rest or raw.read(1 << 16)
                    rest = b""
                    if not block:
                        return
                    parts.append(unpack.decompress(block))
                    offset += len(block)
            except zlib.error:
                return
            rest = unpack.unused_data
            offset -= len(rest)
            yield start, offset, b"".join(parts).splitlines(keepends=True)


@dataclass(slots=True)
class Index:
    """
    What a file of members holds.

    Attributes:
        first:    its first line.
        listings: those read whole, by path and query of their first page.
        end:      where what is whole ends.
    """

    first: dict[str, Any] = field(default_factory=dict)
    listings: dict[str, KeptListing] = field(default_factory=dict)
    end: int = 0


def index(path: Path, ours: bool) -> Index:
    """
    Return what a snapshot, or what a collection that broke off left, holds.

    Raises:
        BadFileError: the file does not begin with a line that says what it is, or cannot be read.
    """
    found, file = Index(), MemberFile(path)
    begin: tuple[int, int] | None = None
    pages = 0
    try:
        for start, end, lines in members(path):
            for number, line in enumerate(lines):
                if line.startswith(A_PAGE):
                    begin = begin or (start, number)
                    pages += 1
                    continue
                if line.startswith(A_MARK) and begin is not None:
                    read = json.loads(line)["read"]
                    if read["state"] == CoverageState.COMPLETE and read["pages"] == pages:
                        at = datetime.fromisoformat(read["at"]).astimezone(UTC)
                        found.listings[str(read["asked"])] = KeptListing(file, Place(*begin, pages), at, ours)
                elif not found.end and not number:
                    found.first = json.loads(line)
                begin, pages = None, 0
            found.end = end
        if not isinstance(found.first.get("graphscan"), str):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, OSError):
        problem = Problem(str(path), 0, 0, "it is not what a collection writes", "delete it, or name another file")
        raise BadFileError([problem]) from None
    return found


def mark(outcome: Outcome) -> bytes:
    """Return the line that stands behind the pages of a listing."""
    at = outcome.at or datetime.now(UTC)
    return encoded(
        {
            "read": {
                "asked": outcome.asked,
                "state": outcome.state.value,
                "pages": outcome.pages,
                "records": outcome.records,
                "at": at.isoformat(),
            }
        }
    )


def encoded(value: dict[str, Any]) -> bytes:
    """Return a line."""
    return (json.dumps(value, separators=(",", ":")) + "\n").encode("ascii")


def page_line(page: Page) -> bytes:
    """Return the line of a page."""
    line = {
        "endpoint": page.endpoint,
        # Early in the line: whoever reads lines of members by the thousand sees at once that this one has its own date.
        **({} if page.at is None else {"at": page.at.astimezone(UTC).isoformat()}),
        "path": page.path,
        "query": page.query,
        "status": page.status,
        "headers": page.headers,
        "body": page.body,
    }
    return encoded(line)


def page_of(line: dict[str, Any]) -> Page:
    """Return the page of a line. Raises KeyError, TypeError, ValueError."""
    at = line.get("at")
    return Page(
        str(line["endpoint"]),
        str(line["path"]),
        str(line["query"]),
        int(line["status"]),
        dict(line["headers"]),
        line["body"],
        None if at is None else datetime.fromisoformat(at).astimezone(UTC),
    )
