"""
A large Atlassian organisation, the same each time: Bitbucket, Jira and Confluence Data Center, and Bitbucket Cloud.

    python -m tests.importers.servers.large_dc --share 0.1

prints the four addresses and serves until it is ended.
"""

import argparse
import json
import random
import signal
import sys
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from tests.importers.servers.cloud_bitbucket import BitbucketCloud, Environment, Repo, Workspace
from tests.importers.servers.dc_bitbucket import Bitbucket
from tests.importers.servers.dc_confluence import Confluence
from tests.importers.servers.dc_jira import Jira
from tests.importers.servers.dc_org import BitbucketProject, DataCenter, JiraProject, Person, Space, Team
from tests.importers.servers.loopback import Loopback

WIKI = "/confluence"  # the context path of Confluence
_MADE = 1_700_000_000_000  # milliseconds
_RIGHTS = ("READ", "READ", "READ", "WRITE", "WRITE", "ADMIN")
_TOKEN_RIGHTS = (("PROJECT_READ", "REPO_READ"), ("PROJECT_WRITE", "REPO_WRITE"), ("PROJECT_ADMIN", "REPO_ADMIN"))


@dataclass(frozen=True)
class Sizes:
    """
    What an organisation is made of.

    Attributes:
        permissions: rows of Bitbucket, of projects and of repositories.
        schemes:     permission schemes of Jira; each has `grants` rows.
        admins:      administrators of Bitbucket; two more administer the system.
    variables:   of the one workspace of Bitbucket Cloud; a quarter of its repositories have pipelines that see them.
    """

    repositories: int = 12_000
    projects: int = 600
    users: int = 3_000
    groups: int = 300
    permissions: int = 15_000
    tokens: int = 300
    jira_projects: int = 600
    schemes: int = 30
    grants: int = 20
    spaces: int = 600
    space_permissions: int = 3_000
    admins: int = 5
    cloud_repositories: int = 1_200
    cloud_projects: int = 60
    variables: int = 50
    seed: int = 6

    def times(self, share: float) -> "Sizes":
        """Return an organisation of so many times this size, nothing of it empty; a scheme keeps its rows."""
        fixed = {"seed", "grants"}
        return replace(
            self,
            **{
                name: max(1, round(getattr(self, name) * share))
                for name in self.__dataclass_fields__
                if name not in fixed
            },
        )


@dataclass
class Company(DataCenter):
    """An organisation that works out once who is in a group."""

    _inside: dict[str, list[Person]] = field(default_factory=dict)

    def inside(self, team: str, seen: frozenset[str] = frozenset()) -> list[Person]:
        """Return everybody in a group, through others as well."""
        if team not in self._inside:
            found, todo = {team}, [team]
            while todo:
                more = [one for one in self.teams[todo.pop()].teams if one not in found]
                found.update(more)
                todo += more
            names = {name for one in found for name in self.teams[one].people}
            self._inside[team] = [one for one in self.people if one.name in names]
        return self._inside[team]


def generate(sizes: Sizes) -> DataCenter:
    """Return an organisation; what a row says is drawn, how many rows there are is not."""
    draw = random.Random(sizes.seed)
    people = [Person(f"u{number:05}") for number in range(sizes.users)]
    names = [one.name for one in people]
    teams = _teams(draw, names, sizes.groups)
    everybody = "everybody"
    teams[everybody] = Team(people=list(names))
    groups = [one for one in teams if one != everybody]
    holder = partial(_holder, draw, names, groups)
    code = _code(draw, sizes, holder)
    admins = draw.sample(names, min(len(names), sizes.admins + 2))
    return Company(
        people=people,
        teams=teams,
        licensed=[everybody],
        roles={10_000: "Users", 10_002: "Administrators"},
        schemes={number: (f"Scheme {number}", _grants(draw, sizes, groups)) for number in range(1, sizes.schemes + 1)},
        jira_projects=[
            JiraProject(f"J{number:04}", 1 + number % sizes.schemes, {10_000: [holder(), holder()], 10_002: [holder()]})
            for number in range(sizes.jira_projects)
        ],
        spaces=_spaces(draw, sizes, holder),
        wiki_globals=[("group", everybody, "use"), *(("user", one, "administer") for one in admins[:3])],
        code_globals=[
            ("group", everybody, "LICENSED_USER"),
            *(("user", one, "SYS_ADMIN") for one in admins[:2]),
            *(("user", one, "ADMIN") for one in admins[2:]),
        ],
        code_projects=code,
        tokens=_tokens(draw, sizes, names, code),
    )


