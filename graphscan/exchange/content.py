"""
What a store holds at an instant, as rows for another tool: things, relations between them, attack steps, gaps.

Each row is a plain mapping; times are aware `datetime`s, None is left out by whoever writes. The order of rows depends
on the store alone, so that an interrupted transfer can go on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphscan.analysis.session import Session
from graphscan.analysis.view import aware
from graphscan.engine.graph import IMPLICATION, MAY
from graphscan.exchange import statements
from graphscan.exchange.names import digest

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    from numpy.typing import NDArray

Row = dict[str, Any]
FETCH = 5_000


@dataclass(frozen=True, slots=True)
class Step:
    """
    One attack step: from a node at a level, with all that it requires besides, to a node at a level.

    Attributes:
        source, target: (node number, level).
        needs:          further (node number, level) facts that are all required.
        relations:      ids of the relations it rests on.
        identity:       a digest of what the step says, the same in every compilation that has it.
    """

    source: tuple[int, str]
    target: tuple[int, str]
    needs: tuple[tuple[int, str], ...]
    technique: str
    title: str
    effort: int
    possible: bool
    relations: tuple[str, ...]
    identity: str


class Content:
    """What is exported of a session: read once, in a fixed order, never held in memory as a whole."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @cached_property
    def con(self) -> "duckdb.DuckDBPyConnection":
        """Return a connection with the instant's inventory in schema `base` and what sources stated in `stated`."""
        con = self.session.con.cursor()
        statements.load(con, self.session.snapshot)
        return con

    @cached_property
    def ids(self) -> list[str]:
        """Return the id of each node, by its number."""
        found: list[str] = [row[0] for row in self.con.execute("SELECT id FROM base.node ORDER BY n").fetchall()]
        return found

    def own_date(self) -> datetime | None:
        """Return the instant at which the store is asked about when none is given; None: now."""
        from graphscan.store import Store

        return Store.open(self.session.store).default_as_of

    def counts(self) -> Mapping[str, int]:
        """Return how many rows of each sort there are."""
        return {
            name: int((self.con.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,))[0])
            for name, table in (
                ("nodes", "base.node"),
                ("relations", "base.relation"),
                ("stated", "stated.past"),
                ("coverage", "base.coverage"),
            )
        }

    def nodes(self) -> Iterator[Row]:
        """Yield the nodes of the instant, derived ones too, with all that their sources stated of them."""
        for row in self._rows(_NODES):
            row["dead"] = row["dead"] or None
            yield row

    def past_nodes(self) -> Iterator[Row]:
        """Yield nodes that sources state and that are not there at the instant: begun later, ended before."""
        yield from self._rows(_PAST_NODES)

    def relations(self) -> Iterator[Row]:
        """Yield the relations of the instant: `source` and `target` are node numbers, `guards` are `id::level`."""
        yield from self._rows(_RELATIONS)

    def past_relations(self) -> Iterator[Row]:
        """
        Yield relations that sources state and that do not hold at the instant: not valid, unresolved or rejected.

        `source` and `target` are references as they were stated: an id, or `~key|…`.
        """
        yield from self._rows(_PAST_RELATIONS)

    def sources(self) -> Iterator[Row]:
        """Yield the imports that are looked at."""
        import json

        for one in self.session.snapshot.imports:
            yield {
                "name": one.source,
                "importer": one.importer,
                "at": one.at,
                "complete": one.complete,
                "default_as_of": self.own_date(),
                "counts": json.dumps(dict(one.counts), sort_keys=True),
                "not_understood": json.dumps([[n.where, n.reason, n.count] for n in one.not_understood]),
            }

    def coverage(self) -> Iterator[Row]:
        """Yield what was read of each relation kind, and what was not."""
        yield from self._rows(_COVERAGE)

    def classifications(self) -> Iterator[Row]:
        """Yield the rules that give sensitivity and labels."""
        yield from self._rows("SELECT source, row, statement, selector FROM stated.classify ORDER BY source, row")

    def unresolved(self) -> Iterator[Row]:
        """Yield references that lead to nothing, with how many relations have them."""
        yield from self._rows(
            "SELECT ref, relation_kind AS relation, source_instance AS source, relations, reason FROM base.unresolved "
            "ORDER BY ALL"
        )

    def disagreements(self) -> Iterator[Row]:
        """Yield what sources say differently of one thing, and which was believed."""
        yield from self._rows(
            "SELECT id, field, source_instance AS source, value, chosen FROM base.disagreement ORDER BY ALL"
        )

    def steps(self, *, guarded: bool = False) -> Iterator[Step]:
        """
        Yield the attack steps, without those from a level to one that it includes.

        Args:
            guarded: only those that need more than one fact.
        """
        graph, ids = self.session.graph, self.ids
        titles, evidence = self.session.titles, self._relation_ids()
        # What is asked for each step is looked up in plain lists: indexing arrays one by one costs more than the rest.
        node, level = graph.fact_node.tolist(), [graph.level_name(fact) for fact in range(graph.fact_count)]
        names = [f"{ids[n]}::{level[fact]}" if fact else "" for fact, n in enumerate(node)]
        about = [
            (one, titles.get(one, one), int(effort)) for one, effort in zip(graph.techniques, graph.effort, strict=True)
        ]
        guards: dict[int, tuple[tuple[tuple[int, str], ...], str, bool]] = {-1: ((), "", False)}
        numbers: tuple[int, tuple[str, ...]] = -1, ()
        columns = (
            graph.step_source,
            graph.step_target,
            graph.step_guard,
            graph.step_technique,
            graph.step_relation_set,
        )
        skipped = graph.plain_count if guarded else 0
        for source, target, number, technique_number, relation_set in _lists(columns, skipped):
            technique, title, effort = about[technique_number]
            if technique == IMPLICATION or source == MAY:
                continue
            if number not in guards:
                facts = [fact for fact in graph.guard(number) if fact != MAY]
                needs = tuple((node[fact], level[fact]) for fact in facts)
                guards[number] = (
                    needs,
                    digest(*sorted(names[fact] for fact in facts)),
                    bool(graph.guard_possible[number]),
                )
            needs, needed, possible = guards[number]
            start = node[source], level[source]
            if needs:
                needs = tuple(one for one in needs if one != start)
            if guarded and not needs:
                continue
            if relation_set != numbers[0]:
                numbers = relation_set, self._evidence(relation_set, evidence)
            yield Step(
                source=start,
                target=(node[target], level[target]),
                needs=needs,
                technique=technique,
                title=title,
                effort=effort,
                possible=possible,
                relations=numbers[1],
                identity=digest(technique, names[source], names[target], needed, "possible" if possible else ""),
            )

    def starts(self) -> Iterator[tuple[int, str, bool]]:
        """Yield (node number, level, known) of what anyone holds, or may hold."""
        graph = self.session.graph
        for facts, known in ((graph.known_start, True), (graph.possible_start, False)):
            for fact in facts.tolist():
                if fact != MAY:
                    yield int(graph.fact_node[fact]), graph.level_name(fact), known

    # Private functions

    def _relation_ids(self) -> dict[int, str]:
        return dict(self.con.execute("SELECT r, id FROM base.relation").fetchall())

    def _evidence(self, relation_set: int, ids: Mapping[int, str]) -> tuple[str, ...]:
        if relation_set < 0:
            return ()
        pointers, numbers = self.session.graph.relation_ptr, self.session.graph.relation_ids
        found = numbers[pointers[relation_set] : pointers[relation_set + 1]].tolist()
        return tuple(dict.fromkeys(ids[one] for one in found if one in ids))

    def _rows(self, sql: str) -> Iterator[Row]:
        cursor = self.con.cursor()
        cursor.execute(sql)
        columns = cursor.description or ()
        names = [column[0] for column in columns]
        # Only moments, also those in lists, come otherwise than they are wanted.
        moments = [name for name, type_, *_ in columns if str(type_) not in _AS_THEY_ARE]
        while rows := cursor.fetchmany(FETCH):
            for values in rows:
                row = dict(zip(names, values, strict=True))
                for name in moments:
                    if row[name] is not None:
                        row[name] = _plain(row[name])
                yield row


