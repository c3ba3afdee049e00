"""Tables of steps between named facts, written the way one would say them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from graphscan import kinds
from graphscan.derive.steps import StepTable
from graphscan.engine.graph import Graph


@dataclass
class Tables:
    """
    Nodes by name and steps between `node::level` facts, growing.

    `step("a::held", "b::act_as", "c::defeated")` needs a and c and gives b; the level `*` at both ends is carried.
    """

    kinds: dict[str, str]
    rows: list[tuple[str, str, tuple[str, ...], int, bool]] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    efforts: tuple[int, ...] = (1, 2, 3)

    def step(self, source: str, target: str, *guard: str, technique: int = 0, possible: bool = False) -> None:
        """Add a step."""
        self.rows.append((source, target, guard, technique, possible))

    def fact(self, text: str) -> tuple[int, int]:
        """(node, level code) of `node::level`."""
        name, level = text.split("::")
        code = kinds.CARRIED if level == "*" else kinds.level_code(self.kinds[name], level)
        return list(self.kinds).index(name), code

    def at(self, graph: Graph, text: str) -> int:
        """The fact of a compiled graph."""
        return graph.at(*self.fact(text))

    def table(self) -> StepTable:
        """The arrays."""
        families = list(kinds.FAMILIES)
        numbers = {name: number for number, name in enumerate(self.kinds)}

        def columns(facts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
            split = [text.split("::") for text in facts]
            codes = [
                kinds.CARRIED if level == "*" else kinds.level_code(self.kinds[name], level) for name, level in split
            ]
            return np.array([numbers[name] for name, _ in split], np.int32), np.array(codes, np.uint8)

        source, source_level = columns([row[0] for row in self.rows])
        target, target_level = columns([row[1] for row in self.rows])
        guards = [sorted(row[2], key=self.fact) for row in self.rows]
        guard_node, guard_level = columns([fact for guard in guards for fact in guard])
        known, known_level = columns(self.known)
        return StepTable(
            node_count=len(self.kinds),
            node_family=np.array(
                [families.index(kinds.NODE_KINDS[kind].family) for kind in self.kinds.values()], np.uint8
            ),
            source=source,
            source_level=source_level,
            target=target,
            target_level=target_level,
            guard=np.arange(len(self.rows), dtype=np.int32),
            technique=np.array([row[3] for row in self.rows], np.int32),
            possible=np.array([row[4] for row in self.rows], bool),
            relation_set=np.full(len(self.rows), -1, np.int32),
            guard_ptr=np.cumsum([0, *map(len, guards)]),
            guard_node=guard_node,
            guard_level=guard_level,
            relation_ptr=np.zeros(1, np.int64),
            relation_ids=np.zeros(0, np.int32),
            techniques=tuple(f"test.t{effort}" for effort in self.efforts),
            effort=np.array(self.efforts, np.uint8),
            known_start=np.stack([known, known_level.astype(np.int32)], axis=1).astype(np.int32),
        )
