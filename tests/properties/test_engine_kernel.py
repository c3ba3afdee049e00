"""The compiled kernel against the numpy code that it stands in for: the same arrays, or the same refusal."""

import random
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any
from unittest import mock

import kernel_cases
import numpy as np
import pytest
from engine_cases import CASES
from kernel_cases import Asked

from graphscan.engine import cache, kernel
from graphscan.engine import reach as reaching
from graphscan.engine import slice as slicing
from graphscan.engine.graph import Graph
from graphscan.engine.kernel import calls, sweeps
from graphscan.engine.reach import Reach, reach
from graphscan.engine.slice import backward
from tests.kernels import need_kernel


@pytest.fixture(autouse=True, scope="module")
def there() -> None:
    """Skip where there is no kernel."""
    need_kernel()


def answers(asked: Asked, use: str, turn: int = 0, thin: int = 48) -> list[np.ndarray]:
    """Reach and slice of a question, asked in several ways; which slice is asked of which reach goes by turns."""
    graph, starts, found = asked.graph, asked.starts, []
    with (
        mock.patch.dict("os.environ", {kernel.VARIABLE: use}),
        mock.patch.multiple(reaching, _THIN=thin, _CHUNK=3 if thin == 0 else 1 << 17, _HUB=1 if thin == 1 else 192),
        mock.patch.object(slicing, "_THIN", thin),
    ):
        anyone = reach(graph, ())
        shut = reach(graph, starts, blocked=asked.blocked)
        all_ = [anyone, shut, reach(graph, starts, base=anyone), reach(graph, starts, may=True)]
        all_.append(reach(graph, starts, may=True, blocked=asked.blocked, base=reach(graph, (), blocked=asked.blocked)))
        all_.append(reach(graph, starts, ambient=False))
        ways = list(product((None, anyone.held), (asked.targets, asked.targets[:1]), (False, True)))
        for number, one in enumerate(all_):
            part = backward(graph, one, *(ways[(turn + 3 * number) % len(ways)][place] for place in (1, 0, 2)))
            found += [one.held, one.step, one.order, part.steps, part.facts, part.targets, part.starts]
    return found


def same(some: list[np.ndarray], others: list[np.ndarray]) -> bool:
    """Whether all arrays are equal, in their types as well."""
    pairs = zip(some, others, strict=True)
    return all(one.dtype == other.dtype and np.array_equal(one, other) for one, other in pairs)


