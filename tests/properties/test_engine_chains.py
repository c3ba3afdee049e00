"""The least costs of chains are the same, worked out one by one and many at once."""

import numpy as np
import pytest
from engine_cases import CASES, NODES, build, decode

from graphscan.engine import chains
from graphscan.engine.chains import Arcs, Chains
from graphscan.engine.compile import compile_steps
from graphscan.engine.question import Question


def test_costs_at_once_are_those_of_the_heap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over made-up graphs, whichever heads are asked, each fact costs the same both ways."""
    random = np.random.default_rng(4)
    compared = 0
    for _ in range(CASES):
        case = decode(random.bytes(600), 40)
        graph = compile_steps(build(case.rows, case.known, case.maybe, NODES), case.asked)
        starts = {fact for start in case.starts for fact in graph.lower(*start)}
        question = Question(graph, starts, may=bool(random.integers(2)))
        targets = np.flatnonzero(question.reached.held & ~question.anyone.held)
        attack = question.attack(targets.tolist(), through_starts=True)
        arcs = Arcs(attack)
        for heads in {frozenset(attack.sources), frozenset(list(attack.sources)[:1])}:
            for through in (True, False):
                monkeypatch.setattr(chains, "LARGE", 1 << 60)
                one = Chains(arcs, heads, through).cost
                monkeypatch.setattr(chains, "LARGE", 0)
                assert Chains(arcs, heads, through).cost == one
                compared += len(one)
    assert compared > CASES
