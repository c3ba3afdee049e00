"""Policies that cannot be read, or not whole: what is not known stands in their place and is said."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from graphscan.model import CoverageState, Enforced, Observed
from importers.okta import endpoints as ends
from tests.importers.okta.conftest import Collected, Collector
from tests.importers.servers import small_org
from tests.importers.servers import small_org_policies as policies
from tests.importers.servers.loopback import Answer, Loopback, Request
from tests.importers.servers.okta_replies import error
from tests.importers.servers.small_org_ids import app_id, user_id

FORBIDDEN = error(403, "E0000006", "You do not have permission to perform the requested action")
UNLICENSED = error(401, "E0000015", "You do not have permission to access the feature you are requesting")
NO_SUCH_TYPE = error(400, "E0000001", "Api validation failed: type")
ORG = "okta:acme:org"


def policy(name: str) -> str:
    """Return the node id of a policy."""
    return f"okta:acme:policy:{policies.policy_id(name)}"


def _enforced(got: Collected, node: str) -> list[Enforced]:
    return [one.value for one in got.nodes[node].enforced]


def _before(got: Collected, app: str) -> dict[str, Observed]:
    """Return what stands before an application, and whether that is known."""
    return {
        one.source.text.removeprefix("okta:acme:"): one.observed
        for one in got.related("APPLIES_TO", target=f"okta:acme:app:{app_id(app)}")
        if got.nodes[one.source.text].subtype == "sign_on_policy"
    }


def _for(got: Collected, what: str) -> set[str]:
    return {
        one.source.text.removeprefix("okta:acme:")
        for one in got.related("APPLIES_TO", target=ORG)
        if one.properties.get("for") == what
    }


def _type(request: Request) -> str:
    return request.query.get("type", "") if request.path == "/api/v1/policies" else ""


def _apps(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Answer:
    return Answer.json([change(policies.with_policy(one)) for one in (*small_org.APPS, *policies.APPS)])


def test_policies_that_are_all_refused_leave_something_unknown_before_everything(
    small: Loopback, collector: Collector
) -> None:
    """Each application keeps the policy that it names, of unknown content; the rest has stand-ins."""
    small.faults = lambda request: FORBIDDEN if request.path.startswith("/api/v1/policies") else None

    got = collector(small)

    assert not got.info.complete
    assert _before(got, "jira") == {f"policy:{policies.policy_id('factors')}": Observed.YES}
    assert _enforced(got, policy("factors")) == [Enforced.UNKNOWN]
    assert _before(got, "robot")["control:sign-on-policies"] is Observed.YES
    assert _for(got, "console") == {f"policy:{policies.policy_id('console')}"}
    stand_ins = {
        "session": "control:session-policy",
        "account-management": "control:account-management-policy",
        "enrolment": "control:enrolment-policy",
        "password": "control:password-policy",
    }
    for what, control in stand_ins.items():
        assert _for(got, what) == {control}
        assert _enforced(got, f"okta:acme:{control}") == [Enforced.UNKNOWN]
    for type_ in ("OKTA_SIGN_ON", "ACCESS_POLICY"):
        assert got.row(ends.POLICIES[type_]).state is CoverageState.DENIED
    assert not [one for one in got.nodes.values() if one.subtype == "sign_on_rule"]


def test_one_type_that_is_refused_does_not_cloud_the_others(small: Loopback, collector: Collector) -> None:
    """Without session policies, what stands before applications is known all the same."""
    small.faults = lambda request: FORBIDDEN if _type(request) == "OKTA_SIGN_ON" else None

    got = collector(small)

    assert _for(got, "session") == {"control:session-policy"}
    assert _enforced(got, policy("factors")) == [Enforced.YES]
    assert _for(got, "enrolment") == {f"policy:{policies.policy_id(name)}" for name in ("enrol", "enrolkeys")}
    assert _for(got, "account-management") == {f"policy:{policies.policy_id('accounts')}"}


def test_a_listing_that_breaks_off_keeps_what_came_and_says_that_there_may_be_more(
    small: Loopback, collector: Collector
) -> None:
    """A second page that is refused: the first stays, beside a stand-in for the rest."""
    small.faults = lambda request: FORBIDDEN if _type(request) == "ACCESS_POLICY" and "after" in request.query else None

    got = collector(small)

    assert _enforced(got, policy("factors")) == [Enforced.YES]
    assert _enforced(got, policy("laptop")) == [Enforced.UNKNOWN]  # named by its application, on no page that came
    assert got.row(ends.POLICIES["ACCESS_POLICY"]).state is CoverageState.PARTIAL
    assert _for(got, "account-management") == {"control:account-management-policy"}


@pytest.mark.parametrize("answer", [FORBIDDEN, error(500, "E0000009", "Internal Server Error")])
def test_a_policy_whose_rules_are_refused_is_of_unknown_content(
    small: Loopback, collector: Collector, answer: Answer
) -> None:
    """It alone; the gap stays in its scope."""
    path = f"/api/v1/policies/{policies.policy_id('key')}/rules"
    small.faults = lambda request: answer if request.path == path else None

    got = collector(small)

    assert _enforced(got, policy("key")) == [Enforced.UNKNOWN]
    assert got.nodes[policy("key")].properties["detail"] == "its rules could not be read"
    assert _enforced(got, policy("factors")) == [Enforced.YES]
    assert got.row(ends.POLICY_RULES, policy("key")).state is not CoverageState.COMPLETE
    assert _before(got, "vault") == {f"policy:{policies.policy_id('key')}": Observed.YES}


def test_a_rule_that_cannot_be_read_leaves_its_policy_unknown(small: Loopback, collector: Collector) -> None:
    """The rest of its rules are there; one that may come before them is not."""

    def poisoned(request: Request) -> Answer | None:
        if request.path != f"/api/v1/policies/{policies.policy_id('key')}/rules":
            return None
        return Answer.json([{"id": 17}, {"id": "rulx", "actions": "none"}, *policies.POLICY_RULES["key"]])

    small.faults = poisoned
    got = collector(small)

    assert _enforced(got, policy("key")) == [Enforced.UNKNOWN]
    assert f"okta:acme:rule:{policies.policy_id('key')}:rulkey" in got.nodes
    assert sum(one.count for one in got.not_understood if one.where == ends.POLICY_RULES) == 2


def test_a_policy_that_cannot_be_read_is_counted_and_stood_for(small: Loopback, collector: Collector) -> None:
    """A session policy without an id may come before every other."""

    def poisoned(request: Request) -> Answer | None:
        listed = policies.POLICIES["OKTA_SIGN_ON"]
        return Answer.json([{**listed[0], "id": None}, listed[1]]) if _type(request) == "OKTA_SIGN_ON" else None

    small.faults = poisoned
    got = collector(small)

    assert _for(got, "session") == {f"policy:{policies.policy_id('default')}", "control:session-policy"}
    assert sum(one.count for one in got.not_understood if one.where == ends.POLICIES["OKTA_SIGN_ON"]) == 1


def test_a_policy_for_people_who_cannot_be_told_is_of_unknown_content(small: Loopback, collector: Collector) -> None:
    """And one for people who are all left out stands before nobody."""
    default = policies.POLICIES["OKTA_SIGN_ON"][1]
    nobody = {"people": {"groups": {"include": ["00g1"], "exclude": ["00g1"]}}}
    listed = [
        {**default, "conditions": {"people": "friends"}},
        {**default, "id": policies.policy_id("admins"), "conditions": nobody},
    ]
    small.faults = lambda request: Answer.json(listed) if _type(request) == "OKTA_SIGN_ON" else None

    got = collector(small)

    assert _enforced(got, policy("default")) == [Enforced.UNKNOWN]
    assert _for(got, "session") == {f"policy:{policies.policy_id('default')}"}


def test_without_mappings_the_applications_own_links_are_enough(small: Loopback, collector: Collector) -> None:
    """What was refused is said, and nothing turns unknown for it."""
    small.faults = lambda request: FORBIDDEN if request.path.endswith("/mappings") else None

    got = collector(small)

    assert not got.info.complete
    assert got.row(ends.POLICY_MAPPINGS).state is CoverageState.DENIED
    assert _before(got, "jira") == {f"policy:{policies.policy_id('factors')}": Observed.YES}
    assert _enforced(got, policy("factors")) == [Enforced.YES]


def test_without_links_the_mappings_are_enough(small: Loopback, collector: Collector) -> None:
    """An application that names no policy has the one that names it; the console too."""
    small.faults = lambda request: _apps(lambda app: {**app, "_links": {}}) if request.path == "/api/v1/apps" else None

    got = collector(small)

    assert _before(got, "jira") == {f"policy:{policies.policy_id('factors')}": Observed.YES}
    assert _for(got, "console") == {f"policy:{policies.policy_id('console')}"}


def test_two_policies_that_claim_one_application_are_both_possible(small: Loopback, collector: Collector) -> None:
    """Where link and mapping disagree, neither is known."""

    def claimed(request: Request) -> Answer | None:
        if request.path != f"/api/v1/policies/{policies.policy_id('password')}/mappings":
            return None
        href = f"https://acme.okta.com/api/v1/apps/{app_id('vault')}"
        return Answer.json([{"id": "map1", "_links": {"application": {"href": href}}}])

    small.faults = claimed
    got = collector(small)

    assert _before(got, "vault") == {
        f"policy:{policies.policy_id('key')}": Observed.POSSIBLE,
        f"policy:{policies.policy_id('password')}": Observed.POSSIBLE,
    }
    assert _before(got, "payroll") == {f"policy:{policies.policy_id('password')}": Observed.YES}


def test_an_inactive_policy_that_an_application_names_leaves_it_without_one(
    small: Loopback, collector: Collector
) -> None:
    """What then stands there is not known."""

    def switched_off(app: dict[str, Any]) -> dict[str, Any]:
        text = json.dumps(app).replace(policies.policy_id("key"), policies.policy_id("former"))
        changed: dict[str, Any] = json.loads(text)
        return changed

    small.faults = lambda request: (
        _apps(switched_off)
        if request.path == "/api/v1/apps"
        else (Answer.json([]) if request.path.endswith("/mappings") else None)
    )

    got = collector(small)

    assert _before(got, "vault") == {"control:sign-on-policies": Observed.YES}


def test_an_unlicensed_type_is_a_row_and_no_failure(small: Loopback, collector: Collector) -> None:
    """Types that an organisation does not have are said to be missing; the import is complete."""
    without = {"POST_AUTH_SESSION": UNLICENSED, "ENTITY_RISK": NO_SUCH_TYPE, "IDENTITY_CLAIM_SOURCING": UNLICENSED}
    small.faults = lambda request: without.get(_type(request))

    got = collector(small)

    for type_ in without:
        row = got.row(ends.POLICIES[type_])
        assert row.state is CoverageState.UNAVAILABLE
        assert row.error.startswith("not there in this organization: ")
    assert not [gap for gap in got.result.gaps if "policies" in gap]
    assert _enforced(got, policy("factors")) == [Enforced.YES]


def test_a_type_that_every_organisation_has_is_missed(small: Loopback, collector: Collector) -> None:
    """Without the global session policy the import is not complete, whatever the reason given."""
    small.faults = lambda request: UNLICENSED if _type(request) == "OKTA_SIGN_ON" else None

    got = collector(small)

    assert not got.info.complete
    assert _for(got, "session") == {"control:session-policy"}


@pytest.mark.parametrize("said", [True, False])
def test_a_classic_organisation_has_no_policies_before_its_applications(
    small: Loopback, collector: Collector, said: bool
) -> None:
    """It says so itself, or has no such type and no application that names one: the session policy stands alone."""

    def classic(request: Request) -> Answer | None:
        if request.path == "/api/v1/apps":
            return _apps(lambda app: {**app, "_links": {}})
        if request.path == ends.MACHINERY:
            return Answer.json({"id": "00o1", "pipeline": "v1"}) if said else error(404, "E0000007", "Not found")
        return NO_SUCH_TYPE if _type(request) == "ACCESS_POLICY" else None

    small.faults = classic
    got = collector(small)

    assert got.nodes[ORG].properties["pipeline"] == "classic"
    assert _before(got, "jira") == {}
    assert _for(got, "session") == {f"policy:{policies.policy_id(name)}" for name in ("admins", "default")}
    assert _for(got, "console") == {"control:console-policy"}
    assert _for(got, "account-management") == set()
    hidden = [one.error for one in got.coverage if one.relation == "APPLIES_TO" and not one.endpoint]
    assert hidden == [
        "hidden: sign-on rules of single applications, which no end point lists in a classic organization"
    ]


def test_an_organisation_that_tells_nothing_is_of_neither_sort(small: Loopback, collector: Collector) -> None:
    """Without permission, and with applications that name no policy, nothing is taken to be open."""

    def silent(request: Request) -> Answer | None:
        if request.path == "/api/v1/apps":
            return _apps(lambda app: {**app, "_links": {}})
        closed = request.path.startswith(("/api/v1/policies", ends.MACHINERY))
        return FORBIDDEN if closed else None

    small.faults = silent
    got = collector(small)

    assert "pipeline" not in got.nodes[ORG].properties
    assert _before(got, "jira") == {"control:sign-on-policies": Observed.YES}
    assert _for(got, "console") == {"control:console-policy"}


def test_a_user_has_its_type_and_what_that_is_called(small: Loopback, collector: Collector) -> None:
    """Rules name types by id; where types cannot be listed the id stays."""
    typed = [
        {**one, "type": {"id": policies.PARTNER_TYPE}} if isinstance(one, dict) else one for one in small_org.USERS
    ]
    small.faults = lambda request: (
        Answer.json(typed) if request.path == "/api/v1/users" and "filter" not in request.query else None
    )
    with_names = collector(small).nodes[f"okta:acme:user:{user_id('ada')}"].properties
    small.faults = lambda request: (
        Answer.json(typed)
        if request.path == "/api/v1/users" and "filter" not in request.query
        else (FORBIDDEN if request.path == ends.USER_TYPES else None)
    )
    without = collector(small).nodes[f"okta:acme:user:{user_id('ada')}"].properties

    assert (with_names["user_type_id"], with_names["user_type"]) == (policies.PARTNER_TYPE, "Partner")
    assert (without["user_type_id"], without.get("user_type")) == (policies.PARTNER_TYPE, None)


def test_resource_types_of_both_shapes_are_account_management(small: Loopback, collector: Collector) -> None:
    """A text or an object; without either, the vendor's own name for it, and nobody else's policy of that name."""
    (account,) = [one for one in policies.POLICIES["ACCESS_POLICY"] if one["system"]]
    shapes = [
        {**account, "_embedded": {"resourceType": {"value": "END_USER_ACCOUNT_MANAGEMENT"}}},
        {**account, "_embedded": {}},
        {**account, "_embedded": {}, "system": False},
    ]
    found = []
    for shape in shapes:
        small.faults = lambda request, shape=shape: (  # type: ignore[misc]
            Answer.json([shape]) if _type(request) == "ACCESS_POLICY" else None
        )
        found.append(len(_for(collector(small), "account-management")))

    assert found == [1, 1, 0]
