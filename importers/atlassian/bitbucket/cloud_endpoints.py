"""
The end points of Bitbucket Cloud, with what each answers for; and what none tells.

Source: the vendor's description of its interface, version 2.0. Two are beside it. The list of an account's workspaces
moved to `/2.0/user/workspaces` in April 2026 (CHANGE-2770, CHANGE-3022); the old one is asked where the new one is not
there. Members of groups are told by `/1.0/groups` alone, which the vendor keeps until another takes its place.
"""

from importers.atlassian.product import Endpoint, NotRead, Paging

_API, _PAGED, _MOST = "/2.0", Paging.NEXT, 100
_WORKSPACE = f"{_API}/workspaces/{{workspace}}"
_PROJECT = f"{_WORKSPACE}/projects/{{project_key}}"
_REPO = f"{_API}/repositories/{{workspace}}/{{repo_slug}}"


def _list(path: str, relation: str, optional: bool = False) -> Endpoint:
    return Endpoint(path, relation, _PAGED, "values", _MOST, optional=optional)


USER = Endpoint(f"{_API}/user", "SAME_PERSON", listing=False)
MINE = _list(f"{_API}/user/workspaces", "CONTAINS", optional=True)
WORKSPACES = _list(f"{_API}/workspaces", "CONTAINS", optional=True)
WORKSPACE = Endpoint(_WORKSPACE, "CREATED_BY", listing=False)
MEMBERS = _list(f"{_WORKSPACE}/members", "ACCOUNT_OF")
PERMISSIONS = _list(f"{_WORKSPACE}/permissions", "ASSIGNED_TO")
GROUPS = Endpoint("/1.0/groups/{workspace}", "MEMBER_OF")
PROFILE = Endpoint(f"{_API}/users/{{selected_user}}", "SAME_PERSON", listing=False)
PROJECTS = _list(f"{_WORKSPACE}/projects", "CONTAINS")
REPOSITORIES = _list(f"{_API}/repositories/{{workspace}}", "CONTAINS")
PROJECT_USERS = _list(f"{_PROJECT}/permissions-config/users", "ASSIGNED_TO")
PROJECT_GROUPS = _list(f"{_PROJECT}/permissions-config/groups", "ASSIGNED_TO")
REPO_USERS = _list(f"{_REPO}/permissions-config/users", "ASSIGNED_TO")
REPO_GROUPS = _list(f"{_REPO}/permissions-config/groups", "ASSIGNED_TO")
# That it is not there is how a repository without pipelines answers.
PIPELINES = Endpoint(f"{_REPO}/pipelines_config", "STORES", listing=False, optional=True)
OIDC = Endpoint(
    f"{_WORKSPACE}/pipelines-config/identity/oidc/.well-known/openid-configuration",
    "SAME_PERSON",
    listing=False,
    optional=True,
)
WORKSPACE_VARIABLES = _list(f"{_WORKSPACE}/pipelines-config/variables", "STORES")
REPO_VARIABLES = _list(f"{_REPO}/pipelines_config/variables", "STORES")
ENVIRONMENTS = _list(f"{_REPO}/environments", "STORES")
ENVIRONMENT_VARIABLES = _list(f"{_REPO}/deployments_config/environments/{{environment_uuid}}/variables", "STORES")
KEY_PAIR = Endpoint(f"{_REPO}/pipelines_config/ssh/key_pair", "STORES", listing=False, optional=True)
PROJECT_KEYS = _list(f"{_PROJECT}/deploy-keys", "GRANTS")
REPO_KEYS = _list(f"{_REPO}/deploy-keys", "GRANTS")
USER_KEYS = _list(f"{_API}/users/{{selected_user}}/ssh-keys", "HAS_CREDENTIAL")
BRANCHES = _list(f"{_REPO}/branch-restrictions", "APPLIES_TO")
# A secret that could not be listed completes no reach, and is told in incidents.
WORKSPACE_HOOKS = _list(f"{_WORKSPACE}/hooks", "HAS_CREDENTIAL")
REPO_HOOKS = _list(f"{_REPO}/hooks", "HAS_CREDENTIAL")

ALL = (
    *(USER, MINE, WORKSPACES, WORKSPACE, MEMBERS, PERMISSIONS, GROUPS, PROFILE, PROJECTS, REPOSITORIES),
    *(PROJECT_USERS, PROJECT_GROUPS, REPO_USERS, REPO_GROUPS, OIDC, WORKSPACE_VARIABLES, PIPELINES, REPO_VARIABLES),
    *(ENVIRONMENTS, ENVIRONMENT_VARIABLES, KEY_PAIR, PROJECT_KEYS, REPO_KEYS, USER_KEYS),
    *(BRANCHES, WORKSPACE_HOOKS, REPO_HOOKS),
)

NOT_READ = (
    NotRead(
        "STORES",
        f"{_REPO}/src/{{commit}}/{{path}}",
        "the content of repositories and the secrets in it; what secured variables open: their values are never told",
        exists=True,
    ),
    NotRead(
        "HAS_CREDENTIAL",
        "",
        "API tokens, OAuth consumers, access tokens of repositories, projects and workspaces, app passwords where they "
        "still work, SSH keys of workspaces (which write) and of other people: no end point lists them",
    ),
    NotRead("RUNS_ON", "", "self-hosted runners of pipelines: no described end point lists them", closable=False),
    NotRead(
        "TRUSTS",
        "",
        "cloud roles that take a pipeline's identity (OIDC): their own side tells",
        closable=False,
    ),
    NotRead("REACHABLE_FROM", "", "the list of allowed addresses: the organization's policies tell", closable=False),
    NotRead(
        "APPLIES_TO",
        f"{_REPO}/branch-restrictions",
        "branch restrictions are told, and stop nothing here: any branch runs the pipeline. Which branches may deploy "
        "to an environment no end point tells",
        closable=False,
    ),
)
