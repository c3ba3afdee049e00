"""Which sources reach which assets exactly: many sources at once, a bit each, until nothing more follows."""

from dataclasses import dataclass

import numpy as np

from graphscan.engine import kernel
from graphscan.engine.contract import members
from graphscan.engine.csr import Bools, Ints, distinct, order_of, pointers, spread
from graphscan.engine.exposure_rows import Words
from graphscan.engine.exposure_steps import Left
from graphscan.engine.slice import fired

_CHUNK = 1 << 15


@dataclass(frozen=True)
class Horn:
    """
    Steps over facts numbered anew.

    Attributes:
        facts:    (F,) what each was in the whole graph, ascending.
        body_ptr, body: what each step needs, never nothing.
        target:   (S,) what it gives.
        use_ptr, use: the steps that need each fact.
    """

    facts: Ints
    body_ptr: Ints
    body: Ints
    target: Ints
    use_ptr: Ints
    use: Ints

    @property
    def step_count(self) -> int:
        """Return S."""
        return len(self.target)


def horn(left: Left, leads: Bools) -> Horn:
    """
    Return the steps that give a fact that matters, without the requirements that anyone meets.

    Args:
        leads: (facts of the graph,) whether a fact can lead to what is asked for.
    """
    graph, anyone = left.graph, left.anyone.held
    steps = _needed(left, leads)
    row, body = members(graph, steps)
    stays = ~anyone[body]
    row, body = row[stays], body[stays]
    facts = distinct(np.concatenate([body, graph.step_target[steps], np.flatnonzero(leads)]))
    number = np.zeros(graph.fact_count, np.int64)
    number[facts] = np.arange(len(facts))
    return _indexed(facts, row, number[body], number[graph.step_target[steps]])


def merged(one: Horn, apart: Bools) -> tuple[Horn, Ints]:
    """
    Return the steps with facts that lead to the same made one, and which fact stands for each.

    Facts are the same where each is needed alone by its steps and these give the same. Facts of which nothing follows
    that is `apart` are the same too. Digests of two times 64 bits stand for what follows.

    Args:
        apart: (F,) facts that stay what they are.
    """
    size = np.diff(one.body_ptr)
    stays = apart.copy()
    row = np.repeat(np.arange(one.step_count), size)
    stays[one.body[size[row] > 1]] = True
    single = np.flatnonzero(size == 1)
    source, target = one.body[one.body_ptr[single]], one.target[single]
    free = ~stays[source]
    source, target = source[free], target[free]
    label: Ints = np.arange(len(one.facts))
    for _ in range(_ROUNDS):
        fresh = _labels(source, label[target], stays)
        done = bool((fresh == label).all())
        label = fresh
        if done:
            break
    keep = np.ones(one.step_count, bool)
    keep[single[free]] = label[source] == source
    keep[single] &= label[one.body[one.body_ptr[single]]] != label[one.target[single]]
    steps = np.flatnonzero(keep)
    body = label[one.body[spread(one.body_ptr, steps)]]
    return _indexed(one.facts, np.repeat(np.arange(len(steps)), size[steps]), body, label[one.target[steps]]), label


def follow(one: Horn, bits: Words) -> int:
    """
    Give each fact the bits of the sources that reach it, in place; return the work: steps that any bit came to.

    Args:
        bits: (F, words), with the sources' bits at their starts.
    """
    compiled = getattr(kernel, "horn_bits", None) if kernel.loaded() else None
    if compiled is not None:
        compiled(one.body_ptr, one.body, one.target, one.use_ptr, one.use, bits)
    else:
        front: Ints = np.flatnonzero(bits.any(axis=1))
        while len(front):
            steps = one.use[spread(one.use_ptr, front)]
            front = _fire(one, bits, distinct(steps))
    touched: Ints = np.flatnonzero(bits.any(axis=1))
    return int((one.use_ptr[touched + 1] - one.use_ptr[touched]).sum())


# Private functions

_ROUNDS = 6


