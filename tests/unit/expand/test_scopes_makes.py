"""Hypothetical credentials: what a set's right makes, and what nobody lists; marked, switchable, and never a start."""

from pathlib import Path

import duckdb
import pytest

from graphscan.errors import TechniqueError
from graphscan.expand import scopes
from graphscan.expand.edits import Edits
from graphscan.expand.run import expand
from graphscan.techniques import registry, sandbox
from tests.inventory import AT, World, facts, merged

INVENTORY = """
nodes:
  - {id: ann, kind: User}
  - {id: bob, kind: User}
  - {id: desk, kind: RoleAssignment}
  - {id: crew, kind: Group}
relations:
  - {source: bob, kind: MEMBER_OF, target: crew}
"""
HEADER = """\
-- id: user.{name}
-- title: Tried
-- kind: {kind}
-- reads: [SCOPED_TO, MEMBER_OF]
-- nodes: [User, RoleAssignment, Scope, Credential]
-- makes: {makes}
-- what: Something to try.
"""
RESET = """
SELECT 'k' AS set_key, 'users of the crew' AS set_name, side, n AS node, level{more} FROM node
JOIN (VALUES ('enter', 'desk', 'held'), ('member', 'ann', NULL)) v(side, id, level) USING (id)
"""
WRITE = """\
-- id: user.write
-- title: Somebody writes
-- attack: T1098
-- reads: [SCOPED_TO]
-- nodes: [Scope, Credential, User]
-- what: Writes.
-- close: Do not.
WITH made AS (
  SELECT e.source AS s, e.target AS c, e.r FROM relation e JOIN node c ON c.n = e.target AND c.kind = 'Credential'
  WHERE e.kind = 'SCOPED_TO'
)
SELECT s AS source, 'held' AS source_level, c AS target, 'held' AS target_level, [r] AS relations FROM made
UNION ALL
SELECT m.c, 'held', e.target, 'act_as', [e.r] FROM made m JOIN relation e ON e.source = m.s AND e.kind = 'SCOPED_TO'
JOIN node u ON u.n = e.target AND u.kind = 'User'
"""
SESSION = """
SELECT id AS set_key, 'a session of ' || id AS set_name, 'account' AS side, n AS node, 'mfa.session' AS level{more}
FROM node WHERE id IN ('ann', 'bob')
"""
SCOPE = "derived:user.reset:k"
MADE = "derived:user.reset:k:credential"


def build(folder: Path, files: dict[str, str], *asked: str, without: tuple[str, ...] = ()) -> World:
    """Return the world of the inventory with technique files of a user's."""
    (folder / "own").mkdir()
    for name, text in files.items():
        (folder / "own" / f"{name}.sql").write_text(text, encoding="utf-8")
    found = [one for one in registry.load([folder / "own"]) if one.id.startswith("user.") or one.id == CREDENTIALS]
    return World.build(folder, facts(folder, INVENTORY), techniques=found, asked=asked, edits=Edits(without=without))


CREDENTIALS = "generic.use-credential"


def target_set(more: str = "", makes: str = "attacker_password") -> str:
    """Return a scope file that makes something."""
    return HEADER.format(name="reset", kind="target-set", makes=makes) + RESET.format(more=more)


def hypothesis(more: str = "") -> str:
    """Return a file of sessions that nobody lists."""
    return HEADER.format(name="sessions", kind="hypothesis", makes="session") + SESSION.format(more=more)


def test_a_right_makes_a_credential(tmp_path: Path) -> None:
    """From the right to the write to the members; the credential is a node of its own, marked as never seen."""
    world = build(tmp_path, {"reset": target_set(), "write": WRITE}, f"{MADE}::held", "ann::act_as", "bob::act_as")
    node = world.con.execute("SELECT kind, provider, subtype, name, hypothetical FROM node WHERE id = ?", [MADE])

    assert node.fetchall() == [
        ("Credential", "derived", "attacker_password", "attacker password for users of the crew", True)
    ]
    assert world.con.execute("SELECT hypothetical FROM derived_node WHERE id = ?", [SCOPE]).fetchall() == [(False,)]
    assert world.steps("user.reset") == [
        (f"{SCOPE} → ann", False),
        (f"{SCOPE} → {MADE}", False),
        (f"desk::held → {SCOPE}::held", False),
    ]
    # What can be written is known: nothing about it was left unread.
    reached = world.reach(["desk"])
    assert world.holds(reached, f"{MADE}::held")
    assert world.holds(reached, "ann::act_as")
    assert not world.holds(world.reach(["desk"], may=True), "bob::act_as")


def test_who_has_the_credential_needs_the_right_no_more(tmp_path: Path) -> None:
    """It is what the attacker knows: it opens the members by itself, and who has nothing has no such credential."""
    world = build(tmp_path, {"reset": target_set(), "write": WRITE}, f"{MADE}::held", "ann::act_as")

    assert world.holds(world.reach([MADE]), "ann::act_as")
    assert not world.holds(world.reach(["bob"], may=True), f"{MADE}::held")


@pytest.mark.parametrize(("without", "there"), [("user.write", True), ("user.reset", False)])
def test_switching_off(tmp_path: Path, without: str, there: bool) -> None:
    """Without the technique the credential is inert; without the file that states it, it is not there."""
    world = build(tmp_path, {"reset": target_set(), "write": WRITE}, "ann::act_as", without=(without,))

    assert (MADE in world.numbers) is there
    assert not world.holds(world.reach(["desk"], may=True), "ann::act_as")
    if there:
        assert not world.holds(world.reach([MADE], may=True), "ann::act_as")


