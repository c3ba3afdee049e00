"""
A layered drawing: columns are given, rows are found by barycentre sweeps, long arrows go round what lies between.

After Sugiyama, Tagawa and Toda (1981): a long edge is a chain of points, one in each column that it passes, and these
points are ordered with the nodes.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from graphscan.report.html.drawn import Drawing

SWEEPS = 24
CARD, HIGH = 136, 40  # of a node
GAP = 52  # between two columns of nodes; joins stand in the middle of it
ROW, JOIN_ROW, POINT_ROW = 52, 24, 16
PAD = 14


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an arrow, through points (x, y); `back` where it runs against the order of columns."""

    arrow: int
    points: tuple[tuple[float, float], ...]
    head: bool
    back: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """
    Where things stand.

    Attributes:
        items: (x, y) of the left end and the middle of each item's card.
        joins: (arrow, x, y) of each join.
        lines: the lines of the arrows.
    """

    width: float
    height: float
    items: tuple[tuple[float, float], ...]
    joins: tuple[tuple[int, float, float], ...]
    lines: tuple[Line, ...]


def lay_out(drawing: Drawing, sweeps: int = SWEEPS) -> Layout:
    """Return where everything stands."""
    return _Layers(drawing).layout(sweeps)


# Private functions


class _Layers:
    """Half columns, each a list of vertices: items stand in even ones, joins in odd ones, points in any."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing
        count = len(drawing.items)
        self._half: list[int] = [2 * item.column for item in drawing.items]
        self._size: list[int] = [ROW] * count
        self._near: list[list[int]] = [[] for _ in range(count)]
        self._joins: dict[int, int] = {}
        self._lines: list[tuple[int, list[int], bool, bool]] = []
        for number, arrow in enumerate(drawing.arrows):
            end, before = arrow.target, True
            if len(arrow.bodies) > 1:
                end = self._vertex(2 * drawing.items[arrow.target].column - 1, JOIN_ROW)
                self._joins[number] = end
                self._link(end, arrow.target)
                self._lines.append((number, [end, arrow.target], True, False))
                before = False
            for body in arrow.bodies:
                self._chain(number, body, end, head=before)
        rows: dict[int, list[int]] = defaultdict(list)
        for vertex, half in enumerate(self._half):
            rows[half].append(vertex)
        self._columns = [rows[half] for half in sorted(rows)]

    def layout(self, sweeps: int) -> Layout:
        """Order, place and return."""
        self._order(sweeps)
        y = self._rows()
        left = PAD + (GAP if min(self._half, default=0) < 0 else 0)
        x = [left + half // 2 * (CARD + GAP) + (CARD + GAP / 2 if half % 2 else 0) for half in self._half]
        items = tuple((x[one], y[one]) for one in range(len(self._drawing.items)))
        lines = tuple(
            Line(number, self._points(vertices, x, y), head, back) for number, vertices, head, back in self._lines
        )
        joins = tuple((number, x[vertex], y[vertex]) for number, vertex in self._joins.items())
        width = max((x[one] + CARD for one in range(len(items))), default=0) + PAD
        height = max((y[vertex] + self._size[vertex] / 2 for vertex in range(len(y))), default=0) + PAD
        return Layout(width, height, items, joins, lines)

    # Private functions

    def _vertex(self, half: int, size: int) -> int:
        self._half.append(half)
        self._size.append(size)
        self._near.append([])
        return len(self._half) - 1

    def _link(self, one: int, other: int) -> None:
        self._near[one].append(other)
        self._near[other].append(one)

    def _chain(self, number: int, body: int, end: int, *, head: bool) -> None:
        first, last = self._half[body], self._half[end]
        if last <= first:
            self._lines.append((number, [body, end], head, True))
            return
        chain = [body]
        # A point in each column that is passed; in the gaps between, the line is free.
        chain += [self._vertex(half, POINT_ROW) for half in range(first + 1, last) if half % 2 == 0]
        chain.append(end)
        for one, other in pairwise(chain):
            self._link(one, other)
        self._lines.append((number, chain, head, False))

    def _order(self, sweeps: int) -> None:
        place = [0.0] * len(self._half)
        for column in self._columns:
            self._number(column, place)
        for sweep in range(sweeps):
            forward = sweep % 2 == 0
            for column in self._columns if forward else reversed(self._columns):
                half = self._half[column[0]] if column else 0
                centre = {vertex: self._centre(vertex, half, place, forward) for vertex in column}
                column.sort(key=lambda vertex: (centre[vertex], place[vertex]))
                self._number(column, place)

    def _number(self, column: Sequence[int], place: list[float]) -> None:
        # As shares of the column: a short column and a long one are compared fairly.
        for position, vertex in enumerate(column):
            place[vertex] = (position + 0.5) / len(column)

    def _centre(self, vertex: int, half: int, place: Sequence[float], forward: bool) -> float:
        near = [place[one] for one in self._near[vertex] if (self._half[one] < half) == forward]
        return sum(near) / len(near) if near else place[vertex]

    def _rows(self) -> list[float]:
        """Return the height of each vertex: near its neighbours, in order, without overlap."""
        y = [0.0] * len(self._half)
        tall = max((sum(self._size[v] for v in column) for column in self._columns), default=0)
        for column in self._columns:
            top = PAD + (tall - sum(self._size[v] for v in column)) / 2
            for vertex in column:
                y[vertex] = top + self._size[vertex] / 2
                top += self._size[vertex]
        for turn in range(8):
            for column in self._columns if turn % 2 else reversed(self._columns):
                wish = [
                    sum(y[one] for one in self._near[v]) / len(self._near[v]) if self._near[v] else y[v] for v in column
                ]
                self._settle(column, wish, y)
        least = min((y[v] - self._size[v] / 2 for v in range(len(y))), default=0)
        return [round(one - least + PAD, 1) for one in y]

    def _settle(self, column: Sequence[int], wish: Sequence[float], y: list[float]) -> None:
        """Place a column as near to its wishes as order and sizes allow: blocks that would overlap are averaged."""
        blocks: list[tuple[float, float, int]] = []  # (sum of wished tops, height, count)
        offset = 0.0
        for vertex, wanted in zip(column, wish, strict=True):
            size = self._size[vertex]
            blocks.append((wanted - size / 2, size, 1))
            while len(blocks) > 1 and self._top(blocks[-2]) + blocks[-2][1] > self._top(blocks[-1]):
                below, above = blocks.pop(), blocks.pop()
                # A member of the lower block wishes the merged top to be as much higher as the upper block is tall.
                blocks.append((above[0] + below[0] - below[2] * above[1], above[1] + below[1], above[2] + below[2]))
        position = 0
        for block in blocks:
            offset = self._top(block)
            for vertex in column[position : position + block[2]]:
                y[vertex] = offset + self._size[vertex] / 2
                offset += self._size[vertex]
            position += block[2]

    @staticmethod
    def _top(block: tuple[float, float, int]) -> float:
        return block[0] / block[2]

    def _points(
        self, vertices: Sequence[int], x: Sequence[float], y: Sequence[float]
    ) -> tuple[tuple[float, float], ...]:
        count = len(self._drawing.items)
        points: list[tuple[float, float]] = []
        for place, vertex in enumerate(vertices):
            if vertex < count:
                points.append((x[vertex] + (CARD if place == 0 else 0), y[vertex]))
            elif self._half[vertex] % 2:
                points.append((x[vertex], y[vertex]))
            else:  # past a column of cards: in at its left, out at its right
                points += [(x[vertex], y[vertex]), (x[vertex] + CARD, y[vertex])]
        return tuple(points)
