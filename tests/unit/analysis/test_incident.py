"""Incidents on small inventories, each about one thing that could be got wrong."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphscan.analysis.incident import ask
from graphscan.analysis.incident_file import load, on_command_line
from graphscan.analysis.incident_results import IncidentResult, State
from graphscan.analysis.session import Session
from graphscan.errors import BadFileError, EmptySelectionError, UsageError

HEAD = "graphscan: facts/1\nsource: small\nat: 2024-01-01T00:00:00Z\n"
SINCE, UNTIL = datetime(2023, 10, 1, tzinfo=UTC), datetime(2023, 10, 11, tzinfo=UTC)
Stored = Callable[..., Path]


def day(number: int, month: int = 10) -> datetime:
    return datetime(2023, month, number, tzinfo=UTC)


def answer(store: Path, *exposed: str, at: datetime, **options: object) -> IncidentResult:
    incident = on_command_line(exposed, SINCE, UNTIL, **options)  # type: ignore[arg-type]
    return ask(Session.open(store, at), incident)


def states(result: IncidentResult) -> dict[str, State]:
    return {one.node.id: one.state for one in result.credentials}


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ("2023-10-10", State.MISSED),  # on the last day, nobody knows whether before or after it was read
        ("2023-10-11", State.DEAD),
        ("2023-10-10T12:00:00Z", State.MISSED),  # the exposure lasted longer
        ("{since: 2023-10-12, evidence: ticket}", State.UNVERIFIED),
        ("{since: 2023-10-12, overlap_until: 2023-12-24}", State.LIVE_UNTIL),
        ("{since: 2023-10-12, overlap_until: 2023-10-20}", State.DEAD),
        ("2023-12-02", State.MISSED),  # not yet
    ],
)
def test_proof_is_later_than_the_exposure(stored: Stored, version: str, state: State) -> None:
    """A replacement proves the old value dead only where it came after the whole exposure, and has taken effect."""
    facts = f"nodes:\n  - {{id: key, kind: Credential, valid_from: 2020-01-01, versions: [2020-01-01, {version}]}}\n"
    assert states(answer(stored(HEAD + facts), "key", at=day(1, 12))) == {"key": state}


def test_without_an_end_nothing_is_proof_but_an_end(stored: Stored) -> None:
    """An exposure that is not said to be over takes the new value too; what was revoked is dead all the same."""
    facts = """nodes:
  - {id: replaced, kind: Credential, versions: [2020-01-01, 2023-10-12]}
  - {id: revoked, kind: Credential, valid_to: 2023-10-12}
"""
    incident = on_command_line(["replaced", "revoked"], SINCE, None)
    result = ask(Session.open(stored(HEAD + facts), day(1, 12)), incident)
    assert states(result) == {"replaced": State.MISSED, "revoked": State.DEAD}
    assert any("not said to be over" in note for note in result.notes)


REPLACED_BY_ONE_STILL_READ = """nodes:
  - {id: reader, kind: Credential, versions: [2020-01-01, READER]}
  - {id: read, kind: Credential, versions: [2020-01-01, "2023-10-20T10:00:00Z"]}
  - {id: bot, kind: ServiceAccount}
  - {id: owner, kind: ServiceAccount}
  - {id: git, kind: Application}
  - {id: repo, kind: Repository}
relations:
  - {source: bot, kind: HAS_CREDENTIAL, target: reader}
  - {source: owner, kind: HAS_CREDENTIAL, target: read}
  - {source: git, kind: REACHABLE_FROM, target: internet}
  - {source: bot, kind: ASSIGNED_TO, target: git, gives: login}
  - {source: git, kind: CONTAINS, target: repo}
  - {source: repo, kind: STORES, target: read}
"""


@pytest.mark.parametrize(
    ("reader", "state", "first"),
    [("2023-10-20T16:00:00Z", State.RE_EXPOSED, ("reader",)), ("2023-10-20T09:00:00Z", State.DEAD, ())],
)
def test_a_secret_replaced_before_its_reader_is_exposed_again(
    stored: Stored, reader: str, state: State, first: tuple[str, ...]
) -> None:
    """The order decides: reader first, and both are dead; reader last, and the new value is out."""
    result = answer(stored(HEAD + REPLACED_BY_ONE_STILL_READ.replace("READER", f'"{reader}"')), "reader", at=day(1, 12))
    assert states(result) == {"reader": State.DEAD, "read": state}
    read = next(one for one in result.credentials if one.node.id == "read")
    assert (read.how, read.before) == ("reached", first)
    assert read.path or state is State.DEAD


def test_two_values_alike_and_what_was_minted(stored: Stored) -> None:
    """The same value in another place is exposed with it; rotation of one ends it, not the other."""
    facts = """nodes:
  - {id: one, kind: Credential, versions: [2020-01-01, 2023-10-20]}
  - {id: other, kind: Credential}
  - {id: late-session, kind: Credential, subtype: session, valid_from: 2023-11-01}
