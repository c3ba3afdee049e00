"""A graph as networkx knows it, and back: facts are nodes, and so are guarded steps, so that AND is not lost."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from graphscan import kinds
from graphscan.engine.assemble import Frame, Steps, assemble
from graphscan.engine.csr import Ints, all_of
from graphscan.engine.graph import IMPLICATION, MAY, Graph
from graphscan.engine.guards import clean
from graphscan.errors import GraphscanError, UsageError

if TYPE_CHECKING:
    import networkx

MOST_STEPS = 200_000


def to_networkx(graph: Graph, facts: Iterable[int] | None = None, force: bool = False) -> "networkx.DiGraph[Any]":
    """
    Return facts and the steps among them as a `networkx.DiGraph`.

    A fact is a node, its number, with attributes `type="fact"`, `node`, `family`, `level` (all but `type` missing for
    `MAY`, the fact that what is merely possible counts), and `start` = "known" or "possible" where anyone holds it.
    A step without guard is an edge; a guarded step is a node ("step", its number) with `type="step"`, an edge from its
    source (`role="source"`), from each fact of its guard (`role="guard"`), and to its target (`role="target"`): it
    fires when all that leads to it is held. Edges and step nodes of steps carry `technique`, `effort`, `relations`.

    Args:
        facts: leave out all others and the steps that need or give them.
        force: convert more than 200,000 steps all the same; networkx needs several hundred bytes for each.

    Raises:
        UsageError: there are more steps than that.
    """
    import networkx

    chosen = np.arange(graph.fact_count) if facts is None else np.unique(np.fromiter(facts, np.int64))
    inside = np.zeros(graph.fact_count, bool)
    inside[chosen] = True
    inside[MAY] = True  # part of a step's guard, not something that is chosen
    whole = np.append(all_of(graph.guard_ptr, inside[graph.guard_facts]), True)
    steps = np.flatnonzero(inside[graph.step_source] & inside[graph.step_target] & whole[graph.step_guard])
    if len(steps) > MOST_STEPS and not force:
        raise UsageError(
            f"{len(steps):,} steps are more than networkx can hold well ({MOST_STEPS:,})",
            "convert only the facts of an answer, or force it",
        )
    found = networkx.DiGraph(
        techniques=dict(zip(graph.techniques, graph.effort.tolist(), strict=True)), format="graphscan.steps/1"
    )
    starts = dict.fromkeys(graph.possible_start.tolist(), "possible") | dict.fromkeys(
        graph.known_start.tolist(), "known"
    )
    for fact in np.flatnonzero(inside).tolist():
        found.add_node(fact, **_fact(graph, fact))
        if fact in starts:  # known where it is both: anyone holds it then
            found.nodes[fact]["start"] = starts[fact]
    for step in steps.tolist():
        source, target, guard = int(graph.step_source[step]), int(graph.step_target[step]), int(graph.step_guard[step])
        technique = graph.techniques[graph.step_technique[step]]
        about = {"technique": technique, "effort": graph.effort_of(step), "relations": tuple(graph.relations(step))}
        if guard < 0:
            found.add_edge(source, target, **about)
            continue
        name = ("step", step)
        found.add_node(name, type="step", **about)
        found.add_edge(source, name, role="source")
        found.add_edges_from((fact, name, {"role": "guard"}) for fact in graph.guard(guard))
        found.add_edge(name, target, role="target")
    return found


def from_networkx(found: "networkx.DiGraph[Any]") -> Graph:
    """
    Return the graph that `to_networkx` describes.

    Facts are numbered by (node, level) again and steps in their usual order, whatever their order there.

    Raises:
        UsageError: something in it is not as `to_networkx` writes it.
    """
    try:
        return _graph(found)
    except GraphscanError:
        raise
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise UsageError(
            f"the networkx graph does not describe attack steps: {type(error).__name__} {error}",
            "give nodes and edges the attributes that to_networkx writes",
        ) from error


# Private functions


def _fact(graph: Graph, fact: int) -> dict[str, Any]:
    if fact == MAY:
        return {"type": "fact"}
    family, level = kinds.LEVELS[graph.fact_level[fact]]
    return {"type": "fact", "node": int(graph.fact_node[fact]), "family": family, "level": level}


def _graph(found: "networkx.DiGraph[Any]") -> Graph:
    techniques: dict[str, int] = dict(found.graph["techniques"])
    techniques.setdefault(IMPLICATION, 0)
    number = {name: place for place, name in enumerate(techniques)}
    facts = {name: about for name, about in found.nodes(data=True) if about["type"] == "fact"}
    real = sorted(
        (about["node"], kinds.LEVEL_CODES[about["family"], about["level"]], name)
        for name, about in facts.items()
        if "node" in about
    )
    place = {name: here for here, (_, _, name) in enumerate(real, 1)} | {
        name: MAY for name, about in facts.items() if "node" not in about
    }
    if len({(node, level) for node, level, _ in real}) < len(real):
        raise UsageError("the networkx graph holds a fact twice", "give each (node, level) one node")
    rows: list[tuple[int, int, int, str, tuple[int, ...]]] = []
    guards: list[list[int]] = []
    for one, other, about in found.edges(data=True):
        if one in facts and other in facts:
            rows.append((place[one], place[other], -1, about["technique"], tuple(about["relations"])))
    for name, about in found.nodes(data=True):
        if about["type"] != "step":
            continue
        needs = [(data["role"], place[one]) for one, _, data in found.in_edges(name, data=True)]
        [source] = [fact for role, fact in needs if role == "source"]
        [target] = [place[other] for _, other in found.out_edges(name)]
        rows.append((source, target, len(guards), about["technique"], tuple(about["relations"])))
        guards.append([fact for role, fact in needs if role == "guard"])
    sets = sorted({relations for *_, relations in rows if relations})
    which = {relations: here for here, relations in enumerate(sets)} | {(): -1}
    columns = [
        np.array(column, np.int64)
        for column in (
            [row[0] for row in rows],
            [row[1] for row in rows],
            [row[2] for row in rows],
            [number[row[3]] for row in rows],
            [which[row[4]] for row in rows],
        )
    ]

    def starts(kind: str) -> Ints:
        return np.array(sorted(place[name] for name, about in facts.items() if about.get("start") == kind), np.int64)

    return assemble(
        np.array([-1, *(node for node, _, _ in real)], np.int32),
        np.array([255, *(level for _, level, _ in real)], np.uint8),
        Steps(*columns),
        clean(np.cumsum([0, *map(len, guards)]), np.array([fact for one in guards for fact in one], np.int64)),
        Frame(
            relation_ptr=np.cumsum([0, *map(len, sets)]),
            relation_ids=np.array([one for some in sets for one in some], np.int32),
            techniques=tuple(techniques),
            effort=np.array(list(techniques.values()), np.uint8),
            known_start=starts("known"),
            possible_start=starts("possible"),
        ),
    )[0]
