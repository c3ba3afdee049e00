"""Bitbucket Cloud over HTTP: workspaces, projects and repositories, and pipelines with what they are given."""

import gzip
from pathlib import Path

import pytest

from graphscan.model import Coverage, CoverageState, Enforced, Enforcement, Node, Record, Relation
from tests.importers.atlassian.collected import INTERNET, TOKEN, Read, closed, read
from tests.importers.servers.cloud_bitbucket import (
    CANARY,
    BitbucketCloud,
    Environment,
    Repo,
    Workspace,
    account,
    uuid,
)
from tests.inventory import World, tenant

B = "bitbucket:acme"
SHARED = "ssh-ed25519 AAAAkeyOfAPipeline"
REPOS = ("team/api", "team/web", "team/lib", "team/ops", "labs/toy")
PROD, TEST, HIDDEN = (f"team/api:{uuid(one)}" for one in ("prod", "test", "hidden"))
VARIABLES = (
    *("team/NPM", "team/api/AWS", "team/api/DB_PASSWORD", f"team/api/{uuid('prod')}/LIVE"),
    *(f"team/api/{uuid('test')}/TRY", f"team/api/{uuid('hidden')}/SEEN"),
)
FACTS = [f"{B}:repo:{one}::{level}" for one in REPOS for level in ("read", "write", "admin")]
FACTS += [f"{B}:variable:{one}::held" for one in VARIABLES]
FACTS += [f"{B}:pipelines:{one}::exec" for one in ("team", "labs")]
# Tenants of one inventory: the whole, read by somebody who may read everything, and what is refused in others.
WHOLE = "whole"
REFUSED = {
    "owners": "/workspaces/team/permissions?",
    "group rights": "/permissions-config/groups",
    "user rights": "/permissions-config/users",
    "groups": "/1.0/groups/team",
    "pipelines": "/api/pipelines_config",
    "access keys": "/deploy-keys",
    "what stops nothing": "/branch-restrictions",
}
# What is said of the list of allowed addresses; of all others: that there is none.
LISTED = {"unsaid": None, "listed": Enforced.YES}


