"""Jira Cloud over HTTP: accounts of all sorts, licences, schemes, roles, issue security, and what is not told."""

from pathlib import Path

import pytest

from graphscan.model import (
    Coverage,
    CoverageState,
    Enforced,
    Enforcement,
    Node,
    NotUnderstood,
    Observed,
    Record,
    Relation,
)
from tests.functional.running import graphscan
from tests.importers.atlassian.collected import INTERNET, TOKEN, Read, closed, read
from tests.importers.servers.cloud_jira import Account, JiraCloud, Site, SiteProject
from tests.importers.servers.loopback import Answer, Loopback, Request
from tests.inventory import World

J = "jira:acme"
KEYS = ("SEC", "OPS", "APPS", "HELP", "TEAM", "OLD", "PUB")
SECRET, INNER = f"{J}:security-level:501", f"{J}:security-level:502"
FACTS = [f"{J}:issues:{key}::{level}" for key in KEYS for level in ("read", "write")]
FACTS += [f"{one}::{level}" for one in (SECRET, INNER) for level in ("read", "write")]
FACTS += [f"{J}:project:SEC::admin", f"{J}:app::login", f"{J}:app::admin"]
CANARY = "canaryOfARecordThatHoldsASecret"
OWN_ROLE = 1000


def site(fill: int = 0) -> Site:
    """Return a small site; `fill`: accounts besides, so that the list of them has two pages."""
    people = (
        "dev",
        "guest",
        "lead",
        "agent",
        "coder",
        "unlicensed",
        "boss",
        "root",
        "cleared",
        "vetted",
        "mate",
        "chief",
    )
    browse = "BROWSE_PROJECTS"
    return Site(
        accounts=[
            *(Account(f"filler-{number}") for number in range(fill)),
            *(Account(one, email="" if one == "guest" else f"{one.title()}@acme.example") for one in people),
            Account("gone", active=False),
            Account("bot", "app"),
            Account("client", "customer"),
        ],
        groups={
            "g-devs": ("devs", ["dev", "gone", "client"]),
            "g-soft": ("software-users", ["coder"]),
            "g-desk": ("agents", ["agent"]),
            "g-admins": ("jira-admins", ["boss"]),
            "g-site": ("site-admins", ["root"]),
            "g-cleared": ("cleared", ["cleared", "vetted"]),
        },
        access={"admin": ["g-admins"], "site-admin": ["g-site"]},
        licences={"jira-software": ["g-soft"], "jira-servicedesk": ["g-desk"]},
        roles={10: "Administrators", 11: "Guests", OWN_ROLE: "Mates"},
        schemes={
            1: (
                "Closed",
                [
                    (browse, "group", "g-devs"),
                    ("CREATE_ISSUES", "group", "g-devs"),
                    (browse, "projectRole", "11"),
                    ("ADMINISTER_PROJECTS", "projectRole", "10"),
                    (browse, "user", "vetted"),
                ],
            ),
            2: ("Software", [(browse, "applicationRole", "jira-software"), ("ADMINISTER_PROJECTS", "projectLead", "")]),
            3: ("Anybody", [(browse, "applicationRole", ""), (browse, "of_next_year", "")]),
            4: ("Help desk", [(browse, "sd.customer.portal.only", ""), ("CREATE_ISSUES", "reporter", "")]),
            5: ("Of the team", [(browse, "projectRole", str(OWN_ROLE))]),
            6: ("Public", [(browse, "anyone", "")]),
        },
        own=frozenset({5}),
        projects=[
            SiteProject(1, "SEC", 1, {10: [("user", "lead")], 11: [("user", "guest"), ("user", "bot")]}),
            SiteProject(2, "OPS", 3, {11: [("user", "guest")]}),
            SiteProject(3, "APPS", 2, lead="chief"),
            SiteProject(4, "HELP", 4, {11: [("user", "client"), ("group", "g-desk")]}),
            SiteProject(5, "TEAM", 5, {OWN_ROLE: [("user", "mate")]}, team=True),
            SiteProject(6, "OLD", 1, archived=True),
            SiteProject(7, "PUB", 6),
        ],
        levels={
            501: ("Secret", 9, [("group", "g-cleared"), ("projectRole", "10"), ("reporter", "")]),
            502: ("Inner", 9, [("group", "g-cleared")]),
        },
        secured={1: 9, 2: 9},
        audit=[
            ("User created", "USER", "dev", "boss"),
            ("User added to group", "USER", "guest", "boss"),
            ("Group created", "GROUP", "cleared", "root"),
            ("User created", "USER", "somebody-who-left", "boss"),
            ("Custom field created", "CUSTOM_FIELD", "dev", "boss"),
        ],
        most=2,
    )


