"""What steps need, told once: a requirement that another of the same step implies, or repeats, is none."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from graphscan.engine.assemble import Steps
from graphscan.engine.csr import Ints, distinct, spread
from graphscan.engine.guards import Guards, canonical, join, pick
from graphscan.engine.order import IMPLIES

Some = TypeVar("Some", bound=Steps)


def reduced(steps: Some, guards: Guards, node: NDArray[np.int32], level: NDArray[np.uint8]) -> tuple[Some, Guards]:
    """
    Leave out requirements that another one of the same step implies, and steps that need what they give.

    Where a fact of the guard implies the source, it becomes the source.

    Args:
        steps:       their source and guard columns are changed in place.
        guards:      distinct sets of facts, which `steps.guard` numbers.
        node, level: of each fact.

    Returns:
        The steps that are left, and distinct guards for them. `steps.guard` -1 where nothing is left of a guard.
    """
    guards, number = canonical(_antichains(guards, node, level))
    _renumber(steps, number)
    row, facts = _members(steps, guards)
    near = np.flatnonzero(node[facts] == node[steps.source[row]])
    if len(near):
        row, facts = row[near], facts[near]
        above = IMPLIES[level[facts], level[steps.source[row]]]
        steps.source[row[above]] = facts[above]
        own = steps.source[row]
        spare = (facts == own) | IMPLIES[level[own], level[facts]]
        guards = _taken_out(steps, guards, row[spare], facts[spare])
    row, facts = _members(steps, guards)
    idle = steps.source == steps.target
    idle[row[facts == steps.target[row]]] = True
    return steps.rows(~idle), guards


# Private functions


def _members(steps: Steps, guards: Guards) -> tuple[Ints, Ints]:
    """Return (step, fact) for every fact of every step's guard, in order of both."""
    guarded = np.flatnonzero(steps.guard >= 0)
    numbers = steps.guard[guarded]
    return np.repeat(guarded, np.diff(guards.ptr)[numbers]), guards.facts[spread(guards.ptr, numbers)]


def _renumber(steps: Steps, number: Ints) -> None:
    some = steps.guard >= 0
    steps.guard[some] = number[steps.guard[some]]


def _antichains(guards: Guards, node: NDArray[np.int32], level: NDArray[np.uint8]) -> Guards:
    """Return the guards without facts that another fact of the same guard implies."""
    owner = np.repeat(np.arange(len(guards)), np.diff(guards.ptr))
    # Facts of one node stand side by side, since they are in order of (node, level).
    begins = np.ones(len(owner), bool)
    begins[1:] = (owner[1:] != owner[:-1]) | (node[guards.facts[1:]] != node[guards.facts[:-1]])
    first = np.flatnonzero(begins)
    ptr = np.append(first, len(owner))
    several = np.flatnonzero(np.diff(ptr) > 1)
    stay = np.ones(len(owner), bool)
    for run in several.tolist():
        places = np.arange(ptr[run], ptr[run + 1])
        codes = level[guards.facts[places]]
        stay[places] = ~IMPLIES[np.ix_(codes, codes)].any(axis=0)
    return _filtered(guards, stay)


def _filtered(guards: Guards, stay: NDArray[np.bool_]) -> Guards:
    kept = np.zeros(len(stay) + 1, np.int64)
    np.cumsum(stay, out=kept[1:])
    return Guards(kept[guards.ptr], guards.facts[stay])


def _taken_out(steps: Steps, guards: Guards, row: Ints, facts: Ints) -> Guards:
    """Give the steps of `row` guards without the facts beside them; return distinct guards, all steps renumbered."""
    changed = distinct(row)
    old = pick(guards, steps.guard[changed])
    place = np.searchsorted(changed, row)
    owner = np.repeat(np.arange(len(changed)), np.diff(old.ptr))
    width = int(guards.facts.max(initial=0)) + 1
    stay = ~np.isin(owner * width + old.facts, place * width + facts)
    steps.guard[changed] = len(guards) + np.arange(len(changed))
    joined, number = canonical(join(guards, _filtered(old, stay)))
    _renumber(steps, number)
    return joined
