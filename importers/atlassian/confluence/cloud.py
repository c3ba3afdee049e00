"""Confluence Cloud: what its records say."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from graphscan import kinds
from graphscan.model import Coverage, Effect, Key, Node, Observed, Record, Ref, Relation
from importers._http import Page
from importers.atlassian.confluence import cloud_endpoints as ends
from importers.atlassian.confluence.cloud_rights import Level, SpaceRights, level_of_role, of_class
from importers.atlassian.confluence.cloud_walk import space_of, walk
from importers.atlassian.confluence.pages import Pages
from importers.atlassian.context import Context, NotARecordError, identifier, object_of, text_of
from importers.atlassian.product import Endpoint, Product
from importers.atlassian.rights import PROVIDER, no_content, reachable

_DEAD = {"inactive": "disabled", "deactivated": "disabled", "suspended": "suspended", "closed": "deleted"}
# How an account is known to be let in, beside through a group that may use Confluence, and whether it is then one of
# those of whom permissions speak as of all who may. An administrator need not be, nor a guest.
_POPULATION = {"found": Observed.YES, "guest": Observed.POSSIBLE, "administers": Observed.POSSIBLE}


class Mapper:
    """Maps one snapshot of Confluence Cloud."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._site: dict[str, str] = {}
        self._strangers: bool | None = None
        self._described: set[str] = set()
        self._groups: set[str] = set()
        self._access: dict[str, str] = {}
        self._let_in: dict[str, str] = {}
        self._spaces: dict[str, str] = {}
        self._roles: dict[str, Level] = {}
        self._rights = SpaceRights(context)
        self._pages = Pages(context, self._named, lambda key: key in self._spaces.values())
        self._above: dict[str, list[str]] = {}
        self._homes: dict[str, tuple[str, str]] = {}
        self._ways: dict[str, Callable[[Any, str, tuple[str, ...]], Iterable[Record] | None]] = {
            ends.SITE.path: self._about,
            ends.GROUPS.path: self._group,
            ends.USING.path: self._uses,
            ends.ADMINISTERING.path: self._administers,
            ends.SITE_ADMINISTERING.path: self._administers,
            ends.MEMBERS.path: self._member,
            ends.USERS.path: self._found,
            ends.ANYONE.path: self._anyone,
            ends.SPACES.path: self._space,
            ends.SPACE_PERMISSIONS.path: self._permission,
            ends.ROLES.path: self._role,
            ends.ROLE_ASSIGNMENTS.path: self._assignment,
            ends.PAGE.path: self._page,
            ends.ABOVE.path: self._ancestor,
            ends.RESTRICTIONS.path: lambda row, where, ids: self._pages.restrictions(ids[0], row, where),
        }

    def record(self, endpoint: Endpoint, page: Page, row: Any, ids: tuple[str, ...]) -> Iterable[Record] | None:
        """Return what one record says, or None where it was said already."""
        if not isinstance(row, dict):
            raise NotARecordError("the record is not an object")
        return self._ways[endpoint.path](row, page.path, ids)

    def finish(self, coverage: list[Coverage]) -> Iterator[Record]:
        """Return the application, its populations and accounts, who may do what in each space, and restricted pages."""
        context, where = self._context, ends.SITE.path
        app, licensed, said = context.ref("app"), context.ref("licensed"), context.evidence(where)
        keys = [Key("base_url", f"{context.origin}{context.base}")]
        site = self._site.get("cloudId") or context.cloud_id
        keys += [Key("cloud_id", site)] if site else []
        yield Node(
            app.text,
            "Application",
            PROVIDER,
            "confluence",
            name=f"Confluence {context.name}",
            keys=tuple(keys),
            properties={"form": "cloud", **({"edition": self._site["edition"]} if self._site.get("edition") else {})},
            evidence=said,
        )
        yield from self._reached(app)
        yield Node(licensed.text, "Group", PROVIDER, "population", name="Whoever may use Confluence", evidence=said)
        yield Node(context.id("anyone"), "Group", PROVIDER, kinds.ANONYMOUS, name="Anyone", evidence=said)
        yield Relation(licensed, "ASSIGNED_TO", app, "api_read", "login", (reachable(context),), evidence=said)
        yield from no_content(context, [app.text])
        yield from self._accounts()
        yield from self._rights.records()
        # Strangers are let in (or it is not known), and not one permission speaks of them: perhaps none ever does.
        if self._strangers is not False and not self._rights.public:
            yield from self._rights.open_to_anyone(self._spaces.values(), ends.ANYONE.path)
        for page, (space, home) in self._homes.items():
            self._pages.place(page, self._spaces.get(space, ""), tuple(self._above.get(page, ())), home)
        yield from self._pages.records(coverage)

    def _reached(self, app: Ref) -> Iterator[Record]:
        """Yield that it stands on the internet, behind a list of addresses of which it does not tell."""
        context = self._context
        control, said = context.ref("ip-allowlist"), context.evidence(ends.SITE.path)
        name = f"List of addresses that reach Confluence {context.name}"
        yield Node(control.text, "Control", PROVIDER, "ip_allow_list", name, effect=Effect.BLOCKS, evidence=said)
        guards = ((control, "defeated"),)
        yield Relation(app, "REACHABLE_FROM", Ref(kinds.INTERNET), guarded_by=guards, evidence=said)

    def _accounts(self) -> Iterator[Record]:
        """Yield whose accounts are of Confluence: who is let in surely, others perhaps, where it is told who is."""
        context, known = self._context, any(self._let_in.values())
        said = context.evidence(ends.USERS.path)
        for id_, how in self._let_in.items():
            account = Ref(context.account(id_))
            if id_ not in self._described:
                yield Node(account.text, "User", PROVIDER, "account", evidence=said)
            observed = Observed.YES if how or not known else Observed.POSSIBLE
            yield Relation(account, "ACCOUNT_OF", context.ref("app"), observed=observed, evidence=said)
            if how in _POPULATION:
                yield Relation(account, "MEMBER_OF", context.ref("licensed"), observed=_POPULATION[how], evidence=said)

    def _about(self, row: Any, _where: str, _ids: tuple[str, ...]) -> Iterable[Record]:
        self._site = {name: text_of(row.get(name)) for name in ("cloudId", "edition")}
        return ()

    def _anyone(self, row: Any, _where: str, _ids: tuple[str, ...]) -> Iterable[Record]:
        operations = row.get("operations")
        self._strangers = bool(operations) if isinstance(operations, list) else None
        return ()

    def _group(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record] | None:
        id_ = identifier(row)
        if id_ in self._groups:
            return None
        self._groups.add(id_)
        context, name = self._context, text_of(row.get("name")) or id_
        said, keys = context.evidence(where), (Key("group_name", name),)
        return [Node(context.id("group", id_), "Group", PROVIDER, "group", name=name, keys=keys, evidence=said)]

    def _uses(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record]:
        context, id_ = self._context, identifier(row)
        made = self._group(row, where, ids) or []
        self._access[id_] = "group"
        said = context.evidence(where)
        return [*made, Relation(context.ref("group", id_), "MEMBER_OF", context.ref("licensed"), evidence=said)]

    def _administers(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record]:
        context, id_ = self._context, identifier(row)
        made = self._group(row, where, ids) or []
        self._access.setdefault(id_, "administers")
        group, guards, said = context.ref("group", id_), (reachable(context),), context.evidence(where)
        return [*made, Relation(group, "ASSIGNED_TO", context.ref("app"), "api", "admin", guards, evidence=said)]

    def _member(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record]:
        context, made = self._context, self._account(row, where)
        id_ = identifier(row, "accountId")
        if ids[0] in self._access and self._let_in[id_] != "group":
            self._let_in[id_] = self._access[ids[0]]
        account, group = Ref(context.account(id_)), context.ref("group", ids[0])
        return [*made, Relation(account, "MEMBER_OF", group, evidence=context.evidence(where))]

    def _found(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record] | None:
        user = object_of(row, "user")
        id_ = identifier(user, "accountId")
        repeated, made = id_ in self._described, self._account(user, where)
        if self._let_in[id_] != "group":
            self._let_in[id_] = "guest" if user.get("isExternalCollaborator") is True else "found"
        return None if repeated else made

    def _account(self, row: Any, where: str) -> list[Record]:
        """Return an account, unless it was described; it is that of all products of the vendor's cloud."""
        context, id_ = self._context, identifier(row, "accountId")
        self._let_in.setdefault(id_, "")
        if id_ in self._described:
            return []
        self._described.add(id_)
        email, app = text_of(row.get("email")), row.get("accountType") == "app"
        name = text_of(row.get("displayName")) or text_of(row.get("publicName"))
        return [
            Node(
                context.account(id_),
                "ServiceAccount" if app else "User",
                PROVIDER,
                "app" if app else "account",
                name=name or id_,
                # Accounts that are gone are mostly not listed at all; where a state is told it counts.
                state=_DEAD.get(text_of(row.get("accountStatus")).lower()),
                # Whether the organization manages it, so that its owner cannot change the address, is not told here.
                keys=(Key("email", email.lower(), verified=False),) if email else (),
                properties={"account_type": "app"} if app else {},
                evidence=context.evidence(where),
            )
        ]

    def _space(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record] | None:
        context, id_, key = self._context, identifier(row), identifier(row, "key")
        if id_ in self._spaces:
            return None
        self._spaces[id_] = key
        said, name = context.evidence(where), text_of(row.get("name")) or key
        space, app = context.ref("space", key), context.ref("app")
        kind = "personal_space" if text_of(row.get("type")) == "personal" else "space"
        return [
            Node(space.text, "Wiki", PROVIDER, kind, name=name, evidence=said),
            # An administrator can give himself any space; whether he did nobody is told, so it is possible.
            Relation(app, "CONTAINS", space, "admin", "admin", observed=Observed.POSSIBLE, evidence=said),
        ]

    def _permission(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record]:
        principal, operation = object_of(row, "principal"), object_of(row, "operation")
        sort, id_ = text_of(principal.get("type")).lower(), identifier(principal)
        if sort == "role" and id_ in self._roles:
            return []  # who has the role is listed on its own
        holder, observed = self._holder(sort, id_, where)
        target = text_of(operation.get("targetType"))
        self._rights.permission(holder, self._key(ids), text_of(operation.get("key")), target, where, observed)
        return []

    def _role(self, row: Any, where: str, _ids: tuple[str, ...]) -> list[Record] | None:
        id_ = identifier(row)
        if id_ in self._roles:
            return None
        self._roles[id_] = level_of_role(row.get("spacePermissions"))
        if self._roles[id_].unclear:
            self._context.doubt(where, "a role with permissions of an unknown kind: taken for possibly any")
        return []

    def _assignment(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record]:
        principal = object_of(row, "principal")
        sort, id_ = text_of(principal.get("principalType")).lower(), identifier(principal, "principalId")
        holder, observed = self._holder(sort, id_, where)
        level = self._roles.get(identifier(row, "roleId"), Level(unclear=True))
        self._rights.add(holder, self._key(ids), level, where, observed)
        return []

    def _holder(self, sort: str, id_: str, where: str) -> tuple[Ref, Observed]:
        """Return who holds a permission."""
        if sort == "user":
            self._let_in.setdefault(id_, "")
            return Ref(self._context.account(id_)), Observed.YES
        if sort == "group":
            return self._context.ref("group", id_), Observed.YES
        return of_class(self._context, id_, where)

    def _key(self, ids: tuple[str, ...]) -> str:
        if ids[0] not in self._spaces:
            raise NotARecordError("it is of a space that was not listed")
        return self._spaces[ids[0]]

    def _page(self, row: Any, where: str, ids: tuple[str, ...]) -> list[Record]:
        self._homes[ids[0]] = (space_of(row), where)
        self._pages.title(ids[0], text_of(row.get("title")))
        return []

    def _ancestor(self, row: Any, _where: str, ids: tuple[str, ...]) -> list[Record]:
        self._above.setdefault(ids[0], []).append(identifier(row))
        return []

    def _named(self, sort: str, row: Any) -> Ref:
        """Return whom a restriction names."""
        if sort == "group":
            return self._context.ref("group", identifier(row))
        id_ = identifier(row, "accountId")
        self._let_in.setdefault(id_, "")
        return Ref(self._context.account(id_))


PRODUCT = Product(
    "confluence-cloud",
    "confluence",
    "Confluence Cloud",
    ends.ALL,
    ends.NOT_READ,
    walk,
    Mapper,
    options=frozenset({"pages"}),
)
