"""
The end points of an organization of Atlassian Cloud, with what each answers for; and what none tells.

No description is at hand. Sources, all below https://developer.atlassian.com/cloud/admin/:

    organization/rest/api-group-{orgs,users,groups,domains,policies}/   ORGS to DOMAINS
    api-access/rest/api-group-{api-token,api-key,service-account}/      API_TOKENS, API_KEYS, SERVICE_ACCOUNTS
    user-provisioning/rest/api-group-{users,groups}/                    DIRECTORY_USERS, DIRECTORY_GROUPS

The lists of users and groups are announced to end on 30 June 2027; what replaces them takes POST, which is never sent.
A page names the next one by a cursor, in `links` or `meta`, or by an address with one in it. An organization's key
without scopes reads everything but a directory, whose own key reads nothing else.
"""

from importers.atlassian.product import Endpoint, NotRead, Paging

_ORG, _ACCESS = "/admin/v1/orgs/{orgId}", "/admin/api-access/v1/orgs/{orgId}"
_DIRECTORIES = "/admin/v2/orgs/{orgId}/directories/-"  # of all directories at once
_SCIM = "/scim/directory/{directoryId}"
_LIMIT = 100  # the most of users, and of a directory; of others the vendor's own number is taken
ORG_ADMIN = "atlassian/org-admin"


def _list(path: str, relation: str, limit: int = 0, **query: str) -> Endpoint:
    return Endpoint(path, relation, Paging.NEXT_CURSOR, "data", limit, query=query)


# Which organization a key is of, and what it is called: nothing leads on from that.
ORGS = _list("/admin/v1/orgs", "SAME_PERSON")
ORG = Endpoint(_ORG, "SAME_PERSON", listing=False)
# Managed accounts, those in no directory as well; then everybody in a directory, then who administers.
MANAGED = _list(f"{_DIRECTORIES}/users?managed", "MEMBER_OF", _LIMIT, claimStatus="managed")
USERS = _list(f"{_DIRECTORIES}/users", "ACCOUNT_OF", _LIMIT)
ADMINISTRATORS = _list(f"{_DIRECTORIES}/users?administrators", "ASSIGNED_TO", _LIMIT, roleIds=ORG_ADMIN)
API_TOKENS = _list(f"{_ACCESS}/api-tokens", "HAS_CREDENTIAL", pageSize="100")
API_KEYS = _list(f"{_ACCESS}/api-keys", "HAS_CREDENTIAL", pageSize="100")
# Experimental, the vendor says.
SERVICE_ACCOUNTS = Endpoint(f"{_ACCESS}/service-accounts", "ACCOUNT_OF", Paging.NEXT_CURSOR, "items", optional=True)
GROUPS = _list(f"{_DIRECTORIES}/groups", "MEMBER_OF")
MEMBERS = _list(f"{_DIRECTORIES}/users?group", "MEMBER_OF", _LIMIT, groupIds="{groupId}")
GROUP_ROLES = _list(f"{_DIRECTORIES}/groups/{{groupId}}/role-assignments", "ASSIGNED_TO")
POLICIES = _list(f"{_ORG}/policies", "DEFEATED_BY")
DOMAINS = _list(f"{_ORG}/domains", "SAME_PERSON")
DIRECTORY_USERS = Endpoint(f"{_SCIM}/Users", "ACCOUNT_OF", Paging.SCIM, "Resources", _LIMIT)
DIRECTORY_GROUPS = Endpoint(f"{_SCIM}/Groups", "MEMBER_OF", Paging.SCIM, "Resources", _LIMIT)

OF_ORGANIZATION = (
    *(ORGS, ORG, MANAGED, USERS, ADMINISTRATORS, API_TOKENS, API_KEYS, SERVICE_ACCOUNTS),
    *(GROUPS, MEMBERS, GROUP_ROLES, POLICIES, DOMAINS),
)
OF_DIRECTORY = (DIRECTORY_USERS, DIRECTORY_GROUPS)
ALL = (*OF_ORGANIZATION, *OF_DIRECTORY)

NOT_READ = (
    NotRead(
        "HAS_CREDENTIAL",
        f"{_ACCESS}/service-accounts/{{serviceAccountId}}/api-tokens",
        "tokens and OAuth clients of service accounts: experimental, and not documented what is answered",
        exists=True,
    ),
    NotRead("HAS_CREDENTIAL", "", "API tokens of accounts that the organization does not manage: no end point"),
    NotRead(
        "HAS_ROLE",
        f"{_DIRECTORIES}/users/{{accountId}}/role-assignments",
        "roles that single users hold over products, such as site administrator: a request for each user",
        exists=True,
        closable=False,
    ),
    NotRead(
        "APPLIES_TO",
        "",
        "authentication policies, who must use single sign-on or a second step: no end point lists them",
        closable=False,
    ),
    NotRead(
        "CONTAINS",
        "/admin/v2/orgs/{orgId}/workspaces",
        "the products of the organization: listed to POST alone, which is never sent; `sites` names them",
        exists=True,
        closable=False,
    ),
    NotRead(
        "SAME_PERSON",
        _SCIM,
        "whom an identity provider put into a directory: read with its own key, in a section with `directories`",
        exists=True,
        closable=False,
    ),
    NotRead("CREATED_BY", f"{_ORG}/events", "the audit log", exists=True, closable=False),
)
