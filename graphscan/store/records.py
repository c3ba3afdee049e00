"""What the store knows of each import, and its form in the manifest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from graphscan.model import NotUnderstood


@dataclass(frozen=True, slots=True)
class FileRecord:
    """
    One Parquet file.

    Attributes:
        path:   relative to the store's folder, with `/`.
        rows:   how many records it holds.
        bytes:  its size.
        sha256: of its bytes, in hexadecimal.
    """

    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """
    One import of one source instance.

    Attributes:
        source:    the source instance, `okta:acme`.
        importer:  which importer it was.
        id:        the import's own name, unique within its source.
        at:        when the data was read from the vendor.
        stored_at: when it was stored.
        complete:  False when something could not be read.
        counts:    records by table, and `not_understood`.
        not_understood: what the importer met and could not map.
        files:     table → its file.
    """

    source: str
    importer: str
    id: str
    at: datetime
    stored_at: datetime
    complete: bool
    counts: Mapping[str, int]
    not_understood: tuple[NotUnderstood, ...]
    files: Mapping[str, FileRecord]


def to_json(record: ImportRecord) -> dict[str, Any]:
    """Return the record as plain JSON values."""
    return {
        "source": record.source,
        "importer": record.importer,
        "id": record.id,
        "at": record.at.isoformat(),
        "stored_at": record.stored_at.isoformat(),
        "complete": record.complete,
        "counts": dict(record.counts),
        "not_understood": [
            {"where": one.where, "reason": one.reason, "count": one.count} for one in record.not_understood
        ],
        "files": {
            table: {"path": file.path, "rows": file.rows, "bytes": file.bytes, "sha256": file.sha256}
            for table, file in record.files.items()
        },
    }


def from_json(said: Mapping[str, Any]) -> ImportRecord:
    """Return the record that `to_json` wrote. Raises KeyError, TypeError or ValueError when it is another thing."""
    return ImportRecord(
        source=said["source"],
        importer=said["importer"],
        id=said["id"],
        at=moment(said["at"]),
        stored_at=moment(said["stored_at"]),
        complete=said["complete"],
        counts=dict(said["counts"]),
        not_understood=tuple(NotUnderstood(**one) for one in said["not_understood"]),
        files={table: FileRecord(**file) for table, file in said["files"].items()},
    )


def moment(text: str) -> datetime:
    """Return an ISO 8601 moment in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)
