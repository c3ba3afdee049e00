"""Conditions of rules: what is understood becomes relations and properties, all else is tried both ways."""

from datetime import UTC, datetime
from typing import Any

import pytest

from graphscan.model import Node, Relation
from importers.okta.context import Context, NotARecordError
from importers.okta.policy_rules import rule, subtype_of

_POLICY = "okta:acme:policy:rst1"


def _rule(type_: str = "ACCESS_POLICY", account: bool = False, **record: Any) -> tuple[Node, list[Relation]]:
    """Map a rule of an allowing kind with this in its record; return its node and relations."""
    context = Context("acme", datetime(2026, 1, 1, tzinfo=UTC))
    method = {"type": "ASSURANCE", "factorMode": "1FA", "constraints": []}
    allow = {"appSignOn": {"access": "ALLOW", "verificationMethod": method}}
    whole = {"id": "rul1", "status": "ACTIVE", "priority": 3, "name": "A rule", "actions": allow, **record}
    made = list(rule(context, whole, "/where", context.ref("policy", "rst1"), type_, account))
    (node,) = [one for one in made if isinstance(one, Node) and one.kind == "Policy"]
    return node, [one for one in made if isinstance(one, Relation)]


def _conditions(account: bool = False, **conditions: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the properties of a rule with these conditions, and whom it applies to how."""
    node, relations = _rule(account=account, conditions=conditions)
    return dict(node.properties), {one.target.text: one.properties["as"] for one in relations}


def test_a_rule_is_a_policy_that_applies_to_its_policy() -> None:
    """Its id holds its policy's, so that a rule id that two policies share is two rules."""
    node, relations = _rule()

    assert (node.id, node.subtype, node.name, node.state) == (
        "okta:acme:rule:rst1:rul1",
        "sign_on_rule",
        "A rule",
        "active",
    )
    assert node.properties["priority"] == "3"
    assert [(one.kind, one.target.text, one.properties) for one in relations] == [
        ("APPLIES_TO", _POLICY, {"as": "rule"})
    ]


def test_people_are_included_and_excluded() -> None:
    """Users and groups, each on either side; who is on both is excluded."""
    people = {
        "groups": {"include": ["00g1", "00g2"], "exclude": ["00g2"]},
        "users": {"include": ["00u1"], "exclude": ["00u2"]},
    }
    properties, applies = _conditions(people=people)

    assert applies == {
        _POLICY: "rule",
        "okta:acme:group:00g1": "include",
        "okta:acme:group:00g2": "exclude",
        "okta:acme:user:00u1": "include",
        "okta:acme:user:00u2": "exclude",
    }
    assert properties["included"] == "2"  # however many of them are in the inventory
    assert "undecidable" not in properties
    assert "never" not in properties


def test_a_rule_whose_only_people_are_excluded_matches_nobody() -> None:
    """Included and excluded at once, and nobody else: not everybody."""
    properties, applies = _conditions(people={"groups": {"include": ["00g1"], "exclude": ["00g1"]}})

    assert properties["never"] == "true"
    assert applies["okta:acme:group:00g1"] == "exclude"


@pytest.mark.parametrize(
    ("network", "expected", "zones"),
    [
        (None, "anywhere", {}),
        ({"connection": "ANYWHERE"}, "anywhere", {}),
        ({"connection": "ZONE", "include": ["nzo1"]}, "zones", {"nzo1": "include"}),
        ({"connection": "ZONE", "exclude": ["nzo1"]}, "zones", {"nzo1": "exclude"}),
        (
            {"connection": "ZONE", "include": ["nzo1", "nzo2"], "exclude": ["nzo3"]},
            "zones",
            {"nzo1": "include", "nzo2": "include", "nzo3": "exclude"},
        ),
        ({"connection": "ZONE", "include": ["ALL_ZONES"]}, "any zone", {}),
        ({"connection": "ZONE", "exclude": ["ALL_ZONES"]}, "no zone", {}),
        ({"connection": "ZONE", "include": ["ALL_ZONES"], "exclude": ["nzo1"]}, "any zone", {"nzo1": "exclude"}),
    ],
)
def test_networks(network: Any, expected: str, zones: dict[str, str]) -> None:
    """Zones by id, any of them, none of them, or no condition."""
    properties, applies = _conditions(network=network)

    assert properties["network"] == expected
    assert "undecidable" not in properties
    assert {name.rpartition(":")[2]: how for name, how in applies.items() if ":zone:" in name} == zones


def test_a_zone_that_is_named_and_not_listed_is_declared() -> None:
    """Its segment stands in the inventory, and says that it was not read."""
    context = Context("acme", datetime(2026, 1, 1, tzinfo=UTC))
    record = {"id": "rul1", "status": "ACTIVE", "conditions": {"network": {"connection": "ZONE", "include": ["nzo1"]}}}

    made = list(rule(context, record, "/where", context.ref("policy", "rst1"), "ACCESS_POLICY", False))

    (segment,) = [one for one in made if isinstance(one, Node) and one.kind == "Segment"]
    assert (segment.id, segment.properties) == ("okta:acme:zone:nzo1", {"detail": "not read"})


@pytest.mark.parametrize(
    ("device", "expected", "undecidable"),
    [
        ({"registered": True, "managed": True}, "managed", False),
        ({"managed": True}, "managed", False),
        ({"registered": True}, "registered", False),
        ({"assurance": {"include": ["dae1"]}}, "assurance", False),
        ({"registered": True, "assurance": {"include": ["dae1"]}}, "assurance", False),
        ({"managed": True, "registered": True, "assurance": {"include": ["dae1"]}}, "managed", True),
        ({"registered": True, "managed": False}, "registered", True),
        ({"registered": False}, None, True),
        ({"registered": "maybe"}, None, True),
        ({"rooted": True}, None, True),
        ({"assurance": {"include": []}}, None, False),
        ({"registered": None, "managed": None}, None, False),
    ],
)
def test_devices(device: Any, expected: str | None, undecidable: bool) -> None:
    """Managed is a level; registered and compliant cannot be told from outside; what is unclear is tried both ways."""
    properties, _ = _conditions(device=device)

    assert properties.get("device") == expected
    assert ("undecidable" in properties) is undecidable


def test_platforms_and_user_types() -> None:
    """Operating systems where they are named; null on either side of user types is nobody named."""
    platforms = {"include": [{"type": "MOBILE", "os": {"type": "IOS"}}, {"type": "DESKTOP", "os": {}}], "exclude": None}
    properties, _ = _conditions(platform=platforms, userType={"include": ["oty1"], "exclude": None})
    excluded, _ = _conditions(
        userType={"include": None, "exclude": ["oty1"]}, platform={"exclude": platforms["include"]}
    )

    assert (properties["platforms"], properties["user_types_in"]) == (["IOS", "DESKTOP"], ["oty1"])
    assert (excluded["user_types_out"], excluded["platforms_excluded"]) == (["oty1"], ["IOS", "DESKTOP"])
    assert "undecidable" not in properties | excluded


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("riskScore", {"level": "LOW"}),
        ("risk", {"behaviors": ["New device"]}),
        ("identityProvider", {"provider": "SPECIFIC_IDP", "idpIds": ["0oa1"]}),
        ("elCondition", {"condition": "device.profile.managed"}),
        ("authContext", {"authType": "SEANCE"}),
        ("moonPhase", "full"),
        ("network", {"connection": "ON_NETWORK"}),
        ("network", {"connection": "ZONE"}),
        ("network", {"connection": "ZONE", "include": ["not an id"]}),
        ("network", "home"),
        ("device", "mine"),
        ("platform", {"include": ["IOS"]}),
        ("userType", {"include": "oty1"}),
        ("people", "everyone"),
        ("people", {"groups": {"include": [17]}}),
        ("people", {"tribes": {"include": ["00g1"]}}),
        ("people", {"groups": {"invite": ["00g1"]}}),
        ("people", {"groups": ["00g1"]}),
    ],
)
def test_what_cannot_be_decided_is_kept_in_words(name: str, condition: Any) -> None:
    """Risk, expressions and whatever is in no list: the rule may match or not, and says because of what."""
    properties, _ = _conditions(**{name: condition})

    (said,) = properties["undecidable"]
    assert said


