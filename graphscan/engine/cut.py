"""The smallest set of cuts that separates starts from targets, proven, or an interval it lies in."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from graphscan.engine.csr import Ints
from graphscan.engine.cut_items import items_of
from graphscan.engine.cut_problem import problem_of
from graphscan.engine.cut_search import Search
from graphscan.engine.question import Question
from graphscan.engine.reach import Reach, reach

Solver = Literal["auto", "highs", "own"]


@dataclass(frozen=True)
class Cut:
    """
    One thing that can be done.

    Attributes:
        cost:  what it costs, at least 1.
        steps: step numbers of the graph that it closes.
        facts: facts that are never held once it is done: a start taken away, a dead credential, a node that is gone.
    """

    cost: int
    steps: Ints
    facts: Ints


@dataclass(frozen=True)
class Smallest:
    """
    The answer; cuts are told by their places in the list asked about.

    Attributes:
        chosen:  ascending; with all of them made, nothing of the targets is reached on this graph (recomputed).
        cost:    of `chosen`: the upper bound.
        lower:   what every set of cuts that separates costs at least.
        optimal: whether `lower` equals `cost`.
        uncut:   a derivation (steps of the graph, in order) that no cut closes, where no set of cuts separates;
                 `chosen` is then empty and `cost` 0. Empty where the target is a start itself.
        open:    the target that `uncut` derives; -1 where some set of cuts separates.
        settled: whether `chosen` is the first of the cheapest sets: fewest cuts, then smallest places, among cuts that
                 no other one dominates. The answer is then the same with every solver; else the budget ended before.
        why:     why it is not optimal, in words; else empty.
    """

    chosen: tuple[int, ...]
    cost: int
    lower: int
    optimal: bool
    uncut: tuple[int, ...] = ()
    open: int = -1
    settled: bool = False
    why: str = ""


def smallest(
    question: Question,
    targets: Iterable[int],
    cuts: Sequence[Cut],
    budget: float = 10.0,
    *,
    more: Iterable[frozenset[int]] = (),
    solver: Solver = "auto",
    clock: Callable[[], float] = time.monotonic,
) -> Smallest:
    """
    Find the cheapest set of cuts after which the starts of a question reach none of some targets.

    An implicit hitting set (Moreno-Centeno and Karp, "The implicit hitting set approach to solve combinatorial
    optimization problems", 2013): every derivation of a target is a row of the cuts that close it; the cheapest set
    that meets all rows known is tried by reach, and what is still derived gives further rows, until nothing is.

    Args:
        targets: facts; those the question does not reach need no cut.
        cuts:    what can be done.
        budget:  seconds of `clock`; making the slice, which counts, and the check at the end, which does not, are not
                 cut short.
        more:    further sets of places of which one must be chosen each.
        solver:  of the hitting sets: HiGHS (extra `fix`) or our own branch and bound; `auto`: HiGHS if it is there.
        clock:   counts seconds.

    Raises:
        ValueError: a cut costs less than 1, or a set of `more` is empty or names no cut.
        ImportError: `solver` is "highs" and highspy is not installed.
    """
    wanted, further = tuple(targets), [frozenset(one) for one in more]
    _check(cuts, further)
    end = clock() + budget
    problem = problem_of(question, wanted, cuts)
    if problem.uncut >= 0:
        return Smallest((), 0, 0, False, problem.derivation, problem.uncut)
    items = items_of(problem, [cut.cost for cut in cuts], further)
    search = Search(problem, items, solver, lambda: end - clock())
    found = search.run()
    chosen = tuple(sorted(items.places[one] for one in found.chosen))
    left = cut_off(question, [cuts[place] for place in chosen])
    if left.held[np.array(wanted, np.int64)].any():
        raise RuntimeError(
            "a set of cuts that should separate does not: this is a fault of graphscan, please report it"
        )
    cost = sum(cuts[place].cost for place in chosen)
    optimal = found.lower == cost
    why = "" if optimal else f"the budget of {budget:g} s ended"
    return Smallest(chosen, cost, found.lower, optimal, settled=found.settled, why=why)


def cut_off(question: Question, cuts: Iterable[Cut]) -> Reach:
    """Return what a question reaches with some cuts made."""
    made = list(cuts)
    graph = question.graph
    target = graph.step_target.copy()
    for cut in made:
        # A closed step gives what it needs: it changes nothing, and the graph need not be built anew.
        steps = np.asarray(cut.steps, np.int64)
        target[steps] = graph.step_source[steps]
    blocked = [fact for cut in made for fact in np.asarray(cut.facts).tolist()]
    shut = [*blocked, *question.never]
    return reach(replace(graph, step_target=target), question.starts, may=question.may, blocked=shut or None)


# Private functions


def _check(cuts: Sequence[Cut], more: Iterable[frozenset[int]]) -> None:
    for place, cut in enumerate(cuts):
        if cut.cost < 1:
            raise ValueError(f"cut {place} costs {cut.cost}: a cost must be a whole number of at least 1")
    for one in more:
        if not one or min(one) < 0 or max(one) >= len(cuts):
            raise ValueError(f"the further set {sorted(one)} is empty or names no cut: there are {len(cuts)}")
