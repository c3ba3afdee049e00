"""Paths, families, derivations, sets, cuts and pairs against brute force."""

from collections import Counter
from dataclasses import replace
from itertools import product

import numpy as np
from engine_cases import CASES, NODES, Case, Step, build, cases
from engine_naive import Plain, minimal, subsets
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graphscan.engine.compile import compile_steps
from graphscan.engine.derivation import derivation
from graphscan.engine.families import find_families
from graphscan.engine.graph import Graph
from graphscan.engine.pairs import find_pairs
from graphscan.engine.paths import find_paths, requirements
from graphscan.engine.question import Question
from graphscan.engine.sets import sets_and_cuts

careful = settings(max_examples=CASES, derandomize=True, deadline=None, database=None)
PLENTY = 10**6
Chain = tuple[tuple[int, ...], tuple[int, ...]]  # facts, steps
MOST_CHAINS = 4000


class World:
    """A case compiled, and what brute force needs to know of it."""

    def __init__(self, case: Case, may: bool, nodes: tuple[str, ...] = NODES) -> None:
        self.graph: Graph = compile_steps(build(case.rows, case.known, case.maybe, nodes), case.asked)
        self.plain = Plain.of(self.graph)
        self.sources = [tuple(self.graph.lower(*fact)) for fact in case.starts]
        starts = {fact for group in self.sources for fact in group}
        self.question = Question(self.graph, starts, may)
        self.ambient = set(self.graph.known_start.tolist())
        if may:
            self.ambient |= {0, *self.graph.possible_start.tolist()}
        self.anyone = self.plain.closure(self.ambient)
        self.starts = starts - self.anyone
        self.held = self.plain.closure(self.ambient | starts)

    def targets(self, count: int) -> list[int]:
        """Some facts worth asking for: reached, not at once, the last ones."""
        return sorted(self.held - self.anyone - self.starts)[-count:]

    def chains(
        self, heads: set[int], targets: set[int], through_starts: bool
    ) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        """All (facts, steps) that are paths by definition; nothing where there are too many to try."""
        tried = 0
        found = []
        waiting: list[tuple[tuple[int, ...], tuple[int, ...]]] = [((head,), ()) for head in sorted(heads)]
        while waiting:
            facts, steps = waiting.pop()
            tried += 1
            assume(tried < MOST_CHAINS)
            if steps and facts[-1] in targets and self.valid(facts, steps):
                found.append((facts, steps))
            for step, body in enumerate(self.plain.body):
                fact = self.plain.head[step]
                if facts[-1] not in body or not body <= self.held or fact in facts or fact in self.anyone:
                    continue
                if fact in heads or (fact in self.starts and not through_starts):
                    continue
                grown = (*facts, fact), (*steps, step)
                if self.fresh(*grown, set() if through_starts else self.starts):
                    waiting.append(grown)
        return found

    def fresh(self, facts: tuple[int, ...], steps: tuple[int, ...], starts: set[int]) -> bool:
        """Whether the last fact is not held already, implied by an earlier one or by a start."""
        above = self.plain.higher[facts[-1]]
        alone = [self.plain.implication[step] for step in steps]
        if above & starts and not all(alone):
            return False
        return all(all(alone[place:]) for place, fact in enumerate(facts[:-1]) if fact in above)

    def valid(self, facts: tuple[int, ...], steps: tuple[int, ...]) -> bool:
        """Whether each step's other preconditions hold without what the chain gives from there on."""
        return all(
            self.plain.body[step] - {facts[place]}
            <= self.plain.closure(self.ambient | self.starts, without=facts[place + 1 :])
            for place, step in enumerate(steps)
        )

    def rank(self, facts: tuple[int, ...], steps: tuple[int, ...]) -> tuple[object, ...]:
        """The order of paths."""
        cost = sum(self.plain.effort[step] for step in steps)
        return cost, len(steps), tuple(zip(reversed(steps), reversed(facts[:-1]), strict=True))


