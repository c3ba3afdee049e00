"""Turn a snapshot of an Okta organisation into inventory: a pure function of the file."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import Any

from graphscan.errors import BadFileError, Problem
from graphscan.model import CoverageState, Record, SourceInfo
from importers._http import Page
from importers._reply import inner_of
from importers._snapshot import Snapshot
from importers.okta import (
    applications,
    clients,
    devices,
    directory,
    factors,
    integrations,
    network,
    realms,
    tokens,
    trust,
)
from importers.okta import endpoints as ends
from importers.okta.context import Context, NotARecordError, Tally, identifier
from importers.okta.roles import RoleBook

_Mapping = Callable[[Context, Any, str], Iterable[Record]]
_Part = Callable[[Context, Any, str, str], Iterable[Record]]

# Listings of the whole organisation, by what they list.
_LISTINGS: dict[str, tuple[str, _Mapping]] = {
    ends.USERS: ("user", directory.user),
    ends.DEPROVISIONED: ("user", directory.user),
    ends.ZONES: ("zone", network.zone),
    ends.RULES: ("rule", trust.rule),
    ends.GROUPS: ("group", directory.group),
    ends.REALMS: ("realm", realms.realm),
    ends.APPS: ("app", applications.application),
    ends.API_TOKENS: ("api-token", tokens.api_token),
    ends.IDPS: ("idp", trust.identity_provider),
    ends.INTEGRATIONS: ("integration", integrations.integration),
}
# Objects of which an organisation has one.
_SINGLE: dict[str, _Mapping] = {ends.ORG: directory.organisation, ends.SUPPORT: trust.support}
_ROLES = {ends.USER_ROLES: "user", ends.GROUP_ROLES: "group", ends.CLIENT_ROLES: "client"}
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
        self._clients = clients.ClientBook()
        self._devices = devices.DeviceBook()
        self._listings = {**_LISTINGS, ends.DEVICES: ("device", self._devices.device)}
        # Listings of one object's parts: how a part is mapped, and what tells two parts apart.
        self._parts: dict[str, tuple[_Part, Callable[[Any], str]]] = {
            ends.GROUP_USERS: (self._member, identifier),
            ends.APP_GROUPS: (applications.group_assignment, identifier),
            ends.APP_USERS: (applications.user_assignment, identifier),
            ends.FACTORS: (factors.factor, identifier),
            ends.SECRETS: (self._clients.secret, identifier),
            ends.JWKS: (self._clients.key, clients.key_id),
            ends.GRANTS: (self._clients.grant, identifier),
            ends.INTEGRATION_SECRETS: (integrations.secret, identifier),
            ends.OWNERS: (trust.owner, identifier),
            ends.DEVICE_USERS: (self._devices.user, devices.device_user_id),
        }
        self._seen: dict[tuple[str, str], bytes] = {}
        self._listed: tuple[str, set[str]] = ("", set())
        self._single: set[str] = set()

    def records(self) -> Iterator[Record]:
        """Yield nodes and relations, then coverage, then what was not understood."""
        for page in self._snapshot.pages():
            yield from self._page(page)
        if ends.ORG not in self._single:
            yield from directory.organisation(self._context, None, ends.ORG)
        yield from self._roles.records(self._context, self._snapshot.coverage)
        yield from self._clients.records(self._context, self._snapshot.coverage)
        yield from self._devices.records(self._context)
        yield from self._snapshot.coverage
        yield from self._context.not_understood()

    def _page(self, page: Page) -> Iterator[Record]:
        tally = self.tally[page.endpoint]
        if page.endpoint == ends.GRANTS:
            self._clients.grants_read(page.path.split("/")[4])
        wrapped = ends.WRAPPED.get(page.endpoint)
        rows = [page.body] if page.endpoint in _SINGLE else inner_of(page.body, wrapped)
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
        if endpoint in self._listings:
            return self._listed_once(endpoint, row, page.path)
        if endpoint in _SINGLE:
            fresh = endpoint not in self._single
            self._single.add(endpoint)
            return list(_SINGLE[endpoint](context, row, page.path)) if fresh else None
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
        if endpoint not in self._parts:
            raise NotARecordError("an end point that this version does not read")
        mapping, id_of = self._parts[endpoint]
        if self._listed[0] != page.path:
            self._listed = (page.path, set())
        id_ = id_of(row)
        if id_ in self._listed[1]:
            return None
        self._listed[1].add(id_)
        named = next(place for place, part in enumerate(endpoint.split("/")) if part.startswith("{"))
        return list(mapping(context, row, page.path, parts[named]))

    def _member(self, context: Context, row: Any, where: str, group_id: str) -> Iterable[Record]:
        made = list(directory.membership(context, row, where, group_id))
        if ("user", row["id"]) not in self._seen and "status" in row:
            # Users could not be listed, or not this one; its group's list describes it just as well.
            made += self._listed_once(ends.USERS, row, where) or []
        return made

    def _listed_once(self, endpoint: str, row: Any, where: str) -> list[Record] | None:
        kind, mapping = self._listings[endpoint]
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
            self._clients.application(self._context, row, where)
        return made
