"""References: ids that no source declares, keys and names, and what each may stand for."""

from itertools import product

import duckdb

_PARTS = "string_split(ref, '|')"
_REST = f"array_to_string({_PARTS}[4:], '|')"


def resolve(connection: duckdb.DuckDBPyConnection) -> None:
    """
    Find what every reference of `raw.link` stands for.

    `raw.chosen(ref, relation, role, id, ways)`: a row per candidate of a source, target or via;
    `raw.guard_candidate(ref, id, ways)` likewise for guards; ways is their number. Nodes that no source declares are
    added to `raw.node` where the table of kinds allows but one kind for them.

    `base.unresolved(ref, relation_kind, source_instance, relations, kind, reason)`: what no source declares, in how
    many relations; kind is the only possible one, and NULL where the relations cannot be used.

    `base.ambiguous(ref, candidates)`: references that more than one node answers to.
    """
    _uses(connection)
    _infer(connection)
    _candidates(connection)
    connection.execute("""
        CREATE TABLE base.unresolved AS
        SELECT ref, relation::VARCHAR AS relation_kind, source AS source_instance, sum(relations)::BIGINT AS relations,
               kind, CASE WHEN starts_with(ref, '~key|') AND ref IN (SELECT ref FROM raw.unverified)
                          THEN 'the key is not verified, so it joins nothing' ELSE 'no source declares it' END AS reason
        FROM raw.use ANTI JOIN (SELECT ref FROM raw.candidate WHERE declared) USING (ref)
        JOIN raw.import USING (imp) LEFT JOIN raw.inferred USING (ref)
        GROUP BY ref, relation, source, kind
        UNION ALL FROM raw.behind_unresolved
        ORDER BY ref, relation_kind, source_instance""")
    connection.execute("""
        CREATE TABLE base.ambiguous AS
        SELECT ref, list(DISTINCT id ORDER BY id) AS candidates FROM (
          SELECT ref, id FROM raw.chosen WHERE ways > 1
          UNION ALL SELECT ref, id FROM raw.guard_candidate WHERE ways > 1)
        GROUP BY ref UNION ALL FROM raw.behind_ambiguous ORDER BY ref""")


def candidates(connection: duckdb.DuckDBPyConnection, references: str, prefix: str) -> None:
    """
    Find the nodes that references may stand for, whatever relation they stand in.

    Creates `raw.PREFIXkeyed(ref, id, kind, verified)`, the nodes with the key, and `raw.PREFIXcandidate(ref, id, kind,
    declared)`.

    Args:
        references: a table of `raw` with the column ref, each once.
    """
    key = f"""
        SELECT ref, {_PARTS}[2] AS type, {_PARTS}[3] AS "scope", {_REST} AS "value"
        FROM raw.{references} WHERE starts_with(ref, '~key|') AND len({_PARTS}) > 3"""
    named = f"""
        SELECT ref, {_PARTS}[2] AS provider, {_PARTS}[3] AS kind, {_REST} AS name
        FROM raw.{references} WHERE starts_with(ref, '~name|') AND len({_PARTS}) > 3"""
    connection.execute(f"""
        CREATE TABLE raw.{prefix}keyed AS
        SELECT DISTINCT ref, id, node.kind, key.verified FROM ({key}) AS wanted
        JOIN (SELECT id, kind, unnest(keys) AS key FROM raw.node WHERE len(keys) > 0) AS node
          ON key.type = wanted.type AND key.value = wanted.value AND coalesce(key.scope, '') = wanted.scope;
        CREATE TABLE raw.{prefix}candidate AS
        SELECT ref, id, kind, declared FROM raw.{references} JOIN raw.node ON id = ref
        UNION ALL
        SELECT DISTINCT ref, id, kind, true FROM raw.{prefix}keyed WHERE coalesce(verified, true)
        UNION ALL
        SELECT ref, node.id, node.kind, true FROM ({named}) AS wanted JOIN raw.node AS node
          ON node.name = wanted.name AND node.kind = wanted.kind
          AND coalesce(node.provider, 'generic') = wanted.provider
        WHERE declared""")


def guard_sets(connection: duckdb.DuckDBPyConnection) -> None:
    """
    Create `raw.guard_set(guarded_by, guards, problem, ways)` from the distinct `guarded_by` of `raw.link`.

    guards are (n, level), sorted, with numbers of `base.node`; a row per combination where references are ambiguous;
    no row where one stands for nothing. problem says why a guard cannot be meant.
    """
    connection.execute("""
        CREATE TABLE raw.guard_list AS
        SELECT (row_number() OVER () - 1)::INTEGER AS number, guarded_by
        FROM (SELECT DISTINCT guarded_by FROM raw.link WHERE guarded_by IS NOT NULL);
        CREATE TABLE raw.guard AS
        SELECT number, position, n, level, ways,
               CASE WHEN NOT coalesce((mask >> enum_code(TRY_CAST(level AS base.level))) & 1 = 1, false)
                    THEN 'the guard `' || id || '` is a ' || kind || ', which has no level `' || level || '`'
               END AS problem
        FROM (
          SELECT number, position, node.n, node.id, kind.kind, kind.mask, ways,
                 coalesce(alias.level, nullif(one.level, ''), kind.acting) AS level
          FROM (SELECT number, generate_subscripts(guarded_by, 1) AS position, unnest(guarded_by, recursive := true)
                FROM raw.guard_list) AS one
          JOIN raw.guard_candidate USING (ref) JOIN base.node AS node USING (id) JOIN raw.kind AS kind USING (kind)
          LEFT JOIN raw.alias AS alias ON alias.alias = one.level);
        CREATE TABLE raw.guard_set AS
        SELECT guarded_by, list_sort(list(DISTINCT {'n': n, 'level': level})) AS guards, min(problem) AS problem,
               1::BIGINT AS ways
        FROM raw.guard_list JOIN raw.guard USING (number)
        GROUP BY number, guarded_by
        HAVING max(ways) = 1 AND count(*) = len(guarded_by)""")
    _ambiguous_guards(connection)


