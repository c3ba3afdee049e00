"""Relations: one row per id, ends as node numbers, levels filled in and checked, nothing dropped without a reason."""

import duckdb

from graphscan.kinds import LEVEL_ALIASES
from graphscan.store import merge_behind
from graphscan.store.merge_input import BEST_FIRST
from graphscan.store.merge_refs import guard_sets
from graphscan.store.tables import TABLES, literal

_COLUMNS = ", ".join(name for name in TABLES["relations"])
_DISPUTED = ("valid_to", "stored_at", "observed")


def _has(mask: str, level: str) -> str:
    return f"coalesce(({mask} >> enum_code({level})) & 1 = 1, true)"


# Why a relation is not taken, in SQL: condition → reason. The first that holds is said.
_WRONG = {
    "derived": "shaped.kind || ' is never imported, it is worked out from other relations'",
    "NOT fits": (
        "shaped.kind || ' does not lead from a ' || CASE WHEN backward THEN last.kind ELSE first.kind END"
        " || ' to a ' || CASE WHEN backward THEN first.kind ELSE last.kind END"
    ),
    "carries AND coalesce(needs::VARCHAR, gives::VARCHAR, needs_unknown, gives_unknown) IS NOT NULL": (
        "shaped.kind || ' carries every level, so none can be stated'"
    ),
    f"needs_unknown IS NOT NULL OR NOT {_has('first.mask', 'needs')}": (
        "'a ' || first.kind || ' has no level `' || coalesce(needs_unknown, needs::VARCHAR) || '`, which is needed'"
    ),
    f"gives_unknown IS NOT NULL OR NOT {_has('last.mask', 'gives')}": (
        "'a ' || last.kind || ' has no level `' || coalesce(gives_unknown, gives::VARCHAR) || '`, which is given'"
    ),
    "problem IS NOT NULL": "problem",
}


def join(connection: duckdb.DuckDBPyConnection) -> None:
    """
    Create `raw.link`: relations, one row per id, with the numbers (`p` of `raw.id`) and kinds of the ends that are node
    ids which some source declares. Other ends stay as text, in `source_ref` and `target_ref`. What stands behind an
    application is looked up first: its end is a node's id from here on (`merge_behind`).
    """
    rows = _one_each(connection)
    merge_behind.find(connection, rows)
    plain = f"(SELECT * FROM {rows} WHERE NOT {merge_behind.ENDS})"
    connection.execute(f"CREATE TABLE raw.link AS {_links(plain)}")
    merge_behind.resolve(connection, rows)
    connection.execute(f"INSERT INTO raw.link {_links('raw.behind_row')}")


def finish(connection: duckdb.DuckDBPyConnection) -> None:
    """
    Create `base.relation`, `base.rejected` and `base.coverage`.

    `base.relation(r, id, kind, source, target, needs, gives, guards, valid_from, valid_to, via, stored_at, observed,
    properties, evidence, evidence_where, evidence_at, source_instance)`: source, target, via and guards[].n are numbers
    of `base.node`; r counts from 0 in the order of (source, kind, target, id); needs and gives are NULL only where the
    kind carries every level; kind, needs, gives, observed, evidence and source_instance are enumerations.

    `base.rejected(id, kind, source, target, reason, source_instance)`: what the vocabulary does not allow.
    """
    _create_full(connection)
    connection.execute("DROP TABLE raw.link")
    _number_alternatives(connection)
    connection.execute("""
        CREATE TABLE base.relation AS
        SELECT (row_number() OVER () - 1)::INTEGER AS r, * FROM (
          SELECT id, kind, source, target, needs, gives, guards, valid_from, valid_to, via, stored_at, observed,
                 properties, evidence, evidence_where, evidence_at, source_instance
          FROM raw.full WHERE reason IS NULL ORDER BY source, kind, target, id)""")
    connection.execute("""
        CREATE TABLE base.rejected AS
        SELECT raw.full.id, raw.full.kind::VARCHAR AS kind, s.id AS source, t.id AS target, reason,
               source_instance::VARCHAR AS source_instance
        FROM raw.full JOIN base.node AS s ON s.n = source JOIN base.node AS t ON t.n = target
        WHERE reason IS NOT NULL ORDER BY source, kind, target, raw.full.id""")
    columns = ", ".join(f'"{name}"' for name in TABLES["coverage"])
    connection.execute(f"""
        CREATE TABLE base.coverage AS
        SELECT source AS source_instance, {columns} FROM (SELECT imp, source FROM raw.import)
        JOIN raw.coverage_row USING (imp) ORDER BY ALL""")


