"""Turn the derived steps into arrays: levels to numbers, guards and relation sets interned."""

from collections.abc import Sequence
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
    con.execute(
        "CREATE TEMP TABLE technique_number AS "
        "SELECT unnest(?::VARCHAR[]) AS name, unnest(range(?))::INTEGER AS number",
        [names, len(names)],
    )
    con.execute(_GUARDS)
    con.execute(_SEVERAL_RELATIONS)
    con.execute(_FACT_LEVELS, [kinds.CARRIED, kinds.CARRIED])
    rows = con.execute("SELECT * FROM numbered_step").fetchnumpy()
    guard_ptr, guard_node, guard_level = _guards(con)
    relation_set, relation_ptr, relation_ids = _relation_sets(con, rows)
    return StepTable(
        node_count=_scalar(con, "SELECT (SELECT count(*) FROM base.node) + (SELECT count(*) FROM derived_node)"),
        node_family=_families(con),
        source=_int32(rows["source"]),
        source_level=np.asarray(rows["source_level"], np.uint8),
        target=_int32(rows["target"]),
        target_level=np.asarray(rows["target_level"], np.uint8),
        guard=_int32(rows["guard"]),
        technique=_int32(rows["technique"]),
        possible=np.asarray(rows["possible"], np.bool_),
        relation_set=relation_set,
        guard_ptr=guard_ptr,
        guard_node=guard_node,
        guard_level=guard_level,
        relation_ptr=relation_ptr,
        relation_ids=relation_ids,
        techniques=tuple(names),
        effort=np.asarray(effort, np.uint8),
        known_start=_ambient(con, known=True),
        possible_start=_ambient(con, known=False),
    )


# Private functions

# A guard is a set: its facts are sorted, each once. Numbers follow the contents.
_GUARDS = """
CREATE TEMP TABLE guard AS
SELECT row_number() OVER (ORDER BY guards) - 1 AS number, guards
FROM (SELECT DISTINCT list_sort(list_distinct(guards)) AS guards FROM step WHERE len(guards) > 0)
"""

# Most steps rest on one relation: those sets are numbered by it, in `_relation_sets`, without sorting lists.
_SEVERAL_RELATIONS = """
CREATE TEMP TABLE relation_set AS
SELECT row_number() OVER (ORDER BY relations) - 1 AS number, relations
FROM (SELECT DISTINCT list_sort(list_distinct(relations)) AS relations FROM step WHERE len(relations) > 1)
"""

_FACT_LEVELS = """
CREATE TEMP TABLE numbered_step AS
WITH kind_of AS (
  SELECT n, kind FROM node UNION ALL SELECT n, 'Control' FROM control WHERE n NOT IN (SELECT n FROM node)
)
SELECT s.source, coalesce(a.code, ?)::UTINYINT AS source_level, s.target, coalesce(b.code, ?)::UTINYINT AS target_level,
  coalesce(g.number, -1)::INTEGER AS guard, t.number AS technique, s.possible,
  CASE WHEN len(s.relations) = 1 THEN s.relations[1] ELSE -1 END AS relation,
  coalesce(many.number, -1)::INTEGER AS relation_set
FROM step s
JOIN technique_number t ON t.name = s.technique
JOIN kind_of x ON x.n = s.source
JOIN kind_of y ON y.n = s.target
LEFT JOIN level a ON a.kind = x.kind AND a.level = s.source_level
LEFT JOIN level b ON b.kind = y.kind AND b.level = s.target_level
LEFT JOIN guard g ON len(s.guards) > 0 AND g.guards = list_sort(list_distinct(s.guards))
LEFT JOIN relation_set many ON len(s.relations) > 1 AND many.relations = list_sort(list_distinct(s.relations))
"""


def _guards(con: duckdb.DuckDBPyConnection) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.uint8]]:
    found = con.execute(
        "WITH fact AS (SELECT number, unnest(guards) AS g FROM guard), kind_of AS (SELECT n, kind FROM node UNION ALL "
        "SELECT n, 'Control' FROM control WHERE n NOT IN (SELECT n FROM node)) "
        "SELECT f.number, f.g.n AS n, l.code FROM fact f JOIN kind_of k ON k.n = f.g.n "
        "JOIN level l ON l.kind = k.kind AND l.level = f.g.level ORDER BY f.number, f.g.n, l.code"
    ).fetchnumpy()
    count = _scalar(con, "SELECT count(*) FROM guard")
    return _pointers(found["number"], count), _int32(found["n"]), np.asarray(found["code"], np.uint8)


def _relation_sets(
    con: duckdb.DuckDBPyConnection, rows: dict[str, Any]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]:
    """Return the number of each step's set, and the sets: those of one relation in its order, then the others."""
    relation, several = _int32(rows["relation"]), _int32(rows["relation_set"])
    used = np.zeros(int(relation.max(initial=-1)) + 1, bool)
    used[relation[relation >= 0]] = True
    single = np.flatnonzero(used)
    number = np.cumsum(used, dtype=np.int32) - 1
    sets = np.where(several >= 0, several + np.int32(len(single)), np.int32(-1))
    sets[relation >= 0] = number[relation[relation >= 0]]
    found = con.execute("SELECT number, unnest(relations) AS r FROM relation_set ORDER BY number, r").fetchnumpy()
    pointers = _pointers(found["number"], _scalar(con, "SELECT count(*) FROM relation_set"))
    return (
        sets,
        np.concatenate([np.arange(len(single), dtype=np.int64), pointers + len(single)]),
        np.concatenate([_int32(single), _int32(found["r"])]),
    )


def _pointers(owner: Any, count: int) -> NDArray[np.int64]:
    pointers = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(np.asarray(owner, np.int64), minlength=count), out=pointers[1:])
    return pointers


def _families(con: duckdb.DuckDBPyConnection) -> NDArray[np.uint8]:
    order = {name: number for number, name in enumerate(kinds.FAMILIES)}
    rows = con.execute(
        "SELECT n, kind FROM (SELECT n, kind FROM base.node UNION ALL SELECT n, kind FROM derived_node) ORDER BY n"
    ).fetchnumpy()
    names, position = np.unique(np.asarray(rows["kind"]).astype(str), return_inverse=True)
    codes = [order[kinds.NODE_KINDS[name].family] if name in kinds.NODE_KINDS else 0 for name in names]
    return np.asarray(codes, np.uint8)[position]


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
