"""Write a snapshot file: aside, page by page, with a footer that seals it, then renamed into place."""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from graphscan import __version__
from graphscan.errors import ImportFailedError, UsageError
from graphscan.model import Coverage
from importers._http import Listing, Outcome, Page
from importers._journal import (
    Index,
    KeptListing,
    MemberFile,
    MemberWriter,
    Place,
    encoded,
    index,
    mark,
    members,
    page_line,
)
from importers._snapshot import FORMAT

PARTIAL = "partial/1"


@dataclass(frozen=True, slots=True)
class Resume:
    """
    That a collection which breaks off can be continued, and on which terms.

    Attributes:
        settings: what must be the same in both runs, to show; no secret.
        fresh:    throw away what an earlier run left.
        oldest:   how old what is continued may be.
    """

    settings: dict[str, str] = field(default_factory=dict)
    fresh: bool = False
    oldest: timedelta = timedelta(hours=24)


class SnapshotWriter:
    """
    Write a snapshot page by page; as a context manager it leaves the file whole or not at all.

    Args:
        path:   the file to write; replaced in one step by `finish`.
        resume: leave `FILE.partial` where it breaks off, and continue from one.
        options: settings without which the pages cannot be mapped.

    Attributes:
        started:  when the first of what it holds was read.
        listings: how many listings were read whole by an earlier run.
        taken_over: how many of them stand in this snapshot.
        resumable: whether a partial file is left where it breaks off.
        unfinished: set it where `finish` was called and not everything could be asked: the partial file stays.

    Raises:
        ImportFailedError: the file cannot be written.
        UsageError:        what an earlier run left is not of the same collection, too old, or in use.
    """

    def __init__(
        self,
        path: Path,
        importer: str,
        source: str,
        origin: str,
        started: datetime,
        resume: Resume | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.path = path
        self._options = dict(options or {})
        self.started = started
        self.pages = 0
        self.coverage = 0
        self.unfinished = False
        self.resumable = resume is not None
        self.taken_over = 0
        self._about = (importer, source, origin)
        self._resume = resume
        self._part = path.with_name(f".{path.name}.{os.getpid()}.part" if resume is None else f"{path.name}.partial")
        self._whole = path.with_name(f".{path.name}.{os.getpid()}.whole")
        self._order: list[tuple[Place, bytes]] = []
        self._rows: list[bytes] = []
        self._earlier = Index()
        self._body_at = 0
        flags = os.O_RDWR | os.O_CREAT | (os.O_TRUNC if resume is None else 0)
        try:
            # Readable by its owner alone from the first byte: who works where is nobody else's business.
            self._raw = os.fdopen(os.open(self._part, flags, 0o600), "r+b")
        except OSError as error:
            raise ImportFailedError(
                f"the snapshot {str(path)!r} cannot be written: {error.strerror}", "name a folder you can write to"
            ) from None
        try:
            self._begin()
        except BaseException:
            self._raw.close()
            raise
        self._members = MemberWriter(self._raw, soon=resume is not None)
        self._listing: Place | None = None

    @property
    def listings(self) -> int:
        """How many listings an earlier run read whole."""
        return len(self._earlier.listings)

    @property
    def partial(self) -> Path:
        """Where what was read stays when the collection breaks off."""
        return self._part

    def earlier(self, asked: str) -> Listing | None:
        """Return a listing that an earlier run read whole, by path and query of its first page."""
        return self._earlier.listings.get(asked)

    def page(self, page: Page) -> None:
        """Append one page, already redacted."""
        place, begun = self._members.line(page_line(page)), self._listing
        self._listing = place if begun is None else replace(begun, pages=begun.pages + 1)
        self.pages += 1

    def ended(self, outcome: Outcome) -> None:
        """Say that the pages of a listing are all there, or that an earlier run's stand for them."""
        line = mark(outcome)
        if isinstance(outcome.earlier, KeptListing) and outcome.earlier.ours:
            self._order.append((outcome.earlier.place, line))
            self.pages += outcome.earlier.place.pages
            self.taken_over += 1
            return
        place = self._members.line(line)
        self._order.append((self._listing or Place(place.member, place.line, 0), line))
        self._listing = None

    def covered(self, row: Coverage) -> None:
        """Append one coverage row."""
        self._rows.append(encoded({"coverage": _coverage_as_json(row)}))
        self.coverage += 1

    def finish(self, finished: datetime, complete: bool) -> None:
        """Put the header before and the footer behind what was written, and move the file into its place."""
        importer, source, origin = self._about
        first = encoded(
            {
                "graphscan": FORMAT,
                "importer": importer,
                "source": source,
                "origin": origin,
                "started": self.started.astimezone(UTC).isoformat(),
                "finished": finished.astimezone(UTC).isoformat(),
                "complete": complete,
                **({"options": self._options} if self._options else {}),
            }
        )
        self._members.flush()
        digest = sha256()
        with os.fdopen(os.open(self._whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as whole:
            packed = MemberWriter(whole)

            def write(lines: Iterable[bytes]) -> None:
                for line in lines:
                    digest.update(line)
                    packed.line(line)
                packed.flush()

            write([first])
            if self.listings:
                write(self._reordered())
            else:
                # gzip members in a row are one gzip file: what was written is copied as it is.
                for _, _, lines in members(self._part, self._body_at):
                    for line in lines:
                        digest.update(line)
                self._raw.seek(self._body_at)
                shutil.copyfileobj(self._raw, whole, 1 << 20)
                packed = MemberWriter(whole)
            write(self._rows)
            footer = {"pages": self.pages, "coverage": self.coverage, "sha256": digest.hexdigest()}
            packed.line(encoded({"footer": footer}))
            packed.flush()
            whole.flush()
            os.fsync(whole.fileno())
        self._whole.replace(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        keep = (
            self._resume is not None
            and (self.pages > 0 or self.listings > 0)
            and (error is not None or self.unfinished)
        )
        if keep:
            with suppress(OSError):
                self._members.flush()
        else:
            self._part.unlink(missing_ok=True)
        self._raw.close()
        self._whole.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise ImportFailedError(f"the snapshot {str(self.path)!r} cannot be written: {error.strerror}") from error

    def _reordered(self) -> Iterator[bytes]:
        """Yield the lines of pages and marks in the order in which they were asked for, and no other."""
        file = MemberFile(self._part)
        for place, line in self._order:
            yield from KeptListing(file, place, self.started, True).lines()
            yield line

    def _begin(self) -> None:
        """Take over what an earlier run left, or begin anew."""
        if self._resume is None:
            return
        _lock(self._raw, self._part)
        if self._raw.seek(0, os.SEEK_END) and not self._resume.fresh:
            self._earlier = index(self._part, ours=True)
            self._check(self._earlier.first, self._resume)
            self._raw.truncate(self._earlier.end)
            self.started = min(self.started, datetime.fromisoformat(self._earlier.first["started"]))
            return
        self._raw.truncate(0)
        importer, source, origin = self._about
        head = MemberWriter(self._raw)
        head.line(
            encoded(
                {
                    "graphscan": PARTIAL,
                    "version": __version__,
                    "importer": importer,
                    "source": source,
                    "origin": origin,
                    "started": self.started.astimezone(UTC).isoformat(),
                    "settings": self._resume.settings,
                }
            )
        )
        head.flush()
        self._body_at = self._raw.tell()

    def _check(self, first: dict[str, Any], resume: Resume) -> None:
        """Refuse what cannot be continued. Raises UsageError."""
        advice = "run again with --start-over to throw it away and begin anew, or name another file"
        importer, source, origin = self._about
        now = {"importer": importer, "source": source, "origin": origin, "version": __version__, **resume.settings}
        settings = first.get("settings")
        then = {**first, **(settings if isinstance(settings, dict) else {})}
        for name, value in now.items():
            if then.get(name) != value:
                raise UsageError(
                    f"{str(self._part)!r} was left by a collection with {name} {then.get(name)!r}, not {value!r}",
                    advice,
                )
        age = self.started - datetime.fromisoformat(str(first.get("started"))).astimezone(UTC)
        if age > resume.oldest:
            hours = resume.oldest.total_seconds() / 3600
            raise UsageError(f"{str(self._part)!r} was begun more than {hours:g} hours ago", advice)


# Private functions


def _lock(raw: Any, path: Path) -> None:
    """Keep two collections from writing one partial file. Raises UsageError."""
    try:
        import fcntl
    except ImportError:  # not on this system
        return
    try:
        fcntl.flock(raw.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise UsageError(f"another collection is writing {str(path)!r}", "wait for it, or name another file") from None


def _coverage_as_json(row: Coverage) -> dict[str, Any]:
    return {
        "relation": row.relation,
        "state": row.state.value,
        "scope": row.scope,
        "endpoint": row.endpoint,
        "at": None if row.at is None else row.at.astimezone(UTC).isoformat(),
        "pages": row.pages,
        "records": row.records,
        "error": row.error,
    }
