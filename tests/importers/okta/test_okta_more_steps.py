"""From HTTP replies to steps: rules, integrations, identity providers, agents, hooks, keys, authorization servers."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from graphscan.techniques import registry
from tests.importers.okta.conftest import Collector
from tests.importers.okta.test_okta_normalise import ORG, app, group, user
from tests.importers.servers import okta as servers
from tests.importers.servers import small_org, small_org_more, small_org_objects
from tests.importers.servers.small_org_ids import app_id, group_id, user_id
from tests.inventory import World, facts

JIRA = """
nodes:
  - {id: jira, kind: Application, keys: [{type: base_url, value: "https://jira.acme.example"}]}
  - {id: jira:ada, kind: User, keys: [{type: login, value: ada}]}
relations:
  - {source: jira:ada, kind: ACCOUNT_OF, target: jira}
  - {source: jira, kind: REACHABLE_FROM, target: internet}
"""
SHIPPED = "okta:acme:integration-secret:0oaintegration1:"
SERVER = f"okta:acme:auth-server:{small_org_more.SERVER}::admin"
STREAM = "okta:acme:log-stream:0oastream1::admin"
APP_KEY = f"okta:acme:app-key:{app_id('jira')}:"
LOGIN, ADA_THERE = f"{app('jira')}::login", "jira:ada::act_as"
PEOPLE = ("ada", "ben", "cleo", "eve", "finn", "gus", "hana")
ASKED = (
    *(f"{user(name)}::{level}" for name in PEOPLE for level in ("act_as", "mfa")),
    *(f"{group(name)}::{level}" for name in ("engineering", "everyone", "owners") for level in ("act_as", "mfa")),
    *(SERVER, STREAM, LOGIN, ADA_THERE, f"{SHIPPED}ocsship1::held"),
)
# What these steps are made of, and no more.
FILES = [
    one
    for one in registry.load()
    if one.id in ("generic.stored-credential", "generic.use-credential", "generic.held-copy")
    or one.id.removeprefix("okta.")
    in (
        *("everyone", "org-users", "app-accounts", "admin-role", "reset-targets", "reset-credentials"),
        *("client-secrets", "read-client-secret", "rule-joins", "rule-members", "ruled-groups", "integration-acts"),
        *("idp-linkable", "idp-impersonates", "directory-agent", "hook", "password-import-hook", "signing-key"),
        *("authorization-servers",),
    )
]


def reached(world: World, starts: list[str], fact: str) -> str:
    """Return whether a fact is reached: known, possible or no."""
    if world.holds(world.reach(starts), fact):
        return "known"
    return "possible" if world.holds(world.reach(starts, may=True), fact) else "no"


def role(name: str, type_: str) -> dict[str, Any]:
    """Return an administrator role that somebody holds directly."""
    return small_org._role(type_, type_.replace("_", ""), "USER", name)


def held(name: str, type_: str) -> str:
    """Return the node id of that role."""
    return f"okta:acme:role:user:{user_id(name)}:{type_.replace('_', '')}"


def idp(name: str, **policy: Any) -> dict[str, Any]:
    """Return an identity provider whose policy differs in this; of itself it links everybody and creates nobody."""
    one = small_org_objects.IDPS[0]
    return {**one, "id": f"0oa{name}", "policy": {**one["policy"], "provisioning": {"action": "DISABLED"}, **policy}}


def linking(**filters: Any) -> dict[str, Any]:
    """Return a policy that links accounts on its own, within a filter."""
    return {"accountLink": {"action": "AUTO", "filter": filters}}


PROVIDERS = [
    idp("weak", trustClaims=False),
    idp("manual", accountLink={"action": "DISABLED"}),
    idp("grouped", **linking(groups={"include": [group_id("engineering")]})),
    idp("plain", **linking(users={"excludeAdmins": True})),
    idp("partly", **linking(users={"exclude": [user_id("eve")]})),
    idp("theirs", subject={"filter": r"(\S+@partner\.example)", "matchType": "USERNAME"}),
    idp("ours", subject={"filter": r"(\S+@acme\.example)", "matchType": "USERNAME"}),
    idp("odd", subject={"filter": r"(?i)^e.*", "matchType": "USERNAME"}),
    idp(
        "makes",
        accountLink={"action": "DISABLED"},
        provisioning={"action": "AUTO", "groups": {"action": "ASSIGN", "assignments": [group_id("engineering")]}},
    ),
]


def varied(patch: pytest.MonkeyPatch) -> None:
    """Change the organisation: who writes what, where passwords are, whom providers link, what an integration may."""
    schema = deepcopy(small_org_more.SCHEMA)
    department = schema["definitions"]["base"]["properties"]["department"]
    department["permissions"] = [{"principal": "SELF", "action": "READ_WRITE"}]
    patch.setattr(small_org_more, "SCHEMA", schema)
    patch.setattr(small_org, "IDPS", PROVIDERS)
    patch.setattr(small_org_more, "IDP_USERS", {"0oamanual": small_org_more.IDP_USERS["0oaidp1"]})
    reader = {**small_org_objects.INTEGRATIONS[0], "grantedScopes": ["okta.logs.read", "okta.users.read"]}
    patch.setattr(small_org, "INTEGRATIONS", [reader])
    elsewhere = {"gus": ("ACTIVE_DIRECTORY", "corp.example"), "finn": ("IMPORT", "IMPORT")}
    providers = {user_id(name): {"type": type_, "name": of} for name, (type_, of) in elsewhere.items()}
    people = [
        {**one, "credentials": {"provider": providers[one["id"]]}}
        if isinstance(one, dict) and one["id"] in providers
        else one
        for one in small_org.USERS
    ]
    patch.setattr(small_org, "USERS", people)
    roles = [role("ben", "API_ACCESS_MANAGEMENT_ADMIN"), role("ben", "REPORT_ADMIN")]
    patch.setitem(small_org.USER_ROLES, "ben", roles)


def asking(patch: pytest.MonkeyPatch) -> None:
    """Let the rule ask who is in another group, and give somebody the right to change users."""
    expression = {"value": f'isMemberOfAnyGroup("{group_id("itadmins")}")'}
    rules = [
        *small_org_objects.RULES,
        {**small_org_objects.RULES[0], "id": "0prasking", "conditions": {"expression": expression}},
    ]
    patch.setattr(small_org, "RULES", rules)
    reader = small_org.USER_ROLES["ben"]
    patch.setitem(small_org.USER_ROLES, "ben", [*reader, role("ben", "USER_ADMIN")])


def built(folder: Path, change: Callable[[pytest.MonkeyPatch], None]) -> World:
    """Collect the changed organisation over HTTP, import it beside a Jira, and derive."""
    with pytest.MonkeyPatch.context() as patch, servers.small() as server:
        jira = next(one for one in small_org.APPS if one["id"] == app_id("jira"))
        others = [one for one in small_org.APPS if one is not jira]
        settings = {"app": {"baseURL": "https://jira.acme.example"}}
        patch.setattr(small_org, "APPS", [{**jira, "settings": settings}, *others])
        change(patch)
        records = Collector(folder)(server).records
    return World.build(folder, records, facts(folder, JIRA), asked=ASKED, techniques=FILES)


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return the organisation with a rule about other groups and an administrator of users."""
    yield built(tmp_path_factory.mktemp("usual"), asking)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return the organisation with everything else changed."""
    yield built(tmp_path_factory.mktemp("other"), varied)


# Group rules (O9)


def test_who_writes_his_own_department_is_in_the_group(usual: World, other: World) -> None:
    """The rule fills Engineering by department: Ada, who is not in it, puts herself there, if she writes hers."""
    fact = f"{group('engineering')}::mfa"

    assert reached(other, [f"{user('ada')}::mfa"], fact) == "known"
    assert reached(other, [f"{user('ada')}::act_as"], fact) == "no"
    assert reached(usual, [f"{user('ada')}::mfa"], fact) == "no"


def test_who_manages_users_writes_profiles(usual: World) -> None:
    """With the right over users and some account; neither alone, and not with the right to read."""
    account, fact = f"{user('ada')}::mfa", f"{group('engineering')}::mfa"

    assert reached(usual, [held("ben", "USER_ADMIN"), account], fact) == "known"
    assert reached(usual, [held("ben", "USER_ADMIN")], fact) == "no"
    assert reached(usual, [f"okta:acme:role:user:{user_id('ben')}:KJSUCRC7J5HEYWK7IFCE2SKO", account], fact) == "no"


def test_a_rule_over_another_groups_members_is_possible(usual: World) -> None:
    """Whose member somebody is, the rule asks: who is in the one group is possibly in the other."""
    assert reached(usual, [f"{group('itadmins')}::mfa"], f"{group('engineering')}::mfa") == "possible"


# Service integrations (O15)


def test_an_integrations_secret_does_what_its_scopes_allow(usual: World, other: World) -> None:
    """With the scope to change users it resets those without a role, and administrators only possibly."""
    eve, ada = f"{user('eve')}::act_as", f"{user('ada')}::act_as"

    assert reached(usual, [f"{SHIPPED}ocsship1"], eve) == "known"
    assert reached(usual, [f"{SHIPPED}ocsship1"], ada) == "possible"
    assert reached(usual, [f"{SHIPPED}ocsship2"], eve) == "no"  # it was switched off
    assert reached(other, [f"{SHIPPED}ocsship1"], eve) == "no"  # there its scopes only read


def test_no_administrator_is_shown_an_integrations_secret(usual: World) -> None:
    """A read-only administrator reads the secrets of clients; this one is with the vendor."""
    reader = f"okta:acme:role:user:{user_id('ben')}:KJSUCRC7J5HEYWK7IFCE2SKO"

    assert reached(usual, [reader], f"{SHIPPED}ocsship1::held") == "no"
    assert reached(usual, ["okta:acme:vendor:integration:log_shipper"], f"{SHIPPED}ocsship1::held") == "known"


# Identity providers (O16)


def test_a_provider_signs_in_whom_it_may_link(usual: World) -> None:
    """Without a filter everybody, with MFA where its word about factors is trusted; switched off, nobody."""
    people = [f"{user(name)}::mfa" for name in ("ada", "eve")]

    assert [reached(usual, ["okta:acme:idp:0oaidp1::admin"], fact) for fact in people] == ["known", "known"]
    assert [reached(usual, ["okta:acme:idp:0oaidp2::admin"], fact) for fact in people] == ["no", "no"]


@pytest.mark.parametrize(
    ("name", "level", "outcomes"),
    [
        ("weak", "act_as", {"eve": "known", "ada": "known"}),
        ("weak", "mfa", {"eve": "no", "ada": "no"}),
        ("manual", "mfa", {"ben": "known", "eve": "no"}),
        ("grouped", "mfa", {"eve": "known", "finn": "no", "ada": "no"}),
        ("plain", "mfa", {"eve": "known", "finn": "known", "ada": "no", "hana": "no"}),
        ("partly", "mfa", {"eve": "possible", "ada": "possible"}),
        ("theirs", "mfa", {"eve": "no"}),
        ("ours", "mfa", {"eve": "known"}),
        ("odd", "mfa", {"eve": "possible"}),
    ],
)
def test_a_providers_limits_are_kept(other: World, name: str, level: str, outcomes: dict[str, str]) -> None:
    """Claims that are not trusted; linked by hand; within a group; without administrators; by a pattern of names."""
    start = f"okta:acme:idp:0oa{name}::admin"

    assert {one: reached(other, [start], f"{user(one)}::{level}") for one in outcomes} == outcomes


def test_a_provider_that_creates_users_is_in_the_groups_they_get(other: World) -> None:
    """A new account is in the groups that such accounts are put into, and in Everyone."""
    groups = [f"{group(name)}::act_as" for name in ("engineering", "everyone", "owners")]

    assert [reached(other, ["okta:acme:idp:0oamakes::admin"], one) for one in groups] == ["known", "known", "no"]


# Directory agents (O22)


def test_an_agents_host_signs_in_whom_its_directory_holds(other: World) -> None:
    """Gus's password is with the directory; Eve's is with Okta; the VPN's agent signs in nobody."""
    gus, eve = f"{user('gus')}::act_as", f"{user('eve')}::act_as"

    assert reached(other, ["okta:acme:agent:a53dc1::exec"], gus) == "known"
    assert reached(other, ["okta:acme:agent-token:a53dc2"], gus) == "known"
    assert reached(other, ["okta:acme:agent:a53dc1::exec"], eve) == "no"
    assert reached(other, ["okta:acme:agent:a53radius1::exec"], gus) == "no"


