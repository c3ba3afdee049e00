"""Administrators of a large made-up organisation: roles with their targets, tokens, factors, secrets of services."""

from typing import Any

from tests.importers.servers.large_org_apps import Applications, app_id
from tests.importers.servers.large_org_people import CREATED, HOST, People, group_id, user_id

_PERMISSIONS = ("okta.users.credentials.resetPassword", "okta.users.read", "okta.groups.members.manage")
ROLE_ID, CUSTOM = "cr0{:017d}", 5
ZONES = 12


class Administrators:
    """Who administers what: people by the hundred, some groups, and the service applications."""

    def __init__(self, people: People, apps: Applications) -> None:
        self.people, self.apps = people, apps
        sizes = people.sizes
        stride = max(1, sizes.users // sizes.admins)
        self.users = {stride * position: position for position in range(sizes.admins)}
        # Groups that hold a role: small ones, as they are.
        first = sizes.groups * 9 // 10
        self.groups = {first + position: position for position in range(min(10, sizes.groups - first))}

    def user_roles(self, number: int) -> list[dict[str, Any]]:
        """Return the roles of a user."""
        position = self.users.get(number)
        return [] if position is None else [_role(self._type(position), f"users/{user_id(number)}", number)]

    def group_roles(self, number: int) -> list[dict[str, Any]]:
        """Return the roles of a group."""
        position = self.groups.get(number)
        if position is None:
            return []
        type_ = ("SUPER_ADMIN", "USER_ADMIN", "GROUP_MEMBERSHIP_ADMIN", "APP_ADMIN", "READ_ONLY_ADMIN")[position % 5]
        return [_role(type_, f"groups/{group_id(number)}", number)]

    def client_roles(self, app: int) -> list[dict[str, Any]]:
        """Return the roles of a service application."""
        types = ("READ_ONLY_ADMIN", "USER_ADMIN", "APP_ADMIN", "SUPER_ADMIN")
        return [_role(types[app % 4], f"clients/{app_id(app)}", app)]

    def group_targets(self, number: int) -> list[dict[str, Any]]:
        """Return the groups that one role is limited to."""
        groups = self.people.sizes.groups
        return [self.people.group(1 + (number * 37 + place * 101) % (groups - 1)) for place in range(3)]

    def app_targets(self, number: int) -> list[dict[str, Any]]:
        """Return the applications that one role is limited to, as the catalogue shows them."""
        found = []
        for place in range(2):
            app = self.apps.app(1 + (number + place * 17) % (self.apps.services.start - 1))
            found.append({"name": app["name"], "displayName": app["label"], "id": app["id"], "status": "ACTIVE"})
        return found

    def tokens(self) -> list[dict[str, Any]]:
        """Return the API tokens: one for every other administrator, a third of them limited to a zone."""
        tokens = []
        for number, position in self.users.items():
            if position % 2:
                continue
            network: dict[str, Any] = {"connection": "ANYWHERE"}
            if position % 6 == 0:
                network = {"connection": "ZONE", "include": [zone_id(position % ZONES)], "exclude": []}
            tokens.append(
                {
                    "id": f"00T{position:017d}",
                    "name": f"token {position}",
                    "userId": user_id(number),
                    "clientName": "Okta API",
                    "tokenWindow": "P30D",
                    "created": CREATED,
                    "lastUpdated": "2023-11-21T10:00:00.000Z",
                    "expiresAt": "2999-12-21T10:00:00.000Z",
                    "network": network,
                }
            )
        return tokens

    def factors(self, number: int) -> list[dict[str, Any]]:
        """Return the factors of a user: one to three."""
        types = ("push", "token:software:totp", "webauthn", "sms", "signed_nonce", "question")
        return [
            {
                "id": f"fct{number:014d}{place:03d}",
                "factorType": types[(number + place) % len(types)],
                "provider": "OKTA",
                "vendorName": "OKTA",
                "status": "ACTIVE",
                "created": CREATED,
                "lastUpdated": CREATED,
                "profile": {"credentialId": f"person{number}"},
            }
            for place in range(1 + number % 3)
        ]

    def resources(self, set_id: str) -> list[dict[str, Any]]:
        """Return the resources of a resource set: a group and its members."""
        path = f"groups/{group_id(1 + int(set_id[3:]) % (self.people.sizes.groups - 1))}"
        return [
            {"id": f"ire{place}", "_links": {"self": {"href": f"{HOST}/api/v1/{path}{end}"}}}
            for place, end in enumerate(("", "/users"))
        ]

    def permissions(self) -> list[dict[str, Any]]:
        """Return the permissions of a custom role."""
        return [{"label": label, "conditions": None} for label in _PERMISSIONS]

    # Private functions

    def _type(self, position: int) -> str:
        share = position * 100 // len(self.users)  # four in five are of the help desk
        limits = (
            (3, "SUPER_ADMIN"),
            (5, "ORG_ADMIN"),
            (10, "APP_ADMIN"),
            (12, "READ_ONLY_ADMIN"),
            (16, "USER_ADMIN"),
            (18, "GROUP_MEMBERSHIP_ADMIN"),
            (20, "CUSTOM"),
        )
        return next((type_ for limit, type_ in limits if share < limit), "HELP_DESK_ADMIN")


def zone_id(number: int) -> str:
    """Return the id of a network zone."""
    return f"nzo{number:017d}"


def secrets(app: int) -> list[dict[str, Any]]:
    """Return the client secrets of an application."""
    times = {"created": CREATED, "lastUpdated": CREATED}
    return [{"id": f"ocs{app:017d}", "status": "ACTIVE", "secret_hash": "yk4SVx4sUWVJVbHt6M-UPA", **times}]


def grants(app: int) -> list[dict[str, Any]]:
    """Return the scopes granted to a service application."""
    return [
        {"id": f"oag{app:014d}{place:03d}", "scopeId": scope, "status": "ACTIVE"}
        for place, scope in enumerate(("okta.users.manage", "okta.groups.read"))
    ]


# Private functions


def _role(type_: str, holder: str, number: int) -> dict[str, Any]:
    role = {
        "id": f"rol{number:017d}",
        "label": type_.replace("_", " ").capitalize(),
        "type": type_,
        "status": "ACTIVE",
        "created": CREATED,
        "lastUpdated": CREATED,
        "assignmentType": {"users": "USER", "groups": "GROUP"}.get(holder.split("/")[0], "CLIENT"),
        "_links": {"assignee": {"href": f"{HOST}/api/v1/{holder}"}},
    }
    if type_ == "CUSTOM":
        role |= {"role": ROLE_ID.format(number % CUSTOM), "resource-set": f"iam{number:017d}"}
    return role
