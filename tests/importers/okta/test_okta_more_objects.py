"""Keys, hooks, agents, authorization servers, settings and links: what their replies become, and what is not there."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from graphscan.model import CoverageState, Observed
from importers.okta import endpoints as ends
from importers.okta import refresh_tokens, walk_more
from tests.importers.okta.conftest import Collected, Collector
from tests.importers.okta.test_okta_normalise import ORG, app, group, user
from tests.importers.servers import okta as servers
from tests.importers.servers import small_org, small_org_more, small_org_objects
from tests.importers.servers.loopback import Answer, Loopback, Request
from tests.importers.servers.small_org_ids import app_id, group_id, user_id

NOT_LICENSED = Answer.json({"errorCode": "E0000015", "errorSummary": "You do not have permission"}, 401)
SERVER = f"okta:acme:auth-server:{small_org_more.SERVER}"


@pytest.fixture(scope="module")
def got(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collected]:
    """Collect and normalise the small organisation once; the tests only look."""
    collector = Collector(tmp_path_factory.mktemp("okta"))
    with servers.small() as server:
        yield collector(server)


def gives(got: Collected, source: str, target: str) -> tuple[str | None, Observed]:
    """Return what a credential gives where it opens something without an owner, and how sure that is."""
    (one,) = got.related("GRANTS", source, target)
    return one.gives, one.observed


# Keys


def test_the_current_key_of_an_application_signs_and_an_earlier_one_may(got: Collected) -> None:
    """The application's own record says which key is current; whether the other side dropped another is not seen."""
    key = f"okta:acme:app-key:{app_id('jira')}:"

    assert gives(got, f"{key}kidnow", app("jira")) == ("login", Observed.YES)
    assert gives(got, f"{key}kidold", app("jira")) == ("login", Observed.POSSIBLE)
    assert got.nodes[f"{key}kidold"].expires_at is None
    assert got.nodes[f"{key}kidold"].properties["certificate_expires"].startswith("2023-01-01")


def test_a_current_key_is_there_although_the_list_is_closed(small: Loopback, collector: Collector) -> None:
    """Where keys are denied, the one that the record names is stated, dated by its rotation, and the gap is said."""
    small.faults = lambda request: (
        Answer.json({"errorCode": "E0000006", "errorSummary": "no"}, 403)
        if "/credentials/keys" in request.path
        else None
    )
    got = collector(small)
    key = got.nodes[f"okta:acme:app-key:{app_id('jira')}:kidnow"]

    assert [one.since for one in key.versions] == [datetime(2023, 6, 7, 8, 9, 10, tzinfo=UTC)]
    assert got.row(ends.APP_KEYS).state is CoverageState.DENIED
    assert f"{SERVER}" in got.nodes
    assert gives(got, f"okta:acme:auth-server-key:{small_org_more.SERVER}:kidserver", SERVER) == ("admin", Observed.YES)


def test_an_expired_key_of_an_authorization_server_is_dead(got: Collected) -> None:
    """What is no longer published is believed by nobody."""
    keys = f"okta:acme:auth-server-key:{small_org_more.SERVER}:"

    assert {got.nodes[f"{keys}{kid}"].state for kid in ("kidserver", "kidnext")} == {None}
    assert got.nodes[f"{keys}kidgone"].state == "expired"
    assert [one.since for one in got.nodes[f"{keys}kidnext"].versions] == []


def test_a_partners_key_without_an_id_is_kept(got: Collected) -> None:
    """The vendor's own example has one: its certificate tells it from others."""
    keys = [one for one in got.nodes if one.startswith("okta:acme:idp-key:")]

    assert len(keys) == len(small_org_more.IDP_KEYS)
    assert any(":sha256-" in one for one in keys)


