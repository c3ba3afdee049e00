"""What the golden case leaves possible: must and may, side by side, of what its claims (Q6) ask about."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphscan.analysis import names
from graphscan.analysis.gaps import gaps_used
from graphscan.analysis.paths import paths
from graphscan.analysis.question import Question
from graphscan.analysis.session import Session
from graphscan.examples.thanksgiving import AS_OF, FROM
from graphscan.examples.thanksgiving.generate import write
from graphscan.report import render
from graphscan.store import Store
from importers.facts import read
from tests.golden import CONSOLE_USE, DASHBOARD, GLOBAL_DATA, GLOBAL_NETWORK, OKTA_ADMIN

AFTER_CODE_RED = datetime(2023, 12, 1, tzinfo=UTC)
ATLASSIAN = ("jira", "confluence", "bitbucket", "atlassian-01::exec", "atlassian")
CONTENT = ("jira-tickets::read", "confluence-pages::read", "kind=Repository")
PRODUCTION = ("global-network::position", "atlassian::position", "corp::position")


@pytest.fixture(scope="module", params=["small", "full"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with the example, small and with everybody else."""
    folder = tmp_path_factory.mktemp("golden")
    opened = Store.open_or_create(folder / "store")
    opened.write(*read(write(folder / "facts", request.param)))
    return folder / "store"


def found(store: Path, at: datetime, starts: Iterable[str], targets: Iterable[str]) -> dict[str, str]:
    """Return for each target whether it is known, possible or not reached."""
    session = Session.open(store, at)
    question = Question.ask(session, names.starts(session, list(starts)))
    answers = {}
    for one in targets:
        facts = list(names.targets(session, [one]).facts)
        known, possible = question.must.reached.held[facts].any(), question.may.reached.held[facts].any()
        answers[one] = "known" if known else "possible" if possible else "no"
    return answers


def words(facts: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{node}::{level}" for node, level in facts]


def test_atlassian_has_no_path_to_the_global_network(store: Path) -> None:
    """Not even what its unread tickets hold leads there: every way in asks for a hard key, which no ticket stores."""
    asked = words([GLOBAL_NETWORK, CONSOLE_USE, OKTA_ADMIN, DASHBOARD])

    assert set(found(store, AS_OF, ATLASSIAN, asked).values()) == {"no"}
    assert set(found(store, AS_OF, FROM, asked).values()) == {"no"}


def test_unread_content_may_lead_to_customer_data(store: Path) -> None:
    """Nobody searched the tickets, the wiki and the repositories for secrets: possible, and not known."""
    assert found(store, AS_OF, CONTENT, ["customer-db::read"]) == {"customer-db::read": "possible"}


def test_the_apps_environment_has_no_way_out(store: Path) -> None:
    """All levels of it together reach no crown jewel: every way out was stated, and there is none."""
    asked = words([GLOBAL_NETWORK, DASHBOARD, OKTA_ADMIN, *GLOBAL_DATA])

    assert set(found(store, AS_OF, ["aws-apps", "aws-apps-segment"], asked).values()) == {"no"}


def test_test_and_staging_before_and_after(store: Path) -> None:
    """Whether they led to production was unknown until they were separated; then it was not so."""
    before = found(store, AS_OF, ["test", "staging"], PRODUCTION)
    after = found(store, AFTER_CODE_RED, ["test", "staging"], PRODUCTION)

    assert set(before.values()) == {"possible"}
    assert set(after.values()) == {"no"}


def test_the_gap_is_named(store: Path) -> None:
    """The path says what would have to be read, the gap is marked, and naming it switches it off."""
    session = Session.open(store, AS_OF)
    result = paths(session, ["jira-tickets::read"], ["customer-db::read"])
    question = Question.ask(session, names.starts(session, ["jira-tickets::read"]))
    facts = [fact for fact in names.targets(session, ["customer-db::read"]).facts if question.may.reached.held[fact]]

    by_route = gaps_used(session, question, result.routes[0])
    assert [(one.relation, one.scope, one.state) for one in by_route] == [("STORES", "jira-tickets", "not_collected")]
    assert gaps_used(session, question, facts) == by_route
    assert any(one.relation == "STORES" and one.used for one in result.coverage)
    assert not any(one.relation == "CONNECTS_TO" and one.used for one in result.coverage)
    said = " ".join(render(result, "text", width=100).split())
    assert "would hold if what was not collected says STORES of jira-tickets" in said
    assert '"scope": "jira-tickets"' in render(result, "json")
