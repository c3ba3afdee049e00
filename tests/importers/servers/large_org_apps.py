"""Applications of a large made-up organisation, and who is assigned to them directly or through a group."""

from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from tests.importers.servers.large_org_people import CREATED, HOST, Numbers, People, group_id, login, spread, user_id

_FOR_ALL = 10  # applications that Everyone is assigned to
SERVICES = 20  # the last applications are service applications, which nobody is assigned to
# Products behind applications, as Okta's catalogue calls them; the rest are of the organisation's own making.
_PRODUCTS = {
    1: "jira_onprem",
    2: "confluence_onprem",
    3: "bitbucket_onprem",
    4: "atlassian",
    5: "amazon_aws",
    6: "amazon_aws_sso",
    7: "githubcloud",
    8: "salesforce",
    9: "okta_org2org",
}


def app_id(number: int) -> str:
    """Return an application's id; number 0 is the Admin Console."""
    return f"0oa{number:017d}"


def policy_id(number: int) -> str:
    """Return the id of an application's sign-on policy."""
    return f"rst{number:017d}"


class Applications:
    """Applications: which groups and which people each is assigned to."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.count = people.sizes.apps
        self.services = range(self.count - min(SERVICES, self.count // 10), self.count)

    @cached_property
    def _plans(self) -> list[tuple[tuple[int, ...], int]]:
        """Of each application: its groups, and how many are assigned directly. Sizes follow a heavy tail."""
        sizes, group_sizes = self.people.sizes, self.people.group_sizes
        plans: list[tuple[tuple[int, ...], int]] = [((), min(sizes.admins, sizes.users))]
        plans += [((0,), 0)] * min(_FOR_ALL, self.services.start // 10)
        left = self.services.start - len(plans)
        weights = 1.0 / np.arange(1, left + 1, dtype=np.float64) ** 0.7
        wanted = weights * (sizes.app_users - sizes.users * (len(plans) - 1)) / weights.sum()
        for number, target in enumerate(wanted.tolist()):
            near = max(1, int(np.searchsorted(-group_sizes, -target * 0.9)))
            # Neighbours in size, so that not one group opens everything of a size.
            group = min(near + number % 3 - (near > 1), sizes.groups - 1)
            plans.append(((group,), max(1, round(target - group_sizes[group]))))
        return plans + [((), 0)] * len(self.services)

    def groups(self, app: int) -> tuple[int, ...]:
        """Return the numbers of the groups an application is assigned to."""
        return self._plans[app][0]

    @lru_cache(maxsize=8)  # noqa: B019 -- a listing is asked page by page, and there is one organisation
    def users(self, app: int) -> tuple[Numbers, Numbers]:
        """Return who has an account in an application through a group, and who directly; nobody both ways."""
        groups, direct = self._plans[app]
        through = np.unique(np.concatenate([np.zeros(0, np.int64), *(self.people.members(one) for one in groups)]))
        chosen = spread(self.people.sizes.users, direct, app * 31 + 5, wide=True)
        return through, np.setdiff1d(chosen, through)

    def app(self, number: int) -> dict[str, Any]:
        """Return an application as Okta lists one."""
        if number in self.services:
            return _service(number)
        name = "saasure" if number == 0 else _PRODUCTS.get(number % 50, "")
        mode = "OPENID_CONNECT" if number % 10 in (0, 4) else "AUTO_LOGIN" if number % 33 == 7 else "SAML_2_0"
        mode = "SAML_2_0" if name else mode
        settings: dict[str, Any] = {"app": {"baseURL": f"https://app{number}.big.example"}, "notifications": {}}
        if mode == "SAML_2_0":
            settings["signOn"] = {
                "ssoAcsUrl": f"https://app{number}.big.example/saml/acs",
                "recipient": f"https://app{number}.big.example/saml/acs",
                "destination": f"https://app{number}.big.example/saml/acs",
                "audience": f"https://app{number}.big.example",
                "subjectNameIdTemplate": "${user.userName}",
                "subjectNameIdFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
                "attributeStatements": [],
            }
        elif mode == "OPENID_CONNECT":
            name = "oidc_client"
            settings["oauthClient"] = {
                "redirect_uris": [f"https://app{number}.big.example/callback"],
                "response_types": ["code"],
                "grant_types": ["authorization_code"],
                "application_type": "web",
            }
        credentials: dict[str, Any] = {
            "userNameTemplate": {"template": "${source.login}", "type": "BUILT_IN"},
            "signing": {"kid": "k"},
        }
        if mode == "AUTO_LOGIN":
            credentials["scheme"] = "SHARED_USERNAME_AND_PASSWORD" if number % 2 else "EDIT_USERNAME_AND_PASSWORD"
        return {
            "id": app_id(number),
            "name": name or f"big_app{number}_1",
            "label": "Okta Admin Console" if number == 0 else f"Application {number}",
            "status": "INACTIVE" if number % 97 == 96 else "ACTIVE",
            "created": CREATED,
            "lastUpdated": CREATED,
            "signOnMode": mode,
            "features": ["PUSH_NEW_USERS"] if number % 3 == 0 else [],
            "visibility": {"hide": {"iOS": False, "web": False}},
            "credentials": credentials,
            "settings": settings,
            "_links": {
                "accessPolicy": {"href": f"{HOST}/api/v1/policies/{policy_id(number % self.people.sizes.policies)}"},
                "users": {"href": f"{HOST}/api/v1/apps/{app_id(number)}/users"},
            },
        }

    def app_user(self, app: int, number: int, through: bool) -> dict[str, Any]:
        """Return a user's account in an application as Okta lists one."""
        links: dict[str, Any] = {
            "app": {"href": f"{HOST}/api/v1/apps/{app_id(app)}"},
            "user": {"href": f"{HOST}/api/v1/users/{user_id(number)}"},
        }
        if through:
            links["group"] = {"href": f"{HOST}/api/v1/groups/{group_id(self.groups(app)[0])}"}
        name = login(number) if app % 4 else f"p{number:06d}"
        return {
            "id": user_id(number),
            "externalId": None,
            "created": CREATED,
            "lastUpdated": "2023-02-03T04:05:06.000Z",
            "scope": "GROUP" if through else "USER",
            "status": "ACTIVE",
            "statusChanged": "2023-02-03T04:05:06.000Z",
            "passwordChanged": None,
            "syncState": "DISABLED",
            "credentials": {"userName": name},
            "profile": {"email": login(number), "displayName": f"Person Number{number}"},
            "_links": links,
        }


# Private functions


def _service(number: int) -> dict[str, Any]:
    return {
        "id": app_id(number),
        "name": "oidc_client",
        "label": f"Service {number}",
        "status": "ACTIVE",
        "created": CREATED,
        "lastUpdated": CREATED,
        "signOnMode": "OPENID_CONNECT",
        "features": [],
        "credentials": {
            "oauthClient": {"client_id": app_id(number), "token_endpoint_auth_method": "client_secret_basic"}
        },
        "settings": {"oauthClient": {"application_type": "service", "grant_types": ["client_credentials"]}},
        "_links": {},
    }
