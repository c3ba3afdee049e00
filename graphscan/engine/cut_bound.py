"""A lower bound of what a hitting set costs, and the items that are too dear for one."""

from collections.abc import Sequence

import numpy as np

from graphscan.engine.csr import Ints
from graphscan.engine.cut_bits import Dense, Row, bits, shortest

_ROUNDS = 120  # of the subgradient; the bound hardly moves after so many
_SLACK = 1e-6  # costs are whole numbers: a bound this little under one is that one


def lagrangian(rows: list[int], costs: Sequence[int], upper: int) -> tuple[int, dict[int, int]]:
    """Return a bound by subgradient, rounded up, and for each item how far the bound rises if it is chosen."""
    members = [bits(row) for row in rows]
    items = sorted({item for row in members for item in row})
    place = {item: number for number, item in enumerate(items)}
    row: Ints = np.repeat(np.arange(len(rows)), [len(one) for one in members])
    column: Ints = np.array([place[item] for one in members for item in one], np.int64)
    cost = np.array([costs[item] for item in items], float)
    share = cost / np.bincount(column, minlength=len(items))
    weight = np.full(len(rows), np.inf)
    np.minimum.at(weight, row, share[column])
    best, reduced, scale, idle = 0.0, cost, 1.0, 0
    for _ in range(_ROUNDS):
        left = cost - np.bincount(column, weight[row], len(items))
        chosen = left < 0
        bound = float(weight.sum() + left[chosen].sum())
        if bound > best + 1e-9:
            best, reduced, idle = bound, left, 0
        else:
            idle += 1
            if idle >= 8:
                scale, idle = scale / 2, 0
        slack = 1.0 - np.bincount(row, chosen[column], len(rows))
        norm = float((slack * slack).sum())
        if norm == 0 or best >= upper - 1 + _SLACK:
            break
        weight = np.maximum(0.0, weight + scale * (1.02 * min(upper, best * 1.3 + 1) - bound) / norm * slack)
    rounded = int(np.ceil(best - _SLACK))
    # What an item adds counts from the bound itself, not from the rounded one.
    over = np.ceil(best + np.maximum(reduced, 0) - _SLACK).astype(np.int64) - rounded
    return rounded, dict(zip(items, over.tolist(), strict=True))


def hopeless(rows: Sequence[Row], costs: Sequence[int], most: int) -> set[int]:
    """Return items that are in no set which meets every row and costs at most `most`: not all of them, but quickly."""
    dense = Dense(list(rows), costs)
    masks = shortest(set(dense.rows))
    if not masks:
        return set()
    bound, over = lagrangian(masks, dense.costs, most + 1)
    return {dense.order[number] for number, more in over.items() if bound + more > most}
