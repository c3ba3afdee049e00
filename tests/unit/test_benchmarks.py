"""The benchmark itself: its graphs are what they claim, and everyone reaches the same on the same arcs."""

import json
import platform
from pathlib import Path

import networkx
import numpy as np
import pytest

from graphscan import kinds
from graphscan.analysis import names
from graphscan.analysis.contributions import contributions
from graphscan.analysis.question import Question
from graphscan.analysis.session import Session
from graphscan.engine.compile import compile_steps
from graphscan.engine.pairs import find_pairs
from graphscan.engine.reach import reach
from graphscan.engine.sets import sets_and_cuts
from tests.benchmarks import report
from tests.benchmarks.organisation import NODE_KINDS, generate
from tests.benchmarks.peers import PEERS
from tests.benchmarks.run import SCHEMA, machine, measure
from tests.benchmarks.steps import step_table
from tests.benchmarks.store import node_id, write_store

NODES = 3000


def test_the_same_size_gives_the_same_organisation() -> None:
    """Two runs generate equal steps; another size gives other ones."""
    first, second = step_table(generate(NODES)), step_table(generate(NODES))
    assert np.array_equal(first.source, second.source)
    assert np.array_equal(first.target, second.target)
    assert np.array_equal(first.guard_node, second.guard_node)
    assert len(step_table(generate(NODES + 100))) != len(first)


def test_the_organisation_is_of_the_shape_that_is_claimed() -> None:
    """About ten steps a node, 15 % of them guarded, hubs, circles of groups, every kind of node there."""
    organisation = generate(NODES)
    table = step_table(organisation)
    assert 8 <= len(table) / len(organisation) <= 12
    assert 0.12 <= (table.guard >= 0).mean() <= 0.18
    assert np.bincount(table.target).max() > 20 * len(table) / len(organisation)
    assert {NODE_KINDS[code] for code in np.unique(organisation.kind)} >= {"User", "Group", "Host", "Control"}
    nested = next(b for b in organisation.relations if (b.rule.source, b.rule.target) == ("Group", "Group"))
    graph = networkx.DiGraph(zip(nested.source.tolist(), nested.target.tolist(), strict=True))
    assert any(len(part) > 1 for part in networkx.strongly_connected_components(graph))


def test_quick_run_and_everyone_agrees(tmp_path: Path) -> None:
    """Each installed peer reaches as many facts as we do with guards left out, and the results are written whole."""
    said: list[str] = []
    result = measure([NODES], tmp_path, said.append, inside=True, command=False)
    one = result["sizes"][0]
    assert [peer["peer"] for peer in one["peers"]] == [peer.name for peer in PEERS if peer.installed]
    for peer in one["peers"]:
        assert peer["reached"] == peer["reached_plain"]
        assert peer["reached"] >= one["graph"]["reached_known"] / 2
    assert one["graph"]["facts"] / 2 < one["graph"]["reached_known"] <= one["graph"]["reached_may"]
    assert one["paths"]["found"]["own"] == one["paths"]["found"]["peer"] == 100
    assert result["schema"] == SCHEMA
    assert json.loads(json.dumps(result)) == result
    text, page = report.as_text(result), report.as_markdown(result)
    for bar in result["bars"]:
        assert bar["what"] in text
        assert bar["what"] in page
        assert (bar["met"] is None) == (bar["value"] is None)
    assert "not measured" in text  # the whole command was left out
    assert str(tmp_path) not in page


def test_store_and_steps_tell_the_same(tmp_path: Path) -> None:
    """From the store, through the techniques, a credential reaches what it reaches in the directly made steps."""
    organisation = generate(NODES // 2)
    write_store(organisation, tmp_path / "store")
    session = Session.open(tmp_path / "store")
    assert session.con.execute("SELECT count(*) FROM base.rejected").fetchall() == [(0,)]
    numbers = dict(session.con.execute("SELECT id, n FROM base.node").fetchall())
    held = kinds.level_code("Credential", "held")
    direct = compile_steps(step_table(organisation))
    own = {node_id("Credential", node): node for node in range(*organisation.pools["Credential"])}
    start = next(iter(own))
    here = reach(direct, direct.lower(own[start], held))
    there = reach(session.graph, session.graph.lower(numbers[start], held))
    reached_direct = {id_ for id_, node in own.items() if any(here.held[direct.facts_of(node)])}
    reached_stored = {id_ for id_ in own if any(there.held[session.graph.facts_of(numbers[id_])])}
    assert reached_direct == reached_stored
    assert len(reached_direct) > len(own) / 4


def test_one_start_alone_gives_what_the_engine_finds(tmp_path: Path) -> None:
    """The short cut for one start says the same as the search for what each of several starts gives."""
    write_store(generate(1000), tmp_path / "store")
    session = Session.open(tmp_path / "store")
    question = Question.ask(session, names.starts(session, ["kind=Credential,subtype=factor"]))
    first = question.starts.groups[0]
    one = Question.ask(session, names.Starts(first[1], (first,), question.starts.lines[:1]))
    given, answers, notes = contributions(one)
    assets = one.assets if len(one.assets) else one.assets_possibly
    asked = one.must if len(one.assets) else one.may
    assert len(assets)
    pairs = find_pairs(asked, [first[1]], assets.tolist())
    found = sets_and_cuts(asked, [first[1]], assets.tolist())
    assert pairs.alone.all()
    assert pairs.joint.all()
    assert len(given[0].alone) == len(given[0].joint) == len(assets)
    assert [len(answer.assets) for answer in answers] == [len(answer.targets) for answer in found]
    assert [answer.sets for answer in found] == [((0,),)]
    assert [answer.cuts for answer in found] == [((0,),)]
    assert answers[0].sets == answers[0].cuts == ((given[0].start.id,),)
    assert all("possible" in note for note in notes)


def test_machine_is_described_without_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """The description of the machine asks neither for its host name nor for a path."""
    monkeypatch.setattr(platform, "node", lambda: pytest.fail("the host name was asked for"))
    described = machine()
    assert described["python"] == platform.python_version()
    assert all(text and "/" not in text for text in described.values())
