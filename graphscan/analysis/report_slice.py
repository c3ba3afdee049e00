"""
The part of the attack graph that a report draws, and all that a what-if in the page needs.

The steps are closed: every step that is taken on some way to what is listed is here with all of its preconditions, but
for what anyone has whatever is edited. So the least fixed point over them, with the facts of a choice taken away, is
what the engine computes for the edited inventory.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from graphscan.analysis.question import Facts, Question, sorted_for_people
from graphscan.analysis.report_choices import Candidate, Offer
from graphscan.analysis.report_families import families
from graphscan.analysis.report_fitting import Fitting, fitting, nodes_of
from graphscan.analysis.report_parts import Choice, LeftOut, ReportSlice, SliceFact, SliceStep
from graphscan.analysis.results import EvidenceView, Route
from graphscan.analysis.view import Viewer
from graphscan.engine.csr import Bools
from graphscan.engine.graph import IMPLICATION, MAY
from graphscan.engine.reach import reach
from graphscan.engine.slice import backward

MOST_NODES = 5_000  # embedded; beyond that only counts
_APART = 12  # so many starts are drawn one by one


def report_slice(question: Question, routes: Sequence[Route] = (), most: int = MOST_NODES) -> ReportSlice | None:
    """
    Return the slice between a question's starts and the assets they reach; None where they reach none.

    Args:
        question: whose starts and assets are meant.
        routes:   of a report whose targets are no assets (a claim's): their tails are the targets.
        most:     embed so many nodes.
    """
    wanted = _targets(question, routes)
    if not len(wanted):
        return None
    graph, reached = question.session.graph, question.may.reached
    offer = Offer(question, nodes_of(graph, backward(graph, reached, wanted, through_starts=True).facts))
    known, possible = _constant(question, offer)
    return _Builder(question, offer, known, possible, fitting(question, offer, wanted, known | possible, most)).build(
        wanted
    )


# Private functions


def _targets(question: Question, routes: Sequence[Route]) -> Facts:
    known, possible = (
        sorted_for_people(question, question.assets),
        sorted_for_people(question, question.assets_possibly),
    )
    if len(known) or len(possible) or not routes:
        return np.concatenate([known, possible])
    from graphscan.analysis import names
    from graphscan.kinds import level_code

    graph = question.session.graph
    found: list[int] = []
    for tail in dict.fromkeys(tail for route in routes for tail in route.tails):
        there = names.find(question.session, tail.node.id)
        fact = -1 if there is None else graph.at(there[0], level_code(tail.node.kind, tail.level))
        if fact >= 0 and question.may.reached.held[fact]:
            found.append(fact)
    return np.array(found, np.int64)


def _constant(question: Question, offer: Offer) -> tuple[Bools, Bools]:
    """Return what anyone has whatever is tried: known, and possibly where it is never more than that."""
    graph = question.session.graph
    blocked = sorted({fact for one in offer.candidates for fact in one.forbids})
    dropped = [fact for one in offer.candidates for fact in one.drops]
    known = np.setdiff1d(graph.known_start, dropped)
    possible = np.setdiff1d(graph.possible_start, dropped)
    must = reach(graph, known.tolist(), blocked=blocked, ambient=False).held
    if question.may is question.must:
        return must, np.zeros_like(must)
    may = reach(graph, [*known.tolist(), *possible.tolist()], may=True, blocked=blocked, ambient=False).held
    may[MAY] = False
    return must, may & ~must & ~question.must.reached.held


@dataclass(frozen=True, slots=True)
class _Arrow:
    bodies: tuple[tuple[int, str], ...]
    head: tuple[int, str]
    sort: tuple[object, ...]


class _Builder:
    """Turns numbers of the graph into places of a slice."""

    def __init__(self, question: Question, offer: Offer, known: Bools, possible: Bools, part: Fitting) -> None:
        self._question = question
        self._graph = question.session.graph
        self._offer = offer
        self._fitting = part
        self._viewer = Viewer(question.session)
        facts = part.part.facts
        self._facts: list[int] = facts[facts != MAY].tolist()
        self._place = {fact: place for place, fact in enumerate(self._facts)}
        self._known, self._possible = known, possible
        self._nodes = nodes_of(self._graph, part.part.facts)
        self._node_place = {node: place for place, node in enumerate(self._nodes)}
        self._evidence: dict[EvidenceView, int] = {}

    def build(self, wanted: Facts) -> ReportSlice:
        """Return the slice of the targets that fit among those wanted."""
        graph, starts = self._graph, self._question.starts
        numbers: list[int] = self._fitting.part.steps.tolist()
        self._viewer.want(self._nodes)
        self._viewer.want_steps(numbers)
        steps = tuple(self._step(step) for step in numbers)
        anyone = {*graph.known_start.tolist()}
        maybe = {*graph.possible_start.tolist()} - anyone
        ambient = [f for f in self._facts if self._known[f] or f in anyone]
        offered, refused = self._offer.sound(numbers) if self._fitting.whole else ((), ())
        return ReportSlice(
            nodes=tuple(self._viewer.node(node) for node in self._nodes),
            facts=tuple(SliceFact(self._node_place[int(graph.fact_node[f])], graph.level_name(f)) for f in self._facts),
            steps=steps,
            evidence=tuple(self._evidence),
            starts=self._places(starts.facts),
            possible_starts=self._places(fact for fact in starts.possible if fact not in starts.facts),
            ambient=self._places(ambient),
            possible_ambient=self._places(f for f in self._facts if self._possible[f] or f in maybe),
            targets=tuple(self._place[fact] for fact in self._fitting.targets.tolist()),
            targets_total=self._question.nodes(wanted),
            groups=self._groups(steps),
            choices=tuple(one for one in map(self._choice, offered) if one.drops or one.forbids),
            refused=refused,
            left_out=self._left_out(wanted),
            whole=self._fitting.whole,
        )

    # Private functions

    def _places(self, facts: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted(self._place[fact] for fact in facts if fact in self._place))

    def _step(self, step: int) -> SliceStep:
        graph = self._graph
        source = int(graph.step_source[step])
        hop = self._viewer.hop(source, step)
        return SliceStep(
            source=self._place[source],
            guard=tuple(self._place[fact] for fact in graph.body(step) if fact not in (source, MAY)),
            target=self._place[int(graph.step_target[step])],
            technique=hop.technique,
            title=hop.title,
            effort=hop.effort,
            possible=hop.possible,
            evidence=tuple(self._evidence.setdefault(one, len(self._evidence)) for one in hop.evidence),
        )

    def _choice(self, one: Candidate) -> Choice:
        node = self._node_place.get(one.node, -1)
        since = self._question.session.as_of
        return Choice(one.action, node, self._places(one.drops), self._places(one.forbids), since)

    def _groups(self, steps: Sequence[SliceStep]) -> tuple[tuple[int, ...], ...]:
        """Return families of nodes; what begins and what is reached stays apart from what lies between."""
        graph, question = self._graph, self._question
        begins = {int(graph.fact_node[fact]) for fact in (*question.starts.facts, *question.starts.possible)}
        ends = {int(graph.fact_node[fact]) for fact in self._fitting.targets.tolist()}
        views = [self._viewer.node(node) for node in self._nodes]
        sorts = [
            (view.kind, view.subtype, view.provider, view.sensitivity, view.hypothetical, node in begins, node in ends)
            for node, view in zip(self._nodes, views, strict=True)
        ]
        named = [(self._node_place[int(graph.fact_node[f])], graph.level_name(f)) for f in self._facts]
        arrows = [
            _Arrow(
                tuple(named[fact] for fact in (one.source, *one.guard)),
                named[one.target],
                (one.technique, one.possible),
            )
            for one in steps
            if one.technique != IMPLICATION
        ]
        apart = [self._node_place[n] for n in begins if n in self._node_place]
        return families(sorts, arrows, apart if len(apart) <= _APART else ())

    def _left_out(self, wanted: Facts) -> tuple[LeftOut, ...]:
        told: list[LeftOut] = []
        here, spoken = {*self._nodes}, set[int]()
        for first, others in self._fitting.left.items():
            if first in here:
                view = self._viewer.node(first)
                told.append(LeftOut(view.kind, view.sensitivity, view, len(others)))
                spoken |= {*others}
        shown = {*self._fitting.targets.tolist()}
        node = self._graph.fact_node
        rest = [fact for fact in wanted.tolist() if fact not in shown and int(node[fact]) not in spoken]
        self._viewer.want_facts(rest)
        counts = Counter((view.sensitivity, view.kind) for view in (self._viewer.fact(fact).node for fact in rest))
        told += [LeftOut(kind, sensitivity, None, count) for (sensitivity, kind), count in counts.most_common()]
        return tuple(told)
