"""
Must and may over random inventories with gaps: unknown is not no, and no more than it has to be.

Inventories are tenants of one store with a source each, so that a row about a whole source stays in its own.
"""

import os
import random
from dataclasses import dataclass
from pathlib import Path

import pytest
from gap_orgs import Inventory, closed, inventory

from graphscan import kinds
from graphscan.engine.graph import MAY
from graphscan.model import Record
from tests.inventory import World, tenant

CASES = int(os.environ.get("GRAPHSCAN_CASES", "600")) // 10  # each is a source with gaps of its own, in four worlds
AT_ONCE = 100

Found = dict[str, set[str]]  # levels that are reached, by node


@dataclass(frozen=True)
class Batch:
    """Some inventories, in the worlds that are compared."""

    cases: dict[int, Inventory]
    without: World  # what was read, and nothing said of gaps
    gaps: World  # what was read, with its gaps
    closed: World  # the same, and another source says that there is nothing more
    whole: World  # everything, as if all had been read

    def found(self, world: World, may: bool) -> Found:
        """Return what the starts of all cases reach, one search for all: nothing leads from one to another."""
        starts = [f"{n}/{one}" for n, case in self.cases.items() for one in case.starts]
        ids = {number: id_ for id_, number in world.numbers.items()}
        held = world.reach(starts, may=may).held
        found: Found = {}
        for fact in held.nonzero()[0].tolist():
            id_ = ids[int(world.graph.fact_node[fact])] if fact != MAY else ""
            if id_ and not id_.startswith(("unknown:", "derived:")):
                found.setdefault(id_, set()).add(world.graph.level_name(fact))
        return found


def missing(one: Found, other: Found, where: World) -> list[tuple[str, str]]:
    """Return what is reached in one and not, at this level or a stronger one, in the other; as far as that keeps it."""
    return [
        (id_, level)
        for id_, levels in one.items()
        for level in levels
        if where.graph.at(where.numbers[id_], kinds.level_code(where.node_kinds[id_], level)) >= 0
        and not any(kinds.implies(where.node_kinds[id_], higher, level) for higher in other.get(id_, ()))
    ]


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> list[Batch]:
    """All cases, in as few inventories as memory likes."""
    found = []
    for first in range(0, CASES, AT_ONCE):
        cases = {n: inventory(random.Random(n)) for n in range(first, min(first + AT_ONCE, CASES))}
        folder = tmp_path_factory.mktemp("gaps")

        def world(name: str, folder: Path = folder, cases: dict[int, Inventory] = cases) -> World:
            inside = folder / name
            inside.mkdir()
            sources: list[list[Record]] = []
            more: list[Record] = []
            for n, case in cases.items():
                records: list[Record] = [*case.records]
                records += case.hidden if name == "whole" else case.gaps if name in ("gaps", "closed") else []
                sources.append(tenant(records, f"{n}/"))
                more += tenant(closed(case.gaps), f"{n}/") if name == "closed" else []
            return World.build(inside, *sources, *([more] if more else []), asked=asked(cases))

        found.append(Batch(cases, world("without"), world("gaps"), world("closed"), world("whole")))
    return found


def asked(cases: dict[int, Inventory]) -> list[str]:
    """Return every strongest and weakest level of every node, so that all worlds keep the same facts."""
    return [
        f"{n}/{one.id}::{level}"
        for n, case in cases.items()
        for one in case.records
        if hasattr(one, "state")
        for level in (*kinds.family_of(one.kind).levels[:1], kinds.family_of(one.kind).acting)
    ]


def test_what_was_there_is_possible(batches: list[Batch]) -> None:
    """Whatever the relations that were not read open is possibly reached: no gap hides a path."""
    for batch in batches:
        lost = missing(batch.found(batch.whole, may=True), batch.found(batch.gaps, may=True), batch.gaps)
        assert lost == []


def test_may_contains_must(batches: list[Batch]) -> None:
    """What is known is possible."""
    for batch in batches:
        assert missing(batch.found(batch.gaps, may=False), batch.found(batch.gaps, may=True), batch.gaps) == []


def test_what_is_known_is_the_same_with_gaps(batches: list[Batch]) -> None:
    """No gap in what grants makes anything known, and none makes anything unknown."""
    for batch in batches:
        with_gaps, without = batch.found(batch.gaps, may=False), batch.found(batch.without, may=False)
        assert missing(with_gaps, without, batch.without) == []
        assert missing(without, with_gaps, batch.gaps) == []


def test_closing_a_gap_with_nothing_there_adds_nothing(batches: list[Batch]) -> None:
    """When somebody looked and there was nothing, less or as much is possible, never more; known stays what it was."""
    shrank = False
    for batch in batches:
        before, after = batch.found(batch.gaps, may=True), batch.found(batch.closed, may=True)
        assert missing(after, before, batch.gaps) == []
        assert missing(batch.found(batch.without, may=False), after, batch.closed) == []
        # An application of which nothing is said may be reachable; of one that somebody looked at, nothing remains.
        looked = {f"{n}" for n, case in batch.cases.items() if any(g.relation == "REACHABLE_FROM" for g in case.gaps)}
        lost = missing(batch.found(batch.without, may=True), after, batch.closed)
        assert [one for one in lost if one[0].partition("/")[0] not in looked] == []
        shrank = shrank or bool(missing(before, after, batch.closed))
    assert shrank
