"""Confluence Cloud over HTTP: spaces by permissions and roles, groups over pages, strangers, and what was refused."""

import subprocess
import sys
from pathlib import Path

import pytest

from graphscan.model import (
    SUMMED_UP,
    Coverage,
    CoverageState,
    Enforced,
    Enforcement,
    Node,
    NotUnderstood,
    Observed,
    Record,
    Ref,
    Relation,
)
from importers._snapshot import Snapshot
from importers.atlassian.normalise import Normaliser
from tests.importers.atlassian.collected import INTERNET, TOKEN, Read, closed, read
from tests.importers.servers.cloud_confluence import CloudPage, CloudSpace, CloudWiki, ConfluenceCloud
from tests.importers.servers.loopback import Answer, Handler, Loopback, Request
from tests.inventory import World, tenant

C, A = "confluence:acme", "atlassian:account"
FACTS = [f"{C}:space:{key}::{level}" for key in ("SEC", "RUN", "ROLES") for level in ("read", "write", "admin")]
FACTS += [f"{C}:app::{level}" for level in ("login", "admin")]
# What is said of the list of addresses, and whether a reader reads then: known, possible.
ADDRESSES = {None: (False, True), Enforced.NO: (True, True), Enforced.YES: (False, False)}


def site() -> CloudWiki:
    """Return a small site: a closed space, one that anyone reads, one with roles; three to a page."""
    everybody = ["reader", "second", "third", "fourth", "owner", "app-bot"]
    return CloudWiki(
        people={"gone": "closed", "left": "inactive"},
        groups={
            "all": everybody,
            "readers": ["second", "third", "fourth", "fifth"],
            "admins": ["boss"],
            "ops": ["gone"],
        },
        access={"user": ["all"], "admin": ["admins"]},
        found=[*everybody, "boss", "alone", "left"],
        roles={"viewer": ["read/space"], "editor": ["read/space", "create/page"], "next": ["read/space", "tame/page"]},
        anyone=["use"],
        spaces=[
            CloudSpace(
                1,
                "SEC",
                [
                    ("group", "readers", "read", "space"),
                    ("user", "owner", "administer", "space"),
                    ("user", "reader", "create", "page"),
                    ("user", "reader", "read", "space"),
                    ("user", "gone", "read", "space"),
                    ("user", "stranger", "read", "space"),
                    ("user", "alone", "use", "application"),
                    ("role", "viewer", "read", "space"),
                ],
            ),
            CloudSpace(
                2, "RUN", [("group", "readers", "create", "comment"), ("role", "anonymous-users", "read", "space")]
            ),
            CloudSpace(
                3,
                "ROLES",
                [("user", "alone", "tame", "page")],
                [
                    ("USER", "reader", "editor"),
                    ("ACCESS_CLASS", "all-licensed-users", "viewer"),
                    ("ACCESS_CLASS", "all-product-admins", "editor"),
                    ("GROUP", "ops", "next"),
                    ("USER", "owner", "unlisted"),
                ],
            ),
        ],
        size=3,
    )


def collected(folder: Path, handler: Handler) -> Read:
    """Return a site as it is read."""
    return read(folder, "confluence", handler, form="cloud")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Return the site, read by an administrator."""
    return collected(tmp_path_factory.mktemp("site"), ConfluenceCloud(site()))


@pytest.fixture(scope="module")
def opened(whole: Read, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return what it opens where the internet reaches it; and small sites of which that is not said."""
    folder = tmp_path_factory.mktemp("opened")
    small = CloudWiki(anyone=[], spaces=[CloudSpace(1, "SEC", [("user", "reader", "read", "space")])])
    listed = collected(folder, ConfluenceCloud(small)).records
    there = Relation(Ref(f"{C}:app"), "REACHABLE_FROM", Ref(INTERNET))
    sources: list[list[Record]] = [whole.records, [Node(INTERNET, "Segment"), there]]
    for enforced in ADDRESSES:
        said = () if enforced is None else (Enforcement(enforced),)
        # Who administers it is stated: else anyone possibly did.
        closes = Coverage("ASSIGNED_TO", CoverageState.COMPLETE, f"{C}:app")
        stated: list[Record] = [Node(f"{C}:ip-allowlist", "Control", enforced=said), closes]
        sources += [tenant(listed, f"{enforced}-"), tenant(stated, f"{enforced}-")]
    return World.build(folder, *sources, asked=[*FACTS, *(f"{one}-{C}:space:SEC::read" for one in ADDRESSES)])


