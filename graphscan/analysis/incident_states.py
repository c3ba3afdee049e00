"""What became of each exposed credential: the proof of its death, or why there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from graphscan.analysis.incident_deaths import Deaths
from graphscan.analysis.incident_exposed import Exposure, newest
from graphscan.analysis.incident_lookup import Lookup
from graphscan.analysis.incident_results import State
from graphscan.analysis.lives import DAY, Death
from graphscan.analysis.session import Session

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Judged:
    """
    An exposed credential and its state.

    Attributes:
        exposure:     the one of the newest value.
        others:       its other exposures.
        live_derived: credentials minted with it, at first or second hand, that live.
        parents:      exposed credentials it was minted with.
    """

    n: int
    state: State
    detail: str
    exposure: Exposure
    others: tuple[Exposure, ...]
    death: Death | None
    live_derived: tuple[int, ...] = ()
    parents: tuple[int, ...] = ()


def judge(session: Session, lookup: Lookup, deaths: Deaths, exposures: Sequence[Exposure]) -> dict[int, Judged]:
    """
    Return the state of each exposed credential at the session's instant.

    What happened on one day in an order that nobody knows is taken in the way that leaves a value alive: proof is what
    an attacker cannot have got round.
    """
    by_credential = newest(exposures)
    deaths.want(by_credential)
    lookup.want(by_credential)
    dead = {n: deaths.of(n, ways[-1].obtained, session.as_of) for n, ways in by_credential.items()}
    parents: dict[int, set[int]] = {}
    for one in exposures:
        if one.how == "minted" and one.by is not None:
            parents.setdefault(one.n, set()).add(one.by)
    live_derived = _live_derived(parents, dead)
    found = {}
    for n, ways in by_credential.items():
        best = ways[-1]
        mine = tuple(sorted(parents.get(n, ())))
        children = tuple(sorted(live_derived.get(n, ())))
        if dead[n] is None:
            dead_parents = [one for one in mine if dead.get(one) is not None]
            state, detail = _alive(session, lookup, deaths, ways, dead_parents)
        elif children:
            state = State.LIVE_DERIVED
            detail = f"{dead[n]}, but {_names(lookup, children)}, minted with it, lives"
        else:
            state, detail = State.DEAD, str(dead[n])
        found[n] = Judged(n, state, detail, best, tuple(ways[:-1]), dead[n], children, mine)
    return found


# Private functions


def _live_derived(parents: Mapping[int, set[int]], deaths: Mapping[int, Death | None]) -> dict[int, set[int]]:
    """Return the live credentials that were minted with each exposed one, at any remove."""
    found: dict[int, set[int]] = {}
    for child in parents:
        if deaths[child] is not None:
            continue
        waiting, seen = [child], {child}
        for one in waiting:
            for parent in parents.get(one, set()) - seen:
                seen.add(parent)
                waiting.append(parent)
                found.setdefault(parent, set()).add(child)
    return found


def _alive(
    session: Session, lookup: Lookup, deaths: Deaths, ways: Sequence[Exposure], dead_parents: Sequence[int]
) -> tuple[State, str]:
    """Return the state of a value that is not proven dead, and what it rests on."""
    best = ways[-1]
    before = [deaths.of(best.n, one.obtained, session.as_of) for one in ways[:-1]]
    replaced = next((one for one in before if one is not None and one.why == "replaced"), None)
    if best.how == "reached" and replaced is not None:
        return State.RE_EXPOSED, f"{replaced}, but the new value was read {_day(best.obtained)}"
    read = _whole_day(best.obtained)
    newer = [one for one in deaths.values(best.n) if one.latest(True) > read and one.since <= session.as_of]
    ends = [one.dies(True) for one in newer]
    if ends:
        return State.LIVE_UNTIL, f"replaced, and the old value is good until {_day(min(ends))}"
    if dead_parents:
        return State.LIVE_DERIVED, f"minted with {_names(lookup, dead_parents)}, which is dead; itself never revoked"
    tickets = [
        (word, when)
        for word, when in lookup.record(best.n).tickets
        if when is None or (when > best.obtained - DAY and when <= session.as_of)
    ]
    if tickets:
        word, when = tickets[0]
        said = word if when is None else f"{word} {_day(when)}"
        return State.UNVERIFIED, f"{said}, a ticket says; no source does"
    return State.MISSED, _unproven(deaths, best)


def _unproven(deaths: Deaths, best: Exposure) -> str:
    values = deaths.values(best.n)
    must = [value for value in values if value.since <= best.obtained]
    unordered = [value for value in values if value.latest(False) > best.obtained >= value.since]
    if unordered:
        return f"replaced {_day(unordered[-1].since)}, the day it was last exposed: in which order nobody knows"
    if must:
        return f"last replaced {_day(must[-1].since)}"
    return "never replaced, as far as any source says"


def _whole_day(at: datetime) -> datetime:
    """Return a moment, and for midnight, which stands for its day, the day's last one."""
    return at + DAY - _TICK if at.time() == time() else at


def _names(lookup: Lookup, nodes: Sequence[int]) -> str:
    known = [lookup.record(n).id for n in nodes]
    return known[0] if len(known) == 1 else f"{known[0]} and {len(known) - 1:,} more"


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}" if at.time() in (time(), time.max) else f"{at:%Y-%m-%d %H:%M:%S}"
