"""Compressed sparse rows: row r of a structure is `items[ptr[r]:ptr[r + 1]]`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]
Bools = NDArray[np.bool_]


def index_type(largest: int) -> type[np.signedinteger[Any]]:
    """Return int32 where it holds every number up to `largest`, else int64."""
    return np.int32 if largest < 2**31 else np.int64


def pointers(rows: Ints, count: int) -> Ints:
    """Return ptr of shape (count + 1,) for items that lie in ascending order of their row number `rows`."""
    ptr = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(rows, minlength=count), out=ptr[1:])
    return ptr.astype(index_type(len(rows)), copy=False)


def order_of(keys: Ints) -> NDArray[np.int64]:
    """
    Return the stable order of some keys from 0 to 2³¹ - 1, as (n,) int64.

    Key and place are sorted as one number, several times as fast as `np.argsort(kind="stable")`.
    """
    packed = keys.astype(np.int64) << 32
    packed |= np.arange(len(keys))
    packed.sort()
    packed &= 0xFFFFFFFF
    return packed


def grouped(rows: Ints, count: int) -> tuple[Ints, Ints]:
    """Return (ptr, items): for each row the positions in `rows` that hold it, ascending."""
    items = np.argsort(rows, kind="stable")
    return pointers(rows, count), items.astype(index_type(len(rows)), copy=False)


def spread(ptr: Ints, rows: Ints) -> NDArray[np.int64]:
    """Return the positions of all items of `rows`, row after row, as (total,) int64."""
    first = ptr[rows].astype(np.int64, copy=False)
    count = ptr[rows + 1] - first
    end = np.cumsum(count)
    total = int(end[-1]) if len(end) else 0
    positions = np.arange(total)
    positions += np.repeat(first - end + count, count)
    return positions


def distinct(items: Ints) -> Ints:
    """Return the items ascending, each once; several times as fast as `np.unique`, which hashes them first."""
    ordered = np.sort(items)
    keep = np.ones(len(ordered), bool)
    keep[1:] = ordered[1:] != ordered[:-1]
    result: Ints = ordered[keep]
    return result


def all_of(ptr: Ints, flags: Bools) -> Bools:
    """Return for each row whether all of its items are flagged; an empty row counts as True."""
    passed = np.zeros(len(flags) + 1, np.int64)
    np.cumsum(flags, out=passed[1:])
    wide = ptr.astype(np.int64, copy=False)
    result: Bools = passed[wide[1:]] - passed[wide[:-1]] == wide[1:] - wide[:-1]
    return result
