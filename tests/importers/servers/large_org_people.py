"""People and groups of a large made-up organisation: each computed from its number, none of them kept."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
HOST = "https://big.okta.com"
CREATED = "2021-03-01T09:00:00.000Z"
DEPARTMENTS = ("Platform", "Sales", "Support", "Finance", "People", "Research", "Operations", "Legal")


@dataclass(frozen=True)
class Sizes:
    """
    How large an organisation is.

    Attributes:
        memberships, app_users: aimed at; met within a few per cent.
        admins:   people with an administrator role of their own, four in five of them for the help desk.
        policies: sign-on policies of applications.
        seed:     another one gives another organisation of the same sizes.
    """

    users: int = 100_000
    groups: int = 5_000
    memberships: int = 2_000_000
    apps: int = 1_000
    app_users: int = 3_000_000
    policies: int = 40
    admins: int = 200
    seed: int = 1

    def times(self, share: float) -> "Sizes":
        """Return the sizes of an organisation so many times as large; policies stay as they are."""

        def scaled(size: int, least: int) -> int:
            return max(least, round(size * share))

        return Sizes(
            users=scaled(self.users, 200),
            groups=scaled(self.groups, 20),
            memberships=scaled(self.memberships, 400),
            apps=scaled(self.apps, 40),
            app_users=scaled(self.app_users, 400),
            policies=self.policies,
            admins=scaled(self.admins, 20),
            seed=self.seed,
        )


def user_id(number: int) -> str:
    """Return a user's id, as long as Okta's."""
    return f"00u{number:017d}"


def group_id(number: int) -> str:
    """Return a group's id; number 0 is Everyone."""
    return f"00g{number:017d}"


def number_of(id_: str) -> int:
    """Return the number of which an id was made, -1 where it was made of none."""
    return int(id_[3:]) if len(id_) == 20 and id_[3:].isdigit() else -1


def login(number: int) -> str:
    """Return the name a user signs in with."""
    return f"person.{number:06d}@big.example"


class People:
    """Users, groups and who belongs to which. Groups are of very different sizes; Everyone holds all."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self.gone = max(1, sizes.users // 100)  # deprovisioned, numbered behind the others

    @cached_property
    def group_sizes(self) -> Numbers:
        """The number of members of each group, largest first behind Everyone."""
        sizes = self.sizes
        weights = 1.0 / np.arange(1, sizes.groups, dtype=np.float64) ** 0.8
        rest = max(0, sizes.memberships - sizes.users)
        counts = np.minimum(np.round(weights * rest / weights.sum()), sizes.users // 2).astype(np.int64)
        return np.concatenate([np.asarray([sizes.users], np.int64), np.maximum(counts, 1)])

    def members(self, group: int) -> Numbers:
        """Return the numbers of a group's members, each once: a department's people, or some from everywhere."""
        users, size = self.sizes.users, int(self.group_sizes[group])
        if group == 0:
            return np.arange(users, dtype=np.int64)
        return spread(users, size, group * 7919 + self.sizes.seed, wide=group % 2 == 1)

    def user(self, number: int) -> dict[str, Any]:
        """Return a user as Okta lists one."""
        return _user(number, number >= self.sizes.users)

    def group(self, number: int) -> dict[str, Any]:
        """Return a group as Okta lists one."""
        name = "Everyone" if number == 0 else f"{DEPARTMENTS[number % len(DEPARTMENTS)]} team {number}"
        return {
            "id": group_id(number),
            "created": CREATED,
            "lastUpdated": CREATED,
            "lastMembershipUpdated": CREATED,
            "objectClass": ["okta:user_group"],
            "type": "BUILT_IN" if number == 0 else "OKTA_GROUP",
            "profile": {"name": name, "description": f"people of {name}"},
            "_links": {
                "users": {"href": f"{HOST}/api/v1/groups/{group_id(number)}/users"},
                "apps": {"href": f"{HOST}/api/v1/groups/{group_id(number)}/apps"},
            },
        }


def spread(users: int, size: int, salt: int, wide: bool) -> Numbers:
    """Return `size` different numbers below `users`: a block of neighbours, or every so-manieth."""
    start = salt * 104_729 % users
    step = max(1, users // max(size, 1)) if wide else 1
    # Steps of one length never meet before they have gone round once: size × step is at most users.
    return (start + step * np.arange(min(size, users), dtype=np.int64)) % users


# Private functions


@lru_cache(maxsize=200_000)
def _user(number: int, gone: bool) -> dict[str, Any]:
    kind = number % 20
    provider = "ACTIVE_DIRECTORY" if kind in (3, 9) else "FEDERATION" if kind == 13 else "OKTA"
    credentials: dict[str, Any] = {"provider": {"type": provider, "name": provider}}
    if provider == "OKTA":
        credentials["password"] = {}
        credentials["recovery_question"] = {"question": "favorite_art_piece"}
    states = {17: "LOCKED_OUT", 257: "SUSPENDED", 463: "STAGED", 641: "PASSWORD_EXPIRED"}
    return {
        "id": user_id(number),
        "status": "DEPROVISIONED" if gone else states.get(number % 1000, "ACTIVE"),
        "created": CREATED,
        "activated": "2021-03-01T09:05:00.000Z",
        "statusChanged": "2021-03-01T09:05:00.000Z",
        "lastLogin": f"2023-11-{1 + number % 20:02d}T08:{number % 60:02d}:00.000Z",
        "lastUpdated": "2023-11-20T08:00:00.000Z",
        "passwordChanged": f"2023-{1 + number % 9:02d}-04T10:11:12.000Z" if provider == "OKTA" else None,
        "type": {"id": f"oty{number % 3:017d}"},
        "profile": {
            "firstName": "Person",
            "lastName": f"Number{number}",
            "login": login(number),
            "email": login(number),
            "secondEmail": None,
            "mobilePhone": None,
            "department": DEPARTMENTS[number * len(DEPARTMENTS) // max(number + 1, 100_000)],
            "title": "Engineer",
        },
        "credentials": credentials,
        "_links": {"self": {"href": f"{HOST}/api/v1/users/{user_id(number)}"}},
    }