relations:
  - {source: one, kind: SAME_SECRET, target: other}
  - {source: late-session, kind: DERIVED_FROM, target: one}
"""
    assert states(answer(stored(HEAD + facts), "one", at=day(1, 12))) == {"one": State.DEAD, "other": State.MISSED}


GAPS = """nodes:
  - {id: owner, kind: ServiceAccount}
  - {id: key, kind: Credential, valid_to: 2023-10-20}
relations:
  - {source: owner, kind: HAS_CREDENTIAL, target: key}
coverage:
"""


@pytest.mark.parametrize(
    ("coverage", "unlisted"),
    [
        ("  - {relation: HAS_CREDENTIAL, state: denied, error: no right}\n", True),
        ("  - {relation: HAS_CREDENTIAL, scope: owner, state: partial}\n", True),
        ("  - {relation: HAS_CREDENTIAL, scope: other, state: partial}\n", False),
        ("  - {relation: STORES, state: denied}\n", False),
        ("  - {relation: HAS_CREDENTIAL, state: denied, valid_to: 2023-09-01}\n", False),
        (
            """  - {relation: HAS_CREDENTIAL, state: denied}
  - {relation: HAS_CREDENTIAL, scope: owner, complete: true}
""",
            False,
        ),
    ],
)
def test_what_could_not_be_listed_is_not_proven(stored: Stored, coverage: str, unlisted: bool) -> None:
    """A gap in an exposed owner's credentials is one hypothesis, not verified; a gap elsewhere is none."""
    result = answer(stored(HEAD + GAPS + coverage), "key", at=day(1, 12))
    assert states(result)["key"] is State.DEAD
    assert [one.node.id for one in result.missed] == (["unlisted:owner"] if unlisted else [])
    assert result.exit_code == int(unlisted)
    assert [one.action for one in result.order] == (["find"] if unlisted else [])


def test_suspects_end_with_the_proof(stored: Stored) -> None:
    """What an exposed principal made counts, and what that made; not what came before, or after the proof of death."""
    facts = """nodes:
  - {id: svc, kind: ServiceAccount}
  - {id: key, kind: Credential, valid_to: "2023-10-20T00:00:00Z"}
  - {id: before, kind: ServiceAccount, valid_from: 2023-09-01}
  - {id: backdoor, kind: ServiceAccount, valid_from: 2023-10-15}
  - {id: by-backdoor, kind: Credential, valid_from: 2023-11-01}
  - {id: after, kind: ServiceAccount, valid_from: 2023-10-25}
  - {id: undated, kind: Group}
relations:
  - {source: svc, kind: HAS_CREDENTIAL, target: key}
  - {sources: [before, backdoor, after, undated], kind: CREATED_BY, target: svc}
  - {source: by-backdoor, kind: CREATED_BY, target: backdoor}
"""
    result = answer(stored(HEAD + facts), "key", at=day(1, 12))
    assert not result.missed
    assert {one.node.id for one in result.remaining} == {"backdoor", "by-backdoor", "undated"}
    assert result.exit_code == 1 and result.out_since is None


def test_nothing_yet_is_no_error(stored: Stored) -> None:
    """Before the exposure nothing is exposed, and nothing is missed."""
    result = answer(stored(HEAD + "nodes:\n  - {id: key, kind: Credential}\n"), "key", at=day(1, 9))
    assert (result.credentials, result.exit_code) == ((), 0)


def test_a_line_that_means_nothing_is_an_error(stored: Stored) -> None:
    """A selector without a match is never an empty answer, and `credentials` names credentials."""
    store = stored(HEAD + "nodes:\n  - {id: key, kind: Credential}\n  - {id: app, kind: Application}\n")
    with pytest.raises(EmptySelectionError):
        answer(store, "label=nothing", at=day(1, 12))
    file = store.parent / "incident.yaml"
    for text, error in (("credentials: [app]", EmptySelectionError), ("holder: key", UsageError)):
        file.write_text(f"graphscan: incident/1\nholders:\n  - {text}\n    from: 2023-10-01\n")
        with pytest.raises(error):
            ask(Session.open(store, day(1, 12)), load(file))