def organisation() -> BitbucketCloud:
    """Return two workspaces: people of each sort, and pipelines of each sort."""
    api = Repo(
        "api",
        "PAY",
        rights=[("group", "devs", "write"), ("user", "reader", "read"), ("user", "gone", "none")],
        pipelines=True,
        variables={"AWS": True, "MODE": False, "REGION": False, "DB_PASSWORD": False, "LOG": False},
        environments=[
            Environment("prod", True, ["LIVE"]),
            Environment("test", False, ["TRY"]),
            Environment("hidden", None, ["SEEN"]),
        ],
        key_pair=f"{SHARED} pipelines",
        keys={1: "ssh-rsa BBBB ci"},
        hooks=[("https://hooks.acme.example/services/keyOfAChannel?token=x", True), ("https://ci.acme.example", False)],
        branches=[("push", "main"), ("push", "release/*"), ("force", "*")],
    )
    team = Workspace(
        "team",
        {"boss": "owner", **dict.fromkeys(("lead", "maker", "writer", "reader", "nobody"), "member")},
        {"devs": ["writer", "joined"], "idle": ["nobody"]},
        {"PAY": [("user", "lead", "admin")], "OPS": [("user", "maker", "create-repo")]},
        [
            api,
            Repo("web", "PAY", private=False, rights=[("user", "reader", "write")]),
            Repo("lib", "OPS", rights=[("user", "reader", "write")], pipelines=False),
            Repo("ops", "OPS", pipelines=True, keys={2: SHARED}),
        ],
        variables={"NPM": True},
        project_keys={"PAY": {3: "ssh-rsa CCCC"}},
        hooks=[("https://audit.acme.example/x", True)],
    )
    labs = Workspace("labs", {"boss": "member", "lead": "owner"}, {}, {"TOY": []}, [Repo("toy", "TOY")])
    return BitbucketCloud([team, labs], ssh={"boss": "ssh-rsa DDDD"}, plain=frozenset({"joined", "reader"}))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Return both workspaces."""
    return read(tmp_path_factory.mktemp("cloud"), "bitbucket", organisation(), form="cloud")


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Read]:
    """Return what came where something was refused."""
    folder = tmp_path_factory.mktemp("refused")
    return {
        name: read(folder / name, "bitbucket", closed(organisation(), part), form="cloud")
        for name, part in REFUSED.items()
    }


@pytest.fixture(scope="module")
def opened(whole: Read, refused: dict[str, Read], tmp_path_factory: pytest.TempPathFactory) -> World:
    """
    Return what all of them open, side by side.

    An operator vouches for all content, which nobody read: a secret in it would possibly open everything.
    """
    sources, asked = [], []
    for name, found in {WHOLE: whole, **refused, **dict.fromkeys(LISTED, whole)}.items():
        nodes = [one for one in found.records if isinstance(one, Node)]
        said: list[Record] = [
            Coverage("STORES", CoverageState.COMPLETE, one.id)
            for one in nodes
            if one.kind == "Repository" or (one.kind == "Pipeline" and name != "pipelines")
        ]
        enforced = LISTED.get(name, Enforced.NO)
        if enforced is not None:
            said.append(Node(f"{B}:ip-allowlist", "Control", enforced=(Enforcement(enforced),)))
        known = {one.id for one in nodes}
        sources += [tenant(found.records, f"{name}/"), tenant(said, f"{name}/")]
        asked += [f"{name}/{one}" for one in FACTS if one.partition("::")[0] in known]
    return World.build(tmp_path_factory.mktemp("opened"), [Node(INTERNET, "Segment")], *sources, asked=asked)


def test_what_an_application_and_a_workspace_are_known_by(whole: Read) -> None:
    """The application says that it is the Cloud's; a workspace has its UUID for a key, which other sources name."""
    nodes = {one.id: one for one in whole.records if isinstance(one, Node)}
    assert nodes[f"{B}:app"].properties["form"] == "cloud"
    workspaces = [one for one in nodes.values() if one.subtype == "workspace" and one.kind == "Project"]
    assert len(workspaces) == 2
    keys = {key for one in workspaces for key in one.keys}
    assert {key.type for key in keys} == {"workspace_uuid"}
    assert len(keys) == 2
    assert not any(set("{}") & set(key.value) for key in keys)


def reached(opened: World, start: str, name: str = WHOLE, may: bool = False) -> set[str]:
    """Return which of the facts a start reaches from the internet, in short: `api write`, `AWS held`, `team exec`."""
    found = opened.reach([INTERNET if start == INTERNET else f"{name}/{start}", INTERNET], may=may)
    there = [one for one in FACTS if f"{name}/{one.partition('::')[0]}" in opened.numbers]
    held = [one for one in there if opened.holds(found, f"{name}/{one}")]
    return {one.rpartition("/")[2].removeprefix(f"{B}:pipelines:").replace("::", " ") for one in held}


def rights(*repos: str, upto: str = "read") -> set[str]:
    """Return the rights over repositories up to a level."""
    levels = ("read", "write", "admin")
    return {f"{one} {level}" for one in repos for level in levels[: levels.index(upto) + 1]}


def signed_in(name: str) -> str:
    """Return somebody with all his rights."""
    return f"{account(name)}::api"


PUBLIC = {"web read"}
RUNS = {"AWS held", "TRY held", "NPM held", "team exec"}  # what writing to `api` gives; `ops` has the workspace's only
MINE = {"ops read"}  # the key of the pipeline of `api` is an access key of `ops`


