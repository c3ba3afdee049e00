"""What fixes do not close: what nobody could read, what keeps the attacker in, and a way that no fix touches."""

from graphscan.analysis.coverage import gaps
from graphscan.analysis.fix_effect import Asked
from graphscan.analysis.fix_solve import Solved
from graphscan.analysis.results import FactView, Hop
from graphscan.analysis.view import Viewer
from graphscan.engine.graph import MAY


def unread(asked: Asked) -> tuple[tuple[FactView, ...], tuple[str, ...]]:
    """Return the targets that are possible only by what nobody could read, and what that is."""
    question = asked.question
    if asked.possible:
        facts = list(asked.goals)
    else:
        held = question.may.reached.held
        facts = [fact for fact in asked.targets if held[fact] and not asked.closing.reached.held[fact]]
    if not facts:
        return (), ()
    viewer = Viewer(question.session)
    viewer.want_facts(facts)
    lines = [one for one in gaps(question.session, question) if one.used]
    said = [
        f"{one.source_instance} {one.relation}{f' of {one.scope}' if one.scope else ''} ({one.state})" for one in lines
    ]
    return tuple(viewer.fact(fact) for fact in facts), tuple(dict.fromkeys(said))


def evict(only: Solved | None) -> tuple[FactView, ...]:
    """Return what keeps the attacker in once all credentials are rotated and revoked."""
    if only is None or only.uncut is None:
        return ()
    asked, steps = only.uncut.asked, only.uncut.steps
    graph, session = asked.question.session.graph, asked.question.session
    made = {int(graph.step_target[step]) for step in steps}
    used = {only.uncut.goal, *(fact for step in steps for fact in graph.body(step))} - {MAY} - made
    own = {fact for fact in used if fact in asked.closing.starts}
    viewer = Viewer(session)
    hypothetical = {
        fact for fact in made if graph.level_name(fact) == "held" and asked.prints.derived[graph.fact_node[fact]]
    }
    viewer.want_facts([*own, *hypothetical])
    views = [viewer.fact(fact) for fact in sorted({*own, *hypothetical})]
    return tuple(one for one in views if one.node.kind != "Credential" or one.node.hypothetical)


def stays(solved: Solved | None) -> FactView | None:
    """Return a target that no set of fixes closes, where there is no set."""
    if solved is None or solved.uncut is None:
        return None
    viewer = Viewer(solved.uncut.asked.question.session)
    viewer.want_facts([solved.uncut.goal])
    return viewer.fact(solved.uncut.goal)


def derivation(solved: Solved | None) -> tuple[Hop, ...]:
    """Return how it is reached whatever is done; empty where the attacker begins with it."""
    if solved is None or solved.uncut is None:
        return ()
    asked, steps = solved.uncut.asked, solved.uncut.steps
    graph = asked.question.session.graph
    viewer = Viewer(asked.question.session)
    viewer.want_steps(steps)
    chain = [(next(fact for fact in graph.body(step) if fact != MAY), step) for step in steps]
    return viewer.hops(chain)
