"""What comes of fixes: on the compiled graph, and by editing the inventory and deriving everything anew."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import numpy as np

from graphscan.analysis import names
from graphscan.analysis.fix_candidates import Candidate, edited
from graphscan.analysis.fix_prints import Prints
from graphscan.analysis.question import Question
from graphscan.analysis.session import Session
from graphscan.engine import question as engine
from graphscan.engine.csr import Bools, Ints
from graphscan.engine.graph import MAY
from graphscan.engine.order import IMPLIES
from graphscan.engine.reach import Reach
from graphscan.engine.slice import backward, fired
from graphscan.engine.without import without
from graphscan.errors import UsageError
from graphscan.expand.edits import Edits


@dataclass(frozen=True)
class Asked:
    """
    A question put to a session, as it is to be closed.

    Attributes:
        question: the starts put to it.
        closing:  what has to be closed: what is stated, or what is possible where nothing is stated to be reached.
        goals:    the targets' facts that are reached there, ascending.
        targets:  all facts of the targets.
    """

    question: Question
    closing: engine.Question
    goals: tuple[int, ...]
    targets: tuple[int, ...]

    @classmethod
    def put(
        cls,
        session: Session,
        from_: Sequence[str],
        to: Sequence[str],
        obtained: datetime | None,
        possible: bool | None = None,
    ) -> "Asked":
        """
        Put starts and targets to a session.

        Args:
            possible: close all that is possible; None: only where nothing is stated to be reached.

        Raises:
            UnknownNameError, EmptySelectionError, UsageError: as the words say.
        """
        question = Question.ask(session, names.starts(session, from_, obtained))
        try:
            targets = names.targets(session, to).facts
        except UsageError:
            # Once a fix is made, nothing may ask any more for the level of a group that was asked for.
            if possible is None:
                raise
            targets = ()
        if possible is None:
            possible = not any(question.stated.reached.held[fact] for fact in targets)
        closing = question.may if possible else question.stated
        return cls(question, closing, tuple(fact for fact in targets if closing.reached.held[fact]), targets)

    @property
    def possible(self) -> bool:
        """Whether all that is possible is to be closed, and not only what is stated."""
        return self.closing is self.question.may and self.question.stated is not self.question.may

    @cached_property
    def prints(self) -> Prints:
        """Return what tells its facts and steps from those of another graph."""
        return Prints(self.question.session)

    @cached_property
    def towards(self) -> Bools:
        """(F,) whether a fact may lead to a target by any steps, whoever can take them."""
        graph = self.question.session.graph
        all_ = Reach(np.ones(graph.fact_count, bool), np.zeros(graph.fact_count, np.int64), np.zeros(0, np.int64), True)
        found = np.zeros(graph.fact_count, bool)
        found[backward(graph, all_, self.targets, through_starts=True).facts] = True
        found[MAY] = False
        return found


def locally(asked: engine.Question, chosen: Iterable[Candidate]) -> engine.Question:
    """Return the same question of the compiled graph with some fixes made, as far as it tells what they close."""
    made = list(chosen)
    graph = asked.graph
    steps = sorted({step for one in made for step in one.steps.tolist()})
    gone = np.array(sorted({fact for one in made for fact in one.starts.tolist()}), np.int64)
    never = {fact for one in made for fact in one.never.tolist()}
    if steps:
        graph = without(graph, np.array(steps, np.int64))
    if np.isin(graph.known_start, gone).any() or np.isin(graph.possible_start, gone).any():
        graph = replace(
            graph,
            known_start=np.setdiff1d(graph.known_start, gone),
            possible_start=np.setdiff1d(graph.possible_start, gone),
        )
    starts = {*asked.starts, *(fact for one in made for fact in one.added)} - {*gone.tolist()} - never
    # A value that two credentials share ends with both.
    return engine.Question(graph, starts, asked.may, None, [*asked.never, *sorted(never)])


@dataclass(frozen=True)
class Truth:
    """
    What is so with fixes made and everything derived anew.

    Attributes:
        after:    the same question.
        opened:   steps of the new graph that were not there, lead to a target or the way to one, and that this attacker
                  can take.
        others:   how many such steps there are that he cannot take.
    """

    after: Asked
    opened: tuple[int, ...]
    others: int

    @property
    def session(self) -> Session:
        """Return the session with the fixes made."""
        return self.after.question.session


class Anew:
    """Edits the inventory and asks again, each set of fixes once."""

    def __init__(
        self, before: Asked, from_: Sequence[str], to: Sequence[str], obtained: datetime | None, way: Ints
    ) -> None:
        """Keep what to ask; `way` are the facts on the way now: a step that gives control of their nodes counts."""
        self._before, self._from, self._to, self._obtained = before, from_, to, obtained
        self._way = before.prints.nodes[before.question.session.graph.fact_node[way[way != MAY]]]
        self._known: dict[Edits, Truth] = {}
        self.tries = 0

    def __call__(self, chosen: Iterable[Candidate]) -> Truth:
        """
        Return what is so with some fixes made.

        Raises:
            StoreDamagedError, TechniqueError: as the words say.
        """
        before = self._before.question.session
        edits = edited(before.edits, chosen)
        if edits not in self._known:
            self.tries += 1
            session = before.edited(edits)
            after = Asked.put(session, self._from, self._to, self._obtained, self._before.possible)
            self._known[edits] = self._compared(after)
        return self._known[edits]

    def known(self, one: Candidate) -> Truth | None:
        """Return what is so with one fix made, if that was worked out."""
        return self._known.get(edited(self._before.question.session.edits, [one]))

    def _compared(self, after: Asked) -> Truth:
        old, new = self._before.prints, after.prints
        graph, reached = after.question.session.graph, after.closing.reached
        steps = np.flatnonzero(new.opened(old) & ~new.unread)
        targets = graph.step_target[steps]
        steps = steps[after.towards[targets] | np.isin(new.nodes[graph.fact_node[targets]], self._way)]
        can = fired(graph, reached, steps)
        # What is worked out under another name each time is told by what it leads to.
        made = reached.step[[fact for fact in self._gained(after) if after.towards[fact]]]
        made = made[made >= 0]
        made = made[~new.unread[made]]
        return Truth(after, tuple(sorted({*steps[can].tolist(), *made.tolist()})), int((~can).sum()))

    def _gained(self, after: Asked) -> list[int]:
        """Return the facts of stated nodes that are reached now, and neither they nor stronger ones were before."""
        before, new = self._before, after.prints
        graph, was = after.question.session.graph, before.question.session.graph
        held = before.closing.reached.held
        fresh = after.closing.reached.held & ~np.isin(new.facts, before.prints.facts[held])
        fresh &= ~new.derived[graph.fact_node]
        fresh[MAY] = False
        return [
            int(fact)
            for fact in np.flatnonzero(fresh)
            if not any(
                held[other] and IMPLIES[was.fact_level[other], graph.fact_level[fact]]
                for other in was.facts_of(int(graph.fact_node[fact]))
            )
        ]
