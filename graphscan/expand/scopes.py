"""
Run scope files: target sets (what one right reaches), populations (who matches a rule) and hypotheses (credentials that
nobody lists), as derived inventory.

A scope file's SELECT yields `set_key`, `set_name`, `side`, `node`, `level` and, optionally, `known`:

- target set: `enter` rows are facts that open the set, `member` rows the facts it opens;
- population: `member` rows are facts that belong to it, `open` rows the facts that it gives;
- hypothesis: each key is a credential, `account` rows are the principals it acts for, at the level it gives.

A row without a level (NULL) lists its node and is no step. In a target set it becomes SCOPED_TO, for a technique that
needs more than the set to take the target. A `member` of a population without a level belongs at whatever level it has.

A target set whose file says `makes` is a right to make something: each set comes with a hypothetical Credential, which
it lists (SCOPED_TO). What makes that credential, and what it opens, are techniques; whoever has it keeps it when the
right is gone. A file that makes several sorts says in its column `makes` which one a set is for (NULL: none).

A row that rests on the absence of something not completely read has `known` false, or NULL; it becomes a possible
relation. A file that reads something under negation must say so of each row.
"""

from collections.abc import Sequence
from typing import NamedTuple

import duckdb

from graphscan import kinds
from graphscan.errors import TechniqueError
from graphscan.expand import derived
from graphscan.techniques import sandbox
from graphscan.techniques.registry import FileKind, Technique

_COLUMNS = {"set_key", "set_name", "side", "node", "level"}
_SET = {FileKind.TARGET_SET: "Scope", FileKind.POPULATION: "Group", FileKind.HYPOTHESIS: "Credential"}
MADE = ":credential"  # what the id of a set's hypothetical credential ends with
FAN_OUT = 4


class _Becomes(NamedTuple):
    """What rows of one side become: a relation into their set, or out of it, and its levels; {} is the row's own."""

    relation: str
    into: bool
    needs: str
    gives: str


# By sort of file and side: what a row with a level becomes, and one without.
_ROWS: dict[FileKind, dict[str, tuple[_Becomes, _Becomes | None]]] = {
    FileKind.TARGET_SET: {
        "enter": (_Becomes("CONTAINS", True, "level", "'held'"), _Becomes("SCOPED_TO", True, "NULL", "NULL")),
        "member": (_Becomes("CONTAINS", False, "'held'", "level"), _Becomes("SCOPED_TO", False, "NULL", "NULL")),
    },
    FileKind.POPULATION: {
        "member": (_Becomes("MEMBER_OF", True, "level", "'act_as'"), _Becomes("MEMBER_OF", True, "NULL", "NULL")),
        "open": (_Becomes("ASSIGNED_TO", False, "'act_as'", "level"), None),
    },
    FileKind.HYPOTHESIS: {"account": (_Becomes("HAS_CREDENTIAL", True, "'held'", "level"), None)},
}


class _Sort(NamedTuple):
    """Rows of a file that are alike: their side, and their node's kind (None: no such node) and level."""

    side: str | None
    kind: str | None
    level: str | None


def run(con: duckdb.DuckDBPyConnection, technique: Technique) -> None:
    """
    Run one scope file and add its sets to the instant's inventory.

    Raises:
        TechniqueError: it fails, yields other columns, sides, nodes or levels, or multiplies what it read.
    """
    columns = sandbox.run(con, technique, "found")
    if not set(columns) >= _COLUMNS:
        raise _wrong(technique, f"it must yield the columns {', '.join(sorted(_COLUMNS))}")
    if technique.negates and "known" not in columns:
        raise _wrong(technique, "it reads something under negation, so it must yield the column known as well")
    if len(technique.makes) > 1 and "makes" not in columns:
        raise _wrong(technique, "it makes several sorts of credential, so it must yield the column makes as well")
    rows = con.execute("SELECT count(*) FROM found").fetchall()[0][0]
    if not rows:
        return
    sorts = _members(con, technique, columns)
    _check_rows(technique, sorts)
    _check_sets(con, technique)
    limit = FAN_OUT * fan_in(con, technique)
    if rows > limit:
        raise _wrong(technique, f"it yields {rows:,} rows, more than {limit:,} ({FAN_OUT} × what it reads)")
    _add(con, technique, sorts)


