"""What an administrator's write leaves behind: hypothetical credentials, from HTTP replies to what they open."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphscan.expand.edits import Edits
from tests.importers.okta.admin_steps import Ask, asking, takes_over
from tests.importers.okta.conftest import Collector
from tests.importers.servers import small_org, small_org_objects
from tests.importers.servers import small_org_writes as org
from tests.importers.servers.loopback import Answer, Loopback, Request
from tests.importers.servers.small_org_ids import OFFICE, app_id, group_id, token_id, user_id
from tests.importers.servers.small_org_writes import app, client, group, role_node, user

ORG = "okta:acme:org"
DESK = role_node("user", "ben", org.DESK_ID)
ADAS = role_node("user", "ada", org.SUPER_ID)
CLEOS = role_node("group", "itadmins", "KVJUKUS7IFCE2SKO")
GUS = role_node("user", "gus", "IFIFAX2BIRGUSTQ")

Give = Callable[..., None]


@pytest.fixture
def ask(small: Loopback, collector: Collector, tmp_path: Path) -> Ask:
    """Return a function that collects from the server, imports and derives."""
    return asking(small, collector, tmp_path)


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> Give:
    """Return a function that gives a person, a client or a client's scopes other content while a test runs."""

    def other(table: dict[str, Any], name: str, *rows: Any) -> None:
        monkeypatch.setitem(table, name, list(rows))

    # Hana is a super administrator through a group and nothing else; ben works at the help desk, for everyone.
    other(small_org.USER_ROLES, "hana", small_org._OWNERS)
    other(small_org.USER_ROLES, "ben", org.user_role("HELP_DESK_ADMIN", "ben", org.DESK_ID))
    return other


def made(file: str, key: str) -> str:
    """Return the node id of a hypothetical credential."""
    return f"derived:okta.{file}:{key}"


@pytest.mark.usefixtures("give")
def test_a_reset_leaves_a_password_and_a_factor_of_the_attackers(ask: Ask) -> None:
    """They are credentials of their own, never the victim's, and open the same people without the right."""
    password, factor = (made("reset-targets", f"{ORG}:{one}:credential") for one in ("password", "factors"))
    facts = [f"{user('eve')}::{level}" for level in ("act_as", "mfa")]
    hana = f"{user('hana')}::act_as"
    theirs = "okta:acme:password:" + user_id("eve")
    world = ask(*facts, hana, f"{password}::held", f"{factor}::held", f"{theirs}::held")

    assert [takes_over(world, DESK, f"{one}::held") for one in (password, factor, theirs)] == ["known", "known", "no"]
    # The password signs in; the factor needs the password of the same person.
    assert [takes_over(world, password, fact) for fact in facts] == ["known", "no"]
    assert [takes_over(world, factor, fact) for fact in facts] == ["no", "no"]
    # What may be enrolled after a reset of factors say the policies, which are tried elsewhere: here nothing is.
    assert [takes_over(world, [password, factor], fact) for fact in facts] == ["known", "no"]
    assert takes_over(world, [password, factor], hana) == "no"
    assert world.con.execute("SELECT name, hypothetical FROM node WHERE id = ?", [password]).fetchall() == [
        ("attacker password for users of Acme whose password can be reset", True)
    ]


@pytest.mark.usefixtures("give")
def test_what_a_write_made_can_be_left_out(ask: Ask) -> None:
    """Without the technique the right is inert; without the file of its targets there is nothing to make."""
    password = made("reset-targets", f"{ORG}:password:credential")
    fact = f"{user('eve')}::act_as"

    inert = ask(fact, edits=Edits(without=("okta.reset-credentials",)))
    assert password in inert.numbers
    assert [takes_over(inert, one, fact) for one in (DESK, password)] == ["no", "no"]
    gone = ask(fact, edits=Edits(without=("okta.reset-targets",)))
    assert password not in gone.numbers
    assert takes_over(gone, DESK, fact) == "no"


@pytest.mark.usefixtures("give")
def test_a_membership_that_an_administrator_gives(ask: Ask) -> None:
    """It lets in whatever account the attacker has, at its level; alone it is no account."""
    membership = made("joinable-groups", f"{group('engineering')}:credential")
    joined = f"{group('engineering')}::phishing_resistant"
    world = ask(joined, f"{membership}::held")
    account = f"{user('gus')}::phishing_resistant"

    assert takes_over(world, CLEOS, f"{membership}::held") == "known"
    assert [takes_over(world, start, joined) for start in (membership, [membership, account])] == ["no", "known"]


