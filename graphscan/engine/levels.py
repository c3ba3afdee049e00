"""Which levels of each node a graph keeps: those that something asks for or gives, carried back through groups."""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphscan.engine.csr import Ints, distinct, grouped, spread
from graphscan.engine.order import FIRST_CODE, bit_count, covering, mark

_FEW = 64


@dataclass(frozen=True, slots=True)
class Kept:
    """
    The facts of a graph, as masks of levels.

    Attributes:
        family: (nodes,) index into `list(kinds.FAMILIES)`.
        mask:   (nodes,) uint32, bit b for level b of the node's family.
        first:  (nodes,) number of the node's first fact.
    """

    family: NDArray[np.uint8]
    mask: NDArray[np.uint32]
    first: NDArray[np.int64]

    @classmethod
    def of(cls, family: NDArray[np.uint8], mask: NDArray[np.uint32]) -> "Kept":
        """Number the facts in order of (node, level), from 1 on."""
        count = bit_count(mask)
        return cls(family, mask, 1 + np.cumsum(count) - count)

    def __len__(self) -> int:
        return 1 + int(bit_count(self.mask).sum())

    def facts(self, nodes: Ints, bits: Ints) -> NDArray[np.int64]:
        """Return the fact numbers of (node, level bit) pairs, all of them kept."""
        below = (np.uint32(1) << bits.astype(np.uint32)) - np.uint32(1)
        result: NDArray[np.int64] = self.first[nodes] + bit_count(self.mask[nodes] & below)
        return result

    def columns(self) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        """Return (fact_node, fact_level) of all facts, MAY first."""
        count = len(self)
        node, level = np.full(count, -1, np.int32), np.full(count, 255, np.uint8)
        for bit in range(int(self.mask.max(initial=0)).bit_length()):
            nodes = np.flatnonzero(self.mask >> np.uint32(bit) & np.uint32(1))
            facts = self.facts(nodes, np.full(len(nodes), bit))
            node[facts] = nodes
            level[facts] = FIRST_CODE[self.family[nodes]] + bit
        return node, level

    def implications(self) -> tuple[Ints, Ints]:
        """Return (higher, lower) facts of the covering relation among kept levels, for all nodes."""
        several = np.flatnonzero(self.mask & (self.mask - np.uint32(1)))
        shapes = self.family[several].astype(np.int64) << 32 | self.mask[several].astype(np.int64)
        distinct, inverse = np.unique(shapes, return_inverse=True)
        ptr, members = grouped(inverse.reshape(-1), len(distinct))
        higher, lower = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for number, shape in enumerate(distinct.tolist()):
            nodes = several[members[ptr[number] : ptr[number + 1]]]
            first = int(FIRST_CODE[shape >> 32])
            for high, low in covering(shape >> 32, shape & 0xFFFFFFFF):
                higher.append(self.facts(nodes, np.full(len(nodes), high - first)))
                lower.append(self.facts(nodes, np.full(len(nodes), low - first)))
        return np.concatenate(higher), np.concatenate(lower)


def asked_masks(nodes: list[Ints], codes: list[Ints], family: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return the mask of every node for lists of columns of nodes and of level codes."""
    masks = np.zeros(len(family), np.uint32)
    for where, code in zip(nodes, codes, strict=True):
        mark(masks, where, code.astype(np.int64) - FIRST_CODE[family[where]])
    return masks


def carry_back(masks: NDArray[np.uint32], source: Ints, target: Ints) -> None:
    """
    Make every source keep what its targets keep, to the fixed point, in place.

    Args:
        source, target: ends of the steps that carry each level over, membership for one.
    """
    ptr, into = grouped(target, len(masks))
    front = np.flatnonzero((masks != 0) & (np.diff(ptr) > 0))
    while len(front) > _FEW:
        rows = into[spread(ptr, front)]
        ends, gained = source[rows], masks[target[rows]]
        order = np.argsort(ends, kind="stable")
        ends, gained = ends[order], gained[order]
        first = np.flatnonzero(np.concatenate([[True], ends[1:] != ends[:-1]]))
        nodes, gained = ends[first], np.bitwise_or.reduceat(gained, first)
        changed = (gained & ~masks[nodes]) != 0
        masks[nodes[changed]] |= gained[changed]
        front = nodes[changed]
        front = front[ptr[front + 1] > ptr[front]]
    waiting = deque(front.tolist())
    while waiting:
        node = waiting.popleft()
        mask = masks[node]
        sources = source[into[ptr[node] : ptr[node + 1]]]
        poor = distinct(sources[(mask & ~masks[sources]) != 0])
        masks[poor] |= mask
        waiting.extend(poor.tolist())
