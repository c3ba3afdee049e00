"""Turn a snapshot of an Okta organisation into inventory: a pure function of the file."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import Any, Protocol

from graphscan.errors import BadFileError, Problem
from graphscan.model import READ_WHOLE, Coverage, CoverageState, Record, SourceInfo
from importers._http import Page
from importers._reply import inner_of
from importers._snapshot import Header, Snapshot
from importers.okta import (
    applications,
    authenticators,
    clients,
    devices,
    directory,
    factors,
    group_rules,
    integrations,
    network,
    realms,
    tokens,
    trust,
)
from importers.okta import endpoints as ends
from importers.okta.context import Context, NotARecordError, Tally, identifier
from importers.okta.federation import FederationBook
from importers.okta.normalise_more import More
from importers.okta.policies import PolicyBook, rule_id
from importers.okta.roles import RoleBook

_Mapping = Callable[[Context, Any, str], Iterable[Record]]
_Part = Callable[[Context, Any, str, str], Iterable[Record]]

# Listings of the whole organisation, by what they list.
_LISTINGS: dict[str, tuple[str, _Mapping]] = {
    ends.USER_TYPES: ("user-type", authenticators.user_type),
    ends.USERS: ("user", directory.user),
    ends.DEPROVISIONED: ("user", directory.user),
    ends.ZONES: ("zone", network.zone),
    ends.RULES: ("rule", group_rules.rule),
    ends.GROUPS: ("group", directory.group),
    ends.REALMS: ("realm", realms.realm),
    ends.APPS: ("app", applications.application),
    ends.API_TOKENS: ("api-token", tokens.api_token),
    ends.IDPS: ("idp", trust.identity_provider),
    ends.INTEGRATIONS: ("integration", integrations.integration),
    ends.DEVICE_ASSURANCES: ("device-assurance", authenticators.device_assurance),
}
# Objects of which an organisation has one.
_SINGLE: dict[str, _Mapping] = {ends.SUPPORT: trust.support}
_ROLES = {ends.USER_ROLES: "user", ends.GROUP_ROLES: "group", ends.CLIENT_ROLES: "client"}
_TARGETS = {endpoint: kind for targets in (ends.GROUP_TARGETS, ends.APP_TARGETS) for kind, endpoint in targets.items()}


class Pages(Protocol):
    """A snapshot that was checked: what it says of itself, and its pages in order."""

    header: Header
    coverage: list[Coverage]

    def pages(self) -> Iterator[Page]:
        """Yield the pages."""


def normalise(path: Path) -> tuple[SourceInfo, Iterator[Record]]:
    """
    Return the source and its records.

    The file is checked to its last byte before anything is returned; the records are then read as they are taken.
    Records that could not be mapped come last, counted.

    Raises:
        BadFileError: the file is no snapshot of Okta, or not what was written.
    """
    snapshot = Snapshot(path)
    return source_of(snapshot, path), Normaliser(snapshot).records()


def source_of(snapshot: Pages, path: Path) -> SourceInfo:
    """Return what a snapshot is of. Raises BadFileError where it is not of an Okta organisation."""
    about = snapshot.header
    if about.importer != "okta" or not about.source.startswith("okta:"):
        raise BadFileError([Problem(str(path), 1, 1, f"it is a snapshot of {about.importer!r}, not of Okta")])
    return SourceInfo(about.source, "okta", about.finished, complete=about.complete)


class Normaliser:
    """
    Map one snapshot.

    Attributes:
        tally: what became of the records of each end point.
    """

    def __init__(self, snapshot: Pages) -> None:
        self.tally: dict[str, Tally] = defaultdict(Tally)
        self._snapshot = snapshot
        gaps = [row for row in snapshot.coverage if row.state is not CoverageState.COMPLETE]
        self._context = Context(
            snapshot.header.source.removeprefix("okta:"),
            snapshot.header.finished,
            unreadable=frozenset(row.scope for row in gaps if row.relation == "ASSIGNED_TO" and row.scope),
            whole=not any(row.relation == "MEMBER_OF" for row in gaps),
            origin=snapshot.header.origin,
        )
        self._federation = FederationBook(
            idps_read=not any(row.endpoint == ends.IDPS and row.error != READ_WHOLE for row in gaps)
        )
        self._roles = RoleBook()
        self._clients = clients.ClientBook()
        self._devices = devices.DeviceBook()
        self._more = More(self._context)
        self._policies = PolicyBook()
        self._authenticators = authenticators.AuthenticatorBook()
        self._listings = {
            **_LISTINGS,
            ends.DEVICES: ("device", self._devices.device),
            ends.AUTHENTICATORS: ("authenticator", self._authenticators.authenticator),
            **dict.fromkeys(ends.POLICIES.values(), ("policy", self._policies.policy)),
        }
        self._singles = {**_SINGLE, ends.ORG: self._organisation, ends.MACHINERY: self._policies.machinery}
        self._org: tuple[Any, str] = (None, ends.ORG)
        # Listings of one object's parts: how a part is mapped, and what tells two parts apart.
        self._parts: dict[str, tuple[_Part, Callable[[Any], str]]] = {
            ends.GROUP_USERS: (self._member, identifier),
            ends.APP_GROUPS: (applications.group_assignment, identifier),
            ends.APP_USERS: (self._account, identifier),
            **self._federation.pushed.parts(),
            ends.FACTORS: (factors.factor, identifier),
            ends.SECRETS: (self._clients.secret, identifier),
            ends.JWKS: (self._clients.key, clients.key_id),
            ends.GRANTS: (self._clients.grant, identifier),
            ends.INTEGRATION_SECRETS: (integrations.secret, identifier),
            ends.OWNERS: (trust.owner, identifier),
            ends.DEVICE_USERS: (self._devices.user, devices.device_user_id),
            ends.POLICY_RULES: (self._policies.rule, rule_id),
            ends.POLICY_MAPPINGS: (self._policies.mapping, identifier),
            ends.AUTHENTICATOR_METHODS: (self._authenticators.method, authenticators.method_type),
        }
        self._seen: dict[tuple[str, str], bytes] = {}
        self._listed: tuple[str, set[str]] = ("", set())
        self._single: set[str] = set()

    def known_users(self) -> list[str]:
        """Return the ids of the users that were mapped so far."""
        return [id_ for kind, id_ in self._seen if kind == "user"]

    def says_each_account(self, app_id: str) -> bool:
        """Whether an account that exists by way of a group is stated on its own, because of a gap elsewhere."""
        gap = not self._context.whole or self._context.id("app", app_id) in self._context.unreadable
        return gap or (self._federation.leads_elsewhere(app_id) and not self._federation.is_plain(app_id))

    def signs_in(self, app_id: str) -> bool:
        """Whether each account of an application, its name and state alone, says who its holder becomes."""
        return self._federation.is_plain(app_id)

    def records(self) -> Iterator[Record]:
        """Yield nodes and relations, then coverage, then what was not understood."""
        for page in self._snapshot.pages():
            yield from self._page(page)
        self._context.at = self._snapshot.header.finished
        coverage = self._snapshot.coverage
        yield from directory.organisation(self._context, *self._org, self._policies.kind_of_org(coverage))
        broken = {endpoint for endpoint, tally in self.tally.items() if tally.not_understood}
        yield from self._policies.records(self._context, coverage, broken)
        yield from self._authenticators.records(self._context)
        yield from self._federation.pushed.records(self._context)
        yield from network.positions(self._context)
        yield from self._roles.records(self._context, self._snapshot.coverage)
        yield from self._clients.records(self._context, self._snapshot.coverage)
        yield from self._devices.records(self._context)
        yield from self._more.records()
        yield from factors.circumstance(self._context, ends.ORG)
        yield from self._snapshot.coverage
        yield from factors.read_of(self._snapshot.coverage)
        yield from self._context.not_understood()

    def _page(self, page: Page) -> Iterator[Record]:
        tally = self.tally[page.endpoint]
        self._context.at = page.at or self._snapshot.header.finished  # taken from an earlier snapshot, or read now
        if page.endpoint == ends.GRANTS:
            self._clients.grants_read(page.path.split("/")[4])
        wrapped = ends.WRAPPED.get(page.endpoint)
        rows = [page.body] if page.endpoint in self._singles else inner_of(page.body, wrapped)
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
        if self._more.reads(endpoint):
            return self._more.record(page, row)
        if endpoint in self._listings:
            return self._listed_once(endpoint, row, page.path)
        if endpoint in self._singles:
            fresh = endpoint not in self._single
            self._single.add(endpoint)
            return list(self._singles[endpoint](context, row, page.path)) if fresh else None
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

    def _organisation(self, _context: Context, row: Any, where: str) -> Iterable[Record]:
        # Which machinery it has is told by later replies.
        self._org = (row, where)
        return ()

    def _account(self, context: Context, row: Any, where: str, app_id: str) -> Iterable[Record]:
        yield from applications.user_assignment(context, row, where, app_id)
        yield from self._federation.account(context, row, where, app_id)

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
        made += self._more.listed(kind, row, where)
        made += self._federation.listed(self._context, kind, row, where)
        if kind == "app":
            self._roles.application(row)
            self._policies.application(row, where)
            self._clients.application(self._context, row, where)
        return made
