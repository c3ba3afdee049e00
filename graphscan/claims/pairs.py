"""Which starts are connected with which targets: alone, or together with the other starts."""

from dataclasses import dataclass

import numpy as np

from graphscan.analysis.question import Question
from graphscan.claims.context import Ints
from graphscan.engine import pairs as engine
from graphscan.engine import question as asking
from graphscan.engine.contract import condense
from graphscan.engine.csr import Bools
from graphscan.engine.oracle import Oracle
from graphscan.engine.twins import find_twins

BUDGET = 400_000
MOST = 20_000_000  # cells of a table


@dataclass(frozen=True)
class Table:
    """
    Start nodes against target nodes.

    Attributes:
        starts, goals: their numbers, ascending: the rows and columns.
        joined: (starts, goals) whether the start lies on a path to the target while all starts are held.
        alone:  (starts, goals) whether it reaches the target with what anyone has.
        exact:  (starts,) False where a budget ended first: that row of `joined` is then an upper bound.
    """

    starts: Ints
    goals: Ints
    joined: Bools
    alone: Bools
    exact: Bools


def table(
    question: Question, may: bool, starts: Ints, goals: Ints, targets: Ints, budget: int = BUDGET
) -> Table | None:
    """
    Return which starts and targets are connected; a target that anyone reaches is connected with every start.

    Args:
        starts, goals: node numbers, ascending.
        targets:       the facts of `goals`.
        budget:        of all searches together; 0: only what a start reaches alone.

    Returns:
        None where the table would be too large.
    """
    if len(starts) * len(goals) > MOST:
        return None
    asked = question.may if may else question.must
    graph = question.session.graph
    hit = targets[asked.reached.held[targets]]
    free = asked.anyone.held[hit]
    columns = np.searchsorted(goals, graph.fact_node[hit])
    shape = (len(starts), len(goals))
    result = Table(starts, goals, np.zeros(shape, bool), np.zeros(shape, bool), np.ones(len(starts), bool))
    if free.any():
        result.joined[:, columns[free]] = result.alone[:, columns[free]] = True
    hit, columns = hit[~free], columns[~free]
    if not len(hit):
        return result
    groups = _groups(question, asked, starts)
    if budget:
        found = engine.find_pairs(asked, groups, hit.tolist(), budget)
        alone, joined = found.alone, found.joint
        result.exact[:] = found.exact
    else:
        alone = joined = _alone(asked, groups, hit)
    for into, values in ((result.alone, alone), (result.joined, joined)):
        # Several facts may be of one node.
        np.logical_or.at(into.T, columns, values.T)
    return result


# Private functions


def _groups(question: Question, asked: asking.Question, starts: Ints) -> list[list[int]]:
    """Return the start facts of each start node."""
    graph = question.session.graph
    facts = np.array(asked.starts, np.int64)
    rows = np.searchsorted(starts, graph.fact_node[facts])
    groups: list[list[int]] = [[] for _ in starts]
    for fact, row in zip(facts.tolist(), rows.tolist(), strict=True):
        if row < len(starts) and starts[row] == graph.fact_node[fact]:
            groups[row].append(fact)
    return groups


def _alone(asked: asking.Question, groups: list[list[int]], targets: Ints) -> Bools:
    """Return which groups of starts reach which targets, each group on its own; each kind of start is asked once."""
    twins = find_twins(condense(asked.attack(targets.tolist(), through_starts=True)))
    oracle = Oracle(twins.attack)
    place = {fact: column for column, fact in enumerate(targets.tolist())}
    alike = [
        (target, [place[fact] for fact in twins.alike(int(twins.attack.facts[target])) if fact in place])
        for target in twins.attack.targets
    ]
    result = np.zeros((len(groups), len(targets)), bool)
    rows: dict[frozenset[int], int] = {}
    for number, group in enumerate(groups):
        heads = frozenset(here for fact in group if (here := twins.stand_in(fact)) > 0)
        if not heads:
            continue
        if heads in rows:
            result[number] = result[rows[heads]]
            continue
        rows[heads] = number
        held = oracle.held(heads)
        for target, columns in alike:
            if held[target]:
                result[number, columns] = True
    return result
