"""Build a graph's index arrays from its facts, steps and guards."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from graphscan.engine.csr import Bools, Ints, distinct, grouped, index_type, pointers
from graphscan.engine.graph import Graph
from graphscan.engine.guards import Guards, canonical, pick


@dataclass(frozen=True, slots=True)
class Steps:
    """Columns of equal length, one row a step between facts; `guard` and `relation_set` -1 for none."""

    source: Ints
    target: Ints
    guard: Ints
    technique: Ints
    relation_set: Ints

    def __len__(self) -> int:
        return len(self.source)

    def rows(self, which: Ints | Bools) -> Self:
        """Return the rows of a mask or an order."""
        return type(self)(*(getattr(self, field.name)[which] for field in fields(self)))

    @classmethod
    def join(cls, parts: list[Self]) -> Self:
        """Return all rows, part after part."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


@dataclass(frozen=True, slots=True)
class Frame:
    """What a graph has beside its facts and steps."""

    relation_ptr: Ints
    relation_ids: Ints
    techniques: tuple[str, ...]
    effort: NDArray[np.uint8]
    known_start: Ints
    possible_start: Ints


def assemble(
    fact_node: NDArray[np.int32], fact_level: NDArray[np.uint8], steps: Steps, guards: Guards, frame: Frame
) -> tuple[Graph, Ints]:
    """
    Number the steps and index them.

    Args:
        steps:  in any order.
        guards: the sets that `steps.guard` numbers; unused ones are dropped and equal ones merged.

    Returns:
        The graph, and for each of its steps the row of `steps` it was.
    """
    facts = len(fact_node)
    used = distinct(steps.guard[steps.guard >= 0])
    kept, number = canonical(pick(guards, used))
    guard = np.full(len(steps), -1, np.int64)
    guarded = steps.guard >= 0
    guard[guarded] = number[np.searchsorted(used, steps.guard[guarded])]
    plain_rows, guarded_rows = np.flatnonzero(guard < 0), np.flatnonzero(guard >= 0)
    order = np.concatenate(
        [plain_rows[_order(steps, guard, plain_rows, facts)], guarded_rows[_order(steps, guard, guarded_rows, facts)]]
    )
    wide = index_type(max(len(steps), facts))
    source = steps.source[order].astype(wide, copy=False)
    target = steps.target[order].astype(wide, copy=False)
    guard = guard[order].astype(wide, copy=False)
    plain = len(plain_rows)
    in_ptr, in_steps = grouped(target, facts)
    guard_step_ptr, guard_steps = grouped(guard[plain:], len(kept))
    fact_guard_ptr, membership = grouped(kept.facts, facts)
    owners = np.repeat(np.arange(len(kept)), np.diff(kept.ptr))
    graph = Graph(
        fact_node=fact_node,
        fact_level=fact_level,
        step_source=source,
        step_target=target,
        step_guard=guard,
        step_technique=steps.technique[order].astype(np.int32),
        step_relation_set=steps.relation_set[order].astype(wide, copy=False),
        plain_ptr=pointers(source[:plain], facts).astype(wide, copy=False),
        guarded_ptr=(pointers(source[plain:], facts) + plain).astype(wide, copy=False),
        guard_ptr=kept.ptr.astype(index_type(len(kept.facts)), copy=False),
        guard_facts=kept.facts.astype(wide, copy=False),
        fact_guard_ptr=fact_guard_ptr,
        fact_guards=owners[membership].astype(wide, copy=False),
        guard_step_ptr=guard_step_ptr,
        guard_steps=(guard_steps + plain).astype(wide, copy=False),
        in_ptr=in_ptr,
        in_steps=in_steps,
        relation_ptr=frame.relation_ptr,
        relation_ids=frame.relation_ids,
        techniques=frame.techniques,
        effort=frame.effort,
        known_start=frame.known_start.astype(wide, copy=False),
        possible_start=frame.possible_start.astype(wide, copy=False),
    )
    return graph, order.astype(wide, copy=False)


# Private functions


def _order(steps: Steps, guard: Ints, rows: Ints, facts: int) -> Ints:
    """Return the order of some rows by (source, target, technique, guard, relation set, row)."""
    source, target = steps.source[rows].astype(np.int64), steps.target[rows].astype(np.int64)
    ends = source * facts + target  # facts < 2**31, so the product fits
    order = np.argsort(ends, kind="stable")
    tied = ends[order]
    same = np.zeros(len(rows), bool)
    same[1:] = tied[1:] == tied[:-1]
    same[:-1] |= same[1:].copy()
    # Few rows share both ends: only those need the longer comparison.
    spots = np.flatnonzero(same)
    among = order[spots]
    finer = np.lexsort((steps.relation_set[rows][among], guard[rows][among], steps.technique[rows][among], ends[among]))
    order[spots] = among[finer]
    return order
