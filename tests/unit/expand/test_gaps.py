"""What could not be read is possible: one gap of each relation kind, alone, closed again, and beside another tenant."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from graphscan import kinds
from graphscan.expand.edits import Edits
from graphscan.model import Coverage, CoverageState, Record
from tests.inventory import World, facts, tenant
from tests.techniques.fixture_files import text

CASES: dict[str, dict[str, Any]] = YAML(typ="safe").load(
    (Path(__file__).parent / "gap_cases.yaml").read_text(encoding="utf-8")
)
GRANTING = [kind.name for kind in kinds.RELATION_KINDS.values() if kind.gap.sort is kinds.GapSort.GRANTS]


@dataclass(frozen=True)
class Worlds:
    """The same inventory without gaps, with one of each kind, and with each closed by another source."""

    none: World
    open: World
    closed: World


def asked(case: dict[str, Any]) -> list[str]:
    return [case["opens"], *case["stays"]]


def known(world: World, other: World, start: list[str]) -> set[tuple[str, str]]:
    """Return what is known to be reached, of the facts that both worlds keep."""
    ids = {n: id_ for id_, n in world.numbers.items()}
    held = world.reach(start).held
    facts_ = [(ids[int(world.graph.fact_node[f])], world.graph.level_name(f)) for f in range(1, len(held)) if held[f]]
    return {
        (id_, level)
        for id_, level in facts_
        if id_ in other.numbers
        and other.graph.at(other.numbers[id_], kinds.level_code(other.node_kinds[id_], level)) >= 0
    }


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """Return three worlds of a source for each case, and one more in which every case is a tenant without a gap."""
    folder = tmp_path_factory.mktemp("gaps")
    plain: list[list[Record]] = []
    gaps: list[list[Record]] = []
    others: list[Record] = []
    wanted: list[str] = []
    for name, case in CASES.items():
        stated = {key: case[key] for key in ("nodes", "relations", "coverage") if case.get(key)}
        records = facts(folder, text(stated))
        plain.append(tenant(records, f"{name}/"))
        gaps.append([Coverage(name, CoverageState.DENIED, f"{name}/{case['scope']}", f"/{name.lower()}")])
        others += tenant(records, f"other/{name}/")
        wanted += [f"{before}{name}/{one}" for before in ("", "other/") for one in asked(case)]
    closed = [Coverage(name, CoverageState.COMPLETE, f"{name}/{case['scope']}") for name, case in CASES.items()]

    def world(name: str, *sources: list[Record]) -> World:
        inside = folder / name
        inside.mkdir()
        return World.build(inside, *sources, others, asked=wanted)

    both = [[*records, *rows] for records, rows in zip(plain, gaps, strict=True)]
    yield Worlds(world("none", *plain), world("open", *both), world("closed", *both, list(closed)))


def test_every_kind_that_grants_has_a_case() -> None:
    """A new relation kind cannot be forgotten here."""
    assert sorted(CASES) == sorted(GRANTING)


@pytest.mark.parametrize("name", CASES)
def test_a_gap_is_possible_and_never_known(worlds: Worlds, name: str) -> None:
    """What the gap may hide is possibly reached; it is not known, and without the gap not possible either."""
    case = CASES[name]
    start = [f"{name}/{one}" for one in case["from"]]
    fact = f"{name}/{case['opens']}"

    assert worlds.open.holds(worlds.open.reach(start, may=True), fact)
    assert not worlds.open.holds(worlds.open.reach(start), fact)
    assert not worlds.none.holds(worlds.none.reach(start, may=True), fact)


@pytest.mark.parametrize("name", CASES)
def test_a_gap_stays_in_its_scope(worlds: Worlds, name: str) -> None:
    """What lies outside the scope, or what nothing of this kind can lead to, is not possibly reached."""
    case = CASES[name]
    reached = worlds.open.reach([f"{name}/{one}" for one in case["from"]], may=True)

    assert [one for one in case["stays"] if worlds.open.holds(reached, f"{name}/{one}")] == []


@pytest.mark.parametrize("name", CASES)
def test_any_source_closes_a_gap(worlds: Worlds, name: str) -> None:
    """Once some source says that all of it is known, nothing is possible because of it any more."""
    case = CASES[name]
    reached = worlds.closed.reach([f"{name}/{one}" for one in case["from"]], may=True)

    assert not worlds.closed.holds(reached, f"{name}/{case['opens']}")


@pytest.mark.parametrize("name", CASES)
def test_another_tenant_is_not_touched(worlds: Worlds, name: str) -> None:
    """Neither does the same inventory of another source open, nor does the gap lead into it."""
    case = CASES[name]
    here = worlds.open.reach([f"{name}/{one}" for one in case["from"]], may=True)
    there = worlds.open.reach([f"other/{name}/{one}" for one in case["from"]], may=True)

    assert not worlds.open.holds(there, f"other/{name}/{case['opens']}")
    assert not worlds.open.holds(here, f"other/{name}/{case['opens']}")


@pytest.mark.parametrize("name", CASES)
def test_a_gap_is_named_by_the_relations_it_makes(worlds: Worlds, name: str) -> None:
    """What is derived for a gap says which, so that a reader learns what to read."""
    gap = f"unknown:facts:{list(CASES).index(name)}:{name}:{name}/{CASES[name]['scope']}"
    rows = worlds.open.con.execute(
        "SELECT DISTINCT observed FROM derived_relation JOIN relation USING (r) WHERE because = ?", [gap]
    ).fetchall()

    assert rows == [("possible",)]


@pytest.mark.parametrize("name", CASES)
def test_what_is_known_stays_known(worlds: Worlds, name: str) -> None:
    """What the start of a case reaches for certain is the same with all the gaps and without any."""
    start = [f"{name}/{one}" for one in CASES[name]["from"]]

    assert known(worlds.open, worlds.none, start) == known(worlds.none, worlds.open, start)


def test_what_could_not_be_read_of_a_whole_source(tmp_path: Path) -> None:
    """A row without a scope completes for all of its source, less what has a complete row of its own."""
    records = facts(
        tmp_path,
        """
