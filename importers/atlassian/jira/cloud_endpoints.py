"""
The end points of Jira Cloud, with what each answers for; and what none tells.

Source: the vendor's description of the REST API v3. Holders of global permissions are not listed, but groups are by
their access to the product (`accessType`): those that administer are known, that there are no others is not.

End points of issue security answer for nothing that would open something, but for who is let in at a level: while they
are not read, who reads a project is taken to read all its issues.
"""

from importers.atlassian.product import Endpoint, NotRead, Paging

_API = "/rest/api/3"


def _paged(path: str, relation: str, limit: int = 50, **query: str) -> Endpoint:
    return Endpoint(f"{_API}{path}", relation, Paging.START_AT, "values", limit, query=query)


SERVER = Endpoint(f"{_API}/serverInfo", "REACHABLE_FROM", listing=False)
# A bare list, that ends with a short page: no more is asked for at once than the server gives.
USERS = Endpoint(f"{_API}/users/search", "ACCOUNT_OF", Paging.START_AT, limit=50)
GROUPS = _paged("/group/bulk", "MEMBER_OF")
ADMINS = _paged("/group/bulk?accessType=admin", "ASSIGNED_TO", accessType="admin")
SITE_ADMINS = _paged("/group/bulk?accessType=site-admin", "ASSIGNED_TO", accessType="site-admin")
MEMBERS = _paged("/group/member", "MEMBER_OF", includeInactiveUsers="true", groupId="{groupId}")
LICENCES = Endpoint(f"{_API}/applicationrole", "ASSIGNED_TO")
SCHEMES = Endpoint(
    f"{_API}/permissionscheme", "ASSIGNED_TO", Paging.NONE, "permissionSchemes", query={"expand": "permissions"}
)
PROJECTS = _paged("/project/search", "CONTAINS", expand="lead")
ARCHIVED = _paged("/project/search?status=archived", "CONTAINS", expand="lead", status="archived")
# Of a project without it, nothing says who may use it.
PROJECT_SCHEME = Endpoint(f"{_API}/project/{{projectKeyOrId}}/permissionscheme", "ASSIGNED_TO", listing=False)
# One that the list does not have, as those of team-managed projects.
SCHEME = Endpoint(
    f"{_API}/permissionscheme/{{schemeId}}", "ASSIGNED_TO", listing=False, query={"expand": "permissions"}
)
ROLES = Endpoint(f"{_API}/role", "MEMBER_OF")
# A team-managed project has roles of its own: without them, nothing says who may use it.
OWN_ROLES = Endpoint(f"{_API}/project/{{projectIdOrKey}}/roledetails", "ASSIGNED_TO")
ACTORS = Endpoint(f"{_API}/project/{{projectIdOrKey}}/role/{{id}}", "MEMBER_OF", listing=False)
LEVELS = _paged("/issuesecurityschemes/level", "CREATED_BY")
LEVEL_PROJECTS = _paged("/issuesecurityschemes/project", "CREATED_BY")
LEVEL_MEMBERS = _paged("/issuesecurityschemes/level/member", "MEMBER_OF", expand="all", levelId="{levelId}")
# Newest first, by `offset`: a page is an object of its own.
AUDIT = Endpoint(
    f"{_API}/auditing/record",
    "CREATED_BY",
    listing=False,
    query={"limit": "1000", "filter": "created", "offset": "{offset}"},
)

ALL = (
    *(SERVER, USERS, GROUPS, ADMINS, SITE_ADMINS, MEMBERS, LICENCES, SCHEMES, PROJECTS, ARCHIVED, PROJECT_SCHEME),
    *(SCHEME, ROLES, OWN_ROLES, ACTORS, LEVELS, LEVEL_PROJECTS, LEVEL_MEMBERS, AUDIT),
)

_APP = "jira:{name}:app"
NOT_READ = (
    NotRead(
        "ASSIGNED_TO",
        "",
        "who else administers Jira: no end point lists global permissions, nor who administers the organization",
        of=_APP,
    ),
    NotRead("TRUSTS", "", "application links: no documented end point lists them", of=_APP),
    NotRead("STORES", f"{_API}/search/jql", "the content of issues, and the secrets in it", exists=True),
    NotRead("HAS_CREDENTIAL", "", "API tokens of its accounts: the organization alone lists them"),
    NotRead("CONNECTS_TO", f"{_API}/webhook", "webhooks: each app is told its own only", exists=True, closable=False),
    NotRead(
        "CREATED_BY",
        "",
        "restricted issues of team-managed projects: who reads such a project is taken to read all its issues",
        closable=False,
    ),
)
