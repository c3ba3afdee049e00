"""Exposure: for every identity and every sensitive asset who reaches what, and what most of it goes through."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from graphscan.analysis.coverage import gaps
from graphscan.analysis.exposure_chokes import chokes
from graphscan.analysis.exposure_families import Families, columns_of, count, families, layers
from graphscan.analysis.exposure_pairs import Pairs, pairs
from graphscan.analysis.exposure_results import AssetLine, Count, ExposureResult, Family, UnusedLine
from graphscan.analysis.results import FactView
from graphscan.analysis.session import Session
from graphscan.analysis.view import Viewer
from graphscan.engine.csr import Bools, Ints
from graphscan.engine.exposure import DEFAULT_BUDGET
from graphscan.engine.exposure_rows import Words, booleans, counted, per_column
from graphscan.expand.instant import naive
from graphscan.model import Sensitivity

LOOKBACK = 90  # days without use that make a credential unused, where no look-back is asked for
_MEMBERS, _REACHES = 5, 6  # shown of a family, and of what it reaches

Layers = tuple[Words, Words, Words, Words]


def exposure(
    session: Session,
    *,
    from_: Sequence[str] = (),
    to: Sequence[str] = (),
    limit: int = 100,
    lookback_days: int = LOOKBACK,
    budget: int = DEFAULT_BUDGET,
) -> ExposureResult:
    """
    Return who reaches what.

    Args:
        from_, to, budget: see `exposure_pairs.pairs`.
        limit:         how many lines of each list.
        lookback_days: how long a credential must not have been used to be unused.

    Raises:
        UnknownNameError, EmptySelectionError, UsageError: as the words say.
    """
    asked = pairs(session, from_=from_, to=to, budget=budget)
    rows = layers(asked)
    found = families(asked, rows)
    exposed = _exposed(asked, rows)
    powerful = [_family(asked, rows, found, number) for number in range(min(limit, len(found)))]
    unused = _unused(asked, rows, lookback_days)
    lines, chokes_note = chokes(asked, found, budget)
    notes = _notes(asked, rows)
    coverage = gaps(session)
    kinds, counts = np.unique(asked.sources.kind.astype(str), return_counts=True)
    return ExposureResult(
        as_of=session.as_of,
        as_of_note=session.as_of_note,
        edits=session.edits.lines(),
        identities=tuple(zip(kinds.tolist(), counts.tolist(), strict=True)),
        assets=len(asked.assets),
        asked_for=", ".join(to) or "confidential and above",
        exposed=tuple(_asset(asked, rows, column) for column in exposed[:limit].tolist()),
        exposed_total=len(exposed),
        exposed_known=int(np.count_nonzero(per_column(rows[0], len(asked.assets)))),
        open_to_anyone=_facts(asked, np.flatnonzero(asked.known.open)),
        possibly_open=_facts(asked, np.flatnonzero(asked.possible.open & ~asked.known.open)),
        powerful=tuple(powerful),
        powerful_total=len(found),
        unused=tuple(unused[:limit]),
        unused_total=len(unused),
        lookback_days=lookback_days,
        chokes=lines,
        chokes_note=chokes_note,
        pairs=Count(*(int(counted(one).sum()) for one in rows)),
        notes=notes,
        coverage=coverage,
        complete=not notes and not coverage,
        table=asked,
    )


# Private functions


def _exposed(asked: Pairs, rows: Layers) -> Ints:
    """Return the assets that any identity reaches, those that most reach first; then the more sensitive; then by id."""
    amounts = np.stack([per_column(one, len(asked.assets)) for one in rows])
    some: Ints = np.flatnonzero(amounts.any(axis=0))
    keys = -amounts[::-1, some]
    rank = asked.session.array("sensitivity")[asked.assets.n[some]].astype(np.int64)
    result: Ints = some[np.lexsort((some, -rank, *keys))]
    return result


def _asset(asked: Pairs, rows: Layers, column: int) -> AssetLine:
    word, bit = divmod(column, 64)
    columns = [(one[:, word] >> np.uint64(bit) & np.uint64(1)).astype(bool) for one in rows]
    by_kind = []
    for kind in sorted(set(asked.sources.kind.tolist())):
        mine = asked.sources.kind == kind
        amount = Count(*(int((one & mine).sum()) for one in columns))
        if amount.most:
            by_kind.append((kind, amount))
    view = _facts(asked, np.array([column]))[0]
    return AssetLine(view.node, view.level, Count(*(int(one.sum()) for one in columns)), tuple(by_kind))


def _facts(asked: Pairs, columns: Ints) -> tuple[FactView, ...]:
    """Return some assets at the levels asked for."""
    viewer = Viewer(asked.session)
    viewer.want(nodes=asked.assets.n[columns].tolist())
    return tuple(
        FactView(viewer.node(int(asked.assets.n[column])), asked.levels[column]) for column in columns.tolist()
    )


def _family(asked: Pairs, rows: Layers, found: Families, number: int) -> Family:
    members = found.of(number)
    row = int(members[0])
    shown = asked.sources.n[members[:_MEMBERS]].tolist()
    viewer = Viewer(asked.session)
    viewer.want(nodes=shown)
    rank = asked.session.array("sensitivity")[asked.assets.n]
    by_sensitivity = [
        (str(one), count(rows, row, columns_of(rank == one.rank))) for one in reversed(Sensitivity) if one.rank
    ]
    return Family(
        kind=str(asked.sources.kind[row]),
        size=len(members),
        shown=tuple(viewer.node(n) for n in shown),
        assets=count(rows, row),
        by_sensitivity=tuple((name, amount) for name, amount in by_sensitivity if amount.most),
        reaches=_facts(asked, _first(asked, rows, row, rank)),
    )


def _first(asked: Pairs, rows: Layers, row: int, rank: Ints) -> Ints:
    """Return the first assets that an identity reaches: proven ones first, then the most sensitive."""
    held: list[Bools] = [booleans(one[row : row + 1], len(asked.assets))[0] for one in rows]
    layer = np.select(held, list(range(len(rows))), len(rows))
    some = np.flatnonzero(layer < len(rows))
    result: Ints = some[np.lexsort((some, -rank[some].astype(np.int64), layer[some]))][:_REACHES]
    return result


def _unused(asked: Pairs, rows: Layers, days: int) -> list[UnusedLine]:
    """
    Return the credentials that reach something, nobody owns, and no source saw used of late, the most powerful first.

    Unused is a reason to delete a credential, never a reason to skip it.
    """
    session = asked.session
    since = naive(session.as_of - timedelta(days=days))
    reaches = np.stack([counted(one) for one in rows]).any(axis=0)
    some = np.flatnonzero((asked.sources.kind == "Credential") & reaches)
    if not len(some):
        return []
    last = session.con.execute(
        "SELECT n, list_max(list_transform(last_used, lambda u: u.at)), "
        "  list_max(list_transform(last_used, lambda u: u.lookback_days)), "
        "  len(list_filter(coalesce(last_used, []), lambda u: u.known)) "
        "FROM base.node WHERE n IN (SELECT unnest(?::INTEGER[])) AND coalesce(trim(owner), '') = ''",
        [asked.sources.n[some].tolist()],
    ).fetchall()
    viewer = Viewer(session)
    viewer.want(nodes=[n for n, *_ in last])
    place = {int(n): int(row) for n, row in zip(asked.sources.n[some].tolist(), some.tolist(), strict=True)}
    lines = []
    for n, at, looked, asked_of in last:
        if at is not None and at >= since:
            continue
        if at is not None:
            said = f"last used {at:%Y-%m-%d}"
        elif looked is not None:
            said = f"not used in {looked:,} days"
        else:
            said = "never seen in use" if asked_of else ""
        lines.append(UnusedLine(viewer.node(n), said, count(rows, place[n])))
    lines.sort(key=lambda one: (-one.assets.known, -one.assets.most, one.node.id))
    return lines


def _notes(asked: Pairs, rows: Layers) -> tuple[str, ...]:
    notes = []
    for table, open_, words in ((asked.known, rows[1], "known"), (asked.possible, rows[3], "possible")):
        pairs_open = int(counted(open_).sum())
        if pairs_open:
            notes.append(
                f"pairs not settled: {pairs_open:,}, each may be {words} or not; "
                f"kinds of identity that the budget left: {table.unasked:,}"
            )
    return tuple(notes)
