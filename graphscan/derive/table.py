"""Turn the derived steps into arrays: levels to numbers, guards and relation sets interned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from graphscan import kinds
from graphscan.derive import structural
from graphscan.derive.steps import StepTable
from graphscan.techniques.registry import Technique

STRUCTURAL_EFFORT = 1
DERIVED_EFFORT = 0


def step_table(con: duckdb.DuckDBPyConnection, techniques: Sequence[Technique]) -> StepTable:
    """
    Return the steps of table `step` as arrays.

    Every row's levels are known to exist (the vocabulary and `derive` check them). Numbers of guards and relation sets
    follow their contents, so that the same inventory gives the same arrays.
    """
    names = sorted(structural.titles()) + sorted(one.id for one in techniques)
    efforts = {one.id: one.effort for one in techniques}
    effort = [efforts.get(name, DERIVED_EFFORT if name.startswith("derived:") else STRUCTURAL_EFFORT) for name in names]
    family = _families(con)
    levels = _Levels.of(con)
    rows = con.execute(_STEPS).fetchnumpy()
    count = len(rows["source"])
    source, target = _int32(rows["source"]), _int32(rows["target"])
    guard, guard_ptr, guard_facts = _guards(con, count)
    relation_set, relation_ptr, relation_ids = _relation_sets(con, _int32(rows["relation"]))
    guard_node = (guard_facts >> _LEVEL_BITS).astype(np.int32)
    return StepTable(
        node_count=len(family),
        node_family=family,
        source=source,
        source_level=levels.codes(family[source], rows["source_level"]),
        target=target,
        target_level=levels.codes(family[target], rows["target_level"]),
        guard=guard,
        technique=_technique_numbers(con, names)[rows["technique"]],
        possible=np.asarray(rows["possible"], np.bool_),
        relation_set=relation_set,
        guard_ptr=guard_ptr,
        guard_node=guard_node,
        guard_level=levels.codes(family[guard_node], guard_facts & _NO_LEVEL),
        relation_ptr=relation_ptr,
        relation_ids=relation_ids.astype(np.int32),
        techniques=tuple(names),
        effort=np.asarray(effort, np.uint8),
        known_start=_ambient(con, known=True),
        possible_start=_ambient(con, known=False),
    )


# Private functions

_LEVEL_BITS, _NO_LEVEL = 8, 255
_STEPS = f"""
SELECT source, coalesce(enum_code(source_level), {_NO_LEVEL})::UTINYINT AS source_level,
  target, coalesce(enum_code(target_level), {_NO_LEVEL})::UTINYINT AS target_level,
  enum_code(technique)::INTEGER AS technique, possible,
  CASE WHEN len(relations) = 1 THEN relations[1] ELSE -1 END AS relation
FROM step
"""


@dataclass(frozen=True, slots=True)
class _Levels:
    """Level codes by (family, number of the level's name in the store's enumeration); what has none is carried."""

    table: NDArray[np.uint8]

    @classmethod
    def of(cls, con: duckdb.DuckDBPyConnection) -> "_Levels":
        named = _values(con, "base.level")
        table = np.full((len(kinds.FAMILIES), _NO_LEVEL + 1), kinds.CARRIED, np.uint8)
        for row, family in enumerate(kinds.FAMILIES):
            for column, level in enumerate(named):
                table[row, column] = kinds.LEVEL_CODES.get((family, level), kinds.CARRIED)
        return cls(table)

    def codes(self, family: NDArray[np.uint8], level: NDArray[Any]) -> NDArray[np.uint8]:
        found: NDArray[np.uint8] = self.table[family, level]
        return found


def _values(con: duckdb.DuckDBPyConnection, enum: str) -> list[str]:
    return [str(one) for one in con.execute(f"SELECT enum_range(NULL::{enum})").fetchall()[0][0]]


def _technique_numbers(con: duckdb.DuckDBPyConnection, names: list[str]) -> NDArray[np.int32]:
    place = {name: number for number, name in enumerate(names)}
    return np.asarray([place[name] for name in _values(con, "step_technique")], np.int32)


def _guards(
    con: duckdb.DuckDBPyConnection, count: int
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of each step's guard, and the guards: facts as node << 8 | number of the level's name."""
    most = _scalar(con, "SELECT coalesce(max(len(guards)), 0) FROM step")
    columns = "".join(
        f", coalesce(guards[{place}].n::BIGINT << {_LEVEL_BITS} | enum_code(guards[{place}].level), {_BEHIND_ALL})"
        f" AS c{place}"
        for place in range(1, most + 1)
    )
    rows = con.execute(f"SELECT rowid AS row{columns} FROM step WHERE len(guards) > 0").fetchnumpy()
    number, pointers, facts = _interned([rows[f"c{place}"] for place in range(1, most + 1)])
    guard = np.full(count, -1, np.int32)
    guard[rows["row"]] = number
    return guard, pointers, facts


