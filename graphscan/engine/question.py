"""A question to the graph: from where, and whether what is merely possible counts; what follows is computed once."""

from collections.abc import Iterable
from functools import cached_property

from graphscan.engine.contract import Contracted, contract
from graphscan.engine.graph import Graph
from graphscan.engine.reach import Reach, reach
from graphscan.engine.slice import backward


class Question:
    """
    Starts that are held together, asked in must or in may.

    Attributes:
        graph:  the graph.
        starts: the start facts, ascending, ambient ones not among them.
        may:    whether possible steps and starts count.
    """

    def __init__(
        self,
        graph: Graph,
        starts: Iterable[int],
        may: bool = False,
        known: "Question | None" = None,
        never: Iterable[int] = (),
    ) -> None:
        """
        Ask.

        Args:
            known: the same question of what is known: what is possible goes on from its answers.
            never: facts that do not count; none of them is known.
        """
        self.graph = graph
        self.starts: tuple[int, ...] = tuple(sorted(set(starts)))
        self.may = may
        self._known = known
        self.never = tuple(never)
        self._supports: dict[int, frozenset[int]] = {}

    @cached_property
    def anyone(self) -> Reach:
        """What ambient facts alone reach."""
        base = None if self._known is None else self._known.anyone
        return reach(self.graph, (), may=self.may, blocked=self.never or None, base=base)

    @cached_property
    def reached(self) -> Reach:
        """What the starts and ambient facts reach together."""
        base = self.anyone if self._known is None else self._known.reached
        return reach(self.graph, self.starts, may=self.may, blocked=self.never or None, base=base)

    def without(self, blocked: Iterable[int]) -> Reach:
        """Return what is reached if some facts are never held."""
        return reach(self.graph, self.starts, may=self.may, blocked=[*blocked, *self.never])

    def attack(self, targets: Iterable[int], through_starts: bool = False) -> Contracted:
        """
        Return the attack graph of some targets, without the requirements that anyone meets.

        Args:
            through_starts: keep steps that give a start fact, for questions about some of the starts alone.
        """
        part = backward(self.graph, self.reached, targets, self.anyone.held, through_starts)
        return contract(self.graph, part, self.anyone.held)

    def support(self, fact: int) -> frozenset[int]:
        """Return all facts of the derivation of a fact that `reached` happened on, itself among them."""
        known = self._supports.get(fact)
        if known is None:
            step = self.reached.step
            found, waiting = {fact}, [fact]
            for one in waiting:
                for other in self.graph.body(int(step[one])) if step[one] >= 0 else ():
                    if other not in found:
                        found.add(other)
                        waiting.append(other)
            known = self._supports[fact] = frozenset(found)
        return known
