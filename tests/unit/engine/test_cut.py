"""The smallest set of cuts where the time ends, a solver is missing or the question is wrong; the hitting set alone."""

from collections.abc import Callable
from itertools import combinations, count
from random import Random

import numpy as np
import pytest

from graphscan.engine import cut_highs
from graphscan.engine.cut import Cut, cut_off, smallest
from graphscan.engine.cut_cover import cover
from graphscan.engine.question import Question
from tests.benchmarks.cut_questions import Asked, dense_asked

NOTHING = np.zeros(0, np.int64)


@pytest.fixture(scope="module")
def dense() -> Asked:
    """A question whose optimum is out of reach in the time of a test."""
    return dense_asked(nodes=200, steps=1000)


def ticking(step: float) -> Callable[[], float]:
    """A clock that goes on by so much whenever it is looked at."""
    numbers = count()
    return lambda: next(numbers) * step


@pytest.mark.parametrize(("solver", "looks"), [("own", 0), ("own", 1), ("own", 40), ("own", 400), ("highs", 40)])
def test_when_the_time_ends_the_interval_holds(dense: Asked, solver: str, looks: int) -> None:
    """However early the budget ends, what is told separates, the bounds are in order, and the reason is said."""
    found = smallest(
        dense.question,
        dense.targets,
        dense.cuts,
        budget=looks,
        solver=solver,
        clock=ticking(1.0),  # type: ignore[arg-type]
    )
    assert not found.optimal and not found.settled
    assert 0 <= found.lower < found.cost == sum(dense.cuts[place].cost for place in found.chosen)
    assert found.why == f"the budget of {looks} s ended"
    left = cut_off(dense.question, [dense.cuts[place] for place in found.chosen])
    assert not left.held[list(dense.targets)].any()


def test_more_time_narrows_the_interval(dense: Asked) -> None:
    """The same question with a longer budget has no wider interval."""
    short, long = (
        smallest(dense.question, dense.targets, dense.cuts, budget=looks, solver="own", clock=ticking(1.0))
        for looks in (20, 1500)
    )
    assert short.lower <= long.lower <= long.cost <= short.cost
    assert (short.lower, short.cost) != (long.lower, long.cost)


def test_what_is_not_reached_needs_no_cut_and_what_no_cut_closes_is_told(dense: Asked) -> None:
    """Nothing reached: the empty set, proven. No cuts: a derivation, and no set."""
    none = smallest(Question(dense.question.graph, []), dense.targets, dense.cuts)
    assert (none.chosen, none.cost, none.optimal, none.open, none.settled) == ((), 0, True, -1, True)
    start = dense.question.starts[0]
    itself = smallest(dense.question, [start], [])
    assert (itself.open, itself.uncut, itself.optimal) == (start, (), False)
    taken = smallest(Question(dense.question.graph, [start]), [start], [Cut(2, NOTHING, np.array([start]))])
    assert (taken.chosen, taken.cost, taken.optimal) == ((0,), 2, True)


def test_what_is_asked_wrongly_is_said(dense: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cost below 1, a further set without a cut, and a solver that is not there."""
    with pytest.raises(ValueError, match="cut 0 costs 0"):
        smallest(dense.question, dense.targets, [Cut(0, NOTHING, NOTHING)])
    with pytest.raises(ValueError, match="names no cut"):
        smallest(dense.question, dense.targets, dense.cuts[:1], more=[frozenset({1})])
    monkeypatch.setattr(cut_highs, "installed", lambda: False)
    found = smallest(dense.question, dense.targets, dense.cuts, budget=50, clock=ticking(1.0))
    assert found == smallest(dense.question, dense.targets, dense.cuts, budget=50, solver="own", clock=ticking(1.0))


def test_both_hitting_sets_are_those_of_all_subsets() -> None:
    """The branch and bound and HiGHS, here and in a process of its own, find the least cost; a limit rules out more."""
    random = Random(4)
    for number in range(60):
        size = random.randint(2, 11)
        costs = [random.randint(1, 4) for _ in range(size)]
        rows = [
            frozenset(random.sample(range(size), random.randint(1, min(4, size)))) for _ in range(random.randint(1, 15))
        ]
        least = min(
            sum(costs[item] for item in chosen)
            for few in range(size + 1)
            for chosen in combinations(range(size), few)
            if all(row & set(chosen) for row in rows)
        )
        own = cover(rows, costs, lambda: True)
        model = cut_highs.Highs(costs)
        model.add(rows)
        for found in (own, model.best(60.0)):
            assert found.proven and found.lower == least
            assert found.chosen is not None and sum(costs[item] for item in found.chosen) == least
            assert all(row & found.chosen for row in rows)
        relaxed = model.relaxed(60.0)
        assert relaxed is not None and relaxed[0] <= least
        assert cover(rows, costs, lambda: True, limit=least).chosen is not None
        assert cover(rows, costs, lambda: True, limit=least - 1).chosen is None
        stopped = cover(rows, costs, lambda: False)
        assert not stopped.proven and stopped.lower <= least
        if number == 0:
            assert model.best_apart(60.0) == model.best_here(60.0)
