"""
What each end point takes to be read, and what stays hidden where it is not: by product form and by what its path holds.

Rights are those that the vendor's documentation names. Which kind of credential reaches an end point is stated where
not every kind does; what that is worth, `doctor` finds out by asking.
"""

import re
from dataclasses import dataclass

from importers.atlassian.product import Endpoint

PASSWORD = "user and password (Basic)"  # noqa: S105 - a kind of credential
ORG_KEY = "an organization's API key"
_ANYONE = "any account"
_JIRA_ADMIN, _PROJECT_ADMIN = "Jira administrator", "project administrator, or Jira administrator"
_WIKI_ADMIN, _SPACE_ADMIN = "Confluence administrator", "space administrator"
_GIT_ADMIN, _REPOSITORY_ADMIN = "ADMIN (of Bitbucket)", "PROJECT_ADMIN or REPO_ADMIN, or ADMIN"
_NOT_BY_TOKEN = f"{PASSWORD} of such an account: an HTTP access token never reaches it (BSERV-10482)"
_WORKSPACE_ADMIN, _CLOUD_REPOSITORY_ADMIN = "workspace administrator", "repository administrator"

# Of each form: (what a path holds, the right, the credential); the first that fits.
_TAKES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "jira-dc": (
        (r"/pat/", f"{_ANYONE}: its own tokens only", ""),
        (r"/serverInfo|/myself|/mypermissions", _ANYONE, ""),
        (r"/authconfig|/basicauth", "Jira system administrator", ""),
        (r"/project/[^/]+/(role|permissionscheme|issuesecurity)", _PROJECT_ADMIN, ""),
        (r"/permissionscheme|/issuesecurity|/applicationrole|/group|/user|/auditing|/role", _JIRA_ADMIN, ""),
        (r"/project", "browses the project; all of them: Jira administrator", ""),
        (r"", _JIRA_ADMIN, ""),
    ),
    "jira-cloud": (
        (r"/serverInfo|/myself|/mypermissions", _ANYONE, ""),
        (r"/project/[^/]+/(role|permissionscheme)", _PROJECT_ADMIN, ""),
        (r"/permissionscheme", "uses Jira", ""),
        (r"/issuesecurityschemes", _JIRA_ADMIN, ""),
        (r"/users?/|/users?$|/group/bulk", "browses users and groups (global permission)", ""),
        (r"/webhook", "a Connect or OAuth app: its own webhooks only", "an OAuth access token"),
        (r"/project", "browses the project; all of them: Jira administrator", ""),
        (r"", _JIRA_ADMIN, ""),
    ),
    "confluence-dc": (
        (r"/pat/", f"{_ANYONE}: its own tokens only", ""),
        (r"/user/current|/server-information", _ANYONE, ""),
        (r"/space/[^/]+/permissions", f"{_SPACE_ADMIN}, or {_WIKI_ADMIN}", ""),
        (r"/authconfig|/basicauth", "Confluence system administrator", ""),
        (r"/permissions|/audit|/webhooks|/user/list|/group|/plugins/|/applinks", _WIKI_ADMIN, ""),
        (r"", "views the space; all of them: Confluence administrator", ""),
    ),
    "confluence-cloud": (
        (r"/user/current", _ANYONE, ""),
        (r"/audit", _WIKI_ADMIN, ""),
        (r"/settings|/group|/space-roles|/user/anonymous", "uses Confluence", ""),
        (r"", "views the space; all of them: Confluence administrator", ""),
    ),
    "bitbucket-dc": (
        (r"/application-properties", "", ""),
        (r"/access-tokens/.*/users|/ssh/.*keys", f"the account itself, or {_GIT_ADMIN}", ""),
        (r"/admin/|/authconfig|/basicauth|/mirroring|/logs|/audit|/plugins/|/applinks", _GIT_ADMIN, _NOT_BY_TOKEN),
        (
            r"/permissions|/access-tokens|/keys|/webhooks|/branch-permissions|/restrictions|/settings",
            _REPOSITORY_ADMIN,
            "",
        ),
        (r"", "reads the project or repository; all of them: ADMIN", ""),
    ),
    "bitbucket-cloud": (
        (r"/2\.0/user(/|$)|/2\.0/users/|/openid-configuration", _ANYONE, ""),
        (r"/workspaces/[^/]+/(permissions|pipelines-config|hooks|members)|/1\.0/groups", _WORKSPACE_ADMIN, ""),
        (r"/projects/[^/]+/(permissions-config|deploy-keys)", "project administrator", ""),
        (
            r"permissions-config|/hooks|deploy-keys|branch-restrictions|pipelines_config|environments",
            _CLOUD_REPOSITORY_ADMIN,
            "",
        ),
        (r"", "reads the repository; all of them: workspace administrator", ""),
    ),
    "atlassian-org": (
        (r"/scim/", "organization administrator", "the directory's own key (SCIM), in a section with `directories`"),
        (r"/api-tokens", "organization administrator", f"{ORG_KEY}, without scopes or with read:tokens:admin"),
        (r"/api-keys", "organization administrator", f"{ORG_KEY}, without scopes or with read:keys:admin"),
        (r"/groups", "organization administrator", f"{ORG_KEY}, without scopes or with read:groups:admin"),
        (r"/directories/", "organization administrator", f"{ORG_KEY}, without scopes or with read:directories:admin"),
        (r"/policies", "organization administrator", f"{ORG_KEY}, without scopes or with read:policies:admin"),
        (r"/domains", "organization administrator", f"{ORG_KEY}, without scopes or with read:domains:admin"),
        (r"", "organization administrator", ORG_KEY),
    ),
}

_HIDES = {
    "ACCOUNT_OF": "accounts, and whether they are live",
    "MEMBER_OF": "who is in a group or holds a role",
    "ASSIGNED_TO": "who may read, write or administer what",
    "HAS_CREDENTIAL": "tokens and keys: whose they are and how old",
    "GRANTS": "what tokens and keys without an owner open",
    "CONTAINS": "projects, spaces, repositories and what is in them",
    "STORES": "what is kept there that opens something else",
    "TRUSTS": "whose word is taken for who somebody is",
    "APPLIES_TO": "what restricts a right: restrictions, levels, policies",
    "REACHABLE_FROM": "from where it can be reached",
    "INSTALLED_IN": "plug-ins and apps, and what they may do",
    "RUNS_ON": "on what it runs",
    "OWNED_BY": "whose something is",
    "SIGNS_IN_AS": "whom one becomes by single sign-on",
    "CREATED_BY": "who made or changed what, and when",
}


@dataclass(frozen=True, slots=True)
class Access:
    """
    What reading one end point takes, and means.

    Attributes:
        right:      the least right.
        credential: which kind of credential, where not every kind does.
        hides:      what is unknown where it was not read.
    """

    right: str
    credential: str
    hides: str


def access(importer: str, endpoint: Endpoint) -> Access:
    """Return what an end point of a product form takes, and hides."""
    path = endpoint.path.partition("?")[0]
    for holds, right, credential in _TAKES[importer]:
        if re.search(holds, path):
            return Access(right, credential, hides(endpoint.relation))
    raise AssertionError(f"no row for {importer} fits every path")


def hides(relation: str) -> str:
    """Return what is unknown where nothing of a relation kind was read."""
    return _HIDES.get(relation, f"relations of kind {relation}")
