"""Who reaches what against one reach for each source; the bounds, whatever the budget; with the kernel and without."""

import random

import numpy as np
import pytest
from engine_cases import CASES, Case, cases
from hypothesis import given, settings
from hypothesis import strategies as st

from graphscan.engine import kernel
from graphscan.engine.compile import compile_steps
from graphscan.engine.csr import Bools
from graphscan.engine.exposure import Exposure, exposure
from graphscan.engine.exposure_rows import Rows, booleans, counted, marked, packed, per_column, union
from graphscan.engine.graph import Graph
from graphscan.engine.reach import reach

careful = settings(max_examples=CASES, derandomize=True, deadline=None, database=None)
fewer = settings(careful, max_examples=max(10, CASES // 5))

Groups = list[list[int]]


def one_by_one(graph: Graph, sources: Groups, assets: Groups, may: bool, blocked: list[int]) -> Bools:
    """(sources, assets) whether a reach of its own holds any fact of the asset."""
    held = [reach(graph, group, may, blocked=blocked or None).held for group in sources]
    table = [[any(one[fact] for fact in group) for group in assets] for one in held]
    return np.array(table, bool).reshape(len(sources), len(assets))


def drawn(graph: Graph, seed: int) -> tuple[Groups, Groups, list[int]]:
    """Groups of facts as sources and as assets, now and then more of each than fit a word, and blocked facts."""
    draw = random.Random(seed)
    facts = range(1, graph.fact_count)
    many = seed % 40 == 0

    def groups(count: int, most: int) -> Groups:
        return [[draw.choice(facts) for _ in range(draw.randrange(most))] for _ in range(count)]

    sources = groups(draw.randrange(65, 80) if many else draw.randrange(1, 6), 4)
    assets = groups(draw.randrange(65, 140) if many else draw.randrange(6), 3)
    return sources, assets, [draw.choice(facts)] if seed % 3 == 0 else []


def told(found: Exposure) -> list[Bools]:
    """Everything an answer says of pairs."""
    return [found.reached, found.exact, booleans(found.lower, found.assets), found.open]


@careful
@given(cases(26), st.booleans(), st.integers(0, 10**6))
def test_exposure_equals_one_reach_for_each_source(case: Case, may: bool, seed: int) -> None:
    """With a budget every pair is settled and right; without, what is called settled is, and nothing is left out."""
    graph = compile_steps(case.table, case.asked)
    sources, assets, blocked = drawn(graph, seed)
    expected = one_by_one(graph, sources, assets, may, blocked)
    found = exposure(graph, sources, assets, may, blocked=blocked)
    assert found.exact.all() and not found.unasked and not found.open_pairs
    assert np.array_equal(found.reached, expected)
    anyone = one_by_one(graph, [[]], assets, may, blocked)[0]
    assert np.array_equal(found.open, anyone)
    bound = exposure(graph, sources, assets, may, blocked=blocked, budget=0)
    assert (bound.reached >= expected).all() and (booleans(bound.lower, len(assets)) <= expected).all()
    assert np.array_equal(bound.exact, bound.reached == booleans(bound.lower, len(assets)))
    assert bound.open_pairs == int((~bound.exact).sum()) and bool(bound.unasked) == bool(bound.open_pairs)


@fewer
@given(cases(26), st.booleans(), st.integers(0, 10**6), st.integers(0, 400))
def test_kernel_and_budget_change_nothing_that_is_said(case: Case, may: bool, seed: int, budget: int) -> None:
    """With the kernel and without, the very same bits; a small budget only leaves pairs open, and says how many."""
    graph = compile_steps(case.table, case.asked)
    sources, assets, blocked = drawn(graph, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(kernel.VARIABLE, "off")
        plain = exposure(graph, sources, assets, may, blocked=blocked, budget=budget)
        patch.setenv(kernel.VARIABLE, "auto")
        compiled = exposure(graph, sources, assets, may, blocked=blocked, budget=budget)
    assert all(np.array_equal(one, other) for one, other in zip(told(plain), told(compiled), strict=True))
    assert (plain.work, plain.alone, plain.unasked) == (compiled.work, compiled.alone, compiled.unasked)
    settled = plain.exact
    expected = one_by_one(graph, sources, assets, may, blocked)
    assert np.array_equal(plain.reached[settled], expected[settled])
    assert (plain.reached >= expected).all()
    assert bool(plain.unasked) == (not settled.all())


@fewer
@given(cases(26), st.booleans(), st.integers(0, 10**6))
def test_a_source_more_or_less_changes_no_other_row(case: Case, may: bool, seed: int) -> None:
    """Each source is asked on its own: its settled row is what it is when it is asked alone."""
    graph = compile_steps(case.table, case.asked)
    sources, assets, _ = drawn(graph, seed)
    together = exposure(graph, sources, assets, may).reached
    for row in range(min(3, len(sources))):
        assert np.array_equal(exposure(graph, sources[row : row + 1], assets, may).reached[0], together[row])


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (1, 1), (5, 64), (70, 65), (3, 513), (200, 1030)])
def test_bits_are_what_they_stand_for(shape: tuple[int, int]) -> None:
    """Tables of bits round-trip, count and unite as the tables of booleans they stand for."""
    flags = np.random.default_rng(sum(shape)).random(shape) < 0.3
    bits = packed(flags)
    assert np.array_equal(booleans(bits, shape[1]), flags)
    assert np.array_equal(marked(*np.nonzero(flags), shape), bits)
    assert counted(bits).tolist() == flags.sum(axis=1).tolist()
    assert per_column(bits, shape[1]).tolist() == flags.sum(axis=0).tolist()
    groups = [list(range(0, shape[0], 2)), [], list(range(shape[0]))]
    united = booleans(union(bits, Rows.of(groups)), shape[1])
    assert united.tolist() == [[bool(flags[group, k].any()) for k in range(shape[1])] for group in groups]
