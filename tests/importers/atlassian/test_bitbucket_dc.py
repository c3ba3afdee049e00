"""Bitbucket Data Center over HTTP: tokens give the lesser of two rights, and what was refused is possible."""

from pathlib import Path
from typing import Any

import pytest

from graphscan.model import CoverageState, Node, NotUnderstood
from tests.importers.atlassian.collected import INTERNET, Read, closed, read, world
from tests.importers.servers.dc_bitbucket import Bitbucket
from tests.importers.servers.dc_org import BitbucketProject, DataCenter, Person, Team
from tests.importers.servers.loopback import Answer, Request
from tests.inventory import World

B = "bitbucket:acme"
REPO, OTHER, APP = f"{B}:repo:PAY/api", f"{B}:repo:OPS/tools", f"{B}:app"
FACTS = [f"{one}::{level}" for one in (REPO, OTHER) for level in ("read", "write", "admin")]
FACTS += [f"{APP}::{level}" for level in ("login", "admin", "system")]
MADE = 1_700_000_000_000


def token(id_: str, *permissions: str, **more: Any) -> dict[str, Any]:
    """Return a token's record."""
    return {"id": id_, "name": f"token {id_}", "createdDate": MADE, "permissions": list(permissions), **more}


def organisation() -> DataCenter:
    """Return a small server: two projects, one person of each sort, and a token of each kind."""
    return DataCenter(
        people=[
            *(Person(one) for one in ("root", "boss", "lead", "writer", "reader", "nested", "nobody")),
            Person("gone", active=False),
        ],
        teams={"readers": Team(["reader", "gone"], ["inner"]), "inner": Team(["nested"]), "staff": Team(["nobody"])},
        code_globals=[("user", "root", "SYS_ADMIN"), ("user", "boss", "ADMIN"), ("group", "staff", "LICENSED_USER")],
        code_projects=[
            BitbucketProject(
                "PAY",
                ["api"],
                permissions={
                    "": [("group", "readers", "PROJECT_READ"), ("user", "lead", "PROJECT_ADMIN")],
                    "api": [("user", "writer", "REPO_WRITE")],
                },
            ),
            BitbucketProject("OPS", ["tools"], permissions={"": [("user", "lead", "PROJECT_READ")]}),
        ],
        tokens={
            "users/lead": [
                token("1", "PROJECT_READ", "REPO_READ"),
                token("2", "PROJECT_ADMIN", "REPO_ADMIN"),
                token("3", "PROJECT_READ", "REPO_ADMIN"),
                {"id": "4", "name": "no permissions told", "createdDate": MADE},
            ],
            "users/reader": [token("5", "PROJECT_WRITE", "REPO_WRITE")],
            "users/root": [token("6", "PROJECT_ADMIN", "REPO_ADMIN")],
            "users/gone": [token("7", "REPO_READ")],
            "users/writer": [token("8", "REPO_WRITE", expiryDays=30)],
            "projects/PAY": [token("9", "PROJECT_READ")],
            "projects/PAY/repos/api": [token("10", "REPO_WRITE")],
        },
        keys={
            "projects/PAY": [{"key": {"id": 1, "label": "ci", "text": "ssh-rsa AAAA"}, "permission": "PROJECT_READ"}],
            "projects/OPS/repos/tools": [{"key": {"id": 1, "text": "ssh-rsa AAAA"}, "permission": "REPO_WRITE"}],
            "users/writer": [{"id": 2, "label": "laptop", "text": "ssh-rsa BBBB", "createdDate": MADE}],
        },
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Return the server, read by somebody who may read everything."""
    return read(tmp_path_factory.mktemp("bitbucket"), "bitbucket", Bitbucket(organisation()))


@pytest.fixture(scope="module")
def opened(whole: Read, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return what it opens."""
    return world(tmp_path_factory.mktemp("opened"), whole, FACTS)


def reached(opened: World, start: str, may: bool = False) -> set[str]:
    """Return which of the facts a start reaches from the internet, in short: `api write`, `app admin`."""
    found = opened.reach([start, INTERNET], may=may)
    return {
        one.rpartition("/")[2].removeprefix(f"{B}:").replace("::", " ") for one in FACTS if opened.holds(found, one)
    }


READS = {"api read"}
WRITES = {*READS, "api write"}
ADMINISTERS = {*WRITES, "api admin"}


@pytest.mark.parametrize(
    ("start", "opens"),
    [
        (f"{B}:token:1", {*READS, "tools read"}),  # a read token of a project's administrator
        (f"{B}:token:2", {*ADMINISTERS, "tools read"}),
        (f"{B}:token:3", {*WRITES, "tools read"}),  # administers repositories only: writing is known, more is possible
        (f"{B}:token:4", set()),  # its permissions were not told
        (f"{B}:token:5", READS),  # a write token of a reader
        (f"{B}:token:6", set()),  # its owner administers the system, and has no right here but through that
        (f"{B}:token:7", set()),  # its owner is disabled
        (f"{B}:token:8", set()),  # expired
        (f"{B}:token:9", READS),
        (f"{B}:token:10", WRITES),
        (f"{B}:access-key:1", {*READS, "tools read", "tools write"}),  # one key, two places
        (f"{B}:ssh-key:2", WRITES),
        (f"{B}:user:nested::api_read", READS),  # through a group in a group
        (f"{B}:user:nobody::api", {"app login"}),
    ],
)
def test_what_each_credential_opens(opened: World, start: str, opens: set[str]) -> None:
    """A token gives the lesser of its right and its owner's; it never administers the application."""
    found = reached(opened, start) - ({"app login"} if start != f"{B}:user:nobody::api" else set())
    assert found == opens


def test_what_is_only_possible(opened: World) -> None:
    """Where a record does not tell a token's permissions, it is possible up to its owner's right."""
    assert reached(opened, f"{B}:token:4", may=True) >= ADMINISTERS
    assert "api admin" in reached(opened, f"{B}:token:3", may=True)
    assert "api admin" not in reached(opened, f"{B}:token:3")


def test_administrators(opened: World) -> None:
    """ADMIN administers every repository, SYS_ADMIN the instance as well; a project's administrator neither."""
    everything = {*ADMINISTERS, "tools read", "tools write", "tools admin", "app login"}
    assert reached(opened, f"{B}:user:boss::api") == {*everything, "app admin"}
    assert reached(opened, f"{B}:user:root::api") == {*everything, "app admin", "app system"}
    assert not {"app admin", "app system"} & reached(opened, f"{B}:user:lead::api")


@pytest.mark.parametrize(("local_login", "known", "possible"), [(True, True, True), (False, False, False)])
def test_a_password_beside_single_sign_on(tmp_path: Path, local_login: bool, known: bool, possible: bool) -> None:
    """With local login disabled the password opens nothing and the token does; the server says which it is."""
    org = organisation()
    org.local_login = local_login
    opened = world(tmp_path / "w", read(tmp_path, "bitbucket", Bitbucket(org)), FACTS)
    password, owned = f"{B}:password:reader", f"{B}:token:5"
    assert ("api read" in reached(opened, password)) is known
    assert ("api read" in reached(opened, password, may=True)) is possible
    assert "api read" in reached(opened, owned)


def test_whether_passwords_are_taken_is_unknown(tmp_path: Path) -> None:
    """Where the server does not say whether local login is disabled, a password is possible."""
    handler = closed(Bitbucket(organisation()), "/authconfig/", "/basicauth/")
    opened = world(tmp_path / "w", read(tmp_path, "bitbucket", handler), FACTS)
    assert "api read" not in reached(opened, f"{B}:password:reader")
    assert "api read" in reached(opened, f"{B}:password:reader", may=True)


def test_what_everybody_may(tmp_path: Path) -> None:
    """A default permission is every licensed user's, what is public anyone's, and nobody's without a way there."""
    org = organisation()
    org.code_projects[0].default = "PROJECT_WRITE"
    org.code_projects[1].public = True
    whole = read(tmp_path, "bitbucket", Bitbucket(org))
    opened = world(tmp_path / "w", whole, FACTS)
    assert reached(opened, f"{B}:user:nobody::api") >= {"api write", "tools read"}
    assert reached(opened, INTERNET) == {"tools read"}


@pytest.mark.parametrize(
    ("part", "relation", "start", "possibly"),
    [
        ("/admin/groups/more-members", "MEMBER_OF", f"{B}:user:nobody::api", "api read"),
        ("/permissions/users", "ASSIGNED_TO", f"{B}:user:nobody::api", "api write"),
        ("/permissions/groups", "ASSIGNED_TO", f"{B}:user:nobody::api", "api read"),
        ("/rest/keys/", "GRANTS", f"{B}:access-key:none", ""),
        ("/rest/access-tokens/", "GRANTS", "", ""),
    ],
)
def test_what_was_refused_is_possible(tmp_path: Path, part: str, relation: str, start: str, possibly: str) -> None:
    """A 403 is a row that says so, and never "no path"."""
    whole = read(tmp_path, "bitbucket", closed(Bitbucket(organisation()), part))
    rows = whole.coverage(relation)
    assert not whole.result.complete
    assert any(one.state is not CoverageState.COMPLETE and "permitted" in one.error for one in rows)
    if possibly:
        opened = world(tmp_path / "w", whole, FACTS)
        assert possibly not in reached(opened, start)
        assert possibly in reached(opened, start, may=True)


def test_an_administration_that_tokens_cannot_read(tmp_path: Path) -> None:
    """Without the administration there are no users to name; projects, repositories and their permissions remain."""
    whole = read(tmp_path, "bitbucket", closed(Bitbucket(organisation()), "/admin/", status=401))
    assert whole.result.gaps[0].startswith("/rest/api/latest/admin/")
    assert "not logged in" in whole.result.gaps[0]


def test_rights_do_not_multiply(tmp_path: Path) -> None:
    """Twice the people, repositories and tokens give twice the relations, not four times."""

    def relations(size: int) -> int:
        people = [Person(f"p{number}") for number in range(size)]
        project = BitbucketProject("P", [f"r{number}" for number in range(size)], default="PROJECT_READ")
        project.permissions[""] = [("group", "all", "PROJECT_ADMIN")]
        org = DataCenter(
            people=people,
            teams={"all": Team([one.name for one in people])},
            code_globals=[("group", "all", "ADMIN")],
            code_projects=[project],
            tokens={f"users/{one.name}": [token(one.name, "PROJECT_READ", "REPO_READ")] for one in people},
        )
        whole = read(tmp_path / str(size), "bitbucket", Bitbucket(org))
        return sum(1 for one in whole.records if hasattr(one, "target"))

    assert relations(40) <= 2.2 * relations(20)


def test_records_that_cannot_be_mapped_are_counted(tmp_path: Path) -> None:
    """One bad record is put aside and told; the rest of its page is taken."""
    good = Bitbucket(organisation())

    def answer(request: Request) -> Answer:
        if request.path.endswith("/admin/users"):
            bad: list[Any] = [None, 7, {"name": "no slug"}, {"slug": {}}, {"slug": "x" * 500}]
            page = {"isLastPage": True, "values": [*bad, {"slug": "ada", "name": "ada", "createdDate": "never"}]}
            return Answer.json(page)
        return good(request)

    whole = read(tmp_path, "bitbucket", answer)
    doubts = {one.reason: one.count for one in whole.records if isinstance(one, NotUnderstood)}
    assert sum(doubts.values()) >= 5
    assert [one.id for one in whole.records if isinstance(one, Node) and ":user:" in one.id] == [f"{B}:user:ada"]


def test_every_end_point_is_asked(whole: Read) -> None:
    """What the importer names it asks, once each thing."""
    from importers.atlassian.bitbucket.dc_endpoints import ALL

    asked = set(whole.normaliser.tally)
    kept = {one.path for one in ALL}
    assert asked <= kept
    assert len(whole.seen) == len(set(whole.seen))
    for one in ALL:
        stem = one.path.partition("{")[0]
        assert any(target.startswith(stem) for target in whole.seen), one.path
