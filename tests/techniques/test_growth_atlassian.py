"""
Steps of whole Atlassian instances grow with what is there, never with its product.

Each pair of things that meet in one place (administrators and users of a server, users and repositories of a project
…) is there twice, the second time with twice as many of both: at most 2.2 times the steps may come of it, where a
product would give four times. Bitbucket and Jira are collected over HTTP and mapped; pipelines and links are facts, as
an operator states them. All of them are one inventory; instances are told apart by their names.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graphscan.model import Record
from tests.importers.atlassian.collected import read
from tests.importers.servers.dc_bitbucket import Bitbucket
from tests.importers.servers.dc_jira import Jira
from tests.importers.servers.dc_org import BitbucketProject, DataCenter, JiraProject, Person, Team
from tests.inventory import World, facts

SIZES = (8, 16)
LIMIT = 2.2
UNREAD = re.compile(r"^unknown:facts:\d+:([A-Z_]+).*")  # what a gap gives names the source, which differs by size
ALL = """
SELECT s.source, s.target, s.technique FROM step s
UNION ALL
SELECT r.source, r.target, coalesce(d.because, 'derived') FROM derived_relation d JOIN relation r USING (r)
"""


def people(size: int) -> list[Person]:
    """Return so many accounts."""
    return [Person(f"p{number}") for number in range(size)]


def repositories(size: int) -> list[str]:
    """Return the names of so many repositories."""
    return [f"r{number}" for number in range(size)]


def administrators_and_users(size: int) -> DataCenter:
    """Return a Bitbucket: some administer it, two its system, and as many others are users."""
    everybody = people(2 * size)
    rights = [("user", one.name, "ADMIN") for one in everybody[:size]]
    rights += [("user", one.name, "SYS_ADMIN") for one in everybody[:2]]
    return DataCenter(
        people=everybody,
        teams={"all": Team([one.name for one in everybody])},
        code_globals=[*rights, ("group", "all", "LICENSED_USER")],
    )


def users_and_repositories(size: int) -> DataCenter:
    """Return a Bitbucket: everybody administers the one project with all repositories, alone and through a group."""
    everybody = people(size)
    rows = [("user", one.name, "PROJECT_ADMIN") for one in everybody] + [("group", "all", "PROJECT_WRITE")]
    return DataCenter(
        people=everybody,
        teams={"all": Team([one.name for one in everybody])},
        code_globals=[("group", "all", "LICENSED_USER")],
        code_projects=[BitbucketProject("P", repositories(size), default="PROJECT_READ", permissions={"": rows})],
    )


def tokens_and_repositories(size: int) -> DataCenter:
    """Return a Bitbucket: one account has many tokens and the project with all repositories, which has as many."""

    def token(number: int, **more: object) -> dict[str, object]:
        return {"id": f"{number}", "name": f"t{number}", "permissions": ["PROJECT_ADMIN", "REPO_ADMIN"], **more}

    own = [token(number, user={"name": "p0", "slug": "p0"}) for number in range(size)]
    return DataCenter(
        people=people(2),
        code_globals=[("user", "p0", "LICENSED_USER")],
        code_projects=[
            BitbucketProject("P", repositories(size), permissions={"": [("user", "p0", "PROJECT_ADMIN")]}),
        ],
        tokens={"users/p0": own, "projects/P": [token(1_000 + number) for number in range(size)]},
    )


def schemes_and_projects(size: int) -> DataCenter:
    """Return a Jira: one scheme of many holders and roles for many projects, each with actors of its own."""
    everybody = people(size)
    grants = [(what, "user", one.name) for one in everybody for what in ("BROWSE_PROJECTS", "CREATE_ISSUES")]
    return DataCenter(
        people=everybody,
        teams={"all": Team([one.name for one in everybody])},
        licensed=["all"],
        roles={10: "Administrators"},
        schemes={1: ("One", [*grants, ("ADMINISTER_PROJECTS", "projectRole", "10")])},
        jira_projects=[JiraProject(f"P{number}", 1, {10: [("user", f"p{number}")]}) for number in range(size)],
    )


def variables_and_pipelines(name: str, size: int) -> str:
    """Return a workspace whose variables every pipeline sees, each of a repository that somebody writes to."""
    app, shared = f"bitbucket:{name}:app", f"bitbucket:{name}:pipelines"
    nodes = [
        f"{{id: '{app}', kind: Application, provider: atlassian, subtype: bitbucket}}",
        f"{{id: '{shared}', kind: Pipeline, provider: atlassian, subtype: workspace}}",
    ]
    relations = []
    for number in range(size):
        repository, pipeline = f"bitbucket:{name}:repo:{number}", f"bitbucket:{name}:pipeline:{number}"
        user, variable = f"bitbucket:{name}:user:{number}", f"bitbucket:{name}:variable:{number}"
        role = f"aws:{name}:role:{number}"
        nodes += [
            f"{{id: '{repository}', kind: Repository}}",
            f"{{id: '{pipeline}', kind: Pipeline, provider: atlassian, properties: {{repository_uuid: 'u{number}'}}}}",
            f"{{id: '{user}', kind: User, provider: atlassian}}",
            f"{{id: '{variable}', kind: Credential, subtype: variable}}",
            f"{{id: '{role}', kind: Role}}",
        ]
        relations += [
            f"{{source: '{user}', kind: ACCOUNT_OF, target: '{app}'}}",
            f"{{source: '{user}', kind: ASSIGNED_TO, target: '{repository}', needs: api_write, gives: write}}",
            f"{{source: '{repository}', kind: CONTAINS, target: '{pipeline}', needs: write, gives: exec}}",
            f"{{source: '{pipeline}', kind: CONTAINS, target: '{shared}', needs: exec, gives: exec}}",
            f"{{source: '{shared}', kind: STORES, target: '{variable}'}}",
            f"{{source: '{role}', kind: TRUSTS, target: '{shared}', properties: {{link: oidc}}}}",
        ]
    return stated(nodes, relations)


def links_and_users(name: str, size: int) -> str:
    """Return a wiki that trusts many products through links, and has as many users."""
    wiki = f"confluence:{name}:app"
    link = "{link: app_link, impersonation: 'true'}"
    nodes = [f"{{id: '{wiki}', kind: Application, provider: atlassian, subtype: confluence}}"]
    relations = []
    for number in range(size):
        other, user, host = f"jira:{name}:{number}", f"confluence:{name}:user:{number}", f"host:{name}:{number}"
        nodes += [
            f"{{id: '{other}', kind: Application, provider: atlassian, subtype: jira}}",
            f"{{id: '{user}', kind: User, provider: atlassian}}",
            f"{{id: '{host}', kind: Host}}",
        ]
        relations += [
            f"{{source: '{user}', kind: ACCOUNT_OF, target: '{wiki}'}}",
            f"{{source: '{other}', kind: RUNS_ON, target: '{host}'}}",
            f"{{source: '{wiki}', kind: TRUSTS, target: '{other}', properties: {link}}}",
        ]
    return stated(nodes, relations)


def stated(nodes: list[str], relations: list[str]) -> str:
    """Return the text of facts."""
    return "".join(
        f"{part}:\n" + "".join(f"  - {line}\n" for line in lines)
        for part, lines in (("nodes", nodes), ("relations", relations))
    )


def collected(product: str, make: Callable[[int], DataCenter]) -> Callable[[Path, str, int], list[Record]]:
    """Return a way to the records of an instance of a name and size."""
    serve = {"bitbucket": Bitbucket, "jira": Jira}[product]
    return lambda folder, name, size: read(folder / name, product, serve(make(size)), name=name).records


def written(make: Callable[[str, int], str]) -> Callable[[Path, str, int], list[Record]]:
    """Return a way to the records of facts about an instance of a name and size."""
    return lambda folder, name, size: facts(folder, make(name, size), name)


PAIRS = {
    "administrators × users": collected("bitbucket", administrators_and_users),
    "users × repositories": collected("bitbucket", users_and_repositories),
    "tokens × repositories": collected("bitbucket", tokens_and_repositories),
    "schemes × projects": collected("jira", schemes_and_projects),
    "variables × pipelines": written(variables_and_pipelines),
    "links × users": written(links_and_users),
}
# What must have come out at all for a pair to be tried.
HAPPENS = {
    "administrators × users": "atlassian.manage-account",
    "users × repositories": "generic.use-permission",
    "tokens × repositories": "generic.use-credential",
    "schemes × projects": "generic.use-permission",
    "variables × pipelines": "atlassian.pipeline-role",
    "links × users": "atlassian.app-link",
}


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Counter[str]]]:
    """Return, by name of an instance, how many steps each file gave there."""
    folder = tmp_path_factory.mktemp("growth")
    names = {(pair, size): f"n{number}s{size}" for number, pair in enumerate(PAIRS) for size in SIZES}
    world = World.build(folder, *(PAIRS[pair](folder, name, size) for (pair, size), name in names.items()))
    ids = {n: id_ for id_, n in world.numbers.items()}
    found: dict[str, Counter[str]] = {name: Counter() for name in names.values()}
    for source, target, technique in world.con.execute(ALL).fetchall():
        said = f"{ids.get(source, '')}:{ids.get(target, '')}:"
        for name, counts in found.items():
            if f":{name}:" in said:
                counts[UNREAD.sub(r"unknown:\1", technique)] += 1
    yield {f"{pair} {size}": found[name] for (pair, size), name in names.items()}


@pytest.mark.parametrize("pair", PAIRS)
def test_both_sides_doubled(steps: dict[str, Counter[str]], pair: str) -> None:
    """Twice as many on both sides give about twice the steps, all together and of each file."""
    small, large = (steps[f"{pair} {size}"] for size in SIZES)

    assert small[HAPPENS[pair]] > 0
    assert large.total() <= LIMIT * small.total()
    # A file that says a thing or two of an instance may say one more.
    grown = {name: (small[name], count) for name, count in large.items() if count > LIMIT * small[name] + 2}
    assert grown == {}
