"""
The part of the attack graph that a report draws, and all that a what-if in the page needs.

The steps are closed: every step that is taken on some way to what is listed is here with all of its preconditions, but
for what anyone has whatever is edited. So the least fixed point over them, with the facts of a choice taken away, is
what the engine computes for the edited inventory.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from graphscan.analysis.question import Facts, Question, sorted_for_people
from graphscan.analysis.report_alike import alike
from graphscan.analysis.report_choices import Candidate, Choice, Offer, Refused
from graphscan.analysis.report_families import families
from graphscan.analysis.results import EvidenceView, NodeView, Route
from graphscan.analysis.view import Viewer
from graphscan.engine.csr import Bools, Ints, distinct
from graphscan.engine.graph import IMPLICATION, MAY, Graph
from graphscan.engine.reach import reach
from graphscan.engine.slice import Slice, backward

MOST_NODES = 5_000  # embedded; beyond that only counts
SHOWN_ALIKE = 12  # of targets that look alike, where not all fit
_APART = 12  # so many starts are drawn one by one


@dataclass(frozen=True, slots=True)
class SliceFact:
    """A node, by its place in the slice's nodes, at a level."""

    node: int
    level: str


@dataclass(frozen=True, slots=True)
class SliceStep:
    """
    A step between facts, by their places.

    Attributes:
        source, guard: all are needed.
        target:    what it gives.
        technique: its id; `implies` where a higher level includes a lower one.
        title:     the technique's title.
        possible:  True where the step is not known to exist.
        evidence:  places in the slice's evidence.
    """

    source: int
    guard: tuple[int, ...]
    target: int
    technique: str
    title: str
    effort: int
    possible: bool
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """
    Reached things that are not drawn.

    Attributes:
        like:  one of those that are drawn and to which the same steps lead; None: they are like none of them.
        count: how many.
    """

    kind: str
    sensitivity: str
    like: NodeView | None
    count: int


