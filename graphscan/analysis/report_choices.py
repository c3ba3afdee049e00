"""
What a reader of a report may try in the page: edits that, on the embedded steps, equal facts that are never held.

An edit of the inventory can do more than that: techniques run again, and what rests on an absence can open. Such edits
are left out here, with the reason and the count: `graphscan blast --revoke …` answers them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from graphscan import kinds
from graphscan.analysis.blockers import DEFEATED
from graphscan.analysis.question import Question
from graphscan.analysis.report_parts import Action, Refused
from graphscan.analysis.session import Session
from graphscan.analysis.view import DERIVED
from graphscan.engine.graph import Graph
from graphscan.expand.gaps_secrets import CANNOT_BE_STORED
from graphscan.techniques import registry
from graphscan.techniques.registry import FileKind

MOST = 200  # offered; a longer list nobody reads

# Scope files ask whether somebody has one of these: without it he is put into another set.
_COUNTED = frozenset({"password", "factor"})
# Sign-on policies are evaluated in order: where one of these goes, the next rule decides.
_POLICIES = frozenset({"APPLIES_TO", "MEMBER_OF", "ASSIGNED_TO", "DEFEATED_BY"})
_COMPUTED = {"EFFECTIVE_MEMBER_OF": "MEMBER_OF"}

_ABSENCE = "relations of a kind that is also read for its absence end there"
_RESTS = "a step rests on it that does not need it held"
_SHARED = "a credential that dies with it has another account"
_SAME = "its value is also that of another credential"
_STORED = "a copy of it is stored somewhere, with a date"
_SORT = "what a person has of its kind is counted"
_ALREADY = "policies are evaluated with it"
_UNREAD = "what a secret may open that was not read depends on it"


@dataclass(frozen=True, slots=True)
class Candidate:
    """The same by numbers of the graph."""

    action: Action
    node: int
    drops: tuple[int, ...]
    forbids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Relation:
    r: int
    kind: str
    ends: frozenset[int]
    stored: bool


class Offer:
    """What can be offered of some nodes and, once the slice is known, of its steps."""

    def __init__(self, question: Question, nodes: Sequence[int]) -> None:
        """
        Look at some nodes of a question's graph.

        Args:
            nodes: numbers, ascending.
        """
        self._question = question
        self._session: Session = question.session
        self._graph: Graph = question.session.graph
        self._nodes = nodes
        self._refused: Counter[tuple[Action, str]] = Counter()
        self._gone: dict[int, frozenset[int]] = {}
        found = self._all()
        for one in found[MOST:]:
            self._refused[one.action, f"only the first {MOST} edits are offered"] += 1
        self.candidates: tuple[Candidate, ...] = tuple(found[:MOST])

    def sound(self, steps: Iterable[int]) -> tuple[tuple[Candidate, ...], tuple[Refused, ...]]:
        """
        Return what may be offered where these steps are embedded, and what may not.

        A step that rests on a relation of what goes, but has none of its facts among its own, would go unseen.
        """
        touched: dict[int, list[int]] = {}
        for number, one in enumerate(self.candidates):
            if one.action == "revoked":
                for r in {rel.r for node in self._gone[one.node] for rel in self._relations.get(node, ())}:
                    touched.setdefault(r, []).append(number)
        wrong: set[int] = set()
        graph = self._graph
        for step in steps if touched else ():
            hit = {number for r in graph.relations(step) for number in touched.get(r, ())} - wrong
            if hit:
                own = {*graph.body(step), int(graph.step_target[step])}
                wrong |= {number for number in hit if not own.intersection(self.candidates[number].forbids)}
        refused = self._refused + Counter((self.candidates[number].action, _RESTS) for number in wrong)
        kept = tuple(one for number, one in enumerate(self.candidates) if number not in wrong)
        return kept, tuple(Refused(action, why, refused[action, why]) for action, why in sorted(refused))

    # Private functions

    def _all(self) -> list[Candidate]:
        found = [one for one in map(self._rotated, self._started) if one]
        found += [one for one in map(self._enforced, self._controls) if one]
        mortal = [n for n in self._nodes if self._row(n)[0] in kinds.DYING_KINDS]
        first = [n for n in self._started if n in {*mortal}]
        rest = [n for n in mortal if n not in {*first}]
        rest.sort(key=lambda n: self._row(n)[0] != "Credential")
        return found + [one for one in map(self._revoked, [*first, *rest]) if one]

    def _rotated(self, n: int) -> Candidate | None:
        kind, _, same = self._row(n)
        if kind != "Credential":
            return None
        why = _SAME if same else _STORED if any(one.stored for one in self._relations.get(n, ())) else ""
        if why:
            self._refused["rotated", why] += 1
            return None
        return Candidate("rotated", n, tuple(f for f in self._starts if self._graph.fact_node[f] == n), ())

    def _enforced(self, n: int) -> Candidate | None:
        _, subtype, _ = self._row(n)
        sort = subtype.replace("-", "_").lower()
        why = _ALREADY if sort == "sign_on_policy" or self._read_controls else ""
        why = why or (_UNREAD if sort in CANNOT_BE_STORED and self._unread_secrets else "")
        if why:
            self._refused["enforced", why] += 1
            return None
        return Candidate("enforced", n, (self._graph.at(n, DEFEATED),), ())

    def _revoked(self, n: int) -> Candidate | None:
        kind, subtype, same = self._row(n)
        gone = {n}
        why = _SAME if same else ""
        if kind == "Credential":
            why = why or (_SORT if subtype in _COUNTED else "")
        else:
            orphans = self._orphans(n)
            why = why or (_SHARED if orphans is None else "")
            gone |= orphans or set()
        touched = {one.kind for node in gone for one in self._relations.get(node, ())}
        why = why or (_ABSENCE if touched & self._absent else "")
        if why:
            self._refused["revoked", why] += 1
            return None
        self._gone[n] = frozenset(gone)
        return Candidate("revoked", n, (), tuple(f for node in sorted(gone) for f in self._graph.facts_of(node)))

    def _orphans(self, account: int) -> set[int] | None:
        """Return the credentials that die with an account alone; None where some die with it and others together."""
        found: set[int] = set()
        for credential, owners in self._owned.get(account, {}).items():
            if credential in self._dead or not owners[account]:
                continue
            if all(seen and other in self._dead for other, seen in owners.items() if other != account):
                found.add(credential)
            elif all(seen for seen in owners.values()):
                return None
        return found

    @property
    def _starts(self) -> tuple[int, ...]:
        return tuple(sorted({*self._question.starts.facts, *self._question.starts.possible}))

    @property
    def _started(self) -> list[int]:
        """Return the nodes that are started with and that an edit can name."""
        here = {int(self._graph.fact_node[fact]) for fact in self._starts} & {*self._nodes}
        return sorted(n for n in here if n in self._rows)

    @property
    def _controls(self) -> list[int]:
        """Return controls that anyone passes now, and that an enforced one would stop somebody at."""
        graph = self._graph
        open_ = {*graph.known_start.tolist(), *graph.possible_start.tolist()}
        nodes = {int(graph.fact_node[fact]) for fact in open_ if graph.fact_level[fact] == DEFEATED}
        return sorted(n for n in nodes & {*self._nodes} if n in self._rows and n not in self._hindering)

    def _row(self, n: int) -> tuple[str, str, tuple[int, ...]]:
        return self._rows.get(n, ("", "", ()))

    @cached_property
    def _rows(self) -> dict[int, tuple[str, str, tuple[int, ...]]]:
        """Kind, subtype and credentials of the same value of each node that an edit can name."""
        rows = self._session.con.execute(
            "SELECT n, kind::VARCHAR, coalesce(subtype, ''), coalesce(same_value, []) FROM base.node "
            "WHERE provider IS DISTINCT FROM ? AND kind IS NOT NULL AND n IN (SELECT unnest(?::INTEGER[]))",
            [DERIVED, list(self._nodes)],
        ).fetchall()
        return {n: (kind, subtype, tuple(same)) for n, kind, subtype, same in rows}

    @cached_property
    def _hindering(self) -> set[int]:
        rows = self._session.con.execute("SELECT n FROM base.node WHERE effect = 'hinders'").fetchall()
        return {n for (n,) in rows}

    @cached_property
    def _unread_secrets(self) -> bool:
        """Whether some place was not read that may hold secrets: what those open depends on controls that hold."""
        asked = "SELECT count(*) FROM base.node WHERE provider = ? AND subtype = 'unread_secret'"
        return bool(self._session.con.execute(asked, [DERIVED]).fetchall()[0][0])

    @cached_property
    def _dead(self) -> set[int]:
        return {n for (n,) in self._session.con.execute("SELECT n FROM base.node WHERE dead IS NOT NULL").fetchall()}

    @cached_property
    def _owned(self) -> Mapping[int, Mapping[int, Mapping[int, bool]]]:
        """By account, then by credential: all accounts it is of at the instant, and whether that was seen."""
        rows = self._session.con.execute(
            "SELECT credential, account, observed = 'yes' FROM base.ownership WHERE (valid_from IS NULL OR "
            "valid_from <= ?) AND (valid_to IS NULL OR valid_to > ?) AND credential IN (SELECT credential "
            "FROM base.ownership WHERE account IN (SELECT unnest(?::INTEGER[]))) ORDER BY ALL",
            [self._moment, self._moment, list(self._nodes)],
        ).fetchall()
        owners: dict[int, dict[int, bool]] = {}
        for credential, account, seen in rows:
            known = owners.setdefault(credential, {})
            known[account] = bool(seen) and known.get(account, True)
        found: dict[int, dict[int, Mapping[int, bool]]] = {}
        for credential, several in owners.items():
            for account in several:
                found.setdefault(account, {})[credential] = several
        return found

    @cached_property
    def _moment(self) -> datetime:
        from graphscan.expand.instant import naive

        return naive(self._session.as_of)

    @cached_property
    def _relations(self) -> dict[int, list[_Relation]]:
        """By node: the relations of the instant that go where it does, of what can be named and what dies with it."""
        mortal = {n for n, row in self._rows.items() if row[0] in kinds.DYING_KINDS}
        wanted = mortal | {credential for several in self._owned.values() for credential in several}
        found: dict[int, list[_Relation]] = {}
        for r, kind, source, target, via, guards, stored in self._session.con.execute(
            "WITH wanted AS (SELECT unnest(?::INTEGER[]) AS n) "
            "SELECT r, kind::VARCHAR, source, target, via, [g.n for g in coalesce(guards, [])], stored_at IS NOT NULL "
            "FROM base.relation WHERE source IN (FROM wanted) OR target IN (FROM wanted) OR via IN (FROM wanted) "
            "OR r IN (SELECT r FROM (SELECT r, unnest(guards).n AS n FROM base.relation WHERE len(guards) > 0) "
            "WHERE n IN (FROM wanted)) ORDER BY r",
            [sorted(wanted)],
        ).fetchall():
            ends = frozenset({source, target, *guards, *([] if via is None else [via])})
            one = _Relation(r, kind, ends, bool(stored) and kind == "STORES")
            for node in ends & wanted:
                if not one.stored or node == target or kind != "STORES":
                    found.setdefault(node, []).append(one)
                else:
                    found.setdefault(node, []).append(_Relation(r, kind, ends, False))
        return found

    @cached_property
    def _files(self) -> list[registry.Technique]:
        """Return the technique and scope files that the session ran."""
        providers = self._session.con.execute("SELECT DISTINCT provider FROM base.node").fetchall()
        there = {row[0] for row in providers}
        loaded = registry.load(self._session.family.techniques)
        without = {*self._session.edits.without}
        return [one for one in loaded if (not one.provider or one.provider in there) and one.id not in without]

    @cached_property
    def _absent(self) -> set[str]:
        """Return the relation kinds whose absence something rests on, or may."""
        found: set[str] = set()
        for one in self._files:
            found |= {*one.negates}
            if one.kind != FileKind.TECHNIQUE and not one.path.is_relative_to(registry.OWN_FOLDER):
                found |= {*one.reads}  # what it makes of a relation nobody here has looked at
        if self._signs_on:
            found |= _POLICIES
        return {_COMPUTED.get(kind, kind) for kind in found}

    @cached_property
    def _signs_on(self) -> bool:
        asked = "SELECT count(*) FROM base.node WHERE subtype IN ('sign_on_policy', 'sign_on_rule')"
        return bool(self._session.con.execute(asked).fetchall()[0][0])

    @cached_property
    def _read_controls(self) -> bool:
        """Whether a file of the user asks a control's state itself; ours leave that to the engine."""
        return any("enforced" in one.sql for one in self._files if not one.path.is_relative_to(registry.OWN_FOLDER))
