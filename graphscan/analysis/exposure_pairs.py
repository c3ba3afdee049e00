"""Every identity against every sensitive asset: who is asked about, what is asked for, and the two tables of pairs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from graphscan import kinds
from graphscan.analysis import build, names
from graphscan.analysis.session import Session
from graphscan.engine import exposure as engine
from graphscan.engine.csr import Bools, Ints
from graphscan.engine.exposure_rows import Rows, Words, booleans, counted, marked, per_column
from graphscan.engine.order import IMPLIES
from graphscan.errors import EmptySelectionError
from graphscan.model import Sensitivity

IDENTITIES = ("Credential", "ServiceAccount", "User")
BLOCK = 1 << 16  # rows at a time: as bytes, 64 KiB for each asset

Strings = NDArray[np.object_]


@dataclass(frozen=True)
class Nodes:
    """Some nodes: their numbers, ids and kinds, (count,) each."""

    n: Ints
    id: Strings
    kind: Strings

    def __len__(self) -> int:
        return len(self.n)


@dataclass(frozen=True)
class Table:
    """
    Sources against assets; asset k is bit k % 64 of word k // 64 of its source's row.

    Attributes:
        assets:  how many.
        upper:   (sources, words) who may reach what: the truth where it agrees with `lower`, else an upper bound.
        lower:   (sources, words) who reaches what, proven.
        open:    (assets,) what anyone reaches; such an asset is in no pair.
        unasked: how many kinds of source the budget left.
    """

    assets: int
    upper: Words
    lower: Words
    open: Bools
    unasked: int

    def reached(self, first: int = 0, last: int | None = None) -> Bools:
        """Return `upper` of some sources as (rows, assets) bool."""
        return booleans(self.upper[first:last], self.assets)

    def certain(self, first: int = 0, last: int | None = None) -> Bools:
        """Return `lower` of some sources as (rows, assets) bool."""
        return booleans(self.lower[first:last], self.assets)

    def exact(self, first: int = 0, last: int | None = None) -> Bools:
        """Return as (rows, assets) bool which pairs are settled, whatever the answer."""
        return booleans(~(self.upper[first:last] ^ self.lower[first:last]), self.assets)

    @property
    def unsettled(self) -> int:
        """Return how many pairs are not settled."""
        return int(counted(self.upper ^ self.lower).sum())

    def per_asset(self, rows: Ints | None = None) -> tuple[Ints, Ints]:
        """Return for each asset how many of some sources, or all, may reach it, and how many do for certain."""
        upper, lower = (self.upper, self.lower) if rows is None else (self.upper[rows], self.lower[rows])
        return per_column(upper, self.assets), per_column(lower, self.assets)


@dataclass(frozen=True)
class Pairs:
    """
    Identities against assets.

    Attributes:
        sources:  who is asked about, each on its own with what anyone has, ascending.
        assets:   what is asked for, ascending; a node that was named at several levels is several.
        levels:   (assets,) from which level on each counts as reached; alternatives are joined by " or ".
        known:    who is known to reach what. A node does not reach itself.
        possible: who reaches it possibly; the same object as `known` where nothing is uncertain.
        rows:     the facts that each source is.
        goals:    the facts that each asset is.
    """

    session: Session
    sources: Nodes
    assets: Nodes
    levels: tuple[str, ...]
    known: Table
    possible: Table
    rows: Rows
    goals: Rows

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Yield (first, one past the last) of the sources, some at a time."""
        for first in range(0, len(self.sources), BLOCK):
            yield first, min(first + BLOCK, len(self.sources))


def pairs(
    session: Session,
    *,
    from_: Sequence[str] = (),
    to: Sequence[str] = (),
    kinds_: Sequence[str] = IDENTITIES,
    budget: int = engine.DEFAULT_BUDGET,
) -> Pairs:
    """
    Ask for every identity which assets it reaches.

    Args:
        from_:  ids, names or selectors of who is asked about; none: every live node of `kinds_`. A principal is asked
                about fully signed in, unless a level is given.
        to:     ids, names or selectors of what is asked for; none: whatever is confidential or above. Without a level
                an asset counts from its weakest level that is access.
        budget: of work to settle pairs with, see `engine.exposure`; for what is known, and again for what is possible.

    Raises:
        UnknownNameError, EmptySelectionError, UsageError: as the words say.
    """
    number, rows = _sources(session, from_, kinds_)
    goal_number, goals, levels = _assets(session, to)
    graph = session.graph
    ids = np.asarray(session.con.execute("SELECT id FROM base.node ORDER BY n").fetchnumpy()["id"], object)
    sources, assets = _nodes(session, ids, number), _nodes(session, ids, goal_number)
    own = _own(number, goal_number)
    must = engine.exposure(graph, rows, goals, budget=budget)
    known = _table(must, own, None)
    possible = known
    if len(graph.possible_start) or graph.guard_possible.any():
        possible = _table(engine.exposure(graph, rows, goals, True, budget=budget), own, known)
        # What is known is possible: where the one is settled, it narrows the other.
        known = replace(known, upper=known.upper & _widened(possible, known))
    return Pairs(session, sources, assets, levels, known, possible, rows, goals)