@pytest.mark.parametrize(
    ("start", "opens"),
    [
        (signed_in("boss"), rights("api", "web", "lib", "ops", upto="admin") | RUNS | {"LIVE held", "SEEN held"}),
        # A token that reads, of an owner, reads all of it, and runs nothing.
        (f"{account('boss')}::api_read", rights("api", "web", "lib", "ops")),
        (signed_in("lead"), rights("api", "web", "toy", upto="admin") | RUNS | {"LIVE held", "SEEN held"} | MINE),
        (signed_in("writer"), rights("api", upto="write") | RUNS | MINE | PUBLIC),
        (signed_in("joined"), rights("api", upto="write") | RUNS | MINE | PUBLIC),
        # He reads `api`, whose pipeline runs; he writes to two whose do not.
        (signed_in("reader"), rights("api") | rights("web", "lib", upto="write")),
        (signed_in("maker"), rights("lib", "ops", upto="write") | {"NPM held", "team exec"} | PUBLIC),
        (signed_in("nobody"), PUBLIC),
        (signed_in("gone"), PUBLIC),
        (f"{B}:access-key:team/api/1", rights("api") | PUBLIC),
        (f"{B}:access-key:team/ops/2", rights("ops") | PUBLIC),
        (f"{B}:access-key:team/PAY/3", rights("api", "web")),  # of the project
        (f"{B}:ssh-key:{uuid('key-boss')}", rights("api", "web", "lib", "ops", upto="write") | RUNS),
        (f"{B}:pipeline:{PROD}", RUNS - {"TRY held"} | {"LIVE held"} | MINE | PUBLIC),
        (INTERNET, PUBLIC),
    ],
)
def test_what_each_opens(opened: World, start: str, opens: set[str]) -> None:
    """Owners and administrators have all inside; who writes runs the pipeline and has its variables; a key reads."""
    assert reached(opened, start) == opens


def test_what_is_only_possible(opened: World) -> None:
    """
    A plain variable whose name says a secret is possibly one; a restriction that nobody tells possibly lets through.

    Where only administrators deploy, who writes does not, not even possibly.
    """
    # Who administers a repository whose pipelines do not run may switch them on; nobody else has what they would have.
    assert "labs exec" in reached(opened, signed_in("lead"), may=True) - reached(opened, signed_in("lead"))
    writer = signed_in("writer")
    assert reached(opened, writer, may=True) - reached(opened, writer) == {"DB_PASSWORD held", "SEEN held"}


@pytest.mark.parametrize("name", ["reader", "maker", "nobody", "gone"])
def test_nothing_more_is_possible(opened: World, name: str) -> None:
    """Where everything was read, what is possible is what is known: no wall of it."""
    assert reached(opened, signed_in(name), may=True) == reached(opened, signed_in(name))


def test_the_inventory(whole: Read) -> None:
    """Names of plain variables, identities of pipelines, hooks and branch restrictions are told, and no value is."""
    nodes = {one.id: one for one in whole.records if isinstance(one, Node)}
    pipeline = nodes[f"{B}:pipeline:{PROD}"].properties
    assert pipeline["oidc_issuer"].endswith("/workspaces/team/pipelines-config/identity/oidc")
    assert pipeline["oidc_default_audience"] == "ari:cloud:bitbucket::workspace/team-uuid"
    assert (pipeline["repository_uuid"], pipeline["environment_uuid"]) == (uuid("api"), uuid("prod"))
    assert nodes[f"{B}:pipeline:team/api"].properties["plain_variables"] == "LOG, MODE, REGION"
    assert f"{B}:pipeline:team/lib" not in nodes and f"{B}:pipeline:team/web" not in nodes
    hooks = {one.properties["of"]: one.properties for one in nodes.values() if one.subtype == "webhook_secret"}
    assert set(hooks) == {f"{B}:repo:team/api", f"{B}:workspace:team"}
    assert hooks[f"{B}:repo:team/api"]["sends_to"] == "https://hooks.acme.example"
    assert nodes[f"{B}:branch-restrictions:team/api"].properties == {"force": "*", "push": "main, release/*"}
    assert nodes[f"{B}:access-key:team/api/1"].valid_from is not None
    snapshot = gzip.decompress(whole.result.path.read_bytes())
    for secret in (CANARY, "keyOfAChannel", TOKEN):
        assert secret.encode() not in snapshot and secret not in str(whole.records)
    # One person is one node, whichever record told the account.
    assert not [one for one in nodes if one.startswith(f"{B}:user:")]
    assert whole.result.complete and not whole.result.gaps


