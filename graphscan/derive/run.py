"""Run the techniques over an instant's inventory."""

from collections.abc import Callable, Sequence

import duckdb

from graphscan import kinds
from graphscan.derive import structural
from graphscan.errors import TechniqueError
from graphscan.expand.run import applicable
from graphscan.expand.scopes import FAN_OUT, fan_in
from graphscan.techniques import sandbox
from graphscan.techniques.registry import FileKind, Technique

_COLUMNS = {"source", "source_level", "target", "target_level"}


def derive(
    con: duckdb.DuckDBPyConnection,
    techniques: Sequence[Technique],
    without: Sequence[str] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> None:
    """
    Fill table `step` from the techniques and from the relation kinds that are steps on their own.

    Args:
        con:        holds an instant's inventory (`expand`).
        techniques: those that are no scope files are run, in order of id.
        without:    ids of techniques to leave out.

    Raises:
        TechniqueError: a file fails, yields wrong columns or levels, or multiplies what it reads.
    """
    # Levels and techniques are enumerations, in order of their names: ten million steps have two of the one, and one
    # of the other.
    names = ", ".join(f"'{one}'" for one in sorted({*structural.titles(), *(one.id for one in techniques)}))
    con.execute("DROP TYPE IF EXISTS step_technique")
    con.execute(f"CREATE TYPE step_technique AS ENUM ({names})")
    con.execute(
        "CREATE TABLE step (source INTEGER, source_level base.level, target INTEGER, target_level base.level, "
        "guards STRUCT(n INTEGER, level base.level)[], relations INTEGER[], possible BOOLEAN, technique step_technique)"
    )
    structural.add_steps(con)
    for one in applicable(con, techniques):
        if one.kind == FileKind.TECHNIQUE and one.id not in without:
            progress(f"technique {one.id}")
            _run(con, one)
    structural.enter_populations(con)


# Private functions


def _run(con: duckdb.DuckDBPyConnection, technique: Technique) -> None:
    sandbox.admit(con, technique)
    columns = sandbox.run(con, technique, "found")
    needed = {*_COLUMNS, "relations"} if technique.reads else _COLUMNS
    if not set(columns) >= needed:
        raise _wrong(technique, f"it must yield the columns {', '.join(sorted(needed))}")
    rows = con.execute("SELECT count(*) FROM found").fetchall()[0][0]
    if not rows:
        return
    limit = FAN_OUT * fan_in(con, technique)
    if rows > limit:
        raise _wrong(
            technique, f"it yields {rows:,} steps, more than {limit:,} ({FAN_OUT} × the relations and nodes it reads)"
        )
    guards = "guards" if "guards" in columns else "NULL"
    relations = "relations" if "relations" in columns else "NULL"
    # What is not said to be certain is not: a NULL here comes of a comparison with something that is not known.
    possible = "coalesce(possible, true)" if "possible" in columns else "false"
    try:
        con.execute(
            "CREATE OR REPLACE TEMP TABLE yielded AS SELECT row_number() OVER () AS row, source::INTEGER AS source, "
            "source_level::VARCHAR AS source_level, target::INTEGER AS target, target_level::VARCHAR AS target_level, "
            f"{guards}::STRUCT(n INTEGER, level VARCHAR)[] AS guards, "
            f"list_filter({relations}::INTEGER[], lambda r: r IS NOT NULL) AS relations, "
            f"{possible}::BOOLEAN AS possible FROM found"
        )
    except duckdb.Error as error:
        raise _wrong(technique, f"a column has the wrong type: {str(error).splitlines()[0]}") from error
    _check_levels(con, technique)
    _check_relations(con, technique)
    # A step that rests on a relation which was not seen is possible, whatever the technique says.
    con.execute(
        "INSERT INTO step SELECT y.source, y.source_level, y.target, y.target_level, y.guards, y.relations, "
        "y.possible OR d.row IS NOT NULL, ? FROM yielded y LEFT JOIN ("
        "  SELECT DISTINCT row FROM resting WHERE doubtful) d USING (row)",
        [technique.id],
    )


def _check_relations(con: duckdb.DuckDBPyConnection, technique: Technique) -> None:
    """Raise TechniqueError where a row rests on what its header does not say; leave `resting(row, doubtful)`."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE resting AS SELECT y.row, r.kind, coalesce(r.observed <> 'yes', true) AS doubtful "
        "FROM (SELECT row, unnest(relations) AS r FROM yielded) y LEFT JOIN relation r USING (r)"
    )
    found = con.execute("SELECT DISTINCT kind::VARCHAR FROM resting ORDER BY ALL").fetchall()
    for (kind,) in found:
        if kind not in technique.reads:
            what = f"{kind}, which `reads` in its header does not name" if kind else "a relation that is not there"
            raise _wrong(technique, f"a row rests on {what}")


def _check_levels(con: duckdb.DuckDBPyConnection, technique: Technique) -> None:
    """Raise TechniqueError where a node is not there, or has no such level."""
    # Of a million rows there are a few sorts; rows are looked at only where one of these is wrong.
    ends = con.execute(
        "SELECT DISTINCT a.kind, y.source_level, b.kind, y.target_level FROM yielded y "
        "LEFT JOIN node a ON a.n = y.source LEFT JOIN node b ON b.n = y.target"
    ).fetchall()
    guards = con.execute(
        "SELECT DISTINCT n.kind, g.level FROM (SELECT DISTINCT unnest(guards) AS g FROM yielded WHERE len(guards) > 0) "
        "LEFT JOIN node n ON n.n = g.n"
    ).fetchall()
    # Between two principals a step may keep whatever level the first has, as membership does: no level at either end.
    facts = {
        fact
        for source, needs, target, gives in ends
        if not (needs is None and gives is None and {source, target} <= kinds.PRINCIPALS)
        for fact in ((source, needs), (target, gives))
    }
    if all(_is_level(kind, level) for kind, level in facts | {*guards}):
        return
    con.execute(
        "CREATE OR REPLACE TEMP TABLE levelled AS "
        "WITH principal AS (SELECT n FROM node WHERE list_contains(?::VARCHAR[], kind)) "
        "SELECT source, source_level, target, target_level FROM yielded "
        "WHERE NOT (source_level IS NULL AND target_level IS NULL "
        "AND source IN (SELECT n FROM principal) AND target IN (SELECT n FROM principal))",
        [sorted(kinds.PRINCIPALS)],
    )
    bad = con.execute(
        "SELECT n.id, n.kind, f.level FROM (SELECT DISTINCT source AS n, source_level AS level FROM levelled "
        "UNION SELECT DISTINCT target, target_level FROM levelled "
        "UNION SELECT DISTINCT g.n, g.level FROM (SELECT unnest(guards) AS g FROM yielded WHERE guards IS NOT NULL)) f "
        "LEFT JOIN node n ON n.n = f.n "
        "WHERE NOT EXISTS (SELECT 1 FROM level l WHERE l.kind = n.kind AND l.level = f.level) "
        # A control that is not in force is no node of the instant, but a guard may name it.
        "AND NOT EXISTS (SELECT 1 FROM control c WHERE c.n = f.n AND f.level = 'defeated') "
        "ORDER BY ALL LIMIT 1"
    ).fetchall()
    if bad:
        node, kind, level = bad[0]
        what = "a row names a node that is not there" if node is None else f"{node} ({kind}) has no level {level}"
        raise _wrong(technique, what)


def _is_level(kind: str | None, level: str | None) -> bool:
    return kind is not None and level in kinds.family_of(kind).levels


def _wrong(technique: Technique, why: str) -> TechniqueError:
    return TechniqueError(
        f"technique {technique.id} ({technique.path.name}): {why}", "correct the file or leave it out"
    )
