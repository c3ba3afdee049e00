"""Random compiled graphs, made straight as arrays: quick enough for thousands, with hubs, circles and broad guards."""

import random
from dataclasses import dataclass, replace

import numpy as np

from graphscan.engine.assemble import Frame, Steps, assemble
from graphscan.engine.graph import Graph
from graphscan.engine.guards import clean


@dataclass(frozen=True)
class Asked:
    """A graph and a question to it."""

    graph: Graph
    starts: list[int]
    blocked: list[int]
    targets: list[int]


def asked(seed: int) -> Asked:
    """Return a graph of up to 40 facts, now and then none at all, and what to ask of it."""
    draw = random.Random(seed)
    facts = draw.choice((0, 1, 3, 8, 20, 40))
    made = graph(seed, facts, draw.randrange(4 * facts + 1), draw.choice((0.0, 0.3, 0.9)), draw.choice((1, 2, 6)))
    return Asked(
        widened(made) if draw.random() < 0.2 else made,
        starts=draw.sample(range(facts + 1), min(facts + 1, draw.randrange(4))),
        blocked=[fact for fact in range(1, facts + 1) if draw.random() < 0.15],
        targets=[fact for fact in range(facts + 1) if draw.random() < draw.choice((0.05, 0.5))],
    )


def graph(seed: int, facts: int, steps: int, guarded: float, most: int) -> Graph:
    """
    Return a graph with some facts beside MAY.

    Args:
        guarded: share of the steps that have a guard.
        most:    facts in a guard, at most.
    """
    draw = np.random.default_rng(seed)
    steps = steps if facts else 0
    # Cubed, so that a few facts are in very many steps; steps lead on a little more often than back.
    ends = np.sort(1 + (draw.random((2, steps)) ** 3 * facts).astype(np.int64), axis=0)
    back = draw.random(steps) < 0.4
    ends[:, back] = ends[::-1, back]
    hub = draw.random(steps) < 0.2
    ends[1, hub] = draw.integers(1, facts + 1, hub.sum()) if facts else 0
    has = draw.random(steps) < guarded
    size = np.where(has, draw.integers(1, most + 1, steps), 0)
    ptr = np.concatenate([[0], np.cumsum(size)])
    members = draw.integers(0, facts + 1, int(ptr[-1]))  # MAY among them
    nothing = np.zeros(0, np.int64)
    some = draw.integers(1, facts + 1, 1) if facts else nothing
    columns = Steps(ends[0], ends[1], np.arange(steps), np.zeros(steps, np.int64), np.full(steps, -1))
    frame = Frame(np.zeros(1, np.int64), nothing, ("test.t", "implies"), np.array([1, 0], np.uint8), some, some[:0])
    return assemble(
        np.arange(-1, facts).astype(np.int32), np.full(facts + 1, 22, np.uint8), columns, clean(ptr, members), frame
    )[0]


def widened(made: Graph) -> Graph:
    """Return the same graph with numbers of 64 bits, as very large ones have."""
    return replace(
        made, **{n: a.astype(np.int64) for n, a in made.arrays() if a.dtype == np.int32 and n != "fact_node"}
    )
