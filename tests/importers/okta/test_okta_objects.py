"""Zones, factors, clients, owners, devices and trust: what their replies become, and what they must not say."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from graphscan.model import CoverageState, Effect, Enforced, Observed
from importers.okta.walk import Factors
from tests.importers.okta.conftest import Collected, Collector
from tests.importers.okta.test_okta_normalise import ORG, user
from tests.importers.servers import okta as servers
from tests.importers.servers import small_org
from tests.importers.servers.loopback import Answer, Loopback, Request

FORBIDDEN = Answer.json({"errorCode": "E0000006", "errorSummary": "no permission"}, 403)


@pytest.fixture(scope="module")
def got(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collected]:
    """Collect and normalise the small organisation once; the tests only look."""
    collector = Collector(tmp_path_factory.mktemp("okta"))
    with servers.small() as server:
        yield collector(server)


def client(name: str) -> str:
    """Return a service account's node id."""
    return f"okta:acme:client:{small_org.app_id(name)}"


def factor(name: str, id_: str) -> str:
    """Return a factor's node id."""
    return f"okta:acme:factor:{small_org.user_id(name)}:{id_}"


def credential(kind: str, app_name: str, id_: str) -> str:
    """Return the node id of a client's secret or key."""
    return f"okta:acme:{kind}:{small_org.app_id(app_name)}:{id_}"


def zone(id_: str) -> str:
    """Return a network zone's node id."""
    return f"okta:acme:zone:{id_}"


# Network zones


def test_a_zone_is_a_segment_with_what_it_holds_in_numbers(got: Collected) -> None:
    """Name, type, usage and state are kept; of many addresses the number and the first ten."""
    office = got.nodes[zone(small_org.OFFICE)]

    assert (office.kind, office.name, office.state) == ("Segment", "Office", "active")
    assert office.properties["gateways_count"] == 12
    assert len(office.properties["gateways"]) == 10
    assert (office.properties["type"], office.properties["usage"]) == ("ip", "policy")


def test_an_address_of_a_dynamic_zone_can_possibly_be_had_by_anyone(got: Collected) -> None:
    """A country is possibly reached from the internet, a zone of all addresses certainly, an office not at all."""
    ways = {one.target.text: one.observed for one in got.related("CONNECTS_TO", "internet")}

    assert ways == {zone(small_org.ABROAD): Observed.POSSIBLE, zone("nzowide0000000000005"): Observed.YES}


def test_a_blocklist_hinders_the_organisation(got: Collected) -> None:
    """Addresses that are refused are a hindrance, shown and never relied on."""
    control = got.nodes[f"okta:acme:control:blocklist:{small_org.BLOCKED}"]

    assert control.effect is Effect.HINDERS
    assert control.enforced[0].value is Enforced.YES
    assert got.related("APPLIES_TO", control.id, ORG)


def test_an_inactive_zone_lets_nobody_in_for_certain(small: Loopback, collector: Collector) -> None:
    """A token limited to a zone that is switched off is possibly, not certainly, met from it."""

    def closed(request: Request) -> Answer | None:
        limits = {"connection": "ZONE", "include": [small_org.CLOSED, small_org.OFFICE]}
        token = {**small_org.API_TOKENS[0], "network": limits}
        return Answer.json([token]) if request.path == "/api/v1/api-tokens" else None

    small.faults = closed
    met = {one.target.text: one.observed for one in collector(small).related("DEFEATED_BY")}

    assert met[zone(small_org.CLOSED)] is Observed.POSSIBLE
    assert met[zone(small_org.OFFICE)] is Observed.YES


def test_zones_that_were_denied_are_declared_by_the_tokens_that_name_them(
    small: Loopback, collector: Collector
) -> None:
    """Without the list of zones a token stays limited to its own, of unread content, and the gap is said."""
    small.faults = lambda request: FORBIDDEN if request.path == "/api/v1/zones" else None

    result = collector(small)

    assert result.row("/api/v1/zones").state is CoverageState.DENIED
    assert result.nodes[zone(small_org.OFFICE)].properties == {"detail": "not read"}
    # Ada's token, Clerk's client, which is limited to the same office, and the position itself, which rules name.
    assert len(result.related("DEFEATED_BY", target=zone(small_org.OFFICE))) == 3


