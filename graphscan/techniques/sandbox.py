"""
Run the text of a technique as what it may be: one SELECT over the inventory's views, and nothing else.

Three locks, since none alone suffices: the statement is parsed and must be one SELECT that names only allowed views and
harmless table functions; the connection has no external access and a locked configuration; the statement runs in a
read-only transaction, its rows going to a temporary table.
"""

import json
import threading
from dataclasses import dataclass, field
from typing import Any

import duckdb

from graphscan import kinds
from graphscan.errors import TechniqueError
from graphscan.techniques.registry import OWN_FOLDER, Technique

# What the sign-on policies let pass (`graphscan.expand.sign_on`); they rest on the relations in `SIGN_ON`.
SIGN_ON_VIEWS = frozenset(
    (
        *("sign_on_class", "sign_on_anyone", "sign_on_joined", "sign_on_before", "sign_on_outcome"),
        *("sign_on_behaviour", "sign_on_alike", "sign_on_part", "sign_on_place", "sign_in_join"),
    )
)
SIGN_ON = frozenset({"APPLIES_TO"})
VIEWS = frozenset({"node", "relation", "membership", "coverage", "level"}) | SIGN_ON_VIEWS
MEMBERSHIPS = frozenset({"MEMBER_OF", "EFFECTIVE_MEMBER_OF"})  # what the view `membership` is made of
_TABLE_FUNCTIONS = frozenset({"unnest", "range", "generate_series"})
# Another answer at each run, on another day or on another machine; or an effect.
_UNSTEADY = frozenset(
    (
        *("current_connection_id", "current_database", "current_localtime", "current_localtimestamp", "current_query"),
        *("current_query_id", "current_schema", "current_schemas", "current_setting", "current_transaction_id"),
        *("currval", "gen_random_uuid", "get_current_time", "get_current_timestamp", "getvariable", "in_search_path"),
        *("nextval", "now", "random", "setseed", "setval", "sleep_ms", "stats", "today", "transaction_timestamp"),
        *("txid_current", "uuid", "uuidv4", "uuidv7", "vector_type", "version", "write_log"),
    )
)
_UNSTEADY_NAMES = frozenset(  # the same, written without parentheses
    (
        *("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"),
        *("current_user", "session_user", "user"),
    )
)
TIME_LIMIT = 300.0  # seconds for one file
_PASSED: set[Technique] = set()


def lock(con: duckdb.DuckDBPyConnection, writable: str | None = None) -> None:
    """Take external access from a connection for good, except for files below one folder of ours (the cache)."""
    if writable is not None:
        con.execute("SET allowed_directories = [?]", [writable])
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")


def admit(con: duckdb.DuckDBPyConnection, technique: Technique) -> None:
    """Check a file of the user's; ours are code like the rest of the package, and the tests check each."""
    if not technique.path.is_relative_to(OWN_FOLDER):
        check(con, technique)


def check(con: duckdb.DuckDBPyConnection, technique: Technique) -> None:
    """
    Raise TechniqueError unless the file holds one SELECT over the allowed views.

    A file that passed is not looked at again in this process: every instant has tables of the same names.
    """
    if technique in _PASSED:
        return
    try:
        statements = duckdb.extract_statements(technique.sql)
    except duckdb.Error as error:
        raise _failure(technique, str(error)) from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise _failure(technique, "the file must hold one SELECT and nothing else")
    parsed: dict[str, Any] = json.loads(con.execute("SELECT json_serialize_sql(?)", [technique.sql]).fetchall()[0][0])
    if parsed.get("error"):
        raise _failure(technique, str(parsed.get("error_message", "it cannot be parsed")))
    said = _Said()
    said.read(parsed)
    for name in sorted(said.own):
        if name in VIEWS or _is_taken(con, name):
            raise _failure(technique, f"it defines {name}, a name that is taken")
    for schema, table in sorted(said.tables):
        if schema or (table not in VIEWS and table not in said.own):
            name = f"{schema}.{table}" if schema else table
            raise _failure(technique, f"it reads {name}, which is none of {', '.join(sorted(VIEWS))}")
    for function in sorted(said.table_functions - _TABLE_FUNCTIONS):
        raise _failure(technique, f"it calls the table function {function}, which is not allowed")
    for function in sorted(said.functions & _UNSTEADY | said.columns & _UNSTEADY_NAMES):
        raise _failure(technique, f"it calls {function}, whose answer is not the same at each run")
    if said.strange:
        raise _failure(technique, f"it uses {min(said.strange)}, which is not allowed")
    declared = {*technique.reads, *technique.negates}
    for kind in sorted(said.texts & set(kinds.RELATION_KINDS) - declared):
        raise _failure(technique, f"it names {kind}, which `reads` in its header does not")
    if ("", "membership") in said.tables and not declared & MEMBERSHIPS:
        raise _failure(technique, "it reads membership, so `reads` in its header must name MEMBER_OF")
    policies = sorted({table for schema, table in said.tables if not schema} & (SIGN_ON_VIEWS - {"sign_in_join"}))
    if policies and not declared & SIGN_ON:
        raise _failure(technique, f"it reads {policies[0]}, so `reads` in its header must name APPLIES_TO")
    _PASSED.add(technique)


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


def _is_taken(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Return whether a name means a table already: a common table expression hides it in part of a query only."""
    try:
        con.execute('SELECT 1 FROM "{}" LIMIT 0'.format(name.replace('"', '""')))
    except duckdb.Error:
        return False
    return True


@dataclass
class _Said:
    """
    What a parsed statement names, in lower case.

    Attributes:
        tables:    (schema, table) pairs it reads.
        own:       common table expressions it defines.
        texts:     string literals, as they are written.
        strange:   other things that a technique has no use for.
    """

    tables: set[tuple[str, str]] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    table_functions: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    strange: set[str] = field(default_factory=set)

    def read(self, parsed: Any) -> None:
        """Take in a parse tree as DuckDB serialises it."""
        pending = [parsed]
        while pending:
            part = pending.pop()
            if isinstance(part, list):
                pending.extend(part)
            elif isinstance(part, dict):
                self._part(part)
                pending.extend(part.values())

    def _part(self, part: dict[str, Any]) -> None:
        kind = part.get("type")
        if kind == "BASE_TABLE":
            schema = str(part.get("catalog_name") or part.get("schema_name") or "")
            self.tables.add((schema.lower(), str(part["table_name"]).lower()))
        elif kind == "TABLE_FUNCTION":
            self.table_functions.add(str(part["function"]["function_name"]).lower())
        elif kind == "FUNCTION":
            self.functions.add(str(part.get("function_name")).lower())
        elif kind == "COLUMN_REF" and len(part.get("column_names", [])) == 1:
            self.columns.add(str(part["column_names"][0]).lower())
        elif kind == "VALUE_CONSTANT":
            self.texts |= _texts(part)
        elif kind == "SHOW_REF":
            self.strange.add("DESCRIBE, SHOW or SUMMARIZE")
        if part.get("sample"):
            self.strange.add("a sample")
        ctes = part.get("cte_map")
        if isinstance(ctes, dict):
            self.own |= {str(entry["key"]).lower() for entry in ctes.get("map", [])}


def _texts(constant: Any) -> set[str]:
    """Return every string below a constant: where it stands differs between versions of DuckDB."""
    if isinstance(constant, dict):
        return {text for value in constant.values() for text in _texts(value)}
    return {constant} if isinstance(constant, str) else set()
