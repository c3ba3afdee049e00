"""
The end points of Confluence Cloud, with what each answers for; and what none tells.

Source: the vendor's descriptions of both interfaces, v1 (groups, members, users, restrictions, audit log) and v2
(spaces and their permissions). Of v2 the two that tell where a page is are not in the description at hand.
"""

from importers.atlassian.product import Endpoint, NotRead, Paging

_V1, _V2, _PAGED = "/wiki/rest/api", "/wiki/api/v2", Paging.START_LIMIT


def _list(path: str, relation: str, limit: int, optional: bool = False, **query: str) -> Endpoint:
    return Endpoint(path, relation, _PAGED, "results", limit, query=query, optional=optional)


# Which site it is: nothing leads on from that.
SITE = Endpoint(f"{_V1}/settings/systemInfo", "SAME_PERSON", listing=False)
GROUPS = _list(f"{_V1}/group", "MEMBER_OF", 200)
# Whose members may use Confluence, and administer it.
USING = _list(f"{_V1}/group?user", "MEMBER_OF", 200, accessType="user")
ADMINISTERING = _list(f"{_V1}/group?admin", "ASSIGNED_TO", 200, accessType="admin")
SITE_ADMINISTERING = _list(f"{_V1}/group?site-admin", "ASSIGNED_TO", 200, accessType="site-admin")
MEMBERS = _list(f"{_V1}/group/{{groupId}}/membersByGroupId", "MEMBER_OF", 200)
# A search that finds all, those who are in no group as well.
USERS = _list(f"{_V1}/search/user", "ACCOUNT_OF", 100, cql="type=user", sitePermissionTypeFilter="all")
ANYONE = Endpoint(f"{_V1}/user/anonymous", "ASSIGNED_TO", listing=False, query={"expand": "operations"})
SPACES = _list(f"{_V2}/spaces", "CONTAINS", 250)
SPACE_PERMISSIONS = _list(f"{_V2}/spaces/{{id}}/permissions", "ASSIGNED_TO", 250)
# Not on every site; there are none where they are not.
ROLES = _list(f"{_V2}/space-roles", "ASSIGNED_TO", 250, optional=True)
ROLE_ASSIGNMENTS = _list(f"{_V2}/spaces/{{id}}/role-assignments", "ASSIGNED_TO", 250, optional=True)
PAGE = Endpoint(f"{_V2}/pages/{{id}}", "ASSIGNED_TO", listing=False)
ABOVE = _list(f"{_V2}/pages/{{id}}/ancestors", "ASSIGNED_TO", 250)
RESTRICTIONS = Endpoint(
    f"{_V1}/content/{{id}}/restriction/byOperation",
    "ASSIGNED_TO",
    listing=False,
    query={"expand": "restrictions.user,restrictions.group"},
)

ALL = (
    *(SITE, GROUPS, USING, ADMINISTERING, SITE_ADMINISTERING, MEMBERS, USERS, ANYONE),
    *(SPACES, ROLES, SPACE_PERMISSIONS, ROLE_ASSIGNMENTS, PAGE, ABOVE, RESTRICTIONS),
)

_APP = "confluence:{name}:app"
NOT_READ = (
    NotRead("ASSIGNED_TO", "", "global permissions, other than by the access of groups: no end point", of=_APP),
    NotRead("STORES", f"{_V2}/pages", "the content of pages, and the secrets in it", exists=True),
    NotRead("HAS_CREDENTIAL", "", "API tokens and passwords of Atlassian accounts: the organization knows them"),
    # It names what was changed as people call it, and by no id; of passwords and tokens it knows nothing.
    NotRead("CREATED_BY", f"{_V1}/audit", "who made what: audit records are not read", exists=True, closable=False),
    NotRead(
        "CONTAINS",
        RESTRICTIONS.path,
        "restrictions of pages other than those in `pages`: who reads a space is taken to read all of them",
        exists=True,
        closable=False,
    ),
)