# Factors


@pytest.mark.parametrize(
    ("name", "id_", "gives", "mechanism"),
    [
        ("ada", "fwfada1", "phishing_resistant", "webauthn"),
        ("ada", "ostada2", "mfa", "otp"),
        ("cleo", "ostcleo1", "mfa", "otp"),
        ("ben", "opfben1", "mfa", "push"),
    ],
)
def test_a_factor_gives_what_its_type_can(got: Collected, name: str, id_: str, gives: str, mechanism: str) -> None:
    """Only keys bound to the site resist phishing; every factor works by a mechanism that can fail for all at once."""
    node = got.nodes[factor(name, id_)]
    (held,) = got.related("HAS_CREDENTIAL", user(name), node.id)
    (works,) = got.related("INSTANCE_OF", node.id)

    assert (node.kind, node.subtype, node.state) == ("Credential", "factor", "active")
    assert (held.gives, held.observed) == (gives, Observed.YES)
    assert works.target.text == f"okta:acme:control:mechanism-{mechanism}"
    assert got.nodes[works.target.text].subtype == "mechanism"
    assert got.nodes[works.target.text].enforced == ()


def test_a_factor_is_dated_by_its_creation_alone(got: Collected) -> None:
    """`lastUpdated` moves with the status and is no rotation; no use is known, which is not "never used"."""
    node = got.nodes[factor("ada", "ostada2")]

    assert [one.since for one in node.versions] == [datetime(2022, 1, 2, 3, 4, 5, tzinfo=UTC)]
    assert [(one.by, one.at, one.known) for one in node.last_used] == [("okta", None, False)]
    assert node.properties["last_updated"].startswith("2023-11-21")


def test_only_an_active_factor_is_live(got: Collected) -> None:
    """A factor that was never activated is dead; a status that nobody knows is possibly a live one."""
    pending, odd = got.nodes[factor("cleo", "smscleo3")], got.nodes[factor("hana", "pfdhana1")]
    (held,) = got.related("HAS_CREDENTIAL", user("hana"), odd.id)

    assert (pending.state, pending.properties["status"]) == ("disabled", "PENDING_ACTIVATION")
    assert (odd.state, held.observed) == ("half_awake", Observed.POSSIBLE)


def test_a_weak_factor_is_called_weak(got: Collected) -> None:
    """A security question counts as a factor where Okta counts it, and says why it is a poor one."""
    assert "guessable" in got.nodes[factor("cleo", "ufscleo2")].properties["weak"]
    assert "weak" not in got.nodes[factor("ada", "fwfada1")].properties


def _factor_rows(collected: Collected) -> dict[str, CoverageState]:
    endpoint = "/api/v1/users/{userId}/factors"
    return {one.scope: one.state for one in collected.coverage if one.endpoint == endpoint}


def test_by_default_the_factors_of_administrators_are_read(got: Collected) -> None:
    """Administrators, directly or through a group, have a row each; the row of the source says how many were left."""
    read = {scope for scope, state in _factor_rows(got).items() if scope and state is CoverageState.COMPLETE}

    assert read == {user(name) for name in ("ada", "ben", "cleo", "gus", "hana")}
    assert got.row("/api/v1/users/{userId}/factors").state is CoverageState.PARTIAL
    assert "2 of 7 users" in got.row("/api/v1/users/{userId}/factors").error
    assert factor("eve", "osteve1") not in got.nodes
    assert got.info.complete


@pytest.mark.parametrize(("choice", "users", "left"), [(Factors.ALL, 7, ""), (Factors.NONE, 0, "7 of 7 users")])
def test_factors_are_asked_of_whom_was_chosen(
    small: Loopback, collector: Collector, choice: Factors, users: int, left: str
) -> None:
    """`all` is one request for each user that still exists, `none` is none, and what was left out is no gap."""
    result = collector(small, factors=choice)

    asked = [one for one in small.seen if one.path.endswith("/factors")]
    row = result.row("/api/v1/users/{userId}/factors")
    assert len(asked) == users
    assert (factor("eve", "osteve1") in result.nodes) is (choice is Factors.ALL)
    assert left in row.error
    assert (row.state is CoverageState.NOT_COLLECTED) is (choice is Factors.NONE)
    assert result.result.gaps == []
    assert result.info.complete


