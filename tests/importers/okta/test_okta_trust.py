"""Owners, rules, support, identity providers and devices: what their replies become, and what is denied."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphscan.model import CoverageState, Node, Observed, Relation
from importers.okta import normalise
from tests.importers.okta.conftest import Collected, Collector
from tests.importers.okta.test_okta_normalise import ORG, group, user
from tests.importers.servers import okta as servers
from tests.importers.servers.loopback import Answer, Loopback, Request

FORBIDDEN = Answer.json({"errorCode": "E0000006", "errorSummary": "no permission"}, 403)


@pytest.fixture(scope="module")
def got(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collected]:
    """Collect and normalise the small organisation once; the tests only look."""
    collector = Collector(tmp_path_factory.mktemp("okta"))
    with servers.small() as server:
        yield collector(server)


# Groups


def test_owners_of_a_group_are_users_and_groups(got: Collected) -> None:
    """Who owns a group may change who is in it."""
    assert {one.target.text for one in got.related("OWNED_BY", group("engineering"))} == {user("ben"), group("owners")}


def test_a_groups_rules_are_shown_with_it(got: Collected) -> None:
    """The rule that fills a group is a property of it, with its state and expression."""
    assert got.nodes[group("engineering")].properties["rules"] == ['Engineers (active): user.department=="Platform"']
    assert "rules" not in got.nodes[group("owners")].properties


# Trust and devices


def test_support_is_trusted_until_its_access_ends(got: Collected) -> None:
    """The vendor's support has access up to the stated time."""
    (trusts,) = got.related("TRUSTS", ORG, "okta:acme:vendor:okta-support")

    assert got.nodes[trusts.target.text].kind == "Vendor"
    assert trusts.valid_to == datetime(2024, 1, 24, 11, 13, 14, tzinfo=UTC)


@pytest.mark.parametrize(("setting", "trusted"), [("DISABLED", []), ("HALFWAY", [Observed.POSSIBLE])])
def test_support_without_access_is_not_trusted(
    small: Loopback, collector: Collector, setting: str, trusted: list[Observed]
) -> None:
    """Closed access trusts nobody; a setting that nobody knows may."""
    path, body = "/api/v1/org/privacy/oktaSupport", {"support": setting, "expiration": None}
    small.faults = lambda request: Answer.json(body) if request.path == path else None

    found = collector(small).related("TRUSTS", ORG, "okta:acme:vendor:okta-support")

    assert [one.observed for one in found] == trusted


def test_an_active_identity_provider_is_trusted(got: Collected) -> None:
    """What it may assert is kept; one that is switched off is there and not trusted."""
    (trusts,) = got.related("TRUSTS", ORG, "okta:acme:idp:0oaidp1")

    assert got.nodes["okta:acme:idp:0oaidp1"].subtype == "identity_provider"
    assert trusts.properties["match_type"] == "USERNAME"
    assert trusts.properties["trust_claims"] is True
    assert got.nodes["okta:acme:idp:0oaidp2"].state == "inactive"
    assert got.related("TRUSTS", ORG, "okta:acme:idp:0oaidp2") == []


def test_a_device_is_managed_where_its_user_list_says_so(got: Collected) -> None:
    """Managed for one user is not managed for another; a suspended device meets no condition."""
    kinds = {one.name: one.subtype for one in got.nodes.values() if one.kind == "Device"}
    held = {one.target.text: one.observed for one in got.related("HELD_BY", "okta:acme:device:guo1")}

    assert kinds == {"Ada's laptop": "managed", "Shared tablet": "device", "Lost": "device"}
    assert held == {user("ada"): Observed.YES, user("ben"): Observed.POSSIBLE}


def test_users_of_a_device_are_asked_for_only_where_they_did_not_come_with_it(
    small: Loopback, collector: Collector
) -> None:
    """A summary with the listing spares a request for each device; both ways say the same."""
    result = collector(small)

    asked = [one.path for one in small.seen if one.path.startswith("/api/v1/devices/")]
    assert asked == ["/api/v1/devices/guo3/users"]
    held = {one.source.text for one in result.related("HELD_BY")}
    assert {f"okta:acme:device:guo{number}" for number in (1, 2, 3)} <= held


