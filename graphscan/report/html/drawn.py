"""What of a slice is drawn: families as one item, steps between items as one arrow, columns by how far the start is."""

import heapq
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from graphscan.analysis.report_parts import ReportSlice
from graphscan.engine.graph import IMPLICATION


@dataclass(frozen=True, slots=True)
class Item:
    """
    A node, or a family of nodes.

    Attributes:
        members: places of nodes.
        column:  how many steps from the start, at the least; ascending without gaps.
    """

    members: tuple[int, ...]
    column: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """
    Steps between the same items.

    Attributes:
        bodies: items that are needed, all of them; several meet in a join.
        target: the item that they give something of.
        steps:  places of steps.
        possible: whether each of them is merely possible.
    """

    bodies: tuple[int, ...]
    target: int
    steps: tuple[int, ...]
    possible: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """Items and arrows between them, and for each node of the slice its item, -1 where it is not drawn."""

    items: tuple[Item, ...]
    arrows: tuple[Arrow, ...]
    item_of: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """
    How a slice is read.

    Attributes:
        column: of each node how many steps from the start it stands; -1: not drawn, as anyone has it whatever is tried.
        first:  steps that give a fact first, known ones and then possible ones.
        known:  facts that are known to be reached.
    """

    column: tuple[int, ...]
    first: frozenset[int]
    known: frozenset[int]


def order(part: ReportSlice) -> Order:
    """
    Return in which order a slice is read.

    A node stands one column right of all that its first derivation needs, by what is known where that reaches it. Being
    merely reachable puts a thing nowhere; what is open to anyone stands left of its use.
    """
    anyone = {*part.ambient, *part.possible_ambient}
    must, first = _rounds(part, {*part.starts, *part.ambient}, may=False)
    may, other = _rounds(part, {*part.starts, *part.possible_starts, *anyone}, may=True)
    when = {**may, **must}
    node_of = [fact.node for fact in part.facts]
    # What is merely reachable is no access: it counts only where there is nothing else.
    access: dict[int, int] = {}
    weak: dict[int, int] = {}
    for fact, at in when.items():
        if fact not in anyone:
            found = weak if part.facts[fact].level == REACHABLE else access
            found[node_of[fact]] = min(at, found.get(node_of[fact], at))
    column = [access.get(node, weak.get(node, -1)) for node in range(len(part.nodes))]
    uses: dict[int, int] = {}
    tried = {choice.node for choice in part.choices}
    for step in part.steps:
        at = column[node_of[step.target]]
        for node in {node_of[fact] for fact in (step.source, *step.guard)} & tried if at > 0 else ():
            uses[node] = min(at, uses.get(node, at))
    for fact in anyone:
        node = node_of[fact]
        if column[node] < 0 and node in uses:
            column[node] = max(0, uses[node] - 1)
    levels = {at: place for place, at in enumerate(sorted({*column} - {-1}))}
    made = {*first.values(), *(step for fact, step in other.items() if fact not in must)}
    return Order(tuple(levels.get(at, -1) for at in column), frozenset(made), frozenset(must))


def main_steps(part: ReportSlice, read: Order) -> frozenset[int]:
    """Return the steps that are drawn at first: known ones where those reach anything, none that only leads back."""
    node_of = [fact.node for fact in part.facts]
    known = any(fact in read.known for fact in part.targets)
    chosen = set()
    for place, step in enumerate(part.steps):
        body = {step.source, *step.guard}
        if known and (step.possible or not body <= read.known):
            continue
        if place in read.first or max(read.column[node_of[fact]] for fact in body) < read.column[node_of[step.target]]:
            chosen.add(place)
    return frozenset(chosen)


