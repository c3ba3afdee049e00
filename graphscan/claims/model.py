"""A claims file as frozen values: what was written and where, nothing yet looked up in a store."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, TypeAlias

from graphscan.claims.results import Position as Position
from graphscan.select import Pattern
from graphscan.select import Selector as CommandSelector
from graphscan.select import Term as CommandTerm

VERSION = "claims/1"
WAIVER_DAYS = 180  # a waiver lives no longer than this after it was created


class Severity(StrEnum):
    """How bad it is if a claim does not hold, in rising order."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


# Selectors. Where one stands makes no difference to what it is, so that what is written twice is looked up once.


@dataclass(frozen=True, slots=True)
class Term:
    """
    One key of a selector; it holds where any of its values does.

    Attributes:
        key:    one of `graphscan.select.KEYS`, `property.NAME`, or `zone`.
        values: each as a term of the command line.
    """

    key: str
    values: tuple[CommandTerm, ...]
    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True)
class SetName:
    """The set of that name under `define`."""

    name: str
    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True)
class Written:
    """A selector in the words of the command line, which no defined set is called: an id, a name, or `key=value,…`."""

    selector: CommandSelector
    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True)
class AllOf:
    """What every part matches."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """What any part matches."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """What the part does not match."""

    part: "Condition"


Condition: TypeAlias = Term | SetName | Written | AllOf | AnyOf | Not


@dataclass(frozen=True, slots=True)
class Branch:
    """Nodes and the level at which they are meant, None where none was asked for."""

    condition: Condition
    level: str | None
    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True)
class Selector:
    """
    A set of nodes, each at a level: the union of its branches.

    Attributes:
        text: as it is shown: the name of a defined set, or its keys in one line.
    """

    text: str
    branches: tuple[Branch, ...]
    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True)
class NamedSet:
    """A set under `define`; fewer nodes than `at_least` make every claim that uses it VACUOUS."""

    name: str
    selector: Selector
    at_least: int
    position: Position = field(compare=False)


# Assumptions


@dataclass(frozen=True, slots=True)
class Fresh:
    """How old the data of sources may be whose name matches."""

    source: Pattern
    text: str
    longest: timedelta
    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True)
class Assumption:
    """
    What a claim takes as given.

    Attributes:
        attacker: what the attacker begins with where a claim has no `from`.
        trust:    controls taken to hold, one selector for each entry; one that matches no control is an error.
        distrust: controls taken to have failed, the same.
    """

    name: str
    text: str
    attacker: Selector | None
    trust: tuple[Selector, ...]
    distrust: tuple[Selector, ...]
    fresh: tuple[Fresh, ...]
    position: Position


# Verbs. `start` is the key `from`; None: what the attacker of the assumption has.


@dataclass(frozen=True, slots=True)
class NoPath:
    """Nothing in `start` reaches anything in `to`."""

    verb: ClassVar[str] = "no_path"
    start: Selector | None
    to: Selector


@dataclass(frozen=True, slots=True)
class OnlyVia:
    """Every path from `start` to `to` passes `through`."""

    verb: ClassVar[str] = "only_via"
    start: Selector | None
    to: Selector
    through: Selector


@dataclass(frozen=True, slots=True)
class OnlyFrom:
    """Of `start` only `allowed` reaches `to`; without `start` it is said of every account and credential."""

    verb: ClassVar[str] = "only_from"
    to: Selector
    allowed: Selector
    start: Selector | None


@dataclass(frozen=True, slots=True)
class Path:
    """Each of `to` is reachable from `start`: a positive control."""

    verb: ClassVar[str] = "path"
    start: Selector | None
    to: Selector


@dataclass(frozen=True, slots=True)
class AtMost:
    """
    No more of `to` than a number or a share is reached.

    Attributes:
        count: how many nodes; None where a share is given.
        share: 0 … 1 of the nodes in `to`; None where a count is given.
        each:  each of `start` alone, not their union.
    """

    verb: ClassVar[str] = "at_most"
    start: Selector | None
    to: Selector
    count: int | None
    share: Decimal | None
    each: bool


@dataclass(frozen=True, slots=True)
class NoNewPath:
    """No (start, target) pair is connected that was not in the base snapshot (`since`, as `--snapshot` takes it)."""

    verb: ClassVar[str] = "no_new_path"
    start: Selector | None
    to: Selector
    since: str


Verb: TypeAlias = NoPath | OnlyVia | OnlyFrom | Path | AtMost | NoNewPath
VERBS: dict[str, type[Verb]] = {one.verb: one for one in (NoPath, OnlyVia, OnlyFrom, Path, AtMost, NoNewPath)}
# What a single failing control can bring down: a claim that something is not reachable.
SURVIVING = (NoPath.verb, OnlyVia.verb, OnlyFrom.verb)


# Claims and waivers


@dataclass(frozen=True, slots=True)
class Claim:
    """
    One claim.

    Attributes:
        owner, given, ticket: "" where not said.
        args:        the verb with its arguments.
        survives:    how many trusted controls may fail at once without the claim falling: 0, 1 or 2.
        expect_fail: the claim is known not to hold, until the end of the day `until`.
        via:         techniques of which every counterexample must use one to be the expected one; empty: any.
    """

    id: str
    text: str
    owner: str
    severity: Severity
    given: str
    args: Verb
    survives: int
    expect_fail: bool
    until: date | None
    ticket: str
    via: tuple[str, ...]
    position: Position

    @property
    def verb(self) -> str:
        """Return the verb's name."""
        return self.args.verb