@pytest.mark.parametrize(
    "conditions",
    [
        None,
        {},
        {"risk": {"behaviors": []}, "riskScore": {"level": "ANY"}, "identityProvider": {"provider": "ANY"}},
        {"authContext": {"authType": "ANY"}, "elCondition": None, "people": {"users": {"exclude": []}}},
        {"platform": {"include": [], "exclude": []}, "userType": {"include": None, "exclude": None}, "device": None},
    ],
)
def test_conditions_that_say_nothing(conditions: Any) -> None:
    """Empty lists, null and `ANY`, as real organisations send them, are no condition."""
    node, relations = _rule(conditions=conditions)

    assert node.properties["network"] == "anywhere"
    assert "undecidable" not in node.properties
    assert len(relations) == 1


def test_conditions_that_are_no_object_are_undecidable() -> None:
    """A rule whose conditions cannot be read may match anybody or nobody."""
    node, _ = _rule(conditions=["people"])

    assert node.properties["undecidable"] == ["conditions that are not an object"]


@pytest.mark.parametrize("entry", ["RADIUS", "LDAP_INTERFACE"])
def test_a_rule_for_another_entry_never_matches_a_browser(entry: str) -> None:
    """RADIUS and the LDAP interface are other doors."""
    properties, _ = _conditions(authContext={"authType": entry})

    assert (properties["never"], properties["entry"]) == ("true", entry)


