"""What proves that a credential's value is dead."""

from datetime import UTC, datetime

import pytest

from graphscan.analysis.lives import Death, Lives
from graphscan.analysis.session import Edits, Session
from tests.unit.analysis.conftest import make_store

FACTS = """
graphscan: facts/1
source: lives
at: 2024-01-10T12:00:00Z
nodes:
  - {id: svc, kind: ServiceAccount}
  - {id: closed, kind: ServiceAccount, valid_to: 2023-12-01T08:00:00Z}
  - {id: off, kind: ServiceAccount, state: disabled}
  - {id: never, kind: Credential}
  - {id: rotated, kind: Credential, versions: [{since: 2023-10-20T10:00:00Z}]}
  - {id: rotated-day, kind: Credential, versions: [{since: 2023-10-20}]}
  - {id: overlap, kind: Credential, versions: [{since: 2023-10-20T10:00:00Z, overlap_until: 2023-12-01}]}
  - {id: first-only, kind: Credential, valid_from: 2023-10-20, versions: [{since: 2023-10-20}]}
  - {id: by-ticket, kind: Credential, versions: [{since: 2023-10-20T10:00:00Z, evidence: ticket}]}
  - {id: revoked, kind: Credential, valid_to: 2023-10-25T10:00:00Z}
  - {id: revoked-ticket, kind: Credential, valid_to: 2023-10-25T10:00:00Z, evidence: ticket}
  - {id: expired, kind: Credential, expires_at: 2023-11-01T00:00:00Z}
  - {id: state, kind: Credential, state: revoked}
  - {id: orphan, kind: Credential}
  - {id: orphan-off, kind: Credential}
  - {id: shared, kind: Credential}
  - {id: opens-more, kind: Credential}
  - {id: place, kind: Content}
relations:
  - {source: closed, kind: HAS_CREDENTIAL, target: orphan}
  - {source: off, kind: HAS_CREDENTIAL, target: orphan-off}
  - {sources: [closed, svc], kind: HAS_CREDENTIAL, target: shared}
  - {source: closed, kind: HAS_CREDENTIAL, target: opens-more}
  - {source: opens-more, kind: GRANTS, target: place}
"""
LATE = datetime(2024, 2, 1, tzinfo=UTC)
HELD = datetime(2023, 10, 18, 15, tzinfo=UTC)


def at(text: str) -> datetime:
    """Return a moment."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Return the credentials above, at a late moment."""
    return Session.open(make_store(tmp_path_factory.mktemp("lives") / "store", FACTS), LATE)


def dead(
    session: Session, id_: str, obtained: datetime = HELD, when: datetime = LATE, *, careful: bool = True
) -> Death | None:
    """Ask for one credential by id."""
    n = session.con.execute("SELECT n FROM base.node WHERE id = ?", [id_]).fetchall()[0][0]
    return Lives.of(session).dead(n, obtained, when, careful=careful)


@pytest.mark.parametrize("id_", ["never", "first-only", "by-ticket", "revoked-ticket", "shared", "opens-more"])
@pytest.mark.parametrize("careful", [True, False])
def test_what_nothing_proves_dead(session: Session, id_: str, careful: bool) -> None:
    """Not rotated, its first value, rotated or revoked in a ticket only, of a live account, or opening more."""
    assert dead(session, id_, careful=careful) is None


@pytest.mark.parametrize(
    ("id_", "why", "since", "said"),
    [
        ("rotated", "replaced", "2023-10-20T10:00", "replaced 2023-10-20T10:00:00Z (operator)"),
        ("overlap", "replaced", "2023-12-01T00:00", "the old value valid until 2023-12-01"),
        ("revoked", "revoked", "2023-10-25T10:00", "revoked 2023-10-25T10:00:00Z"),
        ("expired", "expired", "2023-11-01T00:00", "expired 2023-11-01"),
        ("state", "revoked", "2024-01-10T12:00", "revoked when it was read 2024-01-10"),
        ("orphan", "account disabled", "2023-12-01T08:00", "its account closed ended 2023-12-01T08:00:00Z"),
        ("orphan-off", "account disabled", "2024-01-10T12:00", "its account off disabled when it was read 2024-01-10"),
    ],
)
def test_a_proof_says_when_and_why(session: Session, id_: str, why: str, since: str, said: str) -> None:
    """Each proof holds from its own moment on, and not a microsecond before."""
    proof = dead(session, id_)

    assert proof is not None
    assert (proof.why, proof.at) == (why, at(since))
    assert said in str(proof)
    assert proof.evidence != "ticket"
    before = datetime.fromtimestamp(proof.at.timestamp() - 1, UTC)
    assert dead(session, id_, when=proof.at) is not None
    assert dead(session, id_, when=before) is None


def test_a_value_obtained_after_the_replacement_lives(session: Session) -> None:
    """Only what was obtained before the new value began is dead of it."""
    assert dead(session, "rotated", at("2023-10-20T09:59:59")) is not None
    assert dead(session, "rotated", at("2023-10-20T10:00:00")) is None
    assert dead(session, "overlap", at("2023-10-20T10:00:00")) is None


@pytest.mark.parametrize(
    ("id_", "obtained"),
    [
        ("rotated-day", "2023-10-20T15:00:00"),
        ("rotated-day", "2023-10-20T00:00:00"),
        ("rotated", "2023-10-20T00:00:00"),
    ],
)
def test_events_of_one_day_are_unordered(session: Session, id_: str, obtained: str) -> None:
    """Obtained and replaced on one day of which only the day is known: careful, the value lives; else it is dead."""
    assert dead(session, id_, at(obtained), careful=True) is None
    assert dead(session, id_, at(obtained), careful=False) is not None


def test_a_replacement_known_to_the_day_is_proof_once_the_day_is_over(session: Session) -> None:
    """Careful, the old value may live until the day's end."""
    assert dead(session, "rotated-day", when=at("2023-10-20T23:59:59")) is None
    assert dead(session, "rotated-day", when=at("2023-10-21T00:00:00")) is not None
    assert dead(session, "rotated-day", when=at("2023-10-20T00:00:00"), careful=False) is not None


def test_edits_kill_and_revive(session: Session) -> None:
    """What an edit revokes is dead at any time; with the dead revived nothing is, but what an edit says."""
    revoked = session.edited(Edits(revoked=("never",)))
    revived = session.edited(Edits(revoked=("never",), revived=True))

    assert str(dead(revoked, "never")) == "revoked by --revoke"
    assert str(dead(revived, "never")) == "revoked by --revoke"
    assert [id_ for id_ in ("rotated", "revoked", "expired", "state", "orphan") if dead(revived, id_)] == []


def test_lives_agree_with_what_takes_no_part(session: Session) -> None:
    """A credential without replaced values is dead exactly at those instants at which it takes no part."""
    for moment in [*session.changes, LATE]:
        other = session.at(moment)
        lives = Lives.of(session)
        rows = other.con.execute(
            "SELECT n, id, dead IS NOT NULL FROM base.node WHERE kind = 'Credential' "
            "AND (valid_from IS NULL OR valid_from <= ?)",
            [moment.replace(tzinfo=None)],
        ).fetchall()
        now = {id_: lives.dead(n, moment, moment, careful=True) is not None for n, id_, _ in rows}
        assert now == {id_: gone for _, id_, gone in rows}
