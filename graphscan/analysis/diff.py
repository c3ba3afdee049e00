"""What changed between two ends: the inventory, attack steps, and who reaches what; known and possible apart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graphscan.analysis import diff_families, diff_lists, diff_pairs, diff_peak
from graphscan.analysis.coverage import gaps
from graphscan.analysis.diff_because import Explainer
from graphscan.analysis.diff_ends import Ends
from graphscan.analysis.diff_inventory import Changes
from graphscan.analysis.diff_results import DiffResult, EndLine, SourceChange
from graphscan.analysis.diff_sides import End, sides
from graphscan.analysis.diff_universe import universe
from graphscan.analysis.session import Session
from graphscan.errors import StoreError, UsageError
from graphscan.store import Snapshot, Store


@dataclass(frozen=True, slots=True)
class Asked:
    """An end as the user wrote it: `note` says where the instant comes from, "" where the user said it."""

    text: str
    snapshot: Snapshot
    at: datetime
    note: str = ""


def diff(
    store: Path,
    old: Asked,
    new: Asked,
    *,
    from_: Sequence[str] = (),
    to: Sequence[str] = (),
    limit: int = 100,
    peak: int | None = None,
    fail_on_new: bool = False,
    techniques: Sequence[Path] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> DiffResult:
    """
    Return what changed between two ends.

    Args:
        from_: whose reach to compare, each on its own: ids, names or selectors; empty: every user, service account
               and credential.
        to:    what to reach; empty: everything confidential and above.
        limit: list so many of a sort.
        peak:  look also at so many of the instants in between at which reach can grow; None: at none.

    Raises:
        UsageError: the old end is after the new one.
        StoreError, StoreDamagedError, TechniqueError, UnknownNameError, EmptySelectionError: as the words say.
    """
    if old.at > new.at:
        raise UsageError(
            f"OLD ({_moment(old.at)}) is after NEW ({_moment(new.at)})",
            "write the earlier one first",
        )
    for one in (old, new):
        if not one.snapshot.imports:
            raise StoreError(
                f"the store {store} is empty", "import something first, for example `graphscan import facts FILE`"
            )
    last = Session.open(store, new.at, None, progress, techniques, new.snapshot)
    same = old.snapshot.digest == new.snapshot.digest
    first = last.at(old.at) if same else Session.open(store, old.at, None, progress, techniques, old.snapshot)
    ends = Ends(first, last)
    con = sides(End(old.snapshot, old.at), End(new.snapshot, new.at), progress)
    try:
        progress("comparing")
        return _compared(ends, old, new, Changes(con), from_, to, limit, peak, fail_on_new, progress)
    finally:
        con.close()


# Private functions


def _compared(
    ends: Ends,
    old: Asked,
    new: Asked,
    changes: Changes,
    from_: Sequence[str],
    to: Sequence[str],
    limit: int,
    peak: int | None,
    fail_on_new: bool,
    progress: Callable[[str], None],
) -> DiffResult:
    compared = ends.compared
    closing = Explainer(
        ends.old, compared.first_there, compared.first_starts.items[compared.first_starts.there == 0], changes, False
    )
    opening = Explainer(
        ends.new, compared.second_there, compared.second_starts.items[compared.second_starts.there == 0], changes, True
    )
    # Who lived in between only, and what a selector means there, is compared as well.
    between = [] if peak is None else [ends.new.at(one) for one in diff_peak.instants(ends)[:peak]]
    asked = universe([ends.old, ends.new, *between], from_, to)
    progress("asking who reached what")
    before = diff_pairs.answer(ends.old, asked)
    progress("asking who reaches what")
    after = diff_pairs.answer(ends.new, asked)
    gained, lost = diff_pairs.fresh(after, [before]), diff_pairs.fresh(before, [after])
    progress("looking for the reasons")
    lists = diff_lists.Lists(ends, changes, limit)
    return DiffResult(
        old=_end(ends.old, old),
        new=_end(ends.new, new),
        sources=_sources(old.snapshot, new.snapshot),
        inventory=changes.sections(limit),
        inventory_total=changes.total,
        nodes_gained=lists.nodes(gained=True),
        nodes_lost=lists.nodes(gained=False),
        ambient_gained=lists.ambient(gained=True),
        ambient_lost=lists.ambient(gained=False),
        steps_gained=lists.steps(opening, gained=True),
        steps_lost=lists.steps(closing, gained=False),
        pairs_gained=diff_families.changed(ends.new, opening, asked, after, gained, limit),
        pairs_lost=diff_families.changed(ends.old, closing, asked, before, lost, limit),
        pair_sources=len(asked.sources),
        pair_assets=len(asked.assets),
        asset_sensitivity=asked.least,
        peak=None if peak is None else diff_peak.peak(ends, asked, (before, after), changes, limit, peak, progress),
        coverage=gaps(ends.new),
        coverage_old=gaps(ends.old),
        fail_on_new=fail_on_new,
    )


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _end(session: Session, asked: Asked) -> EndLine:
    newest = asked.snapshot.digest == Store.open(session.store).snapshot().digest
    return EndLine(asked.text, asked.at, asked.note, asked.snapshot.digest, newest)


def _sources(old: Snapshot, new: Snapshot) -> tuple[SourceChange, ...]:
    """Return the sources of which the two snapshots have different imports."""
    before, after = ({one.source: one for one in snapshot.imports} for snapshot in (old, new))
    found = []
    for name in sorted({*before, *after}):
        one, other = before.get(name), after.get(name)
        if one is None or other is None or one.id != other.id:
            found.append(SourceChange(name, one.at if one else None, other.at if other else None))
    return tuple(found)
