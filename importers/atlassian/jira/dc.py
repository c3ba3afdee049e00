"""Jira Data Center: what its records say."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from graphscan import kinds
from graphscan.model import Coverage, Enforced, Key, Node, Record, Ref, Relation
from importers._http import Page
from importers.atlassian.context import Context, NotARecordError, identifier, text_of
from importers.atlassian.jira import dc_endpoints as ends
from importers.atlassian.jira.dc_walk import walk
from importers.atlassian.jira.schemes import Schemes
from importers.atlassian.product import Endpoint, Product
from importers.atlassian.rights import (
    PROVIDER,
    credential,
    local_login_control,
    no_content,
    password,
    reachable,
)

_ACTOR = {"atlassian-user-role-actor": "user", "atlassian-group-role-actor": "group"}


class Mapper:
    """Maps one snapshot of Jira Data Center."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._schemes = Schemes(context)
        self._roles: dict[str, set[str]] = defaultdict(set)
        self._seen: set[tuple[str, ...]] = set()
        self._users: set[str] = set()
        self._keys: dict[str, str] = {}  # of each name, the key of the account
        self._version = ""
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
            ends.TOKENS.path: self._token,
        }

    def record(self, endpoint: Endpoint, page: Page, row: Any, ids: tuple[str, ...]) -> Iterable[Record] | None:
        """Return what one record says, or None where it was said already."""
        if not isinstance(row, dict):
            raise NotARecordError("the record is not an object")
        return self._ways[endpoint.path](row, page.path, ids)

    def finish(self, _coverage: list[Coverage]) -> Iterator[Record]:
        """Return the application, its populations, and what schemes give the roles of projects."""
        context, where = self._context, ends.SERVER.path
        said = context.evidence(where)
        yield Node(
            context.id("app"),
            "Application",
            PROVIDER,
            "jira",
            name=f"Jira {context.name}",
            keys=(Key("base_url", f"{context.origin}{context.base}"),),
            properties={"version": self._version} if self._version else {},
            evidence=said,
        )
        # Whether single sign-on alone is let in, no end point tells.
        yield local_login_control(context, Enforced.UNKNOWN, where)
        licensed = context.ref("licensed")
        yield Node(licensed.text, "Group", PROVIDER, "population", name="Licensed users", evidence=said)
        yield Node(context.id("anyone"), "Group", PROVIDER, kinds.ANONYMOUS, name="Anyone", evidence=said)
        app, guards = context.ref("app"), (reachable(context),)
        yield Relation(licensed, "ASSIGNED_TO", app, "api_read", "login", guards, evidence=said)
        yield from self._schemes.records(self._roles, ends.PROJECT_SCHEME.path)
        projects = [context.id("project", key) for kind, key in sorted(self._seen) if kind == "project"]
        yield from no_content(context, [context.id("app"), *projects, *self._schemes.ids()])

    def _server(self, row: Any, _where: str, _ids: tuple[str, ...]) -> Iterable[Record]:
        self._version = text_of(row.get("version"))
        return ()

    def _user(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record] | None:
        context, key = self._context, identifier(row, "key")
        if key in self._users:
            return None
        self._users.add(key)
        name = text_of(row.get("name")) or key
        self._keys[name.lower()] = key
        user, email = context.ref("user", key), text_of(row.get("emailAddress"))
        active = row.get("active") is not False and row.get("deleted") is not True
        # Whether people may edit their address depends on the directory, which no end point tells.
        keys = (Key("login", name), *((Key("email", email, verified=False),) if email else ()))
        made: list[Record] = [
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
        return [*made, *(password(context, user, key, where) if active else ())]

    def _group(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record] | None:
        name = identifier(row, "name")
        if ("group", name) in self._seen:
            return None
        self._seen.add(("group", name))
        said = self._context.evidence(where)
        id_ = self._context.id("group", name)
        return [Node(id_, "Group", PROVIDER, "group", name=name, keys=(Key("group_name", name),), evidence=said)]

    def _member(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record]:
        # Where users cannot be listed, a group's members describe them just as well.
        made = [] if identifier(row, "key") in self._users else self._user(row, where, ids) or []
        user, group = self._context.ref("user", identifier(row, "key")), self._context.ref("group", ids[0])
        return [*made, Relation(user, "MEMBER_OF", group, evidence=self._context.evidence(where))]

    def _licence(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record]:
        groups = row.get("groups")
        if not isinstance(groups, list):
            raise NotARecordError("`groups` is not a list")
        context = self._context
        names = [one.get("name") if isinstance(one, dict) else one for one in groups]
        return [
            Relation(context.ref("group", one), "MEMBER_OF", context.ref("licensed"), evidence=context.evidence(where))
            for one in names
            if isinstance(one, str) and one
        ]

    def _project(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record] | None:
        context, key = self._context, identifier(row, "key")
        if ("project", key) in self._seen:
            return None
        self._seen.add(("project", key))
        said, name = context.evidence(where), text_of(row.get("name")) or key
        project, issues = context.ref("project", key), context.ref("issues", key)
        return [
            Node(project.text, "Project", PROVIDER, "jira_project", name=name, evidence=said),
            Node(issues.text, "Tracker", PROVIDER, "issues", name=f"Issues of {key}", evidence=said),
            *(Relation(project, "CONTAINS", issues, level, level, evidence=said) for level in ("read", "write")),
            # Whoever administers Jira changes the project's scheme, and so reads and writes in it.
            Relation(context.ref("app"), "CONTAINS", project, "admin", "admin", evidence=said),
        ]

    def _role(self, row: Any, _where: str, _ids: tuple[str, ...]) -> Iterable[Record]:
        identifier(row)
        return ()

    def _actors(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record]:
        context, (key, role) = self._context, ids
        actors = row.get("actors")
        if not isinstance(actors, list):
            raise NotARecordError("`actors` is not a list")
        self._roles[key].add(role)
        said = context.evidence(where)
        holder = context.ref("project-role", f"{key}:{role}")
        name = f"{text_of(row.get('name')) or role} of {key}"
        made: list[Record] = [Node(holder.text, "Group", PROVIDER, "project_role", name=name, evidence=said)]
        for actor in actors:
            sort = _ACTOR.get(text_of(actor.get("type"))) if isinstance(actor, dict) else None
            who = text_of(actor.get("name")) if isinstance(actor, dict) else ""
            if sort is None or not who:
                context.doubt(where, "an actor of a role that is neither a user nor a group: it was left out")
                continue
            who = self._keys.get(who.lower(), who) if sort == "user" else who
            made.append(Relation(context.ref(sort, who), "MEMBER_OF", holder, evidence=said))
        return made

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
