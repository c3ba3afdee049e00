"""An organization of Atlassian Cloud over HTTP: whose tokens act for whom, who administers, and what was refused."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from graphscan.errors import ImportFailedError
from graphscan.model import Coverage, Enforced, Enforcement, Node, NotUnderstood, Record, Ref, Relation
from importers.atlassian.org.endpoints import ALL, OF_DIRECTORY
from tests.importers.atlassian.collected import INTERNET, TOKEN, Read, closed, read
from tests.importers.servers.cloud_org import (
    CANARIES,
    JIRA,
    ORG,
    OTHER_SITE,
    SITE,
    WIKI,
    Organization,
    account,
    allow_list,
    key,
    token,
)
from tests.importers.servers.loopback import Answer, Handler, Request
from tests.inventory import World

ACCOUNT, BY = "atlassian:account:", "atlassian:token:"
A = "atlassian-org:acme"
APP, PROJECT, JIRA_APP = f"{A}:app", "jira:acme:project:ENG", "jira:acme:app"
FACTS = [f"{APP}::admin", f"{APP}::login", f"{JIRA_APP}::login", f"{JIRA_APP}::admin"]
FACTS += [f"{PROJECT}::{level}" for level in ("read", "write", "admin")]
DESK = f"ari:cloud:jira-servicedesk::site/{SITE}"
NAMED = {"sites": (f"jira:acme={SITE}",)}
PEOPLE = ("ada", "boss", "gone", "closed", "stepper", "paused")
TAKEN = [f"{ACCOUNT}{one}::act_as" for one in (*PEOPLE, "guest")]


def organisation() -> Organization:
    """Return an organization with one of each sort."""
    return Organization(
        accounts=[
            account("ada"),
            account("boss", platformRoles=["atlassian/org-admin"]),
            account("gone", accountStatus="inactive", status="deactivated"),
            account("closed", accountStatus="closed"),
            account("stepper", mfaEnabled=True),
            account("paused", membershipStatus="suspended", status="suspended"),
            account("guest", managed=False),
            account("robot", accountType="app"),
        ],
        administrators=["boss"],
        tokens=[
            token("classic", "ada", []),
            token("scoped", "ada", ["read:jira-work", "write:jira-work"]),
            token("reads", "ada", ["read:jira-work"]),
            token("untold", "ada", None),
            token("expired", "ada", [], expiresAt="2023-12-01T00:00:00Z"),
            token("blocked", "ada", [], status="BLOCKED"),
            token("of-gone", "gone", []),
            token("of-boss", "boss", []),
            token("of-nobody-listed", "stranger", []),
            {"id": "no owner"},
        ],
        keys=[
            key("whole", "boss", []),
            key("reads", "boss", ["read:tokens:admin", "read:domains:admin"]),
            key("writes", "boss", ["read:tokens:admin", "write:policies:admin"]),
            key("untold", "boss", None),
            key("past", "boss", [], expiresAt="2023-12-01T00:00:00Z"),
            key("elsewhere", "boss", [], resource="ari:cloud:platform::org/another"),
        ],
        services=[{"id": "s1", "atlassianId": "bot", "displayName": "Bot", "email": "bot@x.example", "status": "odd"}],
        groups=[
            {"id": "g1", "name": "jira-admins", "externalSynced": True, "managedBy": "external"},
            {"id": "g2", "name": "jira-users"},
            {"id": "g3", "name": "org-admins"},
            {"id": "g4", "name": "wiki-users"},
        ],
        members={"g1": ["ada"], "g2": ["ada", "guest", "paused", "gone"], "g3": ["stepper"]},
        roles={
            "g1": [(JIRA, ["atlassian/admin"])],
            "g2": [(JIRA, ["atlassian/user"])],
            "g3": [(f"ari:cloud:platform::org/{ORG}", ["atlassian/org-admin"])],
            "g4": [(WIKI, ["atlassian/user"])],
        },
        policies=[
            allow_list("p1", "disabled", JIRA),
            {"id": "p2", "type": "policy", "attributes": {"type": "data-residency", "status": "enabled"}},
            allow_list("p3", "enabled", f"ari:cloud:jira-software::site/{OTHER_SITE}"),
        ],
        domains={"acme.example": "verified", "acme.test": "unverified"},
    )


def collect(folder: Path, handler: Handler, **options: Any) -> Read:
    """Collect an organization."""
    return read(folder, "atlassian-org", handler, form="", options=options)


def jira(*people: str) -> list[Record]:
    """Return a Jira Cloud as its own importer states it, with a project that accounts administer."""
    app, lists = Ref(JIRA_APP), Ref("jira:acme:ip-allowlist")
    made: list[Record] = [
        Node(JIRA_APP, "Application", "atlassian", "jira", properties={"form": "cloud"}),
        Node(lists.text, "Control", "atlassian", "ip_allow_list"),
        Node(PROJECT, "Project", "atlassian"),
        Relation(app, "REACHABLE_FROM", Ref(INTERNET), guarded_by=((lists, "defeated"),)),
        Node(INTERNET, "Segment"),
    ]
    for one in people:
        who = Ref(f"{ACCOUNT}{one}")
        made.append(Relation(who, "ACCOUNT_OF", app))
        made += [
            Relation(who, "ASSIGNED_TO", Ref(PROJECT), f"api_{level}", level, ((app, "reachable"),))
            for level in ("read", "write", "admin")
        ]
    return made


def single_sign_on(enforced: Enforced) -> Node:
    """Return what an operator says of single sign-on."""
    return Node(f"{A}:sso-enforced", "Control", enforced=(Enforcement(enforced),))


def opened(folder: Path, found: Read, *more: Record) -> World:
    """Return what an organization opens, with Jira beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    return World.build(folder, found.records, [*jira(*PEOPLE, "guest"), *more], asked=[*FACTS, *TAKEN])


