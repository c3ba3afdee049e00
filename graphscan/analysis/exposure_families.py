"""Identities that reach the same, together; and how much that is."""

from dataclasses import dataclass

import numpy as np

from graphscan.analysis.exposure_pairs import Pairs
from graphscan.analysis.exposure_results import Count
from graphscan.engine.csr import Bools, Ints
from graphscan.engine.exposure_rows import Words, counted, packed


@dataclass(frozen=True)
class Families:
    """
    Classes of identities of one kind with the same rows in both tables; those that reach nothing are in none.

    Attributes:
        members: (identities,) rows of the tables, family after family, ascending within each.
        ptr:     (families+1,) where each begins; the one whose members reach most comes first.
    """

    members: Ints
    ptr: Ints

    def __len__(self) -> int:
        return len(self.ptr) - 1

    @property
    def leaders(self) -> Ints:
        """Return the first member of each."""
        return self.members[self.ptr[:-1]]

    @property
    def sizes(self) -> Ints:
        """Return how many members each has."""
        return np.diff(self.ptr)

    def of(self, family: int) -> Ints:
        """Return the members of one."""
        return self.members[self.ptr[family] : self.ptr[family + 1]]


def layers(asked: Pairs) -> tuple[Words, Words, Words, Words]:
    """Return the tables as four that share no pair: known, known unsettled, possible, possible unsettled."""
    known, possible = asked.known, asked.possible
    if possible is known:
        nothing = np.zeros_like(known.lower)
        return known.lower, known.upper & ~known.lower, nothing, nothing
    return (
        known.lower,
        known.upper & ~known.lower & possible.upper,
        possible.lower & ~known.upper,
        possible.upper & ~possible.lower & ~known.upper,
    )


def families(asked: Pairs, rows: tuple[Words, Words, Words, Words]) -> Families:
    """Group the identities, those that reach most first: known, then possible, then by size, then by id."""
    some = np.flatnonzero(rows[0].any(axis=1) | rows[1].any(axis=1) | rows[2].any(axis=1) | rows[3].any(axis=1))
    if not len(some):
        return Families(np.zeros(0, np.int64), np.zeros(1, np.int64))
    _, kind = np.unique(asked.sources.kind[some].astype(str), return_inverse=True)
    table = np.concatenate([*(one[some] for one in rows), kind.reshape(-1, 1).astype(np.uint64)], axis=1)
    keys = np.ascontiguousarray(table).view(np.dtype((np.void, table.shape[1] * 8))).reshape(-1)
    _, leader, group = np.unique(keys, return_index=True, return_inverse=True)
    group = group.reshape(-1)
    size = np.bincount(group)
    amounts = [-counted(one[some[leader]]) for one in rows]
    order = np.lexsort((asked.sources.n[some[leader]], -size, *reversed(amounts)))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    members = np.lexsort((some, place[group]))
    return Families(some[members], np.concatenate([[0], np.cumsum(size[order])]))


def count(rows: tuple[Words, Words, Words, Words], row: int, columns: Words | None = None) -> Count:
    """Return how many assets an identity reaches, all or of some (as a row of bits)."""
    mine = [one[row : row + 1] if columns is None else one[row : row + 1] & columns for one in rows]
    return Count(*(int(counted(one)[0]) for one in mine))


def columns_of(flags: Bools) -> Words:
    """Return a choice of assets as a row of bits."""
    return packed(flags[None])
