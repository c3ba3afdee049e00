"""What stopped the rest: controls that held where everything else of a step was at hand."""

import numpy as np

from graphscan import kinds
from graphscan.analysis.question import Facts, Question, sorted_for_people
from graphscan.analysis.results import Blocker
from graphscan.analysis.view import Viewer
from graphscan.engine.csr import distinct, spread
from graphscan.engine.reach import reach
from graphscan.engine.slice import fired

DEFEATED = kinds.level_code("Control", "defeated")
SHOWN = 12  # facts named for each control
LISTED = 50


def blocked_by(question: Question, budget: int) -> tuple[tuple[Blocker, ...], str]:
    """
    Return the controls in the way, those that protect most first, and a note where not all were tried.

    Args:
        budget: for how many controls to compute what falls when that one alone fails; up to 50 are listed.
    """
    stopped = _stopped(question)
    graph = question.session.graph
    rank = question.sensitivity
    ordered = sorted(
        stopped,
        key=lambda control: (
            -int(rank[stopped[control]].max(initial=0)),
            -len(stopped[control]),
            int(graph.fact_node[control]),
        ),
    )
    listed = ordered[:LISTED]
    falls = {control: _falls(question, control) for control in listed[:budget]}
    hindering = _hindering(question)
    viewer = Viewer(question.session)
    shown = {control: sorted_for_people(question, stopped[control])[:SHOWN] for control in listed}
    ways = {control: graph.steps_into(control) for control in (*listed, *hindering)}
    viewer.want_facts([*listed, *hindering, *(int(f) for facts in shown.values() for f in facts)])
    viewer.want_steps([step for steps in ways.values() for step in steps])
    states = _states(question, [int(graph.fact_node[control]) for control in (*listed, *hindering)])
    lines = [
        Blocker(
            control=viewer.fact(control).node,
            enforced=states[int(graph.fact_node[control])][0],
            effect=states[int(graph.fact_node[control])][1],
            protects=tuple(viewer.fact(int(fact)) for fact in shown.get(control, ())),
            protects_count=len(stopped.get(control, ())),
            would_open=0 if control in hindering else falls.get(control),
            defeated_by=tuple(viewer.fact(int(graph.step_source[step])) for step in ways[control]),
        )
        for control in (*sorted(listed, key=lambda one: -falls.get(one, 0)), *hindering)
    ]
    left, untried = len(ordered) - len(listed), len(listed) - len(falls)
    notes = [
        *([f"{left:,} more controls stopped something and are not listed"] if left else []),
        *([f"for {untried:,} controls it was not computed what falls when they fail"] if untried else []),
    ]
    return tuple(lines), "; ".join(notes)


# Private functions


def _stopped(question: Question) -> dict[int, Facts]:
    """Return for each control fact that is missing the facts that were stopped for want of controls alone."""
    graph, held = question.session.graph, question.must.reached.held
    control = graph.fact_level == DEFEATED
    # Per guard: how many facts are missing, and how many of these are controls.
    missing = np.append(~held[graph.guard_facts], False)
    absent = np.add.reduceat(missing, graph.guard_ptr[:-1]) if graph.guard_count else np.zeros(0, np.int64)
    other = np.append(missing[:-1] & ~control[graph.guard_facts], False)
    lacking_other = np.add.reduceat(other, graph.guard_ptr[:-1]) if graph.guard_count else np.zeros(0, np.int64)
    steps = np.flatnonzero(~held[graph.step_target] & ~control[graph.step_target])
    guard = graph.step_guard[steps]
    source = graph.step_source[steps]
    guarded = guard >= 0
    at_hand = np.zeros(len(steps), bool)
    at_hand[guarded] = (lacking_other[guard[guarded]] == 0) & (
        (held[source[guarded]] & (absent[guard[guarded]] > 0)) | (~held[source[guarded]] & control[source[guarded]])
    )
    steps = steps[at_hand]
    guard, source = graph.step_guard[steps], graph.step_source[steps]
    members = spread(graph.guard_ptr, guard[guard >= 0])
    sizes = np.diff(graph.guard_ptr)[guard[guard >= 0]]
    facts = np.concatenate([source, graph.guard_facts[members]])
    targets = np.concatenate([graph.step_target[steps], np.repeat(graph.step_target[steps[guard >= 0]], sizes)])
    lacking = control[facts] & ~held[facts]
    facts, targets = facts[lacking], targets[lacking]
    order = np.argsort(facts, kind="stable")
    ends = np.flatnonzero(np.diff(facts[order])) + 1
    return {
        int(facts[part[0]]): distinct(targets[part]).astype(np.int64) for part in np.split(order, ends) if len(part)
    }


def _falls(question: Question, control: int) -> int:
    """Return how many more nodes of the assets' sensitivity are reached when a control alone fails."""
    without = reach(question.session.graph, (*question.starts.facts, control), base=question.must.reached)
    new = np.flatnonzero(without.held & ~question.must.reached.held)
    return question.nodes(new[question.sensitivity[new] >= max(1, question.least.rank)])


def _hindering(question: Question) -> list[int]:
    """Return controls that only hinder and lie on a step that was taken with the starts."""
    graph = question.session.graph
    hindering = {
        row[0]
        for row in question.session.con.execute(
            "SELECT n FROM base.node WHERE kind = 'Control' AND effect = 'hinders' AND enforced_now = 'yes'"
        ).fetchall()
    }
    facts = [fact for fact in (graph.at(n, DEFEATED) for n in sorted(hindering)) if fact >= 0]
    taken = []
    for fact in facts:
        guards = graph.fact_guards[graph.fact_guard_ptr[fact] : graph.fact_guard_ptr[fact + 1]]
        steps = graph.guard_steps[spread(graph.guard_step_ptr, guards)]
        gained = (
            question.must.reached.held[graph.step_target[steps]] & ~question.must.anyone.held[graph.step_target[steps]]
        )
        if (fired(graph, question.must.reached, steps) & gained).any():
            taken.append(fact)
    return taken


def _states(question: Question, nodes: list[int]) -> dict[int, tuple[str, str]]:
    rows = question.session.con.execute(
        "SELECT n, coalesce(enforced_now, 'unknown'), coalesce(effect, 'blocks') FROM base.node "
        "WHERE n IN (SELECT unnest(?::INTEGER[]))",
        [nodes],
    ).fetchall()
    return {n: (enforced, effect) for n, enforced, effect in rows}
