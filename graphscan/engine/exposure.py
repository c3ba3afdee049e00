"""Who reaches what: every source, asked on its own, against every asset."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from graphscan.engine.csr import Bools, Ints, distinct, spread
from graphscan.engine.exposure_exact import Horn, alike, follow, horn, merged
from graphscan.engine.exposure_rows import BLOCK, WORD, Rows, Words, blocks, booleans, counted, marked, union
from graphscan.engine.exposure_steps import Left, left
from graphscan.engine.exposure_sweep import carry, close
from graphscan.engine.graph import Graph

# Steps looked at, times the words of 64 sources they are looked at for: ten seconds or so on one core, compiled.
DEFAULT_BUDGET = 40_000_000


@dataclass(frozen=True)
class Exposure:
    """
    Sources against assets, as bits: asset k is bit k % 64 of word k // 64 of its source's row.

    Attributes:
        assets:  how many.
        upper:   (sources, words) who may reach what: where `settled`, the truth; elsewhere an upper bound.
        lower:   (sources, words) who reaches what, proven; the truth where `settled`, elsewhere a lower bound.
        open:    (assets,) what ambient facts alone reach, and with them every source.
        work:    what settling took, in the unit of the budget.
        alone:   how many kinds of source were followed on their own.
        unasked: how many kinds of source the budget left.
    """

    assets: int
    upper: Words
    lower: Words
    open: Bools
    work: int
    alone: int
    unasked: int

    @property
    def reached(self) -> Bools:
        """Return `upper` as (sources, assets) bool: a byte a pair."""
        return booleans(self.upper, self.assets)

    @property
    def exact(self) -> Bools:
        """Return as (sources, assets) bool which pairs are settled."""
        return booleans(~(self.upper ^ self.lower), self.assets)

    @property
    def open_pairs(self) -> int:
        """Return how many pairs are not settled."""
        return int(counted(self.upper ^ self.lower).sum())


def exposure(
    graph: Graph,
    sources: Sequence[Iterable[int]] | Rows,
    assets: Sequence[Iterable[int]] | Rows,
    may: bool = False,
    *,
    blocked: Iterable[int] = (),
    budget: int = DEFAULT_BUDGET,
) -> Exposure:
    """
    Compute which source, with what anyone has, reaches which asset.

    First bounds, for all pairs at once. A chain of steps that each need one fact only is a derivation: below. A
    derivation holds a chain of steps from a source to the asset, by one requirement of each: above. Between the bounds,
    sources are followed exactly, up to 512 at once and one of each kind, within the budget.

    Args:
        sources: groups of facts that are held together; a source that holds an asset reaches it.
        assets:  groups of facts, any one of which is the asset.
        may:     whether what is merely possible counts.
        blocked: facts that are never held, whatever gives them.
        budget:  of steps looked at, for each 64 sources; 0: bounds alone.

    Returns:
        The same for the same question, with the compiled kernel and without.
    """
    heads, goals = Rows.of(sources), Rows.of(assets)
    shut = distinct(np.fromiter(blocked, np.int64))
    rest = left(graph, distinct(heads.facts), may, shut)
    anyone = rest.anyone.held
    open_ = np.zeros(len(goals), bool)
    open_[goals.owner[anyone[goals.facts]]] = True
    parts: list[tuple[Words, Words]] = []
    work = alone = unasked = 0
    for first, last in blocks(len(goals)):
        part = goals.part(np.arange(first, last))
        upper, lower, leads = _bounds(rest, heads, part, open_[first:last])
        if budget > work and (upper != lower).any():
            spent, followed, waiting = _settle(rest, heads, part, upper, lower, leads, budget - work)
            work, alone, unasked = work + spent, alone + followed, unasked + waiting
        elif (upper != lower).any():
            unasked += int((upper != lower).any(axis=1).sum())
        parts.append((upper, lower))
    upper = np.concatenate([one for one, _ in parts], axis=1)
    lower = np.concatenate([one for _, one in parts], axis=1)
    return Exposure(len(goals), upper, lower, open_, work, alone, unasked)


# Private functions


def _bounds(rest: Left, heads: Rows, goals: Rows, open_: Bools) -> tuple[Words, Words, Words]:
    """Return the bounds of the sources' rows, and for each fact what it can lead to."""
    facts, owner = goals.facts, goals.owner
    asked = ~open_[owner] & rest.all.held[facts]
    leads = marked(facts[asked], owner[asked], (rest.graph.fact_count, len(goals)))
    close(rest.free, leads)
    free = marked(np.zeros(int(open_.sum()), np.int64), np.flatnonzero(open_), (1, len(goals)))[0]
    held = heads.facts if not len(rest.gone) else np.where(np.isin(heads.facts, rest.gone), 0, heads.facts)
    heads = Rows(heads.ptr, np.where(rest.anyone.held[held], 0, held))  # MAY leads nowhere
    lower = union(leads, heads) | free
    if rest.every is rest.free:
        return lower.copy(), lower, leads
    origin = rest.every.guarded[rest.joint - rest.graph.plain_count]
    close(rest.every, leads, carry(leads, origin, rest.graph.step_target[rest.joint]))
    return union(leads, heads) | free, lower, leads


