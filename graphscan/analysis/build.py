"""Compile a store for one instant: merged view → inventory → steps → arrays, kept in a sealed cache folder."""

import json
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import numpy as np

from graphscan import kinds
from graphscan.analysis import sealed
from graphscan.engine import cache as engine_cache
from graphscan.engine.graph import IMPLICATION
from graphscan.errors import UnknownNameError, UsageError
from graphscan.expand.edits import Edits
from graphscan.model import Sensitivity
from graphscan.store import Snapshot
from graphscan.techniques.registry import Technique

GRAPH = "graph"
WORDS = "words.json"
TABLES = ("node", "relation", "ownership", "history", "coverage", "disagreement", "unresolved", "ambiguous", "rejected")
ARRAYS = ("kind", "sensitivity", "flags")
KINDS = tuple(kinds.NODE_KINDS)
NO_KIND = 255
DERIVED, HYPOTHETICAL, DEAD = 1, 2, 4


def titles(techniques: Sequence[Technique]) -> dict[str, str]:
    """Return a title for every technique name that a step may have."""
    from graphscan.derive import structural

    own = {one.id: one.title for one in techniques}
    return {**structural.titles(), IMPLICATION: "a higher level includes a lower one", **own}


class Inventory:
    """The merged view of a snapshot, loaded when it is first needed."""

    def __init__(self, snapshot: Snapshot, progress: Callable[[str], None]) -> None:
        self.snapshot = snapshot
        self.progress = progress
        self._con: duckdb.DuckDBPyConnection | None = None

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """Return the connection that holds schema `base`. Raises StoreDamagedError."""
        if self._con is None:
            from graphscan.store import merge

            self.progress("reading the store")
            self._con = merge.load(self.snapshot)
        return self._con

    def close(self) -> None:
        """Let go of the connection, if there is one."""
        if self._con is not None:
            self._con.close()
            self._con = None


