"""Scope files: what they may yield, what becomes of it, and that target sets and populations never mix."""

from pathlib import Path

import duckdb
import pytest

from graphscan.errors import TechniqueError
from graphscan.expand import scopes
from graphscan.expand.edits import Edits
from graphscan.expand.run import expand
from graphscan.techniques import registry, sandbox
from tests.inventory import AT, World, facts, merged

HEADER = """\
-- id: user.tried
-- title: Tried
-- kind: {kind}
-- reads: [ASSIGNED_TO]
-- nodes: [User, Application, Group, Credential, Control, Segment, Database, RoleAssignment]
-- what: Something to try.
"""
INVENTORY = """
nodes:
  - {id: ann, kind: User}
  - {id: bob, kind: User}
  - {id: app, kind: Application}
  - {id: crew, kind: Group}
  - {id: pw, kind: Credential}
  - {id: pin, kind: Control}
  - {id: inside, kind: Segment}
  - {id: rows, kind: Database}
  - {id: desk, kind: RoleAssignment}
relations:
  - {source: ann, kind: ASSIGNED_TO, target: app}
  - {source: app, kind: REACHABLE_FROM, target: internet}
"""
ROW = (
    "SELECT '{key}' AS set_key, 'a set' AS set_name, '{side}' AS side, n AS node, '{level}' AS level "
    "FROM node WHERE id = '{id}'"
)


def rows(*stated: tuple[str, str, str], key: str = "k") -> str:
    """Return a SELECT of (side, id, level) rows."""
    return " UNION ALL ".join(ROW.format(key=key, side=side, id=id_, level=level) for side, id_, level in stated)


def build(folder: Path, sql: str, kind: str, asked: tuple[str, ...] = (), header: str = HEADER) -> World:
    (folder / "own").mkdir()
    (folder / "own" / "tried.sql").write_text(header.format(kind=kind) + sql, encoding="utf-8")
    files = registry.load([folder / "own"])
    return World.build(folder, facts(folder, INVENTORY), techniques=files, asked=asked)


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """One inventory for all that is refused."""
    folder = tmp_path_factory.mktemp("refused")
    con = merged(folder, facts(folder, INVENTORY))
    expand(con, [], AT, Edits(), {})
    return con


def test_target_set(tmp_path: Path) -> None:
    """Whoever enters a target set has each of its members, and no member has another."""
    sql = rows(("enter", "app", "admin"), ("member", "ann", "top"), ("member", "rows", "write"))
    world = build(tmp_path, sql, "target-set", ("ann::top", "rows::write"))

    reached = world.reach(["app::admin"])
    assert world.holds(reached, "ann::top")
    assert world.holds(reached, "rows::write")
    assert not world.holds(world.reach(["ann"]), "rows::write")
    assert not world.holds(world.reach(["app::login"]), "ann::top")


def test_population(tmp_path: Path) -> None:
    """Each member of a population has what it opens, at the level it belongs with; members do not have each other."""
    sql = rows(("member", "ann", "mfa"), ("member", "bob", "mfa"), ("open", "app", "login"), ("open", "rows", "read"))
    world = build(tmp_path, sql, "population", ("app::login", "rows::read", "bob::mfa"))

    reached = world.reach(["ann::mfa"])
    assert world.holds(reached, "app::login")
    assert world.holds(reached, "rows::read")
    assert not world.holds(reached, "bob::mfa")
    assert not world.holds(world.reach(["bob::act_as"]), "rows::read")


LISTED = """
SELECT 'k' AS set_key, 'a set' AS set_name, side, n AS node, NULL AS level FROM node
JOIN (VALUES {ends}) v(side, id) USING (id)
"""


