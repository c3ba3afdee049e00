"""Bitbucket Cloud over HTTP: which workspaces, how pages follow, what is odd, and the command line."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphscan.model import CoverageState, Node, NotUnderstood, Observed, Relation
from importers._snapshot import Snapshot
from importers.atlassian.bitbucket.cloud_endpoints import ALL, MINE, WORKSPACES
from tests.importers.atlassian.collected import TOKEN, Read, read
from tests.importers.atlassian.test_bitbucket_cloud import organisation
from tests.importers.servers.cloud_bitbucket import CANARY, BitbucketCloud, Repo, Workspace, account, uuid
from tests.importers.servers.loopback import Answer, Handler, Loopback, Request

B = "bitbucket:acme"


def small() -> BitbucketCloud:
    """Return one workspace with one repository that has pipelines."""
    repo = Repo("api", "PAY", rights=[("user", "ada", "write")], pipelines=True, variables={"AWS": True})
    return BitbucketCloud([Workspace("team", {"boss": "owner"}, {"devs": ["ada"]}, {"PAY": []}, [repo])])


def collected(folder: Path, handler: Handler, *workspaces: str) -> Read:
    """Return what came of it."""
    return read(folder, "bitbucket", handler, form="cloud", options={"workspaces": workspaces} if workspaces else {})


def nodes(found: Read, kind: str) -> set[str]:
    """Return ids of a kind, without the instance: `team/api` of `repo`."""
    stem = f"{B}:{kind}:"
    return {one.id.removeprefix(stem) for one in found.records if isinstance(one, Node) and one.id.startswith(stem)}


def instead(handler: Handler, part: str, change: Callable[[Request, Any], Any]) -> Handler:
    """Return a server whose bodies differ where an address holds a part."""

    def answer(request: Request) -> Answer:
        good = handler(request)
        return Answer.json(change(request, json.loads(good.body))) if part in request.target else good

    return answer


def test_every_end_point_is_asked(tmp_path: Path) -> None:
    """What the importer names it asks, once each thing; the old list of workspaces only where there is no new one."""
    found = collected(tmp_path / "new", organisation())
    assert len(found.seen) == len(set(found.seen))
    old = collected(tmp_path / "old", BitbucketCloud([Workspace("team", {"boss": "owner"})], old=True))
    assert nodes(old, "workspace") == {"team"} and old.result.complete
    answered = set(found.normaliser.tally) | {WORKSPACES.path}
    assert {one.path for one in ALL} == answered
    assert WORKSPACES.path in old.normaliser.tally and WORKSPACES.path not in found.normaliser.tally
    assert MINE.path not in old.normaliser.tally
    # Of a repository whose pipelines do not run nothing more of them is asked.
    assert not [one for one in found.seen if "/team/lib/pipelines_config/" in one or "/team/lib/environments" in one]


@pytest.mark.parametrize("named", [("team",), (uuid("team"),)])
def test_workspaces_that_are_named(tmp_path: Path, named: tuple[str, ...]) -> None:
    """Only those that the settings name are read, by slug or UUID; no list of them is asked for."""
    found = collected(tmp_path, organisation(), *named)
    assert nodes(found, "workspace") == {"team"} and nodes(found, "repo") >= {"team/api", "team/ops"}
    assert not [one for one in found.seen if "labs" in one or "/2.0/user/workspaces" in one]
    assert found.result.complete


def test_one_of_two_named_workspaces_is_not_there(tmp_path: Path) -> None:
    """A name that leads nowhere is told, and takes nothing from the other."""
    found = collected(tmp_path, organisation(), "labs", "lost")
    assert nodes(found, "repo") == {"labs/toy"}
    assert not found.result.complete and any("/2.0/workspaces/{workspace}:" in one for one in found.result.gaps)


def test_no_workspace_at_all(tmp_path: Path) -> None:
    """An account that sees none has read nothing, and that is said."""
    found = collected(tmp_path, BitbucketCloud([]))
    assert not found.result.complete
    assert any("no workspace is seen by this account" in one for one in found.result.gaps)


def test_pages(tmp_path: Path) -> None:
    """A listing goes on where the server says; where pipelines name no next page, it is counted."""
    members = {"boss": "owner", **{f"p{number}": "member" for number in range(6)}}
    repo = Repo("api", "PAY", pipelines=True, variables={f"V{number}": True for number in range(7)})
    server = BitbucketCloud([Workspace("team", members, {}, {"PAY": []}, [repo])])
    found = collected(tmp_path, server)
    assert len(nodes(found, "variable")) == 7 and len(found.relations("ACCOUNT_OF")) == 7
    assert [one for one in found.seen if one.endswith("/pipelines_config/variables?pagelen=100&page=3")]
    assert found.result.complete


def test_a_next_page_on_another_host(tmp_path: Path) -> None:
    """Where a page leads elsewhere, elsewhere is never asked, and the listing is not whole."""
    with Loopback(lambda _request: Answer.json({"values": []})) as elsewhere:

        def away(_request: Request, body: Any) -> Any:
            return {**body, "next": f"{elsewhere.url}/2.0/workspaces/team/permissions?page=2"}

        found = collected(tmp_path, instead(small(), "/team/permissions", away))
        assert not elsewhere.seen
    rows = [one for one in found.coverage("ASSIGNED_TO") if one.endpoint.endswith("/{workspace}/permissions")]
    assert [one.state for one in rows] == [CoverageState.PARTIAL] * len(rows) and rows
    assert not found.result.complete


@pytest.mark.parametrize(
    ("part", "relation", "change"),
    [
        # Fewer than the server says there are, and no next page.
        ("/pipelines_config/variables", "STORES", lambda _request, body: {**body, "size": 9}),
        ("/team/projects?", "CONTAINS", lambda _request, body: {**body, "values": "none"}),
    ],
)
def test_a_listing_that_is_not_whole(
    tmp_path: Path, part: str, relation: str, change: Callable[[Request, Any], Any]
) -> None:
    """It is told, and what it would have named is not taken for absent."""
    found = collected(tmp_path, instead(small(), part, change))
    assert not found.result.complete
    assert any(
        one.state is CoverageState.PARTIAL and not one.error.startswith("this end") for one in found.coverage(relation)
    )
    assert nodes(found, "project") == {"team/PAY"}  # its repository names it


def test_what_cannot_be_mapped_is_counted(tmp_path: Path) -> None:
    """One bad record is put aside and told; the rest of its page is taken, and a group with a stranger is not whole."""
    bad: list[Any] = [None, 7, {"permission": "owner"}, {"permission": "owner", "user": {"uuid": 3}}]
    odd = {
        "permission": "monarch",
        "user": {"uuid": uuid("eve"), "account_id": "557058:eve", "account_status": "closed"},
    }
    robot = {"permission": "owner", "user": {"uuid": uuid("ghost"), "type": "app_user", "account_status": "asleep"}}

    def members(_request: Request, body: Any) -> Any:
        return {**body, "values": [*bad, odd, robot, *body["values"]], "size": 0}

    def groups(_request: Request, body: Any) -> Any:
        return [{**body[0], "members": [{"nickname": "nobody's"}, *body[0]["members"]]}, {"slug": "untold"}]

    found = collected(tmp_path, instead(instead(small(), "/team/permissions", members), "/1.0/groups", groups))
    doubts = [one.reason for one in found.records if isinstance(one, NotUnderstood)]
    assert len(doubts) >= 6 and any("monarch" in one for one in doubts) and any("asleep" in one for one in doubts)
    people = {one.id: one for one in found.records if isinstance(one, Node) and one.subtype == "account"}
    assert people[account("eve")].state == "deleted"
    assert people[f"{B}:user:{uuid('ghost')}"].kind == "ServiceAccount"
    partial = {one.scope for one in found.coverage("MEMBER_OF") if one.state is CoverageState.PARTIAL}
    assert partial == {f"{B}:group:team/devs", f"{B}:group:team/untold"}
    administer = [one for one in found.records if isinstance(one, Relation) and one.gives == "admin"]
    owners = {one.source.text: one.observed for one in administer}
    assert owners[account("boss")] is owners[f"{B}:user:{uuid('ghost')}"] is Observed.YES
    assert owners[account("eve")] is Observed.POSSIBLE


def test_the_command_line(tmp_path: Path) -> None:
    """`collect` asks which form it is, reads the workspace that is named, and keeps no value of a variable."""
    server = organisation()
    with Loopback(server) as loopback:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "graphscan", "collect", "bitbucket", str(tmp_path / "git.snapshot")),
                *("--url", loopback.url, "--name", "acme", "--workspaces", "team"),
            ],
            env={**os.environ, "GRAPHSCAN_BITBUCKET_TOKEN": TOKEN, "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=120,
            cwd=tmp_path,
            check=False,
        )
        assert not [one for one in loopback.targets() if "labs" in one]
    assert done.returncode == 0, done.stderr
    assert "Collected bitbucket:acme" in done.stdout and CANARY not in done.stdout + done.stderr
    assert Snapshot(tmp_path / "git.snapshot").header.importer == "bitbucket-cloud"
