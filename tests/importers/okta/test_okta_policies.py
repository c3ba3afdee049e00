"""Policies of the small organisation, from its replies: what stands before what, and for whom."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graphscan.model import CoverageState, Enforced, Observed
from importers.okta import endpoints as ends
from tests.importers.okta.conftest import Collected, Collector
from tests.importers.servers import okta as servers
from tests.importers.servers import small_org_policies as policies
from tests.importers.servers.small_org import POISON
from tests.importers.servers.small_org_ids import ABROAD, BLOCKED, CLOSED, OFFICE, VPN, app_id, group_id, user_id

ORG = "okta:acme:org"


@pytest.fixture(scope="module")
def got(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collected]:
    """Return the small organisation, collected once."""
    folder: Path = tmp_path_factory.mktemp("policies")
    with servers.small() as server:
        yield Collector(folder)(server)


def policy(name: str) -> str:
    """Return the node id of a policy."""
    return f"okta:acme:policy:{policies.policy_id(name)}"


def rule(name: str, id_: str) -> str:
    """Return the node id of a rule."""
    return f"okta:acme:rule:{policies.policy_id(name)}:rul{id_}"


def zone(id_: str) -> str:
    """Return the node id of a zone's control."""
    return f"okta:acme:control:zone:{id_}"


def _applies(got: Collected, source: str) -> dict[str, str]:
    return {
        one.target.text.removeprefix("okta:acme:"): str(one.properties.get("as") or one.properties.get("for") or "")
        for one in got.related("APPLIES_TO", source)
    }


def test_every_policy_and_rule_that_is_served_is_a_node(got: Collected) -> None:
    """Nothing is lost, an inactive policy and a rule of an unknown sort included."""
    served = {policy(one["id"][3:].rstrip("0")) for listed in policies.POLICIES.values() for one in listed}
    rules = {rule(name, one["id"][3:]) for name, listed in policies.POLICY_RULES.items() for one in listed}

    assert served | rules <= set(got.nodes)
    assert sum(one.count for one in got.not_understood) == POISON


def test_a_sign_on_policy_is_a_control_that_is_enforced(got: Collected) -> None:
    """One that is switched off is not, and stands before nothing."""
    node, former = got.nodes[policy("factors")], got.nodes[policy("former")]

    assert (node.kind, node.subtype, node.state) == ("Control", "sign_on_policy", "active")
    assert [one.value for one in node.enforced] == [Enforced.YES]
    assert node.properties["type"] == "ACCESS_POLICY"
    assert node.properties["priority"] == "1"
    assert (former.state, [one.value for one in former.enforced]) == ("inactive", [Enforced.NO])
    assert got.related("APPLIES_TO", former.id) == []


def test_each_policy_stands_before_its_applications(got: Collected) -> None:
    """The application's own link and the mapping say the same, once."""
    for app, name in policies.BEFORE.items():
        (before,) = [
            one
            for one in got.related("APPLIES_TO", target=f"okta:acme:app:{app_id(app)}")
            if got.nodes[one.source.text].subtype == "sign_on_policy"
        ]
        assert (before.source.text, before.observed, before.properties) == (policy(name), Observed.YES, {})


def test_the_console_is_an_application_and_the_organisation(got: Collected) -> None:
    """Its policy stands before both, and nothing is made up in its place."""
    assert _applies(got, policy("console")) == {f"app:{app_id('console')}": "", "org": "console"}
    assert "okta:acme:control:console-policy" not in got.nodes


def test_session_policies_stand_before_the_organisation_for_their_people(got: Collected) -> None:
    """In the order of their priorities."""
    assert _applies(got, policy("admins")) == {
        "org": "session",
        f"group:{group_id('itadmins')}": "include",
        f"group:{group_id('owners')}": "include",
    }
    assert _applies(got, policy("default")) == {"org": "session", f"group:{group_id('everyone')}": "include"}
    assert [got.nodes[policy(name)].properties["priority"] for name in ("admins", "default")] == ["1", "2"]


def test_account_management_stands_before_no_application(got: Collected) -> None:
    """Its rules name operations and authenticators."""
    assert _applies(got, policy("accounts")) == {"org": "account-management"}
    enrol, recover = got.nodes[rule("accounts", "a1")], got.nodes[rule("accounts", "a2")]
    assert (enrol.properties["operations"], enrol.properties["authenticators"]) == (["enroll"], ["okta_verify"])
    assert (enrol.properties["needs"], recover.properties["operations"]) == (
        "phishing_resistant",
        ["recover", "unlock"],
    )
    assert "undecidable" in got.nodes[rule("accounts", "a3")].properties