# Private functions


def _members(con: duckdb.DuckDBPyConnection, technique: Technique, columns: Sequence[str]) -> list[_Sort]:
    """
    Leave the file's sets in `found_set` and its rows in `member`; return the sorts of rows there are.

    Ids of sets are long and many rows have the same: from here on rows name their set by a number, `s`, which means
    nothing outside.
    """
    # NULL comes of a comparison with coverage that is not there: not known.
    known = "coalesce(f.known, false)" if "known" in columns else "true"
    made = f"'{technique.makes[0]}'" if technique.makes else "NULL"
    made = "makes" if len(technique.makes) > 1 else made
    try:
        con.execute(
            "CREATE OR REPLACE TEMP TABLE found_set AS SELECT row_number() OVER () AS s, * FROM ("
            f"SELECT set_key::VARCHAR AS key, min(set_name::VARCHAR) AS name, min({made}::VARCHAR) AS made, "
            f"max({made}::VARCHAR) AS also_made FROM found GROUP BY 1)"
        )
        con.execute(
            "CREATE OR REPLACE TEMP TABLE member AS SELECT w.s, f.side::VARCHAR AS side, f.node::INTEGER AS node, "
            f"f.level::VARCHAR AS level, {known}::BOOLEAN AS known, n.kind "
            "FROM found f JOIN found_set w ON w.key IS NOT DISTINCT FROM f.set_key::VARCHAR "
            "LEFT JOIN node n ON n.n = f.node::INTEGER"
        )
    except duckdb.Error as error:
        raise _wrong(technique, f"a column has the wrong type: {str(error).splitlines()[0]}") from error
    return [_Sort(*row) for row in con.execute("SELECT DISTINCT side, kind, level FROM member ORDER BY ALL").fetchall()]


def _add(con: duckdb.DuckDBPyConnection, technique: Technique, sorts: Sequence[_Sort]) -> None:
    """Add the sets, what enters and what belongs to them, and the credential that each makes."""
    hypothesis = technique.kind == FileKind.HYPOTHESIS
    prefix = f"{derived.PROVIDER}:{technique.id}:"
    sets = "SELECT ? || key AS id, ? AS kind, ? AS subtype, name, ? AS hypothetical, s, false AS made FROM found_set"
    subtype = technique.makes[0] if hypothesis else str(technique.kind)
    said: list[object] = [prefix, _SET[technique.kind], subtype, hypothesis]
    makes = technique.makes and not hypothesis
    if makes:
        sets += (
            " UNION ALL SELECT ? || key || ?, 'Credential', made, replace(made, '_', ' ') || ' for ' || name, true, s, "
            "true FROM found_set WHERE made IS NOT NULL"
        )
        said += [prefix, MADE]
    derived.number(con, sets, said)
    parts = []
    for side, with_level in sorted({(str(one.side), one.level is not None) for one in sorts}):
        becomes = _ROWS[technique.kind][side][0 if with_level else 1]
        if becomes is None:
            raise AssertionError(f"rows of side {side} without a level were let pass")
        ends = "node AS source, n AS target" if becomes.into else "n AS source, node AS target"
        parts.append(
            f"SELECT '{becomes.relation}' AS kind, {ends}, {becomes.needs} AS needs, {becomes.gives} AS gives, known "
            f"FROM belongs WHERE side = '{side}' AND level IS {'NOT ' if with_level else ''}NULL"
        )
    if makes:
        parts.append(
            "SELECT 'SCOPED_TO', own.n, other.n, NULL, NULL, true FROM fresh own JOIN fresh other USING (s) "
            "WHERE other.made AND NOT own.made"
        )
    derived.relate(
        con,
        "WITH belongs AS MATERIALIZED (SELECT side, node, level, n, bool_or(known) AS known "
        "FROM member JOIN fresh USING (s) WHERE NOT made GROUP BY ALL) "
        "SELECT kind, source, target, needs, gives, CASE WHEN known THEN 'yes' ELSE 'possible' END AS observed, "
        f"? AS because FROM ({' UNION ALL '.join(parts)})",
        [technique.id],
    )