# Private functions


def _uses(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("""
        CREATE TABLE raw.use AS
        SELECT ref, kind AS relation, role, level, imp, count(*) AS relations FROM (
          SELECT source_ref AS ref, kind, 'source' AS role, NULL AS level, imp FROM raw.link
          WHERE source_ref IS NOT NULL
          UNION ALL
          SELECT target_ref, kind, 'target', NULL, imp FROM raw.link WHERE target_ref IS NOT NULL
          UNION ALL
          SELECT via_ref, kind, 'via', NULL, imp FROM raw.link WHERE via_ref IS NOT NULL
          UNION ALL
          SELECT guard.ref, kind, 'guard', guard.level, imp
          FROM (SELECT kind, imp, unnest(guarded_by) AS guard FROM raw.link WHERE guarded_by IS NOT NULL))
        GROUP BY ALL""")


def _infer(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("""
        CREATE TABLE raw.inferred AS
        SELECT ref, any_value(kind) AS kind FROM (
          SELECT ref, kind FROM raw.use JOIN raw.only USING (relation, role)
          UNION ALL SELECT ref, 'Application' FROM raw.use WHERE role = 'via'
          UNION ALL SELECT ref, kind FROM raw.use JOIN raw.sole_level USING (level) WHERE role = 'guard')
        ANTI JOIN raw.id ON raw.id.id = ref
        WHERE ref <> '' AND NOT starts_with(ref, '~')
        GROUP BY ref HAVING count(DISTINCT kind) = 1;
        INSERT INTO raw.node BY NAME
        SELECT ref AS id, kind, []::SMALLINT[] AS imports, false AS declared FROM raw.inferred""")


def _candidates(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TABLE raw.reference AS SELECT DISTINCT ref FROM raw.use")
    candidates(connection, "reference", "")
    connection.execute(
        "CREATE TABLE raw.unverified AS SELECT DISTINCT ref FROM raw.keyed WHERE NOT coalesce(verified, true)"
    )
    # Of several nodes that answer to a key, those of a kind that may not stand there cannot be meant. Where none may,
    # all are kept, and the relations are rejected with that reason.
    connection.execute("""
        CREATE TABLE raw.chosen AS
        WITH found AS (
          SELECT DISTINCT ref, used.relation, role, id, allowed.code IS NOT NULL OR role = 'via' AS fits
          FROM raw.use AS used JOIN raw.candidate USING (ref) JOIN raw.kind AS kind USING (kind)
          LEFT JOIN raw.allowed AS allowed ON allowed.relation = used.relation AND allowed.code = kind.code
            AND allowed.is_source = (role = 'source')
          WHERE role <> 'guard'
        ), meant AS (
          FROM found QUALIFY fits OR NOT bool_or(fits) OVER (PARTITION BY ref, relation, role)
        )
        SELECT ref, relation, role, id, count(*) OVER (PARTITION BY ref, relation, role) AS ways FROM meant""")
    connection.execute("""
        CREATE TABLE raw.guard_candidate AS
        SELECT ref, id, count(*) OVER (PARTITION BY ref) AS ways
        FROM (SELECT DISTINCT ref, id FROM raw.candidate SEMI JOIN (FROM raw.use WHERE role = 'guard') USING (ref))""")


def _ambiguous_guards(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute("""
        SELECT number, position, n, level, problem FROM raw.guard
        WHERE number IN (SELECT number FROM raw.guard WHERE ways > 1) ORDER BY ALL""").fetchall()
    lists: dict[int, dict[int, list[tuple[int, str, str | None]]]] = {}
    for number, position, n, level, problem in rows:
        lists.setdefault(number, {}).setdefault(position, []).append((n, level, problem))
    for number, positions in lists.items():
        combinations = list(product(*positions.values()))
        for combination in combinations:
            guards = sorted({(n, level) for n, level, _ in combination})
            problem = min((text for _, _, text in combination if text), default=None)
            connection.execute(
                """INSERT INTO raw.guard_set
                   SELECT guarded_by, list_transform(list_zip($2::INTEGER[], $3::VARCHAR[]),
                                                     lambda one: {'n': one[1], 'level': one[2]}), $4, $5
                   FROM raw.guard_list WHERE number = $1 AND len(guarded_by) = $6""",
                [
                    number,
                    [n for n, _ in guards],
                    [level for _, level in guards],
                    problem,
                    len(combinations),
                    len(positions),
                ],
            )
