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
from graphscan.engine.graph import MAY
from graphscan.engine.reach import Reach, reach
from graphscan.model import Sensitivity

Facts = NDArray[np.int64]

_NOT_ACCESS = tuple(kinds.LEVEL_CODES[family, "reachable"] for family in ("application", "host"))


@dataclass(frozen=True)
class Question:
    """
    Starts put to a session.

    Attributes:
        starts:       what the attacker begins with.
        anyone:       what ambient facts alone reach, known.
        anyone_may:   the same, possible.
        known:        what the starts reach, known.
        may:          the same, possible.
    """

    session: Session
    starts: Starts
    anyone: Reach
    anyone_may: Reach
    known: Reach
    may: Reach

    @classmethod
    def ask(cls, session: Session, starts: Starts) -> "Question":
        """Compute the four closed sets; what is possible is not computed again where all is known."""
        graph = session.graph
        uncertain = bool(len(graph.possible_start)) or bool(graph.guard_possible.any())
        anyone = reach(graph, ())
        known = reach(graph, starts.facts)
        return cls(
            session,
            starts,
            anyone,
            reach(graph, (), may=True) if uncertain else anyone,
            known,
            reach(graph, starts.facts, may=True) if uncertain else known,
        )

    @cached_property
    def gained(self) -> Facts:
        """Return the strongest known facts beyond the starts and what anyone has, ascending."""
        held = self.known.held & ~self.anyone.held
        return np.flatnonzero(self._strongest(held, self.known) & ~self._own)

    @cached_property
    def gained_possibly(self) -> Facts:
        """Return the strongest facts that are possible and not known."""
        held = self.may.held & ~self.anyone_may.held & ~self.known.held
        return np.flatnonzero(self._strongest(held, self.may) & ~self._own)

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
        facts = np.flatnonzero(self._strongest(self.anyone.held, self.anyone))
        return facts[self.sensitivity[facts] >= Sensitivity.CONFIDENTIAL.rank]

    def assets_of(self, reached: Reach) -> int:
        """Return how many asset nodes another reach of the same graph still holds."""
        return self.nodes(self.assets[reached.held[self.assets]])

    def nodes(self, facts: Facts) -> int:
        """Return of how many nodes some facts are."""
        return len(np.unique(self.session.graph.fact_node[facts]))

    # Private functions

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
        for start in self.starts.facts:
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
