"""
Small inventories that change.

Things happen at times that a batch of cases shares, each time belonging to one sort of event alone: if the product did
not look where that sort of event happens, no other event would make it look.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from graphscan.model import (
    Enforcement,
    Node,
    Observed,
    Record,
    Ref,
    Relation,
    Version,
)

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
FIRST = datetime(2023, 1, 10, tzinfo=UTC)  # the first whole day of a case
DAYS = 8
BEGIN = FIRST + timedelta(hours=1)
END = FIRST + DAYS * DAY + timedelta(hours=1)

# Technique files of the cases: who owns a thing, and is not sealed off from it, may make a key that opens it for good.
FILES = {
    "keys.sql": """-- id: test.keys
-- title: Things whose owner may make a key
-- kind: target-set
-- reads: [OWNED_BY]
-- negates: [TRUSTS]
-- nodes: [Content, ServiceAccount]
-- makes: attacker_key
-- what: A case's negation, and what attackers make.
SELECT q.id AS set_key, 'keys of ' || q.id AS set_name, 'enter' AS side, o.target AS node, 'act_as' AS level,
  true AS known
FROM relation o JOIN node q ON q.n = o.source
WHERE o.kind = 'OWNED_BY'
  AND NOT EXISTS (SELECT 1 FROM relation s WHERE s.kind = 'TRUSTS' AND s.source = o.source AND s.target = o.target)
UNION ALL
SELECT q.id, 'keys of ' || q.id, 'member', q.n, NULL, true
FROM relation o JOIN node q ON q.n = o.source
WHERE o.kind = 'OWNED_BY'
  AND NOT EXISTS (SELECT 1 FROM relation s WHERE s.kind = 'TRUSTS' AND s.source = o.source AND s.target = o.target)
""",
    "make-key.sql": """-- id: test.make-key
-- title: An owner makes a key
-- effort: 1
-- reads: [SCOPED_TO]
-- nodes: [Scope, Credential, Content]
-- what: A case's key.
-- close: Nothing.
WITH made AS (
  SELECT e.source AS s, e.target AS c, e.r FROM relation e
  JOIN node s ON s.n = e.source AND s.id LIKE 'derived:test.keys:%'
  JOIN node c ON c.n = e.target AND c.kind = 'Credential'
  WHERE e.kind = 'SCOPED_TO'
)
SELECT s AS source, 'held' AS source_level, c AS target, 'held' AS target_level, [r] AS relations FROM made
UNION ALL
SELECT m.c, 'held', q.n, 'write', [e.r] FROM made m
JOIN relation e ON e.kind = 'SCOPED_TO' AND e.source = m.s
JOIN node q ON q.n = e.target AND q.kind = 'Content'
""",
}


@dataclass(frozen=True)
class Thing:
    """A node; `disabled`: its state says so, without a date."""

    id: str
    kind: str
    begins: datetime | None = None
    ends: datetime | None = None
    expires: datetime | None = None
    disabled: bool = False
    values: tuple[Version, ...] = ()
    enforced: tuple[Enforcement, ...] = ()


@dataclass(frozen=True)
class Link:
    """A relation; `guard`: the control that stands before it."""

    kind: str
    source: str
    target: str
    begins: datetime | None = None
    ends: datetime | None = None
    guard: str = ""
    possible: bool = False
    stored: datetime | None = None


@dataclass(frozen=True)
class Start:
    """A start of a case."""

    id: str
    level: str | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    obtained: datetime | None = None


@dataclass(frozen=True)
class Times:
    """When things happen in a batch; each time belongs to one sort."""

    node: list[datetime]
    link: list[datetime]
    control: list[datetime]
    stored: list[datetime]
    start: list[datetime]
    seal: list[datetime]
    rotated: list[datetime]
    rotated_day: list[datetime]
    loss: list[datetime]
    read: datetime

    @classmethod
    def draw(cls, choose: random.Random) -> "Times":
        """Draw the times of a batch."""
        free = [FIRST + n * DAY + timedelta(hours=hour) for n in range(DAYS) for hour in (3, 8, 14, 20)]
        choose.shuffle(free)
        node, link, control, stored, start, seal = ([free.pop() for _ in range(2)] for _ in range(6))
        rotated = [free.pop() for _ in range(3)]
        days = choose.sample([FIRST + n * DAY for n in range(1, DAYS)], 2)
        # On the day of a replacement: a copy of which only the day is known, and one stored within a day that is.
        stored += [datetime.combine(rotated[0].date(), time(), UTC), days[0] + timedelta(hours=11)]
        loss = [free.pop() for _ in range(8)]
        return cls(node, link, control, stored, start, seal, rotated, days, loss, choose.choice(loss))

    def every(self) -> list[datetime]:
        """Return every moment at which the simulation looks, in order."""
        lists = (self.node, self.link, self.control, self.stored, self.start, self.seal, self.rotated, self.loss)
        found = {one for times in lists for one in times} | {FIRST + n * DAY for n in range(DAYS + 1)} | {BEGIN, END}
        found |= {one + timedelta(hours=1) for one in found}
        return sorted(one for one in found if BEGIN <= one <= END)


@dataclass(frozen=True)
class Case:
    """One inventory and what the attacker begins with."""

    times: Times
    things: dict[str, Thing]
    links: tuple[Link, ...]
    starts: tuple[Start, ...]

    @property
    def asked(self) -> list[tuple[str, str]]:
        """Return the facts that answers are compared by."""
        levels = {"Content": ("read", "write"), "ServiceAccount": ("act_as",)}
        own = {one.id for one in self.starts}
        return [
            (one.id, level) for one in self.things.values() if one.id not in own for level in levels.get(one.kind, ())
        ]

    def records(self) -> Iterator[Record]:
        """Yield the inventory as an importer would."""
        for one in self.things.values():
            yield Node(
                one.id,
                one.kind,
                valid_from=one.begins,
                valid_to=one.ends,
                expires_at=one.expires,
                state="disabled" if one.disabled else None,
                versions=one.values,
                enforced=one.enforced,
            )
        for link in self.links:
            yield Relation(
                Ref(link.source),
                link.kind,
                Ref(link.target),
                guarded_by=((Ref(link.guard), "defeated"),) if link.guard else (),
                valid_from=link.begins,
                valid_to=link.ends,
                stored_at=link.stored,
                observed=Observed.POSSIBLE if link.possible else Observed.YES,
            )
