"""Hypothetical credentials in answers: named by id, marked, never folded, and never a start that nobody asked for."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphscan.analysis import names
from graphscan.analysis.explain import explain
from graphscan.analysis.paths import paths
from graphscan.analysis.session import Edits, Session
from graphscan.errors import EmptySelectionError, UnknownNameError
from graphscan.report.text.nodes import fact, node

AT = datetime(2024, 3, 1, tzinfo=UTC)
Stored = Callable[..., Path]
SCOPE = "derived:okta.reset-targets:org:password"
PASSWORD = f"{SCOPE}:credential"
SESSION = "derived:okta.session-hypothesis:ann"
FACTS = """
graphscan: facts/1
source: small
at: 2024-01-01T00:00:00Z
nodes:
  - {id: org, kind: Application, provider: okta, subtype: org, name: Acme}
  - {id: desk, kind: RoleAssignment, provider: okta, subtype: help_desk_admin}
  - {id: ann, kind: User, provider: okta, name: Ann, state: active, properties: {credential_provider: OKTA}}
  - {id: wiki, kind: Wiki}
relations:
  - {source: ann, kind: ACCOUNT_OF, target: org}
  - {source: desk, kind: SCOPED_TO, target: org}
  - {source: ann, kind: ASSIGNED_TO, target: wiki}
coverage:
  - {relation: HAS_ROLE, scope: ann, complete: true}
  - {relation: MEMBER_OF, scope: ann, complete: true}
"""


@pytest.fixture
def session(stored: Stored) -> Session:
    """Return the inventory with a help desk, one user and what the user opens."""
    return Session.open(stored(FACTS), AT)


def test_a_path_names_what_the_attacker_makes(session: Session) -> None:
    """The right is folded into the write, and the credential that it makes stands in the path with its mark."""
    (route,) = paths(session, ["desk"], ["wiki"]).routes

    assert [hop.gives.node.id for hop in route.hops] == [PASSWORD, "ann", "wiki"]
    assert [hop.technique for hop in route.hops[:2]] == ["okta.reset-credentials"] * 2
    assert route.certainty == "known"
    made = route.hops[0].gives
    assert made.node.hypothetical
    assert str(fact(made)).startswith(f"{PASSWORD}::held “attacker password for users of Acme")
    assert str(fact(made)).endswith("” (hypothetical)")


def test_a_question_about_a_session(session: Session) -> None:
    """What one person's session opens can be asked, by its id, its name, or a selector of derived ones."""
    for start in (SESSION, "a browser session of Ann", "subtype=session,provider=derived"):
        assert [one.node.id for one in paths(session, [start], ["wiki"]).reached] == ["wiki"]
    shown = explain(session, SESSION)
    assert ("hypothetical", "True") in shown.fields
    assert str(node(shown.node)).endswith("(not seen, possible)")


@pytest.mark.parametrize("selector", ["kind=Credential", "subtype=session"])
def test_a_wide_selector_means_no_hypothesis(session: Session, selector: str) -> None:
    """Else everybody's sessions would be held by whoever asks about the credentials there are."""
    with pytest.raises(EmptySelectionError):
        names.resolve(session, [selector])


@pytest.mark.parametrize("name", [SCOPE, "users of Acme whose password can be reset"])
def test_a_set_is_no_start(session: Session, name: str) -> None:
    """A derived set is not something that anybody holds."""
    with pytest.raises(UnknownNameError):
        names.resolve(session, [name])


def test_left_out(stored: Stored) -> None:
    """Without the file there is no session to ask about."""
    session = Session.open(stored(FACTS), AT, Edits(without=("okta.session-hypothesis",)))

    with pytest.raises(UnknownNameError):
        names.resolve(session, [SESSION])
