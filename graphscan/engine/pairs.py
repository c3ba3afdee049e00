"""What each source contributes: what it reaches alone, and what it helps to reach together with the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from graphscan.engine.chains import Chains
from graphscan.engine.contract import condense
from graphscan.engine.csr import Bools
from graphscan.engine.oracle import Oracle
from graphscan.engine.paths import PathSearch
from graphscan.engine.question import Question
from graphscan.engine.twins import find_twins

DEFAULT_BUDGET = 200_000


@dataclass(frozen=True, slots=True)
class Pairs:
    """
    Sources against targets.

    Attributes:
        alone: (sources, targets) whether the source, with what anyone has, reaches the target.
        joint: (sources, targets) whether the source lies on a path to the target when all sources are held.
        exact: (sources,) False where a budget ended first: that row of `joint` is then an upper bound.
    """

    alone: Bools
    joint: Bools
    exact: Bools


def find_pairs(
    question: Question, sources: Sequence[Iterable[int]], targets: Iterable[int], budget: int = DEFAULT_BUDGET
) -> Pairs:
    """
    Compute both for every source and target; a target that anyone reaches belongs to none.

    What a source reaches alone, it reaches jointly. What no chain of fired steps joins it to, it does not. For the rest
    a path is looked for, once for targets to which the same leads. Such a path may lead through other sources, which
    then count as not yet held: so a source of any minimal set of sources is always on one.

    Args:
        question: its starts are all facts of all sources.
        sources:  groups of start facts that come and go together.
        targets:  facts, in the order of the columns of the result.
        budget:   of all searches together.
    """
    goals = np.fromiter(targets, np.int64)
    twins = find_twins(condense(question.attack(goals, through_starts=True)))
    attack, oracle = twins.attack, Oracle(twins.attack)
    columns: dict[int, list[int]] = {}
    for column, fact in enumerate(goals.tolist()):
        columns.setdefault(fact, []).append(column)
    alike = [
        (target, [column for fact in twins.alike(int(attack.facts[target])) for column in columns.get(fact, ())])
        for target in attack.targets
    ]
    shape = len(sources), len(goals)
    result = Pairs(np.zeros(shape, bool), np.zeros(shape, bool), np.ones(len(sources), bool))
    # Sources that are twins have the same row.
    known: dict[frozenset[int], int] = {}
    for number, group in enumerate(sources):
        heads = frozenset(here for fact in group if (here := twins.stand_in(fact)) > 0)
        if heads in known:
            for table in (result.alone, result.joint, result.exact):
                table[number] = table[known[heads]]
        elif heads:
            known[heads] = number
            budget = _row(result, number, oracle, heads, alike, budget)
    return result


# Private functions


def _row(
    result: Pairs,
    number: int,
    oracle: Oracle,
    heads: frozenset[int],
    alike: list[tuple[int, list[int]]],
    budget: int,
) -> int:
    """Fill the row of one source; return what is left of the budget."""
    before = oracle.spent
    held = oracle.held(heads)
    budget -= oracle.spent - before
    chains: Chains | None = None
    for target, where in alike:
        if held[target]:
            result.alone[number, where] = result.joint[number, where] = True
            continue
        if chains is None:
            chains = Chains(oracle.arcs, heads, through_starts=True)
            budget -= len(chains.cost) // 10
        search = PathSearch(oracle, chains, [target], budget)
        found = next(iter(search), None)
        budget = search.left
        undecided = search.why == "budget"
        result.joint[number, where] = found is not None or undecided
        result.exact[number] &= not undecided
    return budget
