"""What some starts reach, told apart from what anyone reaches; known and possible."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from graphscan import kinds
from graphscan.analysis import build
from graphscan.analysis.names import Starts
from graphscan.analysis.session import Session
from graphscan.analysis.view import GAP
from graphscan.engine import question as engine
from graphscan.engine.csr import distinct
from graphscan.engine.graph import MAY
from graphscan.engine.reach import Reach
from graphscan.model import Sensitivity

Facts = NDArray[np.int64]

_NOT_ACCESS = tuple(kinds.LEVEL_CODES[family, "reachable"] for family in ("application", "host"))


@dataclass(frozen=True)
class Question:
    """
    Starts put to a session.

    Attributes:
        starts:   what the attacker begins with.
        must:     the question asked of what is known.
        may:      the same of what is possible; `must` itself where nothing is uncertain.
    """

    session: Session
    starts: Starts
    must: engine.Question
    may: engine.Question

    @classmethod
    def ask(cls, session: Session, starts: Starts) -> "Question":
        """Put starts to a session."""
        graph = session.graph
        must = engine.Question(graph, starts.facts)
        uncertain = bool(starts.possible) or bool(len(graph.possible_start)) or bool(graph.guard_possible.any())
        held = (*starts.facts, *starts.possible)
        return cls(session, starts, must, engine.Question(graph, held, True, must) if uncertain else must)

    @cached_property
    def stated(self) -> engine.Question:
        """Return what is possible because somebody states it, without what nobody could read; `may` if that is all."""
        if self.may is self.must:
            return self.must
        rows = self.session.con.execute(
            "SELECT n FROM base.node WHERE provider = 'derived' AND hypothetical AND starts_with(id, ?)", [GAP]
        ).fetchall()
        graph = self.session.graph
        gaps = [fact for (n,) in rows for fact in graph.facts_of(int(n))]
        return engine.Question(graph, self.starts.facts, True, self.must, gaps) if gaps else self.may

    @cached_property
    def gained(self) -> Facts:
        """Return the strongest known facts beyond the starts and what anyone has, ascending."""
        held = self.must.reached.held & ~self.must.anyone.held
        return np.flatnonzero(self._strongest(held, self.must.reached) & ~self._own)

    @cached_property
    def gained_possibly(self) -> Facts:
        """Return the strongest facts that are possible and not known."""
        held = self.may.reached.held & ~self.may.anyone.held & ~self.must.reached.held
        return np.flatnonzero(self._strongest(held, self.may.reached) & ~self._own)

    @cached_property
    def sensitivity(self) -> NDArray[np.uint8]:
        """Return the sensitivity rank of each fact's node; 0 for facts that are no access (merely being reachable)."""
        graph = self.session.graph
        ranks = np.append(self.session.array("sensitivity"), np.uint8(0))[graph.fact_node]
        ranks[np.isin(graph.fact_level, _NOT_ACCESS)] = 0
        ranks[MAY] = 0
        return ranks

    @cached_property
    def least(self) -> Sensitivity:
        """Return from which sensitivity on a reached node counts as an asset: confidential, or the highest there is."""
        facts = np.concatenate([self.gained, self.gained_possibly])
        highest = int(self.sensitivity[facts].max()) if len(facts) else 0
        return list(Sensitivity)[min(highest, Sensitivity.CONFIDENTIAL.rank)]

    @cached_property
    def assets(self) -> Facts:
        """Return the known facts on assets, ascending; empty where nothing of any sensitivity is reached."""
        return self._assets(self.gained)

    @cached_property
    def assets_possibly(self) -> Facts:
        """Return the facts on assets that are possible and not known."""
        return self._assets(self.gained_possibly)

    @cached_property
    def open_to_anyone(self) -> Facts:
        """Return the strongest confidential facts that ambient alone reaches, known."""
        return self._confidential(self._strongest(self.must.anyone.held, self.must.anyone))

    @cached_property
    def possibly_open(self) -> Facts:
        """Return the strongest confidential facts that ambient alone reaches possibly, and nothing known reaches."""
        held = self.may.anyone.held & ~self.must.reached.held
        return self._confidential(self._strongest(held, self.may.anyone))

    def nodes(self, facts: Facts) -> int:
        """Return of how many nodes some facts are."""
        return len(distinct(self.session.graph.fact_node[facts]))

    # Private functions

    def _confidential(self, held: NDArray[np.bool_]) -> Facts:
        facts = np.flatnonzero(held)
        return facts[self.sensitivity[facts] >= Sensitivity.CONFIDENTIAL.rank]

    def _assets(self, facts: Facts) -> Facts:
        rank = self.least.rank
        return facts[self.sensitivity[facts] >= rank] if rank else facts[:0]

    def _strongest(self, held: NDArray[np.bool_], reached: Reach) -> NDArray[np.bool_]:
        """Return which of `held` are not implied by a stronger one that is held; sets of ours never count."""
        graph = self.session.graph
        result = held.copy()
        result[graph.step_target[self._implications[reached.held[graph.step_source[self._implications]]]]] = False
        derived = np.append(self.session.array("flags") & build.DERIVED, np.uint8(1)).astype(bool)
        result &= ~derived[graph.fact_node]
        return result

    @cached_property
    def _implications(self) -> Facts:
        return np.flatnonzero(self.session.graph.step_technique == self.session.graph.implication)

    @cached_property
    def _own(self) -> NDArray[np.bool_]:
        """Return which facts the starts are, or imply."""
        graph = self.session.graph
        own = np.zeros(graph.fact_count, bool)
        for start in (*self.starts.facts, *self.starts.possible):
            own[start] = True
            own[[fact for fact in graph.facts_of(int(graph.fact_node[start])) if graph.implies(start, fact)]] = True
        return own


def sorted_for_people(question: Question, facts: Sequence[int] | Facts) -> Facts:
    """Return facts by falling sensitivity, then kind, then id, then level."""
    graph = question.session.graph
    chosen = np.asarray(facts, np.int64)
    nodes = graph.fact_node[chosen]
    order = np.lexsort(
        (
            graph.fact_level[chosen],
            nodes,
            question.session.array("kind")[nodes],
            -question.session.array("sensitivity")[nodes].astype(np.int8),
        )
    )
    return chosen[order]
