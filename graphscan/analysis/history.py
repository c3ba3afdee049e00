"""
Whether the sources say how things stood at the instant asked about: a PASS about a time needs that.

A facts file states what held when; what it does not date it states of all times. Every other importer reads how things
stand: of an earlier time that says nothing. What has been removed since is not listed, and what is listed need not have
been there, whatever dates some of it carries. Such a source speaks of the instant only if it was read near it.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

from graphscan.analysis.results import CoverageLine
from graphscan.analysis.session import Session
from graphscan.store.records import ImportRecord

# Importers whose sources say what held when.
DATED = frozenset({"facts"})
NEAR = timedelta(days=1)


def lacking_history(session: Session, kinds: Collection[str], near: timedelta = NEAR) -> tuple[CoverageLine, ...]:
    """
    Return a line for each source and relation kind of which the session's instant is too early.

    Args:
        kinds: the relation kinds that an answer rests on.
        near:  how long after the instant a source may have been read and still speak of it.
    """
    late = {
        one.source: one
        for one in session.snapshot.imports
        if one.importer not in DATED and one.at.astimezone(UTC) - session.as_of > near
    }
    if not late or not kinds:
        return ()
    rows = session.con.execute(
        "SELECT DISTINCT source_instance, kind FROM ("
        "  SELECT source_instance::VARCHAR AS source_instance, kind::VARCHAR AS kind FROM base.relation"
        "  UNION ALL SELECT source_instance, relation FROM base.coverage"
        ") WHERE list_contains(?::VARCHAR[], source_instance) AND list_contains(?::VARCHAR[], kind) ORDER BY ALL",
        [sorted(late), sorted(kinds)],
    ).fetchall()
    return tuple(_line(late[source], kind, session.as_of) for source, kind in rows)


def stale(session: Session, fresh: Mapping[str, timedelta]) -> tuple[CoverageLine, ...]:
    """
    Return a line for each source that was read too long before the session's instant.

    Args:
        fresh: source instance → how old what it says may be at the instant.
    """
    return tuple(
        _line(one, "", session.as_of)
        for one in session.snapshot.imports
        if one.source in fresh and session.as_of - one.at.astimezone(UTC) > fresh[one.source]
    )


# Private functions


def _line(one: ImportRecord, kind: str, as_of: datetime) -> CoverageLine:
    apart = one.at.astimezone(UTC) - as_of
    how = f"{_length(apart)} after" if apart > timedelta() else f"{_length(-apart)} before"
    said = f"read {one.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC, {how} the instant asked about, of which it says nothing"
    return CoverageLine(one.source, kind, "", "stale", "", said, one.at)


def _length(length: timedelta) -> str:
    hours = int(length.total_seconds() // 3600)
    if hours < 48:
        return "1 hour" if hours == 1 else f"{hours} hours"
    return f"{hours // 24:,} days"
