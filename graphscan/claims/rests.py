"""What a claim that holds rests on: the controls on the edge of the closed set, and how many blockers deep it is."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graphscan.analysis.results import NodeView
from graphscan.analysis.session import Session
from graphscan.analysis.view import Viewer
from graphscan.claims.blockers import DEATH, Named, Question, put, with_the_dead
from graphscan.claims.certificate import Statement
from graphscan.claims.results import ControlLine, Depth, RestsOn
from graphscan.engine import depth as engine
from graphscan.engine.certificate import closed_set
from graphscan.engine.reach import Reach

DEFAULT_BUDGET = engine.DEFAULT_BUDGET
_NAMED = 5  # deaths named in a note


@dataclass(frozen=True, slots=True)
class Survival:
    """
    Whether a claim holds on if trusted controls fail.

    Attributes:
        holds:   None where the budget ended first.
        failing: each smallest set that brings it down, where these are single controls; else the first of them.
    """

    holds: bool | None
    failing: tuple[tuple[NodeView, ...], ...]


def rests_on(
    session: Session,
    statement: Statement,
    start_nodes: Iterable[int] = (),
    reached: Reach | None = None,
    budget: int = DEFAULT_BUDGET,
) -> RestsOn:
    """
    Return what a statement that holds rests on.

    Args:
        statement:   holds in the session, what is possible counted.
        start_nodes: numbers of all nodes that the attacker begins with. A dead credential among them is held once its
                     death fails: if it was not revoked after all.
        reached:     what the starts reach, where that is known: `Certificates.write` says how.
        budget:      of work for the depth.
    """
    own = closed_set(session.graph, (*statement.starts, *statement.held), True, statement.shut, reached)
    start_nodes = frozenset(start_nodes)
    alive = with_the_dead(session)
    question = put(session, alive, statement, start_nodes)
    found = engine.depth(question.asked, [one.blocker for one in question.blockers], budget=budget)
    notes = []
    if found.number == 0 and not found.structural and alive is not session:
        # To bring the dead back may change what was derived from their being gone: asked without them.
        without = put(session, session, statement, start_nodes)
        again = engine.depth(without.asked, [one.blocker for one in without.blockers], budget=budget)
        if again.number or again.structural:
            question, found = without, again
            notes.append("the depth is that of controls alone: the deaths of credentials could not be told apart")
    if not found.number and not found.structural:
        notes.append("nothing but what hinders stands in the way")
    if question.lost:
        notes.append(f"the depth does not count these starts: {', '.join(question.lost)}")
    if not found.all_single:
        notes.append("not every blocker was tried alone: the budget ended first")
    if found.structural and found.anyone:
        what = "1 target" if found.anyone == 1 else f"{found.anyone:,} targets"
        notes.append(
            f"if controls failed, {what} would be open to anyone; what the attacker begins with adds nothing to that"
        )
    viewer = Viewer(question.session)
    viewer.want(nodes=[one.node for one in question.blockers])
    notes += _deaths(question, found, viewer)
    return RestsOn(_controls(question, found, viewer), _depth(question, found, viewer), len(own.facts), tuple(notes))


def survives(
    session: Session,
    statement: Statement,
    most: int,
    start_nodes: Iterable[int] = (),
    budget: int = DEFAULT_BUDGET,
) -> Survival:
    """
    Return whether a statement that holds goes on holding if any `most` of the trusted controls fail.

    An instance of a trusted mechanism is trusted as well; where the mechanism fails, it falls with it.

    Args:
        most: 0, 1 or 2.
    """
    if most <= 0:
        return Survival(True, ())
    question = put(session, session, statement, frozenset(start_nodes))
    trusted = [one for one in question.blockers if one.trusted]
    found = engine.depth(question.asked, [one.blocker for one in trusted], most, budget)
    if found.structural or found.number > most:
        return Survival(True, ())
    if not found.exact:
        return Survival(None, ())
    viewer = Viewer(session)
    viewer.want(nodes=[one.node for one in trusted])
    sets: list[tuple[int, ...]] = [(place,) for place in found.single] or [found.example]
    return Survival(False, tuple(tuple(viewer.node(trusted[place].node) for place in one) for one in sets))


# Private functions


def _controls(question: Question, found: engine.Depth, viewer: Viewer) -> tuple[ControlLine, ...]:
    """Return the controls that stop a step which takes part, and the trusted ones that are enough alone."""
    if found.part is None:
        return ()
    single = {question.blockers[place].node for place in found.single}
    controls = {fact: one for one in question.blockers if one.sort != DEATH for fact in one.blocker.gives}
    stopped = engine.stopped_by(found.part, *question.edge, among=controls)
    steps = {controls[fact].node: count for fact, count in stopped.items()}
    for one in controls.values():
        if one.trusted and one.node in single:
            steps.setdefault(one.node, 0)
    lines = [ControlLine(viewer.node(node), count, node in single) for node, count in steps.items()]
    return tuple(sorted(lines, key=lambda line: (not line.single, -line.steps, line.control.id)))


def _depth(question: Question, found: engine.Depth, viewer: Viewer) -> Depth:
    example = [question.blockers[place] for place in found.example]
    sorts = Counter(one.sort for one in example)
    return Depth(
        structural=found.structural,
        number=found.number,
        exact=found.exact,
        sorts=tuple(sorted(sorts.items(), key=lambda pair: _ORDER.index(pair[0]))),
        example=tuple(viewer.node(one.node) for one in sorted(example, key=_place)),
    )


def _deaths(question: Question, found: engine.Depth, viewer: Viewer) -> list[str]:
    """Return a note for the dead credentials that alone would be enough, were they alive."""
    alone: Sequence[Named] = [question.blockers[place] for place in found.single]
    ids = [viewer.node(one.node).id for one in alone if one.sort == DEATH]
    if not ids:
        return []
    more = f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else ""
    return [f"it would fall if one of these were alive after all: {', '.join(ids[:_NAMED])}{more}"]


_ORDER = ("control", "circumstance", "dead credential")


def _place(one: Named) -> tuple[int, int]:
    return _ORDER.index(one.sort), one.node
