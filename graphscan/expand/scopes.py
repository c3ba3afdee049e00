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

import duckdb

from graphscan import kinds
from graphscan.errors import TechniqueError
from graphscan.expand import derived
from graphscan.techniques import sandbox
from graphscan.techniques.registry import FileKind, Technique

_COLUMNS = {"set_key", "set_name", "side", "node", "level"}
_SIDES = {
    FileKind.TARGET_SET: ("enter", "member"),
    FileKind.POPULATION: ("member", "open"),
    FileKind.HYPOTHESIS: ("account", "account"),
}
_RELATIONS = {FileKind.TARGET_SET: ("CONTAINS", "CONTAINS"), FileKind.POPULATION: ("MEMBER_OF", "ASSIGNED_TO")}
_LISTED = {FileKind.TARGET_SET: ("SCOPED_TO", "SCOPED_TO"), FileKind.POPULATION: ("MEMBER_OF", "")}  # without a level
MADE = ":credential"  # what the id of a set's hypothetical credential ends with
FAN_OUT = 4


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
    # NULL comes of a comparison with coverage that is not there: not known.
    known = "coalesce(known, false)" if "known" in columns else "true"
    if len(technique.makes) > 1 and "makes" not in columns:
        raise _wrong(technique, "it makes several sorts of credential, so it must yield the column makes as well")
    made = "makes" if len(technique.makes) > 1 else "?" if technique.makes else "NULL"
    try:
        con.execute(
            "CREATE OR REPLACE TEMP TABLE member AS SELECT ? || ':' || set_key::VARCHAR AS set_id, "
            "set_name::VARCHAR AS set_name, side::VARCHAR AS side, f.node::INTEGER AS node, f.level::VARCHAR AS level, "
            f"{known}::BOOLEAN AS known, {made}::VARCHAR AS made, n.id, n.kind "
            "FROM found f LEFT JOIN node n ON n.n = f.node",
            [f"{derived.PROVIDER}:{technique.id}", *(technique.makes if made == "?" else ())],
        )
    except duckdb.Error as error:
        raise _wrong(technique, f"a column has the wrong type: {str(error).splitlines()[0]}") from error
    if not con.execute("SELECT count(*) FROM member").fetchall()[0][0]:
        return
    _check(con, technique)
    if technique.kind == FileKind.HYPOTHESIS:
        _credentials(con, technique)
    else:
        _set(con, technique)
    derived.add(con)


# Private functions


def _credentials(con: duckdb.DuckDBPyConnection, technique: Technique) -> None:
    """Add the credentials of a hypothesis, with whom each acts for."""
    con.execute(
        "INSERT INTO new_hypothesis SELECT set_id, 'Credential', ?, min(set_name) FROM member GROUP BY set_id",
        [technique.makes[0]],
    )
    con.execute(
        "INSERT INTO new_relation SELECT 'HAS_CREDENTIAL', id, set_id, 'held', level, "
        "CASE WHEN bool_or(known) THEN 'yes' ELSE 'possible' END, ? FROM member GROUP BY set_id, id, level",
        [technique.id],
    )


def _set(con: duckdb.DuckDBPyConnection, technique: Technique) -> None:
    """Add the sets of a target set or population, with what enters and what belongs to them, and what each makes."""
    first, second = _SIDES[technique.kind]
    kind = "Scope" if technique.kind == FileKind.TARGET_SET else "Group"
    inside = "held" if technique.kind == FileKind.TARGET_SET else "act_as"
    con.execute(
        "INSERT INTO new_node SELECT set_id, ?, ?, min(set_name) FROM member GROUP BY set_id",
        [kind, str(technique.kind)],
    )
    observed = "CASE WHEN bool_or(known) THEN 'yes' ELSE 'possible' END"
    ends = (("id, set_id", f"level, '{inside}'"), ("set_id, id", f"'{inside}', level"))
    for with_level, (into, out) in ((True, _RELATIONS[technique.kind]), (False, _LISTED[technique.kind])):
        for side, relation, (places, levels) in ((first, into, ends[0]), (second, out, ends[1])):
            con.execute(
                f"INSERT INTO new_relation SELECT ?, {places}, {levels if with_level else 'NULL, NULL'}, {observed}, ? "
                "FROM member WHERE side = ? AND (level IS NOT NULL) = ? GROUP BY set_id, id, level",
                [relation, technique.id, side, with_level],
            )
    con.execute(
        "INSERT INTO new_hypothesis SELECT set_id || ?, 'Credential', min(made), "
        "replace(min(made), '_', ' ') || ' for ' || min(set_name) FROM member WHERE made IS NOT NULL GROUP BY set_id",
        [MADE],
    )
    con.execute(
        "INSERT INTO new_relation SELECT DISTINCT 'SCOPED_TO', set_id, set_id || ?, NULL, NULL, 'yes', ? "
        "FROM member WHERE made IS NOT NULL",
        [MADE, technique.id],
    )


