"""What still holds in an attack graph when sources are taken away or facts are blocked; answers are kept."""

from collections.abc import Collection, Iterable
from functools import cached_property

from graphscan.engine.chains import Arcs
from graphscan.engine.contract import Contracted
from graphscan.engine.csr import Bools
from graphscan.engine.reach import Reach, reach
from graphscan.engine.reasons import Reasons

_KEPT = 4096  # answers, each as large as the attack graph has facts
_KEPT_BYTES = 1 << 28


class Oracle:
    """
    Reach within one attack graph; all numbers are those of `attack.graph`.

    Attributes:
        spent: work done so far, in units of about one step looked at by a search.
    """

    def __init__(self, attack: Contracted) -> None:
        self.attack = attack
        self.all: Reach = reach(attack.graph, attack.sources)
        self.spent = 0
        self._answers: dict[tuple[frozenset[int], frozenset[int]], Bools] = {}
        self._most = min(_KEPT, 1 + _KEPT_BYTES // attack.graph.fact_count)
        self._price = 20 + attack.graph.step_count // 50
        self._reasons = Reasons(attack.graph, self.all, {*attack.sources, *attack.graph.known_start.tolist()})

    @cached_property
    def arcs(self) -> Arcs:
        """The attack graph read out for walking."""
        return Arcs(self.attack)

    def held(self, sources: Iterable[int], blocked: Iterable[int] = ()) -> Bools:
        """Return which facts some of the sources reach while some facts are never held."""
        question = frozenset(sources), frozenset(blocked)
        answer = self._answers.get(question)
        return self._reach(question).held if answer is None else answer

    def holds(self, needed: Iterable[int], blocked: Collection[int]) -> bool:
        """Return whether all sources together reach every needed fact while some facts are never held."""
        shut = frozenset(blocked)
        known = {fact: self._reasons.say(fact, shut) for fact in needed}
        if False in known.values():
            return False
        doubtful = [fact for fact, says in known.items() if says is None]
        if not doubtful:
            return True
        question = frozenset(self.attack.sources), shut
        answer = self._answers.get(question)
        if answer is not None:
            return all(bool(answer[fact]) for fact in doubtful)
        found = self._reach(question)
        self._reasons.learn(doubtful, shut, found)
        return all(bool(found.held[fact]) for fact in doubtful)

    def step_holds(self, step: int, blocked: Collection[int]) -> bool:
        """Return whether all preconditions of a step hold while some facts are never held."""
        return self.holds(self.arcs.body(step), blocked)

    # Private functions

    def _reach(self, question: tuple[frozenset[int], frozenset[int]]) -> Reach:
        self.spent += self._price
        found = reach(self.attack.graph, sorted(question[0]), blocked=question[1] or None)
        if len(self._answers) >= self._most:
            self._answers.pop(next(iter(self._answers)))
        self._answers[question] = found.held
        return found
