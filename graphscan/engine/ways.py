"""
What is reached in each of many ways in which blockers fail, at once.

A fact has one bit for each way, set where the fact is held if those blockers fail; a step passes on the bits that all
of its preconditions have. The least fixed point of this is the reach of each way on its own, for the price of one
search over whole numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_

import numpy as np

from graphscan.engine.contract import members
from graphscan.engine.csr import Bools
from graphscan.engine.graph import Graph
from graphscan.engine.slice import Slice


@dataclass(frozen=True, slots=True)
class Blocker:
    """
    Something whose failure lets an attacker go on.

    Attributes:
        gives:  facts that are held once it fails.
        frees:  facts that nothing gives before it fails: of several blockers that free a fact any one is enough.
        starts: whether what it gives belongs to what the question starts from, as a dead credential in it does.
    """

    gives: tuple[int, ...] = ()
    frees: tuple[int, ...] = ()
    starts: bool = False


@dataclass(frozen=True)
class Failing:
    """
    Ways to fail, as bits.

    Attributes:
        every: the bits of all ways.
        of:    for each blocker in any of them, the bits of those it is in.
    """

    every: int
    of: Mapping[int, int]

    @classmethod
    def ways(cls, ways: Sequence[tuple[int, ...]]) -> "Failing":
        """Number some ways, each a set of blockers."""
        of: dict[int, int] = {}
        for place, way in enumerate(ways):
            for one in way:
                of[one] = of.get(one, 0) | 1 << place
        return cls((1 << len(ways)) - 1, of)


@dataclass(frozen=True)
class Part:
    """
    A slice as plain lists, its facts numbered from 0, without what is held although nothing fails.

    Attributes:
        place:  the number of each fact of the graph that takes part.
        bodies, heads: preconditions and target of each step.
        uses:   the steps that need each fact.
        begins: facts that are held from the start, once freed.
        gives, frees: of each blocker, where it takes part.
        size:   how many preconditions and steps there are.
    """

    place: dict[int, int]
    bodies: list[list[int]]
    heads: list[int]
    uses: list[list[int]]
    begins: list[int]
    gives: dict[int, list[int]]
    frees: dict[int, list[int]]
    size: int

    @classmethod
    def of(
        cls,
        graph: Graph,
        part: Slice,
        held: Bools,
        begins: Iterable[int],
        blockers: Sequence[Blocker],
        largest: int,
        *,
        starts: bool,
    ) -> "Part | None":
        """
        Read a slice out of a graph.

        Args:
            held:    (F,) what is held although nothing fails.
            begins:  what is held from the start; facts in `held` may be among it.
            largest: of how many preconditions and steps a part may be; None is returned for a larger one.
            starts:  whether blockers give what belongs to the starts.
        """
        facts = part.facts[~held[part.facts]]
        steps = part.steps[~held[graph.step_target[part.steps]]]
        row, body = members(graph, steps)
        stays = ~held[body]
        row, body = row[stays], body[stays]
        if len(body) + len(steps) > largest:
            return None
        number = np.full(graph.fact_count, -1, np.int64)
        number[facts] = np.arange(len(facts))
        bodies: list[list[int]] = [[] for _ in range(len(steps))]
        uses: list[list[int]] = [[] for _ in range(len(facts))]
        for step, fact in zip(row.tolist(), number[body].tolist(), strict=True):
            bodies[step].append(fact)
            uses[fact].append(step)
        place = {fact: here for here, fact in enumerate(facts.tolist())}

        def there(some: Iterable[int]) -> list[int]:
            return [place[fact] for fact in some if fact in place]

        taking = {n: one for n, one in enumerate(blockers) if starts or not one.starts}
        return cls(
            place=place,
            bodies=bodies,
            heads=number[graph.step_target[steps]].tolist(),
            uses=uses,
            begins=there(begins),
            gives={n: given for n, one in taking.items() if (given := there(one.gives))},
            frees={n: freed for n, one in enumerate(blockers) if (freed := there(one.frees))},
            size=len(body) + len(steps),
        )

    def reached(self, failing: Failing) -> list[int]:
        """Return for each fact of the part the bits of the ways in which it is held."""
        mask: dict[int, int] = {}
        for one, facts in self.frees.items():
            for fact in facts:
                mask[fact] = mask.get(fact, 0) | failing.of.get(one, 0)
        begin = dict.fromkeys(self.begins, failing.every)
        for one, facts in self.gives.items():
            for fact in facts:
                begin[fact] = begin.get(fact, 0) | failing.of.get(one, 0)
        held = [0] * len(self.uses)
        for fact, bits in begin.items():
            held[fact] = bits & mask.get(fact, failing.every)
        waiting = list(begin)
        bodies, heads, uses, every = self.bodies, self.heads, self.uses, failing.every

        def fire(step: int) -> None:
            head = heads[step]
            bits = reduce(and_, (held[fact] for fact in bodies[step]), every) & ~held[head]
            if bits and head in mask:
                bits &= mask[head]
            if bits:
                held[head] |= bits
                waiting.append(head)

        for step, body in enumerate(bodies):
            if not body:  # all it needs is held although nothing fails: what it gives has to be freed
                fire(step)
        while waiting:
            for step in uses[waiting.pop()]:
                fire(step)
        return held
