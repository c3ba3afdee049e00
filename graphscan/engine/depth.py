"""How many blockers must fail before targets are reached: one and two exactly, more than that as a lower bound."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, islice
from operator import or_

import numpy as np

from graphscan.engine.csr import Bools, Ints, distinct
from graphscan.engine.graph import Graph
from graphscan.engine.reach import reach, starts_of
from graphscan.engine.slice import Slice, backward
from graphscan.engine.ways import Blocker, Failing, Part

DEFAULT_BUDGET = 20_000_000  # preconditions looked at, times 64 ways to fail
_LARGEST = 1_000_000  # preconditions and steps of a part that is looked at
_WIDTH = 1 << 14  # ways to fail asked at once


@dataclass(frozen=True, slots=True)
class Depth:
    """
    The fewest blockers that must fail.

    Attributes:
        structural: no start takes part in any way to a target, whatever fails.
        number:     how many; a lower bound where `exact` is False.
        example:    the first smallest set, as positions in the blockers asked about; empty unless exact.
        single:     the blockers each of which is enough alone, ascending.
        all_single: whether every blocker was tried alone.
        part:       the steps and facts that take part in some way to a target, if everything failed, as far as they
                    lie beyond what is held although nothing fails.
        anyone:     how many nodes of targets anyone would reach, without the starts, if everything failed.
    """

    structural: bool
    number: int
    exact: bool
    example: tuple[int, ...]
    single: tuple[int, ...]
    all_single: bool
    part: Slice | None
    anyone: int


@dataclass(frozen=True, slots=True)
class Asked:
    """
    A question that is answered no.

    Attributes:
        starts:  what the attacker begins with; only ways in which one of them takes part count.
        targets: facts.
        held:    facts that anyone holds beside the ambient ones.
        blocked: facts that are never held, whatever fails.
        at_most: of how many nodes targets may be reached all the same.
    """

    graph: Graph
    starts: tuple[int, ...]
    targets: tuple[int, ...]
    held: tuple[int, ...] = ()
    blocked: tuple[int, ...] = ()
    at_most: int = 0


def depth(asked: Asked, blockers: Sequence[Blocker], most: int = 2, budget: int = DEFAULT_BUDGET) -> Depth:
    """
    Return how many of some blockers must fail before a target is reached from the starts.

    A target counts as reached from the starts where it would not be reached without them, the same blockers failing.

    Args:
        blockers: the preferred ones first: of several smallest sets the first is told.
        most:     up to how many are tried exactly, at most 2.
        budget:   of work; where it ends, the number is the lower bound found so far.
    """
    problem = _Problem(asked, blockers)
    part = problem.part
    if part is None:
        return Depth(True, 0, True, (), (), True, None, problem.exposed)

    def found(number: int, example: tuple[int, ...] = (), single: Sequence[int] = (), every: bool = True) -> Depth:
        exact = bool(example) or not number
        return Depth(False, number, exact, example, tuple(sorted(single)), every, part, problem.exposed)

    if problem.broken:
        return found(0)
    if not problem.read():
        return found(1, every=False)
    inside = set(part.facts.tolist())
    useful = [place for place, one in enumerate(blockers) if not inside.isdisjoint((*one.gives, *one.frees))]
    single: list[int] = []
    for some in _portions((one,) for one in useful):
        if problem.spent > budget:
            return found(1, single=single, every=False)
        single += [ways[0] for ways in problem.opened(some)]
    if single:
        return found(1, (single[0],), single)
    if most < 2:
        return found(2)
    for some in _portions(combinations(useful, 2)):
        if problem.spent > budget:
            return found(2)
        opened = problem.opened(some)
        if opened:
            return found(2, opened[0])
    return found(3)


def stopped_by(part: Slice, facts: Ints, steps: Ints, among: Collection[int]) -> dict[int, int]:
    """
    Return how many steps of a slice each of some facts stops.

    Args:
        facts, steps: pairs as `Certificate.closed_by` gives them.
        among:        the facts asked about.
    """
    inside = np.isin(steps, part.steps) & np.isin(facts, np.fromiter(among, np.int64))
    numbers, counts = np.unique(facts[inside], return_counts=True)
    return dict(zip(numbers.tolist(), counts.tolist(), strict=True))


# Private functions


def _portions(ways: Iterable[tuple[int, ...]]) -> Iterator[list[tuple[int, ...]]]:
    left = iter(ways)
    while some := list(islice(left, _WIDTH)):
        yield some


class _Problem:
    """
    A question, narrowed down to what takes part.

    Attributes:
        anyone:  (F,) what anyone holds while nothing fails, `base` what the starts add to it.
        part:    what takes part beyond `base` if everything fails; None where no start does.
        alone:   the same without the starts, beyond `anyone`.
        exposed: of how many nodes anyone reaches targets if everything fails.
        broken:  whether a start reaches too much although nothing fails.
        spent:   work done.
    """

    def __init__(self, asked: Asked, blockers: Sequence[Blocker]) -> None:
        self.asked = asked
        self.blockers = blockers
        self.spent = 0
        self.part: Slice | None = None
        graph = asked.graph
        own = np.zeros(graph.fact_count, bool)
        own[list(asked.starts)] = True
        for one in blockers:
            if one.starts:
                own[list(one.gives)] = True
        ambient = starts_of(graph, asked.held, True, True)
        self.ambient = ambient[~own[ambient]]
        shut = sorted({*asked.blocked, *(fact for one in blockers for fact in one.frees)})
        anyone = reach(graph, self.ambient, may=True, blocked=shut, ambient=False)
        base = reach(graph, asked.starts, may=True, blocked=shut, ambient=False, base=anyone)
        failed = {*self.ambient.tolist(), *(fact for one in blockers if not one.starts for fact in one.gives)}
        # Not from `anyone` on: what nothing gave there, because it was shut, may follow from what is held there.
        for_all = reach(graph, failed, may=True, blocked=asked.blocked, ambient=False)
        everything = reach(graph, np.flatnonzero(own), may=True, blocked=asked.blocked, ambient=False, base=for_all)
        self.anyone, self.base = anyone.held, base.held
        goals = distinct(np.array(asked.targets, np.int64))
        self.exposed = len(distinct(graph.fact_node[goals[for_all.held[goals]]]))
        open_ = distinct(graph.fact_node[goals[self.anyone[goals]]])
        self.allowed = max(0, asked.at_most - len(open_))
        wanted = goals[everything.held[goals] & ~np.isin(graph.fact_node[goals], open_)]
        self.targets: dict[int, list[int]] = {}
        for fact in wanted.tolist():
            self.targets.setdefault(int(graph.fact_node[fact]), []).append(fact)
        if len(self.targets) <= self.allowed:
            return
        part = backward(graph, everything, wanted, given=self.base, through_starts=True)
        if not ((self.base | own) & ~self.anyone)[part.facts].any():
            return
        self.part = part
        self.alone = backward(graph, for_all, wanted, given=self.anyone, through_starts=True)
        gained = distinct(graph.fact_node[wanted[self.base[wanted]]])
        self.broken = len(gained) > self.allowed

    def read(self) -> bool:
        """Read out what takes part; return whether it is small enough."""
        asked, graph = self.asked, self.asked.graph
        if self.part is None:
            return False
        begins = (*self.ambient.tolist(), *asked.starts)
        with_them = Part.of(graph, self.part, self.base, begins, self.blockers, _LARGEST, starts=True)
        without = Part.of(graph, self.alone, self.anyone, self.ambient.tolist(), self.blockers, _LARGEST, starts=False)
        if with_them is None or without is None:
            return False
        self._with, self._without = with_them, without
        return True

    def opened(self, ways: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
        """Return those of some ways to fail that open too many targets to the starts, in the order given."""
        failing = Failing.ways(ways)
        self.spent += self._with.size * (1 + len(ways) // 64)
        held = self._bits(self._with, self.base, failing)
        if not any(held.values()):
            return []
        self.spent += self._without.size * (1 + len(ways) // 64)
        without = self._bits(self._without, self.anyone, failing)
        # How many nodes each way opens, added up as binary numbers of which each digit is a row of bits.
        digits: list[int] = []
        for facts in self.targets.values():
            carry = reduce(or_, (held[fact] & ~without[fact] for fact in facts))
            for place, digit in enumerate(digits):
                digits[place], carry = digit ^ carry, digit & carry
            if carry:
                digits.append(carry)
        more = _more_than(digits, self.allowed, failing.every)
        return [way for place, way in enumerate(ways) if more >> place & 1]

    def _bits(self, part: Part, base: Bools, failing: Failing) -> dict[int, int]:
        """Return the bits of each target."""
        held = part.reached(failing)
        return {
            fact: failing.every if base[fact] else held[part.place[fact]] if fact in part.place else 0
            for facts in self.targets.values()
            for fact in facts
        }


def _more_than(digits: list[int], limit: int, every: int) -> int:
    """Return the bits of the ways whose number, given by rows of binary digits, is above a limit."""
    more, same = 0, every
    for place in reversed(range(max(len(digits), limit.bit_length()))):
        digit = digits[place] if place < len(digits) else 0
        if limit >> place & 1:
            same &= digit
        else:
            more |= same & digit
            same &= ~digit
    return more
