"""Steps grow with what is there, never with its product: the doubling test and the fan-out limit."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from graphscan.derive.run import derive
from graphscan.errors import TechniqueError
from graphscan.expand.edits import Edits
from graphscan.expand.run import expand
from graphscan.model import Coverage, Node, Record
from graphscan.techniques import registry
from tests.inventory import AT, World, facts, merged, renamed
from tests.techniques.fixture_files import Fixture, load, text

FIXTURES = load()
SIZES = (4, 8)
LIMIT = 2.2
DERIVED = re.compile(r"^derived:[a-z.-]+:")
HUBS = [
    pytest.param(fixture, hub, id=f"{fixture.technique}: one {hub or 'of each'}")
    for fixture in FIXTURES.values()
    for hub in (None, *(one["id"] for one in fixture.facts["nodes"]))
]

MULTIPLIER = """
-- id: user.everyone-everywhere
-- title: Every user opens every application
-- attack: T1078
-- reads: [ACCOUNT_OF]
-- nodes: [User, Application]
-- what: Deliberately multiplies users by applications.
-- close: Do not write this.
-- references: ["https://attack.mitre.org/techniques/T1078/"]
SELECT u.n AS source, 'act_as' AS source_level, a.n AS target, 'login' AS target_level, []::INTEGER[] AS relations
FROM node u, node a WHERE u.kind = 'User' AND a.kind = 'Application'
"""
SET_MULTIPLIER = """
-- id: user.sets-of-everyone
-- title: A set of all users for each application
-- kind: target-set
-- nodes: [User, Application]
-- what: Deliberately multiplies users by applications.
SELECT a.n AS set_key, a.id AS set_name, 'member' AS side, u.n AS node, 'act_as' AS level
FROM node u, node a WHERE u.kind = 'User' AND a.kind = 'Application'
"""


def many(records: list[Record], before: str, size: int, shared: set[str]) -> list[Record]:
    """Return `size` copies of records, in which the `shared` nodes are one and the same; each record once."""
    found: dict[str, Record] = {}
    for number in range(size):

        def name(id_: str, number: int = number) -> str:
            return f"{before}{id_}" if id_ in shared else f"{before}{number}/{id_}"

        for one in renamed(records, name):
            found[f"{one.relation} {one.scope}" if isinstance(one, Coverage) else one.id] = one  # type: ignore[union-attr]
    return list(found.values())


@pytest.fixture(scope="module")
def growth(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], int]:
    """Return a function from a technique and the beginning of ids to the number of its steps from there."""
    folder = tmp_path_factory.mktemp("growth")
    records: list[Record] = []
    for fixture in FIXTURES.values():
        own = facts(folder, text(fixture.facts))
        for hub in (None, *(one.id for one in own if isinstance(one, Node))):
            shared = set() if hub is None else {hub, *fixture.single.get(hub, [])}
            for size in SIZES:
                records += many(own, f"{fixture.technique}/{hub}/{size}/", size, shared)
    world = World.build(folder, records)
    counts = {
        one.technique: Counter("/".join(DERIVED.sub("", line).split("/")[:3]) for line, _ in world.steps(one.technique))
        for one in FIXTURES.values()
    }

    def steps(technique: str, before: str) -> int:
        return counts[technique][before]

    return steps


@pytest.mark.parametrize(("fixture", "hub"), HUBS)
def test_doubling(growth: Callable[[str, str], int], fixture: Fixture, hub: str | None) -> None:
    """Twice as many holders and targets, around any one node that they share, give at most 2.2 times the steps."""
    small, large = (growth(fixture.technique, f"{fixture.technique}/{hub}/{size}") for size in SIZES)

    # Around one shared node a fixture may say nothing at all, then at no size.
    assert small > 0 or hub is not None
    assert large <= LIMIT * small


@pytest.mark.parametrize(("sql", "named"), [(MULTIPLIER, "everyone-everywhere"), (SET_MULTIPLIER, "sets-of-everyone")])
def test_a_multiplying_file_is_named(tmp_path: Path, sql: str, named: str) -> None:
    """A file of a user's folder that multiplies what it reads fails, named with its id, its file and the limit."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "bad.sql").write_text(sql.strip(), encoding="utf-8")
    rows = "\n".join(f"  - {{id: u{n}, kind: User}}\n  - {{id: a{n}, kind: Application}}" for n in range(30))
    con = merged(tmp_path, facts(tmp_path, f"nodes:\n{rows}\n"))
    files = registry.load([tmp_path / "own"])

    with pytest.raises(TechniqueError, match=rf"user\.{named} \(bad\.sql\): it yields 900 .* more than 240"):
        expand(con, files, AT, Edits(), {})
        derive(con, files)


def test_a_small_product_is_no_failure(tmp_path: Path) -> None:
    """The limit is on what comes out: where there is little of one thing, the same file passes."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "bad.sql").write_text(MULTIPLIER.strip(), encoding="utf-8")
    rows = "\n".join(f"  - {{id: u{n}, kind: User}}" for n in range(30))
    files = registry.load([tmp_path / "own"])
    records = facts(tmp_path, f"nodes:\n{rows}\n  - {{id: app, kind: Application}}\n")

    world = World.build(tmp_path, records, techniques=files)

    assert len(world.steps("user.everyone-everywhere")) == 30