def test_a_partners_key_opens_the_providers_it_is_registered_for(
    small: Loopback, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A SAML provider names its key; one that is switched off is opened by none."""
    trust = {"issuer": "https://saml.example", "kid": "kidpartner", "additionalKids": ["kidother", 7]}
    idps = [
        {**small_org_objects.IDPS[0], "type": "SAML2", "protocol": {"type": "SAML2", "credentials": {"trust": trust}}},
        {**small_org_objects.IDPS[1], "protocol": {"credentials": {"trust": {"kid": "kidpartner"}}}},
    ]
    monkeypatch.setattr(small_org, "IDPS", idps)

    got = collector(small)

    assert [one.target.text for one in got.related("GRANTS", "okta:acme:idp-key:kidpartner")] == [
        "okta:acme:idp:0oaidp1"
    ]
    assert gives(got, "okta:acme:idp-key:kidother", "okta:acme:idp:0oaidp1") == ("admin", Observed.YES)
    assert got.nodes["okta:acme:idp:0oaidp1"].keys[0].value == "https://saml.example"


# Hooks and streams


def test_a_hook_that_is_switched_off_is_trusted_by_nobody(got: Collected) -> None:
    """An active one is; of a state that nobody knows it is possible."""
    trusted = {
        one.target.text.rpartition(":")[2]: one.observed
        for one in got.related("TRUSTS", ORG)
        if "-hook:" in one.target.text
    }

    assert trusted == {
        "calsaml1": Observed.YES,
        "caltoken1": Observed.YES,
        "calimport1": Observed.YES,
        "calodd1": Observed.POSSIBLE,
        "whoevents1": Observed.YES,
    }
    assert got.nodes["okta:acme:inline-hook:caloff1"].state == "inactive"


def test_where_a_hooks_answer_is_taken_is_said(got: Collected) -> None:
    """By an application in its settings, by an authorization server in the rule of a policy."""
    assert got.related("TRUSTS", app("jira"), f"okta:acme:inline-hook:{small_org_more.HOOK}")
    assert got.related("TRUSTS", SERVER, f"okta:acme:inline-hook:{small_org_more.TOKEN_HOOK}")
    assert got.nodes["okta:acme:auth-rule:0prauth1"].properties["grants"] == ["authorization_code"]


def test_a_hooks_secret_lies_with_its_receiver(got: Collected) -> None:
    """It is a credential of unknown age; a hook that signs in with a key of Okta's has none."""
    secret = "okta:acme:inline-hook-secret:calsaml1"

    assert got.related("STORES", "okta:acme:inline-hook:calsaml1", secret)
    assert got.nodes[secret].versions == ()
    assert "okta:acme:inline-hook-secret:calodd1" not in got.nodes


def test_the_address_of_a_hook_ends_before_its_query(got: Collected) -> None:
    """A query is as often a key as not."""
    assert got.nodes["okta:acme:event-hook:whoevents1"].properties["uri"] == "https://hooks.example/events?[redacted]"


def test_a_log_stream_is_content_of_the_organisations(got: Collected) -> None:
    """Who administers the organisation redirects it; Splunk's is written with a token, AWS's with none."""
    assert got.nodes["okta:acme:log-stream:0oastream1"].properties["account"] == "123456789012"
    assert gives(got, "okta:acme:log-stream-token:0oastream2", "okta:acme:log-stream:0oastream2") == (
        "write",
        Observed.YES,
    )
    assert "okta:acme:log-stream-token:0oastream1" not in got.nodes


# Agents


def test_an_agents_host_holds_a_token_of_its_directory(got: Collected) -> None:
    """`agents` comes as a list, or as one object."""
    pools = {one.name: one.subtype for one in got.nodes.values() if one.id.startswith("okta:acme:agent-pool:")}

    assert pools == {"corp.example": "directory", "vpn": "agent_pool"}
    assert {one.target.text for one in got.related("RUNS_ON", "okta:acme:agent-pool:0oacorp1")} == {
        "okta:acme:agent:a53dc1",
        "okta:acme:agent:a53dc2",
    }
    assert gives(got, "okta:acme:agent-token:a53dc1", "okta:acme:agent-pool:0oacorp1") == ("admin", Observed.YES)
    assert got.related("STORES", "okta:acme:agent:a53radius1", "okta:acme:agent-token:a53radius1")


@pytest.mark.parametrize("seen", ["yesterday", -5, 10**30, True, [1]])
def test_an_agents_odd_moment_is_counted(
    small: Loopback, collector: Collector, monkeypatch: pytest.MonkeyPatch, seen: Any
) -> None:
    """A last connection that is no moment leaves the agent in, with nothing known of it."""
    agent = {"id": "a53dc1", "name": "DC1", "lastConnection": seen}
    monkeypatch.setitem(
        small_org_more._LISTS, "agentPools", [{"id": "0oacorp1", "type": "AD", "agents": [agent, "odd"]}]
    )

    got = collector(small)

    assert got.nodes["okta:acme:agent-token:a53dc1"].last_used[0].known is False
    assert sum(one.count for one in got.not_understood if one.where == ends.AGENT_POOLS) == 2


# Refresh tokens


def test_a_refresh_token_acts_for_its_person(got: Collected) -> None:
    """Within its scopes; of a client that signs in itself, possibly, for the token alone is not enough."""
    held = {
        one.target.text.rpartition(":")[2]: one
        for one in got.relations
        if one.target.text.startswith("okta:acme:refresh-token:")
    }

    assert {id_: (one.source.text, one.gives, one.observed) for id_, one in held.items()} == {
        "oargus1": (user("gus"), "api_read", Observed.POSSIBLE),
        "oarada1": (user("ada"), "api_write", Observed.POSSIBLE),
        "oardan1": (user("eve"), "api_read", Observed.POSSIBLE),
    }
    assert got.nodes["okta:acme:refresh-token:oardan1"].state == "revoked"
    (opens,) = got.related("GRANTS", "okta:acme:refresh-token:oargus1", app("payroll"))
    assert [(guard.text, level) for guard, level in opens.guarded_by] == [(user("gus"), "api_read")]


def test_refresh_tokens_of_many_people_are_not_asked_for(
    small: Loopback, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there are more people than is cheap, the row says that they were left out, and the import has no gap."""
    monkeypatch.setattr(walk_more, "MOST_USERS", 3)

    got = collector(small)

    row = got.row(ends.REFRESH_TOKENS)
    assert (row.state, "more than 3" in row.error) == (CoverageState.NOT_COLLECTED, True)
    assert not any(one.path.endswith("/tokens") and "/apps/" in one.path for one in small.seen)
    assert got.result.gaps == []
    assert refresh_tokens.MOST_USERS == 20_000


# Rules, schema, settings


def test_what_a_group_rule_asks_for_is_stated(got: Collected) -> None:
    """It applies to the groups it fills and to its organisation; its expression is kept and taken apart."""
    rule = got.nodes["okta:acme:group-rule:0prengineers"]

    assert (rule.properties["attributes"], rule.properties["alternatives"]) == (["department"], ["department"])
    applied = {one.target.text: one.properties["as"] for one in got.related("APPLIES_TO", rule.id)}
    assert applied == {group("engineering"): "fills", ORG: "rule"}


@pytest.mark.parametrize(("status", "count"), [("INACTIVE", 0), ("INVALID", 0), ("HALF_ON", 4)])
def test_a_rule_that_is_not_active_fills_nothing(
    small: Loopback, collector: Collector, monkeypatch: pytest.MonkeyPatch, status: str, count: int
) -> None:
    """Of a state that nobody knows it possibly does; whom it leaves out and asks about is stated too."""
    rule = {
        **small_org_objects.RULES[0],
        "status": status,
        "conditions": {
            "expression": {"value": f'isMemberOfAnyGroup("{group_id("owners")}") and user.city=="X"'},
            "people": {"users": {"exclude": [user_id("ben")]}, "groups": {"exclude": []}},
        },
    }
    monkeypatch.setattr(small_org, "RULES", [rule])

    applied = collector(small).related("APPLIES_TO", "okta:acme:group-rule:0prengineers")

    assert len(applied) == count
    assert all(one.observed is Observed.POSSIBLE for one in applied)
    assert {one.properties["as"] for one in applied} == ({"rule", "fills", "member", "exclude"} if count else set())


def test_the_schema_says_what_people_write_themselves(got: Collected) -> None:
    """What people may only read is none of them; what an application masters names that application."""
    schema = got.nodes["okta:acme:user-schema:default"]

    assert (schema.properties["self_writable"], schema.properties["sourced"]) == (["city"], ["city"])
    (source,) = got.related("APPLIES_TO", schema.id, app("jira"))
    assert source.properties["attributes"] == ["city"]


def test_settings_that_are_on_apply(got: Collected) -> None:
    """Other companies' administrators are let in; new clients get no role by themselves."""
    assert got.related("APPLIES_TO", "okta:acme:setting:third-party-admin", ORG)
    assert got.nodes["okta:acme:setting:client-privileges"].state == "inactive"
    assert got.related("APPLIES_TO", "okta:acme:setting:client-privileges") == []


def test_a_vaults_accounts_are_owned(got: Collected) -> None:
    """Its owners may be shown the password, of an application's account or of a user."""
    account = "okta:acme:service-account:a747a818-a4c4-4446-8a87-704216495a08"

    assert {one.target.text for one in got.related("OWNED_BY", account)} == {user("ben"), group("owners")}
    assert {one.target.text for one in got.related("OWNED_BY", user("finn"))} == {user("ben"), group("owners")}
    assert [one.target.text for one in got.related("ASSIGNED_TO", account)] == [app("jira")]


# What is not there


@pytest.mark.parametrize("endpoint", sorted(ends.OPTIONAL & {one for _, one in (*walk_more._ONE, *walk_more._LISTED)}))
def test_what_is_not_licensed_is_a_row_and_no_gap(small: Loopback, collector: Collector, endpoint: str) -> None:
    """Features that are bought or switched on: without them the import is complete, and the row says so."""

    def faults(request: Request) -> Answer | None:
        return NOT_LICENSED if request.path == endpoint else None

    small.faults = faults

    got = collector(small)

    row = got.row(endpoint)
    assert row.state is CoverageState.UNAVAILABLE
    assert row.error.startswith("not there in this organization: ")
    assert got.result.gaps == []
    assert got.info.complete
