"""Solve the sign-on policies of an inventory and leave the answers as tables."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import duckdb
import numpy as np

from graphscan import kinds
from graphscan.expand.sign_on import read, users
from graphscan.expand.sign_on.match import Contexts, Ints, Users, unique_rows
from graphscan.expand.sign_on.outcomes import Way
from graphscan.expand.sign_on.places import Table, join_groups, load, place
from graphscan.expand.sign_on.read import Org
from graphscan.expand.sign_on.rules import MAYBE, YES, Policy, Rule
from graphscan.expand.sign_on.solve import Decided, decide, session_listing
from graphscan.expand.sign_on.zones import Zones


def needed(con: duckdb.DuckDBPyConnection) -> bool:
    """Return whether there is any sign-on policy, so that memberships decide something."""
    found = con.execute("SELECT count(*) FROM node WHERE kind = 'Control' AND subtype = 'sign_on_policy'").fetchall()
    return bool(found[0][0])


def solve(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables named in the package's description; `membership` and coverage must be there."""
    orgs = read.organizations(con)
    policies = [p for org in orgs.values() for p in _policies(org)]
    people = [one for p in policies for one in (p.people, *(who for rule in p.rules for who in rule.people))]
    named = {n for one in people for n, _ in (*one.include, *one.exclude)}
    _before(con, orgs)
    users.classify(con, named, any(one.types_in or one.types_out for one in people))
    classes = users.users(con)
    inside = _inside(con, {zone for org in orgs.values() for zone in org.zones})
    names = _Names(con)
    answer = _Answer()
    for number, org in orgs.items():
        signatures, own = classes.get(number) or users.nobody(classes)
        _solve_one(answer, number, org, signatures, own, inside, names)
    answer.write(con, Zones(con, answer.ways))
    join_groups(con)
    con.execute("CREATE TABLE sign_in_join (one VARCHAR, other VARCHAR, both_levels VARCHAR)")
    pairs = list(product(kinds.SIGN_INS.values(), repeat=2))
    con.execute(
        "INSERT INTO sign_in_join SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
        [[a.level for a, _ in pairs], [b.level for _, b in pairs], [a.join(b).level for a, b in pairs]],
    )


# Private functions


