"""What phishing opens in an organisation, from HTTP replies to what the command line prints."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.functional.running import Inside
from tests.importers.servers import okta as servers
from tests.importers.servers import small_org, small_org_factors

PHISHED = "okta:acme:control:users-resist-phishing"  # as a start: it does not hold
REACHED = tuple(f"okta:acme:app:{small_org.app_id(name)}::reachable" for name in ("jira", "vault"))
JIRA, VAULT = (f"okta:acme:app:{small_org.app_id(name)}" for name in ("jira", "vault"))


@pytest.fixture
def store(inside: Inside, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Any], Path]:
    """Return a function that imports the small organisation with what enrolment asks for."""

    def made(enrolment: Any) -> Path:
        monkeypatch.setenv("GRAPHSCAN_OKTA_TOKEN", servers.TOKEN)
        small_org_factors.put(monkeypatch, enrolment)
        with servers.small() as server:
            words = ("import", "okta", "--org-url", server.url, "--name", "acme", "--factors", "all")
            ended = inside(*words, "--store", tmp_path / "store")
        assert ended.code in (0, 3), ended.err
        return tmp_path / "store"

    return made


def logins(inside: Inside, store: Path, *words: str) -> dict[str, str]:
    """Return which applications are more than talked to, and how certain that is."""
    ended = inside("blast", "internet", *REACHED, *words, "--store", store, "-o", "json")
    assert ended.code == 0, ended.err
    reached = json.loads(ended.out)["reached"]
    return {
        one["id"]: one["certainty"] for one in reached if one["level"] != "reachable" and one["id"] in (JIRA, VAULT)
    }


def test_phishing_opens_what_asks_for_codes_and_not_what_asks_for_a_key(
    inside: Inside, store: Callable[[Any], Path]
) -> None:
    """Users give away what can be given away; enrolment asks for what resists phishing. As a what-if it is the same."""
    found = store(small_org_factors.RESISTANT)

    assert logins(inside, found) == {}
    assert logins(inside, found, PHISHED) == {JIRA: "known"}
    assert logins(inside, found, "--defeated", PHISHED) == {JIRA: "known"}


def test_the_path_to_what_asks_for_a_key_names_the_enrolment(inside: Inside, store: Callable[[Any], Path]) -> None:
    """With any two factors enough to enrol the vault falls, by a path that says how; without enrolling it stands."""
    found = store(small_org_factors.TWO_FACTORS)
    ended = inside("paths", "internet", PHISHED, *REACHED, "--to", VAULT, "--store", found)

    assert logins(inside, found, PHISHED) == {JIRA: "known", VAULT: "known"}
    assert ended.code == 0, ended.err
    assert "factor enrolled by an attacker for" in ended.out
    assert "“Enrolment” of “Okta Account Management Policy”" in " ".join(ended.out.split())
    assert logins(inside, found, PHISHED, "--without", "okta.enrol-factor") == {JIRA: "known"}
