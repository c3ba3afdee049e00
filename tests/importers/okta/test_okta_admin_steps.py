"""What administrators of the small organisation can do, from HTTP replies to steps: roles, targets and the barrier."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphscan.expand.edits import Edits
from tests.importers.okta.admin_steps import Ask, asking, takes_over
from tests.importers.okta.conftest import Collector
from tests.importers.servers import small_org
from tests.importers.servers.loopback import Answer, Loopback, Request
from tests.importers.servers.small_org_ids import OFFICE, token_id, user_id
from tests.importers.servers.small_org_writes import DESK_ID, FORBIDDEN, SUPER_ID, app, group, role_node, user

DESK = role_node("user", "ben", DESK_ID)
ADAS = role_node("user", "ada", SUPER_ID)
OWNERS = role_node("group", "owners", SUPER_ID)


@pytest.fixture
def organisation(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that gives people of the small organisation other roles while a test runs."""

    def give(name: str, *roles: dict[str, Any]) -> None:
        monkeypatch.setitem(small_org.USER_ROLES, name, list(roles))

    # Hana is a super administrator through a group and nothing else; ben works at the help desk, for everyone.
    give("hana", small_org._OWNERS)
    give("ben", small_org._role("HELP_DESK_ADMIN", DESK_ID, "USER", "ben"))
    return give


@pytest.fixture
def ask(small: Loopback, collector: Collector, tmp_path: Path) -> Ask:
    """Return a function that collects from the server, imports and derives."""
    return asking(small, collector, tmp_path)


@pytest.mark.usefixtures("organisation")
def test_a_help_desk_takes_over_those_without_a_role(ask: Ask) -> None:
    """An empty target list is everyone but administrators, whether they hold their role directly or through a group."""
    people = ("eve", "finn", "ada", "cleo", "hana")
    world = ask(*(f"{user(name)}::{level}" for name in people for level in ("act_as", "mfa")))

    assert {name: takes_over(world, DESK, f"{user(name)}::act_as") for name in people} == {
        "eve": "known",
        "finn": "known",
        "ada": "no",
        "cleo": "no",
        "hana": "no",
    }
    # What may be enrolled after a reset say the policies, which are tried elsewhere: here nothing is.
    assert takes_over(world, DESK, f"{user('eve')}::mfa") == "no"
    assert takes_over(world, DESK, f"{user('hana')}::mfa") == "no"


@pytest.mark.usefixtures("organisation")
@pytest.mark.parametrize(("role", "name"), [(ADAS, "ada"), (OWNERS, "hana")])
def test_a_super_admin_can_be_taken_over_once_the_role_is_gone(ask: Ask, role: str, name: str) -> None:
    """Taking the role away, directly or from the group, lifts the barrier."""
    fact = f"{user(name)}::act_as"

    assert takes_over(ask(fact), DESK, fact) == "no"
    assert takes_over(ask(fact, edits=Edits(without=(role,))), DESK, fact) == "known"


def test_with_the_roles_of_groups_denied_a_takeover_is_possible(
    organisation: Callable[..., None], small: Loopback, ask: Ask
) -> None:
    """A role that may be held through a group that nobody could read is neither known to be absent nor to be there."""
    organisation("hana")

    def denied(request: Request) -> Answer | None:
        return FORBIDDEN if request.path.startswith("/api/v1/groups/") and request.path.endswith("/roles") else None

    small.faults = denied
    facts = {name: f"{user(name)}::act_as" for name in ("hana", "eve", "ada")}
    world = ask(*facts.values())

    assert {name: takes_over(world, DESK, fact) for name, fact in facts.items()} == {
        "hana": "possible",
        "eve": "possible",
        "ada": "no",
    }


@pytest.mark.usefixtures("organisation")
def test_with_memberships_denied_a_takeover_is_possible(small: Loopback, ask: Ask) -> None:
    """Who is in a group that holds a role is not known where the members of groups could not be read."""
    small.faults = lambda request: (
        FORBIDDEN if request.path.startswith("/api/v1/groups/") and request.path.endswith("/users") else None
    )
    fact = f"{user('eve')}::act_as"

    assert takes_over(ask(fact), DESK, fact) == "possible"


@pytest.mark.usefixtures("organisation")
def test_a_target_group_limits_the_role(ask: Ask) -> None:
    """Cleo's group administers users of one group: whoever acts for her takes those over, and no other."""
    cleos = role_node("group", "itadmins", "KVJUKUS7IFCE2SKO")
    facts = [f"{user(name)}::act_as" for name in ("eve", "finn")]
    world = ask(*facts)

    assert [takes_over(world, cleos, fact) for fact in facts] == ["known", "no"]
    assert [takes_over(world, f"{user('cleo')}::api", fact) for fact in facts] == ["known", "no"]


