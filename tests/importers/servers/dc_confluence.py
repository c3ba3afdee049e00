"""Confluence Data Center on this machine, in the shapes of the vendor's description (Confluence 10.2)."""

from dataclasses import dataclass, field
from typing import Any

from tests.importers.servers.dc_org import NOT_THERE, DataCenter, Person, cut, parts
from tests.importers.servers.loopback import Answer, Request


@dataclass(frozen=True)
class WikiPage:
    """A page: its space, what stands above it (outermost first), who may read and edit it as (sort, name)."""

    space: str
    above: tuple[str, ...] = ()
    read: list[tuple[str, str]] = field(default_factory=list)
    update: list[tuple[str, str]] = field(default_factory=list)


def sign_on(path: list[str], local_login: bool, made: tuple[str, ...]) -> Any:
    """Answer what the plug-in of single sign-on does, the same in each product; None: it is something else."""
    match path:
        case ["authconfig", "latest", "sso"]:
            return {"show-login-form": local_login, "enable-authentication-fallback": local_login}
        case ["basicauth", "latest", "config"]:
            return {"block-requests": not local_login}
        case ["authconfig", "latest", "idps"]:
            idp = {"id": 1, "name": "Okta", "sso-type": "SAML", "enabled": True, "sso-issuer": "http://okta/exk1"}
            return {"size": 1, "isLastPage": True, "start": 0, "results": [idp]}
        case ["authconfig", "latest", "jit-users"]:
            return [{"username": name} for name in made]
    return None


class Confluence:
    """
    Answers as a Confluence server does for an administrator, below a context path.

    Args:
        local_login: whether passwords sign in beside single sign-on; None: there is no single sign-on.
        made:        names of the accounts that an assertion made.
    """

    def __init__(
        self,
        org: DataCenter,
        base: str = "/confluence",
        pages: dict[str, WikiPage] | None = None,
        local_login: bool | None = None,
        made: tuple[str, ...] = (),
    ) -> None:
        self.org, self.base, self.pages = org, base, pages or {}
        self.local_login, self.made = local_login, made

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        if not request.headers.get("Authorization", "").startswith(("Bearer ", "Basic ")):
            return Answer.json({"statusCode": 401, "message": "not authenticated"}, 401)
        said = self._answer(request, parts(request.path, f"{self.base}/rest"))
        return NOT_THERE if said is None else Answer.json(said)

    def _answer(self, request: Request, path: list[str]) -> Any:
        org = self.org
        match path:
            case ["api", "server-information"]:
                return {"baseUrl": "https://wiki.acme.example/confluence", "version": "10.2.14", "buildNumber": 1}
            case ["api", "user", "current"]:
                return self._user(Person("graphscan-reader"))
            case ["api", "user", "list"]:
                return self._page(request, [self._user(one) for one in org.people])
            case ["api", "admin", "users", "list", "active"]:
                return self._page(request, [self._user(one) for one in org.people if one.active])
            case ["api", "group"]:
                return self._page(request, [self._group(one) for one in org.teams])
            case ["api", "group", team, what] if team in org.teams:
                return self._of_group(request, team, what)
            case ["api", "permissions"]:
                rows = org.wiki_globals
                return [self._permission(sort, name, what, "application") for sort, name, what in rows]
            case ["api", "permissions", "anonymous" | "unlicensed"]:
                rows = [row for row in org.wiki_globals if row[0] == path[2]]
                return [self._permission(*row, "application") for row in rows]
            case ["api", "permissions", "group" | "user", name]:
                rows = [row for row in org.wiki_globals if row[:2] == (path[2], name)]
                return [self._permission(*row, "application") for row in rows]
            case ["api", "space"]:
                return self._page(request, [self._space(one.key, number) for number, one in enumerate(org.spaces)])
            case ["api", "space", key, "permissions"]:
                space = next((one for one in org.spaces if one.key == key), None)
                if space is None:
                    return None
                return [{"spaceKey": key, **self._permission(*row, "space")} for row in space.permissions]
            case ["api", "content", id_] if id_ in self.pages:
                page = self.pages[id_]
                above = [{"id": one, "type": "page", "title": f"Page {one}"} for one in page.above]
                within = {"key": page.space, "name": f"Space {page.space}"}
                return {"id": id_, "type": "page", "title": f"Page {id_}", "space": within, "ancestors": above}
            case ["api", "content", id_, "restriction", "byOperation"] if id_ in self.pages:
                page = self.pages[id_]
                return {"read": self._restriction(page.read), "update": self._restriction(page.update), "_links": {}}
            case ["pat", "latest", "tokens"]:
                return []
            case ["api", "webhooks"]:
                hook = {
                    "name": "build",
                    "url": "https://ci.acme.example/",
                    "credentials": {"password": "hook-Pa55word"},
                }
                return self._page(request, [hook])
        return None if self.local_login is None else sign_on(path, self.local_login, self.made)

    def _of_group(self, request: Request, team: str, what: str) -> Any:
        org = self.org
        if what == "member":
            return self._page(request, [self._user(one) for one in org.of(team)])
        if what == "groupmember":
            return self._page(request, [self._group(one) for one in org.teams[team].teams])
        if what == "groupparent":
            return self._page(request, [self._group(one) for one, other in org.teams.items() if team in other.teams])
        return None

    def _page(self, request: Request, items: list[Any]) -> dict[str, Any]:
        page, first, size = cut(items, request, "start", "limit", 200)
        links = {"base": "https://wiki.acme.example/confluence", "context": self.base}
        if first + size < len(items):
            links["next"] = f"{request.path.removeprefix(self.base)}?start={first + size}&limit={size}"
        return {"results": page, "start": first, "limit": size, "size": len(page), "_links": links}

    def _restriction(self, named: list[tuple[str, str]]) -> dict[str, Any]:
        users = [self._user(Person(name)) for sort, name in named if sort == "user"]
        groups = [self._group(name) for sort, name in named if sort == "group"]
        listed = {
            sort: {"results": some, "start": 0, "limit": 200, "size": len(some)}
            for sort, some in (("user", users), ("group", groups))
        }
        return {"restrictions": listed, "_expandable": {"content": ""}}

    @classmethod
    def _permission(cls, sort: str, name: str, operation: str, target: str) -> dict[str, Any]:
        subject: dict[str, Any] = {"type": sort, "displayName": name}
        if sort == "group":
            subject |= {"name": name}
        if sort == "user":
            subject |= {"type": "known", "username": name, "userKey": name}
        return {"operation": {"operationKey": operation, "targetType": target}, "subject": subject}

    @staticmethod
    def _space(key: str, number: int) -> dict[str, Any]:
        return {"id": 1000 + number, "key": key, "name": f"Space {key}", "type": "global", "status": "current"}

    @staticmethod
    def _group(name: str) -> dict[str, Any]:
        return {"type": "group", "name": name}

    @staticmethod
    def _user(one: Person) -> dict[str, Any]:
        known = {"type": "known", "username": one.name, "userKey": one.name}
        return {**known, "displayName": one.display or one.name, "status": "current" if one.active else "deactivated"}
