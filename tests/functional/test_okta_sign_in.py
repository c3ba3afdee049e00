"""From an Okta user to the applications he signs in to, with the rule that let him, as the command line prints it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.functional.running import Inside
from tests.importers.servers import okta as servers
from tests.importers.servers import small_org
from tests.importers.servers.loopback import Answer, Request

CLEO = f"okta:acme:user:{small_org.user_id('cleo')}"
JIRA, VAULT = (f"okta:acme:app:{small_org.app_id(name)}" for name in ("jira", "vault"))
POSITIONS = f"""\
graphscan: facts/1
source: positions
relations:
  - {{source: {JIRA}, kind: REACHABLE_FROM, target: internet}}
  - {{source: {VAULT}, kind: REACHABLE_FROM, target: internet}}
"""
FORBIDDEN = Answer.json({"errorCode": "E0000006", "errorSummary": "You do not have permission"}, 403)

Fault = Callable[[Request], Answer | None]


@pytest.fixture
def store(inside: Inside, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Path]:
    """Return a function that imports the small organisation, and from where its applications are reached."""

    def made(faults: Fault = lambda _request: None) -> Path:
        monkeypatch.setenv("GRAPHSCAN_OKTA_TOKEN", servers.TOKEN)
        facts = tmp_path / "positions.yaml"
        facts.write_text(POSITIONS, "utf-8")
        with servers.small() as server:
            server.faults = faults
            ended = inside("import", "okta", "--org-url", server.url, "--name", "acme", "--store", tmp_path / "store")
        assert ended.code in (0, 3), ended.err
        assert inside("import", "facts", facts, "--store", tmp_path / "store").code == 0
        return tmp_path / "store"

    return made


def to(result: dict[str, Any], app: str) -> list[dict[str, Any]]:
    """Return the routes to one application."""
    return [one for one in result["routes"] if any(tail["id"] == app for tail in one["tails"])]


def test_each_way_into_an_application_names_the_rules_that_allow_it(inside: Inside, store: Callable[..., Path]) -> None:
    """The session policy's rule and the application's, by name, in what people read and in what programs read."""
    found = store()
    text = inside("blast", CLEO, "--store", found)
    answer = inside("blast", CLEO, "--store", found, "-o", "json")

    assert (text.code, answer.code) == (0, 0), text.err + answer.err
    said = " ".join(text.out.split())
    assert "“Engineers” of “Any two factors”" in said
    assert "“Key” of “Hardware key”" in said
    (jira, *_) = to(json.loads(answer.out), JIRA)
    assert jira["certainty"] == "known"
    rules = {
        (one["rule"]["name"], one["rule"]["policy"]) for hop in jira["hops"] for one in hop["evidence"] if one["rule"]
    }
    assert ("Engineers", "Any two factors") in rules
    assert len({policy for _, policy in rules}) == 2, "the session policy's rule is not named"


def test_a_password_alone_does_not_pass_a_rule_that_asks_for_two(inside: Inside, store: Callable[..., Path]) -> None:
    """With one factor Jira and the vault stay closed, whatever else is possible."""
    ended = inside("blast", f"{CLEO}::act_as", "--without", "okta.enrol-factor", "--store", store(), "-o", "json")

    assert ended.code == 0, ended.err
    known = {
        one["id"] for one in json.loads(ended.out)["reached"] if one["certainty"] == "known" and one["level"] == "login"
    }
    assert not known & {JIRA, VAULT}


def test_policies_that_may_not_be_read_leave_the_sign_in_possible(inside: Inside, store: Callable[..., Path]) -> None:
    """With policies refused, one factor possibly opens what asked for two, and everything proven certainly does."""
    found = store(lambda request: FORBIDDEN if request.path.startswith("/api/v1/policies") else None)
    weak = inside("blast", f"{CLEO}::act_as", "--store", found, "-o", "json")
    strong = inside("blast", f"{CLEO}::top", "--store", found, "-o", "json")

    assert (weak.code, strong.code) == (0, 0), weak.err + strong.err
    for answer, certainty in ((weak, "possible"), (strong, "known")):
        reached = {(one["id"], one["level"]): one["certainty"] for one in json.loads(answer.out)["reached"]}
        assert reached[JIRA, "login"] == certainty
