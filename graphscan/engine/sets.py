"""Minimal sets of sources that reach a target, and minimal cuts: which to take away so that it is not reached."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

import numpy as np

from graphscan.engine.contract import condense
from graphscan.engine.csr import Bools, Ints
from graphscan.engine.oracle import Oracle
from graphscan.engine.question import Question
from graphscan.engine.twins import find_twins

DEFAULT_BUDGET = 200_000
_MOST = 20_000  # sets told for one answer, and sets kept while cuts are looked for

Set = frozenset[int]


@dataclass(frozen=True, slots=True)
class SetsAndCuts:
    """
    Which sources are needed for some targets; sources are told by their index in the question asked.

    Attributes:
        targets:  facts with the same answer, ascending.
        sets:     minimal sets of sources that reach them, small ones first; the empty set where anyone does.
        cuts:     minimal sets of sources without which they are not reached; none where anyone reaches them.
        complete: False where the budget ended first: what is listed is right, more may exist.
    """

    targets: tuple[int, ...]
    sets: tuple[tuple[int, ...], ...]
    cuts: tuple[tuple[int, ...], ...]
    complete: bool


def sets_and_cuts(
    question: Question, sources: Sequence[Iterable[int]], targets: Iterable[int], budget: int = DEFAULT_BUDGET
) -> tuple[SetsAndCuts, ...]:
    """
    Find minimal sets and cuts for every target that is reached, targets with the same answer together.

    Minimal cuts are the minimal sets of sources that meet every minimal set, so each finds the other: a set that meets
    all minimal sets known is a cut, or what is left without it holds a minimal set not known yet (Gurvich and
    Khachiyan's joint generation). Every test is a reach over subsets, on the attack graph.

    Args:
        question: its starts are all facts of all sources.
        sources:  groups of start facts that come and go together (a person at all levels is one source).
        budget:   of tests, larger where the attack graph is larger.
    """
    twins = find_twins(condense(question.attack(targets, through_starts=True)))
    attack, oracle = twins.attack, Oracle(twins.attack)
    goals = np.array(attack.targets, np.int64)
    results = [SetsAndCuts(attack.open, ((),), (), True)] if attack.open else []
    # Sources of which either does what the other does are one while the sets are looked for.
    classes: dict[Set, list[int]] = {}
    for number, group in enumerate(sources):
        facts = frozenset(here for fact in group if (here := twins.stand_in(fact)) > 0)
        if facts:
            classes.setdefault(facts, []).append(number)
    kinds, members = list(classes), list(classes.values())

    def reaches(chosen: Set) -> Bools:
        return oracle.held(fact for kind in chosen for fact in kinds[kind])[goals]

    # Targets part company at the first test that tells them apart; each part is then searched on its own.
    waiting: list[Ints] = [np.arange(len(goals))] if len(goals) else []
    while waiting:
        part = _Part(waiting.pop(), reaches)
        sets, cuts, complete = _joint_generation(
            frozenset(range(len(kinds))), part.holds, lambda: oracle.spent < budget
        )
        waiting.extend(part.others)
        told = list(islice(_one_of_each(sets, members), _MOST + 1))
        results.append(
            SetsAndCuts(
                tuple(fact for one in part.members.tolist() for fact in twins.alike(int(attack.facts[goals[one]]))),
                _listed(told[:_MOST]),
                _listed(frozenset(number for kind in cut for number in members[kind]) for cut in cuts),
                complete and len(told) <= _MOST,
            )
        )
    return tuple(sorted(_merged(results), key=lambda one: one.targets))


# Private functions


def _one_of_each(sets: list[Set], members: list[list[int]]) -> Iterator[Set]:
    """Yield the sets that take one source of each kind in a set of kinds."""
    for one in sets:
        for chosen in product(*(members[kind] for kind in sorted(one))):
            yield frozenset(chosen)


class _Part:
    """Targets that no test has told apart yet; those that one does leave for `others`."""

    def __init__(self, members: Ints, reaches: Callable[[Set], Bools]) -> None:
        self.members = members
        self.others: list[Ints] = []
        self._reaches = reaches

    def holds(self, chosen: Set) -> bool:
        """Return whether some sources reach these targets."""
        answers = self._reaches(chosen)[self.members]
        yes = bool(answers[0])
        if not (answers == yes).all():
            self.others.append(self.members[answers != yes])
            self.members = self.members[answers == yes]
        return yes


def _joint_generation(
    everything: Set, holds: Callable[[Set], bool], may_go_on: Callable[[], bool]
) -> tuple[list[Set], list[Set], bool]:
    """Return all minimal sets that hold, all minimal sets without which nothing holds, and whether these are all."""
    sets: list[Set] = []
    cuts: list[Set] = []
    while True:
        transversals = _transversals(sets, may_go_on)
        if transversals is None:
            return sets, cuts, False
        known = set(cuts)
        grown = False
        for one in transversals:
            if one in known:
                continue
            if not may_go_on():
                return sets, cuts, False
            left = everything - one
            if holds(left):
                sets.append(_shrunk(left, holds))
                grown = True
                break
            cuts.append(one)
        if not grown:
            return sets, cuts, True


def _shrunk(chosen: Set, holds: Callable[[Set], bool]) -> Set:
    """Return a minimal set that holds within one that does, leaving out halves before single sources."""
    needed: list[int] = []
    doubtful = sorted(chosen)
    while doubtful:
        # The longest beginning that can go while the rest stays, by halving.
        low, high = 0, len(doubtful)
        while low < high:
            middle = (low + high + 1) // 2
            if holds(frozenset(doubtful[middle:]) | frozenset(needed)):
                low = middle
            else:
                high = middle - 1
        doubtful = doubtful[low:]
        if doubtful:
            needed.append(doubtful.pop(0))
    return frozenset(needed)


def _transversals(sets: list[Set], may_go_on: Callable[[], bool]) -> list[Set] | None:
    """Return all minimal sets that meet each of some sets (Berge's multiplication), or None where they are too many."""
    current: list[Set] = [frozenset()]
    for one in sets:
        meeting = [old for old in current if old & one]
        fresh = {old | {item} for old in current if not old & one for item in one}
        kept = [new for new in fresh if not any(old <= new for old in meeting)]
        current = meeting + _minimal(kept)
        if len(current) > _MOST or not may_go_on():
            return None
    return sorted(current, key=lambda one: (len(one), sorted(one)))


def _minimal(sets: list[Set]) -> list[Set]:
    result: list[Set] = []
    for one in sorted(sets, key=len):
        if not any(smaller < one for smaller in result):
            result.append(one)
    return result


def _listed(sets: Iterable[Set]) -> tuple[tuple[int, ...], ...]:
    return tuple(sorted((tuple(sorted(one)) for one in sets), key=lambda one: (len(one), one)))


def _merged(results: list[SetsAndCuts]) -> list[SetsAndCuts]:
    """Join targets that were searched apart and have the same answer."""
    found: dict[tuple[object, ...], list[int]] = {}
    for one in results:
        found.setdefault((one.sets, one.cuts, one.complete), []).extend(one.targets)
    return [SetsAndCuts(tuple(sorted(facts)), *answer) for answer, facts in found.items()]  # type: ignore[arg-type]
