"""The Atlassian servers of the golden case: 11,904 repositories, and two forgotten service accounts among the staff."""

from tests.importers.servers.dc_org import BitbucketProject, DataCenter, JiraProject, Person, Space, Team

TOPICS = ("backup", "network", "identity", "remote-access", "terraform", "kubernetes")
REPOSITORIES = 11_904
PROJECTS = 24
TOKEN = "700700700700"  # the id of the token that was missed
_MADE = 1_642_636_800_000  # 2022-01-20, in milliseconds: when it was last replaced
_USED = 1_688_083_200_000  # 2023-06-30


def golden() -> DataCenter:
    """Return the servers; no account of the staff reads more than the projects of its own topic."""
    staff = [Person(f"staff{number:02}") for number in range(1, 37)]
    people = [*staff, Person("svc-smartsheet", "Smartsheet"), Person("svc-bitbucket", "Bitbucket automation")]
    names = [one.name for one in staff]
    teams = {
        "jira-administrators": Team(people=["staff01"]),
        "employees": Team(people=names),
        "atlassian-users": Team(people=["svc-smartsheet"], teams=["employees"]),
        "bitbucket-read-all": Team(people=["svc-bitbucket"]),
    }
    each = REPOSITORIES // PROJECTS
    projects = []
    for number in range(PROJECTS):
        topic = TOPICS[number % len(TOPICS)]
        repositories = [f"{topic}-{one:05}" for one in range(number * each, (number + 1) * each)]
        everybody = [("group", "bitbucket-read-all", "PROJECT_READ"), ("user", names[number], "PROJECT_WRITE")]
        projects.append(BitbucketProject(f"P{number:02}", repositories, permissions={"": everybody}))
    scheme = [("BROWSE_PROJECTS", "group", "atlassian-users"), ("ADMINISTER_PROJECTS", "projectRole", "10002")]
    token = {
        "id": TOKEN,
        "name": "nightly",
        "permissions": ["PROJECT_READ", "REPO_READ"],
        "createdDate": _MADE,
        "lastAuthenticated": _USED,
        "user": {"name": "svc-bitbucket", "slug": "svc-bitbucket"},
    }
    return DataCenter(
        people=people,
        teams=teams,
        licensed=["atlassian-users"],
        schemes={10_000: ("Default", scheme)},
        roles={10_002: "Administrators"},
        jira_projects=[JiraProject(key, 10_000, {10_002: [("user", "staff01")]}) for key in ("SEC", "NET", "OPS")],
        spaces=[Space(key, [("group", "atlassian-users", "read")]) for key in ("RUN", "SEC")],
        wiki_globals=[("group", "atlassian-users", "use")],
        code_globals=[("group", "bitbucket-read-all", "LICENSED_USER"), ("group", "employees", "LICENSED_USER")],
        code_projects=projects,
        tokens={"users/svc-bitbucket": [token]},
    )
