"""Single fixes by the pairs of start and target that each takes away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from graphscan.analysis.fix_candidates import Candidate
from graphscan.analysis.fix_effect import Anew, Asked, locally
from graphscan.analysis.fix_pairs import Pairs, pairs
from graphscan.analysis.fix_results import NOTHING, OPENS, REDUCES, RESOLVES, UNJUDGED, UNTRIED
from graphscan.engine.csr import distinct
from graphscan.engine.slice import Slice

MOST_JUDGED = 12  # single fixes for which everything is derived anew, beside those of the set


@dataclass(frozen=True, slots=True)
class Standing:
    """
    What a fix does alone.

    Attributes:
        effect:     as `Fix.effect`.
        pairs:      pairs taken away.
        targets:    targets no longer reached.
        exact:      whether the pairs are.
        recomputed: whether everything was derived anew.
    """

    effect: str
    pairs: int
    targets: int
    exact: bool
    recomputed: bool


_LAST = {UNJUDGED: 1, OPENS: 2}
_LATE = 2  # of those that may open something, judged though the time is over
_UNTRIED = Standing(UNTRIED, 0, 0, False, False)


class Ranking:
    """
    What each fix does alone, as far as that was worked out.

    Attributes:
        before: the pairs that there are.
    """

    def __init__(
        self,
        asked: Asked,
        candidates: Sequence[Candidate],
        price: Sequence[int | None],
        anew: Anew,
        way: Slice,
        clock: Callable[[], float],
    ) -> None:
        """Count the pairs that there are; nothing is tried yet."""
        self.asked, self.candidates, self.price, self.anew, self._clock = asked, candidates, price, anew, clock
        graph = asked.question.session.graph
        self._starts = (-1, *sorted({named.n for named, _ in asked.question.starts.groups}))
        goals = np.array(asked.goals, np.int64)
        self._goals = distinct(graph.fact_node[goals].astype(np.int64))
        self._facts = goals
        self.before = pairs(asked.question, asked.closing, self._starts, self._goals, goals)
        self._standing: dict[int, Standing] = {}
        # What more steps rest on is tried first; the way is linear to look at, a try is not.
        used = np.bincount(graph.step_source[way.steps], minlength=graph.fact_count)
        self._weight = [len(one.steps) + int(used[one.never].sum()) + int(used[one.starts].sum()) for one in candidates]

    @property
    def untried(self) -> int:
        """Return how many fixes were not tried."""
        return sum(1 for place in range(len(self.candidates)) if place not in self._standing)

    def rank(self, end: float) -> None:
        """
        Try fixes on the compiled graph, those that touch most of the way first, until the time is over.

        First which targets each closes: all their pairs go. Then, for those that close most, what is left of the
        pairs of the others.
        """
        alike: dict[tuple[bytes, ...], Standing] = {}
        order = sorted(range(len(self.candidates)), key=lambda place: (-self._weight[place], place))
        middle = (self._clock() + end) / 2
        tried: dict[tuple[bytes, ...], int] = {}
        for place in order:
            key = self.candidates[place].effect()
            if key not in alike and (not tried or self._clock() < middle):
                alike[key] = self._by_targets(self.candidates[place])
                tried[key] = place
            if key in alike:
                self._standing[place] = alike[key]
        for key, place in sorted(
            tried.items(), key=lambda item: (-alike[item[0]].pairs, -self._weight[item[1]], item[1])
        ):
            if alike[key].exact:
                continue
            if self._clock() > end:
                break
            alike[key] = self._by_pairs(self.candidates[place])
        for place in self._standing:
            self._standing[place] = alike[self.candidates[place].effect()]

    def judge(self, end: float, most: int) -> None:
        """Derive everything anew for those of the best of which the compiled graph does not tell all, in time."""
        for place, one in enumerate(self.candidates):
            if self.anew.known(one) is not None:
                self._judge(place)
        listed = self.listed()[:most]
        late = _LATE
        doubtful = [place for place in listed if self.candidates[place].opens]
        doubtful += [place for place in listed if not self.candidates[place].whole and place not in doubtful]
        for place in doubtful[:MOST_JUDGED]:
            if self.standing(place).recomputed:
                continue
            if self._clock() > end:
                if not (late and self.candidates[place].opens):
                    continue
                late -= 1
            self._judge(place)
        for place, stands in self._standing.items():
            if self.candidates[place].opens and not stands.recomputed and stands.effect != NOTHING:
                self._standing[place] = replace(stands, effect=UNJUDGED)

    def standing(self, place: int) -> Standing:
        """Return what a fix does alone."""
        return self._standing.get(place, _UNTRIED)

    def listed(self) -> list[int]:
        """Return the fixes worth showing, the best first: what takes nothing away alone, and opens nothing, is not."""
        chosen = [place for place, one in self._standing.items() if one.effect != NOTHING]
        chosen = [place for place in chosen if self.price[place] is not None]
        return sorted(
            self._merged(chosen),
            key=lambda place: (
                _LAST.get(self.standing(place).effect, 0),
                -self.standing(place).pairs,
                self.price[place] or 0,
                place,
            ),
        )

    def by_provenance(self, places: Sequence[int]) -> int:
        """Return of how many only what steps rest on was looked up, though something is worked out from them."""
        return sum(1 for place in places if not self.candidates[place].whole and not self.standing(place).recomputed)

    # Private

    def _by_targets(self, one: Candidate) -> Standing:
        """Return what a fix does as far as the targets tell that it closes: all pairs, or at least those of these."""
        q = locally(self.asked.closing, [one])
        graph = self.asked.closing.graph
        left = np.isin(self._goals, graph.fact_node[self._facts[q.reached.held[self._facts]]])
        lost = int(self.before.joined[:, ~left].sum())
        effect = RESOLVES if not left.any() else REDUCES if lost else NOTHING
        exact = not left.any() or len(self._starts) == 2
        return Standing(effect, lost, int((~left).sum()), self.before.exact and exact, False)

    def _by_pairs(self, one: Candidate) -> Standing:
        """Return what a fix does, told apart by starts."""
        q = locally(self.asked.closing, [one])
        groups = {named.n: facts for named, facts in self.asked.question.starts.groups}
        if one.added:
            groups[one.node] = one.added
        after = pairs(self.asked.question, q, self._starts, self._goals, self._facts, groups)
        return self._stands(after, recomputed=False)

    def _judge(self, place: int) -> None:
        truth = self.anew([self.candidates[place]])
        after = truth.after
        goals = np.array(after.goals, np.int64)
        found = pairs(after.question, after.closing, self._starts, self._goals, goals)
        stands = self._stands(found, recomputed=True)
        if truth.opened:
            stands = Standing(OPENS, stands.pairs, stands.targets, stands.exact, True)
        self._standing[place] = stands

    def _stands(self, after: Pairs, recomputed: bool) -> Standing:
        lost = int((self.before.joined & ~after.joined).sum())
        targets = int((self.before.joined.any(axis=0) & ~after.joined.any(axis=0)).sum())
        effect = RESOLVES if not after.joined.any() else REDUCES if lost else NOTHING
        return Standing(effect, lost, targets, self.before.exact and after.exact, recomputed)

    def _merged(self, places: list[int]) -> list[int]:
        """Leave out a revocation where the rotation of the same credential does as much and costs no more."""
        rotated = {self.candidates[place].node: place for place in places if self.candidates[place].sort == "rotate"}
        kept = []
        for place in places:
            one, other = self.candidates[place], rotated.get(self.candidates[place].node)
            if one.sort == "revoke" and other is not None:
                same = self.standing(place).pairs == self.standing(other).pairs
                if same and (self.price[other] or 0) <= (self.price[place] or 0):
                    continue
            kept.append(place)
        return kept
