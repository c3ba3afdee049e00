"""The golden case through the real command line and the real derivation: Q2, Q3 (static) and Q5 of the reference."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from graphscan import kinds
from graphscan.analysis import names
from graphscan.analysis.session import Edits, Session
from graphscan.derive.run import derive
from graphscan.derive.steps import StepTable
from graphscan.derive.table import step_table
from graphscan.engine.compile import compile_steps
from graphscan.engine.graph import Graph
from graphscan.engine.reach import reach
from graphscan.examples.thanksgiving import AS_OF, FROM
from graphscan.examples.thanksgiving.generate import write
from graphscan.expand.run import expand
from graphscan.store import Store, merge
from graphscan.techniques import registry
from tests.golden import (
    AWS,
    BITBUCKET,
    FACTS,
    FOUR,
    LETTERS,
    MOVEWORKS,
    NEVER_REACHED,
    Q2_APART,
    Q2_COLOCATED,
    Q3,
    Q5,
    SMARTSHEET,
    Needed,
    WhatIf,
)

AT = "2023-11-14T09:22:49Z"
REPOSITORIES = 120


@dataclass(frozen=True)
class Found:
    """What was reached: the highest levels of each node, by id."""

    levels: Mapping[str, tuple[str, frozenset[str]]]

    @classmethod
    def of(cls, reached: Iterable[tuple[str, str, str]]) -> "Found":
        """Make it of (id, kind, level)."""
        levels: dict[str, tuple[str, frozenset[str]]] = {}
        for id_, kind, level in reached:
            levels[id_] = (kind, levels.get(id_, (kind, frozenset()))[1] | {level})
        return cls(levels)

    def has(self, node: str, level: str) -> bool:
        """Whether a node was reached at this level or one that implies it."""
        kind, levels = self.levels.get(node, ("", frozenset()))
        return any(kinds.implies(kind, one, level) for one in levels)

    @property
    def letters(self) -> str:
        """The letters of the reference; of the repositories either all are read or none is."""
        read_ = [id_ for id_, (kind, _) in self.levels.items() if kind == "Repository" and self.has(id_, "read")]
        assert len(read_) in (0, REPOSITORIES)
        return "".join(one for one in LETTERS if (bool(read_) if one == "S" else self.has(*FACTS[one])))


@dataclass(frozen=True)
class Stores:
    """Stores with the small example: as the demo leaves it, and with the applications apart."""

    colocated: Path
    apart: Path

    def of(self, colocated: bool) -> Path:
        return self.colocated if colocated else self.apart


def graphscan(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does; it must end well."""
    ended = subprocess.run(
        [sys.executable, "-m", "graphscan", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "1"},
    )
    assert ended.returncode == 0, ended.stderr
    return ended


def asked(store: Path, *words: str) -> dict[str, Any]:
    """Run `blast` at the attacker's first moment and return its JSON."""
    ended = graphscan("blast", *words, "--as-of", AT, "-o", "json", "--store", str(store))
    answer: dict[str, Any] = json.loads(ended.stdout)
    assert answer["schema"] == "graphscan.blast/1"
    assert answer["as_of"] == AT
    return answer


def found(answer: Mapping[str, Any]) -> Found:
    known = [one for one in answer["reached"] if one["certainty"] == "known"]
    return Found.of((one["id"], one["kind"], one["level"]) for one in known)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Stores:
    """Return both stores, made by the command line alone."""
    folder = tmp_path_factory.mktemp("golden")
    graphscan("demo", "--small", "--store", str(folder / "demo"))
    files = write(folder / "facts", "small", colocated=False)
    ended = subprocess.run(
        [sys.executable, "-m", "graphscan", "import", "facts", *map(str, files), "--store", str(folder / "apart")],
        capture_output=True,
        text=True,
    )
    # 3: what the example states as unread is a gap, and is said to be one.
    assert ended.returncode in (0, 3), ended.stderr
    return Stores(folder / "demo", folder / "apart")


# Through the command line


