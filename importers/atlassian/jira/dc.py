"""Jira Data Center: what its records say."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from graphscan.model import Coverage, Key, Node, Record, Ref, Relation
from importers._http import Page
from importers.atlassian import sign_on, undocumented
from importers.atlassian.context import Context, NotARecordError, identifier, object_of, text_of
from importers.atlassian.dc_instance import application, passwords
from importers.atlassian.jira import dc_endpoints as ends
from importers.atlassian.jira.dc_walk import walk
from importers.atlassian.jira.gaps import gap
from importers.atlassian.jira.holders import Holders
from importers.atlassian.jira.licences import licence, populations
from importers.atlassian.jira.projects import project
from importers.atlassian.jira.roles import Roles
from importers.atlassian.jira.schemes import Schemes
from importers.atlassian.jira.security import Security
from importers.atlassian.product import Endpoint, Product
from importers.atlassian.rights import (
    PROVIDER,
    credential,
    no_content,
    reachable,
)

_ACTOR = {"atlassian-user-role-actor": "user", "atlassian-group-role-actor": "group"}


class Mapper:
    """Maps one snapshot of Jira Data Center."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._holders = Holders(context)
        self._roles = Roles(context)
        self._schemes = Schemes(context, self._holders, self._roles)
        self._security = Security(context, self._holders, self._roles)
        self._described: set[str] = set()  # nodes of users and groups
        self._projects: dict[str, None] = {}
        self._keys: dict[str, str] = {}  # of each name, the key of the account
        self._version = ""
        self._sign_on = sign_on.SignOn(context)
        self._passwords: dict[str, tuple[str, str]] = {}  # of each key, the name that signs in, and where it was told
        self._ways: dict[str, Callable[[Any, str, tuple[str, ...]], Iterable[Record] | None]] = {
            ends.SERVER.path: self._server,
            ends.USERS.path: self._user,
            ends.GROUPS.path: self._group,
            ends.MEMBERS.path: self._member,
            ends.LICENCES.path: self._licence,
            ends.SCHEMES.path: lambda row, where, _ids: self._schemes.scheme(row, where),
            ends.PROJECTS.path: self._project,
            ends.PROJECT_SCHEME.path: lambda row, where, ids: self._schemes.of_project(row, where, ids[0]),
            ends.ROLES.path: self._role,
            ends.ACTORS.path: self._actors,
            ends.SECURITY.path: self._security_scheme,
            ends.SECURITY_SCHEME.path: self._security_scheme,
            ends.PROJECT_SECURITY.path: self._project_security,
            ends.TOKENS.path: self._token,
            **self._sign_on.ways,
            **undocumented.ways(context),
        }

    def record(self, endpoint: Endpoint, page: Page, row: Any, ids: tuple[str, ...]) -> Iterable[Record] | None:
        """Return what one record says, or None where it was said already."""
        if not isinstance(row, dict) and endpoint.path != sign_on.MADE_AT_SIGN_IN.path:
            raise NotARecordError("the record is not an object")
        return self._ways[endpoint.path](row, page.path, ids)

    def finish(self, coverage: list[Coverage]) -> Iterator[Record]:
        """Return the application, its populations, and what schemes give the roles of projects."""
        context, where = self._context, ends.SERVER.path
        yield from application(context, self._sign_on, coverage, "jira", {"version": self._version}, where)
        yield from passwords(context, self._sign_on, self._passwords)
        yield from populations(context, where)
        yield from self._schemes.records(ends.PROJECT_SCHEME.path)
        unknown = self._projects if gap(coverage, ends.PROJECT_SECURITY) else ()
        yield from self._security.records(ends.SECURITY_SCHEME.path, unknown)
        yield from self._roles.leads(self._holders.logged_in, ends.PROJECTS.path)
        yield from self._security.untold(ends.SECURITY_SCHEME.path, ends.WHO_SEES)
        yield from self._holders.undescribed({*self._described}, ends.SCHEMES.path)
        projects = [context.id("project", key) for key in self._projects]
        inside = [*self._schemes.ids(), *self._security.ids()]
        yield from no_content(context, [context.id("app"), *projects, *inside])

    def _server(self, row: Any, _where: str, _ids: tuple[str, ...]) -> Iterable[Record]:
        self._version = text_of(row.get("version"))
        return ()

    def _user(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record] | None:
        context, key = self._context, identifier(row, "key")
        user, email = context.ref("user", key), text_of(row.get("emailAddress"))
        if user.text in self._described:
            return None
        self._described.add(user.text)
        name = text_of(row.get("name")) or key
        self._keys[name.lower()] = key
        active = row.get("active") is not False and row.get("deleted") is not True
        # Whether people may edit their address depends on the directory, which no end point tells.
        keys = (Key("login", name), *((Key("email", email, verified=False),) if email else ()))
        if active:
            self._passwords[key] = (name, where)
        return [
            Node(
                user.text,
                "User",
                PROVIDER,
                "account",
                name=text_of(row.get("displayName")) or name,
                state=None if active else "disabled",
                keys=keys,
                evidence=context.evidence(where),
            ),
            Relation(user, "ACCOUNT_OF", context.ref("app"), evidence=context.evidence(where)),
        ]

    def _group(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record] | None:
        name = identifier(row, "name")
        id_, said = self._context.id("group", name), self._context.evidence(where)
        if id_ in self._described:
            return None
        self._described.add(id_)
        return [Node(id_, "Group", PROVIDER, "group", name=name, keys=(Key("group_name", name),), evidence=said)]

    def _member(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record]:
        # Where users cannot be listed, a group's members describe them just as well.
        made = self._user(row, where, ids) or []
        user, group = self._context.ref("user", identifier(row, "key")), self._context.ref("group", ids[0])
        return [*made, Relation(user, "MEMBER_OF", group, evidence=self._context.evidence(where))]

    def _licence(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record]:
        groups = row.get("groups")
        if not isinstance(groups, list):
            raise NotARecordError("`groups` is not a list")
        names = [one.get("name") if isinstance(one, dict) else one for one in groups]
        nodes = [self._holders.named("group", one) for one in names if isinstance(one, str) and one]
        return licence(self._context, self._holders, row, nodes, where)

    def _project(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record] | None:
        key = identifier(row, "key")
        if key in self._projects:
            return None
        self._projects[key] = None
        lead = object_of(row, "lead").get("key")
        if isinstance(lead, str) and lead:
            self._roles.led_by(key, self._holders.named("user", lead))
        return project(self._context, row, key, where)

    def _security_scheme(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record] | None:
        """Map a security scheme; the list of them may lack the levels, which one alone tells."""
        id_, levels = identifier(row), row.get("levels")
        self._security.scheme(id_, text_of(row.get("name")))
        found = [one for one in levels if isinstance(one, dict)] if isinstance(levels, list) else []
        made = [self._security.level(identifier(one), id_, text_of(one.get("name")), where) for one in found]
        return None if found and all(one is None for one in made) else [record for one in made for record in one or ()]

    def _project_security(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record]:
        self._security.of_project(ids[0], identifier(row))
        return self._security_scheme(row, where, ids) or []

    def _role(self, row: Any, _where: str, _ids: tuple[str, ...]) -> Iterable[Record]:
        identifier(row)
        return ()

    def _actors(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record]:
        context, (key, role) = self._context, ids
        actors = row.get("actors")
        if not isinstance(actors, list):
            raise NotARecordError("`actors` is not a list")
        said, holder = context.evidence(where), self._roles.ref(key, role)
        made: list[Record] = [*self._roles.state(key, role, where, text_of(row.get("name")))]
        unclear = False
        for actor in actors:
            sort = _ACTOR.get(text_of(actor.get("type"))) if isinstance(actor, dict) else None
            who = text_of(actor.get("name")) if isinstance(actor, dict) else ""
            if sort is None or not who:
                who_else = "possibly anybody who signs in"
                context.doubt(where, f"an actor of a role that is neither a user nor a group: {who_else}")
                unclear = True
                continue
            who = self._keys.get(who.lower(), who) if sort == "user" else who
            made.append(Relation(Ref(self._holders.named(sort, who)), "MEMBER_OF", holder, evidence=said))
        return [*made, *(self._roles.anybody(key, role, self._holders.logged_in, where) if unclear else ())]

    def _token(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record]:
        """Map one of the reading account's own tokens: it does what its owner may do in Jira, and signs in nowhere."""
        context, id_ = self._context, self._context.id("token", identifier(row))
        node = credential(
            context,
            id_,
            "pat",
            row,
            where,
            name=text_of(row.get("name")),
            created="createdAt",
            used="lastAccessedAt",
        )
        owner = row.get("userKey")
        if not isinstance(owner, str) or not owner:
            return [node]
        guards, said = (reachable(context),), context.evidence(where)
        return [
            node,
            Relation(context.ref("user", owner), "HAS_CREDENTIAL", Ref(id_), "held", "api", guards, evidence=said),
        ]


PRODUCT = Product("jira-dc", "jira", "Jira Data Center", ends.ALL, ends.NOT_READ, walk, Mapper, root="/rest")