@pytest.mark.parametrize(
    ("name", "known", "possible"), [(WHOLE, True, True), ("unsaid", False, True), ("listed", False, False)]
)
def test_the_list_of_allowed_addresses(opened: World, name: str, known: bool, possible: bool) -> None:
    """Whether only some addresses are let in is unknown, until the organization's policies or a facts file say it."""
    assert ("api read" in reached(opened, signed_in("reader"), name)) is known
    assert ("api read" in reached(opened, signed_in("reader"), name, may=True)) is possible


@pytest.mark.parametrize(
    ("name", "relation", "start", "possibly"),
    [
        ("owners", "ASSIGNED_TO", signed_in("nobody"), "lib admin"),
        ("group rights", "ASSIGNED_TO", signed_in("nobody"), "api write"),
        ("user rights", "ASSIGNED_TO", signed_in("nobody"), "lib write"),
        ("groups", "MEMBER_OF", signed_in("nobody"), "api write"),
        ("pipelines", "STORES", signed_in("writer"), "team exec"),
        ("access keys", "GRANTS", f"{B}:ssh-key:{uuid('key-boss')}", "toy read"),
    ],
)
def test_what_was_refused_is_possible(
    opened: World, refused: dict[str, Read], name: str, relation: str, start: str, possibly: str
) -> None:
    """A 403 is a row that says so, and never "no path"; where it was read, it is not even possible."""
    rows = [one for one in refused[name].coverage(relation) if one.state is CoverageState.DENIED]
    assert rows and all("permission" in one.error for one in rows) and not refused[name].result.complete
    assert possibly in reached(opened, start, name, may=True) - reached(opened, start, name)
    if name != "pipelines":
        assert possibly not in reached(opened, start, may=True)


def test_what_stops_nothing_takes_nothing_away(opened: World, refused: dict[str, Read]) -> None:
    """Branch restrictions that were not told leave everything else as it is known."""
    name, start = "what stops nothing", signed_in("writer")
    assert not refused[name].result.complete
    assert reached(opened, start, name) == reached(opened, start)
    assert reached(opened, start, name, may=True) == reached(opened, start, may=True)


def test_pipelines_of_which_all_is_known(whole: Read, tmp_path: Path) -> None:
    """What a pipeline holds is read whole where it has no secret; where it has, nobody told what that opens."""
    states = {
        one.scope.removeprefix(f"{B}:"): one.state for one in whole.coverage("STORES") if ":pipeline" in one.scope
    }
    unknown = {"pipelines:team", *(f"pipeline:{one}" for one in ("team/api", PROD, TEST, HIDDEN))}
    assert {one for one, state in states.items() if state is not CoverageState.COMPLETE} == unknown
    assert states.keys() - unknown == {"pipelines:labs", "pipeline:team/ops"}
    part = "/ops/pipelines_config/variables"
    short = read(tmp_path, "bitbucket", closed(organisation(), part), form="cloud").coverage("STORES")
    # Neither that whose variables were refused, nor those whose are secured and were all listed, is taken for read.
    for pipeline in ("team/ops", "team/api"):
        rows = [one.state for one in short if one.scope == f"{B}:pipeline:{pipeline}"]
        assert rows and CoverageState.COMPLETE not in rows


def test_rights_do_not_multiply(tmp_path: Path) -> None:
    """Twice the people, projects, repositories and variables give twice the relations, not four times."""

    def relations(size: int) -> int:
        names = [f"p{number}" for number in range(size)]
        team = Workspace(
            "team",
            dict.fromkeys(names, "owner"),
            {"all": names},
            {f"P{number}": [("group", "all", "admin")] for number in range(size)},
            [Repo(f"r{number}", f"P{number}", pipelines=True) for number in range(size)],
            variables={f"V{number}": True for number in range(size)},
        )
        server = BitbucketCloud([team], me="p0", most=100)
        found = read(tmp_path / str(size), "bitbucket", server, form="cloud")
        return sum(1 for one in found.records if isinstance(one, Relation))

    assert relations(16) <= 2.1 * relations(8)
