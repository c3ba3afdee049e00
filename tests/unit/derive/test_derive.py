"""From inventory to steps: relation kinds that are steps on their own, what is possible, and the arrays."""

import random
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from graphscan import kinds
from graphscan.derive.run import derive
from graphscan.derive.steps import StepTable
from graphscan.derive.structural import titles
from graphscan.derive.table import step_table
from graphscan.errors import TechniqueError
from graphscan.expand.edits import Edits
from graphscan.expand.run import expand
from graphscan.model import Node, Observed, Record, Ref, Relation
from graphscan.techniques import registry
from tests.inventory import AT, facts, merged

# One relation of each kind that is a step on its own: source kind, target kind, and the step it is.
STEPS = {
    "MEMBER_OF": ("User", "Group", "a::None → b::None"),
    "CONTAINS": ("Application", "Wiki", "a::login → b::read"),
    "IN_SEGMENT": ("Host", "Segment", "a::exec → b::position"),
    "REACHABLE_FROM": ("Application", "Segment", "b::position → a::reachable"),
    "CONNECTS_TO": ("Application", "Host", "a::login → b::reachable"),
    "DEPENDS_ON": ("Pipeline", "Repository", "b::publish → a::exec"),
    "GRANTS": ("Credential", "Repository", "a::held → b::read"),
    "DEFEATED_BY": ("Control", "Credential", "b::held → a::defeated"),
}
SEVERAL = """
nodes:
  - {id: ann, kind: User}
  - {id: bob, kind: User}
  - {id: crew, kind: Group}
  - {id: anyone, kind: Group, subtype: anonymous}
  - {id: pw, kind: Credential, subtype: password}
  - {id: app, kind: Application}
  - {id: pin, kind: Control, enforced: "yes"}
  - {id: acl, kind: Control, enforced: absent}
  - {id: unsure, kind: Control}
  - {id: block-list, kind: Control, enforced: "yes", effect: hinders}
relations:
  - {source: ann, kind: HAS_CREDENTIAL, target: pw, guarded_by: [pin, acl]}
  - {source: bob, kind: HAS_CREDENTIAL, target: pw, guarded_by: [acl, pin]}
  - {source: ann, kind: MEMBER_OF, target: crew}
  - {source: crew, kind: ASSIGNED_TO, target: app, guarded_by: [unsure, "app::reachable"]}
  - {source: app, kind: REACHABLE_FROM, target: internet}
"""


def table(folder: Path, records: Sequence[Record], without: Sequence[str] = ()) -> StepTable:
    files = registry.load()
    con = merged(folder, records)
    expand(con, files, AT, Edits(without=tuple(without)), {})
    derive(con, files, without=without)
    return step_table(con, files)


def test_every_structural_kind(tmp_path: Path) -> None:
    """Each relation kind that is a step on its own leads the way and between the levels that the vocabulary says."""
    assert set(STEPS) == {kind.name for kind in kinds.RELATION_KINDS.values() if kind.step}
    records: list[Record] = []
    for kind, (source, target, _) in STEPS.items():
        records += [Node(f"{kind}/a", source), Node(f"{kind}/b", target)]
        records.append(Relation(Ref(f"{kind}/a"), kind, Ref(f"{kind}/b")))
    con = merged(tmp_path, records)
    expand(con, [], AT, Edits(), {})
    derive(con, [])
    rows = con.execute(
        "SELECT a.id, s.source_level, b.id, s.target_level, s.technique FROM step s JOIN node a ON a.n = s.source "
        "JOIN node b ON b.n = s.target WHERE s.technique LIKE 'structural:%' ORDER BY s.technique"
    ).fetchall()

    found = {row[4].split(":")[1]: f"{row[0]}::{row[1]} → {row[2]}::{row[3]}" for row in rows}
    assert {kind: step.replace(f"{kind}/", "") for kind, step in found.items()} == {
        kind: step for kind, (_, _, step) in STEPS.items()
    }
    assert {f"structural:{kind}" for kind in STEPS} <= set(titles())


@pytest.mark.parametrize("observed", list(Observed))
def test_what_was_not_seen_is_possible(tmp_path: Path, observed: Observed) -> None:
    """A step on a relation that is assumed or possible is possible, structural or by a technique."""
    records: list[Record] = [
        Node("ann", "User"),
        Node("crew", "Group"),
        Node("code", "Repository"),
        Relation(Ref("ann"), "MEMBER_OF", Ref("crew"), observed=observed),
        Relation(Ref("crew"), "ASSIGNED_TO", Ref("code"), observed=observed),
    ]

    found = table(tmp_path, records)

    assert len(found) == 2
    assert set(found.possible.tolist()) == {observed != Observed.YES}


def test_without_a_technique(tmp_path: Path) -> None:
    """`--without TECHNIQUE` leaves out its steps and no others."""
    records = facts(tmp_path, SEVERAL)
    (tmp_path / "all").mkdir()
    (tmp_path / "less").mkdir()

    everything, less = table(tmp_path / "all", records), table(tmp_path / "less", records, ["generic.sign-in"])

    def used(one: StepTable) -> set[str]:
        return {one.techniques[number] for number in one.technique.tolist()}

    assert used(everything) - used(less) == {"generic.sign-in"}
    assert len(less) == len(everything) - 1