def test_an_organisation_without_these_end_points_still_normalises(collector: Collector, small: Loopback) -> None:
    """Where none of it answers, nothing of it is stated, and no client is taken to be without scopes."""
    small.faults = lambda request: (
        Answer.json({}, 404) if request.path.endswith(("/grants", "/secrets", "/jwks")) else None
    )

    collector(small)
    _, records = normalise(Path(collector.path))
    listed = list(records)

    accounts = [one for one in listed if isinstance(one, Node) and one.subtype == "service_app"]
    assert accounts
    assert all("scopes" not in one.properties for one in accounts)
    stored = [one.target.text for one in listed if isinstance(one, Relation) and one.kind == "STORES"]
    assert not any("client-" in one for one in stored)


@pytest.mark.parametrize(
    ("endpoint", "part", "relation"),
    [
        ("/api/v1/zones", "/zones", "DEFEATED_BY"),
        ("/api/v1/users/{userId}/factors", "/factors", "HAS_CREDENTIAL"),
        ("/api/v1/apps/{appId}/credentials/secrets", "/credentials/secrets", "HAS_CREDENTIAL"),
        (
            "/integrations/api/v1/api-services/{apiServiceId}/credentials/secrets",
            "/api-services/0oaintegration1/",
            "HAS_CREDENTIAL",
        ),
        ("/api/v1/apps/{appId}/credentials/jwks", "/credentials/jwks", "HAS_CREDENTIAL"),
        ("/api/v1/apps/{appId}/grants", "/grants", "HAS_CREDENTIAL"),
        ("/integrations/api/v1/api-services", "/api-services", "HAS_CREDENTIAL"),
        ("/oauth2/v1/clients/{clientId}/roles", "/oauth2/v1/clients/", "HAS_ROLE"),
        ("/api/v1/groups/{groupId}/owners", "/owners", "OWNED_BY"),
        ("/api/v1/groups/rules", "/groups/rules", "APPLIES_TO"),
        ("/api/v1/org/privacy/oktaSupport", "/oktaSupport", "TRUSTS"),
        ("/api/v1/idps", "/idps", "TRUSTS"),
        ("/api/v1/idps/{idpId}/users", "/idps/0oaidp1/users", "TRUSTS"),
        ("/api/v1/idps/credentials/keys", "/idps/credentials/keys", "GRANTS"),
        ("/api/v1/apps/{appId}/credentials/keys", "/credentials/keys", "GRANTS"),
        ("/api/v1/apps/{appId}/tokens", "/tokens", "HAS_CREDENTIAL"),
        ("/api/v1/authorizationServers", "/authorizationServers", "CONTAINS"),
        ("/api/v1/authorizationServers/{authServerId}/policies", "/policies", "TRUSTS"),
        ("/api/v1/agentPools", "/agentPools", "TRUSTS"),
        ("/api/v1/inlineHooks", "/inlineHooks", "TRUSTS"),
        ("/api/v1/eventHooks", "/eventHooks", "TRUSTS"),
        ("/api/v1/logStreams", "/logStreams", "CONTAINS"),
        ("/api/v1/meta/schemas/user/default", "/meta/schemas/user/default", "TRUSTS"),
        ("/api/v1/devices", "/devices", "HELD_BY"),
        ("/api/v1/devices/{deviceId}/users", "/users", "HELD_BY"),
    ],
)
def test_each_listing_that_is_denied_is_said_and_the_rest_is_read(
    small: Loopback, collector: Collector, endpoint: str, part: str, relation: str
) -> None:
    """With each right removed in turn, its row says so, the collection is not complete, and nobody else is lost."""

    def refused(request: Request) -> bool:
        if endpoint == "/api/v1/authorizationServers/{authServerId}/policies":
            return request.path.endswith("0000000001/policies")
        if endpoint == "/api/v1/devices/{deviceId}/users":
            return request.path.startswith("/api/v1/devices/") and request.path.endswith(part)
        return part in request.path

    small.faults = lambda request: FORBIDDEN if refused(request) else None

    result = collector(small)

    row = result.row(endpoint)
    assert row.relation == relation
    assert row.state is (CoverageState.PARTIAL if "factors" in endpoint else CoverageState.DENIED)
    assert "no permission" in row.error
    assert result.result.gaps
    assert not result.info.complete
    assert user("ada") in result.nodes
    assert result.related("MEMBER_OF")
