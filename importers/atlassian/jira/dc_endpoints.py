"""
The end points of Jira Data Center, with what each answers for; and what none tells.

Source: the vendor's description of Jira 11.3. No end point lists who administers Jira, which plug-ins it has, what it
is linked to, or the personal access tokens of others: a facts file says so. Who sees issues at a security level is not
told either: the levels are, and each is possibly open to whoever reads a project that uses it.

End points of issue security answer for nothing that would open something: while they are not read, who reads a project
is taken to read all its issues.
"""

from importers.atlassian import sign_on, undocumented
from importers.atlassian.product import Endpoint, NotRead, Paging

_API = "/rest/api/2"

SERVER = Endpoint(f"{_API}/serverInfo", "REACHABLE_FROM", listing=False)
USERS = Endpoint(f"{_API}/user/list", "ACCOUNT_OF", Paging.CURSOR, "values", 1000)
GROUPS = Endpoint(f"{_API}/groups/picker", "MEMBER_OF", Paging.NONE, "groups", 10_000)
MEMBERS = Endpoint(
    f"{_API}/group/member",
    "MEMBER_OF",
    Paging.START_AT,
    "values",
    50,
    query={"includeInactiveUsers": "true", "groupname": "{groupname}"},
)
LICENCES = Endpoint(f"{_API}/applicationrole", "ASSIGNED_TO")
SCHEMES = Endpoint(
    f"{_API}/permissionscheme", "ASSIGNED_TO", Paging.NONE, "permissionSchemes", query={"expand": "permissions"}
)
PROJECTS = Endpoint(f"{_API}/project", "CONTAINS", query={"includeArchived": "true", "expand": "lead"})
# Of a project without it, nothing says who may use it.
PROJECT_SCHEME = Endpoint(f"{_API}/project/{{projectKeyOrId}}/permissionscheme", "ASSIGNED_TO", listing=False)
ROLES = Endpoint(f"{_API}/role", "MEMBER_OF")
ACTORS = Endpoint(f"{_API}/project/{{projectIdOrKey}}/role/{{id}}", "MEMBER_OF", listing=False)
SECURITY = Endpoint(f"{_API}/issuesecurityschemes", "CREATED_BY", Paging.NONE, "issueSecuritySchemes")
SECURITY_SCHEME = Endpoint(f"{_API}/issuesecurityschemes/{{id}}", "CREATED_BY", listing=False)
# Not there of a project that has none.
PROJECT_SECURITY = Endpoint(
    f"{_API}/project/{{projectKeyOrId}}/issuesecuritylevelscheme", "CREATED_BY", listing=False, optional=True
)
TOKENS = Endpoint("/rest/pat/latest/tokens", "HAS_CREDENTIAL", optional=True)

ALL = (
    *(SERVER, USERS, GROUPS, MEMBERS, LICENCES, SCHEMES, PROJECTS, PROJECT_SCHEME, ROLES, ACTORS),
    *(SECURITY, SECURITY_SCHEME, PROJECT_SECURITY, TOKENS),
    *(sign_on.SSO, sign_on.BASIC, sign_on.PROVIDERS, sign_on.MADE_AT_SIGN_IN, *undocumented.ALL),
)

_APP = "jira:{name}:app"
WHO_SEES = "who sees issues at a security level: no end point lists it"
NOT_READ = (
    NotRead("ASSIGNED_TO", "", "who administers Jira: no end point lists global permissions", of=_APP),
    NotRead("INSTALLED_IN", "", "plug-ins, and whether one runs scripts: no documented end point lists them", of=_APP),
    NotRead("RUNS_ON", "", "the machine it runs on: no end point tells it", of=_APP),
    NotRead("TRUSTS", "", "application links: no documented end point lists them", of=_APP),
    NotRead("STORES", f"{_API}/search", "the content of issues, and the secrets in it", exists=True),
    NotRead("HAS_CREDENTIAL", "/rest/pat/latest/tokens", "personal access tokens of others: each lists its own only"),
    NotRead("REACHABLE_FROM", "", "from where it can be reached: it does not know", closable=False),
    # Each level that there is has a row of its own, which a facts file closes.
    NotRead("CREATED_BY", "", WHO_SEES, closable=False),
)
