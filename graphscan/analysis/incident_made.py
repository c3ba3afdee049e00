"""What was made since an exposure by principals that were exposed, and by what these made, and so on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from graphscan.analysis.incident_deaths import Deaths
from graphscan.analysis.incident_lookup import Lookup
from graphscan.analysis.lives import Death
from graphscan.analysis.session import Session
from graphscan.kinds import PRINCIPALS


@dataclass(frozen=True, slots=True)
class Made:
    """
    A thing that an exposed principal made.

    Attributes:
        created: when; None where nothing says so.
        by:      the principal.
        death:   the proof that it is gone; None: nothing proves it.
    """

    n: int
    kind: str
    created: datetime | None
    by: int
    death: Death | None


def made_since(
    session: Session, lookup: Lookup, deaths: Deaths, exposed: Mapping[int, tuple[datetime, datetime | None]]
) -> tuple[Made, ...]:
    """
    Return what exposed principals made, transitively.

    Args:
        exposed: principals, from when on somebody else may have acted as them, and until when that is disproved.
                 What has no date of its making counts: nothing says that it was there before.
    """
    windows = dict(exposed)
    found: dict[int, Made] = {}
    front = dict(windows)
    while front:
        rows = lookup.pairs("CREATED_BY", front, from_source=False)
        lookup.want([child for _, child, _ in rows])
        front = {}
        for creator, child, stated in rows:
            if child in found:
                continue
            begins, until = windows[creator]
            created = lookup.record(child).made or stated
            if created is not None and (created < begins or created > session.as_of):
                continue
            if created is not None and until is not None and created >= until:
                continue
            death = deaths.of(child, session.as_of, session.as_of)
            found[child] = Made(child, lookup.record(child).kind, created, creator, death)
            if lookup.record(child).kind in PRINCIPALS:
                windows[child] = front[child] = (created or begins, None)
    return tuple(sorted(found.values(), key=lambda one: (one.death is not None, one.created or session.as_of, one.n)))
