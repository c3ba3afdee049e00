"""Groups that sign-on rules ask for, from HTTP replies: who administers their members gets an account past the rule."""

from pathlib import Path

import pytest

from graphscan.expand.edits import Edits
from graphscan.techniques import registry
from tests.importers.okta.admin_steps import Ask, asking
from tests.importers.okta.conftest import Collector
from tests.importers.servers import small_org_policies
from tests.importers.servers.loopback import Answer, Loopback, Request
from tests.importers.servers.small_org_ids import app_id, user_id
from tests.importers.servers.small_org_writes import app, role_node, user

CLEOS = role_node("group", "itadmins", "KVJUKUS7IFCE2SKO")  # administers the members of engineering
GUS, JIRA = f"{user('gus')}::phishing_resistant", f"{app('jira')}::login"
# Administrators do much else, and joining gives what the group is assigned to as well: here only the rule is meant.
KEPT = frozenset(
    f"okta.{name}"
    for name in ("everyone", "joinable-groups", "named-groups", "change-groups", "sign-in", "sign-on-classes")
)
OTHERS = tuple(one.id for one in registry.load() if one.provider == "okta" and one.id not in KEPT)
ONLY = Edits(without=OTHERS)


@pytest.fixture
def ask(small: Loopback, collector: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Return a function that collects, imports and derives; gus is assigned to Jira, which lets engineers in alone."""
    rules = small_org_policies.POLICY_RULES["factors"]
    named = {rule["name"]: rule for rule in rules}
    monkeypatch.setitem(small_org_policies.POLICY_RULES, "factors", [named["Engineers"], rules[-1]])
    account = {"id": user_id("gus"), "scope": "USER", "status": "ACTIVE", "credentials": {"userName": "gus"}}

    def assigned(request: Request) -> Answer | None:
        path = f"/api/v1/apps/{app_id('jira')}/users"
        return Answer.json([account]) if request.path == path else None

    small.faults = assigned
    return asking(small, collector, tmp_path)


def test_who_administers_a_named_groups_members_gets_an_account_past_the_rule(ask: Ask) -> None:
    """Gus is no engineer, and the rule lets engineers in; whoever may make him one possibly gets him in."""
    world = ask(JIRA, edits=ONLY, everything=True)
    alone = world.reach([GUS, f"{app('jira')}::reachable"], may=True)
    both = world.reach([GUS, CLEOS, f"{app('jira')}::reachable"], may=True)
    known = world.reach([GUS, CLEOS, f"{app('jira')}::reachable"])

    assert not world.holds(alone, JIRA)
    assert world.holds(both, JIRA)
    assert not world.holds(known, JIRA)


def test_without_the_technique_the_rule_stands(ask: Ask) -> None:
    """It is this right, and none beside it."""
    edits = Edits(without=(*OTHERS, "okta.change-groups"))
    world = ask(JIRA, edits=edits, everything=True)

    assert not world.holds(world.reach([GUS, CLEOS, f"{app('jira')}::reachable"], may=True), JIRA)