def answers(request: Request, good: JiraCloud) -> Answer:
    """Answer as a site does, with secrets where there should be none."""
    answer = good(request)
    if request.path.endswith("/serverInfo"):
        told = {"deploymentType": "Cloud", "version": "1001.0.0", "scmInfo": "x", "token": CANARY}
        return Answer.json({**told, "healthChecks": [{"description": f"password={CANARY}"}]})
    return answer


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Return the site, read by somebody who administers Jira."""
    good = JiraCloud(site(fill=45))
    return read(tmp_path_factory.mktemp("cloud"), "jira", lambda request: answers(request, good), form="cloud")


def world(folder: Path, found: Read, *more: Record, allowed: Enforced | None = Enforced.NO) -> World:
    """Return what the site opens; `allowed`: what somebody says of the list of addresses; None: nothing."""
    said = [*more]
    if allowed is not None:
        said.append(Node(f"{J}:ip-allowlist", "Control", enforced=(Enforcement(allowed),)))
    # Who else administers is vouched for: else everybody possibly does, and nothing else could be seen.
    said.append(Coverage("ASSIGNED_TO", CoverageState.COMPLETE, f"{J}:app"))
    said += [Coverage("STORES", CoverageState.COMPLETE, one.rpartition("::")[0]) for one in FACTS]
    folder.mkdir(parents=True, exist_ok=True)
    nodes = {one.id for one in found.records if isinstance(one, Node)}
    return World.build(folder, found.records, said, asked=[one for one in FACTS if one.rpartition("::")[0] in nodes])


@pytest.fixture(scope="module")
def opened(whole: Read, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return what it opens where no list of addresses stands before it."""
    return world(tmp_path_factory.mktemp("opened"), whole)


def reached(opened: World, *starts: str, may: bool = False) -> set[str]:
    """Return which of the facts are reached from the internet, in short; starts are account ids and levels."""
    found = opened.reach([*(f"atlassian:account:{one}" for one in starts), INTERNET], may=may)
    known = [one for one in FACTS if one.rpartition("::")[0] in opened.numbers]
    short = {one.removeprefix(f"{J}:").replace("::", " ") for one in known if opened.holds(found, one)}
    return {one.replace("security-level:501", "SECRET").replace("security-level:502", "INNER") for one in short}


PUBLIC = {"issues:PUB read"}
SEC = {*PUBLIC, "issues:SEC read"}
DEVS = {*SEC, "issues:OLD read"}
LICENSED = {*PUBLIC, "issues:OPS read", "app login"}
LEVELS = {f"{level} {right}" for level in ("SECRET", "INNER") for right in ("read", "write")}
EVERYTHING = {one.removeprefix(f"{J}:").replace("::", " ") for one in FACTS if "security-level" not in one} | LEVELS


@pytest.mark.parametrize(
    ("start", "opens"),
    [
        ("dev::api_read", DEVS),
        ("dev::api_write", {*DEVS, "issues:SEC write", "issues:OLD write"}),
        ("guest::api", SEC),  # through the role of one project; to that role the scheme of the other grants nothing
        ("lead::api_read", {*SEC, "SECRET read"}),
        ("lead::api_write", {*SEC, "SECRET read", "issues:SEC write", "SECRET write"}),
        ("lead::api_admin", {*SEC, "SECRET read", "issues:SEC write", "SECRET write", "project:SEC admin"}),
        ("agent::api_read", LICENSED),  # any application will do, where the grant names none
        ("coder::api_read", {*LICENSED, "issues:APPS read"}),
        ("unlicensed::api", PUBLIC),
        ("client::act_as", PUBLIC),  # in a group that reads; but he signs in to the portal alone
        ("bot::api_read", {*SEC, "issues:OPS read"}),
        ("mate::api_read", {*PUBLIC, "issues:TEAM read"}),
        ("vetted::api_read", {*DEVS, "SECRET read", "INNER read"}),  # of a project, and at its levels
        ("vetted::api", {*DEVS, "SECRET read", "INNER read"}),  # who does not write there does not write at a level
        ("cleared::api", PUBLIC),  # at the levels, and in no project
        ("chief::api_write", {*PUBLIC, "issues:APPS read", "issues:APPS write"}),  # who leads a project
        ("boss::api_admin", PUBLIC),  # no token administers Jira
        ("boss::api", EVERYTHING),
        ("root::api", EVERYTHING),
    ],
)
def test_what_each_account_opens(opened: World, start: str, opens: set[str]) -> None:
    """Schemes, roles, licences and levels of security, as far as a token goes."""
    assert reached(opened, start) == opens


