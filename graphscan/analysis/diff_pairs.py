"""
Which source alone reaches which asset at an instant, and how two such answers differ.

Pairs are bits: asset k is bit k % 64 of word k // 64 of its source's row, and all that is asked of them is asked of 64
at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graphscan import kinds
from graphscan.analysis import names
from graphscan.analysis.diff_universe import Universe, numbered
from graphscan.analysis.session import Session
from graphscan.engine.csr import Bools
from graphscan.engine.exposure import exposure
from graphscan.engine.exposure_rows import Words, counted, marked, packed, words_for


@dataclass(frozen=True)
class Answer:
    """
    What each source alone reaches, with what anyone has; N sources and M assets of a `Universe`, in its order.

    Attributes:
        sources, assets: the facts of each at this instant; empty where it does not take part.
        known, possible: (N, words) what is reached at most; what anyone reaches counts for every source, also for one
                         that is not there.
        known_sure, possible_sure: (N, words) what is proven to be reached.
        known_open, possible_open: (M,) what anyone reaches.
    """

    sources: tuple[tuple[int, ...], ...]
    assets: tuple[tuple[int, ...], ...]
    known: Words
    known_sure: Words
    possible: Words
    possible_sure: Words
    known_open: Bools
    possible_open: Bools


@dataclass(frozen=True)
class Fresh:
    """
    Pairs of one answer that another lacks.

    Attributes:
        known:    (N, words) known here and not even possible there: certain.
        possible: (N, words) maybe: possible here and not there, or known here and merely possible there.
        bounded:  (N, words) maybe, and a budget ended before it was settled.
        open_known, open_possible: (M,) the same of what anyone reaches, told apart from the pairs.
    """

    known: Words
    possible: Words
    bounded: Words
    open_known: Bools
    open_possible: Bools

    @property
    def counts(self) -> tuple[int, int, int]:
        """Return how many are certain, how many may be, and how many are not settled; anyone counts as a source."""
        known, possible, bounded = (int(counted(one).sum()) for one in (self.known, self.possible, self.bounded))
        return known + int(self.open_known.sum()), possible + int(self.open_possible.sum()), bounded


def answer(session: Session, universe: Universe) -> Answer:
    """Ask each source of a universe on its own at a session's instant."""
    graph = session.graph
    sources = tuple(
        () if one is None else tuple(names.facts_of(session, one)) for one in numbered(session, universe.sources)
    )
    assets = tuple(() if one is None else _access(session, one) for one in numbered(session, universe.assets))
    other = ~_itself(universe)
    must = exposure(graph, sources, assets)
    known, known_sure = must.upper & other, must.lower & other
    if not (len(graph.possible_start) or graph.guard_possible.any()):
        return Answer(sources, assets, known, known_sure, known, known_sure, must.open, must.open)
    may = exposure(graph, sources, assets, may=True)
    # What is known is possible, and what is not even possible is not known.
    possible, possible_sure = may.upper & other, (may.lower | must.lower) & other
    return Answer(
        sources, assets, known & possible, known_sure, possible, possible_sure, must.open, may.open | must.open
    )


def fresh(now: Answer, then: Sequence[Answer]) -> Fresh:
    """
    Return what is reached in one answer and in none of others.

    What anyone reaches now is told of anyone, and not again of each source; what anyone reached then is new to nobody.
    """
    possible_then, possible_sure_then, known_sure_then = (np.zeros_like(now.known) for _ in range(3))
    open_possible_then, open_known_then = (np.zeros_like(now.known_open) for _ in range(2))
    unsettled = (now.known ^ now.known_sure) | (now.possible ^ now.possible_sure)
    for one in then:
        possible_then |= one.possible
        possible_sure_then |= one.possible_sure
        known_sure_then |= one.known_sure
        unsettled |= (one.known ^ one.known_sure) | (one.possible ^ one.possible_sure)
        open_possible_then |= one.possible_open
        open_known_then |= one.known_open
    closed, shut = ~_row(now.known_open), ~_row(now.possible_open)
    known = now.known_sure & ~possible_then & closed
    maybe = ((now.possible & ~possible_sure_then & shut) | (now.known & ~known_sure_then & closed)) & ~known
    open_known = now.known_open & ~open_possible_then
    open_possible = (now.possible_open & ~open_possible_then) | (now.known_open & ~open_known_then)
    return Fresh(known, maybe & ~unsettled, maybe & unsettled, open_known, open_possible & ~open_known)


# Private functions


def _row(flags: Bools) -> Words:
    """Return one row of bits, (1, words)."""
    return packed(flags[None])


def _access(session: Session, named: names.Named) -> tuple[int, ...]:
    """Return the facts of a node that are access, or at least the level asked for."""
    graph = session.graph
    found = []
    for fact in graph.facts_of(named.n):
        level = graph.level_name(fact)
        if named.level is None:
            if level != "reachable":
                found.append(fact)
        elif level == named.level or kinds.implies(named.kind, level, named.level):
            found.append(fact)
    return tuple(found)


def _itself(universe: Universe) -> Words:
    """Return where the source is the asset: that is no reach."""
    place: dict[str, list[int]] = {}
    for column, (id_, _) in enumerate(universe.assets):
        place.setdefault(id_, []).append(column)
    cells = [(row, column) for row, (id_, _) in enumerate(universe.sources) for column in place.get(id_, ())]
    shape = (len(universe.sources), len(universe.assets))
    if not cells:
        return np.zeros((shape[0], words_for(shape[1])), np.uint64)
    rows, columns = np.array(cells, np.int64).T
    return marked(rows, columns, shape)