@careful
@given(cases(most=12), st.booleans())
def test_paths_are_all_valid_chains_in_order(case: Case, may: bool) -> None:
    """Exactly the chains that are paths by definition are listed, cheapest first; a limit takes the first of them."""
    world = World(case, may)
    targets = world.targets(2)
    expected = sorted(world.chains(world.starts, set(targets), False), key=lambda one: world.rank(*one))
    found = find_paths(world.question, targets, limit=PLENTY, budget=PLENTY)
    assert [(path.facts, path.steps) for path in found.paths] == expected
    assert [path.cost for path in found.paths] == [world.rank(*one)[0] for one in expected]
    assert found.complete and not found.why
    some = find_paths(world.question, targets, limit=2)
    assert some.paths == found.paths[:2]
    assert some.complete == (len(expected) <= 2)
    assert some.why == ("" if some.complete else "limit")
    none = find_paths(world.question, targets, budget=0)
    assert none.complete == (not expected)
    for path in found.paths[:5]:
        check_requirements(world, path)


def check_requirements(world: World, path: object) -> None:
    """Every further precondition has a derivation that uses nothing the path gives from there on."""
    missing = {
        (place, fact)
        for place, step in enumerate(path.steps)
        for fact in world.plain.body[step] - world.anyone - set(path.facts[: place + 1])
    }
    told = requirements(world.question, path)
    assert {(one.hop, one.fact) for one in told} == missing
    for one in told:
        later = set(path.facts[one.hop + 1 :])
        held = world.anyone | world.starts
        for step in one.steps:
            assert world.plain.body[step] <= held
            assert world.plain.head[step] not in later
            held = held | {world.plain.head[step]}
        assert one.fact in held
        assert (one.ways == 0) == (one.fact in world.starts)


@careful
@given(cases(), st.booleans())
def test_a_derivation_is_in_order_with_no_step_to_spare(case: Case, may: bool) -> None:
    """Each step has what it needs before it, and without any one of them the fact no longer follows."""
    world = World(case, may)
    free = [step for step, implied in enumerate(world.plain.implication) if implied]
    for fact in world.targets(3):
        steps = derivation(world.graph, fact, world.question.starts, may=may)
        held = world.ambient | set(world.question.starts)
        begin = set(held)
        for step in steps:
            assert world.plain.body[step] <= held
            held.add(world.plain.head[step])
        assert fact in held
        for step in steps:
            rest = [one for one in steps if one != step]
            if world.plain.implication[step]:
                assert fact not in world.plain.closure(begin, rest)
            else:
                assert fact not in world.plain.closure(begin, [*rest, *free])
        shut = [world.plain.head[step] for step in steps[:1]]
        other = derivation(world.graph, fact, world.question.starts, may=may, without=shut)
        assert (other is not None) == (fact in world.plain.closure(begin, without=shut))


@st.composite
def doubled(draw: st.DrawFn) -> tuple[Case, tuple[str, ...]]:
    """A case with some of its nodes there several times, each with the same steps."""
    case = draw(cases(most=8))
    nodes = NODES
    for original in draw(st.lists(st.integers(0, len(NODES) - 1), min_size=1, max_size=3)):
        copy = len(nodes)
        nodes = (*nodes, nodes[original])

        def moved(fact: tuple[int, int], old: int = original, new: int = copy) -> tuple[int, int]:
            return (new if fact[0] == old else fact[0], fact[1])

        rows: list[Step] = [*case.rows]
        for row in case.rows:
            guard = tuple(sorted(moved(fact) for fact in row.guard))
            twin = replace(row, source=moved(row.source), target=moved(row.target), guard=guard)
            if twin != row:
                rows.append(twin)
        starts = [*case.starts, *(moved(fact) for fact in case.starts)]
        asked = [*case.asked, *(moved(fact) for fact in case.asked)]
        case = replace(case, rows=tuple(rows), starts=tuple(dict.fromkeys(starts)), asked=tuple(dict.fromkeys(asked)))
    return case, nodes


