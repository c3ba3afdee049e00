"""
Run the text of a technique as what it may be: one SELECT over the inventory's views, and nothing else.

Three locks, since none alone suffices: the statement is parsed and must be one SELECT that names only allowed views and
harmless table functions; the connection has no external access and a locked configuration; the statement runs in a
read-only transaction, its rows going to a temporary table.
"""

import json
import threading
from typing import Any

import duckdb

from graphscan.errors import TechniqueError
from graphscan.techniques.registry import Technique

VIEWS = frozenset({"node", "relation", "membership", "coverage", "level"})
_TABLE_FUNCTIONS = frozenset({"unnest", "range", "generate_series"})
TIME_LIMIT = 300.0  # seconds for one file


def lock(con: duckdb.DuckDBPyConnection, writable: str | None = None) -> None:
    """Take external access from a connection for good, except for files below one folder of ours (the cache)."""
    if writable is not None:
        con.execute("SET allowed_directories = [?]", [writable])
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")


def check(con: duckdb.DuckDBPyConnection, technique: Technique) -> None:
    """Raise TechniqueError unless the file holds one SELECT over the allowed views."""
    try:
        statements = duckdb.extract_statements(technique.sql)
    except duckdb.Error as error:
        raise _failure(technique, str(error)) from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise _failure(technique, "the file must hold one SELECT and nothing else")
    parsed: dict[str, Any] = json.loads(con.execute("SELECT json_serialize_sql(?)", [technique.sql]).fetchall()[0][0])
    if parsed.get("error"):
        raise _failure(technique, str(parsed.get("error_message", "it cannot be parsed")))
    tables, functions, own = _named(parsed)
    for schema, table in sorted(tables):
        if schema or (table not in VIEWS and table not in own):
            name = f"{schema}.{table}" if schema else table
            raise _failure(technique, f"it reads {name}, which is none of {', '.join(sorted(VIEWS))}")
    for function in sorted(functions - _TABLE_FUNCTIONS):
        raise _failure(technique, f"it calls the table function {function}, which is not allowed")


def run(con: duckdb.DuckDBPyConnection, technique: Technique, into: str, time_limit: float = TIME_LIMIT) -> list[str]:
    """
    Run a checked file into the temporary table `into`; return the table's columns.

    Raises:
        TechniqueError: it failed, or took longer than `time_limit` seconds.
    """
    late = threading.Event()

    def stop() -> None:
        late.set()
        con.interrupt()

    timer = threading.Timer(time_limit, stop)
    timer.start()
    try:
        con.execute("BEGIN TRANSACTION READ ONLY")
        con.execute(f"CREATE OR REPLACE TEMP TABLE {into} AS {technique.sql.rstrip().rstrip(';')}")
        con.execute("COMMIT")
    except duckdb.Error as error:
        _roll_back(con)
        if late.is_set():
            raise _failure(technique, f"it did not end within {time_limit:.0f} seconds") from error
        raise _failure(technique, str(error).split("\n\n")[0]) from error
    finally:
        timer.cancel()
    return [str(row[0]) for row in con.execute(f"DESCRIBE {into}").fetchall()]


# Private functions


def _roll_back(con: duckdb.DuckDBPyConnection) -> None:
    try:
        con.execute("ROLLBACK")
    except duckdb.TransactionException:
        return  # the failed statement ended the transaction itself


def _failure(technique: Technique, why: str) -> TechniqueError:
    return TechniqueError(
        f"technique {technique.id} ({technique.path.name}): {why}", "correct the file or leave it out"
    )


def _named(parsed: Any) -> tuple[set[tuple[str, str]], set[str], set[str]]:
    """Return the (schema, table) pairs read, the table functions called and the common table expressions defined."""
    tables: set[tuple[str, str]] = set()
    functions: set[str] = set()
    own: set[str] = set()
    pending = [parsed]
    while pending:
        part = pending.pop()
        if isinstance(part, list):
            pending.extend(part)
            continue
        if not isinstance(part, dict):
            continue
        if part.get("type") == "BASE_TABLE":
            tables.add((str(part.get("schema_name") or part.get("catalog_name") or ""), str(part["table_name"])))
        elif part.get("type") == "TABLE_FUNCTION":
            functions.add(str(part["function"]["function_name"]))
        ctes = part.get("cte_map")
        if isinstance(ctes, dict):
            own |= {str(entry["key"]) for entry in ctes.get("map", [])}
        pending.extend(part.values())
    return tables, functions, own
