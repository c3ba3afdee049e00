"""Federation out, from HTTP replies: what the Okta side states of the products behind its applications."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphscan.model import CoverageState, Key, Observed
from importers.okta import endpoints as ends
from tests.importers.okta.conftest import Collected, Collector
from tests.importers.servers.loopback import Loopback
from tests.importers.servers.small_org_federation import (
    INACTIVE_ISSUER,
    ISSUER,
    Federated,
    other_organisation,
)
from tests.importers.servers.small_org_ids import CANARIES, app_id, group_id, user_id


def user(name: str) -> str:
    """Return a user's node id."""
    return f"okta:acme:user:{user_id(name)}"


def app(name: str) -> str:
    """Return an application's node id."""
    return f"okta:acme:app:{app_id(name)}"


@pytest.fixture(scope="module")
def collector(tmp_path_factory: pytest.TempPathFactory) -> Collector:
    """Return a collector that the tests of this module share."""
    return Collector(tmp_path_factory.mktemp("okta"))


@pytest.fixture(scope="module")
def got(collector: Collector) -> Iterator[Collected]:
    """Collect the organisation once."""
    with Loopback(Federated("https://other.okta.com/")) as server:
        yield collector(server)


def becomes(got: Collected, name: str) -> dict[tuple[str, str], Observed]:
    """Return (user, whom one becomes) of an application, and whether that is certain."""
    found = [one for one in got.related("SIGNS_IN_AS") if one.via is not None and one.via.text == app(name)]
    return {(one.source.text, one.target.text): one.observed for one in found}


def test_each_assignment_says_who_its_holder_becomes(got: Collected) -> None:
    """By the assignment's own name; ended ones say nothing, unknown and unfinished ones are possible."""
    assert becomes(got, "jira") == {
        (user("ada"), "~behind|account|Ada@acme.example"): Observed.YES,
        (user("cleo"), "~behind|account|cleo@acme.example"): Observed.YES,
        (user("gus"), "~behind|account|gus@acme.example"): Observed.POSSIBLE,
        (user("hana"), "~behind|account|hana@acme.example"): Observed.POSSIBLE,
        (user("eve"), "~behind|account|eve@acme.example"): Observed.POSSIBLE,
        (user("finn"), "~behind|account|finn@acme.example"): Observed.YES,
    }
    assert becomes(got, "mails") == {(user("ada"), "~behind|account|ada@acme.example"): Observed.YES}
    assert becomes(got, "closed") == {(user("ada"), "~behind|account|ada@acme.example"): Observed.POSSIBLE}
    assert becomes(got, "console") == {}  # Okta's own pages lead nowhere else


def test_roles_in_aws_are_named_by_their_arn(got: Collected) -> None:
    """A plain name is a role of the provider's account, an ARN is itself; what can be neither is counted."""
    assert becomes(got, "aws") == {
        (user("ada"), "~key|role_arn||arn:aws:iam::123456789012:role/Admin"): Observed.YES,
        (user("ada"), "~key|role_arn||arn:aws:iam::999999999999:role/Audit"): Observed.YES,
    }
    reasons = " ".join(one.reason for one in got.not_understood)
    assert "an AWS role is named in a way that says no ARN" in reasons
    assert "useGroupMapping" in reasons


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("jira", {Key("acs_url", "https://jira.acme.example")}),
        ("github", {Key("org_name", "acme", "github.com")}),
        ("aws", {Key("aws_account", "123456789012")}),
        ("bridge", {Key("idp_issuer", ISSUER), Key("acs_url", "https://other.okta.com")}),
        ("shared", {Key("acs_url", "https://auth.atlassian.com/login/callback")}),
        ("bank", {Key("acs_url", "https://bank.acme.example/login")}),
        ("console", set()),
    ],
)
def test_an_application_states_the_keys_of_the_product_behind_it(got: Collected, name: str, keys: set[Key]) -> None:
    """Where people are sent, whose word is believed, which organization or account it is: never a label."""
    assert {one for one in got.nodes[app(name)].keys if one.type != "client_id"} == keys


