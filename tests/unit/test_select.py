"""Selectors: what they mean, what is refused, and that the SQL agrees with plain Python."""

import json
import os
import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphscan.errors import SelectorError
from graphscan.select import KEYS, Selector, parse, split_level

CASES = int(os.environ.get("GRAPHSCAN_CASES", "2000")) // 10

# Parsing


def test_terms_are_parsed_in_order() -> None:
    """Commas part terms, `::` asks for a level, blanks at the ends of a bare value do not count."""
    selector = parse("kind=Repository, name = payments-* ::write")

    assert [(term.key, term.pattern.like) for term in selector.terms] == [
        ("kind", "Repository"),
        ("name", "payments-%"),
    ]
    assert (selector.level, selector.name) == ("write", None)


@pytest.mark.parametrize(
    ("text", "name", "level"),
    [
        ("moveworks-token", "moveworks-token", None),
        ("svc-build::act_as", "svc-build", "act_as"),
        ("alice::phishing_resistant.managed", "alice", "top"),
        ("okta:acme:user:00u1", "okta:acme:user:00u1", None),
        ("arn:aws:iam::123456789012:role/x", "arn:aws:iam::123456789012:role/x", None),
        ("arn:aws:s3:::bucket-a::read", "arn:aws:s3:::bucket-a", "read"),
        ("Doe, Jane", "Doe, Jane", None),
        ('"Doe, Jane"', "Doe, Jane", None),
        ('"CN=web,OU=servers"', "CN=web,OU=servers", None),
        ('"a::read"', "a::read", None),
        ('"a::read"::write', "a::read", "write"),
        ('"say \\"hi\\" \\\\"', 'say "hi" \\', None),
        ("Who did it?", "Who did it?", None),
    ],
)
def test_a_text_without_equals_is_a_name(text: str, name: str, level: str | None) -> None:
    """An id may hold colons, commas, and in quotes anything; only a known level is parted off."""
    selector = parse(text)

    assert (selector.name, selector.level, selector.terms) == (name, level, ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the selector is empty; write an id, or terms such as kind=Repository,name=payments-*"),
        ("  ", "the selector is empty; write an id, or terms such as kind=Repository,name=payments-*"),
        ('""', "column 1: the name is empty"),
        ("knd=Repository", "column 1: there is no key `knd`; did you mean `kind`?"),
        ("kind=Repository,nmae=x", "column 17: there is no key `nmae`; did you mean `name`?"),
        ("kind=Repo", "column 6: there is no kind `Repo`; did you mean `Repository`?"),
        ("kind=repository", "column 6: there is no kind `repository`; did you mean `Repository`?"),
        ("kind=Zzz*", "column 6: there is no kind `Zzz*`; kind values are User, ServiceAccount"),
        ("sensitivity=crown-jewel", "column 13: there is no sensitivity `crown-jewel`; did you mean `crown_jewel`?"),
        ("kind!=User", "column 1: there is no `!=`"),
        ("=x", "column 1: there is no key before `=`"),
        ("name=", "column 6: `name` has no value"),
        ("name=a,", "column 8: there is nothing between the commas"),
        ("kind=User,,name=x", "column 11: there is nothing between the commas"),
        ("foo,kind=User", "column 1: `foo` has no `=`"),
        ('name="abc', "column 6: a quote is opened and never closed"),
        ("payments-*", "column 10: a name alone takes no `*`; write name=payments-*"),
        ("CN=web,OU=x", "quote an id that holds `=`"),
        ("property.=x", "column 1: there is no key `property.`"),
        ("build-token::hold", "column 14: there is no level `hold`; did you mean `held`?"),
        ("build-token::", "column 14: there is no level ``"),
        ("kind=Group::read", "column 13: a Group has no level `read`; did you mean `api_read`?"),
        ("kind=Host::position", "column 12: a Host has no level `position`; its levels are reachable, exec"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, message: str) -> None:
    """An error names the column and, where a word is misspelt, the one that was probably meant."""
    with pytest.raises(SelectorError) as caught:
        parse(text)

    assert message in str(caught.value)


def test_a_hostile_selector_is_shown_harmlessly() -> None:
    """Terminal escapes in a selector do not reach the screen through its error."""
    with pytest.raises(SelectorError) as caught:
        parse("na\x1b[31mme=x")

    assert "\x1b" not in str(caught.value)


def test_split_level_leaves_ids_alone() -> None:
    """What follows the last `::` is a level only if there is such a level."""
    assert split_level("a::held") == ("a", "held")
    assert split_level("a::b::held") == ("a::b", "held")
    assert split_level("arn:aws:iam::1:role/x") == ("arn:aws:iam::1:role/x", None)
    assert split_level("::held") == ("::held", None)


# Matching

_COLUMNS = "n, id, kind, name, provider, subtype, state, sensitivity, labels, properties"


@pytest.fixture(scope="module", name="connection")
def _connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a database with empty `base.node` and `base.relation`, one for all tests: making it is what takes time."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("""
            CREATE SCHEMA base;
            CREATE TABLE base.node(n INTEGER, id VARCHAR, kind VARCHAR, name VARCHAR, provider VARCHAR,
                subtype VARCHAR, state VARCHAR, sensitivity VARCHAR, labels VARCHAR[], properties VARCHAR);
            CREATE TABLE base.relation(r INTEGER, kind VARCHAR, source INTEGER, target INTEGER);""")
        yield connection


def _fill(connection: duckdb.DuckDBPyConnection, nodes: list[dict[str, Any]], members: list[tuple[int, int]]) -> None:
    """Put these nodes there and no others; members are (source, target) positions."""
    connection.execute("DELETE FROM base.node; DELETE FROM base.relation")
    rows = [
        (n, *(node.get(name) for name in _COLUMNS.split(", ")[1:-1]), json.dumps(node.get("properties", {})))
        for n, node in enumerate(nodes)
    ]
    marks = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"] * len(rows))
    connection.execute(f"INSERT INTO base.node({_COLUMNS}) VALUES {marks}", [value for row in rows for value in row])
    for r, (source, target) in enumerate(members):
        connection.execute("INSERT INTO base.relation VALUES (?, 'MEMBER_OF', ?, ?)", [r, source, target])


def _selected(connection: duckdb.DuckDBPyConnection, selector: Selector) -> list[str]:
    condition, values = selector.where()
    undecided = connection.execute(f"SELECT count(*) FROM base.node AS node WHERE ({condition}) IS NULL", values)
    assert undecided.fetchone() == (0,)
    rows = connection.execute(f"SELECT id FROM base.node AS node WHERE {condition} ORDER BY n", values).fetchall()
    return [one for (one,) in rows]


NODES: list[dict[str, Any]] = [
    {"id": "repo-1", "kind": "Repository", "name": "payments-api", "labels": ["pay%", "eu"]},
    {
        "id": "repo-2",
        "kind": "Repository",
        "name": "pay_ments",
        "properties": {"team": "core", "a/b~c": "x", "q.r": "1"},
    },
    {"id": "alice", "kind": "User", "name": "repo-1", "state": "active", "provider": "okta"},
    {"id": "inner", "kind": "Group", "name": "Engineers, EU"},
    {"id": "outer", "kind": "Group", "name": "All"},
    {"id": "twin-1", "kind": "User", "name": "twin", "sensitivity": "crown_jewel"},
    {"id": "twin-2", "kind": "User", "name": "twin"},
]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("kind=Repository", ["repo-1", "repo-2"]),
        ("kind=Repo*,name=payments-*", ["repo-1"]),
        ("name=pay_*", ["repo-2"]),
        ("name=pay?ments", ["repo-2"]),
        ('name="pay?ments"', []),
        ("label=pay%", ["repo-1"]),
        ("label=p*", ["repo-1"]),
        ("label=p_y%", []),
        ("property.team=core", ["repo-2"]),
        ("property.a/b~c=x", ["repo-2"]),
        ("property.q.r=1", ["repo-2"]),
        ("property.q=*", []),
        ("state=*", ["alice"]),
        ("sensitivity=crown*", ["twin-1"]),
        ("in=inner", ["alice"]),
        ("in=outer", ["alice", "inner", "outer"]),
        ('in="Engineers, EU"', ["alice"]),
        ("in=*", ["alice", "inner", "outer"]),
        ("in=alice", []),
        ("repo-1", ["repo-1"]),
        ("twin", ["twin-1", "twin-2"]),
        ("'; DROP TABLE base.node; --", []),
        ("name=' OR 1=1", []),
        ("property.x') OR ('a=a", []),
    ],
)
def test_selects(connection: duckdb.DuckDBPyConnection, text: str, ids: list[str]) -> None:
    """Keys, globs, membership through groups in a loop, an id before a name, and texts that look like SQL."""
    _fill(connection, NODES, [(2, 3), (3, 4), (4, 4)])

    assert _selected(connection, parse(text)) == ids


_SIGNS = st.text(st.sampled_from('ab%_*?\\"[]^-~/. é😀\n,=:'), max_size=5)
_KINDS = st.sampled_from(["User", "Group", "Repository"])
_NODE = st.fixed_dictionaries(
    {
        "kind": _KINDS,
        "name": _SIGNS,
        "provider": st.none() | _SIGNS,
        "state": st.none() | _SIGNS,
        "labels": st.none() | st.lists(_SIGNS, max_size=2),
        "properties": st.dictionaries(st.sampled_from(["a", "a/b", "~1", 'x"y', "é"]), _SIGNS, max_size=2),
    }
)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@st.composite
def _value(draw: st.DrawFn) -> tuple[str, str]:
    """Return a value as written, and the regular expression it means."""
    written, expression = "", ""
    for piece in draw(st.lists(st.sampled_from(["*", "?"]) | _SIGNS, min_size=1, max_size=3)):
        if piece in ("*", "?") and draw(st.booleans()):
            written += piece
            expression += {"*": "(?s:.*)", "?": "(?s:.)"}[piece]
        else:
            written += _quoted(piece)
            expression += re.escape(piece)
    return written, expression


def _reached(nodes: list[dict[str, Any]], members: list[tuple[int, int]], expression: str) -> set[int]:
    """Return the positions of what is in a group that matches, by a plain fixpoint."""
    inside = {n for n, node in enumerate(nodes) if any(re.fullmatch(expression, node[key]) for key in ("id", "name"))}
    found: set[int] = set()
    while True:
        more = {source for source, target in members if target in inside | found} - found
        if not more:
            return found
        found |= more


def _matches(node: dict[str, Any], key: str, expression: str) -> bool:
    if key.startswith("property."):
        found = [node["properties"].get(key.removeprefix("property."))]
    elif key == "label":
        found = node["labels"] or []
    else:
        found = [node[key]]
    return any(value is not None and re.fullmatch(expression, value) is not None for value in found)


@settings(derandomize=True, deadline=None, database=None, max_examples=CASES)
@given(st.data())
def test_sql_agrees_with_plain_python(connection: duckdb.DuckDBPyConnection, data: st.DataObject) -> None:
    """For random nodes, groups and selectors of hostile signs, DuckDB selects what a plain matcher does."""
    nodes = data.draw(st.lists(_NODE, min_size=1, max_size=5))
    for n, node in enumerate(nodes):
        node["id"] = f"{n}{str(node['name'])[:1]}"
    positions = st.integers(0, len(nodes) - 1)
    members = data.draw(st.lists(st.tuples(positions, positions), max_size=5))
    keys = st.sampled_from(["id", "name", "provider", "state", "label", "in"])
    properties = st.sampled_from(["property.a", "property.a/b", "property.~1", "property.é", 'property."x\\"y"'])
    terms = data.draw(st.lists(st.tuples(keys | properties, _value()), min_size=1, max_size=3))

    expected = set(range(len(nodes)))
    for key, (_, expression) in terms:
        plain = 'property.x"y' if key.startswith('property."') else key
        if key == "in":
            expected &= _reached(nodes, members, expression)
        else:
            expected = {n for n in expected if _matches(nodes[n], plain, expression)}
    selector = parse(",".join(f"{key}={written}" for key, (written, _) in terms))
    _fill(connection, nodes, members)

    assert _selected(connection, selector) == [nodes[n]["id"] for n in sorted(expected)]


@settings(derandomize=True, deadline=None, database=None, max_examples=CASES)
@given(st.text(st.sampled_from('kindame=,:*?"\\ .property::read\n\x1b')) | st.text())
def test_any_text_is_parsed_or_refused(text: str) -> None:
    """No text makes the parser fail in another way than by a SelectorError of one line."""
    try:
        selector = parse(text)
    except SelectorError as error:
        assert "\n" not in str(error)
    else:
        assert bool(selector.terms) != (selector.name is not None)
        assert all(term.key in KEYS or term.key.startswith("property.") for term in selector.terms)
