"""The slow way to say what changed: two full answers of everything, as plain sets, subtracted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphscan import kinds
from graphscan.analysis.diff_results import DiffResult, PairsChanged
from graphscan.analysis.session import Session
from graphscan.engine.graph import IMPLICATION, MAY
from graphscan.engine.reach import reach
from graphscan.model import Sensitivity

Step = tuple[str, str, str, str, frozenset[str], str]
SOURCES = ("Credential", "ServiceAccount", "User")


@dataclass(frozen=True)
class Truth:
    """
    Everything at one instant; a rank is 2 where something is known and 1 where it is only possible.

    Attributes:
        nodes:  ids of stated nodes that take part.
        steps:  steps but for implications, with their ranks.
        starts: `id::level` that anyone has.
        pairs:  (source, asset) that the source reaches with what anyone has.
        open:   assets that anyone reaches.
    """

    nodes: frozenset[str]
    steps: Mapping[Step, int]
    starts: Mapping[str, int]
    pairs: Mapping[tuple[str, str], int]
    open: Mapping[str, int]

    @classmethod
    def of(cls, session: Session) -> "Truth":
        """Ask everything of a session: a reach for each source, in must and in may."""
        graph = session.graph
        rows = session.con.execute("SELECT n, id, kind, provider, sensitivity, dead FROM base.node").fetchall()
        ids = {row[0]: row[1] for row in rows}
        alive = [row for row in rows if row[3] != "derived" and row[2] is not None and row[5] is None]

        def name(fact: int) -> str:
            return f"{ids[int(graph.fact_node[fact])]}::{graph.level_name(fact)}"

        steps: dict[Step, int] = {}
        for step in range(graph.step_count):
            technique = graph.techniques[int(graph.step_technique[step])]
            if technique == IMPLICATION:
                continue
            source, *guard = graph.body(step)
            given, gives = name(source).rsplit("::", 1), name(int(graph.step_target[step])).rsplit("::", 1)
            key = (*given, *gives, frozenset(name(fact) for fact in guard if fact != MAY), technique)
            steps[key] = max(steps.get(key, 0), 1 if graph.possible(step) else 2)  # type: ignore[index, call-overload]
        starts = {name(int(fact)): 1 for fact in graph.possible_start} | {name(int(f)): 2 for f in graph.known_start}
        sensitive = [row for row in alive if row[4] in (Sensitivity.CONFIDENTIAL, Sensitivity.CROWN_JEWEL)]
        assets = {
            row[1]: [fact for fact in graph.facts_of(row[0]) if graph.level_name(fact) != "reachable"]
            for row in sensitive
        }
        pairs: dict[tuple[str, str], int] = {}
        open_: dict[str, int] = {}
        for rank, may in ((1, True), (2, False)):
            held = reach(graph, (), may=may).held
            open_ |= {asset: rank for asset, facts in assets.items() if held[facts].any()}
            for n, id_, kind, *_ in alive:
                if kind not in SOURCES:
                    continue
                strongest = list(kinds.family_of(kind).levels)
                facts = {f for level in strongest for f in graph.lower(n, kinds.level_code(kind, level))}
                held = reach(graph, sorted(facts), may=may).held
                for asset, wanted in assets.items():
                    if asset != id_ and held[wanted].any():
                        pairs[id_, asset] = rank
        return cls(frozenset(row[1] for row in alive), steps, starts, pairs, open_)


def raised(now: Mapping[Any, int], then: Mapping[Any, int]) -> dict[Any, tuple[int, int]]:
    """Return what has a higher rank now, with both ranks."""
    return {key: (rank, then.get(key, 0)) for key, rank in now.items() if rank > then.get(key, 0)}


SORTS = {(2, 0): "known", (2, 1): "known, possible before", (1, 0): "possible"}


def fresh(now: Truth, then: Truth) -> tuple[dict[tuple[str, str], str], dict[str, str]]:
    """Return the pairs, and the assets open to anyone, that are new, each as one of `SORTS`; "known": for certain."""
    pairs = {}
    for (source, asset), rank in now.pairs.items():
        open_now = now.open.get(asset, 0)
        here = rank if open_now == 0 else rank if open_now == 1 and rank == 2 else 0
        before = max(then.pairs.get((source, asset), 0), then.open.get(asset, 0))
        if here > before:
            pairs[source, asset] = SORTS[here, before]
    opened = {
        asset: SORTS[rank, then.open.get(asset, 0)]
        for asset, rank in now.open.items()
        if rank > then.open.get(asset, 0)
    }
    return pairs, opened


def told(some: PairsChanged) -> tuple[dict[tuple[str, str], str], dict[str, str]]:
    """Return what a result says, in the same form."""
    pairs: dict[tuple[str, str], str] = {}
    opened: dict[str, str] = {}
    for family in some.families:
        assert not family.bounded
        sort = SORTS[1 + (family.certainty == "known"), int(family.other == "possible")]
        for asset in family.assets:
            if not family.sources:
                opened[asset.node.id] = sort
            for source in family.sources:
                assert (source.id, asset.node.id) not in pairs
                pairs[source.id, asset.node.id] = sort
    return pairs, opened


def steps_told(result: DiffResult, gained: bool) -> dict[Step, tuple[int, int]]:
    """Return the steps that a result names, with their ranks here and at the other end."""
    ranks = {"": 0, "possible": 1, "known": 2}
    lines = (result.steps_gained if gained else result.steps_lost).lines
    found: dict[Step, tuple[int, int]] = {}
    for one in lines:
        hop = one.hop
        guard = frozenset(f"{fact.node.id}::{fact.level}" for fact in hop.also)
        key = (hop.given.node.id, hop.given.level, hop.gives.node.id, hop.gives.level, guard, hop.technique)
        assert key not in found
        found[key] = ranks[one.certainty], ranks[one.other]
    return found