def test_arrays(tmp_path: Path) -> None:
    """Guards are interned as sets, relation sets numbered, membership carries, and ambient is what anyone has."""
    found = table(tmp_path, facts(tmp_path, SEVERAL))
    ids = ["acl", "ann", "anyone", "app", "block-list", "bob", "crew", "internet", "pin", "pw", "unsure"]
    number = {id_: n for n, id_ in enumerate(ids)}

    def facts_of(starts: np.ndarray) -> set[tuple[str, str]]:
        return {(ids[n], kinds.LEVELS[code][1]) for n, code in starts.tolist()}

    by_technique = {name: np.flatnonzero(found.technique == n) for n, name in enumerate(found.techniques)}
    passwords, members = by_technique["generic.use-credential"], by_technique["structural:MEMBER_OF"]
    assert found.node_count == len(ids)
    assert len(set(found.guard[passwords].tolist())) == 1
    assert len(found.guard_ptr) - 1 == 2
    first = int(found.guard[passwords[0]])
    guard = found.guard_node[found.guard_ptr[first] : found.guard_ptr[first + 1]].tolist()
    assert guard == sorted([number["acl"], number["pin"]])
    assert found.source_level[members].tolist() == found.target_level[members].tolist() == [kinds.CARRIED]
    assert found.guard[members].tolist() == [-1]
    assert len(set(found.relation_set.tolist())) == len(found)
    assert facts_of(found.known_start) == {
        ("acl", "defeated"),
        ("block-list", "defeated"),
        ("internet", "position"),
        ("anyone", "act_as"),
    }
    assert facts_of(found.possible_start) == {("unsure", "defeated")}
    efforts = dict(zip(found.techniques, found.effort.tolist(), strict=True))
    assert (efforts["derived:CONTAINS"], efforts["structural:CONTAINS"], efforts["generic.relay-factor"]) == (0, 1, 3)


def test_the_order_of_an_import_changes_nothing(tmp_path: Path) -> None:
    """The same inventory in another order gives the same steps with the same numbers."""
    records = facts(tmp_path, SEVERAL)
    shuffled = random.Random(1).sample(records, len(records))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    one, other = table(tmp_path / "a", records), table(tmp_path / "b", shuffled)

    def rows(steps: StepTable) -> list[tuple[int, ...]]:
        columns = (steps.source, steps.source_level, steps.target, steps.target_level, steps.guard, steps.technique)
        return sorted(zip(*(column.tolist() for column in (*columns, steps.possible, steps.relation_set)), strict=True))

    assert rows(one) == rows(other)
    for name in ("guard_ptr", "guard_node", "guard_level", "relation_ptr", "relation_ids", "known_start"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_the_anonymous_are_anyone(tmp_path: Path) -> None:
    """What the anonymous population is assigned to is open to anyone."""
    text = "nodes:\n  - {id: anyone, kind: Group, subtype: anonymous}\n  - {id: code, kind: Repository}\n"
    text += "relations:\n  - {source: anyone, kind: ASSIGNED_TO, target: code}\n"

    found = table(tmp_path, facts(tmp_path, text))

    assert [tuple(one) for one in found.known_start.tolist()] == [
        (0, kinds.level_code("Group", "act_as")),
        (2, kinds.level_code("Segment", "position")),
    ]
    assert found.source.tolist() == [0]


KEPT = """
-- id: user.tried
-- title: Tried
-- attack: none
-- nodes: [User, Group, Application]
-- what: Keeps whatever level there is.
SELECT a.n AS source, {start} AS source_level, b.n AS target, {end} AS target_level
FROM node a, node b WHERE a.id = 'ann' AND b.id = '{target}'
"""


@pytest.mark.parametrize(
    ("start", "end", "target", "why"),
    [
        ("NULL", "NULL", "crew", ""),
        ("NULL", "'mfa'", "crew", "ann (User) has no level None"),
        ("'mfa'", "NULL", "crew", "crew (Group) has no level None"),
        ("NULL", "NULL", "app", "has no level None"),
    ],
)
def test_a_step_at_whatever_level(tmp_path: Path, start: str, end: str, target: str, why: str) -> None:
    """Between two principals a technique may leave both levels out, and nowhere else."""
    path = tmp_path / "own" / "tried.sql"
    path.parent.mkdir()
    path.write_text(KEPT.format(start=start, end=end, target=target).strip(), encoding="utf-8")
    files = [registry.read(path)]
    con = merged(tmp_path, facts(tmp_path, SEVERAL))
    expand(con, files, AT, Edits(), {})

    if why:
        with pytest.raises(TechniqueError, match=re.escape(why)):
            derive(con, files)
        return
    derive(con, files)
    found = step_table(con, files)
    of = [found.techniques[one] == "user.tried" for one in found.technique]
    assert found.source_level[of].tolist() == found.target_level[of].tolist() == [kinds.CARRIED]
