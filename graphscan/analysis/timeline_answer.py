"""`blast --timeline`: what is reached at each moment at which that changes, and when each asset was first reached."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from graphscan import kinds
from graphscan.analysis import build, names
from graphscan.analysis.coverage import gaps
from graphscan.analysis.lives import VALUES, Lives
from graphscan.analysis.results import CoverageLine, FactView, NodeView, StartLine
from graphscan.analysis.session import Session
from graphscan.analysis.timeline import Moment, OverTime, over_time, spans
from graphscan.analysis.timeline_results import AssetTime, Change, Changed, Event, Kept, TimelineResult
from graphscan.analysis.view import Viewer
from graphscan.engine.order import IMPLIES
from graphscan.expand.instant import naive
from graphscan.model import Sensitivity

Codes = NDArray[np.int64]  # node number × 256 + level code, ascending, each once

_EVENTS = 20
_CERTAINTY = ("", "possible", "known")
_NOT_ACCESS = tuple(kinds.LEVEL_CODES[family, "reachable"] for family in ("application", "host"))


def timeline(
    session: Session,
    from_: Sequence[str],
    begin: datetime,
    *,
    obtained: datetime | None = None,
    made: str = "possible",
) -> TimelineResult:
    """
    Return what an attacker who holds `from_` reaches from a moment to the session's instant.

    Args:
        begin:    from when on he acts.
        obtained: when he obtained the credentials among `from_`; None: at the begin.
        made:     how credentials count that come into being by an account that he can act as then: "known" are his, or
                  "possible".

    Raises:
        UnknownNameError, EmptySelectionError, UsageError: as the words say.
    """
    first = session.at(begin)
    found = over_time(session.at, spans(first, from_, obtained=obtained), begin, session.as_of, losses=True, made=made)
    coverage = gaps(found.last.session, found.last.question)
    return _Answer(found).result(session, names.starts(first, from_, obtained=obtained).lines, made, coverage)


# Private functions


@dataclass(frozen=True)
class _Reached:
    """What is reached at a moment: known, and possible with what is known."""

    known: Codes
    possible: Codes

    @classmethod
    def of(cls, moment: Moment) -> "_Reached":
        question, graph = moment.question, moment.session.graph
        own = np.asarray(moment.own, np.int64)
        mine = {int(node) for node in graph.fact_node[own]}
        known, possible = (
            np.concatenate([graph.fact_node[facts].astype(np.int64) * 256 + graph.fact_level[facts], beyond @ [256, 1]])
            for facts, beyond in zip((question.gained, question.gained_possibly), moment.beyond, strict=True)
        )
        other = ~np.isin(possible // 256, list(mine)) if mine else np.ones(len(possible), bool)
        return cls(np.unique(known), np.unique(np.concatenate([known, possible[other]])))

    @cached_property
    def _levels(self) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
        return _by_node(self.possible), _by_node(self.known)

    def certainty(self, code: int) -> int:
        """Return 2 where a fact or one that implies it is known, 1 where it is possible, 0 where neither."""
        possible, known = self._levels
        node, level = divmod(code, 256)
        for value, levels in ((2, known), (1, possible)):
            if any(one == level or IMPLIES[one, level] for one in levels.get(node, ())):
                return value
        return 0


class _Answer:
    def __init__(self, found: OverTime) -> None:
        self.found = found
        self.moments = found.moments
        self.reached = [_Reached.of(moment) for moment in self.moments]
        # Stated nodes are the same at every instant; what is shown of them comes from the last one.
        self.session = found.last.session
        self.viewer = Viewer(self.session)
        self.sensitivity = self.session.array("sensitivity")
        self.rank = self._rank()

    def result(
        self, session: Session, starts: tuple[StartLine, ...], made: str, coverage: tuple[CoverageLine, ...]
    ) -> TimelineResult:
        changes = self._changes()
        assets = self._assets()
        credentials = self._credentials()
        return TimelineResult(
            begin=self.moments[0].at,
            end=self.moments[-1].at,
            end_note=session.as_of_note,
            edits=session.edits.lines(),
            made=made,
            starts=starts,
            changes=changes,
            assets=assets,
            asset_sensitivity=str(list(Sensitivity)[self.rank]),
            credentials=credentials,
            out_since=self._out_since([one.known for one in self.reached]),
            possibly_out_since=self._out_since([one.possible for one in self.reached]),
            looked_at=len(self.moments),
            notes=(),
            coverage=coverage,
            complete=not coverage,
        )

    # Private functions

    def _rank(self) -> int:
        """Return the sensitivity from which on a node counts: confidential, or the highest that is reached."""
        ranks = [self.sensitivity[self._access(one.possible) // 256] for one in self.reached]
        highest = max((int(one.max()) for one in ranks if len(one)), default=0)
        return min(highest, Sensitivity.CONFIDENTIAL.rank)

    def _access(self, codes: Codes) -> Codes:
        """Return the codes that are access: more than merely being reachable, and no credential."""
        kind = self.session.array("kind")[codes // 256]
        access: Codes = codes[~np.isin(codes % 256, _NOT_ACCESS) & (kind != build.KINDS.index("Credential"))]
        return access

    def _asset_codes(self, codes: Codes) -> Codes:
        access = self._access(codes)
        return access[self.sensitivity[access // 256] >= self.rank] if self.rank else access[:0]

    def _ordered(self, codes: Iterable[int]) -> list[int]:
        kind = self.session.array("kind")
        return sorted(codes, key=lambda code: (-int(self.sensitivity[code // 256]), int(kind[code // 256]), code))

    def _fact(self, code: int) -> FactView:
        node, level = divmod(code, 256)
        return FactView(self.viewer.node(node), kinds.LEVELS[level][1])

    def _changes(self) -> tuple[Change, ...]:
        found = []
        before = _Reached(np.zeros(0, np.int64), np.zeros(0, np.int64))
        previous: Moment | None = None
        for moment, now in zip(self.moments, self.reached, strict=True):
            differing = np.unique(
                np.concatenate([np.setxor1d(now.known, before.known), np.setxor1d(now.possible, before.possible)])
            )
            both = [(code, now.certainty(code), before.certainty(code)) for code in differing.tolist()]
            new = self._changed((one for one in both if one[1] > one[2]), now)
            lost = self._changed((one for one in both if one[1] < one[2]), before)
            if previous is None or new or lost:
                events, count = self._events(moment, previous)
                known = self._asset_codes(now.known)
                possible = np.setdiff1d(self._asset_codes(now.possible) // 256, known // 256)
                found.append(Change(moment.at, new, lost, len(np.unique(known // 256)), len(possible), events, count))
            before, previous = now, moment
        return tuple(found)

    def _changed(self, codes: Iterable[tuple[int, int, int]], whole: _Reached) -> tuple[Changed, ...]:
        """Show changes of facts, each fact by the strongest level that changed likewise."""
        chosen = {code: (now, then) for code, now, then in codes}
        strongest = [
            code
            for code, values in chosen.items()
            if not any(
                chosen.get(code - code % 256 + other) == values and IMPLIES[other, code % 256]
                for other in {*whole._levels[0].get(code // 256, ()), *whole._levels[1].get(code // 256, ())}
            )
        ]
        self.viewer.want(nodes=[code // 256 for code in strongest])
        shown = []
        for code in self._ordered(strongest):
            view = self._fact(code)
            now, then = chosen[code]
            shown.append(Changed(view.node, view.level, _CERTAINTY[now], _CERTAINTY[then]))
        return tuple(shown)

    def _events(self, moment: Moment, previous: Moment | None) -> tuple[tuple[Event, ...], int]:
        """Return what happened to controls, to what is or was reached, and to what is or was held."""
        if previous is None:
            return (), 0
        rows = self.session.con.execute(_EVENT, [naive(moment.at)] * 6).fetchall()
        reached = {
            int(node) for one in (moment, previous) for node in one.session.graph.fact_node[one.may.reached.held]
        }
        held = {key for one in (moment, previous) for key in one.held[True].keys.tolist()}
        chosen = [(n, what) for n, kind, what in rows if kind == "Control" or n in reached or n in held]
        self.viewer.want(nodes=[n for n, _ in chosen[:_EVENTS]])
        return tuple(Event(self.viewer.node(n), what) for n, what in chosen[:_EVENTS]), len(chosen)

    def _assets(self) -> tuple[AssetTime, ...]:
        every = [self._asset_codes(one.possible) for one in self.reached]
        codes = np.unique(np.concatenate(every)) if every else np.zeros(0, np.int64)
        self.viewer.want(nodes=(codes // 256).tolist())
        found = []
        for code in self._ordered(codes.tolist()):
            values = [one.certainty(code) for one in self.reached]
            known, known_until = self._span([value == 2 for value in values])
            possible, possible_until = self._span([value > 0 for value in values])
            view = self._fact(code)
            found.append(AssetTime(view.node, view.level, known, possible, known_until, possible_until))
        return tuple(sorted(found, key=lambda one: one.possible or one.known or self.moments[-1].at))

    def _credentials(self) -> tuple[Kept, ...]:
        known, possible = self.found.exposed(may=False), self.found.exposed(may=True)
        stated: dict[str, int] = dict(
            self.session.con.execute(
                "SELECT id, n FROM base.node WHERE id IN (SELECT unnest(?::VARCHAR[])) AND provider <> 'derived'",
                [list(possible)],
            ).fetchall()
        )
        lives = Lives.of(self.session)
        lives.want(stated.values())
        end = self.moments[-1].at
        found = []
        for id_, one in possible.items():
            certain = id_ in known
            shown = known[id_] if certain else one
            dead = lives.dead(stated[id_], one.obtained, end, careful=True) if id_ in stated else None
            view = self._node(one.moment, id_)
            found.append(
                Kept(
                    view,
                    "known" if certain else "possible",
                    shown.first.at,
                    shown.obtained,
                    "" if dead is None else str(dead),
                    one.start,
                )
            )
        return tuple(sorted(found, key=lambda one: (not one.start, one.first, one.node.id)))

    def _node(self, moment: Moment, id_: str) -> NodeView:
        """Show a credential, a derived one as it stood when it was obtained."""
        session = moment.session
        found = names.find(session, id_)
        if found is None:
            raise KeyError(id_)
        viewer = Viewer(session)
        viewer.want(nodes=[found[0]])
        return viewer.node(found[0])

    def _out_since(self, codes: Iterable[Codes]) -> datetime | None:
        """Return from when on no asset is reached; None while one is, and where none ever was."""
        return self._span([len(self._asset_codes(one)) > 0 for one in codes])[1]

    def _span(self, reached: Sequence[bool]) -> tuple[datetime | None, datetime | None]:
        """Return the first moment at which something holds, and the one from which on it does not any more."""
        places = [place for place, holds in enumerate(reached) if holds]
        if not places:
            return None, None
        return self.moments[places[0]].at, None if places[-1] + 1 == len(reached) else self.moments[places[-1] + 1].at


def _by_node(codes: Codes) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for code in codes.tolist():
        found.setdefault(code // 256, []).append(code % 256)
    return found


# What happens to nodes at a moment, by the fields that say so.
_EVENT = f"""
SELECT n, kind, what FROM (
  SELECT n, id, kind, 'begins' AS what FROM base.node WHERE valid_from = ?
  UNION ALL SELECT n, id, kind, 'ends' FROM base.node WHERE valid_to = ? AND NOT list_contains(unproven, 'valid_to')
  UNION ALL SELECT n, id, kind, 'expires' FROM base.node
    WHERE expires_at = ? AND kind = 'Credential' AND NOT list_contains(unproven, 'expires_at')
  UNION ALL SELECT v.n, b.id, 'Credential', 'replaced' FROM ({VALUES}) v JOIN base.node b USING (n) WHERE v.since = ?
  UNION ALL SELECT v.n, b.id, 'Credential', 'old value ends' FROM ({VALUES}) v JOIN base.node b USING (n)
    WHERE v.overlap = ?
  UNION ALL SELECT n, id, kind, 'enforced: ' || e.value FROM (
    SELECT n, id, kind, unnest(enforced) AS e FROM base.node WHERE len(enforced) > 0) WHERE e.valid_from = ?
) ORDER BY id, what
"""