def reached(opened: World, start: str, may: bool = False) -> set[str]:
    """Return which of the facts a start reaches from the internet, in short."""
    found = opened.reach([start, INTERNET], may=may)
    return {one.removeprefix(f"{C}:").replace("::", " ") for one in FACTS if opened.holds(found, one)}


def up_to(space: str, level: str) -> set[str]:
    """Return a space at a level and all below."""
    levels = ("read", "write", "admin")
    return {f"space:{space} {one}" for one in levels[: levels.index(level) + 1]}


PUBLIC = up_to("RUN", "read")
USES = {*PUBLIC, "app login", *up_to("ROLES", "read")}


@pytest.mark.parametrize(
    ("start", "opens"),
    [
        (INTERNET, PUBLIC),
        (f"{A}:reader::api_read", {*USES, *up_to("SEC", "read")}),
        (f"{A}:reader::api", {*USES, *up_to("SEC", "write"), *up_to("ROLES", "write")}),
        (
            f"{A}:fourth::api",
            {*USES, *up_to("SEC", "read"), *up_to("RUN", "write")},
        ),  # on the second page of both groups
        (f"{A}:fifth::api", {*up_to("SEC", "read"), *up_to("RUN", "write")}),  # of no group that may use Confluence
        (f"{A}:owner::api", {*USES, *up_to("SEC", "admin")}),
        (f"{A}:boss::api", {*USES, "app admin", *up_to("ROLES", "write")}),
        (f"{A}:boss::api_admin", USES),
        (f"{A}:alone::api", USES),  # in no group; a search finds him
    ],
)
def test_what_each_account_opens(opened: World, start: str, opens: set[str]) -> None:
    """Permissions and roles by level; an access class is a population; a token never administers the application."""
    assert reached(opened, start) == opens


def test_what_is_not_understood_is_possible_and_counted(whole: Read) -> None:
    """A role with a permission of next year, a role that is not listed, an operation of next year: possibly all."""
    possible = {
        (one.source.text, one.target.text, one.gives)
        for one in whole.relations("ASSIGNED_TO")
        if one.observed is Observed.POSSIBLE and one.gives == "admin"
    }
    holders = (f"{C}:group:ops", f"{A}:owner", f"{A}:alone")
    assert possible == {(one, f"{C}:space:ROLES", "admin") for one in holders}
    counted = {one.where: one.count for one in whole.records if isinstance(one, NotUnderstood)}
    assert counted == {"/wiki/api/v2/space-roles": 1, "/wiki/api/v2/spaces/3/permissions": 1}


def test_accounts_are_those_of_all_products(whole: Read) -> None:
    """One node each; closed and deactivated ones are dead; an address that its owner may edit joins nothing."""
    nodes = {one.id: one for one in whole.records if isinstance(one, Node) and one.id.startswith(A)}
    assert set(nodes) == {f"{A}:{one}" for one in (*site().found, "gone", "stranger", "fifth")}
    assert nodes[f"{A}:gone"].state == "deleted"
    assert nodes[f"{A}:left"].state == "disabled"
    assert nodes[f"{A}:reader"].state is None
    assert [(one.value, one.verified) for one in nodes[f"{A}:reader"].keys] == [("reader@acme.example", False)]
    assert {one: node.kind for one, node in nodes.items() if node.kind != "User"} == {f"{A}:app-bot": "ServiceAccount"}
    accounts = {one.source.text: one.observed for one in whole.relations("ACCOUNT_OF")}
    # Permissions outlive the right to use Confluence, and being in some group is none.
    unsure = {f"{A}:{one}" for one in ("gone", "stranger", "fifth")}
    assert {one for one, seen in accounts.items() if seen is Observed.POSSIBLE} == unsure
    assert set(accounts) == set(nodes)


@pytest.mark.parametrize("enforced", ADDRESSES)
def test_the_internet_reaches_it_behind_a_list_of_addresses(opened: World, enforced: Enforced | None) -> None:
    """Of which it does not tell: shut in what is known and open in what is possible, until somebody says."""
    start, fact = [f"{enforced}-{A}:reader::api_read", INTERNET], f"{enforced}-{C}:space:SEC::read"
    found = opened.holds(opened.reach(start), fact), opened.holds(opened.reach(start, may=True), fact)
    assert found == ADDRESSES[enforced]


