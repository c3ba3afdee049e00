"""
The end points of Bitbucket Data Center, with what each answers for; and what none tells.

Source: the vendor's description of Bitbucket Data Center 10.4. Its administration refuses HTTP access tokens, whatever
their owner may do (BSERV-10482): the reader needs a user and a password there.
"""

from importers.atlassian import sign_on, undocumented
from importers.atlassian.product import Endpoint, NotRead, Paging

_API, _PAGED = "/rest/api/latest", Paging.IS_LAST_PAGE
_PROJECT, _REPO = "/projects/{projectKey}", "/projects/{projectKey}/repos/{repositorySlug}"


def _list(path: str, relation: str, optional: bool = False) -> Endpoint:
    return Endpoint(path, relation, _PAGED, "values", 1000, optional=optional)


PROPERTIES = Endpoint(f"{_API}/application-properties", "REACHABLE_FROM", listing=False)
USERS = _list(f"{_API}/admin/users", "ACCOUNT_OF")
GROUPS = _list(f"{_API}/admin/groups", "MEMBER_OF")
MEMBERS = Endpoint(
    f"{_API}/admin/groups/more-members", "MEMBER_OF", _PAGED, "values", 1000, query={"context": "{group}"}
)
GLOBAL_USERS = _list(f"{_API}/admin/permissions/users", "ASSIGNED_TO")
GLOBAL_GROUPS = _list(f"{_API}/admin/permissions/groups", "ASSIGNED_TO")
PROJECTS = _list(f"{_API}/projects", "CONTAINS")
REPOSITORIES = _list(f"{_API}/repos", "CONTAINS")
PROJECT_USERS = _list(f"{_API}{_PROJECT}/permissions/users", "ASSIGNED_TO")
PROJECT_GROUPS = _list(f"{_API}{_PROJECT}/permissions/groups", "ASSIGNED_TO")
DEFAULT = Endpoint(f"{_API}{_PROJECT}/permissions/{{permission}}/all", "ASSIGNED_TO", listing=False)
REPO_USERS = _list(f"{_API}{_REPO}/permissions/users", "ASSIGNED_TO")
REPO_GROUPS = _list(f"{_API}{_REPO}/permissions/groups", "ASSIGNED_TO")
USER_TOKENS = _list("/rest/access-tokens/latest/users/{userSlug}", "HAS_CREDENTIAL")
PROJECT_TOKENS = _list(f"/rest/access-tokens/latest{_PROJECT}", "GRANTS")
REPO_TOKENS = _list(f"/rest/access-tokens/latest{_REPO}", "GRANTS")
USER_KEYS = Endpoint("/rest/ssh/latest/keys", "HAS_CREDENTIAL", _PAGED, "values", 1000, query={"user": "{user}"})
PROJECT_KEYS = _list(f"/rest/keys/latest{_PROJECT}/ssh", "GRANTS")
REPO_KEYS = _list(f"/rest/keys/latest{_REPO}/ssh", "GRANTS")
MIRRORS = _list("/rest/mirroring/latest/mirrorServers", "STORES", optional=True)
# One object: described as a single directory, and answered as a page or a list of them.
DIRECTORIES = Endpoint(f"{_API}/admin/user-directories", "TRUSTS", listing=False, optional=True)
# A secret that could not be listed completes no reach, and is told in incidents.
WEBHOOKS = _list(f"{_API}{_PROJECT}/webhooks", "HAS_CREDENTIAL", optional=True)
RESTRICTIONS = _list(f"/rest/branch-permissions/latest{_PROJECT}/restrictions", "APPLIES_TO", optional=True)

# What a project may give to every licensed user; each is asked for on its own.
DEFAULTS = ("PROJECT_READ", "PROJECT_WRITE", "PROJECT_ADMIN")

ALL = (
    *(PROPERTIES, USERS, GROUPS, MEMBERS, GLOBAL_USERS, GLOBAL_GROUPS, PROJECTS, REPOSITORIES),
    *(PROJECT_USERS, PROJECT_GROUPS, DEFAULT, REPO_USERS, REPO_GROUPS),
    *(USER_TOKENS, PROJECT_TOKENS, REPO_TOKENS, USER_KEYS, PROJECT_KEYS, REPO_KEYS, MIRRORS),
    *(DIRECTORIES, sign_on.PROVIDERS, sign_on.MADE_AT_SIGN_IN, sign_on.SSO, sign_on.BASIC),
    *(WEBHOOKS, RESTRICTIONS, *undocumented.ALL),
)

_APP = "bitbucket:{name}:app"
NOT_READ = (
    NotRead("STORES", f"{_API}{_REPO}/raw/{{path}}", "the content of repositories, and the secrets in it", exists=True),
    NotRead("INSTALLED_IN", "", "plug-ins: no documented end point lists them", of=_APP),
    NotRead("RUNS_ON", "", "the machine it runs on: no end point tells it", of=_APP),
    NotRead("TRUSTS", "", "application links: no documented end point lists them", of=_APP),
    NotRead("REACHABLE_FROM", "", "from where it can be reached: it does not know", closable=False),
    NotRead(
        "APPLIES_TO",
        f"/rest/branch-permissions/latest{_REPO}/restrictions",
        "branch restrictions of single repositories: writing is taken for writing to some branch, restricted or not",
        exists=True,
        closable=False,
    ),
    NotRead(
        "STORES",
        f"{_API}{_REPO}/webhooks",
        "webhooks of single repositories, and their secrets: a request for each repository",
        exists=True,
        closable=False,
    ),
    NotRead("STORES", "", "which projects a mirror holds: only the mirror tells; possibly each", closable=False),
)