def test_a_refused_users_factors_are_a_gap_of_that_user(small: Loopback, collector: Collector) -> None:
    """One 403 leaves the other users' factors known, and the collection is not complete."""
    path = f"/api/v1/users/{small_org.user_id('ada')}/factors"
    small.faults = lambda request: FORBIDDEN if request.path == path else None

    result = collector(small)

    rows = _factor_rows(result)
    assert rows[user("ada")] is CoverageState.DENIED
    assert rows[user("cleo")] is CoverageState.COMPLETE
    assert not result.info.complete


# OAuth clients


def test_a_service_application_is_an_account_of_the_organisation(got: Collected) -> None:
    """It has its client id, its scopes that are in force, and its role; a client for people is no account."""
    node = got.nodes[client("robot")]
    (role,) = got.related("HAS_ROLE", client("robot"))

    assert (node.kind, node.subtype, node.state) == ("ServiceAccount", "service_app", "active")
    assert node.properties["scopes"] == ["okta.roles.manage"]
    assert node.properties["scopes_not_active"] == ["okta.apps.read"]
    assert got.related("ACCOUNT_OF", client("robot"), ORG)
    assert got.nodes[role.target.text].subtype == "super_admin"
    assert role.needs == "api"
    clients = {one.id for one in got.nodes.values() if one.subtype == "service_app"}
    assert clients == {client("robot"), client("clerk")}


def test_a_client_secret_gives_what_the_scopes_allow_and_never_all_rights(got: Collected) -> None:
    """A client that may write gets api_write, one that may read api_read: the rights of its role need a technique."""
    secret = got.nodes[credential("client-secret", "robot", "ocsrobot1")]
    (held,) = got.related("HAS_CREDENTIAL", client("robot"), secret.id)

    assert (secret.subtype, secret.state) == ("client_secret", "active")
    assert [one.since for one in secret.versions] == [datetime(2022, 5, 6, 7, 8, 9, tzinfo=UTC)]
    assert (held.gives, held.observed, held.guarded_by) == ("api_write", Observed.YES, ())
    assert got.nodes[credential("client-secret", "robot", "ocsrobot2")].state == "disabled"
    assert {one.gives for one in got.relations if one.kind == "HAS_CREDENTIAL" and "client:" in one.source.text} == {
        "api_write",
        "api_read",
    }


def test_who_administers_an_application_reads_its_secret_and_not_its_private_key(got: Collected) -> None:
    """Okta shows a client secret to administrators of the application; of a key pair it has the public half."""
    stored = {one.target.text: one.needs for one in got.related("STORES") if ":client-" in one.target.text}

    assert stored == {
        credential("client-secret", "robot", "ocsrobot1"): "admin",
        credential("client-secret", "robot", "ocsrobot2"): "admin",
        credential("client-secret", "clerk", "ocsclerk1"): "admin",
        credential("client-secret", "payroll", "ocspayroll1"): "admin",
    }


def test_who_administers_an_application_is_not_said_to_be_its_account(got: Collected) -> None:
    """That another secret can be given to a client is a technique's to say (okta.set-client-secret)."""
    assert [one for one in got.related("CONTAINS") if "client:" in one.target.text] == []


