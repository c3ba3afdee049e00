"""The files of `cypher/`, without a server: each query says what it is, asks within bounds, and knows our names."""

import re
from pathlib import Path

import pytest

from graphscan.exchange.names import BASE, FIGURES, MARKS
from graphscan.exchange.neo4j import pack, writing
from graphscan.exchange.neo4j.results import SavedQuery
from graphscan.kinds import NODE_KINDS, RELATION_KINDS
from tests.functional.running import ROOT
from tests.neo4j.inside import graphscan

CYPHER = ROOT / "cypher"
QUERIES = pack.queries()
FILES = sorted((CYPHER / "saved").glob("*.cypher"))
LABELS = {BASE, *MARKS, *FIGURES, *NODE_KINDS}
ANSWERS = {"HELD", "STARTS", "OPEN_TO_ANYONE", "STOPPED_BY", "DO_FIRST", "EXPOSED", "SUSPECT", "ASKED", "ON_PATH"}
TYPES = {*RELATION_KINDS, *ANSWERS, "STATED", "REQUIRES", "GIVES"}
WRITING = re.compile(r"\b(CREATE|MERGE|SET|DELETE|DETACH|REMOVE|DROP|LOAD|FOREACH|CALL\s+\w)\b")
LITERAL = re.compile(r"'[^']*'")


@pytest.mark.parametrize("saved", QUERIES, ids=lambda one: one.name)
def test_one_query(saved: SavedQuery) -> None:
    """A title, what it answers, its parameters with what they mean; it reads only, of one store, within bounds."""
    text = LITERAL.sub("''", saved.text)
    used = set(re.findall(r"\$(\w+)", text))
    outside = re.sub(r"\[[^\]]*\]", "[]", text)  # what stands in relationships are types
    labels = re.findall(r"\b\w*((?::[A-Z]\w+)+)", outside)
    typed = [one for block in re.findall(r"\[\w*:([\w|]+)", text) for one in block.split("|")]
    literal = set(re.findall(r"(?:kind|type\(\w+\)) = '([A-Z_]+)'", saved.text))
    prefixes = set(re.findall(r"STARTS WITH '([^']*)'", saved.text))

    assert saved.title
    assert saved.title.isprintable()
    assert saved.answers.endswith(".")
    assert all(one.means for one in saved.parameters)
    assert used == {one.name for one in saved.parameters} | {"owner"}
    assert "{owner: $owner" in text
    assert not WRITING.search(text)
    assert "CALL" not in text or all(one.startswith("(") for one in re.findall(r"CALL\s*(\S)", text))
    assert not re.search(r"\b(apoc|gds)\.|(?<!\.)\bid\(", text, re.IGNORECASE)
    assert {one for group in labels for one in group.strip(":").split(":")} <= LABELS
    assert {*typed, *literal} <= TYPES
    assert prefixes <= {"STEP_"}
    # A path has an end: `*1..8` or `{1,8}`, never `*`, `+`, `*2..` or `{2,}`.
    for found in re.findall(r"\[[^\]]*\*([^\]]*)\]", text):
        assert re.fullmatch(r"\d\.\.\d", found), found
    assert not re.search(r"\]-(?:>)?[+*]|\{\d*,\}", text)
    assert "limit" in used or saved.name in {"credentials-exposed", "held", "claim-path", "sources", "runs"}


def test_names_and_numbers_tell_them_apart() -> None:
    """A file's number gives its place, its name is asked for; there are at least thirty."""
    numbers = [int(file.name.split("-")[0]) for file in FILES]

    assert len(QUERIES) >= 30
    assert len({one.name for one in QUERIES}) == len({one.title for one in QUERIES}) == len(QUERIES)
    assert numbers == sorted(set(numbers))
    assert all(file.read_text("utf-8").startswith("// ") for file in FILES)
    assert all(len(line) <= 200 for file in FILES for line in file.read_text("utf-8").splitlines())


def test_the_schema_is_what_a_push_asks_for() -> None:
    """`schema.cypher` and the statements of the push are the same."""
    lines = (CYPHER / "schema.cypher").read_text("utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("//"))

    assert tuple(one.strip() for one in text.split(";") if one.strip()) == writing.SCHEMA


def test_the_style_knows_every_label() -> None:
    """Each label of ours has a look, but for those that leave a thing that of its kind; specific ones come first."""
    rules = re.findall(r"^(node|relationship)(?:\.(\w+))? \{", (CYPHER / "style" / "graphscan.grass").read_text(), re.M)
    nodes = [name for sort, name in rules if sort == "node" and name]
    place = {name: number for number, name in enumerate(nodes)}

    assert set(nodes) == LABELS - {"Confidential", "Derived"}
    assert len(nodes) == len(set(nodes))
    assert max(place[one] for one in MARKS if one in place) < min(place[one] for one in NODE_KINDS)
    assert nodes[-1] == BASE


def test_the_readme_speaks_of_what_there_is() -> None:
    """Every query and file that the walk names exists."""
    text = (CYPHER / "README.md").read_text("utf-8")
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", text)) - {"cypher-shell"}
    files = set(re.findall(r"`((?:saved|style)/[\w./-]+|schema\.cypher)`", text))

    assert named <= {one.name for one in QUERIES}
    assert len(named) >= 8
    assert all((CYPHER / one).exists() for one in files)


def test_the_command_lists_them(tmp_path: Path) -> None:
    """`neo4j queries` needs no server."""
    done = graphscan("neo4j", "queries", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert all(one.name in done.stdout for one in QUERIES)
