"""Turn a snapshot of an Okta organisation into inventory: a pure function of the file."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import Any

from graphscan.errors import BadFileError, Problem
from graphscan.model import CoverageState, Record, SourceInfo
from importers._http import Page
from importers._snapshot import Snapshot
from importers.okta import applications, directory, tokens
from importers.okta import endpoints as ends
from importers.okta.context import Context, NotARecordError, Tally, identifier
from importers.okta.roles import RoleBook

_Mapping = Callable[[Context, Any, str], Iterator[Record]]

# Lists that stand inside an object.
_WRAPPED = {ends.ASSIGNEES: "value", ends.RESOURCES: "resources", ends.PERMISSIONS: "permissions"}
_LISTINGS: dict[str, tuple[str, _Mapping]] = {
    ends.USERS: ("user", directory.user),
    ends.DEPROVISIONED: ("user", directory.user),
    ends.GROUPS: ("group", directory.group),
    ends.APPS: ("app", applications.application),
    ends.API_TOKENS: ("api-token", tokens.api_token),
}
_ROLES = {ends.USER_ROLES: "user", ends.GROUP_ROLES: "group"}
_TARGETS = {endpoint: kind for targets in (ends.GROUP_TARGETS, ends.APP_TARGETS) for kind, endpoint in targets.items()}


def normalise(path: Path) -> tuple[SourceInfo, Iterator[Record]]:
    """
    Return the source and its records.

    The file is checked to its last byte before anything is returned; the records are then read as they are taken.
    Records that could not be mapped come last, counted.

    Raises:
        BadFileError: the file is no snapshot of Okta, or not what was written.
    """
    snapshot = Snapshot(path)
    if snapshot.header.importer != "okta" or not snapshot.header.source.startswith("okta:"):
        found = snapshot.header.importer
        raise BadFileError([Problem(str(path), 1, 1, f"it is a snapshot of {found!r}, not of Okta")])
    about = SourceInfo(snapshot.header.source, "okta", snapshot.header.finished, complete=snapshot.header.complete)
    return about, Normaliser(snapshot).records()


class Normaliser:
    """
    Map one snapshot.

    Attributes:
        tally: what became of the records of each end point.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.tally: dict[str, Tally] = defaultdict(Tally)
        self._snapshot = snapshot
        gaps = [row for row in snapshot.coverage if row.state is not CoverageState.COMPLETE]
        self._context = Context(
            snapshot.header.source.removeprefix("okta:"),
            snapshot.header.finished,
            unreadable=frozenset(row.scope for row in gaps if row.relation == "ASSIGNED_TO" and row.scope),
            whole=not any(row.relation == "MEMBER_OF" for row in gaps),
        )
        self._roles = RoleBook()
        self._seen: dict[tuple[str, str], bytes] = {}
        self._listed: tuple[str, set[str]] = ("", set())
        self._org = False

    def records(self) -> Iterator[Record]:
        """Yield nodes and relations, then coverage, then what was not understood."""
        for page in self._snapshot.pages():
            yield from self._page(page)
        if not self._org:
            yield from directory.organisation(self._context, None, ends.ORG)
        yield from self._roles.records(self._context, self._snapshot.coverage)
        yield from self._snapshot.coverage
        yield from self._context.not_understood()

    def _page(self, page: Page) -> Iterator[Record]:
        tally = self.tally[page.endpoint]
        if page.endpoint == ends.ORG:
            tally.read += 1
            tally.imported += 1
            if not self._org:
                self._org = True
                yield from directory.organisation(self._context, page.body, page.path)
            return
        wrapper = _WRAPPED.get(page.endpoint)
        rows = page.body.get(wrapper) if wrapper and isinstance(page.body, dict) else page.body
        if not isinstance(rows, list):
            rows = [rows]
        for row in rows:
            tally.read += 1
            try:
                # The whole record is mapped before any of it is handed on: half a record would be worse than none.
                made = self._record(page, row)
            except NotARecordError as error:
                tally.not_understood += 1
                self._context.doubt(page.endpoint, str(error))
                continue
            if made is None:
                tally.repeated += 1
                continue
            tally.imported += 1
            yield from made

    def _record(self, page: Page, row: Any) -> list[Record] | None:
        """Return what a record says; None where it was said already."""
        context, endpoint, parts = self._context, page.endpoint, page.path.split("/")
        if endpoint in _LISTINGS:
            return self._listed_once(endpoint, row, page.path)
        if endpoint in _ROLES:
            fresh = self._roles.role(row, page.path, _ROLES[endpoint], parts[4])
            return [] if fresh else None
        if endpoint in _TARGETS:
            self._roles.target(context, row, page.path, _TARGETS[endpoint], parts[4], parts[6])
            return []
        if endpoint == ends.RESOURCES:
            self._roles.resource(context, row, page.path, parts[5])
            return []
        if endpoint == ends.PERMISSIONS:
            self._roles.permission(row, parts[5])
            return []
        if endpoint == ends.ASSIGNEES:
            identifier(row)  # it only says whose roles to ask for
            return []
        if self._listed[0] != page.path:
            self._listed = (page.path, set())
        id_ = identifier(row)
        if id_ in self._listed[1]:
            return None
        self._listed[1].add(id_)
        if endpoint == ends.GROUP_USERS:
            made = list(directory.membership(context, row, page.path, parts[4]))
            if ("user", id_) not in self._seen and "status" in row:
                # Users could not be listed, or not this one; its group's list describes it just as well.
                made += self._listed_once(ends.USERS, row, page.path) or []
            return made
        if endpoint == ends.APP_GROUPS:
            return list(applications.group_assignment(context, row, page.path, parts[4]))
        if endpoint == ends.APP_USERS:
            return list(applications.user_assignment(context, row, page.path, parts[4]))
        raise NotARecordError("an end point that this version does not read")

    def _listed_once(self, endpoint: str, row: Any, where: str) -> list[Record] | None:
        kind, mapping = _LISTINGS[endpoint]
        id_ = identifier(row)
        digest = sha256(dumps(row, sort_keys=True).encode()).digest()[:8]
        before = self._seen.get((kind, id_))
        if before is not None:
            if before != digest:
                self._context.doubt(endpoint, "listed twice with different content; the first was imported")
            return None
        made = list(mapping(self._context, row, where))
        self._seen[kind, id_] = digest
        if kind == "app":
            self._roles.application(row)
        return made
