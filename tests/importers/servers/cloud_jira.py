"""A Jira Cloud site on this machine, in the shapes of the vendor's description (REST API v3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.importers.servers.dc_org import NOT_THERE, cut, parts
from tests.importers.servers.loopback import Answer, Request

Grant = tuple[str, str, str]  # permission, sort of holder, parameter


@dataclass(frozen=True)
class Account:
    """An account; `email` empty: its owner hides it. `sort`: atlassian, app or customer."""

    id: str
    sort: str = "atlassian"
    active: bool = True
    email: str = ""


@dataclass(frozen=True)
class SiteProject:
    """A project; the actors of its roles as (sort, id), sort `user` or `group`; `team`: it has its own roles."""

    id: int
    key: str
    scheme: int
    roles: Mapping[int, Sequence[tuple[str, str]]] = field(default_factory=dict)
    lead: str = ""
    team: bool = False
    archived: bool = False


@dataclass
class Site:
    """
    Everything that a site tells.

    Attributes:
        groups:   name and members by id.
        access:   ids of groups by their access to Jira (`admin`, `site-admin`).
        licences: ids of groups by application.
        own:      ids of permission schemes that are not in the list: those of team-managed projects.
        levels:   of issue security, by id: name, id of the scheme, who is let in as (sort, parameter).
        secured:  of each project's id, its security scheme.
        audit:    records of the audit log: what happened, the kind of thing, its id, the author's account.
        most:     records of one page, whatever is asked for; a bare list gives what is asked for.
    """

    accounts: list[Account] = field(default_factory=list)
    groups: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    access: dict[str, list[str]] = field(default_factory=dict)
    licences: dict[str, list[str]] = field(default_factory=dict)
    schemes: dict[int, tuple[str, list[Grant]]] = field(default_factory=dict)
    own: frozenset[int] = frozenset()
    roles: dict[int, str] = field(default_factory=dict)
    projects: list[SiteProject] = field(default_factory=list)
    levels: dict[int, tuple[str, int, list[tuple[str, str]]]] = field(default_factory=dict)
    secured: dict[int, int] = field(default_factory=dict)
    audit: list[tuple[str, str, str, str]] = field(default_factory=list)
    most: int = 50


class JiraCloud:
    """Answers as a site does to an account that administers Jira."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        if not request.headers.get("Authorization", "").startswith(("Bearer ", "Basic ")):
            return Answer.json({"errorMessages": ["You are not authenticated."], "errors": {}}, 401)
        match parts(request.path, "/rest/api"):
            case ["2" | "3", "serverInfo"]:
                about = {"baseUrl": "https://acme.atlassian.net", "version": "1001.0.0-SNAPSHOT"}
                return Answer.json({**about, "deploymentType": "Cloud", "serverTitle": "Jira"})
            case ["3", *rest]:
                said = self._answer(request, rest)
                return NOT_THERE if said is None else Answer.json(said)
        return NOT_THERE

    def _answer(self, request: Request, path: list[str]) -> Any:
        site, query = self.site, request.query
        match path:
            case ["myself"]:
                return self._account(Account("graphscan-reader"))
            case ["users", "search"]:
                return cut([self._account(one) for one in site.accounts], request, "startAt", "maxResults", 1000)[0]
            case ["group", "bulk"]:
                wanted = site.access.get(query["accessType"], []) if "accessType" in query else list(site.groups)
                return self._page(request, [self._group(one) for one in wanted])
            case ["group", "member"] if query.get("groupId") in site.groups:
                inside = set(site.groups[query["groupId"]][1])
                return self._page(request, [self._account(one) for one in site.accounts if one.id in inside])
            case ["applicationrole"]:
                return [self._licence(key, groups) for key, groups in site.licences.items()]
            case ["project", "search"]:
                archived = query.get("status") == "archived"
                return self._page(request, [self._project(one) for one in site.projects if one.archived is archived])
            case ["project", key, *rest]:
                found = next((one for one in site.projects if one.key == key), None)
                return None if found is None else self._of_project(found, rest)
            case ["role"]:
                return [{"id": id_, "name": name, "actors": []} for id_, name in site.roles.items() if id_ < 1000]
            case ["permissionscheme"]:
                return {"permissionSchemes": [self._scheme(id_) for id_ in site.schemes if id_ not in site.own]}
            case ["permissionscheme", id_]:
                return self._scheme(int(id_)) if id_.isdigit() and int(id_) in site.schemes else None
            case ["auditing", "record"]:
                page, first, size = cut(
                    [self._record(*one) for one in site.audit], request, "offset", "limit", site.most
                )
                return {"offset": first, "limit": size, "total": len(site.audit), "records": page}
            case ["issuesecurityschemes", *rest]:
                return self._security(request, rest)
        return None

    def _security(self, request: Request, rest: list[str]) -> Any:
        site = self.site
        match rest:
            case ["level"]:
                levels = [
                    {"id": str(id_), "name": name, "isDefault": False, "issueSecuritySchemeId": str(scheme)}
                    for id_, (name, scheme, _) in site.levels.items()
                ]
                return self._page(request, levels)
            case ["project"]:
                used = [
                    {"issueSecuritySchemeId": str(scheme), "projectId": str(project)}
                    for project, scheme in site.secured.items()
                ]
                return self._page(request, used)
            case ["level", "member"]:
                id_ = int(request.query["levelId"])
                _, scheme, holders = site.levels[id_]
                of = {"issueSecurityLevelId": str(id_), "issueSecuritySchemeId": str(scheme), "managed": False}
                listed = [
                    {"id": str(id_ * 100 + number), **of, "holder": self._holder(sort, parameter)}
                    for number, (sort, parameter) in enumerate(holders)
                ]
                return self._page(request, listed)
        return None

    def _of_project(self, project: SiteProject, rest: list[str]) -> Any:
        site = self.site
        match rest:
            case ["permissionscheme"]:
                return {"id": project.scheme, "name": site.schemes[project.scheme][0]}
            case ["roledetails"]:
                return [{"id": id_, "name": site.roles[id_]} for id_ in project.roles]
            case ["role", id_] if id_.isdigit() and int(id_) in site.roles:
                actors = [self._actor(*one) for one in project.roles.get(int(id_), [])]
                return {"id": int(id_), "name": site.roles[int(id_)], "actors": actors}
        return None

    def _actor(self, sort: str, id_: str) -> dict[str, Any]:
        if sort == "user":
            return {"type": "atlassian-user-role-actor", "displayName": id_, "actorUser": {"accountId": id_}}
        name = self.site.groups[id_][0]
        told = {"displayName": name, "groupId": id_, "name": name}
        return {"type": "atlassian-group-role-actor", "displayName": name, "name": name, "actorGroup": told}

    def _page(self, request: Request, items: list[Any]) -> dict[str, Any]:
        page, first, size = cut(items, request, "startAt", "maxResults", self.site.most)
        last = first + size >= len(items)
        return {"startAt": first, "maxResults": size, "total": len(items), "isLast": last, "values": page}

    def _scheme(self, id_: int) -> dict[str, Any]:
        name, grants = self.site.schemes[id_]
        listed = [
            {"id": id_ * 1000 + number, "holder": self._holder(sort, parameter), "permission": permission}
            for number, (permission, sort, parameter) in enumerate(grants)
        ]
        return {"id": id_, "name": name, "permissions": listed}

    def _holder(self, sort: str, parameter: str) -> dict[str, Any]:
        if sort == "group":
            return {"type": sort, "parameter": self.site.groups[parameter][0], "value": parameter}
        return {"type": sort, **({"parameter": parameter, "value": parameter} if parameter else {})}

    def _licence(self, key: str, groups: list[str]) -> dict[str, Any]:
        named = {"groups": [self.site.groups[one][0] for one in groups], "groupDetails": [*map(self._group, groups)]}
        return {"key": key, "name": f"Application {key}", **named, "defined": True, "userCount": 3}

    def _group(self, id_: str) -> dict[str, Any]:
        return {"groupId": id_, "name": self.site.groups[id_][0]}

    @staticmethod
    def _record(summary: str, sort: str, id_: str, author: str) -> dict[str, Any]:
        what = {"id": id_, "name": id_, "typeName": sort, "parentName": "com.atlassian.crowd.directory"}
        at = {"created": "2024-03-19T18:45:42.967+0000", "remoteAddress": "192.0.2.1"}
        return {"summary": summary, "category": "user management", "authorAccountId": author, **at, "objectItem": what}

    @staticmethod
    def _project(one: SiteProject) -> dict[str, Any]:
        style = {"simplified": one.team, "style": "next-gen" if one.team else "classic"}
        lead = {"lead": {"accountId": one.lead, "displayName": one.lead}} if one.lead else {}
        return {"id": str(one.id), "key": one.key, "name": f"Project {one.key}", **style, **lead}

    @staticmethod
    def _account(one: Account) -> dict[str, Any]:
        known = {"accountId": one.id, "accountType": one.sort, "displayName": one.id.title(), "active": one.active}
        return {**known, **({"emailAddress": one.email} if one.email else {})}
