"""Confluence Cloud on this machine, in the shapes of the vendor's descriptions (v1 and v2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.importers.servers.dc_org import parts
from tests.importers.servers.loopback import Answer, Request

NOT_FOUND = Answer.json({"errors": [{"status": 404, "code": "NOT_FOUND", "title": "Not Found", "detail": None}]}, 404)


@dataclass(frozen=True)
class CloudSpace:
    """A space: permissions (`user`, `group` or `role`, id, operation, target), and assignments (sort, id, role)."""

    id: int
    key: str
    permissions: list[tuple[str, str, str, str]] = field(default_factory=list)
    roles: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class CloudPage:
    """A page: the id of its space, what stands above it, who may read and edit it as (`user` or `group`, id)."""

    space: int
    above: tuple[str, ...] = ()
    read: list[tuple[str, str]] = field(default_factory=list)
    update: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class CloudWiki:
    """
    A site.

    Attributes:
        people:  accounts by id, with the state that is told of them, if one is.
        groups:  ids of the members by the id of the group.
        access:  which groups may use the site and administer it, by `user`, `admin`, `site-admin`.
        found:   who is found by a search for users.
        anyone:  what strangers may do; None: it is not told.
        roles:   permissions by the id of a role; None: the site has no roles.
        size:    of a page of a listing.
    """

    people: dict[str, str] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    access: dict[str, list[str]] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    anyone: list[str] | None = field(default_factory=list)
    roles: dict[str, list[str]] | None = None
    spaces: list[CloudSpace] = field(default_factory=list)
    pages: dict[str, CloudPage] = field(default_factory=dict)
    size: int = 100


class ConfluenceCloud:
    """Answers as a site does for an administrator; `host` is what it calls itself in absolute links, if it does."""

    def __init__(self, wiki: CloudWiki, host: str = "") -> None:
        self.wiki, self.host = wiki, host

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        if not request.headers.get("Authorization", "").startswith(("Bearer ", "Basic ")):
            return Answer.json({"message": "Client must be authenticated to access this resource."}, 401)
        said = self._v2(request, parts(request.path, "/wiki/api/v2")) or self._v1(
            request, parts(request.path, "/wiki/rest/api")
        )
        return NOT_FOUND if said is None else Answer.json(said)

    def _v1(self, request: Request, path: list[str]) -> Any:
        wiki = self.wiki
        match path:
            case ["settings", "systemInfo"]:
                return {"cloudId": "c-1", "baseUrl": "https://acme.atlassian.net/wiki", "edition": "STANDARD"}
            case ["user", "current"]:
                return self._user("reader")
            case ["user", "anonymous"]:
                made: dict[str, Any] = {"type": "anonymous", "displayName": "Anonymous"}
                if wiki.anyone is not None:
                    made["operations"] = [{"operation": one, "targetType": "application"} for one in wiki.anyone]
                return made
            case ["group"]:
                access = request.query.get("accessType")
                ids = list(wiki.groups) if access is None else wiki.access.get(access, [])
                return self._offset(request, [self._group(one) for one in ids])
            case ["group", id_, "membersByGroupId"] if id_ in wiki.groups:
                return self._offset(request, [self._user(one) for one in wiki.groups[id_]])
            case ["search", "user"] if request.query.get("cql") == "type=user":
                found = [{"user": self._user(one), "title": one, "entityType": "user"} for one in wiki.found]
                return {**self._offset(request, found), "totalSize": len(found), "cqlQuery": "type=user"}
            case ["content", id_, "restriction", "byOperation"] if id_ in wiki.pages:
                page = wiki.pages[id_]
                return {
                    operation: {"operation": operation, "restrictions": self._restrictions(named), "_links": {}}
                    for operation, named in (("read", page.read), ("update", page.update))
                }
        return None

    def _v2(self, request: Request, path: list[str]) -> Any:
        wiki = self.wiki
        spaces = {str(one.id): one for one in wiki.spaces}
        match path:
            case ["spaces"]:
                return self._cursor(request, [self._space(one) for one in wiki.spaces])
            case ["spaces", id_, "permissions"] if id_ in spaces:
                rows = spaces[id_].permissions
                return self._cursor(request, [self._permission(number, *row) for number, row in enumerate(rows)])
            case ["space-roles"] if wiki.roles is not None:
                roles = [
                    {"id": id_, "type": "SYSTEM", "displayName": id_, "spacePermissions": permissions}
                    for id_, permissions in wiki.roles.items()
                ]
                return self._cursor(request, roles)
            case ["spaces", id_, "role-assignments"] if id_ in spaces and wiki.roles is not None:
                return self._cursor(
                    request,
                    [
                        {"principal": {"principalType": sort, "principalId": one}, "roleId": role}
                        for sort, one, role in spaces[id_].roles
                    ],
                )
            case ["pages", id_] if id_ in wiki.pages:
                page = wiki.pages[id_]
                return {"id": id_, "title": f"Page {id_}", "spaceId": str(page.space), "status": "current", "body": {}}
            case ["pages", id_, "ancestors"] if id_ in wiki.pages:
                return {"results": [{"id": one, "type": "page"} for one in wiki.pages[id_].above], "_links": {}}
        return None

    def _offset(self, request: Request, items: Sequence[Any]) -> dict[str, Any]:
        """Return a page of v1: its next one is named below /wiki, and without it."""
        first, size = int(request.query.get("start") or 0), min(int(request.query.get("limit") or 25), self.wiki.size)
        some = list(items[first : first + size])
        links = {"base": "https://acme.atlassian.net/wiki", "context": "/wiki"}
        if first + size < len(items):
            links["next"] = (
                f"{self.host}{request.path.removeprefix('/wiki')}?next=true&limit={size}&start={first + size}"
            )
        return {"results": some, "start": first, "limit": size, "size": len(some), "_links": links}

    def _cursor(self, request: Request, items: Sequence[Any]) -> dict[str, Any]:
        """Return a page of v2."""
        first = int((request.query.get("cursor") or "at-0").removeprefix("at-"))
        size = min(int(request.query.get("limit") or 25), self.wiki.size)
        links = {"base": "https://acme.atlassian.net/wiki"}
        if first + size < len(items):
            links["next"] = f"{self.host}{request.path}?limit={size}&cursor=at-{first + size}"
        return {"results": list(items[first : first + size]), "_links": links}

    def _restrictions(self, named: list[tuple[str, str]]) -> dict[str, Any]:
        users = [self._user(one) for sort, one in named if sort == "user"]
        groups = [self._group(one) for sort, one in named if sort == "group"]
        return {
            "user": {"results": users, "start": 0, "limit": 100, "size": len(users)},
            "group": {"results": groups, "start": 0, "limit": 100, "size": len(groups)},
        }

    def _user(self, id_: str) -> dict[str, Any]:
        known = {"type": "known", "accountId": id_, "accountType": "app" if id_.startswith("app-") else "atlassian"}
        state = self.wiki.people.get(id_)
        told = {"accountStatus": state} if state else {}
        return {**known, **told, "email": f"{id_}@acme.example", "publicName": id_, "displayName": id_.title()}

    @staticmethod
    def _group(id_: str) -> dict[str, Any]:
        return {"type": "group", "id": id_, "name": f"the {id_}", "_links": {}}

    @staticmethod
    def _space(one: CloudSpace) -> dict[str, Any]:
        return {"id": str(one.id), "key": one.key, "name": f"Space {one.key}", "type": "global", "status": "current"}

    @staticmethod
    def _permission(number: int, sort: str, id_: str, operation: str, target: str) -> dict[str, Any]:
        return {
            "id": str(number),
            "principal": {"type": sort, "id": id_},
            "operation": {"key": operation, "targetType": target},
        }