def _check(con: duckdb.DuckDBPyConnection, technique: Technique) -> None:
    sides = tuple(dict.fromkeys(_SIDES[technique.kind]))
    strange = con.execute(
        "SELECT DISTINCT side FROM member WHERE side IS NULL OR side NOT IN (SELECT unnest(?))", [sides]
    ).fetchall()
    if strange:
        raise _wrong(technique, f"side must be {' or '.join(sides)}, not {strange[0][0]}")
    if con.execute("SELECT count(*) FROM member WHERE id IS NULL OR set_id IS NULL").fetchall()[0][0]:
        raise _wrong(technique, "a row names no node, or no set")
    bad = con.execute(
        "SELECT m.kind, m.level FROM member m WHERE m.level IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM level l WHERE l.kind = m.kind AND l.level = m.level) ORDER BY ALL LIMIT 1"
    ).fetchall()
    if bad:
        raise _wrong(technique, f"{bad[0][0]} has no level {bad[0][1]}")
    _check_made(con, technique)
    if technique.kind == FileKind.POPULATION:
        taken = con.execute(
            "SELECT kind FROM member m JOIN level l USING (kind, level) WHERE side = 'open' AND l.family = 'principal' "
            "LIMIT 1"
        ).fetchall()
        if taken:
            raise _wrong(
                technique, f"a population must not open {taken[0][0]} nodes: any member would take every other"
            )
    _check_ends(con, technique)
    stated = con.execute(
        "SELECT min(id) FROM (SELECT set_id AS id FROM member UNION SELECT set_id || ? FROM member "
        "WHERE made IS NOT NULL) WHERE id IN (SELECT id FROM base.node)",
        [MADE],
    ).fetchall()[0][0]
    if stated is not None:
        raise _wrong(technique, f"its set {stated} has the id of a node that a source states")
    rows = con.execute("SELECT count(*) FROM member").fetchall()[0][0]
    limit = FAN_OUT * fan_in(con, technique)
    if rows > limit:
        raise _wrong(technique, f"it yields {rows:,} rows, more than {limit:,} ({FAN_OUT} × what it reads)")


def _check_made(con: duckdb.DuckDBPyConnection, technique: Technique) -> None:
    """Raise TechniqueError where a set is for two sorts of credential, or a hypothesis says not what one gives."""
    several = len(technique.makes) > 1  # else the header alone says it
    made = (
        several
        and con.execute(
            "SELECT min(made), max(made) FROM member WHERE made IS NOT NULL GROUP BY set_id "
            "HAVING min(made) <> max(made) OR NOT list_contains(?::VARCHAR[], min(made)) ORDER BY ALL LIMIT 1",
            [list(technique.makes)],
        ).fetchall()
    )
    if made:
        one, other = made[0]
        what = f"{one} and {other} for one set" if one != other else f"{one}, which its header does not name"
        raise _wrong(technique, f"it makes {what}")
    if technique.kind == FileKind.HYPOTHESIS:
        level = con.execute("SELECT count(*) FROM member WHERE level IS NULL").fetchall()[0][0]
        if level:
            raise _wrong(technique, "a row of a hypothesis says not which level the credential gives")


def _check_ends(con: duckdb.DuckDBPyConnection, technique: Technique) -> None:
    """Raise TechniqueError where a node stands on a side that the relation it becomes does not allow."""
    if technique.kind == FileKind.HYPOTHESIS:
        holders = kinds.RELATION_KINDS["HAS_CREDENTIAL"].sources
        odd = con.execute(
            "SELECT min(kind) FROM member WHERE NOT list_contains(?::VARCHAR[], kind)", [sorted(holders)]
        ).fetchall()[0][0]
        if odd is not None:
            raise _wrong(technique, f"{odd} nodes cannot stand on the side `account` of a {technique.kind}")
        return
    sides = _SIDES[technique.kind]
    for with_level, (into, out) in ((True, _RELATIONS[technique.kind]), (False, _LISTED[technique.kind])):
        allowed = (kinds.RELATION_KINDS[into].sources, kinds.RELATION_KINDS[out].targets if out else frozenset())
        for side, ends in zip(sides, allowed, strict=True):
            odd = con.execute(
                "SELECT min(kind) FROM member WHERE side = ? AND (level IS NOT NULL) = ? "
                "AND NOT list_contains(?::VARCHAR[], kind)",
                [side, with_level, sorted(ends)],
            ).fetchall()[0][0]
            if odd is not None:
                how = "" if with_level else ", without a level,"
                raise _wrong(technique, f"{odd} nodes cannot stand{how} on the side `{side}` of a {technique.kind}")


def fan_in(con: duckdb.DuckDBPyConnection, technique: Technique) -> int:
    """Return how many relations of the kinds it reads and nodes of the kinds it touches there are."""
    reads = {*technique.reads, *technique.negates}
    if reads & sandbox.MEMBERSHIPS:
        reads |= sandbox.MEMBERSHIPS
    relations = con.execute(
        "SELECT count(*) FROM relation WHERE list_contains(?::VARCHAR[], kind)", [sorted(reads)]
    ).fetchall()[0][0]
    nodes = con.execute(
        "SELECT count(*) FROM node WHERE list_contains(?::VARCHAR[], kind)", [list(technique.nodes)]
    ).fetchall()[0][0]
    return int(relations) + int(nodes)


def _wrong(technique: Technique, why: str) -> TechniqueError:
    return TechniqueError(
        f"scope file {technique.id} ({technique.path.name}): {why}", "correct the file or leave it out"
    )
