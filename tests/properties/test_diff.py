"""
`diff` is the set difference of two full answers: over random inventories that change, and over two imports of them.

The inventories of a batch are tenants of one store, so that many cost two answers. `diff_truth` asks everything with a
reach for each source, and subtracts.
"""

import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from diff_truth import Truth, fresh, raised, steps_told, told
from gap_orgs import closed, inventory
from timeline_draw import case
from timelines import BEGIN, END, FILES, FIRST, Case, Times

from graphscan.analysis.diff import Asked, diff
from graphscan.analysis.diff_results import DiffResult, InventoryChange
from graphscan.analysis.session import Session
from graphscan.model import Node, Record, Relation, SourceInfo
from graphscan.store import Store
from tests.inventory import tenant

FULL = 250
CASES = int(os.environ.get("GRAPHSCAN_CASES", FULL // 10))
PER_STORE = 25
LIMIT = 1_000_000


@dataclass(frozen=True)
class World:
    """A store with two states of it, the second imported later."""

    store: Path
    techniques: tuple[Path, ...]
    states: tuple[str, str]
    records: tuple[Sequence[Record], Sequence[Record]]

    def end(self, state: int, at: datetime) -> Asked:
        """Return an end."""
        return Asked("", Store.open(self.store).snapshot(self.states[state]), at)

    def truth(self, state: int, at: datetime) -> Truth:
        """Ask everything of a state at an instant, in a session of its own."""
        snapshot = Store.open(self.store).snapshot(self.states[state])
        return Truth.of(Session.open(self.store, at, technique_folders=self.techniques, snapshot=snapshot))


@dataclass(frozen=True)
class Compared:
    """What `diff` says, and the two full answers."""

    world: World
    ends: tuple[tuple[int, datetime], tuple[int, datetime]]
    result: DiffResult
    old: Truth
    new: Truth


def changing(number: int, count: int) -> tuple[list[Record], list[Record]]:
    """Return cases whose things have validities, and the same with a few of them drawn anew."""
    times = Times.draw(random.Random(number))
    first: list[Record] = []
    second: list[Record] = []
    for n in range(count):
        choose = random.Random(number * 1_000_000 + n)
        one = case(choose, times)
        other = _edited(choose, one) if n % 2 else one
        first += tenant(one.records(), f"{n}/")
        second += tenant(other.records(), f"{n}/")
    return first, second


def unread(number: int, count: int) -> tuple[list[Record], list[Record]]:
    """Return inventories with gaps, and the same with some relations found later, some gone and some gaps closed."""
    first: list[Record] = []
    second: list[Record] = []
    for n in range(count):
        choose = random.Random(number * 1_000_000 + n)
        one = inventory(choose)
        kept = [line for line in one.records if isinstance(line, Node) or choose.random() > 0.15]
        found = [line for line in one.hidden if choose.random() < 0.5]
        gaps = [*one.gaps, *(closed(one.gaps) if choose.random() < 0.5 else [])]
        first += tenant([*one.records, *one.gaps], f"{n}/")
        second += tenant([*kept, *found, *gaps], f"{n}/")
    return first, second


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> list[Compared]:
    """Return every comparison: over time, from one import to the next, and both at once."""
    found: list[Compared] = []
    for number in range(max(1, CASES // PER_STORE)):
        for make, name in ((changing, "changing"), (unread, "unread")):
            count = max(2, min(PER_STORE, CASES))
            world = _stored(tmp_path_factory.mktemp(name), make(number, count))
            middle = FIRST + timedelta(days=4, hours=6)
            pairs = [((0, BEGIN), (0, middle)), ((0, middle), (1, END))]
            for old, new in pairs if make is changing else [((0, END), (1, END))]:
                result = diff(world.store, world.end(*old), world.end(*new), limit=LIMIT, techniques=world.techniques)
                found.append(Compared(world, (old, new), result, world.truth(*old), world.truth(*new)))
    return found


def test_nodes_and_starts_are_the_set_difference(compared: list[Compared]) -> None:
    """What takes part at one end only, and what anyone has at one end only."""
    for one in compared:
        assert {line.node.id for line in one.result.nodes_gained.lines} == one.new.nodes - one.old.nodes
        assert {line.node.id for line in one.result.nodes_lost.lines} == one.old.nodes - one.new.nodes
        gained = {f"{line.fact.node.id}::{line.fact.level}" for line in one.result.ambient_gained.lines}
        assert gained == set(raised(one.new.starts, one.old.starts))
        lost = {f"{line.fact.node.id}::{line.fact.level}" for line in one.result.ambient_lost.lines}
        assert lost == set(raised(one.old.starts, one.new.starts))


def test_steps_are_the_set_difference(compared: list[Compared]) -> None:
    """Each step of one end only is told once, and each that is only possible at the other."""
    count = 0
    for one in compared:
        gained, lost = raised(one.new.steps, one.old.steps), raised(one.old.steps, one.new.steps)
        assert steps_told(one.result, True) == gained
        assert steps_told(one.result, False) == lost
        assert (one.result.steps_gained.total, one.result.steps_lost.total) == (len(gained), len(lost))
        count += len(gained) + len(lost)
    assert count > 5 * CASES


def test_pairs_are_the_set_difference(compared: list[Compared]) -> None:
    """Each pair of one end only is told once: for certain, or as one that may be new."""
    sorts: list[str] = []
    for one in compared:
        for some, expected in (
            (one.result.pairs_gained, fresh(one.new, one.old)),
            (one.result.pairs_lost, fresh(one.old, one.new)),
        ):
            assert told(some) == expected
            said = [*expected[0].values(), *expected[1].values()]
            sure = said.count("known")
            assert (some.known, some.possible, some.bounded) == (sure, len(said) - sure, 0)
            sorts += said
    assert sorts.count("known") > CASES
    assert {"possible", "known, possible before"} <= set(sorts)


def test_every_certain_pair_is_explained_by_what_the_other_end_lacks(compared: list[Compared]) -> None:
    """A pair that is new for certain has a step, or a start, that the other end lacks, and a change behind it."""
    families = [
        (family, one)
        for one in compared
        for family in (*one.result.pairs_gained.families, *one.result.pairs_lost.families)
        if family.certainty == "known" and not family.other and "not looked up" not in family.because.note
    ]
    assert len(families) > CASES
    assert all(family.because.steps or family.because.starts for family, _ in families)
    assert [family for family, _ in families if not family.because.changes] == []


def test_the_inventory_lists_what_began_and_ended_whatever_is_reached(compared: list[Compared]) -> None:
    """Each thing whose dates lie in the interval, and each that one import alone has, is listed once."""
    for one in compared:
        (old, begin), (new, end) = one.ends
        changes = [change for section in one.result.inventory for change in section.changes]
        assert one.result.inventory_total == len(changes)
        if old == new:
            assert _told(changes) == _dated(one.world.records[new], begin, end)
            continue
        before, after = (_ids(records) for records in (one.world.records[old], one.world.records[new]))
        said = {change.id for change in changes if change.object != "coverage"}
        assert after ^ before <= said
        things = [change for change in changes if change.object != "coverage"]
        assert {change.id for change in things if change.what == "vanished"} <= before - after
        assert {change.id for change in things if change.what == "appeared"} <= after - before


# Private functions


def _stored(folder: Path, records: tuple[list[Record], list[Record]]) -> World:
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    store = Store.open_or_create(folder / "store")
    states = []
    for number, some in enumerate(records):
        store.write(SourceInfo("facts:test", "facts", FIRST + timedelta(days=number)), some)
        states.append(store.snapshot().digest)
    return World(folder / "store", (folder,), (states[0], states[1]), records)


def _edited(choose: random.Random, one: Case) -> Case:
    """Return a case with a thing gone, a few relations gone, and some that lead elsewhere."""
    links = [link for link in one.links if choose.random() > 0.2]
    places = [id_ for id_, thing in one.things.items() if thing.kind == "Content"]
    links = [replace(link, target=choose.choice(places)) if link.target in places else link for link in links]
    unique = {(link.kind, link.source, link.target, link.begins, link.guard): link for link in links}
    return replace(one, links=tuple(unique.values()))


def _ids(records: Sequence[Record]) -> set[str]:
    return {one.id for one in records if isinstance(one, Node | Relation)}


def _told(changes: Sequence[InventoryChange]) -> set[tuple[str, str]]:
    whats = ("began", "ended", "came and went")
    return {(one.id, one.what) for one in changes if one.what in whats and one.object != "coverage"}


def _dated(records: Sequence[Record], begin: datetime, end: datetime) -> set[tuple[str, str]]:
    """Return what began or ended by its own dates; a relation does not begin before the things it joins."""
    nodes = {one.id: one for one in records if isinstance(one, Node)}

    def rows() -> Iterator[tuple[str, datetime | None, datetime | None, datetime | None]]:
        for one in records:
            if isinstance(one, Node):
                yield one.id, one.valid_from, one.valid_to, one.valid_to
            elif isinstance(one, Relation):
                ends = [nodes[ref.text] for ref in (one.source, one.target) if ref.text in nodes]
                begins = [at for at in (one.valid_from, *(node.valid_from for node in ends)) if at is not None]
                over = [at for at in (one.valid_to, *(node.valid_to for node in ends)) if at is not None]
                yield one.id, max(begins, default=None), one.valid_to, min(over, default=None)

    found = set()
    for id_, begins, own_end, over in rows():
        began, ended = (at is not None and begin <= at <= end for at in (begins, over))
        if began:
            found.add((id_, "came and went" if ended else "began"))
        elif own_end is not None and begin <= own_end <= end:
            found.add((id_, "ended"))
    return found
