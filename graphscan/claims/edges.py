"""The steps that a waiver names: found by their ends and their technique, as a path is printed."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphscan.analysis import build
from graphscan.analysis.session import Session
from graphscan.claims import model
from graphscan.engine.csr import Ints, distinct, spread
from graphscan.engine.graph import IMPLICATION, Graph
from graphscan.select import Pattern

_PREFIXES = ("structural:", "derived:")
_CLOSE = 3  # steps named where an edge matches none


@dataclass(frozen=True)
class Match:
    """
    What an edge matches.

    Attributes:
        steps: their numbers, ascending.
        named: each different `source -technique-> target` among them, in order.
        hint:  where there are none: what may have been meant.
    """

    steps: Ints
    named: tuple[str, ...]
    hint: str = ""


def match(session: Session, edge: model.Edge) -> Match:
    """
    Return the steps between two nodes by a technique.

    A printed hop may stand for two steps through a derived set. Such a pair is matched where one of the two is of no
    other pair: then leaving that one out leaves out this hop and nothing else.
    """
    graph = session.graph
    sources, targets = _mask(session, edge.source), _mask(session, edge.target)
    steps = _between(graph, sources, targets)
    steps = steps[_levels(graph, graph.step_source[steps], edge.source_level)]
    steps = steps[_levels(graph, graph.step_target[steps], edge.target_level)]
    direct = steps[_techniques(graph, edge.technique)[graph.step_technique[steps]]]
    pairs = _through_sets(session, edge, sources, targets) if not len(direct) else _Pairs((), (), ())
    found = distinct(np.concatenate([direct, np.array(pairs.steps, np.int64)])).astype(np.int64)
    if len(found):
        return Match(found, (*dict.fromkeys(_names(session, direct.tolist())), *pairs.named))
    return Match(found, (), _hint(session, edge, steps, (sources, targets), pairs))


def called(technique: str) -> tuple[str, ...]:
    """Return the names by which a technique may be called: a relation kind that is a step also by its own name."""
    return (technique, *(technique[len(one) :] for one in _PREFIXES if technique.startswith(one)))


# Private functions


@dataclass(frozen=True)
class _Pairs:
    """Steps that stand for pairs through a set, the pairs by name, and pairs of which neither step stands for one."""

    steps: tuple[int, ...]
    named: tuple[str, ...]
    wide: tuple[str, ...]


def _mask(session: Session, pattern: Pattern) -> NDArray[np.bool_]:
    """Return for each node whether its id matches."""
    condition, value = pattern.condition("id")
    rows = session.con.execute(f"SELECT n FROM base.node WHERE {condition}", [value]).fetchnumpy()["n"]
    mask = np.zeros(len(session.array("kind")) + 1, bool)
    mask[np.asarray(rows, np.int64)] = True
    return mask


def _facts(graph: Graph, mask: NDArray[np.bool_]) -> Ints:
    node = graph.fact_node
    return np.flatnonzero(mask[np.where(node < 0, len(mask) - 1, node)])


def _between(graph: Graph, sources: NDArray[np.bool_], targets: NDArray[np.bool_]) -> Ints:
    """Return all steps from some nodes to some, implications left out; by whichever side is smaller."""
    if sources.sum() <= targets.sum():
        facts = _facts(graph, sources)
        steps = np.concatenate([spread(graph.plain_ptr, facts), spread(graph.guarded_ptr, facts)])
    else:
        facts = _facts(graph, targets)
        steps = graph.in_steps[spread(graph.in_ptr, facts)].astype(np.int64)
    node = graph.fact_node
    kept = sources[node[graph.step_source[steps]]] & targets[node[graph.step_target[steps]]]
    kept &= graph.step_technique[steps] != graph.implication
    return np.sort(steps[kept])


def _levels(graph: Graph, facts: Ints, level: str | None) -> NDArray[np.bool_]:
    if level is None:
        return np.ones(len(facts), bool)
    return np.array([graph.level_name(int(fact)) == level for fact in facts], bool)


def _techniques(graph: Graph, pattern: Pattern) -> NDArray[np.bool_]:
    return np.array(
        [one != IMPLICATION and any(pattern.matches(name) for name in called(one)) for one in graph.techniques], bool
    )


def _names(session: Session, steps: Iterable[int]) -> list[str]:
    graph = session.graph
    rows = [
        (int(graph.fact_node[graph.step_source[one]]), one, int(graph.fact_node[graph.step_target[one]]))
        for one in steps
    ]
    ids = _ids(session, {n for source, _, target in rows for n in (source, target)})
    return [
        f"{ids[source]} -{graph.techniques[graph.step_technique[one]]}-> {ids[target]}" for source, one, target in rows
    ]


def _ids(session: Session, nodes: Iterable[int]) -> dict[int, str]:
    rows = session.con.execute(
        "SELECT n, id FROM base.node WHERE n IN (SELECT unnest(?::BIGINT[]))", [sorted(nodes)]
    ).fetchall()
    return {int(n): str(id_) for n, id_ in rows}


def _through_sets(session: Session, edge: model.Edge, sources: NDArray[np.bool_], targets: NDArray[np.bool_]) -> _Pairs:
    """Return the steps that stand for a pair through one derived set."""
    graph = session.graph
    flags = session.array("flags")
    inside = np.zeros(len(sources), bool)
    inside[np.flatnonzero((flags & build.DERIVED != 0) & (flags & build.HYPOTHETICAL == 0))] = True
    first, second = _between(graph, sources, inside), _between(graph, inside, targets)
    first = first[_levels(graph, graph.step_source[first], edge.source_level)]
    second = second[_levels(graph, graph.step_target[second], edge.target_level)]
    into = dict[int, list[int]]()
    for step in first.tolist():
        into.setdefault(int(graph.step_target[step]), []).append(step)
    steps, named, wide = set[int](), dict[str, None](), dict[str, None]()
    for step in second.tolist():
        fact = int(graph.step_source[step])
        for before in into.get(fact, ()):
            if not any(edge.technique.matches(name) for name in called(_joined(session, before, step))):
                continue
            pair = " and ".join(_names(session, [before, step]))
            if graph.steps_into(fact) == [before]:
                steps.add(step)
            elif graph.steps_using(fact) == [step]:
                steps.add(before)
            else:
                wide[pair] = None
                continue
            named[pair] = None
    return _Pairs(tuple(sorted(steps)), tuple(named), tuple(wide))


def _joined(session: Session, first: int, second: int) -> str:
    """Return the technique of a hop that two steps are printed as."""
    graph = session.graph
    for step in (second, first):
        technique = str(graph.techniques[graph.step_technique[step]])
        if not technique.startswith("derived:"):
            return technique
    inside = int(graph.fact_node[graph.step_target[first]])
    return str(_ids(session, [inside])[inside]).split(":")[1]


def _hint(
    session: Session, edge: model.Edge, between: Ints, ends: tuple[NDArray[np.bool_], NDArray[np.bool_]], pairs: _Pairs
) -> str:
    """Say what may have been meant."""
    graph, (sources, targets) = session.graph, ends
    if pairs.wide:
        return f"others share a set on that way; name its steps: {'; '.join(list(pairs.wide)[:_CLOSE])}"
    if not len(between) and edge.exact:
        # One end may be misspelt: what leads to the other, or from it.
        everywhere = np.ones(len(targets), bool)
        between = _between(graph, everywhere, targets)
        between = between if len(between) else _between(graph, sources, everywhere)
    near = list(dict.fromkeys(_names(session, between[: 20 * _CLOSE].tolist())))
    return f"steps there are: {'; '.join(near[:_CLOSE])}" if near else ""
