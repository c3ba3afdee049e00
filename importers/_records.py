"""Records of a vendor, read tolerantly: unknown is None, never a guess; what cannot be mapped is counted."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


class NotARecordError(Exception):
    """A record that cannot be mapped; it is put aside and counted, the rest of its page is not touched."""


@dataclass(slots=True)
class Tally:
    """What became of the records of one end point: `read` = `imported` + `repeated` + `not_understood`."""

    read: int = 0
    imported: int = 0
    repeated: int = 0
    not_understood: int = 0


def text_of(value: Any) -> str:
    """Return a text as it is; anything else as an empty one."""
    return value if isinstance(value, str) else ""


def moment(value: Any) -> datetime | None:
    """Return an ISO 8601 date (`2025-09-16T05:34:42.000Z`), or None where there is none or it is none."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def object_of(record: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a member that should be an object: itself, or an empty one where it is absent. Raises NotARecordError."""
    value = record.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise NotARecordError(f"`{name}` is not an object")
    return value
