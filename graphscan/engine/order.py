"""The order of levels as tables of bits, so that whole columns of level masks are computed at once."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from graphscan import kinds
from graphscan.engine.csr import Bools, Ints

# Codes of one family are consecutive: bit b of a mask is level `FIRST_CODE[family] + b`.
_SIZES = [len(family.levels) for family in kinds.FAMILIES.values()]
FIRST_CODE: NDArray[np.int64] = np.concatenate([[0], np.cumsum(_SIZES)[:-1]]).astype(np.int64)
MOST_LEVELS = max(_SIZES)
FAMILY_OF_CODE: NDArray[np.uint8] = np.repeat(np.arange(len(_SIZES), dtype=np.uint8), _SIZES)


def _implication() -> Bools:
    table = np.zeros((len(kinds.LEVELS), len(kinds.LEVELS)), bool)
    for family in kinds.FAMILIES.values():
        for higher, lower in family.implies:
            table[kinds.LEVEL_CODES[family.name, higher], kinds.LEVEL_CODES[family.name, lower]] = True
    return table


IMPLIES: Bools = _implication()
"""(levels, levels): whether the first code implies the second; never a code itself."""


@cache
def covering(family: int, mask: int) -> tuple[tuple[int, int], ...]:
    """
    Return the (higher, lower) level codes of the covering relation among the levels kept in a mask.

    Args:
        family: index into `list(kinds.FAMILIES)`.
        mask:   bit b stands for the family's level b.
    """
    first = int(FIRST_CODE[family])
    codes = [first + bit for bit in range(_SIZES[family]) if mask >> bit & 1]
    return tuple(
        (high, low)
        for high in codes
        for low in codes
        if IMPLIES[high, low] and not any(IMPLIES[high, mid] and IMPLIES[mid, low] for mid in codes)
    )


def maximal(codes: list[int]) -> list[int]:
    """Return the codes that no other of them implies."""
    return [code for code in codes if not any(IMPLIES[other, code] for other in codes)]


def bit_count(masks: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return how many bits of each mask are set."""
    # numpy 1.26 has no bitwise_count yet.
    half = masks - (masks >> np.uint32(1) & np.uint32(0x55555555))
    half = (half & np.uint32(0x33333333)) + (half >> np.uint32(2) & np.uint32(0x33333333))
    half = half + (half >> np.uint32(4)) & np.uint32(0x0F0F0F0F)
    result: NDArray[np.int64] = (half * np.uint32(0x01010101) >> np.uint32(24)).astype(np.int64)
    return result


def mark(masks: NDArray[np.uint32], nodes: Ints, bits: Ints) -> None:
    """Set bit `bits[i]` of `masks[nodes[i]]`, in place."""
    for bit in range(MOST_LEVELS):
        masks[nodes[bits == bit]] |= np.uint32(1 << bit)