def reached(world: World, start: str, may: bool = False) -> set[str]:
    """Return which of the facts a start reaches from the internet, in short: `project read`, `org admin`."""
    found = world.reach([start, INTERNET], may=may)
    short = {APP: "org", JIRA_APP: "jira", PROJECT: "project"}
    return {
        f"{short[node]} {level}"
        for node, level in (one.split("::") for one in FACTS)
        if world.holds(found, f"{node}::{level}")
    } - {"org login"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Return the organization, read with a key without scopes; its Jira is named."""
    return collect(tmp_path_factory.mktemp("org"), organisation(), **NAMED)


@pytest.fixture(scope="module")
def world(whole: Read, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return what it opens."""
    return opened(tmp_path_factory.mktemp("opened"), whole)


READS = {"project read"}
WRITES = {*READS, "project write"}
ALL_OF_JIRA = {*WRITES, "project admin", "jira login", "jira admin"}
EVERYTHING = {*ALL_OF_JIRA, "org admin"}


@pytest.mark.parametrize(
    ("start", "known", "possible"),
    [
        # Its owner is in the group that administers Jira; a token without scopes may what he may.
        (f"{BY}classic", ALL_OF_JIRA, ALL_OF_JIRA),
        # Scopes are of one product, and which that is the levels of an account cannot say.
        (f"{BY}scoped", set(), {*WRITES, "jira login"}),
        (f"{BY}reads", set(), {*READS, "jira login"}),
        (f"{BY}untold", set(), ALL_OF_JIRA),
        (f"{BY}expired", set(), set()),
        (f"{BY}blocked", set(), set()),
        (f"{BY}of-gone", set(), set()),
        (f"{BY}of-nobody-listed", set(), set()),
        # A token of an account never administers the organization: that takes a sign-in, or a key.
        (f"{BY}of-boss", {*WRITES, "project admin"}, {*WRITES, "project admin"}),
        (f"{ACCOUNT}boss::act_as.session", EVERYTHING, EVERYTHING),
        (f"{ACCOUNT}stepper::act_as.session", EVERYTHING, EVERYTHING),  # through a group that holds the role
        (f"{ACCOUNT}ada::act_as.session", ALL_OF_JIRA, ALL_OF_JIRA),
        (f"{ACCOUNT}guest::api", {"jira login", *WRITES, "project admin"}, {"jira login", *WRITES, "project admin"}),
        (f"{A}:api-key:whole", EVERYTHING, EVERYTHING),
        (f"{A}:api-key:reads", set(), set()),
        (f"{A}:api-key:writes", set(), EVERYTHING),
        (f"{A}:api-key:untold", set(), EVERYTHING),
        (f"{A}:api-key:elsewhere", set(), EVERYTHING),
        (f"{A}:api-key:past", set(), set()),
        # Whether a password signs in beside single sign-on, no end point tells.
        ("atlassian:password:boss", set(), EVERYTHING),
        ("atlassian:password:guest", set(), {"jira login", *WRITES, "project admin"}),
        ("atlassian:password:gone", set(), set()),
        ("atlassian:password:stepper", set(), set()),  # two-step verification stands before it
    ],
)
def test_what_each_credential_opens(world: World, start: str, known: set[str], possible: set[str]) -> None:
    """Known is what records say; scopes, enforcement and states that they do not tell are possible and no more."""
    assert (reached(world, start), reached(world, start, may=True)) == (known, possible)


def test_single_sign_on_that_is_not_enforced(tmp_path: Path, whole: Read) -> None:
    """Where an operator says that it is not, the password of a managed account signs in."""
    world = opened(tmp_path, whole, single_sign_on(Enforced.NO))
    assert reached(world, "atlassian:password:boss") == EVERYTHING
    assert reached(world, "atlassian:password:stepper", may=True) == set()


def test_what_an_administrator_takes_over(world: World) -> None:
    """Managed accounts are the organization's, those of a closed account and of others are not."""
    found = world.reach([f"{A}:api-key:whole", INTERNET], may=True)
    taken = {one.split(":")[2] for one in TAKEN if world.holds(found, one)}
    assert taken == {"ada", "boss", "stepper", "paused"}


@pytest.mark.parametrize(
    ("policies", "sites", "jira_list"),
    [
        ([], True, Enforced.NO),
        ([allow_list("p", "disabled", JIRA)], True, Enforced.NO),
        ([allow_list("p", "enabled", WIKI)], True, Enforced.NO),
        ([allow_list("p", "enabled", JIRA.replace(SITE, OTHER_SITE), JIRA)], True, Enforced.YES),
        ([allow_list("p", "enabled", JIRA, applied="applying")], True, Enforced.UNKNOWN),
        ([allow_list("p", "odd", JIRA)], True, Enforced.UNKNOWN),
        # Before one part of the site, and not before another.
        ([allow_list("p", "enabled", JIRA), allow_list("q", "disabled", DESK)], True, Enforced.UNKNOWN),
        ([allow_list("p", "enabled", JIRA)], False, Enforced.UNKNOWN),
    ],
)
def test_lists_of_addresses(tmp_path: Path, policies: list[Any], sites: bool, jira_list: Enforced) -> None:
    """A list that is in force is stated of the product it is for, where the settings name that; none: none is."""
    found = collect(tmp_path, Organization(accounts=[account("ada")], policies=policies), **(NAMED if sites else {}))
    said = [one for one in found.records if isinstance(one, Node) and one.id == "jira:acme:ip-allowlist"]
    assert [one.enforced[0].value for one in said] == ([] if jira_list is Enforced.UNKNOWN else [jira_list])
    if not sites:
        (app,) = [one for one in found.records if isinstance(one, Node) and one.id == APP]
        assert app.properties["sites_without_a_name"] == JIRA
        (trusts,) = found.relations("TRUSTS")
        assert trusts.source == Ref.key("cloud_id", SITE)


@pytest.mark.parametrize("sort", ["bitbucket", "refused"])
def test_lists_that_say_nothing(tmp_path: Path, sort: str) -> None:
    """A workspace of Bitbucket has a list of its own, and of policies that were refused nothing is known."""
    handler: Handler = Organization(accounts=[account("ada")])
    options: dict[str, Any] = {"sites": ("bitbucket:acme={11111111-aaaa}",)}
    if sort == "refused":
        handler, options = closed(handler, "/policies"), dict(NAMED)
    found = collect(tmp_path, handler, **options)
    assert not [one for one in found.records if isinstance(one, Node) and one.id.startswith(("jira:", "bitbucket:"))]


def test_the_snapshot_holds_no_secret_and_each_end_point(whole: Read) -> None:
    """Every end point of the organization is asked, with GET; what looks like a secret stays behind."""
    with gzip.open(whole.result.path) as file:
        text = file.read()
    assert not [one for one in (TOKEN, *CANARIES) if one.encode() in text]
    assert not [one for one in whole.records if any(canary in repr(one) for canary in CANARIES)]
    assert set(whole.normaliser.tally) == {one.path for one in ALL} - {one.path for one in OF_DIRECTORY}
    assert whole.result.complete
    assert all(one.startswith("/admin/") for one in whole.seen)


def test_accounts(whole: Read) -> None:
    """An address of a managed account is the organization's to set; that of another is its owner's."""
    nodes = {one.id.removeprefix(ACCOUNT): one for one in whole.records if isinstance(one, Node)}
    assert [(one.value, one.verified) for one in nodes["ada"].keys] == [("ada@acme.example", True)]
    assert [one.verified for one in nodes["guest"].keys] == [False]
    assert {one: nodes[one].state for one in ("ada", "gone", "closed", "paused")} == {
        "ada": None,
        "gone": "disabled",
        "closed": "deleted",
        "paused": None,
    }
    assert (nodes["robot"].kind, nodes["bot"].kind, nodes["stranger"].kind) == ("ServiceAccount",) * 2 + ("User",)
    assert nodes[APP].properties["domains"] == "acme.example (verified), acme.test (unverified)"
    assert nodes[f"{A}:group:g1"].properties["roles"] == f"atlassian/admin of {JIRA}"
    paused = [one for one in whole.relations("MEMBER_OF") if one.source.text == f"{ACCOUNT}paused"]
    assert {(one.target.text, one.observed.value) for one in paused} == {
        (f"{A}:managed", "yes"),
        (f"{A}:group:g2", "possible"),
    }
    doubts = {(one.where, one.reason) for one in whole.records if isinstance(one, NotUnderstood)}
    assert any("api-tokens" in where for where, _ in doubts)  # the token without an owner


@pytest.mark.parametrize(
    ("part", "status", "relation", "scope", "said"),
    [
        ("/api-tokens", 403, "HAS_CREDENTIAL", "", "no permission"),
        ("/api-keys", 403, "HAS_CREDENTIAL", "", "no permission"),
        ("/api-keys", 401, "HAS_CREDENTIAL", "", "lacks the scope"),
        ("roleIds", 403, "ASSIGNED_TO", APP, "no permission"),
        ("role-assignments", 403, "ASSIGNED_TO", APP, "no permission"),
        ("claimStatus", 403, "MEMBER_OF", f"{A}:managed", "no permission"),
        ("groupIds=g1", 403, "MEMBER_OF", f"{A}:group:g1", "no permission"),
    ],
)
def test_a_key_without_a_scope(tmp_path: Path, part: str, status: int, relation: str, scope: str, said: str) -> None:
    """What is refused is a row that says so; the rest is read, even where the answer is 401."""
    good = organisation()

    def answer(request: Request) -> Answer:
        if part in request.target:
            errors = [{"status": status, "code": f"ADMIN-{status}-2", "title": "INSUFFICIENT_SCOPE"}]
            return Answer.json({"errors": errors}, status)
        return good(request)

    found = collect(tmp_path, answer, **NAMED)
    rows = [one for one in found.coverage(relation) if one.scope == scope and said in one.error]
    assert rows
    assert not found.result.complete
    assert {one.id for one in found.records if isinstance(one, Node)} >= {APP, f"{ACCOUNT}ada", f"{A}:group:g4"}
    if part == "role-assignments":
        world = opened(tmp_path / "w", found, single_sign_on(Enforced.YES))
        # With single sign-on enforced a password opens nothing, and a token what it did.
        assert reached(world, "atlassian:password:boss", may=True) == set()
        assert "project admin" in reached(world, f"{BY}classic")
        assert "org admin" not in reached(world, f"{ACCOUNT}ada::act_as.session")
        assert "org admin" in reached(world, f"{ACCOUNT}ada::act_as.session", may=True)


def test_which_organization(tmp_path: Path) -> None:
    """The only one of the key, or the one that is set; several, or a key that is none, end it in a sentence."""
    two = Organization(organizations=[ORG, "another"], accounts=[account("ada")])
    with pytest.raises(ImportFailedError, match="of 2 organizations"):
        collect(tmp_path / "two", two)
    with pytest.raises(ImportFailedError, match="not logged in"):
        collect(tmp_path / "none", lambda _request: Answer.json({"message": "Unauthorized"}, 401))
    found = collect(tmp_path / "set", two, org_id=ORG)
    assert found.result.complete
    assert found.seen[0] == f"/admin/v1/orgs/{ORG}"


def test_pages_that_lead_elsewhere_or_nowhere(tmp_path: Path) -> None:
    """Of an address only the cursor is taken, so no other host is asked; a cursor that leads back ends it."""
    good = organisation()

    def answer(request: Request) -> Answer:
        if request.path.endswith("/domains"):
            return Answer.json({"data": [], "links": {"next": "https://evil.example/admin/v1/orgs?x=1"}})
        if request.path.endswith("/policies"):
            return Answer.json({"data": [allow_list("p", "enabled", JIRA)], "links": {"next": "c0"}})
        return good(request)

    found = collect(tmp_path, answer)
    errors = {row.endpoint.rpartition("/")[2]: row.error for row in found.records if isinstance(row, Coverage)}
    assert "without where it starts" in errors["domains"]
    assert "never end" in errors["policies"]
    assert any(one.startswith("/admin/v1/orgs/") and "cursor=" in one for one in found.seen)


def test_records_that_cannot_be_mapped_are_counted(tmp_path: Path) -> None:
    """Bad records are put aside and told, whichever list they stand in; the rest is taken, and grows no faster."""
    good = organisation()
    bad: list[Any] = [None, 7, {}, {"id": {}}, {"accountId": ["x"]}, {"id": "x" * 500}]

    def answer(request: Request) -> Answer:
        said = good(request)
        if request.path.count("/") > 4 and not request.query.get("cursor"):
            body = json.loads(said.body)
            rows = "items" if "items" in body else "data"
            return Answer.json({**body, rows: [*bad, *body[rows]]})
        return said

    found = collect(tmp_path / "bad", answer, **NAMED)
    doubts = sum(one.count for one in found.records if isinstance(one, NotUnderstood))
    assert doubts > 40
    assert {one.id for one in found.records if isinstance(one, Node)} >= {f"{ACCOUNT}ada", f"{BY}classic", APP}

    def relations(size: int) -> int:
        people = [f"p{number}" for number in range(size)]
        org = Organization(
            accounts=[account(one) for one in people],
            administrators=people,
            tokens=[token(one, one, []) for one in people],
            keys=[key(one, one, []) for one in people],
            groups=[{"id": "all", "name": "all"}],
            members={"all": people},
            roles={"all": [(JIRA, ["atlassian/admin"])]},
            page=100,
        )
        return sum(1 for one in collect(tmp_path / str(size), org, **NAMED).records if isinstance(one, Relation))

    assert relations(20) <= 2.2 * relations(10)
