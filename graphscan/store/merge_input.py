"""The files of a snapshot as views, and the vocabulary as types and tables, in the working schema `raw`."""

from collections.abc import Mapping, Sequence

import duckdb

from graphscan.kinds import (
    INTERNET,
    LEVEL_ALIASES,
    LEVELS,
    NODE_KINDS,
    RELATION_KINDS,
    end_level,
    family_of,
    start_level,
)
from graphscan.model import EvidenceKind, Observed
from graphscan.store.snapshot import Snapshot
from graphscan.store.tables import TABLES, literal, parquet

LEVEL_NAMES = sorted({level for _, level in LEVELS})
EVIDENCE_RANK = " ".join(f"WHEN '{one}' THEN {one.rank}" for one in EvidenceKind)

# The order in which statements about one thing are believed: best evidence, newest, then by name and text, so that the
# order of files and records never matters.
BEST_FIRST = (
    f"CASE evidence {EVIDENCE_RANK} ELSE 0 END DESC, coalesce(evidence_at, import_at) DESC, import_at DESC, imp"
)


def prepare(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    """
    Create the working schema.

    `raw.import` numbers the imports by source name; `raw.TABLE_row` are the rows of all of them, with their import.
    """
    connection.execute("CREATE SCHEMA base; CREATE SCHEMA raw")
    sources = [one.source for one in snapshot.imports]
    _enum(connection, "source_instance", sources)
    _enum(connection, "relation_kind", sorted(RELATION_KINDS))
    _enum(connection, "level", LEVEL_NAMES)
    _enum(connection, "observed", list(Observed))
    _enum(connection, "evidence", list(EvidenceKind))
    _table(
        connection,
        "raw.import",
        {
            "imp": ("SMALLINT", list(range(len(sources)))),
            "source": ("VARCHAR", sources),
            "at": ("TIMESTAMP", [one.at.replace(tzinfo=None) for one in snapshot.imports]),
        },
    )
    for table in TABLES:
        _rows(connection, snapshot, table)
    _vocabulary(connection)


# Private functions


def _rows(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, table: str) -> None:
    columns = ", ".join(f'"{name}"' for name in TABLES[table])
    parts = [
        f"SELECT {number}::SMALLINT AS imp, {columns} FROM {parquet(path)}"
        for number, (one, path) in enumerate(snapshot.files(table))
        if one.files[table].rows
    ]
    if table == "nodes":
        parts.append(_builtin())
    if not parts:
        empty = ", ".join(f'NULL::{type_} AS "{name}"' for name, type_ in TABLES[table].items())
        parts.append(f"SELECT NULL::SMALLINT AS imp, {empty} WHERE false")
    name = {"nodes": "node", "relations": "relation"}.get(table, table)
    connection.execute(f"CREATE VIEW raw.{name}_row AS {' UNION ALL '.join(parts)}")


def _builtin() -> str:
    """Return the one node that exists without a source, as a row that no evidence outweighs; its import is -1."""
    said = {"id": INTERNET, "kind": "Segment", "subtype": "internet", "evidence": "builtin"}
    columns = ", ".join(
        f'{literal(said[name]) if name in said else "NULL"}::{type_} AS "{name}"'
        for name, type_ in TABLES["nodes"].items()
    )
    return f"SELECT -1::SMALLINT AS imp, {columns}"


def _vocabulary(connection: duckdb.DuckDBPyConnection) -> None:
    """
    Write down what may stand where.

    `raw.kind`:    node kind → number, default sensitivity, acting level, and the levels it has, as a bit each.
    `raw.allowed`: (relation kind, end, node kind) → the level a step needs or gives there by default.
    `raw.only`:    (relation kind, end) → the node kind, where only one may stand there.
    `raw.alias`:   other names of levels.
    """
    names = list(NODE_KINDS)
    _table(
        connection,
        "raw.kind",
        {
            "code": ("UTINYINT", list(range(len(names)))),
            "kind": ("VARCHAR", names),
            "sensitivity": ("VARCHAR", [str(NODE_KINDS[name].sensitivity) for name in names]),
            "acting": ("VARCHAR", [family_of(name).acting for name in names]),
            "mask": ("UBIGINT", [_mask(name) for name in names]),
        },
    )
    allowed = [
        (relation.name, is_source, names.index(kind), _default(relation.name, kind, is_source))
        for relation in RELATION_KINDS.values()
        for is_source, kinds in ((True, relation.sources), (False, relation.targets))
        for kind in sorted(kinds)
    ]
    _table(
        connection,
        "raw.allowed",
        {
            "relation": ("base.relation_kind", [one[0] for one in allowed]),
            "is_source": ("BOOLEAN", [one[1] for one in allowed]),
            "code": ("UTINYINT", [one[2] for one in allowed]),
            "level": ("base.level", [one[3] for one in allowed]),
        },
    )
    relations = list(RELATION_KINDS.values())
    _table(
        connection,
        "raw.step",
        {
            "relation": ("base.relation_kind", [one.name for one in relations]),
            "backward": ("BOOLEAN", [one.starts_at_target for one in relations]),
            "carries": ("BOOLEAN", [one.carries for one in relations]),
            "derived": ("BOOLEAN", [one.derived for one in relations]),
        },
    )
    only = [
        (relation.name, role, next(iter(kinds)))
        for relation in relations
        for role, kinds in (("source", relation.sources), ("target", relation.targets))
        if len(kinds) == 1
    ]
    _table(
        connection,
        "raw.only",
        {
            "relation": ("base.relation_kind", [one[0] for one in only]),
            "role": ("VARCHAR", [one[1] for one in only]),
            "kind": ("VARCHAR", [one[2] for one in only]),
        },
    )
    # A level that one kind alone has says which kind a thing is that no source declares: (x, defeated) is a control.
    sole = {
        level: kinds[0]
        for level in LEVEL_NAMES
        for kinds in [[name for name in names if level in family_of(name).levels]]
        if len(kinds) == 1
    }
    _table(
        connection,
        "raw.sole_level",
        {"level": ("VARCHAR", list(sole)), "kind": ("VARCHAR", list(sole.values()))},
    )
    _table(
        connection,
        "raw.alias",
        {"alias": ("VARCHAR", list(LEVEL_ALIASES)), "level": ("VARCHAR", list(LEVEL_ALIASES.values()))},
    )


def _default(relation: str, kind: str, is_source: bool) -> str | None:
    row = RELATION_KINDS[relation]
    if row.carries:
        return None
    level = start_level if is_source != row.starts_at_target else end_level
    return level(relation, kind)


def _mask(kind: str) -> int:
    return sum(1 << LEVEL_NAMES.index(level) for level in family_of(kind).levels)


def _enum(connection: duckdb.DuckDBPyConnection, name: str, values: list[str]) -> None:
    # A value of an enumeration takes a byte; ten million relations have seven such columns.
    listed = ", ".join(literal(str(value)) for value in values)
    connection.execute(f"CREATE TYPE base.{name} AS ENUM ({listed})")


def _table(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, tuple[str, Sequence[object]]]
) -> None:
    select = ", ".join(
        f"unnest(${number}::VARCHAR[])::{type_} AS {column}"
        for number, (column, (type_, _)) in enumerate(columns.items(), 1)
    )
    values = [[None if value is None else str(value) for value in all_] for _, all_ in columns.values()]
    connection.execute(f"CREATE TABLE {name} AS SELECT {select}", values)
