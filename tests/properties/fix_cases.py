"""Small random inventories, and the cheapest set of fixes by trying all of them on the inventory itself."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

from graphscan.analysis.fix_candidates import Candidate
from graphscan.model import Node, Record, Ref, Relation
from tests.inventory import Edits, World, facts, tenant

AT = datetime(2024, 1, 1, tzinfo=UTC)
STORED = ("", ", stored_at: 2023-05-01")


@dataclass(frozen=True)
class Case:
    """Records of a small tenant, what an attacker holds and what he must not reach."""

    records: tuple[Record, ...]
    starts: tuple[str, ...]
    targets: tuple[str, ...]


def draw(seed: int, folder: Path) -> Case:
    """Return a random tenant: credentials of accounts, applications that hold secrets and lead on, controls."""
    rng = random.Random(seed)
    nodes = ["{id: vault, kind: Secret, sensitivity: crown_jewel}", "{id: files, kind: Content}"]
    nodes += [f"{{id: key{n}, kind: Credential}}" for n in range(4)]
    nodes += [f"{{id: robot{n}, kind: ServiceAccount}}" for n in range(3)]
    nodes += [f"{{id: app{n}, kind: Application}}" for n in range(3)]
    nodes += ["{id: crew, kind: Group}", "{id: inside, kind: Segment}", "{id: host, kind: Host}"]
    nodes += [f"{{id: wall{n}, kind: Control, enforced: {rng.choice(['absent', 'yes', 'no'])!r}}}" for n in range(2)]
    drawn: dict[tuple[str, str, str], str] = {}

    def relate(source: str, kind: str, target: str, more: str = "", guard: float = 0.15) -> None:
        if rng.random() < guard:
            more += f", guarded_by: [wall{rng.randrange(2)}]"
        drawn.setdefault((source, kind, target), more)

    for n in range(4):
        relate(f"robot{rng.randrange(3)}", "HAS_CREDENTIAL", f"key{n}", guard=0)
    for n in range(3):
        relate(f"app{n}", "REACHABLE_FROM", rng.choice(["internet", "internet", "inside"]), guard=0)
        for _ in range(2):
            relate(rng.choice(["robot0", "robot1", "robot2", "crew"]), "ASSIGNED_TO", f"app{n}", ", gives: login")
        relate(f"app{n}", "CONTAINS", rng.choice(["vault", "files"]), ", needs: login, gives: read")
    for _ in range(2):
        relate(f"robot{rng.randrange(3)}", "MEMBER_OF", "crew", guard=0)
        relate(f"app{rng.randrange(3)}", "STORES", f"key{rng.randrange(4)}", rng.choice(STORED))
    relate("host", "REACHABLE_FROM", "internet", guard=0)
    relate(f"app{rng.randrange(3)}", "CONNECTS_TO", rng.choice(["inside", "host"]))
    relate(f"robot{rng.randrange(3)}", "ASSIGNED_TO", "host", ", gives: exec")
    relate("host", "STORES", rng.choice(["vault", "key0", "key1"]))
    relate(f"robot{rng.randrange(3)}", "OWNED_BY", f"robot{rng.randrange(3)}", guard=0)
    if rng.random() < 0.4:
        relate("key0", "SAME_SECRET", f"key{rng.randrange(1, 4)}", guard=0)
    lines = [
        f"{{source: {source}, kind: {kind}, target: {target}{more}}}"
        for (source, kind, target), more in drawn.items()
        if source != target
    ]
    text = "nodes:\n" + "".join(f"  - {one}\n" for one in nodes)
    text += "relations:\n" + "".join(f"  - {one}\n" for one in lines)
    starts = rng.sample(["key0", "key1", "key2", "robot2"], rng.choice([1, 2, 3]))
    return Case(tuple(facts(folder, text, f"case{seed}")), tuple(starts), ("vault::read", "files::read"))


def subsets(universe: Sequence[Candidate]) -> list[tuple[int, ...]]:
    """Return all subsets of the places of some fixes."""
    return [chosen for size in range(len(universe) + 1) for chosen in combinations(range(len(universe)), size)]


def closing(folder: Path, cases: Sequence[tuple[Case, str, Sequence[Candidate]]]) -> list[dict[tuple[int, ...], bool]]:
    """
    Return for each case which subsets of its fixes keep its starts from its targets, each really applied.

    Every subset is a tenant of its own, and one run of the pipeline derives all of them.

    Args:
        cases: with each the prefix that its fixes' ids have, and the fixes.
    """
    records: list[Record] = []
    edits, asked = Edits(), []
    for number, (case, prefix, universe) in enumerate(cases):
        stated = {one.id: one for one in tenant(case.records, prefix) if isinstance(one, Relation)}
        for chosen in subsets(universe):
            mine = f"t{number}.{'-'.join(map(str, chosen))}."
            records += tenant(case.records, mine)
            for place in chosen:
                edits = _with(edits, universe[place], stated, prefix, mine)
            asked.append(mine)
    names = [f"{mine}{target}" for mine in asked for target in cases[0][0].targets]
    world = World.build(folder, records, asked=names, at=AT, edits=edits)
    gone = {*edits.rotated, *edits.revoked}
    results = []
    for number, (case, _, universe) in enumerate(cases):
        found = {}
        for chosen in subsets(universe):
            mine = f"t{number}.{'-'.join(map(str, chosen))}."
            starts = [f"{mine}{one}" for one in case.starts if f"{mine}{one}" not in gone]
            starts += _same_value(case, mine, gone)
            reached = world.reach(starts, may=True)
            found[chosen] = not any(world.holds(reached, f"{mine}{target}") for target in case.targets)
        results.append(found)
    return results


# Private functions


def _with(edits: Edits, one: Candidate, stated: dict[str, Relation], prefix: str, mine: str) -> Edits:
    """Return edits with those of a fix, of another tenant than the one it was found in."""
    if one.sort == "remove":
        id_ = _moved(stated[one.id], prefix, mine).id
        return replace(edits, removed=(*edits.removed, id_))
    id_ = mine + one.id.removeprefix(prefix)
    field = {"rotate": "rotated", "revoke": "revoked", "disable": "revoked", "enforce": "enforced"}[one.sort]
    return replace(edits, **{field: (*getattr(edits, field), id_)})


def _moved(relation: Relation, prefix: str, mine: str) -> Relation:
    def ref(one: Ref) -> Ref:
        return Ref(mine + one.text.removeprefix(prefix)) if one.text.startswith(prefix) else one

    return replace(
        relation,
        source=ref(relation.source),
        target=ref(relation.target),
        guarded_by=tuple((ref(guard), level) for guard, level in relation.guarded_by),
    )


def _same_value(case: Case, mine: str, gone: set[str]) -> list[str]:
    """Return credentials with the value of a dead start: who holds the one holds the other."""
    found = []
    for one in case.records:
        if isinstance(one, Relation) and one.kind == "SAME_SECRET":
            ends = [mine + one.source.text, mine + one.target.text]
            for start, other in (ends, ends[::-1]):
                if start.removeprefix(mine) in case.starts and start in gone and other not in gone:
                    found.append(other)
    return found


def node_ids(case: Case) -> list[str]:
    """Return the ids of a case's nodes."""
    return [one.id for one in case.records if isinstance(one, Node)]
