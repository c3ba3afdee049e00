"""What reach over time answers, as frozen values that every output format renders alike."""

from dataclasses import dataclass
from datetime import datetime

from graphscan.analysis.results import CoverageLine, NodeView, StartLine


@dataclass(frozen=True, slots=True)
class Changed:
    """A fact whose certainty changed: "known", "possible" or "" (not reached), now and before."""

    node: NodeView
    level: str
    certainty: str
    before: str


@dataclass(frozen=True, slots=True)
class Event:
    """
    Something that happened to a node which matters to the answer.

    Attributes:
        what: "begins", "ends", "expires", "replaced", "enforced: yes" …, or "obtained" of a credential.
    """

    node: NodeView
    what: str


@dataclass(frozen=True, slots=True)
class Change:
    """
    A moment at which what is reached changed.

    Attributes:
        new:      facts that are reached from now on, or known and not only possible any more.
        lost:     facts that are not reached any more, or only possibly.
        known, possible: how many assets are reached from now on, known, and possible but not known.
        events:   what happened at that moment; some of `event_count`.
    """

    at: datetime
    new: tuple[Changed, ...]
    lost: tuple[Changed, ...]
    known: int
    possible: int
    events: tuple[Event, ...]
    event_count: int


@dataclass(frozen=True, slots=True)
class AssetTime:
    """
    When an asset was reached at a level.

    Attributes:
        known, possible: the first moment at which it was known, and possible, to be reached; None: never.
        known_until, possible_until: from when on it was not known, and not possible, to be reached any more; None: it
            is at the end, or never was.
    """

    node: NodeView
    level: str
    known: datetime | None
    possible: datetime | None
    known_until: datetime | None
    possible_until: datetime | None


@dataclass(frozen=True, slots=True)
class Kept:
    """
    A credential that the attacker came to hold.

    Attributes:
        certainty: "known" or "possible".
        first:     when he first held it.
        obtained:  when he obtained the newest value that he has.
        dead:      what proves that value dead at the end; "" if nothing does.
        start:     whether the question began with it.
    """

    node: NodeView
    certainty: str
    first: datetime
    obtained: datetime
    dead: str
    start: bool


@dataclass(frozen=True, slots=True)
class TimelineResult:
    """
    Reach from one moment to another, with what is held on to.

    Attributes:
        begin, end: the interval; the end is the instant asked about.
        end_note:   where the end comes from, when the user did not say it.
        made:       how credentials count that came into being by an account that can be acted as: "known" or
                    "possible".
        starts:     what the attacker begins with; dead ones are listed, with the proof.
        changes:    in order of time; the first is the begin.
        assets:     by first moment, the most sensitive first.
        asset_sensitivity: from which sensitivity on a node counts as an asset.
        credentials: what he came to hold.
        out_since, possibly_out_since: from when on no asset is known, and none is possible, to be reached; None while
            one is, and where none ever was.
        looked_at:  at how many instants reach was computed.
        notes:      what was cut short, if anything.
        coverage:   gaps at the end.
    """

    begin: datetime
    end: datetime
    end_note: str
    edits: tuple[str, ...]
    made: str
    starts: tuple[StartLine, ...]
    changes: tuple[Change, ...]
    assets: tuple[AssetTime, ...]
    asset_sensitivity: str
    credentials: tuple[Kept, ...]
    out_since: datetime | None
    possibly_out_since: datetime | None
    looked_at: int
    notes: tuple[str, ...]
    coverage: tuple[CoverageLine, ...]
    complete: bool