def _needed(left: Left, leads: Bools) -> Ints:
    """Return the steps that some source can take and that give what leads on, or what a step that does needs beside."""
    graph = left.graph
    seen = leads | left.anyone.held
    seen[left.gone] = True  # nothing gives these
    front: Ints = np.flatnonzero(leads & left.all.held & ~left.anyone.held)
    parts: list[Ints] = [np.zeros(0, np.int64)]
    while len(front):
        steps = graph.in_steps[spread(graph.in_ptr, front)]
        steps = steps[fired(graph, left.all, steps)]
        parts.append(steps)
        guards = graph.step_guard[steps]
        guards = distinct(guards[guards >= 0])
        needed = np.concatenate([graph.step_source[steps], graph.guard_facts[spread(graph.guard_ptr, guards)]])
        front = distinct(needed[~seen[needed]])
        seen[front] = True
    return np.sort(np.concatenate(parts))


def _indexed(facts: Ints, row: Ints, body: Ints, target: Ints) -> Horn:
    """Return steps in order of what they give, so that what one fact gets comes in one run."""
    order = order_of(target)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    row = place[row]
    members_first = order_of(row)
    body = body[members_first]
    body_ptr = np.zeros(len(target) + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=len(target)), out=body_ptr[1:])
    use_ptr = pointers(body, len(facts))
    use = row[members_first][order_of(body)]
    return Horn(
        facts,
        body_ptr,
        np.ascontiguousarray(body, np.int64),
        target[order].astype(np.int64),
        use_ptr.astype(np.int64),
        use.astype(np.int64),
    )


def _fire(one: Horn, bits: Words, steps: Ints) -> Ints:
    """Fire steps in order of what they give; return the facts that gained a bit."""
    gained: list[Ints] = []
    for first in range(0, len(steps), _CHUNK):
        part = steps[first : first + _CHUNK]
        begin, size = one.body_ptr[part], one.body_ptr[part + 1] - one.body_ptr[part]
        given = np.take(bits, one.body[begin], axis=0)
        for place in range(1, int(size.max())):
            more = np.flatnonzero(size > place)
            given[more] &= np.take(bits, one.body[begin[more] + place], axis=0)
        target = one.target[part]
        begins = np.ones(len(target), bool)
        begins[1:] = target[1:] != target[:-1]
        runs = np.flatnonzero(begins)
        given = np.bitwise_or.reduceat(given, runs, axis=0)
        target = target[runs]
        before = np.take(bits, target, axis=0)
        given |= before
        more = (given != before).any(axis=1)
        bits[target[more]] = given[more]
        gained.append(target[more])
    return distinct(np.concatenate([*gained, np.zeros(0, np.int64)]))


def _labels(source: Ints, label: Ints, stays: Bools) -> Ints:
    """Return for each fact the first one to which the same leads on; `label` is that of each arc's end."""
    count = len(stays)
    pairs = distinct(source.astype(np.int64) << 32 | label)
    source, label = pairs >> 32, pairs & 0xFFFFFFFF
    free: Ints = np.flatnonzero(~stays)
    number = np.zeros(count, np.int64)
    number[free] = np.arange(len(free))
    first, kind = alike(number[source], label, len(free))
    result: Ints = np.arange(count)
    result[free] = free[first[kind]]
    return result


def alike(rows: Ints, items: Ints, count: int) -> tuple[Ints, Ints]:
    """
    Return which of `count` rows hold the same items: the first row of each kind, and the kind of each row.

    Args:
        rows, items: distinct pairs, in ascending order of row.
    """
    new = np.ones(len(rows), bool)
    new[1:] = rows[1:] != rows[:-1]
    runs = np.flatnonzero(new)
    digests = []
    for seed in (0x9E3779B97F4A7C15, 0xD1B54A32D192ED03):
        digest = np.zeros(count, np.uint64)
        if len(runs):
            digest[rows[runs]] = np.add.reduceat(_mixed(items, seed), runs)
        digests.append(digest)
    order = np.argsort(digests[0])
    begins = np.ones(count, bool)
    begins[1:] = False
    for key in (np.bincount(rows, minlength=count), *digests):
        begins[1:] |= key[order[1:]] != key[order[:-1]]
    kind = np.empty(count, np.int64)
    kind[order] = np.cumsum(begins) - 1
    first: Ints = np.minimum.reduceat(order, np.flatnonzero(begins)) if count else order
    return first, kind


def _mixed(items: Ints, seed: int) -> Words:
    """Return a 64-bit digest of each number (splitmix64)."""
    state = items.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))
