"""Reach, slice, distance and the order of a graph against the slow and obvious way."""

import numpy as np
import pytest
from engine_cases import CASES, Case, cases
from engine_naive import Plain, all_levels, begin, fixpoint
from hypothesis import given, settings
from hypothesis import strategies as st

from graphscan.engine.compile import compile_steps
from graphscan.engine.graph import Graph
from graphscan.engine.reach import Reach, reach
from graphscan.engine.slice import backward
from tests.kernels import each_kernel  # noqa: F401 -- a fixture: with the compiled kernel and without, half the cases each

pytestmark = pytest.mark.usefixtures("each_kernel")
careful = settings(max_examples=CASES // 2, derandomize=True, deadline=None, database=None)


def reached(case: Case, may: bool) -> tuple[Graph, Reach]:
    graph = compile_steps(case.table, case.asked)
    return graph, reach(graph, {low for fact in case.starts for low in graph.lower(*fact)}, may=may)


@careful
@given(cases(), st.booleans())
def test_reach_equals_a_fixpoint_over_all_levels(case: Case, may: bool) -> None:
    """Every kept fact is held exactly where firing every step at every level holds it, and asked facts are kept."""
    graph, found = reached(case, may)
    expected = fixpoint(all_levels(case, may), begin(case, may))
    for fact in range(1, graph.fact_count):
        name = int(graph.fact_node[fact]), int(graph.fact_level[fact])
        assert bool(found.held[fact]) == (name in expected), name
    assert all(graph.at(*fact) > 0 for fact in case.asked)
    assert bool(found.held[0]) == may


@careful
@given(cases(), st.booleans())
def test_every_fact_follows_from_the_step_that_gave_it(case: Case, may: bool) -> None:
    """The producing step of a fact has preconditions that all came earlier, so derivations never go round."""
    graph, found = reached(case, may)
    plain = Plain.of(graph)
    place = {fact: number for number, fact in enumerate(found.order.tolist())}
    assert set(place) == set(np.flatnonzero(found.held).tolist())
    for fact in place:
        step = int(found.step[fact])
        if step >= 0:
            assert plain.head[step] == fact
            assert all(place[needed] < place[fact] for needed in plain.body[step])


@careful
@given(cases(), st.integers(0, 10**6))
def test_the_order_of_rows_changes_nothing(case: Case, seed: int) -> None:
    """Shuffling the table's rows compiles to the very same arrays."""
    one, other = compile_steps(case.table, case.asked), compile_steps(case.shuffled(seed).table, case.asked[::-1])
    assert one.techniques == other.techniques
    for (name, array), (_, again) in zip(one.arrays(), other.arrays(), strict=True):
        assert np.array_equal(array, again), name


@careful
@given(cases(most=12), st.booleans())
def test_the_slice_holds_every_step_of_every_minimal_derivation(case: Case, may: bool) -> None:
    """No set of steps that derives the target, with none to spare, uses a step outside the slice."""
    graph, found = reached(case, may)
    plain = Plain.of(graph)
    starts = {fact for fact in found.order.tolist() if found.step[fact] < 0}
    for target in found.order.tolist()[-2:]:
        if target in starts:
            continue
        part = set(backward(graph, found, [target]).steps.tolist())
        for used in minimal_derivations(plain, starts, target):
            assert used <= part


def minimal_derivations(plain: Plain, starts: set[int], target: int) -> set[frozenset[int]]:
    """All minimal sets of steps that derive a target: grown backwards, one producer at a time, then checked."""
    found: set[frozenset[int]] = set()
    waiting: list[tuple[frozenset[int], frozenset[int]]] = [(frozenset(), frozenset({target}))]
    seen = set(waiting)
    while waiting and len(seen) < 3000:
        used, needed = waiting.pop()
        given = {plain.head[step] for step in used}
        missing = sorted(needed - given - starts)
        if not missing:
            if target in plain.closure(starts, used) and not any(
                target in plain.closure(starts, used - {step}) for step in used
            ):
                found.add(used)
            continue
        for step in range(len(plain.head)):
            if plain.head[step] == missing[0]:
                grown = used | {step}, needed | plain.body[step]
                if grown not in seen:
                    seen.add(grown)
                    waiting.append(grown)
    return found


@careful
@given(cases())
def test_what_is_possible_goes_on_from_what_is_known(case: Case) -> None:
    """Going on from a closed set, of fewer starts or of what is known, gives what beginning anew gives."""
    graph = compile_steps(case.table, case.asked)
    starts = {low for fact in case.starts for low in graph.lower(*fact)}
    anyone = reach(graph, ())
    known = reach(graph, starts, base=anyone)
    possible = reach(graph, starts, may=True, base=known)

    assert known.held.tolist() == reach(graph, starts).held.tolist()
    assert possible.held.tolist() == reach(graph, starts, may=True).held.tolist()
    place = {fact: number for number, fact in enumerate(possible.order.tolist())}
    assert set(place) == set(np.flatnonzero(possible.held).tolist())
    for fact, number in place.items():
        step = int(possible.step[fact])
        assert step < 0 or all(place[one] < number for one in graph.body(step))
