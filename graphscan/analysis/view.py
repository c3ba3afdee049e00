"""Look up what is shown of nodes, facts, steps and relations, many at a time."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import numpy as np

from graphscan import kinds
from graphscan.analysis.results import EvidenceView, FactView, GapView, Hop, NodeView, RuleView
from graphscan.analysis.session import Session
from graphscan.engine.graph import IMPLICATION, MAY
from graphscan.expand.instant import naive

DERIVED = "derived"
GAP = "unknown:"  # how the name of a gap that a derived relation completes begins, SOURCE:RELATION[:SCOPE] behind it
_DERIVED_STEP = "derived:"  # how the name of a step that a scope file made begins


class Viewer:
    """
    Shows parts of a session's graph.

    First say with `want` (or `want_facts`, `want_steps`) what will be shown: each call is one look-up, however many.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        # What was looked up once is kept with the session, whoever shows it next.
        self._nodes: dict[int, NodeView] = session.shown.setdefault("nodes", {})
        self._relations: dict[int, EvidenceView] = session.shown.setdefault("relations", {})
        self._facts: dict[int, FactView] = session.shown.setdefault("facts", {})

    def want(self, nodes: Iterable[int] = (), relations: Iterable[int] = ()) -> None:
        """Look up nodes by number, and relations by number together with their ends."""
        con = self._session.con
        missing = sorted({int(r) for r in relations} - self._relations.keys())
        ends: set[int] = set()
        rows: list[Any] = []
        if missing:
            rows = con.execute(
                "SELECT r, kind, source, target, observed, evidence, evidence_where, source_instance, evidence_at, id "
                "FROM base.relation WHERE r IN (SELECT unnest(?::INTEGER[]))",
                [missing],
            ).fetchall()
            ends = {end for row in rows for end in (row[2], row[3])}
        absent = sorted(({int(n) for n in nodes} | ends) - self._nodes.keys())
        if absent:
            for n, *fields in con.execute(
                "SELECT n, id, coalesce(kind, ''), coalesce(subtype, ''), coalesce(name, ''), coalesce(provider, ''), "
                "coalesce(sensitivity, 'none'), coalesce(hypothetical, false) "
                "FROM base.node WHERE n IN (SELECT unnest(?::INTEGER[]))",
                [absent],
            ).fetchall():
                self._nodes[n] = NodeView(*fields)
        gaps = self._gaps_of({row[9] for row in rows if row[9].startswith(GAP)})
        for r, kind, source, target, observed, evidence, where, instance, at, id_ in rows:
            self._relations[r] = EvidenceView(
                relation=id_,
                source=self._nodes[source].id,
                kind=kind,
                target=self._nodes[target].id,
                observed=observed,
                evidence=evidence or "",
                where=where or "",
                source_instance=instance or "",
                at=aware(at),
                rule=_rule(kind, self._nodes[source], self._nodes[target]),
                gap=gaps.get(id_),
            )

    def want_facts(self, facts: Iterable[int]) -> None:
        """Look up the nodes of facts."""
        chosen = np.fromiter(facts, np.int64)
        self.want(nodes=self._session.graph.fact_node[chosen[chosen != MAY]].tolist())

    def want_steps(self, steps: Iterable[int]) -> None:
        """Look up all that is needed to show steps."""
        graph = self._session.graph
        chosen = list(steps)
        facts = {fact for step in chosen for fact in (*graph.body(step), int(graph.step_target[step]))}
        self.want(
            nodes=[int(graph.fact_node[fact]) for fact in facts if fact != MAY],
            relations=[r for step in chosen for r in graph.relations(step)],
        )

    def node(self, n: int) -> NodeView:
        """Return a node that was wanted."""
        return self._nodes[n]

    def fact(self, fact: int) -> FactView:
        """Return a fact whose node was wanted."""
        view = self._facts.get(fact)
        if view is None:
            graph = self._session.graph
            view = FactView(self._nodes[int(graph.fact_node[fact])], graph.level_name(fact))
            self._facts[fact] = view
        return view

    def facts(self, facts: Iterable[int]) -> tuple[FactView, ...]:
        """Return facts whose nodes were wanted; as many calls of `fact`, at a third of the time."""
        chosen = np.fromiter(facts, np.int64)
        graph, known, nodes = self._session.graph, self._facts, self._nodes
        levels = graph.fact_level[chosen].tolist()
        rows = zip(chosen.tolist(), graph.fact_node[chosen].tolist(), levels, strict=True)
        names = {level: kinds.LEVELS[level][1] for level in set(levels) if level < len(kinds.LEVELS)}
        for fact, node, level in rows:
            if fact not in known:
                known[fact] = FactView(nodes[node], names[level])
        return tuple(map(known.__getitem__, chosen.tolist()))

    def relation(self, r: int) -> EvidenceView:
        """Return a relation that was wanted."""
        return self._relations[r]

    def hop(self, given: int, step: int) -> Hop:
        """Return a step as seen from one of its preconditions."""
        graph = self._session.graph
        technique = graph.techniques[int(graph.step_technique[step])]
        return Hop(
            given=self.fact(given),
            also=tuple(self.fact(fact) for fact in graph.body(step) if fact not in (given, MAY)),
            gives=self.fact(int(graph.step_target[step])),
            technique=technique,
            title=self._session.titles.get(technique, technique),
            effort=graph.effort_of(step),
            possible=graph.possible(step),
            evidence=tuple(self._relations[r] for r in graph.relations(step) if r in self._relations),
        )

    def hops(self, chain: Iterable[tuple[int, int]]) -> tuple[Hop, ...]:
        """
        Return a chain of (given fact, step) as it is read: implied levels and derived sets are folded; a
        hypothetical credential is not, since whoever has it keeps it.
        """
        shown: list[Hop] = []
        for given, step in chain:
            hop = self.hop(given, step)
            if hop.technique == IMPLICATION:
                continue
            if shown and _folds(shown[-1].gives.node) and shown[-1].gives.node.id == hop.given.node.id:
                hop = _joined(shown.pop(), hop)
            shown.append(hop)
        return tuple(shown)

    def _gaps_of(self, names: set[str]) -> dict[str, GapView]:
        """Look up coverage by the names of gaps; what stands between several things has no row of its own."""
        if not names:
            return {}
        rows = self._session.con.execute(_GAPS, [GAP, *[naive(self._session.as_of)] * 2, sorted(names)]).fetchall()
        return {name: GapView(*fields) for name, *fields in rows}


