"""The smallest set of cuts against every subset, against minimum cuts, and by both solvers."""

from random import Random
from typing import Literal

import networkx
import numpy as np
from cut_cases import NOTHING, Asked, asked, cheapest
from engine_cases import CASES, Case, Step, build, cases
from hypothesis import given, settings
from hypothesis import strategies as st

from graphscan import kinds
from graphscan.engine.compile import compile_steps
from graphscan.engine.cut import Cut, Smallest, cut_off, smallest
from graphscan.engine.cut_items import items_of
from graphscan.engine.cut_problem import problem_of
from graphscan.engine.question import Question

careful = settings(max_examples=CASES, derandomize=True, deadline=None, database=None)
SOLVERS: tuple[Literal["own", "highs"], ...] = ("own", "highs")


def timeless() -> float:
    """A clock that stands still: no answer of a test depends on how fast the machine is."""
    return 0.0


@careful
@given(cases(), st.integers(0, 10**9))
def test_the_smallest_set_is_that_of_all_subsets(case: Case, seed: int) -> None:
    """Both solvers come to the first of the cheapest sets of undominated cuts; where none does, to what none cuts."""
    one = asked(case, seed)
    answers = [smallest(one.question, one.targets, one.cuts, solver=solver, clock=timeless) for solver in SOLVERS]
    assert answers[0] == answers[1]
    best = cheapest(one)
    if best is None:
        check_uncut(one, answers[0])
        return
    found = answers[0]
    assert (found.cost, len(found.chosen)) == (one.cost(best), len(best))
    assert found.optimal and found.lower == found.cost and found.settled
    assert (found.uncut, found.open, found.why) == ((), -1, "")
    if seed % 4:
        return
    problem = problem_of(one.question, one.targets, one.cuts)
    kept = items_of(problem, [cut.cost for cut in one.cuts], ()).places
    assert found.chosen == cheapest(one, kept)


def check_uncut(one: Asked, found: Smallest) -> None:
    """What is told where no set separates derives a target, in order, by steps and facts that no cut takes."""
    assert (found.chosen, found.cost, found.optimal) == ((), 0, False)
    shut = {fact for cut in one.cuts for fact in cut.facts.tolist()}
    off = {step for cut in one.cuts for step in cut.steps.tolist()}
    held = set(one.begin) - shut
    for step in found.uncut:
        assert step not in off
        assert one.plain.head[step] not in shut
        assert one.plain.body[step] <= held
        held.add(one.plain.head[step])
    assert found.open in held & set(one.targets)


@settings(careful, max_examples=max(20, CASES // 20))
@given(cases(), st.integers(0, 10**9))
def test_further_sets_are_met(case: Case, seed: int) -> None:
    """Sets of which one cut must be chosen each count like derivations."""
    one = asked(case, seed)
    random = Random(seed)
    places = range(len(one.cuts))
    more = [frozenset(random.sample(places, random.randint(1, min(3, len(places))))) for _ in range(2)]
    answers = [
        smallest(one.question, one.targets, one.cuts, more=more, solver=solver, clock=timeless) for solver in SOLVERS
    ]
    assert answers[0] == answers[1]
    if answers[0].open >= 0:
        return
    best = min(
        one.cost(chosen)
        for chosen in (tuple(place for place in places if number >> place & 1) for number in range(1 << len(places)))
        if all(row & set(chosen) for row in more) and one.closed(chosen)
    )
    assert answers[0].cost == best
    assert one.closed(answers[0].chosen) and all(row & set(answers[0].chosen) for row in more)


@settings(careful, max_examples=max(10, CASES // 40))
@given(st.integers(0, 10**9))
def test_without_guards_it_is_the_minimum_cut(seed: int) -> None:
    """Where each step has one precondition and a cut of its own, the cheapest set costs what a minimum cut costs."""
    random = Random(seed)
    held = kinds.level_code("Credential", "held")
    size = random.randint(5, 40)
    ends = {(random.randrange(size), random.randrange(size)) for _ in range(random.randint(size, 5 * size))}
    rows = tuple(Step((a, held), (b, held), (), 0, False) for a, b in sorted(ends) if a != b)
    starts, targets = random.sample(range(size), 2), random.sample(range(size), 2)
    if set(starts) & set(targets) or not rows:
        return
    asked_ = [(node, held) for node in range(size)]
    graph = compile_steps(build(rows, nodes=("Credential",) * size), asked_)
    costs = [random.randint(1, 3) for _ in range(graph.step_count)]
    cuts = [Cut(cost, np.array([step]), NOTHING) for step, cost in enumerate(costs)]
    question = Question(graph, [graph.at(node, held) for node in starts])
    goals = [graph.at(node, held) for node in targets]
    net = networkx.DiGraph()
    net.add_nodes_from(["from", "to", *range(graph.fact_count)])
    for step, cost in enumerate(costs):
        net.add_edge(int(graph.step_source[step]), int(graph.step_target[step]), capacity=cost)
    net.add_edges_from(("from", fact) for fact in question.starts)
    net.add_edges_from((goal, "to") for goal in goals)
    for solver in SOLVERS:
        found = smallest(question, goals, cuts, solver=solver, clock=timeless)
        assert found.optimal
        assert found.cost == networkx.minimum_cut_value(net, "from", "to")
        assert not cut_off(question, [cuts[place] for place in found.chosen]).held[goals].any()
