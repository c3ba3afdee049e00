"""
What a report says, as frozen values that every format renders alike.

Whatever a tenant or an operator wrote stands in a field of its own, so that `report.redact` finds it. A field is
redacted whole unless that module knows it: names of ours (kinds, levels, states) stay, and in sentences only the names
are replaced.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from graphscan.analysis.incident_results import (
    AccessLine,
    ExposedCredential,
    HolderLine,
    LastUseView,
    LookAlike,
    RotationStep,
    Suspect,
)
from graphscan.analysis.report_parts import ReportSlice
from graphscan.analysis.results import (
    Blocker,
    Contribution,
    CoverageLine,
    FactView,
    NodeView,
    Reached,
    Route,
    SensitivityTotal,
    SetsAndCuts,
    StartLine,
    Total,
)

Mode = Literal["blast", "incident", "claims"]
TLP = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")  # https://www.first.org/tlp/, version 2.0


@dataclass(frozen=True, slots=True)
class SourceDate:
    """When a source was read: coverage ages, so its date is told, never its age."""

    source: str
    importer: str
    at: datetime
    complete: bool
    nodes: int
    relations: int


@dataclass(frozen=True, slots=True)
class ClaimUse:
    """A claim that a control holds up: it falls if the control alone fails."""

    claim: str
    single: bool


@dataclass(frozen=True, slots=True)
class Frontier:
    """
    A control at the edge of what is reached.

    Attributes:
        blocker: what it is, what it protects, what would defeat it.
        single:  whether an asset or a claim falls if it alone fails; None where that was not computed.
        claims:  claims that rest on it.
    """

    blocker: Blocker
    single: bool | None
    claims: tuple[ClaimUse, ...] = ()


@dataclass(frozen=True, slots=True)
class FirstMove:
    """
    A thing to do first, and what it removes.

    Attributes:
        action:    "rotate", "revoke", "enforce", "remove", "evict" or "find".
        effect:    "resolves" where nothing is left, "reduces" where something is, "unchanged" where it closes nothing.
        in_order:  whether `closes` counts what is left after the moves before it, or what it closes alone.
    """

    action: str
    node: NodeView
    effect: str
    closes: int
    of: int
    remaining: int
    in_order: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """
    Something that happened, or began to be possible.

    Attributes:
        what:  in our words.
        nodes: what it happened to; some of `count`.
    """

    at: datetime
    what: str
    nodes: tuple[NodeView, ...]
    count: int


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """
    A claim and its verdict.

    Attributes:
        verdict: PASS, FAIL, UNKNOWN, VACUOUS, WAIVED, XFAIL or XPASS.
        reason:  one sentence.
        pairs:   how many pairs of start and target are connected; None where that was not asked.
        path:    the shortest counterexample, or the possible path.
        waivers: ids of those in use.
    """

    id: str
    text: str
    owner: str
    severity: str
    ticket: str
    verdict: str
    reason: str
    pairs: int | None
    path: Route | None
    waivers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WaiverLine:
    """A waiver and what became of it: used, expired, unmatched, idle or grown; days are not told, its end is."""

    id: str
    claim: str
    state: str
    reason: str
    approved_by: str
    ticket: str
    expires: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """
    What was not read, and what it could hide.

    Attributes:
        gap:   what could not be read; `used`: something shown is possible only because of it.
        hides: a sentence in our words.
    """

    gap: CoverageLine
    hides: str


@dataclass(frozen=True, slots=True)
class Handover:
    """
    One thing for its owner to end.

    Attributes:
        owner:     who answers for it, "" if nobody is named.
        state:     MISSED …, or LIVE where the report is of no incident.
        console:   the vendor's page for it, percent-encoded https; "" where the inventory holds no address.
        console_shows: what the page is of, as "this user" or "all API tokens"; "" without one.
        step:      the exact step that kills it, in our words.
        source:    the vendor's page that says so; "" where the step is general.
        order:     its place in what to do first, 0 where it has none.
        after:     ids of what is to be ended first, so that its next value is not read again; empty: at once.
        consumers: ids of who holds or stores a copy, and so breaks.
        accounts:  whose it is.
        last_used: what each source says of its last use; `conflict` where they contradict each other.
    """

    owner: str
    node: NodeView
    state: str
    console: str
    console_shows: str
    step: str
    source: str
    order: int
    after: tuple[str, ...]
    consumers: tuple[str, ...]
    accounts: tuple[str, ...]
    last_used: tuple[LastUseView, ...]
    conflict: bool


@dataclass(frozen=True, slots=True)
class Since:
    """
    What changed since an earlier report of the same question.

    Attributes:
        evaluated, as_of: of the earlier report.
        snapshot:  its digest.
        same_question: whether it asked the same; where not, the rest tells only what both list.
        newly_missed: credentials that were not.
        newly_dead:   credentials that were missed and are proven dead now.
        newly_reached: facts, as far as both reports list them.
        no_longer_reached: facts that are not even possibly reached now.
        notes:     what could not be compared.
        unaccounted: credentials that were missed, and of which nothing here says that they are dead.
    """

    evaluated: datetime
    as_of: datetime
    snapshot: str
    same_question: bool
    newly_missed: tuple[NodeView, ...]
    newly_dead: tuple[NodeView, ...]
    newly_reached: tuple[FactView, ...]
    no_longer_reached: tuple[FactView, ...]
    notes: tuple[str, ...] = ()
    unaccounted: tuple[NodeView, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """
    What the answer rests on, and how to get it again.

    Attributes:
        snapshot:   digest of the store's snapshot.
        techniques: digest of the techniques used.
        version:    of graphscan.
        command:    the words of the command that makes this report, options normalised; joined for a shell by the
                    formats.
        inputs:     (file as named, SHA-256) of an incident file, claims files and an earlier report.
    """

    snapshot: str
    techniques: str
    version: str
    command: tuple[str, ...]
    inputs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ReportResult:
    """
    A report: the sections in the order in which they are read.

    Attributes:
        mode:        of what it was asked.
        evaluated:   the time of evaluation, an input; `evaluated_note` says where it comes from.
        redacted:    whether names are pseudonyms.
        verdict:     two sentences.
        starts:      what the attacker begins with; dead ones are listed and not used.
        holders:     of an incident: who had what.
        assumptions: what was taken for granted, a sentence each.
        sources:     coverage and its dates.
        reached:     facts that are reached, the most sensitive first; some of `reached_total`.
        families:    families of paths with their evidence; `families_note` says what was cut.
        frontier:    what stopped the rest, by control.
        moves:       what to do first.
        missed:      of an incident: credentials that are not proven dead; `dead` counts the others of `exposed`.
        timeline:    in order of time; empty where none was asked for.
        unknowns:    what was not read and what it could hide.
        handover:    what is to be ended, by owner.
        since:       what changed since an earlier report.
        slice:       the part of the graph that the page draws; None where no path was found to draw.
        notes:       bounds that were reached, a sentence each.
    """

    title: str
    tlp: str
    mode: Mode
    as_of: datetime
    as_of_note: str
    evaluated: datetime
    evaluated_note: str
    redacted: bool
    verdict: tuple[str, ...]
    starts: tuple[StartLine, ...]
    holders: tuple[HolderLine, ...]
    assumptions: tuple[str, ...]
    edits: tuple[str, ...]
    sources: tuple[SourceDate, ...]
    totals: tuple[Total, ...]
    by_sensitivity: tuple[SensitivityTotal, ...]
    asset_sensitivity: str
    reached: tuple[Reached, ...]
    reached_total: int
    open_to_anyone: tuple[FactView, ...]
    possibly_open: tuple[FactView, ...]
    access: tuple[AccessLine, ...]
    families: tuple[Route, ...]
    families_note: str
    contributions: tuple[Contribution, ...]
    sets: tuple[SetsAndCuts, ...]
    frontier: tuple[Frontier, ...]
    moves: tuple[FirstMove, ...]
    order: tuple[RotationStep, ...]
    missed: tuple[ExposedCredential, ...]
    dead: int
    exposed: int
    suspects: tuple[Suspect, ...]
    look_alikes: tuple[LookAlike, ...]
    timeline: tuple[Moment, ...]
    claims: tuple[ClaimLine, ...]
    waivers: tuple[WaiverLine, ...]
    unknowns: tuple[Unknown, ...]
    handover: tuple[Handover, ...]
    since: Since | None
    provenance: Provenance
    notes: tuple[str, ...]
    complete: bool
    slice: ReportSlice | None
