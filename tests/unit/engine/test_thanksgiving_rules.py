"""The 25 literal rules of the Cloudflare case, fed to the engine as steps: sets, cuts, rotation, derivation counts."""

from itertools import combinations

import numpy as np
import pytest

from graphscan import kinds
from graphscan.derive.steps import StepTable
from graphscan.engine.compile import compile_steps
from graphscan.engine.distance import distances
from graphscan.engine.graph import Graph
from graphscan.engine.pairs import find_pairs
from graphscan.engine.paths import find_paths
from graphscan.engine.question import Question
from graphscan.engine.reach import reach
from graphscan.engine.sets import sets_and_cuts

# What each rule needs and gives, R01 … R25. What was open at the time (ScriptRunner, egress, the ACL) needs nothing.
RULES = {
    "R01": ("internet moveworks", "edge"),
    "R02": ("edge smartsheet", "jira-login"),
    "R03": ("edge smartsheet", "confluence-login"),
    "R04": ("jira-login", "jira"),
    "R05": ("confluence-login", "confluence"),
    "R06": ("jira-login", "jira-admin"),
    "R07": ("jira-admin", "attacker-user"),
    "R08": ("edge attacker-user", "jira"),
    "R09": ("edge attacker-user", "confluence"),
    "R10": ("jira-admin", "host"),
    "R11": ("host", "implant"),
    "R12": ("internet implant", "position"),
    "R13": ("position", "edge"),
    "R14": ("edge bitbucket", "repos"),
    "R15": ("position", "repos"),
    "R16": ("position", "jira"),
    "R17": ("position", "confluence"),
    "R18": ("internet aws", "aws-apps"),
    "R19": ("position", "console-net"),
    "R20": ("console-net hardkey", "console"),
    "R21": ("console in-production", "global-network"),
    "R22": ("internet session hardkey", "okta-admin"),
    "R23": ("internet hardkey", "dashboard"),
    "R24": ("global-network", "customer-data"),
    "R25": ("dashboard", "customer-data"),
}
DISK = ("R15", "R16", "R17")
FOUR = ("moveworks", "smartsheet", "bitbucket", "aws")
NAMES = sorted({name for needs, gives in RULES.values() for name in [*needs.split(), gives]})
ASSETS = {"J": "jira", "C": "confluence", "S": "repos", "H": "host", "N": "console-net", "A": "aws-apps"}
NEVER = ("console", "global-network", "okta-admin", "dashboard", "customer-data")


def fact(name: str) -> int:
    """The fact of a name: each is one node with one level."""
    return 1 + NAMES.index(name)


def rules(colocated: bool) -> dict[str, tuple[str, str]]:
    """The rules, without those that read from a shared disk where the applications do not share the host."""
    return {name: rule for name, rule in RULES.items() if colocated or name not in DISK}


def compiled(colocated: bool) -> Graph:
    """The rules as a graph: the first need is the source, the others the guard."""
    held = kinds.level_code("Credential", "held")
    chosen = list(rules(colocated).values())
    bodies = [[NAMES.index(name) for name in needs.split()] for needs, _ in chosen]
    guards = [body[1:] for body in bodies]
    count = len(chosen)
    return compile_steps(
        StepTable(
            node_count=len(NAMES),
            node_family=np.full(len(NAMES), list(kinds.FAMILIES).index("held"), np.uint8),
            source=np.array([body[0] for body in bodies], np.int32),
            source_level=np.full(count, held, np.uint8),
            target=np.array([NAMES.index(gives) for _, gives in chosen], np.int32),
            target_level=np.full(count, held, np.uint8),
            guard=np.arange(count, dtype=np.int32),
            technique=np.zeros(count, np.int32),
            possible=np.zeros(count, bool),
            relation_set=np.full(count, -1, np.int32),
            guard_ptr=np.cumsum([0, *map(len, guards)]),
            guard_node=np.array([one for guard in guards for one in sorted(guard)], np.int32),
            guard_level=np.full(sum(map(len, guards)), held, np.uint8),
            relation_ptr=np.zeros(1, np.int64),
            relation_ids=np.zeros(0, np.int32),
            techniques=("test.rule",),
            effort=np.array([1], np.uint8),
            known_start=np.array([[NAMES.index("internet"), held]], np.int32),
        ),
        [(node, held) for node in range(len(NAMES))],
    )


def derivations(colocated: bool, goal: str) -> set[frozenset[str]]:
    """All minimal sets of rules that derive a goal from the four, by test code alone."""
    chosen = rules(colocated)

    def derives(some: frozenset[str]) -> bool:
        held = {"internet", *FOUR}
        changed = True
        while changed:
            new = {chosen[name][1] for name in some if set(chosen[name][0].split()) <= held} - held
            held |= new
            changed = bool(new)
        return goal in held

    found: set[frozenset[str]] = set()
    waiting = [(frozenset[str](), frozenset({goal}))]
    seen = set(waiting)
    while waiting:
        used, needed = waiting.pop()
        open_ = sorted(needed - {chosen[name][1] for name in used} - {"internet", *FOUR})
        if not open_:
            if derives(used) and not any(derives(used - {name}) for name in used):
                found.add(used)
            continue
        for name, (needs, gives) in chosen.items():
            if gives == open_[0]:
                grown = used | {name}, needed | set(needs.split())
                if grown not in seen:
                    seen.add(grown)
                    waiting.append(grown)
    return found