def test_the_next_page_is_asked_of_the_site_alone(tmp_path: Path) -> None:
    """A link to another host is followed on the site itself: the other host is never asked, with or without token."""
    with Loopback(lambda _request: Answer.json({"results": []})) as other:
        whole = collected(tmp_path, ConfluenceCloud(site(), other.url))
        assert other.seen == []
    assert whole.result.complete
    assert "/wiki/api/v2/spaces/1/permissions?limit=250&cursor=at-6" in whole.seen
    assert len([one for one in whole.relations("MEMBER_OF") if one.target.text == f"{C}:group:readers"]) == 4


@pytest.mark.parametrize(
    ("part", "relation", "scope"),
    [
        ("/spaces/1/permissions", "ASSIGNED_TO", f"{C}:space:SEC"),
        ("/spaces/3/role-assignments", "ASSIGNED_TO", f"{C}:space:ROLES"),
        ("/group/readers/membersByGroupId", "MEMBER_OF", f"{C}:group:readers"),
        ("accessType=user", "MEMBER_OF", f"{C}:licensed"),
        ("/search/user", "ACCOUNT_OF", ""),
        ("/api/v2/spaces?", "CONTAINS", ""),
    ],
)
def test_what_was_refused_stays_where_it_is(tmp_path: Path, part: str, relation: str, scope: str) -> None:
    """A 403 is a row of that one thing, and others of its kind stay read."""
    whole = collected(tmp_path, closed(ConfluenceCloud(site()), part))
    assert not whole.result.complete
    rows = {one.scope for one in whole.coverage(relation) if one.failed and one.endpoint and SUMMED_UP not in one.error}
    assert rows == {scope}


def test_a_site_without_roles_and_with_strangers(tmp_path: Path) -> None:
    """No roles are no failure; where strangers are let in and no permission speaks of them, any space may be open."""
    wiki = site()
    wiki.roles = None
    wiki.spaces = [CloudSpace(1, "SEC", [("group", "readers", "read", "space")])]
    for anyone, open_ in (([], False), (["use"], True), (None, True)):
        wiki.anyone = anyone
        whole = collected(tmp_path / str(anyone), ConfluenceCloud(wiki))
        assert whole.result.complete
        assert not any("role-assignments" in one for one in whole.seen)
        found = [one for one in whole.relations("ASSIGNED_TO") if one.source == Ref(f"{C}:anyone")]
        assert [(one.target.text, one.gives, one.observed) for one in found] == (
            [(f"{C}:space:SEC", "read", Observed.POSSIBLE)] if open_ else []
        )


def test_a_search_that_lists_less_than_it_finds_is_told(tmp_path: Path) -> None:
    """Its last page does not say so; who was not listed is a gap."""
    good = ConfluenceCloud(site())

    def answer(request: Request) -> Answer:
        if request.path.endswith("/search/user"):
            return Answer.json({"results": [{"user": {"accountId": "reader"}}], "totalSize": 9, "_links": {}})
        return good(request)

    whole = collected(tmp_path, answer)
    assert any("found 9 and listed 1" in one for one in whole.result.gaps)


def test_the_command_reads_a_site(tmp_path: Path) -> None:
    """It finds out the form itself, and takes the pages whose restrictions are wanted from the settings."""
    wiki, snapshot = site(), tmp_path / "wiki.snapshot"
    wiki.pages = {"101": CloudPage(1, read=[("user", "owner")])}
    (tmp_path / "token").write_text(TOKEN)
    with Loopback(ConfluenceCloud(wiki)) as server:
        settings = f'[confluence.acme]\nurl = "{server.url}"\ntoken_file = "token"\npages = [101]\n'
        (tmp_path / "graphscan.toml").write_text(settings)
        command = [sys.executable, "-m", "graphscan", "collect", "confluence", str(snapshot)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    records = list(Normaliser(Snapshot(snapshot)).records())
    assert any(isinstance(one, Node) and one.id == f"{C}:content:101" and one.name == "Page 101" for one in records)