@careful
@given(doubled(), st.booleans())
def test_sets_and_cuts_are_those_of_all_subsets(doubling: tuple[Case, tuple[str, ...]], may: bool) -> None:
    """Minimal sets and cuts are what trying every subset of the sources gives; equal answers stand together."""
    case, nodes = doubling
    world = World(replace(case, starts=case.starts[:3] + case.starts[-4:]), may, nodes)
    asked = sorted({*world.targets(4), *sorted(world.held - {0})[:2]})
    answers = sets_and_cuts(world.question, world.sources, asked)
    assert sorted(fact for one in answers for fact in one.targets) == asked
    assert len({(one.sets, one.cuts) for one in answers}) == len(answers)
    everything = frozenset(range(len(world.sources)))
    reached = {
        chosen: world.plain.closure(world.ambient | {fact for one in chosen for fact in world.sources[one]})
        for chosen in subsets(everything)
    }
    for one in answers:
        assert one.complete
        for target in one.targets:
            sets = minimal(chosen for chosen, held in reached.items() if target in held)
            cuts = minimal(everything - chosen for chosen, held in reached.items() if target not in held)
            assert {frozenset(some) for some in one.sets} == sets
            assert {frozenset(some) for some in one.cuts} == cuts


@careful
@given(doubled(), st.booleans())
def test_alone_and_joint_are_those_of_brute_force(doubling: tuple[Case, tuple[str, ...]], may: bool) -> None:
    """Alone is reach from one source, joint lies on a chain; who is in a minimal set is always joint."""
    world = World(doubling[0], may, doubling[1])
    targets = [*world.targets(3), *sorted(world.anyone - {0})[:1]]
    pairs = find_pairs(world.question, world.sources, targets)
    assert pairs.exact.all()
    answers = {target: one for one in sets_and_cuts(world.question, world.sources, targets) for target in one.targets}
    for number, group in enumerate(world.sources):
        alone = world.plain.closure(world.ambient | set(group)) - world.anyone
        for column, target in enumerate(targets):
            assert pairs.alone[number, column] == (target in alone)
            chains = world.chains(set(group) - world.anyone, {target}, True) or target in set(group) - world.anyone
            assert pairs.joint[number, column] == bool(chains)
            if any(number in some for some in answers[target].sets) or target in alone:
                assert pairs.joint[number, column]
    rough = find_pairs(world.question, world.sources, targets, budget=0)
    assert (rough.joint >= pairs.joint).all()
    assert (rough.alone == pairs.alone).all()
    assert (rough.joint == pairs.joint)[rough.exact].all()


@careful
@given(doubled(), st.booleans(), st.integers(0, 3))
def test_families_hold_exactly_the_paths(doubling: tuple[Case, tuple[str, ...]], may: bool, labels: int) -> None:
    """The families of a case with twins stand for its paths, each path once; what is labelled apart stays apart."""
    case, nodes = doubling
    world = World(case, may, nodes)
    targets = world.targets(6)
    expected = world.chains(world.starts, set(targets), False)
    label = np.arange(len(nodes)) % 2 if labels else None
    found = find_families(world.question, targets, limit=PLENTY, budget=PLENTY, labels=label)
    assert found.complete
    told: Counter[tuple[int, int]] = Counter()
    for family in found.families:
        told.update(dict.fromkeys(product(family.heads, family.tails), family.ways))
    assert told == Counter((facts[0], facts[-1]) for facts, _ in expected)
    assert found.paths == len(expected)
    listed = {(family.path.facts, family.path.steps) for family in found.families}
    assert len(listed) == len(found.families)
    assert listed <= set(expected)
    costs = Counter(cost for family in found.families for cost in [family.path.cost] * family.paths)
    assert costs == Counter(world.rank(*one)[0] for one in expected)
    assert [family.path.cost for family in found.families] == sorted(family.path.cost for family in found.families)
    for family in found.families:
        assert (family.heads[0], family.tails[0]) == (family.path.facts[0], family.path.facts[-1])
        if label is not None:
            for side in (family.heads, family.tails):
                assert len({label[world.graph.fact_node[fact]] for fact in side}) == 1
