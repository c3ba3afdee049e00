"""Groups of facts as rows, and sets of up to 512 things as the bits of a row."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphscan.engine.csr import Bools, Ints, spread

Words = NDArray[np.uint64]

WORD = 64
BLOCK = 512  # assets of one sweep: what is fetched for one fact is then a line or less of the processor's cache


@dataclass(frozen=True, slots=True)
class Rows:
    """
    Groups of facts, R of them: group r is `facts[ptr[r]:ptr[r + 1]]`.

    Attributes:
        ptr:   (R+1,) int64.
        facts: fact numbers.
    """

    ptr: Ints
    facts: Ints

    def __len__(self) -> int:
        return len(self.ptr) - 1

    @property
    def owner(self) -> Ints:
        """Return the group of each of `facts`."""
        return np.repeat(np.arange(len(self)), np.diff(self.ptr))

    @classmethod
    def of(cls, groups: "Sequence[Iterable[int]] | Rows") -> "Rows":
        """Return groups as rows."""
        if isinstance(groups, Rows):
            return groups
        parts = [np.fromiter(group, np.int64) for group in groups]
        ptr = np.zeros(len(parts) + 1, np.int64)
        np.cumsum([len(one) for one in parts], out=ptr[1:])
        return cls(ptr, np.concatenate([*parts, np.zeros(0, np.int64)]))

    def part(self, rows: Ints) -> "Rows":
        """Return some of the groups, in the order given."""
        ptr = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(self.ptr[rows + 1] - self.ptr[rows], out=ptr[1:])
        return Rows(ptr, self.facts[spread(self.ptr, rows)])


def words_for(count: int) -> int:
    """Return how many words a row of so many bits has."""
    return max(1, -(-count // WORD))


def marked(rows: Ints, columns: Ints, shape: tuple[int, int]) -> Words:
    """Return a table of bits, (shape[0], words for shape[1]), with the bits (row, column) set."""
    bits = np.zeros((shape[0], words_for(shape[1])), np.uint64)
    word, bit = np.divmod(columns.astype(np.int64), WORD)
    place = rows.astype(np.int64) * bits.shape[1] + word
    np.bitwise_or.at(bits.reshape(-1), place, np.uint64(1) << bit.astype(np.uint64))
    return bits


def union(bits: Words, rows: Rows) -> Words:
    """Return for each group the bits that any of its facts has."""
    result = np.zeros((len(rows), bits.shape[1]), np.uint64)
    some = np.flatnonzero(rows.ptr[1:] > rows.ptr[:-1])
    if len(some):
        result[some] = np.bitwise_or.reduceat(np.take(bits, rows.facts, axis=0), rows.ptr[:-1][some], axis=0)
    return result


def booleans(bits: Words, count: int) -> Bools:
    """Return the first `count` bits of each row as (rows, count) bool: eight times the memory of the bits."""
    small = np.ascontiguousarray(bits).astype("<u8", copy=False).view(np.uint8)
    return np.unpackbits(small, axis=1, count=count, bitorder="little").view(np.bool_)


def packed(flags: Bools) -> Words:
    """Return (rows, columns) bool as bits."""
    wide = np.zeros((len(flags), words_for(flags.shape[1]) * 8), np.uint8)
    small = np.packbits(flags, axis=1, bitorder="little")
    wide[:, : small.shape[1]] = small
    return wide.view("<u8").astype(np.uint64, copy=False)


def counted(bits: Words) -> Ints:
    """Return how many bits each row has."""
    count: Ints = _POPULATION[np.ascontiguousarray(bits).view(np.uint8)].sum(axis=1, dtype=np.int64)
    return count


def per_column(bits: Words, count: int) -> Ints:
    """Return in how many rows each of the first `count` bits is set, some rows at a time."""
    total = np.zeros(count, np.int64)
    most = max(1, _CELLS // max(1, count))
    for first in range(0, len(bits), most):
        total += booleans(bits[first : first + most], count).sum(axis=0, dtype=np.int64)
    return total


def blocks(count: int) -> Iterator[tuple[int, int]]:
    """Yield (first, one past the last) of blocks of at most `BLOCK`; one empty block where there is nothing."""
    for first in range(0, max(1, count), BLOCK):
        yield first, min(first + BLOCK, count)


# Private functions

_POPULATION = np.array([byte.bit_count() for byte in range(256)], np.uint8)
_CELLS = 1 << 24  # at a time, a byte each
