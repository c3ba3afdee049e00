"""
Who acts, over random organisations: the whole pipeline against a direct evaluation.

The organisations are tenants of one inventory, so that a thousand cost one run; a start of all of them at once is one
search, as nothing leads from one tenant to another.
"""

import os
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

import pytest
from principals import Organisation, organisation

from graphscan.engine.reach import Reach
from tests.inventory import World, tenant

FULL = 10_000
CASES = int(os.environ.get("GRAPHSCAN_CASES", FULL // 10))
AT_ONCE = 2_000  # tenants of one inventory
FACTORS = ("otp", "key", "device")

Held = Callable[[int, Organisation], Iterable[str]]


@dataclass(frozen=True)
class Batch:
    """Some organisations in one inventory."""

    world: World
    organisations: dict[int, Organisation]
    numbers: dict[int, dict[str, int]]  # the fact numbers of what is asked for, by organisation

    def reach(self, held: Held, may: bool = False) -> Reach:
        """Return what is reached when in each organisation the items that `held` names are held."""
        starts = [f"{n}/{id_}" for n, one in self.organisations.items() for id_ in held(n, one)]
        return self.world.reach(starts, may=may)

    def found(self, reached: Reach) -> dict[int, set[str]]:
        """Return which facts asked for are reached, by organisation."""
        held = reached.held
        return {n: {fact for fact, number in facts.items() if held[number]} for n, facts in self.numbers.items()}


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> list[Batch]:
    """All cases, in as few inventories as memory likes."""
    made = {n: organisation(random.Random(n)) for n in range(CASES)}
    found = []
    for first in range(0, CASES, AT_ONCE):
        part = {n: made[n] for n in range(first, min(first + AT_ONCE, CASES))}
        records = [record for n, one in part.items() for record in tenant(one.records(), f"{n}/")]
        asked = [f"{n}/{fact}" for n, one in part.items() for fact in one.asked]
        world = World.build(tmp_path_factory.mktemp("principals"), records, asked=asked)
        numbers = {n: {fact: world.fact(f"{n}/{fact}") for fact in one.asked} for n, one in part.items()}
        found.append(Batch(world, part, numbers))
    return found


def of(*sorts: str, who: str = "") -> Held:
    """Return a choice of the items of some sorts (none: all), of one person or of both."""
    return lambda _, one: [
        id_ for id_, (owner, sort, _) in one.items.items() if (not sorts or sort in sorts) and who in ("", owner)
    ]


def some(round_: int) -> Held:
    """Return a random choice for each organisation, another one for each round."""

    def held(n: int, one: Organisation) -> list[str]:
        choose = random.Random(n * 1000 + round_)
        return [id_ for id_ in one.items if choose.random() < (0.3, 0.5, 0.7)[round_ % 3]]

    return held


CHOICES: dict[str, Held] = {
    "nothing": lambda _, one: [],
    "everything": of(),
    "all of one": of(who="ann"),
    "all of the other": of(who="bob"),
    "passwords": of("password"),
    "sessions": of("session"),
    "read tokens": of("read", "okta_read"),
    "tokens": of("api", "okta_api"),
    "password and factors": of("password", "otp", "key"),
    "password, session, device": of("password", "session", "device"),
    "password, session, factor": of("password", "session", "otp"),
    "factors and devices": of(*FACTORS),
    **{f"some, {n}": some(n) for n in range(9)},
}


@pytest.mark.parametrize("may", [False, True], ids=["known", "possible"])
@pytest.mark.parametrize("choice", CHOICES)
def test_reach_equals_a_direct_evaluation(batches: list[Batch], choice: str, may: bool) -> None:
    """In each organisation exactly that is reached which a direct evaluation of the held things says."""
    held = CHOICES[choice]
    different, reached = [], 0
    for batch in batches:
        for n, found in batch.found(batch.reach(held, may)).items():
            one = batch.organisations[n]
            expected = one.reach(held(n, one), may)
            reached += len(found)
            if found != expected:
                different.append((n, sorted(held(n, one)), sorted(found ^ expected)))

    assert different == []
    assert (reached > 0) is (choice not in ("nothing", "factors and devices"))


@pytest.mark.parametrize(("one", "other"), [("ann", "bob"), ("bob", "ann")])
@pytest.mark.parametrize("may", [False, True], ids=["known", "possible"])
def test_what_two_people_hold_never_combines(batches: list[Batch], one: str, other: str, may: bool) -> None:
    """One person's password with another's factor and device reaches nothing that either alone does not."""
    for batch in batches:
        password = batch.found(batch.reach(of("password", who=one), may))
        factors = batch.found(batch.reach(of(*FACTORS, who=other), may))
        both = batch.found(
            batch.reach(lambda n, org: [*of("password", who=one)(n, org), *of(*FACTORS, who=other)(n, org)], may)
        )

        assert both == {n: password[n] | factors[n] for n in both}
        assert any(both.values())


def test_a_read_token_reads_and_never_writes(batches: list[Batch]) -> None:
    """A read token, be it an administrator's, reads code and neither writes it nor opens the org, not even possibly."""
    for batch in batches:
        found = batch.found(batch.reach(of("read", "okta_read"), may=True))
        administrators = [n for n, one in batch.organisations.items() if one.holders]

        assert not [n for n, facts in found.items() if {"code::write", "org::admin"} & facts]
        assert [n for n in administrators if "code::read" in found[n]]


def test_a_session_does_not_pass_where_a_fresh_factor_is_asked(batches: list[Batch]) -> None:
    """From sessions alone no application is reached whose every assignment asks for something fresh."""
    asked = passed = 0
    for batch in batches:
        sessions = batch.found(batch.reach(of("session"), may=True))
        with_password = batch.found(batch.reach(of("session", "password"), may=True))
        for n, one in batch.organisations.items():
            for app in {thing for _, _, thing, _ in one.assigned if thing != "code"}:
                needs = [need for _, need, thing, _ in one.assigned if thing == app]
                # A session of an administrator whose console or account gives `api` may take others over.
                fresh = all(not isinstance(need, str) and need[2] >= 0 for need in needs)
                if fresh and "org::admin" not in sessions[n]:
                    asked += 1
                    passed += f"{app}::login" in with_password[n]
                    assert f"{app}::login" not in sessions[n], (n, app)

    assert asked > CASES / 20
    assert passed > 0


@pytest.mark.parametrize("may", [False, True], ids=["known", "possible"])
def test_more_to_start_from_never_reaches_less(batches: list[Batch], may: bool) -> None:
    """Adding items to what is held removes no fact from the reach."""
    chain = [
        lambda n, one, share=share: [
            id_ for i, id_ in enumerate(one.items) if random.Random(n * 100 + i).random() < share
        ]
        for share in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    for batch in batches:
        held = [batch.reach(one, may).held for one in chain]

        assert all(not (smaller & ~larger).any() for smaller, larger in pairwise(held))
        assert held[0].sum() < held[-1].sum()
