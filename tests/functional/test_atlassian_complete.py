"""
A Jira over HTTP and a facts file that states whole what Jira does not tell: the machine is out of reach, not possible.

Taking one `complete: true` away brings back what that one alone shuts, and nothing else: who administers, what issues
hold and what plug-ins there are shut everybody out; links only those who administer already. On which machine Jira runs
opens nothing by itself, where that machine is stated.
"""

import json
import shutil
from pathlib import Path

import pytest

from tests.functional.running import Inside, graphscan
from tests.importers.servers.dc_jira import Jira
from tests.importers.servers.dc_org import DataCenter, JiraProject, Person, Team
from tests.importers.servers.loopback import Loopback

APP = "jira:acme:app"
ROWS = {
    "ASSIGNED_TO": APP,
    "INSTALLED_IN": APP,
    "RUNS_ON": APP,
    "TRUSTS": APP,
    "STORES": "jira:acme:issues:SEC",
}
FACTS = """\
graphscan: facts/1
source: operator
evidence: operator
nodes:
  - {id: internet, kind: Segment}
  - {id: host, kind: Host}
  - {id: reader-pat, kind: Credential, subtype: pat}
  - {id: chief-pat, kind: Credential, subtype: pat}
  - id: plug-in
    kind: Application
    subtype: plug-in
    properties: {runs_scripts: "SCRIPTS", restricted_to_system_admins: "false"}
  - {id: "jira:acme:local-login-disabled", kind: Control, enforced: "no"}
relations:
  - {source: "APP", kind: REACHABLE_FROM, target: internet}
  - source: jira:acme:user:reader
    kind: HAS_CREDENTIAL
    target: reader-pat
    needs: held
    gives: api
    guarded_by: [{ref: "APP", level: reachable}]
  - source: jira:acme:user:chief
    kind: HAS_CREDENTIAL
    target: chief-pat
    needs: held
    gives: api
    guarded_by: [{ref: "APP", level: reachable}]
  - {source: "jira:acme:user:chief", kind: ASSIGNED_TO, target: "APP", needs: api, gives: admin}
  - {source: "jira:acme:user:root", kind: ASSIGNED_TO, target: "APP", needs: api, gives: system}
  - {source: plug-in, kind: INSTALLED_IN, target: "APP"}
  - {source: "APP", kind: RUNS_ON, target: host}
coverage:
"""
READER, CHIEF = "reader-pat", "chief-pat"


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with what a Jira told over HTTP: somebody who reads, an administrator, and one of the system."""
    folder = tmp_path_factory.mktemp("jira")
    organisation = DataCenter(
        people=[Person(name) for name in ("reader", "chief", "root")],
        teams={"users": Team(people=["reader", "chief", "root"])},
        licensed=["users"],
        schemes={1: ("One", [("BROWSE_PROJECTS", "group", "users")])},
        jira_projects=[JiraProject("SEC", 1)],
    )
    with Loopback(Jira(organisation)) as server:
        (folder / "graphscan.toml").write_text(f'[jira.acme]\nurl = "{server.url}"\n', "utf-8")
        done = graphscan(
            "collect", "jira", folder / "jira.snapshot", cwd=folder, env={"GRAPHSCAN_JIRA_TOKEN": "tokenOfTheReader"}
        )
    assert done.returncode == 0, done.stderr
    done = graphscan("import", "snapshot", folder / "jira.snapshot", "--store", folder / "store")
    assert done.returncode == 0, done.stderr
    return folder / "store"


@pytest.mark.parametrize(
    ("removed", "scripts", "expected"),
    [
        ("", "false", {READER: "none", CHIEF: "none"}),
        ("ASSIGNED_TO", "false", {READER: "possible", CHIEF: "possible"}),
        ("STORES", "false", {READER: "possible", CHIEF: "possible"}),
        ("INSTALLED_IN", "false", {READER: "possible", CHIEF: "possible"}),
        ("TRUSTS", "false", {READER: "none", CHIEF: "possible"}),
        # A machine that was not told would be one more, and nobody runs code on the one that was.
        ("RUNS_ON", "false", {READER: "none", CHIEF: "none"}),
        ("", "true", {READER: "none", CHIEF: "known"}),
    ],
)
def test_one_statement_less(
    collected: Path, tmp_path: Path, inside: Inside, removed: str, scripts: str, expected: dict[str, str]
) -> None:
    """With all of them no plain token leads to the machine, not even possibly; each missing one opens its own way."""
    store = tmp_path / "store"
    shutil.copytree(collected, store)
    rows = (f'  - {{relation: {one}, scope: "{scope}", complete: true}}\n' for one, scope in ROWS.items())
    kept = "".join(row for row in rows if not removed or f" {removed}," not in row)
    text = FACTS.replace("APP", APP).replace("SCRIPTS", scripts)
    (tmp_path / "facts.yaml").write_text(text + kept, "utf-8")
    done = inside("import", "facts", tmp_path / "facts.yaml", "--store", store)
    assert done.code == 0, done.err

    found = {}
    for token in expected:
        asked = inside("paths", token, "internet", "--to", "host", "--store", store, "-o", "json", "--limit", "1")
        assert asked.code in (0, 1), asked.err
        answer = json.loads(asked.out)
        found[token] = "known" if answer["reached"] else "possible" if answer["possible"] else "none"
    assert found == expected
