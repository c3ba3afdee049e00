"""Read sign-on policies, their rules and what they stand before from an instant's inventory."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from graphscan.expand.sign_on.rules import (
    EVERYTHING,
    SESSION,
    Decision,
    Named,
    People,
    Policy,
    Rule,
    of_session,
    sign_in,
    unread_console,
)

NO_ORG = -1  # of applications whose organization is not in the inventory
_LAST = 1 << 30  # priority of what states none
_OPERATIONS = ("enroll", "recover", "unlock")
_ANYWHERE = frozenset({"", "anywhere"})


@dataclass(frozen=True, slots=True)
class Link:
    """One APPLIES_TO relation: its number, its ends, whether it was seen, and its properties."""

    relation: int
    source: int
    target: int
    seen: bool
    properties: Mapping[str, Any]


@dataclass(slots=True)
class Org:
    """
    The sign-on policies of one organization.

    Attributes:
        session:   its session policies, in order.
        decisions: what is decided, with the node number of the policy where there is just one.
        before:    (application or organization, part, index of the decision, evidence).
        zones:     zones that its rules name.
    """

    session: tuple[Policy, ...] = ()
    decisions: list[tuple[Decision, int | None]] = field(default_factory=list)
    before: list[tuple[int, str, int, tuple[int, ...]]] = field(default_factory=list)
    zones: set[int] = field(default_factory=set)

    def add(self, decision: Decision) -> int:
        """Return the index of a decision, added where it is not there."""
        policy = decision.policies[0].control if len(decision.policies) == 1 else None
        entry = (decision, policy)
        if entry not in self.decisions:
            self.decisions.append(entry)
        return self.decisions.index(entry)


def organizations(con: duckdb.DuckDBPyConnection) -> dict[int, Org]:
    """Return the sign-on policies of each Okta organization, by its node number."""
    links = _links(con)
    kind = dict(con.execute("SELECT n, kind FROM node WHERE n IN (SELECT target FROM sign_on_applied)").fetchall())
    orgs = _numbers(con, "SELECT n FROM node WHERE kind = 'Application' AND provider = 'okta' AND subtype = 'org'")
    inside: dict[int, int] = dict(con.execute(_INSIDE).fetchall())
    console = set(_numbers(con, _CONSOLE))
    classic = set(_numbers(con, _CLASSIC))
    policies = _Policies(con, links, kind)
    found = {org: Org() for org in orgs}
    direct: dict[int, list[Link]] = defaultdict(list)
    whole: dict[tuple[int, str], list[Link]] = defaultdict(list)
    for link in links:
        if link.source in policies.controls and kind.get(link.target) == "Application":
            if link.target in found:
                whole[link.target, str(link.properties.get("for") or "console")].append(link)
            else:
                direct[link.target].append(link)
    for org, one in found.items():
        one.session = policies.ordered(whole[org, "session"], session=True, several=True)
    apps = {*direct, *(app for app, org in inside.items() if whole[org, "applications"] or found[org].session)}
    for app in sorted(apps):
        org = inside.get(app, NO_ORG)
        one = found.setdefault(org, Org())
        before = direct.get(app) or whole[org, "applications"]
        _stand(one, app, "application", policies.ordered(before), before or whole[org, "session"])
        if app in console:
            whole[org, "console"] += before
    for org in orgs:
        _stand(found[org], org, "session", (), whole[org, "session"])
        before = list({one.source: one for one in whole[org, "console"]}.values())
        _stand(found[org], org, "console", policies.ordered(before), before, unread_console(org in classic))
        managing = whole[org, "account-management"]
        for part in _OPERATIONS:
            if managing:
                _stand(found[org], org, part, policies.ordered(managing, several=True), managing)
    for one in found.values():
        asked = [*one.session, *(policy for decision, _ in one.decisions for policy in decision.policies)]
        one.zones = {z for p in asked for r in p.rules for z, _ in (*r.zones_in, *r.zones_out)}
    return found


# Private functions

_INSIDE = """
SELECT c.target, min(c.source) FROM relation c
JOIN node o ON o.n = c.source AND o.kind = 'Application' AND o.provider = 'okta' AND o.subtype = 'org'
JOIN node a ON a.n = c.target AND a.kind = 'Application'
WHERE c.kind = 'CONTAINS' AND c.source <> c.target GROUP BY c.target
"""
# The console is an application of its own, under this name.
_CONSOLE = """
SELECT n FROM node WHERE kind = 'Application' AND provider = 'okta'
AND (subtype = 'saasure' OR properties ->> '$.app' = 'saasure')
"""
_CLASSIC = "SELECT n FROM node WHERE kind = 'Application' AND properties ->> '$.pipeline' = 'classic'"
# Also what does not take part now: a rule for somebody who is gone is not a rule for everyone.
_APPLIED = """
CREATE OR REPLACE TEMP TABLE sign_on_applied AS
SELECT r.r, r.source, r.target, r.properties, i.r IS NOT NULL AS here,
  coalesce(i.observed = 'yes' AND coalesce(len(i.guards), 0) = 0, false) AS seen