def test_a_key_is_read_in_either_shape_and_opens_its_client_from_its_zone(got: Collected) -> None:
    """Keys in `{jwks: {keys}}` and in a list are read, without an id of Okta's by their own; limits are guards."""
    held = {one.target.text: one for one in got.related("HAS_CREDENTIAL", client("clerk"))}
    control = "okta:acme:control:client-network:" + small_org.app_id("clerk")

    assert set(held) == {
        credential("client-key", "clerk", "pksclerk1"),
        credential("client-key", "clerk", "k2"),
        "okta:acme:client-key-uri:" + small_org.app_id("clerk"),
    }
    assert {one.gives for one in held.values()} == {"api_read"}
    assert {tuple(ref.text for ref, _ in one.guarded_by) for one in held.values()} == {(control,)}
    assert [one.target.text for one in got.related("DEFEATED_BY", control)] == [zone(small_org.OFFICE)]
    assert got.nodes["okta:acme:client-key-uri:" + small_org.app_id("clerk")].versions == ()
    assert credential("client-key", "payroll", "pkspayroll1") in got.nodes


def test_a_secret_that_the_client_does_not_sign_in_with_opens_nothing(got: Collected) -> None:
    """Clerk signs in with a key: its secret is there, dated and owned, and has no account behind it."""
    secret = got.nodes[credential("client-secret", "clerk", "ocsclerk1")]

    assert secret.owner == client("clerk")
    assert got.related("HAS_CREDENTIAL", target=secret.id) == []
    assert got.related("HAS_CREDENTIAL", target=credential("client-key", "clerk", "pksclerk3")) == []


def test_scopes_that_could_not_be_read_are_possibly_any(small: Loopback, collector: Collector) -> None:
    """A refused list of grants makes what a secret opens possible, neither known nor absent."""
    path = f"/api/v1/apps/{small_org.app_id('robot')}/grants"
    small.faults = lambda request: FORBIDDEN if request.path == path else None

    result = collector(small)

    (held,) = result.related("HAS_CREDENTIAL", client("robot"), credential("client-secret", "robot", "ocsrobot1"))
    assert (held.gives, held.observed) == ("api_write", Observed.POSSIBLE)
    assert "scopes" not in result.nodes[client("robot")].properties
    assert "could not be read" in result.nodes[client("robot")].properties["detail"]
    assert not result.info.complete


def test_roles_of_clients_are_not_known_to_be_absent_where_applications_were_denied(
    small: Loopback, collector: Collector
) -> None:
    """Without the list of applications nobody knows which clients hold roles, and the row says it."""
    small.faults = lambda request: FORBIDDEN if request.path == "/api/v1/apps" else None

    row = collector(small).row("/oauth2/v1/clients/{clientId}/roles")

    assert row.state is CoverageState.DENIED
    assert "not known of whom to ask" in row.error


def test_a_client_of_a_switched_off_application_is_dead(small: Loopback, collector: Collector) -> None:
    """An inactive application gets no tokens: its account dies, with the vendor's word kept."""
    off = [{**one, "status": "INACTIVE"} if one["id"] == small_org.app_id("robot") else one for one in small_org.APPS]
    small.faults = lambda request: Answer.json(off) if request.path == "/api/v1/apps" else None

    node = collector(small).nodes[client("robot")]

    assert (node.state, node.properties["status"]) == ("disabled", "INACTIVE")


def test_an_integrations_secret_lies_with_its_vendor(got: Collected) -> None:
    """It acts with its scopes, which stand in place of a role; no administrator reads it, and its vendor has it."""
    account, secret = "okta:acme:integration:0oaintegration1", "okta:acme:integration-secret:0oaintegration1:ocsship1"
    (held,) = got.related("HAS_CREDENTIAL", account, secret)
    (copy,) = got.related("HELD_BY", secret)

    assert got.nodes[account].properties["scopes"] == ["okta.logs.read", "okta.users.manage"]
    assert got.nodes[account].valid_from == datetime(2022, 2, 21, 20, 8, 24, tzinfo=UTC)
    assert (held.gives, held.observed) == ("api_write", Observed.YES)
    assert copy.target.text == "okta:acme:vendor:integration:log_shipper"
    assert got.nodes[copy.target.text].kind == "Vendor"
    assert got.nodes["okta:acme:integration-secret:0oaintegration1:ocsship2"].state == "disabled"
    assert got.related("STORES", target=secret) == []
    (role,) = got.related("HAS_ROLE", account)
    assert got.nodes[role.target.text].properties["permissions"] == ["okta.logs.read", "okta.users.manage"]
