"""Nodes: one row per id, each field from the best evidence, and a line for each disagreement."""

import duckdb

from graphscan.kinds import INTERNET
from graphscan.store.merge_input import BEST_FIRST
from graphscan.store.tables import TABLES

# What counts as not stated, beside NULL: the defaults of the model.
_SCALARS = {
    "kind": "kind",
    "provider": "nullif(nullif(provider, ''), 'generic')",
    "subtype": "nullif(subtype, '')",
    "name": "nullif(name, '')",
    "valid_from": "valid_from",
    "valid_to": "valid_to",
    "expires_at": "expires_at",
    "owner": "nullif(owner, '')",
    "state": "nullif(state, '')",
    "sensitivity": "nullif(sensitivity, '')",
    "hypothetical": "hypothetical",
    "enforced": "CASE WHEN len(enforced) > 0 THEN list_sort(enforced) END",
    "effect": "nullif(effect, '')",
    "item_count": "item_count",
}
_UNIONS = ("versions", "last_used", "labels", "keys")
# What would end a thing's life: where it is known from a ticket only, it is shown and not believed.
_ENDS = ("state", "valid_to", "expires_at")
_EVIDENCE = ("evidence", "evidence_where", "evidence_at")


def merge(connection: duckdb.DuckDBPyConnection) -> None:
    """
    Create `raw.node`, one row per id, `raw.id`, and `base.disagreement`.

    `base.disagreement(id, field, source_instance, value, chosen, evidence)` has a row for each value of a field of
    which several are stated; `id` is a node's or a relation's; `value` is text.
    """
    connection.execute("CREATE TABLE raw.several AS SELECT id FROM raw.node_row GROUP BY id HAVING count(*) > 1")
    scalars = ", ".join(f"{stated} AS {name}" for name, stated in _SCALARS.items())
    unions = ", ".join(f"{name}" for name in _UNIONS)
    evidence = ", ".join(_EVIDENCE)
    connection.execute(f"""
        CREATE TABLE raw.contested AS
        SELECT row.id, imp, row_number() OVER (PARTITION BY row.id ORDER BY
                 evidence = 'builtin' DESC, {BEST_FIRST}, CAST(row AS VARCHAR)) AS best,
               {scalars}, {unions}, nullif(nullif(properties, ''), '{{}}') AS properties, {evidence}
        FROM (SELECT node_row.*, "at" AS import_at FROM raw.node_row LEFT JOIN raw.import USING (imp)) AS row
        SEMI JOIN raw.several USING (id)""")
    columns = [name for name in TABLES["nodes"] if name != "id"]
    alone = ", ".join(f"{_alone(name)} AS {name}" for name in columns)
    together = ", ".join(f"{_together(name)} AS {name}" for name in columns)
    connection.execute(f"""
        CREATE TABLE raw.node AS
        SELECT id, {alone}, CASE WHEN imp >= 0 THEN [imp] ELSE []::SMALLINT[] END AS imports, true AS declared,
               {_unproven("evidence = 'ticket' AND {0} IS NOT NULL")} AS unproven
        FROM raw.node_row ANTI JOIN raw.several USING (id)
        UNION ALL
        SELECT id, {together}, list_sort(list(DISTINCT imp) FILTER (imp >= 0)), true,
               {_unproven("arg_min(evidence, best) FILTER ({0} IS NOT NULL) = 'ticket'")}
        FROM raw.contested LEFT JOIN ({_merged_properties()}) USING (id) GROUP BY id""")
    connection.execute("""
        CREATE TABLE raw.id AS
        SELECT id, (row_number() OVER (ORDER BY id) - 1)::INTEGER AS p, code
        FROM raw.node JOIN raw.kind USING (kind)""")
    _disagreements(connection)