def test_what_is_possible(opened: World) -> None:
    """A reporter may see any issue of what he reads; a customer some of a help desk; neither more than that."""
    assert reached(opened, "dev::api_read", may=True) == DEVS
    assert reached(opened, "coder::api_read", may=True) == {
        *LICENSED,
        *("issues:APPS read", "issues:HELP read", "SECRET read"),
    }
    assert reached(opened, "client::api_read", may=True) == {*PUBLIC, "issues:HELP read"}


def test_a_list_of_addresses_stands_before_it(whole: Read, tmp_path: Path) -> None:
    """Nobody says whether it is there: what it would keep shut is possible, and not known."""
    unsaid = world(tmp_path, whole, allowed=None)
    assert reached(unsaid, "dev::api_read") == set()
    assert reached(unsaid, "dev::api_read", may=True) == DEVS


def test_accounts_are_what_their_sort_says(whole: Read) -> None:
    """One node over all products; a hidden address is no error; a program is no person; shut out is not dead."""
    nodes = {one.id: one for one in whole.records if isinstance(one, Node)}
    of = {one: nodes[f"atlassian:account:{one}"] for one in ("dev", "guest", "gone", "bot", "client")}
    assert [(key.type, key.value, key.verified) for key in of["dev"].keys] == [("email", "dev@acme.example", False)]
    assert of["guest"].keys == ()
    assert {name: one.kind for name, one in of.items() if one.kind != "User"} == {"bot": "ServiceAccount"}
    # Shut out of this site it may be alive in another: possible, and not dead.
    assert not [name for name, one in of.items() if one.state]
    member = [one for one in whole.relations("MEMBER_OF") if one.source.text == "atlassian:account:gone"]
    assert {one.observed for one in member} == {Observed.POSSIBLE}
    assert of["gone"].properties == {"inactive_in_acme": "yes"}
    accounts = {one.source.text.rpartition(":")[2] for one in whole.relations("ACCOUNT_OF")}
    assert {"dev", "bot", "filler-44"} <= accounts
    assert "client" not in accounts
    assert {one.source.text for one in whole.relations("MEMBER_OF") if one.target.text == f"{J}:customers"} == {
        "atlassian:account:client"
    }


def test_pages_are_read_to_their_end(whole: Read) -> None:
    """Groups come in pages of two, accounts in a bare list that goes on behind a full page."""
    assert {one.id for one in whole.records if isinstance(one, Node) and one.id.startswith(f"{J}:group:")} == {
        f"{J}:group:{one}" for one in ("g-devs", "g-soft", "g-desk", "g-admins", "g-site", "g-cleared")
    }
    assert whole.result.complete
    assert sum("/users/search" in one for one in whole.seen) == 2
    assert not any("/permissionscheme/1?" in one for one in whole.seen)  # what the list has is not asked for again
    assert any("/permissionscheme/5?" in one for one in whole.seen)


def test_the_audit_log_tells_who_made_what(whole: Read) -> None:
    """Of what there is, and where a record says that it was made; page by page, as long as the server's are."""
    assert [(one.source.text, one.target.text) for one in whole.relations("CREATED_BY")] == [
        ("atlassian:account:dev", "atlassian:account:boss"),
        (f"{J}:group:g-cleared", "atlassian:account:root"),
    ]
    assert [one.partition("offset=")[2] for one in whole.seen if "/auditing/" in one] == ["0", "2", "4"]


def test_no_secret_is_kept(whole: Read) -> None:
    """Not in the snapshot, not in what becomes of it."""
    assert CANARY.encode() not in whole.result.path.read_bytes()
    assert CANARY not in repr(whole.records)
    assert any("unknown kind" in one.reason for one in whole.records if isinstance(one, NotUnderstood))


@pytest.mark.parametrize(
    ("part", "relation"),
    [
        ("/users/search", "ACCOUNT_OF"),
        ("/group/bulk", "MEMBER_OF"),
        ("/group/member", "MEMBER_OF"),
        ("accessType=admin", "ASSIGNED_TO"),
        ("/applicationrole", "ASSIGNED_TO"),
        ("/3/permissionscheme", "ASSIGNED_TO"),
        ("/3/permissionscheme/5", "ASSIGNED_TO"),
        ("/SEC/permissionscheme", "ASSIGNED_TO"),
        ("/project/search", "CONTAINS"),
        ("/3/role", "MEMBER_OF"),
        ("/SEC/role/10", "MEMBER_OF"),
        ("/TEAM/roledetails", "ASSIGNED_TO"),
        ("/issuesecurityschemes/level", "CREATED_BY"),
        ("/issuesecurityschemes/project", "CREATED_BY"),
        ("/level/member", "MEMBER_OF"),
        ("/auditing/record", "CREATED_BY"),
    ],
)
def test_what_was_refused_is_told(tmp_path: Path, part: str, relation: str) -> None:
    """A refusal is a row that says so; the collection is not complete, and names the end point."""
    found = read(tmp_path, "jira", closed(JiraCloud(site()), part), form="cloud")
    assert not found.result.complete
    assert any("permission" in gap for gap in found.result.gaps)
    assert any(
        one.state is not CoverageState.COMPLETE and "no permission for it" in one.error
        for one in found.coverage(relation)
    )


