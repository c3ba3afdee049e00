"""
A direct simulation of an attacker in the inventories of `timelines`, at every instant.

It shares no code with the product: it goes through all moments one by one, with the sets of facts and of held values,
and applies the rules of docs/time.md to the abstract inventory as they are written there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time

from timelines import BEGIN, DAY, TICK, Case, Link, Start, Thing

from graphscan.model import Enforced, EvidenceKind, Precision, Version

Fact = tuple[str, str]


@dataclass
class Found:
    """What the simulation saw: facts at the end, when each was first reached, and every secret ever held."""

    last: set[Fact] = field(default_factory=set)
    first: dict[Fact, datetime] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)


def simulate(one: Case, may: bool) -> Found:
    """Go through every moment, from the first to the last."""
    return _Simulation(one, may).run()


class _Simulation:
    def __init__(self, one: Case, may: bool) -> None:
        self.case = one
        self.may = may
        self.held: dict[str, datetime] = {}  # secret → the newest moment at which its value may have been obtained
        self.keys: set[str] = set()  # places for which a key was made
        self.entered: set[int] = set()
        self.found = Found()

    def run(self) -> Found:
        for at in self.case.times.every():
            self.enter(at)
            facts = self.close(at)
            self.obtain(facts, at)
            for fact in facts:
                self.found.first.setdefault(fact, at)
            self.found.last = facts
        self.found.secrets = set(self.held)
        return self.found

    def since(self, start: Start) -> datetime:
        first = start.begins
        if first is None and start.id.startswith("secret"):
            first = start.obtained
        return BEGIN if first is None else max(BEGIN, first)

    def enter(self, at: datetime) -> None:
        for place, start in enumerate(self.case.starts):
            if place in self.entered or not start.id.startswith("secret") or self.since(start) > at:
                continue
            self.entered.add(place)
            when = at if start.obtained is None else self.bound(start.obtained, at)
            self.hold(start.id, when)
            if not self.alive(start.id, at) or self.replaced(start.id, when, at):
                for link in self.case.links:
                    if link.kind == "SAME_SECRET" and start.id in (link.source, link.target):
                        other = link.target if link.source == start.id else link.source
                        if self.alive(other, at):
                            self.hold(other, when)

    def bound(self, moment: datetime, at: datetime) -> datetime:
        """A moment of which only the day is known, taken as this run takes it."""
        if self.may and moment.time() == time():
            return min(moment + DAY - TICK, max(at, moment))
        return moment

    def hold(self, secret: str, when: datetime) -> None:
        self.held[secret] = max(when, self.held.get(secret, when))

    # What lives

    def alive(self, id_: str, at: datetime) -> bool:
        thing = self.case.things[id_]
        if thing.begins is not None and at < thing.begins:
            return False
        if not self.lives(thing, at):
            return False
        return thing.kind != "Credential" or not self.orphaned(thing, at)

    def lives(self, thing: Thing, at: datetime) -> bool:
        if thing.ends is not None and at >= thing.ends:
            return False
        if thing.expires is not None and at >= thing.expires:
            return False
        return not (thing.disabled and thing.ends is None and at >= self.case.times.read)

    def orphaned(self, thing: Thing, at: datetime) -> bool:
        mine = [link for link in self.case.links if thing.id in (link.source, link.target)]
        if any(link.kind == "SAME_SECRET" or (link.kind == "GRANTS" and link.source == thing.id) for link in mine):
            return False
        owners = [link for link in mine if link.kind == "HAS_CREDENTIAL" and self.within(link, at)]
        return bool(owners) and all(not link.possible and not self.alive(link.source, at) for link in owners)

    @staticmethod
    def within(link: Link, at: datetime) -> bool:
        return (link.begins is None or link.begins <= at) and (link.ends is None or at < link.ends)

    # Values

    def replacements(self, secret: str) -> list[Version]:
        begins = self.case.things[secret].begins
        later = [one for one in self.case.things[secret].values if begins is None or one.since > begins]
        return [one for one in later if one.evidence is not EvidenceKind.TICKET]

    def replaced(self, secret: str, when: datetime, at: datetime) -> bool:
        """Whether a value obtained at a moment is dead at another."""
        for one in self.replacements(secret):
            # The replacement happened at some moment from `first` to `last`.
            first = one.since
            last = one.since + DAY if one.precision is Precision.DAY else one.since
            ended = max(last if self.may else first, one.overlap_until or first)
            if when < (first if self.may else last) and ended <= at:
                return True
        return False

    def copy(self, link: Link, at: datetime) -> str:
        """What a copy that was stored earlier is worth: "" nothing, "known" or "possible"."""
        worth = "known"
        if link.stored is None:
            return worth
        if link.stored > at:
            return ""
        for one in self.replacements(link.target):
            if one.since > at or (one.overlap_until is not None and one.overlap_until > at):
                continue
            day = one.precision is Precision.DAY or link.stored.time() == time()
            if day and one.since.date() == link.stored.date():
                worth = "possible"
            elif one.since > link.stored:
                return ""
        return worth

    # One moment

    def open(self, control: str, at: datetime) -> bool:
        thing = self.case.things[control]
        if thing.ends is not None and at >= thing.ends:
            return True
        now = [
            one.value
            for one in thing.enforced
            if (one.valid_from is None or one.valid_from <= at) and (one.valid_to is None or at < one.valid_to)
        ]
        value = now[0] if now else Enforced.UNKNOWN
        return value in (Enforced.NO, Enforced.ABSENT) or (value is Enforced.UNKNOWN and self.may)

    def works(self, link: Link, at: datetime) -> bool:
        if not self.within(link, at) or not self.alive(link.source, at) or not self.alive(link.target, at):
            return False
        if link.kind == "STORES" and link.target.startswith("secret"):
            worth = self.copy(link, at)
            if not worth or (worth == "possible" and not self.may):
                return False
        return (self.may or not link.possible) and (not link.guard or self.open(link.guard, at))

    def steps(self, at: datetime) -> Iterator[tuple[Fact, Fact, Link]]:
        """Yield what leads to what at a moment, and by which relation."""
        for link in self.case.links:
            a, b = link.source, link.target
            if link.kind == "TRUSTS" or not self.works(link, at):
                continue
            if link.kind == "HAS_CREDENTIAL":
                yield (b, "held"), (a, "act_as"), link
            elif link.kind == "GRANTS":
                yield (a, "held"), (b, "read"), link
            elif link.kind == "HELD_BY":
                yield (b, "compromised"), (a, "held"), link
            elif link.kind == "ASSIGNED_TO":
                yield (a, "act_as"), (b, "read"), link
            elif link.kind == "CONTAINS":
                yield (a, "read"), (b, "read"), link
            elif link.kind == "STORES":
                yield (a, "read"), (b, "held"), link
            elif link.kind == "SAME_SECRET":
                yield (a, "held"), (b, "held"), link
                yield (b, "held"), (a, "held"), link
            elif link.kind == "OWNED_BY" and not self.sealed(a, b, at):
                yield (b, "act_as"), (a, "key"), link

    def sealed(self, place: str, owner: str, at: datetime) -> bool:
        seals = [one for one in self.case.links if (one.kind, one.source, one.target) == ("TRUSTS", place, owner)]
        return any(self.within(one, at) for one in seals)

    def close(self, at: datetime) -> set[Fact]:
        facts: set[Fact] = set()
        for secret, when in self.held.items():
            if self.alive(secret, at) and not self.replaced(secret, when, at):
                facts.add((secret, "held"))
        for start in self.case.starts:
            over = start.ends is not None and at >= start.ends
            if not start.id.startswith("secret") and self.since(start) <= at and not over and self.alive(start.id, at):
                facts.add((start.id, str(start.level)))
        facts |= {(place, "key") for place in self.keys}
        steps = [(first, then) for first, then, _ in self.steps(at)]
        while True:
            more = {then for first, then in steps if first in facts} - facts
            more |= {(place, "write") for place, level in facts if level == "key" and self.alive(place, at)} - facts
            more |= {(place, "read") for place, level in facts if level == "write"} - facts
            if not more:
                return facts
            facts |= more

    def obtain(self, facts: set[Fact], at: datetime) -> None:
        self.keys |= {place for place, level in facts if level == "key"}
        value = {secret: self.held[secret] for secret, level in facts if level == "held" and secret in self.held}
        value = {secret: when for secret, when in value.items() if not self.replaced(secret, when, at)}
        same = []
        for first, (secret, level), link in self.steps(at):
            if level == "held" and first in facts:
                if link.kind == "SAME_SECRET":
                    same.append((first[0], secret))
                else:
                    when = at if link.stored is None else min(at, self.bound(link.stored, at))
                    value[secret] = max(when, value.get(secret, when))
        for _ in self.case.things:
            for first, secret in same:
                if first in value:
                    value[secret] = max(value[first], value.get(secret, value[first]))
        for secret, when in value.items():
            self.hold(secret, when)
