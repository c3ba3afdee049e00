"""Compiling: which levels are kept, how duplicates merge, what is refused."""

import pytest
from engine_tables import Tables

from graphscan import kinds
from graphscan.engine.compile import compile_steps
from graphscan.engine.graph import MAY
from graphscan.engine.nx import from_networkx, to_networkx
from graphscan.engine.reach import reach
from graphscan.errors import TechniqueError, UsageError


def test_only_levels_that_matter_are_kept() -> None:
    """A group that an app asks at mfa makes its members keep mfa, of 22 levels; other groups keep none."""
    said = Tables({"app": "Application", "g": "Group", "idle": "Group", "u": "User", "outer": "Group"})
    said.step("u::*", "g::*")
    said.step("g::*", "outer::*")
    said.step("u::*", "idle::*")
    said.step("outer::mfa", "app::login")
    graph = compile_steps(said.table())
    assert [(int(n), graph.level_name(f)) for f, n in enumerate(graph.fact_node)] == [
        (-1, ""),
        (0, "login"),
        (1, "mfa"),
        (3, "mfa"),
        (4, "mfa"),
    ]
    assert said.at(graph, "u::act_as") == -1
    assert graph.lower(*said.fact("u::top")) == [said.at(graph, "u::mfa")]
    assert graph.lower(*said.fact("u::act_as")) == []
    held = reach(graph, graph.lower(*said.fact("u::top"))).held
    assert held[said.at(graph, "app::login")]


def test_a_token_of_an_administrator_reads_and_never_writes() -> None:
    """api_read opens what asks for it, not what asks for api_write; a sign-in opens both, not what asks for api."""
    said = Tables({"u": "User", "read": "Repository", "write": "Repository", "all": "Application"})
    said.step("u::api_read", "read::read")
    said.step("u::api_write", "write::write")
    said.step("u::api", "all::admin")
    graph = compile_steps(said.table())
    opens = {
        level: {
            goal
            for goal in ("read::read", "write::write", "all::admin")
            if reach(graph, graph.lower(*said.fact(f"u::{level}"))).held[said.at(graph, goal)]
        }
        for level in ("api_read", "act_as", "api", "act_as.session")
    }
    assert opens == {
        "api_read": {"read::read"},
        "act_as": {"read::read", "write::write"},
        "act_as.session": {"read::read", "write::write"},
        "api": {"read::read", "write::write", "all::admin"},
    }


def test_a_session_does_not_pass_where_a_fresh_factor_is_asked() -> None:
    """mfa.session holds what asks for a session, not what asks for mfa proven now; nor do two people's levels join."""
    said = Tables({"a": "User", "b": "User", "g": "Group", "old": "Application", "new": "Application"})
    said.step("a::*", "g::*")
    said.step("b::*", "g::*")
    said.step("g::mfa.session", "old::login")
    said.step("g::mfa", "new::login")
    graph = compile_steps(said.table())
    both = [*graph.lower(*said.fact("a::mfa.session")), *graph.lower(*said.fact("b::act_as"))]
    held = reach(graph, both).held
    assert held[said.at(graph, "old::login")]
    assert not held[said.at(graph, "new::login")]


def test_equal_steps_merge_and_a_known_one_wins() -> None:
    """Of steps with the same ends and guard the cheapest stays; a possible one stays only where it is cheaper."""
    said = Tables({"a": "Credential", "b": "Credential", "c": "Credential", "d": "Credential"})
    said.step("a::held", "b::held", technique=2)
    said.step("a::held", "b::held", technique=1)
    said.step("a::held", "b::held", technique=1, possible=True)
    said.step("a::held", "c::held", technique=1)
    said.step("a::held", "c::held", technique=0, possible=True)
    said.step("a::held", "d::held", "b::held", "a::held")
    said.step("a::held", "d::held", "b::held")
    said.step("d::held", "d::held")
    said.step("d::held", "c::held", "c::held")
    graph = compile_steps(said.table())
    told = [
        (graph.body(step), int(graph.step_target[step]), graph.effort_of(step), graph.possible(step))
        for step in range(graph.step_count)
    ]
    assert told == [
        ((1,), 2, 2, False),
        ((1,), 3, 2, False),
        ((1, MAY), 3, 1, True),
        ((1, 2), 4, 1, False),
    ]


def test_carrying_levels_between_unlike_nodes_is_refused() -> None:
    """A carried step from a user to an application names its technique; so does one with a level at one end only."""
    said = Tables({"app": "Application", "u": "User", "g": "Group"})
    said.step("u::*", "app::*")
    with pytest.raises(TechniqueError, match=r"test\.t1 carries levels"):
        compile_steps(said.table())
    said.rows = [("u::*", "g::act_as", (), 1, False)]
    with pytest.raises(TechniqueError, match=r"test\.t2 carries levels"):
        compile_steps(said.table())


def test_networkx_is_refused_what_it_cannot_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit the conversion is refused unless forced; a part is converted with the steps within it."""
    said = Tables({"a": "Credential", "b": "Credential", "c": "Credential"})
    said.step("a::held", "b::held")
    said.step("b::held", "c::held", "a::held")
    graph = compile_steps(said.table())
    assert to_networkx(graph, facts=[1, 2]).number_of_edges() == 1
    monkeypatch.setattr("graphscan.engine.nx.MOST_STEPS", 1)
    with pytest.raises(UsageError, match="2 steps are more than networkx can hold"):
        to_networkx(graph)
    there = to_networkx(graph, force=True)
    assert there.nodes["step", 1]["technique"] == "test.t1"
    assert there.nodes[1] == {"type": "fact", "node": 0, "family": "held", "level": "held"}
    del there.nodes[1]["level"]
    with pytest.raises(UsageError, match="does not describe attack steps"):
        from_networkx(there)


def test_every_family_compiles_to_its_own_order() -> None:
    """Holding a level holds exactly the kept levels that the table of kinds says it implies, for every kind."""
    for kind in ("User", "Application", "Tracker", "Repository", "Bucket", "Host"):
        levels = kinds.family_of(kind).levels
        said = Tables({"x": kind})
        graph = compile_steps(said.table(), [said.fact(f"x::{level}") for level in levels])
        for level in levels:
            held = reach(graph, graph.lower(*said.fact(f"x::{level}"))).held
            names = {graph.level_name(fact) for fact in range(1, graph.fact_count) if held[fact]}
            assert names == {low for low in levels if kinds.implies(kind, level, low)}
