"""A technique's text is one SELECT over the views, or an error that names the file; nothing else ever happens."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from graphscan.derive.run import derive
from graphscan.errors import TechniqueError
from graphscan.expand.edits import Edits
from graphscan.expand.run import expand
from graphscan.techniques import registry, sandbox
from graphscan.techniques.registry import Technique
from tests.inventory import AT, facts, merged

HEADER = """\
-- id: user.tried
-- title: Tried
-- attack: T1078
-- reads: [{reads}]
-- nodes: [User, Application]
-- what: Something to try.
"""
GOOD = (
    "SELECT source, needs AS source_level, target, gives AS target_level, [r] AS relations FROM relation "
    "WHERE kind = 'ASSIGNED_TO'"
)
INVENTORY = """
nodes:
  - {id: ann, kind: User}
  - {id: pw, kind: Credential}
  - {id: app, kind: Application}
  - {id: pin, kind: Control}
relations:
  - {source: ann, kind: HAS_CREDENTIAL, target: pw}
  - {source: ann, kind: ASSIGNED_TO, target: app, guarded_by: [pin]}
"""

FORBIDDEN = {
    "delete": "DELETE FROM node",
    "update": "UPDATE node SET name = ''",
    "insert": "INSERT INTO node SELECT * FROM node",
    "create": "CREATE TABLE mine AS SELECT 1",
    "drop": "DROP TABLE node",
    "copy to": "COPY node TO '{file}'",
    "copy query": "COPY (SELECT 1) TO '{file}'",
    "attach": "ATTACH '{file}' AS mine",
    "install": "INSTALL httpfs",
    "load": "LOAD httpfs",
    "set": "SET memory_limit = '1GB'",
    "reset": "RESET enable_external_access",
    "call": "CALL pragma_version()",
    "pragma": "PRAGMA database_list",
    "prepare": "PREPARE mine AS SELECT 1",
    "explain": "EXPLAIN SELECT 1",
    "checkpoint": "CHECKPOINT",
    "pivot": "PIVOT node ON kind USING count(*)",
    "two statements": f"{GOOD}; SELECT 1",
    "select and delete": f"{GOOD}; DELETE FROM node",
    "no statement": ";",
    "not sql": "SELEC * FRM node",
    "read_csv": "SELECT * FROM read_csv('/etc/passwd')",
    "read_text": "SELECT * FROM read_text('/etc/passwd')",
    "read_blob": "SELECT * FROM read_blob('/etc/passwd')",
    "read_json": "SELECT * FROM read_json('/etc/passwd')",
    "read_parquet": "SELECT * FROM read_parquet('{file}')",
    "glob": "SELECT * FROM glob('/etc/*')",
    "a file as table": "SELECT * FROM '/etc/passwd'",
    "a csv as table": "SELECT * FROM 'x.csv'",
    "base tables": "SELECT * FROM base.node",
    "base by catalogue": "SELECT * FROM memory.base.node",
    "own schema": "SELECT * FROM main.node",
    "steps": "SELECT * FROM step",
    "deaths": "SELECT * FROM death",
    "settings": "SELECT * FROM duckdb_settings()",
    "secrets": "SELECT * FROM duckdb_secrets()",
    "tables": "SELECT * FROM duckdb_tables()",
    "information_schema": "SELECT * FROM information_schema.tables",
    "sqlite_master": "SELECT * FROM sqlite_master",
    "query": "SELECT * FROM query('DELETE FROM node')",
    "query_table": "SELECT * FROM query_table('base.node')",
    "table function": "SELECT * FROM pragma_version()",
    "show": "SHOW TABLES",
    "describe": "DESCRIBE node",
    "summarize": "SELECT * FROM (SUMMARIZE node)",
    "hidden in a subquery": "SELECT * FROM node WHERE name IN (SELECT content FROM read_text('/etc/passwd'))",
    "hidden in a with": "WITH x AS (SELECT * FROM base.node) SELECT * FROM x",
    "hidden in a lateral": "SELECT * FROM node, LATERAL (SELECT * FROM glob('/*'))",
    "hidden in a union": "SELECT n FROM node UNION SELECT n FROM base.node",
    "a name of its own for a table": "SELECT * FROM death, (WITH death AS (SELECT 1 AS n) SELECT n FROM death)",
    "a view of its own": "WITH node AS (SELECT 1) SELECT * FROM node",
    "random": "SELECT random() FROM node",
    "now": "SELECT now() FROM node",
    "today": "SELECT current_date FROM node",
    "uuid": "SELECT uuid() FROM node",
    "setting": "SELECT current_setting('temp_directory')",
    "sample": "SELECT * FROM node USING SAMPLE 10%",
    "parameter": "SELECT ? FROM node",
    "unknown column": "SELECT nothing FROM node",
    "division of text": "SELECT name::INTEGER FROM node",
}


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """One small inventory for all tests: each failure must leave it usable for the next."""
    folder = tmp_path_factory.mktemp("sandbox")
    con = merged(folder, facts(folder, INVENTORY))
    expand(con, [], AT, Edits(), {})
    return con


@pytest.fixture
def technique(tmp_path: Path) -> Callable[..., Technique]:
    """Return a function that reads a technique of a given text."""

    def make(sql: str, reads: str = "HAS_CREDENTIAL, ASSIGNED_TO", header: str = HEADER) -> Technique:
        path = tmp_path / "tried.sql"
        path.write_text(header.format(reads=reads) + sql, encoding="utf-8")
        return registry.read(path)

    return make


def contents(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int]]:
    tables = con.execute("SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT temporary ORDER BY ALL")
    return [
        (schema, table, con.execute(f'SELECT count(*) FROM "{schema}"."{table}"').fetchall()[0][0])
        for schema, table in tables.fetchall()
    ]


def steps(con: duckdb.DuckDBPyConnection, one: Technique) -> list[tuple[object, ...]]:
    """Derive with one technique alone and return its steps."""
    con.execute("DROP TABLE IF EXISTS step")
    con.execute("DROP TABLE IF EXISTS doubtful")
    derive(con, [one])
    return con.execute("SELECT * FROM step WHERE technique = ? ORDER BY ALL", [one.id]).fetchall()


@pytest.mark.parametrize("what", FORBIDDEN)
def test_forbidden(
    con: duckdb.DuckDBPyConnection, technique: Callable[..., Technique], tmp_path: Path, what: str
) -> None:
    """Whatever is not one steady SELECT over the views is refused by name, writes nothing, and breaks nothing."""
    written = tmp_path / "written"
    before = contents(con)
    one = technique(FORBIDDEN[what].format(file=written))

    with pytest.raises(TechniqueError, match=r"^technique user\.tried \(tried\.sql\): .+; .+") as caught:
        sandbox.check(con, one)
        sandbox.run(con, one, "found")

    assert "\n" not in str(caught.value)
    assert contents(con) == before
    assert not written.exists()
    assert con.execute("SELECT count(*) FROM node").fetchall() == [(5,)]


def test_nothing_is_written_without_the_check(
    con: duckdb.DuckDBPyConnection, technique: Callable[..., Technique]
) -> None:
    """The other locks hold by themselves: no file is read and nothing is written even where parsing let it pass."""
    before = contents(con)
    for sql in ("SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM '/etc/passwd'", "SELECT 1; DROP TABLE node"):
        with pytest.raises(TechniqueError):
            sandbox.run(con, technique(sql), "found")
    with pytest.raises(duckdb.Error):
        con.execute("SET enable_external_access = true")

    assert contents(con) == before


def test_every_unsteady_function_is_known(con: duckdb.DuckDBPyConnection, technique: Callable[..., Technique]) -> None:
    """Each function of this DuckDB whose answer may change from run to run is refused; `error` ends the run anyway."""
    unsteady = con.execute(
        "SELECT function_name FROM duckdb_functions() WHERE function_type = 'scalar' GROUP BY ALL "
        "HAVING bool_and(stability <> 'CONSISTENT') AND function_name NOT IN ('error', 'current_date') ORDER BY ALL"
    ).fetchall()
    let_through = []
    for (name,) in unsteady:
        try:
            sandbox.check(con, technique(f"SELECT {name}() FROM node"))
            let_through.append(name)
        except TechniqueError as error:
            assert "not the same at each run" in str(error)

    assert len(unsteady) > 20
    assert let_through == []


def test_an_endless_query_is_stopped(con: duckdb.DuckDBPyConnection, technique: Callable[..., Technique]) -> None:
    """A query that does not end is stopped after the time limit, by name, and the connection goes on."""
    endless = technique("SELECT count(*) FROM range(10000000000) a, range(10000000000) b WHERE a.range * b.range = -1")

    sandbox.check(con, endless)
    with pytest.raises(TechniqueError, match=r"user\.tried .*did not end within"):
        sandbox.run(con, endless, "found", time_limit=0.3)

    assert len(steps(con, technique(GOOD))) == 1


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("SELECT n AS source, 'act_as' AS source_level, n AS target FROM node", "must yield the columns"),
        (GOOD.replace(", [r] AS relations", ""), "it must yield the columns relations, source"),
        (GOOD.replace("needs AS", "'login' AS"), "ann (User) has no level login"),
        (GOOD.replace("gives AS", "NULL AS"), "app (Application) has no level None"),
        (GOOD.replace("target,", "999 AS target,"), "names a node that is not there"),
        (GOOD.replace("target,", "NULL AS target,"), "names a node that is not there"),
        (GOOD.replace("source,", "'ann' AS source,"), "wrong type"),
        (GOOD.replace("[r] AS", "['x'] AS"), "wrong type"),
        (GOOD.replace("[r] AS", "[999] AS"), "rests on a relation that is not there"),
        (GOOD.replace("FROM relation", ", 'perhaps' AS possible FROM relation"), "wrong type"),
        (GOOD.replace("FROM relation", ", [{'n': 999, 'level': 'held'}] AS guards FROM relation"), "not there"),
        (GOOD.replace("FROM relation", ", [1] AS guards FROM relation"), "wrong type"),
        (GOOD + " OR kind = 'STORES'", "names STORES, which `reads`"),
        (GOOD + " AND r IN (SELECT grp FROM membership)", "`reads` in its header must name MEMBER_OF"),
    ],
)
def test_what_it_yields(
    con: duckdb.DuckDBPyConnection, technique: Callable[..., Technique], sql: str, why: str
) -> None:
    """A wrong column, level, node, relation or type is a sentence that names the technique."""
    with pytest.raises(TechniqueError) as caught:
        steps(con, technique(sql))

    assert "technique user.tried (tried.sql): " in str(caught.value)
    assert why in str(caught.value)
    assert con.execute("SELECT count(*) FROM step WHERE technique = 'user.tried'").fetchall() == [(0,)]


def test_a_relation_of_a_kind_not_declared(con: duckdb.DuckDBPyConnection, technique: Callable[..., Technique]) -> None:
    """A technique rests on the relation kinds of its header only: edits run it again by them."""
    with pytest.raises(TechniqueError, match="rests on ASSIGNED_TO, which `reads` in its header does not name"):
        steps(con, technique(GOOD.replace("= 'ASSIGNED_TO'", "LIKE 'ASSIGNED%'"), reads="HAS_CREDENTIAL"))


def test_what_is_allowed(con: duckdb.DuckDBPyConnection, technique: Callable[..., Technique]) -> None:
    """Common table expressions, subqueries, ranges, comments, any case and a last semicolon are all fine."""
    sql = """
    /* a comment */
    WITH chosen AS MATERIALIZED (SELECT * FROM Relation WHERE kind = 'ASSIGNED_TO')
    SELECT c.source, c.needs AS source_level, c.target, c.gives AS target_level, c.guards, [c.r, NULL] AS relations,
      NULL AS possible
    FROM chosen c, range(1) one, unnest([1]) two JOIN NODE ON true
    WHERE node.n = c.target AND EXISTS (SELECT 1 FROM level WHERE level.kind = node.kind);  -- the end
    """

    found = steps(con, technique(sql))

    assert [(row[1], row[3], row[5], row[6]) for row in found] == [("act_as.session", "login", [0], True)]
