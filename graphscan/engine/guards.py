"""Guards as sets of facts, each distinct set once, numbered by size and then by its facts."""

from dataclasses import dataclass

import numpy as np

from graphscan.engine.csr import Ints, distinct, index_type, spread


@dataclass(frozen=True, slots=True)
class Guards:
    """Sets of facts: set g is `facts[ptr[g]:ptr[g + 1]]`, ascending and without repeats."""

    ptr: Ints
    facts: Ints

    def __len__(self) -> int:
        return len(self.ptr) - 1


def clean(ptr: Ints, facts: Ints) -> Guards:
    """Return the same sets with their facts sorted and repeats removed."""
    rows = np.repeat(np.arange(len(ptr) - 1), np.diff(ptr))
    order = np.lexsort((facts, rows))
    rows, facts = rows[order], facts[order]
    keep = np.ones(len(rows), bool)
    keep[1:] = (rows[1:] != rows[:-1]) | (facts[1:] != facts[:-1])
    new = np.zeros(len(ptr), np.int64)
    np.cumsum(np.bincount(rows[keep], minlength=len(ptr) - 1), out=new[1:])
    return Guards(new, facts[keep])


def canonical(guards: Guards) -> tuple[Guards, Ints]:
    """
    Return each distinct set once, and the new number of every old one: -1 for an empty set.

    Numbers depend on the sets alone, not on the order they came in.
    """
    size = np.diff(guards.ptr)
    number = np.full(len(guards), -1, np.int64)
    blocks: list[Ints] = []
    sizes: list[Ints] = []
    count = 0
    for length in distinct(size).tolist():
        if length == 0:
            continue
        members = np.flatnonzero(size == length)
        matrix = guards.facts[spread(guards.ptr, members)].reshape(len(members), length)
        different, inverse = np.unique(matrix, axis=0, return_inverse=True)
        number[members] = inverse.reshape(-1) + count
        blocks.append(different.reshape(-1))
        sizes.append(np.full(len(different), length, np.int64))
        count += len(different)
    ptr = np.zeros(count + 1, np.int64)
    np.cumsum(np.concatenate([*sizes, np.zeros(0, np.int64)]), out=ptr[1:])
    facts = np.concatenate([*blocks, np.zeros(0, guards.facts.dtype)])
    return Guards(ptr, facts.astype(index_type(int(facts.max(initial=0))), copy=False)), number


def pick(guards: Guards, numbers: Ints) -> Guards:
    """Return the sets of these numbers, in that order."""
    ptr = np.zeros(len(numbers) + 1, np.int64)
    np.cumsum(np.diff(guards.ptr)[numbers], out=ptr[1:])
    return Guards(ptr, guards.facts[spread(guards.ptr, numbers)])


def join(first: Guards, second: Guards) -> Guards:
    """Return the sets of `first`, then those of `second`."""
    return Guards(
        np.concatenate([first.ptr, second.ptr[1:] + first.ptr[-1]]), np.concatenate([first.facts, second.facts])
    )


def with_fact(guards: Guards, fact: int) -> Guards:
    """Return every set with one more fact, which is smaller than all others and in none of them."""
    if not len(guards):
        return guards
    ptr = guards.ptr + np.arange(len(guards) + 1)
    return Guards(ptr, np.insert(guards.facts, guards.ptr[:-1], fact))