# Private functions

_AS_THEY_ARE = ("VARCHAR", "BOOLEAN", "INTEGER", "BIGINT", "VARCHAR[]")
_CHUNK = 1 << 16


def _lists(columns: "Sequence[NDArray[np.generic]]", first: int) -> Iterator[tuple[int, ...]]:
    """Yield rows of arrays from a row on, as plain numbers, without holding all of them."""
    for start in range(first, len(columns[0]), _CHUNK):
        yield from zip(*(column[start : start + _CHUNK].tolist() for column in columns), strict=True)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return aware(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value


_NODES = """
SELECT n.n, n.id, n.kind, n.provider, n.subtype, n.name, n.state, n.sensitivity, n.hypothetical, n.owner, n.valid_from,
  n.valid_to, n.expires_at, n.enforced_now AS enforced, n.effect, n.item_count, n.labels, n.properties, n.dead,
  n.because, n.declared, n.sources,
  list_transform(n.versions, lambda v: v.since) AS versions,
  list_max(list_transform(n.last_used, lambda u: u."at")) AS last_used,
  list_transform(n.keys, lambda k: k."type" || ' ' || CASE k.scope WHEN '' THEN '' ELSE k.scope || ' ' END || k."value")
    AS keys,
  n.evidence, n.evidence_where, n.provider = 'derived' AS derived, s.statements
FROM base.node n LEFT JOIN stated.node s USING (id) ORDER BY n.kind, n.provider, n.n
"""

_PAST_NODES = """
SELECT s.id, s.kind, s.provider, s.name, s.statements FROM stated.node s ANTI JOIN base.node n USING (id) ORDER BY s.id
"""

_RELATIONS = """
SELECT r.r, r.kind, r.source, r.target, r.needs, r.gives, r.observed, r.stored_at, r.id, r.evidence, r.evidence_where,
  r.evidence_at, r.source_instance, r.source_instance = 'derived' AS derived, v.id AS via,
  (SELECT list(g.id || '::' || u.fact."level" ORDER BY g.id, u.fact."level")
    FROM (SELECT unnest(r.guards) AS fact) u JOIN base.node g ON g.n = u.fact.n) AS guards,
  CASE WHEN r.source_instance <> 'derived' THEN s.statements END AS statements
FROM base.relation r LEFT JOIN base.node v ON v.n = r.via
LEFT JOIN stated.relation s ON s.id = split_part(r.id, '~', 1) AND r.source_instance <> 'derived'
ORDER BY r.kind, r.source, r.target, r.r
"""

_PAST_RELATIONS = """
SELECT id, kind, source, target, valid_from, valid_to, reason, statements FROM stated.past ORDER BY kind, id
"""

_COVERAGE = """
SELECT s.source, s.row, s.statement, s.relation, s.state, s.scope, s.endpoint, s."at", s.pages, s.records, s.error,
  s.valid_from, s.valid_to
FROM stated.coverage s ORDER BY s.source, s.row
"""