def workspace(sizes: Sizes) -> Workspace:
    """Return a workspace of Bitbucket Cloud: the first tenth of the people, and projects with all its repositories."""
    draw = random.Random(sizes.seed)
    names = [f"u{number:05}" for number in range(max(1, sizes.users // 10))]
    keys = [f"C{number:03}" for number in range(sizes.cloud_projects)]
    groups = {
        f"team-{number:03}": draw.sample(names, min(len(names), 10)) for number in range(max(1, len(names) // 10))
    }
    repos = []
    for number in range(sizes.cloud_repositories):
        holder = ("group", draw.choice([*groups])) if draw.random() < 0.4 else ("user", draw.choice(names))
        runs = number % 4 == 0
        repos.append(
            Repo(
                f"cloud-{number:05}",
                keys[number % len(keys)],
                rights=[(*holder, draw.choice(("read", "write", "admin")))],
                pipelines=runs,
                variables={f"REPO_{number}": True} if runs else {},
                environments=[Environment(f"production-{number}", variables=[f"DEPLOY_{number}"])] if runs else [],
            )
        )
    return Workspace(
        "big",
        {name: "owner" if number < 2 else "member" for number, name in enumerate(names)},
        groups,
        {key: [("group", draw.choice([*groups]), "write")] for key in keys},
        repos,
        {f"SHARED_{number}": True for number in range(sizes.variables)},
    )


def serve(sizes: Sizes) -> int:
    """Serve the four until ended; print their addresses as a line of JSON. Fails if anything but GET was asked."""
    case = generate(sizes)
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, signal.default_int_handler)
    with ExitStack() as stack:
        code = stack.enter_context(Loopback(Bitbucket(case)))
        jira = stack.enter_context(Loopback(Jira(case)))
        wiki = stack.enter_context(Loopback(Confluence(case, WIKI)))
        cloud = stack.enter_context(Loopback(BitbucketCloud([workspace(sizes)], me="u00000", most=100)))
        urls = {"bitbucket": code.url, "jira": jira.url, "confluence": f"{wiki.url}{WIKI}", "cloud": cloud.url}
        print(json.dumps(urls), flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
    return 0


# Private functions


def _teams(draw: random.Random, names: list[str], count: int) -> dict[str, Team]:
    """Return groups inside groups, three in each, and the outermost inside the last: a circle through all depths."""
    ids = [f"group-{number:04}" for number in range(count)]
    teams = {id_: Team(people=draw.sample(names, min(len(names), 12))) for id_ in ids}
    for number in range(1, count):
        teams[ids[(number - 1) // 3]].teams.append(ids[number])
    if count > 1:
        teams[ids[-1]].teams.append(ids[0])
    return teams


def _holder(draw: random.Random, names: list[str], groups: list[str]) -> tuple[str, str]:
    return ("group", draw.choice(groups)) if draw.random() < 0.4 else ("user", draw.choice(names))


def _code(draw: random.Random, sizes: Sizes, holder: Any) -> list[BitbucketProject]:
    """Return the projects of Bitbucket: a fifth of the permission rows on projects, the rest on repositories."""
    projects = [
        BitbucketProject(f"P{number:04}", default="PROJECT_READ" if number % 50 == 0 else "")
        for number in range(sizes.projects)
    ]
    places = []
    for number in range(sizes.repositories):
        project = projects[number % sizes.projects]
        project.repositories.append(f"repo-{number:05}")
        places.append((project, project.repositories[-1]))
    for number in range(sizes.permissions):
        sort, name = holder()
        if number < sizes.permissions // 5:
            project, slug, of = projects[number % sizes.projects], "", "PROJECT"
        else:
            (project, slug), of = places[number % sizes.repositories], "REPO"
        project.permissions.setdefault(slug, []).append((sort, name, f"{of}_{draw.choice(_RIGHTS)}"))
    return projects


def _grants(draw: random.Random, sizes: Sizes, groups: list[str]) -> list[tuple[str, str, str]]:
    what = ("BROWSE_PROJECTS", "BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES")
    roles = [("BROWSE_PROJECTS", "projectRole", "10000"), ("ADMINISTER_PROJECTS", "projectRole", "10002")]
    return [*roles, *((draw.choice(what), "group", draw.choice(groups)) for _ in range(sizes.grants - len(roles)))]


def _spaces(draw: random.Random, sizes: Sizes, holder: Any) -> list[Space]:
    spaces = [Space(f"S{number:04}") for number in range(sizes.spaces)]
    for number in range(sizes.space_permissions):
        sort, name = holder()
        spaces[number % sizes.spaces].permissions.append(
            (sort, name, draw.choice(("read", "read", "create", "administer")))
        )
    return spaces


def _tokens(
    draw: random.Random, sizes: Sizes, names: list[str], projects: list[BitbucketProject]
) -> dict[str, list[dict[str, Any]]]:
    """Return HTTP access tokens: two thirds of users, a sixth each of projects and of repositories."""
    found: dict[str, list[dict[str, Any]]] = {}
    for number in range(sizes.tokens):
        sort, project = number % 6, draw.choice(projects)
        rights = draw.choice(_TOKEN_RIGHTS)
        token: dict[str, Any] = {"id": f"9{number:011}", "name": f"token {number}", "createdDate": _MADE}
        if sort < 4 or not project.repositories:
            name = draw.choice(names)
            place = f"users/{name}"
            token |= {"user": {"name": name, "slug": name}}
        elif sort == 4:
            place = f"projects/{project.key}"
        else:
            place = f"projects/{project.key}/repos/{draw.choice(project.repositories)}"
            rights = tuple(one for one in rights if one.startswith("REPO"))
        found.setdefault(place, []).append({**token, "permissions": list(rights)})
    return found


def main() -> int:
    """Serve an organisation of a share of the full size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=float, default=0.1, help="of 12,000 repositories and the rest")
    return serve(Sizes().times(parser.parse_args().share))


if __name__ == "__main__":
    sys.exit(main())
