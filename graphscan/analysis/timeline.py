"""Reach over time through a store: what is held and reached from one moment to another, known and possible apart."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time

import numpy as np
from numpy.typing import NDArray

from graphscan.analysis.lives import DAY, TICK
from graphscan.analysis.session import Session
from graphscan.analysis.timeline_instant import Builder, moment_of, number_of
from graphscan.analysis.timeline_moments import Exposure, Held, Moment, OverTime, StartSpan, spans, uncertain
from graphscan.engine import question as engine
from graphscan.engine.nearby import LARGE
from graphscan.engine.timeline import NEVER, Instant, Run, Times

__all__ = ["Exposure", "Moment", "OverTime", "StartSpan", "over_time", "spans"]


def over_time(
    open_at: Callable[[datetime], Session],
    starts: Sequence[StartSpan],
    begin: datetime,
    end: datetime,
    *,
    losses: bool = False,
    made: str | None = None,
) -> OverTime:
    """
    Return what is held and reached from a moment to another.

    The fixed point is run at both, and at each instant between at which reach can grow: something begins, a control or
    its enforcement ends, something ends whose absence may open something, a start begins, or a credential that is read
    gets a new value.

    Args:
        open_at: opens the store at a moment; `Session.at` of any session of it.
        starts:  what is held, each over its interval; all of it together.
        begin, end: the first and the last moment asked about, both included.
        made:    what to think of a credential that comes into being when the account that made it can be acted as:
                 "known": it is the attacker's; "possible": it may be; None: it is somebody else's.
        losses:  look also at each moment at which something that was reached is not any more.

    Raises:
        ValueError: the end is before the begin.
        StoreDamagedError, TechniqueError: as the words say.
    """
    if end < begin:
        raise ValueError("the end is before the begin")
    return _Runner(open_at, tuple(starts), begin, end, made).run(losses)


# Private functions


class _Runner:
    """The two runs, and what they need at each moment."""

    def __init__(
        self,
        open_at: Callable[[datetime], Session],
        starts: tuple[StartSpan, ...],
        begin: datetime,
        end: datetime,
        made: str | None,
    ) -> None:
        self.made = made
        self.open_at = open_at
        self.starts = starts
        self.begin = begin
        self.end = end
        first = open_at(begin)
        self.builder = Builder(first)
        self.growth = first.growth
        self.changes = first.changes
        self.must = Run(self.builder.values(may=False), False)
        self.may = Run(self.builder.values(may=True), True)
        self.entered: set[int] = set()

    def run(self, losses: bool) -> OverTime:
        """Run from begin to end."""
        planned = {one for one in self.growth if self.begin < one < self.end}
        planned |= {one for one in map(self._entry, self.starts) if self.begin < one < self.end}
        waiting = sorted({self.begin, *planned})
        moments: list[Moment] = []
        while waiting:
            at = waiting.pop(0)
            until = waiting[0] if waiting else self.end
            if moments and losses:
                moments += self._lost(moments[-1], at)
            moment, read = self._grow(at)
            moments.append(moment)
            new = [run.values.next(keys, number_of(at)) for run, keys in zip((self.must, self.may), read, strict=True)]
            sooner = [moment_of(one) for one in new if one is not None]
            if sooner and min(sooner) < until:
                waiting.insert(0, min(sooner))
            elif not waiting and at < self.end:
                waiting.append(self.end)
        return OverTime(self.starts, tuple(moments), self.builder)

    # Private functions

    def _entry(self, span: StartSpan) -> datetime:
        """Return from when on a start is held."""
        since = span.begins
        if since is None and span.credential:
            since = span.obtained
        return self.begin if since is None else max(self.begin, since)

    def _at(self, at: datetime) -> tuple[Session, Instant]:
        session = self.open_at(at)
        return session, self.builder.instant(session, number_of(at), self._positions(session, at))

    def _positions(self, session: Session, at: datetime) -> tuple[int, ...]:
        """Return the facts of the starts that hold at a moment and are no credentials."""
        here = [
            span
            for span in self.starts
            if not span.credential and self._entry(span) <= at and (span.ends is None or at < span.ends)
        ]
        return self.builder.facts(session, [(span.id, span.named) for span in here])

    def _own(self, session: Session, at: datetime, positions: tuple[int, ...]) -> tuple[int, ...]:
        here = [(span.id, span.named) for span in self.starts if span.credential and self._entry(span) <= at]
        return tuple(sorted({*positions, *self.builder.facts(session, here)}))

    def _grow(self, at: datetime) -> tuple[Moment, tuple[Times, Times]]:
        """Reach at a moment, and keep what is obtained; return with it which credentials are read as they are now."""
        session, instant = self._at(at)
        self._enter(session, at)
        must, may = self._questions(instant)
        while self._make(session, instant, must, may):
            must, may = self._questions(instant)
        read = (self.must.keep(instant, must), self.may.keep(instant, may))
        moment = self._moment(session, instant, at, True, must, may)
        if session.graph.step_count >= LARGE:
            moment.forget()
        return moment, read

    def _make(self, session: Session, instant: Instant, must: engine.Question, may: engine.Question) -> bool:
        """Give the credentials that come into being now by an account of the attacker's; whether there are new ones."""
        new = False
        for run, question in ((self.must, must), (self.may, may)):
            if self.made is None or (self.made == "possible" and not run.may):
                continue
            keys = self.builder.made(session, instant, question.reached.held)
            keys = keys[~np.isin(keys, run.carried(instant.at))]
            run.give(keys, np.full(len(keys), instant.at, np.int64))
            new |= bool(len(keys))
        return new

    def _look(self, at: datetime) -> Moment:
        """Reach at a moment, and obtain nothing."""
        session, instant = self._at(at)
        return self._moment(session, instant, at, False, *self._questions(instant))

    def _questions(self, instant: Instant) -> tuple[engine.Question, engine.Question]:
        must = self.must.question(instant)
        may = self.may.question(instant, must)
        return must, may if uncertain(instant.graph) or may.starts != must.starts else must

    def _moment(
        self, session: Session, instant: Instant, at: datetime, grows: bool, must: engine.Question, may: engine.Question
    ) -> Moment:
        held = (_held(self.must), _held(self.may))
        own = self._own(session, at, instant.starts)
        beyond = (self.must.beyond(instant, must), self.may.beyond(instant, may))
        moment = Moment(at, session, grows, own, must.starts, may.starts, held, beyond, instant, self.builder)
        moment.__dict__.update(must=must, may=may)
        return moment

    def _enter(self, session: Session, at: datetime) -> None:
        """Give the credentials that begin to be held by now."""
        for place, span in enumerate(self.starts):
            if place in self.entered or not span.credential or self._entry(span) > at:
                continue
            self.entered.add(place)
            if span.obtained is None:
                known = possible = number_of(at)
            else:
                known = number_of(span.obtained)
                day = span.obtained.astimezone(UTC).time() == time()
                possible = min(number_of(span.obtained + DAY - TICK), max(known, number_of(at))) if day else known
            for run, obtained in ((self.must, known), (self.may, possible)):
                key = self.builder.key(span.id, span.named)
                dead = bool(run.values.dead(np.array([key]), np.array([obtained]), number_of(at))[0])
                keys = self.builder.start_keys(session, span.id, span.named, dead)
                run.give(keys, np.full(len(keys), obtained, np.int64))

    def _lost(self, before: Moment, at: datetime) -> list[Moment]:
        """Return the moments after one and before another at which something that was reached is lost."""
        times = {one for one in self.changes if before.at < one < at}
        for run in (self.must, self.may):
            dies = [moment_of(one) for one in run.values.deaths(_held(run).keys)]
            times |= {one for one in dies if before.at < one < at}
        times |= {span.ends for span in self.starts if span.ends is not None and before.at < span.ends < at}
        waiting = sorted(times)
        found: list[Moment] = []
        last = _reached(before)
        # Nothing is gained in between: what is the same at the last moment was the same at all of them.
        low = 0
        asked: dict[int, Moment] = {}

        def ask(place: int) -> Moment:
            if place not in asked:
                asked[place] = self._look(waiting[place])
            return asked[place]

        while low < len(waiting) and not _same(_reached(ask(len(waiting) - 1)), last):
            first, end = low, len(waiting) - 1
            while first < end:
                middle = (first + end) // 2
                first, end = (middle + 1, end) if _same(_reached(ask(middle)), last) else (first, middle)
            found.append(ask(first))
            last = _reached(found[-1])
            low = first + 1
        return found


def _held(run: Run) -> Held:
    keys = np.flatnonzero(run.obtained != NEVER)
    return Held(keys, run.obtained[keys])


Codes = tuple[NDArray[np.int64], NDArray[np.int64]]


def _reached(moment: Moment) -> Codes:
    """Return what is reached, known and possible, as numbers of (stated node, level)."""
    graph, question = moment.session.graph, moment.question
    found = []
    for facts in (question.gained, question.gained_possibly):
        own = np.concatenate([facts, np.asarray(moment.own, np.int64)])
        held = own[question.may.reached.held[own]]
        found.append(graph.fact_node[held].astype(np.int64) * 256 + graph.fact_level[held])
    more = [beyond[:, 0] * 256 + beyond[:, 1] for beyond in moment.beyond]
    known = np.unique(np.concatenate([found[0], more[0]]))
    return known, np.setdiff1d(np.concatenate([found[1], more[1]]), known)


def _same(one: Codes, other: Codes) -> bool:
    return np.array_equal(one[0], other[0]) and np.array_equal(one[1], other[1])
