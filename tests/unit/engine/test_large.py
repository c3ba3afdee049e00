"""Long chains, many twins and costs without end: no recursion, no blow-up, no overflow."""

import numpy as np
import pytest
from engine_tables import Tables

from graphscan.engine.assemble import Frame, Steps, assemble
from graphscan.engine.compile import compile_steps
from graphscan.engine.derivation import derivation
from graphscan.engine.distance import MOST, distances
from graphscan.engine.families import find_families
from graphscan.engine.graph import Graph
from graphscan.engine.guards import Guards
from graphscan.engine.pairs import find_pairs
from graphscan.engine.paths import find_paths
from graphscan.engine.question import Question
from graphscan.engine.reach import reach
from graphscan.engine.sets import sets_and_cuts
from tests.kernels import each_kernel  # noqa: F401 -- a fixture


def chain(length: int) -> Graph:
    """Facts 1 … length, each giving the next."""
    facts = np.arange(1, length)
    nothing = np.zeros(0, np.int64)
    return assemble(
        np.arange(-1, length).astype(np.int32),
        np.full(length + 1, 22, np.uint8),
        Steps(facts, facts + 1, np.full(length - 1, -1), np.zeros(length - 1, np.int64), np.full(length - 1, -1)),
        Guards(np.zeros(1, np.int64), nothing),
        Frame(np.zeros(1, np.int64), nothing, ("test.t", "implies"), np.array([1, 0], np.uint8), nothing, nothing),
    )[0]


@pytest.mark.usefixtures("each_kernel")
def test_a_chain_of_fifty_thousand_facts() -> None:
    """Reach, distance, slice and derivation follow it to its end."""
    length = 50_000
    graph = chain(length)
    assert reach(graph, [1]).held.sum() == length
    assert distances(graph, [1]).cost[length] == length - 1
    assert derivation(graph, length, [1]) == tuple(range(length - 1))
    assert len(Question(graph, [1]).attack([length]).steps) == length - 1


def test_a_path_of_five_hundred_steps() -> None:
    """Search goes as deep as the chain is long."""
    found = find_paths(Question(chain(500), [1]), [500])
    assert [len(path.steps) for path in found.paths] == [499]
    assert found.complete


def test_costs_that_double_stop_at_the_largest() -> None:
    """Each fact needs the one before twice over, by two steps: costs double, and saturate instead of overflowing."""
    count = 40
    said = Tables({f"{name}{number}": "Credential" for number in range(count) for name in "abc"})
    for number in range(count - 1):
        said.step(f"a{number}::held", f"b{number}::held")
        said.step(f"a{number}::held", f"c{number}::held")
        said.step(f"b{number}::held", f"a{number + 1}::held", f"c{number}::held")
    graph = compile_steps(said.table())
    cost = distances(graph, [said.at(graph, "a0::held")]).cost
    # c(n + 1) = 2 * (c(n) + 1) + 1, so c(n) = 3 * (2**n - 1)
    assert [int(cost[said.at(graph, f"a{number}::held")]) for number in (0, 1, 2, 10)] == [0, 3, 9, 3 * 1023]
    assert int(cost[said.at(graph, f"a{count - 1}::held")]) == MOST
    assert (cost[1 : 1 + 3 * (count - 1)] >= 0).all()


def office(users: int, repositories: int) -> tuple[Tables, Graph]:
    """A gateway token and users' passwords, together, open an app and all its repositories."""
    nodes = {"gateway-token": "Credential", "gateway": "Application", "staff": "Group", "app": "Application"}
    nodes |= {f"password{number}": "Credential" for number in range(users)}
    nodes |= {f"user{number}": "User" for number in range(users)}
    nodes |= {f"repository{number}": "Repository" for number in range(repositories)}
    said = Tables(nodes)
    said.step("gateway-token::held", "gateway::reachable")
    for number in range(users):
        said.step(f"password{number}::held", f"user{number}::act_as", "gateway::reachable")
        said.step(f"user{number}::*", "staff::*")
    said.step("staff::act_as", "app::login")
    for number in range(repositories):
        said.step("app::login", f"repository{number}::write")
    graph = compile_steps(said.table(), [said.fact(f"repository{number}::read") for number in range(repositories)])
    return said, graph


def test_many_twins_are_one_family_and_one_answer() -> None:
    """200 passwords and 1,000 repositories: families, sets, cuts and pairs are exact and complete at once."""
    users, repositories = 200, 1_000
    said, graph = office(users, repositories)
    sources = [(said.at(graph, "gateway-token::held"),)]
    sources += [(said.at(graph, f"password{number}::held"),) for number in range(users)]
    goals = [said.at(graph, f"repository{number}::read") for number in range(repositories)]
    question = Question(graph, [fact for group in sources for fact in group])

    [answer] = sets_and_cuts(question, sources, goals)
    assert answer.complete
    assert answer.targets == tuple(sorted(goals))
    assert answer.sets == tuple((0, number) for number in range(1, users + 1))
    assert answer.cuts == ((0,), tuple(range(1, users + 1)))

    pairs = find_pairs(question, sources, goals)
    assert pairs.exact.all()
    assert pairs.joint.all()
    assert not pairs.alone.any()

    found = find_families(question, goals, limit=10)
    assert (len(found.families), found.complete, found.why) == (10, False, "limit")
    assert all(len(family.tails) == repositories for family in found.families)
    assert found.paths == 10 * repositories


def test_users_of_one_group_are_one_family() -> None:
    """Users who are themselves the starts, one group, one app, many repositories: a single family."""
    said, graph = office(41, 312)
    starts = [fact for number in range(41) for fact in graph.lower(*said.fact(f"user{number}::top"))]
    goals = [said.at(graph, f"repository{number}::read") for number in range(312)]
    found = find_families(Question(graph, starts), goals)
    assert [(len(family.heads), len(family.tails), family.paths) for family in found.families] == [(41, 312, 41 * 312)]
    assert found.complete
    labels = np.arange(len(said.kinds)) % 2
    parted = find_families(Question(graph, starts), goals, labels=labels)
    assert sum(family.paths for family in parted.families) == 41 * 312
    assert len(parted.families) == 4