def gap_names(session: Session) -> dict[int, str]:
    """Return the name of the gap that each derived relation completes, by the relation's number."""
    if "gaps" not in session.shown:
        rows = session.con.execute(
            "SELECT r, id FROM base.relation WHERE source_instance = 'derived' AND starts_with(id, ?)", [GAP]
        ).fetchall()
        session.shown["gaps"] = dict(rows)
    return session.shown["gaps"]


def aware(at: datetime | None) -> datetime | None:
    """Return a stored time with its zone, UTC."""
    return None if at is None else at.replace(tzinfo=UTC)


# Private functions

_GAPS = """
SELECT gap, min(source_instance), min(relation), min(scope), arg_min(state, place),
  string_agg(DISTINCT endpoint, ' or ' ORDER BY endpoint), arg_min(error, place)
FROM (
  SELECT *, ? || source_instance || ':' || relation || CASE WHEN scope = '' THEN '' ELSE ':' || scope END AS gap,
    (coalesce(error, ''), endpoint) AS place
  FROM (
    SELECT source_instance::VARCHAR AS source_instance, relation::VARCHAR AS relation, coalesce(scope, '') AS scope,
      state::VARCHAR AS state, coalesce(endpoint, '') AS endpoint, coalesce(error, '') AS error
    FROM base.coverage
    WHERE (valid_from IS NULL OR valid_from <= ?) AND (valid_to IS NULL OR valid_to > ?) AND state <> 'complete'
  )
) WHERE list_contains(?::VARCHAR[], gap) GROUP BY gap
"""


def _folds(node: NodeView) -> bool:
    """Whether a node is folded where it stands between two steps: a derived set, never what an attacker makes."""
    return node.provider == DERIVED and not node.hypothetical


def _rule(kind: str, source: NodeView, target: NodeView) -> RuleView | None:
    if kind != "APPLIES_TO" or source.kind != "Policy" or target.kind not in ("Control", "Policy"):
        return None
    return RuleView(source.name or source.id, target.name or target.id)


def _joined(first: Hop, second: Hop) -> Hop:
    """
    Fold the derived set between two steps.

    Where a technique leads out of the set, or into it, that is what is done; else the set's name is the title and its
    scope file the technique.
    """
    inside = first.gives.node
    done = next((one for one in (second, first) if not one.technique.startswith(_DERIVED_STEP)), None)
    return Hop(
        given=first.given,
        also=first.also + tuple(fact for fact in second.also if fact.node.id != inside.id),
        gives=second.gives,
        technique=done.technique if done else inside.id.split(":")[1],
        title=done.title if done else inside.name or first.title,
        effort=first.effort + second.effort,
        possible=first.possible or second.possible,
        evidence=first.evidence + second.evidence,
    )
