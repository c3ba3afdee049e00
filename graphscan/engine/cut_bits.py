"""Rows of a hitting set as bit sets, and what can be said of them at once."""

from collections.abc import Sequence

Row = frozenset[int]

_COMPARED = 400  # rows that others are compared with


class Dense:
    """
    Rows as bit sets over the items that are in any of them, numbered anew.

    Attributes:
        order: the items, ascending: bit n of a row stands for `order[n]`.
        costs: of each of them.
        rows:  the bit sets.
    """

    def __init__(self, rows: Sequence[Row], costs: Sequence[int]) -> None:
        self.order = sorted({item for row in rows for item in row})
        self.costs = [costs[item] for item in self.order]
        number = {item: place for place, item in enumerate(self.order)}
        self.rows = [sum(1 << number[item] for item in row) for row in rows]

    def items(self, mask: int) -> Row:
        """Return the items of a bit set."""
        return frozenset(self.order[number] for number in bits(mask))


def bits(mask: int) -> list[int]:
    """Return the items of a bit set, ascending."""
    items = []
    while mask:
        low = mask & -mask
        items.append(low.bit_length() - 1)
        mask ^= low
    return items


def shortest(rows: set[int]) -> list[int]:
    """Return the rows that hold no other one, short ones first."""
    kept: list[int] = []
    for row in sorted(rows, key=lambda one: (one.bit_count(), one)):
        if len(kept) >= _COMPARED or not any(one & row == one for one in kept):
            kept.append(row)
    return kept


def lesser(rows: list[int], costs: Sequence[int]) -> int:
    """Return the items for which another one does as well: it meets the same rows or more and costs no more."""
    meets: dict[int, int] = {}
    for number, row in enumerate(rows):
        for item in bits(row):
            meets[item] = meets.get(item, 0) | 1 << number
    out = 0
    for item, met in meets.items():
        first = rows[(met & -met).bit_length() - 1]
        for other in bits(first & ~out):
            if other == item or costs[other] > costs[item] or meets[other] & met != met:
                continue
            if meets[other] != met or costs[other] < costs[item] or other < item:
                out |= 1 << item
                break
    return out


def parts_of(rows: list[int]) -> list[list[int]]:
    """Return the rows in groups that have no item in common."""
    groups: list[tuple[int, list[int]]] = []
    for row in rows:
        mask, members = row, [row]
        rest = []
        for other, theirs in groups:
            if other & mask:
                mask |= other
                members += theirs
            else:
                rest.append((other, theirs))
        groups = [*rest, (mask, members)]
    return [sorted(members, key=lambda one: (one.bit_count(), one)) for _, members in groups]


def greedy(rows: list[int], costs: Sequence[int]) -> int:
    """Return a set that meets every row: the item that meets most rows for its cost, again and again."""
    taken = 0
    while rows:
        often: dict[int, int] = {}
        for row in rows:
            for item in bits(row):
                often[item] = often.get(item, 0) + 1
        best = min(often, key=lambda item: (costs[item] / often[item], item))
        taken |= 1 << best
        rows = [row for row in rows if not row >> best & 1]
    return taken
