"""
The end points of Confluence Data Center, with what each answers for; and what none tells.

Source: the vendor's description of Confluence Data Center 10.2.
"""

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
TOKENS = Endpoint("/rest/pat/latest/tokens", "HAS_CREDENTIAL", optional=True)

ALL = (SERVER, USERS, GROUPS, MEMBERS, INNER, GLOBAL, SPACES, SPACE_PERMISSIONS, TOKENS)

_APP = "confluence:{name}:app"
NOT_READ = (
    NotRead("INSTALLED_IN", "", "plug-ins, and whether one runs scripts: no documented end point lists them", of=_APP),
    NotRead("RUNS_ON", "", "the machine it runs on: no end point tells it", of=_APP),
    NotRead("TRUSTS", "", "application links: no documented end point lists them", of=_APP),
    NotRead("STORES", f"{_API}/content", "the content of pages, and the secrets in it", exists=True),
    NotRead("HAS_CREDENTIAL", "/rest/pat/latest/tokens", "personal access tokens of others: each lists its own only"),
    NotRead("REACHABLE_FROM", "", "from where it can be reached: it does not know", closable=False),
    NotRead(
        "CONTAINS",
        f"{_API}/content/{{id}}/restriction/byOperation",
        "restrictions of pages: who reads a space is taken to read all its pages",
        exists=True,
        closable=False,
    ),
)
