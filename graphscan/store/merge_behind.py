"""
Ends of relations that stand behind an application: which product it leads to, and which account a name means there.

Two look-ups, both over sets: an application that signs people in or makes accounts → the application that another
source describes (`merge_apps`), then a name → an account or group of that application's directory. What finds nothing
is counted for each application, never kept one by one: millions of assignments lead to products that nobody imported.
"""

import duckdb

from graphscan.store import merge_apps
from graphscan.store.merge_refs import candidates

PREFIX = "~behind|"
ENDS = f"(starts_with(source, '{PREFIX}') OR starts_with(target, '{PREFIX}'))"

# Which keys of an account a name is compared with, the strongest first; of these only verified ones. An e-mail address
# that its owner may edit comes last, and whom it finds is possible: anybody may have written it there.
ACCOUNT_KEYS = ("nameid", "external_id", "login", "email")
GROUP_KEYS = ("group_name", "external_id")
EDITABLE = "email"


def find(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    """
    Count the relations that end behind an application.

    `raw.behind_use(imp, relation, via, sort, relations)`.

    Args:
        rows: the table of relations, one row per id.
    """
    connection.execute(f"""
        CREATE TABLE raw.behind_use AS
        SELECT imp, kind AS relation, coalesce(via, '') AS via, {_sort()} AS sort, count(*) AS relations
        FROM {rows} WHERE {ENDS} GROUP BY ALL""")


def resolve(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    """
    Find what stands behind the applications, once `raw.link` holds every other relation.

    `raw.behind_row`: the relations whose end was found, as rows of `rows` with a node's id there and as `via`; where
    there are several candidates, a row for each, possible, with an id of its own (`ID~1`, `ID~2` …).

    `raw.behind_unresolved`, `raw.behind_ambiguous`: the others, as rows of `base.unresolved` and `base.ambiguous`.
    """
    _applications(connection)
    _accounts(connection)
    source = f"starts_with(r.source, '{PREFIX}')"
    connection.execute(f"""
        CREATE TABLE raw.behind_found AS
        WITH asked AS (
          SELECT r.id, app.via AS via, app.app, app.ways, {_sort()} AS sort, {_name()} AS name
          FROM {rows} AS r JOIN raw.behind_app AS app ON app.ref = r.via WHERE {ENDS}
        ), met AS (
          SELECT asked.id, via, account.node, ways, possible
          FROM asked JOIN raw.behind_account AS account USING (app, sort, name)
          QUALIFY strength = min(strength) OVER (PARTITION BY asked.id, via, app)
          UNION ALL SELECT id, via, app, ways, false FROM asked WHERE sort = 'application'
        ), one AS (
          SELECT id, via, node, max(ways) AS ways, bool_and(possible) AS possible FROM met GROUP BY id, via, node
        )
        SELECT id, via, node, greatest(ways, count(*) OVER (PARTITION BY id)) > 1 OR possible AS possible,
               count(*) OVER (PARTITION BY id) AS several,
               row_number() OVER (PARTITION BY id ORDER BY via, node) AS alternative
        FROM one;
        CREATE VIEW raw.behind_row AS
        SELECT r.* REPLACE (
                 CASE WHEN several > 1 THEN r.id || '~' || alternative ELSE r.id END AS id,
                 CASE WHEN {source} THEN node ELSE r.source END AS source,
                 CASE WHEN {source} THEN r.target ELSE node END AS target,
                 found.via AS via,
                 CASE WHEN found.possible THEN 'possible' ELSE r.observed END AS observed)
        FROM {rows} AS r JOIN raw.behind_found AS found ON found.id = r.id""")
    _rest(connection, rows)


# Private functions


def _end() -> str:
    return f"CASE WHEN starts_with(source, '{PREFIX}') THEN source ELSE target END"


def _sort() -> str:
    return f"split_part({_end()}, '|', 2)"


def _name() -> str:
    """Return SQL for the name that is asked for, as names are compared: without blanks around it, in lower case."""
    return f"lower(trim(substr({_end()}, length('{PREFIX}' || {_sort()}) + 2)))"


def _applications(connection: duckdb.DuckDBPyConnection) -> None:
    """
    Find the applications that relations go through and what is behind each.

    `raw.behind_directory(account, app, kind, possible)`: who is an account of which application, by node ids;
    `raw.behind_via(ref, id)`; `raw.behind_app(ref, via, app, ways)`.
    """
    connection.execute("""
        CREATE TABLE raw.behind_reference AS
        SELECT DISTINCT ref FROM (
          SELECT via AS ref FROM raw.behind_use
          UNION ALL SELECT source_ref FROM raw.link WHERE kind = 'ACCOUNT_OF'
          UNION ALL SELECT target_ref FROM raw.link WHERE kind = 'ACCOUNT_OF') WHERE ref <> ''""")
    candidates(connection, "behind_reference", "behind_")
    connection.execute("""
        CREATE TABLE raw.behind_via AS
        SELECT ref, id FROM raw.behind_candidate WHERE kind = 'Application' AND ref IN (SELECT via FROM raw.behind_use);
        CREATE TABLE raw.behind_directory AS
        SELECT account.id AS account, app.id AS app, kind.kind, link.observed <> 'yes' AS possible
        FROM (SELECT * FROM raw.link WHERE kind = 'ACCOUNT_OF') AS link
        LEFT JOIN raw.id AS s ON s.p = link.source LEFT JOIN raw.id AS t ON t.p = link.target
        LEFT JOIN raw.behind_candidate AS sc ON sc.ref = link.source_ref
        LEFT JOIN raw.behind_candidate AS tc ON tc.ref = link.target_ref
        JOIN raw.id AS account ON account.id = coalesce(s.id, sc.id)
        JOIN raw.id AS app ON app.id = coalesce(t.id, tc.id)
        JOIN raw.kind AS kind ON kind.code = account.code
        WHERE EXISTS (FROM raw.behind_via)""")
    merge_apps.join(connection)


def _accounts(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `raw.behind_account(app, sort, name, node, strength, possible)` of the applications that were found."""
    strengths = " UNION ALL ".join(
        f"SELECT '{sort}' AS sort, '{type_}' AS type, {strength} AS strength"
        for sort, types in (("account", ACCOUNT_KEYS), ("group", GROUP_KEYS))
        for strength, type_ in enumerate(types)
    )
    connection.execute(f"""
        CREATE TABLE raw.behind_account AS
        SELECT app, sort, lower(trim(key.value)) AS name, account AS node,
               min(CASE WHEN coalesce(key.verified, true) THEN strength ELSE {len(ACCOUNT_KEYS)} END) AS strength,
               bool_and(possible OR NOT coalesce(key.verified, true)) AS possible
        FROM (SELECT app, account, directory.possible, unnest(node.keys) AS key,
                     CASE WHEN directory.kind = 'Group' THEN 'group' ELSE 'account' END AS sort
              FROM raw.behind_directory AS directory JOIN raw.node AS node ON node.id = account
              WHERE app IN (SELECT app FROM raw.behind_app)) AS account
        JOIN ({strengths}) AS known USING (sort)
        WHERE key.type = known.type AND trim(key.value) <> ''
          AND (coalesce(key.verified, true) OR sort = 'account' AND key.type = '{EDITABLE}')
        GROUP BY ALL""")


def _rest(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    connection.execute(f"""
        CREATE TABLE raw.behind_unresolved AS
        WITH done AS (
          SELECT r.imp, r.kind AS relation, coalesce(r.via, '') AS via, {_sort()} AS sort, count(*) AS relations
          FROM {rows} AS r SEMI JOIN raw.behind_found USING (id) GROUP BY ALL
        )
        SELECT '{PREFIX}' || via AS ref, relation AS relation_kind, source AS source_instance,
               sum(used.relations - coalesce(done.relations, 0))::BIGINT AS relations, NULL::VARCHAR AS kind,
               CASE WHEN via NOT IN (SELECT ref FROM raw.behind_via) THEN 'no source declares the application'
                    WHEN via NOT IN (SELECT ref FROM raw.behind_app)
                    THEN 'the product behind the application is not imported, or has no key in common with it'
                    ELSE 'the product behind the application has nothing of that name' END AS reason
        FROM raw.behind_use AS used LEFT JOIN done USING (imp, relation, via, sort) JOIN raw.import USING (imp)
        WHERE used.relations > coalesce(done.relations, 0)
        GROUP BY via, relation, source;
        CREATE TABLE raw.behind_ambiguous AS
        SELECT '{PREFIX}' || r.via || '|' || {_sort()} || '|' || {_name()} AS ref,
               list(DISTINCT node ORDER BY node) AS candidates
        FROM {rows} AS r JOIN raw.behind_found AS found USING (id) WHERE several > 1
        GROUP BY 1""")
