"""
What is reached, asked in Cypher of the database that was pushed: all of it, and beside it what a plain walk says.

`Fixpoint` asks one query a round, of the facts held so far, as a client of the database would have to: no single query
knows levels and requirements. It must find what graphscan finds. `walk` is the query that people write by hand.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from graphscan import kinds
from graphscan.analysis.session import Session
from graphscan.engine.graph import IMPLICATION, MAY
from graphscan.engine.reach import Reach, reach
from graphscan.exchange.content import Content
from graphscan.exchange.names import BASE, digest, literal, step_types
from graphscan.exchange.neo4j.connection import Connection

Fact = tuple[str, str]  # the key of a node, and a level


@dataclass
class Start:
    """
    A question, as both sides understand it.

    Attributes:
        kinds: the kind of each start node.
    """

    numbers: list[int]
    facts: list[Fact]
    kinds: dict[str, str]


class Ours:
    """The compiled graph, and its facts by the keys that the database has."""

    def __init__(self, session: Session, owner: str) -> None:
        self.content = Content(session)
        self.graph = session.graph
        self.uids = [digest(owner, "node", one) for one in self.content.ids]
        types = step_types(self.graph.techniques)
        used = {self.graph.techniques[one] for one in set(self.graph.step_technique.tolist())} - {IMPLICATION}
        self.types = sorted(types[one] for one in used)

    def start(self, ids: Iterable[str]) -> Start:
        """Return the question of who holds these, and what anyone holds besides."""
        wanted = list(ids)
        rows = self.content.con.execute(
            "SELECT n, kind FROM base.node WHERE list_contains(?, id) ORDER BY n", [wanted]
        ).fetchall()
        assert len(rows) == len(wanted), "a start is not in the store"
        found = Start([], [], {})
        for n, kind in rows:
            acting = kinds.family_of(kind).acting
            found.numbers += self.graph.lower(n, kinds.level_code(kind, acting))
            found.facts.append((self.uids[n], acting))
            found.kinds[self.uids[n]] = kind
        every = dict(self.content.con.execute("SELECT n, kind FROM base.node").fetchall())
        for n, level, known in self.content.starts():
            if known:
                found.facts.append((self.uids[n], level))
                found.kinds[self.uids[n]] = every[n]
        return found

    def held(self, start: Start) -> Reach:
        """Return all that is known to follow."""
        return reach(self.graph, start.numbers)

    def facts(self, held: Reach) -> set[Fact]:
        """Return the facts of a reach as the database names them."""
        return {self._fact(one) for one in held.order.tolist() if one != MAY}

    def kept(self) -> set[Fact]:
        """Return all facts that the compiled graph has: another level is asked for by no step and given by none."""
        return {self._fact(one) for one in range(self.graph.fact_count) if one != MAY}

    # Private functions

    def _fact(self, fact: int) -> Fact:
        return self.uids[int(self.graph.fact_node[fact])], self.graph.level_name(fact)


@dataclass
class Fixpoint:
    """
    The fixpoint in Cypher.

    Attributes:
        held:   the levels held of each node, those they include among them.
        rounds: how many queries were asked.
    """

    connection: Connection
    types: list[str]
    held: dict[str, list[str]] = field(default_factory=dict)
    rounds: int = 0

    def run(self, start: Start) -> set[Fact]:
        """Return all facts that follow."""
        query = _round(self.types)
        new = self._take((uid, level, start.kinds[uid]) for uid, level in start.facts)
        while new:
            self.rounds += 1
            found = self.connection.read(query, new=[[uid, levels] for uid, levels in new.items()], held=self.held)
            new = self._take((row["uid"], row["level"], row["kind"]) for row in found)
        return {(uid, level) for uid, levels in self.held.items() for level in levels}

    # Private functions

    def _take(self, found: Iterable[tuple[str, str, str]]) -> dict[str, list[str]]:
        """Add facts with the levels that they include; return the new ones."""
        new: dict[str, list[str]] = {}
        for uid, level, kind in found:
            here = self.held.setdefault(uid, [])
            for one in _LOWER[kind, level]:
                if one not in here:
                    here.append(one)
                    new.setdefault(uid, []).append(one)
        return new


@dataclass(frozen=True)
class Walked:
    """
    What the plain walk printed.

    Attributes:
        targets:     things that it arrives at; `false_targets` are not reached.
        paths:       paths to them within fewer hops; `false_paths` have a hop that this attacker can never take.
    """

    targets: int
    false_targets: int
    paths: int
    false_paths: int


def walk(connection: Connection, start: Start, types: list[str], bound: int) -> list[dict[str, Any]]:
    """Follow steps from the start, without levels and requirements; return the things arrived at, as rows."""
    return connection.read(
        f"UNWIND $starts AS start MATCH (:{BASE} {{uid: start}})-[:{_any(types, 'GIVES')}*1..{int(bound)}]->(b) "
        "WHERE NOT b:Step RETURN DISTINCT b.uid AS uid",
        starts=sorted({uid for uid, _ in start.facts}),
    )


def paths(connection: Connection, start: Start, types: list[str], bound: int, most: int) -> list[dict[str, Any]]:
    """Return paths of so many hops at most, a step with requirements counted as two, in no order."""
    return connection.read(
        f"UNWIND $starts AS start MATCH p = (:{BASE} {{uid: start}})-[:{_any(types, 'GIVES')}*1..{int(bound)}]->(b) "
        "WHERE NOT b:Step WITH p LIMIT $most "
        "RETURN [r IN relationships(p) | [startNode(r).uid, endNode(r).uid, r.needs, r.possible]] AS hops",
        starts=sorted({uid for uid, _ in start.facts}),
        most=most,
    )


def judged(
    connection: Connection,
    owner: str,
    fixpoint: Fixpoint,
    arrived: list[dict[str, Any]],
    walked: list[dict[str, Any]],
) -> Walked:
    """Hold what a walk printed against what is truly held."""
    held = fixpoint.held
    steps: dict[str, bool] = {
        row["uid"]: row["taken"] for row in connection.read(_taken(fixpoint.types), owner=owner, held=fixpoint.held)
    }

    def possible(hop: list[Any]) -> bool:
        source, target, needs, merely = hop
        if source in steps:
            return steps[source]
        return not merely and needs in held.get(source, ()) and steps.get(target, True)

    false = sum(not all(possible(hop) for hop in row["hops"]) for row in walked)
    targets = {row["uid"] for row in arrived}
    return Walked(len(targets), len(targets - held.keys()), len(walked), false)


# Private functions

_LOWER = {
    (kind, level): [other for other in kinds.family_of(kind).levels if kinds.implies(kind, level, other)]
    for kind in kinds.NODE_KINDS
    for level in kinds.family_of(kind).levels
}

# A step with requirements is taken where its own start and every further fact are held.
_ALL_HELD = (
    "EXISTS {{ MATCH (x)-[r:{types}]->(s) WHERE NOT r.possible AND r.needs IN coalesce($held[x.uid], []) }} "
    "AND NOT EXISTS {{ MATCH (y)-[q:REQUIRES]->(s) WHERE NOT q.level IN coalesce($held[y.uid], []) }}"
)


def _round(types: list[str]) -> str:
    every = _any(types)
    return (
        f"UNWIND $new AS fact MATCH (a:{BASE} {{uid: fact[0]}}) CALL (a, fact) {{ "
        f"MATCH (a)-[r:{every}]->(b) WHERE r.guarded IS NULL AND NOT r.possible AND r.needs IN fact[1] "
        "RETURN b.uid AS uid, r.gives AS level, b.kind AS kind "
        f"UNION MATCH (a)-[:{every}|REQUIRES]->(s:Step) WITH DISTINCT s WHERE {_ALL_HELD.format(types=every)} "
        "MATCH (s)-[g:GIVES]->(b) RETURN b.uid AS uid, g.level AS level, b.kind AS kind } "
        "RETURN DISTINCT uid, level, kind"
    )


def _taken(types: list[str]) -> str:
    held = _ALL_HELD.format(types=_any(types))
    return f"MATCH (s:{BASE}:Step {{owner: $owner}}) RETURN s.uid AS uid, {held} AS taken"


def _any(types: list[str], *more: str) -> str:
    return "|".join(literal(one) for one in [*types, *more])
