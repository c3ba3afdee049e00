"""The page on writing techniques: its examples are run from the page itself, and it names what there is."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from graphscan.expand.edits import Edits
from graphscan.expand.scopes import FAN_OUT
from graphscan.techniques import registry, sandbox
from tests.inventory import World, facts

PAGE = (Path(__file__).parents[2] / "docs" / "techniques.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"<!-- test: \w+ (\S+) -->\n```sql\n(.*?)```", PAGE, re.DOTALL))

ENVELOPE = """
nodes:
  - {id: emergency, kind: User}
  - {id: envelope, kind: Credential, subtype: envelope}
  - {id: safe, kind: Control, enforced: "%s"}
relations:
  - {source: emergency, kind: HAS_CREDENTIAL, target: envelope}
  - {source: safe, kind: APPLIES_TO, target: envelope}
"""
HELP_DESK = """
nodes:
  - {id: desk, kind: RoleAssignment, provider: okta, subtype: help_desk_admin}
  - {id: other, kind: RoleAssignment, provider: okta, subtype: read_only_admin}
  - {id: plain, kind: User}
  - {id: unread, kind: User}
  - {id: groups-unread, kind: User}
  - {id: in-unread-group, kind: User}
  - {id: admin, kind: User}
  - {id: admin-by-group, kind: User}
  - {id: maybe-admin, kind: User}
  - {id: admins, kind: Group}
  - {id: inner, kind: Group}
  - {id: read-group, kind: Group}
  - {id: unread-group, kind: Group}
relations:
  - {source: admin, kind: HAS_ROLE, target: other}
  - {source: admins, kind: HAS_ROLE, target: other}
  - {source: admin-by-group, kind: MEMBER_OF, target: inner}
  - {source: inner, kind: MEMBER_OF, target: admins}
  - {source: maybe-admin, kind: HAS_ROLE, target: other, observed: possible}
  - {source: plain, kind: MEMBER_OF, target: read-group}
  - {source: in-unread-group, kind: MEMBER_OF, target: unread-group}
coverage:
"""
USERS = ("plain", "unread", "groups-unread", "in-unread-group", "admin", "admin-by-group", "maybe-admin")
COVERAGE = "".join(
    f"  - {{relation: {relation}, scope: {scope}, complete: true}}\n"
    for relation, scopes in (
        ("HAS_ROLE", {*USERS, "read-group", "inner", "admins"} - {"unread"}),
        ("MEMBER_OF", set(USERS) - {"groups-unread"}),
    )
    for scope in sorted(scopes)
)


@pytest.fixture
def world(tmp_path: Path) -> Callable[..., World]:
    """Return a function that runs the pipeline with the page's files in a user's folder."""
    folder = tmp_path / "own"
    folder.mkdir()
    for name, sql in EXAMPLES.items():
        (folder / name).write_text(sql, encoding="utf-8")

    def build(text: str, edits: Edits | None = None, asked: tuple[str, ...] = ()) -> World:
        return World.build(
            tmp_path, facts(tmp_path, text), techniques=registry.load([folder]), edits=edits, asked=asked
        )

    return build


def test_there_are_examples() -> None:
    """The page has a technique and a scope file that can be run."""
    assert set(EXAMPLES) == {"break-glass.sql", "plain-users.sql"}


@pytest.mark.parametrize(("enforced", "known"), [("no", True), ("yes", False)])
def test_example_technique(world: Callable[..., World], enforced: str, known: bool) -> None:
    """The example technique opens the emergency account from the envelope, where the safe stands open."""
    found = world(ENVELOPE % enforced, asked=("emergency::top",))

    assert found.steps("acme.break-glass") == [("envelope::held → emergency::top | safe::defeated", False)]
    assert found.holds(found.reach(["envelope"]), "emergency::top") is known


def test_example_scope_file(world: Callable[..., World]) -> None:
    """Without a role is known only where roles and groups were read completely, else possible; admins are never in."""
    found = world(HELP_DESK + COVERAGE, asked=tuple(f"{user}::act_as" for user in USERS))
    known, may = found.reach(["desk"]), found.reach(["desk"], may=True)

    assert [user for user in USERS if found.holds(known, f"{user}::act_as")] == ["plain"]
    assert {user for user in USERS if found.holds(may, f"{user}::act_as")} == {
        "plain",
        "unread",
        "groups-unread",
        "in-unread-group",
        "maybe-admin",
    }
    assert found.steps("acme.plain-users")[-1] == ("desk::held → derived:acme.plain-users:all::held", False)


def test_example_scope_file_of_a_source_read_whole(world: Callable[..., World]) -> None:
    """Coverage of a whole source counts for everything which that source states."""
    whole = "  - {relation: HAS_ROLE, complete: true}\n  - {relation: MEMBER_OF, complete: true}\n"
    found = world(HELP_DESK + whole, asked=tuple(f"{user}::act_as" for user in USERS))
    known = found.reach(["desk"])

    assert {user for user in USERS if found.holds(known, f"{user}::act_as")} == {
        "plain",
        "unread",
        "groups-unread",
        "in-unread-group",
    }


def test_taking_a_role_away_opens(world: Callable[..., World]) -> None:
    """An edit runs scope files again: without their role, administrators can be taken over by the help desk."""
    edits = Edits(without=("other",))
    found = world(HELP_DESK + COVERAGE, edits=edits, asked=("admin::act_as", "admin-by-group::act_as"))
    known = found.reach(["desk"])

    assert found.holds(known, "admin::act_as")
    assert found.holds(known, "admin-by-group::act_as")


def test_without_the_scope_file(world: Callable[..., World]) -> None:
    """`--without` of a scope file leaves its sets out."""
    found = world(HELP_DESK + COVERAGE, edits=Edits(without=("acme.plain-users",)))

    assert found.steps("acme.plain-users") == []


def test_the_page_names_what_there_is() -> None:
    """Every header key, every view, every column of each view and both limits stand on the page."""
    named = set(re.findall(r"`([^`\n]+)`", PAGE))

    assert set(registry.KEYS) <= named
    assert set(sandbox.VIEWS) <= named
    assert set(registry.FileKind) <= named
    assert {"source", "source_level", "target", "target_level", "guards", "relations", "possible"} <= named
    assert {"set_key", "set_name", "side", "node", "level", "known", "enter", "member", "open"} <= named
    assert f"at most {FAN_OUT} ×" in PAGE
    assert (sandbox.TIME_LIMIT, "at most five minutes" in PAGE) == (300, True)


def test_the_page_names_every_column(world: Callable[..., World]) -> None:
    """The columns of the five views are those on the page."""
    found = world(ENVELOPE % "no")
    for view in sandbox.VIEWS:
        columns = [row[0] for row in found.con.execute(f"DESCRIBE {view}").fetchall()]
        line = next(line for line in PAGE.splitlines() if line.startswith(f"| `{view}` |"))
        assert [one for one in columns if f"`{one}`" not in line] == [], view
