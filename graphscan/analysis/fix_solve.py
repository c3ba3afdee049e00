"""The cheapest set of fixes: found on the compiled graph, and believed only when the inventory was edited and all of it
derived anew."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from graphscan.analysis.fix_candidates import ORDER, Candidate
from graphscan.analysis.fix_effect import Anew, Asked, Truth, locally
from graphscan.engine import question as engine
from graphscan.engine.csr import Ints, distinct
from graphscan.engine.cut import Cut, Solver, smallest
from graphscan.engine.derivation import derivation
from graphscan.engine.graph import MAY, Graph
from graphscan.engine.slice import Slice

_ROWS = 20  # derivations learned from one try
_TRIES = 200  # milder fixes that are tried in the place of others
_LEAST = 0.2  # seconds for the solver, however little of the budget is left


@dataclass(frozen=True)
class Solved:
    """
    What was found.

    Attributes:
        chosen:   places in the list of candidates.
        cost:     of these.
        lower:    what every set costs at least.
        truth:    what is so with these made; None where there is no set.
        uncut:    a derivation that no fix closes, where there is no set.
        unproven: whether there may be a set all the same: the budget ended.
        why:      what keeps it from being proven the cheapest, "" if nothing does.
    """

    chosen: tuple[int, ...]
    cost: int
    lower: int
    truth: Truth | None
    uncut: "Uncut | None" = None
    unproven: bool = False
    why: str = ""


@dataclass(frozen=True)
class Uncut:
    """A target that no set of fixes closes, and the steps that lead to it; none where it is a start."""

    asked: Asked
    goal: int
    steps: tuple[int, ...]


@dataclass
class Search:
    """
    Looks for the cheapest set among some candidates.

    Whatever a model of a fix closes on the compiled graph, a set counts only when nothing is reached anew. What is
    reached then is a derivation that the set left, and one of the other fixes that touch it has to be in every set:
    that is learned, and the next set is tried. So the least cost under such rows is a bound for all sets, as long as
    the model closes at least as much as a fix does.

    Attributes:
        candidates: what can be done.
        costs:      of each; None: it cannot be.
        banned:     places of those that open something.
    """

    asked: Asked
    way: Slice
    anew: Anew
    candidates: Sequence[Candidate]
    costs: Sequence[int | None]
    solver: Solver
    end: float
    banned: set[int] = field(default_factory=set)
    clock: Callable[[], float] = time.monotonic

    def run(self, places: Iterable[int] | None = None, known: Solved | None = None) -> Solved:
        """
        Return the cheapest set among some candidates, or all.

        Args:
            known: a set that is verified already; among those that cost the same, it is the one.
        """
        chosen = [place for place, cost in enumerate(self.costs) if cost is not None]
        if places is not None:
            wanted = set(places)
            chosen = [place for place in chosen if place in wanted]
        rows: list[frozenset[int]] = []
        known = known if known is not None and known.truth is not None else None
        first = self._loop(chosen, rows, generous=False, known=known)
        if first.unproven or all(self.candidates[place].whole for place in chosen if place not in self.banned):
            return first
        # What is worked out from the inventory may go with fixes of which the compiled graph does not tell it: as if
        # each of them closed all of it, for the bound.
        bound = self._loop(chosen, rows, generous=True, known=first)
        if first.truth is None:
            return bound
        if bound.truth is not None and bound.cost < first.cost:
            return bound
        lower = min(first.cost, bound.lower)
        return replace(first, lower=lower, why=(bound.why or first.why) if lower < first.cost else "")

    # Private

    def _loop(
        self, places: list[int], rows: list[frozenset[int]], generous: bool, known: Solved | None = None
    ) -> Solved:
        lower = 0
        best = known
        while True:
            active = [place for place in places if place not in self.banned]
            more = [row - self.banned for row in rows]
            if any(not row for row in more):
                return self._none(active, lower)
            number = {place: local for local, place in enumerate(active)}
            left = max(_LEAST, self.end - self.clock())
            found = smallest(
                self.asked.closing,
                self.asked.goals,
                [self._cut(place, generous) for place in active],
                left,
                more=[frozenset(number[place] for place in row) for row in more],
                solver=self.solver,
            )
            if found.open >= 0:
                return Solved((), 0, lower, None, Uncut(self.asked, found.open, found.uncut))
            lower = max(lower, found.lower)
            chosen = tuple(active[local] for local in found.chosen)
            if best is not None and best.truth is not None and lower >= best.cost:
                return replace(best, lower=best.cost, why="")
            here = self._left_here(chosen, active)
            if here:
                rows += here
                continue
            chosen = self._mildest(chosen, active, more)
            if best is not None and self.clock() > self.end:
                why = "the budget ended before all that is worked out from the inventory was compared"
                return replace(best, lower=lower, why=why)
            truth = self.anew(self.candidates[place] for place in chosen)
            if truth.opened:
                if not self._ban(chosen):
                    return Solved(chosen, found.cost, lower, None, None, True, "together these fixes open something")
                continue
            if not truth.after.goals:
                # One that opens something on its own is not proposed, even where another closes that as well.
                doubtful = [place for place in chosen if not self.candidates[place].whole]
                if len(chosen) > 1 and self._ban(doubtful):
                    continue
                why = found.why if lower < found.cost else ""
                return Solved(chosen, found.cost, lower, truth, why=why)
            learned, uncut = self._left(truth.after.closing, truth.after.goals, chosen, active, truth.after)
            if uncut is not None:
                return Solved((), 0, lower, None, Uncut(truth.after, *uncut))
            rows += learned
            if self.clock() > self.end and (best is None or best.truth is None):
                why = "the budget ended before a set was found that closes everything when all is derived anew"
                return Solved((), 0, lower, None, None, True, why)

    def _mildest(self, chosen: tuple[int, ...], active: list[int], rows: list[frozenset[int]]) -> tuple[int, ...]:
        """Put fixes of a milder sort in the place of others, where they cost the same and close as much here."""
        goals, tries = np.array(self.asked.goals, np.int64), _TRIES
        for place in reversed(chosen):
            rank = ORDER.index(self.candidates[place].sort)
            for other in active:
                one = self.candidates[other]
                milder = ORDER.index(one.sort) < rank and self.costs[other] == self.costs[place]
                if not milder or other in chosen or not tries:
                    continue
                swapped = tuple(sorted({*chosen, other} - {place}))
                if not all(row & set(swapped) for row in rows):
                    continue
                tries -= 1
                q = locally(self.asked.closing, (self.candidates[one] for one in swapped))
                if not q.reached.held[goals].any():
                    chosen = swapped
                    break
        return chosen

    def _none(self, active: list[int], lower: int) -> Solved:
        """Return that no set is left, with a derivation that remains when all is done."""
        q = locally(self.asked.closing, (self.candidates[place] for place in active))
        for goal in self.asked.goals:
            if q.reached.held[goal]:
                return Solved((), 0, lower, None, Uncut(self.asked, goal, _derived(q, goal)))
        truth = self.anew(self.candidates[place] for place in active)
        after = truth.after
        uncut = Uncut(after, after.goals[0], _derived(after.closing, after.goals[0])) if after.goals else None
        why = "" if uncut else "each set that closes everything opens something else"
        return Solved((), 0, lower, None, uncut, uncut is None, why)

    def _cut(self, place: int, generous: bool) -> Cut:
        """Return what a fix closes, or more: what it takes from the start it takes for good."""
        one, cost = self.candidates[place], self.costs[place]
        steps = [one.steps]
        if not one.whole:
            truth = self.anew.known(one)
            steps += [] if truth is None else [self.gone(truth)]
            steps += [self.way.steps[self.asked.prints.worked_out[self.way.steps]]] if generous else []
        facts = distinct(np.concatenate([one.never, one.starts]).astype(np.int64))
        return Cut(cost or 1, distinct(np.concatenate(steps).astype(np.int64)), facts)

    def gone(self, truth: Truth) -> Ints:
        """Return the steps on the way that are not there any more."""
        steps = self.way.steps
        result: Ints = steps[~np.isin(self.asked.prints.steps[steps], truth.after.prints.steps)]
        return result

    def _ban(self, chosen: Sequence[int]) -> bool:
        """Take out of the search what opens something on its own; return whether there was any."""
        fresh = {place for place in chosen if self.anew([self.candidates[place]]).opened}
        self.banned |= fresh
        return bool(fresh)

    def _left_here(self, chosen: tuple[int, ...], active: list[int]) -> list[frozenset[int]]:
        """Return rows for what is still reached on the compiled graph: a start that is had again otherwise."""
        q = locally(self.asked.closing, (self.candidates[place] for place in chosen))
        goals = [goal for goal in self.asked.goals if q.reached.held[goal]]
        rows, _ = self._left(q, goals, chosen, active, self.asked)
        return rows

    def _left(
        self, q: engine.Question, goals: Iterable[int], chosen: tuple[int, ...], active: list[int], of: Asked
    ) -> tuple[list[frozenset[int]], tuple[int, tuple[int, ...]] | None]:
        """Return for derivations of what is reached the other fixes that touch them; and one that none touches."""
        rows: list[frozenset[int]] = []
        for goal in list(goals)[:_ROWS]:
            steps = _derived(q, goal)
            touching = self._touching(q.graph, steps, goal, active, of) - set(chosen)
            if not touching:
                return rows, (goal, steps)
            rows.append(frozenset(touching))
        return list(dict.fromkeys(rows)), None

    def _touching(self, graph: Graph, steps: tuple[int, ...], goal: int, active: list[int], of: Asked) -> set[int]:
        """Return the fixes that may close a derivation."""
        made = {int(graph.step_target[step]) for step in steps}
        used = {goal, *made, *(fact for step in steps for fact in graph.body(step))} - {MAY}
        nodes = {int(graph.fact_node[fact]) for fact in used}
        begun = {int(graph.fact_node[fact]) for fact in used - made}
        rests = {r for step in steps for r in graph.relations(step)}
        worked_out = any(of.prints.derived[n] for n in nodes) or any(r >= of.prints.first for r in rests)
        return {
            place
            for place in active
            if not nodes.isdisjoint((one := self.candidates[place]).gone)
            or not rests.isdisjoint(one.rests)
            or (len(one.starts) and one.node in begun)
            or (worked_out and not one.whole)
        }


# Private functions


def _derived(q: engine.Question, goal: int) -> tuple[int, ...]:
    """Return a derivation of a fact that is reached, pruned."""
    return derivation(q.graph, goal, q.starts, q.may, q.never or None) or ()
