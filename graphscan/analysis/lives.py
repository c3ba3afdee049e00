"""Lives of credentials: what proves that a value an attacker obtained at some time is dead at another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from graphscan import kinds
from graphscan.analysis.session import Session
from graphscan.analysis.view import aware

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
_ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Death:
    """
    Proof that a value is dead.

    Attributes:
        at:       from when on.
        why:      "revoked", "replaced", "expired", "account disabled", or the edit that kills it.
        detail:   what happened, as a part of a sentence.
        evidence: config, log, probe or operator; never a ticket.
        where:    the end point, or file and line, that says so; "" if unknown.
        day:      whether only the day is known.
    """

    at: datetime
    why: str
    detail: str
    evidence: str
    where: str
    day: bool

    def __str__(self) -> str:
        return self.detail + (f" ({self.evidence})" if self.evidence else "")


@dataclass(frozen=True, slots=True)
class Value:
    """
    One value of a credential after the first: it takes the place of those before.

    Attributes:
        since:   when it began.
        overlap: until when the value before it stayed valid; None: it ended at once.
        day:     whether only the day of `since` is known.
    """

    since: datetime
    overlap: datetime | None
    day: bool
    evidence: str

    def latest(self, careful: bool) -> datetime:
        """Return until when a value must have been obtained to be the one replaced: obtained before that moment."""
        return self.since if careful or not self.day else self.since + DAY

    def dies(self, careful: bool) -> datetime:
        """Return from when on the value before it is dead."""
        ended = self.since + DAY if careful and self.day else self.since
        return ended if self.overlap is None else max(ended, self.overlap)


# The values that took another's place: not a credential's first one, which began with it, nor what only a ticket says.
# A credential and its value that began on one day, of one of which only the day is known, began together.
VALUES = """
SELECT n, v.since AS since, v.overlap_until AS overlap, v.precision = 'day' AS day, coalesce(v.evidence, '') AS evidence
FROM (
  SELECT n, valid_from, unnest(list_sort(versions)) AS v, generate_subscripts(versions, 1) AS position
  FROM base.node WHERE kind = 'Credential' AND len(versions) > 0
)
WHERE v.evidence IS DISTINCT FROM 'ticket' AND (valid_from IS NULL OR v.since > valid_from AND NOT (
  position = 1 AND v.since::DATE = valid_from::DATE
  AND (v.precision = 'day' OR valid_from = valid_from::DATE::TIMESTAMP)))
"""


@dataclass(frozen=True, slots=True)
class _Life:
    """What is known of one node's life, of all times."""

    id: str
    kind: str
    valid_from: datetime | None
    valid_to: datetime | None
    expires_at: datetime | None
    state: str | None
    read: datetime
    unproven: tuple[str, ...]
    values: tuple[Value, ...]
    evidence: str
    where: str


@dataclass(frozen=True, slots=True)
class _Account:
    """That a credential, which opens nothing else, is an account's, over [valid_from, valid_to)."""

    n: int
    valid_from: datetime | None
    valid_to: datetime | None
    seen: bool