def test_several_sorts(tmp_path: Path) -> None:
    """A file that makes several sorts says which a set is for; a set for none of them makes nothing."""
    more = ", CASE side WHEN 'enter' THEN 'attacker_factor' END AS makes"
    other = RESET.format(more=", NULL AS makes").replace("'k'", "'none'")
    text = f"{target_set(more, '[attacker_password, attacker_factor]')} UNION ALL {other}"
    world = build(tmp_path, {"reset": text})

    assert world.con.execute("SELECT id, subtype FROM node WHERE hypothetical").fetchall() == [
        (MADE, "attacker_factor")
    ]


def test_what_nobody_lists(tmp_path: Path) -> None:
    """A hypothesis is a credential of one principal; nobody has it, and another's opens nothing."""
    asked = ("ann::mfa.session", "ann::act_as", "bob::mfa.session", "crew::mfa.session")
    world = build(tmp_path, {"sessions": hypothesis()}, *asked)
    held = "derived:user.sessions:bob"

    assert world.steps("user.sessions") == [
        (f"{one}::held → derived:user.sessions:{one}::mfa.session", False) for one in ("ann", "bob")
    ]
    assert [world.holds(world.reach([held]), one) for one in asked] == [False, False, True, True]
    assert not world.holds(world.reach(["desk"], may=True), "ann::mfa.session")
    assert world.con.execute("SELECT name, hypothetical FROM node WHERE id = ?", [held]).fetchall() == [
        ("a session of bob", True)
    ]


def test_a_hypothesis_that_rests_on_a_gap(tmp_path: Path) -> None:
    """What it gives is possible where the row says so."""
    world = build(tmp_path, {"sessions": hypothesis(", id = 'ann' AS known")}, "ann::mfa.session", "bob::mfa.session")

    assert world.holds(world.reach(["derived:user.sessions:ann"]), "ann::mfa.session")
    assert not world.holds(world.reach(["derived:user.sessions:bob"]), "bob::mfa.session")
    assert world.holds(world.reach(["derived:user.sessions:bob"], may=True), "bob::mfa.session")


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """One inventory for all that is refused."""
    folder = tmp_path_factory.mktemp("refused")
    con = merged(folder, facts(folder, INVENTORY))
    expand(con, [], AT, Edits(), {})
    return con


TWO = "[attacker_password, attacker_factor]"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (target_set(makes=TWO), "it makes several sorts of credential, so it must yield the column makes as well"),
        (target_set(", 'session' AS makes", TWO), "it makes session, which its header does not name"),
        (
            target_set(", CASE side WHEN 'enter' THEN 'attacker_factor' ELSE 'attacker_password' END AS makes", TWO),
            "it makes attacker_factor and attacker_password for one set",
        ),
        (hypothesis().replace("'account'", "'member'"), "side must be account, not member"),
        (hypothesis().replace("'mfa.session'", "NULL"), "says not which level the credential gives"),
        (hypothesis().replace("'mfa.session'", "'login'"), "User has no level login"),
        (
            hypothesis().replace("'ann', 'bob'", "'desk'").replace("mfa.session", "held"),
            "RoleAssignment nodes cannot stand on the side `account` of a hypothesis",
        ),
    ],
)
def test_refused(con: duckdb.DuckDBPyConnection, tmp_path: Path, text: str, why: str) -> None:
    """What such a file may not yield is a sentence that names the file, and nothing is derived."""
    path = tmp_path / "tried.sql"
    path.write_text(text, encoding="utf-8")
    one = registry.read(path)

    with pytest.raises(TechniqueError) as caught:
        sandbox.check(con, one)
        scopes.run(con, one)

    assert why in str(caught.value)
    assert "(tried.sql)" in str(caught.value)
    assert con.execute("SELECT count(*) FROM derived_node").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("kind", "makes", "why"),
    [
        ("population", "session", "makes is for a target-set or a hypothesis only"),
        ("technique", "session", "makes is for a target-set or a hypothesis only"),
        ("hypothesis", "[]", "makes is missing"),
        ("target-set", "Attacker Password", "makes names Attacker Password, which is no name like api_token"),
    ],
)
def test_a_header_that_is_not_right(tmp_path: Path, kind: str, makes: str, why: str) -> None:
    """Who may make what is said in the header, in the words of the vocabulary."""
    path = tmp_path / "tried.sql"
    path.write_text(HEADER.format(name="tried", kind=kind, makes=makes) + "SELECT 1", encoding="utf-8")

    with pytest.raises(TechniqueError, match=why):
        registry.read(path)


def test_an_inventory_that_uses_the_id_of_what_is_made(tmp_path: Path) -> None:
    """A stated node that has the id of a hypothetical credential does not become it."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "reset.sql").write_text(target_set(), encoding="utf-8")
    records = facts(tmp_path, INVENTORY.replace("nodes:", f"nodes:\n  - {{id: '{MADE}', kind: Credential}}"))

    with pytest.raises(TechniqueError, match=r"its set derived:user\.reset:k:credential has the id of a node"):
        World.build(tmp_path, records, techniques=registry.load([tmp_path / "own"]), edits=Edits())