@pytest.mark.parametrize(
    ("expression", "operations", "authenticators"),
    [
        ("accessRequest.operation == 'enroll'", ["enroll"], None),
        (
            "accessRequest.operation == 'enroll' && accessRequest.authenticator.key == 'okta_verify'",
            ["enroll"],
            ["okta_verify"],
        ),
        (
            (
                "(accessRequest.operation == 'enroll' || accessRequest.operation == \"unenroll\") "
                "&& accessRequest.authenticator.key=='webauthn'"
            ),
            ["enroll", "unenroll"],
            ["webauthn"],
        ),
        ("accessRequest.operation == 'recover' || accessRequest.operation == 'unlock'", ["recover", "unlock"], None),
    ],
)
def test_plain_expressions_of_account_management(
    expression: str, operations: list[str], authenticators: list[str] | None
) -> None:
    """Comparisons of the operation and the authenticator's key are understood."""
    properties, _ = _conditions(account=True, elCondition={"condition": expression})

    assert (properties["operations"], properties.get("authenticators")) == (operations, authenticators)
    assert "undecidable" not in properties


@pytest.mark.parametrize(
    "expression",
    [
        "accessRequest.operation != 'enroll'",
        "!(accessRequest.operation == 'enroll')",
        "accessRequest.operation == 'enroll' && user.profile.title == 'CEO'",
        "accessRequest.operation == 'enroll' || accessRequest.authenticator.key == 'okta_verify'",
        "accessRequest.operation == 'a' && accessRequest.authenticator.key == 'b' || accessRequest.operation == 'c'",
        "accessRequest.authenticator.key == 'b' && accessRequest.operation == 'a' || accessRequest.operation == 'c'",
        "accessRequest.operation == 'enroll' && accessRequest.operation == 'recover'",
        "true",
    ],
)
def test_any_other_expression_is_undecidable(expression: str) -> None:
    """What an expression means beyond plain comparisons is not guessed, nor is it half understood."""
    properties, _ = _conditions(account=True, elCondition={"condition": expression})

    assert properties["undecidable"] == [f"expression condition {expression}"]
    assert "operations" not in properties


def test_expressions_of_application_policies_are_not_understood() -> None:
    """An application has no account request: there, even the plain words are an expression."""
    properties, _ = _conditions(elCondition={"condition": "accessRequest.operation == 'enroll'"})

    assert "operations" not in properties


def test_a_rule_that_denies_asks_for_nothing() -> None:
    """It has no levels."""
    node, _ = _rule(actions={"appSignOn": {"access": "DENY"}})

    assert node.properties["access"] == "DENY"
    assert not {"needs", "may_need"} & set(node.properties)


@pytest.mark.parametrize("access", ["CHALLENGE", None, 17])
def test_an_access_that_is_in_no_list_survives(access: Any) -> None:
    """It may let in or keep out: as written, undecidable, and certain only for the strongest."""
    node, _ = _rule(actions={"appSignOn": {"access": access}})

    assert node.properties["access"] == (access if isinstance(access, str) else "not stated")
    assert len(node.properties["undecidable"]) == 1
    assert (node.properties["needs"], node.properties["may_need"]) == ("top", "act_as.session")


def test_a_rule_that_is_switched_off_is_related_to_nothing() -> None:
    """Its node stays; whom it names is nobody's."""
    node, relations = _rule(status="INACTIVE", conditions={"people": {"groups": {"include": ["00g1"]}}})

    assert (node.state, relations) == ("inactive", [])