def test_a_service_application_has_a_policy_that_nobody_knows(got: Collected) -> None:
    """It names none, and whether one stands before it is unknown."""
    (before,) = [
        one
        for one in got.related("APPLIES_TO", target=f"okta:acme:app:{app_id('robot')}")
        if one.source.text.startswith("okta:acme:control:sign-on")
    ]

    assert [one.value for one in got.nodes[before.source.text].enforced] == [Enforced.UNKNOWN]


def test_rules_name_their_people_zones_and_policy(got: Collected) -> None:
    """An inactive rule is a node and no more."""
    assert _applies(got, rule("factors", "f4")) == {
        f"policy:{policies.policy_id('factors')}": "rule",
        f"group:{group_id('everyone')}": "include",
        f"group:{group_id('quantum')}": "exclude",
        f"user:{user_id('finn')}": "exclude",
    }
    assert _applies(got, rule("office", "o1")) == {
        f"policy:{policies.policy_id('office')}": "rule",
        f"zone:{OFFICE}": "include",
        f"zone:{CLOSED}": "include",
    }
    assert _applies(got, rule("office", "o2"))[f"zone:{ABROAD}"] == "exclude"
    assert got.related("APPLIES_TO", rule("factors", "f3")) == []


@pytest.mark.parametrize(
    ("name", "id_", "needs", "may_need"),
    [
        ("password", "password", "act_as.session", "act_as.session"),
        ("factors", "f2", "mfa.session", "mfa.session"),
        ("factors", "f4", "mfa", "mfa.session"),
        ("key", "key", "phishing_resistant.session", "phishing_resistant.session"),
        ("console", "console", "phishing_resistant", "phishing_resistant.session"),
        ("fresh", "fresh", "mfa", "mfa"),
        ("risk", "r3", "top", "act_as.session"),
        ("admins", "s2", "mfa.session", "mfa.session"),
        ("default", "s4", "act_as.session", "act_as.session"),
    ],
)
def test_rules_say_how_strong_a_sign_in_they_want(
    got: Collected, name: str, id_: str, needs: str, may_need: str
) -> None:
    """Each sort of rule of the small organisation, as a level that is enough and one that possibly is."""
    properties = got.nodes[rule(name, id_)].properties

    assert (properties["needs"], properties["may_need"]) == (needs, may_need)


def test_each_zone_is_a_control_that_its_segment_meets(got: Collected) -> None:
    """One that is switched off or refused possibly; one that only a token names like any other."""
    met = {
        id_: [(one.target.text, one.observed) for one in got.related("DEFEATED_BY", zone(id_))]
        for id_ in (OFFICE, ABROAD, CLOSED, BLOCKED, VPN)
    }

    assert met == {
        id_: [(f"okta:acme:zone:{id_}", Observed.POSSIBLE if id_ in (CLOSED, BLOCKED) else Observed.YES)] for id_ in met
    }
    assert got.nodes[zone(OFFICE)].properties == {"zone": f"okta:acme:zone:{OFFICE}"}
    assert [one.value for one in got.nodes[zone(OFFICE)].enforced] == [Enforced.YES]


def test_a_zone_that_lies_in_another_leads_into_it(got: Collected) -> None:
    """Who stands in the office stands in the zone of all addresses; where everybody is refused, nobody stands."""
    inside = {(one.source.text, one.target.text) for one in got.related("CONNECTS_TO") if ":zone:" in one.source.text}

    everywhere = "okta:acme:zone:nzowide0000000000005"
    assert inside == {(f"okta:acme:zone:{OFFICE}", everywhere), (f"okta:acme:zone:{CLOSED}", everywhere)}


