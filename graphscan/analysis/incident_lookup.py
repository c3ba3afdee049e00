"""What an incident needs to know of credentials, of all times: whose they are, who has copies, how they came about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from graphscan.analysis.incident_results import LastUseView
from graphscan.analysis.session import Session
from graphscan.analysis.view import aware
from graphscan.model import EvidenceKind

_TICKET = EvidenceKind.TICKET.value


@dataclass(frozen=True, slots=True)
class Record:
    """
    What sources say of one node.

    Attributes:
        made:    when it began; None where nothing but a ticket says so.
        ended:   when it ended; None where nothing but a ticket says so.
        tickets: what a ticket says of its end, a part of a sentence each, with the moment (None: undated).
        sources: the source instances that describe it.
    """

    n: int
    id: str
    kind: str
    name: str
    made: datetime | None
    ended: datetime | None
    owner: str
    last_used: tuple[LastUseView, ...]
    tickets: tuple[tuple[str, datetime | None], ...]
    sources: tuple[str, ...]
    hypothetical: bool


class Lookup:
    """Look up many at a time with `want`, then ask for each; what is not there is empty."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._records: dict[int, Record] = {}
        self._accounts: dict[int, tuple[int, ...]] = {}
        self._copies: dict[int, tuple[int, ...]] = {}

    def want(self, nodes: Iterable[int]) -> None:
        """Look up the records, accounts and further holders of some nodes."""
        missing = sorted({int(n) for n in nodes} - self._records.keys())
        if not missing:
            return
        self._read(missing)
        for kinds, from_source, into in (
            (["HAS_CREDENTIAL"], False, self._accounts),
            (["HELD_BY"], True, self._copies),
            (["STORES"], False, self._copies),
        ):
            mine, other = ("source", "target") if from_source else ("target", "source")
            rows = self._session.con.execute(
                f"SELECT {mine}, list(DISTINCT {other} ORDER BY {other}) FROM base.history "
                f"WHERE kind IN (SELECT unnest(?::VARCHAR[])) AND {mine} IN (SELECT unnest(?::INTEGER[])) GROUP BY 1",
                [kinds, missing],
            ).fetchall()
            for n, others in rows:
                into[n] = (*into.get(n, ()), *others)
        self._read(sorted({other for n in missing for other in (*self.accounts(n), *self.copies(n))}))

    def record(self, n: int) -> Record:
        """Return the record of a node; raises KeyError where there is no such node, or it is derived."""
        return self._records[n]

    def known(self, n: int) -> bool:
        """Whether a source describes the node."""
        return n in self._records

    def accounts(self, n: int) -> tuple[int, ...]:
        """Return whose credential it is, at any time."""
        return self._accounts.get(n, ())

    def copies(self, n: int) -> tuple[int, ...]:
        """Return who or what has, or had, a copy of it."""
        return self._copies.get(n, ())

    def pairs(self, kind: str, ends: Iterable[int], from_source: bool) -> list[tuple[int, int, datetime | None]]:
        """Return (end asked for, other end, when the relation began) of the relations of a kind at some ends."""
        mine, other = ("source", "target") if from_source else ("target", "source")
        rows = self._session.con.execute(
            f"SELECT {mine}, {other}, valid_from FROM base.history "
            f"WHERE kind = ? AND {mine} IN (SELECT unnest(?::INTEGER[])) ORDER BY ALL",
            [kind, sorted(set(ends))],
        ).fetchall()
        return [(int(one), int(two), aware(begins)) for one, two, begins in rows]

    # Private functions

    def _read(self, nodes: list[int]) -> None:
        missing = [n for n in nodes if n not in self._records]
        if not missing:
            return
        rows = self._session.con.execute(
            "SELECT n, id, kind, name, valid_from, valid_to, expires_at, state, owner, last_used, versions, unproven, "
            "evidence, sources, hypothetical FROM base.node "
            "WHERE n IN (SELECT unnest(?::INTEGER[])) AND provider <> 'derived'",
            [missing],
        ).fetchall()
        for row in rows:
            self._records[row[0]] = _record(*row)


def contradict(uses: Iterable[LastUseView], at: datetime) -> bool:
    """Whether one source saw a use where another, which looks back so far, says there was none."""
    found = list(uses)
    seen = [one.at for one in found if one.said == "used" and one.at is not None]
    for one in found:
        if one.said == "never":
            back = at.timestamp() - one.lookback_days * 86_400 if one.lookback_days is not None else float("-inf")
            if any(use.timestamp() >= back for use in seen):
                return True
    return False


# Private functions


def _record(
    n: int,
    id_: str,
    kind: str,
    name: str,
    begins: datetime | None,
    ends: datetime | None,
    expires: datetime | None,
    state: str | None,
    owner: str | None,
    last_used: list[Any] | None,
    versions: list[Any] | None,
    unproven: list[str] | None,
    evidence: str | None,
    sources: list[str] | None,
    hypothetical: bool,
) -> Record:
    doubted = set(unproven or ())
    tickets: list[tuple[str, datetime | None]] = []
    if "valid_to" in doubted:
        tickets.append(("ended", aware(ends)))
    if "expires_at" in doubted:
        tickets.append(("expired", aware(expires)))
    if "state" in doubted:
        tickets.append((state or "ended", None))
    tickets += [("replaced", aware(one["since"])) for one in versions or () if one["evidence"] == _TICKET]
    return Record(
        n=n,
        id=id_,
        kind=kind or "",
        name=name or "",
        made=None if evidence == _TICKET else aware(begins),
        ended=None if "valid_to" in doubted else aware(ends),
        owner=owner or "",
        last_used=tuple(_use(one) for one in last_used or ()),
        tickets=tuple(tickets),
        sources=tuple(sources or ()),
        hypothetical=bool(hypothetical),
    )


def _use(one: Any) -> LastUseView:
    at = one["at"]
    said = "no data" if not one["known"] else "never" if at is None else "used"
    return LastUseView(one["by"], said, None if at is None else at.replace(tzinfo=UTC), one["lookback_days"])