def test_a_rule_of_unknown_status_may_be_in_force() -> None:
    """A status that is in no list is undecidable."""
    node, relations = _rule(status="DREAMING")

    assert node.properties["undecidable"] == ["a rule whose status is dreaming"]
    assert len(relations) == 1


def test_session_rules_keep_what_bounds_a_session() -> None:
    """Lifetime, idle time, cookie, remembered devices, any factor first."""
    session = {"maxSessionLifetimeMinutes": 0, "maxSessionIdleMinutes": 720, "usePersistentCookie": True}
    action = {
        "access": "ALLOW",
        "requireFactor": True,
        "primaryFactor": "PASSWORD_IDP_ANY_FACTOR",
        "rememberDeviceByDefault": True,
        "factorPromptMode": "SESSION",
        "factorLifetime": 15,
        "session": session,
    }
    node, _ = _rule("OKTA_SIGN_ON", actions={"signon": action})

    expected = {
        "access": "ALLOW",
        "needs": "mfa.session",
        "any_factor": "true",
        "remember_device": "true",
        "factor_prompt_mode": "SESSION",
        "factor_lifetime_minutes": "15",
        "session_lifetime_minutes": "0",
        "session_idle_minutes": "720",
        "persistent_cookie": "true",
    }
    assert expected.items() <= node.properties.items()


def test_rules_of_other_types() -> None:
    """Enrolment, recovery, routing, and a type that nobody knows."""
    enrolment, _ = _rule("MFA_ENROLL", actions={"enroll": {"self": "NEVER_INCLUDING_RECOVERY"}})
    requirement = {
        "primary": {"methods": ["email"], "methodConstraints": [{"method": "otp"}]},
        "stepUp": {"required": True, "methods": ["security_question"]},
        "accessControl": "AUTH_POLICY",
    }
    reset = {"access": "ALLOW", "requirement": requirement}
    actions = {"selfServicePasswordReset": reset, "selfServiceUnlock": {"access": "PERHAPS"}}
    password, _ = _rule("PASSWORD", actions=actions)
    routing, sent = _rule("IDP_DISCOVERY", actions={"idp": {"providers": [{"type": "OKTA"}, {"id": "0oaidp1"}]}})
    strange, _ = _rule("DREAM_POLICY", actions={"dream": {"of": ["sheep"]}})

    assert (enrolment.subtype, enrolment.properties["enroll"]) == ("enrolment_rule", "NEVER_INCLUDING_RECOVERY")
    assert password.properties["undecidable"] == ["self_service_unlock PERHAPS"]
    assert {
        "password_reset": "ALLOW",
        "reset_methods": ["email"],
        "reset_step_up": "true",
        "step_up_methods": ["security_question"],
        "access_control": "AUTH_POLICY",
    }.items() <= password.properties.items()
    assert (routing.subtype, sent[-1].target.text) == ("idp_discovery_rule", "okta:acme:idp:0oaidp1")
    assert (strange.subtype, strange.properties["actions"]) == ("dream_rule", ["dream.of=sheep"])
    assert subtype_of("") == "other"


@pytest.mark.parametrize("record", [{"id": None}, {"actions": "allow"}, {"actions": {"appSignOn": 3}}])
def test_what_is_no_rule_is_put_aside(record: dict[str, Any]) -> None:
    """Without an id or with actions that are no object there is nothing to go by."""
    with pytest.raises(NotARecordError):
        _rule(**record)


@pytest.mark.parametrize(
    "method",
    [
        {"type": "RITUAL_OF_NEXT_YEAR", "factorMode": "2FA"},
        {"type": "ASSURANCE", "factorMode": "7FA", "constraints": []},
        {"type": "ASSURANCE", "factorMode": "2FA", "constraints": [{"possession": {"newWord": "REQUIRED_NEXT_YEAR"}}]},
    ],
)
def test_a_verification_method_that_nobody_documented_survives(method: dict[str, Any]) -> None:
    """It stands in the properties as the vendor wrote it; what surely satisfies it is more than what possibly does."""
    node, _ = _rule(actions={"appSignOn": {"access": "ALLOW", "verificationMethod": method}})
    said = str(node.properties)
    new = next(word for word in ("RITUAL_OF_NEXT_YEAR", "7FA", "REQUIRED_NEXT_YEAR") if word in str(method))

    assert new in said
    assert node.properties["needs"] != node.properties.get("may_need")
