"""Bits of many questions at once, carried along a graph by the compiled loops: the seam of `engine.exposure_sweep`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphscan.engine.csr import Ints
from graphscan.engine.kernel.calls import address, run

Words = NDArray[np.uint64]


def closure(ptr: Ints, items: Ints, ptr2: Ints, items2: Ints, bits: Words) -> None:
    """
    Give each vertex the bits of all that it leads to, in place.

    Args:
        ptr, items, ptr2, items2: two sets of arcs, of vertex v to items[ptr[v]:ptr[v + 1]] and likewise items2.
        bits: (V, words) uint64, contiguous, writable.

    Raises:
        IndexError: a number in the rows is not there.
        ValueError: an array has not the type, length or layout it must have.
    """
    count, words = _bits(bits)
    given = {"ptr": ptr, "items": items, "ptr2": ptr2, "items2": items2}
    narrow = max(count, len(items), len(items2)) < 2**31 and items.dtype == items2.dtype == np.int32
    width: Any = np.int32 if narrow else np.int64
    rows = {name: _row(name, array, width) for name, array in given.items()}
    for name in ("ptr", "ptr2"):
        if len(rows[name]) != count + 1:
            raise ValueError(f"{name} has {len(rows[name])} items, not {count + 1}")
    index, waiting, frames = np.zeros(count, width), np.empty(count, width), np.empty((count, 4), width)
    run(
        f"closure_{32 if narrow else 64}",
        *(count, address(rows["ptr"]), address(rows["items"]), len(items)),
        *(address(rows["ptr2"]), address(rows["items2"]), len(items2)),
        *(address(bits), words, address(index), address(frames), address(waiting)),
    )


def horn_bits(body_ptr: Ints, body: Ints, target: Ints, use_ptr: Ints, use: Ints, bits: Words) -> None:
    """
    Give the target of each step the bits that all facts of its body have, to the least fixed point, in place.

    Args:
        body_ptr, body: (S+1,), facts of the body of each step, at least one.
        target:         (S,) fact that it gives.
        use_ptr, use:   (F+1,), steps that have each fact in their body.
        bits:           (F, words) uint64, contiguous, writable; those set on entry are the starts.

    Raises:
        IndexError: a number in the rows is not there.
        ValueError: an array has not the type, length or layout it must have.
    """
    facts, words = _bits(bits)
    given = {"body_ptr": body_ptr, "body": body, "target": target, "use_ptr": use_ptr, "use": use}
    rows = {name: _row(name, array, np.int64) for name, array in given.items()}
    steps = len(target)
    for name, length in (("body_ptr", steps + 1), ("use_ptr", facts + 1)):
        if len(rows[name]) != length:
            raise ValueError(f"{name} has {len(rows[name])} items, not {length}")
    queue, queued = np.empty(facts, np.int64), np.zeros(facts, bool)
    run(
        "horn_bits",
        *(facts, steps, address(rows["body_ptr"]), address(rows["body"]), len(body), address(rows["target"])),
        *(address(rows["use_ptr"]), address(rows["use"]), len(use)),
        *(address(bits), words, address(queue), address(queued)),
    )


# Private functions


def _bits(bits: Words) -> tuple[int, int]:
    """Return the shape of the bits, which the compiled code writes into."""
    sound = bits.ndim == 2 and bits.dtype == np.uint64 and bits.flags.c_contiguous and bits.flags.aligned
    if not (sound and bits.flags.writeable):
        raise ValueError("bits must be one block of rows of uint64 that can be written to")
    return bits.shape[0], bits.shape[1]


def _row(name: str, array: Ints, width: Any) -> Ints:
    """Return an array one number after the other, of one type; itself where it is so already."""
    if array.ndim != 1 or array.dtype.kind != "i":
        raise ValueError(f"{name} must be one row of whole numbers")
    if array.dtype.itemsize > np.dtype(width).itemsize and array.size and array.max() > np.iinfo(width).max:
        raise IndexError(f"{name} names what is not there")
    return np.require(array, width, ["C", "A"])
