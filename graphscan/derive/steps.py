"""Attack steps as arrays: what techniques yield, and what the engine compiles."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class StepTable:
    """
    Steps between facts, a fact being (node number, level code); S steps, G interned guards, R interned relation sets.

    A step fires when its source fact and every fact of its guard are held, and gives its target fact. Levels are codes
    of `kinds.LEVELS`; `kinds.CARRIED` at both ends of a step means "at each level, the same at both ends".

    Attributes:
        node_count:      stated nodes come first, in order of id, then derived ones.
        node_family:     (node_count,) uint8, index into `list(kinds.FAMILIES)`.
        source, target:  (S,) node numbers.
        source_level, target_level: (S,) uint8 level codes.
        guard:           (S,) number of the guard, -1 for none.
        technique:       (S,) index into `techniques`.
        possible:        (S,) bool, True where the step may exist but is not known to.
        relation_set:    (S,) number of the set of relations the step rests on, -1 for none.
        guard_ptr:       (G+1,) where each guard's facts begin.
        guard_node, guard_level: the guards' facts, sorted within a guard.
        relation_ptr:    (R+1,) where each relation set begins.
        relation_ids:    relation numbers, sorted within a set.
        techniques:      names, `structural:KIND` for steps that a relation kind is on its own.
        effort:          (len(techniques),) uint8, 0 for structural steps over derived nodes, else 1 (a request) … 5.
        known_start:     (K, 2) ambient facts: what anyone holds, as (node, level code).
        possible_start:  (P, 2) facts that anyone may hold: controls whose enforcement is unknown.
    """

    node_count: int
    node_family: NDArray[np.uint8]
    source: Ints
    source_level: NDArray[np.uint8]
    target: Ints
    target_level: NDArray[np.uint8]
    guard: Ints
    technique: Ints
    possible: NDArray[np.bool_]
    relation_set: Ints
    guard_ptr: NDArray[np.int64]
    guard_node: Ints
    guard_level: NDArray[np.uint8]
    relation_ptr: NDArray[np.int64]
    relation_ids: Ints
    techniques: tuple[str, ...]
    effort: NDArray[np.uint8]
    known_start: Ints = field(default_factory=lambda: np.zeros((0, 2), np.int32))
    possible_start: Ints = field(default_factory=lambda: np.zeros((0, 2), np.int32))

    def __len__(self) -> int:
        return len(self.source)