class Lives:
    """
    The lives of the credentials of one snapshot, with the edits of one session.

    Look many up at once with `want` before asking for each.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lives: dict[int, _Life] = {}
        self._accounts: dict[int, tuple[_Account, ...]] = {}

    @classmethod
    def of(cls, session: Session) -> "Lives":
        """Return the lives of a session's credentials; of all times, whatever the session's instant."""
        return cls(session)

    def want(self, nodes: Iterable[int]) -> None:
        """Look up some nodes, by number; what is no node, or derived, lives for ever."""
        missing = sorted({n for n in map(int, nodes) if n not in self._accounts})
        if not missing:
            return
        rows = self._session.con.execute(
            "SELECT credential, account, valid_from, valid_to, observed FROM base.ownership "
            "WHERE credential IN (SELECT unnest(?::INTEGER[])) ORDER BY ALL",
            [missing],
        ).fetchall()
        found: dict[int, list[_Account]] = {}
        for credential, account, begins, ends, observed in rows:
            found.setdefault(credential, []).append(_Account(account, aware(begins), aware(ends), observed == "yes"))
        self._look_up(sorted(n for n in {*missing, *(row[1] for row in rows)} if n not in self._lives))
        self._accounts |= {n: tuple(found.get(n, ())) for n in missing}

    def values(self, n: int) -> tuple[Value, ...]:
        """Return the values of a credential after its first, oldest first."""
        self.want([n])
        life = self._lives.get(n)
        return life.values if life else ()

    def dead(self, n: int, obtained: datetime, at: datetime, *, careful: bool) -> Death | None:
        """
        Return what proves that a credential's value is dead, the earliest proof of several; None if nothing does.

        Args:
            n:        the credential's node number.
            obtained: the last moment at which somebody held, or read, the value. Midnight UTC stands for its whole
                      day: nobody knows when in it.
            at:       the moment asked about.
            careful:  take what happened in an unknown order on one day in the way that leaves the value alive; else in
                      the way that does not.
        """
        if n not in self._accounts:
            self.want([n])
        life = self._lives.get(n)
        if life is None:
            return None
        day = obtained.astimezone(UTC).time() == time()
        last = obtained + DAY - TICK if careful and day else obtained
        own = self._own(life, at)
        proofs = [] if own is None else [own]
        if not self._revived:
            proofs += [_replaced(life, value, careful) for value in life.values if value.latest(careful) > last]
        orphaned = self._orphaned(n, at)
        proofs += [] if orphaned is None else [orphaned]
        return min((one for one in proofs if one.at <= at), key=lambda one: one.at, default=None)

    # Private functions

    @property
    def _revived(self) -> bool:
        return bool(getattr(self._session.edits, "revived", False))

    def _look_up(self, nodes: list[int]) -> None:
        taken = {one.source: one.at for one in self._session.snapshot.imports}
        values: dict[int, list[Value]] = {}
        for n, since, overlap, day, evidence in self._session.con.execute(
            f"SELECT * FROM ({VALUES}) WHERE n IN (SELECT unnest(?::INTEGER[])) ORDER BY ALL", [nodes]
        ).fetchall():
            values.setdefault(n, []).append(Value(since.replace(tzinfo=UTC), aware(overlap), day, evidence))
        for n, *fields in self._session.con.execute(
            "SELECT n, id, kind, valid_from, valid_to, expires_at, state, sources, unproven, evidence, "
            "evidence_where FROM base.node WHERE n IN (SELECT unnest(?::INTEGER[])) AND provider <> 'derived'",
            [nodes],
        ).fetchall():
            id_, kind, begins, ends, expires, state, sources, unproven, evidence, where = fields
            # Of several sources the last counts: which one states the state is not kept.
            read = max((taken[one] for one in sources or () if one in taken), default=_ALWAYS)
            self._lives[n] = _Life(
                id_,
                kind,
                aware(begins),
                aware(ends),
                aware(expires),
                state,
                read,
                tuple(unproven or ()),
                tuple(values.get(n, ())),
                evidence or "",
                where or "",
            )

    def _own(self, life: _Life, at: datetime) -> Death | None:
        """Return the first death that a node's own record proves by a moment."""
        edits = self._session.edits
        if life.id in edits.without:
            return Death(_ALWAYS, "left out by --without", "left out by --without", "", "", False)
        if life.id in edits.revoked:
            return Death(_ALWAYS, "revoked by --revoke", "revoked by --revoke", "", "", False)
        if self._revived:
            return None
        credential = life.kind == "Credential"
        proofs = []
        if life.valid_to is not None and "valid_to" not in life.unproven:
            why = "revoked" if credential else "account disabled"
            proofs.append(_death(life, life.valid_to, why, "revoked" if credential else "ended"))
        if credential and life.expires_at is not None and "expires_at" not in life.unproven:
            proofs.append(_death(life, life.expires_at, "expired", "expired"))
        if (
            life.state in kinds.DEAD_STATES
            and life.kind in kinds.DYING_KINDS
            and "state" not in life.unproven
            and (life.valid_to is None or "valid_to" in life.unproven)
        ):
            why = ("expired" if life.state == "expired" else "revoked") if credential else "account disabled"
            detail = f"{life.state} when it was read" + ("" if life.read == _ALWAYS else f" {_day(life.read)}")
            proofs.append(Death(life.read, why, detail, life.evidence, life.where, False))
        return min((one for one in proofs if one.at <= at), key=lambda one: one.at, default=None)

    def _orphaned(self, n: int, at: datetime) -> Death | None:
        """Return the death of a credential of dead accounts only, at a moment; the last account's is what proves it."""
        accounts = [
            one
            for one in self._accounts.get(n, ())
            if (one.valid_from is None or one.valid_from <= at) and (one.valid_to is None or one.valid_to > at)
        ]
        deaths: list[tuple[Death, str]] = []
        for one in accounts:
            life = self._lives.get(one.n)
            if life is None or not one.seen:
                return None
            death = self._own(life, at) or self._unborn(life, at)
            if death is None:
                return None
            deaths.append((death, life.id))
        if not deaths:
            return None
        last, id_ = max(deaths, key=lambda pair: pair[0].at)
        return Death(
            last.at, "account disabled", f"its account {id_} {last.detail}", last.evidence, last.where, last.day
        )

    def _unborn(self, life: _Life, at: datetime) -> Death | None:
        if life.valid_from is None or life.valid_from <= at or self._revived:
            return None
        return Death(_ALWAYS, "account disabled", f"did not exist before {_day(life.valid_from)}", "", "", False)


# Private functions


def _replaced(life: _Life, value: Value, careful: bool) -> Death:
    said = f"replaced {_day(value.since) if value.day else _moment(value.since)}"
    if value.overlap is not None:
        said += f", the old value valid until {_moment(value.overlap)}"
    return Death(value.dies(careful), "replaced", said, value.evidence, life.where, value.day)


def _death(life: _Life, at: datetime, why: str, word: str) -> Death:
    return Death(at, why, f"{word} {_moment(at)}", life.evidence, life.where, at.time() == time())


def _moment(at: datetime) -> str:
    return _day(at) if at.time() == time() else f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
