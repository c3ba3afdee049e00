"""Reach over time: what is begun with, what holds at each moment, and what follows for the whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from graphscan import kinds
from graphscan.analysis import names
from graphscan.analysis.names import Named, Starts
from graphscan.analysis.question import Question
from graphscan.analysis.session import Session
from graphscan.analysis.timeline_instant import Builder, moment_of
from graphscan.engine import question as engine
from graphscan.engine.graph import Graph
from graphscan.engine.order import IMPLIES
from graphscan.engine.timeline import Instant, Times


@dataclass(frozen=True, slots=True)
class StartSpan:
    """
    A start that is held over an interval.

    Attributes:
        named:    the node, by its number where it is stated, and the level.
        id:       its id, by which a derived node is found at each instant.
        begins:   from when on it is held; None: from the first moment asked about.
        ends:     until when a start that is no credential is held, not included; None: for ever. What an attacker knows
                  he keeps: a credential is held on to.
        obtained: when a credential's value was obtained; None: when it begins to be held. Midnight UTC stands for the
                  whole day.
    """

    named: Named
    id: str
    begins: datetime | None = None
    ends: datetime | None = None
    obtained: datetime | None = None

    @property
    def credential(self) -> bool:
        """Whether it is kept once it is held."""
        return self.named.kind == "Credential"


@dataclass(frozen=True)
class Held:
    """The credentials that one run holds at a moment: (K,) keys ascending, and when the value of each was obtained."""

    keys: Times
    obtained: Times


@dataclass(frozen=True, eq=False)
class Moment:
    """
    One instant of a run over time.

    Attributes:
        at:       the moment.
        session:  the store at that moment.
        grows:    whether reach could grow there; else it was looked at to see what was lost.
        own:      the facts of what the question began with, those held at this moment.
        known, possible: all starts, carried credentials among them; facts of the session's graph.
        held:     the credentials held after this moment, in must and in may.
        beyond:   what is reached besides and the graph has no fact for, (K, 2) node numbers and level codes: what
                  something that the attacker made gives, where nothing else gives it any more.
    """

    at: datetime
    session: Session
    grows: bool
    own: tuple[int, ...]
    known: tuple[int, ...]
    possible: tuple[int, ...]
    held: tuple[Held, Held]
    beyond: tuple[NDArray[np.int64], NDArray[np.int64]]
    instant: Instant = field(repr=False)
    builder: Builder = field(repr=False)

    @cached_property
    def must(self) -> engine.Question:
        """The question asked of what is known."""
        return engine.Question(self.session.graph, self.known)

    @cached_property
    def may(self) -> engine.Question:
        """The question asked of what is possible; `must` itself where nothing is uncertain."""
        if not uncertain(self.session.graph) and self.known == self.possible:
            return self.must
        return engine.Question(self.session.graph, self.possible, True, self.must)

    @cached_property
    def question(self) -> Question:
        """The question as analyses of one instant ask it; what was begun with is its start, what is carried is not."""
        return Question(self.session, Starts(self.own, (), ()), self.must, self.may)

    @property
    def obtained(self) -> Mapping[str, datetime]:
        """Return the ids of the credentials possibly held, each with when the newest value held was obtained."""
        return self.holdings(may=True)

    def holdings(self, may: bool) -> Mapping[str, datetime]:
        """Return the ids of the credentials held, known or possible, with when the newest value was obtained."""
        held = self.held[may]
        return {
            id_: moment_of(when) for id_, when in zip(self.builder.ids(held.keys), held.obtained.tolist(), strict=True)
        }

    def reached(self, n: int, level: int, may: bool) -> bool:
        """Whether a node, by its number at this moment, is reached at a level (code) or at one that implies it."""
        graph, held = self.session.graph, (self.may if may else self.must).reached.held
        codes = [int(graph.fact_level[fact]) for fact in graph.facts_of(n) if held[fact]]
        codes += [int(code) for node, code in self.beyond[may].tolist() if node == n]
        return any(code == level or bool(IMPLIES[code, level]) for code in codes)

    def credentials(self) -> dict[int, int]:
        """Return the facts (credential, held) of the moment's graph by key."""
        facts = self.instant.credentials
        return dict(zip(self.instant.fact_keys(facts).tolist(), facts.tolist(), strict=True))

    def forget(self) -> None:
        """Let go of what was computed; asked again, it is computed again."""
        for name in ("must", "may", "question"):
            self.__dict__.pop(name, None)


@dataclass(frozen=True, slots=True)
class Exposure:
    """
    A credential that the attacker came to hold.

    Attributes:
        obtained: when the newest value that he has was obtained.
        first:    the moment at which he first held it.
        moment:   the moment at which he obtained the newest value.
        fact:     the fact (credential, held) in that moment's graph, -1 where it is dead there.
        start:    whether the question began with it.
    """

    id: str
    obtained: datetime
    first: Moment
    moment: Moment
    fact: int
    start: bool


@dataclass(frozen=True)
class OverTime:
    """
    Reach over time.

    Attributes:
        moments: in order of time; the last one is the end asked about.
    """

    spans: tuple[StartSpan, ...]
    moments: tuple[Moment, ...]
    builder: Builder = field(repr=False)

    @property
    def last(self) -> Moment:
        """The end: what is reached then."""
        return self.moments[-1]

    def first_reached(self, id_: str, level: str, may: bool = False) -> datetime | None:
        """Return the first moment at which a node is reached at a level or one that implies it; None: never."""
        for moment in self.moments:
            found = names.find(moment.session, id_)
            if found and moment.reached(found[0], kinds.level_code(found[1], level), may):
                return moment.at
        return None

    def exposed(self, may: bool) -> dict[str, Exposure]:
        """Return every credential that was ever held, known or possible, by id."""
        first: dict[int, Moment] = {}
        newest: dict[int, tuple[int, Moment]] = {}
        for moment in self.moments:
            held = moment.held[may]
            for key, obtained in zip(held.keys.tolist(), held.obtained.tolist(), strict=True):
                first.setdefault(key, moment)
                if key not in newest or newest[key][0] < obtained:
                    newest[key] = (obtained, moment)
        facts = {moment.at: moment.credentials() for moment in {one.at: one for _, one in newest.values()}.values()}
        own = {span.id for span in self.spans if span.credential}
        ids = self.builder.ids(np.fromiter(newest, np.int64, len(newest)))
        return {
            id_: Exposure(
                id_,
                moment_of(obtained),
                first[key],
                moment,
                facts[moment.at].get(key, -1),
                id_ in own,
            )
            for id_, (key, (obtained, moment)) in sorted(zip(ids, newest.items(), strict=True))
        }


def spans(
    session: Session,
    texts: Sequence[str],
    *,
    begins: datetime | None = None,
    ends: datetime | None = None,
    obtained: datetime | None = None,
) -> tuple[StartSpan, ...]:
    """
    Resolve what an attacker begins with, held over one interval.

    Raises:
        UnknownNameError, EmptySelectionError, UsageError: as `names.resolve`.
    """
    found = names.resolve(session, texts)
    ids = dict(
        session.con.execute(
            "SELECT n, id FROM base.node WHERE n IN (SELECT unnest(?::INTEGER[]))", [[one.n for one in found]]
        ).fetchall()
    )
    return tuple(StartSpan(one, ids[one.n], begins, ends, obtained) for one in found)


def uncertain(graph: Graph) -> bool:
    """Whether anything of a graph is possible and not known."""
    return bool(len(graph.possible_start)) or bool(graph.guard_possible.any())
