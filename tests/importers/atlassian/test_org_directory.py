"""A user directory of an organization over HTTP (SCIM), and what joins an organization to other sources."""

from pathlib import Path
from typing import Any

import pytest

from graphscan.errors import ImportFailedError
from graphscan.model import Coverage, CoverageState, Key, Node, NotUnderstood, Ref, Relation
from tests.importers.atlassian.test_org import ACCOUNT, APP, A, collect, organisation
from tests.importers.servers import cloud_org
from tests.importers.servers.cloud_org import SITE, Organization
from tests.importers.servers.loopback import Answer, Request
from tests.inventory import merged


def test_a_directory(tmp_path: Path) -> None:
    """A directory is read with its own key, page by page from 1; its users are the accounts they are linked to."""
    users = [cloud_org.scim_user(one, f"acc-{one}") for one in ("ada", "bob", "cid", "dan")]
    users += [cloud_org.scim_user("loose", ""), {"userName": "no id"}]
    groups: list[dict[str, Any]] = [
        {"id": "s1", "displayName": "devs", "members": [{"value": "ada"}, {"value": "dan"}, {"value": "nobody"}]},
        {"id": "s2", "displayName": "empty"},
        {"id": "s3", "displayName": "odd", "members": 7},
    ]
    org = Organization(scim={cloud_org.DIRECTORY: (users, groups)})
    found = collect(tmp_path, org, directories=(cloud_org.DIRECTORY,))

    assert found.seen[:3] == [
        f"/scim/directory/{cloud_org.DIRECTORY}/Users?count=100",
        f"/scim/directory/{cloud_org.DIRECTORY}/Users?count=100&startIndex=3",
        f"/scim/directory/{cloud_org.DIRECTORY}/Users?count=100&startIndex=5",
    ]
    assert all(one.startswith("/scim/") for one in found.seen)
    nodes = {one.id: one for one in found.records if isinstance(one, Node)}
    ada, devs = nodes[f"{ACCOUNT}acc-ada"], f"{A}:directory-group:{cloud_org.DIRECTORY}/s1"
    assert [(one.type, one.value, one.verified) for one in ada.keys] == [
        ("login", "ada@acme.example", True),
        ("external_id", "00uada", True),
        ("email", "ada@acme.example", True),
    ]
    members = {one.source.text for one in found.relations("MEMBER_OF") if one.target.text == devs}
    assert members == {f"{ACCOUNT}acc-ada", f"{ACCOUNT}acc-dan"}
    assert APP not in nodes
    assert nodes[f"{A}:directory:{cloud_org.DIRECTORY}"].subtype == "directory"
    assert sum(one.count for one in found.records if isinstance(one, NotUnderstood)) == 4


def test_a_directory_that_breaks_off(tmp_path: Path) -> None:
    """A count that is not reached is a gap, and so is an answer that states none; a wrong key ends it."""
    users = [cloud_org.scim_user("ada", "acc-ada")]

    def short(request: Request) -> Answer:
        if request.path.endswith("/Users"):
            said = users if "startIndex" not in request.query else []
            return Answer.json({"totalResults": 9, "Resources": said})
        return Answer.json({"Resources": []})

    rows = collect(tmp_path, short, directories=("d",)).records
    errors = {
        one.endpoint.rpartition("/")[2]: one for one in rows if isinstance(one, Coverage) and "scim" in one.endpoint
    }
    assert "listed 1 of 9" in errors["Users"].error
    assert "totalResults" in errors["Groups"].error
    assert errors["Groups"].state is CoverageState.PARTIAL
    with pytest.raises(ImportFailedError, match="not logged in"):
        collect(tmp_path / "no", lambda _request: Answer.json({"message": "no"}, 401), directories=("d",))


def test_what_joins_it_to_other_sources(tmp_path: Path) -> None:
    """Okta leads to a managed account by its address; a product that tells its site's id trusts the organization."""
    found = collect(tmp_path, organisation())
    stated = Node(APP, "Application", keys=(Key("idp_issuer", "http://www.okta.com/exk1"),))
    wiki = Node("confluence:acme:app", "Application", "atlassian", "confluence", keys=(Key("cloud_id", SITE),))
    via = Node("okta:acme:app:0oa1", "Application", "okta", keys=(Key("idp_issuer", "http://www.okta.com/exk1"),))
    people = [Node(f"okta:acme:user:{one}", "User", "okta") for one in ("ada", "guest")]
    signs_in = [
        Relation(Ref(one.id), "SIGNS_IN_AS", Ref.behind("account", f"{name}@ACME.example"), via=Ref(via.id))
        for one, name in zip(people, ("ada", "guest"), strict=True)
    ]
    view = merged(tmp_path / "merged", found.records, [stated, wiki, via, *people, *signs_in])
    rows = view.execute(
        "SELECT s.id, r.kind, t.id FROM base.relation r JOIN base.node s ON s.n = r.source "
        "JOIN base.node t ON t.n = r.target WHERE r.kind IN ('SIGNS_IN_AS', 'TRUSTS') ORDER BY ALL"
    ).fetchall()
    assert rows == [
        ("confluence:acme:app", "TRUSTS", APP),
        # A guest is nobody that the organization signs in.
        ("okta:acme:user:ada", "SIGNS_IN_AS", f"{ACCOUNT}ada"),
    ]
