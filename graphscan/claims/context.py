"""What a verb asks with: one graph, one assumption, and what the claim's sets match in it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from graphscan.analysis import build
from graphscan.analysis.names import Starts
from graphscan.analysis.question import Question
from graphscan.analysis.session import Session
from graphscan.claims import model, sets
from graphscan.claims.assume import Assumed
from graphscan.claims.reaches import Reaches
from graphscan.claims.results import SetLine
from graphscan.claims.select import Selected, Selection
from graphscan.engine.csr import distinct

Ints = NDArray[np.int64]


class VacuousError(Exception):
    """A set of a claim matches nothing, or less than it must: the claim says nothing."""


@dataclass(frozen=True)
class Finding:
    """
    What a verb finds out.

    Attributes:
        broken:    the claim does not hold, over what is known.
        possibly:  it may not hold, over what is possible; true wherever `broken` is.
        reason:    why, in words that follow the verdict.
        question:  what was asked: with the starts, under the assumption.
        known, possible: facts to lead known, and merely possible, paths to.
        targets:   the facts of the set `to`, ascending.
        goals:     its nodes, ascending.
        starts:    the nodes that `from` matched, ascending.
        absent:    (node, level) of targets that no step gives.
        shut:      facts left out on purpose, which no path may pass.
        at_most:   how many of `goals` may be reached all the same.
        absence:   whether the claim says that something is not reached: then a closed set proves it.
        undecided: why it could not be decided, "" if it could.
    """

    broken: bool
    possibly: bool
    reason: str
    question: Question
    known: Ints
    possible: Ints
    targets: Ints
    goals: Ints
    starts: Ints
    absent: tuple[tuple[int, str], ...] = ()
    shut: tuple[int, ...] = ()
    at_most: int = 0
    absence: bool = True
    undecided: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matched:
    """
    A selector of a claim as it was resolved.

    Attributes:
        facts:  what holding it means, or what reaching it means, ascending.
        absent: (node, level) of targets that no step gives.
    """

    selected: Selected
    facts: Ints
    absent: tuple[tuple[int, str], ...] = ()

    @property
    def nodes(self) -> Ints:
        """Return its node numbers, ascending."""
        return self.selected.nodes.astype(np.int64)


@dataclass
class Context:
    """
    One graph for one claim.

    Attributes:
        lines: the sets asked for so far, in order.
        unfollowed: why a target cannot be judged, "" if each can.
        base:  opens another snapshot for the same claim; raises VacuousError where there is none.
    """

    session: Session
    selection: Selection
    reaches: Reaches
    assumption: model.Assumption | None
    assumed: Assumed
    base: Callable[[str], "Context"]
    lines: list[SetLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unfollowed: str = ""

    def starts(self, selector: model.Selector | None) -> Matched:
        """Return what the attacker begins with: the claim's own `from`, else the attacker of its assumption."""
        role = "from"
        if selector is None:
            if self.assumption is None or self.assumption.attacker is None:
                raise VacuousError("nothing says what the attacker begins with")
            selector, role = self.assumption.attacker, "attacker"
        selected = self.chosen(role, selector)
        return Matched(selected, sets.starts(self.session, selected))

    def targets(self, selector: model.Selector) -> Matched:
        """Return what is to be reached, or not."""
        selected = self.chosen("to", selector)
        facts, unasked = sets.targets(self.session, selected)
        if unasked:
            what = counted(len(unasked), "group")
            self.unfollowed = f"nothing opens to members of {what} at the level asked for, so it is not followed"
        return Matched(selected, facts, self._absent(selected, facts))

    def chosen(self, role: str, selector: model.Selector) -> Selected:
        """Return what a selector matches. Raises VacuousError."""
        selected = self.selection.resolve(selector)
        self.lines.append(SetLine(role, selected.text, selected.count))
        if selected.vacuous:
            raise VacuousError(selected.vacuous)
        return selected

    def ask(self, facts: Ints, shut: tuple[int, ...] = ()) -> Question:
        """Put start facts to the graph, under the assumption."""
        return self.reaches.ask(self.assumed, Starts(tuple(facts.tolist()), (), ()), shut)

    def nodes_of(self, facts: Ints) -> Ints:
        """Return the nodes of facts, ascending, each once."""
        return distinct(self.session.graph.fact_node[facts]).astype(np.int64)

    def held(self, facts: Ints, question: Question) -> tuple[Ints, Ints]:
        """Return which facts are known to be reached, and which only possibly."""
        known = question.must.reached.held[facts]
        possible = question.may.reached.held[facts] & ~known
        return facts[known], facts[possible]

    # Private methods

    def _absent(self, selected: Selected, facts: Ints) -> tuple[tuple[int, str], ...]:
        there, kind = self.nodes_of(facts), self.session.array("kind")
        missing = []
        for group in selected.groups:
            for n in np.setdiff1d(group.nodes, there).tolist():
                level = group.level or sets.least_access(build.KINDS[int(kind[n])])
                missing.append((n, level))
        return tuple(missing)


def counted(number: int, noun: str) -> str:
    """Return `1 node`, `2,000 nodes`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
