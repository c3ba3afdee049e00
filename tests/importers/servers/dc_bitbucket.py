"""Bitbucket Data Center on this machine, in the shapes of the vendor's description (Bitbucket 10.4)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.importers.servers.dc_org import NOT_THERE, BitbucketProject, DataCenter, Person, cut, parts
from tests.importers.servers.loopback import Answer, Request

MOST = 1000
OWN = "Bitbucket Internal Directory"


@dataclass
class More:
    """
    What a Bitbucket server tells besides, each record as it is sent.

    Attributes:
        home:                   the directory that each account comes from, where that is not the server's own.
        fallback:               whether the hidden login form is there for who asks for it; None: as `local_login`.
        webhooks, restrictions: by the key of the project.
        plug_ins, links:        what no description names; None: it is not there.
    """

    directories: list[dict[str, Any]] = field(
        default_factory=lambda: [{"name": OWN, "type": "Internal", "isActive": True, "description": ""}]
    )
    home: dict[str, str] = field(default_factory=dict)
    fallback: bool | None = None
    providers: list[dict[str, Any]] = field(default_factory=list)
    made: list[dict[str, Any]] = field(default_factory=list)
    webhooks: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    restrictions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    mirrors: list[dict[str, Any]] = field(default_factory=list)
    plug_ins: list[dict[str, Any]] | None = None
    links: list[dict[str, Any]] | None = None


class Bitbucket:
    """Answers as a Bitbucket server does for a system administrator."""

    def __init__(self, org: DataCenter, more: More | None = None) -> None:
        self.org = org
        self.more = more or More()
        self._projects = {one.key: one for one in org.code_projects}
        self._ids = {one.name: number for number, one in enumerate(org.people, 1)}
        repositories = [(one, slug) for one in org.code_projects for slug in one.repositories]
        self._numbers = {(one.key, slug): number for number, (one, slug) in enumerate(repositories, 1)}
        self._all = [self._repository(one, slug) for one, slug in repositories]

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        if not request.headers.get("Authorization", "").startswith(("Bearer ", "Basic ")):
            return Answer.json({"errors": [{"message": "Authentication failed."}]}, 401)
        said = self._answer(request, parts(request.path, "/rest"))
        return NOT_THERE if said is None else Answer.json(said)

    def _answer(self, request: Request, path: list[str]) -> Any:
        org, more = self.org, self.more
        match path:
            case ["api", "latest", "application-properties"]:
                return {"version": "10.4.0", "buildNumber": "1", "displayName": "Bitbucket"}
            case ["api", "latest", "admin", "users"]:
                return self._page(request, [self._user(one) for one in org.people])
            case ["api", "latest", "admin", "groups"]:
                return self._page(request, [{"name": one, "deletable": True} for one in org.teams])
            case ["api", "latest", "admin", "groups", "more-members"]:
                team = request.query.get("context", "")
                return self._page(request, [self._user(one) for one in org.inside(team)]) if team in org.teams else None
            case ["api", "latest", "admin", "user-directories"]:
                return self._page(request, more.directories)
            case ["api", "latest", "admin", "permissions", "users" | "groups"]:
                return self._permissions(request, org.code_globals, path[4])
            case ["api", "latest", "projects"]:
                return self._page(request, [self._project(one) for one in org.code_projects])
            case ["api", "latest", "repos"]:
                return self._page(request, self._all)
            case ["api", "latest", "projects", key, *rest] if key in self._projects:
                return self._of_project(request, self._projects[key], rest)
            case ["access-tokens", "latest", *place]:
                return self._page(request, org.tokens.get("/".join(place), []))
            case ["keys", "latest", *place] if place[-1:] == ["ssh"]:
                return self._page(request, org.keys.get("/".join(place[:-1]), []))
            case ["ssh", "latest", "keys"]:
                return self._page(request, org.keys.get(f"users/{request.query.get('user', '')}", []))
            case ["branch-permissions", "latest", "projects", key, "restrictions"]:
                return self._page(request, more.restrictions.get(key, []))
            case ["basicauth", "latest", "config"]:
                return {"allowBasicAuth": org.local_login, "showWarningMessage": False}
            case ["authconfig", "latest", "idps"]:
                return {"size": len(more.providers), "isLastPage": True, "start": 0, "results": more.providers}
            case ["authconfig", "latest", "jit-users"]:
                return more.made
            case ["authconfig", "latest", "sso"]:
                fallback = org.local_login if more.fallback is None else more.fallback
                return {"show-login-form": org.local_login, "enable-authentication-fallback": fallback}
            case ["mirroring", "latest", "mirrorServers"]:
                return self._page(request, more.mirrors)
            case ["plugins", "1.0", ""] if more.plug_ins is not None:
                # As the real one, which answers nothing to who takes plain JSON alone.
                wanted = "application/vnd.atl.plugins.installed+json" in request.headers.get("Accept", "")
                return {"plugins": more.plug_ins, "links": {}} if wanted else None
            case ["applinks", "latest", "listApplicationlinks"] if more.links is not None:
                return {"list": more.links}
        return None

    def _of_project(self, request: Request, project: BitbucketProject, rest: list[str]) -> Any:
        match rest:
            case []:
                return self._project(project)
            case ["permissions", "users" | "groups"]:
                return self._permissions(request, project.permissions.get("", []), rest[1])
            case ["permissions", permission, "all"]:
                return {"permitted": permission == project.default}
            case ["repos"]:
                return self._page(request, [self._repository(project, slug) for slug in project.repositories])
            case ["repos", slug, "permissions", "users" | "groups"] if (project.key, slug) in self._numbers:
                return self._permissions(request, project.permissions.get(slug, []), rest[3])
            case ["webhooks"]:
                return self._page(request, self.more.webhooks.get(project.key, []))
        return None

    def _permissions(self, request: Request, rows: Sequence[tuple[str, str, str]], sort: str) -> Any:
        if sort == "groups":
            return self._page(request, [{"group": {"name": n}, "permission": p} for s, n, p in rows if s == "group"])
        people = {one.name: one for one in self.org.people}
        return self._page(
            request, [{"user": self._user(people[n]), "permission": p} for s, n, p in rows if s == "user"]
        )

    def _page(self, request: Request, items: Sequence[Any]) -> dict[str, Any]:
        page, first, size = cut(items, request, "start", "limit", MOST)
        last = first + size >= len(items)
        said = {"size": len(page), "limit": size, "isLastPage": last, "start": first, "values": page}
        return {**said, "nextPageStart": None if last else first + size}

    def _user(self, one: Person) -> dict[str, Any]:
        known = {"name": one.name, "slug": one.name, "id": self._ids.get(one.name, 0), "type": "NORMAL"}
        mutable = {"deletable": True, "mutableDetails": True, "mutableGroups": True}
        named = {"displayName": one.display or one.name, "emailAddress": one.email, "active": one.active}
        return {**known, **named, **mutable, "directoryName": self.more.home.get(one.name, OWN)}

    @staticmethod
    def _project(one: BitbucketProject) -> dict[str, Any]:
        return {"key": one.key, "id": 1, "name": f"Project {one.key}", "public": one.public, "type": "NORMAL"}

    def _repository(self, project: BitbucketProject, slug: str) -> dict[str, Any]:
        named = {"slug": slug, "name": slug, "id": self._numbers[project.key, slug], "hierarchyId": "h"}
        state = {"state": "AVAILABLE", "public": False, "archived": False, "forkable": True, "scmId": "git"}
        return {**named, **state, "project": self._project(project)}
