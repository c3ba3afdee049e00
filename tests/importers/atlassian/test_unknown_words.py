"""A word that nobody knows is possibly the highest right of its kind, and counted; left out, it hid a path."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from graphscan.model import Coverage, CoverageState, NotUnderstood, Observed, Relation
from tests.importers.atlassian.collected import Read, read
from tests.importers.servers.cloud_jira import Account, JiraCloud, Site, SiteProject
from tests.importers.servers.dc_bitbucket import Bitbucket
from tests.importers.servers.dc_confluence import Confluence
from tests.importers.servers.dc_jira import Jira
from tests.importers.servers.dc_org import BitbucketProject, DataCenter, JiraProject, Person, Space, Team
from tests.importers.servers.loopback import Answer, Handler, Request

NEW = "of_next_year"
POSSIBLE, YES = Observed.POSSIBLE, Observed.YES


def rights(whole: Read, *kinds: str) -> set[tuple[str, str, str, Observed]]:
    """Return who holds what, in short; each is stated once, as what is sure is not possible besides."""
    stem = f"{whole.result.source}:"
    found = [one for kind in kinds for one in whole.relations(kind)]
    assert max(Counter(one.id for one in found).values()) == 1
    return {
        (one.source.text.removeprefix(stem), one.target.text.removeprefix(stem), one.gives or "", one.observed)
        for one in found
    }


def doubts(whole: Read) -> int:
    """Return how many words were counted as not known."""
    said = [one for one in whole.records if isinstance(one, NotUnderstood)]
    return sum(one.count for one in said if "possibly" in one.reason)


def test_confluence(tmp_path: Path) -> None:
    """Of the application it is a system administrator's, of a space its administrator's; a holder is anyone."""
    org = DataCenter(
        people=[Person("ada"), Person("bob")],
        wiki_globals=[
            ("user", "ada", NEW),
            ("user", "ada", "use"),
            ("user", "bob", "system_administrator"),
            ("user", "bob", NEW),
            ("user", "bob", "create_space"),
            ("anonymous", "", "view_user_profiles"),
            ("anonymous", "", NEW),
            ("robot", "r2", "administer"),
        ],
        spaces=[
            Space("A", [("user", "ada", "read"), ("user", "ada", NEW), ("robot", "r2", "read")]),
            Space("B", [("user", "ada", NEW), ("user", "ada", "administer"), ("user", "bob", "editspace")]),
        ],
    )
    whole = read(tmp_path, "confluence", Confluence(org), "/confluence")
    found = rights(whole, "ASSIGNED_TO", "MEMBER_OF")
    app = {one for one in found if one[1] in ("app", "licensed") and one[0] != "licensed"}
    assert app == {
        ("user:ada", "licensed", "", YES),
        ("user:ada", "app", "system", POSSIBLE),
        ("user:bob", "licensed", "", POSSIBLE),
        ("user:bob", "app", "system", YES),
        ("anyone", "app", "admin", POSSIBLE),
    }
    assert {one for one in found if one[1].startswith("space:")} == {
        ("user:ada", "space:A", "read", YES),
        ("user:ada", "space:A", "write", POSSIBLE),
        ("user:ada", "space:A", "admin", POSSIBLE),
        ("anyone", "space:A", "read", POSSIBLE),
        *(("user:ada", "space:B", level, YES) for level in ("read", "write", "admin")),
        *(("user:bob", "space:B", level, YES) for level in ("read", "write")),
    }
    assert doubts(whole) == 6


def test_bitbucket(tmp_path: Path) -> None:
    """A global permission is possibly a system administrator's; one of a token possibly administers what it is of."""

    def token(id_: str, *permissions: str) -> dict[str, Any]:
        return {"id": id_, "name": id_, "permissions": list(permissions)}

    org = DataCenter(
        people=[Person("ada")],
        code_globals=[("user", "ada", NEW)],
        code_projects=[BitbucketProject("P", ["r"])],
        tokens={
            "users/ada": [token("1", NEW), token("2", "PROJECT_READ", NEW), token("3", "REPO_CREATE")],
            "projects/P": [token("4", "PROJECT_READ", NEW), token("5", "PROJECT_ADMIN", NEW)],
        },
    )
    whole = read(tmp_path, "bitbucket", Bitbucket(org))
    assert {one for one in rights(whole, "ASSIGNED_TO", "MEMBER_OF") if one[0] == "user:ada"} == {
        ("user:ada", "app", "system", POSSIBLE),
        ("user:ada", "licensed", "", POSSIBLE),
    }
    tokens = {one[1:] for one in rights(whole, "HAS_CREDENTIAL") if one[1].startswith("token:")}
    assert tokens == {
        ("token:1", "api_admin", POSSIBLE),
        ("token:2", "api_read", YES),
        ("token:2", "api_admin", POSSIBLE),
    }
    assert {(one[0], *one[2:]) for one in rights(whole, "GRANTS")} == {
        ("token:4", "read", YES),
        ("token:4", "admin", POSSIBLE),
        ("token:5", "admin", YES),
    }
    assert doubts(whole) == 5


