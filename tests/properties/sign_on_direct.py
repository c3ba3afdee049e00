"""
Sign-on policies evaluated directly: one user, one position, one device, one rule after the other.

What cannot be decided is tried in every combination. Knows nothing of the pipeline, its levels or its tables.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product

from sign_on_orgs import PLATFORMS, ZONES, Org, Policy, Rule

Triple = tuple[int, bool, int]  # strength, managed device, strength proven fresh (-1: nothing)
Outcome = tuple[Triple | None, Triple | None]  # what satisfies it for certain, and possibly; None: nothing does

STRENGTHS = ("act_as", "mfa", "phishing_resistant")
LEVELS: dict[str, Triple] = {"top": (2, True, 2)}
for _s, _m, _f in product(range(3), (False, True), range(-1, 3)):
    if _f <= _s and (_s, _m, _f) != (2, True, 2):
        _name = STRENGTHS[_s] + (".managed" if _m else "")
        LEVELS[_name + (".session" if _f < 0 else "" if _f == _s else f".fresh_{STRENGTHS[_f]}")] = (_s, _m, _f)
ANY, EVERYTHING = (0, False, -1), (2, True, 2)


class Direct:
    """One organisation and who signs in to what in it."""

    def __init__(self, org: Org, zones: set[str] | None = None) -> None:
        """Take an organisation, and the zones that matter where that is not what its rules name."""
        self.org = org
        # A position in a zone that no rule names is like one in none.
        named = {to for policy in org.policies for rule in policy.rules for to in rule.named if to in ZONES}
        self.zones = named if zones is None else zones
        self.outcomes = cache(self._outcomes)
        self.anywhere = cache(self._anywhere)

    def passes(self, user: str, part: str, position: str, held: Triple, may: bool) -> bool:
        """
        Whether somebody signed in as strongly as `held` gets in.

        Args:
            part:     an application, "console", or an operation of account management.
            position: the zone one stands in, or "".
        """
        needs = LEVELS[self.org.direct[part][1]] if part in self.org.direct else ANY
        if not _satisfies(held, needs):
            return False
        return self._through(user, part, position, held, may)

    def _through(self, user: str, part: str, position: str, held: Triple, may: bool) -> bool:
        return any(
            self._passes_here(user, part, place, managed, platform, held, may)
            for place in self._positions(position, may)
            for managed, platform in _devices()
            if held[1] or not managed
        )

    def alone(self, user: str, app: str, position: str, held: Triple, may: bool) -> bool:
        """Whether he gets through the policies before an application, whatever his assignment to it asks for."""
        return self._through(user, app, position, held, may)

    # Private

    def _passes_here(
        self, user: str, part: str, place: str, managed: bool, platform: str, held: Triple, may: bool
    ) -> bool:
        own, unasked = self._own(user, part, place, managed, platform)
        session = self.outcomes(user, "session", place, managed, platform) if self._with_session(part) else frozenset()
        if not may:
            return all(known is not None and _satisfies(held, known) for known, _ in own | session)
        begun = self.anywhere(user) if self._with_session(part) else {ANY}
        return any(_satisfies(held, one) for one in begun) and (
            unasked or any(one is not None and _satisfies(held, one) for _, one in own)
        )

    def _own(self, user: str, part: str, place: str, managed: bool, platform: str) -> tuple[frozenset[Outcome], bool]:
        """Return what the part's own policies ask, and whether they possibly ask nothing."""
        policies = self._list(part)
        if not policies:
            return frozenset({(EVERYTHING, EVERYTHING) if part == "console" else (ANY, ANY)}), False
        if all(one.state == "no" for one in policies):
            return frozenset({(ANY, ANY)}), True
        found = self.outcomes(user, part, place, managed, platform)
        possibly_absent = part in self.org.apps and not policies[0].seen
        return found, possibly_absent or all(one.state != "yes" for one in policies)

    def _with_session(self, part: str) -> bool:
        return bool(self.org.session) and part not in ("enroll", "recover", "unlock")

    def _anywhere(self, user: str) -> set[Triple]:
        """A session that was begun elsewhere, on whatever device, is possibly not looked at again."""
        found = set()
        for place in ("", *self.zones):
            for managed, platform in _devices():
                found |= {one for _, one in self.outcomes(user, "session", place, managed, platform) if one is not None}
                if managed and self._remembered(user, place):
                    found.add((0, True, -1))
        return found

    def _remembered(self, user: str, place: str) -> bool:
        return any(
            rule is not None and rule.stated.get("remember_device") == "true" and rule.stated.get("access") != "DENY"
            for rule in self._first(user, "session", place, True, "?")
        )

    def _outcomes(self, user: str, part: str, place: str, managed: bool, platform: str) -> frozenset[Outcome]:
        found = set()
        for rule in self._first(user, part, place, managed, platform):
            if rule is None or rule.stated["access"] == "DENY":
                found.add((None, None))
                continue
            needs = LEVELS.get(rule.stated.get("needs", ""))
            may = LEVELS.get(rule.stated.get("may_need", "")) or needs or ANY
            known = needs or EVERYTHING
            if part == "session":
                known, may = (*known[:2], -1), (*may[:2], -1)
            # What is enough for certain is possibly enough, whatever else possibly is.
            sure = known if rule.stated["access"] == "ALLOW" else None
            found |= {(sure, may), (sure, known)}
        return frozenset(found)

    def _first(self, user: str, part: str, place: str, managed: bool, platform: str) -> list[Rule | None]:
        """Return which rules are the first to match, over all resolutions of what cannot be decided."""
        rules = [
            (rule, self._matches(rule, policy, user, part, place, managed, platform))
            for policy in self._list(part)
            for rule in _rules(policy, part)
        ]
        open_ = [rule.id for rule, match in rules if match is None]
        found: dict[str, Rule | None] = {}
        for bits in product((False, True), repeat=len(open_)):
            resolved = dict(zip(open_, bits, strict=True))
            first = next((r for r, match in rules if (resolved[r.id] if match is None else match)), None)
            found[first.id if first else ""] = first
        return list(found.values())

    def _list(self, part: str) -> list[Policy]:
        if part == "session":
            return sorted(self.org.session, key=lambda one: one.priority)
        if part in ("enroll", "recover", "unlock"):
            return sorted(self.org.managing, key=lambda one: one.priority)
        policy = self.org.console if part == "console" else self.org.apps[part]
        return [policy] if policy is not None else []

    def _matches(
        self, rule: Rule, policy: Policy, user: str, part: str, place: str, managed: bool, platform: str
    ) -> bool | None:
        stated = rule.stated
        several = part in ("session", "enroll", "recover", "unlock")
        answers: list[bool | None] = [self._for(rule.named, stated, user), self._for(policy.named, {}, user)]
        answers.append(self._network(rule, place))
        if stated.get("device"):
            answers.append(True if managed else False if stated["device"] == "managed" else None)
        if "platforms" in stated:
            answers.append(None if managed else platform in stated["platforms"])
        if stated.get("never"):
            answers.append(False)
        if "operations" in stated and part not in stated["operations"]:
            answers.append(False)
        if stated.get("undecidable") or stated["access"] not in ("ALLOW", "DENY") or not rule.seen:
            answers.append(None)
        # Whoever enrols chooses with what; the rule is for some authenticators only.
        if stated.get("authenticators"):
            answers.append(None)
        # Of a list of several policies one that is possibly not there is possibly not asked.
        if not policy.seen and several:
            answers.append(None)
        return _all(answers)

    def _for(self, named: dict[str, tuple[str, bool]], stated: dict[str, object], user: str) -> bool | None:
        answers = []
        people = {to: entry for to, entry in named.items() if to not in ZONES}
        if any(side == "include" for side, _ in people.values()):
            answers.append(
                _any(_doubted(self._is(user, to), seen) for to, (side, seen) in people.items() if side == "include")
            )
        for to, (side, seen) in people.items():
            if side == "exclude":
                answers.append(_not(_doubted(self._is(user, to), seen)))
        kind = self.org.types[user]
        if "user_types_in" in stated:
            answers.append(None if not kind else kind in stated["user_types_in"])  # type: ignore[operator]
        if "user_types_out" in stated:
            answers.append(None if not kind else kind not in stated["user_types_out"])  # type: ignore[operator]
        return _all(answers)

    def _is(self, user: str, to: str) -> bool | None:
        if to in self.org.types:
            return to == user
        if (user, to) in self.org.members:
            return True if self.org.members[user, to] else None
        return False if {user, to} & self.org.complete else None

    def _network(self, rule: Rule, place: str) -> bool | None:
        network = rule.stated.get("network", "anywhere")
        zones = {to: entry for to, entry in rule.named.items() if to in ZONES}
        if network == "anywhere":
            return True
        if network in ("any zone", "no zone"):
            return (network == "any zone") == bool(place)
        if network != "zones" or not zones:
            return None
        answers = []
        if any(side == "include" for side, _ in zones.values()):
            answers.append(
                _any(_doubted(self._in(place, to), seen) for to, (side, seen) in zones.items() if side == "include")
            )
        out = [(to, seen) for to, (side, seen) in zones.items() if side == "exclude"]
        answers += [_not(_doubted(self._in(place, to), seen)) for to, seen in out]
        return _all(answers)

    def _in(self, place: str, zone: str) -> bool | None:
        if not place:
            return False
        return True if zone in self._around(place, False) else None

    def _around(self, zone: str, may: bool) -> set[str]:
        found, pending = set(), [zone]
        while pending:
            one = pending.pop()
            if one not in found:
                found.add(one)
                pending += [b for (a, b), seen in self.org.inside.items() if a == one and (seen or may)]
        return found

    def _positions(self, position: str, may: bool) -> set[str]:
        return {"", *(self._around(position, may) & self.zones if position else ())}


# Private functions


def _rules(policy: Policy, part: str) -> Iterator[Rule]:
    """A policy that was not read asks for everything, and in a list of sessions possibly for nothing."""
    if part == "session" and policy.state == "no":
        yield Rule(f"{policy.id} open", {"access": "ALLOW", "needs": "act_as.session"})
    elif not policy.rules or policy.state == "unknown":
        stated = {"access": "ALLOW", "needs": "top"}
        if part == "session":
            stated["may_need"] = "act_as.session"
        yield Rule(f"{policy.id} unread", stated)
    else:
        yield from policy.rules


def _devices() -> list[tuple[bool, str]]:
    return [(False, one) for one in ("", *PLATFORMS)] + [(True, "?")]


def _satisfies(held: Triple, needs: Triple) -> bool:
    return held[0] >= needs[0] and held[1] >= needs[1] and held[2] >= needs[2]


def _doubted(answer: bool | None, seen: bool) -> bool | None:
    return answer if seen or answer is False else None


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _all(answers: list[bool | None]) -> bool | None:
    return False if False in answers else None if None in answers else True


def _any(answers: Iterator[bool | None]) -> bool | None:
    found = list(answers)
    return True if True in found else None if None in found else False
