"""What follows from an exposure without any use: what was minted with an exposed value, and what has the same value."""

from collections.abc import Iterable
from dataclasses import replace

from graphscan.analysis.incident_deaths import Deaths
from graphscan.analysis.incident_exposed import Exposure, by_value
from graphscan.analysis.incident_file import TICK
from graphscan.analysis.incident_lookup import Lookup
from graphscan.analysis.session import Session


def with_minted(session: Session, lookup: Lookup, deaths: Deaths, found: Iterable[Exposure]) -> tuple[Exposure, ...]:
    """Return exposures with those that follow: what was minted with an exposed value, and what has the same value."""
    given = list(found)
    everything = {(one.n, one.how, one.by): one for one in sorted(given, key=by_value)}
    waiting = list(everything.values())
    while waiting:
        front = {one.n: one for one in sorted(waiting, key=by_value)}
        lookup.want(front)
        fresh: list[Exposure] = []
        for parent, child, _ in lookup.pairs("DERIVED_FROM", front, from_source=False):
            lookup.want([child])
            one = _minted(session, lookup, deaths, front[parent], child)
            fresh += [] if one is None else [one]
        same = [(a, b) for forth in (True, False) for a, b, _ in lookup.pairs("SAME_SECRET", front, from_source=forth)]
        for one_n, other in same:
            fresh.append(replace(front[one_n], n=other, how="same value", by=one_n))
        waiting = []
        for one in fresh:
            before = everything.get((one.n, one.how, one.by))
            if before is None or before.obtained < one.obtained:
                everything[one.n, one.how, one.by] = one
                waiting.append(one)
    return tuple(sorted({*given, *everything.values()}, key=by_value))


# Private functions


def _minted(session: Session, lookup: Lookup, deaths: Deaths, parent: Exposure, child: int) -> Exposure | None:
    """Return the exposure of what was minted with an exposed value: while that value was good, or before."""
    record = lookup.record(child)
    if record.ended is not None and record.ended <= parent.begins:
        return None
    death = deaths.of(parent.n, parent.obtained, session.as_of)
    until = death.at if death is not None else session.as_of + TICK
    if record.made is not None and record.made >= until:
        return None  # minted with a value that nobody outside had
    obtained = max(parent.obtained, record.made or parent.obtained)
    return Exposure(child, "minted", parent.n, parent.begins, obtained, parent.observed, parent.possible)
