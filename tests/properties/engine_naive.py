"""What the engine must agree with, the slow and obvious way, in plain Python."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from engine_cases import EFFORTS, NODES, Case

from graphscan import kinds
from graphscan.engine.graph import Graph

Fact = tuple[int, int]


@dataclass(frozen=True)
class Rule:
    """All of `body` gives `head`."""

    body: frozenset[Fact]
    head: Fact
    effort: int


def needed(facts: set[Fact]) -> frozenset[Fact]:
    """The facts without those that another of them implies."""

    def implied(low: Fact) -> bool:
        family, name = kinds.LEVELS[low[1]]
        return any(
            high[0] == low[0] and (kinds.LEVELS[high[1]][1], name) in kinds.FAMILIES[family].implies for high in facts
        )

    return frozenset(fact for fact in facts if not implied(fact))


def all_levels(case: Case, may: bool) -> list[Rule]:
    """Every step at every level, every implication, nothing left out."""
    rules = []
    for row in case.rows:
        if row.possible and not may:
            continue
        if row.source[1] == kinds.CARRIED:
            family = kinds.family_of(NODES[row.source[0]])
            for name in family.levels:
                code = kinds.LEVEL_CODES[family.name, name]
                body = needed({(row.source[0], code), *row.guard})
                rules.append(Rule(body, (row.target[0], code), EFFORTS[row.technique]))
        else:
            rules.append(Rule(needed({row.source, *row.guard}), row.target, EFFORTS[row.technique]))
    for node, kind in enumerate(NODES):
        family = kinds.family_of(kind)
        for higher, lower in family.implies:
            codes = kinds.LEVEL_CODES
            rules.append(Rule(frozenset({(node, codes[family.name, higher])}), (node, codes[family.name, lower]), 0))
    return rules


def begin(case: Case, may: bool) -> set[Fact]:
    """The starts, ambient ones included."""
    return {*case.starts, *case.known, *(case.maybe if may else ())}


def fixpoint(rules: Iterable[Rule], start: Iterable[Fact]) -> set[Fact]:
    """Fire rules until nothing changes."""
    held = set(start)
    rules = list(rules)
    changed = True
    while changed:
        changed = False
        for rule in rules:
            if rule.head not in held and rule.body <= held:
                held.add(rule.head)
                changed = True
    return held


def knuth(rules: Iterable[Rule], start: Iterable[Fact]) -> dict[Fact, int]:
    """Cheapest derivation of every fact, by repeated relaxation."""
    cost = dict.fromkeys(start, 0)
    rules = list(rules)
    changed = True
    while changed:
        changed = False
        for rule in rules:
            if rule.body <= cost.keys():
                new = rule.effort + sum(cost[fact] for fact in rule.body)
                if new < cost.get(rule.head, new + 1):
                    cost[rule.head] = new
                    changed = True
    return cost


# The compiled graph read out as plain lists, for what is said about its steps.


@dataclass(frozen=True)
class Plain:
    """A graph's steps as (body, head) over fact numbers."""

    body: list[frozenset[int]]
    head: list[int]
    effort: list[int]
    implication: list[bool]
    higher: dict[int, set[int]]

    @classmethod
    def of(cls, graph: Graph) -> "Plain":
        """Read the arrays of a graph, and nothing else of it."""
        body = []
        for step in range(len(graph.step_source)):
            guard = int(graph.step_guard[step])
            facts = {int(graph.step_source[step])}
            if guard >= 0:
                facts |= set(graph.guard_facts[graph.guard_ptr[guard] : graph.guard_ptr[guard + 1]].tolist())
            body.append(frozenset(facts))
        names = [graph.techniques[number] for number in graph.step_technique.tolist()]
        efforts = [int(graph.effort[number]) for number in graph.step_technique.tolist()]
        facts_at = list(zip(graph.fact_node.tolist(), graph.fact_level.tolist(), strict=True))
        higher: dict[int, set[int]] = {}
        for low, (node, code) in enumerate(facts_at[1:], 1):
            family, name = kinds.LEVELS[code]
            implied = kinds.FAMILIES[family].implies
            higher[low] = {
                high
                for high, (other, stronger) in enumerate(facts_at[1:], 1)
                if other == node and (kinds.LEVELS[stronger][1], name) in implied
            }
        return cls(body, graph.step_target.tolist(), efforts, [name == "implies" for name in names], higher)

    def closure(
        self, start: Iterable[int], steps: Iterable[int] | None = None, without: Iterable[int] = ()
    ) -> set[int]:
        """Everything that follows from some facts by some steps, with some facts never held."""
        shut = set(without)
        held = set(start) - shut
        used = list(range(len(self.head)) if steps is None else steps)
        changed = True
        while changed:
            changed = False
            for step in used:
                if self.head[step] not in held and self.head[step] not in shut and self.body[step] <= held:
                    held.add(self.head[step])
                    changed = True
        return held


def subsets(items: Iterable[int]) -> Iterator[frozenset[int]]:
    """All subsets, small ones first."""
    pool = sorted(items)
    for size in range(len(pool) + 1):
        yield from (frozenset(some) for some in combinations(pool, size))


def minimal(families: Iterable[frozenset[int]]) -> set[frozenset[int]]:
    """The sets that hold no other of them."""
    sets = set(families)
    return {one for one in sets if not any(other < one for other in sets)}