def without(asked: Pairs, nodes: Sequence[int], budget: int = engine.DEFAULT_BUDGET) -> Table:
    """Return the table of what is known if no level of some nodes were ever held; their own rows stay what they are."""
    graph = asked.session.graph
    blocked = [fact for n in nodes for fact in graph.facts_of(n)]
    found = engine.exposure(graph, asked.rows, asked.goals, blocked=blocked, budget=budget)
    return _table(found, _own(asked.sources.n, asked.assets.n), None, asked.known.open)


# Private functions


def _own(sources: Ints, assets: Ints) -> tuple[Ints, Ints]:
    """Return the (row, column) of each source that is an asset itself."""
    columns = np.flatnonzero(np.isin(assets, sources))
    return np.searchsorted(sources, assets[columns]), columns


def _table(found: engine.Exposure, own: tuple[Ints, Ints], known: Table | None, open_: Bools | None = None) -> Table:
    """Return the engine's answer without what anyone reaches and without what a source is; no less than is known."""
    told = found.open if open_ is None else open_ | found.open
    keep = ~marked(*own, (len(found.upper), found.assets))
    keep &= ~marked(np.zeros(int(told.sum()), np.int64), np.flatnonzero(told), (1, found.assets))
    upper, lower = found.upper & keep, found.lower & keep
    if known is not None:
        lower |= known.lower & upper
    return Table(found.assets, upper, lower, told, found.unasked)


def _widened(possible: Table, known: Table) -> Words:
    """Return who may possibly reach what, whatever is open possibly counted as reached by all."""
    wide = possible.open & ~known.open
    return possible.upper | marked(np.zeros(int(wide.sum()), np.int64), np.flatnonzero(wide), (1, possible.assets))


def _nodes(session: Session, ids: Strings, number: Ints) -> Nodes:
    words = np.array([*build.KINDS, *[""] * (256 - len(build.KINDS))], object)
    return Nodes(number, ids[number], words[session.array("kind")[number]])


def _sources(session: Session, texts: Sequence[str], kinds_: Sequence[str]) -> tuple[Ints, Rows]:
    """Return the nodes asked about, ascending, and their facts: what is live, and not replaced by an edit."""
    gone = {found[0] for id_ in session.edits.rotated if (found := names.find(session, id_)) is not None}
    if texts:
        facts: dict[int, set[int]] = {}
        for one in names.resolve(session, texts):
            if not one.dead and one.n not in gone:
                facts.setdefault(one.n, set()).update(names.facts_of(session, one))
        if not facts:
            raise EmptySelectionError("nothing that --from names is live", "name something that takes part")
        return np.array(sorted(facts), np.int64), Rows.of([sorted(facts[n]) for n in sorted(facts)])
    codes = [build.KINDS.index(kind) for kind in kinds_]
    there = (session.array("flags") & (build.DERIVED | build.DEAD)) == 0
    there &= np.isin(session.array("kind"), codes)
    there[list(gone)] = False
    number = np.flatnonzero(there)
    table = np.zeros((256, len(kinds.LEVELS)), bool)
    for kind, code in zip(kinds_, codes, strict=True):
        for level in names.Named(0, kind, "", None).levels():
            mine = kinds.level_code(kind, level)
            table[code] |= IMPLIES[mine]
            table[code, mine] = True
    return number, _facts(session, number, table)


def _assets(session: Session, texts: Sequence[str]) -> tuple[Ints, Rows, tuple[str, ...]]:
    """Return the nodes asked for, ascending, their facts, and from which level on each counts."""
    kind_of = session.array("kind")
    if texts:
        wanted = sorted(names.resolve(session, texts), key=lambda one: (one.n, one.level or ""))
        levels = [(one.level,) if one.level else names.least_access(kinds.family_of(one.kind)) for one in wanted]
        groups = [
            sorted({fact for level in some for fact in names.at_least(session, one, level)})
            for one, some in zip(wanted, levels, strict=True)
        ]
        number = np.array([one.n for one in wanted], np.int64)
        return number, Rows.of(groups), tuple(" or ".join(some) for some in levels)
    there = (session.array("flags") & (build.DERIVED | build.DEAD)) == 0
    there &= session.array("sensitivity") >= Sensitivity.CONFIDENTIAL.rank
    there &= kind_of != build.NO_KIND
    number = np.flatnonzero(there)
    table = np.zeros((256, len(kinds.LEVELS)), bool)
    words = [""] * 256
    for code, kind in enumerate(build.KINDS):
        least = names.least_access(kinds.family_of(kind))
        words[code] = " or ".join(least)
        for level in least:
            mine = kinds.level_code(kind, level)
            table[code] |= IMPLIES[:, mine]
            table[code, mine] = True
    return number, _facts(session, number, table), tuple(words[code] for code in kind_of[number].tolist())


def _facts(session: Session, number: Ints, table: Bools) -> Rows:
    """Return the facts of some nodes whose level is in a table of (kind, level code)."""
    graph = session.graph
    facts = np.flatnonzero(np.isin(graph.fact_node, number))
    facts = facts[table[session.array("kind")[graph.fact_node[facts]], graph.fact_level[facts]]]
    ptr = np.searchsorted(graph.fact_node[facts], np.append(number, np.iinfo(np.int32).max))
    return Rows(ptr.astype(np.int64), facts)
