"""Nodes of a slice that look alike: told as one family with a count, for a drawing that a person can read."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Protocol

LEAST = 4  # fewer are drawn one by one
_ROUNDS = 16


class Arrow(Protocol):
    """A step between nodes: from the nodes of its source and guard to the node of its target."""

    @property
    def bodies(self) -> tuple[tuple[int, str], ...]:
        """Return (node, level) of the source, then of the guard."""

    @property
    def head(self) -> tuple[int, str]:
        """Return (node, level) of what it gives."""

    @property
    def sort(self) -> tuple[object, ...]:
        """Return what tells it from other steps between the same: its technique, whether it is only possible."""


def families(
    sorts: Sequence[object], arrows: Sequence[Arrow], apart: Collection[int] = (), least: int = LEAST
) -> tuple[tuple[int, ...], ...]:
    """
    Return classes of nodes that the same kinds of steps lead to and from, each of `least` or more, in order.

    Colour refinement: nodes of one class are told apart by nothing but which member of another class they meet, so
    "41 credentials → 41 users → one group" is two families and a node. It says how a drawing is folded, not that two
    members are equal in every question.

    Args:
        sorts:  one for each node; nodes of different sorts stay apart.
        arrows: the steps.
        apart:  nodes that are never folded.
    """
    names: dict[object, int] = {}
    colour = [
        names.setdefault(("alone", n) if n in apart else ("sort", sort), len(names)) for n, sort in enumerate(sorts)
    ]
    for _ in range(_ROUNDS):
        seen: list[set[tuple[object, ...]]] = [set() for _ in sorts]
        for arrow in arrows:
            target, level = arrow.head
            told = [(colour[node], needed) for node, needed in arrow.bodies]
            ends = (*arrow.sort, level, told[0], *sorted(told[1:]))
            seen[target].add(("into", *ends))
            for node, needed in arrow.bodies:
                if node != target:
                    seen[node].add(("from", needed, colour[target], *ends))
        found: dict[tuple[object, ...], int] = {}
        after = [found.setdefault((colour[n], frozenset(marks)), len(found)) for n, marks in enumerate(seen)]
        if len(found) == len(set(colour)):
            break
        colour = after
    classes: dict[int, list[int]] = defaultdict(list)
    for node, name in enumerate(colour):
        classes[name].append(node)
    return tuple(tuple(nodes) for nodes in classes.values() if len(nodes) >= least)