@pytest.mark.parametrize("row", Q5, ids=lambda row: row.name)
def test_what_if(stores: Stores, row: WhatIf) -> None:
    """Each edit of Q5 leaves exactly the reach that the reference says."""
    reached = found(asked(stores.colocated, *row.starts, *row.options))
    assert reached.letters == row.reach
    assert [one for one in row.also if not reached.has(*one)] == []
    assert [one for one in row.never if reached.has(*one)] == []


def test_history(stores: Stores) -> None:
    """Nothing rotated: all six assets are reached, and none of what the attacker was denied."""
    answer = asked(stores.colocated, *FOUR)
    reached = found(answer)
    assert reached.letters == "AJCSHN"
    assert [one for one in NEVER_REACHED if reached.has(*one)] == []
    blockers = {one["control"]["id"] for one in answer["blocked_by"]}
    assert {"hardkey@console", "hardkey@dashboard"} <= blockers
    # What merely hinders is shown nowhere as what stopped something.
    assert "ipblock" not in blockers
    assert not {one["id"] for one in answer["reached"]} & {"attacker-user", "implant"}


@pytest.mark.parametrize(
    ("option", "colocated", "dead"),
    [
        ("--rotated", True, (MOVEWORKS,)),
        ("--rotated", True, (SMARTSHEET,)),
        ("--rotated", True, (BITBUCKET,)),
        ("--rotated", True, (BITBUCKET, AWS)),
        ("--revoke", True, (MOVEWORKS, AWS)),
        ("--rotated", False, (BITBUCKET,)),
        ("--revoke", False, (BITBUCKET, AWS)),
    ],
)
def test_rotation_on_the_command_line(stores: Stores, option: str, colocated: bool, dead: tuple[str, ...]) -> None:
    """A credential that an edit kills leaves FROM, and what remains is the reach of Q3."""
    answer = asked(stores.of(colocated), *FOUR, *(word for one in dead for word in (option, one)))
    assert found(answer).letters == Q3[frozenset(dead)][0 if colocated else 1]
    assert {one["id"] for one in answer["start"] if one["dead"]} == set(dead)


def test_without_the_disk_read(stores: Stores) -> None:
    """Leaving out the technique that reads the server's disk gives the variant in which the applications are apart."""
    answer = asked(stores.colocated, *FOUR, "--rotated", BITBUCKET, "--without", "host.disk-read")
    assert found(answer).letters == Q3[frozenset({BITBUCKET})][1] != Q3[frozenset({BITBUCKET})][0]


@pytest.mark.parametrize(("colocated", "rows"), [(True, Q2_COLOCATED), (False, Q2_APART)], ids=["colocated", "apart"])
def test_sets_and_cuts(stores: Stores, colocated: bool, rows: Sequence[Needed]) -> None:
    """Each asset has exactly the minimal sets and the minimal cuts of Q2."""
    answer = asked(stores.of(colocated), *FOUR)
    for row in rows:
        for letter in row.letters:
            groups = [one for one in answer["sets"] if any(_is(letter, fact) for fact in one["assets"])]
            assert len(groups) == 1, letter
            assert groups[0]["complete"]
            assert _sets(groups[0]["sets"]) == row.sets, letter
            assert _sets(groups[0]["cuts"]) == row.cuts, letter
    never = {node for node, _ in NEVER_REACHED}
    assert not {fact["id"] for one in answer["sets"] for fact in one["assets"]} & (never - {"gru-console-01"})


# In one process: every row of Q3


def test_all_states_of_rotation(stores: Stores) -> None:
    """All sixteen subsets of the four that may have been rotated give the reach of Q3, each as an edit of its own."""
    wrong = {}
    for rotated, (expected, _) in Q3.items():
        session = Session.open(stores.colocated, AS_OF, Edits(rotated=tuple(sorted(rotated))))
        letters = _reached(session, FROM)
        if letters != expected:
            wrong[tuple(sorted(rotated))] = letters
    assert wrong == {}


