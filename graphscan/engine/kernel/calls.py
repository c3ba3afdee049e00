"""
The compiled loops as functions of arrays: type, shape and layout are checked here, every number inside the loops.

A wrong array ends in a Python exception. Arrays may be read-only and memory-mapped; none of a graph's is copied unless
its type or layout demands it. The interpreter is free for other threads meanwhile.
"""

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphscan.engine.csr import Bools, Ints
from graphscan.engine.graph import Graph
from graphscan.engine.kernel.loading import library

_WRONG_FACT = -2  # as in kernel.h
_ROWS: tuple[str, ...] = (
    *("plain_ptr", "guarded_ptr", "step_target", "step_source", "step_guard", "guard_ptr", "guard_facts"),
    *("fact_guard_ptr", "fact_guards", "guard_step_ptr", "guard_steps", "in_ptr", "in_steps"),
)
_COUNTS = ("facts", "steps", "guards", "members", "listed", "given")


class _Struct(ctypes.Structure):
    _fields_ = (*((name, ctypes.c_int64) for name in _COUNTS), *((name, ctypes.c_void_p) for name in _ROWS))


class _Prepared:
    """
    A graph's arrays as the compiled code takes them, kept with the graph.

    Attributes:
        arrays: what `struct` points into.
        origin: the graph's own arrays, from which these were made.
        width:  32 or 64 bits.
        type:   numpy's type of that width.
    """

    def __init__(self, graph: Graph) -> None:
        self.origin = tuple(getattr(graph, name) for name in _ROWS)
        narrow = all(array.dtype == np.int32 for array in self.origin)
        self.type: Any = np.int32 if narrow else np.int64
        self.width = 32 if narrow else 64
        self.arrays = {name: _checked(name, a, self.type) for name, a in zip(_ROWS, self.origin, strict=True)}
        facts, steps, guards = graph.fact_count, graph.step_count, graph.guard_count
        members, listed, given = (len(self.arrays[name]) for name in ("guard_facts", "guard_steps", "in_steps"))
        wanted = {"step_target": steps, "step_guard": steps, "fact_guards": members, "guard_step_ptr": guards + 1}
        wanted |= dict.fromkeys(("plain_ptr", "guarded_ptr", "fact_guard_ptr", "in_ptr"), facts + 1)
        for name, length in wanted.items():
            if len(self.arrays[name]) != length:
                raise ValueError(f"array {name} of the graph has {len(self.arrays[name])} items, not {length}")
        if max(facts, steps, members) > np.iinfo(self.type).max:
            raise ValueError(f"{facts} facts and {steps} steps are too many for numbers of {self.width} bits")
        self.struct = _Struct(
            *(facts, steps, guards, members, listed, given), *(address(array) for array in self.arrays.values())
        )

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        """Addresses mean nothing in a copy or another process: None takes its place there."""
        return type(None), ()

    def call(self, name: str, *arguments: int) -> int:
        """
        Call a function; arrays are given by their addresses.

        Raises:
            IndexError: a fact or an array's number is not there.
        """
        return run(f"{name}_{self.width}", ctypes.addressof(self.struct), *arguments)


def run(name: str, *arguments: int) -> int:
    """
    Call a function of the library and return what it returns; arrays are given by their addresses.

    Raises:
        IndexError: it met a number of something that is not there.
    """
    found, why = library()
    if found is None:
        raise RuntimeError(f"the compiled code is not there: {why}")
    result: int = getattr(found, name)(*arguments)
    if result == _WRONG_FACT:
        raise IndexError("a fact was named that is not there")
    if result < 0:
        raise IndexError("an array of the graph names what is not there")
    return result


def address(array: NDArray[Any]) -> int:
    """Return where an array's memory begins; whoever calls keeps the array."""
    place: int = array.__array_interface__["data"][0]
    return place


