"""What could be done between some starts and some targets: found on the way from the one to the other."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from graphscan import kinds
from graphscan.analysis.blockers import DEFEATED
from graphscan.analysis.fix_candidates import NOTHING, ORDER, Candidate
from graphscan.analysis.fix_words import ENDED, REMOVABLE
from graphscan.analysis.fix_worked_out import WorkedOut
from graphscan.analysis.question import Question
from graphscan.analysis.view import GAP
from graphscan.engine import question as engine
from graphscan.engine.csr import Ints, distinct, spread
from graphscan.engine.slice import Slice, backward

Nodes = dict[int, tuple[str, str, str, str]]  # number: id, kind, subtype, provider


def candidates(
    question: Question, asked: engine.Question, goals: list[int], worked_out: WorkedOut
) -> tuple[list[Candidate], Slice]:
    """
    Return what could be done on the way to some targets, the mildest sort first, and the way.

    Args:
        asked:      the question, as it is to be closed.
        worked_out: relation kinds of which the steps that rest on them do not tell all.
    """
    part = backward(asked.graph, asked.reached, goals, through_starts=True)
    finder = _Finder(question, asked, part, worked_out)
    found = [*finder.of_nodes(), *finder.of_relations()]
    # Among sets that cost the same, the mildest: what a defender does first comes first.
    return sorted(found, key=lambda one: (ORDER.index(one.sort), one.relation, one.node)), part


# Private functions


class _Finder:
    def __init__(self, question: Question, asked: engine.Question, part: Slice, worked_out: WorkedOut) -> None:
        self.question, self.asked, self.part = question, asked, part
        self.session, self.graph = question.session, asked.graph
        self.con = self.session.con
        self.worked_out = worked_out
        self.here: list[int] = distinct(self.graph.fact_node[part.facts].astype(np.int64)).tolist()
        self.nodes = self._nodes(self.here)
        graph = self.graph
        # Only the steps of the way have to be known: what else rests on a relation leads to no target.
        sets = graph.step_relation_set[part.steps]
        rested = sets >= 0
        steps, sets = part.steps[rested], sets[rested]
        sizes = graph.relation_ptr[sets + 1] - graph.relation_ptr[sets]
        self._step = np.repeat(steps, sizes)
        self._relation = graph.relation_ids[spread(graph.relation_ptr, sets)].astype(np.int64)
        order = np.argsort(self._relation, kind="stable")
        self._step, self._relation = self._step[order], self._relation[order]

    def of_nodes(self) -> list[Candidate]:
        """Return rotations, revocations, switched-off accounts, enforced controls and uninstalled plug-ins."""
        graph, part = self.graph, self.part
        groups = {named.n: (named, facts) for named, facts in self.question.starts.groups}
        kept = self._outdated()
        touched = self._touched()
        plugins = self._plugins()
        dies = self._dies_with()
        open_ = np.intersect1d(part.starts, np.concatenate([graph.known_start, graph.possible_start]))
        open_ = open_[graph.fact_level[open_] == DEFEATED]
        open_of = {int(graph.fact_node[fact]): int(fact) for fact in open_}
        firm = self._not_enforceable(list(open_of))
        found: list[Candidate] = []
        for n in self.here:
            if n not in self.nodes:
                continue
            id_, kind, subtype, _ = self.nodes[n]
            ends = touched.get(n, frozenset())
            whole, opens = not ends & self.worked_out.all, bool(ends & self.worked_out.negated)
            facts = np.array(graph.facts_of(n), np.int64)
            if kind == "Credential":
                begun = groups.get(n)
                old = kept.get(n, [])
                if (begun is not None or old) and subtype not in ENDED:
                    found.append(
                        Candidate(
                            "rotate",
                            id_,
                            n,
                            starts=np.array(sorted(begun[1]) if begun else [], np.int64),
                            added=self._same(begun[0].same_value) if begun else (),
                            steps=self.resting(old),
                            rests=tuple(old),
                            opens=bool(old) and "STORES" in self.worked_out.negated,
                            whole=not old or "STORES" not in self.worked_out.all,
                        )
                    )
                added = self._same(begun[0].same_value) if begun else ()
                found.append(Candidate("revoke", id_, n, never=facts, added=added, gone=(n,), opens=opens, whole=whole))
            elif kind in kinds.DYING_KINDS:
                gone = (n, *dies.get(n, []))
                never = np.array(sorted({fact for one in gone for fact in graph.facts_of(one)}), np.int64)
                # What an account is not (no member, no administrator) ends with it: nobody else is concerned.
                whole = not ends & self.worked_out.read
                found.append(Candidate("disable", id_, n, never=never, gone=gone, whole=whole))
            elif n in open_of and n not in firm:
                found.append(Candidate("enforce", id_, n, starts=np.array([open_of[n]], np.int64), whole=True))
            elif n in plugins:
                rests = tuple(plugins[n])
                found.append(
                    Candidate(
                        "uninstall",
                        id_,
                        n,
                        never=facts,
                        steps=self.resting(rests),
                        gone=(n,),
                        rests=rests,
                        opens=opens,
                        whole=whole,
                    )
                )
        return found

    def of_relations(self) -> list[Candidate]:
        """Return the removals of relations that a step on the way rests on, or may be worked out from."""
        direct = distinct(self._relation)
        rows = self.con.execute(_RELATIONS, [direct.tolist(), sorted(REMOVABLE)]).fetchall()
        if self.worked_out.read & {"MEMBER_OF", "ASSIGNED_TO", "HAS_ROLE", "SCOPED_TO"}:
            rows += self.con.execute(_BEHIND, [self.here]).fetchall()
        found: dict[int, Candidate] = {}
        for r, id_, kind, target_kind in rows:
            # A position can be taken off an allow-list; that a person's own factor meets a control cannot be undone.
            if r in found or (kind == "DEFEATED_BY" and target_kind != "Segment"):
                continue
            whole, opens = kind not in self.worked_out.all, kind in self.worked_out.negated
            found[r] = Candidate(
                "remove", str(id_), relation=r, steps=self.resting([r]), rests=(r,), opens=opens, whole=whole
            )
        return [found[r] for r in sorted(found)]

    def resting(self, relations: Iterable[int]) -> Ints:
        """Return the steps on the way that rest on some relations, ascending."""
        wanted = np.array(sorted(relations), np.int64)
        first, last = np.searchsorted(self._relation, wanted), np.searchsorted(self._relation, wanted, side="right")
        parts = [self._step[begin:end] for begin, end in zip(first.tolist(), last.tolist(), strict=True)]
        return distinct(np.concatenate([NOTHING, *parts]).astype(np.int64))

    # Private

    def _nodes(self, numbers: list[int]) -> Nodes:
        rows = self.con.execute(
            "SELECT n, id, kind, coalesce(subtype, ''), coalesce(provider, '') FROM base.node "
            "WHERE n IN (SELECT unnest(?::INTEGER[])) AND provider IS DISTINCT FROM 'derived' "
            "AND NOT coalesce(hypothetical, false) AND kind IS NOT NULL",
            [numbers],
        ).fetchall()
        return {int(n): (id_, kind, subtype, provider) for n, id_, kind, subtype, provider in rows}

    def _same(self, nodes: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted({fact for n in nodes for fact in self.graph.facts_of(n)}))

    def _outdated(self) -> dict[int, list[int]]:
        """Return the copies on the way of which it is known when they were stored, by credential."""
        return self._by_node(
            "SELECT target, r FROM base.relation WHERE kind = 'STORES' AND stored_at IS NOT NULL "
            "AND r IN (SELECT unnest(?::INTEGER[])) ORDER BY ALL",
            distinct(self._relation).tolist(),
        )

    def _plugins(self) -> dict[int, list[int]]:
        """Return the plug-ins on the way, with the relations that stand through them."""
        return self._by_node(
            "SELECT p.n, r.r FROM (SELECT DISTINCT source AS n FROM base.relation WHERE kind = 'INSTALLED_IN' "
            "AND source IN (SELECT unnest(?::INTEGER[]))) p LEFT JOIN base.relation r ON p.n IN (r.source, r.target, "
            "r.via) ORDER BY ALL",
            [n for n, row in self.nodes.items() if row[1] == "Application"],
        )

    def _dies_with(self) -> dict[int, list[int]]:
        """Return the credentials that die with each account of the way, as the one account they are of."""
        return self._by_node(
            "SELECT min(account), credential FROM base.ownership GROUP BY credential "
            "HAVING count(DISTINCT account) = 1 AND min(account) IN (SELECT unnest(?::INTEGER[])) ORDER BY ALL",
            [n for n, row in self.nodes.items() if row[1] in kinds.DYING_KINDS],
        )

    def _by_node(self, sql: str, values: list[Any]) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for n, other in self.con.execute(sql, [values]).fetchall():
            found.setdefault(int(n), []).extend([] if other is None else [int(other)])
        return found

    def _touched(self) -> dict[int, frozenset[str]]:
        """Return the kinds of relation that each node of the way is an end of."""
        rows = self.con.execute(
            "SELECT n, list(DISTINCT kind::VARCHAR) FROM (SELECT source AS n, kind FROM base.relation "
            "UNION ALL SELECT target, kind FROM base.relation) WHERE n IN (SELECT unnest(?::INTEGER[])) GROUP BY n",
            [list(self.nodes)],
        ).fetchall()
        return {int(n): frozenset(found) for n, found in rows}

    def _not_enforceable(self, controls: list[int]) -> frozenset[int]:
        """Return the controls that nobody can put in force: circumstances, mechanisms, and what only hinders."""
        rows = self.con.execute(
            "SELECT n FROM base.node WHERE n IN (SELECT unnest(?::INTEGER[])) "
            "AND (effect = 'hinders' OR subtype IN ('circumstance', 'mechanism'))",
            [controls],
        ).fetchall()
        return frozenset(int(n) for (n,) in rows)


# What a source states and a step on the way rests on.
_RELATIONS = f"""
SELECT r.r, r.id, r.kind::VARCHAR, t.kind
FROM base.relation r JOIN base.node t ON t.n = r.target
WHERE r.r IN (SELECT unnest(?::INTEGER[])) AND list_contains(?::VARCHAR[], r.kind::VARCHAR)
  AND r.source_instance::VARCHAR <> 'derived' AND NOT starts_with(r.id, '{GAP}')
ORDER BY r.r
"""

# What populations and target sets on the way are worked out from, as far as it begins with something on the way: a
# holder's targets, and memberships and assignments of principals, their groups among them.
_BEHIND = """
WITH RECURSIVE here AS (SELECT unnest(?::INTEGER[]) AS n),
stated AS (SELECT r, id, kind::VARCHAR AS kind, source, target FROM base.relation
  WHERE source_instance::VARCHAR <> 'derived' AND kind IN ('MEMBER_OF', 'ASSIGNED_TO', 'HAS_ROLE', 'SCOPED_TO')),
holder(n) AS (
  SELECT n FROM here JOIN base.node USING (n) WHERE kind IN ('User', 'ServiceAccount', 'Group', 'RoleAssignment')
  UNION SELECT target FROM stated JOIN holder ON n = source WHERE kind = 'MEMBER_OF'
)
SELECT s.r, s.id, s.kind, t.kind FROM stated s JOIN holder h ON h.n = s.source JOIN base.node t ON t.n = s.target
WHERE s.kind IN ('MEMBER_OF', 'SCOPED_TO') OR s.target IN (SELECT n FROM here)
ORDER BY s.r
"""