nodes:
  - {id: ann, kind: User}
  - {id: shop, kind: Application}
  - {id: read-whole, kind: Application}
relations:
  - {sources: [shop, read-whole], kind: REACHABLE_FROM, target: internet}
coverage:
  - {relation: ASSIGNED_TO, state: partial}
  - {relation: ASSIGNED_TO, scope: read-whole, state: complete}
""",
    )
    elsewhere = facts(tmp_path, "nodes:\n  - {id: far, kind: Application}\n  - {id: bob, kind: User}\n")

    world = World.build(tmp_path, records, elsewhere, asked=["shop::login", "read-whole::login", "far::login"])
    may = world.reach(["ann"], may=True)

    assert world.holds(may, "shop::login")
    assert not world.holds(may, "read-whole::login")
    assert not world.holds(may, "far::login")
    assert not world.holds(world.reach(["bob"], may=True), "shop::login")


@pytest.mark.parametrize(
    ("error", "possible"),
    [
        ("", True),
        ("left out on purpose: too many", True),
        ("hidden: no end point lists them", False),
        ("not there in this organization: not licensed", False),
        ("this end point was read whole, but not everything that says such relations was", False),
    ],
)
def test_reasons_behind_which_nothing_is_missing(tmp_path: Path, error: str, possible: bool) -> None:
    """What was left out by choice may be there; what an organization does not have cannot."""
    records = [
        *facts(tmp_path, "nodes:\n  - {id: ann, kind: User}\n  - {id: staff, kind: Group}\n"),
        Coverage("MEMBER_OF", CoverageState.UNAVAILABLE, "staff", error=error),
    ]

    world = World.build(tmp_path, records, asked=["staff::mfa"])

    assert world.holds(world.reach(["ann"], may=True), "staff::mfa") is possible


@pytest.mark.parametrize("closed", [False, True])
def test_a_sum_of_gaps_is_closed_with_each_of_them(tmp_path: Path, closed: bool) -> None:
    """A row that sums up others says nothing beside them, and nothing at all once those are closed."""
    inventory = "nodes: [{id: ann, kind: User}, {id: staff, kind: Group}, {id: others, kind: Group}]\n"
    why = "1 of 2 could not be read, the first because: 403"
    read = [
        *facts(tmp_path, inventory),
        Coverage("MEMBER_OF", CoverageState.PARTIAL, "", "/members", error=why),
        Coverage("MEMBER_OF", CoverageState.DENIED, "staff", "/members", error="403"),
    ]
    said = [Coverage("MEMBER_OF", CoverageState.COMPLETE, "staff")] if closed else []

    world = World.build(tmp_path, read, said, asked=["staff::mfa", "others::mfa"])
    may = world.reach(["ann"], may=True)

    assert world.holds(may, "staff::mfa") is not closed
    assert not world.holds(may, "others::mfa")


@pytest.mark.parametrize("name", ["unknown:facts:0:MEMBER_OF", "unknown:facts:0:MEMBER_OF:staff"])
def test_a_gap_is_switched_off_by_name(tmp_path: Path, name: str) -> None:
    """`--without` takes the name of a gap, alone or with all of its kind."""
    records = facts(
        tmp_path,
        """
nodes: [{id: ann, kind: User}, {id: staff, kind: Group}]
coverage: [{relation: MEMBER_OF, scope: staff, state: denied}]
""",
    )

    world = World.build(tmp_path, records, asked=["staff::mfa"], edits=Edits(without=(name,)))

    assert not world.holds(world.reach(["ann"], may=True), "staff::mfa")


def test_what_forbids_turns_known_into_possible(tmp_path: Path) -> None:
    """Policies that were not read may stop what they stand before: no longer known, still possible; nothing else is."""
    records = facts(
        tmp_path,
        """