def test_enrolment_policies_say_what_may_be_enrolled_and_when(got: Collected) -> None:
    """Allowed, required, and what is in no list."""
    node, rules = got.nodes[policy("enrol")], [got.nodes[rule("enrol", id_)] for id_ in ("e2", "e3")]

    assert (node.kind, node.subtype) == ("Policy", "enrolment_policy")
    assert _applies(got, node.id) == {"org": "enrolment", f"group:{group_id('everyone')}": "include"}
    assert node.properties["authenticators_allowed"] == ["okta_verify", "google_otp", "okta_password"]
    assert node.properties["authenticators_required"] == ["okta_password"]
    assert node.properties["authenticators_unclear"] == ["tea_leaves"]
    assert [(one.subtype, one.properties["enroll"], one.properties["network"]) for one in rules] == [
        ("enrolment_rule", "CHALLENGE", "zones"),
        ("enrolment_rule", "NEVER", "anywhere"),
    ]
    assert _applies(got, rules[1].id) == {f"policy:{policies.policy_id('enrol')}": "rule"}


def test_password_policies_say_how_one_gets_back_in(got: Collected) -> None:
    """Which recovery is switched on, and by which methods a password is reset."""
    node, reset = got.nodes[policy("passwords")], got.nodes[rule("passwords", "p2")]

    assert (node.kind, node.subtype) == ("Policy", "password_policy")
    assert _applies(got, node.id)["org"] == "password"
    assert {
        "provider": "OKTA",
        "recovery_email": "ACTIVE",
        "recovery_sms": "INACTIVE",
        "recovery_question": "ACTIVE",
    }.items() <= node.properties.items()
    assert {
        "password_reset": "ALLOW",
        "self_service_unlock": "ALLOW",
        "reset_methods": ["email", "sms"],
        "reset_step_up": "false",
        "access_control": "LEGACY",
    }.items() <= reset.properties.items()
    assert got.nodes[rule("staff", "p1")].properties["password_reset"] == "DENY"


def test_authenticators_and_their_methods(got: Collected) -> None:
    """What the organisation lets people prove themselves with, and what is switched off."""
    phone, key = (got.nodes[f"okta:acme:authenticator:{id_}"] for id_ in ("autphone", "autkey"))

    assert (phone.subtype, phone.properties["key"], phone.properties["allowed_for"]) == (
        "authenticator",
        "phone_number",
        "recovery",
    )
    assert (phone.properties["methods"], phone.properties["methods_inactive"]) == (["sms"], ["voice"])
    assert (key.state, key.enforced) == ("inactive", ())
    assert _applies(got, phone.id) == {"org": "authentication"}


def test_device_assurance_routing_and_session_protection(got: Collected) -> None:
    """Kept as what they are: what rules name, whom they send where, what may end a session."""
    assurance = got.nodes[f"okta:acme:device-assurance:{policies.ASSURANCE}"]

    assert (assurance.properties["platform"], assurance.properties["checks"]) == ("MACOS", ["diskEncryptionType"])
    assert got.nodes[rule("laptop", "l2")].properties["assurances"] == [policies.ASSURANCE]
    assert _applies(got, rule("routing", "i1"))["idp:0oaidp1"] == "route"
    assert got.nodes[policy("protect")].subtype == "post_auth_session_policy"


def test_the_organisation_says_which_machinery_it_has(got: Collected) -> None:
    """The Identity Engine, where applications have policies."""
    assert got.nodes[ORG].properties["pipeline"] == "identity-engine"


def test_what_was_read_whole_is_said(got: Collected) -> None:
    """Every type of policy, rules, mappings and what else decides a sign-in."""
    for endpoint in (*ends.POLICIES.values(), ends.POLICY_RULES, ends.POLICY_MAPPINGS, ends.AUTHENTICATORS):
        assert got.row(endpoint).state is CoverageState.COMPLETE, endpoint
    assert got.row(ends.POLICY_RULES).records == sum(map(len, policies.POLICY_RULES.values()))


def test_each_type_is_one_listing_and_each_policy_one_request(tmp_path: Path) -> None:
    """Pages apart, nothing is asked twice."""
    with servers.small() as server:
        Collector(tmp_path)(server)
    asked = [one for one in server.seen if one.path.startswith("/api/v1/policies") and "after" not in one.query]

    assert sorted(one.query["type"] for one in asked if one.path == "/api/v1/policies") == sorted(ends.POLICIES)
    assert len({one.target for one in asked}) == len(asked)


def test_an_assignment_is_stated_once(got: Collected) -> None:
    """What opens it is for policies to say: no level of its own, no guard."""
    (assigned,) = got.related(
        "ASSIGNED_TO", f"okta:acme:group:{group_id('engineering')}", f"okta:acme:app:{app_id('jira')}"
    )

    assert (assigned.needs, assigned.gives, assigned.guarded_by) == (None, "login", ())
