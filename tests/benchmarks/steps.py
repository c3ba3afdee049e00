"""The attack steps of a generated organisation as arrays, without a store: what derive yields of the same relations."""

import numpy as np
from numpy.typing import NDArray

from graphscan import kinds
from graphscan.derive.steps import StepTable
from tests.benchmarks.organisation import NODE_KINDS, Ints, Organisation, Relations
from tests.benchmarks.rules import CONTROL_STATES

_GUARDED_BY_REACHABILITY = {("ASSIGNED_TO", "Application"), ("ASSIGNED_TO", "Host"), ("ACCOUNT_OF", "Application")}


def step_table(organisation: Organisation) -> StepTable:
    """
    Return a step for each relation, as the techniques would derive it.

    The few relations that give several steps in a store (second factors on a managed device) give one here.
    """
    names = sorted({f"benchmark:{block.rule.kind}" for block in organisation.relations})
    columns = [_block(organisation, block, names) for block in organisation.relations]
    source, source_level, target, target_level, technique, controls, extra = (
        np.concatenate(parts) for parts in zip(*columns, strict=True)
    )
    guard, guard_ptr, guard_node, guard_level = _guards(organisation, controls, extra)
    family = np.array([list(kinds.FAMILIES).index(kinds.NODE_KINDS[name].family) for name in NODE_KINDS], np.uint8)
    count = len(source)
    known, possible = _ambient(organisation)
    return StepTable(
        node_count=len(organisation),
        node_family=family[organisation.kind],
        source=source.astype(np.int32),
        source_level=source_level.astype(np.uint8),
        target=target.astype(np.int32),
        target_level=target_level.astype(np.uint8),
        guard=guard.astype(np.int32),
        technique=technique.astype(np.int32),
        possible=np.zeros(count, bool),
        relation_set=np.arange(count, dtype=np.int32),
        guard_ptr=guard_ptr,
        guard_node=guard_node.astype(np.int32),
        guard_level=guard_level.astype(np.uint8),
        relation_ptr=np.arange(count + 1, dtype=np.int64),
        relation_ids=np.arange(count, dtype=np.int32),
        techniques=tuple(names),
        effort=np.ones(len(names), np.uint8),
        known_start=known,
        possible_start=possible,
    )


# Private functions


def _block(organisation: Organisation, block: Relations, names: list[str]) -> tuple[Ints, ...]:
    """
    Return (source, source level, target, target level, technique, set of controls, further guard fact) of each step.

    The last is node × 256 + level code, -1 for none.
    """
    rule, count = block.rule, len(block.source)
    row = kinds.RELATION_KINDS[rule.kind]
    start, end = (rule.target, rule.source) if row.starts_at_target else (rule.source, rule.target)
    source, target = (block.target, block.source) if row.starts_at_target else (block.source, block.target)
    if row.carries:
        needs, gives = np.full(count, kinds.CARRIED), np.full(count, kinds.CARRIED)
    else:
        needs = np.full(count, kinds.level_code(start, rule.needs or kinds.start_level(rule.kind, start)))
        codes = np.array([kinds.level_code(end, level or kinds.end_level(rule.kind, end)) for level in block.levels])
        gives = codes[block.gives]
    extra = np.full(count, -1, np.int64)
    if rule.kind == "ACCOUNT_OF":  # whoever acts as an account uses the interface of its application
        target, gives = source, np.full(count, kinds.level_code(rule.source, "api"))
    if (rule.kind, rule.target) in _GUARDED_BY_REACHABILITY:
        extra = block.target * 256 + kinds.level_code(rule.target, "reachable")
    if rule.kind == "HAS_CREDENTIAL":
        factor = organisation.factor[block.target]
        gives = np.where(factor, kinds.level_code(rule.source, "mfa"), gives)
        extra = np.where(factor, block.source * 256 + kinds.level_code(rule.source, "act_as"), extra)
    technique = np.full(count, names.index(f"benchmark:{rule.kind}"))
    return source, needs, target, gives, technique, block.guard, extra


def _guards(organisation: Organisation, controls: Ints, extra: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Intern the guards: a set of controls, a further fact, or both."""
    guarded = np.flatnonzero((controls >= 0) | (extra >= 0))
    base = len(organisation) * 256 + 1
    keys, number = np.unique((controls[guarded] + 1) * base + extra[guarded] + 1, return_inverse=True)
    pairs = np.column_stack(np.divmod(keys, base)) - 1
    guard = np.full(len(controls), -1, np.int64)
    guard[guarded] = number.reshape(-1)
    defeated = kinds.level_code("Control", "defeated")
    sets = np.vstack([organisation.guards, [[-1, -1]]])[pairs[:, 0]]  # the last row stands for no controls
    facts = np.column_stack([np.where(sets >= 0, sets * 256 + defeated, -1), pairs[:, 1]])
    facts.sort(axis=1)
    present = facts >= 0
    pointers = np.zeros(len(pairs) + 1, np.int64)
    np.cumsum(present.sum(axis=1), out=pointers[1:])
    nodes, levels = np.divmod(facts[present], 256)
    return guard, pointers, nodes, levels


def _ambient(organisation: Organisation) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    defeated = kinds.level_code("Control", "defeated")
    first = organisation.pools["Control"][0]
    states = list(CONTROL_STATES)
    open_, unknown = (first + np.flatnonzero(organisation.state == states.index(name)) for name in ("no", "unknown"))
    known = [(organisation.internet, kinds.level_code("Segment", "position")), *((n, defeated) for n in open_.tolist())]
    possible = [(n, defeated) for n in unknown.tolist()]
    return np.asarray(known, np.int32), np.asarray(possible, np.int32).reshape(-1, 2)
