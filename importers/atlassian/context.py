"""What every mapping of an Atlassian record needs: the instance's name, when it was read, a place to count doubts."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from graphscan.model import Evidence, EvidenceKind, NotUnderstood, Ref
from importers._records import NotARecordError, Tally, moment, object_of, text_of
from importers.atlassian.ids import account, is_name, node_id

__all__ = ["Context", "NotARecordError", "Tally", "identifier", "object_of", "text_of", "when"]

_GATEWAY = re.compile(r"/ex/(?:jira|confluence)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.I)
_LONGEST_AGO = 1_000_000_000_000  # milliseconds; smaller numbers are seconds


@dataclass(slots=True)
class Context:
    """
    One snapshot being mapped.

    Attributes:
        name, prefix: the instance (`acme` of `jira:acme`, and `jira`).
        at:           when what is being mapped was read.
        origin, base: where it was read, and the context path there.
    """

    name: str
    prefix: str
    at: datetime
    origin: str = ""
    base: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    doubts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def id(self, kind: str, identifier: str = "") -> str:
        """Return a node id of this instance."""
        return node_id(self.prefix, self.name, kind, identifier)

    def ref(self, kind: str, identifier: str = "") -> Ref:
        """Return a reference to a node of this instance."""
        return Ref(self.id(kind, identifier))

    def account(self, account_id: str) -> str:
        """Return the node id of a Cloud account."""
        return account(account_id)

    def evidence(self, where: str, kind: EvidenceKind = EvidenceKind.CONFIG) -> Evidence:
        """Return the evidence that an end point's answer is."""
        return Evidence(kind, where, self.at)

    @property
    def cloud_id(self) -> str:
        """Return the id of a site that is read through the vendor's gateway (`/ex/jira/ID`); else an empty text."""
        found = _GATEWAY.fullmatch(self.base)
        return found[1].lower() if found else ""

    def doubt(self, where: str, reason: str) -> None:
        """Count something that was not understood."""
        self.doubts[where, reason] += 1

    def date(self, record: dict[str, Any], name: str, where: str) -> datetime | None:
        """Return a date of a record; one that is none is counted and left out."""
        value = record.get(name)
        at = when(value)
        if at is None and value is not None:
            self.doubt(where, f"`{name}` is not a date; the record was imported without it")
        return at

    def not_understood(self) -> list[NotUnderstood]:
        """Return the counts, in a stable order."""
        return [NotUnderstood(where, reason, count) for (where, reason), count in sorted(self.doubts.items())]


def identifier(record: Any, name: str = "id") -> str:
    """Return what identifies a record: a name or a number. Raises NotARecordError where it has none that can be one."""
    if not isinstance(record, dict):
        raise NotARecordError("the record is not an object")
    value = record.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not is_name(value):
        raise NotARecordError(f"`{name}` is missing or cannot name anything")
    return value


def when(value: Any) -> datetime | None:
    """Return a date: ISO 8601, `2024-01-01T00:00:00.000+0000`, or seconds or milliseconds since 1970; else None."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value / 1000 if abs(value) >= _LONGEST_AGO / 10 else value, UTC)
        except (ValueError, OverflowError, OSError):
            return None
    if isinstance(value, str) and value.isdecimal():
        return when(int(value)) if len(value) < 16 else None
    return moment(value)