def _settle(
    rest: Left, heads: Rows, goals: Rows, upper: Words, lower: Words, leads: Words, budget: int
) -> tuple[int, int, int]:
    """Follow sources whose bounds differ, in place; return the work, how many kinds were followed and how many not."""
    doubt = upper & ~lower
    rows: Ints = np.flatnonzero(doubt.any(axis=1))
    wanted = np.bitwise_or.reduce(doubt[rows], axis=0)
    one = horn(rest, (leads & wanted).any(axis=1))
    place = np.full(rest.graph.fact_count, -1, np.int64)
    place[one.facts] = np.arange(len(one.facts))
    owner, facts = goals.owner, goals.facts
    asked = (place[facts] >= 0) & rest.all.held[facts] & booleans(wanted[None], len(goals))[0][owner]
    owner, facts = owner[asked], place[facts[asked]]
    apart = np.zeros(len(one.facts), bool)
    apart[facts] = True
    one, stands = merged(one, apart)
    starts = heads.part(rows)
    begins = place[starts.facts]
    takes = (begins >= 0) & ~rest.anyone.held[starts.facts]
    if len(rest.gone):
        takes &= ~np.isin(starts.facts, rest.gone)
    pairs = distinct(starts.owner[takes].astype(np.int64) << 32 | stands[begins[takes]])
    owners, held = pairs >> 32, pairs & 0xFFFFFFFF
    first, kind = alike(owners, held, len(rows))
    ptr = np.searchsorted(owners, np.arange(len(rows) + 1))
    # Those that settle most go first.
    gain = np.bincount(kind, weights=counted(doubt[rows]), minlength=len(first))
    order = np.argsort(-gain, kind="stable")
    work = done = 0
    while done < len(order):
        width = min(BLOCK // WORD, -(-(len(order) - done) // WORD), (budget - work) // max(1, one.step_count))
        if width <= 0:
            break
        batch = order[done : done + width * WORD]
        work += width * _batch(one, batch, first, ptr, held, owner, facts, len(goals), kind, rows, upper, lower)
        done += len(batch)
    return work, done, len(order) - done


def _batch(
    one: Horn,
    batch: Ints,
    first: Ints,
    ptr: Ints,
    begins: Ints,
    owner: Ints,
    facts: Ints,
    assets: int,
    kind: Ints,
    rows: Ints,
    upper: Words,
    lower: Words,
) -> int:
    """Follow some kinds of source and write their rows; return the work."""
    leaders = first[batch]
    column = np.repeat(np.arange(len(batch)), ptr[leaders + 1] - ptr[leaders])
    bits = marked(begins[spread(ptr, leaders)], column, (len(one.facts), len(batch)))
    work = follow(one, bits)
    goal, source = np.nonzero(booleans(bits[facts], len(batch)))
    found = marked(source, owner[goal], (len(batch), assets))
    of = np.full(len(first), -1, np.int64)
    of[batch] = np.arange(len(batch))
    mine = of[kind]
    settled = rows[mine >= 0]
    lower[settled] |= found[mine[mine >= 0]] & upper[settled]
    upper[settled] = lower[settled]
    return work + one.step_count // 8 + len(one.facts) // 8
