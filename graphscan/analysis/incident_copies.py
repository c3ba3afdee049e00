"""What a holder has a copy of, or can read in what it contains and in what runs with it, within an interval."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from graphscan import kinds
from graphscan.analysis.names import Named
from graphscan.analysis.session import Session
from graphscan.analysis.view import aware
from graphscan.model import Observed

# Whoever reads these reads them; nothing says that he could write.
_READ = frozenset({"content", "repository", "data"})

_Places = dict[tuple[int, str], tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a credential that could be read at a place within [begins, ends)."""

    credential: int
    place: int
    begins: datetime
    ends: datetime
    stored_at: datetime | None
    observed: Observed


def entered(named: Named) -> Named:
    """Return a holder at the level that is meant where none is said: content is read, all else is taken over."""
    if named.level is None and kinds.NODE_KINDS[named.kind].family in _READ:
        return replace(named, level="read")
    return named


def copies_of(session: Session, holders: Iterable[Named], begins: datetime, ends: datetime) -> list[Copy]:
    """
    Return the credentials that some holders had copies of, each with the place and the interval.

    Their own credentials are among them. A copy counts whatever guards it: an encrypted secret is to be replaced too.
    What is guarded on the way there is the matter of reach, not of holding.
    """
    of_kind: dict[int, str] = {}
    places: _Places = {}
    waiting: list[tuple[int, str]] = []

    def enter(n: int, kind: str, level: str, since: datetime, until: datetime) -> None:
        if since >= until:
            return
        old = places.get((n, level))
        if old is not None and old[0] <= since and until <= old[1]:
            return
        of_kind[n] = kind
        places[n, level] = (since, until) if old is None else (min(old[0], since), max(old[1], until))
        waiting.append((n, level))

    named = list(holders)
    for one in named:
        for level in one.levels():
            enter(one.n, one.kind, level, begins, ends)
    while waiting:
        front, waiting[:] = list(waiting), []
        for row in _inner(session, sorted({n for n, _ in front})):
            for n, level in front:
                if n == row.outside and _opens(row, of_kind[n], level):
                    since, until = places[n, level]
                    for given in row.given:
                        enter(row.inside, row.kind, given, *_within(aware(row.begins), aware(row.ends), since, until))
    return _copies(session, places, of_kind, {one.n for one in named})


# Private functions


@dataclass(frozen=True, slots=True)
class _Inner:
    """That something is inside a place, or runs with it."""

    relation: str
    outside: int
    inside: int
    kind: str
    needs: str | None
    gives: str | None
    begins: datetime | None
    ends: datetime | None

    @property
    def given(self) -> tuple[str, ...]:
        """Return the levels at which whoever is outside is inside."""
        if self.relation == "RUNS_ON":
            return Named(self.inside, self.kind, "", None).levels()
        return (self.gives or kinds.end_level("CONTAINS", self.kind),)


def _inner(session: Session, nodes: Sequence[int]) -> list[_Inner]:
    rows = session.con.execute(
        """
        SELECT h.kind::VARCHAR, source, target, t.kind, needs::VARCHAR, gives::VARCHAR, h.valid_from, h.valid_to
        FROM base.history h JOIN base.node t ON t.n = h.target
        WHERE h.kind = 'CONTAINS' AND source IN (SELECT unnest($nodes::INTEGER[]))
        UNION ALL
        SELECT h.kind::VARCHAR, target, source, s.kind, NULL, NULL, h.valid_from, h.valid_to
        FROM base.history h JOIN base.node s ON s.n = h.source JOIN base.node t ON t.n = h.target AND t.kind = 'Vendor'
        WHERE h.kind = 'RUNS_ON' AND target IN (SELECT unnest($nodes::INTEGER[]))
        ORDER BY ALL
        """,
        {"nodes": nodes},
    ).fetchall()
    return [_Inner(*row) for row in rows]


def _opens(row: _Inner, kind: str, level: str) -> bool:
    return row.relation == "RUNS_ON" or kinds.implies(kind, level, row.needs or kinds.start_level("CONTAINS", kind))


def _within(
    begins: datetime | None, ends: datetime | None, since: datetime, until: datetime
) -> tuple[datetime, datetime]:
    return max(since, begins or since), min(until, ends or until)


def _copies(session: Session, places: _Places, of_kind: dict[int, str], holders: set[int]) -> list[Copy]:
    rows: list[Any] = session.con.execute(_COPIES, {"nodes": sorted(of_kind), "holders": sorted(holders)}).fetchall()
    by_node: dict[int, list[tuple[str, datetime, datetime]]] = {}
    for (n, level), (since, until) in places.items():
        by_node.setdefault(n, []).append((level, since, until))
    found = []
    for relation, place, credential, needs, begins, ends, stored, observed in rows:
        kind = of_kind[place]
        needed = needs or kinds.start_level(relation, kind)
        for level, since, until in by_node[place]:
            if relation != "HAS_CREDENTIAL" and not kinds.implies(kind, level, needed):
                continue
            first, last = _within(aware(begins), aware(ends), since, until)
            at = None if stored is None else stored.replace(tzinfo=UTC)
            if first < last and (at is None or at < last):
                found.append(Copy(credential, place, first, last, at, Observed(observed)))
    return found


_COPIES = """
WITH copy AS (
  SELECT h.kind::VARCHAR AS relation, target AS place, source AS credential, needs::VARCHAR AS needs, h.valid_from,
    h.valid_to, stored_at, observed::VARCHAR AS observed
  FROM base.history h WHERE h.kind = 'HELD_BY' AND target IN (SELECT unnest($nodes::INTEGER[]))
  UNION ALL
  SELECT h.kind::VARCHAR, source, target, needs::VARCHAR, h.valid_from, h.valid_to, stored_at, observed::VARCHAR
  FROM base.history h WHERE h.kind = 'STORES' AND source IN (SELECT unnest($nodes::INTEGER[]))
  UNION ALL
  SELECT h.kind::VARCHAR, source, target, NULL, h.valid_from, h.valid_to, NULL, observed::VARCHAR
  FROM base.history h WHERE h.kind = 'HAS_CREDENTIAL' AND source IN (SELECT unnest($holders::INTEGER[]))
)
SELECT copy.* FROM copy JOIN base.node c ON c.n = credential AND c.kind = 'Credential' AND c.provider <> 'derived'
ORDER BY ALL
"""
