"""
Reach over time equals a simulation of every instant, over random inventories that change.

The inventories of a batch are tenants of one store, so that a few hundred cost one timeline; nothing leads from one to
another. `timelines` has the cases, `timeline_simulation` the other way to answer.
"""

import os
import random
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import pytest
from timeline_draw import case
from timeline_simulation import Found, simulate
from timelines import BEGIN, END, FILES, Case, Times

from graphscan.analysis import names
from graphscan.analysis.session import Session
from graphscan.analysis.timeline import Moment, OverTime, StartSpan, over_time
from graphscan.kinds import level_code
from graphscan.model import SourceInfo
from graphscan.store import Store
from tests.inventory import tenant

FULL = 5_000
CASES = int(os.environ.get("GRAPHSCAN_CASES", FULL // 10))
# Some batches of their own times rather than one: which moments are looked at differs from batch to batch. Each moment
# costs about the same whatever the number of cases, so few cases are one batch.
BATCHES = max(1, CASES // 500)


@dataclass(frozen=True)
class Batch:
    """Cases that share their times, and the timeline of all of them."""

    cases: dict[str, Case]
    result: OverTime

    def last(self, may: bool) -> dict[str, set[tuple[str, str]]]:
        """Return which facts asked for are reached at the end, by case."""
        return self._reached(self.result.last, may)

    def first(self, may: bool) -> dict[str, dict[tuple[str, str], datetime]]:
        """Return when each fact asked for was first reached, by case."""
        found: dict[str, dict[tuple[str, str], datetime]] = {name: {} for name in self.cases}
        for moment in self.result.moments:
            for name, facts in self._reached(moment, may).items():
                for fact in facts:
                    found[name].setdefault(fact, moment.at)
        return found

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Return the numbers of all stated nodes by id."""
        rows = self.result.last.session.con.execute("SELECT id, n FROM base.node WHERE provider <> 'derived'")
        return dict(rows.fetchall())

    def _reached(self, moment: Moment, may: bool) -> dict[str, set[tuple[str, str]]]:
        found: dict[str, set[tuple[str, str]]] = {}
        for name, one in self.cases.items():
            codes = [(id_, level, level_code(one.things[id_].kind, level)) for id_, level in one.asked]
            found[name] = {
                (id_, level) for id_, level, code in codes if moment.reached(self.numbers[name + id_], code, may)
            }
        return found


def build(folder: Path, number: int, count: int) -> tuple[Session, dict[str, Case]]:
    """Return a store with some cases, opened at their begin."""
    choose = random.Random(number)
    times = Times.draw(choose)
    cases = {f"{n}/": case(random.Random(number * 1_000_000 + n), times) for n in range(count)}
    store = Store.open_or_create(folder / "store")
    records = [record for name, one in cases.items() for record in tenant(one.records(), name)]
    store.write(SourceInfo("facts:test", "facts", times.read), records)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return Session.open(folder / "store", BEGIN, technique_folders=[folder]), cases


def spans_of(session: Session, cases: dict[str, Case]) -> list[StartSpan]:
    """Return the starts of all cases."""
    rows = session.con.execute("SELECT id, n, kind FROM base.node").fetchall()
    nodes = {id_: (n, kind) for id_, n, kind in rows}
    return [
        StartSpan(
            names.Named(*nodes[name + start.id], "", start.level),
            name + start.id,
            start.begins,
            start.ends,
            start.obtained,
        )
        for name, one in cases.items()
        for start in one.starts
    ]


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> list[Batch]:
    """Return all cases, with their timelines."""
    found = []
    for number in range(BATCHES):
        count = CASES // BATCHES + (number < CASES % BATCHES)
        session, cases = build(tmp_path_factory.mktemp("timeline"), number, count)
        found.append(Batch(cases, over_time(session.at, spans_of(session, cases), BEGIN, END, losses=number == 0)))
    return found


@pytest.fixture(scope="module", params=[False, True], ids=["known", "possible"])
def expected(request: pytest.FixtureRequest, batches: list[Batch]) -> tuple[bool, list[dict[str, Found]]]:
    """Return what the simulation says of each case."""
    return request.param, [
        {name: simulate(one, request.param) for name, one in batch.cases.items()} for batch in batches
    ]


def test_what_is_reached_at_the_end_equals_the_simulation(
    batches: list[Batch], expected: tuple[bool, list[dict[str, Found]]]
) -> None:
    """In each case exactly that is reached in the end which a simulation of every instant reaches."""
    may, simulated = expected
    different, reached = [], 0
    for number, batch in enumerate(batches):
        for name, facts in batch.last(may).items():
            truth = simulated[number][name].last & set(batch.cases[name].asked)
            reached += len(truth)
            if facts != truth:
                different.append((number, name, sorted(facts - truth), sorted(truth - facts)))
    assert different == []
    assert reached > CASES // 2


def test_when_it_was_first_reached_equals_the_simulation(
    batches: list[Batch], expected: tuple[bool, list[dict[str, Found]]]
) -> None:
    """Each fact is first reached at the very moment at which the simulation first reaches it."""
    may, simulated = expected
    different, later = [], 0
    for number, batch in enumerate(batches):
        for name, first in batch.first(may).items():
            asked = set(batch.cases[name].asked)
            truth = {fact: at for fact, at in simulated[number][name].first.items() if fact in asked}
            later += sum(at > BEGIN for at in truth.values())
            if first != truth:
                different.append(
                    (
                        number,
                        name,
                        {
                            fact: (first.get(fact), truth.get(fact))
                            for fact in first.keys() | truth.keys()
                            if first.get(fact) != truth.get(fact)
                        },
                    )
                )
    assert different == []
    assert later > CASES // 4


def test_the_credentials_that_were_ever_held_equal_the_simulation(
    batches: list[Batch], expected: tuple[bool, list[dict[str, Found]]]
) -> None:
    """Every secret that the simulation ever holds is exposed, and no other."""
    may, simulated = expected
    for number, batch in enumerate(batches):
        exposed = {id_ for id_ in batch.result.exposed(may) if not id_.startswith("derived:")}
        assert exposed == {name + one for name, found in simulated[number].items() for one in found.secrets}