def test_every_mistake_in_a_file_is_told_at_once(tmp_path: Path) -> None:
    """Unknown keys with what was probably meant, repeated keys, dates, order, and beliefs, each with its place."""
    file = tmp_path / "incident.yaml"
    file.write_text(
        "graphscan: incident/2\n"
        "acts_form: 2023-10-01\n"
        "mode: maybe\n"
        "mode: observed\n"
        "holders:\n"
        "  - {holder: v, from: 2023-13-01}\n"
        "  - {holder: v, credentials: [a], from: 2023-10-01}\n"
        "  - {from: 2023-10-01}\n"
        "  - {holder: v, from: 2023-10-02, until: 2023-10-01}\n"
        '  - {credentials: ["label=x,last_used<2023-10-01"], from: 2023-10-01}\n'
        '  - {credentials: ["lable=x"], from: 2023-10-01, observed: surely}\n'
    )
    with pytest.raises(BadFileError) as refused:
        load(file)
    said = str(refused.value)
    places = [(one.line, one.what) for one in refused.value.problems]
    assert {line for line, _ in places} == {1, 2, 3, 4, 6, 7, 8, 9, 10, 11}
    assert "did you mean `acts_from`?" in said and "did you mean `label`?" in said
    assert "already given on line 3" in said and "`until` is before `from`" in said
    assert "unused is a reason to delete a credential, never a reason to skip it" in said
    assert said.endswith("the incident was not looked at; correct the lines named and run it again")


def test_until_a_day_is_that_whole_day(tmp_path: Path) -> None:
    """A moment is inside as well, and no more than it."""
    file = tmp_path / "incident.yaml"
    ends = []
    for until in ("2023-10-18", "2023-10-18T12:00:00Z"):
        file.write_text(f"graphscan: incident/1\nholders:\n  - {{holder: v, from: 2023-10-01, until: {until!r}}}\n")
        ends.append(load(file).holders[0].ends)
    assert ends == [day(19), datetime(2023, 10, 18, 12, 0, 0, 1, tzinfo=UTC)]


HELP_DESK = """nodes:
  - {id: org, kind: Application, provider: okta, subtype: org}
  - {id: desk, kind: RoleAssignment, provider: okta, subtype: help_desk_admin}
  - {id: crew, kind: Group, provider: okta, subtype: okta_group}
  - {id: admin, kind: User, provider: okta}
  - {id: ann, kind: User, provider: okta, properties: {credential_provider: OKTA}}
  - {id: token, kind: Credential, subtype: api_token, valid_to: 2023-10-20}
  - {id: vault, kind: Application, sensitivity: crown_jewel}
relations:
  - {sources: [admin, ann], kind: ACCOUNT_OF, target: org}
  - {source: ann, kind: MEMBER_OF, target: crew}
  - {source: desk, kind: SCOPED_TO, target: crew}
  - {source: admin, kind: HAS_ROLE, target: desk}
  - {source: admin, kind: HAS_CREDENTIAL, target: token, gives: api}
  - {sources: [vault, org], kind: REACHABLE_FROM, target: internet}
  - {source: ann, kind: ASSIGNED_TO, target: vault, gives: login}
coverage:
  - {relation: HAS_ROLE, scope: ann, complete: true}
  - {relation: HAS_ROLE, scope: admin, complete: true}
  - {relation: HAS_ROLE, scope: crew, complete: true}
  - {relation: MEMBER_OF, scope: ann, complete: true}
  - {relation: MEMBER_OF, scope: admin, complete: true}
"""


def test_what_the_attacker_could_have_made_is_told_and_never_counted(stored: Stored) -> None:
    """A password that could have been reset while the token lived opens the vault still; the exit code ignores it."""
    store = stored(HEAD + HELP_DESK)
    seen, feared = (answer(store, "token", at=day(1, 12), possible=possible) for possible in (False, True))
    for result in (seen, feared):
        assert states(result) == {"token": State.DEAD}
        assert (result.exit_code, result.residual) == (0, ())
        assert any(one.node.hypothetical and "password" in one.node.id for one in result.hypotheses)
    assert "vault" not in {one.node.id for one in seen.residual_possibly}
    assert "vault" in {one.node.id for one in feared.residual_possibly}
