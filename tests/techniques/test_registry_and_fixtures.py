"""Each technique yields exactly its steps from its fixture, and nothing more from any near miss."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from graphscan.techniques import registry
from graphscan.techniques.registry import FileKind, Technique
from tests.inventory import World, facts, tenant
from tests.techniques.fixture_files import SORTS, Fixture, NearMiss, load, text

FILES = registry.load()
FIXTURES = load()
HITS = [pytest.param(one, id=one.technique) for one in FIXTURES.values()]
MISSES = [
    pytest.param(fixture, number, miss, id=f"{fixture.technique}: {miss.why}")
    for fixture in FIXTURES.values()
    for number, miss in enumerate(fixture.near_misses)
]
DERIVED = re.compile(r"^derived:[a-z.-]+:")  # a set's id begins with its file and goes on with its key
PAGES = Path(__file__).parents[2] / "docs" / "techniques"


def prefix(fixture: Fixture, number: int | None = None) -> str:
    return f"{fixture.technique}/{'hit' if number is None else number}/"


def placed(before: str, one: str) -> str:
    """Return a fact of a fixture as a fact of its tenant; the key of a derived set begins with the tenant's prefix."""
    file = DERIVED.match(one)
    return file[0] + before + one[file.end() :] if file else before + one


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """All fixtures and near misses as tenants of one inventory: none may show in another."""
    folder = tmp_path_factory.mktemp("fixtures")
    records, asked = [], []
    for fixture in FIXTURES.values():
        asking = fixture.reaches + fixture.may_reach
        cases: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [(prefix(fixture), fixture.facts, asking)]
        cases += [(prefix(fixture, n), one.facts, one.closed) for n, one in enumerate(fixture.near_misses)]
        for before, stated, facts_asked in cases:
            records += tenant(facts(folder, text(stated)), before)
            asked += [placed(before, one) for one in facts_asked]
    yield World.build(folder, records, asked=asked)


def yielded(world: World, technique: str, before: str) -> tuple[list[str], list[str]]:
    """Return the steps that are known and those that are only possible."""
    rows = [(line.replace(before, ""), possible) for line, possible in world.steps(technique) if before in line]
    known, may = (sorted(line for line, possible in rows if possible is which) for which in (False, True))
    return known, may


@pytest.mark.parametrize("one", FILES, ids=lambda one: one.id)
def test_every_file_is_complete(one: Technique) -> None:
    """Each technique has a fixture, near misses, an ATT&CK id, references, and says how to close it."""
    fixture = FIXTURES.get(one.id)

    assert fixture is not None, f"{one.id} has no fixture in tests/techniques/fixtures"
    assert fixture.yields + fixture.may_yield, f"the fixture of {one.id} yields no step: the technique is dead"
    assert len(fixture.near_misses) >= 2
    assert len({miss.sort for miss in fixture.near_misses}) >= 2, "near misses of one sort only"
    assert one.what
    assert one.references
    if one.kind == FileKind.TECHNIQUE:
        assert one.attack != "none"
        assert one.close
        assert 1 <= one.effort <= 5
        assert one.nodes
    else:
        assert one.effort == 0


def test_every_fixture_is_of_a_file() -> None:
    """No fixture is left over from a technique that is gone, and every sort of near miss is tried somewhere."""
    assert set(FIXTURES) == {one.id for one in FILES}
    assert {miss.sort for one in FIXTURES.values() for miss in one.near_misses} == SORTS


@pytest.mark.parametrize("fixture", HITS)
def test_fixture(world: World, fixture: Fixture) -> None:
    """The fixture yields exactly the steps stated, known or possible, and the start reaches what they lead to."""
    before = prefix(fixture)
    start = [placed(before, one) for one in fixture.start]
    known, may = world.reach(start), world.reach(start, may=True)
    asked = fixture.reaches + fixture.may_reach

    assert yielded(world, fixture.technique, before) == (list(fixture.yields), list(fixture.may_yield))
    assert [one for one in asked if world.holds(known, placed(before, one))] == list(fixture.reaches)
    assert [one for one in asked if world.holds(may, placed(before, one))] == list(asked)


@pytest.mark.parametrize(("fixture", "number", "miss"), MISSES)
def test_near_miss(world: World, fixture: Fixture, number: int, miss: NearMiss) -> None:
    """After a small change exactly the steps stated are left, and what the fixture reached is not reached."""
    before = prefix(fixture, number)
    lines = sorted(chain.from_iterable(yielded(world, fixture.technique, before)))
    start = [placed(before, one) for one in miss.start]
    known, may = world.reach(start), world.reach(start, may=True)
    closed = [fact for fact in (placed(before, one) for one in miss.closed) if fact not in start]

    assert lines == list(miss.leaves)
    assert [one for one in closed if world.holds(known, one)] == []
    assert [one for one in closed if world.holds(may, one)] == (closed if miss.possible else [])


def test_no_tenant_sees_another(world: World) -> None:
    """No step leads from one tenant to another, whatever technique it is of."""
    ids = {n: id_ for id_, n in world.numbers.items()}
    rows = [(ids[a], ids[b]) for a, b in world.con.execute("SELECT source, target FROM step").fetchall()]

    def owner(id_: str) -> str:
        return "/".join(DERIVED.sub("", id_).split("/")[:2])

    crossing = [row for row in rows if "internet" not in row and owner(row[0]) != owner(row[1])]
    assert crossing == []
    assert Counter(owner(row[1]) for row in rows)["okta.api-token/hit"] == 2  # the token's and the zone's


@pytest.mark.parametrize("one", FILES, ids=lambda one: one.id)
def test_page(one: Technique) -> None:
    """Each technique has its generated page, which says what its header says."""
    page = PAGES / f"{one.id}.md"

    assert page.exists(), "run tools/docs.py"
    text = " ".join(page.read_text(encoding="utf-8").split())
    assert one.title in text
    assert one.what in text
    assert one.close in text
    assert [reference for reference in one.references if reference not in text] == []
