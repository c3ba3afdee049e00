"""Random small inventories with gaps, for the property that what was not read never hides and never adds too much."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from graphscan import kinds
from graphscan.model import Coverage, CoverageState, Node, Observed, Record, Ref, Relation

_SHAPE = {"User": 3, "ServiceAccount": 1, "Group": 2, "Application": 3, "Credential": 2, "Wiki": 2, "Database": 1}
_SHAPE |= {"Repository": 1, "Pipeline": 1, "Host": 2, "Segment": 2, "Vendor": 1, "RoleAssignment": 1}
_STATED = (
    *(
        "MEMBER_OF",
        "ASSIGNED_TO",
        "HAS_CREDENTIAL",
        "CONTAINS",
        "STORES",
        "IN_SEGMENT",
        "CONNECTS_TO",
        "REACHABLE_FROM",
    ),
    *("GRANTS", "HAS_ROLE", "DEPENDS_ON", "HELD_BY", "SIGNS_IN_AS", "SAME_SECRET", "OWNED_BY", "RUNS_ON"),
)
_GRANTING = [kind.name for kind in kinds.RELATION_KINDS.values() if kind.gap.sort is kinds.GapSort.GRANTS]
_STATES = [one for one in CoverageState if one is not CoverageState.COMPLETE]


@dataclass(frozen=True)
class Inventory:
    """
    Attributes:
        records: nodes and what was read.
        hidden:  relations that are there and were not read: each is covered by a gap.
        gaps:    rows of coverage that are not complete.
    """

    records: list[Record]
    hidden: list[Relation]
    gaps: list[Coverage]
    starts: list[str]


def inventory(draw: random.Random) -> Inventory:
    """Return an inventory from which some relations were taken, and the gaps that say so."""
    nodes = [
        Node(f"{kind.lower()}{number}", kind)
        for kind, count in _SHAPE.items()
        for number in range(draw.randint(1, count))
    ]
    relations = list({one.id: one for one in _relations(draw, nodes)}.values())
    kind_of = {one.id: one.kind for one in nodes}
    hidden = [one for one in relations if one.kind in _GRANTING and draw.random() < 0.3]
    # An unread secret opens applications, databases and hosts; that it is a credential stated elsewhere is not assumed.
    hidden = [one for one in hidden if (one.kind, kind_of[one.target.text]) != ("STORES", "Credential")]
    # Each relation that was not read has a gap, of the thing that would have been asked about, or of everything.
    gaps = {_gap(draw, one, kind_of) for one in hidden}
    for _ in range(draw.randint(0, 2)):
        gaps.add(Coverage(draw.choice(_GRANTING), draw.choice(_STATES), draw.choice(["", draw.choice(nodes).id])))
    left = [one for one in relations if one not in hidden]
    starts = [one.id for one in draw.sample(nodes, 2)]
    return Inventory([*nodes, *left], hidden, sorted(gaps, key=repr), starts)


def closed(gaps: list[Coverage]) -> list[Coverage]:
    """Return rows that say: all of this is known."""
    return [replace(one, state=CoverageState.COMPLETE) for one in gaps if one.scope]


# Private functions


def _relations(draw: random.Random, nodes: list[Node]) -> Iterator[Relation]:
    for _ in range(draw.randint(4, 24)):
        kind = kinds.RELATION_KINDS[draw.choice(_STATED)]
        sources = [one for one in nodes if one.kind in kind.sources]
        targets = [one for one in nodes if one.kind in kind.targets]
        if kind.name == "HELD_BY":
            targets = [one for one in targets if one.kind == "Vendor"]
        if kind.name in ("CONTAINS", "GRANTS", "STORES", "OWNED_BY", "CONNECTS_TO"):
            # What the table says may be missing; a statement outside it is one that no gap is completed by.
            gap = kind.gap
            first, last = (gap.range, gap.domain) if gap.backward else (gap.domain, gap.range)
            sources = [one for one in sources if one.kind in first]
            targets = [
                one for one in targets if one.kind in last or (kind.name == "STORES" and one.kind == "Credential")
            ]
        if sources and targets:
            source, target = draw.choice(sources), draw.choice(targets)
            seen = Observed.POSSIBLE if draw.random() < 0.1 else Observed.YES
            if source.id != target.id:
                yield Relation(Ref(source.id), kind.name, Ref(target.id), observed=seen)


def _gap(draw: random.Random, one: Relation, kind_of: dict[str, str]) -> Coverage:
    gap = kinds.RELATION_KINDS[one.kind].gap
    back = kinds.RELATION_KINDS[one.kind].starts_at_target or gap.backward
    ends = {
        "domain": one.target.text if back else one.source.text,
        "range": one.source.text if back else one.target.text,
    }
    whole = draw.random() < 0.3 and gap.whole
    asked = gap.asked if gap.asked != "both" else draw.choice(["domain", "range"])
    return Coverage(one.kind, draw.choice(_STATES), "" if whole else ends[asked])