def test_answers_are_the_same_to_the_last_bit() -> None:
    """Facts, the steps that gave them, their order, slices: with hubs, circles, broad guards, 64 bits, no facts."""
    for seed in range(CASES // 2):
        asked = kernel_cases.asked(seed)
        assert same(answers(asked, "on", seed), answers(asked, "off", seed, (0, 1, 48)[seed % 3])), seed


def test_every_fact_comes_at_its_level_and_by_its_lowest_step() -> None:
    """A step is the lowest numbered of those that give a fact soonest: worked out anew, one round after the other."""
    for seed in range(CASES // 10):
        asked = kernel_cases.asked(seed)
        with mock.patch.dict("os.environ", {kernel.VARIABLE: "on"}):
            found = reach(asked.graph, asked.starts, may=True)
        level = {int(fact): 0 for fact in reaching.starts_of(asked.graph, asked.starts, True, True)}
        order, step = sorted(level), {}
        bodies = [(asked.graph.body(one), int(to)) for one, to in enumerate(asked.graph.step_target)]
        for round_ in range(1, asked.graph.fact_count + 1):
            fired = [
                (to, one) for one, (body, to) in enumerate(bodies) if to not in level and level.keys() >= set(body)
            ]
            step |= dict(reversed(fired))
            order += sorted({to for to, _ in fired})
            level |= dict.fromkeys((to for to, _ in fired), round_)
        assert found.order.tolist() == order
        assert {fact: int(found.step[fact]) for fact in order if found.step[fact] >= 0} == step


def test_large_graphs_are_answered_the_same() -> None:
    """Long rows and long fronts: what is fetched ahead, and fronts that are read off, change nothing."""
    for seed, (facts, steps, guarded) in enumerate([(30_000, 150_000, 0.15), (2_000, 50_000, 0.6), (9_000, 12_000, 0)]):
        graph = kernel_cases.graph(seed, facts, steps, guarded, 3)
        draw = random.Random(seed)
        some = [draw.sample(range(1, facts + 1), count) for count in (5, facts // 20, 30)]
        one = kernel_cases.widened(graph) if seed == 1 else graph
        assert same(answers(Asked(one, *some), "on", seed), answers(Asked(one, *some), "off", seed))


def test_memory_mapped_arrays_are_taken_as_they_are(tmp_path: Path) -> None:
    """A graph from the cache is read-only: nothing of it is copied, and the answers are those of the one saved."""
    asked = kernel_cases.asked(11)
    cache.save(asked.graph, tmp_path / "graph")
    mapped = cache.load(tmp_path / "graph")
    assert same(answers(replace(asked, graph=mapped), "on"), answers(asked, "off"))
    prepared = mapped.__dict__["_kernel"]
    assert not mapped.step_target.flags.writeable
    assert all(np.shares_memory(a, getattr(mapped, n)) for n, a in prepared.arrays.items() if len(a))


NUMBERED = ("plain_ptr", "guarded_ptr", "step_target", "step_source", "step_guard", "guard_ptr", "guard_facts")
NUMBERED += ("fact_guard_ptr", "fact_guards", "guard_step_ptr", "guard_steps", "in_ptr", "in_steps")
WILD = (-(2**31), -2, -1, 2**31 - 1, 10**6)


def test_wrong_numbers_are_refused_and_never_followed() -> None:
    """Whatever number is spoilt in whatever array: an answer or an IndexError, never a crash."""
    refused = 0
    for seed in range(CASES // 2):
        asked = kernel_cases.asked(seed)
        draw = random.Random(seed)
        name = draw.choice(NUMBERED)
        array = getattr(asked.graph, name).copy()
        if not len(array):
            continue
        for _ in range(draw.randrange(1, 4)):
            array[draw.randrange(len(array))] = draw.choice(WILD)
        spoilt = replace(asked, graph=replace(asked.graph, **{name: array}))
        try:
            answers_of_kernel(spoilt)
        except IndexError:
            refused += 1
    assert refused > CASES // 20


def answers_of_kernel(asked: Asked) -> None:
    """Ask the kernel alone."""
    shut = np.array(asked.blocked, np.int64)
    held, step, _ = calls.reach(asked.graph, np.array(asked.starts, np.int64), shut, None)
    seen = held & (step < 0)
    calls.backward(asked.graph, held, -1, seen, np.flatnonzero(held)[-3:])


def test_wrong_shapes_and_types_are_refused() -> None:
    """Arrays too short, of another kind or of two dimensions, and facts that are not there: an error that says so."""
    asked = kernel_cases.asked(11)
    graph = asked.graph
    starts, facts = np.array(asked.starts), graph.fact_count
    for name in NUMBERED:
        array = getattr(graph, name)
        for wrong in (array.astype(float), array[:, None], array.astype(np.uint32)):
            with pytest.raises(ValueError, match=name):
                calls.reach(replace(graph, **{name: wrong}), starts, None, None)
    for name in ("plain_ptr", "step_target", "step_guard", "fact_guards", "guard_step_ptr", "in_ptr", "guarded_ptr"):
        with pytest.raises(ValueError, match=f"{name} of the graph has"):
            calls.reach(replace(graph, **{name: getattr(graph, name)[:-1]}), starts, None, None)
    for fact in (-1, facts, 2**40):
        with pytest.raises(IndexError):
            calls.reach(graph, np.array([fact]), None, None)
        with pytest.raises(IndexError):
            calls.reach(graph, starts, np.array([fact]), None)
        with pytest.raises(IndexError):
            calls.backward(graph, np.ones(facts, bool), -1, np.zeros(facts, bool), np.array([fact]))
    found = reach(graph, asked.starts)
    for base in (replace(found, held=found.held[:-1]), replace(found, step=found.step[1:])):
        with pytest.raises(ValueError, match="another graph"):
            reach_on(graph, starts, base)
    with pytest.raises(ValueError, match="another graph"):
        reach_on(graph, starts, replace(found, order=np.zeros(facts + 1, np.int64)))
    with pytest.raises(IndexError):  # more facts than there are
        reach_on(graph, starts, Reach(np.zeros(facts, bool), found.step, np.zeros(facts, np.int64), may=False))
    with pytest.raises(ValueError, match="flags"):
        calls.backward(graph, np.ones(facts, bool), -1, np.zeros(facts + 1, bool), starts)
    strided = replace(graph, **{n: np.repeat(getattr(graph, n), 2)[::2] for n in NUMBERED})
    assert same(answers(replace(asked, graph=strided), "on"), answers(asked, "off"))


def reach_on(graph: Graph, starts: np.ndarray, base: Reach) -> None:
    """Go on from a reach."""
    calls.reach(graph, starts, None, (base.held, base.step, base.order))


def test_ranges_are_told_as_numpy_tells_them() -> None:
    """Whether numbers lie within bounds, and whether they rise: empty rows, extremes, both widths, any stride."""
    for seed in range(CASES // 4):
        draw = np.random.default_rng(seed)
        row = draw.integers(-3, 4, int(draw.integers(0, 40))).astype(np.int32 if seed % 2 else np.int64)
        row = np.sort(row) if seed % 3 else row[::2]
        low, high = (int(one) for one in draw.integers(-3, 5, 2))
        assert calls.within(row, low, high) == bool(((row >= low) & (row < high)).all())
        assert calls.rising(row) == bool((np.diff(row) >= 0).all())
    extremes = np.array([-(2**31), 2**31 - 1], np.int32)
    assert calls.rising(extremes)
    assert not calls.rising(extremes[::-1])
    assert not calls.within(extremes, 0, 2**40)


def bits_of(draw: np.random.Generator, count: int, words: int) -> np.ndarray:
    """Rows of bits, most of them without any."""
    bits = draw.integers(0, 2**63, (count, words)).astype(np.uint64)
    bits[draw.random(count) < 0.7] = 0
    return bits


def rows_of(first: np.ndarray, count: int) -> np.ndarray:
    """Pointers of rows whose items lie in order of `first`."""
    return np.concatenate([[0], np.cumsum(np.bincount(first, minlength=count))])


def test_closure_gives_each_vertex_what_it_leads_to() -> None:
    """Components, circles, loops and parallel arcs: the bits of a fixed point over the arcs."""
    for seed in range(CASES // 2):
        draw = np.random.default_rng(seed)
        count, words = int(draw.choice([0, 1, 5, 30])), int(draw.choice([1, 2, 8]))
        sets = []
        for _ in range(2):
            arcs = int(draw.integers(0, 2 * count + 1)) if count else 0
            first, second = np.sort(draw.integers(0, max(count, 1), arcs)), draw.integers(0, max(count, 1), arcs)
            sets.append((first, second))
        bits = bits_of(draw, count, words)
        expected, before = bits.copy(), None
        while before is None or not np.array_equal(expected, before):
            before = expected.copy()
            for first, second in sets:
                np.bitwise_or.at(expected, first, before[second])
        width: Any = np.int32 if seed % 4 else np.int64
        sweeps.closure(*(a.astype(width) for first, second in sets for a in (rows_of(first, count), second)), bits)
        assert np.array_equal(bits, expected), seed


def test_a_long_way_down_needs_no_deep_stack() -> None:
    """A chain that ends in a circle, 200,000 vertices: followed to its end."""
    count = 200_000
    items = np.append(np.arange(1, count), count // 2).astype(np.int32)
    bits = np.zeros((count, 1), np.uint64)
    bits[count // 2 + 7] = 5
    nothing = np.zeros(count + 1, np.int32)
    sweeps.closure(np.arange(count + 1, dtype=np.int32), items, nothing, items[:0], bits)
    assert (bits == 5).all()


def test_horn_bits_are_those_of_each_question_alone() -> None:
    """Each bit is a question of its own: a fact has it exactly where a step has it in all of its body."""
    for seed in range(CASES // 4):
        draw = np.random.default_rng(seed)
        facts, words = int(draw.choice([1, 6, 25])), int(draw.choice([1, 3]))
        steps = int(draw.integers(0, 3 * facts))
        size = draw.integers(1, 4, steps)
        step, body = np.repeat(np.arange(steps), size), draw.integers(0, facts, int(size.sum()))
        target = draw.integers(0, facts, steps)
        bits = bits_of(draw, facts, words)
        expected, before = bits.copy(), None
        while before is None or not np.array_equal(expected, before):
            before = expected.copy()
            for number in range(steps):
                expected[target[number]] |= np.bitwise_and.reduce(expected[body[step == number]], axis=0)
        order = np.argsort(body, kind="stable")
        sweeps.horn_bits(rows_of(step, steps), body, target, rows_of(body, facts), step[order], bits)
        assert np.array_equal(bits, expected), seed


def test_sweeps_refuse_what_is_wrong() -> None:
    """Ends and steps that are not there, rows too short, bits that cannot be written to."""
    ptr, items, bits = np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32), np.zeros((2, 1), np.uint64)
    none, nothing = np.zeros(3, np.int32), items[:0]
    for wild in (-1, 2, 2**31 - 1):
        with pytest.raises(IndexError):
            sweeps.closure(ptr, np.array([1, wild], np.int32), none, nothing, bits)
        with pytest.raises(IndexError):
            sweeps.closure(np.array([0, wild, 2], np.int32) if wild != 2 else ptr + 1, items, none, nothing, bits)
        with pytest.raises(IndexError):
            sweeps.horn_bits(
                np.array([0, 1]), np.array([wild]), np.array([0]), np.array([0, 1, 1]), np.array([0]), ones()
            )
        with pytest.raises(IndexError):
            sweeps.horn_bits(
                np.array([0, 1]), np.array([0]), np.array([wild]), np.array([0, 1, 1]), np.array([0]), ones()
            )
        with pytest.raises(IndexError):
            sweeps.horn_bits(
                np.array([0, 1]), np.array([0]), np.array([0]), np.array([0, 1, 1]), np.array([wild]), ones()
            )
    for wrong in (bits[:, 0], bits.astype(np.int64), bits[::-1]):
        with pytest.raises(ValueError, match="bits"):
            sweeps.closure(ptr, items, none, nothing, wrong)
    with pytest.raises(ValueError, match="ptr has"):
        sweeps.closure(ptr[:-1], items, none, nothing, bits)
    frozen = bits.copy()
    frozen.flags.writeable = False
    with pytest.raises(ValueError, match="written"):
        sweeps.closure(ptr, items, none, nothing, frozen)


def ones() -> np.ndarray:
    """Two rows of bits that are set."""
    return np.ones((2, 1), np.uint64)
