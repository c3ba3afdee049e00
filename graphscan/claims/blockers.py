"""
What could fail: controls, passing circumstances and the deaths of credentials, as blockers of one graph.

The graph is that of the same instant in which dead credentials and their dead accounts take part again
(`Edits.revived`): what a death alone keeps shut is there, and is kept shut until that death fails.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np

from graphscan import kinds
from graphscan.analysis import build
from graphscan.analysis.session import Family, Session
from graphscan.claims.certificate import Statement
from graphscan.claims.exported import DEFEATED
from graphscan.engine.certificate import closed_set
from graphscan.engine.csr import Ints
from graphscan.engine.depth import Asked
from graphscan.engine.order import IMPLIES
from graphscan.engine.reach import reach
from graphscan.engine.ways import Blocker

HELD = kinds.level_code("Credential", "held")
CONTROL, CIRCUMSTANCE, DEATH = "control", "circumstance", "dead credential"


@dataclass(frozen=True, slots=True)
class Named:
    """A blocker and the node it is: of the sort CONTROL, CIRCUMSTANCE or DEATH; `trusted` where it is taken to hold."""

    blocker: Blocker
    node: int
    sort: str
    trusted: bool = False


@dataclass(frozen=True)
class Question:
    """
    A statement put to the graph with the dead in it.

    Attributes:
        asked:    for `engine.depth`.
        blockers: those on the edge of the closed set first.
        edge:     (fact, step) pairs: what stops which step of that edge.
        lost:     ids of starts that this graph does not have.
    """

    session: Session
    asked: Asked
    blockers: tuple[Named, ...]
    edge: tuple[Ints, Ints]
    lost: tuple[str, ...]


def with_the_dead(session: Session) -> Session:
    """Return the session of the same instant in which dead credentials take part; itself where there are none."""
    dead = session.con.execute(
        "SELECT count(*) FROM base.node WHERE kind = 'Credential' AND dead IS NOT NULL"
    ).fetchall()[0][0]
    if not dead or session.edits.revived:
        return session
    family = session.family
    if family not in _REVIVED:
        edits = replace(session.edits, revived=True)
        _REVIVED[family] = Family(session.store, session.snapshot, edits, family.techniques, family.progress)
    return _REVIVED[family].open(session.as_of, session.as_of_note)


# What was opened with the dead in it, for as long as it is asked about: the claims of a run share it.
_REVIVED: WeakKeyDictionary[Family, Family] = WeakKeyDictionary()


def put(session: Session, alive: Session, statement: Statement, start_nodes: Iterable[int]) -> Question:
    """
    Put a statement to the graph with the dead in it.

    Args:
        session:     which the statement's facts are numbers of.
        alive:       what `with_the_dead` returned.
        start_nodes: all nodes the attacker begins with: a dead credential among them is held once its death fails.
    """
    world = _World(session, alive)
    graph = alive.graph
    starts, lost = world.holding(statement.starts)
    hinders = world.hindering
    trusted = tuple(fact for fact in world.same(statement.blocked) if fact not in hinders)
    without = world.same(statement.without)
    targets = world.reaching(statement.targets, statement.absent)
    held = (*world.same(statement.held), *(fact for fact in hinders if fact not in without))
    deaths = world.deaths(frozenset(start_nodes))
    freed = {fact for one in deaths for fact in one.blocker.frees}
    shut = sorted({*trusted, *without, *freed})
    base = reach(graph, (*starts, *held), may=True, blocked=shut)
    certificate = closed_set(graph, (), True, shut, base)
    edge = certificate.closed_by()
    on_edge = set(np.unique(edge[0]).tolist())
    facts = np.flatnonzero((graph.fact_level == DEFEATED) & ~base.held)
    left_out = set(without)
    controls = [_control(graph_fact, world, trusted) for graph_fact in facts.tolist() if graph_fact not in left_out]
    # The same failure told by the instance where it is met, before the mechanism behind it.
    blockers = sorted(
        [*controls, *deaths],
        key=lambda one: (not on_edge.intersection(one.blocker.gives or one.blocker.frees), one.node),
    )
    return Question(
        alive,
        Asked(graph, starts, targets, held, without, statement.at_most),
        tuple(blockers),
        edge,
        lost,
    )


# Private functions


def _control(fact: int, world: "_World", trusted: Sequence[int]) -> Named:
    node = int(world.alive.graph.fact_node[fact])
    sort = CIRCUMSTANCE if node in world.circumstances else CONTROL
    if fact not in trusted:
        return Named(Blocker(gives=(fact,)), node, sort)
    return Named(Blocker(gives=(fact,), frees=world.falling_with(fact, frozenset(trusted))), node, sort, True)


class _World:
    """Facts of one session in another of the same snapshot, and what of the nodes matters to blockers."""

    def __init__(self, session: Session, alive: Session) -> None:
        self.session = session
        self.alive = alive

    def same(self, facts: Iterable[int]) -> tuple[int, ...]:
        """Return the very same facts, those that are there."""
        pairs = [self._place(fact) for fact in facts]
        found = (self.alive.graph.at(node, level) for node, level in pairs if node >= 0)
        return tuple(sorted({fact for fact in found if fact >= 0}))

    def holding(self, facts: Iterable[int]) -> tuple[tuple[int, ...], tuple[str, ...]]:
        """Return the facts that holding some means, and the ids of nodes that are not there."""
        graph, found, lost = self.alive.graph, set[int](), set[str]()
        for fact in facts:
            node, level = self._place(fact)
            here = graph.lower(node, level) if node >= 0 else []
            found.update(here)
            if node < 0:
                lost.add(self._ids_of([int(self.session.graph.fact_node[fact])])[0])
        return tuple(sorted(found)), tuple(sorted(lost))

    def reaching(self, facts: Iterable[int], absent: Iterable[tuple[str, str]]) -> tuple[int, ...]:
        """Return the facts any of which means one of some facts, or of some (id, level) that had no fact before."""
        pairs = [self._place(fact) for fact in facts]
        absent = tuple(absent)
        rows = self.alive.con.execute(
            "SELECT n, id, kind FROM base.node WHERE id IN (SELECT unnest(?::VARCHAR[])) ORDER BY n",
            [[id_ for id_, _ in absent]],
        ).fetchall()
        named = {id_: (n, kind) for n, id_, kind in rows}
        for id_, name in absent:
            if id_ in named:
                node, kind = named[id_]
                pairs.append((node, kinds.level_code(kind, name)))
        found = set[int]()
        for node, level in pairs:
            if node >= 0:
                exact = self.alive.graph.at(node, level)
                found.update([exact] if exact >= 0 else self._above(node, level))
        return tuple(sorted(found))

    def _above(self, node: int, level: int) -> list[int]:
        graph = self.alive.graph
        return [fact for fact in graph.facts_of(node) if IMPLIES[graph.fact_level[fact], level]]

    def deaths(self, start_nodes: frozenset[int]) -> list[Named]:
        """Return the blockers that are deaths of credentials, by number."""
        graph = self.alive.graph
        rows = self.alive.con.execute(
            "SELECT n, kind FROM base.node WHERE dead IS NOT NULL AND kind IN (SELECT unnest(?::VARCHAR[])) ORDER BY n",
            [sorted(kinds.DYING_KINDS)],
        ).fetchall()
        dead = {n: kind for n, kind in rows if len(graph.facts_of(n))}
        accounts: dict[int, list[int]] = {}
        for account, credential in self.alive.con.execute(
            "SELECT source, target FROM base.relation WHERE kind = 'HAS_CREDENTIAL' ORDER BY ALL"
        ).fetchall():
            if dead.get(credential) == "Credential" and account in dead:
                accounts.setdefault(credential, []).extend(graph.facts_of(account))
        found = []
        for node, kind in dead.items():
            if kind != "Credential":
                continue
            held = graph.at(node, HELD)
            begins = node in start_nodes
            frees = (held, *accounts.get(node, ()))
            found.append(Named(Blocker((held,) if begins else (), frees, begins), node, DEATH))
        return found

    @cached_property
    def circumstances(self) -> set[int]:
        return self._numbers("kind = 'Control' AND subtype = 'circumstance'")

    @cached_property
    def hindering(self) -> frozenset[int]:
        """The facts of controls that only hinder: they hold nobody off, whatever is taken of them."""
        at = self.alive.graph.at
        facts = (at(n, DEFEATED) for n in self._numbers("kind = 'Control' AND effect = 'hinders'"))
        return frozenset(fact for fact in facts if fact >= 0)

    def falling_with(self, fact: int, trusted: frozenset[int]) -> tuple[int, ...]:
        """Return a trusted control and those that its failure alone defeats: the instances of a mechanism."""
        graph = self.alive.graph
        found, waiting = {fact}, [fact]
        for one in waiting:
            for step in graph.steps_from(one):
                target = int(graph.step_target[step])
                if target in trusted and target not in found and len(graph.body(step)) == 1:
                    found.add(target)
                    waiting.append(target)
        return tuple(sorted(found))

    # Private methods

    def _numbers(self, where: str) -> set[int]:
        return {row[0] for row in self.alive.con.execute(f"SELECT n FROM base.node WHERE {where}").fetchall()}

    def _place(self, fact: int) -> tuple[int, int]:
        graph = self.session.graph
        node = int(graph.fact_node[fact])
        return self._node(node), int(graph.fact_level[fact])

    def _node(self, node: int) -> int:
        """Return the number of a node in the other session: stated nodes keep theirs, derived ones go by id."""
        if self.session is self.alive or not self._flags[node] & build.DERIVED:
            return node
        return self._derived.get(node, -1)

    @cached_property
    def _flags(self) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
        return self.session.array("flags")

    @cached_property
    def _derived(self) -> dict[int, int]:
        """The other session's number of each derived node of ours that it has."""
        select = "SELECT id, n FROM base.node WHERE provider = 'derived'"
        there = dict(self.alive.con.execute(select).fetchall())
        return {n: there[id_] for id_, n in self.session.con.execute(select).fetchall() if id_ in there}

    def _ids_of(self, nodes: list[int]) -> list[str]:
        rows = self.session.con.execute(
            "SELECT id FROM base.node WHERE n IN (SELECT unnest(?::INTEGER[])) ORDER BY n", [nodes]
        ).fetchall()
        return [row[0] for row in rows]
