"""Small graphs on which "not reached", "closed" or "dead" would be said too early."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphscan.analysis.blast import blast
from graphscan.analysis.paths import paths
from graphscan.analysis.results import PathsResult
from graphscan.analysis.session import Edits, Session
from graphscan.errors import UsageError

AT = datetime(2024, 3, 1, tzinfo=UTC)
Stored = Callable[..., Path]


def facts(source: str, body: str, evidence: str = "config", at: str = "2024-01-01T00:00:00Z") -> str:
    """Return a facts file."""
    return f"graphscan: facts/1\nsource: {source}\nat: {at}\nevidence: {evidence}\n{body}"


def asked(store: Path, start: str, target: str) -> PathsResult:
    """Ask for paths between two nodes."""
    return paths(Session.open(store, AT), start.split(), [target])


def answer(result: PathsResult) -> str:
    """Return how the one target is reached."""
    return "known" if result.reached else "possible" if result.possible else "no"


GRANT = """
nodes: [{id: tok, kind: Credential}, {id: repo, kind: Repository}]
relations: [{source: tok, kind: GRANTS, target: repo}]
"""


def test_a_ticket_ends_nothing(stored: Stored) -> None:
    """A state or an end that only a ticket states is shown and not believed; from the vendor it counts."""
    ticket = "nodes: [{id: tok, kind: Credential, state: revoked, valid_to: 2023-10-20}]\n"

    assert answer(asked(stored(facts("a", GRANT), facts("b", ticket, "ticket")), "tok", "repo")) == "known"


def test_the_vendors_word_ends_it(stored: Stored) -> None:
    """The same said by the vendor is believed."""
    said = "nodes: [{id: tok, kind: Credential, state: revoked}]\n"

    assert answer(asked(stored(facts("a", GRANT), facts("b", said)), "tok", "repo")) == "no"


COPY = """
nodes:
  - {id: wiki, kind: Wiki}
  - {id: tok, kind: Credential, valid_from: 2021-01-01, versions: [{since: 2021-01-01}, VERSION]}
  - {id: repo, kind: Repository}
relations:
  - {source: wiki, kind: STORES, target: tok, stored_at: STORED}
  - {source: tok, kind: GRANTS, target: repo}
"""


@pytest.mark.parametrize(
    ("version", "stored_at", "expected"),
    [
        ("{since: 2023-06-01}", "2022-01-01", "no"),
        ("{since: 2023-06-01, evidence: ticket}", "2022-01-01", "known"),
        ("{since: 2023-06-01T09:00:00Z}", "2023-06-01", "possible"),
        ("{since: 2023-06-01}", "2023-06-01T15:00:00Z", "possible"),
        ("{since: 2023-06-01T09:00:00Z}", "2023-06-01T08:00:00Z", "no"),
        ("{since: 2023-06-01T09:00:00Z}", "2023-06-01T10:00:00Z", "known"),
        ("{since: 2023-06-01}", "2023-06-02", "known"),
    ],
)
def test_what_a_stored_copy_still_opens(stored: Stored, version: str, stored_at: str, expected: str) -> None:
    """A copy older than a proven replacement is dead; what happened on one day in an unknown order is possible."""
    text = COPY.replace("VERSION", version).replace("STORED", stored_at)

    assert answer(asked(stored(facts("a", text)), "wiki", "repo")) == expected


def test_a_credential_outlives_an_account_that_is_only_possibly_its_own(stored: Stored) -> None:
    """What opens something by itself does not die with an account, possible or not."""
    body = """
nodes:
  - {id: gone, kind: User, state: disabled}
  - {id: key, kind: Credential, subtype: ssh_key}
  - {id: repo, kind: Repository}
  - {id: vendor, kind: Vendor}
relations:
  - {source: gone, kind: HAS_CREDENTIAL, target: key, observed: possible}
  - {source: key, kind: GRANTS, target: repo}
  - {source: key, kind: HELD_BY, target: vendor}
"""
    store = stored(facts("a", body))

    assert answer(asked(store, "key", "repo")) == "known"
    assert answer(asked(store, "vendor", "repo")) == "known"


def test_a_host_or_plug_in_of_unknown_reachability_is_possible(stored: Stored) -> None:
    """Where somebody is assigned and nothing says from where it is reached, it is reached possibly, and a gap."""
    body = """
nodes:
  - {id: bob, kind: ServiceAccount}
  - {id: host, kind: Host}
  - {id: app, kind: Application}
  - {id: plug, kind: Application}
  - {id: customers, kind: Content}
  - {id: wiki, kind: Wiki}
relations:
  - {source: bob, kind: ASSIGNED_TO, target: host}
  - {source: bob, kind: ASSIGNED_TO, target: plug}
  - {source: plug, kind: INSTALLED_IN, target: app}
  - {source: host, kind: STORES, target: customers}
  - {source: plug, kind: CONTAINS, target: wiki}
"""
    store = stored(facts("a", body))
    result = asked(store, "bob", "customers")

    assert answer(result) == "possible"
    assert any(line.relation == "REACHABLE_FROM" for line in result.coverage)
    assert answer(asked(store, "bob", "wiki")) == "possible"


def test_roles_and_shared_secrets_lead_on_and_what_nothing_follows_is_said(stored: Stored) -> None:
    """A role of any provider is used, one secret in two places opens both, and an unread kind is a gap."""
    body = """
