"""`no_new_path`: no start is connected with a target that it was not connected with in an earlier snapshot."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphscan.analysis.question import Question
from graphscan.claims import model
from graphscan.claims.context import Context, Finding, Ints, Matched, VacuousError, counted
from graphscan.claims.pairs import MOST, Table, table

Strings = NDArray[np.object_]


def no_new_path(context: Context, args: model.NoNewPath) -> Finding:
    """
    Compare which starts lie on a path to which targets, by id, with an earlier snapshot at the same instant.

    New for certain is what is known now and was not even possible then; what is possible now and was not, or known now
    and was merely possible, may be new. What was possible then and is now is no news.
    """
    starts, to = context.starts(args.start), context.targets(args.to)
    question = context.ask(starts.facts)
    before = _Before.of(context, args)
    now = _tables(question, starts, to)
    undecided = before.undecided
    fresh: Ints = np.zeros(0, np.int64)
    maybe: Ints = np.zeros(0, np.int64)
    count = perhaps = 0
    if now is None:
        undecided = (
            f"{len(starts.nodes):,} starts and {len(to.nodes):,} targets are more than the {MOST:,} pairs that fit"
        )
    elif not undecided:
        ids = _ids(context)
        rows, columns = ids[starts.nodes], ids[to.nodes]
        known_then, possible_then = before.lookup(rows, columns)
        # A row that a budget cut short is an upper bound: what it says is certain only of what the start does alone.
        sure = np.where(now.known.exact[:, None], now.known.joined, now.known.alone)
        new = sure & ~possible_then
        unsure = (now.possible.joined & ~possible_then) | (now.known.joined & ~known_then)
        unsure &= ~new
        count, perhaps = int(new.sum()), int(unsure.sum())
        fresh = _facts(context, to, to.nodes[new.any(axis=0)])
        maybe = _facts(context, to, to.nodes[unsure.any(axis=0)])
    reached = question.must.reached.held
    reason = _reason(args.since, count, perhaps)
    return Finding(
        broken=count > 0,
        possibly=count + perhaps > 0,
        reason=undecided or reason,
        question=question,
        known=fresh[reached[fresh]],
        possible=maybe[question.may.reached.held[maybe]],
        targets=to.facts,
        goals=to.nodes,
        starts=starts.nodes,
        absent=to.absent,
        absence=False,
        undecided=undecided,
        notes=before.notes,
    )


# Private functions


@dataclass(frozen=True)
class _Tables:
    known: Table
    possible: Table


@dataclass(frozen=True)
class _Before:
    """The pairs of the earlier snapshot, by id; `undecided` where they could not be told."""

    starts: Strings
    goals: Strings
    known: NDArray[np.bool_]
    possible: NDArray[np.bool_]
    undecided: str = ""
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, context: Context, args: model.NoNewPath) -> "_Before":
        """Ask the earlier snapshot; a set that matches nothing there has no pair."""
        earlier = context.base(args.since)
        none = np.zeros((0, 0), bool)
        empty = np.zeros(0, object)
        try:
            starts, to = earlier.starts(args.start), earlier.targets(args.to)
        except VacuousError as missing:
            return cls(empty, empty, none, none, notes=(f"in the earlier snapshot: {missing}",))
        found = _tables(earlier.ask(starts.facts), starts, to)
        if found is None:
            return cls(empty, empty, none, none, f"the earlier snapshot has more than the {MOST:,} pairs that fit")
        ids = _ids(earlier)
        if not (found.known.exact.all() and found.possible.exact.all()):
            # An upper bound would hide new pairs: what the budget did not settle is taken as not connected.
            sides = [np.where(one.exact[:, None], one.joined, one.alone) for one in (found.known, found.possible)]
            note = "not every pair of the earlier snapshot could be settled within the budget; those count as new"
            return cls(ids[starts.nodes], ids[to.nodes], sides[0], sides[1], notes=(note,))
        return cls(ids[starts.nodes], ids[to.nodes], found.known.joined, found.possible.joined)

    def lookup(self, rows: Strings, columns: Strings) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return the earlier pairs in the order of other starts and targets; False where one was not there."""
        here = {id_: place for place, id_ in enumerate(self.starts.tolist())}
        there = {id_: place for place, id_ in enumerate(self.goals.tolist())}
        row = np.array([here.get(id_, len(here)) for id_ in rows.tolist()], np.int64)
        column = np.array([there.get(id_, len(there)) for id_ in columns.tolist()], np.int64)
        return tuple(np.pad(one, ((0, 1), (0, 1)))[np.ix_(row, column)] for one in (self.known, self.possible))  # type: ignore[return-value]


def _tables(question: Question, starts: Matched, to: Matched) -> _Tables | None:
    known = table(question, False, starts.nodes, to.nodes, to.facts)
    if known is None:
        return None
    if question.may is question.must:
        return _Tables(known, known)
    possible = table(question, True, starts.nodes, to.nodes, to.facts)
    return None if possible is None else _Tables(known, possible)


def _ids(context: Context) -> Strings:
    """Return the id of every node, by number."""
    rows = context.session.con.execute("SELECT id FROM base.node ORDER BY n").fetchnumpy()
    return np.asarray(rows["id"], object)


def _facts(context: Context, to: Matched, nodes: Ints) -> Ints:
    return to.facts[np.isin(context.session.graph.fact_node[to.facts], nodes)]


def _reason(since: str, count: int, perhaps: int) -> str:
    if count:
        more = f", and {perhaps:,} that may be" if perhaps else ""
        return f"{counted(count, 'pair')} of start and target {'is' if count == 1 else 'are'} new since {since}{more}"
    if perhaps:
        return f"{counted(perhaps, 'pair')} of start and target may be new since {since}, none is known to be"
    return f"no pair of start and target is new since {since}"
