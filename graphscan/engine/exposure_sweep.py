"""Which of up to 512 things each fact leads to: bits carried against the arcs, all of them at once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graphscan.engine import kernel
from graphscan.engine.csr import Bools, Ints, distinct, grouped, spread
from graphscan.engine.exposure_rows import Words

_CHUNK = 1 << 17  # arcs at a time: what is fetched for them stays in the processor's cache
_SPARSE = 4  # what changed is followed back on its own once fewer than 1 in so many arcs lead to it


@dataclass(frozen=True)
class Arcs:
    """
    Arcs of the steps of a graph of V facts, one of a step at most, from the fact it is taken by to the one it gives.

    Attributes:
        ptr, items: (V+1,), (arcs,) where each fact leads by plain steps that count.
        target:     (S,) what each step gives.
        in_ptr, in_steps: the steps into each fact.
        plain:      (S,) or more: where the arc of a plain step comes from, -1 for one that does not count.
        guarded:    (S - plain steps,) the same of guarded steps, which are numbered behind the plain ones.
    """

    ptr: Ints
    items: Ints
    target: Ints
    in_ptr: Ints
    in_steps: Ints
    plain: Ints
    guarded: Ints

    @cached_property
    def more(self) -> tuple[Ints, Ints]:
        """Return the arcs of guarded steps the way `ptr` and `items` tell those of plain ones."""
        taken = np.flatnonzero(self.guarded >= 0)
        ptr, order = grouped(self.guarded[taken], len(self.ptr) - 1)
        return ptr, self.target[len(self.target) - len(self.guarded) :][taken[order]]

    def into(self, facts: Ints) -> tuple[Ints, Ints]:
        """Return where arcs into some facts come from, fact after fact, -1 where they do not count; how many each."""
        steps = self.in_steps[spread(self.in_ptr, facts)]
        first = len(self.target) - len(self.guarded)
        behind = steps >= first
        origin = np.empty(len(steps), np.int64)
        origin[~behind] = self.plain[steps[~behind]]
        origin[behind] = self.guarded[steps[behind] - first]
        return origin, self.in_ptr[facts + 1].astype(np.int64) - self.in_ptr[facts]


def close(arcs: Arcs, bits: Words, front: Ints | None = None) -> None:
    """
    Give each vertex the bits of all that it leads to, in place.

    The compiled kernel condenses strongly connected components (Tarjan, "Depth-first search and linear graph
    algorithms", SIAM J. Comput. 1972) and goes through them once, last ones first. Without it whole passes over the
    arcs, back and forth, are made until little changes. A small front is followed back on its own either way.

    Args:
        bits:  (V, words) uint64, contiguous.
        front: vertices that lead to all there is to do; None: all that have bits.
    """
    compiled = getattr(kernel, "closure", None) if kernel.loaded() and arcs.items.dtype == np.int32 else None
    if compiled is not None and front is None:
        compiled(arcs.ptr, arcs.items, *arcs.more, bits)
        return
    total = len(arcs.in_steps)
    chunks: list[tuple[Ints, Ints, Ints]] = []
    changed = np.zeros(len(bits), bool)
    if front is None:
        front = np.flatnonzero(bits.any(axis=1))
    forwards = False  # steps mostly lead from people and groups to what is numbered after them
    while len(front):
        size = int((arcs.in_ptr[front + 1].astype(np.int64) - arcs.in_ptr[front]).sum())
        if size * _SPARSE < total:
            front = _back(arcs, bits, front)
            continue
        if compiled is not None:
            compiled(arcs.ptr, arcs.items, *arcs.more, bits)
            return
        chunks = chunks or [*_chunks(arcs.ptr, arcs.items), *_chunks(*arcs.more)]
        changed[:] = False
        for rows, first, items in chunks if forwards else reversed(chunks):
            _pull(bits, rows, first, items, changed)
        forwards = not forwards
        front = np.flatnonzero(changed)


def carry(bits: Words, origin: Ints, target: Ints) -> Ints:
    """Give the beginnings of some arcs the bits of their ends, once and in place; return which gained any."""
    gained: list[Ints] = []
    for first in range(0, len(origin), _CHUNK):
        part = slice(first, first + _CHUNK)
        gained.append(_given(bits, origin[part], np.take(bits, target[part], axis=0)))
    return distinct(np.concatenate([*gained, np.zeros(0, np.int64)]))


# Private functions


def _chunks(ptr: Ints, items: Ints) -> list[tuple[Ints, Ints, Ints]]:
    """Cut arcs into (vertices that have some, where each one's begin, ends)."""
    some: Ints = np.flatnonzero(ptr[1:] > ptr[:-1])
    if not len(some):
        return []
    ends = ptr[some + 1].astype(np.int64)
    cuts = distinct(np.searchsorted(ends, np.arange(_CHUNK, int(ends[-1]), _CHUNK), side="right"))
    chunks: list[tuple[Ints, Ints, Ints]] = []
    for rows in np.split(some, cuts):
        if len(rows):
            first, last = int(ptr[rows[0]]), int(ptr[rows[-1] + 1])
            chunks.append((rows, ptr[rows].astype(np.int64) - first, items[first:last]))
    return chunks


def _pull(bits: Words, rows: Ints, first: Ints, items: Ints, changed: Bools) -> None:
    """Give some vertices the bits of where they lead at once; mark those that gained any."""
    given = np.bitwise_or.reduceat(np.take(bits, items, axis=0), first, axis=0)
    before = np.take(bits, rows, axis=0)
    given |= before
    gained = (given != before).any(axis=1)
    if gained.any():
        bits[rows[gained]] = given[gained]
        changed[rows[gained]] = True


def _back(arcs: Arcs, bits: Words, front: Ints) -> Ints:
    """Carry the bits of some vertices to those that lead to them; return which gained any."""
    gained: list[Ints] = []
    size = np.cumsum(arcs.in_ptr[front + 1].astype(np.int64) - arcs.in_ptr[front])
    cuts = distinct(np.searchsorted(size, np.arange(_CHUNK, int(size[-1]), _CHUNK)))
    for part in np.split(front, cuts):
        origin, count = arcs.into(part)
        end = np.repeat(part, count)
        counts = origin >= 0
        if not counts.all():
            origin, end = origin[counts], end[counts]
        gained.append(_given(bits, origin, np.take(bits, end, axis=0)))
    return distinct(np.concatenate([*gained, np.zeros(0, np.int64)]))


def _given(bits: Words, rows: Ints, new: Words) -> Ints:
    """Give rows bits, which are used up; return the rows that gained any, some more than once."""
    new &= ~np.take(bits, rows, axis=0)
    fresh = new.any(axis=1)
    rows, new = rows[fresh], new[fresh]
    words = bits.shape[1]
    flat = bits.reshape(-1)
    for word in range(words):
        np.bitwise_or.at(flat, rows * words + word, new[:, word])
    return rows
