"""What OpenHound's Okta collector writes: every record is imported or counted and named, and nothing is rejected."""

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graphscan import kinds
from graphscan.errors import ImportFailedError
from graphscan.exchange.opengraph_back import load
from graphscan.model import Coverage, CoverageState, Node, NotUnderstood, Observed, Record, Relation
from importers.opengraph import mapping, read
from tests.inventory import World, merged

FILE = Path(__file__).parent / "openhound-okta.json"
CASES = int(os.environ.get("GRAPHSCAN_CASES", "300"))
HOSTILE: list[Any] = [
    *(None, True, 0, -1, 1e308, float("inf"), 10**30, "", " ", "x" * 5000, "a|b", "a::b", "~key|login||x", "a:b"),
    *("\ud800", "\x00", "\x1b[31m", "‮", [], {}, [[]], [{}], {"a": {"b": []}}, ["x", 1], "9999-12-31T23:59:59-23:59"),
]


def _records(graph: Any, file: Path = FILE) -> list[Record]:
    return list(read(graph["nodes"], graph["edges"], "x", file)[1])


@pytest.fixture(scope="module", name="graph")
def _graph() -> Any:
    return json.loads(FILE.read_text("utf-8"))["graph"]


@pytest.fixture(scope="module", name="records")
def _all(graph: Any) -> list[Record]:
    return _records(graph)


@pytest.fixture(scope="module", name="world")
def _world(tmp_path_factory: pytest.TempPathFactory, records: list[Record]) -> World:
    asked = [
        *("opengraph:org-1::admin", "opengraph:user-ben::act_as", "opengraph:GH_User?login=ben-gh::act_as"),
        *("opengraph:user-ada::api", "opengraph:org-1::system"),
    ]
    return World.build(tmp_path_factory.mktemp("okta"), records, asked=asked, at=datetime(2025, 1, 1, tzinfo=UTC))


def test_every_node_and_edge_is_imported_or_counted(graph: Any, records: list[Record]) -> None:
    """The counts of what was left, and what was taken, are all that there is."""
    left = Counter[str]()
    for one in records:
        if isinstance(one, NotUnderstood):
            left[one.where] += one.count
    for kind, count in Counter(one["kinds"][0] for one in graph["nodes"]).items():
        assert left[f"node {kind}"] == (0 if kind in mapping.NODES else count), kind
    ours = {one.id for one in records if isinstance(one, Node)}
    for one in graph["nodes"]:
        assert (f"opengraph:{one['id']}" in ours) is (one["kinds"][0] in mapping.NODES)
    expected = {
        # Kind → how many of them are left, each for its reason.
        "Okta_Contains": 1,  # a realm
        "Okta_MemberOf": 2,  # once said twice, once a group that is not there
        "Okta_AppAssignment": 1,  # to an integration, which nobody is assigned to
        "Okta_UserSync": 2,  # several users fit; another product's that is not mapped
        "Okta_SuperAdmin": 1,
        "Okta_HelpDeskAdmin": 1,
        "Okta_HasRole": 1,
        "SAML_Implements": 1,
        **dict.fromkeys(mapping.LEFT_EDGES, 1),
    }
    for kind, count in Counter(one["kind"] for one in graph["edges"]).items():
        assert left[f"edge {kind}"] == min(count, expected.get(kind, 0)), kind
    assert set(left) <= {f"node {one['kinds'][0]}" for one in graph["nodes"]} | {
        f"edge {one['kind']}" for one in graph["edges"]
    }


def test_every_edge_kind_of_the_collector_is_mapped_or_left_for_a_reason() -> None:
    """No kind is both, and what is mapped is of the vocabulary."""
    special = {mapping.CONTAINS, mapping.SCOPED, mapping.HOLDS, mapping.HAS_ROLE, *mapping.CLIENT_OF, *mapping.IN_SET}
    mapped = {*mapping.EDGES, *mapping.PAIRWISE, *special}
    assert not mapped & set(mapping.LEFT_EDGES)
    assert not set(mapping.NODES) & set(mapping.LEFT_NODES)
    assert len(mapped | set(mapping.LEFT_EDGES)) == 49
    okta = {one for one in {*mapping.NODES, *mapping.LEFT_NODES} if one.startswith("Okta_")}
    assert len(okta) == 19
    for node in mapping.NODES.values():
        assert node.kind in kinds.NODE_KINDS
    for several in mapping.EDGES.values():
        assert all(one.relation in kinds.RELATION_KINDS for one in several)


def test_the_merge_rejects_nothing(tmp_path: Path, records: list[Record]) -> None:
    """What the reader lets through is what the vocabulary allows."""
    con = merged(tmp_path, records)
    assert con.execute("SELECT * FROM base.rejected").fetchall() == []
    assert con.execute("SELECT * FROM base.unresolved").fetchall() == []
    (count,) = con.execute("SELECT count(*) FROM base.relation").fetchone() or (0,)
    assert count == sum(isinstance(one, Relation) for one in records)


def test_what_was_not_read_is_not_taken_for_absent(records: list[Record]) -> None:
    """The file does not say what its collector could not read."""
    rows = [one for one in records if isinstance(one, Coverage)]
    assert {one.state for one in rows} == {CoverageState.PARTIAL}
    assert {"HAS_ROLE", "MEMBER_OF", "SCOPED_TO", "SIGNS_IN_AS", "ASSIGNED_TO"} <= {one.relation for one in rows}


