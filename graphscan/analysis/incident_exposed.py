"""
What an incident exposed: what its lists name, what its holders had or could read, and what was minted with it.

The time obtained is the worst case: the last moment at which the value could be read before the exposure, the copy or
the credential ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from graphscan.analysis import names
from graphscan.analysis.incident_copies import copies_of, entered
from graphscan.analysis.incident_file import TICK, Holder, Incident
from graphscan.analysis.incident_lookup import Lookup
from graphscan.analysis.incident_results import HolderLine
from graphscan.analysis.session import Session
from graphscan.errors import EmptySelectionError, UsageError
from graphscan.model import Observed

_FIRST = datetime(1, 1, 1, tzinfo=UTC)
DOUBT = {Observed.YES: 0, Observed.ASSUMED: 1, Observed.POSSIBLE: 2}


@dataclass(frozen=True, slots=True)
class Exposure:
    """
    One way in which a credential was exposed.

    Attributes:
        n:        the credential.
        how:      listed, held, minted, same value or reached.
        by:       the node that held it, that it was minted with, or whose value it has; None where it was listed.
        begins:   from when on it was exposed.
        obtained: the last moment at which its value was read.
    """

    n: int
    how: str
    by: int | None
    begins: datetime
    obtained: datetime
    observed: Observed = Observed.YES
    possible: bool = False


@dataclass(frozen=True, slots=True)
class Holding:
    """A line of the incident, resolved: the nodes that held, with the interval; both ends are known here."""

    nodes: tuple[names.Named, ...]
    begins: datetime
    ends: datetime
    observed: Observed


@dataclass(frozen=True, slots=True)
class Direct:
    """
    What the incident's lines expose.

    Attributes:
        exposures: one for each way, in order of time obtained.
        holdings:  who held something, for reach over time.
        late:      listed credentials that were made after the exposure.
    """

    exposures: tuple[Exposure, ...]
    holdings: tuple[Holding, ...]
    lines: tuple[HolderLine, ...]
    late: tuple[int, ...]


def by_value(one: Exposure) -> tuple[datetime, int, int, str]:
    """Sort the newest value last; of equals the surest."""
    return one.obtained, -DOUBT[one.observed], one.n, one.how


def newest(exposures: Sequence[Exposure]) -> dict[int, list[Exposure]]:
    """Return the exposures of each credential, the one of the newest value last."""
    found: dict[int, list[Exposure]] = {}
    for one in sorted(exposures, key=by_value):
        found.setdefault(one.n, []).append(one)
    return found


def direct(session: Session, incident: Incident, lookup: Lookup) -> Direct:
    """
    Return what the lines of an incident expose up to the session's instant.

    Raises:
        UnknownNameError, EmptySelectionError: a line means nothing.
        UsageError: a line under `holder` is a credential.
    """
    exposures: list[Exposure] = []
    holdings: list[Holding] = []
    lines: list[HolderLine] = []
    late: list[int] = []
    for line in incident.holders:
        begins = line.begins or _FIRST
        ends = min(line.ends or session.as_of + TICK, session.as_of + TICK)
        credentials, others = _resolved(session, line)
        mine: list[Exposure] = []
        if begins < ends:
            lookup.want(credentials)
            for n in credentials:
                one = _exposure(lookup, n, "listed", None, begins, ends, None, line.observed)
                if one is not None:
                    mine.append(one)
                elif not _dead_before(lookup, n, begins):
                    late.append(n)
            if others:
                holdings.append(Holding(others, begins, ends, line.observed))
                mine += _held(session, lookup, holdings[-1])
        exposures += mine
        found = len({one.n for one in mine})
        nodes = len(credentials) + len(others)
        lines.append(
            HolderLine(", ".join(line.what), nodes, found, line.begins, _shown(line), str(line.observed), line.known)
        )
    return Direct(tuple(sorted(exposures, key=by_value)), tuple(holdings), tuple(lines), tuple(sorted(set(late))))


# Private functions


def _shown(line: Holder) -> datetime | None:
    return None if line.ends is None else line.ends - TICK


def _resolved(session: Session, line: Holder) -> tuple[list[int], tuple[names.Named, ...]]:
    """Return the credentials that a line lists, and the nodes that it says held some."""
    named = names.resolve(session, line.what)
    credentials = [one.n for one in named if one.kind == "Credential"]
    others = tuple(entered(one) for one in named if one.kind != "Credential")
    text = ", ".join(line.what)
    if line.listed is True:
        if not credentials:
            raise EmptySelectionError(f"`{text}` matches no credential", "write `holder: ID` for who held some")
        return credentials, ()
    if line.listed is False and credentials:
        raise UsageError(f"`{text}` is a credential, and holds none", "write it under `credentials`")
    return credentials, others


def _dead_before(lookup: Lookup, n: int, begins: datetime) -> bool:
    ended = lookup.record(n).ended if lookup.known(n) else None
    return ended is not None and ended <= begins


def _exposure(
    lookup: Lookup,
    n: int,
    how: str,
    by: int | None,
    begins: datetime,
    ends: datetime,
    stored: datetime | None,
    observed: Observed,
) -> Exposure | None:
    """Return how a credential was exposed within [begins, ends); None where it was not there then."""
    record = lookup.record(n) if lookup.known(n) else None
    if record is not None:
        if record.made is not None and record.made >= ends:
            return None
        if record.ended is not None:
            if record.ended <= begins:
                # It ended before: what was exposed is the value it had, and its end is the proof.
                return Exposure(n, how, by, begins, record.ended - TICK, observed) if how == "listed" else None
            ends = min(ends, record.ended)
    obtained = ends - TICK
    if stored is not None:
        obtained = min(obtained, stored)  # a copy has the value that was put there
    return Exposure(n, how, by, begins, obtained, observed)


def _held(session: Session, lookup: Lookup, holding: Holding) -> list[Exposure]:
    """Return what holders had, or could read in what they contain, while they were exposed."""
    found = []
    copies = copies_of(session, holding.nodes, holding.begins, holding.ends)
    lookup.want(one.credential for one in copies)
    for copy in copies:
        worst = max((holding.observed, copy.observed), key=lambda one: DOUBT[one])
        one = _exposure(lookup, copy.credential, "held", copy.place, copy.begins, copy.ends, copy.stored_at, worst)
        if one is not None:
            found.append(one)
    return found
