"""Compile attack steps to a graph that keeps only the levels something asks for or gives."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graphscan import kinds
from graphscan.derive.steps import StepTable
from graphscan.engine.assemble import Frame, Steps, assemble
from graphscan.engine.bodies import reduced
from graphscan.engine.csr import Bools, Ints, distinct
from graphscan.engine.graph import IMPLICATION, MAY, Graph
from graphscan.engine.guards import Guards, clean, join, with_fact
from graphscan.engine.levels import Kept, asked_masks, carry_back
from graphscan.engine.order import FIRST_CODE
from graphscan.errors import TechniqueError


def compile_steps(table: StepTable, extra: Sequence[tuple[int, int]] = ()) -> Graph:
    """
    Compile a table of steps.

    Reach over the facts that are kept is the same as over all levels. A requirement that another of the same step
    implies goes, and a step that gives what it needs. Of steps with the same source, target and guard the one of least
    (effort, technique, relation set) stays; a possible one goes where a known one is as cheap. The order of the
    table's rows does not matter.

    Args:
        table: the steps.
        extra: (node, level code) facts that must be kept because a question is about them.

    Raises:
        TechniqueError: a carried step joins nodes whose levels differ, or has only one carried end.
    """
    carried = _carried(table)
    kept = _kept(table, carried, np.array([*extra], np.int64).reshape(-1, 2))
    techniques, effort = table.techniques, table.effort.astype(np.uint8)
    if IMPLICATION not in techniques:
        techniques, effort = (*techniques, IMPLICATION), np.append(effort, np.uint8(0))
    node, level = kept.columns()
    guard_facts = kept.facts(table.guard_node, _bits(table, table.guard_node, table.guard_level))
    steps = _steps(table, carried, kept, techniques.index(IMPLICATION))
    steps, guards = reduced(steps, clean(table.guard_ptr, guard_facts), node, level)
    steps = steps.rows(_distinct(steps, effort, techniques.index(IMPLICATION)))
    guards = _possible_as_guard(steps, guards)
    known = _starts(table, kept, table.known_start)
    frame = Frame(
        relation_ptr=table.relation_ptr,
        relation_ids=table.relation_ids,
        techniques=techniques,
        effort=effort,
        known_start=known,
        possible_start=np.setdiff1d(_starts(table, kept, table.possible_start), known),
    )
    return assemble(node, level, steps, guards, frame)[0]


# Private functions


@dataclass(frozen=True, slots=True)
class _Draft(Steps):
    """Steps of which some are only possible; a graph says so by `MAY` in their guards."""

    possible: Bools


def _carried(table: StepTable) -> Bools:
    carried: Bools = table.source_level == kinds.CARRIED
    other_end = table.target_level == kinds.CARRIED
    family = table.node_family
    wrong = carried != other_end
    wrong |= carried & (family[table.source] != family[table.target])
    if wrong.any():
        name = table.techniques[int(table.technique[np.flatnonzero(wrong)[0]])]
        raise TechniqueError(
            f"technique {name} carries levels between nodes that do not have the same ones",
            "give a level at both ends of its steps",
        )
    return carried


def _bits(table: StepTable, nodes: Ints, codes: Ints) -> Ints:
    return codes.astype(np.int64) - FIRST_CODE[table.node_family[nodes]]


def _kept(table: StepTable, carried: Bools, extra: Ints) -> Kept:
    stated = ~carried
    starts = np.concatenate([table.known_start, table.possible_start, extra]).astype(np.int64)
    nodes: list[Ints] = [table.source[stated], table.target[stated], table.guard_node, starts[:, 0]]
    codes: list[Ints] = [table.source_level[stated], table.target_level[stated], table.guard_level, starts[:, 1]]
    masks = asked_masks(nodes, codes, table.node_family)
    carry_back(masks, table.source[carried], table.target[carried])
    return Kept.of(table.node_family, masks)


def _steps(table: StepTable, carried: Bools, kept: Kept, implication: int) -> _Draft:
    """Return all steps between kept facts, carried ones at each level their target keeps."""

    def between(rows: Ints, source_bits: Ints, target_bits: Ints) -> _Draft:
        return _Draft(
            kept.facts(table.source[rows], source_bits),
            kept.facts(table.target[rows], target_bits),
            table.guard[rows].astype(np.int64),
            table.technique[rows].astype(np.int64),
            table.relation_set[rows].astype(np.int64),
            table.possible[rows],
        )

    rows = np.flatnonzero(~carried)
    source_bits = _bits(table, table.source[rows], table.source_level[rows])
    target_bits = _bits(table, table.target[rows], table.target_level[rows])
    parts = [between(rows, source_bits, target_bits)]
    over = np.flatnonzero(carried)
    masks = kept.mask[table.target[over]]
    for bit in range(int(masks.max(initial=0)).bit_length()):
        rows = over[np.flatnonzero(masks >> np.uint32(bit) & np.uint32(1))]
        bits = np.full(len(rows), bit)
        parts.append(between(rows, bits, bits))
    higher, lower = kept.implications()
    nothing = np.full(len(higher), -1, np.int64)
    known = np.zeros(len(higher), bool)
    parts.append(_Draft(higher, lower, nothing, np.full(len(higher), implication), nothing, known))
    return _Draft.join(parts)


def _distinct(steps: _Draft, effort: Ints, implication: int) -> Ints:
    """Return the rows to keep, ascending: the best of those with the same ends and guard."""
    # Almost all rows are alone between their ends: only the others are compared further.
    ends = steps.source.astype(np.int64) << 32 | steps.target.astype(np.int64)
    order = np.argsort(ends, kind="stable")
    same = np.zeros(len(order), bool)
    same[1:] = ends[order][1:] == ends[order][:-1]
    same[:-1] |= same[1:].copy()
    several = order[same]
    cost = effort[steps.technique[several]]
    # Nothing says better than an implication what it says.
    keys = (steps.relation_set, np.where(steps.technique == implication, -1, steps.technique))
    ranked = several[
        np.lexsort(
            (*(key[several] for key in keys), cost, steps.possible[several], steps.guard[several], ends[several])
        )
    ]
    alike = np.zeros(len(ranked), bool)
    alike[1:] = (ends[ranked[1:]] == ends[ranked[:-1]]) & (steps.guard[ranked[1:]] == steps.guard[ranked[:-1]])
    begins = np.flatnonzero(~alike)
    number = np.cumsum(~alike) - 1
    cheapest = effort[steps.technique[ranked[begins[number]]]]
    # The first of a run stays; a possible one beside a known one only where it is cheaper.
    first_possible = np.zeros(len(ranked), bool)
    first_possible[1:] = alike[1:] & steps.possible[ranked[1:]] & ~steps.possible[ranked[:-1]]
    stays = ~alike | (first_possible & (effort[steps.technique[ranked]] < cheapest))
    return np.sort(np.concatenate([order[~same], ranked[stays]]))


def _possible_as_guard(steps: _Draft, guards: Guards) -> Guards:
    """Put MAY into the guard of every possible step, in place; return the guards that are then numbered."""
    shifted = np.where(steps.guard >= 0, steps.guard + len(guards), 2 * len(guards))
    steps.guard[steps.possible] = shifted[steps.possible]
    return join(join(guards, with_fact(guards, MAY)), Guards(np.array([0, 1]), np.array([MAY])))


def _starts(table: StepTable, kept: Kept, starts: Ints) -> Ints:
    starts = starts.astype(np.int64)
    return distinct(kept.facts(starts[:, 0], _bits(table, starts[:, 0], starts[:, 1])))
