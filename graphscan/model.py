"""
The inventory as frozen values: nodes, relations, coverage, and the facts the engine reasons about.

Times are UTC `datetime`s; an interval is half-open, [valid_from, valid_to), and None leaves that end open.
Secret values have no place in any of these types.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EvidenceKind(StrEnum):
    """How something is known; earlier ones win when sources disagree about a field."""

    PROBE = "probe"
    CONFIG = "config"
    LOG = "log"
    OPERATOR = "operator"
    TICKET = "ticket"

    @property
    def rank(self) -> int:
        """Return the weight of this kind: the larger wins."""
        return _EVIDENCE_RANK[self]


_EVIDENCE_RANK = {
    EvidenceKind.PROBE: 5,
    EvidenceKind.CONFIG: 4,
    EvidenceKind.LOG: 3,
    EvidenceKind.OPERATOR: 2,
    EvidenceKind.TICKET: 1,
}


class Observed(StrEnum):
    """Whether a relation was seen, is assumed by somebody, or merely possible."""

    YES = "yes"
    ASSUMED = "assumed"
    POSSIBLE = "possible"


class Enforced(StrEnum):
    """What is known of a control's enforcement. Configured is not enforced."""

    YES = "yes"
    NO = "no"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Effect(StrEnum):
    """A control that blocks is required; one that hinders is shown, never counted."""

    BLOCKS = "blocks"
    HINDERS = "hinders"


class Sensitivity(StrEnum):
    """How much it matters that a node is reached, in rising order."""

    NONE = "none"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    CROWN_JEWEL = "crown_jewel"

    @property
    def rank(self) -> int:
        """Return 0 for none … 3 for crown jewels."""
        return list(Sensitivity).index(self)


class CoverageState(StrEnum):
    """What was read of one relation kind in one scope."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    DENIED = "denied"
    STALE = "stale"
    NOT_COLLECTED = "not_collected"
    UNAVAILABLE = "unavailable"


class Precision(StrEnum):
    """How exactly a moment is known."""

    SECOND = "second"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    Where a statement comes from.

    Attributes:
        kind:  how it is known.
        where: the end point, or file and line.
        at:    when it was seen; None if the source does not say.
    """

    kind: EvidenceKind = EvidenceKind.CONFIG
    where: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """
    One value of a credential.

    Attributes:
        since:         when this value began.
        overlap_until: how long the value before it stayed valid beside it; None: it ended at once.
        precision:     whether `since` is known to the second or to the day.
        evidence:      how it is known; a ticket proves nothing.
    """

    since: datetime
    overlap_until: datetime | None = None
    precision: Precision = Precision.SECOND
    evidence: EvidenceKind = EvidenceKind.CONFIG


@dataclass(frozen=True, slots=True)
class LastUse:
    """
    What one source says of a credential's last use.

    Attributes:
        by:            who says so (an identity provider's log, the application's own).
        at:            the moment; None together with `known` means "not used since look-back began".
        known:         False when the source has no such data. Null is not zero.
        lookback_days: how far back the source can see; None if unstated.
    """

    by: str
    at: datetime | None = None
    known: bool = True
    lookback_days: int | None = None


@dataclass(frozen=True, slots=True)
class Enforcement:
    """A control's enforcement over [valid_from, valid_to)."""

    value: Enforced
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """
    Something that names an object in another system.

    Attributes:
        type:     what sort of key (`nameid`, `role_arn`, `email` …).
        value:    the normalised value.
        scope:    within which directory or tenant it is unique.
        verified: False where its owner may edit it; such a key never joins.
    """

    type: str
    value: str
    scope: str = ""
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Ref:
    """
    One end of a relation: a node id, a key, or an exact (provider, kind, name), resolved in the merged view.

    `str()` gives the stored form: an id as it is, `~key|type|scope|value`, `~name|provider|kind|name`, or, of what
    stands behind the application that the relation goes through, `~behind|sort|value`.
    """

    text: str

    @classmethod
    def key(cls, type_: str, value: str, scope: str = "") -> "Ref":
        """Return a reference by key."""
        return cls(f"~key|{type_}|{scope}|{value}")

    @classmethod
    def named(cls, provider: str, kind: str, name: str) -> "Ref":
        """Return a reference by exact provider, kind and name."""
        return cls(f"~name|{provider}|{kind}|{name}")

    @classmethod
    def behind(cls, sort: str, value: str = "") -> "Ref":
        """Return a reference to what stands behind the relation's `via`: an `application`, `account` or `group`."""
        return cls(f"~behind|{sort}|{value}")

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Fact:
    """A node at a level: what an attacker may hold."""

    node: str
    level: str

    def __str__(self) -> str:
        return f"{self.node}::{self.level}"


