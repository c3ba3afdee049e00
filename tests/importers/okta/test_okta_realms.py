"""Realms, from the replies of an organisation to the people that a role over one reaches."""

from typing import Any

import pytest

from tests.importers.okta.conftest import Collector
from tests.importers.okta.test_okta_normalise import user
from tests.importers.servers import small_org
from tests.importers.servers.loopback import Answer, Loopback, Request

REALM = {"id": "guo1bfiNtSnZYILxO0g4", "isDefault": False, "profile": {"name": "Partners", "realmType": "PARTNER"}}
NODE = f"okta:acme:realm:{REALM['id']}"


@pytest.fixture
def in_realm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put ben into a realm."""
    people = [
        {**one, "realmId": REALM["id"]} if isinstance(one, dict) and one["id"] == small_org.user_id("ben") else one
        for one in small_org.USERS
    ]
    monkeypatch.setattr(small_org, "USERS", people)


def answers(replies: dict[str, Any]) -> Any:
    """Return a fault that answers some paths with other replies."""

    def fault(request: Request) -> Answer | None:
        return Answer.json(replies[request.path]) if request.path in replies else None

    return fault


@pytest.mark.usefixtures("in_realm")
def test_a_realm_is_a_group_of_the_people_whose_records_name_it(small: Loopback, collector: Collector) -> None:
    """A realm becomes a group, with those in it that say so themselves."""
    small.faults = answers({"/api/v1/realms": [REALM]})

    got = collector(small)

    assert (got.nodes[NODE].kind, got.nodes[NODE].subtype, got.nodes[NODE].name) == ("Group", "realm", "Partners")
    assert [one.source.text for one in got.related("MEMBER_OF", target=NODE)] == [user("ben")]


@pytest.mark.usefixtures("in_realm")
def test_a_role_over_a_realm_is_over_the_people_in_it(small: Loopback, collector: Collector) -> None:
    """A resource set that holds a realm limits a custom role to the realm's members."""
    link = f"https://acme-admin.okta.com/api/v1/realms/{REALM['id']}"
    resources = {"resources": [{"id": "ire9", "_links": {"self": {"href": link}}}]}
    small.faults = answers(
        {"/api/v1/realms": [REALM], "/api/v1/iam/resource-sets/iamengineering000001/resources": resources}
    )

    got = collector(small)

    (scoped,) = [one for one in got.related("SCOPED_TO") if one.target.text == NODE]
    assert scoped.properties == {"of": "members"}


def test_an_organisation_without_realms_is_not_asked_for_them(small: Loopback, collector: Collector) -> None:
    """Where no user is in a realm the feature is not there, and asking would only be refused."""
    assert not collector(small).related("MEMBER_OF", target=NODE)
    assert not [one for one in small.seen if "realms" in one.path]


# Imported groups


def test_an_imported_group_names_the_application_that_fills_it(small: Loopback, collector: Collector) -> None:
    """Who is in a group of type APP_GROUP says its source: the group trusts that application."""
    crew = {
        "id": "00gpulled00000000001",
        "type": "APP_GROUP",
        "profile": {"name": "Staff from the directory"},
        "source": {"id": small_org.app_id("jira")},
    }
    small.faults = answers({"/api/v1/groups": [crew]})

    (trusts,) = collector(small).related("TRUSTS", f"okta:acme:group:{crew['id']}")

    assert trusts.target.text == f"okta:acme:app:{small_org.app_id('jira')}"
    assert trusts.properties == {"for": "members"}