def data_center() -> Handler:
    """Return a Jira server: one role with a user and an actor of another kind."""
    org = DataCenter(
        people=[Person("ada")],
        teams={"staff": Team(["ada"])},
        licensed=["staff"],
        roles={10: "Developers", 11: "Guests"},
        schemes={1: ("One", [("BROWSE_PROJECTS", "projectRole", "10"), ("BROWSE_PROJECTS", "projectRole", "11")])},
        jira_projects=[JiraProject("A", 1, {10: [("user", "ada"), ("robot", "r2"), ("robot", "r3")]})],
    )
    return Jira(org)


def cloud() -> Handler:
    """Return a site with the same; and a group that may use it and is not listed."""
    good = JiraCloud(
        Site(
            accounts=[Account("ada")],
            groups={"g-staff": ("staff", ["ada"])},
            licences={"jira-software": ["g-staff"]},
            roles={10: "Developers", 11: "Guests"},
            schemes={1: ("One", [("BROWSE_PROJECTS", "projectRole", "10")])},
            projects=[SiteProject(1, "A", 1, {10: [("user", "ada")]})],
        )
    )

    def answer(request: Request) -> Answer:
        if request.path.endswith("/project/A/role/10"):
            ada = {"type": "atlassian-user-role-actor", "actorUser": {"accountId": "ada"}}
            odd = [{"type": "atlassian-robot-role-actor"}, {"type": "atlassian-group-role-actor", "name": "unheard"}]
            return Answer.json({"id": 10, "name": "Developers", "actors": [ada, *odd]})
        if request.path.endswith("/applicationrole"):
            return Answer.json([{"key": "jira-software", "groups": ["staff", "unheard"]}])
        return good(request)

    return answer


@pytest.mark.parametrize(
    ("form", "handler", "ada", "anybody"),
    [
        ("dc", data_center(), "user:ada", "licensed"),
        ("cloud", cloud(), "atlassian:account:ada", "logged-in"),
    ],
)
def test_actors_of_a_role(tmp_path: Path, form: str, handler: Handler, ada: str, anybody: str) -> None:
    """One that is no user or group that is known is possibly anybody who signs in; other roles stay theirs."""
    whole = read(tmp_path, "jira", handler, form=form)
    found = {one for one in rights(whole, "MEMBER_OF") if one[1].startswith("project-role:")}
    assert found == {(ada, "project-role:A:10", "", YES), (anybody, "project-role:A:10", "", POSSIBLE)}
    assert doubts(whole) == (2 if form == "dc" else 3)
    untold = [
        one
        for one in whole.records
        if isinstance(one, Coverage)
        and one.scope == "jira:acme:application-role:jira-software"
        and one.state is CoverageState.PARTIAL
    ]
    assert bool(untold) is (form == "cloud")
    assert not any(isinstance(one, Relation) and "unheard" in one.source.text for one in whole.records)
