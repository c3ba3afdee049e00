"""
An organization of Atlassian Cloud on this machine, in the shapes of the vendor's documentation.

The pages are named in importers/atlassian/org/endpoints.py. Pages go on by cursor, which older end points wrap in an
address; a directory counts from 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.importers.servers.dc_org import parts
from tests.importers.servers.loopback import Answer, Request

ORG, DIRECTORY = "7f5c1c5b-0000-4a4a-9b9b-1d1d1d1d1d1d", "dir-1"
SITE, OTHER_SITE = "11111111-aaaa-bbbb-cccc-000000000001", "11111111-aaaa-bbbb-cccc-000000000002"
JIRA, WIKI = f"ari:cloud:jira-software::site/{SITE}", f"ari:cloud:confluence::site/{SITE}"
CANARIES = ("ATATT3xFfGF0canaryCANARYcanary0042", "canary-of-a-secret-0042")
_LINKED = "urn:scim:schemas:extension:atlassian-external:1.0"


def account(id_: str, managed: bool = True, **more: Any) -> dict[str, Any]:
    """Return an account as the lists of users tell it."""
    claim = "managed" if managed else "unmanaged"
    about = {"accountId": id_, "accountType": "atlassian", "accountStatus": "active", "membershipStatus": "active"}
    named = {"name": id_.title(), "email": f"{id_}@acme.example", "emailVerified": True, "claimStatus": claim}
    return {**about, **named, **({"mfaEnabled": False} if managed else {}), "avatar": CANARIES[0], **more}


def token(id_: str, owner: str, scopes: list[str] | None, **more: Any) -> dict[str, Any]:
    """Return an API token as its list tells it; `scopes` None: an answer that does not tell them."""
    dates = {"createdAt": "2023-06-05T10:00:00Z", "expiresAt": "2024-06-05T10:00:00Z", "lastActiveAt": None}
    user = {"id": owner, "orgId": ORG, "name": owner.title(), "email": f"{owner}@acme.example"}
    told = {} if scopes is None else {"scopes": scopes}
    return {"id": id_, "label": f"token {id_}", "status": "ALLOWED", **dates, "user": user, **told, **more}


def key(id_: str, maker: str, scopes: list[str] | None, **more: Any) -> dict[str, Any]:
    """Return an API key of the organization as its list tells it."""
    dates = {"createdAt": "2023-07-01T00:00:00Z", "expiresAt": "2024-07-01T00:00:00Z", "lastActiveAt": None}
    told = {} if scopes is None else {"scopes": scopes}
    made = {"id": maker, "name": maker.title(), "email": f"{maker}@acme.example"}
    about = {"resource": f"ari:cloud:platform::org/{ORG}", "orgId": ORG, "createdBy": made}
    return {"id": id_, "label": f"key {id_} {CANARIES[0]}", **dates, **about, **told, **more}


def allow_list(id_: str, status: str, *sites: str, applied: str = "applied") -> dict[str, Any]:
    """Return a policy that is a list of addresses."""
    resources = [{"id": one, "applicationStatus": applied} for one in sites]
    about = {"type": "ip-allowlist", "name": f"list {id_}", "status": status, "rule": {"in": ["192.0.2.0/24"]}}
    return {"id": id_, "type": "policy", "attributes": {**about, "resources": resources}}


@dataclass
class Organization:
    """
    What it holds.

    Attributes:
        roles:   of a group: (resource, roles).
        members: of a group: account ids.
        scim:    of a directory: (users, groups).
    """

    accounts: list[dict[str, Any]] = field(default_factory=list)
    administrators: list[str] = field(default_factory=list)
    tokens: list[dict[str, Any]] = field(default_factory=list)
    keys: list[dict[str, Any]] = field(default_factory=list)
    services: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    members: dict[str, list[str]] = field(default_factory=dict)
    roles: dict[str, list[tuple[str, list[str]]]] = field(default_factory=dict)
    policies: list[dict[str, Any]] = field(default_factory=list)
    domains: dict[str, str] = field(default_factory=dict)
    scim: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = field(default_factory=dict)
    organizations: list[str] = field(default_factory=lambda: [ORG])
    page: int = 2

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        if not request.headers.get("Authorization", "").startswith("Bearer "):
            return Answer.json({"errors": [{"status": 401, "code": "ADMIN-401-1", "title": "Unauthorized"}]}, 401)
        said = self._answer(request)
        missing = {"errors": [{"status": 404, "code": "ADMIN-404-1", "title": "Not found"}]}
        return Answer.json(missing, 404) if said is None else Answer.json(said)

    def _answer(self, request: Request) -> Any:
        match parts(request.path, "/admin") or ["", *parts(request.path, "/scim")]:
            case ["v1", "orgs"]:
                return self._by_address(request, [self._org(one) for one in self.organizations])
            case ["v1", "orgs", org] if org in self.organizations:
                return {"data": self._org(org)}
            case ["v1", "orgs", org, "policies"] if org == ORG:
                return {**self._by_address(request, self.policies), "meta": {"page_size": self.page}}
            case ["v1", "orgs", org, "domains"] if org == ORG:
                told = [
                    {
                        "id": name,
                        "type": "domains",
                        "attributes": {"name": name, "claim": {"type": "dns", "status": of}},
                    }
                    for name, of in self.domains.items()
                ]
                return self._by_address(request, told)
            case ["v2", "orgs", org, "directories", "-", *rest] if org == ORG:
                return self._directory(request, rest)
            case ["api-access", "v1", "orgs", org, "api-tokens"] if org == ORG:
                return self._by_cursor(request, self.tokens)
            case ["api-access", "v1", "orgs", org, "api-keys"] if org == ORG:
                return self._by_cursor(request, self.keys)
            case ["api-access", "v1", "orgs", org, "service-accounts"] if org == ORG:
                return {"items": self.services, "links": {}, "total": len(self.services)}
            case ["", "directory", directory, sort] if directory in self.scim:
                return self._scim(request, self.scim[directory][sort == "Groups"])
        return None

    def _directory(self, request: Request, rest: list[str]) -> Any:
        query = request.query
        match rest:
            case ["users"]:
                chosen = self.accounts
                if "claimStatus" in query:
                    chosen = [one for one in chosen if one["claimStatus"] == query["claimStatus"]]
                if "roleIds" in query:
                    chosen = [one for one in chosen if one["accountId"] in self.administrators]
                if "groupIds" in query:
                    inside = self.members.get(query["groupIds"], [])
                    chosen = [one for one in chosen if one["accountId"] in inside]
                return self._by_cursor(request, chosen)
            case ["groups"]:
                return self._by_cursor(request, self.groups)
            case ["groups", group, "role-assignments"]:
                told = [
                    {"resourceId": resource, "resourceOwner": resource.split(":")[2], "roles": roles}
                    for resource, roles in self.roles.get(group, [])
                ]
                return self._by_cursor(request, told)
        return None

    def _by_cursor(self, request: Request, items: Sequence[Any]) -> dict[str, Any]:
        page, following = self._cut(request, items)
        return {"data": page, "links": {"self": "c0", **({"next": following} if following else {})}}

    def _by_address(self, request: Request, items: Sequence[Any]) -> dict[str, Any]:
        """Name the next page by an address on the vendor's own host, whatever host was asked."""
        page, following = self._cut(request, items)
        address = f"https://api.atlassian.com{request.path}?cursor={following}" if following else None
        return {"data": page, "links": {"self": None, "next": address}}

    def _cut(self, request: Request, items: Sequence[Any]) -> tuple[list[Any], str]:
        first = int(request.query.get("cursor", "c0").removeprefix("c"))
        after = first + self.page
        return list(items[first:after]), f"c{after}" if after < len(items) else ""

    def _scim(self, request: Request, items: Sequence[Any]) -> dict[str, Any]:
        first = int(request.query.get("startIndex", "1")) - 1
        page = list(items[first : first + self.page])
        about = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": len(items)}
        return {**about, "startIndex": first + 1, "itemsPerPage": len(page), "Resources": page}

    @staticmethod
    def _org(id_: str) -> dict[str, Any]:
        return {"id": id_, "type": "orgs", "attributes": {"name": "Acme", "clientSecret": CANARIES[1]}}


def scim_user(id_: str, account_id: str, **more: Any) -> dict[str, Any]:
    """Return a user of a directory."""
    linked = {_LINKED: {"atlassianAccountId": account_id}} if account_id else {}
    emails = [{"value": "old@acme.example"}, {"value": f"{id_}@ACME.example", "primary": True, "type": "work"}]
    named = {"userName": f"{id_}@acme.example", "externalId": f"00u{id_}", "displayName": id_, "active": True}
    return {"id": id_, "emails": emails, **named, **linked, **more}
