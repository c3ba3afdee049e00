"""What the vendor's descriptions of Atlassian products lack: end points, members of records, words they may hold."""

from collections.abc import Callable
from typing import Any

from tests.importers.servers.spec_mock import CANARY

_WHEN = 1_700_000_000_000


def _person(number: int) -> dict[str, Any]:
    return {"key": f"JIRAUSER{number}", "name": f"made{number}", "active": True, "displayName": f"Made {number}"}


def _restricted(user: str, group: str) -> dict[str, Any]:
    """Return the restrictions of a page; users and groups are named by these members."""
    people = {"results": [{"type": "known", user: "made0", "username": "made0"}], "size": 1}
    groups = {"results": [{"type": "group", group: "made1", "name": "made1"}], "size": 1}
    return {one: {"operation": one, "restrictions": {"user": people, "group": groups}} for one in ("read", "update")}


# What each record is, by the end point's path without its query. One of none is not there where it is not described.
RECORDS: dict[str, Callable[[int], Any]] = {
    "/rest/pat/latest/tokens": lambda n: {
        "id": n,
        "name": f"made {n}",
        "createdAt": "2024-05-06T07:08:09.000+0000",
        "expiringAt": "2025-05-06T07:08:09.000+0000",
        "rawToken": CANARY,
    },
    "/rest/api/2/user/list": _person,
    "/rest/api/group": lambda n: {"type": "group", "name": f"made{n}"},
    "/rest/api/group/{groupName}/groupmember": lambda n: {"type": "group", "name": f"made{n + 1}"},
    "/rest/plugins/1.0/": lambda n: {
        "key": ("com.onresolve.jira.groovy.groovyrunner", "made.of.the.server", "made.by.somebody")[n % 3],
        "name": f"Plug-in {n}",
        "enabled": n != 2,
        "userInstalled": n % 3 != 1,
        "vendor": {"name": "Somebody"},
        "version": "1.0",
        "licenseToken": {"token": CANARY},
    },
    "/rest/applinks/latest/listApplicationlinks": lambda n: {
        "application": {"id": f"made{n}", "name": f"Link {n}", "displayUrl": f"https://other{n}.acme.example"},
        "configuredInboundAuthenticators": ["com.made.TrustedAppsAuthenticationProvider"][n % 2 :],
        "configuredOutboundAuthenticators": [],
        "sharedSecret": CANARY,
    },
    "/rest/api/latest/projects/{projectKey}/webhooks": lambda n: {
        "id": n,
        "name": f"hook {n}",
        "createdDate": _WHEN,
        "events": ["repo:refs_changed"],
        "configuration": {"secret": CANARY, "createdBy": "bitbucket"},
        "url": f"https://made:{CANARY}@hook.acme.example/{n}",
        "active": True,
    },
    "/2.0/user/workspaces": lambda n: {
        "type": "workspace_access",
        "administrator": True,
        "workspace": {"type": "workspace_base", "slug": f"made{n}", "uuid": f"{{0000000{n}}}"},
    },
    "/1.0/groups/{workspace}": lambda n: {
        "name": f"Made {n}",
        "slug": f"made-{n}",
        "permission": "write",
        "auto_add": False,
        "members": [
            {"account_id": f"557058:{n}", "uuid": f"{{0000000{n}}}", "display_name": "Made", "is_active": True}
        ],
        "owner": {"uuid": "{00000000}"},
    },
    "/wiki/api/v2/pages/{id}/ancestors": lambda n: {"id": str(98300 + n), "type": "page"},
}

OBJECTS: dict[str, Any] = {
    "/rest/api/content/{id}": {
        "id": "98310",
        "type": "page",
        "space": {"key": "TST"},
        "ancestors": [{"id": "98300", "type": "page"}],
    },
    "/wiki/api/v2/pages/{id}": {"id": "98310", "spaceId": "madewikiapiv2spacesid", "status": "current"},
    "/rest/api/content/{id}/restriction/byOperation": _restricted("userKey", "name"),
    "/wiki/rest/api/content/{id}/restriction/byOperation": _restricted("accountId", "id"),
    "/2.0/workspaces/{workspace}/pipelines-config/identity/oidc/.well-known/openid-configuration": {
        "issuer": "https://api.bitbucket.org/2.0/workspaces/made0/pipelines-config/identity/oidc",
        "jwks_uri": "https://api.bitbucket.org/2.0/workspaces/made0/pipelines-config/identity/oidc/keys.json",
    },
}


def _grants(*holders: dict[str, Any]) -> list[dict[str, Any]]:
    permissions = ("BROWSE_PROJECTS", "CREATE_ISSUES", "ADMINISTER_PROJECTS")
    return [
        {"id": 100 + 10 * first + second, "holder": holder, "permission": permission}
        for first, holder in enumerate(holders)
        for second, permission in enumerate(permissions)
    ]