def test_an_oidc_client_is_known_by_its_client_id_and_not_by_a_local_address(got: Collected) -> None:
    """A client id means something within the organisation that gave it only."""
    keys = {one.type: one for one in got.nodes[app("web")].keys}

    assert (keys["client_id"].value, keys["acs_url"].value) == ("0oawebclient", "https://web.acme.example/callback")
    assert keys["client_id"].scope.startswith("http://127.0.0.1:")


def test_a_kept_password_is_its_own_users_and_a_shared_one_everybodys(got: Collected) -> None:
    """One node for each person, for an application without federation; one in all where they share it."""
    mine = f"okta:acme:app-password:{app_id('bank')}:{user_id('ada')}"
    (held,) = got.related("HELD_BY", mine)
    assert (held.target.text, held.observed, held.via and held.via.text) == (user("ada"), Observed.YES, app("bank"))
    undated = f"okta:acme:app-password:{app_id('bank')}:{user_id('cleo')}"
    assert got.related("HELD_BY", undated)[0].observed is Observed.POSSIBLE
    assert got.nodes[mine].versions == ()  # the product's own password may have another age
    assert got.nodes[mine].properties["copy_changed"].startswith("2023-06-01")
    assert got.related("STORES", app("bank")) == []

    shared = f"okta:acme:app-password:{app_id('press')}"
    (stores,) = got.related("STORES", app("press"))
    assert (stores.target.text, stores.needs) == (shared, "login")
    assert got.related("HAS_CREDENTIAL", "~behind|account|press", shared) != []
    assert not any(one.startswith(f"{shared}:") for one in got.nodes)


def test_where_the_okta_password_is_used_it_signs_in_there_too(got: Collected) -> None:
    """Of somebody whose password Okta does not hold there is nothing to say."""
    found = [one for one in got.related("HAS_CREDENTIAL") if one.via is not None and one.via.text == app("travel")]

    assert [(one.source.text, one.target.text) for one in found] == [
        ("~behind|account|ada@acme.example", f"okta:acme:password:{user_id('ada')}")
    ]


def test_what_is_pushed_is_stated_with_what_it_is_used_for(got: Collected) -> None:
    """The connection is its application's; a pushed group is trusted by the one of that name there."""
    node = got.nodes[f"okta:acme:provisioning:{app_id('jira')}"]
    assert (node.properties["creates"], node.properties["password_kind"], node.properties["status"]) == (
        "yes",
        "okta",
        "ENABLED",
    )
    assert got.related("CONTAINS", app("jira"), node.id)[0].needs == "admin"
    (pushed,) = [one for one in got.related("TRUSTS") if one.source.text.startswith("~behind|group|")]
    assert (pushed.source.text, pushed.target.text) == (
        "~behind|group|jira-engineers",
        f"okta:acme:group:{group_id('engineering')}",
    )
    assert any("pushed group" in one.reason for one in got.not_understood)


def test_only_applications_that_provision_are_asked_for_it(got: Collected) -> None:
    """Whoever makes no accounts would answer with an error, which is no gap."""
    for endpoint, records in ((ends.APP_FEATURES, 2), (ends.APP_CONNECTION, 2), (ends.PUSH_MAPPINGS, 3)):
        row = got.row(endpoint)
        assert (row.relation, row.records) == ("TRUSTS", records)
        assert not row.error.startswith("not there")
    assert {one.state for one in got.coverage if one.relation == "SIGNS_IN_AS" and one.endpoint == ends.APP_USERS} == {
        CoverageState.PARTIAL  # the issuers of applications are not read
    }


def test_an_organisation_states_where_it_is_and_whom_it_believes(tmp_path: Path) -> None:
    """One that is switched off is named, and never joins."""
    with Loopback(other_organisation) as server:
        other = Collector(tmp_path)(server)
        url = server.url

    keys = {(one.type, one.value): one.verified for one in other.nodes["okta:acme:org"].keys}
    assert keys == {("base_url", url): True, ("idp_issuer", ISSUER): True, ("idp_issuer", INACTIVE_ISSUER): False}


def test_no_secret_of_a_kept_password_is_kept(got: Collected, collector: Collector) -> None:
    """Neither in the snapshot nor in what becomes of it."""
    raw = collector.path.read_bytes()
    text = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    assert not any(secret.encode() in text for secret in CANARIES.values())
    assert not any(secret in repr(got.records) for secret in CANARIES.values())