@pytest.mark.usefixtures("organisation")
def test_a_group_administrator_adds_members(ask: Ask) -> None:
    """A member is added to the target group at the level that some account of the organisation is signed in with."""
    cleos = role_node("group", "itadmins", "KVJUKUS7IFCE2SKO")
    joined = f"{group('engineering')}::phishing_resistant"
    world = ask(joined, f"{group('owners')}::phishing_resistant")
    known = world.reach([cleos, f"{user('gus')}::phishing_resistant"])

    assert world.holds(known, joined)
    assert not world.holds(world.reach([f"{user('gus')}::phishing_resistant"]), joined)
    may = world.reach([cleos, f"{user('gus')}::phishing_resistant"], may=True)
    assert not world.holds(may, f"{group('owners')}::phishing_resistant")


@pytest.mark.parametrize(("conditions", "sure"), [(None, "known"), ({"include": {"a": ["b"]}}, "possible")])
def test_a_custom_role_does_what_its_permissions_say(
    small: Loopback, ask: Ask, conditions: dict[str, Any] | None, sure: str
) -> None:
    """Over its resource set, with each permission for itself; one with conditions possibly."""
    permissions = ["okta.users.credentials.resetPassword", "okta.groups.read", "okta.apps.manage"]
    body = {"permissions": [{"label": one, "conditions": conditions} for one in permissions]}
    small.faults = lambda request: Answer.json(body) if request.path.endswith("/permissions") else None
    custom = role_node("user", "hana", "irb1hana000000000001")
    facts = [f"{user('eve')}::act_as", f"{app('jira')}::admin", f"{app('payroll')}::admin", f"{user('ada')}::act_as"]
    world = ask(*facts, f"{custom}::held")

    # Ada is an administrator, and payroll is not in the resource set.
    assert [takes_over(world, custom, fact) for fact in facts] == [sure, sure, "no", "no"]


def test_an_application_administrator_manages_applications_without_a_role(ask: Ask) -> None:
    """
    Gus administers every application: SAML ones for sure, a client that holds a role not.

    That he may read that client's secret is another matter.
    """
    gus = role_node("user", "gus", "IFIFAX2BIRGUSTQ")
    policies = "okta:acme:control:sign-on-policies::defeated"
    facts = {name: f"{app(name)}::admin" for name in ("jira", "payroll", "robot")}
    world = ask(*facts.values(), policies, edits=Edits(without=("okta.read-client-secret",)))

    assert {name: takes_over(world, gus, fact) for name, fact in facts.items()} == {
        "jira": "known",
        "payroll": "known",
        "robot": "no",
    }
    # Who administers every application edits the policies before them.
    assert takes_over(world, gus, policies) == "known"


def test_with_the_roles_of_clients_denied_an_oauth_application_is_possible(small: Loopback, ask: Ask) -> None:
    """A SAML application can hold no administrator role; a client may, where its roles could not be read."""
    small.faults = lambda request: FORBIDDEN if request.path.startswith("/oauth2/v1/clients/") else None
    gus = role_node("user", "gus", "IFIFAX2BIRGUSTQ")
    facts = {name: f"{app(name)}::admin" for name in ("jira", "payroll", "robot")}
    world = ask(*facts.values())

    assert {name: takes_over(world, gus, fact) for name, fact in facts.items()} == {
        "jira": "known",
        "payroll": "possible",
        "robot": "possible",
    }


def test_a_workflows_administrator_is_a_hypothesis(organisation: Callable[..., None], ask: Ask) -> None:
    """What the connections of Workflows open is possible, never known, and can be left out."""
    organisation("ben", small_org._role("WORKFLOWS_ADMIN", "KVLUWORKFLOWS", "USER", "ben"))
    flows = role_node("user", "ben", "KVLUWORKFLOWS")
    fact = f"{app('jira')}::login"

    assert takes_over(ask(fact), flows, fact) == "possible"
    assert takes_over(ask(fact, edits=Edits(without=("okta.workflows-connections",))), flows, fact) == "no"


@pytest.mark.usefixtures("organisation")
def test_a_token_limited_to_a_zone(monkeypatch: pytest.MonkeyPatch, ask: Ask) -> None:
    """From outside the zone a token opens nothing; from inside, what its owner's roles give and no sign-in as him."""
    limits = {"connection": "ZONE", "include": [OFFICE], "exclude": []}
    token = small_org._token("ben", user_id("ben"), "reporting", limits)
    monkeypatch.setattr(small_org, "API_TOKENS", [token])
    held = f"okta:acme:api-token:{token_id('ben')}"
    inside = f"okta:acme:zone:{OFFICE}::position"
    facts = [f"{user('ben')}::{level}" for level in ("api", "act_as.session")]
    facts += [f"{user(name)}::act_as" for name in ("eve", "ada")]
    world = ask(*facts)

    def reached(*start: str, may: bool) -> list[bool]:
        found = world.reach(start, may=may)
        return [world.holds(found, fact) for fact in facts]

    assert reached(held, may=True) == [False] * 4
    assert reached(held, inside, may=False) == [True, False, True, False]
    assert reached(held, inside, may=True) == [True, False, True, False]
