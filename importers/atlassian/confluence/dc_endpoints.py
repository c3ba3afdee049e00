"""
The end points of Confluence Data Center, with what each answers for; and what none tells.

Source: the vendor's description of Confluence Data Center 10.2.
"""

from importers.atlassian import sign_on, undocumented
from importers.atlassian.product import Endpoint, NotRead, Paging

_API, _PAGED = "/rest/api", Paging.START_LIMIT


def _list(path: str, relation: str) -> Endpoint:
    return Endpoint(path, relation, _PAGED, "results", 200)


SERVER = Endpoint(f"{_API}/server-information", "REACHABLE_FROM", listing=False)
USERS = Endpoint(f"{_API}/user/list", "ACCOUNT_OF", _PAGED, "results", 200, query={"expand": "status"})
GROUPS = _list(f"{_API}/group", "MEMBER_OF")
MEMBERS = _list(f"{_API}/group/{{groupName}}/member", "MEMBER_OF")
INNER = _list(f"{_API}/group/{{groupName}}/groupmember", "MEMBER_OF")
GLOBAL = Endpoint(f"{_API}/permissions", "ASSIGNED_TO")
SPACES = _list(f"{_API}/space", "CONTAINS")
SPACE_PERMISSIONS = Endpoint(f"{_API}/space/{{spaceKey}}/permissions", "ASSIGNED_TO")
# A secret that could not be listed completes no reach, and is told in incidents.
WEBHOOKS = Endpoint(f"{_API}/webhooks", "HAS_CREDENTIAL", _PAGED, "results", 200, optional=True)
TOKENS = Endpoint("/rest/pat/latest/tokens", "HAS_CREDENTIAL", optional=True)
# Of the pages that the settings name. The first is not in the description, and as old as the interface.
PAGE = Endpoint(f"{_API}/content/{{id}}", "ASSIGNED_TO", listing=False, query={"expand": "space,ancestors"})
RESTRICTIONS = Endpoint(
    f"{_API}/content/{{id}}/restriction/byOperation",
    "ASSIGNED_TO",
    listing=False,
    query={
        "expand": "read.restrictions.user,read.restrictions.group,update.restrictions.user,update.restrictions.group"
    },
)

ALL = (
    *(SERVER, USERS, GROUPS, MEMBERS, INNER, GLOBAL, SPACES, SPACE_PERMISSIONS, TOKENS, PAGE, RESTRICTIONS, WEBHOOKS),
    *(sign_on.SSO, sign_on.BASIC, sign_on.PROVIDERS, sign_on.MADE_AT_SIGN_IN, *undocumented.ALL),
)

_APP = "confluence:{name}:app"
NOT_READ = (
    NotRead("INSTALLED_IN", "", "plug-ins, and whether one runs scripts: no documented end point lists them", of=_APP),
    NotRead("RUNS_ON", "", "the machine it runs on: no end point tells it", of=_APP),
    NotRead("TRUSTS", "", "application links: no documented end point lists them", of=_APP),
    NotRead("STORES", f"{_API}/content", "the content of pages, and the secrets in it", exists=True),
    NotRead("HAS_CREDENTIAL", "/rest/pat/latest/tokens", "personal access tokens of others: each lists its own only"),
    NotRead("REACHABLE_FROM", "", "from where it can be reached: it does not know", closable=False),
    # The description says nothing of what it answers.
    NotRead("CREATED_BY", f"{_API}/audit", "who made what: audit records are not read", exists=True, closable=False),
    NotRead(
        "CONTAINS",
        RESTRICTIONS.path,
        "restrictions of pages other than those in `pages`: who reads a space is taken to read all of them",
        exists=True,
        closable=False,
    ),
)
