"""What was reachable at some instant between two ends and at neither of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from graphscan.analysis import diff_families, diff_pairs
from graphscan.analysis.diff_because import Explainer
from graphscan.analysis.diff_ends import Ends
from graphscan.analysis.diff_inventory import Changes
from graphscan.analysis.diff_pairs import Answer, Fresh
from graphscan.analysis.diff_results import PairFamily, PairsChanged, Peak
from graphscan.analysis.diff_universe import Universe
from graphscan.engine.csr import Bools
from graphscan.engine.exposure_rows import Words, booleans


@dataclass
class _Seen:
    """Which pairs were told already, and how."""

    known: Words
    possible: Words
    open_known: Bools
    open_possible: Bools


def instants(ends: Ends) -> list[datetime]:
    """Return the instants between the ends at which reach can grow, of the later snapshot."""
    return [one for one in ends.new.growth if ends.old.as_of < one < ends.new.as_of]


def peak(
    ends: Ends,
    asked: Universe,
    answers: tuple[Answer, Answer],
    changes: Changes,
    limit: int,
    most: int,
    progress: Callable[[str], None],
) -> Peak:
    """
    Return the pairs that were reached in between alone, each with the first instant at which it was.

    Between two instants at which reach can grow it only shrinks: what is reached at none of them was never reached. The
    instants, and what held at them, are those of the later snapshot.

    Args:
        most: look at so many instants, the first ones; the result says how many there are.
    """
    times = instants(ends)
    looked = times[:most]
    pairs, opened = np.zeros_like(answers[0].known), np.zeros_like(answers[0].known_open)
    told = _Seen(pairs.copy(), pairs, opened.copy(), opened)
    found: list[tuple[datetime, Fresh, Answer]] = []
    reached: list[tuple[datetime, Answer]] = []
    for at in looked:
        progress(f"asking who reached what on {at:%Y-%m-%d %H:%M:%S}")
        now = diff_pairs.answer(ends.new.at(at), asked)
        fresh = diff_pairs.fresh(now, answers)
        reached.append((at, now))
        first = _untold(fresh, told)
        if any(first.counts):
            found.append((at, first, now))
    parts = [_at(ends, at, fresh, now, asked, changes, limit, reached) for at, fresh, now in found]
    return Peak(_together(parts, limit), len(looked), len(times))


# Private functions


def _untold(fresh: Fresh, told: _Seen) -> Fresh:
    """Return what no earlier instant had, or had only possibly; note it as told."""
    first = replace(
        fresh,
        known=fresh.known & ~told.known,
        possible=fresh.possible & ~told.possible & ~told.known,
        bounded=fresh.bounded & ~told.possible & ~told.known,
        open_known=fresh.open_known & ~told.open_known,
        open_possible=fresh.open_possible & ~told.open_possible & ~told.open_known,
    )
    told.known |= first.known
    told.possible |= first.possible | first.bounded
    told.open_known |= first.open_known
    told.open_possible |= first.open_possible
    return first


def _at(
    ends: Ends,
    at: datetime,
    fresh: Fresh,
    now: Answer,
    asked: Universe,
    changes: Changes,
    limit: int,
    reached: Sequence[tuple[datetime, Answer]],
) -> PairsChanged:
    session = ends.new.at(at)
    compared = Ends(ends.old, session).compared
    starts = compared.second_starts
    explainer = Explainer(
        session, compared.second_there, starts.items[starts.there == 0], changes, opened=True, between=at
    )
    later = [(when, other) for when, other in reached if when > at]

    def span(rows: Sequence[int], columns: Sequence[int]) -> tuple[datetime, datetime]:
        """Return the instant, and the next one looked at at which none of some pairs is reached any more."""
        gone = (when for when, other in later if not _any(other, rows, columns))
        return at, next(gone, ends.new.as_of)

    return diff_families.changed(session, explainer, asked, now, fresh, limit, span)


def _any(now: Answer, rows: Sequence[int], columns: Sequence[int]) -> bool:
    """Whether any of some sources possibly reaches any of some assets; -1 is anyone."""
    if list(rows) == [-1]:
        return bool(now.possible_open[list(columns)].any())
    return bool(booleans(now.possible[list(rows)], len(now.assets))[:, list(columns)].any())


def _together(parts: Sequence[PairsChanged], limit: int) -> PairsChanged:
    families: list[PairFamily] = [family for one in parts for family in one.families]
    families.sort(key=lambda one: (one.bounded, one.certainty != "known", one.other, one.since))
    return PairsChanged(
        tuple(families[:limit]),
        sum(one.family_count for one in parts),
        sum(one.known for one in parts),
        sum(one.possible for one in parts),
        sum(one.bounded for one in parts),
    )
