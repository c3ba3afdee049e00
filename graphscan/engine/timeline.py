"""
Reach over time: between instants the attacker keeps the credentials he holds, and nothing else.

Positions, logins and execution are derived anew at each instant. Each held credential has the time of the value that he
has; a value that was replaced since opens nothing. Times are whole microseconds since 1970, UTC.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from graphscan.engine.csr import Bools, Ints, all_of, spread
from graphscan.engine.graph import Graph
from graphscan.engine.question import Question
from graphscan.engine.residue import Residue

Times = NDArray[np.int64]

NEVER = int(np.iinfo(np.int64).min)


@dataclass(frozen=True)
class Values:
    """
    When values of credentials took the place of earlier ones: V rows in order of key; one reading of them, must or may.

    Attributes:
        key:    whose value it is.
        latest: a value obtained before this moment is one that was replaced.
        dies:   from when on the value before it opens nothing.
        begins: from when on whoever reads the credential surely (must) or possibly (may) reads this value.
    """

    key: Times
    latest: Times
    dies: Times
    begins: Times

    def dead(self, keys: Ints, obtained: Times, at: int) -> Bools:
        """Return which of some held values, (K,) keys with the times they were obtained, are replaced at a moment."""
        position, rows = self._rows(keys)
        found = np.zeros(len(keys), bool)
        found[position[(self.latest[rows] > obtained[position]) & (self.dies[rows] <= at)]] = True
        return found

    def next(self, keys: Ints, after: int) -> int | None:
        """Return the first moment after another at which one of some credentials has a new value; None: never."""
        begins = self.begins[self._rows(keys)[1]]
        begins = begins[begins > after]
        return int(begins.min()) if len(begins) else None

    def deaths(self, keys: Ints) -> list[int]:
        """Return all moments at which a value of some credentials ends, ascending."""
        return sorted(set(self.dies[self._rows(keys)[1]].tolist()))

    # Private functions

    def _rows(self, keys: Ints) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the rows of some keys, and beside each the position of its key."""
        first = np.searchsorted(self.key, keys, side="left")
        count = np.searchsorted(self.key, keys, side="right") - first
        position = np.repeat(np.arange(len(keys)), count)
        ptr = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
        return position, np.arange(len(position)) - ptr[position] + first[position]


@dataclass(frozen=True)
class Instant:
    """
    A graph at a moment, and what is known of its credentials.

    A node is known by its key at every instant: its number where it is stated, and of a derived one a number from
    `stated` on that goes with its id.

    Attributes:
        at:          the moment.
        graph:       what holds then.
        stated:      how many nodes are stated; they are numbered first.
        dead:        (stated,) which of them take no part now.
        derived:     (D,) the keys of the others, in order of number.
        credentials: the facts (Credential, held), ascending.
        starts:      the start facts that hold now and are no credentials.
        old_steps:   steps that read a copy of a credential which was stored earlier, ascending.
        old_must, old_may: (old_steps,) when it was stored: at the earliest, at the latest.
        same_steps:  steps from a credential to another with the same value, ascending.
    """

    at: int
    graph: Graph
    stated: int
    dead: Bools
    derived: Times
    credentials: Ints
    starts: tuple[int, ...]
    old_steps: Ints
    old_must: Times
    old_may: Times
    same_steps: Ints

    def keys(self, nodes: Ints) -> Times:
        """Return the keys of nodes of this graph."""
        keys = np.asarray(nodes, np.int64).copy()
        later = keys >= self.stated
        keys[later] = self.derived[keys[later] - self.stated]
        return keys

    def fact_keys(self, facts: Ints) -> Times:
        """Return the keys of the nodes of some facts."""
        return self.keys(self.graph.fact_node[facts])