# Private functions


def _links(rows: str) -> str:
    return f"""
        SELECT r.imp, r.id, r.kind::base.relation_kind AS kind, s.p AS source, t.p AS target,
               s.code AS source_code, t.code AS target_code,
               CASE WHEN s.p IS NULL THEN r.source END AS source_ref,
               CASE WHEN t.p IS NULL THEN r.target END AS target_ref,
               {_level("needs")}, {_level("gives")},
               CASE WHEN len(r.guarded_by) > 0 THEN list_sort(list_distinct(r.guarded_by)) END AS guarded_by,
               r.valid_from, r.valid_to, nullif(r.via, '') AS via_ref, r.stored_at,
               coalesce(nullif(r.observed, ''), 'yes')::base.observed AS observed,
               coalesce(nullif(r.properties, ''), '{{}}') AS properties,
               coalesce(nullif(r.evidence, ''), 'config')::base.evidence AS evidence,
               coalesce(r.evidence_where, '') AS evidence_where, r.evidence_at
        FROM {rows} AS r LEFT JOIN raw.id AS s ON s.id = r.source LEFT JOIN raw.id AS t ON t.id = r.target"""


def _one_each(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the table or view in which each relation id has one row, the one of the best evidence."""
    # Equal ids have equal hashes: as many hashes as rows means that no id comes twice, and ten million texts need not
    # be compared.
    counted = connection.execute("SELECT count(*), count(DISTINCT hash(id)) FROM raw.relation_row").fetchone()
    if counted is None or counted[0] == counted[1]:
        return "raw.relation_row"
    stated = " UNION ALL ".join(
        f"SELECT id, '{name}' AS field, imp, best, evidence, coalesce({name}::VARCHAR, '') AS value "
        "FROM raw.contested_relation"
        for name in _DISPUTED
    )
    connection.execute(f"""
        CREATE TABLE raw.several_relations AS SELECT id FROM raw.relation_row GROUP BY id HAVING count(*) > 1;
        CREATE TABLE raw.contested_relation AS
        SELECT row.* EXCLUDE (import_at), row_number() OVER (PARTITION BY row.id ORDER BY
                 {BEST_FIRST}, CAST(row AS VARCHAR)) AS best
        FROM (SELECT relation_row.*, "at" AS import_at FROM raw.relation_row JOIN raw.import USING (imp)) AS row
        SEMI JOIN raw.several_relations USING (id);
        CREATE VIEW raw.relation_once AS
        SELECT imp, {_COLUMNS} FROM raw.relation_row ANTI JOIN raw.several_relations USING (id)
        UNION ALL SELECT imp, {_COLUMNS} FROM raw.contested_relation WHERE best = 1;
        INSERT INTO base.disagreement
        WITH stated AS ({stated})
        SELECT id, field, source, value, value = chosen_value, arg_min(evidence, best)
        FROM stated JOIN (SELECT id, field, arg_min(value, best) AS chosen_value FROM stated
                          GROUP BY id, field HAVING count(DISTINCT value) > 1) USING (id, field)
        JOIN raw.import USING (imp) GROUP BY id, field, source, value, chosen_value
        ORDER BY ALL""")
    return "raw.relation_once"


def _level(name: str) -> str:
    aliases = " ".join(f"WHEN {literal(alias)} THEN {literal(level)}" for alias, level in LEVEL_ALIASES.items())
    stated = f"CASE r.{name} WHEN '' THEN NULL {aliases} ELSE r.{name} END"
    return (
        f"TRY_CAST({stated} AS base.level) AS {name}, "
        f"CASE WHEN TRY_CAST({stated} AS base.level) IS NULL THEN {stated} END AS {name}_unknown"
    )


def _create_full(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `raw.full`: links with every reference in its place, levels filled in, and why not, if not."""
    guard_sets(connection)
    connection.execute("""
        CREATE TABLE raw.place AS
        SELECT ref, relation, role, n, code, ways
        FROM raw.chosen JOIN base.node AS node USING (id) JOIN raw.kind AS kind USING (kind)""")
    _renumber(connection)
    reasons = " ".join(f"WHEN {condition} THEN {reason}" for condition, reason in _WRONG.items())
    connection.execute(f"""
        CREATE TABLE raw.full AS
        WITH placed AS (
          SELECT link.* EXCLUDE (source, target, source_code, target_code, guarded_by),
                 coalesce(link.source, s.n) AS source, coalesce(link.target, t.n) AS target, via.n AS via,
                 coalesce(source_code, s.code) AS source_code, coalesce(target_code, t.code) AS target_code,
                 coalesce(guards, []) AS guards, problem,
                 coalesce(s.ways, 1) * coalesce(t.ways, 1) * coalesce(via.ways, 1) * coalesce(guard.ways, 1) AS ways
          FROM raw.link AS link
          LEFT JOIN raw.place AS s ON s.ref = source_ref AND s.relation = link.kind AND s.role = 'source'
          LEFT JOIN raw.place AS t ON t.ref = target_ref AND t.relation = link.kind AND t.role = 'target'
          LEFT JOIN raw.place AS via ON via.ref = via_ref AND via.relation = link.kind AND via.role = 'via'
          LEFT JOIN raw.guard_set AS guard ON guard.guarded_by = link.guarded_by
          WHERE (link.source IS NOT NULL OR s.n IS NOT NULL) AND (link.target IS NOT NULL OR t.n IS NOT NULL)
            AND (via_ref IS NULL OR via.n IS NOT NULL) AND (link.guarded_by IS NULL OR guard.guards IS NOT NULL)
        ), shaped AS (
          SELECT placed.*, backward, carries, derived, s.code IS NOT NULL AND t.code IS NOT NULL AS fits,
                 CASE WHEN backward THEN t.level ELSE s.level END AS needs_default,
                 CASE WHEN backward THEN s.level ELSE t.level END AS gives_default,
                 CASE WHEN backward THEN target_code ELSE source_code END AS start_code,
                 CASE WHEN backward THEN source_code ELSE target_code END AS end_code
          FROM placed JOIN raw.step AS step ON step.relation = kind
          LEFT JOIN raw.allowed AS s ON s.relation = kind AND s.is_source AND s.code = source_code
          LEFT JOIN raw.allowed AS t ON t.relation = kind AND NOT t.is_source AND t.code = target_code
        )
        SELECT id, shaped.kind, source, target, coalesce(needs, needs_default) AS needs,
               coalesce(gives, gives_default) AS gives, guards, valid_from, valid_to, via, stored_at,
               CASE WHEN ways > 1 THEN 'possible'::base.observed ELSE observed END AS observed,
               properties, evidence, evidence_where, evidence_at, name AS source_instance, ways,
               CASE {reasons} END AS reason
        FROM shaped JOIN raw.kind AS first ON first.code = start_code JOIN raw.kind AS last ON last.code = end_code
        JOIN (SELECT imp, source::base.source_instance AS name FROM raw.import) USING (imp)""")


def _renumber(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the ends of links their final numbers, which moved only where undeclared nodes came in between."""
    inferred = connection.execute("SELECT count(*) FROM raw.inferred").fetchone()
    if inferred is None or inferred[0] == 0:
        return
    connection.execute("""
        CREATE TABLE raw.moved AS SELECT p, n FROM raw.id JOIN base.node AS node USING (id);
        CREATE OR REPLACE TABLE raw.link AS
        SELECT link.* REPLACE (s.n AS source, t.n AS target)
        FROM raw.link AS link LEFT JOIN raw.moved AS s ON s.p = source LEFT JOIN raw.moved AS t ON t.p = target""")


def _number_alternatives(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the alternatives of a relation whose reference is ambiguous ids of their own: `ID~1`, `ID~2` …"""
    connection.execute("""
        UPDATE raw.full SET id = raw.full.id || '~' || alternative
        FROM (SELECT rowid AS row,
                     row_number() OVER (PARTITION BY id ORDER BY source, target, via, guards) AS alternative
              FROM raw.full WHERE ways > 1)
        WHERE raw.full.rowid = row""")