@dataclass(frozen=True, slots=True)
class ReportSlice:
    """
    The slice of the attack graph between the starts and what they reach.

    Attributes:
        nodes, facts, steps, evidence: referred to by their places.
        starts, possible_starts:   facts that the attacker begins with.
        ambient, possible_ambient: facts that anyone has: starts, or derived whatever is edited.
        targets:       facts that count as reached assets, the most sensitive first, known ones before possible ones.
        targets_total: of how many nodes there are such facts; those that are not among `nodes` are in `left_out`.
        groups:        families: places of nodes that look alike, each of several.
        choices:       edits that can be tried.
        refused:       edits that cannot, with the reason.
        left_out:      reached things that are not among `nodes`.
        whole:         False where only one derivation of each target is here: nothing can be tried then.
    """

    nodes: tuple[NodeView, ...]
    facts: tuple[SliceFact, ...]
    steps: tuple[SliceStep, ...]
    evidence: tuple[EvidenceView, ...]
    starts: tuple[int, ...]
    possible_starts: tuple[int, ...]
    ambient: tuple[int, ...]
    possible_ambient: tuple[int, ...]
    targets: tuple[int, ...]
    targets_total: int
    groups: tuple[tuple[int, ...], ...]
    choices: tuple[Choice, ...]
    refused: tuple[Refused, ...]
    left_out: tuple[LeftOut, ...]
    whole: bool = True


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
    offer = Offer(question, _nodes(graph, backward(graph, reached, wanted, through_starts=True).facts))
    known, possible = _constant(question, offer)
    return _Builder(question, offer, known, possible, _fitting(question, offer, wanted, known | possible, most)).build(
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


def _nodes(graph: Graph, facts: Ints) -> list[int]:
    found: list[int] = distinct(graph.fact_node[facts[facts != MAY]]).tolist()
    return found


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


def _fitting(question: Question, offer: Offer, wanted: Facts, given: Bools, most: int) -> "_Fitting":
    """
    Return the slice of as many targets as fit.

    Of nodes alike a few stay; if that is too many still, the first targets in order; where not even one fits, one
    derivation of each of the first.
    """
    graph, reached = question.session.graph, question.may.reached
    part = backward(graph, reached, wanted, given, through_starts=True)
    if len(_nodes(graph, part.facts)) <= most:
        return _Fitting(part, wanted, {}, whole=True)
    left = _few_alike(question, offer, part, wanted, given)
    gone = np.append(np.zeros(len(question.session.array("kind")), bool), False)
    gone[[node for several in left.values() for node in several]] = True
    gone = gone[graph.fact_node]  # of MAY the last one
    fewer = replace(reached, held=reached.held & ~gone)
    kept = wanted[~gone[wanted]]
    low, high = 0, len(kept)
    while low < high:
        middle = (low + high + 1) // 2
        part = backward(graph, fewer, kept[:middle], given, through_starts=True)
        if len(_nodes(graph, part.facts)) <= most:
            low = middle
        else:
            high = middle - 1
    if low:
        part = backward(graph, fewer, kept[:low], given, through_starts=True)
        return _Fitting(part, kept[:low], left, whole=True)
    return _derived(question, kept, left, most)


def _few_alike(question: Question, offer: Offer, part: Slice, wanted: Facts, given: Bools) -> dict[int, Sequence[int]]:
    """Return, by the first node of each class of nodes alike, those of it that are not drawn."""
    session, graph = question.session, question.session.graph
    label = session.array("kind").astype(np.int64) * 8 + session.array("sensitivity")
    mark = given.astype(np.int64)
    mark[wanted] += 2
    mark[graph.known_start] += 4
    mark[graph.possible_start] += 8
    own = [*question.starts.facts, *question.starts.possible]
    own += [fact for one in offer.candidates for fact in (*one.drops, *one.forbids)]
    apart = np.zeros(len(label), bool)
    apart[graph.fact_node[own]] = True
    classes = alike(graph, part, label, mark, apart)
    return {nodes[0]: nodes[SHOWN_ALIKE:] for nodes in classes if len(nodes) > SHOWN_ALIKE}


def _derived(question: Question, kept: Facts, left: dict[int, Sequence[int]], most: int) -> "_Fitting":
    """Return one derivation of each of the first targets, as many as fit."""
    graph, step_of = question.session.graph, question.may.reached.step
    facts: set[int] = set()
    chosen: list[int] = []
    for fact in kept.tolist():
        more = facts | question.may.support(fact)
        if len(_nodes(graph, np.array(sorted(more), np.int64))) > most:
            break
        facts = more
        chosen.append(fact)
    steps = np.array(sorted(int(step_of[fact]) for fact in facts if step_of[fact] >= 0), np.int64)
    held = np.array(sorted(facts), np.int64)
    targets = np.array(chosen, np.int64)
    return _Fitting(Slice(steps, held, targets, held[step_of[held] < 0]), targets, left, whole=False)


@dataclass(frozen=True, slots=True)
class _Fitting:
    """A slice, its targets in order, and by node those like it that are left out."""

    part: Slice
    targets: Facts
    left: dict[int, Sequence[int]]
    whole: bool


@dataclass(frozen=True, slots=True)
class _Arrow:
    bodies: tuple[tuple[int, str], ...]
    head: tuple[int, str]
    sort: tuple[object, ...]


class _Builder:
    """Turns numbers of the graph into places of a slice."""

    def __init__(self, question: Question, offer: Offer, known: Bools, possible: Bools, fitting: _Fitting) -> None:
        self._question = question
        self._graph = question.session.graph
        self._offer = offer
        self._fitting = fitting
        self._viewer = Viewer(question.session)
        facts = fitting.part.facts
        self._facts: list[int] = facts[facts != MAY].tolist()
        self._place = {fact: place for place, fact in enumerate(self._facts)}
        self._known, self._possible = known, possible
        self._nodes = _nodes(self._graph, fitting.part.facts)
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