def test_listed_in_a_target_set(tmp_path: Path) -> None:
    """Without a level a set lists its targets and those who have the right: relations that are no steps."""
    sql = LISTED.format(ends="('enter', 'desk'), ('member', 'ann'), ('member', 'pin'), ('member', 'rows')")
    world = build(tmp_path, sql, "target-set", ("ann::api_read", "rows::read"))
    kinds_ = world.con.execute(
        "SELECT kind, needs, gives, count(*) FROM relation JOIN derived_relation USING (r) "
        "WHERE because = 'user.tried' GROUP BY ALL"
    ).fetchall()
    node = "derived:user.tried:k"

    assert kinds_ == [("SCOPED_TO", None, None, 4)]
    assert world.steps("user.tried") == [
        *((f"{node} → {one}", False) for one in ("ann", "pin", "rows")),
        (f"desk → {node}", False),
    ]
    assert world.con.execute("SELECT count(*) FROM step WHERE source IN (SELECT n FROM derived_node)").fetchone() == (
        0,
    )
    assert not world.holds(world.reach(["desk"], may=True), "ann::api_read")
    assert not world.holds(world.reach(["desk"], may=True), "rows::read")


def test_listed_in_a_population(tmp_path: Path) -> None:
    """A member without a level belongs at the level it has, no higher."""
    sql = LISTED.format(ends="('member', 'ann'), ('member', 'bob')")
    everyone = "derived:user.tried:k"
    world = build(tmp_path, sql, "population", (f"{everyone}::mfa", f"{everyone}::act_as", "bob::act_as"))

    assert world.holds(world.reach(["ann::mfa"]), f"{everyone}::mfa")
    assert world.holds(world.reach(["bob::act_as"]), f"{everyone}::act_as")
    assert not world.holds(world.reach(["bob::act_as"]), f"{everyone}::mfa")
    assert not world.holds(world.reach(["ann::mfa"]), "bob::act_as")


@pytest.mark.parametrize(
    ("kind", "sql", "why"),
    [
        ("population", rows(("member", "ann", "mfa"), ("open", "bob", "act_as")), "must not open User nodes"),
        ("population", rows(("member", "ann", "mfa"), ("open", "crew", "act_as")), "must not open Group nodes"),
        ("population", rows(("member", "app", "login")), "Application nodes cannot stand on the side `member`"),
        ("population", rows(("member", "ann", "mfa"), ("open", "pw", "held")), "Credential nodes cannot stand"),
        ("population", rows(("member", "ann", "mfa"), ("open", "inside", "position")), "Segment nodes cannot stand"),
        ("population", rows(("enter", "ann", "mfa")), "side must be member or open, not enter"),
        ("target-set", rows(("open", "app", "admin")), "side must be enter or member, not open"),
        ("target-set", rows(("enter", "pw", "held")), "Credential nodes cannot stand on the side `enter`"),
        ("target-set", rows(("member", "pin", "defeated")), "Control nodes cannot stand on the side `member`"),
        ("target-set", rows(("member", "ann", "login")), "User has no level login"),
        (
            "target-set",
            LISTED.format(ends="('enter', 'ann')"),
            "User nodes cannot stand, without a level, on the side `enter`",
        ),
        (
            "population",
            LISTED.format(ends="('open', 'rows')"),
            "Database nodes cannot stand, without a level, on the side `open`",
        ),
        (
            "target-set",
            "SELECT 'k' AS set_key, '' AS set_name, 'member' AS side, 999 AS node, 'top' AS level",
            "no node",
        ),
        ("target-set", rows(("member", "ann", "top")).replace("'k'", "NULL"), "names no node, or no set"),
        ("target-set", rows(("member", "ann", "top")).replace("'member'", "NULL"), "side must be enter or member"),
        ("target-set", rows(("member", "ann", "top")).replace(" n AS", " id AS"), "wrong type"),
        ("target-set", "SELECT 'k' AS set_key, n AS node FROM node", "must yield the columns"),
        ("target-set", "SELECT * FROM base.node", "it reads base.node"),
        ("population", "DELETE FROM node", "one SELECT and nothing else"),
    ],
)
def test_refused(con: duckdb.DuckDBPyConnection, tmp_path: Path, kind: str, sql: str, why: str) -> None:
    """What a scope file may not yield is a sentence that names the file, and nothing is derived."""
    path = tmp_path / "tried.sql"
    path.write_text(HEADER.format(kind=kind) + sql, encoding="utf-8")
    one = registry.read(path)

    with pytest.raises(TechniqueError) as caught:
        sandbox.check(con, one)
        scopes.run(con, one)

    assert why in str(caught.value)
    assert "user.tried (tried.sql)" in str(caught.value)
    assert con.execute("SELECT count(*) FROM derived_node").fetchall() == [(0,)]


