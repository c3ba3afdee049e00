"""A store of an Okta and an Atlassian organisation, read over HTTP, and a facts file beside them: what RS-1 lacks."""

from contextlib import ExitStack
from pathlib import Path

from tests.importers.servers import okta as okta_servers
from tests.importers.servers.dc_bitbucket import Bitbucket
from tests.importers.servers.dc_jira import Jira
from tests.importers.servers.dc_org import BitbucketProject, DataCenter, JiraProject, Person, Team
from tests.importers.servers.loopback import Loopback
from tests.neo4j.inside import graphscan

REPOSITORY = "bitbucket:acme:repo:PAY/api"
TOKEN = "bitbucket:acme:token:5"
_MADE = 1_700_000_000_000  # 14 November 2023
FACTS = f"""\
graphscan: facts/1
source: operator
at: 2023-12-02
evidence: operator
nodes:
  - {{id: internet, kind: Segment}}
  - {{id: helper, kind: Vendor, name: A vendor that helps}}
  - {{id: host, kind: Host}}
  - {{id: runner, kind: Pipeline}}
  - {{id: left-behind, kind: Credential, subtype: pat, name: made after the leak, valid_from: 2023-11-25}}
  - {{id: "jira:acme:local-login-disabled", kind: Control, enforced: "no"}}
  - {{id: "{REPOSITORY}", kind: Repository, name: called otherwise by its operator}}
relations:
  - {{source: "jira:acme:app", kind: REACHABLE_FROM, target: internet}}
  - {{source: "bitbucket:acme:app", kind: REACHABLE_FROM, target: internet}}
  - {{source: "jira:acme:app", kind: RUNS_ON, target: host}}
  - {{source: "bitbucket:acme:app", kind: TRUSTS, target: "jira:acme:app"}}
  - {{source: "{TOKEN}", kind: HELD_BY, target: helper}}
  - {{source: runner, kind: STORES, target: "{TOKEN}"}}
  - {{source: runner, kind: DEPENDS_ON, target: "{REPOSITORY}"}}
  - {{source: "bitbucket:acme:user:reader", kind: HAS_CREDENTIAL, target: left-behind}}
  - {{source: left-behind, kind: CREATED_BY, target: "bitbucket:acme:user:reader"}}
  - {{source: runner, kind: CONTAINS, target: nowhere}}
"""
INCIDENT = """\
graphscan: incident/1
name: the helper's leak
known: 2023-12-01
holders:
  - {holder: helper, from: 2023-11-20, until: 2023-12-01, observed: "yes", known: 2023-12-01}
"""


def organisation() -> DataCenter:
    """Return the Atlassian half: people, groups in groups, one repository that a few read and one that anyone does."""
    token = {"id": "5", "name": "nightly", "createdDate": _MADE, "permissions": ["PROJECT_READ", "REPO_WRITE"]}
    return DataCenter(
        people=[*(Person(one) for one in ("chief", "lead", "reader", "nested")), Person("gone", active=False)],
        teams={"readers": Team(["reader", "gone"], ["inner"]), "inner": Team(["nested"], ["readers"])},
        licensed=["readers"],
        schemes={1: ("One", [("BROWSE_PROJECTS", "group", "readers"), ("ADMINISTER_PROJECTS", "user", "lead")])},
        jira_projects=[JiraProject("SEC", 1)],
        code_globals=[("user", "chief", "SYS_ADMIN"), ("group", "readers", "LICENSED_USER")],
        code_projects=[
            BitbucketProject("PAY", ["api"], permissions={"": [("group", "readers", "PROJECT_WRITE")]}),
            BitbucketProject("OPEN", ["site"], public=True, permissions={"": [("user", "lead", "PROJECT_ADMIN")]}),
        ],
        tokens={"users/reader": [token]},
    )


def collected(folder: Path) -> Path:
    """Import Okta, Jira, Bitbucket and the facts into a new store; return it."""
    store, case = folder / "store", organisation()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "facts.yaml").write_text(FACTS, "utf-8")
    (folder / "incident.yaml").write_text(INCIDENT, "utf-8")
    with ExitStack() as stack:
        okta = stack.enter_context(okta_servers.small())
        jira = stack.enter_context(Loopback(Jira(case)))
        code = stack.enter_context(Loopback(Bitbucket(case)))
        (folder / "graphscan.toml").write_text(
            f'[okta.acme]\norg_url = "{okta.url}"\n'
            f'[jira.acme]\nurl = "{jira.url}"\n'
            f'[bitbucket.acme]\nurl = "{code.url}"\nuser = "reader"\n'
        )
        env = {
            "GRAPHSCAN_OKTA_TOKEN": okta_servers.TOKEN,
            "GRAPHSCAN_JIRA_TOKEN": "tokenOfTheReader",
            "GRAPHSCAN_BITBUCKET_PASSWORD": "passwordOfTheReader",
        }
        for words in (("okta",), ("jira",), ("bitbucket",), ("facts", folder / "facts.yaml")):
            done = graphscan("import", *words, "--store", store, cwd=folder, env=env)
            assert done.returncode in (0, 3), (words, done.stderr)
    return store
