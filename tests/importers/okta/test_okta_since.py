"""Taking over from an earlier snapshot what Okta says has not changed: exact, or not at all."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from graphscan.errors import BadFileError, UsageError
from graphscan.model import Relation
from importers._snapshot import Snapshot
from importers.okta import CollectResult, OktaSettings, collect, normalise
from importers.okta import endpoints as ends
from tests.importers.servers import small_org
from tests.importers.servers.loopback import Answer, Loopback, Request
from tests.importers.servers.okta_replies import paged

LONG_AGO, NOW = "2023-01-01T00:00:00.000Z", "2026-05-05T05:05:05.000Z"


@dataclass
class Org:
    """An organisation whose groups and people change."""

    members: dict[str, list[str]] = field(
        default_factory=lambda: {"one": ["ada", "ben"], "two": ["ben", "eve"], "three": [], "everyone": ["ada"]}
    )
    changed: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def handle(self, request: Request) -> Answer:
        """Answer with what is so now."""
        if request.path == ends.USERS and "filter" not in request.query:
            users = [one for one in small_org.USERS if isinstance(one, dict)]
            return paged(request, [one for one in users if small_org._name(str(one["id"])) not in self.gone], 3)
        if request.path == ends.GROUPS:
            return paged(request, [self._group(name) for name in self.members], 2)
        if request.path.startswith("/api/v1/groups/00g") and request.path.endswith("/users"):
            names = self.members[small_org._name(request.path.split("/")[4])]
            return paged(request, [{"id": small_org.user_id(name)} for name in names], 1)
        return small_org.handle(request)

    def _group(self, name: str) -> dict[str, Any]:
        type_ = "BUILT_IN" if name == "everyone" else "OKTA_GROUP"
        changed = self.changed.get(name, LONG_AGO)
        return {
            "id": small_org.group_id(name),
            "type": type_,
            "profile": {"name": name},
            "lastMembershipUpdated": changed,
        }


def read(server: Loopback, path: Path, since: Path | None = None, name: str = "acme") -> CollectResult:
    """Collect, from an earlier snapshot where there is one."""
    return collect(OktaSettings(server.url, small_org.TOKEN, name), path, since=since)


def asked(server: Loopback) -> set[str]:
    """Return the groups whose members were asked for."""
    paths = [one.path for one in server.seen if one.path.startswith("/api/v1/groups/00g") and "/users" in one.path]
    return {small_org._name(path.split("/")[4]) for path in paths}


def test_members_of_unchanged_groups_are_taken_over(tmp_path: Path) -> None:
    """Only groups that changed, that Okta fills itself, or that are new are asked; the content is what is so now."""
    org = Org()
    with Loopback(org.handle) as server:
        read(server, tmp_path / "then")
        org.members |= {"two": ["eve"], "new": ["ada"]}
        org.changed["two"] = NOW
        del org.members["three"]
        server.seen.clear()
        got = read(server, tmp_path / "since", tmp_path / "then")
        groups = asked(server)
        read(server, tmp_path / "whole")

    assert groups == {"two", "new", "everyone"}
    assert got.copied == 1
    members = [
        [(page.path, page.body) for page in Snapshot(tmp_path / name).pages() if page.endpoint == ends.GROUP_USERS]
        for name in ("since", "whole")
    ]
    assert members[0] == members[1]


def test_what_was_taken_over_keeps_its_date(tmp_path: Path) -> None:
    """The row of the end point says how many and from when; each page taken over carries when it was read."""
    org = Org()
    with Loopback(org.handle) as server:
        then = read(server, tmp_path / "then")
        got = read(server, tmp_path / "since", tmp_path / "then")

    row = next(row for row in got.coverage if row.endpoint == ends.GROUP_USERS and not row.scope)
    assert row.at is not None
    assert row.at <= then.finished < got.started
    assert "of 3 groups" in row.error
    assert "then" in row.error
    pages = [page for page in Snapshot(tmp_path / "since").pages() if page.endpoint == ends.GROUP_USERS]
    old = [page for page in pages if page.at is not None]
    assert old
    assert all(page.at is not None and page.at <= then.finished for page in old)
    assert all("everyone" not in page.path for page in old)
    dates = {
        one.evidence.at < got.started
        for one in normalise(tmp_path / "since")[1]
        if isinstance(one, Relation) and one.kind == "MEMBER_OF" and one.evidence and "everyone" not in one.target.text
    }
    assert dates == {True}


def test_a_member_who_is_gone_makes_a_group_be_read(tmp_path: Path) -> None:
    """A list that names somebody who is no user any more is not taken over, whatever its date says."""
    org = Org()
    with Loopback(org.handle) as server:
        read(server, tmp_path / "then")
        org.gone = {"eve"}
        org.members["two"] = ["ben"]
        server.seen.clear()
        read(server, tmp_path / "since", tmp_path / "then")

        assert asked(server) == {"two", "everyone"}


def test_a_list_that_was_not_whole_is_not_taken_over(tmp_path: Path) -> None:
    """Of a group whose members could not be read then, they are read now."""
    org = Org()
    path = f"/api/v1/groups/{small_org.group_id('one')}/users"
    with Loopback(org.handle) as server:
        server.faults = lambda one: Answer(403) if one.path == path and "after" in one.query else None
        read(server, tmp_path / "then")
        server.faults = lambda _one: None
        server.seen.clear()
        read(server, tmp_path / "since", tmp_path / "then")

        assert asked(server) == {"one", "everyone"}


def test_over_three_snapshots_the_first_date_stays(tmp_path: Path) -> None:
    """What is taken over twice is as old as when it was read."""
    org = Org()
    with Loopback(org.handle) as server:
        first = read(server, tmp_path / "a")
        read(server, tmp_path / "b", tmp_path / "a")
        read(server, tmp_path / "c", tmp_path / "b")

    dates = {page.at for page in Snapshot(tmp_path / "c").pages() if page.at is not None}
    assert dates
    assert all(at <= first.finished for at in dates)


def test_what_cannot_be_taken_from_is_refused(tmp_path: Path) -> None:
    """Another organisation's snapshot, or a file that is none, is an error before anything is asked."""
    org = Org()
    (tmp_path / "none").write_text("not a snapshot")
    with Loopback(org.handle) as server:
        read(server, tmp_path / "then", name="other")
        server.seen.clear()
        with pytest.raises(UsageError, match="'okta:other', not of 'okta:acme'"):
            read(server, tmp_path / "x", tmp_path / "then")
        with pytest.raises(BadFileError, match="not a snapshot"):
            read(server, tmp_path / "x", tmp_path / "none")

        assert server.seen == []
    assert sorted(one.name for one in tmp_path.iterdir()) == ["none", "then"]
