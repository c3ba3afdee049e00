"""Bitbucket Data Center: what its records say."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from graphscan import kinds
from graphscan.model import Coverage, Enforced, Key, Node, Observed, Record, Ref, Relation, Sensitivity
from importers._http import Page
from importers.atlassian.bitbucket import dc_endpoints as ends
from importers.atlassian.bitbucket.dc_walk import walk
from importers.atlassian.context import Context, NotARecordError, identifier, object_of, text_of
from importers.atlassian.product import Endpoint, Product
from importers.atlassian.rights import (
    LEVELS,
    PROVIDER,
    contained,
    credential,
    local_login_control,
    no_content,
    password,
    permitted,
    reachable,
)

# The highest level that a permission gives over what it is about.
_GIVES = {f"{place}_{level.upper()}": level for place in ("PROJECT", "REPO") for level in LEVELS}
# Rights that open nothing by themselves: they are told, and lead nowhere.
_NOTHING = frozenset({"PROJECT_CREATE", "REPO_CREATE", "PROJECT_VIEW", "USER_ADMIN"})
_INTERNAL = "internal"


class Mapper:
    """Maps one snapshot of Bitbucket Data Center."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._seen: set[tuple[str, ...]] = set()
        self._form: bool | None = None  # whether the login form is shown
        self._basic: bool | None = None  # whether Basic authentication is let in
        self._version = ""
        self._ways: dict[str, Callable[[Any, str, tuple[str, ...]], Iterable[Record]]] = {
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
            ends.USER_TOKENS.path: self._user_token,
            ends.PROJECT_TOKENS.path: self._token,
            ends.REPO_TOKENS.path: self._token,
            ends.USER_KEYS.path: self._user_key,
            ends.PROJECT_KEYS.path: self._access_key,
            ends.REPO_KEYS.path: self._access_key,
            ends.MIRRORS.path: self._mirror,
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
            ends.MIRRORS.path: "id",
        }

    def record(self, endpoint: Endpoint, page: Page, row: Any, ids: tuple[str, ...]) -> Iterable[Record] | None:
        """Return what one record says, or None where it was said already."""
        if not isinstance(row, dict):
            raise NotARecordError("the record is not an object")
        path = endpoint.path
        if path == ends.PROPERTIES.path:
            self._version = text_of(row.get("version"))
            return ()
        if path == ends.SSO.path:
            self._form = _said(row, "show-login-form", "showLoginForm")
            return ()
        if path == ends.BASIC.path:
            self._basic = _allows_basic(row)
            return ()
        if path == ends.REPOSITORIES.path:
            ids = (identifier(object_of(row, "project"), "key"),)
        if path in self._once:
            place = (path, identifier(row, self._once[path]), *ids)
            if place in self._seen:
                return None
            self._seen.add(place)
        return self._ways[path](row, page.path, ids)

    def finish(self, _coverage: list[Coverage]) -> Iterator[Record]:
        """Return the application, its populations and the control before local passwords."""
        context = self._context
        where = ends.PROPERTIES.path
        yield Node(
            context.id("app"),
            "Application",
            PROVIDER,
            "bitbucket",
            name=f"Bitbucket {context.name}",
            keys=(Key("base_url", f"{context.origin}{context.base}"),),
            properties={"version": self._version} if self._version else {},
            evidence=context.evidence(where),
        )
        yield local_login_control(context, self._local_login(), ends.SSO.path)
        licensed = context.ref("licensed")
        yield Node(
            licensed.text, "Group", PROVIDER, "population", name="Licensed users", evidence=context.evidence(where)
        )
        yield Node(
            context.id("anyone"), "Group", PROVIDER, kinds.ANONYMOUS, name="Anyone", evidence=context.evidence(where)
        )
        yield self._login(licensed, where)
        projects = [context.id("project", one[1]) for one in sorted(self._seen) if one[0] == ends.PROJECTS.path]
        yield from no_content(context, [context.id("app"), *projects])

    def _local_login(self) -> Enforced:
        """Return whether passwords are stopped: the form must be hidden and Basic refused, and both must be known."""
        if self._form is None and self._basic is None:
            return Enforced.UNKNOWN
        if self._form or self._basic:
            return Enforced.NO
        return Enforced.YES if self._form is False and self._basic is False else Enforced.UNKNOWN

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
        if active:
            # Another directory keeps passwords of its own; that they are taken here as well is likely, and not told.
            own = _INTERNAL in directory.lower()
            yield from password(context, user, slug, where, Observed.YES if own else Observed.POSSIBLE)

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
        if permission in ("LICENSED_USER", "PROJECT_CREATE", "ADMIN", "SYS_ADMIN"):
            # Each of these is a licensed user as well.
            yield Relation(holder, "MEMBER_OF", context.ref("licensed"), evidence=context.evidence(where))
        if permission in ("ADMIN", "SYS_ADMIN"):
            level = "admin" if permission == "ADMIN" else "system"
            guards = (reachable(context),)
            app = context.ref("app")
            yield Relation(holder, "ASSIGNED_TO", app, "api", level, guards, evidence=context.evidence(where))
        elif permission not in ("LICENSED_USER", "PROJECT_CREATE"):
            context.doubt(where, f"a permission of an unknown kind, {permission[:40]!r}: it was left out")

    def _login(self, holder: Ref, where: str) -> Relation:
        guards = (reachable(self._context),)
        app = self._context.ref("app")
        return Relation(holder, "ASSIGNED_TO", app, "api_read", "login", guards, evidence=self._context.evidence(where))

    def _project(self, row: Any, where: str, _ids: tuple[str, ...]) -> Iterator[Record]:
        context, key = self._context, identifier(row, "key")
        project = context.ref("project", key)
        yield Node(
            project.text,
            "Project",
            PROVIDER,
            "project",
            name=text_of(row.get("name")) or key,
            evidence=context.evidence(where),
        )
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

    def _place(self, ids: tuple[str, ...]) -> Ref:
        return self._context.ref("project", ids[0]) if len(ids) == 1 else self._context.ref("repo", "/".join(ids))

    def _permission(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        permission, holder = text_of(row.get("permission")), self._holder(row)
        if permission in _GIVES:
            yield from permitted(self._context, holder, self._place(ids), _GIVES[permission], where)
        elif permission not in _NOTHING:
            self._context.doubt(where, f"a permission of an unknown kind, {permission[:40]!r}: it was left out")

    def _default(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        if row.get("permitted") is True and ids[1] in _GIVES:
            licensed = self._context.ref("licensed")
            yield from permitted(self._context, licensed, self._place(ids[:1]), _GIVES[ids[1]], where)

    def _user_token(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        context, node = self._context, self._token_node(row, where)
        yield node
        known, possible = _token_levels(row.get("permissions"))
        user, guards = context.ref("user", ids[0]), (reachable(context),)
        for level, seen in ((known, Observed.YES), (possible, Observed.POSSIBLE)):
            if level:
                said = context.evidence(where)
                yield Relation(
                    user, "HAS_CREDENTIAL", Ref(node.id), "held", level, guards, observed=seen, evidence=said
                )

    def _token(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        """Map a token of a project or repository: it has no owner whose rights could be less."""
        node = self._token_node(row, where)
        yield node
        listed = row.get("permissions")
        gives = [_GIVES[one] for one in listed if isinstance(one, str) and one in _GIVES] if _is_list(listed) else []
        seen = Observed.YES if gives else Observed.POSSIBLE
        yield self._grant(Ref(node.id), self._place(ids), max(gives or ["admin"], key=LEVELS.index), where, seen)

    def _token_node(self, row: Any, where: str) -> Node:
        id_ = self._context.id("token", identifier(row))
        return credential(self._context, id_, "access_token", row, where, name=text_of(row.get("name")))

    def _grant(self, key: Ref, place: Ref, level: str, where: str, seen: Observed) -> Relation:
        guards, said = (reachable(self._context),), self._context.evidence(where)
        return Relation(key, "GRANTS", place, "held", level, guards, observed=seen, evidence=said)

    def _user_key(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        """Map an SSH key of a person: git reads and writes as the person, and administers nothing."""
        context = self._context
        id_ = context.id("ssh-key", identifier(row))
        yield credential(context, id_, "ssh_key", row, where, name=text_of(row.get("label")))
        guards, said = (reachable(context),), context.evidence(where)
        yield Relation(
            context.ref("user", ids[0]), "HAS_CREDENTIAL", Ref(id_), "held", "api_write", guards, evidence=said
        )

    def _access_key(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterator[Record]:
        key, permission = object_of(row, "key"), text_of(row.get("permission"))
        id_ = self._context.id("access-key", identifier(key))
        if (id_,) not in self._seen:
            self._seen.add((id_,))  # one key may open several places
            yield credential(self._context, id_, "access_key", key, where, name=text_of(key.get("label")))
        known = permission in _GIVES
        seen = Observed.YES if known else Observed.POSSIBLE
        yield self._grant(Ref(id_), self._place(ids), _GIVES[permission] if known else "write", where, seen)

    def _mirror(self, row: Any, where: str, _ids: tuple[str, ...]) -> Iterator[Record]:
        """Map a mirror: a machine elsewhere that holds clones. Which projects is not told here: possibly each."""
        context = self._context
        if row.get("enabled") is False:
            return
        id_ = context.id("mirror", identifier(row))
        properties = {"address": text_of(row.get("baseUrl"))}
        name, said = text_of(row.get("name")), context.evidence(where)
        yield Node(id_, "Host", PROVIDER, "mirror", name=name, properties=properties, evidence=said)
        for _, key, *_ in sorted(one for one in self._seen if one[0] == ends.PROJECTS.path):
            project = context.ref("project", key)
            yield Relation(Ref(id_), "STORES", project, "exec", "read", observed=Observed.POSSIBLE, evidence=said)


# Private functions


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _said(row: dict[str, Any], *names: str) -> bool | None:
    return next((row[name] for name in names if isinstance(row.get(name), bool)), None)


def _allows_basic(row: dict[str, Any]) -> bool | None:
    """Return whether Basic authentication is let in: for everything, or for a path or a user."""
    blocked = _said(row, "block-requests", "blockRequests")
    if blocked is None:
        return _said(row, "allowBasicAuth")
    listed = [row.get(name) for name in ("allowed-paths", "allowed-users", "allowedPaths", "allowedUsers")]
    return not blocked or any(_is_list(one) for one in listed)


def _token_levels(permissions: Any) -> tuple[str, str]:
    """
    Return the level at which a token acts for its owner, as known and as possible.

    The token gives the lesser of its own right and its owner's. One that administers repositories but not projects is
    known to write: a level says nothing of where.
    """
    if not _is_list(permissions):
        return "", "api_admin"
    known_ones = [one for one in permissions if isinstance(one, str) and one in _GIVES]
    highest = {
        place: max((LEVELS.index(_GIVES[one]) for one in known_ones if one.startswith(place)), default=-1)
        for place in ("PROJECT", "REPO")
    }
    # What a token may do to projects it may do to the repositories in them.
    low, high = sorted((highest["PROJECT"], max(highest.values())))
    names = ("api_read", "api_write", "api_admin")
    if high < 0:
        return "", ""
    if low == high:
        return names[high], ""
    known = names[min(high, 1)]
    return known, names[high] if names[high] != known else ""


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