nodes:
  - {id: ann, kind: User}
  - {id: shop, kind: Application}
  - {id: vault, kind: Application}
relations:
  - {sources: [shop, vault], kind: REACHABLE_FROM, target: internet}
  - {source: ann, kind: ASSIGNED_TO, targets: [shop, vault], gives: login}
coverage: [{relation: APPLIES_TO, scope: shop, state: denied}]
""",
    )

    world = World.build(tmp_path, records, asked=["shop::login", "vault::login"])
    must, may = world.reach(["ann::act_as"]), world.reach(["ann::act_as"], may=True)

    assert not world.holds(must, "shop::login")
    assert world.holds(may, "shop::login")
    assert world.holds(must, "vault::login")
    assert ("unknown:facts:0:APPLIES_TO:shop", "unknown") in world.con.execute(
        "SELECT id, enforced FROM control"
    ).fetchall()


def test_a_key_that_is_switched_off_keeps_no_secret_out(tmp_path: Path) -> None:
    """What cannot be stored keeps unread secrets out while it is enforced, and not when it fails or nobody knows."""
    records = facts(
        tmp_path,
        text({key: CASES["STORES"][key] for key in ("nodes", "relations")})
        + "coverage:\n  - {relation: ASSIGNED_TO, scope: console, state: complete}\n"
        + "  - {relation: STORES, scope: notes, state: not_collected}\n",
    )
    for number, (edits, possible) in enumerate(
        [(Edits(), False), (Edits(defeated=("key",)), True), (Edits(without=("key",)), True)]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        world = World.build(folder, records, asked=["console::login"], edits=edits)

        assert world.holds(world.reach(["notes"], may=True), "console::login") is possible


def test_a_secret_opens_what_another_source_describes(tmp_path: Path) -> None:
    """Sources that speak of each other's things are one company: its notes may hold the key to its database."""
    notes = facts(
        tmp_path,
        "nodes:\n  - {id: notes, kind: Wiki}\n  - {id: shop, kind: Application}\n"
        "coverage:\n  - {relation: STORES, scope: notes, state: not_collected}\n",
        "notes",
    )
    data = facts(
        tmp_path,
        "nodes:\n  - {id: shop, kind: Application}\n  - {id: clients, kind: Database}\n",
        "data",
    )
    strangers = facts(tmp_path, "nodes:\n  - {id: theirs, kind: Database}\n", "strangers")

    world = World.build(tmp_path, notes, data, strangers, asked=["clients::read", "theirs::read"])
    may = world.reach(["notes"], may=True)

    assert world.holds(may, "clients::read")
    assert not world.holds(may, "theirs::read")


def test_an_unread_machine_may_be_one_that_another_source_describes(tmp_path: Path) -> None:
    """A product knows no machines: those of a source that speaks of it may be its own; those of strangers are not."""
    product = facts(
        tmp_path,
        """
nodes: [{id: jira, kind: Application, provider: atlassian}]
coverage: [{relation: RUNS_ON, scope: jira, state: unavailable}]
""",
    )
    operator = facts(
        tmp_path,
        """
nodes:
  - {id: host, kind: Host}
  - {id: plug-in, kind: Application, properties: {runs_scripts: "true", restricted_to_system_admins: "false"}}
relations: [{source: plug-in, kind: INSTALLED_IN, target: jira}]
""",
    )
    stranger = facts(tmp_path, "nodes: [{id: far, kind: Host}]\n")

    world = World.build(tmp_path, product, operator, stranger, asked=["jira::admin", "host::exec", "far::exec"])
    may = world.reach(["jira::admin"], may=True)

    assert world.holds(may, "host::exec")
    assert not world.holds(may, "far::exec")


def test_completions_are_linear(tmp_path: Path) -> None:
    """Twice as many people and applications, each of them unread, give twice as many steps."""
    steps = []
    for size in (20, 40):
        folder = tmp_path / str(size)
        folder.mkdir()
        names = range(size)
        people = "".join(f"  - {{id: u{n}, kind: User}}\n  - {{id: a{n}, kind: Application}}\n" for n in names)
        rows = "".join(
            f"  - {{relation: HAS_ROLE, scope: u{n}, state: denied}}\n"
            f"  - {{relation: ASSIGNED_TO, scope: a{n}, state: denied}}\n"
            f"  - {{relation: STORES, scope: a{n}, state: denied}}\n"
            for n in names
        )
        world = World.build(folder, facts(folder, f"nodes:\n{people}coverage:\n{rows}"))
        steps.append(world.con.execute("SELECT count(*) FROM step").fetchall()[0][0])

    assert steps[1] <= 2.05 * steps[0]