@dataclass(frozen=True, slots=True)
class Node:
    """
    One thing of the inventory.

    Attributes:
        id:           stable, readable, unique across tenants (`okta:acme:user:00u1…`).
        kind:         one of `kinds.NODE_KINDS`.
        provider:     whose thing it is (`okta`, `atlassian`, `generic` …).
        subtype:      what the provider calls it.
        name:         what people call it; untrusted text.
        versions:     the values a credential has had, oldest first; empty: one value of unknown age.
        last_used:    one entry per source that was asked.
        owner:        who answers for it, a node id; not a right.
        enforced:     of a Control only.
        hypothetical: not seen, but possible; switchable.
    """

    id: str
    kind: str
    provider: str = "generic"
    subtype: str = ""
    name: str = ""
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    versions: tuple[Version, ...] = ()
    expires_at: datetime | None = None
    last_used: tuple[LastUse, ...] = ()
    owner: str | None = None
    state: str | None = None
    sensitivity: Sensitivity | None = None
    labels: tuple[str, ...] = ()
    hypothetical: bool = False
    enforced: tuple[Enforcement, ...] = ()
    effect: Effect | None = None
    item_count: int | None = None
    keys: tuple[Key, ...] = ()
    properties: Mapping[str, Any] = field(default_factory=dict)
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class Relation:
    """
    One statement that two things are related, read from source to target.

    Attributes:
        needs:      the level at the end a step starts from; None: the kind's default.
        gives:      the level at the end a step leads to; None: the kind's default.
        guarded_by: (reference, level) facts that are all needed; a Control stands for (Control, defeated).
        via:        of SIGNS_IN_AS, and of what goes through it, the application one signs in to.
        stored_at:  of STORES, when the secret was put there; None: the current version is there.
        observed:   seen, assumed or possible.
    """

    source: Ref
    kind: str
    target: Ref
    needs: str | None = None
    gives: str | None = None
    guarded_by: tuple[tuple[Ref, str], ...] = ()
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    via: Ref | None = None
    stored_at: datetime | None = None
    observed: Observed = Observed.YES
    properties: Mapping[str, Any] = field(default_factory=dict)
    evidence: Evidence = Evidence()

    @property
    def id(self) -> str:
        """Return a digest of what the relation says, the same in every import that says it."""
        guards = sorted([f"{ref.text}::{level}" for ref, level in self.guarded_by])
        said = (
            self.source.text,
            self.kind,
            self.target.text,
            self.needs or "",
            self.gives or "",
            "" if self.via is None else self.via.text,
            "" if self.valid_from is None else self.valid_from.isoformat(),
            *guards,
        )
        # Each part with its length, so that no two statements read alike; quicker than JSON, and this runs for each.
        text = "".join([f"{len(part)}:{part}" for part in said])
        return "r" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Coverage:
    """
    What was read of one relation kind within one scope.

    Attributes:
        relation: a relation kind.
        scope:    the object within which it was read (this Jira, this group); empty: the whole source.
        endpoint: where it was asked.
        records:  how many records came back.
    """

    relation: str
    state: CoverageState
    scope: str = ""
    endpoint: str = ""
    at: datetime | None = None
    pages: int = 0
    records: int = 0
    error: str = ""
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    evidence: EvidenceKind = EvidenceKind.CONFIG

    @property
    def failed(self) -> bool:
        """Whether something was asked for and not got: a choice, or what another row's failure entails, is none."""
        return self.state is not CoverageState.COMPLETE and not self.error.startswith(NO_FAILURE)


# The reason of a row that is incomplete only because others of its kind are: they are told, it is not.
READ_WHOLE = "this end point was read whole, but not everything that says such relations was"
HIDDEN = "hidden: "
LEFT_OUT = "left out on purpose: "
NOT_THERE = "not there in this organization: "
# How the reason of a row begins that tells no failure of its own.
NO_FAILURE = (HIDDEN, LEFT_OUT, NOT_THERE, READ_WHOLE)
# How the reason of a row begins behind which nothing may be missing that is not said otherwise. What an organization
# does not have cannot be missing; what another row fails to tell, that row is completed for. What a vendor's interface
# tells of no organization at all is answered where it belongs: an application is possibly reached from anywhere, tokens
# are told in incidents, and techniques yield possible steps. As a gap it could never be closed, and would make
# everything possible in every organization alike. What was left out by choice may be there as well as what was refused.
NOTHING_MISSING = (HIDDEN, NOT_THERE, READ_WHOLE)
# In the reason of a row that sums up others of its end point, each of which has a row of its own.
SUMMED_UP = "could not be read, the first because: "


@dataclass(frozen=True, slots=True)
class Classify:
    """
    A rule that gives sensitivity and labels to what a selector matches, now and in later imports.

    Attributes:
        selector: as on the command line (`kind=Repository,name=payments-*`).
        order:    later rules win.
    """

    selector: str
    sensitivity: Sensitivity | None = None
    labels: tuple[str, ...] = ()
    order: int = 0


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Records that an importer met and could not map: counted and shown, never silent."""

    where: str
    reason: str
    count: int = 1


Record = Node | Relation | Coverage | Classify | NotUnderstood


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """
    One run of one importer.

    Attributes:
        name:     the source instance: `okta:acme`, `facts:thanksgiving`. A later import of it replaces the earlier.
        importer: which importer it was.
        at:       when the data was read from the vendor, not when it was stored.
        complete: False when something could not be read; coverage says what.
    """

    name: str
    importer: str
    at: datetime
    complete: bool = True