@dataclass(frozen=True, slots=True)
class Edge:
    """
    A step that a waiver excuses, `source -technique-> target`; ends may state a level, `id::level`.

    Attributes:
        exact: no part has a wildcard.
    """

    text: str
    source: Pattern
    source_level: str | None
    technique: Pattern
    target: Pattern
    target_level: str | None
    exact: bool
    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True)
class Waiver:
    """
    An excuse of one claim for a time.

    Attributes:
        at_most: the most steps that its edges may match; None where all are exact.
        expires: the last day on which it counts, to its end, UTC.
    """

    id: str
    claim: str
    edges: tuple[Edge, ...]
    at_most: int | None
    reason: str
    approved_by: str
    ticket: str
    created: date
    expires: date
    position: Position


@dataclass(frozen=True, slots=True)
class ClaimsFile:
    """
    All claims files of a run as one.

    Attributes:
        files:  as they were named, in order.
        digest: SHA-256 of their contents in that order.
    """

    files: tuple[str, ...]
    sets: Mapping[str, NamedSet]
    assumptions: Mapping[str, Assumption]
    claims: tuple[Claim, ...]
    waivers: tuple[Waiver, ...]
    digest: str

    def claim_digest(self, claim: Claim) -> str:
        """Return the SHA-256 of what a claim says: with its assumption and its sets, wherever they are written."""
        given = self.assumptions.get(claim.given)
        names, todo = set[str](), list(_names((claim.args, given)))
        while todo:
            name = todo.pop()
            if name not in names and name in self.sets:
                names.add(name)
                todo += _names(self.sets[name].selector)
        said = [_plain(claim), _plain(given), [_plain(self.sets[name]) for name in sorted(names)]]
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode("utf-8")).hexdigest()


def end_of(day: date) -> datetime:
    """Return the first moment after a day, UTC: what counts to the end of a day counts before it."""
    return datetime.combine(day, time(), UTC) + timedelta(days=1)


# Private functions


def _plain(value: Any) -> Any:
    """Return a value without its positions, for JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        kept = {one.name: getattr(value, one.name) for one in fields(value)}
        return [type(value).__name__, {name: _plain(one) for name, one in kept.items() if name != "position"}]
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, (str, int, bool)) else str(value)


def _names(value: Any) -> list[str]:
    """Return the defined sets that a value speaks of."""
    if isinstance(value, SetName):
        return [value.name]
    if is_dataclass(value) and not isinstance(value, type):
        return [name for one in fields(value) for name in _names(getattr(value, one.name))]
    if isinstance(value, tuple):
        return [name for one in value for name in _names(one)]
    return []
