"""
A large made-up Okta organisation: the same for the same sizes and seed, each page computed when it is asked for.

A hundred thousand people with two million memberships and three million accounts in applications need no more memory
than a page and a few arrays. Beside HTTP, the pages can be written straight into a snapshot (`large_org_snapshot`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.importers.servers import large_org_admins as admins
from tests.importers.servers import large_org_policies as policies
from tests.importers.servers.large_org_apps import Applications, app_id
from tests.importers.servers.large_org_people import CREATED, Numbers, People, Sizes, number_of
from tests.importers.servers.loopback import Answer, Request
from tests.importers.servers.okta_replies import error
from tests.importers.servers.small_org import TOKEN

__all__ = ["Organisation", "Sizes"]
_MOST = 1000  # records of a page where none are asked for
_WRAPPED = {"assignees": "value", "resources": "resources", "permissions": "permissions"}


@dataclass(frozen=True)
class Listing:
    """A listing that is not there yet: how long it is, and how a part of it is made."""

    length: int
    part: Callable[[int, int], list[Any]]

    @classmethod
    def of(cls, rows: Sequence[Any]) -> "Listing":
        """Return the listing of rows that are there."""
        return cls(len(rows), lambda start, end: list(rows[start:end]))

    @classmethod
    def each(cls, length: int, made: Callable[[int], Any]) -> "Listing":
        """Return a listing whose rows are made from their places."""
        return cls(length, lambda start, end: [made(place) for place in range(start, min(end, length))])


class Organisation:
    """Answers what Okta would: `find` a listing or an object, `handle` a request for one of its pages."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self.people = People(sizes)
        self.apps = Applications(self.people)
        self.admins = admins.Administrators(self.people, self.apps)

    def handle(self, request: Request) -> Answer:
        """Answer one request, paged by two Link headers, or by `_links.next` below /iam."""
        if request.headers.get("Authorization") != f"SSWS {TOKEN}":
            return error(401, "E0000011", "Invalid token provided")
        found = self.find(request.path, request.query)
        if found is None:
            return error(404, "E0000007", f"Not found: Resource not found: {request.path}")
        if not isinstance(found, Listing):
            return Answer.json(found)
        start = int(request.query.get("after", "0"))
        end = start + int(request.query.get("limit", _MOST))
        rows = found.part(start, end)
        origin = f"http://{request.headers['Host']}"
        query = "&".join(
            f"{name}={value.replace(' ', '%20').replace(chr(34), '%22')}"
            for name, value in {**request.query, "after": str(end)}.items()
        )
        following = f"{origin}{request.path}?{query}" if end < found.length else ""
        wrapper = wrapper_of(request.path)
        if wrapper:
            return Answer.json({wrapper: rows, "_links": {"next": {"href": following}} if following else {}})
        links = [("Link", f'<{origin}{request.target}>; rel="self"')]
        return Answer.json(rows, 200, *links, *([("Link", f'<{following}>; rel="next"')] if following else []))

    def find(self, path: str, query: dict[str, str]) -> Any:
        """Return a Listing, an object, or None where there is nothing of that path."""
        parts = [part for part in path.removeprefix("/api/v1").removeprefix("/oauth2/v1").split("/") if part]
        number = number_of(parts[1]) if len(parts) > 1 else -1
        return self._directory(parts, number, query) or self._applications(parts, number) or self._rest(parts, query)

    # Private functions

    def _directory(self, parts: list[str], number: int, query: dict[str, str]) -> Any:
        people = self.people
        match parts:
            case ["org"]:
                return {"id": "00o00000000000000001", "subdomain": "big", "companyName": "Big", "created": CREATED}
            case ["users"]:
                if "DEPROVISIONED" in query.get("filter", ""):
                    return Listing.each(people.gone, lambda place: people.user(self.sizes.users + place))
                return Listing.each(self.sizes.users, people.user)
            case ["users", _, "roles"]:
                return Listing.of(self.admins.user_roles(number))
            case ["users", _, "factors"]:
                return Listing.of(self.admins.factors(number))
            case ["groups"]:
                return Listing.each(self.sizes.groups, people.group)
            case ["groups", _, "users"] if 0 <= number < self.sizes.groups:
                members = people.members(number)
                return Listing(
                    len(members), lambda start, end: [people.user(one) for one in members[start:end].tolist()]
                )
            case ["groups", _, "roles"]:
                return Listing.of(self.admins.group_roles(number))
            case [("users" | "groups" | "clients"), _, "roles", _, "targets", "groups"]:
                return Listing.of(self.admins.group_targets(number))
            case [("users" | "groups" | "clients"), _, "roles", _, "targets", "catalog", "apps"]:
                return Listing.of(self.admins.app_targets(number))
        return None

    def _applications(self, parts: list[str], number: int) -> Any:
        apps = self.apps
        match parts:
            case ["apps"]:
                return Listing.each(apps.count, apps.app)
            case ["apps", _, *_] if not 0 <= number < apps.count:
                return None
            case ["apps", _, "groups"]:
                return Listing.of([{"id": self.people.group(one)["id"], "priority": 0} for one in apps.groups(number)])
            case ["apps", _, "users"]:
                return self._app_users(number, *apps.users(number))
            case ["apps", _, "features"]:
                on = {"status": "ENABLED"}
                created = {"create": {"lifecycleCreate": on}, "update": {"password": {"status": "DISABLED"}}}
                return Listing.of([{"name": "USER_PROVISIONING", **on, "capabilities": created}])
            case ["apps", _, "connections", "default"]:
                return {"status": "ENABLED", "authScheme": "TOKEN", "profile": {"authScheme": "TOKEN"}}
            case ["apps", _, "credentials", "secrets"]:
                return Listing.of(admins.secrets(number))
            case ["apps", _, "grants"]:
                return Listing.of(admins.grants(number))
            case ["clients", id_, "roles"]:
                return Listing.of(self.admins.client_roles(number) if id_ == app_id(number) else [])
        return None

    def _app_users(self, app: int, through: Numbers, direct: Numbers) -> Listing:
        def part(start: int, end: int) -> list[Any]:
            cut = len(through)
            rows = [self.apps.app_user(app, one, through=True) for one in through[start:end].tolist()]
            later = direct[max(0, start - cut) : max(0, end - cut)]
            return rows + [self.apps.app_user(app, one, through=False) for one in later.tolist()]

        return Listing(len(through) + len(direct), part)

    def _rest(self, parts: list[str], query: dict[str, str]) -> Any:
        match parts:
            case ["zones"]:
                return Listing.of(policies.zones())
            case ["api-tokens"]:
                return Listing.of(self.admins.tokens())
            case ["policies"]:
                return Listing.of(policies.policies(self.sizes, query.get("type", "")))
            case ["policies", id_, "rules"]:
                return Listing.of(policies.rules(self.sizes, id_))
            case ["authenticators"]:
                return Listing.of(policies.authenticators())
            case ["iam", "assignees", "users"]:
                return Listing.of([{"id": self.people.user(one)["id"]} for one in self.admins.users])
            case ["iam", "resource-sets", id_, "resources"]:
                return Listing.of(self.admins.resources(id_))
            case ["iam", "roles", _, "permissions"]:
                return Listing.of(self.admins.permissions())
            case ["org", *_]:
                return {"support": "DISABLED"} if parts[-1] == "oktaSupport" else None
        # Whatever else an organisation may have, this one has none of.
        return Listing.of([])


def wrapper_of(path: str) -> str:
    """Return the member that holds the list below /iam; empty where the body is the list."""
    parts = path.split("/")
    return next((name for part, name in _WRAPPED.items() if "iam" in parts and part in parts), "")
