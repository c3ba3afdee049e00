"""What the page of a report draws, and what can be tried there, as frozen values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from graphscan.analysis.results import EvidenceView, NodeView

Action = Literal["rotated", "revoked", "enforced"]


@dataclass(frozen=True, slots=True)
class Choice:
    """
    An edit that the page offers.

    Attributes:
        action:  rotated, revoked, or enforced (a control that is open holds).
        node:    place in the slice's nodes.
        drops:   facts of the slice that are no starts, or not ambient, once it is done; another step may give them.
        forbids: facts of the slice that are never held once it is done.
        since:   from when on it counts at the latest for the instant of the report: that instant.
    """

    action: Action
    node: int
    drops: tuple[int, ...]
    forbids: tuple[int, ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """Edits that are not offered: how many, of which sort, and why."""

    action: Action
    why: str
    count: int


@dataclass(frozen=True, slots=True)
class SliceFact:
    """A node, by its place in the slice's nodes, at a level."""

    node: int
    level: str


@dataclass(frozen=True, slots=True)
class SliceStep:
    """
    A step between facts, by their places.

    Attributes:
        source, guard: all are needed.
        target:    what it gives.
        technique: its id; `implies` where a higher level includes a lower one.
        title:     the technique's title.
        possible:  True where the step is not known to exist.
        evidence:  places in the slice's evidence.
    """

    source: int
    guard: tuple[int, ...]
    target: int
    technique: str
    title: str
    effort: int
    possible: bool
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """
    Reached things that are not drawn.

    Attributes:
        like: one of those that are drawn and to which the same steps lead; None: they are like none of them.
    """

    kind: str
    sensitivity: str
    like: NodeView | None
    count: int


@dataclass(frozen=True, slots=True)
class ReportSlice:
    """
    The slice of the attack graph between the starts and what they reach.

    Attributes:
        nodes, facts, steps, evidence: referred to by their places.
        starts, possible_starts:   facts that the attacker begins with.
        ambient, possible_ambient: facts that anyone has: starts, or derived whatever is edited.
        targets:       facts that count as reached assets, the most sensitive first, known ones before possible ones.
        targets_total: of how many nodes there are such facts; those that are not among `nodes` are in `left_out`.
        groups:        families: places of nodes that look alike, each of several.
        choices:       edits that can be tried.
        refused:       edits that cannot, with the reason.
        left_out:      reached things that are not among `nodes`.
        whole:         False where only one derivation of each target is here: nothing can be tried then.
    """

    nodes: tuple[NodeView, ...]
    facts: tuple[SliceFact, ...]
    steps: tuple[SliceStep, ...]
    evidence: tuple[EvidenceView, ...]
    starts: tuple[int, ...]
    possible_starts: tuple[int, ...]
    ambient: tuple[int, ...]
    possible_ambient: tuple[int, ...]
    targets: tuple[int, ...]
    targets_total: int
    groups: tuple[tuple[int, ...], ...]
    choices: tuple[Choice, ...]
    refused: tuple[Refused, ...]
    left_out: tuple[LeftOut, ...]
    whole: bool = True
