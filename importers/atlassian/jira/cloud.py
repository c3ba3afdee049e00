"""Jira Cloud: what its records say."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from graphscan import kinds
from graphscan.model import Coverage, CoverageState, Key, Node, Record, Ref, Relation
from importers._http import Page
from importers.atlassian.context import Context, NotARecordError, identifier, object_of, text_of
from importers.atlassian.jira import cloud_endpoints as ends
from importers.atlassian.jira.cloud_audit import Audit
from importers.atlassian.jira.cloud_people import CloudHolders, People
from importers.atlassian.jira.cloud_walk import walk
from importers.atlassian.jira.gaps import gap
from importers.atlassian.jira.licences import licence, populations
from importers.atlassian.jira.projects import project
from importers.atlassian.jira.roles import Roles
from importers.atlassian.jira.schemes import Schemes
from importers.atlassian.jira.security import Security
from importers.atlassian.product import Endpoint, Product
from importers.atlassian.rights import PROVIDER, no_content, reachable

_USER_ACTOR, _GROUP_ACTOR = "atlassian-user-role-actor", "atlassian-group-role-actor"


class Mapper:
    """Maps one snapshot of Jira Cloud."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._holders = CloudHolders(context)
        self._people = People(context, self._holders)
        self._roles = Roles(context)
        self._schemes = Schemes(context, self._holders, self._roles)
        self._security = Security(context, self._holders, self._roles)
        self._audit = Audit(context, self._holders)
        self._keys: dict[str, str] = {}  # of projects by their id
        self._secured: list[tuple[str, str]] = []  # (project's id, security scheme)
        self._version = ""
        self._ways: dict[str, Callable[[Any, str, tuple[str, ...]], Iterable[Record] | None]] = {
            ends.SERVER.path: self._server,
            ends.USERS.path: lambda row, where, _ids: self._people.account(row, where),
            ends.GROUPS.path: lambda row, where, _ids: self._people.group(row, where),
            ends.ADMINS.path: self._administrators,
            ends.SITE_ADMINS.path: self._administrators,
            ends.MEMBERS.path: lambda row, where, ids: self._people.member(row, where, context.id("group", ids[0])),
            ends.LICENCES.path: self._licence,
            ends.SCHEMES.path: lambda row, where, _ids: self._schemes.scheme(row, where),
            ends.SCHEME.path: lambda row, where, _ids: self._schemes.scheme(row, where),
            ends.PROJECTS.path: self._project,
            ends.ARCHIVED.path: self._project,
            ends.PROJECT_SCHEME.path: lambda row, where, ids: self._schemes.of_project(row, where, ids[0]),
            ends.ROLES.path: self._role,
            ends.OWN_ROLES.path: self._role,
            ends.ACTORS.path: self._actors,
            ends.LEVELS.path: self._level,
            ends.LEVEL_PROJECTS.path: self._secures,
            ends.LEVEL_MEMBERS.path: self._let_in,
            ends.AUDIT.path: lambda row, where, _ids: self._audit.page(row, where),
        }

    def record(self, endpoint: Endpoint, page: Page, row: Any, ids: tuple[str, ...]) -> Iterable[Record] | None:
        """Return what one record says, or None where it was said already."""
        if not isinstance(row, dict):
            raise NotARecordError("the record is not an object")
        return self._ways[endpoint.path](row, page.path, ids)

    def finish(self, coverage: list[Coverage]) -> Iterator[Record]:
        """Return the application, its populations, and what schemes give the roles of projects."""
        context, where = self._context, ends.SERVER.path
        yield from self._application(where)
        yield from populations(context, where)
        yield from self._people.populations(where)
        yield from self._schemes.records(ends.PROJECT_SCHEME.path)
        for id_, scheme in self._secured:
            if id_ in self._keys:
                self._security.of_project(self._keys[id_], scheme)
        unknown = self._keys.values() if gap(coverage, ends.LEVEL_PROJECTS) else ()
        yield from self._security.records(ends.LEVEL_PROJECTS.path, unknown)
        yield from self._roles.leads(self._holders.logged_in, ends.PROJECTS.path)
        yield from self._audit.records(self._people.described)
        yield from self._holders.undescribed(self._people.described, ends.SCHEMES.path)
        projects = [context.id("project", key) for key in self._keys.values()]
        inside = [*self._schemes.ids(), *self._security.ids()]
        yield from no_content(context, [context.id("app"), *projects, *inside])

    # Private functions

    def _application(self, where: str) -> Iterator[Record]:
        """Yield the site: it stands in the internet, behind an allow-list of which the organization alone knows."""
        context, said = self._context, self._context.evidence(where)
        app, allowed = context.ref("app"), context.ref("ip-allowlist")
        # No reply tells the site's id; the address does where it is that of the vendor's gateway.
        site = (Key("cloud_id", context.cloud_id),) if context.cloud_id else ()
        yield Node(
            app.text,
            "Application",
            PROVIDER,
            "jira",
            name=f"Jira {context.name}",
            keys=(Key("base_url", f"{context.origin}{context.base}"), *site),
            properties={"form": "cloud", **({"version": self._version} if self._version else {})},
            evidence=said,
        )
        # Whether there is one is left unsaid, so that a facts file or the organization can say it.
        name = f"IP allow-list of Jira {context.name}"
        yield Node(allowed.text, "Control", PROVIDER, "ip_allow_list", name=name, evidence=said)
        guards = ((allowed, "defeated"),)
        yield Relation(app, "REACHABLE_FROM", Ref(kinds.INTERNET), guarded_by=guards, evidence=said)

    def _server(self, row: Any, _where: str, _ids: tuple[str, ...]) -> Iterable[Record]:
        self._version = text_of(row.get("version"))
        return ()

    def _administrators(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record]:
        context = self._context
        group, app = context.ref("group", identifier(row, "groupId")), context.ref("app")
        made = self._people.group(row, where) or []
        guards, said = (reachable(context),), context.evidence(where)
        return [*made, Relation(group, "ASSIGNED_TO", app, "api", "admin", guards, evidence=said)]

    def _licence(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record]:
        told, names = row.get("groupDetails"), row.get("groups")
        if not isinstance(told, list) and not isinstance(names, list):
            raise NotARecordError("neither `groupDetails` nor `groups` is a list")
        holders, groups, untold = self._holders, [], False
        for one in told if isinstance(told, list) else names or ():
            found = holders.group({"group": one} if isinstance(one, dict) else {}, one if isinstance(one, str) else "")
            if found is None:
                self._context.doubt(where, "a group of an application that is not listed: possibly anybody is in it")
                untold = True
                continue
            groups.append(found[0])
        made = licence(self._context, holders, row, groups, where)
        return [*made, *(self._unlisted(row) if untold else ())]

    def _unlisted(self, row: Any) -> Iterator[Record]:
        """Yield that not all who may use an application are told."""
        key, context = text_of(row.get("key")), self._context
        scope = context.id("application-role", key) if key else context.id("licensed")
        why = "a group whose members may use it is not listed"
        yield Coverage("MEMBER_OF", CoverageState.PARTIAL, scope, ends.LICENCES.path, context.at, error=why)

    def _project(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record] | None:
        key, id_ = identifier(row, "key"), identifier(row)
        if id_ in self._keys:
            return None
        self._keys[id_] = key
        lead = object_of(row, "lead")
        if text_of(lead.get("accountId")):
            self._roles.led_by(key, self._holders.user({"user": lead}, ""))
        return project(self._context, row, key, where)

    def _role(self, row: Any, _where: str, _ids: tuple[str, ...]) -> Iterable[Record]:
        identifier(row)
        return ()

    def _actors(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record]:
        key, role = ids
        actors = row.get("actors")
        if not isinstance(actors, list):
            raise NotARecordError("`actors` is not a list")
        made: list[Record] = [*self._roles.state(key, role, where, text_of(row.get("name")))]
        unclear = False
        for actor in actors:
            who = self._actor(actor) if isinstance(actor, dict) else ""
            if who:
                made += self._people.belongs(who, self._roles.ref(key, role).text, where)
            else:
                self._context.doubt(where, "an actor of a role that is not listed: possibly anybody who signs in")
                unclear = True
        return [*made, *(self._roles.anybody(key, role, self._holders.logged_in, where) if unclear else ())]

    def _actor(self, actor: dict[str, Any]) -> str:
        """Return the node of an actor; empty where it is none that can be told."""
        sort, name = text_of(actor.get("type")), text_of(actor.get("displayName"))
        if sort == _USER_ACTOR:
            id_ = text_of(object_of(actor, "actorUser").get("accountId"))
            return self._holders.named("user", id_, name) if id_ else ""
        if sort == _GROUP_ACTOR:
            found = self._holders.group({"group": object_of(actor, "actorGroup")}, text_of(actor.get("name")))
            return "" if found is None else found[0]
        return ""

    def _level(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record] | None:
        scheme = identifier(row, "issueSecuritySchemeId")
        return self._security.level(identifier(row), scheme, text_of(row.get("name")), where)

    def _secures(self, row: Any, _where: str, _ids: tuple[str, ...]) -> Iterable[Record]:
        self._secured.append((identifier(row, "projectId"), identifier(row, "issueSecuritySchemeId")))
        return ()

    def _let_in(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterable[Record]:
        holder = object_of(row, "holder")
        if not holder:
            raise NotARecordError("`holder` is not an object")
        level = identifier(row, "issueSecurityLevelId") if row.get("issueSecurityLevelId") else ids[0]
        self._security.holder(level, holder, where)
        return ()


PRODUCT = Product("jira-cloud", "jira", "Jira Cloud", ends.ALL, ends.NOT_READ, walk, Mapper)