def number(connection: duckdb.DuckDBPyConnection) -> None:
    """
    Create `base.node`: the nodes of `raw.node` in the order of their ids, numbered from 0.

    n, id, the columns of `tables.TABLES["nodes"]`, sources (names of those that state it), declared (False: only ever
    the end of a relation that allows no other kind), unproven (which of state, valid_to and expires_at are known from a
    ticket only). Lists are never NULL, nor are provider, subtype, name,
    hypothetical, properties, sensitivity and evidence.
    """
    connection.execute(f"""
        CREATE TABLE base.node AS
        SELECT (row_number() OVER () - 1)::INTEGER AS n, * FROM (
          SELECT id, kind, coalesce(provider, 'generic') AS provider, coalesce(subtype, '') AS subtype,
                 coalesce(name, CASE WHEN id = '{INTERNET}' THEN id ELSE '' END) AS name, valid_from, valid_to,
                 {_list("versions")}, expires_at, {_list("last_used")}, owner, state,
                 coalesce(node.sensitivity, kind.sensitivity) AS sensitivity, {_list("labels")},
                 coalesce(hypothetical, false) AS hypothetical, {_list("enforced")}, effect, item_count,
                 {_list("keys")}, coalesce(properties, '{{}}') AS properties,
                 coalesce(nullif(evidence, ''), 'config') AS evidence, coalesce(evidence_where, '') AS evidence_where,
                 evidence_at, coalesce(source_names, []) AS sources, declared, coalesce(unproven, []) AS unproven
          FROM raw.node AS node JOIN raw.kind AS kind USING (kind) LEFT JOIN ({_source_names()}) USING (imports)
          ORDER BY id)""")


# Private functions


def _alone(name: str) -> str:
    if name in _SCALARS:
        return _SCALARS[name]
    return f"list_sort(list_distinct({name}))" if name in _UNIONS else name


def _unproven(condition: str) -> str:
    """Return SQL for the list of those ends that meet a condition, in which {0} stands for the field."""
    stated = {name: _SCALARS[name] for name in _ENDS}
    # In the contested rows the columns hold what is stated already, and the expression changes nothing.
    parts = ", ".join(f"CASE WHEN {condition.format(sql)} THEN '{name}' END" for name, sql in stated.items())
    return f"list_filter([{parts}], lambda one: one IS NOT NULL)"


def _together(name: str) -> str:
    if name in _SCALARS:
        return f"arg_min({name}, best) FILTER ({name} IS NOT NULL)"
    if name in _UNIONS:
        return f"list_sort(list_distinct(flatten(list({name}) FILTER ({name} IS NOT NULL))))"
    if name == "properties":
        return "any_value(merged_properties)"
    return f"arg_min_null({name}, best)"


def _list(name: str) -> str:
    return f"coalesce({name}, []::{TABLES['nodes'][name]}) AS {name}"


def _source_names() -> str:
    return """
        SELECT imports, list(source ORDER BY source) AS source_names
        FROM (SELECT imports, unnest(imports) AS imp FROM (SELECT DISTINCT imports FROM raw.node))
        JOIN raw.import USING (imp) GROUP BY imports"""


def _each_property() -> str:
    return """
        SELECT contested.id, imp, best, evidence, property.key AS key, property.value AS value
        FROM raw.contested, json_each(contested.properties) AS property
        WHERE contested.properties IS NOT NULL"""


def _merged_properties() -> str:
    return f"""
        SELECT id, '{{' || string_agg(to_json(key)::VARCHAR || ': ' || value::VARCHAR, ', ' ORDER BY key) || '}}'
               AS merged_properties
        FROM (SELECT id, key, arg_min(value, best) AS value FROM ({_each_property()}) GROUP BY id, key)
        GROUP BY id"""


def _disagreements(connection: duckdb.DuckDBPyConnection) -> None:
    fields = " UNION ALL ".join(
        f"SELECT id, '{name}' AS field, imp, best, evidence, CAST({name} AS VARCHAR) AS value "
        f"FROM raw.contested WHERE {name} IS NOT NULL"
        for name in _SCALARS
        if name != "hypothetical"
    )
    connection.execute(f"""
        CREATE TABLE base.disagreement AS
        WITH stated AS (
          {fields} UNION ALL
          SELECT id, 'property.' || key, imp, best, evidence, value::VARCHAR FROM ({_each_property()})
        ), unequal AS (
          SELECT id, field, arg_min(value, best) AS chosen_value FROM stated GROUP BY id, field
          HAVING count(DISTINCT value) > 1
        )
        SELECT id, field, coalesce(source, 'graphscan') AS source_instance, value,
               value = chosen_value AS chosen, evidence
        FROM (SELECT id, field, imp, value, chosen_value, arg_min(evidence, best) AS evidence
              FROM stated JOIN unequal USING (id, field) GROUP BY id, field, imp, value, chosen_value)
        LEFT JOIN raw.import USING (imp)
        ORDER BY id, field, chosen DESC, source_instance, value""")