@pytest.mark.usefixtures("give")
def test_an_owner_possibly_lets_somebody_in(ask: Ask) -> None:
    """Ben and the members of one group own another; whether they decide who joins is not said."""
    membership = f"{made('joinable-groups', group('engineering') + ':credential')}::held"
    ben, hana = (f"{user(name)}::act_as.session" for name in ("ben", "hana"))
    world = ask(membership)

    assert [takes_over(world, start, membership) for start in (ben, hana, f"{user('finn')}::top")] == [
        "possible",
        "possible",
        "no",
    ]
    without = ask(membership, edits=Edits(without=("okta.group-owner",)))
    assert takes_over(without, hana, membership) == "no"


def test_a_token_belongs_to_the_one_who_makes_it(give: Give, ask: Ask) -> None:
    """Super, group and read-only administrators make tokens, members of an admin group each their own."""
    give(small_org.USER_ROLES, "ben", org.user_role("READ_ONLY_ADMIN", "ben"))
    tokens = {name: made("admin-tokens", user(name)) for name in ("ada", "ben", "cleo", "hana")}
    facts = [f"{one}::held" for one in tokens.values()]
    apis = [f"{user(name)}::api" for name in tokens]
    # As the application whose secret he reads a read-only administrator would be anyone.
    world = ask(*facts, *apis, edits=Edits(without=("okta.read-client-secret",)))

    def makes(name: str, *levels: str) -> list[str]:
        return [takes_over(world, [f"{user(name)}::{level}" for level in levels], fact) for fact in facts]

    # Cleo and hana hold their roles through groups. Acting for hana gives hana's token, and no other member's.
    assert makes("cleo", "api", "act_as.session") == ["no", "no", "known", "no"]
    assert makes("ben", "api", "act_as.session") == ["no", "known", "no", "no"]
    # The rights alone, as a token gives them, make no other token; a sign-in that does not open the console neither.
    assert makes("ben", "api") == ["no"] * 4
    assert makes("cleo", "top") == ["no"] * 4
    assert [takes_over(world, tokens["ben"], fact) for fact in apis] == ["no", "known", "no", "no"]
    # Gus manages applications and eve nothing: neither role makes tokens.
    assert made("admin-tokens", user("gus")) not in world.numbers
    assert made("admin-tokens", user("eve")) not in world.numbers


def test_an_identity_provider_of_the_attackers_names_anyone(give: Give, ask: Ask) -> None:
    """A super administrator adds one and is anyone; an organization administrator possibly; the help desk not."""
    give(small_org.USER_ROLES, "gus", org.user_role("ORG_ADMIN", "gus"))
    provider = made("added-identity-providers", f"{ORG}:credential")
    hana = f"{user('hana')}::act_as"
    chief = role_node("user", "gus", "RLEOFAUSER")
    world = ask(f"{provider}::held", hana, f"{user('hana')}::phishing_resistant")

    assert [takes_over(world, start, f"{provider}::held") for start in (ADAS, chief, DESK)] == [
        "known",
        "possible",
        "no",
    ]
    # Administrators too: no barrier stands before what a provider says. Nothing resists phishing that nobody showed.
    assert takes_over(world, provider, hana) == "known"
    assert takes_over(world, provider, f"{user('hana')}::phishing_resistant") == "no"


@pytest.mark.parametrize(
    ("permission", "resource", "sure"),
    [
        ("okta.identityProviders.manage", "idps", "known"),
        ("okta.identityProviders.manage", "idps/0oaidp1", "possible"),
        ("okta.identityProviders.manage", "users", "no"),
        ("okta.identityProviders.read", "idps", "no"),
    ],
)
def test_a_custom_role_over_identity_providers(
    small: Loopback, ask: Ask, permission: str, resource: str, sure: str
) -> None:
    """Over all of them it adds one; over one it may make that one the attacker's own; over users it does not."""
    bodies = {
        "permissions": {"permissions": [{"label": permission, "conditions": None}]},
        "resources": {"resources": [small_org._resource("1", resource)]},
    }

    def custom(request: Request) -> Answer | None:
        body = bodies.get(request.path.rpartition("/")[2])
        return None if body is None else Answer.json(body)

    small.faults = custom
    provider = f"{made('added-identity-providers', ORG + ':credential')}::held"
    world = ask(provider)

    assert takes_over(world, ADAS, provider) == "known"
    assert takes_over(world, role_node("user", "hana", org.CUSTOM_ID), provider) == sure