@dataclass
class Run:
    """
    What the attacker holds on to, in must or in may, from the first instant to the last.

    Attributes:
        values:   when credentials were replaced, as this run takes it.
        may:      whether what is possible counts.
        obtained: key → when the newest value held was obtained; `NEVER` where there is none.
    """

    values: Values
    may: bool
    obtained: Times = field(default_factory=lambda: np.full(0, NEVER, np.int64))
    residue: Residue = field(default_factory=Residue)

    def give(self, keys: Ints, obtained: Times) -> None:
        """Let the attacker hold some credentials, obtained at some times; what he has already and newer stays."""
        if not len(keys):
            return
        self._grow(int(keys.max()) + 1)
        np.maximum.at(self.obtained, keys, obtained)

    def carried(self, at: int) -> Times:
        """Return the keys of the held credentials that are not replaced at a moment."""
        keys: Times = np.flatnonzero(self.obtained != NEVER)
        return keys[~self.values.dead(keys, self.obtained[keys], at)]

    def question(self, instant: Instant, known: Question | None = None) -> Question:
        """
        Return what is reached at an instant with what is held; nothing is obtained by asking.

        Args:
            known: the answer of the must run at the same instant, for the may run to go on from.
        """
        carried = self.carried(instant.at)
        here = np.isin(instant.fact_keys(instant.credentials), carried)
        starts = (*instant.starts, *instant.credentials[here].tolist())
        question = Question(instant.graph, starts, self.may, known)
        # What attackers made goes on giving what it gave when it was made, also where nobody could make it any more.
        while more := self.residue.more(instant, carried, question.reached.held):
            starts = (*starts, *more)
            question = Question(instant.graph, starts, self.may, known)
        return question

    def beyond(self, instant: Instant, question: Question) -> NDArray[np.int64]:
        """
        Return what is reached and the graph has no fact for, as nothing else there gives or needs it: (K, 2) node
        numbers and level codes.
        """
        return self.residue.beyond(instant, self.carried(instant.at), question.reached.held)

    def keep(self, instant: Instant, question: Question) -> Times:
        """
        Obtain the credentials that are held in an answer; return the keys of those whose current value is read.

        Instants are kept in the order of time.
        """
        held = question.reached.held
        facts = instant.credentials[held[instant.credentials]]
        keys = instant.fact_keys(facts)
        found = self._read(instant, facts, held)
        read = found != NEVER
        self.give(keys[read], found[read])
        self.residue.record(instant, facts[instant.graph.fact_node[facts] >= instant.stated], self.may)
        current: Times = keys[found == instant.at]
        return current

    # Private functions

    def _grow(self, count: int) -> None:
        if count > len(self.obtained):
            more = np.full(max(count, 2 * len(self.obtained)) - len(self.obtained), NEVER, np.int64)
            self.obtained = np.concatenate([self.obtained, more])

    def _read(self, instant: Instant, facts: Ints, held: Bools) -> Times:
        """Return for each held credential fact the newest value that a fired step gives, `NEVER` where none does."""
        graph = instant.graph
        found = np.full(len(facts), NEVER, np.int64)
        counts = graph.in_ptr[facts + 1] - graph.in_ptr[facts] if len(facts) else np.zeros(0, np.int64)
        steps = graph.in_steps[spread(graph.in_ptr, facts)] if len(facts) else np.zeros(0, np.int64)
        target = np.repeat(np.arange(len(facts)), counts)
        fires = held[graph.step_source[steps]] & _met(graph, held)[graph.step_guard[steps]]
        steps, target = steps[fires], target[fires]
        value = np.full(len(steps), instant.at, np.int64)
        place = np.searchsorted(instant.old_steps, steps)
        old = _among(instant.old_steps, place, steps)
        value[old] = (instant.old_may if self.may else instant.old_must)[place[old]]
        # A copy is never newer than the moment at which it is read.
        value = np.minimum(value, instant.at)
        same = _among(instant.same_steps, np.searchsorted(instant.same_steps, steps), steps)
        np.maximum.at(found, target[~same], value[~same])
        self._hand_on(instant, facts, found, steps[same], target[same])
        return found

    def _hand_on(self, instant: Instant, facts: Ints, found: Times, steps: Ints, target: Ints) -> None:
        """Give what is the same value as another credential's the time of that value."""
        if not len(steps):
            return
        source = np.searchsorted(facts, instant.graph.step_source[steps])
        keys = instant.fact_keys(facts)
        self._grow(int(keys.max()) + 1)
        carried = self.obtained[keys]
        carried[self.values.dead(keys, carried, instant.at)] = NEVER
        while True:
            before = found.copy()
            np.maximum.at(found, target, np.maximum(found, carried)[source])
            if np.array_equal(before, found):
                return


def _among(items: Ints, place: NDArray[np.int64], wanted: Ints) -> Bools:
    """Return which of some wanted items, with the places where they would be, are there."""
    if not len(items):
        return np.zeros(len(wanted), bool)
    result: Bools = items[np.minimum(place, len(items) - 1)] == wanted
    return result


def _met(graph: Graph, held: Bools) -> Bools:
    """Return for each guard whether all of it is held, and True at the end for the steps without one (-1)."""
    result: Bools = np.append(all_of(graph.guard_ptr, held[graph.guard_facts]), True)
    return result