def test_a_super_administrators_token_controls_the_organization(world: World) -> None:
    """By the product's own techniques: token, role, org; and a dead secret opens nothing."""
    reached = world.reach(["opengraph:token-1"])
    assert world.holds(reached, "opengraph:user-ada::api")
    assert world.holds(reached, "opengraph:org-1::admin")
    assert not world.holds(world.reach(["opengraph:secret-1"]), "opengraph:org-1::admin")
    assert world.holds(world.reach(["opengraph:secret-1"], may=True), "opengraph:org-1::admin")
    assert any("ra-super" in step and "org-1" in step for step, _ in world.steps("okta.super-admin"))


def test_sign_in_elsewhere_is_known_with_everything_proven_and_possible_otherwise(world: World) -> None:
    """The policy before the application is not in the file."""
    there = "opengraph:GH_User?login=ben-gh::act_as"
    assert world.holds(world.reach(["opengraph:user-ben::top"]), there)
    weak = world.reach(["opengraph:user-ben::act_as"])
    assert not world.holds(weak, there)
    assert world.holds(world.reach(["opengraph:user-ben::act_as"], may=True), there)


def test_a_resource_set_limits_a_role_to_what_is_in_it(records: list[Record]) -> None:
    """A group and its members are one relation that says both; an empty set may be everything."""
    scoped = {
        one.target.text: one
        for one in records
        if isinstance(one, Relation) and one.kind == "SCOPED_TO" and one.source.text == "opengraph:ra-custom"
    }
    assert set(scoped) == {"opengraph:set-1", "opengraph:dev-1", "opengraph:group-staff"}
    assert scoped["opengraph:group-staff"].properties == {"of": "itself and members"}
    unread = [
        one
        for one in records
        if isinstance(one, Relation) and one.kind == "SCOPED_TO" and one.source.text == "opengraph:ra-unread"
    ]
    assert [(one.target.text, one.observed) for one in unread if one.target.text != "opengraph:set-2"] == [
        ("opengraph:org-1", Observed.POSSIBLE)
    ]


def _mutated(graph: Any, chance: random.Random) -> Any:
    """Return the graph with some members of it exchanged, dropped, doubled or of another type."""
    changed = json.loads(json.dumps(graph))
    for _ in range(chance.choice([1, 3, 30])):
        at = changed[chance.choice(["nodes", "edges"])]
        if chance.random() < 0.1:
            at.append(chance.choice([*HOSTILE, *at]))
            continue
        place: Any = at
        key: Any = chance.randrange(len(at))
        while isinstance(place[key], dict | list) and place[key] and chance.random() < 0.8:
            place = place[key]
            key = chance.choice(list(place)) if isinstance(place, dict) else chance.randrange(len(place))
        if isinstance(place, dict) and chance.random() < 0.2:
            del place[key]
        else:
            place[key] = chance.choice(HOSTILE)
    return changed


def test_whatever_stands_in_a_file_is_imported_or_counted(tmp_path: Path, graph: Any) -> None:
    """A few hundred files with wrong types, hostile texts and missing parts: none stops the reader."""
    chance = random.Random(7)
    sources = []
    for _ in range(CASES):
        changed = _mutated(graph, chance)
        records = _records(changed)
        nodes = {one.id: one for one in records if isinstance(one, Node)}
        assert len(nodes) == sum(isinstance(one, Node) for one in records)
        for one in _relations(records):
            assert nodes[one.source.text].kind in kinds.RELATION_KINDS[one.kind].sources
            assert one.target.text == kinds.INTERNET or one.target.text in nodes
        sources.append(records)
    con = merged(tmp_path, *sources[:2])
    assert con.execute("SELECT * FROM base.rejected").fetchall() == []


def _relations(records: list[Record]) -> Iterator[Relation]:
    return (one for one in records if isinstance(one, Relation))


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "null", "x", "{}", '{"graph": []}', '{"graph": {}}', '{"graph": {"nodes": 1, "edges": null}}'),
        *("[" * 100_000, '{"a":' * 50_000, '{"graph": {"nodes": [NaN', '{"graph": {"nodes": [' + "9" * 5000 + "]}}"),
        '{"meta": {}, "data": []}',
    ],
    ids=lambda text: text[:24],
)
def test_what_is_no_such_file_is_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    """Not JSON, nested without end, or of another form: never a traceback."""
    path = tmp_path / "file.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ImportFailedError) as refused:
        load(path)
    assert str(refused.value).isprintable()


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """Neither a folder, nor what is not UTF-8, nor what is not there."""
    path = tmp_path / "file.json"
    path.write_bytes(b'{"graph": {"nodes": ["\xff"]}}')
    for one in (path, tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ImportFailedError):
            load(one)


def test_the_documentation_names_every_kind() -> None:
    """Mapped or left, with the same reason."""
    text = (Path(__file__).parents[3] / "docs" / "exchange.md").read_text("utf-8")
    special = {mapping.CONTAINS, mapping.SCOPED, mapping.HOLDS, mapping.HAS_ROLE, *mapping.CLIENT_OF, *mapping.IN_SET}
    for kind in {*mapping.NODES, *mapping.EDGES, *mapping.PAIRWISE, *special}:
        assert f"| `{kind}` |" in text, kind
    for kind, why in {**mapping.LEFT_NODES, **mapping.LEFT_EDGES}.items():
        assert f"| `{kind}` | {why} |" in text, kind


def test_the_command_says_what_it_left_and_that_something_may_be_missing(tmp_path: Path) -> None:
    """Exit code 3; a name that is none is refused."""
    from tests.functional.running import graphscan

    said = graphscan("import", "opengraph", FILE, "--store", tmp_path / "store", "--name", "acme")
    assert said.returncode == 3, said.stderr
    assert "opengraph:acme" in said.stdout
    assert "edge Okta_GroupPush" in said.stdout
    refused = graphscan("import", "opengraph", FILE, "--store", tmp_path / "store", "--name", " ")
    assert refused.returncode == 2
    assert "--name is empty" in refused.stderr