def _relation_sets(
    con: duckdb.DuckDBPyConnection, relation: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of each step's set, and the sets: those of one relation in its order, then the others."""
    used = np.zeros(int(relation.max(initial=-1)) + 1, bool)
    used[relation[relation >= 0]] = True
    single = np.flatnonzero(used)
    most = _scalar(con, "SELECT coalesce(max(len(relations)), 0) FROM step")
    columns = "".join(
        f", coalesce(relations[{place}]::BIGINT, {_BEHIND_ALL}) AS c{place}" for place in range(1, most + 1)
    )
    rows = con.execute(f"SELECT rowid AS row{columns} FROM step WHERE len(relations) > 1").fetchnumpy()
    number, pointers, ids = _interned([rows[f"c{place}"] for place in range(1, most + 1)])
    sets = np.full(len(relation), -1, np.int32)
    sets[rows["row"]] = number + np.int32(len(single))
    one = relation >= 0
    sets[one] = (np.cumsum(used, dtype=np.int32) - 1)[relation[one]]
    return (
        sets,
        np.concatenate([np.arange(len(single), dtype=np.int64), pointers + len(single)]),
        np.concatenate([single, ids]),
    )


_BEHIND_ALL = (1 << 63) - 1  # where a set has no further member


def _interned(columns: list[NDArray[Any]]) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """
    Number sets by their contents, compared member by member, the smallest first, a shorter one before a longer.

    Args:
        columns: the members of each set, in any order, some perhaps twice; `_BEHIND_ALL` where there are no more.

    Returns the number of each row's set, and the sets, each sorted: where they begin, and their members.
    """
    if not columns or not len(columns[0]):
        return np.zeros(0, np.int32), np.zeros(1, np.int64), np.zeros(0, np.int64)
    rows = np.stack([np.asarray(one, np.int64) for one in columns], axis=1)
    rows.sort(axis=1)
    twice = (rows[:, 1:] == rows[:, :-1]) & (rows[:, 1:] != _BEHIND_ALL)
    if twice.any():
        rows[:, 1:][twice] = _BEHIND_ALL
        rows.sort(axis=1)
    rows[rows == _BEHIND_ALL] = -1
    order = np.lexsort(tuple(rows[:, place] for place in reversed(range(rows.shape[1]))))
    rows = rows[order]
    new = np.ones(len(rows), bool)
    new[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    number = np.empty(len(rows), np.int32)
    number[order] = np.cumsum(new, dtype=np.int32) - 1
    sets = rows[new]
    there = sets >= 0
    pointers = np.concatenate([np.zeros(1, np.int64), np.cumsum(there.sum(axis=1))])
    return number, pointers, sets[there]


def _families(con: duckdb.DuckDBPyConnection) -> NDArray[np.uint8]:
    order = {name: number for number, name in enumerate(kinds.FAMILIES)}
    named = [(kind.name, order[kind.family]) for kind in kinds.NODE_KINDS.values()]
    # A thing of which nobody says what it is has no kind, and no step.
    rows = con.execute(
        "SELECT coalesce(f.family, 0)::UTINYINT AS family FROM ("
        "SELECT n, kind FROM base.node UNION ALL SELECT n, kind FROM derived_node) LEFT JOIN ("
        "SELECT unnest(?::VARCHAR[]) AS kind, unnest(?::UTINYINT[]) AS family) f USING (kind) ORDER BY n",
        [[name for name, _ in named], [number for _, number in named]],
    ).fetchnumpy()
    return np.asarray(rows["family"], np.uint8)


def _ambient(con: duckdb.DuckDBPyConnection, known: bool) -> NDArray[np.int32]:
    """Return what anyone holds, as (node, level code): open controls, the internet, the anonymous population."""
    found = con.execute(
        "SELECT n FROM control WHERE (enforced IN ('no', 'absent') OR effect = 'hinders') = ? "
        "AND (? OR enforced = 'unknown') ORDER BY n",
        [known, known],
    ).fetchall()
    facts = [(n, kinds.level_code("Control", "defeated")) for (n,) in found]
    if known:
        internet = con.execute("SELECT n FROM node WHERE id = ?", [kinds.INTERNET]).fetchall()
        facts += [(n, kinds.level_code("Segment", "position")) for (n,) in internet]
        anyone = con.execute("SELECT n FROM node WHERE kind = 'Group' AND subtype = ?", [kinds.ANONYMOUS]).fetchall()
        facts += [(n, kinds.level_code("Group", "act_as")) for (n,) in anyone]
    return np.asarray(sorted(facts), np.int32).reshape(-1, 2)


def _int32(values: Any) -> NDArray[np.int32]:
    return np.asarray(values, np.int32)


def _scalar(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(con.execute(sql).fetchall()[0][0])
