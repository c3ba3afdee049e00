"""Random attack graphs as tables of steps, with levels, groups, guards and possible steps."""

import os
import random
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

from graphscan import kinds
from graphscan.derive.steps import StepTable

FULL = 10_000
CASES = int(os.environ.get("GRAPHSCAN_CASES", FULL // 10))

# Two people with several sign-in levels, two groups they may be in, and a little of everything else.
NODES = ("User", "User", "Group", "Group", "Credential", "Credential", "Application", "Tracker", "Control")
PRINCIPALS = (0, 1, 2, 3)
GROUPS = (2, 3)
SIGN_INS = ("act_as", "mfa", "mfa.session", "phishing_resistant", "act_as.managed", "top", "api_read", "api")
EFFORTS = (1, 0, 3, 2, 5)


@dataclass(frozen=True)
class Step:
    """One row of a table; `guard` holds (node, level code) pairs."""

    source: tuple[int, int]
    target: tuple[int, int]
    guard: tuple[tuple[int, int], ...]
    technique: int
    possible: bool
    relations: tuple[int, ...] = ()


@dataclass(frozen=True)
class Case:
    """A table, the same as rows, and facts to start from and to ask for."""

    rows: tuple[Step, ...]
    known: tuple[tuple[int, int], ...]
    maybe: tuple[tuple[int, int], ...]
    starts: tuple[tuple[int, int], ...]
    asked: tuple[tuple[int, int], ...]

    @property
    def table(self) -> StepTable:
        """The rows as arrays, guards interned in the order they come."""
        return build(self.rows, self.known, self.maybe)

    def shuffled(self, seed: int) -> "Case":
        """The same case with its rows in another order."""
        rows = list(self.rows)
        random.Random(seed).shuffle(rows)
        return replace(self, rows=tuple(rows))


def level_codes(node: int) -> list[int]:
    """The level codes that cases use of a node."""
    family = kinds.family_of(NODES[node])
    names = SIGN_INS if family.name == "principal" else family.levels
    return [kinds.level_code(NODES[node], name) for name in names]


def build(
    rows: tuple[Step, ...],
    known: tuple[tuple[int, int], ...] = (),
    maybe: tuple[tuple[int, int], ...] = (),
    nodes: tuple[str, ...] = NODES,
    techniques: tuple[str, ...] = tuple(f"test.t{effort}" for effort in EFFORTS),
    effort: tuple[int, ...] = EFFORTS,
) -> StepTable:
    """Make the arrays of a table."""
    guards = sorted({row.guard for row in rows if row.guard})
    facts = [fact for guard in guards for fact in guard]
    sets = sorted({row.relations for row in rows if row.relations})
    relations = [one for some in sets for one in some]
    families = list(kinds.FAMILIES)
    return StepTable(
        node_count=len(nodes),
        node_family=np.array([families.index(kinds.NODE_KINDS[kind].family) for kind in nodes], np.uint8),
        source=np.array([row.source[0] for row in rows], np.int32),
        source_level=np.array([row.source[1] for row in rows], np.uint8),
        target=np.array([row.target[0] for row in rows], np.int32),
        target_level=np.array([row.target[1] for row in rows], np.uint8),
        guard=np.array([guards.index(row.guard) if row.guard else -1 for row in rows], np.int32),
        technique=np.array([row.technique for row in rows], np.int32),
        possible=np.array([row.possible for row in rows], bool),
        relation_set=np.array([sets.index(row.relations) if row.relations else -1 for row in rows], np.int32),
        guard_ptr=np.cumsum([0, *(len(guard) for guard in guards)]).astype(np.int64),
        guard_node=np.array([node for node, _ in facts], np.int32),
        guard_level=np.array([level for _, level in facts], np.uint8),
        relation_ptr=np.cumsum([0, *map(len, sets)]).astype(np.int64),
        relation_ids=np.array(relations, np.int32),
        techniques=techniques,
        effort=np.array(effort, np.uint8),
        known_start=np.array(known, np.int32).reshape(-1, 2),
        possible_start=np.array(maybe, np.int32).reshape(-1, 2),
    )


_FACTS = tuple((node, code) for node in range(len(NODES)) for code in level_codes(node))
_ROW = 8  # bytes that a row is made of


def decode(data: bytes, most: int) -> Case:
    """
    Read a case out of bytes: one draw is quick to make, and still shrinks.

    Steps (30 % guarded, 15 % possible, some carried) join a few facts only, so that much is reached, guards are met and
    paths fork.
    """
    at = iter(data)
    pool = list(dict.fromkeys(_FACTS[next(at) % len(_FACTS)] for _ in range(9)))[: 5 + next(at) % 5]

    def some(count: int) -> tuple[tuple[int, int], ...]:
        return tuple(dict.fromkeys(pool[next(at) % len(pool)] for _ in range(count)))

    known, maybe = some(next(at) % 2), some(next(at) % 2)
    starts = some(2 + next(at) % 3)
    if next(at) % 3 == 0:
        starts = tuple(dict.fromkeys((*starts, _FACTS[next(at) % len(_FACTS)])))
    asked = tuple(dict.fromkeys(_FACTS[next(at) % len(_FACTS)] for _ in range(next(at) % 3)))
    rows = []
    for _ in range(6 + next(at) % (most - 5)):
        a, b, c, d, chance, unsure, kind, technique = (next(at) for _ in range(_ROW))
        source, target, first, second = (pool[one % len(pool)] for one in (a, b, c, d))
        if source[0] in PRINCIPALS and target[0] in GROUPS and source[0] != target[0] and kind % 3:
            source, target = (source[0], kinds.CARRIED), (target[0], kinds.CARRIED)
        guard: set[tuple[int, int]] = set()
        if chance % 100 < 30:
            guard = {first, second} if kind % 3 == 2 else {first}
        rests_on = (a % 4, 4 + b % 4) if d % 3 else ()
        rows.append(Step(source, target, tuple(sorted(guard)), technique % len(EFFORTS), unsure % 100 < 15, rests_on))
    return Case(tuple(rows), known, maybe, starts, asked)


def cases(most: int = 22) -> st.SearchStrategy[Case]:
    """Tables of six to `most` steps, starts, and facts to ask for."""
    size = 28 + _ROW * most
    return st.binary(min_size=size, max_size=size).map(lambda data: decode(data, most))