@pytest.mark.parametrize(
    ("colocated", "expected"),
    [
        (True, {"jira": 3, "confluence": 3, "repos": 2, "host": 1, "console-net": 1, "aws-apps": 1}),
        (False, {"jira": 2, "confluence": 2, "repos": 1, "host": 1, "console-net": 1, "aws-apps": 1}),
    ],
)
def test_minimal_derivations_are_as_many_as_published(colocated: bool, expected: dict[str, int]) -> None:
    """The rules have the derivation counts of the reference, and the engine reaches just what has one."""
    assert {goal: len(derivations(colocated, goal)) for goal in expected} == expected
    assert not any(derivations(colocated, goal) for goal in NEVER)
    held = reach(compiled(colocated), map(fact, FOUR)).held
    assert all(held[fact(goal)] for goal in expected)
    assert not any(held[fact(goal)] for goal in NEVER)


@pytest.mark.parametrize("colocated", [True, False])
def test_minimal_sets_and_cuts_of_question_2(colocated: bool) -> None:
    """Which of the four are needed together, and which rotations protect, are those of the reference."""
    question = Question(compiled(colocated), map(fact, FOUR))
    answers = {
        NAMES[one - 1]: (
            {tuple(FOUR[place] for place in some) for some in answer.sets},
            {tuple(FOUR[place] for place in some) for some in answer.cuts},
        )
        for answer in sets_and_cuts(question, [(fact(name),) for name in FOUR], map(fact, [*ASSETS.values(), *NEVER]))
        for one in answer.targets
    }
    both = {("moveworks", "smartsheet")}, {("moveworks",), ("smartsheet",)}
    assert answers == {
        "aws-apps": ({("aws",)}, {("aws",)}),
        "jira": both,
        "confluence": both,
        "host": both,
        "console-net": both,
        "repos": (
            {("moveworks", "bitbucket"), ("moveworks", "smartsheet")},
            {("moveworks",), ("smartsheet", "bitbucket")},
        )
        if colocated
        else ({("moveworks", "bitbucket")}, {("moveworks",), ("bitbucket",)}),
    }


ROTATED = {
    "": "AJCSHN",
    "moveworks": "A",
    "smartsheet": "AS",
    "bitbucket": "AJCSHN",
    "aws": "JCSHN",
    "smartsheet bitbucket": "A",
    "smartsheet aws": "S",
    "bitbucket aws": "JCSHN",
    "moveworks aws": "",
    "moveworks smartsheet": "A",
    "moveworks bitbucket": "A",
    "moveworks smartsheet bitbucket": "A",
    "moveworks smartsheet aws": "",
    "moveworks bitbucket aws": "",
    "smartsheet bitbucket aws": "",
    "moveworks smartsheet bitbucket aws": "",
}


@pytest.mark.parametrize("colocated", [True, False])
def test_reach_by_rotation_is_that_of_question_3(colocated: bool) -> None:
    """All sixteen subsets of rotations leave what the reference says; rotating bitbucket protects no source code."""
    graph = compiled(colocated)
    assert {frozenset(rotated.split()) for rotated in ROTATED} == {
        frozenset(some) for size in range(5) for some in combinations(FOUR, size)
    }
    for rotated, expected in ROTATED.items():
        held = reach(graph, [fact(name) for name in FOUR if name not in rotated.split()]).held
        if not colocated and "bitbucket" in rotated:
            expected = expected.replace("S", "")
        assert {letter for letter, name in ASSETS.items() if held[fact(name)]} == set(expected), rotated


def test_the_gateway_token_lies_on_the_paths_that_need_it() -> None:
    """Alone it opens nothing; jointly it leads to all but AWS, by the cheapest path first, and costs add up."""
    graph = compiled(True)
    question = Question(graph, map(fact, FOUR))
    goals = [fact(name) for name in ASSETS.values()]
    pairs = find_pairs(question, [(fact(name),) for name in FOUR], goals)
    table = {
        name: ("".join(compress(pairs.alone[row])), "".join(compress(pairs.joint[row])))
        for row, name in enumerate(FOUR)
    }
    assert table == {"moveworks": ("", "JCSHN"), "smartsheet": ("", "JCSHN"), "bitbucket": ("", "S"), "aws": ("A", "A")}
    assert pairs.exact.all()
    found = find_paths(question, [fact("repos")])
    assert found.complete
    told = [" ".join(NAMES[one - 1] for one in path.facts) for path in found.paths]
    assert told == [
        "bitbucket repos",
        "moveworks edge repos",
        "smartsheet jira-login jira-admin host implant position repos",
        "moveworks edge jira-login jira-admin host implant position repos",
    ]
    # jira: the token and the login, then the reading. repos by git: the token, then the clone.
    cost = distances(graph, map(fact, FOUR)).cost
    assert {name: int(cost[fact(name)]) for name in ("edge", "jira", "repos", "host", "console", "aws-apps")} == {
        "edge": 1,
        "jira": 3,
        "repos": 2,
        "host": 4,
        "console": -1,
        "aws-apps": 1,
    }


def compress(row: object) -> list[str]:
    """The letters of the assets that a row of flags names."""
    return [letter for letter, flag in zip(ASSETS, row, strict=True) if flag]
