"""Generate organisations of any size: the same size and seed give the same nodes and relations, everywhere."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphscan import kinds
from tests.benchmarks.rules import (
    CONTROL_STATES,
    FACTORS,
    GUARDS_PER_NODE,
    POOLS,
    RULES,
    TWO_CONTROLS,
    Rule,
)

Ints = NDArray[np.int64]

NODE_KINDS = tuple(kinds.NODE_KINDS)
DEPARTMENT = 2000  # nodes
_HEAVY = 1.2  # sigma of the log-normal out-degrees


@dataclass(frozen=True)
class Relations:
    """
    Relations of one rule, R of them.

    Attributes:
        source, target: (R,) node numbers.
        gives:          (R,) index into `levels`.
        levels:         level names; "" for the vocabulary's default.
        guard:          (R,) number of the set of controls that guards it, -1 for none.
    """

    rule: Rule
    source: Ints
    target: Ints
    gives: Ints
    levels: tuple[str, ...]
    guard: Ints


@dataclass(frozen=True)
class Organisation:
    """
    An identity graph before anything is derived.

    Attributes:
        kind:      (nodes,) index into `NODE_KINDS`.
        pools:     node kind → first number and one past the last.
        factor:    (nodes,) whether a credential is a second factor.
        state:     (controls,) index into `list(CONTROL_STATES)`.
        guards:    (sets, 2) controls of each set, -1 where there is one only.
        relations: one block for each rule.
    """

    kind: NDArray[np.uint8]
    pools: dict[str, tuple[int, int]]
    factor: NDArray[np.bool_]
    state: Ints
    guards: Ints
    relations: tuple[Relations, ...]

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def internet(self) -> int:
        """Return the number of the internet's segment."""
        return self.pools["Segment"][0]

    @property
    def relation_count(self) -> int:
        """Return how many relations there are."""
        return sum(len(block.source) for block in self.relations)


def generate(nodes: int, seed: int = 3) -> Organisation:
    """Return an organisation of about `nodes` nodes and eight times as many relations."""
    random = np.random.default_rng([seed, nodes])
    pools: dict[str, tuple[int, int]] = {}
    first = 0
    for kind, share in POOLS.items():
        count = max(2, round(nodes * share))
        pools[kind] = (first, first + count)
        first += count
    kind_of = np.zeros(first, np.uint8)
    for kind, (begin, end) in pools.items():
        kind_of[begin:end] = NODE_KINDS.index(kind)
    controls = pools["Control"]
    state = random.choice(len(CONTROL_STATES), controls[1] - controls[0], p=list(CONTROL_STATES.values()))
    guards = random.integers(*controls, size=(max(2, round(nodes * GUARDS_PER_NODE)), 2))
    guards[(random.random(len(guards)) >= TWO_CONTROLS) | (guards[:, 0] == guards[:, 1]), 1] = -1
    departments = max(2, nodes // DEPARTMENT)
    owned = random.permutation(np.arange(*pools["Credential"]))
    relations = []
    for rule in RULES:
        if rule.owned:
            share = round(rule.per_node / POOLS["Credential"] * len(owned))
            part, owned_rest = owned[:share], owned[share:]
            source, target = _owners(rule, part, pools, random), part
            owned = owned_rest if len(owned_rest) else owned
        else:
            source, target = _ends(rule, round(nodes * rule.per_node), pools, departments, random)
        relations.append(_block(rule, source, target, len(guards), random))
    factor = np.zeros(first, bool)
    users = relations[[block.rule.owned for block in relations].index(True)]
    factor[users.target[random.random(len(users.target)) < FACTORS]] = True
    return Organisation(kind_of, pools, factor, state, guards, tuple(relations))


# Private functions


def _owners(rule: Rule, targets: Ints, pools: dict[str, tuple[int, int]], random: np.random.Generator) -> Ints:
    return random.integers(*pools[rule.source], size=len(targets))


def _ends(
    rule: Rule, count: int, pools: dict[str, tuple[int, int]], departments: int, random: np.random.Generator
) -> tuple[Ints, Ints]:
    """Return distinct (source, target) pairs, by source: heavy tails at both ends, mostly inside departments."""
    first_source, last_source = pools[rule.source]
    first_target, last_target = pools[rule.target]
    sources, targets = last_source - first_source, last_target - first_target
    weight = random.lognormal(0.0, _HEAVY, sources)
    expected = weight * (count / weight.sum())
    degree = np.minimum(random.poisson(expected), max(1, targets // 2))
    source = np.repeat(np.arange(sources), degree)
    skewed = random.random(len(source)) ** rule.spread
    home = source * departments // sources
    begin = home * targets // departments
    width = np.maximum((home + 1) * targets // departments - begin, 1)
    at_home = begin + (skewed * width).astype(np.int64)
    # Which nodes are hubs has nothing to do with their numbers.
    hub = random.permutation(targets)
    anywhere = hub[(random.random(len(source)) ** (rule.spread + 1) * targets).astype(np.int64)]
    target = np.where(random.random(len(source)) < rule.local, np.minimum(at_home, targets - 1), anywhere)
    mutual = random.random(len(source)) < rule.mutual
    source, target = np.concatenate([source, target[mutual]]), np.concatenate([target, source[mutual]])
    pair = np.unique((source + first_source) * (last_target + 1) + target + first_target)
    source, target = np.divmod(pair, last_target + 1)
    other = source != target
    return source[other], target[other]


def _block(rule: Rule, source: Ints, target: Ints, guards: int, random: np.random.Generator) -> Relations:
    levels = tuple(level for level, _ in rule.gives) or ("",)
    shares = [share for _, share in rule.gives] or [1.0]
    gives = random.choice(len(levels), len(source), p=shares)
    # Few sets of controls guard most of what is guarded.
    guard = (random.random(len(source)) ** 2 * guards).astype(np.int64)
    guard[random.random(len(source)) >= rule.guarded] = -1
    return Relations(rule, source, target, gives, levels, guard)
