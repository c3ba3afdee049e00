"""Draws the random inventories of `timelines`."""

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from timelines import DAY, FIRST, Case, Link, Start, Thing, Times

from graphscan.model import Enforced, Enforcement, EvidenceKind, Precision, Version


def case(choose: random.Random, times: Times) -> Case:
    """Draw a case whose events happen at the times of its batch."""
    return _Draw(choose, times).case()


class _Draw:
    def __init__(self, choose: random.Random, times: Times) -> None:
        self.choose = choose
        self.times = times

    def maybe(self, chance: float, values: Iterable[datetime]) -> datetime | None:
        return self.choose.choice(list(values)) if self.choose.random() < chance else None

    def case(self) -> Case:
        choose, times = self.choose, self.times
        accounts = [f"account{n}" for n in range(choose.randint(2, 4))]
        places = [f"place{n}" for n in range(choose.randint(3, 5))]
        secrets = [f"secret{n}" for n in range(choose.randint(3, 6))]
        things = [Thing("vendor", "Vendor"), *(self.control(name) for name in ("gate", "fence"))]
        for one in accounts:
            begins, ends = self.maybe(0.15, times.node), self.maybe(0.2, times.loss)
            things.append(Thing(one, "ServiceAccount", begins, ends, disabled=choose.random() < 0.08))
        things += [Thing(one, "Content", self.maybe(0.15, times.node), self.maybe(0.1, times.loss)) for one in places]
        things += [self.secret(one) for one in secrets]
        # Of two that would have one id in a store the first counts.
        links: dict[tuple[object, ...], Link] = {}
        for link in self.links(accounts, places, secrets):
            links.setdefault((link.kind, link.source, link.target, link.begins, link.guard), link)
        starts = tuple(self.starts(places, secrets))
        return Case(times, {one.id: one for one in things}, tuple(links.values()), starts)

    def control(self, name: str) -> Thing:
        """A control that changes up to twice: what opens it and what shuts it happen at times of their own."""
        choose, times = self.choose, self.times
        opens, shuts = choose.choice(times.control), choose.choice(times.loss)
        open_, shut = choose.choice((Enforced.NO, Enforced.ABSENT, Enforced.UNKNOWN)), Enforced.YES
        kind = choose.randrange(5)
        if kind == 0:
            return Thing(name, "Control", enforced=(Enforcement(choose.choice((open_, shut))),))
        if kind == 1:
            return Thing(name, "Control", enforced=(Enforcement(shut, None, opens), Enforcement(open_, opens, None)))
        if kind == 2:
            return Thing(name, "Control", enforced=(Enforcement(open_, None, shuts), Enforcement(shut, shuts, None)))
        if kind == 3:
            return Thing(name, "Control", ends=opens, enforced=(Enforcement(shut),))
        first, second = sorted((opens, shuts))
        before, after = (shut, open_) if opens < shuts else (open_, shut)
        return Thing(
            name,
            "Control",
            enforced=(
                Enforcement(before, None, first),
                Enforcement(after, first, second),
                Enforcement(before, second, None),
            ),
        )

    def secret(self, name: str) -> Thing:
        choose, times = self.choose, self.times
        early = [FIRST - 2 * DAY + timedelta(hours=9), FIRST - timedelta(hours=4)]
        seconds = [self.maybe(0.3, early), self.maybe(0.3, times.rotated), self.maybe(0.3, times.rotated)]
        days = [self.maybe(0.25, times.rotated_day), self.maybe(0.1, [FIRST - 2 * DAY])]
        values = [self.value(one, Precision.SECOND) for one in sorted({one for one in seconds if one is not None})]
        values += [self.value(one, Precision.DAY) for one in days if one is not None]
        begins = self.maybe(0.15, times.node) if not values else self.maybe(0.2, [FIRST - 5 * DAY])
        return Thing(
            name,
            "Credential",
            begins,
            self.maybe(0.12, times.loss),
            self.maybe(0.1, times.loss),
            choose.random() < 0.04,
            tuple(sorted(values, key=lambda one: one.since)),
        )

    def value(self, since: datetime, precision: Precision) -> Version:
        overlap = self.maybe(0.4, self.times.loss)
        evidence = EvidenceKind.TICKET if self.choose.random() < 0.1 else EvidenceKind.CONFIG
        return Version(since, overlap, precision, evidence)

    def link(self, kind: str, source: str, target: str, **more: datetime | None) -> Link:
        choose, times = self.choose, self.times
        guard = choose.choice(("gate", "fence")) if choose.random() < 0.25 else ""
        begins, ends = self.maybe(0.15, times.link), self.maybe(0.2, times.loss)
        return Link(kind, source, target, begins, ends, guard, choose.random() < 0.12, **more)

    def links(self, accounts: list[str], places: list[str], secrets: list[str]) -> Iterator[Link]:
        choose, times = self.choose, self.times
        for one in secrets:
            for _ in range(choose.choice((0, 1, 1, 1, 2))):
                yield self.link("HAS_CREDENTIAL", choose.choice(accounts), one)
            if choose.random() < 0.2:
                yield self.link("GRANTS", one, choose.choice(places))
            if choose.random() < 0.25:
                yield self.link("HELD_BY", one, "vendor")
            if choose.random() < 0.1:
                other = choose.choice(secrets)
                if other != one:
                    yield self.link("SAME_SECRET", one, other)
        for one in accounts:
            for place in choose.sample(places, choose.choice((1, 1, 2))):
                yield self.link("ASSIGNED_TO", one, place)
        early = [FIRST - 2 * DAY, FIRST - 2 * DAY + timedelta(hours=9), FIRST - DAY]
        for place in places:
            if choose.random() < 0.2:
                other = choose.choice(places)
                if other != place:
                    yield self.link("CONTAINS", place, other)
            for secret in choose.sample(secrets, choose.choice((0, 1, 1, 2))):
                stored = self.maybe(0.5, [*early, *times.stored])
                yield self.link("STORES", place, secret, stored=stored)
            if choose.random() < 0.3:
                owner = choose.choice(accounts)
                yield Link("OWNED_BY", place, owner, self.maybe(0.2, times.link), self.maybe(0.4, times.loss))
                if choose.random() < 0.6:
                    yield Link("TRUSTS", place, owner, self.maybe(0.4, times.loss), self.maybe(0.6, times.seal))

    def starts(self, places: list[str], secrets: list[str]) -> Iterator[Start]:
        choose, times = self.choose, self.times
        for one in choose.sample(secrets, choose.choice((1, 1, 2))):
            obtained = self.maybe(0.5, [FIRST - 2 * DAY, FIRST - 2 * DAY + timedelta(hours=10), FIRST - 3 * DAY, FIRST])
            yield Start(one, None, self.maybe(0.3, times.start), None, obtained)
        if choose.random() < 0.4:
            level = {"vendor": "compromised"}
            one = choose.choice(["vendor", *places])
            begins, ends = self.maybe(0.4, times.start), self.maybe(0.5, times.loss)
            yield Start(one, level.get(one, "read"), begins, ends)
