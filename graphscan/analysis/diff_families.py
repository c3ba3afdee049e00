"""Pairs that changed, as families: sources that gained the same assets, split by why."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from graphscan import kinds
from graphscan.analysis.diff_because import Explainer, Signature
from graphscan.analysis.diff_pairs import Answer, Fresh
from graphscan.analysis.diff_results import Because, PairFamily, PairsChanged
from graphscan.analysis.diff_universe import Universe
from graphscan.analysis.results import FactView, NodeView
from graphscan.analysis.session import Session
from graphscan.analysis.view import Viewer
from graphscan.engine.exposure_rows import booleans

# Sources (rows; -1: anyone) and assets (columns) → when first reached, and when seen not to be.
Span = Callable[[Sequence[int], Sequence[int]], tuple[datetime, datetime]]
# How many sources are explained each on its own: many on a small graph, few on a large one.
_WORK = 6_000_000
_MOST, _LEAST = 500, 8
_NOT_LOOKED_UP = "why was not looked up: ask for it with --from"


@dataclass
class _Family:
    """Sources (rows; -1: anyone) with the same assets (columns) of one sort."""

    rows: list[int]
    columns: tuple[int, ...]
    certainty: str
    settled: bool
    because: Because = field(default_factory=Because)
    other: str = ""

    @property
    def sort(self) -> tuple[str, bool, str]:
        """Return what its pairs have in common."""
        return self.certainty, self.settled, self.other


def changed(
    session: Session,
    explainer: Explainer,
    universe: Universe,
    answer: Answer,
    found: Fresh,
    limit: int,
    span: Span | None = None,
) -> PairsChanged:
    """
    Return pairs as families, what is certain first, then the largest.

    Args:
        session: the instant at which they are reached.
        limit:   list so many families.
        span:    of a peak: tells when pairs were first reached, and when they were seen not to be.
    """
    # What is listed is explained first.
    families = _explained(session, explainer, answer, sorted(_grouped(found, answer), key=_place))
    families.sort(key=_place)
    show = _Show(session, universe, answer, families[:limit])
    known, possible, bounded = found.counts
    lines = []
    for one in families[:limit]:
        since, until = span(one.rows, one.columns) if span else (None, None)
        lines.append(
            PairFamily(
                () if one.rows == [-1] else tuple(show.source(row) for row in one.rows),
                tuple(show.asset(column) for column in one.columns),
                one.certainty,
                not one.settled,
                one.because,
                since,
                until,
                one.other,
            )
        )
    return PairsChanged(tuple(lines), len(families), known, possible, bounded)


# Private functions


def _grouped(found: Fresh, answer: Answer) -> Iterator[_Family]:
    """Yield the sources of each sort that have exactly the same assets."""
    count = len(found.open_known)
    # What may be news and is known here was possible at the other end: more than "possibly".
    opens = (
        (found.open_known, "known", ""),
        (found.open_possible & answer.known_open, "known", "possible"),
        (found.open_possible & ~answer.known_open, "possible", ""),
    )
    for flags, certainty, other in opens:
        if flags.any():
            yield _Family([-1], tuple(np.flatnonzero(flags).tolist()), certainty, True, other=other)
    sorts = (
        (found.known, "known", True, ""),
        (found.possible & answer.known_sure, "known", True, "possible"),
        (found.possible & ~answer.known_sure, "possible", True, ""),
        (found.bounded, "possible", False, ""),
    )
    for bits, certainty, settled, other in sorts:
        alike: dict[bytes, list[int]] = {}
        for row in np.flatnonzero(bits.any(axis=1)).tolist():
            alike.setdefault(bits[row].tobytes(), []).append(row)
        for members in alike.values():
            columns = np.flatnonzero(booleans(bits[members[:1]], count)[0])
            yield _Family(members, tuple(columns.tolist()), certainty, settled, other=other)


def _explained(session: Session, explainer: Explainer, answer: Answer, families: list[_Family]) -> list[_Family]:
    """Split families by why they changed, each source looked up on its own for as long as the budget lasts."""
    budget = int(np.clip(_WORK // max(1, session.graph.step_count), _LEAST, _MOST))
    left = {number: list(one.rows) for number, one in enumerate(families)}
    looked: dict[int, list[tuple[int, list[Signature]]]] = {}
    # The first source of each family comes before the second of any.
    while budget > 0 and any(left.values()):
        for number, rows in left.items():
            if rows and budget > 0:
                budget -= 1
                row = rows.pop(0)
                one = families[number]
                looked.setdefault(number, []).append((row, _signatures(explainer, answer, row, one.columns)))
    result = []
    for number, one in enumerate(families):
        split: dict[tuple[_Why, tuple[int, ...]], tuple[list[int], Because]] = {}
        for row, signatures in looked.get(number, []):
            parts: dict[_Why, tuple[list[int], Because]] = {}
            for column, signature in zip(one.columns, signatures, strict=True):
                because = explainer.because(signature)
                parts.setdefault(_why(because), ([], because))[0].append(column)
            for why, (columns, because) in parts.items():
                split.setdefault((why, tuple(columns)), ([], because))[0].append(row)
        result += [
            replace(one, rows=rows, columns=columns, because=because) for (_, columns), (rows, because) in split.items()
        ]
        if left[number]:
            result.append(_rest(one, left[number], result))
    return result


def _place(one: _Family) -> tuple[object, ...]:
    """Return what families are listed by: what is certain first, then the largest."""
    size = -len(one.rows) * len(one.columns)
    return (not one.settled, one.certainty != "known", one.other, one.rows != [-1], size, one.rows, one.columns)


def _rest(whole: _Family, rows: list[int], found: list[_Family]) -> _Family:
    """
    Return the sources of a family that the budget left.

    Where all that were looked up have one reason they go with those, and the reason says so.
    """
    alike = [one for one in found if one.sort == whole.sort and one.rows[0] in whole.rows]
    if len(alike) != 1 or alike[0].columns != whole.columns:
        return replace(whole, rows=rows, because=Because(note=_NOT_LOOKED_UP))
    found.remove(alike[0])
    looked = f"{len(alike[0].rows):,} of {len(whole.rows):,} sources were looked up"
    note = f"{alike[0].because.note}; {looked}" if alike[0].because.note else looked
    return replace(alike[0], rows=[*alike[0].rows, *rows], because=replace(alike[0].because, note=note))


def _signatures(explainer: Explainer, answer: Answer, row: int, columns: Sequence[int]) -> list[Signature]:
    """Return what a derivation of each asset has that the other end lacks: a known one where there is one."""
    known = answer.known_open
    if row >= 0:
        known = booleans(answer.known_sure[[row]], len(answer.assets))[0]
    facts = () if row < 0 else answer.sources[row]
    found: dict[int, Signature] = {}
    for may in (False, True):
        some = [column for column in columns if bool(known[column]) != may]
        if some:
            signatures = explainer.signatures(facts, [answer.assets[column] for column in some], may)
            found |= dict(zip(some, signatures, strict=True))
    return [found[column] for column in columns]


_Why = tuple[object, ...]


def _why(because: Because) -> _Why:
    """Return what reasons of one sort have in common: forty users who became members are one finding."""
    return (because.barrier, because.note, *((one.what, one.object, one.kind) for one in because.changes))


class _Show:
    """Shows the sources and assets of a universe at an instant; what is not there then by its id alone."""

    def __init__(self, session: Session, universe: Universe, answer: Answer, families: Sequence[_Family]) -> None:
        self._session = session
        self._universe = universe
        self._answer = answer
        self._viewer = Viewer(session)
        rows = {row for one in families for row in one.rows if row >= 0}
        columns = {column for one in families for column in one.columns}
        ids = sorted({*(universe.sources[row][0] for row in rows), *(universe.assets[one][0] for one in columns)})
        self._numbers: dict[str, int] = dict(
            session.con.execute(
                "SELECT id, n FROM base.node WHERE kind IS NOT NULL AND id IN (SELECT unnest(?::VARCHAR[]))", [ids]
            ).fetchall()
        )
        self._viewer.want(nodes=self._numbers.values())

    def source(self, row: int) -> NodeView:
        """Return a source."""
        return self._node(self._universe.sources[row][0])

    def asset(self, column: int) -> FactView:
        """Return an asset at the level asked for, or at the weakest that counts as access."""
        id_, level = self._universe.assets[column]
        view = self._node(id_)
        if level is None:
            facts = self._answer.assets[column]
            graph = self._session.graph
            levels = [graph.level_name(fact) for fact in facts]
            level = next((one for one in levels if not _stronger(view.kind, one, levels)), "")
        return FactView(view, level)

    def _node(self, id_: str) -> NodeView:
        return self._viewer.node(self._numbers[id_])


def _stronger(kind: str, level: str, levels: Sequence[str]) -> bool:
    """Whether a level implies another of some."""
    return any(level != other and kinds.implies(kind, level, other) for other in levels)
