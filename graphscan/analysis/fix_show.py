"""Fixes as they are shown: sentences, and the steps that each closes and opens."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from graphscan.analysis import fix_words as words
from graphscan.analysis.fix_candidates import Candidate
from graphscan.analysis.fix_effect import Asked
from graphscan.analysis.fix_rank import Ranking
from graphscan.analysis.fix_results import Fix
from graphscan.analysis.fix_solve import Search
from graphscan.analysis.results import EvidenceView, Hop, NodeView
from graphscan.analysis.view import Viewer
from graphscan.engine.csr import Bools, Ints, distinct
from graphscan.engine.graph import MAY

STEPS = 10  # listed for one fix


class Shown:
    """Shows fixes of one answer."""

    def __init__(
        self,
        asked: Asked,
        candidates: Sequence[Candidate],
        price: Sequence[int | None],
        ranking: Ranking,
        search: Search,
    ) -> None:
        """Look nothing up yet."""
        self.candidates = candidates
        self._asked, self._price, self._ranking, self._search = asked, price, ranking, search
        self._viewer = Viewer(asked.question.session)

    def text(self, place: int) -> str:
        """Return the sentence of a fix."""
        one = self.candidates[place]
        node, _ = self._subject(one)
        if node is not None:
            return words.of_node(one.sort, node)
        return words.of_relation(*self._ends(one.relation))

    def fix(self, place: int) -> Fix:
        """Return a fix with what comes of it."""
        one, stands = self.candidates[place], self._ranking.standing(place)
        node, relation = self._subject(one)
        truth = self._search.anew.known(one)
        closes = self._closes(one)
        if truth is not None and one.sort not in ("rotate", "enforce"):  # these end no step, but what begins it
            closes = self._search.gone(truth)
        closes = closes[self._stands_out[closes]]
        opened = truth.opened if truth is not None else ()
        return Fix(
            edit=one.edit,
            sort=one.sort,
            text=self.text(place),
            node=node,
            relation=relation,
            cost=self._price[place] or 0,
            effect=stands.effect,
            pairs=stands.pairs,
            of=len(self._ranking.before),
            exact=stands.exact,
            targets=stands.targets,
            recomputed=stands.recomputed,
            closes=_hops(self._asked, self._viewer, closes.tolist()),
            closes_count=len(closes),
            opens=() if truth is None else _hops(truth.after, Viewer(truth.session), list(opened)),
            opens_count=len(opened),
            opens_others=0 if truth is None else truth.others,
        )

    # Private

    def _subject(self, one: Candidate) -> tuple[NodeView | None, EvidenceView | None]:
        if one.relation < 0:
            self._viewer.want(nodes=[one.node])
            return self._viewer.node(one.node), None
        self._viewer.want(relations=[one.relation])
        return None, self._viewer.relation(one.relation)

    def _ends(self, r: int) -> tuple[str, NodeView, NodeView]:
        sql = "SELECT kind::VARCHAR, source, target FROM base.relation WHERE r = ?"
        kind, source, target = self._asked.question.session.con.execute(sql, [r]).fetchall()[0]
        self._viewer.want(nodes=[source, target])
        return str(kind), self._viewer.node(int(source)), self._viewer.node(int(target))

    @cached_property
    def _stands_out(self) -> Bools:
        """(S,) whether a step is shown: that a level includes a lower one is not."""
        graph = self._asked.closing.graph
        shown: Bools = graph.step_technique != graph.implication
        return shown

    def _closes(self, one: Candidate) -> Ints:
        """Return the steps on the way that a fix closes: those that rest on it, and those at what is gone."""
        graph, steps = self._asked.closing.graph, self._search.way.steps
        gone = np.zeros(graph.fact_count, bool)
        gone[one.never] = gone[one.starts] = True
        guards = np.zeros(graph.guard_count + 1, bool)
        guards[np.repeat(np.arange(graph.guard_count), np.diff(graph.guard_ptr))[gone[graph.guard_facts]]] = True
        touched = gone[graph.step_source[steps]] | guards[graph.step_guard[steps]]
        if len(one.never):
            gone[one.starts] = False
            touched |= gone[graph.step_target[steps]]
        return distinct(np.concatenate([one.steps, steps[touched]]).astype(np.int64))


# Private functions


def _hops(asked: Asked, viewer: Viewer, steps: list[int]) -> tuple[Hop, ...]:
    graph = asked.question.session.graph
    chosen = steps[:STEPS]
    viewer.want_steps(chosen)
    return tuple(viewer.hop(next(fact for fact in graph.body(step) if fact != MAY), step) for step in chosen)