nodes:
  - {id: ann, kind: User}
  - {id: role, kind: RoleAssignment}
  - {id: acct, kind: Application}
  - {id: one, kind: Credential, state: revoked}
  - {id: two, kind: Credential}
  - {id: vault, kind: Database}
  - {id: script, kind: Repository}
relations:
  - {source: ann, kind: HAS_ROLE, target: role}
  - {source: role, kind: GRANTS, target: acct, gives: admin}
  - {source: acct, kind: REACHABLE_FROM, target: internet}
  - {source: one, kind: SAME_SECRET, target: two}
  - {source: two, kind: GRANTS, target: vault}
  - {source: script, kind: OWNED_BY, target: ann}
"""
    store = stored(facts("a", body))
    result = asked(store, "ann", "acct")

    assert answer(result) == "known"
    assert answer(asked(store, "one", "vault")) == "known"
    (owned,) = [line for line in result.coverage if line.relation == "OWNED_BY"]
    assert "no technique follows" in owned.error
    assert not result.complete


def test_a_control_that_nobody_saw_does_not_block_for_certain(stored: Stored) -> None:
    """A hypothetical control may not be there."""
    body = """
nodes:
  - {id: tok, kind: Credential}
  - {id: repo, kind: Repository}
  - {id: guess, kind: Control, enforced: "yes", hypothetical: true}
relations: [{source: tok, kind: GRANTS, target: repo, guarded_by: [guess]}]
"""
    store = stored(facts("a", body))

    assert answer(asked(store, "tok", "repo")) == "possible"
    edited = paths(Session.open(store, AT, Edits(enforced=("guess",))), ["tok"], ["repo"])
    assert answer(edited) == "no"
    with pytest.raises(UsageError, match="both --defeated and --enforced"):
        Session.open(store, AT, Edits(enforced=("guess",), defeated=("guess",)))


def test_a_cut_that_leaves_a_possible_way_is_none(stored: Stored) -> None:
    """Sets, cuts and first moves count what is possible as well."""
    body = """
nodes:
  - {id: a, kind: Credential}
  - {id: c, kind: Credential}
  - {id: ctl, kind: Control, enforced: unknown}
  - {id: r, kind: Repository}
relations:
  - {source: a, kind: GRANTS, target: r}
  - {source: c, kind: GRANTS, target: r, guarded_by: [ctl]}
"""
    result = blast(Session.open(stored(facts("a", body)), AT), ["a", "c"])

    (answer_,) = result.sets
    assert {*answer_.sets} == {("a",), ("c",)}
    assert answer_.cuts == (("a", "c"),)
    assert result.moves == ()


def test_first_moves_are_what_the_edit_does(stored: Stored) -> None:
    """Enforcing a control that a start defeats closes nothing; revoking an account closes what its password opens."""
    body = """
nodes:
  - {id: c, kind: Control, enforced: "no"}
  - {id: k, kind: Credential}
  - {id: t, kind: Credential}
  - {id: r, kind: Repository}
  - {id: bob, kind: User}
  - {id: pw, kind: Credential, subtype: password}
  - {id: own, kind: Repository}
relations:
  - {source: c, kind: DEFEATED_BY, target: k}
  - {source: t, kind: GRANTS, target: r, guarded_by: [c]}
  - {source: bob, kind: HAS_CREDENTIAL, target: pw}
  - {source: bob, kind: ASSIGNED_TO, target: own}
"""
    session = Session.open(stored(facts("a", body)), AT)

    assert [move.edit for move in blast(session, ["t", "k"]).moves] == ["--rotated t"]
    assert [move.edit for move in blast(session, ["bob", "pw"]).moves] == ["--revoke bob"]
    twice = blast(session, ["t", "t::held"])
    assert [one.sets for one in twice.sets] == [(("t",),)]


def test_what_is_possibly_open_to_anyone_is_said(stored: Stored) -> None:
    """What ambient facts reach possibly is a finding of its own, not a silence."""
    body = """
nodes:
  - {id: anyone, kind: Group, subtype: anonymous}
  - {id: share, kind: Content}
  - {id: allow, kind: Control, enforced: unknown}
  - {id: wiki, kind: Wiki}
relations: [{source: anyone, kind: ASSIGNED_TO, target: share, guarded_by: [allow]}]
"""
    store = stored(facts("a", body))
    result = blast(Session.open(store, AT), ["wiki"])

    assert [fact.node.id for fact in result.possibly_open] == ["share"]
    assert not result.complete
    assert [fact.node.id for fact in asked(store, "wiki", "share").possibly_open] == ["share"]


def test_an_id_is_taken_as_it_stands(stored: Stored) -> None:
    """An id that looks like another node at a level is that id."""
    body = """
nodes: [{id: box, kind: Content}, {id: "box::read", kind: Content}, {id: "box::writer", kind: Content}]
"""
    session = Session.open(stored(facts("a", body)), AT)

    assert {line.fact.node.id for line in blast(session, ["box::read"]).starts} == {"box::read"}
    assert {line.fact.node.id for line in blast(session, ["box::writer"]).starts} == {"box::writer"}
