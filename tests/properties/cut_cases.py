"""Questions about the smallest set of cuts on random graphs, and the answer by trying every subset."""

from dataclasses import dataclass, field
from itertools import combinations
from random import Random

import numpy as np
from engine_cases import Case
from engine_naive import Plain

from graphscan.engine.compile import compile_steps
from graphscan.engine.cut import Cut
from graphscan.engine.question import Question

NOTHING = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Asked:
    """A question, its targets and cuts, and what brute force needs to know."""

    question: Question
    targets: tuple[int, ...]
    cuts: tuple[Cut, ...]
    plain: Plain
    begin: frozenset[int]
    known: dict[tuple[int, ...], bool] = field(default_factory=dict)

    def closed(self, chosen: tuple[int, ...]) -> bool:
        """Whether nothing of the targets follows once some cuts are made."""
        if chosen not in self.known:
            self.known[chosen] = self._closed(chosen)
        return self.known[chosen]

    def _closed(self, chosen: tuple[int, ...]) -> bool:
        shut = {fact for place in chosen for fact in self.cuts[place].facts.tolist()}
        off = {step for place in chosen for step in self.cuts[place].steps.tolist()}
        stays = [step for step in range(len(self.plain.head)) if step not in off]
        return not self.plain.closure(self.begin - shut, stays, without=shut) & set(self.targets)

    def cost(self, chosen: tuple[int, ...]) -> int:
        """What some cuts cost."""
        return sum(self.cuts[place].cost for place in chosen)


def asked(case: Case, seed: int) -> Asked:
    """Draw targets that are reached and up to eight cuts: steps, groups of steps, facts, starts, and both together."""
    random = Random(seed)
    graph = compile_steps(case.table, case.asked)
    starts = {low for fact in case.starts for low in graph.lower(*fact)}
    question = Question(graph, starts, random.random() < 0.4)
    held = [fact for fact in np.flatnonzero(question.reached.held).tolist() if fact]
    producing = sorted({int(question.reached.step[fact]) for fact in held} - {-1}) or [*range(graph.step_count)]
    late = [fact for fact in held if question.reached.step[fact] >= 0] or held
    targets = random.sample(late, min(len(late), random.randint(1, 3)))
    if random.random() < 0.1:
        targets.append(random.randrange(1, graph.fact_count))
    cuts = []
    drawn = [fact for fact in sorted(starts) if random.random() < 0.6]
    cuts += [Cut(random.randint(1, 3), NOTHING, np.array([fact])) for fact in drawn[: random.choice((2, 4))]]
    for _ in range(random.randint(1, 5)):
        kind = random.random()
        pool = producing if kind < 0.6 else range(graph.step_count)
        steps = random.sample(pool, min(len(pool), random.choice((1, 1, 2, 4, 6)))) if kind < 0.8 else []
        facts = [random.choice(held or [1])] if kind > 0.7 else []
        cuts.append(Cut(random.randint(1, 3), np.array(sorted(steps), np.int64), np.array(facts, np.int64)))
    random.shuffle(cuts)
    anyone = {*graph.known_start.tolist(), *([0, *graph.possible_start.tolist()] if question.may else [])}
    return Asked(question, tuple(targets), tuple(cuts), Plain.of(graph), frozenset(starts | anyone))


def cheapest(one: Asked, among: tuple[int, ...] | None = None) -> tuple[int, ...] | None:
    """The first of the cheapest sets of some of the cuts: least cost, fewest, smallest places; None for none."""
    best: tuple[int, int, tuple[int, ...]] | None = None
    places = tuple(range(len(one.cuts))) if among is None else among
    for size in range(len(places) + 1):
        for chosen in combinations(places, size):
            rank = one.cost(chosen), size, chosen
            if (best is None or rank < best) and one.closed(chosen):
                best = rank
    return None if best is None else best[2]