def reach(
    graph: Graph, starts: Ints, blocked: Ints | None, base: tuple[Bools, Ints, Ints] | None
) -> tuple[Bools, Ints, NDArray[np.int64]]:
    """
    Compute what follows from some facts, as `engine.reach` does.

    Args:
        blocked: facts that are never held.
        base:    held, step and order to go on from.

    Returns:
        held, step and order.

    Raises:
        IndexError: a fact, or a number in an array of the graph, is not there.
        ValueError: an array has not the length it must have.
    """
    prepared = _prepared(graph)
    facts, done = graph.fact_count, 0
    order = np.empty(facts, np.int64)
    if base is None:
        held, step = np.zeros(facts, bool), np.full(facts, -1, prepared.type)
    else:
        held, step = np.array(base[0], bool), np.array(base[1], prepared.type)
        done = len(base[2])
        if held.shape != (facts,) or step.shape != (facts,) or done > facts:
            raise ValueError(f"a reach of another graph than this one of {facts} facts was given to go on from")
        order[:done] = base[2]
    scratch = np.empty((2, graph.guard_count), prepared.type)
    starts = np.ascontiguousarray(starts, np.int64)
    shut = np.ascontiguousarray(() if blocked is None else blocked, np.int64)
    total = prepared.call(
        "reach",
        *(address(array) for array in (held, step, scratch[0], scratch[1], order)),
        done,
        *(address(starts), starts.size, address(shut), shut.size),
    )
    return held, step, order[:total]


def backward(
    graph: Graph, held: Bools, avoid: int, seen: Bools, wanted: Ints
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    Follow fired steps back, as `engine.slice` does.

    Args:
        held:   (F,) what is reached.
        avoid:  a fact; steps that need it are left out. -1 for none.
        seen:   (F,) facts that need no derivation; what is found is added to it.
        wanted: where to begin.

    Returns:
        The steps and the facts they need, each ascending.

    Raises:
        IndexError: a fact, or a number in an array of the graph, is not there.
        ValueError: an array has not the length it must have.
    """
    prepared = _prepared(graph)
    facts = graph.fact_count
    held = np.ascontiguousarray(held, bool)
    if held.shape != (facts,) or seen.shape != (facts,) or seen.dtype != bool or not seen.flags.c_contiguous:
        raise ValueError(f"flags for each of the graph's {facts} facts were expected")
    wanted = np.asarray(wanted, np.int64)
    if wanted.size and not 0 <= wanted.min() <= wanted.max() < facts:
        raise IndexError(f"a fact was named that is not among the graph's {facts}")
    begin = wanted[~seen[wanted]]
    seen[begin] = True
    queue = np.empty(facts, prepared.type)
    queue[: len(begin)] = begin
    touched, used, met = (np.zeros(count, bool) for count in (facts, graph.step_count, graph.guard_count))
    prepared.call(
        "backward",
        *(address(held), avoid, address(seen), address(met), address(queue), len(begin)),
        *(address(touched), address(used)),
    )
    touched[wanted] = True
    return np.flatnonzero(used), np.flatnonzero(touched)


def within(items: Ints, low: int, high: int) -> bool:
    """Return whether all numbers of one row are at least `low` and below `high`, in one pass."""
    width, row = _row(items)
    return bool(run(f"within_{width}", address(row), row.size, low, high))


def rising(items: Ints) -> bool:
    """Return whether no number of one row is less than the one before it."""
    width, row = _row(items)
    return bool(run(f"rising_{width}", address(row), row.size))


# Private functions


def _row(items: Ints) -> tuple[int, Ints]:
    """Return the width of the functions that take a row, and the row as they take it."""
    narrow = items.dtype == np.int32
    return (32 if narrow else 64), _checked("", items, np.int32 if narrow else np.int64)


def _prepared(graph: Graph) -> _Prepared:
    """Return the arrays of a graph as the compiled code takes them, made once."""
    known = graph.__dict__.get("_kernel")
    if known is not None and all(getattr(graph, n) is a for n, a in zip(_ROWS, known.origin, strict=True)):
        prepared: _Prepared = known
        return prepared
    prepared = graph.__dict__["_kernel"] = _Prepared(graph)
    return prepared


def _checked(name: str, array: NDArray[Any], dtype: Any) -> NDArray[Any]:
    """Return an array one number after the other, of one type; itself where it is so already."""
    if array.ndim != 1 or array.dtype.kind != "i":
        raise ValueError(f"array {name} of the graph must be one row of whole numbers")
    result = np.ascontiguousarray(array, dtype)
    return result if result.flags.aligned else result.copy()
