"""Jira Data Center over HTTP: schemes, roles and groups, and what no end point tells."""

from pathlib import Path

import pytest

from graphscan.model import Coverage, CoverageState, Enforced, Node, NotUnderstood, Observed, Record, Ref, Relation
from tests.importers.atlassian.collected import INTERNET, Read, closed, read, world
from tests.importers.servers.dc_jira import Jira
from tests.importers.servers.dc_org import DataCenter, JiraProject, Person, Team
from tests.importers.servers.loopback import Answer, Request
from tests.inventory import World

J = "jira:acme"
FACTS = [f"{J}:issues:{key}::{level}" for key in ("SEC", "OPS") for level in ("read", "write")]
FACTS += [f"{J}:project:SEC::admin", f"{J}:app::login", f"{J}:app::admin", "host::exec"]
OPEN, SHUT = 1, 2


def organisation() -> DataCenter:
    """Return a small server: one project of a closed scheme, one that anyone reads."""
    return DataCenter(
        people=[
            *(Person(one) for one in ("lead", "dev", "nested", "guest", "mailer", "other")),
            Person("gone", active=False),
        ],
        teams={"devs": Team(["dev", "gone"], ["inner"]), "inner": Team(["nested"], ["devs"]), "users": Team(["other"])},
        licensed=["users"],
        roles={10: "Administrators", 11: "Guests"},
        schemes={
            SHUT: (
                "Closed",
                [
                    ("BROWSE_PROJECTS", "group", "devs"),
                    ("CREATE_ISSUES", "group", "devs"),
                    ("BROWSE_PROJECTS", "projectRole", "11"),
                    ("ADMINISTER_PROJECTS", "projectRole", "10"),
                    ("CREATE_ISSUES", "user", "mailer"),
                    ("BROWSE_PROJECTS", "reporter", ""),
                    ("BROWSE_PROJECTS", "of_next_year", ""),
                ],
            ),
            OPEN: ("Open", [("BROWSE_PROJECTS", "anyone", ""), ("ADD_COMMENTS", "user", "mailer")]),
        },
        jira_projects=[
            JiraProject("SEC", SHUT, {10: [("user", "lead")], 11: [("user", "guest")]}),
            JiraProject("OPS", OPEN),
        ],
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Return the server, read by somebody who may read all that there is to read."""
    return read(tmp_path_factory.mktemp("jira"), "jira", Jira(organisation()))


@pytest.fixture(scope="module")
def opened(whole: Read, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return what it opens, beside a machine that runs it and a plug-in that runs scripts."""
    return world(tmp_path_factory.mktemp("opened"), whole, FACTS, *plug_in(), local_login=True)


def plug_in() -> list[Record]:
    """Return what a facts file says of the machine and the plug-in."""
    return [
        Node("host", "Host"),
        Node("plug-in", "Application", subtype="plug-in", properties={"runs_scripts": "true"}),
        Relation(Ref("plug-in"), "INSTALLED_IN", Ref(f"{J}:app")),
        Relation(Ref(f"{J}:app"), "RUNS_ON", Ref("host")),
    ]


def reached(opened: World, *starts: str, may: bool = False) -> set[str]:
    """Return which of the facts are reached from the internet, in short."""
    found = opened.reach([*starts, INTERNET], may=may)
    return {one.removeprefix(f"{J}:").replace("::", " ") for one in FACTS if opened.holds(found, one)}


PUBLIC = {"issues:OPS read"}
READS = {*PUBLIC, "issues:SEC read"}


@pytest.mark.parametrize(
    ("start", "opens"),
    [
        (f"{J}:user:dev::api_read", READS),
        (f"{J}:user:dev::api_write", {*READS, "issues:SEC write"}),
        (f"{J}:user:nested::api_read", READS),  # through groups that hold each other
        (f"{J}:user:guest::api", READS),  # through the project's role
        (f"{J}:user:lead::api_write", {*READS, "issues:SEC write"}),  # whoever administers a project writes in it
        (f"{J}:user:lead::api", {*READS, "issues:SEC write", "project:SEC admin"}),
        (f"{J}:user:mailer::api", {*PUBLIC, "issues:OPS write"}),  # creates in SEC without seeing it
        (f"{J}:user:other::api", {*PUBLIC, "app login"}),
        (f"{J}:password:dev", {*READS, "issues:SEC write"}),
        (INTERNET, PUBLIC),
    ],
)
def test_what_each_person_opens(opened: World, start: str, opens: set[str]) -> None:
    """A scheme gives its holders every project that uses it; a role only its own."""
    assert reached(opened, start) == opens


def test_a_projects_administrator_does_not_administer_jira(opened: World) -> None:
    """Nor does he run code on its machine; who administers Jira, the server does not tell, so that is possible."""
    assert not {"app admin", "host exec"} & reached(opened, f"{J}:user:lead::api")
    assert {"app admin", "host exec"} <= reached(opened, f"{J}:user:lead::api", may=True)


def test_the_inactive_open_nothing(whole: Read) -> None:
    """An inactive account is dead, has no password, and stays listed."""
    nodes = {one.id: one for one in whole.records if isinstance(one, Node)}
    assert nodes[f"{J}:user:gone"].state == "disabled"
    assert f"{J}:password:gone" not in nodes


def test_a_statement_that_closes_what_no_end_point_tells(whole: Read, tmp_path: Path) -> None:
    """With administrators, plug-ins and content stated whole there is no way to the machine; each alone reopens it."""
    app = f"{J}:app"
    scopes = [
        *(("ASSIGNED_TO", app), ("INSTALLED_IN", app), ("RUNS_ON", app), ("TRUSTS", app)),
        *(("STORES", f"{J}:issues:{key}") for key in ("SEC", "OPS")),
    ]
    rows: list[Record] = [Coverage(relation, CoverageState.COMPLETE, scope) for relation, scope in scopes]
    start = f"{J}:user:dev::api"
    none = world(tmp_path / "all", whole, FACTS, *plug_in(), *rows, local_login=True)
    assert "host exec" not in reached(none, start, may=True)
    for number, (relation, _) in enumerate(scopes):
        if relation not in ("ASSIGNED_TO", "STORES"):
            continue  # the plug-in that is there asks for an administrator, which nobody is
        some = world(
            tmp_path / str(number), whole, FACTS, *plug_in(), *rows[:number], *rows[number + 1 :], local_login=True
        )
        assert "host exec" in reached(some, start, may=True), scopes[number]


@pytest.mark.parametrize(
    ("part", "relation"),
    [
        ("/user/list", "ACCOUNT_OF"),
        ("/group/member", "MEMBER_OF"),
        ("/groups/picker", "MEMBER_OF"),
        ("/api/2/permissionscheme", "ASSIGNED_TO"),
        ("/applicationrole", "ASSIGNED_TO"),
        ("/role/", "MEMBER_OF"),
    ],
)
def test_what_was_refused_is_told(tmp_path: Path, part: str, relation: str) -> None:
    """A 403 is a row that says so, and a person without rights possibly has them."""
    whole = read(tmp_path, "jira", closed(Jira(organisation()), part))
    assert not whole.result.complete
    assert any(
        one.state is not CoverageState.COMPLETE and "permission" in one.error for one in whole.coverage(relation)
    )
    if part != "/user/list":
        opened = world(tmp_path / "w", whole, FACTS, *plug_in(), local_login=True)
        assert "issues:SEC read" in reached(opened, f"{J}:user:other::api", may=True)


def vouched(*more: tuple[str, str]) -> list[Record]:
    """Return that administrators and content were stated whole, so that nothing else makes everything possible."""
    scopes = [("ASSIGNED_TO", f"{J}:app"), *(("STORES", f"{J}:issues:{key}") for key in ("SEC", "OPS")), *more]
    return [Coverage(relation, CoverageState.COMPLETE, scope) for relation, scope in scopes]


def test_who_is_in_a_role_or_uses_a_project_is_possible_where_it_was_refused(tmp_path: Path) -> None:
    """Administrators are known; a role of which nobody tells who is in it may hold anybody, as a scheme unread."""
    whole = read(tmp_path, "jira", closed(Jira(organisation()), "/SEC/role/10", "/OPS/permissionscheme"))
    # A plug-in that nobody told possibly runs what any user gives it: so they are vouched for as well.
    told = vouched(("INSTALLED_IN", f"{J}:app"))
    opened = world(tmp_path / "w", whole, FACTS, *plug_in(), *told, local_login=True)
    assert reached(opened, f"{J}:user:other::api") == {"app login"}
    found = reached(opened, f"{J}:user:other::api", may=True)
    assert {"project:SEC admin", "issues:OPS read"} <= found
    assert not {"app admin", "host exec"} & found


def test_what_single_sign_on_leaves_to_passwords(tmp_path: Path) -> None:
    """The plug-in of single sign-on says it, as in the other products; where it is not there it stays open."""
    for local, enforced in ((True, Enforced.NO), (False, Enforced.YES), (None, None)):
        whole = read(tmp_path / str(local), "jira", Jira(organisation(), local_login=local, made=("Nested",)))
        nodes = {one.id: one for one in whole.records if isinstance(one, Node)}
        assert [one.value for one in nodes[f"{J}:local-login-disabled"].enforced] == ([enforced] if enforced else [])
        assert whole.result.complete
        assert not whole.result.gaps
        seen = {one.source.text: one.observed for one in whole.relations("HAS_CREDENTIAL")}
        doubtful = [one for one, observed in seen.items() if observed is Observed.POSSIBLE]
        assert doubtful == ([] if local is None else [f"{J}:user:nested"])
        assert [one.target.text for one in whole.relations("TRUSTS")] == ([] if local is None else [f"{J}:idp:1"])
        assert ("idp_issuer" in {key.type for key in nodes[f"{J}:app"].keys}) is (local is not None)
        # Who it trusts besides nobody promises to tell: that stays for an operator to close.
        (trusts,) = [one for one in whole.coverage("TRUSTS") if "application links" in one.error]
        assert (trusts.scope, trusts.state) == (f"{J}:app", CoverageState.UNAVAILABLE)


SECRET, MEMBERS = f"{J}:security-level:501", f"{J}:security-level-members:501"


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Return the server with a level of issue security in its closed project."""
    server = Jira(organisation(), {9: ("Hidden issues", {501: "Secret"})}, {"SEC": 9})
    return read(tmp_path_factory.mktemp("secured"), "jira", server)


def test_who_sees_a_level_is_not_told(secured: Read, tmp_path: Path) -> None:
    """Possibly whoever reads the project, and nobody else; a project without levels is no failure."""
    assert secured.result.complete
    assert not secured.result.gaps
    opened = world(
        tmp_path, secured, [*FACTS, f"{SECRET}::read"], *plug_in(), *vouched(("STORES", SECRET)), local_login=True
    )

    def sees(start: str, may: bool) -> bool:
        return opened.holds(opened.reach([start, INTERNET], may=may), f"{SECRET}::read")

    assert [sees(f"{J}:user:dev::api", may) for may in (False, True)] == [False, True]
    assert [sees(INTERNET, may) for may in (False, True)] == [False, False]
    assert reached(opened, f"{J}:user:dev::api_read") == READS


def test_a_statement_of_who_sees_a_level(secured: Read, tmp_path: Path) -> None:
    """With those of a level stated whole, they see it as far as their tokens go, and nobody else possibly does."""
    said: list[Record] = [
        Relation(Ref(f"{J}:group:inner"), "MEMBER_OF", Ref(MEMBERS)),
        *vouched(("STORES", SECRET), ("MEMBER_OF", MEMBERS)),
    ]
    asked = [f"{SECRET}::{level}" for level in ("read", "write")]
    opened = world(tmp_path, secured, [*FACTS, *asked], *plug_in(), *said, local_login=True)

    def opens(start: str, may: bool = False) -> list[bool]:
        found = opened.reach([f"{J}:user:{start}", INTERNET], may=may)
        return [opened.holds(found, one) for one in asked]

    assert opens("nested::api_read") == [True, False]
    assert opens("nested::api_write") == [True, True]
    assert opens("guest::api", may=True) == [False, False]


def test_levels_that_were_refused_hide_nothing(tmp_path: Path) -> None:
    """The projects' issues then stand for all; which project uses which scheme is possible where it is not told."""
    server = Jira(organisation(), {9: ("Hidden issues", {501: "Secret"})}, {"SEC": 9})
    whole = read(tmp_path, "jira", closed(server, "/api/2/issuesecurityschemes"))
    assert any("issuesecurityschemes" in gap for gap in whole.result.gaps)
    assert any(one.id == SECRET for one in whole.records if isinstance(one, Node))  # as its project tells it
    whole = read(tmp_path, "jira", closed(server, "issuesecuritylevelscheme"))
    possible = [one for one in whole.relations("CONTAINS") if one.observed is Observed.POSSIBLE]
    assert {one.source.text for one in possible} == {
        f"{J}:project:SEC",
        f"{J}:project:OPS",
        f"{J}:security-scheme:unread",
    }


def test_holders_that_depend_on_the_issue_are_possible(whole: Read) -> None:
    """A reporter reads what he reported: somebody, something; a holder of an unknown kind is counted."""
    possible = [one for one in whole.relations("ASSIGNED_TO") if one.observed is Observed.POSSIBLE]
    assert {(one.source.text, one.gives) for one in possible} == {
        (f"{J}:licensed", "read"),
        (f"{J}:user:mailer", "read"),
        (f"{J}:user:mailer", "write"),
    }
    assert any("unknown kind" in one.reason for one in whole.records if isinstance(one, NotUnderstood))


def test_leads_and_applications_are_exact_where_they_are_told(tmp_path: Path) -> None:
    """Who leads a project, and who uses one application, where it is told; else possibly anybody."""
    browse = "BROWSE_PROJECTS"
    grants = [
        (browse, "projectLead", ""),
        (browse, "applicationRole", "jira-software"),
        (browse, "applicationRole", "x"),
    ]
    org = DataCenter(
        people=[Person("lead"), Person("other")],
        teams={"users": Team(["other"])},
        licensed=["users"],
        schemes={1: ("One", grants)},
        jira_projects=[JiraProject("A", 1), JiraProject("B", 1)],
    )
    good = Jira(org)

    def answer(request: Request) -> Answer:
        if request.path.endswith("/api/2/project") and request.query.get("expand") == "lead":
            told = [{"id": "1", "key": "A", "lead": {"key": "lead", "name": "lead"}}, {"id": "2", "key": "B"}]
            return Answer.json(told)
        return good(request)

    whole = read(tmp_path, "jira", answer)
    assert {
        (one.source.text, one.target.text, one.observed)
        for one in whole.relations("MEMBER_OF")
        if one.target.text.endswith(":lead")
    } == {
        (f"{J}:user:lead", f"{J}:project-role:A:lead", Observed.YES),
        (f"{J}:licensed", f"{J}:project-role:B:lead", Observed.POSSIBLE),
    }
    assert {
        (one.source.text, one.observed) for one in whole.relations("ASSIGNED_TO") if one.target.text == f"{J}:scheme:1"
    } == {(f"{J}:application-role:jira-software", Observed.YES), (f"{J}:licensed", Observed.POSSIBLE)}
    assert any("no groups are known" in one.reason for one in whole.records if isinstance(one, NotUnderstood))


def test_groups_that_are_not_all_listed_are_told(tmp_path: Path) -> None:
    """The picker has no pages: where it names fewer groups than it counts, the rest is a gap."""
    good = Jira(organisation())

    def answer(request: Request) -> Answer:
        if request.path.endswith("/groups/picker"):
            return Answer.json({"header": "Showing 1 of 3", "total": 3, "groups": [{"name": "devs"}]})
        return good(request)

    whole = read(tmp_path, "jira", answer)
    assert any("1 of 3" in gap for gap in whole.result.gaps)


def test_schemes_do_not_multiply(tmp_path: Path) -> None:
    """Twice the holders and projects of one scheme give twice the relations, not four times."""

    def relations(size: int) -> int:
        people = [Person(f"p{number}") for number in range(size)]
        scheme = [("BROWSE_PROJECTS", "user", one.name) for one in people]
        org = DataCenter(
            people=people,
            schemes={1: ("One", scheme)},
            jira_projects=[JiraProject(f"P{number}", 1) for number in range(size)],
        )
        whole = read(tmp_path / str(size), "jira", Jira(org))
        return sum(1 for one in whole.records if isinstance(one, Relation))

    assert relations(40) <= 2.2 * relations(20)
