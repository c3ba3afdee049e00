"""Jira Data Center on this machine, in the shapes of the vendor's description (Jira 11.3)."""

from collections.abc import Mapping
from typing import Any

from tests.importers.servers.dc_confluence import sign_on
from tests.importers.servers.dc_org import NOT_THERE, DataCenter, Person, cut, parts
from tests.importers.servers.loopback import Answer, Request


class Jira:
    """
    Answers as a Jira server does for an account that may read all that its interface tells.

    Attributes:
        security: issue security schemes: name and levels (id, name).
        secured:  of each project's key, its security scheme; of another project there is none.
        local_login, made: as of Confluence.
    """

    def __init__(
        self,
        org: DataCenter,
        security: Mapping[int, tuple[str, Mapping[int, str]]] | None = None,
        secured: Mapping[str, int] | None = None,
        local_login: bool | None = None,
        made: tuple[str, ...] = (),
    ) -> None:
        self.org = org
        self.security = security or {}
        self.secured = secured or {}
        self.local_login, self.made = local_login, made

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        if not request.headers.get("Authorization", "").startswith(("Bearer ", "Basic ")):
            return Answer.json({"errorMessages": ["You are not authenticated."], "errors": {}}, 401)
        said = self._answer(request, parts(request.path, "/rest"))
        return NOT_THERE if said is None else Answer.json(said)

    def _answer(self, request: Request, path: list[str]) -> Any:
        org, query = self.org, request.query
        match path:
            case ["api", "2", "serverInfo"]:
                return {"baseUrl": "https://jira.acme.example", "version": "11.3.8", "deploymentType": "Server"}
            case ["api", "2", "myself"]:
                return self._user(Person("graphscan-reader"))
            case ["api", "2", "user", "list"]:
                first = int(query.get("cursor") or 0)
                size = min(int(query.get("maxResults") or 50), 1000)
                page = {"isLast": first + size >= len(org.people), "maxResults": size}
                more = {} if page["isLast"] else {"nextCursor": str(first + size)}
                return {**page, **more, "values": [self._user(one) for one in org.people[first : first + size]]}
            case ["api", "2", "groups", "picker"]:
                found = sorted(one for one in org.teams if query.get("query", "").lower() in one.lower())
                some = found[: int(query.get("maxResults") or 20)]
                header = f"Showing {len(some)} of {len(found)} matching groups"
                groups = [{"name": one, "html": one, "labels": []} for one in some]
                return {"header": header, "total": len(found), "groups": groups}
            case ["api", "2", "group", "member"]:
                if query.get("groupname") not in org.teams:
                    return None
                return self._page(request, [self._user(one) for one in org.inside(query["groupname"])])
            case ["api", "2", "applicationrole"]:
                role = {"key": "jira-software", "name": "Jira Software", "groups": org.licensed, "defined": True}
                return [{**role, "defaultGroups": [], "userCount": len(org.people)}]
            case ["api", "2", "project"]:
                return [self._project(one.key, number) for number, one in enumerate(org.jira_projects)]
            case ["api", "2", "project", key, *rest]:
                return self._of_project(key, rest)
            case ["api", "2", "role"]:
                return [{"id": id_, "name": name} for id_, name in org.roles.items()]
            case ["api", "2", "permissionscheme"]:
                return {"permissionSchemes": [self._scheme(id_) for id_ in org.schemes]}
            case ["api", "2", "permissionscheme", id_]:
                return self._scheme(int(id_)) if id_.isdigit() and int(id_) in org.schemes else None
            case ["api", "2", "issuesecurityschemes"]:
                # The list has no levels; each scheme does.
                return {"issueSecuritySchemes": [self._security(id_, False) for id_ in self.security]}
            case ["api", "2", "issuesecurityschemes", id_]:
                return self._security(int(id_)) if id_.isdigit() and int(id_) in self.security else None
            case ["pat", "latest", "tokens"]:
                return []
        return None if self.local_login is None else sign_on(path, self.local_login, self.made)

    def _of_project(self, key: str, rest: list[str]) -> Any:
        project = next((one for one in self.org.jira_projects if one.key == key), None)
        if project is None:
            return None
        match rest:
            case []:
                return self._project(key, self.org.jira_projects.index(project))
            case ["role"]:
                here = f"https://jira.acme.example/rest/api/2/project/{key}/role"
                return {name: f"{here}/{id_}" for id_, name in self.org.roles.items()}
            case ["role", id_] if id_.isdigit() and int(id_) in self.org.roles:
                actors = [
                    {"id": number, "type": f"atlassian-{sort}-role-actor", "name": name, "displayName": name}
                    for number, (sort, name) in enumerate(project.roles.get(int(id_), []))
                ]
                return {"id": int(id_), "name": self.org.roles[int(id_)], "actors": actors}
            case ["permissionscheme"]:
                return self._scheme(project.scheme)
            case ["issuesecuritylevelscheme"] if key in self.secured:
                return self._security(self.secured[key])
            case ["securitylevel"]:
                return {"levels": []}
        return None

    def _page(self, request: Request, items: list[Any]) -> dict[str, Any]:
        page, first, size = cut(items, request, "startAt", "maxResults", 1000)
        last = first + size >= len(items)
        return {"startAt": first, "maxResults": size, "total": len(items), "isLast": last, "values": page}

    def _scheme(self, id_: int) -> dict[str, Any]:
        name, grants = self.org.schemes[id_]
        listed = []
        for number, (permission, sort, parameter) in enumerate(grants):
            holder: dict[str, Any] = {"type": sort, **({"parameter": parameter} if parameter else {})}
            if sort == "group":
                holder["group"] = {"name": parameter}
            if sort == "projectRole":
                holder["projectRole"] = {"id": int(parameter), "name": self.org.roles[int(parameter)]}
            listed.append({"id": id_ * 1000 + number, "holder": holder, "permission": permission})
        return {"id": id_, "name": name, "permissions": listed}

    def _security(self, id_: int, levels: bool = True) -> dict[str, Any]:
        name, listed = self.security[id_]
        inside = [{"id": str(level), "name": called} for level, called in listed.items()]
        return {"id": id_, "name": name, **({"levels": inside} if levels else {})}

    @staticmethod
    def _project(key: str, number: int) -> dict[str, Any]:
        return {"id": str(10_000 + number), "key": key, "name": f"Project {key}", "archived": False}

    @staticmethod
    def _user(one: Person) -> dict[str, Any]:
        known = {"key": one.name, "name": one.name, "displayName": one.display or one.name}
        return {**known, "emailAddress": one.email, "active": one.active, "deleted": False}