def test_all_states_of_rotation_apart(stores: Stores) -> None:
    """The same with the applications apart; nobody stored a copy of the four, so rotating one is not holding it."""
    session = Session.open(stores.apart, AS_OF)
    wrong = {}
    for rotated, (_, expected) in Q3.items():
        left = [one for one in FROM if one not in rotated]
        letters = _reached(session, left)
        if letters != expected:
            wrong[tuple(sorted(rotated))] = letters
    assert wrong == {}


# With AND read as OR, as tools that walk plain edges do


def test_reading_and_as_or_is_wrong(stores: Stores) -> None:
    """If any one precondition sufficed, "only moveworks rotated" would be wrong, and no credential would be needed."""
    table, ids = _steps(stores.colocated)
    rest = tuple(one for one in FOUR if one != MOVEWORKS)
    assert _letters(table, ids, rest) == "A"
    assert _letters(table, ids, ()) == ""

    loose = _any_suffices(table)
    assert _letters(loose, ids, rest) != "A"
    assert _letters(loose, ids, ()) != ""


# Private functions


def _reached(session: Session, texts: Sequence[str]) -> str:
    """Return the letters of what is known to be reached, without working out paths and moves."""
    return _letters_of(session.graph, names.starts(session, texts).facts, _ids(session.con))


def _is(letter: str, fact: Mapping[str, str]) -> bool:
    if letter == "S":
        return fact["kind"] == "Repository"
    node, level = FACTS[letter]
    return fact["id"] == node and kinds.implies(fact["kind"], fact["level"], level)


def _sets(lists: Iterable[Iterable[str]]) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(one.partition("::")[0] for one in names) for names in lists)


def _steps(path: Path) -> tuple[StepTable, dict[int, tuple[str, str]]]:
    """Return the store's steps on that day, and id and kind of each node by its number."""
    snapshot = Store.open(path).snapshot()
    techniques = registry.load(())
    con = merge.load(snapshot)
    try:
        expand(con, techniques, AS_OF, Edits(), {one.source: one.at for one in snapshot.imports})
        derive(con, techniques)
        return step_table(con, techniques), _ids(con)
    finally:
        con.close()


def _any_suffices(table: StepTable) -> StepTable:
    """Return the steps with each precondition of a step alone enough for it."""
    guarded = np.flatnonzero(table.guard >= 0)
    pairs = [
        (step, place)
        for step in guarded
        for place in range(table.guard_ptr[table.guard[step]], table.guard_ptr[table.guard[step] + 1])
    ]
    assert pairs
    more = np.array([step for step, _ in pairs])
    fact = np.array([place for _, place in pairs])
    assert (table.target_level[more] != kinds.CARRIED).all()
    return replace(
        table,
        source=np.concatenate([table.source, table.guard_node[fact]]),
        source_level=np.concatenate([table.source_level, table.guard_level[fact]]),
        target=np.concatenate([table.target, table.target[more]]),
        target_level=np.concatenate([table.target_level, table.target_level[more]]),
        guard=np.full(len(table) + len(more), -1, np.int32),
        technique=np.concatenate([table.technique, table.technique[more]]),
        possible=np.concatenate([table.possible, table.possible[more]]),
        relation_set=np.concatenate([table.relation_set, table.relation_set[more]]),
    )


def _letters(table: StepTable, ids: Mapping[int, tuple[str, str]], starts: Sequence[str]) -> str:
    graph = compile_steps(table)
    held = kinds.level_code("Credential", "held")
    return _letters_of(
        graph, [fact for n, (id_, _) in ids.items() if id_ in starts for fact in graph.lower(n, held)], ids
    )


def _letters_of(graph: Graph, starts: Iterable[int], ids: Mapping[int, tuple[str, str]]) -> str:
    held = np.flatnonzero(reach(graph, starts).held)
    facts = [(ids[n], int(fact)) for fact in held if (n := int(graph.fact_node[fact])) in ids]
    return Found.of((*node, graph.level_name(fact)) for node, fact in facts).letters


def _ids(con: duckdb.DuckDBPyConnection) -> dict[int, tuple[str, str]]:
    """Return id and kind of each node by its number."""
    return {n: (id_, kind) for n, id_, kind in con.execute("SELECT n, id, kind FROM base.node").fetchall()}