def test_negation_without_known(tmp_path: Path) -> None:
    """A file that rests on an absence must say of each row whether it is known."""
    header = HEADER + "-- negates: [HAS_ROLE]\n"

    with pytest.raises(TechniqueError, match="under negation, so it must yield the column known"):
        build(tmp_path, rows(("member", "ann", "top")), "target-set", header=header)


@pytest.mark.parametrize(
    "known", ["false", "NULL", "(SELECT state = 'complete' FROM coverage WHERE scope = 'nothing')"]
)
def test_unknown_rows_are_possible(tmp_path: Path, known: str) -> None:
    """A row that is not said to be known, or that compares with coverage that is not there, is possible only."""
    sql = rows(("enter", "app", "admin"), ("member", "ann", "top")).replace(
        "FROM node", f", {known} AS known FROM node"
    )
    world = build(tmp_path, sql, "target-set", ("ann::top",))

    assert not world.holds(world.reach(["app::admin"]), "ann::top")
    assert world.holds(world.reach(["app::admin"], may=True), "ann::top")


def test_ids_are_stable(tmp_path: Path) -> None:
    """The id of a set follows from the file and the key alone: other members, another order and name change nothing."""
    sql = rows(("enter", "app", "admin"), ("member", "ann", "top"), key="left") + " UNION ALL "
    sql += rows(("member", "bob", "top"), key="right")
    ids = []
    for name, text in (("one", sql), ("two", " UNION ALL ".join(reversed(sql.split(" UNION ALL "))))):
        (tmp_path / name).mkdir()
        text = text if name == "one" else text.replace("'a set'", "'renamed'")
        world = build(tmp_path / name, text, "target-set")
        found = world.con.execute("SELECT n, id FROM derived_node ORDER BY n").fetchall()
        relations = world.con.execute(
            "SELECT r, kind, source, target, needs, gives FROM relation ORDER BY r"
        ).fetchall()
        ids.append((found, relations))

    assert [id_ for _, id_ in ids[0][0]] == ["derived:user.tried:left", "derived:user.tried:right"]
    assert ids[0] == ids[1]


def test_the_same_row_twice(tmp_path: Path) -> None:
    """Rows said twice count once, and are known if one of them is."""
    once = rows(("enter", "app", "admin"), ("member", "ann", "top")).replace("FROM node", ", true AS known FROM node")
    sql = f"{once} UNION ALL {once.replace('true', 'false')} UNION ALL {once}"
    world = build(tmp_path, sql, "target-set", ("ann::top",))

    assert len(world.steps("user.tried")) == 2
    assert world.holds(world.reach(["app::admin"]), "ann::top")


def test_an_inventory_that_uses_our_ids(tmp_path: Path) -> None:
    """A stated node that has the id of a derived set neither breaks a run nor becomes that set."""
    (tmp_path / "own").mkdir()
    sql = rows(("enter", "app", "admin"), ("member", "ann", "top"))
    (tmp_path / "own" / "tried.sql").write_text(HEADER.format(kind="target-set") + sql, encoding="utf-8")
    text = INVENTORY.replace("nodes:", "nodes:\n  - {id: 'derived:user.tried:k', kind: Database}")
    records = facts(tmp_path, text)

    with pytest.raises(TechniqueError, match=r"its set derived:user\.tried:k has the id of a node"):
        World.build(tmp_path, records, techniques=registry.load([tmp_path / "own"]), edits=Edits())
