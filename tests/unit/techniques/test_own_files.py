"""Our own files pass the check that the user's files meet at run time, and their headers read alike both ways."""

from pathlib import Path

import duckdb
import pytest
from ruamel.yaml import YAML

from graphscan.expand.edits import Edits
from graphscan.expand.run import expand
from graphscan.techniques import headers, registry, sandbox
from tests.inventory import AT, facts, merged

FILES = registry.load()


def header_of(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    length = next(place for place, line in enumerate(lines) if not line.startswith("--"))
    return "\n".join(line[2:].removeprefix(" ") for line in lines[:length])


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """An inventory with the views that files read."""
    folder = tmp_path_factory.mktemp("own")
    con = merged(folder, facts(folder, "nodes:\n  - {id: ann, kind: User}\n"))
    expand(con, [], AT, Edits(), {})
    return con


@pytest.mark.parametrize("one", FILES, ids=lambda one: one.id)
def test_each_of_our_files_passes_the_check(con: duckdb.DuckDBPyConnection, one: registry.Technique) -> None:
    """What is not checked at each run is checked here: one SELECT over the views, nothing that its header hides."""
    sandbox.check(con, one)


def test_a_file_of_the_user_is_checked_and_one_of_ours_is_not_again(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`admit` checks a copy of our own file in another folder, and leaves the file itself alone."""
    checked: list[Path] = []
    monkeypatch.setattr(sandbox, "check", lambda _con, technique: checked.append(technique.path))
    copy = tmp_path / FILES[0].path.name
    copy.write_text(FILES[0].path.read_text(encoding="utf-8"), encoding="utf-8")
    sandbox.admit(con, FILES[0])
    sandbox.admit(con, registry.read(copy))
    assert checked == [copy]


def test_headers_read_alike_without_yaml() -> None:
    """Each of our headers is read the quick way, and says what YAML reads in it."""
    read = [(headers.plain(header_of(one.path)), header_of(one.path)) for one in FILES]
    assert sum(plain is None for plain, _ in read) == 0
    for plain, text in read:
        assert plain == YAML(typ="safe", pure=True).load(text)


@pytest.mark.parametrize(
    "text",
    [
        "title: yes",
        "title: null",
        "title: 'quoted'",
        "title: a # comment",
        "title: a: b",
        "title: a ",
        "title: 0x10",
        "title: 1.5",
        "title: 2024-01-01",
        "title: &a b",
        "title: a\n  more",
        "title: a\ntitle: b",
        "reads: [a, true]",
        "reads: [a, [b]]",
        "reads: [a,b]",
        "reads: ['a']",
        'reads:\n  - "a\\n"',
        "reads:\n  - a",
        "reads:",
        "what: >\n  a\n\n  b",
        "what: >\n  a\n    b",
        "what: >\n  a  \n  b",
        "what: >-\n  a",
        "what: |\n  a",
        "- a",
        "",
        "title: a\n\twhat: b",
        'references: ["a", "b\\u0041"]',
        'references: ["a", b]',
        "effort: 012",
        "effort: 1_0",
        "title: a-b",
        "title: a's, b; (c) – d / e = f?",
        "effort: 5",
        "reads: []",
        'references: ["https://a.example/#x", "b, c"]',
    ],
)
def test_what_is_read_quickly_is_what_yaml_reads(text: str) -> None:
    """Whatever a header says, the quick way leaves it to YAML or reads the same."""
    plain = headers.plain(text)
    if plain is not None and text:
        assert plain == YAML(typ="safe", pure=True).load(text)