def build(inventory: Inventory, techniques: Sequence[Technique], as_of: datetime, edits: Edits, folder: Path) -> None:
    """
    Compile into `folder`, which appears whole or not at all. The inventory can be used for nothing else afterwards.

    Raises:
        StoreDamagedError, TechniqueError: as the words say.
        UnknownNameError, UsageError: an edit names nothing, or something it cannot be said of.
    """
    # A graph that was compiled before is opened without any of these: a warm question need not import them.
    from graphscan.derive.run import derive
    from graphscan.derive.table import step_table
    from graphscan.engine.compile import compile_steps
    from graphscan.expand.run import applicable, expand
    from graphscan.techniques import sandbox

    con, progress = inventory.con, inventory.progress
    _check_edits(con, edits, techniques)
    building = sealed.build_folder(folder.parent)
    try:
        sandbox.lock(con, writable=f"{building.absolute()}/")
        progress("deriving inventory")
        expand(con, techniques, as_of, edits, {one.source: one.at for one in inventory.snapshot.imports})
        progress("deriving steps")
        derive(con, techniques, without=edits.without, progress=progress)
        table = step_table(con, techniques)
        # A group that opens nothing is asked for by nothing; it is kept all the same, to be counted when it is reached.
        groups = con.execute("SELECT n FROM node WHERE kind = 'Group' ORDER BY n").fetchnumpy()["n"]
        shown = [(int(n), kinds.level_code("Group", "act_as")) for n in groups]
        _keep_tables(con, building)
        _keep_arrays(con, building)
        words = {"titles": titles(techniques), "read": sorted(_read_kinds(applicable(con, techniques)))}
        (building / WORDS).write_text(json.dumps(words, sort_keys=True), encoding="utf-8")
        inventory.close()
        progress("compiling")
        engine_cache.save(compile_steps(table, shown), building / GRAPH)
        sealed.seal(building, folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


# Private functions


def _read_kinds(techniques: Sequence[Technique]) -> set[str]:
    own = {kind.name for kind in kinds.RELATION_KINDS.values() if kind.step}
    return own | {kind for one in techniques for kind in (*one.reads, *one.negates)}


def _check_edits(con: duckdb.DuckDBPyConnection, edits: Edits, techniques: Sequence[Technique]) -> None:
    from graphscan.expand import gaps_rows

    for value in sorted({*edits.defeated} & {*edits.enforced}):
        raise UsageError(f"{value} cannot be both --defeated and --enforced", "ask one at a time")
    known = {one.id for one in techniques}
    for option, values, allowed in (
        ("--rotated", edits.rotated, {"Credential"}),
        ("--revoke", edits.revoked, set(kinds.DYING_KINDS)),
        ("--defeated", edits.defeated, {"Control"}),
        ("--enforced", edits.enforced, {"Control"}),
        ("--without", edits.without, set(kinds.ANY)),
    ):
        for value in values:
            found = con.execute("SELECT kind FROM base.node WHERE id = ?", [value]).fetchall()
            if not found:
                if option == "--without" and (value in known or gaps_rows.is_gap(con, value)):
                    continue
                close = con.execute(
                    "SELECT id FROM base.node WHERE list_contains(?::VARCHAR[], kind) "
                    "ORDER BY jaro_winkler_similarity(id, ?) DESC, id LIMIT 1",
                    [sorted(allowed), value],
                ).fetchall()
                hint = f"did you mean {close[0][0]}?" if close else "see `graphscan select kind=…` for what there is"
                raise UnknownNameError(f"{option} {value}: there is no such node", hint)
            if found[0][0] not in allowed:
                raise UsageError(
                    f"{option} {value}: that is a {found[0][0]}, not a {' or '.join(sorted(allowed))}",
                    "use --without to leave out any other node",
                )
    for value in edits.removed:
        if con.execute("SELECT 1 FROM base.relation WHERE id = ? LIMIT 1", [value]).fetchall():
            continue
        like = con.execute(
            "SELECT id FROM base.relation ORDER BY jaro_winkler_similarity(id, ?) DESC, id LIMIT 1", [value]
        ).fetchall()
        hint = f"did you mean {like[0][0]}?" if like else "import something first"
        raise UnknownNameError(
            f"--remove {value}: no source states such a relation",
            f"{hint} `graphscan explain NODE` shows the ids of a node's relations",
        )


def _keep_tables(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write what analyses look up: all nodes with why they do not take part, and the instant's relations."""
    _copy(con, folder, "node", _NODES)
    _copy(con, folder, "relation", _RELATIONS)
    _copy(con, folder, "ownership", _OWNERSHIP)
    _copy(con, folder, "history", _HISTORY)
    for name in TABLES[4:]:
        _copy(con, folder, name, f"SELECT * FROM base.{name} ORDER BY ALL")


def _copy(con: duckdb.DuckDBPyConnection, folder: Path, name: str, sql: str) -> None:
    target = str(folder.absolute() / f"{name}.parquet").replace("'", "''")
    con.execute(f"COPY ({sql}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")


_NODES = """
SELECT n, id, kind, provider, subtype, name, valid_from, valid_to, versions, expires_at, last_used, owner, state,
  sensitivity, labels, hypothetical, b.enforced, b.effect, item_count, keys, properties, evidence, evidence_where,
  sources, declared, unproven, same_value, d.reason AS dead, c.enforced AS enforced_now, NULL::VARCHAR AS because
FROM base.node b LEFT JOIN death d USING (n) LEFT JOIN (SELECT n, enforced FROM control) c USING (n)
LEFT JOIN (
  SELECT n, list(DISTINCT other ORDER BY other) AS same_value FROM (
    SELECT source AS n, target AS other FROM base.relation WHERE kind = 'SAME_SECRET'
    UNION ALL SELECT target, source FROM base.relation WHERE kind = 'SAME_SECRET')
  WHERE other NOT IN (SELECT n FROM death) GROUP BY n) s USING (n)
UNION ALL BY NAME
SELECT n, id, kind, 'derived' AS provider, subtype, name, 'none' AS sensitivity, hypothetical,
  []::VARCHAR[] AS sources, true AS declared, '{}' AS properties
FROM derived_node
ORDER BY n
"""

_RELATIONS = """
SELECT r.r, r.kind, r.source, r.target, r.needs, r.gives, r.guards, r.via, r.observed, r.stored_at,
  coalesce(d.because, b.id) AS id, coalesce(b.evidence, 'derived') AS evidence,
  coalesce(b.evidence_where, CASE WHEN NOT starts_with(d.because, 'unknown:') THEN d.because END)
    AS evidence_where, b.evidence_at,
  coalesce(b.source_instance, 'derived') AS source_instance
FROM relation r LEFT JOIN base.relation b USING (r) LEFT JOIN derived_relation d USING (r)
ORDER BY r.r
"""

# Whose a credential is, of all times: of those alone that die with their accounts (`expand.instant`: the same rule).
_OWNERSHIP = """
SELECT h.target AS credential, h.source AS account, h.valid_from, h.valid_to, h.observed
FROM base.relation h
WHERE h.kind = 'HAS_CREDENTIAL' AND h.id NOT IN (SELECT id FROM edited_removed)
  AND h.target NOT IN (SELECT source FROM base.relation WHERE kind IN ('GRANTS', 'SAME_SECRET'))
  AND h.target NOT IN (SELECT target FROM base.relation WHERE kind IN ('DEFEATED_BY', 'SAME_SECRET', 'DERIVED_FROM'))
  AND NOT EXISTS (SELECT 1 FROM base.unresolved
    WHERE relation_kind = 'HAS_CREDENTIAL' AND NOT starts_with(ref, '~behind|'))
ORDER BY ALL
"""

# Who had a copy of a credential or could read one, who made what, what was minted with what: of all times.
_HISTORY = """
WITH RECURSIVE inner_place(outside, inside, r) AS (
  SELECT source, target, r FROM base.relation WHERE kind = 'CONTAINS'
  UNION ALL SELECT target, source, r FROM base.relation WHERE kind = 'RUNS_ON'
), held AS (
  SELECT r, source AS place FROM base.relation JOIN base.node c ON c.n = target AND c.kind = 'Credential'
  WHERE base.relation.kind = 'STORES'
), place(n) AS (
  SELECT place FROM held UNION SELECT outside FROM inner_place JOIN place ON n = inside
)
SELECT r, kind, source, target, needs, gives, guards, valid_from, valid_to, stored_at, observed, evidence,
  evidence_where, source_instance, id
FROM base.relation
WHERE (kind IN ('HELD_BY', 'HAS_CREDENTIAL', 'CREATED_BY', 'DERIVED_FROM', 'SAME_SECRET', 'INSTANCE_OF')
    OR r IN (SELECT r FROM held) OR r IN (SELECT inner_place.r FROM inner_place JOIN place ON n = inside))
  AND id NOT IN (SELECT id FROM edited_removed)
ORDER BY r
"""


def _keep_arrays(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write kind, sensitivity and flags of every node as arrays of uint8, to count without a database."""
    rows = con.execute(
        "SELECT coalesce(list_position(?::VARCHAR[], kind) - 1, ?)::UTINYINT AS kind, "
        "coalesce(list_position(?::VARCHAR[], sensitivity) - 1, 0)::UTINYINT AS sensitivity, flags::UTINYINT AS flags "
        "FROM (SELECT b.n, b.kind, b.sensitivity, CASE WHEN b.hypothetical THEN ? ELSE 0 END "
        "  + CASE WHEN d.n IS NULL THEN 0 ELSE ? END AS flags "
        "  FROM base.node b LEFT JOIN death d USING (n) "
        "  UNION ALL SELECT n, kind, 'none', CASE WHEN hypothetical THEN ? ELSE 0 END + ? FROM derived_node) "
        "ORDER BY n",
        [list(KINDS), NO_KIND, [str(one) for one in Sensitivity], HYPOTHETICAL, DEAD, HYPOTHETICAL, DERIVED],
    ).fetchnumpy()
    for name in ARRAYS:
        np.save(folder / f"{name}.npy", np.asarray(rows[name], np.uint8))