def _check_rows(technique: Technique, sorts: Sequence[_Sort]) -> None:
    """Raise TechniqueError where a side, a node or a level cannot be what the file says."""
    sides = _ROWS[technique.kind]
    for one in sorts:
        if one.side not in sides:
            raise _wrong(technique, f"side must be {' or '.join(sides)}, not {one.side}")
    if any(one.kind is None for one in sorts):
        raise _wrong(technique, "a row names no node, or no set")
    for one in sorts:
        kind = kinds.NODE_KINDS[str(one.kind)]
        if one.level is not None and one.level not in kinds.FAMILIES[kind.family].levels:
            raise _wrong(technique, f"{one.kind} has no level {one.level}")
        if technique.kind == FileKind.HYPOTHESIS and one.level is None:
            raise _wrong(technique, "a row of a hypothesis says not which level the credential gives")
        opened = technique.kind == FileKind.POPULATION and one.side == "open" and one.level is not None
        if opened and kind.family == "principal":
            raise _wrong(technique, f"a population must not open {one.kind} nodes: any member would take every other")
    for one in sorts:
        becomes = sides[str(one.side)][0 if one.level is not None else 1]
        stated = None if becomes is None else kinds.RELATION_KINDS[becomes.relation]
        if becomes is None or stated is None or one.kind not in (stated.sources if becomes.into else stated.targets):
            how = "" if one.level is not None else ", without a level,"
            raise _wrong(
                technique, f"{one.kind} nodes cannot stand{how} on the side `{one.side}` of a {technique.kind}"
            )


def _check_sets(con: duckdb.DuckDBPyConnection, technique: Technique) -> None:
    """Raise TechniqueError where a set has no key, an id that is taken, or is for two sorts of credential."""
    makes = [] if technique.kind == FileKind.HYPOTHESIS else list(technique.makes)
    nameless, made, also_made, clash = con.execute(
        "SELECT count(*) FILTER (key IS NULL), min(made) FILTER (odd), min(also_made) FILTER (odd), "
        "min(key) FILTER (ends_with(key, ?)) FROM (SELECT *, "
        "made <> also_made OR NOT list_contains(?::VARCHAR[], made) AS odd FROM found_set)",
        [MADE, list(technique.makes)],
    ).fetchall()[0]
    if nameless:
        raise _wrong(technique, "a row names no node, or no set")
    if made is not None:
        what = f"{made} and {also_made} for one set" if made != also_made else f"{made}, which its header does not name"
        raise _wrong(technique, f"it makes {what}")
    if makes and clash is not None:
        raise _wrong(technique, f"the key {clash} ends with {MADE}, as the credentials of its sets do")
    prefix = f"{derived.PROVIDER}:{technique.id}:"
    stated = con.execute(
        "SELECT min(b.id) FROM (SELECT id FROM base.node WHERE starts_with(id, ?)) b JOIN found_set "
        "ON b.id IN (? || key, CASE WHEN made IS NOT NULL THEN ? || key || ? END)",
        [prefix, prefix, prefix, MADE],
    ).fetchall()[0][0]
    if stated is not None:
        raise _wrong(technique, f"its set {stated} has the id of a node that a source states")


def fan_in(con: duckdb.DuckDBPyConnection, technique: Technique) -> int:
    """Return how many relations of the kinds it reads and nodes of the kinds it touches there are."""
    reads = {*technique.reads, *technique.negates}
    if reads & sandbox.MEMBERSHIPS:
        reads |= sandbox.MEMBERSHIPS
    relations, nodes = con.execute(
        "SELECT coalesce(sum(rows) FILTER (sort = 'relation' AND list_contains(?::VARCHAR[], kind)), 0), "
        "coalesce(sum(rows) FILTER (sort = 'node' AND list_contains(?::VARCHAR[], kind)), 0) FROM counted",
        [sorted(reads), list(technique.nodes)],
    ).fetchall()[0]
    return int(relations) + int(nodes)


def _wrong(technique: Technique, why: str) -> TechniqueError:
    return TechniqueError(
        f"scope file {technique.id} ({technique.path.name}): {why}", "correct the file or leave it out"
    )
