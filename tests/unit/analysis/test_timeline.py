"""Reach over time: what the random inventories of the property tests do not hold."""

from datetime import UTC, datetime

import pytest

from graphscan.analysis.session import Edits, Session
from graphscan.analysis.timeline import OverTime, over_time, spans
from graphscan.kinds import level_code
from tests.unit.analysis.conftest import make_store


def at(day: int, hour: int = 0) -> datetime:
    """Return a moment of January 2024."""
    return datetime(2024, 1, day, hour, tzinfo=UTC)


# An administrator who may reset passwords in a group until the 10th; he is in nobody's hands after the 12th.
OKTA = """
graphscan: facts/1
source: okta
at: 2024-02-01
nodes:
  - {id: org, kind: Application, provider: okta, subtype: org}
  - {id: admin, kind: User, provider: okta, valid_to: 2024-01-12}
  - {id: admin-session, kind: Credential, provider: okta, subtype: session}
  - {id: role, kind: RoleAssignment, provider: okta, subtype: help_desk_admin}
  - {id: staff, kind: Group, provider: okta}
  - {id: ann, kind: User, provider: okta, properties: {credential_provider: OKTA}}
  - {id: bob, kind: User, provider: okta, properties: {credential_provider: OKTA}, valid_to: 2024-01-15}
  - {id: mail, kind: Content}
relations:
  - {sources: [admin, ann, bob], kind: ACCOUNT_OF, target: org}
  - {source: org, kind: REACHABLE_FROM, target: internet}
  - {source: admin, kind: HAS_CREDENTIAL, target: admin-session, gives: top}
  - {source: admin, kind: HAS_ROLE, target: role, needs: act_as.session, valid_to: 2024-01-10}
  - {source: role, kind: SCOPED_TO, target: staff}
  - {sources: [ann, bob], kind: MEMBER_OF, target: staff}
  - {source: ann, kind: ASSIGNED_TO, target: mail, needs: act_as}
  - {source: bob, kind: ASSIGNED_TO, target: mail, needs: act_as, valid_to: 2024-01-03}
coverage:
  - {relation: HAS_ROLE, state: complete}
  - {relation: MEMBER_OF, state: complete}
"""

# A vendor that is compromised for two days, what it held then, and what an account makes.
VENDOR = """
graphscan: facts/1
source: vendor
at: 2024-02-01
nodes:
  - {id: vendor, kind: Vendor}
  - {id: early, kind: Credential}
  - {id: late, kind: Credential}
  - {id: made, kind: Credential, valid_from: 2024-01-05T10:00:00Z}
  - {id: made-later, kind: Credential, valid_from: 2024-01-20T10:00:00Z}
  - {id: svc, kind: ServiceAccount, valid_to: 2024-01-15}
  - {id: box, kind: Content}
  - {id: vault, kind: Content}
relations:
  - {source: early, kind: HELD_BY, target: vendor}
  - {source: late, kind: HELD_BY, target: vendor, valid_from: 2024-01-08}
  - {source: svc, kind: HAS_CREDENTIAL, target: early}
  - {source: late, kind: GRANTS, target: vault}
  - {sources: [made, made-later], kind: CREATED_BY, target: svc}
  - {sources: [made, made-later], kind: GRANTS, target: box}
"""


@pytest.fixture(scope="module")
def okta(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Return the organization on the 1st."""
    return Session.open(make_store(tmp_path_factory.mktemp("okta") / "store", OKTA), at(1))


@pytest.fixture(scope="module")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Return the vendor on the 1st."""
    return Session.open(make_store(tmp_path_factory.mktemp("vendor") / "store", VENDOR), at(1))


def reaches(found: OverTime, id_: str, level: str, may: bool = False) -> bool:
    """Whether a node is reached at the end."""
    n, kind = found.last.session.con.execute("SELECT n, kind FROM base.node WHERE id = ?", [id_]).fetchall()[0]
    return found.last.reached(n, level_code(kind, level), may)


def test_what_was_made_outlives_the_right_to_make_it(okta: Session) -> None:
    """Passwords that were set stay set when the role is gone, and the administrator too; a deleted user is gone."""
    found = over_time(okta.at, spans(okta, ["admin-session"]), at(1), at(14))

    assert reaches(found, "ann", "act_as")
    assert reaches(found, "bob", "act_as")
    assert reaches(found, "mail", "read")
    assert not reaches(found, "admin", "act_as")
    assert any(id_.startswith("derived:okta.reset-targets:") for id_ in found.exposed(may=False))
    later = over_time(okta.at, spans(okta, ["admin-session"]), at(1), at(16))
    assert reaches(later, "ann", "act_as")
    assert not reaches(later, "bob", "act_as")


def test_what_was_not_made_in_time_is_not_had(okta: Session) -> None:
    """Whoever comes after the role is gone sets no passwords."""
    found = over_time(okta.at, spans(okta, ["admin-session"], begins=at(11)), at(1), at(14))

    assert not reaches(found, "ann", "act_as", may=True)
    assert found.first_reached("admin", "act_as") == at(11)


def test_a_start_that_ends_leaves_what_was_read(vendor: Session) -> None:
    """What the vendor held while it was compromised is kept; what came there later was never seen."""
    found = over_time(vendor.at, spans(vendor, ["vendor"], begins=at(2), ends=at(4)), at(1), at(14))

    assert set(found.exposed(may=True)) == {"early"}
    assert reaches(found, "svc", "act_as")
    assert not reaches(found, "vault", "read", may=True)
    longer = over_time(vendor.at, spans(vendor, ["vendor"], begins=at(2), ends=at(9)), at(1), at(14))
    assert set(longer.exposed(may=False)) == {"early", "late"}
    assert longer.first_reached("vault", "read") == at(8)


@pytest.mark.parametrize(
    ("made", "known", "possible"), [(None, False, False), ("possible", False, True), ("known", True, True)]
)
def test_what_an_account_makes_while_it_is_acted_as(
    vendor: Session, made: str | None, known: bool, possible: bool
) -> None:
    """It is the attacker's, or possibly, or not, as asked; what is made once the account is closed is not."""
    found = over_time(vendor.at, spans(vendor, ["early"]), at(1), at(25), made=made)

    assert reaches(found, "box", "read") is known
    assert reaches(found, "box", "read", may=True) is possible
    assert "made-later" not in found.exposed(may=True)


def test_edits_hold_at_every_instant(vendor: Session) -> None:
    """What is revoked by an edit is dead all the time."""
    edited = vendor.edited(Edits(revoked=("early",)))
    found = over_time(edited.at, spans(edited, ["early"]), at(1), at(14))

    assert not reaches(found, "svc", "act_as", may=True)
    assert found.last.session.edits == edited.edits


def test_the_end_before_the_begin_is_refused(vendor: Session) -> None:
    """An interval runs forward."""
    with pytest.raises(ValueError, match="end is before the begin"):
        over_time(vendor.at, spans(vendor, ["early"]), at(2), at(1))


def test_losses_are_found_where_they_happen(vendor: Session) -> None:
    """Between moments of growth exactly the moments are added at which something is lost."""
    found = over_time(vendor.at, spans(vendor, ["early"]), at(9), at(19), losses=True)

    assert [moment.at for moment in found.moments if not moment.grows] == [at(15)]
    short = over_time(vendor.at, spans(vendor, ["vendor"], ends=at(10)), at(9), at(12), losses=True)
    assert [(moment.at, moment.grows) for moment in short.moments] == [(at(9), True), (at(10), False), (at(12), True)]