_SCHEME = _grants(
    {"type": "group", "parameter": "made1", "value": "made1"},
    {"type": "user", "parameter": "made0", "value": "made0"},
    {"type": "projectRole", "parameter": "3", "value": "3"},
    {"type": "anyone"},
    {"type": "applicationRole"},
    {"type": "reporter"},
)

_PROJECT = ("PROJECT_READ", "PROJECT_WRITE", "PROJECT_ADMIN")
_REPOSITORY = ("REPO_READ", "REPO_WRITE", "REPO_ADMIN")

# Words where a description has any text, and members without which a record of it says nothing.
WORDS: dict[str, Callable[[int], dict[str, Any]]] = {
    "/rest/api/2/permissionscheme": lambda _n: {"permissions": _SCHEME},
    "/rest/api/3/permissionscheme": lambda _n: {"permissions": _SCHEME},
    "/rest/api/3/permissionscheme/{schemeId}": lambda _n: {"permissions": _SCHEME},
    "/rest/api/2/project/{projectIdOrKey}/role/{id}": lambda _n: {
        "actors": [
            {"id": 1, "type": "atlassian-group-role-actor", "name": "jira-developers"},
            {"id": 2, "type": "atlassian-user-role-actor", "name": "made0"},
        ]
    },
    "/rest/api/3/issuesecurityschemes/level/member": lambda n: {
        "holder": [{"type": "group", "parameter": "made1"}, {"type": "reporter"}, {"type": "user", "parameter": "u"}][n]
    },
    "/rest/api/permissions": lambda n: {
        "operation": {"operationKey": ("use", "administer", "administer")[n], "targetType": "application"},
        "subject": [{"type": "group", "name": "made1"}, {"type": "known", "userKey": "made0"}, {"type": "group"}][n]
        | {"displayName": "Made"},
    },
    "/rest/api/space/{spaceKey}/permissions": lambda n: {
        "subject": [{"type": "group", "name": "made1"}, {"type": "known", "userKey": "made0"}, None][n]
    },
    "/wiki/api/v2/spaces/{id}/permissions": lambda n: {
        "principal": {"type": ("user", "group", "user")[n], "id": f"made{n}"},
        "operation": {"key": ("read", "create", "administer")[n], "targetType": ("space", "page", "space")[n]},
    },
    "/wiki/api/v2/space-roles": lambda _n: {"spacePermissions": ["read/space", "create/page"]},
    "/wiki/api/v2/spaces/{id}/role-assignments": lambda n: {
        "principal": {"principalType": ("USER", "GROUP", "USER")[n], "principalId": f"made{n}"}
    },
    "/rest/api/latest/projects/{projectKey}/permissions/users": lambda n: {"permission": _PROJECT[n]},
    "/rest/api/latest/projects/{projectKey}/permissions/groups": lambda n: {"permission": _PROJECT[n]},
    "/rest/api/latest/projects/{projectKey}/repos/{repositorySlug}/permissions/users": lambda n: {
        "permission": _REPOSITORY[n]
    },
    "/rest/api/latest/projects/{projectKey}/repos/{repositorySlug}/permissions/groups": lambda n: {
        "permission": _REPOSITORY[n]
    },
    "/2.0/workspaces/{workspace}/permissions": lambda n: {"permission": ("owner", "member", "collaborator")[n % 3]},
}

# Members without which nothing more could be asked for; there whatever else is unknown.
NAMED: dict[str, Callable[[int], dict[str, Any]]] = {
    "/2.0/repositories/{workspace}": lambda n: {"slug": f"made{n}", "full_name": f"made0/made{n}"},
    "/2.0/workspaces/{workspace}/projects/{project_key}/deploy-keys": lambda n: {"id": 100 + n},
    "/2.0/repositories/{workspace}/{repo_slug}/deploy-keys": lambda n: {"id": 200 + n},
    "/2.0/repositories/{workspace}/{repo_slug}/branch-restrictions": lambda n: {
        "id": 300 + n,
        "kind": ("push", "force", "of_next_year")[n],
        "pattern": "main",
    },
    # A scheme that the list of them does not hold.
    "/rest/api/3/project/{projectKeyOrId}/permissionscheme": lambda _n: {"id": 77},
    "/rest/api/3/permissionscheme/{schemeId}": lambda _n: {"id": 77},
    "/rest/api/space": lambda n: {"key": ("TST", "ONE", "TWO")[n], "type": "global"},
    "/rest/api/user/list": lambda n: {"userKey": f"made{n}", "username": f"made{n}"},
    "/rest/api/group/{groupName}/member": lambda n: {"userKey": f"made{n}", "username": f"made{n}"},
}