def test_a_secret_that_an_application_administrator_sets(give: Give, ask: Ask) -> None:
    """It is the attacker's own and opens the client's scopes; a client that holds a role is not his to manage."""
    give(small_org.CLIENT_ROLES, "clerk")
    clerks, robots = (made("settable-client-secrets", client(name)) for name in ("clerk", "robot"))
    read, write = f"{client('clerk')}::api_read", f"{client('clerk')}::api_write"
    without = Edits(without=("okta.read-client-secret",))
    world = ask(f"{clerks}::held", f"{robots}::held", read, write, edits=without)

    assert [takes_over(world, GUS, f"{one}::held") for one in (clerks, robots)] == ["known", "no"]
    assert [takes_over(world, clerks, fact) for fact in (read, write)] == ["known", "no"]
    assert takes_over(world, f"{app('robot')}::admin", f"{robots}::held") == "known"
    assert takes_over(world, f"{app('robot')}::login", f"{robots}::held") == "no"


def test_a_session_is_a_hypothesis(ask: Ask) -> None:
    """Whoever was activated may have one, at the level a session policy asks for; nobody is said to have it."""
    session = made("session-hypothesis", user("ada"))
    facts = [f"{user('ada')}::{level}" for level in ("act_as.session", "phishing_resistant.session", "act_as")]
    world = ask(f"{session}::held", *facts)

    assert [takes_over(world, session, fact) for fact in facts] == ["known", "possible", "no"]
    assert takes_over(world, f"{user('ada')}::top", f"{session}::held") == "no"
    # Eve was never activated, and dan is gone.
    assert not {made("session-hypothesis", user(name)) for name in ("eve", "dan")} & set(world.numbers)
    ((name, hypothetical),) = world.con.execute(
        "SELECT name, hypothetical FROM node WHERE id = ?", [session]
    ).fetchall()
    assert name.startswith("a browser session of ")
    assert hypothetical
    without = ask(edits=Edits(without=("okta.session-hypothesis",)))
    assert session not in without.numbers


def test_a_read_only_administrator_becomes_an_application_of_a_super_administrator(give: Give, ask: Ask) -> None:
    """He reads its client secret, which is the application's own, and does what its scopes and its role allow."""
    give(small_org.USER_ROLES, "ben", org.user_role("READ_ONLY_ADMIN", "ben"))
    ben = role_node("user", "ben", "RLEOFAUSER")
    roles = f"{role_node('client', 'robot', org.SUPER_ID)}::held"
    facts = [f"okta:acme:client-secret:{app_id('robot')}:ocsrobot1::held", f"{client('robot')}::api_write", roles]
    facts += [f"{ORG}::admin", f"{user('hana')}::top"]
    world = ask(*facts)

    assert [takes_over(world, ben, fact) for fact in facts] == ["known"] * 5
    without = ask(*facts, edits=Edits(without=("okta.read-client-secret",)))
    assert [takes_over(without, ben, fact) for fact in facts] == ["no"] * 5


def test_one_denied_user_makes_only_that_one_unsure(small: Loopback, give: Give, ask: Ask) -> None:
    """Of everybody else it is still known that they hold no role, or hold one, and of every application."""
    give(small_org.USER_ROLES, "finn")
    small.faults = lambda request: org.FORBIDDEN if request.path == f"/api/v1/users/{user_id('finn')}/roles" else None
    facts = {name: f"{user(name)}::act_as" for name in ("finn", "eve", "hana", "ada")}
    membership = f"{made('joinable-groups', group('engineering') + ':credential')}::held"
    apps = [f"{app(name)}::admin" for name in ("jira", "payroll")]
    joined = f"{group('engineering')}::mfa"
    world = ask(*facts.values(), *apps, membership, joined)

    assert {name: takes_over(world, DESK, fact) for name, fact in facts.items()} == {
        "finn": "possible",
        "eve": "known",
        "hana": "no",
        "ada": "no",
    }
    assert [takes_over(world, GUS, fact) for fact in apps] == ["known", "known"]
    assert takes_over(world, [CLEOS, f"{user('finn')}::mfa"], joined) == "known"


def test_one_denied_group_makes_only_its_members_unsure(small: Loopback, give: Give, ask: Ask) -> None:
    """The roles of one group were not read: who is in no other is not known to hold none."""
    small.faults = lambda request: (
        org.FORBIDDEN if request.path == f"/api/v1/groups/{group_id('engineering')}/roles" else None
    )
    facts = {name: f"{user(name)}::act_as" for name in ("eve", "finn", "hana")}
    world = ask(*facts.values())

    assert {name: takes_over(world, DESK, fact) for name, fact in facts.items()} == {
        "eve": "possible",
        "finn": "known",
        "hana": "no",
    }


