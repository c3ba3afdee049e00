"""A slice of five thousand nodes: layers of accounts, applications and repositories, many with a requirement more."""

import random
from datetime import UTC, datetime

from graphscan.analysis.report_parts import Choice, ReportSlice, SliceFact, SliceStep
from graphscan.analysis.results import EvidenceView, NodeView

KINDS = ("Credential", "ServiceAccount", "Application", "Segment", "Application", "Repository")
LEVELS = {"Credential": "held", "ServiceAccount": "act_as", "Application": "login", "Segment": "position"}
AT = datetime(2024, 1, 1, tzinfo=UTC)


def slice_of(count: int) -> ReportSlice:
    """Return a slice of so many nodes and three times as many steps; the same each time."""
    draw = random.Random(7)
    layer = [min(len(KINDS) - 1, n * len(KINDS) // count) for n in range(count)]
    nodes = tuple(
        NodeView(
            f"test:acme:{KINDS[at].lower()}:{n:06}", KINDS[at], "", f"{KINDS[at]} number {n} of Acme", "test",
            "confidential" if at == len(KINDS) - 1 else "internal",
        )
        for n, at in enumerate(layer)
    )  # fmt: skip
    facts = tuple(SliceFact(n, LEVELS.get(KINDS[at], "read")) for n, at in enumerate(layer))
    first = [layer.index(at) for at in range(len(KINDS))] + [count]
    steps: list[SliceStep] = []
    evidence: list[EvidenceView] = []
    for n in range(first[1], count):
        at = layer[n]
        for way in range(3):
            source = draw.randrange(first[at - 1], first[at])
            guard = (draw.randrange(0, first[at]),) if draw.random() < 0.3 else ()
            evidence.append(
                EvidenceView(
                    f"r{n}.{way}", nodes[source].id, "GRANTS", nodes[n].id, "yes", "config",
                    f"/api/v1/objects/{source}/grants?page={way}", "facts:large", AT,
                )
            )  # fmt: skip
            steps.append(
                SliceStep(
                    source, guard, n, f"test.way-{at}", f"Uses way {at}", 1, draw.random() < 0.1, (len(evidence) - 1,)
                )
            )
    starts = tuple(range(first[1]))[:400]
    return ReportSlice(
        nodes=nodes,
        facts=facts,
        steps=tuple(steps),
        evidence=tuple(evidence),
        starts=starts,
        possible_starts=(),
        ambient=tuple(range(400, first[1])),
        possible_ambient=(),
        targets=tuple(range(first[-2], count)),
        targets_total=count - first[-2],
        groups=(),
        choices=tuple(Choice("rotated", n, (n,), (), AT) for n in starts[:200]),
        refused=(),
        left_out=(),
    )