@dataclass
class _Answer:
    """
    What the tables will hold.

    Attributes:
        signature, signature_class: the class of each signature.
        class_org:                  the organization of each class.
        anyone:                     (organization, class) of whom nothing is known.
        rows, base:                 see `places.Table`.
        decisions:                  (policy, part) of each decision.
        ways, texts:                the distinct sets of ways by one decision each.
    """

    signature: list[int] = field(default_factory=list)
    signature_class: list[int] = field(default_factory=list)
    class_org: list[int] = field(default_factory=list)
    anyone: list[tuple[int, int]] = field(default_factory=list)
    rows: list[Ints] = field(default_factory=list)
    base: list[Ints] = field(default_factory=list)
    cells: int = 0
    decisions: list[tuple[int | None, str]] = field(default_factory=list)
    ways: list[tuple[Way, ...]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def add(self, decided: Decided, names: "_Names") -> Ints:
        """Number the ways in by one decision; return the number of each class of users."""
        texts = names.texts(decided.ways)
        number: dict[str, int] = {}
        for text, ways in zip(texts, decided.ways, strict=True):
            if text not in number:
                number[text] = len(self.ways)
                self.ways.append(ways)
                self.texts.append(text)
        return np.asarray([number[text] for text in texts], np.int64)[decided.behaviour]

    def write(self, con: duckdb.DuckDBPyConnection, zones: Zones) -> None:
        load(
            con,
            "CREATE TABLE sign_on_class AS SELECT u.principal, c.class::INTEGER AS class, u.org "
            "FROM sign_on_user u JOIN loaded c USING (signature) ORDER BY ALL",
            {"signature": np.asarray(self.signature, np.int64), "class": np.asarray(self.signature_class, np.int64)},
        )
        con.execute(
            "CREATE TABLE sign_on_anyone AS SELECT unnest(?::INTEGER[]) AS org, unnest(?::INTEGER[]) AS class",
            [[org for org, _ in self.anyone], [one for _, one in self.anyone]],
        )
        con.execute(
            "CREATE TABLE sign_on_decision AS SELECT unnest(range(len(?::INTEGER[])))::INTEGER AS decision, "
            "unnest(?::INTEGER[]) AS policy, unnest(?::VARCHAR[]) AS part",
            [[one for one, _ in self.decisions]] * 2 + [[part for _, part in self.decisions]],
        )
        one = [np.arange(len(rows)).repeat(rows.shape[1]) for rows in self.rows]
        first = np.cumsum([0, *(len(rows) for rows in self.rows)])
        decision = np.cumsum([0, *(rows.shape[1] for rows in self.rows)])
        numbers = [np.tile(np.arange(rows.shape[1]), len(rows)) for rows in self.rows]
        load(
            con,
            "CREATE TABLE sign_on_decided AS SELECT * FROM loaded",
            {
                "class": _whole([a + n for a, n in zip(one, first[:-1], strict=True)]).astype(np.int32),
                "decision": _whole([a + n for a, n in zip(numbers, decision[:-1], strict=True)]).astype(np.int32),
                "ways": _whole([rows.ravel() for rows in self.rows]).astype(np.int32),
            },
        )
        con.execute(
            "CREATE TABLE sign_on_text AS SELECT unnest(range(len(?::VARCHAR[])))::INTEGER AS ways, "
            "unnest(?::VARCHAR[]) AS behaviour",
            [self.texts] * 2,
        )
        ways = [zones.rows(one) for one in self.ways]
        rows = [(number, *row) for number, several in enumerate(ways) for row in several]
        con.execute(
            "CREATE TABLE sign_on_way AS SELECT unnest(?::INTEGER[]) AS ways, unnest(?::VARCHAR[]) AS level, "
            "unnest(?::STRUCT(n INTEGER, level VARCHAR)[][]) AS guards, unnest(?::BOOLEAN[]) AS known, "
            "unnest(?::INTEGER[][]) AS rules",
            [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(5)],
        )
        con.execute(_BEHAVIOUR)
        con.execute(_OUTCOME)
        place(
            con,
            Table(
                _whole([rows.ravel() for rows in self.rows]),
                _whole(self.base),
                np.asarray([len(one) for one in ways], np.int64),
            ),
        )


# As views: the product of classes and decisions, each with several ways, is large.
_BEHAVIOUR = """
CREATE VIEW sign_on_behaviour AS SELECT d.class, d.decision, t.behaviour
FROM sign_on_decided d JOIN sign_on_text t USING (ways)
"""
_OUTCOME = """
CREATE VIEW sign_on_outcome AS SELECT d.class, d.decision, k.policy, k.part, w.level, w.guards, w.known, w.rules
FROM sign_on_decided d JOIN sign_on_decision k USING (decision) JOIN sign_on_way w USING (ways)
"""


class _Names:
    """Ids of nodes and relations, for texts that do not change with the numbers."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.node: dict[int, str] = dict(
            con.execute(
                "SELECT n, id FROM node WHERE n IN (SELECT source FROM sign_on_applied UNION "
                "SELECT target FROM sign_on_applied WHERE target IN (SELECT n FROM node WHERE kind = 'Segment'))"
            ).fetchall()
        )
        self.rule: dict[int, str] = {
            r: self.node.get(source, "")
            for r, source in con.execute("SELECT r, source FROM sign_on_applied").fetchall()
        }

    def texts(self, several: Iterable[Iterable[Way]]) -> list[str]:
        """
        Return for each set of ways a text that only an equal set has, and that does not change with the numbers.

        It says what the ways ask for; sets that differ in the rules, policies and zones only are numbered.
        """
        found = [(_digest(self._lines(ways, False)), _digest(self._lines(ways, True))) for ways in several]
        order: dict[str, list[str]] = {}
        for loose, exact in sorted(set(found)):
            order.setdefault(loose, []).append(exact)
        places = {(loose, exact): n for loose, all_exact in order.items() for n, exact in enumerate(all_exact)}
        return [f"{one[0]}.{places[one]}" if places[one] else one[0] for one in found]

    # Private

    def _lines(self, ways: Iterable[Way], exact: bool) -> list[str]:
        return sorted(
            f"{way.level.level} {way.known} "
            f"{sorted((sort, self.node.get(n, '') if exact else '') for sort, n in way.guards)} "
            f"{sorted({self.rule[one] for one in way.rules}) if exact else ''}"
            for way in ways
        )


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def _solve_one(
    answer: _Answer,
    number: int,
    org: Org,
    signatures: list[int],
    own: Users,
    inside: Mapping[tuple[int, int], int],
    names: _Names,
) -> None:
    """Decide everything for one organization, and number the classes of its users who behave alike."""
    contexts = _contexts(org, inside)
    session = session_listing(org.session, own, contexts)
    columns = [answer.add(decide(decision, session, own, contexts), names) for decision, _ in org.decisions]
    table = np.stack(columns, axis=1) if columns else np.zeros((own.count, 0), np.int64)
    distinct, which = unique_rows(table)
    rows: Ints = np.asarray(distinct, np.int64)
    which = which + len(answer.class_org)
    answer.signature += signatures
    answer.signature_class += which[:-1].tolist()
    answer.anyone.append((number, int(which[-1])))
    answer.class_org += [number] * len(rows)
    answer.base.append(answer.cells + np.arange(len(rows)) * rows.shape[1] - len(answer.decisions))
    answer.rows.append(rows)
    answer.cells += rows.size
    answer.decisions += [(policy, decision.part) for decision, policy in org.decisions]


def _whole(several: list[Ints]) -> Ints:
    return np.concatenate(several) if several else np.zeros(0, np.int64)


def _policies(org: Org) -> list[Policy]:
    return [*org.session, *(policy for decision, _ in org.decisions for policy in decision.policies)]


def _contexts(org: Org, inside: Mapping[tuple[int, int], int]) -> Contexts:
    """Return from where and with what one may sign in, as far as rules tell it apart."""
    rules: list[Rule] = [rule for policy in _policies(org) for rule in policy.rules]
    zones = tuple(sorted(org.zones))
    devices = [(False, one) for one in sorted({"", *(name for rule in rules for name in rule.platforms)})]
    made = list(product(range(len(zones) + 1), [*devices, (True, "?")]))
    return Contexts(
        np.asarray([position for position, _ in made], np.int64),
        np.asarray([managed for _, (managed, _) in made], bool),
        tuple(platform for _, (_, platform) in made),
        zones,
        inside,
    )


def _before(con: duckdb.DuckDBPyConnection, orgs: Mapping[int, Org]) -> None:
    rows: list[tuple[Any, ...]] = []
    first = 0
    for number, org in orgs.items():
        rows += [(node, part, number, first + index, list(links)) for node, part, index, links in org.before]
        first += len(org.decisions)
    con.execute(
        "CREATE TABLE sign_on_before AS SELECT unnest(?::INTEGER[]) AS app, unnest(?::VARCHAR[]) AS part, "
        "unnest(?::INTEGER[]) AS org, unnest(?::INTEGER[]) AS decision, unnest(?::INTEGER[][]) AS policies",
        [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(5)],
    )


def _inside(con: duckdb.DuckDBPyConnection, zones: set[int]) -> dict[tuple[int, int], int]:
    """Return which zones lie in which others, through however many."""
    rows = (
        con.execute(
            "SELECT r.source, r.target, r.observed = 'yes' AND coalesce(len(r.guards), 0) = 0 FROM relation r "
            "JOIN node a ON a.n = r.source AND a.kind = 'Segment' JOIN node b ON b.n = r.target AND b.kind = 'Segment' "
            "WHERE r.kind = 'CONNECTS_TO' AND list_contains(?::INTEGER[], r.target) ORDER BY r.r",
            [sorted(zones)],
        ).fetchall()
        if zones
        else []
    )
    found = {(a, b): YES if seen else MAYBE for a, b, seen in rows if a != b}
    grown = True
    while grown:
        grown = False
        for (a, b), (c, d) in product(list(found), repeat=2):
            both = min(found[a, b], found[c, d])
            if b == c and a != d and found.get((a, d), 0) < both:
                found[a, d] = both
                grown = True
    return found
