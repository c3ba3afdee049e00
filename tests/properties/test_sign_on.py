"""
Sign-on policies over random organisations: the whole pipeline against a direct evaluation, rule by rule.

A case is a policy set, a user, a position and a device; in each, every sign-in is tried. The organisations are tenants
of one inventory, ten cases for each that is asked for. In full, 100,000 cases:
`GRAPHSCAN_CASES=10000 python -m pytest tests/properties/test_sign_on.py`.
"""

import os
import random
from dataclasses import replace
from functools import cached_property
from itertools import product
from pathlib import Path

import pytest
from sign_on_direct import LEVELS, Direct
from sign_on_orgs import APPS, USERS, ZONES, Org, Policy, Rule, organisation

from graphscan.engine.reach import Reach
from graphscan.expand.sign_on import places
from graphscan.kinds import SIGN_INS
from graphscan.techniques import registry
from tests.inventory import World, tenant

CASES = 10 * int(os.environ.get("GRAPHSCAN_CASES", "1000"))
POSITIONS = ("", *ZONES)
PARTS = (*APPS, "console")
IN_EACH = len(USERS) * len(POSITIONS) * 2 * len(PARTS)  # cases of one organisation; two devices
AT_ONCE = 250  # organisations of one inventory
COUNT = -(-CASES // IN_EACH)
MANAGING = ("enroll", "recover", "unlock")
MANAGED = """
SELECT u.id, o.level, list_transform(o.guards, lambda g: g.n), o.known FROM sign_on_outcome o
JOIN sign_on_class c USING (class) JOIN node u ON u.n = c.principal WHERE o.part = ?
"""
OURS = {
    "okta.sign-on-classes",
    "okta.sign-on-decisions",
    "okta.sign-in",
    "okta.federated-sign-in",
    "okta.admin-console",
}
# What else an attacker may do to users and policies is no matter of what the policies say.
FILES = [one for one in registry.load() if one.provider == "" or one.id in OURS]


class Batch:
    """Some organisations in one inventory."""

    def __init__(self, world: World, first: int, count: int) -> None:
        self.world = world
        self.direct = {n: Direct(organisation(random.Random(n))) for n in range(first, first + count)}

    @classmethod
    def of(cls, folder: Path, first: int, count: int) -> "Batch":
        """Return the organisations with these numbers."""
        numbers = range(first, first + count)
        records = [one for n in numbers for one in tenant(organisation(random.Random(n)).records(), f"{n}/")]
        facts = [f"{n}/{fact}" for n in numbers for fact in asked()]
        return cls(World.build(folder, records, asked=facts, techniques=FILES), first, count)

    @cached_property
    def facts(self) -> dict[tuple[str, str], dict[int, int]]:
        """The number of what a user reaches by a part, by user and part, then by organisation."""
        found = {}
        for user in USERS:
            for part in PARTS:
                fact = f"{user}::api" if part == "console" else f"{part}::login"
                found[user, part] = {n: self.world.fact(f"{n}/{fact}") for n in self.direct}
                if part != "console":
                    account = f"{user}@{part}::act_as"
                    found[user, f"account at {part}"] = {n: self.world.fact(f"{n}/{account}") for n in self.direct}
        return found

    def reach(self, *held: str, may: bool) -> Reach:
        """Return what is reached when these are held in every organisation."""
        return self.world.reach([f"{n}/{one}" for n in self.direct for one in held], may=may)


def asked() -> list[str]:
    return [
        *(f"{app}::login" for app in APPS),
        *(f"{user}::api" for user in USERS),
        *(f"{user}@{app}::act_as" for user in USERS for app in APPS),
    ]


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> list[Batch]:
    """All cases, in as few inventories as memory likes."""
    return [
        Batch.of(tmp_path_factory.mktemp("sign-on"), first, min(AT_ONCE, COUNT - first))
        for first in range(0, COUNT, AT_ONCE)
    ]


@pytest.mark.parametrize("may", [False, True], ids=["known", "possible"])
@pytest.mark.parametrize("position", POSITIONS, ids=lambda one: one or "nowhere")
def test_sign_in_equals_a_direct_evaluation(batches: list[Batch], position: str, may: bool) -> None:
    """Each user at each sign-in gets in exactly where a walk through the rules says, and into no other's account."""
    different, passed, refused = [], 0, 0
    for batch in batches:
        for user in USERS:
            for level, triple in LEVELS.items():
                here = [f"{position}::position"] if position else []
                held = batch.reach(f"{user}::{level}", *here, may=may).held
                for part in PARTS:
                    numbers = batch.facts[user, part]
                    for n, direct in batch.direct.items():
                        expected = direct.passes(user, part, position, triple, may)
                        found = bool(held[numbers[n]])
                        passed += expected
                        refused += not expected
                        if found != expected:
                            different.append((n, user, part, position, level, found))
                        elif part != "console":
                            alone = direct.alone(user, part, position, triple, may)
                            if bool(held[batch.facts[user, f"account at {part}"][n]]) != alone:
                                different.append((n, user, f"account at {part}", position, level, alone))

    assert different[:20] == []
    assert min(passed, refused) > CASES / 10


@pytest.mark.parametrize("may", [False, True], ids=["known", "possible"])
@pytest.mark.parametrize("edited", ["own", "session", "both"])
def test_an_edited_policy_lets_in_whom_it_is_for(batches: list[Batch], edited: str, may: bool) -> None:
    """With policies defeated, exactly those get in whom a first rule that allows anyone in each would let in."""
    different, opened = [], 0
    for batch in batches:
        weaker = {n: Direct(weakened(one.org, edited), one.zones) for n, one in batch.direct.items()}
        policies = [f"{n}/{p}" for n, one in batch.direct.items() for p in controls(one.org, edited)]
        for user in USERS[:2]:
            for level in ("act_as.session", "mfa", "mfa.managed"):
                held = batch.world.reach([*policies, *(f"{n}/{user}::{level}" for n in batch.direct)], may=may).held
                for part in PARTS:
                    for n, direct in weaker.items():
                        expected = direct.passes(user, part, "", LEVELS[level], may)
                        opened += expected and not batch.direct[n].passes(user, part, "", LEVELS[level], may)
                        if bool(held[batch.facts[user, part][n]]) != expected:
                            different.append((n, user, part, level, expected))

    assert different[:20] == []
    assert opened > 0


def weakened(org: Org, edited: str) -> Org:
    """Return an organisation whose policies let everybody pass whom they are for."""

    def with_rule(policy: Policy | None) -> Policy | None:
        if policy is None:
            return None
        state = "no" if policy.state == "no" else "yes"
        first = Rule(f"{policy.id}-edited", {"access": "ALLOW", "needs": "act_as.session"})
        return replace(policy, state=state, rules=[first])  # nobody gets past it

    own, session = edited in ("own", "both"), edited in ("session", "both")
    return replace(
        org,
        session=[with_rule(one) or one for one in org.session] if session else org.session,
        apps={app: with_rule(one) for app, one in org.apps.items()} if own else org.apps,
        console=with_rule(org.console) if own else org.console,
    )


def controls(org: Org, edited: str) -> list[str]:
    """Return the policies that are edited."""
    own = [one.id for one in (*org.apps.values(), org.console) if one is not None] if edited != "session" else []
    return [*own, *(one.id for one in org.session if edited != "own")]


@pytest.mark.parametrize("part", MANAGING)
def test_account_management_equals_a_direct_evaluation(batches: list[Batch], part: str) -> None:
    """Each operation is open to exactly the sign-ins that a walk through its rules lets pass, known and possible."""
    different, passed = [], 0
    for batch in batches:
        ids = {number: id_ for id_, number in batch.world.numbers.items()}
        rows = batch.world.con.execute(MANAGED, [part]).fetchall()
        ways: dict[str, list[tuple[str, set[str], bool]]] = {}
        for user, level, guards, known in rows:
            ways.setdefault(user, []).append((level, {ids[one] for one in guards}, known))
        for n, direct in batch.direct.items():
            if not direct.org.managing:
                continue
            states = {f"{n}/{one.id}": one.state for one in direct.org.managing}
            for user, (level, triple), may in product(USERS, LEVELS.items(), (False, True)):
                open_ = {one for one, state in states.items() if state == "no" or (may and state == "unknown")}
                found = any(
                    (may or known) and guards <= open_ and SIGN_INS[level].implies(SIGN_INS[asks])
                    for asks, guards, known in ways.get(f"{n}/{user}", [])
                )
                passed += found
                if found != direct.passes(user, part, "", triple, may):
                    different.append((n, user, level, may, found))

    assert different[:20] == []
    assert passed > 0


def test_groups_that_are_not_told_apart_claim_nothing_false(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where telling members apart would cost too much, what is known is true and whoever may get in possibly does."""
    monkeypatch.setattr(places, "FREE", -(10**9))
    batch = Batch.of(tmp_path, 0, 40)
    coarse = batch.world.con.execute("SELECT count(*) FROM sign_on_place WHERE whole").fetchall()[0][0]
    different, passed = [], 0
    for user, (level, triple), part, may in product(USERS, LEVELS.items(), PARTS, (False, True)):
        held = batch.reach(f"{user}::{level}", may=may).held
        for n, direct in batch.direct.items():
            expected, found = direct.passes(user, part, "", triple, may), bool(held[batch.facts[user, part][n]])
            passed += found
            if (expected and not found) if may else (found and not expected):
                different.append((n, user, part, level, may, found))

    assert different[:20] == []
    assert min(coarse, passed) > 0


@pytest.mark.parametrize("may", [False, True], ids=["known", "possible"])
def test_what_two_people_hold_never_combines(batches: list[Batch], may: bool) -> None:
    """One person's password with another's key opens nothing that either alone does not."""
    for batch in batches:
        password = batch.reach("password-of-ann", may=may).held
        key = batch.reach("key-of-bob", may=may).held
        together = batch.reach("password-of-ann", "key-of-bob", may=may).held
        own = batch.reach("password-of-ann", "key-of-ann", may=may).held

        assert (together == password | key).all()
        assert (own & ~password).any()
