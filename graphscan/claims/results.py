"""What `check` answers, as frozen values that every output format renders alike."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from graphscan.analysis.results import CoverageLine, NodeView, Route


class Verdict(StrEnum):
    """
    What became of a claim.

    PASS, WAIVED and XFAIL are exit code 0, FAIL and XPASS 1, UNKNOWN and VACUOUS 3.
    """

    PASS = "PASS"  # noqa: S105 (a verdict, not a password)
    WAIVED = "WAIVED"
    XFAIL = "XFAIL"
    FAIL = "FAIL"
    XPASS = "XPASS"
    UNKNOWN = "UNKNOWN"
    VACUOUS = "VACUOUS"

    @property
    def exit_code(self) -> int:
        """Return 0, 1 or 3."""
        return _EXIT_CODES[self]


_EXIT_CODES = {
    Verdict.PASS: 0,
    Verdict.WAIVED: 0,
    Verdict.XFAIL: 0,
    Verdict.FAIL: 1,
    Verdict.XPASS: 1,
    Verdict.UNKNOWN: 3,
    Verdict.VACUOUS: 3,
}


@dataclass(frozen=True, slots=True)
class Position:
    """Where something stands: file as it was named on the command line, line and column from 1."""

    file: str
    line: int
    column: int = 1


@dataclass(frozen=True, slots=True)
class SetLine:
    """
    One set of a claim as it was resolved.

    Attributes:
        role:  from, to, through, allowed or attacker.
        text:  the selector or the defined name, as written.
        nodes: how many nodes it matches.
    """

    role: str
    text: str
    nodes: int


@dataclass(frozen=True, slots=True)
class ControlLine:
    """
    A control that a PASS rests on.

    Attributes:
        steps:  how many steps on the edge of the closed set it blocks.
        single: whether the claim falls if it alone fails.
    """

    control: NodeView
    steps: int
    single: bool


@dataclass(frozen=True, slots=True)
class Depth:
    """
    How many blockers must fail before the claim does.

    Attributes:
        structural: no blocker's failure opens it.
        number:     the fewest, or the proven lower bound where `exact` is false.
        sorts:      of one smallest set: (sort, how many), as ("control", 1) or ("dead credential", 1).
        example:    that smallest set.
    """

    structural: bool
    number: int
    exact: bool
    sorts: tuple[tuple[str, int], ...] = ()
    example: tuple[NodeView, ...] = ()


@dataclass(frozen=True, slots=True)
class RestsOn:
    """What a PASS rests on: controls on the edge of the closed set, and the depth."""

    controls: tuple[ControlLine, ...]
    depth: Depth
    closed: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """
    What became of a waiver in this run.

    Attributes:
        state: used, expired, unmatched, idle (not load-bearing), grown (more steps than `at_most`).
        steps: the steps it excuses, `source -technique-> target`.
    """

    id: str
    claim: str
    state: str
    steps: tuple[str, ...]
    reason: str
    approved_by: str
    ticket: str
    expires: str
    days_left: int
    where: Position


@dataclass(frozen=True, slots=True)
class ClaimResult:
    """
    One claim and its verdict.

    Attributes:
        reason:     one sentence: why this verdict.
        sets:       what its selectors matched.
        path:       the shortest counterexample (FAIL, WAIVED, XFAIL), or the possible path (UNKNOWN).
        families:   all kinds of counterexample, the largest first.
        pairs:      how many (start, target) pairs are connected; None where it was not asked.
        pairs_of:   of how many.
        opened:     blockers whose absence opened the path: controls not enforced, gone or unknown.
        gaps:       what to read to decide an UNKNOWN.
        rests_on:   of a PASS.
        certificate, certificate_sha256: file and digest, "" where none was written.
        given:      the assumption's name, "" for none; trust and distrust are its controls.
    """

    id: str
    text: str
    owner: str
    severity: str
    ticket: str
    verb: str
    verdict: Verdict
    reason: str
    where: Position
    given: str = ""
    trust: tuple[str, ...] = ()
    distrust: tuple[str, ...] = ()
    sets: tuple[SetLine, ...] = ()
    path: Route | None = None
    families: tuple[Route, ...] = ()
    pairs: int | None = None
    pairs_of: int | None = None
    opened: tuple[NodeView, ...] = ()
    gaps: tuple[CoverageLine, ...] = ()
    rests_on: RestsOn | None = None
    certificate: str = ""
    certificate_sha256: str = ""
    waivers: tuple[WaiverUse, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckResult:
    """
    All claims of a run, in the order of their files.

    Attributes:
        files:    the claims files, as named.
        snapshot: digest of the store's snapshot.
        waivers:  every waiver, whatever became of it.
        warnings: what a reader should know and what changes no verdict (a waiver that expires soon …).
    """

    files: tuple[str, ...]
    snapshot: str
    as_of: datetime
    as_of_note: str
    claims: tuple[ClaimResult, ...]
    waivers: tuple[WaiverUse, ...] = ()
    coverage: tuple[CoverageLine, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """Return 1 where a claim fails, else 3 where one is undecided, else 0."""
        codes = {one.verdict.exit_code for one in self.claims}
        return 1 if 1 in codes else 3 if 3 in codes else 0

    def tally(self) -> dict[Verdict, int]:
        """Return how many claims have each verdict, those that occur, in order of `Verdict`."""
        counts = {verdict: sum(one.verdict is verdict for one in self.claims) for verdict in Verdict}
        return {verdict: count for verdict, count in counts.items() if count}
