"""On a large graph, look for the first paths where they are: among the facts nearest to the starts."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from graphscan.engine.chains import Arcs
from graphscan.engine.contract import Contracted, contract
from graphscan.engine.csr import Bools, Ints, all_of, distinct, spread
from graphscan.engine.question import Question
from graphscan.engine.reasons import Reasons
from graphscan.engine.slice import backward

LARGE = 2_000_000  # steps from which on it pays
NEAR = 5_000  # so many facts cost little, and hold what is wanted more often than not
_HOPS = 32  # bits of a cost that hold the number of steps


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """
    What lies within some cost of a question's starts.

    Attributes:
        attack: the attack graph of the targets within. Facts beyond that its steps need stand in it without the steps
                that give them.
        most:   paths of at most this (cost, number of steps) are all in it; None: all paths are.
    """

    attack: Contracted
    most: tuple[int, int] | None


def neighbourhood(question: Question, targets: Iterable[int], enough: int, least: int = NEAR) -> Neighbourhood:
    """
    Return the part of a question's attack graph that holds its first paths.

    Facts are settled from the starts on, by the efforts of a chain that leads there and then by its steps, any
    precondition of a step leading on to what it gives, until `enough` targets and `least` facts are.

    Args:
        targets: facts; those not reached are left out.
    """
    wanted = np.zeros(question.graph.fact_count, bool)
    wanted[np.fromiter(targets, np.int64)] = True
    wanted &= question.reached.held & ~question.anyone.held
    run = _Run(question)
    found, total, last = 0, 0, 0
    while run.costs:
        last = heappop(run.costs)
        facts = run.settle(last)
        found += int(wanted[facts].sum())
        total += len(facts)
        if found >= enough and total >= least and run.costs:
            break
    within = run.cost >= 0
    beyond = question.reached.held & ~within
    part = backward(question.graph, question.reached, np.flatnonzero(wanted & within), given=beyond)
    most = (last >> _HOPS, last & ((1 << _HOPS) - 1)) if run.costs else None
    return Neighbourhood(contract(question.graph, part, question.anyone.held), most)


class WholeOracle:
    """
    Answers for an attack graph that is only part of what holds its facts up.

    Attributes:
        spent: work done so far, in units of about one step looked at by a search.
    """

    def __init__(self, question: Question, attack: Contracted) -> None:
        self.attack = attack
        self.spent = 0
        self._question = question
        self._answers: dict[frozenset[int], Bools] = {}
        # Also what an assumption gives to anyone, and none of what it takes from everyone.
        begins = np.flatnonzero(question.reached.held & (question.reached.step < 0))
        self._reasons = Reasons(question.graph, question.reached, begins.tolist())

    @cached_property
    def arcs(self) -> Arcs:
        """The attack graph read out for walking."""
        return Arcs(self.attack)

    def step_holds(self, step: int, blocked: Collection[int]) -> bool:
        """Return whether all preconditions of a step hold while some facts are never held."""
        question = self._question
        shut = frozenset(int(self.attack.facts[fact]) for fact in blocked)
        needed = [fact for fact in question.graph.body(int(self.attack.steps[step])) if not question.anyone.held[fact]]
        known = {fact: self._reasons.say(fact, shut) for fact in needed}
        if False in known.values():
            return False
        doubtful = [fact for fact, says in known.items() if says is None]
        if not doubtful:
            return True
        held = self._answers.get(shut)
        if held is None:
            self.spent += 20 + question.graph.step_count // 200
            found = question.without(shut)
            self._reasons.learn(doubtful, shut, found)
            held = self._answers[shut] = found.held
        return bool(held[doubtful].all())


# Private functions


class _Run:
    """Settled costs (effort and steps in one number), and buckets of facts by cost."""

    def __init__(self, question: Question) -> None:
        graph, held = question.graph, question.reached.held
        self.graph, self.held = graph, held
        self.cost = np.full(graph.fact_count, -1, np.int64)
        self.shut: Bools = question.anyone.held.copy()
        self.usable: Bools = np.append(all_of(graph.guard_ptr, held[graph.guard_facts]), True)
        starts = np.array([one for one in question.starts if not question.anyone.held[one]], np.int64)
        self.buckets: dict[int, list[Ints]] = {0: [starts]} if len(starts) else {}
        self.costs = list(self.buckets)
        heapify(self.costs)

    def settle(self, cost: int) -> Ints:
        """Settle the facts of a bucket and put what follows from them into others; return them."""
        facts = distinct(np.concatenate(self.buckets.pop(cost)))
        facts = facts[(self.cost[facts] < 0) & ~self.shut[facts]]
        self.cost[facts] = cost
        steps = self._uses(facts)
        graph = self.graph
        fires = self.held[graph.step_source[steps]] & self.usable[graph.step_guard[steps]]
        targets, steps = graph.step_target[steps[fires]], steps[fires]
        new = (self.cost[targets] < 0) & ~self.shut[targets]
        targets, effort = targets[new], graph.effort[graph.step_technique[steps[new]]]
        for value in distinct(effort.astype(np.int64)).tolist():
            later = cost + (value << _HOPS) + 1
            if later not in self.buckets:
                heappush(self.costs, later)
            self.buckets.setdefault(later, []).append(targets[effort == value].astype(np.int64))
        return facts

    def _uses(self, facts: Ints) -> NDArray[np.int64]:
        graph = self.graph
        guards = graph.fact_guards[spread(graph.fact_guard_ptr, facts)]
        return np.concatenate(
            [
                spread(graph.plain_ptr, facts),
                spread(graph.guarded_ptr, facts),
                graph.guard_steps[spread(graph.guard_step_ptr, guards)].astype(np.int64),
            ]
        )