FROM base.relation r LEFT JOIN relation i ON i.r = r.r, asked
WHERE r.kind = 'APPLIES_TO' AND r.source IN (
    SELECT n FROM node WHERE kind = 'Control' AND subtype = 'sign_on_policy'
    UNION ALL SELECT n FROM node WHERE kind = 'Policy' AND subtype = 'sign_on_rule')
  AND (r.valid_from IS NULL OR r.valid_from <= asked.moment) AND (r.valid_to IS NULL OR r.valid_to > asked.moment)
"""


def _links(con: duckdb.DuckDBPyConnection) -> list[Link]:
    con.execute(_APPLIED)
    rows = con.execute("SELECT r, source, target, seen, properties::VARCHAR FROM sign_on_applied WHERE here ORDER BY r")
    return [Link(r, source, target, seen, _object(text)) for r, source, target, seen, text in rows.fetchall()]


class _Policies:
    """The policies and rules of an inventory."""

    def __init__(self, con: duckdb.DuckDBPyConnection, links: Iterable[Link], kind: Mapping[int, str]) -> None:
        rows = con.execute(
            "SELECT n, n.kind, n.properties::VARCHAR, c.enforced FROM node n LEFT JOIN control c USING (n) "
            "WHERE n.kind = 'Control' AND n.subtype = 'sign_on_policy' "
            "OR n.kind = 'Policy' AND n.subtype = 'sign_on_rule'"
        ).fetchall()
        self.controls = {n for n, node_kind, _, _ in rows if node_kind == "Control"}
        self.properties = {n: _object(text) for n, _, text, _ in rows}
        self.enforced = {n: enforced or "unknown" for n, _, _, enforced in rows}
        self.kind = kind
        gone = con.execute("SELECT source, target, properties::VARCHAR FROM sign_on_applied WHERE NOT here").fetchall()
        kinds = dict(
            con.execute("SELECT n, kind FROM base.node WHERE n IN (SELECT target FROM sign_on_applied)").fetchall()
        )
        # Includes of people or zones that are gone, by what names them.
        self.gone = {(n, kinds.get(to)) for n, to, text in gone if _side(_object(text)) == "include"}
        self.named: dict[int, list[Link]] = defaultdict(list)
        self.rules: dict[int, list[Link]] = defaultdict(list)
        for link in links:
            if link.target in self.controls:
                self.rules[link.target].append(link)
            else:
                self.named[link.source].append(link)

    def ordered(self, links: Iterable[Link], session: bool = False, several: bool = False) -> tuple[Policy, ...]:
        """
        Return the policies of some relations in order of priority.

        Args:
            session: they are about beginning a session.
            several: they are one list; one that is possibly not there is possibly not asked.
        """
        found = [self._policy(link, session, several) for link in links]
        return tuple(sorted(found, key=lambda one: (_priority(self.properties[one.control]), one.control)))

    # Private

    def _policy(self, link: Link, session: bool, several: bool) -> Policy:
        people = self._people(link.source)
        links = [one for one in self.rules[link.source] if one.source in self.properties]
        links.sort(key=lambda one: (_priority(self.properties[one.source]), one.source))
        rules = tuple(self._rule(one, people, link.seen or not several, session) for one in links)
        return Policy(link.source, link.relation, link.seen, people, self.enforced[link.source], rules)

    def _named(self, n: int, side: str, *kinds: str) -> Named:
        return tuple(
            (one.target, one.seen)
            for one in self.named[n]
            if self.kind.get(one.target) in kinds and _side(one.properties) == side
        )

    def _people(self, n: int) -> People:
        stated = self.properties[n]
        include = self._named(n, "include", "Group", "User", "ServiceAccount")
        gone = any((n, kind) in self.gone for kind in ("Group", "User", "ServiceAccount"))
        count = str(stated.get("included") or "")
        missing = count.isdigit() and int(count) > len(include) and not gone
        return People(
            include,
            self._named(n, "exclude", "Group", "User", "ServiceAccount"),
            everyone=not include and not gone and not missing,
            missing=missing,
            types_in=_words(stated.get("user_types_in")),
            types_out=_words(stated.get("user_types_out")),
        )

    def _rule(self, link: Link, policy: People, certain: bool, session: bool) -> Rule:
        n, stated = link.source, self.properties[link.source]
        access = _text(stated, "access").upper()
        asked = sign_in(stated.get("needs"))
        # What a rule asks for where nobody says so is satisfied by everything, and possibly by anything.
        needs, may = asked or EVERYTHING, sign_in(stated.get("may_need")) or asked or SESSION
        network = _text(stated, "network").lower()
        zones_in = self._named(n, "include", "Segment")
        zones_out = self._named(n, "exclude", "Segment")
        operations = stated.get("operations")
        # A zone that is gone is a position that nobody has.
        if network in _ANYWHERE and (zones_in or zones_out):
            network = "zones"
        return Rule(
            link.relation,
            tuple(dict.fromkeys((policy, self._people(n)))),
            seen=link.seen,
            # Whoever enrols or recovers chooses with what: a rule for some authenticators may be passed by.
            certain=link.seen
            and certain
            and not _words(stated.get("undecidable"))
            and not _words(stated.get("authenticators")),
            network="" if network in _ANYWHERE else network,
            zones_in=zones_in,
            zones_out=zones_out,
            device=_text(stated, "device").lower(),
            platforms=_words(stated.get("platforms")),
            operations=None if operations is None or session else _words(operations),
            allows={"ALLOW": True, "DENY": False}.get(access),
            needs=of_session(needs) if session else needs,
            may_need=of_session(may) if session else may,
            remembers=session and _text(stated, "remember_device") == "true",
            never=_text(stated, "never") == "true" or ((n, "Segment") in self.gone and not zones_in),
        )


def _stand(
    org: Org, node: int, part: str, policies: tuple[Policy, ...], links: Iterable[Link], assumed: tuple[Rule, ...] = ()
) -> None:
    index = org.add(Decision(part, policies, part not in _OPERATIONS, () if policies else assumed))
    org.before.append((node, part, index, tuple(sorted({one.relation for one in links if one.seen}))))


def _object(text: str | None) -> dict[str, Any]:
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {}


def _side(stated: Mapping[str, Any]) -> str:
    return str(stated.get("as") or "include")


def _text(stated: Mapping[str, Any], name: str) -> str:
    found = stated.get(name)
    return "true" if found is True else found if isinstance(found, str) else ""


def _words(found: object) -> tuple[str, ...]:
    if isinstance(found, str):
        return (found,) if found else ()
    return tuple(str(one) for one in found) if isinstance(found, list) else ()


def _priority(stated: Mapping[str, Any]) -> int:
    found = str(stated.get("priority") or "")
    return int(found) if found.isdigit() else _LAST


def _numbers(con: duckdb.DuckDBPyConnection, sql: str) -> list[int]:
    return [int(n) for (n,) in con.execute(f"SELECT n FROM ({sql}) ORDER BY n").fetchall()]
