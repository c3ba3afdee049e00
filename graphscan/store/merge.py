"""The merged view: what all sources together say, as tables of an in-memory DuckDB, in one fixed order."""

from datetime import UTC, datetime

import duckdb

from graphscan.store import merge_classify, merge_input, merge_nodes, merge_refs, merge_relations
from graphscan.store.snapshot import Snapshot
from graphscan.store.verify import CACHE, check_files


def load(snapshot: Snapshot) -> duckdb.DuckDBPyConnection:
    """
    Return the merged view of a snapshot as tables in the schema `base`.

    `node`, `relation`, `coverage`, `disagreement`, `unresolved`, `ambiguous` and `rejected`; their columns are
    described where each is made. `history` is `relation` under the name that a session has it by, too. The same imports
    give the same rows in the same order, in whatever order they were read.

    Raises:
        StoreDamagedError: a file is missing or not what was written.
        StoreError:        a classify rule that cannot be read.
    """
    check_files(snapshot.path, snapshot.imports)
    # What does not fit into memory is spilled beside the store: it is the same inventory, under the same permissions.
    connection = duckdb.connect(config={"temp_directory": str(snapshot.path / CACHE / "spill")})
    try:
        merge_input.prepare(connection, snapshot)
        merge_nodes.merge(connection)
        merge_relations.join(connection)
        merge_refs.resolve(connection)
        merge_nodes.number(connection)
        merge_relations.finish(connection)
        # What was held, made and stored at any time; an opened session has it beside the relations of its instant.
        connection.execute("CREATE VIEW base.history AS SELECT * FROM base.relation")
        merge_classify.apply(connection)
        connection.execute("DROP SCHEMA raw CASCADE")
    except BaseException:
        connection.close()
        raise
    return connection


def boundaries(connection: duckdb.DuckDBPyConnection) -> list[datetime]:
    """
    Return every instant at which the validity of something changes, sorted, in UTC.

    Between two neighbours nothing begins and nothing ends: an answer holds for the whole of the time between them.
    """
    columns = {
        "node": ("valid_from", "valid_to", "expires_at"),
        "relation": ("valid_from", "valid_to", "stored_at"),
        "coverage": ("valid_from", "valid_to"),
    }
    parts = [f"SELECT {column} AS instant FROM base.{table}" for table, all_ in columns.items() for column in all_]
    parts += [
        f"SELECT unnest(list_transform({column}, lambda one: one.{name})) FROM base.node WHERE len({column}) > 0"
        for column, name in (
            ("versions", "since"),
            ("versions", "overlap_until"),
            ("enforced", "valid_from"),
            ("enforced", "valid_to"),
        )
    ]
    union = " UNION ALL ".join(parts)
    rows = connection.execute(f"SELECT DISTINCT instant FROM ({union}) WHERE instant IS NOT NULL ORDER BY 1").fetchall()
    return [row[0].replace(tzinfo=UTC) for row in rows]
