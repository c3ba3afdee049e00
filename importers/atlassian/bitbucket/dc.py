"""Bitbucket Data Center: what its records say."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from graphscan import kinds
from graphscan.model import Coverage, Key, Node, Observed, Record, Ref, Relation, Sensitivity
from importers._http import Page
from importers.atlassian import sign_on, undocumented
from importers.atlassian.bitbucket import dc_endpoints as ends
from importers.atlassian.bitbucket.dc_directories import Directories
from importers.atlassian.bitbucket.dc_places import Places
from importers.atlassian.bitbucket.dc_tokens import GIVES, NOTHING, Tokens, place
from importers.atlassian.bitbucket.dc_walk import walk
from importers.atlassian.context import Context, NotARecordError, identifier, object_of, text_of
from importers.atlassian.dc_instance import application
from importers.atlassian.product import Endpoint, Product
from importers.atlassian.rights import (
    PROVIDER,
    contained,
    no_content,
    password,
    permitted,
    reachable,
)


class Mapper:
    """Maps one snapshot of Bitbucket Data Center."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._seen: set[tuple[str, ...]] = set()
        self._projects: dict[str, Node] = {}
        self._version = ""
        self._sign_on = sign_on.SignOn(context)
        self._directories = Directories(context)
        self._places = Places(context)
        tokens = Tokens(context)
        self._ways: dict[str, Callable[[Any, str, tuple[str, ...]], Iterable[Record] | None]] = {
            ends.PROPERTIES.path: self._server,
            **self._sign_on.ways,
            ends.DIRECTORIES.path: self._directories.listed,
            ends.USERS.path: self._user,
            ends.GROUPS.path: self._group,
            ends.MEMBERS.path: self._member,
            ends.GLOBAL_USERS.path: self._global,
            ends.GLOBAL_GROUPS.path: self._global,
            ends.PROJECTS.path: self._project,
            ends.REPOSITORIES.path: self._repository,
            ends.PROJECT_USERS.path: self._permission,
            ends.PROJECT_GROUPS.path: self._permission,
            ends.REPO_USERS.path: self._permission,
            ends.REPO_GROUPS.path: self._permission,
            ends.DEFAULT.path: self._default,
            ends.USER_TOKENS.path: tokens.of_user,
            ends.PROJECT_TOKENS.path: tokens.of_place,
            ends.REPO_TOKENS.path: tokens.of_place,
            ends.USER_KEYS.path: tokens.user_key,
            ends.PROJECT_KEYS.path: tokens.access_key,
            ends.REPO_KEYS.path: tokens.access_key,
            ends.MIRRORS.path: self._places.mirror,
            ends.WEBHOOKS.path: self._places.webhook,
            ends.RESTRICTIONS.path: self._places.restriction,
            **undocumented.ways(context),
        }
        self._once = {
            ends.USERS.path: "slug",
            ends.GROUPS.path: "name",
            ends.PROJECTS.path: "key",
            ends.REPOSITORIES.path: "slug",
            ends.USER_TOKENS.path: "id",
            ends.PROJECT_TOKENS.path: "id",
            ends.REPO_TOKENS.path: "id",
            ends.USER_KEYS.path: "id",
        }

    def record(self, endpoint: Endpoint, page: Page, row: Any, ids: tuple[str, ...]) -> Iterable[Record] | None:
        """Return what one record says, or None where it was said already."""
        path = endpoint.path
        if not isinstance(row, dict) and path not in (ends.DIRECTORIES.path, sign_on.MADE_AT_SIGN_IN.path):
            raise NotARecordError("the record is not an object")
        if path == ends.REPOSITORIES.path:
            ids = (identifier(object_of(row, "project"), "key"),)
        if path in self._once:
            said = (path, identifier(row, self._once[path]), *ids)
            if said in self._seen:
                return None
            self._seen.add(said)
        return self._ways[path](row, page.path, ids)

    def finish(self, coverage: list[Coverage]) -> Iterator[Record]:
        """Return the application, its populations, projects, and the control before local passwords."""
        context = self._context
        where = ends.PROPERTIES.path
        yield from application(context, self._sign_on, coverage, "bitbucket", {"version": self._version}, where)
        licensed = context.ref("licensed")
        yield Node(
            licensed.text, "Group", PROVIDER, "population", name="Licensed users", evidence=context.evidence(where)
        )
        yield Node(
            context.id("anyone"), "Group", PROVIDER, kinds.ANONYMOUS, name="Anyone", evidence=context.evidence(where)
        )
        yield self._login(licensed, where)
        projects = [self._projects[key].id for key in sorted(self._projects)]
        for key, project in self._projects.items():
            count = self._places.webhooks[key]
            yield replace(project, properties={"webhooks": str(count)}) if count else project
        yield from self._directories.trusted()
        yield from self._places.copied(projects, ends.MIRRORS.path)
        copies = [self._places.copies.text] if self._places.mirrored else []
        yield from no_content(context, [context.id("app"), *projects, *copies])

    def _server(self, row: Any, _where: str, _ids: tuple[str, ...]) -> Iterable[Record]:
        self._version = text_of(row.get("version"))
        return ()

    def _user(self, row: Any, where: str, _ids: tuple[str, ...]) -> Iterator[Record]:
        context, slug = self._context, identifier(row, "slug")
        active = row.get("active") is not False
        login = text_of(row.get("name")) or slug
        directory = text_of(row.get("directoryName"))
        # Whose details somebody else keeps cannot edit the address that accounts are joined by.
        email, fixed = text_of(row.get("emailAddress")), row.get("mutableDetails") is False
        keys = [Key("login", login), *([Key("email", email, verified=fixed)] if email else [])]
        user = context.ref("user", slug)
        yield Node(
            user.text,
            "ServiceAccount" if row.get("type") == "SERVICE" else "User",
            PROVIDER,
            "account",
            name=text_of(row.get("displayName")) or login,
            state=None if active else "disabled",
            keys=tuple(keys),
            properties={"directory": directory} if directory else {},
            evidence=context.evidence(where),
        )
        yield Relation(user, "ACCOUNT_OF", context.ref("app"), evidence=context.evidence(where))
        made = login.lower() in self._sign_on.made
        kept = self._directories.account(row, made)
        if active and kept is not None:
            yield from password(context, user, slug, where, kept)

    def _group(self, row: Any, where: str, _ids: tuple[str, ...]) -> Iterator[Record]:
        name = identifier(row, "name")
        id_ = self._context.id("group", name)
        keys = (Key("group_name", name),)
        yield Node(id_, "Group", PROVIDER, "group", name=name, keys=keys, evidence=self._context.evidence(where))

    def _member(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        context = self._context
        user, group = context.ref("user", identifier(row, "slug")), context.ref("group", ids[0])
        yield Relation(user, "MEMBER_OF", group, evidence=context.evidence(where))

    def _holder(self, row: Any) -> Ref:
        if isinstance(row.get("group"), dict):
            return self._context.ref("group", identifier(row["group"], "name"))
        return self._context.ref("user", identifier(object_of(row, "user"), "slug"))

    def _global(self, row: Any, where: str, _ids: tuple[str, ...]) -> Iterator[Record]:
        context, holder, permission = self._context, self._holder(row), text_of(row.get("permission"))
        app, licensed, said = context.ref("app"), context.ref("licensed"), context.evidence(where)
        guards = (reachable(context),)
        if permission in ("LICENSED_USER", "PROJECT_CREATE", "ADMIN", "SYS_ADMIN"):
            # Each of these is a licensed user as well.
            yield Relation(holder, "MEMBER_OF", licensed, evidence=said)
        else:
            unknown = f"a permission of an unknown kind, {permission[:40]!r}"
            context.doubt(where, f"{unknown}: taken for possibly a system administrator's")
            seen = Observed.POSSIBLE
            yield Relation(holder, "MEMBER_OF", licensed, observed=seen, evidence=said)
            yield Relation(holder, "ASSIGNED_TO", app, "api", "system", guards, observed=seen, evidence=said)
        if permission in ("ADMIN", "SYS_ADMIN"):
            level = "admin" if permission == "ADMIN" else "system"
            yield Relation(holder, "ASSIGNED_TO", app, "api", level, guards, evidence=said)

    def _login(self, holder: Ref, where: str) -> Relation:
        guards = (reachable(self._context),)
        app = self._context.ref("app")
        return Relation(holder, "ASSIGNED_TO", app, "api_read", "login", guards, evidence=self._context.evidence(where))

    def _project(self, row: Any, where: str, _ids: tuple[str, ...]) -> Iterator[Record]:
        context, key = self._context, identifier(row, "key")
        project = context.ref("project", key)
        name, said = text_of(row.get("name")) or key, context.evidence(where)
        # Stated at the end, with the number of its webhooks.
        self._projects[key] = Node(project.text, "Project", PROVIDER, "project", name=name, evidence=said)
        # ADMIN administers every project, and so each repository in it: one relation for each project.
        app = context.ref("app")
        yield Relation(app, "CONTAINS", project, "admin", "admin", evidence=context.evidence(where))
        if row.get("public") is True:
            yield from permitted(context, context.ref("anyone"), project, "read", where)
        owner = row.get("owner")
        if isinstance(owner, dict):  # a personal project
            yield from permitted(context, context.ref("user", identifier(owner, "slug")), project, "admin", where)

    def _repository(self, row: Any, where: str, _ids: tuple[str, ...]) -> Iterator[Record]:
        context, slug = self._context, identifier(row, "slug")
        key = identifier(object_of(row, "project"), "key")
        repository = context.ref("repo", f"{key}/{slug}")
        public = row.get("public") is True
        yield Node(
            repository.text,
            "Repository",
            PROVIDER,
            "git",
            name=f"{key}/{slug}",
            sensitivity=Sensitivity.NONE if public else None,
            labels=("archived",) if row.get("archived") is True else (),
            evidence=context.evidence(where),
        )
        yield from contained(context, context.ref("project", key), repository, where)
        if public:
            yield from permitted(context, context.ref("anyone"), repository, "read", where)

    def _permission(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        permission, holder = text_of(row.get("permission")), self._holder(row)
        if permission in GIVES:
            yield from permitted(self._context, holder, place(self._context, ids), GIVES[permission], where)
        elif permission not in NOTHING:
            here = place(self._context, ids)
            self._context.doubt(where, f"a permission of an unknown kind, {permission[:40]!r}: taken for possibly any")
            yield from permitted(self._context, holder, here, "admin", where, Observed.POSSIBLE)

    def _default(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        if row.get("permitted") is True and ids[1] in GIVES:
            licensed = self._context.ref("licensed")
            yield from permitted(self._context, licensed, place(self._context, ids[:1]), GIVES[ids[1]], where)


PRODUCT = Product(
    "bitbucket-dc",
    "bitbucket",
    "Bitbucket Data Center",
    ends.ALL,
    ends.NOT_READ,
    walk,
    Mapper,
    root="/rest",
)
