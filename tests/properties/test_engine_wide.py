"""The engine walks small fronts fact by fact and large ones as arrays, or has compiled code: all say the same."""

from contextlib import ExitStack
from unittest import mock

import numpy as np
from engine_cases import CASES, Case, cases
from hypothesis import given, settings
from hypothesis import strategies as st

from graphscan.engine import distance, kernel, levels
from graphscan.engine import reach as reaching
from graphscan.engine import slice as slicing
from graphscan.engine.compile import compile_steps

careful = settings(max_examples=CASES * 4 // 5, derandomize=True, deadline=None, database=None)

WAYS: tuple[dict[str, int], ...] = (
    {},  # as it is: compiled where the kernel was built
    {"reach._CHUNK": 1 << 17},  # these cases are small, so fact by fact
    {"reach._THIN": 0, "slice._THIN": 0, "distance._THIN": 0, "levels._FEW": 0, "reach._CHUNK": 3},  # arrays alone
    {"reach._HUB": 1, "slice._HUB": 1},  # almost every fact is a hub
    {"reach._THIN": 1, "slice._THIN": 1, "distance._THIN": 1, "reach._CHUNK": 1},  # back and forth
)
MODULES = {"reach": reaching, "slice": slicing, "distance": distance, "levels": levels}


@careful
@given(cases(), st.booleans())
def test_large_fronts_are_treated_as_small_ones(case: Case, may: bool) -> None:
    """Whatever the thresholds: the same graph, the same facts held in a sound order, the same slice and distances."""
    expected = None
    for way in WAYS:
        with ExitStack() as patched:
            patched.enter_context(mock.patch.dict("os.environ", {kernel.VARIABLE: "off" if way else "auto"}))
            for name, value in way.items():
                module, constant = name.split(".")
                patched.enter_context(mock.patch.object(MODULES[module], constant, value))
            found = answers(case, may)
        if expected is None:
            expected = found
        for one, other in zip(found, expected, strict=True):
            assert np.array_equal(one, other), way


def answers(case: Case, may: bool) -> list[np.ndarray]:
    """Everything that must not depend on how fronts are walked."""
    graph = compile_steps(case.table, case.asked)
    starts = {low for fact in case.starts for low in graph.lower(*fact)}
    found = reaching.reach(graph, starts, may=may)
    place = np.full(graph.fact_count, -1)
    place[found.order] = np.arange(len(found.order))
    assert sorted(found.order.tolist()) == np.flatnonzero(found.held).tolist()
    for fact in found.order.tolist():
        step = int(found.step[fact])
        assert step < 0 or all(0 <= place[one] < place[fact] for one in graph.body(step))
    goals = np.flatnonzero(found.held)[-2:].tolist()
    part = slicing.backward(graph, found, goals)
    through = slicing.backward(graph, found, goals[-1:], through_starts=True)
    blocked = reaching.reach(graph, starts, may=may, blocked=goals[:1])
    assert not blocked.held[goals[:1]].any()
    cheapest = distance.distances(graph, starts, may=may)
    result = [found.held, found.step, found.order, blocked.held, cheapest.cost, cheapest.step]
    result += [array for one in (part, through) for array in (one.steps, one.facts, one.targets, one.starts)]
    return [*result, *(array for _, array in graph.arrays())]