# Hooks (O25), keys, authorization servers


def test_a_hook_for_assertions_makes_one_into_another(usual: World) -> None:
    """Whoever signs in to Jira and controls the hook becomes Ada there; neither alone does."""
    hook = "okta:acme:inline-hook:calsaml1::admin"

    assert reached(usual, [hook, LOGIN], ADA_THERE) == "known"
    assert reached(usual, [hook], ADA_THERE) == "no"
    assert reached(usual, [LOGIN], ADA_THERE) == "no"
    assert reached(usual, ["okta:acme:event-hook:whoevents1::admin", LOGIN], ADA_THERE) == "no"


def test_a_hook_for_tokens_possibly_says_anything_of_them(usual: World) -> None:
    """To those who trust the authorization server, once somebody asks it for a token."""
    hook = "okta:acme:inline-hook:caltoken1::admin"

    assert reached(usual, [hook, f"{user('eve')}::act_as"], SERVER) == "possible"
    assert reached(usual, [hook], SERVER) == "no"


def test_a_hook_for_passwords_possibly_lets_in_whom_it_is_asked_about(other: World) -> None:
    """Finn is being moved to Okta; Eve's password is there already."""
    hook = "okta:acme:inline-hook:calimport1::admin"

    assert reached(other, [hook], f"{user('finn')}::act_as") == "possible"
    assert reached(other, [hook], f"{user('eve')}::act_as") == "no"


def test_a_signing_key_asserts_anyone(usual: World) -> None:
    """No account of Okta's and no policy is asked; an earlier key does the same while Jira trusts it."""
    assert reached(usual, [f"{APP_KEY}kidnow"], ADA_THERE) == "known"
    assert reached(usual, [f"{APP_KEY}kidold"], ADA_THERE) == "possible"


def test_who_manages_authorization_servers(usual: World, other: World) -> None:
    """An API access management administrator decides what tokens say; a report administrator does not."""
    assert reached(other, [held("ben", "API_ACCESS_MANAGEMENT_ADMIN")], SERVER) == "known"
    assert reached(other, [held("ben", "REPORT_ADMIN")], SERVER) == "no"
    assert [reached(usual, [f"{ORG}::admin"], one) for one in (SERVER, STREAM)] == ["known", "known"]