def test_what_was_refused_is_possible(tmp_path: Path) -> None:
    """Who may be in a role, uses a project, or is at a level: where that was not read, anybody possibly."""
    refused = ("/SEC/role/10", "/APPS/permissionscheme", "levelId=502", "/issuesecurityschemes/project")
    found = read(tmp_path, "jira", closed(JiraCloud(site()), *refused), form="cloud")
    opened = world(tmp_path / "w", found)
    assert reached(opened, "dev::api_read") == DEVS
    assert reached(opened, "vetted::api_read") == DEVS
    assert {*DEVS, "issues:APPS read", "issues:SEC write", "SECRET read", "INNER read"} <= reached(
        opened, "vetted::api", may=True
    )
    # Whoever reads nothing that may have levels sees nothing at one, whatever is not known of who is let in.
    assert "project:SEC admin" in reached(opened, "unlicensed::api", may=True)


def test_levels_do_not_multiply(tmp_path: Path) -> None:
    """Twice the projects, levels and holders of one scheme are twice the relations, not eight times."""

    def relations(size: int) -> int:
        people = [Account(f"p{number}") for number in range(size)]
        many = Site(
            accounts=people,
            schemes={1: ("One", [("BROWSE_PROJECTS", "user", one.id) for one in people])},
            roles={10: "Administrators"},
            projects=[SiteProject(number, f"P{number}", 1) for number in range(size)],
            levels={
                number: (f"Level {number}", 9, [("user", people[number].id), ("projectRole", "10")])
                for number in range(size)
            },
            secured=dict.fromkeys(range(size), 9),
        )
        found = read(tmp_path / str(size), "jira", JiraCloud(many), form="cloud")
        return sum(1 for one in found.records if isinstance(one, Relation))

    assert relations(24) <= 2.2 * relations(12)


@pytest.mark.parametrize("product", ["jira", "confluence"])
def test_the_gateways_address_tells_the_sites_id(product: str) -> None:
    """No reply of Jira's does; the organization names a site by it."""
    from datetime import UTC, datetime

    from importers.atlassian.confluence.cloud import PRODUCT as WIKI
    from importers.atlassian.context import Context
    from importers.atlassian.jira.cloud import PRODUCT as JIRA

    id_, mapper = "1324a887-45db-1bf4-1e99-ef0ff456d421", (JIRA if product == "jira" else WIKI).mapper
    for base, told in ((f"/ex/{product}/{id_.upper()}", [id_]), ("", []), (f"/jira/{id_}", [])):
        context = Context("acme", product, datetime(2026, 1, 1, tzinfo=UTC), "https://api.atlassian.com", base)
        (app,) = [one for one in mapper(context).finish([]) if isinstance(one, Node) and one.kind == "Application"]
        assert [key.value for key in app.keys if key.type == "cloud_id"] == told


def test_the_command_finds_out_that_it_is_a_site(tmp_path: Path) -> None:
    """`import jira` asks the server, reads it with GET alone, and says what came."""
    good = JiraCloud(site())
    with Loopback(lambda request: answers(request, good)) as server:
        done = graphscan(
            *("import", "jira", "--url", server.url, "--name", "acme", "--user", "reader@acme.example"),
            *("--store", tmp_path / "store", "--output", "json"),
            cwd=tmp_path,
            env={"GRAPHSCAN_JIRA_PASSWORD": TOKEN},
        )
        paths = {one.path for one in server.seen}
    assert done.returncode == 3, done.stderr  # what no end point tells is missing
    assert {"/rest/api/2/serverInfo", "/rest/api/3/users/search"} <= paths
    assert not any(one.startswith("/rest/api/2/") for one in paths - {"/rest/api/2/serverInfo"})
    assert "jira:acme" in done.stdout
    assert TOKEN not in done.stdout + done.stderr
    for file in (tmp_path / "store").rglob("*"):
        assert not file.is_file() or CANARY.encode() not in file.read_bytes()
