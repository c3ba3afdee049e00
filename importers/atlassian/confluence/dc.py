"""Confluence Data Center: what its records say."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from graphscan import kinds
from graphscan.model import Coverage, Key, Node, Observed, Record, Ref, Relation
from importers._http import Page
from importers.atlassian import sign_on, undocumented
from importers.atlassian.confluence import dc_endpoints as ends
from importers.atlassian.confluence.dc_permissions import Permissions, user_key
from importers.atlassian.confluence.dc_walk import place_of, walk
from importers.atlassian.confluence.pages import Pages
from importers.atlassian.context import Context, NotARecordError, identifier, text_of
from importers.atlassian.dc_instance import application, passwords
from importers.atlassian.product import Endpoint, Product
from importers.atlassian.rights import PROVIDER, credential, no_content, reachable


class Mapper:
    """Maps one snapshot of Confluence Data Center."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._seen: set[tuple[str, str]] = set()
        self._version = ""
        self._webhooks = 0
        self._sign_on = sign_on.SignOn(context)
        self._passwords: dict[str, tuple[str, str]] = {}
        self._permissions = Permissions(context)
        self._pages = Pages(context, self._named, lambda key: ("space", key) in self._seen)
        self._ways: dict[str, Callable[[Any, str, tuple[str, ...]], Iterable[Record] | None]] = {
            ends.SERVER.path: self._server,
            ends.USERS.path: self._user,
            ends.GROUPS.path: self._group,
            ends.MEMBERS.path: self._member,
            ends.INNER.path: self._inner,
            ends.GLOBAL.path: self._permissions.over_application,
            ends.SPACES.path: self._space,
            ends.SPACE_PERMISSIONS.path: self._permissions.on_space,
            ends.TOKENS.path: self._token,
            ends.WEBHOOKS.path: self._webhook,
            **self._sign_on.ways,
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
        about = {"version": self._version, "webhooks": str(self._webhooks or "")}
        yield from application(context, self._sign_on, coverage, "confluence", about, where)
        yield from passwords(context, self._sign_on, self._passwords)
        said, licensed = context.evidence(where), context.ref("licensed")
        yield Node(licensed.text, "Group", PROVIDER, "population", name="Licensed users", evidence=said)
        yield Node(context.id("anyone"), "Group", PROVIDER, kinds.ANONYMOUS, name="Anyone", evidence=said)
        app, guards = context.ref("app"), (reachable(context),)
        yield Relation(licensed, "ASSIGNED_TO", app, "api_read", "login", guards, evidence=said)
        yield from no_content(context, [context.id("app")])
        yield from self._permissions.records()
        yield from self._pages.records(coverage)

    def _server(self, row: Any, _where: str, _ids: tuple[str, ...]) -> Iterable[Record]:
        self._version = text_of(row.get("version"))
        return ()

    def _user(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record] | None:
        context, key = self._context, user_key(row)
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
        context, key = self._context, user_key(row)
        # Where users cannot be listed, a group's members describe them just as well.
        made = [] if ("user", key) in self._seen else self._user(row, where, ids) or []
        user, group = context.ref("user", key), context.ref("group", ids[0])
        return [*made, Relation(user, "MEMBER_OF", group, evidence=context.evidence(where))]

    def _inner(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record]:
        context = self._context
        inner, outer = context.ref("group", identifier(row, "name")), context.ref("group", ids[0])
        return [Relation(inner, "MEMBER_OF", outer, evidence=context.evidence(where))]

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
        return self._context.ref("user", user_key(row))

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
