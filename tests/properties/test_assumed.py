"""What claims ask of a graph: assumptions, steps left out, and a path without a search, against brute force."""

import numpy as np
from engine_cases import Case, cases
from engine_naive import Plain
from hypothesis import given
from hypothesis import strategies as st
from test_engine_paths import World, careful

from graphscan.analysis.routes import any_path
from graphscan.claims.reaches import AssumedQuestion
from graphscan.claims.without import without
from graphscan.engine.paths import find_paths
from graphscan.engine.slice import backward, fired


def closure(plain: Plain, begin: set[int], blocked: set[int]) -> set[int]:
    """Return what follows from some facts while some are never held."""
    return set(plain.closure(begin - blocked, without=tuple(blocked))) - blocked


@careful
@given(cases(), st.sets(st.integers(1, 40), max_size=3), st.sets(st.integers(1, 40), max_size=3))
def test_reach_under_an_assumption(case: Case, trusted: set[int], distrusted: set[int]) -> None:
    """Computed in parts, each from the one before, it is the fixed point of what is held and never what is blocked."""
    world = World(case, may=True)
    count = world.graph.fact_count
    blocked = {fact % count for fact in trusted} - {0}
    held = {fact % count for fact in distrusted} - blocked - {0}
    starts = {fact for group in world.sources for fact in group}
    ways = {"held": tuple(sorted(held)), "blocked": tuple(sorted(blocked))}
    must = AssumedQuestion(world.graph, starts, **ways)
    may = AssumedQuestion(world.graph, starts, True, must, **ways)
    known = set(world.graph.known_start.tolist())
    possible = {0, *known, *world.graph.possible_start.tolist()}
    for asked, ambient in ((must, known), (may, possible)):
        assert set(np.flatnonzero(asked.anyone.held)) == closure(world.plain, ambient | held, blocked)
        everything = closure(world.plain, ambient | held | starts, blocked)
        assert set(np.flatnonzero(asked.reached.held)) == everything
        assert sorted(asked.reached.order.tolist()) == sorted(everything)
        # What one more blocked fact leaves is asked from the beginning.
        more = {max(everything, default=1)} - {0}
        left = closure(world.plain, ambient | held | starts, blocked | more)
        assert set(np.flatnonzero(asked.without(more).held)) == left
    # Trusting never adds, distrusting never takes away.
    plain = AssumedQuestion(world.graph, starts, True)
    only_trust = AssumedQuestion(world.graph, starts, True, blocked=ways["blocked"])
    only_distrust = AssumedQuestion(world.graph, starts, True, held=ways["held"])
    assert not (only_trust.reached.held & ~plain.reached.held).any()
    assert not (plain.reached.held & ~only_distrust.reached.held).any()


@careful
@given(cases(), st.booleans(), st.sets(st.integers(0, 60), max_size=4))
def test_steps_left_out(case: Case, may: bool, numbers: set[int]) -> None:
    """A graph without some steps reaches what the others alone give, and none of them is on a way to anything."""
    world = World(case, may)
    graph = world.graph
    out = {number % graph.step_count for number in numbers} if graph.step_count else set()
    out = {step for step in out if not world.plain.implication[step]}
    less = without(graph, np.array(sorted(out), np.int64))
    asked = AssumedQuestion(less, world.question.starts, may)
    rest = [step for step in range(graph.step_count) if step not in out]
    held = set(world.ambient) | set(world.question.starts)
    while more := {
        world.plain.head[step] for step in rest if world.plain.body[step] <= held and world.plain.head[step] not in held
    }:
        held |= more
    assert set(np.flatnonzero(asked.reached.held)) == held
    assert not out & set(np.flatnonzero(fired(less, asked.reached)).tolist())
    part = backward(less, asked.reached, sorted(held))
    assert not out & set(part.steps.tolist())
    for path in find_paths(asked, sorted(held)[-2:], limit=20).paths:
        assert not out & set(path.steps)


@careful
@given(cases(), st.booleans())
def test_a_path_without_a_search_is_one(case: Case, may: bool) -> None:
    """It begins at a start, ends at the fact, and each step's other preconditions hold without what follows."""
    world = World(case, may)
    for fact in range(1, world.graph.fact_count):
        if not world.question.reached.held[fact]:
            continue
        path = any_path(world.question, fact)
        if fact in world.anyone:
            assert path is None
            continue
        assert path is not None
        assert path.facts[0] in world.question.starts
        assert path.facts[-1] == fact
        assert len(set(path.facts)) == len(path.facts) == len(path.steps) + 1
        for place, step in enumerate(path.steps):
            assert path.facts[place] in world.plain.body[step]
            assert world.plain.head[step] == path.facts[place + 1]
        assert world.valid(path.facts, path.steps)
        assert path.cost == sum(world.plain.effort[step] for step in path.steps)
