"""How many blockers must fail, against trying every set of them."""

import random
from itertools import combinations

from engine_cases import CASES, Case, cases, decode
from engine_naive import Plain
from hypothesis import given, settings
from hypothesis import strategies as st

from graphscan.engine import depth as engine
from graphscan.engine.compile import compile_steps
from graphscan.engine.depth import Asked, depth
from graphscan.engine.graph import MAY
from graphscan.engine.ways import Blocker

careful = settings(max_examples=CASES, derandomize=True, deadline=None, database=None)


def question(case: Case, seed: int) -> tuple[Asked, list[Blocker]]:
    """A question of a case with up to six blockers: controls, trusted ones, dead credentials with dead accounts."""
    graph = compile_steps(case.table, (*case.asked, *case.starts))
    pick = random.Random(seed)
    facts = list(range(1, graph.fact_count))
    blockers = []
    for _ in range(pick.randrange(1, 7)):
        one = pick.choice(facts)
        sort = pick.randrange(4)
        if sort == 0:
            blockers.append(Blocker(gives=(one,)))
        elif sort == 1:
            blockers.append(Blocker(gives=(one,), frees=(one, *pick.sample(facts, 1))))
        else:
            begins = sort == 2
            frees = (one, *pick.sample(facts, pick.randrange(2)))
            blockers.append(Blocker(gives=(one,) if begins else (), frees=frees, starts=begins))
    starts = tuple({low for fact in case.starts for low in graph.lower(*fact)})
    some = min(len(facts), 3)
    return (
        Asked(
            graph,
            starts[: 1 + seed % 2],
            targets=tuple(pick.sample(facts, pick.randrange(1, some + 1))),
            held=tuple(pick.sample(facts, pick.randrange(2))),
            blocked=tuple(pick.sample(facts, pick.randrange(2))),
            at_most=pick.choice((0, 0, 0, 1)),
        ),
        blockers,
    )


def opened(plain: Plain, asked: Asked, blockers: list[Blocker], failing: tuple[int, ...]) -> bool:
    """Whether a start takes part in reaching more targets than allowed, some blockers failing."""
    graph = asked.graph
    own = {*asked.starts, *(fact for one in blockers if one.starts for fact in one.gives)}
    ambient = {MAY, *asked.held, *graph.known_start.tolist(), *graph.possible_start.tolist()} - own
    every = {fact for one in blockers for fact in one.frees}

    def reached(some: tuple[int, ...], starts: bool) -> set[int]:
        freed = {fact for place in some for fact in blockers[place].frees}
        begin = ambient | (set(asked.starts) if starts else set())
        for place in some:
            if starts or not blockers[place].starts:
                begin |= set(blockers[place].gives)
        return plain.closure(begin, without={*asked.blocked, *(every - freed)})

    def nodes(facts: set[int]) -> set[int]:
        return {int(graph.fact_node[fact]) for fact in facts}

    targets = set(asked.targets)
    open_to_anyone = nodes(targets & reached((), starts=False))
    gained = nodes(targets & (reached(failing, starts=True) - reached(failing, starts=False))) - open_to_anyone
    return len(gained) > max(0, asked.at_most - len(open_to_anyone))


def smallest(plain: Plain, asked: Asked, blockers: list[Blocker], most: int) -> list[tuple[int, ...]]:
    """All smallest sets of blockers of up to `most` that open a target."""
    for size in range(most + 1):
        found = [some for some in combinations(range(len(blockers)), size) if opened(plain, asked, blockers, some)]
        if found:
            return found
    return []


@careful
@given(cases(), st.integers(0, 10**6))
def test_depth_is_that_of_trying_every_set(case: Case, seed: int) -> None:
    """The number, the example and the single points of failure are those of all subsets; structural is never wrong."""
    asked, blockers = question(case, seed)
    plain = Plain.of(asked.graph)
    found = depth(asked, blockers)
    expected = smallest(plain, asked, blockers, len(blockers))
    if found.structural:
        assert not expected
        return
    if expected and len(expected[0]) <= 2:
        assert found.exact
        assert found.number == len(expected[0])
        assert found.example == expected[0]
    else:
        assert (found.number, found.exact, found.example) == (3, False, ())
    alone = [place for place in range(len(blockers)) if opened(plain, asked, blockers, (place,))]
    assert list(found.single) == (alone if found.number else [])


@careful
@given(cases(), st.integers(0, 10**6))
def test_a_budget_that_ends_leaves_a_lower_bound(case: Case, seed: int) -> None:
    """With next to no budget the number is never more than the right one, and says that it is a bound."""
    asked, blockers = question(case, seed)
    plain = Plain.of(asked.graph)
    found = depth(asked, blockers, budget=0)
    expected = smallest(plain, asked, blockers, len(blockers))
    if found.structural:
        assert not expected
    elif expected:
        assert found.number <= len(expected[0])
        assert found.exact == (found.number == len(expected[0]) and len(found.example) == found.number)


def test_portions_of_ways_are_asked_one_after_another(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Where more ways to fail are to be tried than fit at once, the answer is the same."""
    tried = 0
    for seed in range(300):
        case = _case(seed)
        asked, blockers = question(case, seed)
        whole = depth(asked, blockers)
        monkeypatch.setattr(engine, "_WIDTH", 2)
        assert _told(depth(asked, blockers)) == _told(whole)
        monkeypatch.undo()
        tried += whole.number > 0 and whole.exact
    assert tried > 20


def _told(found: engine.Depth) -> tuple[object, ...]:
    return found.structural, found.number, found.exact, found.example, found.single


def _case(seed: int) -> Case:
    return decode(random.Random(seed).randbytes(28 + 8 * 22), 22)


def test_the_cases_are_not_all_alike() -> None:
    """Of the random questions many are structural, and many have each of the depths."""
    seen: dict[tuple[bool, int], int] = {}
    for seed in range(600):
        asked, blockers = question(_case(seed), seed)
        found = depth(asked, blockers)
        key = found.structural, found.number
        seen[key] = seen.get(key, 0) + 1
    assert min(seen[True, 0], seen[False, 0], seen[False, 1]) > 50
    assert min(seen[False, 2], seen[False, 3]) > 3, seen
