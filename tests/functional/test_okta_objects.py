"""What an organisation's zones, factors and service applications open, from HTTP replies to answers."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.running import Inside
from tests.importers.servers import okta as servers
from tests.importers.servers import small_org

ORG = "okta:acme:org"


def user(name: str) -> str:
    """Return a user's node id."""
    return f"okta:acme:user:{small_org.user_id(name)}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that the tests of this module share."""
    return tmp_path_factory.mktemp("okta")


@pytest.fixture
def store(folder: Path, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Import the small organisation once, the factors of everybody included."""
    monkeypatch.setenv("GRAPHSCAN_OKTA_TOKEN", servers.TOKEN)
    path = folder / "store"
    if not path.exists():
        with servers.small() as server:
            words = ("import", "okta", "--org-url", server.url, "--name", "acme", "--factors", "all")
            assert inside(*words, "--store", path).code in (0, 3)
    yield path


def reached(inside: Inside, store: Path, *words: str) -> dict[tuple[str, str], bool]:
    """Return what a start reaches, and whether that is known."""
    ended = inside("blast", *words, "--store", store, "-o", "json")
    assert ended.code == 0, ended.err
    return {(one["id"], one["level"]): one["certainty"] == "known" for one in json.loads(ended.out)["reached"]}


def test_a_failed_mechanism_gives_exactly_the_people_who_rely_on_it(inside: Inside, store: Path) -> None:
    """With every password and OTP relayed, who has an OTP is signed in with MFA; who has a push or a key is not.

    Eve has an OTP, but was never activated: whether her password signs anybody in is not known.
    """
    passwords = "kind=Credential,subtype=password"
    without = reached(inside, store, passwords)
    defeated = reached(inside, store, passwords, "--defeated", "okta:acme:control:mechanism-otp")

    assert {who for who, level in without if level == "mfa" and ":user:" in who} == set()
    assert {who for who, level in defeated if level == "mfa" and ":user:" in who} == {
        user("ada"),
        user("cleo"),
    }


def test_a_client_secret_uses_the_role_of_its_application_within_its_scopes(inside: Inside, store: Path) -> None:
    """A super administrator's client that may assign roles takes the organisation, without a console or MFA."""
    found = reached(inside, store, f"okta:acme:client-secret:{small_org.app_id('robot')}:ocsrobot1")

    assert found[ORG, "admin"]


def test_a_read_only_administrator_takes_the_organisation_through_a_client_secret(inside: Inside, store: Path) -> None:
    """The token of a read-only administrator reads the secret of a client that is a super administrator."""
    found = reached(inside, store, f"okta:acme:api-token:{small_org.token_id('ben')}")

    assert found[f"okta:acme:client-secret:{small_org.app_id('robot')}:ocsrobot1", "held"]
    assert found[ORG, "admin"]


def test_a_client_that_only_reads_users_does_not_use_its_help_desk_role(inside: Inside, store: Path) -> None:
    """Scope and role do not meet: from the zone that its key works from, the client reads and does no more."""
    key = f"okta:acme:client-key:{small_org.app_id('clerk')}:pksclerk1"
    found = reached(inside, store, key, f"okta:acme:zone:{small_org.OFFICE}")
    account = f"okta:acme:client:{small_org.app_id('clerk')}"

    assert found[account, "api_read"]
    assert not any(id_.startswith("okta:acme:role:") for id_, _ in found)


def test_an_inactive_secret_opens_nothing(inside: Inside, store: Path) -> None:
    """A secret that was switched off is dead."""
    found = reached(inside, store, f"okta:acme:client-secret:{small_org.app_id('robot')}:ocsrobot2")

    assert not any(id_.startswith("okta:acme:client:") for id_, _ in found)


def test_a_token_limited_to_a_zone_opens_nothing_from_elsewhere(inside: Inside, store: Path) -> None:
    """From the internet the token of a super administrator acts for nobody; from the office it does."""
    token = f"okta:acme:api-token:{small_org.token_id('ada')}"

    assert not any(who == user("ada") for who, _ in reached(inside, store, token))
    assert reached(inside, store, token, f"okta:acme:zone:{small_org.OFFICE}")[user("ada"), "api"]


def test_support_opens_the_organisation_while_it_has_access_and_no_longer(inside: Inside, store: Path) -> None:
    """The grant ended in January 2024: before that support is a way in, after it none."""
    support = "okta:acme:vendor:okta-support"

    assert reached(inside, store, support, "--as-of", "2024-01-20T00:00:00Z")[ORG, "admin"]
    assert (ORG, "admin") not in reached(inside, store, support, "--as-of", "2024-02-01T00:00:00Z")


def test_a_vendor_that_is_broken_into_gives_up_the_secret_of_its_integration(inside: Inside, store: Path) -> None:
    """Whoever has taken over the vendor of a service integration acts in the organisation with its scopes."""
    found = reached(inside, store, "okta:acme:vendor:integration:log_shipper")

    assert found["okta:acme:integration-secret:0oaintegration1:ocsship1", "held"]
    assert found["okta:acme:integration:0oaintegration1", "api_write"]
