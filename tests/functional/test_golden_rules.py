"""The 25 literal rules of the reference scenario, fed to the engine as steps: reach and minimal derivations."""

from collections.abc import Iterable

import numpy as np
import pytest

from graphscan import kinds
from graphscan.derive.steps import StepTable
from graphscan.engine.compile import compile_steps
from graphscan.engine.graph import Graph
from graphscan.engine.reach import reach
from graphscan.engine.slice import backward
from tests.golden import (
    FOUR,
    LETTERS,
    ONLY_COLOCATED,
    Q2_DERIVATIONS_APART,
    Q2_DERIVATIONS_COLOCATED,
    Q3,
    RULES,
)

HELD = kinds.LEVEL_CODES["held", "held"]
FACTS = sorted({fact for _, needs, gives in RULES for fact in (*needs, gives)})
NUMBER = {fact: number for number, fact in enumerate(FACTS)}
Steps = frozenset[int]


def rules(colocated: bool) -> Graph:
    """Return the rules as a compiled graph: one node per fact, one technique per rule."""
    used = [rule for rule in RULES if colocated or rule[0] not in ONLY_COLOCATED]
    guards = [tuple(sorted(NUMBER[fact] for fact in needs[1:])) for _, needs, _ in used]
    interned = sorted({guard for guard in guards if guard})
    count = len(used)
    return compile_steps(
        StepTable(
            node_count=len(FACTS),
            node_family=np.full(len(FACTS), list(kinds.FAMILIES).index("held"), np.uint8),
            source=np.array([NUMBER[needs[0]] for _, needs, _ in used], np.int32),
            source_level=np.full(count, HELD, np.uint8),
            target=np.array([NUMBER[gives] for *_, gives in used], np.int32),
            target_level=np.full(count, HELD, np.uint8),
            guard=np.array([interned.index(guard) if guard else -1 for guard in guards], np.int32),
            technique=np.arange(count, dtype=np.int32),
            possible=np.zeros(count, bool),
            relation_set=np.full(count, -1, np.int32),
            guard_ptr=np.cumsum([0, *(len(guard) for guard in interned)], dtype=np.int64),
            guard_node=np.array([fact for guard in interned for fact in guard], np.int32),
            guard_level=np.full(sum(map(len, interned)), HELD, np.uint8),
            relation_ptr=np.zeros(1, np.int64),
            relation_ids=np.zeros(0, np.int32),
            techniques=tuple(name for name, *_ in used),
            effort=np.ones(count, np.uint8),
            known_start=np.array([(NUMBER["internet"], HELD)], np.int32),
        ),
        extra=[(NUMBER[fact], HELD) for fact in FACTS],
    )


def fact(graph: Graph, name: str) -> int:
    return graph.at(NUMBER[name], HELD)


def smallest(sets: Iterable[Steps]) -> set[Steps]:
    """Return the sets that contain no other."""
    found: set[Steps] = set()
    for one in sorted(set(sets), key=len):
        if not any(other <= one for other in found):
            found.add(one)
    return found


def minimal_derivations(graph: Graph, starts: Iterable[int]) -> dict[int, set[Steps]]:
    """Return every minimal set of steps that derives each fact, by the obvious fixpoint over sets of steps."""
    known: dict[int, set[Steps]] = {one: {frozenset()} for one in starts}
    changed = True
    while changed:
        changed = False
        for step in range(graph.step_count):
            made: set[Steps] = {frozenset({step})}
            for need in graph.body(step):
                made = {one | more for one in made for more in known.get(need, ())}
            target = int(graph.step_target[step])
            found = smallest(known.get(target, set()) | made)
            if found != known.get(target, set()):
                known[target] = found
                changed = True
    return known


@pytest.mark.parametrize("colocated", [True, False])
def test_reach_of_the_literal_rules(colocated: bool) -> None:
    """All sixteen states of rotation give the reach of the table, in both variants."""
    graph = rules(colocated)
    for rotated, expected in Q3.items():
        held = reach(graph, [fact(graph, one) for one in FOUR if one not in rotated]).held
        found = "".join(letter for letter in LETTERS if held[fact(graph, letter)])
        assert found == expected[0 if colocated else 1], sorted(rotated)
        assert not any(held[fact(graph, one)] for one in ("console-use", "global-network", "okta-admin", "dashboard"))
        assert not held[fact(graph, "customer-data")]


@pytest.mark.parametrize(("colocated", "counts"), [(True, Q2_DERIVATIONS_COLOCATED), (False, Q2_DERIVATIONS_APART)])
def test_minimal_derivations_of_the_literal_rules(colocated: bool, counts: dict[str, int]) -> None:
    """Each asset has as many minimal derivations as the table says, and the slice holds every step of them."""
    graph = rules(colocated)
    starts = [fact(graph, one) for one in FOUR]
    known = minimal_derivations(graph, [*starts, fact(graph, "internet")])
    reached = reach(graph, starts)
    for name in FACTS:
        derivations = known.get(fact(graph, name), set())
        if name in LETTERS:
            assert len(derivations) == counts[name], name
        assert bool(derivations) == bool(reached.held[fact(graph, name)])
        kept = {int(step) for step in backward(graph, reached, [fact(graph, name)]).steps}
        assert frozenset().union(*derivations) <= kept, name
