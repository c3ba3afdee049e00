"""
Paths, cheapest first, found one by one.

A path is a chain of facts f0 … fk, f0 a start and fk a target, with a step i from each to the next such that f(i-1) is
any precondition of step i (its source or one of its guard), and the step's other preconditions hold without fi … fk. No
fact is one that anyone holds. No fact repeats: none is implied by an earlier one, or by a start, unless implications
alone lead there from it.

Order: by the efforts of the steps added up; then by the number of steps; then by (step, fact it continues from),
compared from the target backwards.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import islice
from typing import Any

import numpy as np

from graphscan.engine.chains import Chains
from graphscan.engine.csr import Bools
from graphscan.engine.derivation import derive
from graphscan.engine.nearby import WholeOracle
from graphscan.engine.oracle import Oracle
from graphscan.engine.question import Question
from graphscan.engine.slice import fired

DEFAULT_LIMIT = 100
DEFAULT_BUDGET = 200_000


@dataclass(frozen=True, slots=True)
class Path:
    """
    A chain: `steps[i]` leads from `facts[i]` to `facts[i + 1]`.

    Attributes:
        facts: the chain, a start first and a target last.
        steps: one fewer than facts.
        cost:  the steps' efforts added up.
    """

    facts: tuple[int, ...]
    steps: tuple[int, ...]
    cost: int


@dataclass(frozen=True, slots=True)
class PathList:
    """
    Paths in order.

    Attributes:
        complete: whether these are all.
        why:      "" if so, else "limit" or "budget".
    """

    paths: tuple[Path, ...]
    complete: bool
    why: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """
    A precondition of a path's step that does not lie on the path and that not anyone holds.

    Attributes:
        fact:  the precondition.
        hop:   the index of the step in the path.
        steps: one derivation of it, which uses nothing that the path gives from that step on; what anyone holds is not
               derived.
        ways:  how many steps give it so; 0 for a start.
    """

    fact: int
    hop: int
    steps: tuple[int, ...]
    ways: int


class PathSearch:
    """
    The paths from some starts of a question to some targets; iterate over it to get them one by one, in order.

    Attributes:
        left: what remains of the budget: a choice looked at takes one, a test of what still holds takes more.
        why:  None while paths may follow, then "" where all were given, or "budget".
    """

    def __init__(
        self,
        oracle: Oracle | WholeOracle,
        chains: Chains | None = None,
        targets: Iterable[int] | None = None,
        budget: int = DEFAULT_BUDGET,
    ) -> None:
        """
        Prepare a search; all numbers are those of the attack graph.

        Args:
            oracle:  for the attack graph of a question; what is held are all of its sources.
            chains:  where a path may begin and lead through; default from any source, through none.
            targets: facts that a path may end at; default the attack graph's targets.
        """
        attack = oracle.attack
        self.left = budget
        self.why: str | None = None
        self._oracle = oracle
        self._chains = chains or Chains(oracle.arcs, frozenset(attack.sources))
        ends = attack.targets if targets is None else targets
        self._targets = sorted({*ends} - self._chains.heads)

    def __iter__(self) -> Iterator[Path]:
        # An entry: lower bound, what was chosen from the target back, an unequal number, the chain it adds to, and
        # which choice it is there. Popping one offers the next choice beside it: never are all of them in the heap.
        # Of many targets few are come to: each stands there with its least weight, and is looked at when that is next.
        heap: list[tuple[int, tuple[tuple[int, int], ...], int, _Chain, int]] = []
        cost = self._chains.cost
        targets = [target for target in self._targets if target in cost]
        count = len(targets)
        for number, target in enumerate(targets):
            heappush(heap, (cost[target], (), number, _Chain(target, -1, None, 0, ()), -1))
        while heap:
            _, chosen, _, after, place = heappop(heap)
            count = self._offer(heap, count, after, place + 1)
            if place < 0:
                continue
            self.left -= 1
            if self.left < 0:
                self.why = "budget"
                return
            choice = self._chains.choices(after.fact)[place]
            chain = _Chain(choice.fact, choice.local, after, after.spent + choice.weight, chosen)
            if not self._valid(chain):
                continue
            if chain.fact in self._chains.heads:
                yield self._path(chain)
            else:
                count = self._offer(heap, count, chain, 0)
        self.why = ""

    # Private methods

    def _offer(self, heap: list[Any], count: int, chain: "_Chain", place: int) -> int:
        choices = self._chains.choices(chain.fact)
        if place < len(choices):
            choice = choices[place]
            chosen = (*chain.chosen, (choice.step, choice.origin))
            heappush(heap, (chain.spent + choice.bound, chosen, count, chain, place))
        return count + 1

    def _valid(self, chain: "_Chain") -> bool:
        """Whether the newest fact of a chain may stand before the rest of it."""
        implied = self._chains.arcs.implied(chain.fact)
        later: list[int] = []
        straight = True
        link: _Chain | None = chain
        while link is not None and link.after is not None:
            straight = straight and self._chains.arcs.implication[link.step]
            link = link.after
            if link.fact == chain.fact or (link.fact in implied and not straight):
                return False
            later.append(link.fact)
        # That the newest fact itself holds without what follows is needed too: else no start leads to it.
        before = self._oracle.spent
        holds = self._oracle.step_holds(chain.step, later)
        self.left -= self._oracle.spent - before
        return holds

    def _path(self, chain: "_Chain") -> Path:
        attack = self._oracle.attack
        facts, steps = [int(attack.facts[chain.fact])], []
        link = chain
        while link.after is not None:
            steps.append(int(attack.steps[link.step]))
            link = link.after
            facts.append(int(attack.facts[link.fact]))
        return Path(tuple(facts), tuple(steps), chain.spent // self._chains.arcs.scale)


def find_paths(
    question: Question, targets: Iterable[int], limit: int = DEFAULT_LIMIT, budget: int = DEFAULT_BUDGET
) -> PathList:
    """
    Return the first paths from a question's starts to any of some targets.

    Args:
        targets: facts; those that are not reached, that anyone holds, or that are starts, have no path.
        limit:   stop after so many.
        budget:  stop after so much search.
    """
    search = PathSearch(Oracle(question.attack(targets)), budget=budget)
    return listed(search, limit)


def listed(search: PathSearch, limit: int) -> PathList:
    """Return the first paths of a search, and whether there are more."""
    paths = tuple(islice(search, limit + 1))
    if len(paths) > limit:
        return PathList(paths[:limit], False, "limit")
    return PathList(paths, not search.why, search.why or "")


def within(found: PathList, most: tuple[int, int] | None) -> PathList:
    """
    Return those of paths found in a neighbourhood that come before any it does not hold.

    Args:
        most: the (cost, number of steps) up to which the neighbourhood holds all paths; None: it holds all.
    """
    if most is None:
        return found
    paths = tuple(path for path in found.paths if (path.cost, len(path.steps)) <= most)
    return PathList(paths, False, found.why or "limit")


def requirements(question: Question, path: Path) -> tuple[Requirement, ...]:
    """Return what else each step of a path needs, with one derivation each, in order of the steps."""
    graph, anyone = question.graph, question.anyone.held
    found: list[Requirement] = []
    for hop in range(len(path.steps)):
        others = _others(question, path, hop)
        if not others:
            continue
        blocked = frozenset(path.facts[hop + 1 :])
        # Where what was derived anyhow needs nothing of the rest of the path, there is no need to compute it anew.
        reached = question.reached
        if any(not question.support(fact).isdisjoint(blocked) for fact in others):
            reached = question.without(blocked)
        for fact in others:
            steps = derive(graph, fact, reached.step, _Held(anyone), question.starts)
            ways = [one for one in graph.steps_into(fact) if blocked.isdisjoint(graph.body(one))]
            usable = int(fired(graph, reached, np.array(ways, np.int64)).sum()) if reached.step[fact] >= 0 else 0
            found.append(Requirement(fact, hop, steps, usable))
    return tuple(found)


# Private functions


@dataclass(frozen=True, slots=True)
class _Chain:
    """The end of a path: from `fact` by `step` to the rest of it."""

    fact: int
    step: int
    after: "_Chain | None"
    spent: int
    chosen: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Held:
    """Facts flagged in an array, as a container."""

    flags: Bools

    def __contains__(self, fact: object) -> bool:
        return bool(self.flags[fact]) if isinstance(fact, int) else False


def _others(question: Question, path: Path, hop: int) -> list[int]:
    """Return what a step of a path needs beside what the path gives before it, and what anyone holds."""
    before, anyone = set(path.facts[: hop + 1]), question.anyone.held
    return [fact for fact in question.graph.body(path.steps[hop]) if fact not in before and not anyone[fact]]
