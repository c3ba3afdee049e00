"""
The snapshot file: what a vendor answered, secrets removed, for import on this or another machine.

A gzip file of JSON lines: one header, then each page as it was read, then coverage rows, then a footer with counts and
the SHA-256 of everything before it. It is written aside and renamed; a file that is cut short or changed is refused
before anything of it is used.
"""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from graphscan.errors import BadFileError, Problem
from graphscan.kinds import RELATION_KINDS
from graphscan.model import Coverage, CoverageState, EvidenceKind
from importers._http import Page
from importers._journal import A_PAGE, page_of
from importers._packed_lines import Spot, packed_lines

FORMAT = "snapshot/1"
Tap = Callable[[int, bytes, Spot], None]


@dataclass(frozen=True, slots=True)
class Header:
    """
    What a snapshot says of itself.

    Attributes:
        importer: whose pages they are (`okta`).
        source:   the source instance (`okta:acme`).
        origin:   where they were read.
        complete: False when something that was asked for could not be read; the coverage rows say what.
        options:  settings that its pages are mapped with; mostly none.
    """

    importer: str
    source: str
    origin: str
    started: datetime
    finished: datetime
    complete: bool
    options: Mapping[str, Any] = field(default_factory=dict)


class Snapshot:
    """
    A snapshot that was checked to its last byte; reading it again streams.

    Args:
        tap: called with number, line and spot of each page while it is checked; nothing of it is to be believed yet.

    Raises:
        BadFileError: it is not a snapshot, was cut short, or is not what was written.
    """

    def __init__(self, path: Path, tap: Tap | None = None) -> None:
        self.path = path
        self.header = read_header(path)
        self.coverage: list[Coverage] = []
        self._check(tap)

    def pages(self) -> Iterator[Page]:
        """Yield the pages in the order they were read."""
        for number, raw in self.lines():
            yield self.page(number, raw)

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Yield number and line of each page, in the order they were read."""
        return ((number, raw) for number, raw in _raw_lines(self.path) if number > 1 and raw.startswith(A_PAGE))

    def again(self, number: int, spot: Spot) -> Page:
        """Return the page of a number, which stands at a spot, without reading what stands before it."""
        for found, raw, _ in _numbered(self.path, spot, number):
            return self.page(found, raw)
        raise _bad(self.path, "it ends in the middle", number)

    def page(self, number: int, raw: bytes) -> Page:
        """Return the page of a line. Raises BadFileError where it is none."""
        try:
            return page_of(_object(raw, self.path, number))
        except (KeyError, TypeError, ValueError):
            raise _bad(self.path, "a page lacks what every page has", number) from None

    def _check(self, tap: Tap | None) -> None:
        digest = sha256()
        pages = 0
        footer: dict[str, Any] | None = None
        for number, raw, spot in _numbered(self.path):
            if footer is not None:
                raise _bad(self.path, "something was added behind its end", number)
            if raw.startswith(A_PAGE):
                # Pages are many and long: their bytes are checked here, and parsed once, when they are used.
                digest.update(raw)
                pages += 1
                if tap is not None:
                    tap(number, raw, spot)
                continue
            line = _object(raw, self.path, number)
            if "footer" in line:
                footer = line["footer"] if isinstance(line["footer"], dict) else {}
                continue
            digest.update(raw)
            if "coverage" in line:
                self.coverage.append(_coverage_from_json(line["coverage"], self.path, number))
        if footer is None:
            raise _bad(self.path, "it ends too early: the last line, which says what it holds, is missing")
        if (footer.get("pages"), footer.get("coverage")) != (pages, len(self.coverage)) or footer.get(
            "sha256"
        ) != digest.hexdigest():
            raise _bad(self.path, "its content is not what was written")


def read_header(path: Path) -> Header:
    """
    Return what a snapshot says of itself, reading only its first line: `importer` tells who can normalise it.

    Raises:
        BadFileError: there is no such file, it is not a snapshot, or it is of a version not read here.
    """
    for _, line in _lines(path):
        version = line.get("graphscan")
        if not isinstance(version, str) or not version.startswith("snapshot/"):
            break
        if version != FORMAT:
            raise _bad(path, f"it is written as {version!r}; this graphscan reads {FORMAT}", 1)
        try:
            return Header(
                str(line["importer"]),
                str(line["source"]),
                str(line["origin"]),
                datetime.fromisoformat(line["started"]).astimezone(UTC),
                datetime.fromisoformat(line["finished"]).astimezone(UTC),
                line["complete"] is True,
                options if isinstance(options := line.get("options"), dict) else {},
            )
        except (KeyError, TypeError, ValueError):
            raise _bad(path, "its first line does not say what it holds", 1) from None
    raise _bad(path, "it is not a snapshot")


# Private functions


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, raw in _raw_lines(path):
        yield number, _object(raw, path, number)


def _object(raw: bytes, path: Path, number: int) -> dict[str, Any]:
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        raise _bad(path, "a line is not JSON", number) from None
    if not isinstance(line, dict):
        raise _bad(path, "a line is not an object", number)
    return line


def _raw_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    return ((number, raw) for number, raw, _ in _numbered(path))


def _numbered(path: Path, spot: Spot = (0, 0), number: int = 1) -> Iterator[tuple[int, bytes, Spot]]:
    """Yield number, line and spot of each line from a spot on, which is that of the line of this number."""
    number -= 1
    try:
        for raw, found in packed_lines(path, spot):
            number += 1
            yield number, raw, found
    except FileNotFoundError:
        raise _bad(path, "there is no such file") from None
    except IsADirectoryError:
        raise _bad(path, "it is a folder") from None
    except EOFError:
        raise _bad(path, "it ends in the middle", number) from None
    except gzip.BadGzipFile:
        what = "it is damaged" if number else "it is not a snapshot (not a gzip file)"
        raise _bad(path, what, number) from None
    except OSError as error:
        raise _bad(path, f"it cannot be read: {error.strerror or 'it is damaged'}", number) from None


def _bad(path: Path, what: str, line: int = 0) -> BadFileError:
    return BadFileError([Problem(str(path), line, 1 if line else 0, what, "collect again, or copy the file again")])


def _coverage_from_json(value: Any, path: Path, line: int) -> Coverage:
    try:
        if value["relation"] not in RELATION_KINDS:
            raise ValueError
        return Coverage(
            str(value["relation"]),
            CoverageState(value["state"]),
            scope=str(value["scope"]),
            endpoint=str(value["endpoint"]),
            at=None if value["at"] is None else datetime.fromisoformat(value["at"]).astimezone(UTC),
            pages=int(value["pages"]),
            records=int(value["records"]),
            error=str(value["error"]),
            evidence=EvidenceKind.CONFIG,
        )
    except (KeyError, TypeError, ValueError):
        raise _bad(path, "a coverage row cannot be read", line) from None
