"""Write a snapshot file: aside, page by page, with a footer that seals it, then renamed into place."""

import gzip
import json
import os
import shutil
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from graphscan.errors import ImportFailedError
from graphscan.model import Coverage
from importers._http import Page
from importers._snapshot import FORMAT


class SnapshotWriter:
    """
    Write a snapshot page by page; as a context manager it leaves the file whole or not at all.

    Args:
        path: the file to write; replaced in one step by `finish`.
    """

    def __init__(self, path: Path, importer: str, source: str, origin: str, started: datetime) -> None:
        self.path = path
        self._about = (importer, source, origin, started)
        self._part = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._whole = path.with_name(f".{path.name}.{os.getpid()}.whole")
        try:
            # Readable by its owner alone from the first byte: who works where is nobody else's business.
            self._raw = os.fdopen(os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")
        except OSError as error:
            raise ImportFailedError(
                f"the snapshot {str(path)!r} cannot be written: {error.strerror}", "name a folder you can write to"
            ) from None
        self._body = gzip.GzipFile(fileobj=self._raw, mode="wb", compresslevel=5, mtime=0)
        self.pages = 0
        self.coverage = 0

    def page(self, page: Page) -> None:
        """Append one page, already redacted."""
        self._line(
            {
                "endpoint": page.endpoint,
                "path": page.path,
                "query": page.query,
                "status": page.status,
                "headers": page.headers,
                "body": page.body,
            }
        )
        self.pages += 1

    def covered(self, row: Coverage) -> None:
        """Append one coverage row."""
        self._line({"coverage": _coverage_as_json(row)})
        self.coverage += 1

    def finish(self, finished: datetime, complete: bool) -> None:
        """Put the header before and the footer behind what was written, and move the file into its place."""
        importer, source, origin, started = self._about
        header = {
            "graphscan": FORMAT,
            "importer": importer,
            "source": source,
            "origin": origin,
            "started": started.astimezone(UTC).isoformat(),
            "finished": finished.astimezone(UTC).isoformat(),
            "complete": complete,
        }
        self._body.close()
        first = _encoded(header)
        digest = sha256(first)
        self._raw.seek(0)
        with gzip.open(self._raw, "rb") as lines:
            while block := lines.read(1 << 20):
                digest.update(block)
        footer = {"pages": self.pages, "coverage": self.coverage, "sha256": digest.hexdigest()}
        with os.fdopen(os.open(self._whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as whole:
            # gzip members in a row are one gzip file, so the header can be written last and stand first.
            whole.write(gzip.compress(first, mtime=0))
            self._raw.seek(0)
            shutil.copyfileobj(self._raw, whole, 1 << 20)
            whole.write(gzip.compress(_encoded({"footer": footer}), mtime=0))
            whole.flush()
            os.fsync(whole.fileno())
        self._whole.replace(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._raw.close()
        for left in (self._part, self._whole):
            left.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise ImportFailedError(f"the snapshot {str(self.path)!r} cannot be written: {error.strerror}") from error

    def _line(self, value: dict[str, Any]) -> None:
        self._body.write(_encoded(value))


# Private functions


def _encoded(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, separators=(",", ":")) + "\n").encode("ascii")


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
