"""
The golden case as a comparison: Q8 of the reference, through the real command line.

Over 15 … 24 November: a new principal attacker-user, its group memberships, and svc-smartsheet in a group of
administrators from the 23rd at 15:58 on, which opens no step: what fired the alert. On the 24th nearly all of it is
revoked again, so two instants are not enough.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.functional.running import graphscan

OLD, NEW = "2023-11-15", "2023-11-24"
CREATED, DEACTIVATED = "2023-11-16T14:36:37Z", "2023-11-23T17:23:00Z"  # attacker-user, CF-TG
ADDED, OFF = "2023-11-23T15:58:00Z", "2023-11-23T16:35:00Z"  # svc-smartsheet to the group; switched off
GROUPS = {"employees", "jira-users", "confluence-users"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the small example."""
    folder = tmp_path_factory.mktemp("golden-diff") / "store"
    assert graphscan("demo", "--small", "--store", folder).returncode == 0
    return folder


@pytest.fixture(scope="module")
def answer(store: Path) -> dict[str, Any]:
    """Return what changed over the interval."""
    ended = graphscan("diff", OLD, NEW, "--fail-on-new", "-o", "json", "--store", store)
    assert ended.returncode == 1, ended.stderr
    said: dict[str, Any] = json.loads(ended.stdout)
    return said


def changes(answer: dict[str, Any], section: str) -> list[dict[str, Any]]:
    """Return the changes of a group."""
    return [change for one in answer["inventory"] if one["section"] == section for change in one["changes"]]


def test_the_new_principal_comes_first_and_is_marked_as_gone_again(answer: dict[str, Any]) -> None:
    """attacker-user began and ended inside; at neither end is it there."""
    assert answer["inventory"][0]["section"] == "new_principals"
    (user,) = changes(answer, "new_principals")
    assert (user["id"], user["what"], user["at"], user["until"]) == (
        "attacker-user",
        "came and went",
        CREATED,
        DEACTIVATED,
    )
    assert (user["there_at_old"], user["there_at_new"]) == (False, False)
    assert user["evidence"] == "log"
    assert "attacker-made.yaml" in user["where"]


def test_its_memberships_are_listed(answer: dict[str, Any]) -> None:
    """Each group that the attacker's account was put into."""
    found = {(one["source"], one["target"], one["at"], one["until"]) for one in changes(answer, "memberships")}
    assert found == {("attacker-user", group, CREATED, DEACTIVATED) for group in GROUPS}


def test_the_administrators_group_is_listed_though_no_step_is_new(answer: dict[str, Any]) -> None:
    """svc-smartsheet → administrators begins on the 23rd at 15:58; it had its right before: no step is new for it."""
    (right,) = changes(answer, "admin")
    assert (right["source"], right["target"], right["kind"]) == ("svc-smartsheet", "jira-administrators", "MEMBER_OF")
    assert (right["what"], right["at"], right["until"]) == ("came and went", ADDED, OFF)
    steps = [(one["given"]["id"], one["gives"]["id"]) for one in answer["steps_gained"]["lines"]]
    assert answer["steps_gained"]["total"] == len(steps)
    assert not [step for step in steps if "svc-smartsheet" in step]


def test_what_is_newly_reachable_is_the_implant_with_the_change_that_opened_it(answer: dict[str, Any]) -> None:
    """The implant alone reaches the server, what is on its disk, and the segment in São Paulo; nothing else is new."""
    gained = answer["pairs_gained"]
    known = [one for one in gained["families"] if one["certainty"] == "known"]
    assert {source["id"] for one in gained["families"] for source in one["sources"]} == {"implant"}
    assets = {asset["id"] for one in known for asset in one["assets"]}
    assert {"atlassian-01", "jira-tickets", "confluence-pages", "gru-nonprod"} <= assets
    assert len([id_ for id_ in assets if id_.startswith("repo-")]) == 120
    assert gained["known"] == len(assets)
    for one in known:
        opening = one["because"]["changes"][0]
        assert (opening["kind"], opening["source"], opening["target"]) == ("GRANTS", "implant", "atlassian-01")
        assert opening["at"] == "2023-11-22T14:18:22Z"
    assert gained["bounded"] == answer["pairs_lost"]["known"] == 0


def test_two_days_show_when_it_could_have_been_seen(store: Path) -> None:
    """Seven days before the alert the new account stood there: found by comparing two days."""
    ended = graphscan("diff", OLD, "2023-11-17", "-o", "json", "--store", store)
    said = json.loads(ended.stdout)
    (user,) = changes(said, "new_principals")
    assert (user["id"], user["what"], user["there_at_new"]) == ("attacker-user", "began", True)
    assert {line["id"] for line in said["nodes_gained"]["lines"]} == {"attacker-user", "attacker-password"}
    steps = {(one["given"]["id"], one["gives"]["id"]) for one in said["steps_gained"]["lines"]}
    assert {("attacker-user", group) for group in GROUPS} <= steps


def test_the_screen_says_it_in_words(store: Path) -> None:
    """On a narrow screen the account, its groups and the administrators stand there with their times."""
    ended = graphscan("diff", OLD, NEW, "--store", store, env={"COLUMNS": "60"})
    flat = " ".join(ended.stdout.split())
    assert ended.returncode == 0
    assert "± user attacker-user 2023-11-16 14:36:37 to 2023-11-23 17:23:00, began and ended inside" in flat
    assert "± svc-smartsheet → jira-administrators MEMBER_OF 2023-11-23 15:58:00 to 2023-11-23 16:35:00" in flat
    assert "attacker-user → confluence-users, employees and jira-users" in flat
