"""Confluence Data Center: what its records say."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from graphscan import kinds
from graphscan.model import Coverage, Enforced, Key, Node, Observed, Record, Ref, Relation
from importers._http import Page
from importers.atlassian.confluence import dc_endpoints as ends
from importers.atlassian.confluence.dc_walk import walk
from importers.atlassian.context import Context, NotARecordError, identifier, object_of, text_of
from importers.atlassian.product import Endpoint, Product
from importers.atlassian.rights import (
    LEVELS,
    PROVIDER,
    credential,
    local_login_control,
    no_content,
    password,
    permitted,
    reachable,
)

# What operations on a space come to; those of the application are below. What is not here opens nothing.
_LEVELS = {
    "read": "read",
    "view": "read",
    "viewspace": "read",
    "export": "read",
    "create": "write",
    "update": "write",
    "edit": "write",
    "delete": "write",
    "restrict": "write",
    "administer": "admin",
    "setspacepermissions": "admin",
    "setpermissions": "admin",
}
_GLOBAL = {
    "use": "login",
    "usereconfluence": "login",
    "administer": "admin",
    "administrateconfluence": "admin",
    "sysadmin": "system",
    "systemadministrator": "system",
    "administersystem": "system",
}
_HARMLESS = frozenset({"createspace", "create_space", "create", "browse", "browseusers", "archive", "personalspace"})


class Mapper:
    """Maps one snapshot of Confluence Data Center."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._seen: set[tuple[str, str]] = set()
        self._version = ""
        self._highest: dict[tuple[str, str, str], str] = {}
        self._ways: dict[str, Callable[[Any, str, tuple[str, ...]], Iterable[Record] | None]] = {
            ends.SERVER.path: self._server,
            ends.USERS.path: self._user,
            ends.GROUPS.path: self._group,
            ends.MEMBERS.path: self._member,
            ends.INNER.path: self._inner,
            ends.GLOBAL.path: self._global,
            ends.SPACES.path: self._space,
            ends.SPACE_PERMISSIONS.path: self._permission,
            ends.TOKENS.path: self._token,
        }

    def record(self, endpoint: Endpoint, page: Page, row: Any, ids: tuple[str, ...]) -> Iterable[Record] | None:
        """Return what one record says, or None where it was said already."""
        if not isinstance(row, dict):
            raise NotARecordError("the record is not an object")
        return self._ways[endpoint.path](row, page.path, ids)

    def finish(self, _coverage: list[Coverage]) -> Iterator[Record]:
        """Return the application, its populations, and the permissions on each space."""
        context, where = self._context, ends.SERVER.path
        said = context.evidence(where)
        yield Node(
            context.id("app"),
            "Application",
            PROVIDER,
            "confluence",
            name=f"Confluence {context.name}",
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
        yield from no_content(context, [context.id("app")])
        for (holder, space, page), level in self._highest.items():
            yield from permitted(context, Ref(holder), context.ref("space", space), level, page)

    def _server(self, row: Any, _where: str, _ids: tuple[str, ...]) -> Iterable[Record]:
        self._version = text_of(row.get("version"))
        return ()

    def _user(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record] | None:
        context, key = self._context, _user_key(row)
        if ("user", key) in self._seen:
            return None
        self._seen.add(("user", key))
        login = text_of(row.get("username")) or key
        user = context.ref("user", key)
        active = text_of(row.get("status")).lower() not in ("deactivated", "inactive", "deleted")
        made: list[Record] = [
            Node(
                user.text,
                "User",
                PROVIDER,
                "account",
                name=text_of(row.get("displayName")) or login,
                state=None if active else "disabled",
                keys=(Key("login", login),),
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
        id_, said = self._context.id("group", name), self._context.evidence(where)
        return [Node(id_, "Group", PROVIDER, "group", name=name, keys=(Key("group_name", name),), evidence=said)]

    def _member(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record]:
        context, key = self._context, _user_key(row)
        # Where users cannot be listed, a group's members describe them just as well.
        made = [] if ("user", key) in self._seen else self._user(row, where, ids) or []
        user, group = context.ref("user", key), context.ref("group", ids[0])
        return [*made, Relation(user, "MEMBER_OF", group, evidence=context.evidence(where))]

    def _inner(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record]:
        context = self._context
        inner, outer = context.ref("group", identifier(row, "name")), context.ref("group", ids[0])
        return [Relation(inner, "MEMBER_OF", outer, evidence=context.evidence(where))]

    def _subject(self, row: Any) -> Ref:
        """Return who holds a permission: of nobody in particular it is anyone, or any account."""
        subject = object_of(row, "subject")
        kind = text_of(subject.get("type")).lower()
        if kind == "group":
            return self._context.ref("group", identifier(subject, "name" if subject.get("name") else "displayName"))
        if kind in ("anonymous", "anyone") or not subject:
            return self._context.ref("anyone")
        if kind == "unlicensed":
            return self._context.ref("licensed")
        return self._context.ref("user", _user_key(subject))

    def _global(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record]:
        context, operation = self._context, _operation(row)
        holder = self._subject(row)
        level = _GLOBAL.get(operation)
        if level is None:
            if operation not in _HARMLESS:
                context.doubt(where, f"a permission of an unknown kind, {operation[:40]!r}: it was left out")
            return []
        said, guards = context.evidence(where), (reachable(context),)
        if level == "login":
            if holder == context.ref("anyone"):
                return []  # anonymous use is said space by space
            return [Relation(holder, "MEMBER_OF", context.ref("licensed"), evidence=said)]
        return [Relation(holder, "ASSIGNED_TO", context.ref("app"), "api", level, guards, evidence=said)]

    def _space(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record] | None:
        context, key = self._context, identifier(row, "key")
        if ("space", key) in self._seen:
            return None
        self._seen.add(("space", key))
        said, name = context.evidence(where), text_of(row.get("name")) or key
        space = context.ref("space", key)
        kind = "personal_space" if text_of(row.get("type")) == "personal" else "space"
        return [
            Node(space.text, "Wiki", PROVIDER, kind, name=name, evidence=said),
            # An administrator can give himself any space; whether he did nobody is told, so it is possible.
            Relation(
                context.ref("app"), "CONTAINS", space, "admin", "admin", observed=Observed.POSSIBLE, evidence=said
            ),
        ]

    def _permission(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record]:
        operation = _operation(row)
        target = text_of(object_of(row, "operation").get("targetType")).lower()
        level = _LEVELS.get(operation)
        if level is None:
            self._context.doubt(where, f"a permission of an unknown kind, {operation[:40]!r}: it was left out")
            return []
        # To create comments or attachments is writing; reading is said of the space alone.
        if level == "admin" and target not in ("space", ""):
            level = "write"
        place = (self._subject(row).text, ids[0], where)
        before = self._highest.get(place)
        if before is None or LEVELS.index(level) > LEVELS.index(before):
            self._highest[place] = level
        return []

    def _token(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record]:
        """Map one of the reading account's own tokens: it does what its owner may do here, and signs in nowhere."""
        context, id_ = self._context, self._context.id("token", identifier(row))
        name = text_of(row.get("name"))
        node = credential(context, id_, "pat", row, where, name=name, created="createdAt", used="lastAccessedAt")
        owner = row.get("userKey")
        if not isinstance(owner, str) or not owner:
            return [node]
        guards, said = (reachable(context),), context.evidence(where)
        user = context.ref("user", owner)
        return [node, Relation(user, "HAS_CREDENTIAL", Ref(id_), "held", "api", guards, evidence=said)]


# Private functions


def _user_key(row: Any) -> str:
    """Return what identifies an account. Raises NotARecordError where nothing does."""
    if not isinstance(row, dict):
        raise NotARecordError("the record is not an object")
    for name in ("userKey", "username"):
        if text_of(row.get(name)):
            return identifier(row, name)
    return identifier(row, "displayName")


def _operation(row: Any) -> str:
    key = text_of(object_of(row, "operation").get("operationKey"))
    return key.lower().replace("_", "").replace("-", "")


PRODUCT = Product(
    "confluence-dc",
    "confluence",
    "Confluence Data Center",
    ends.ALL,
    ends.NOT_READ,
    walk,
    Mapper,
    root="",
)
