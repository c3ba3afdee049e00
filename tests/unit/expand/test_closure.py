"""Membership through nested groups, cycles and possible memberships."""

from pathlib import Path

import pytest

from graphscan.expand.edits import Edits
from graphscan.expand.run import expand
from graphscan.techniques import registry
from tests.inventory import AT, facts, merged

READER = """\
-- id: user.reader
-- title: Reads memberships
-- kind: population
-- reads: [MEMBER_OF]
-- nodes: [User]
-- what: Reads memberships and derives nothing.
SELECT '' AS set_key, '' AS set_name, 'member' AS side, principal AS node, 'act_as' AS level FROM membership WHERE false
"""
GROUPS = """
nodes:
  - {id: ann, kind: User}
  - {id: bob, kind: User}
  - {id: eve, kind: User}
  - {id: a, kind: Group}
  - {id: b, kind: Group}
  - {id: c, kind: Group}
  - {id: d, kind: Group}
  - {id: alone, kind: Group}
relations:
  - {source: ann, kind: MEMBER_OF, target: a}
  - {source: a, kind: MEMBER_OF, target: b}
  - {source: b, kind: MEMBER_OF, target: c}
  - {source: c, kind: MEMBER_OF, target: a}
  - {source: c, kind: MEMBER_OF, target: d, observed: possible}
  - {source: bob, kind: MEMBER_OF, target: d}
  - {source: eve, kind: MEMBER_OF, target: a, valid_to: 2023-06-01}
"""


def memberships(folder: Path, edits: Edits) -> dict[str, dict[str, bool]]:
    """Return {member: {group: known}} after closing."""
    (folder / "own").mkdir()
    (folder / "own" / "reader.sql").write_text(READER, encoding="utf-8")
    con = merged(folder, facts(folder, GROUPS))
    expand(con, registry.load([folder / "own"]), AT, edits, {})
    found: dict[str, dict[str, bool]] = {}
    rows = con.execute(
        "SELECT p.id, g.id, m.known FROM membership m JOIN node p ON p.n = m.principal JOIN node g ON g.n = m.grp"
    ).fetchall()
    for principal, group, known in rows:
        found.setdefault(principal, {})[group] = known
    assert len(rows) == sum(len(groups) for groups in found.values())
    return found


def test_nesting_and_cycles(tmp_path: Path) -> None:
    """Members of an inner group belong to every outer one, around a cycle once; what is possible stays possible."""
    found = memberships(tmp_path, Edits())

    everywhere = {"a": True, "b": True, "c": True, "d": False}
    assert found["ann"] == everywhere
    assert found["bob"] == {"d": True}
    assert "eve" not in found
    assert {group: known for group, known in found["b"].items() if group != "b"} == {"a": True, "c": True, "d": False}


def test_an_edit_closes_again(tmp_path: Path) -> None:
    """Leaving out a group in the middle ends what led through it."""
    found = memberships(tmp_path, Edits(without=("b",)))

    assert found["ann"] == {"a": True}
    assert found["c"] == {"a": True, "d": False}


@pytest.mark.parametrize("reader", ["reads: [MEMBER_OF]", "negates: [EFFECTIVE_MEMBER_OF]", "reads: []"])
def test_closed_only_where_it_is_read(tmp_path: Path, reader: str) -> None:
    """A file that names either membership kind has the closure; without any, nothing is closed."""
    (tmp_path / "own").mkdir()
    text = READER.replace("reads: [MEMBER_OF]", reader).replace("AS level FROM", "AS level, true AS known FROM")
    if reader == "reads: []":
        text = text.replace("principal AS node", "n AS node").replace("FROM membership", "FROM node")
    (tmp_path / "own" / "reader.sql").write_text(text, encoding="utf-8")
    con = merged(tmp_path, facts(tmp_path, GROUPS))
    expand(con, registry.load([tmp_path / "own"]), AT, Edits(), {})

    count = con.execute("SELECT count(*) FROM membership WHERE known").fetchall()[0][0]
    assert (count > 0) == (reader != "reads: []")


@pytest.mark.parametrize(("reads", "rows"), [("membership", 14), ("relation WHERE kind = 'MEMBER_OF'", 0)])
def test_it_is_closed_where_a_file_reads_it(tmp_path: Path, reads: str, rows: int) -> None:
    """A file that follows single memberships costs no closure, which may be as large as people times groups."""
    folder = tmp_path / "own"
    folder.mkdir()
    where = READER.replace("principal AS node", "1 AS node").replace("FROM membership WHERE false", f"FROM {reads}")
    (folder / "reader.sql").write_text(f"{where.rstrip()} LIMIT 0\n", encoding="utf-8")
    con = merged(tmp_path, facts(tmp_path, GROUPS))

    expand(con, registry.load([folder]), AT, Edits(), {})

    assert con.execute("SELECT count(*) FROM membership").fetchall() == [(rows,)]
