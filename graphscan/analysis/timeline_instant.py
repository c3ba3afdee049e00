"""What reach over time needs of a session at an instant: keys that are the same at every instant, and values."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import numpy as np

from graphscan import kinds
from graphscan.analysis import build, names
from graphscan.analysis.lives import VALUES
from graphscan.analysis.names import Named
from graphscan.analysis.session import Session
from graphscan.engine.csr import Bools, Ints, spread
from graphscan.engine.graph import MAY
from graphscan.engine.timeline import Instant, Times, Values

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = 86_400_000_000
_NO_END = int(np.iinfo(np.int64).max)
_MAKES = "api_write"  # what an account must be acted as to make something: a token that only reads makes nothing
_HELD = kinds.level_code("Credential", "held")
_CREDENTIAL = build.KINDS.index("Credential")


def number_of(at: datetime) -> int:
    """Return a moment in microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def moment_of(number: int) -> datetime:
    """Return the moment of a number of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=number)


class Builder:
    """
    Makes the engine's view of sessions of one family.

    A stated node's key is its number, which is the same at every instant; a derived one's is given when its id is first
    met.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.stated = _stated(session)
        self._keys: dict[str, int] = {}
        self._derived: list[str] = []
        self._ids: dict[int, str] = {}

    def values(self, may: bool) -> Values:
        """Return when credentials were replaced, as must or as may takes it."""
        if self._session.edits.revived:
            return Values(*(np.zeros(0, np.int64) for _ in range(4)))
        rows = self._session.con.execute(
            "SELECT n, epoch_us(since) AS since, epoch_us(coalesce(overlap, since)) AS overlap, day "
            f"FROM ({VALUES}) ORDER BY n, since"
        ).fetchnumpy()
        key = np.asarray(rows["n"], np.int64)
        since = np.asarray(rows["since"], np.int64)
        overlap = np.asarray(rows["overlap"], np.int64)
        later = since + np.where(np.asarray(rows["day"], bool), _DAY, 0)
        # Known only to the day: in must it has happened when it could have, in may it happens when it must have.
        if may:
            return Values(key, since, np.maximum(later, overlap), since)
        return Values(key, later, np.maximum(since, overlap), later)

    def instant(self, session: Session, at: int, starts: tuple[int, ...]) -> Instant:
        """Return a session as the engine takes it."""
        graph = session.graph
        credentials = self._credentials(session)
        old, must, may, same = self._values_given(session, credentials)
        dead = (session.array("flags")[: self.stated] & build.DEAD).astype(bool) & (not session.edits.revived)
        derived = self._derived_keys(session)
        return Instant(at, graph, self.stated, dead, derived, credentials, starts, old, must, may, same)

    def ids(self, keys: Times) -> list[str]:
        """Return the ids of nodes by key."""
        missing = [key for key in keys.tolist() if key < self.stated and key not in self._ids]
        if missing:
            self._ids |= dict(
                self._session.con.execute(
                    "SELECT n, id FROM base.node WHERE n IN (SELECT unnest(?::INTEGER[]))", [missing]
                ).fetchall()
            )
        return [self._ids[key] if key < self.stated else self._derived[key - self.stated] for key in keys.tolist()]

    def facts(self, session: Session, starts: Iterable[tuple[str, Named]]) -> tuple[int, ...]:
        """Return the facts of starts at an instant, by id and node, ascending; none of what is not there."""
        found: set[int] = set()
        for id_, named in starts:
            n = self._number(session, id_, named)
            if n is not None:
                found.update(names.facts_of(session, Named(n, named.kind, "", named.level)))
        return tuple(sorted(found))

    def key(self, id_: str, named: Named) -> int:
        """Return the key of a start."""
        return named.n if named.n < self.stated else self._key(id_)

    def start_keys(self, session: Session, id_: str, named: Named, dead: bool) -> Times:
        """
        Return the keys of what somebody with a credential's value holds: that credential, and where it or its value is
        dead, those alive that have the same value. What he has of one with a new value by `--rotated` is dead.

        Args:
            dead: whether the value was replaced.
        """
        key = self.key(id_, named)
        if key >= self.stated:
            return np.array([key], np.int64)
        rotated = id_ in session.edits.rotated
        death, others = session.con.execute("SELECT dead, same_value FROM base.node WHERE n = ?", [key]).fetchall()[0]
        alive = not death or session.edits.revived
        if alive and not dead and not rotated:
            return np.array([key], np.int64)
        return np.array([*([] if rotated else [key]), *(others or ())], np.int64)

    def made(self, session: Session, instant: Instant, held: Bools) -> Times:
        """
        Return the keys of the credentials that come into being at an instant, made by an account that is acted as.

        Args:
            held: which facts of the instant's graph are held.
        """
        rows = session.con.execute(
            "SELECT c.n, p.n, p.kind FROM base.relation r JOIN base.node c ON c.n = r.source AND c.kind = 'Credential' "
            "JOIN base.node p ON p.n = r.target "
            "WHERE r.kind = 'CREATED_BY' AND epoch_us(c.valid_from) = ? ORDER BY c.n, p.n",
            [instant.at],
        ).fetchall()
        graph = session.graph
        found = {
            credential
            for credential, maker, kind in rows
            for fact in graph.facts_of(maker)
            if held[fact] and kinds.implies(kind, graph.level_name(fact), _MAKES)
        }
        return np.array(sorted(found), np.int64)

    # Private functions

    def _key(self, id_: str) -> int:
        key = self._keys.get(id_)
        if key is None:
            key = self._keys[id_] = self.stated + len(self._derived)
            self._derived.append(id_)
        return key

    def _derived_keys(self, session: Session) -> Times:
        rows = session.con.execute("SELECT id FROM base.node WHERE n >= ? ORDER BY n", [self.stated]).fetchall()
        return np.array([self._key(id_) for (id_,) in rows], np.int64)

    def _number(self, session: Session, id_: str, named: Named) -> int | None:
        """Return the number that a start has at an instant; None for a derived node that is not there."""
        if named.n < self.stated:
            return named.n
        found = names.find(session, id_)
        return None if found is None else found[0]

    def _credentials(self, session: Session) -> Ints:
        graph = session.graph
        kind = np.append(session.array("kind"), np.uint8(build.NO_KIND))  # MAY is of no node: -1
        return np.flatnonzero((graph.fact_level == _HELD) & (kind[graph.fact_node] == _CREDENTIAL))

    def _values_given(self, session: Session, credentials: Ints) -> tuple[Ints, Times, Times, Ints]:
        """Return the steps that read an old copy, when it was stored (must, may), and those between equal values."""
        graph = session.graph
        rows = session.con.execute(
            "SELECT r, target, kind = 'SAME_SECRET' AS same, coalesce(epoch_us(stored_at), 0) AS stored "
            "FROM base.relation WHERE kind = 'SAME_SECRET' OR kind = 'STORES' AND stored_at IS NOT NULL ORDER BY r"
        ).fetchnumpy()
        none = np.zeros(0, np.int64)
        if not len(rows["r"]) or not len(credentials):
            return none, none, none, none
        steps = np.sort(graph.in_steps[spread(graph.in_ptr, credentials)]).astype(np.int64)
        steps = steps[graph.step_relation_set[steps] >= 0]
        sets = graph.step_relation_set[steps]
        count = graph.relation_ptr[sets + 1].astype(np.int64) - graph.relation_ptr[sets]
        owner = np.repeat(np.arange(len(steps)), count)
        relations = graph.relation_ids[spread(graph.relation_ptr, sets)].astype(np.int64)
        place = np.minimum(np.searchsorted(rows["r"], relations), len(rows["r"]) - 1)
        found = rows["r"][place] == relations
        owner, place = owner[found], place[found]
        same = np.asarray(rows["same"], bool)[place]
        source = graph.step_source[steps[owner]]
        from_credential = np.isin(source, credentials) & (source != MAY)
        old = ~same & (np.asarray(rows["target"])[place] == graph.fact_node[graph.step_target[steps[owner]]])
        known = np.full(len(steps), _NO_END, np.int64)
        possible = known.copy()
        when = np.asarray(rows["stored"], np.int64)[place]
        np.minimum.at(known, owner[old], when[old])
        # Stored at midnight is stored on that day: nobody knows when in it.
        late = np.where(when % _DAY == 0, when + _DAY - 1, when)
        np.minimum.at(possible, owner[old], late[old])
        chosen = np.flatnonzero(known != _NO_END)
        return steps[chosen], known[chosen], possible[chosen], np.unique(steps[owner[same & from_credential]])


# Private functions


def _stated(session: Session) -> int:
    """Return how many nodes of a session are stated; derived ones are numbered after them."""
    derived = np.flatnonzero(session.array("flags") & build.DERIVED)
    return int(derived[0]) if len(derived) else len(session.array("flags"))
