"""What a verdict shows: paths, pairs, the blockers whose absence opened them, the gaps that leave it open."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from graphscan.analysis.names import Starts
from graphscan.analysis.question import Question
from graphscan.analysis.results import FactView, NodeView, Route
from graphscan.analysis.routes import any_route, routes_to
from graphscan.claims.assume import DEFEATED
from graphscan.claims.context import Context, Finding, Ints, counted
from graphscan.claims.pairs import table

_SMALL = 20_000  # steps up to which every kind of path is looked for
_NEAR = (500, 5_000)  # beyond that: among so many facts nearest to the starts
_ONE = "one path is shown, in a graph of this size not always the cheapest: `graphscan paths` looks for more"
SEARCHED = 500_000  # steps up to which that is done; beyond it one path is shown, which needs no search
_COUNTED = 500_000  # steps up to which pairs of several starts are counted


@dataclass(frozen=True)
class Shown:
    """
    The paths of a finding.

    Attributes:
        routes: families, the shortest path's first.
        notes:  bounds that were reached.
    """

    routes: tuple[Route, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def shortest(self) -> Route | None:
        """Return the family of the shortest path."""
        return self.routes[0] if self.routes else None

    @property
    def families(self) -> tuple[Route, ...]:
        """Return all families, those of most paths first, equal ones the cheapest first."""
        return tuple(sorted(self.routes, key=lambda route: (-route.paths, route.cost)))


def routes(context: Context, finding: Finding, possible: bool, limit: int) -> Shown:
    """
    Return the paths to what is known, or to what is possible, to be reached.

    Where nothing of `from` is needed they begin with what anyone has.
    """
    question = finding.question
    asked = question.may if possible else question.must
    facts = finding.possible if possible else finding.known
    free = asked.anyone.held[facts]
    wanted = facts[~free]
    notes: list[str] = []
    found: tuple[Route, ...] = ()
    if len(wanted):
        found, note = _routes(question, wanted, possible, limit)
        notes += [note] if note else []
    if free.any():
        count = counted(len(context.nodes_of(facts[free])), "target")
        how = "possibly open" if possible else "open"
        notes.append(f"{count} {how} to anyone, whatever `from` is")
        if not len(wanted):
            open_ = _from_anyone(context, finding, possible)
            found, note = _routes(open_, facts[free], possible, limit)
            notes += [note] if note else []
    return Shown(found, tuple(notes))


def pairs(finding: Finding) -> tuple[int | None, int | None, str]:
    """Return how many (start, target) pairs are connected by what is known, of how many, and a note if not exactly."""
    of = len(finding.starts) * len(finding.goals)
    question, graph = finding.question, finding.question.session.graph
    if len(finding.starts) == 1:
        return len(np.unique(graph.fact_node[finding.targets[question.must.reached.held[finding.targets]]])), of, ""
    if graph.step_count > _COUNTED:
        return None, of, "pairs are not counted in a graph of this size; ask `graphscan blast --each`"
    found = table(finding.question, False, finding.starts, finding.goals, finding.targets)
    if found is None:
        return None, of, "too many pairs to count"
    note = "" if found.exact.all() else "the number of pairs is an upper bound: a budget ran out"
    return int(found.joined.sum()), of, note


def opened(context: Context, shown: Iterable[Route]) -> tuple[NodeView, ...]:
    """Return the controls that paths pass because they are not in force, or not known to be, or have failed."""
    views = {fact.node.id: fact.node for route in shown for fact in _facts(route) if fact.node.kind == "Control"}
    if not views:
        return ()
    rows = context.session.con.execute(
        "SELECT n, id FROM base.node WHERE kind = 'Control' AND coalesce(effect, 'blocks') = 'blocks' "
        "AND id IN (SELECT unnest(?::VARCHAR[])) ORDER BY id",
        [sorted(views)],
    ).fetchall()
    graph = context.session.graph
    open_ = {*graph.known_start.tolist(), *graph.possible_start.tolist(), *context.assumed.held}
    return tuple(views[id_] for n, id_ in rows if graph.at(n, DEFEATED) in open_)


# Private functions


def _routes(question: Question, facts: Ints, possible: bool, limit: int) -> tuple[tuple[Route, ...], str]:
    """
    Return paths: all kinds of them in a small graph, in a larger one those among the facts nearest to the starts, in a
    very large one the path in fewest rounds, which needs no search.
    """
    chosen = facts.tolist()
    steps = question.session.graph.step_count
    sides: tuple[list[int], list[int]] = ([], chosen) if possible else (chosen, [])
    for size in (0,) if steps <= _SMALL else _NEAR if steps <= SEARCHED else ():
        found, note = routes_to(question, *sides, limit, near=size)
        if found or not size:
            return found, note
    asked = question.may if possible else question.must
    order = asked.reached.order
    first = int(order[np.isin(order, facts)][0])
    return any_route(question, first, "possible" if possible else "known"), _ONE


def _from_anyone(context: Context, finding: Finding, possible: bool) -> Question:
    """Ask from what anyone has, open controls apart: these remain a gift, so that a path begins at a place."""
    graph = context.session.graph
    ambient = np.concatenate([graph.known_start, graph.possible_start if possible else graph.known_start[:0]])
    control = graph.fact_level[ambient] == DEFEATED
    starts = Starts(tuple(np.unique(ambient[~control]).tolist()), (), ())
    return context.reaches.ask(context.assumed, starts, finding.shut, given=tuple(ambient[control].tolist()))


def _facts(route: Route) -> Iterator[FactView]:
    for hop in (*route.hops, *(hop for need in route.requirements for hop in need.hops)):
        yield hop.given
        yield from hop.also
    for need in route.requirements:
        yield need.fact
