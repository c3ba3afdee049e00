"""Confluence Data Center: what its records say."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from graphscan import kinds
from graphscan.model import Coverage, Key, Node, Observed, Record, Ref, Relation
from importers._http import Page
from importers.atlassian import sign_on, undocumented
from importers.atlassian.confluence import dc_endpoints as ends
from importers.atlassian.confluence.cloud_rights import Level, SpaceRights
from importers.atlassian.confluence.dc_walk import place_of, walk
from importers.atlassian.confluence.pages import Pages
from importers.atlassian.context import Context, NotARecordError, identifier, object_of, text_of
from importers.atlassian.product import Endpoint, Product
from importers.atlassian.rights import (
    PROVIDER,
    credential,
    local_login_control,
    no_content,
    password,
    reachable,
)

# What operations on a space come to, without `_` and `-`; those of the application are below. The interface's own
# words, and those of the page of permissions. What is not here is possibly any.
_LEVELS = {
    "read": "read",
    "view": "read",
    "viewspace": "read",
    "use": "read",
    "export": "read",
    "exportspace": "read",
    "exportpage": "read",
    "create": "write",
    "update": "write",
    "edit": "write",
    "editspace": "write",
    "editblog": "write",
    "comment": "write",
    "createattachment": "write",
    "delete": "write",
    "removepage": "write",
    "removeblog": "write",
    "removecomment": "write",
    "removeattachment": "write",
    "removemail": "write",
    "removeowncontent": "write",
    "copy": "write",
    "move": "write",
    "archive": "write",
    "restore": "write",
    "purge": "write",
    "purgeversion": "write",
    "restrict": "write",
    "restrictcontent": "write",
    "setpagepermissions": "write",
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
_ADMINISTERS = frozenset(word for word, level in _GLOBAL.items() if level != "login")
_HARMLESS = frozenset(
    {
        *("create", "createspace", "personalspace", "createpersonalspace", "archive", "updateuserstatus"),
        *("browse", "browseusers", "viewuserprofiles", "profileattachments"),
    }
)
_USERS = frozenset({"known", "unknown", "user", ""})  # an unknown user is one that is gone


class Mapper:
    """Maps one snapshot of Confluence Data Center."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._seen: set[tuple[str, str]] = set()
        self._version = ""
        self._webhooks = 0
        self._sign_on = sign_on.SignOn(context)
        self._passwords: dict[str, tuple[str, str]] = {}
        self._rights = SpaceRights(context)
        self._globals: dict[tuple[Ref, str], tuple[Observed, str]] = {}
        self._pages = Pages(context, self._named, lambda key: ("space", key) in self._seen)
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
            ends.WEBHOOKS.path: self._webhook,
            sign_on.SSO.path: self._sign_on.setting,
            sign_on.BASIC.path: self._sign_on.basic,
            sign_on.PROVIDERS.path: self._sign_on.provider,
            sign_on.MADE_AT_SIGN_IN.path: self._sign_on.accounts,
            **undocumented.ways(context),
            ends.PAGE.path: self._page,
            ends.RESTRICTIONS.path: lambda row, where, ids: self._pages.restrictions(ids[0], row, where),
        }

    def record(self, endpoint: Endpoint, page: Page, row: Any, ids: tuple[str, ...]) -> Iterable[Record] | None:
        """Return what one record says, or None where it was said already."""
        if not isinstance(row, dict) and endpoint.path != sign_on.MADE_AT_SIGN_IN.path:
            raise NotARecordError("the record is not an object")
        return self._ways[endpoint.path](row, page.path, ids)

    def finish(self, coverage: list[Coverage]) -> Iterator[Record]:
        """Return the application, its populations, the permissions on each space, and who reads restricted pages."""
        context, where = self._context, ends.SERVER.path
        said = context.evidence(where)
        yield Node(
            context.id("app"),
            "Application",
            PROVIDER,
            "confluence",
            name=f"Confluence {context.name}",
            keys=(Key("base_url", f"{context.origin}{context.base}"), *self._sign_on.keys(coverage)),
            properties={
                **({"version": self._version} if self._version else {}),
                **({"webhooks": str(self._webhooks)} if self._webhooks else {}),
            },
            evidence=said,
        )
        yield local_login_control(context, self._sign_on.local_login(), sign_on.SSO.path)
        for key, (login, page) in self._passwords.items():
            # Whether somebody gave a password to an account that was made by an assertion is not told.
            made = login.lower() in self._sign_on.made
            yield from password(
                context, context.ref("user", key), key, page, Observed.POSSIBLE if made else Observed.YES
            )
        licensed = context.ref("licensed")
        yield Node(licensed.text, "Group", PROVIDER, "population", name="Licensed users", evidence=said)
        yield Node(context.id("anyone"), "Group", PROVIDER, kinds.ANONYMOUS, name="Anyone", evidence=said)
        app, guards = context.ref("app"), (reachable(context),)
        yield Relation(licensed, "ASSIGNED_TO", app, "api_read", "login", guards, evidence=said)
        yield from no_content(context, [context.id("app")])
        for (holder, level), (observed, page) in self._globals.items():
            said = context.evidence(page)
            if level == "login":
                yield Relation(holder, "MEMBER_OF", licensed, observed=observed, evidence=said)
            else:
                yield Relation(holder, "ASSIGNED_TO", app, "api", level, guards, observed=observed, evidence=said)
        yield from self._rights.records()
        yield from self._pages.records(coverage)

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
        if active:
            self._passwords[key] = (login, where)
        return [
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

    def _subject(self, row: Any, where: str) -> tuple[Ref, Observed]:
        """Return who holds a permission: of nobody in particular it is anyone, or any account."""
        subject = object_of(row, "subject")
        kind = text_of(subject.get("type")).lower()
        if kind == "group":
            name = identifier(subject, "name" if subject.get("name") else "displayName")
            return self._context.ref("group", name), Observed.YES
        if kind in ("anonymous", "anyone") or not subject:
            return self._context.ref("anyone"), Observed.YES
        if kind == "unlicensed":  # whoever has an account and no licence: not listed anywhere
            return self._context.ref("anyone"), Observed.POSSIBLE
        if kind in _USERS or text_of(subject.get("userKey")):
            return self._context.ref("user", _user_key(subject)), Observed.YES
        self._context.doubt(where, f"a holder of an unknown kind, {kind[:40]!r}: taken for possibly anyone")
        return self._context.ref("anyone"), Observed.POSSIBLE

    def _global(self, row: Any, where: str, _ids: tuple[str, ...]) -> Iterable[Record]:
        """Take down a right over the application. What is sure is not possible besides: each is stated at the end."""
        operation = _operation(row)
        holder, observed = self._subject(row, where)
        if operation in _HARMLESS:
            return ()
        if holder == self._context.ref("anyone") and observed is Observed.YES and operation not in _ADMINISTERS:
            return ()  # anonymous use is said space by space, and strangers are let in to nothing else
        levels = [_GLOBAL[operation]] if operation in _GLOBAL else ["login", "system"]
        if operation not in _GLOBAL:
            observed = Observed.POSSIBLE
            unknown = f"a permission of an unknown kind, {operation[:40]!r}"
            self._context.doubt(where, f"{unknown}: taken for possibly a system administrator's")
        for level in levels:
            if self._globals.get((holder, level), (Observed.POSSIBLE,))[0] is not Observed.YES:
                self._globals[holder, level] = (observed, where)
        return ()

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

    def _permission(self, row: Any, where: str, ids: tuple[str, ...]) -> Iterable[Record]:
        operation = _operation(row)
        holder, observed = self._subject(row, where)
        target = text_of(object_of(row, "operation").get("targetType")).lower()
        level = _LEVELS.get(operation, "")
        if not level:
            unknown = f"a permission of an unknown kind, {operation[:40]!r}"
            self._context.doubt(where, f"{unknown}: taken for possibly any")
        # To create comments or attachments is writing; reading is said of the space alone.
        if level == "admin" and target not in ("space", ""):
            level = "write"
        self._rights.add(holder, ids[0], Level(level, not level), where, observed)
        return ()

    def _webhook(self, _row: Any, _where: str, _ids: tuple[str, ...]) -> Iterable[Record]:
        self._webhooks += 1
        return ()

    def _page(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record]:
        space, above = place_of(row)
        if above is None:
            raise NotARecordError("the answer does not say what stands above the page")
        self._pages.place(ids[0], space, above, where)
        for id_, one in [(ids[0], row), *zip(above, row["ancestors"], strict=True)]:
            self._pages.title(id_, text_of(one.get("title")))
        return []

    def _named(self, sort: str, row: Any) -> Ref:
        """Return whom a restriction names."""
        if sort == "group":
            return self._context.ref("group", identifier(row, "name"))
        return self._context.ref("user", _user_key(row))

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
    options=frozenset({"pages"}),
    root="",
)
