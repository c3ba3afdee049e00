"""Reach under an assumption: each (assumption, start) is computed once in a run, possible reach grows from known."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from graphscan.analysis.names import Starts
from graphscan.analysis.question import Question
from graphscan.analysis.session import Session
from graphscan.claims.assume import Assumed
from graphscan.engine import question as engine
from graphscan.engine.graph import Graph
from graphscan.engine.reach import Reach, reach

Key = tuple[tuple[int, ...], tuple[int, ...]]


class AssumedQuestion(engine.Question):
    """A question to a graph of which some facts are held by anyone and some by nobody."""

    def __init__(
        self,
        graph: Graph,
        starts: Iterable[int],
        may: bool = False,
        known: "AssumedQuestion | None" = None,
        *,
        held: tuple[int, ...] = (),
        blocked: tuple[int, ...] = (),
        ambient: bool = True,
        base: Reach | None = None,
    ) -> None:
        """
        Ask.

        Args:
            known:   the same question of what is known.
            held:    facts that anyone holds under the assumption.
            blocked: facts that nobody holds under it.
            ambient: False: what anyone has is no gift; only `held` is.
            base:    what anyone reaches, where another question computed it.
        """
        super().__init__(graph, starts, may, known)
        self.held = held
        self.blocked = blocked
        self.ambient = ambient
        self._anyone = base

    @cached_property
    def anyone(self) -> Reach:
        """What ambient facts, where they are a gift, and those that anyone holds reach."""
        if self._anyone is not None:
            return self._anyone
        return self._reach(self.held, None if self._known is None else self._known.anyone)

    @cached_property
    def reached(self) -> Reach:
        """What the starts reach together with that."""
        base = self.anyone if self._known is None else self._known.reached
        return self._reach((*self.starts, *self.held), base)

    def without(self, blocked: Iterable[int]) -> Reach:
        """Return what is reached if some further facts are never held."""
        return reach(
            self.graph,
            (*self.starts, *self.held),
            may=self.may,
            blocked={*blocked, *self.blocked},
            ambient=self.ambient,
        )

    # Private methods

    def _reach(self, starts: Iterable[int], base: Reach | None) -> Reach:
        return reach(self.graph, starts, may=self.may, blocked=self.blocked or None, ambient=self.ambient, base=base)


@dataclass
class Reaches:
    """
    The reaches of one graph, each computed when it is first asked for.

    Attributes:
        computed: how many (assumption, start) pairs were.
    """

    session: Session
    computed: int = 0
    _anyone: dict[tuple[Key, bool], Reach] = field(default_factory=dict)
    _asked: dict[tuple[Key, tuple[int, ...], bool], Question] = field(default_factory=dict)

    def ask(
        self, assumed: Assumed, starts: Starts, shut: tuple[int, ...] = (), given: tuple[int, ...] | None = None
    ) -> Question:
        """
        Put starts to the graph under an assumption.

        Args:
            shut:  further facts that nobody holds (what `only_via` must pass).
            given: facts that are a gift instead of what anyone has, which is then to be among `starts`.
        """
        ambient = given is None
        blocked = tuple(sorted({*assumed.blocked, *shut}))
        key = (tuple(sorted({*assumed.held, *(given or ())})), blocked)
        found = self._asked.get((key, starts.facts, ambient))
        if found is None:
            found = self._asked[key, starts.facts, ambient] = self._question(key, starts, ambient)
            self.computed += 1
        return found

    # Private methods

    def _question(self, key: Key, starts: Starts, ambient: bool) -> Question:
        graph = self.session.graph
        held, blocked = key
        must = AssumedQuestion(graph, starts.facts, held=held, blocked=blocked, ambient=ambient)
        may = must
        if len(graph.possible_start) or bool(graph.guard_possible.any()):
            may = AssumedQuestion(graph, starts.facts, True, must, held=held, blocked=blocked, ambient=ambient)
        if ambient:
            for one in dict.fromkeys((must, may)):
                shared = self._anyone.get((key, one.may))
                if shared is not None:
                    one._anyone = shared
                else:
                    self._anyone[key, one.may] = one.anyone
        return Question(self.session, starts, must, may)