def test_the_list_of_administrators_denied(small: Loopback, give: Give, ask: Ask) -> None:
    """Then each user is asked; one that is denied as well is not known to hold no role, the others are."""

    def denied(request: Request) -> Answer | None:
        alone = request.path == f"/api/v1/users/{user_id('finn')}/roles"
        return org.FORBIDDEN if alone or request.path.endswith("/iam/assignees/users") else None

    small.faults = denied
    facts = [f"{user(name)}::act_as" for name in ("finn", "eve", "ada")]
    world = ask(*facts)

    assert [takes_over(world, DESK, fact) for fact in facts] == ["possible", "known", "no"]


def test_scope_and_role_of_one_application(give: Give, ask: Ask) -> None:
    """The scope alone, the role alone, and one of each in two applications give nothing, also to who holds both."""
    give(small_org.CLIENT_ROLES, "clerk", org.client_role("HELP_DESK_ADMIN", "clerk"))
    give(small_org_objects.GRANTS, "clerk", *org.grants("okta.apps.read"))
    give(small_org.CLIENT_ROLES, "robot")
    give(small_org_objects.GRANTS, "robot", *org.grants("okta.users.manage"))
    fact = f"{user('eve')}::act_as"
    secret = f"okta:acme:client-secret:{app_id('robot')}:ocsrobot1"
    both = [secret, f"okta:acme:client-key:{app_id('clerk')}:pksclerk1", f"okta:acme:zone:{OFFICE}::position"]
    role = role_node("client", "clerk", org.CLIENT_ROLE_ID)

    apart = ask(fact, f"{role}::held")
    assert takes_over(apart, both, fact) == "no"
    assert takes_over(apart, role, fact) == "known"
    give(small_org_objects.GRANTS, "clerk", *org.grants("okta.users.manage"))
    together = ask(fact, f"{role}::held")
    assert takes_over(together, both, fact) == "known"
    # Its limit to a zone is its own: from elsewhere the same credentials open nothing.
    assert takes_over(together, both[:2], fact) == "no"


@pytest.mark.parametrize(
    ("type_", "scopes", "kind", "target", "reached", "missed"),
    [
        (
            "HELP_DESK_ADMIN",
            ("okta.users.manage",),
            "groups",
            {"id": group_id("engineering")},
            f"{user('eve')}::act_as",
            f"{user('finn')}::act_as",
        ),
        (
            "APP_ADMIN",
            ("okta.apps.manage", "okta.policies.manage"),
            "catalog/apps",
            {"id": app_id("jira"), "name": "jira_onprem"},
            f"{app('jira')}::admin",
            f"{app('wiki')}::admin",
        ),
    ],
)
def test_a_client_whose_role_is_limited(
    small: Loopback,
    give: Give,
    ask: Ask,
    type_: str,
    scopes: tuple[str, ...],
    kind: str,
    target: dict[str, str],
    reached: str,
    missed: str,
) -> None:
    """A service application's role goes as far as its groups or applications, as a person's does."""
    give(small_org.CLIENT_ROLES, "robot", org.client_role(type_, "robot"))
    give(small_org_objects.GRANTS, "robot", *org.grants(*scopes))
    small.faults = lambda request: org.targets(request, kind, target)
    world = ask(reached, missed)
    secret = f"okta:acme:client-secret:{app_id('robot')}:ocsrobot1"

    assert [takes_over(world, secret, fact) for fact in (reached, missed)] == ["known", "no"]


def test_a_token_gives_what_its_owners_roles_give_and_no_sign_in(
    monkeypatch: pytest.MonkeyPatch, give: Give, ask: Ask
) -> None:
    """With every technique: nothing from outside the zone; from inside the help desk's rights, and no other token."""
    limits = {"connection": "ZONE", "include": [OFFICE], "exclude": []}
    monkeypatch.setattr(small_org, "API_TOKENS", [small_org._token("ben", user_id("ben"), "reporting", limits)])
    held = f"okta:acme:api-token:{token_id('ben')}"
    inside = f"okta:acme:zone:{OFFICE}::position"
    ben = [f"{user('ben')}::api", f"{DESK}::held", f"{user('eve')}::act_as"]
    never = [f"{user('ben')}::act_as.session", f"{user('ada')}::act_as", f"{user('hana')}::act_as", f"{ORG}::admin"]
    never += [f"{app(name)}::login" for name in ("wiki", "payroll")]
    world = ask(*ben, *never, everything=True)

    assert [takes_over(world, held, fact) for fact in (*ben, *never)] == ["no"] * 9
    assert [takes_over(world, [held, inside], fact) for fact in ben] == ["known"] * 3
    assert [takes_over(world, [held, inside], fact) for fact in never[:4]] == ["no"] * 4