def drawing(part: ReportSlice, read: Order, steps: Collection[int], nodes: Collection[int] | None = None) -> Drawing:
    """
    Return items and arrows.

    Args:
        steps: draw only these.
        nodes: draw only these; None: the ends of the steps.
    """
    column = read.column
    node_of = [fact.node for fact in part.facts]
    if nodes is None:
        ends = (part.steps[place] for place in steps)
        nodes = {node_of[fact] for step in ends for fact in (step.source, *step.guard, step.target)}
        nodes |= {node_of[fact] for fact in (*part.starts, *part.possible_starts)}
    wanted = {n for n, place in enumerate(column) if place >= 0 and n in nodes}
    item_of = [-1] * len(part.nodes)
    members: list[tuple[int, ...]] = []
    for group in part.groups:
        here = tuple(node for node in group if node in wanted)
        for node in here:
            item_of[node] = len(members)
        if here:
            members.append(here)
    for node in sorted(wanted):
        if item_of[node] < 0:
            item_of[node] = len(members)
            members.append((node,))
    items = [Item(several, min(column[node] for node in several)) for several in members]
    order = sorted(range(len(items)), key=lambda one: (items[one].column, items[one].members[0]))
    moved = {old: new for new, old in enumerate(order)}
    item_of = [moved[one] if one >= 0 else -1 for one in item_of]
    merged: dict[tuple[tuple[int, ...], int], list[int]] = defaultdict(list)
    needs = _Needs(part, read, steps)
    for place in sorted(steps):
        target = node_of[part.steps[place].target]
        if item_of[target] < 0 or needs.merely_reachable(place):
            continue
        for body in needs.of(place):
            drawn = {node for node in body if column[node] >= 0}
            items_ = {item_of[node] for node in drawn} - {item_of[target]}
            if items_ and all(item_of[node] >= 0 for node in drawn):
                merged[tuple(sorted(items_)), item_of[target]].append(place)
    arrows = [
        Arrow(bodies, target, tuple(steps), all(part.steps[one].possible for one in steps))
        for (bodies, target), steps in sorted(merged.items())
    ]
    return Drawing(tuple(items[one] for one in order), tuple(arrows), tuple(item_of))


# Private functions

_MOST_WAYS = 8  # in which one step's own requirements are drawn
REACHABLE = "reachable"


class _Needs:
    """
    What a step needs of other nodes.

    What it needs of its own target's node (that an application can be talked to, that somebody is signed in already)
    is replaced by what gives that: else "an account and a position" would look like either of them.
    """

    def __init__(self, part: ReportSlice, read: Order, steps: Collection[int]) -> None:
        self._part = part
        self._read = read
        self._anyone = {*part.ambient, *part.possible_ambient}
        self._gives: dict[int, list[int]] = defaultdict(list)
        for place in sorted(steps):
            if part.steps[place].technique != IMPLICATION:
                self._gives[part.steps[place].target].append(place)
        self._access = {fact.node for fact in part.facts if fact.level != REACHABLE}

    def merely_reachable(self, place: int) -> bool:
        """Return whether a step makes a thing reachable that is drawn for more: the step that uses it tells so."""
        fact = self._part.facts[self._part.steps[place].target]
        return fact.level == REACHABLE and fact.node in self._access

    def of(self, place: int) -> set[frozenset[int]]:
        """Return sets of nodes, each enough."""
        return self._of(place, frozenset())

    def _of(self, place: int, seen: frozenset[int]) -> set[frozenset[int]]:
        step, facts = self._part.steps[place], self._part.facts
        own = facts[step.target].node
        body = {step.source, *step.guard}
        found = {frozenset(facts[fact].node for fact in body if facts[fact].node != own)}
        for fact in sorted(fact for fact in body if facts[fact].node == own and fact not in self._anyone):
            ways: set[frozenset[int]] = set()
            for one in self._givers(fact):
                if one not in seen and one != place:
                    ways |= self._of(one, seen | {place})
            if ways:
                found = set(sorted({a | b for a in found for b in ways}, key=sorted)[:_MOST_WAYS])
        return found

    def _givers(self, fact: int) -> list[int]:
        givers = self._gives[fact]
        if self._part.facts[fact].level == REACHABLE:
            return givers
        return [place for place in givers if place in self._read.first]


def _rounds(part: ReportSlice, begin: Collection[int], *, may: bool) -> tuple[dict[int, int], dict[int, int]]:
    """Return for each fact how many steps to other nodes come before it, at the least, and the step that gives it."""
    node_of = [fact.node for fact in part.facts]
    uses: dict[int, list[int]] = defaultdict(list)
    lacking = []
    for place, step in enumerate(part.steps):
        body = {step.source, *step.guard}
        lacking.append(len(body))
        for fact in body if may or not step.possible else ():
            uses[fact].append(place)
    queue = [(0, fact, -1) for fact in sorted(begin)]
    anyone = {*part.ambient, *part.possible_ambient}
    found: dict[int, int] = {}
    made: dict[int, int] = {}
    while queue:
        when, fact, by = heapq.heappop(queue)
        if fact in found:
            continue
        found[fact] = when
        if by >= 0:
            made[fact] = by
        for place in uses[fact]:
            lacking[place] -= 1
            if not lacking[place]:
                step = part.steps[place]
                needed = {node_of[one] for one in (step.source, *step.guard) if one not in anyone}
                further = bool(needed - {node_of[step.target]})
                heapq.heappush(queue, (when + further, step.target, place))
    return found, made
