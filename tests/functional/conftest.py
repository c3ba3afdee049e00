"""What the tests of the command line share."""

from pathlib import Path

import pytest

from tests.functional.running import Inside, graphscan

FACTS = """\
graphscan: facts/1
source: small
at: 2024-01-02T03:04:05Z
nodes:
  - {id: token, kind: Credential, name: gateway token}
  - {id: robot-key, kind: Credential}
  - {id: svc-gateway, kind: ServiceAccount}
  - {id: svc-robot, kind: ServiceAccount}
  - {id: gateway, kind: Application, subtype: gateway}
  - {id: edge, kind: Segment}
  - {id: git, kind: Application}
  - {id: payments, kind: Repository}
  - {id: vault, kind: Secret, sensitivity: crown_jewel}
  - {id: hard-key, kind: Control, enforced: yes}
relations:
  - {source: svc-gateway, kind: HAS_CREDENTIAL, target: token}
  - {source: svc-robot, kind: HAS_CREDENTIAL, target: robot-key}
  - {source: svc-gateway, kind: ACCOUNT_OF, target: gateway}
  - {source: svc-robot, kind: ACCOUNT_OF, target: git}
  - {source: gateway, kind: REACHABLE_FROM, target: internet}
  - {source: svc-gateway, kind: ASSIGNED_TO, target: gateway}
  - {source: gateway, kind: CONNECTS_TO, target: edge}
  - {source: git, kind: REACHABLE_FROM, target: edge}
  - {source: svc-robot, kind: ASSIGNED_TO, target: git}
  - {source: git, kind: CONTAINS, target: payments}
  - {source: svc-robot, kind: ASSIGNED_TO, target: vault, guarded_by: [hard-key]}
  - {source: payments, kind: CONTAINS, target: nowhere}
coverage:
  - {relation: STORES, scope: payments, state: not_collected}
"""


@pytest.fixture
def inside(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Inside:
    """Return a way to run commands in this process, with none of our settings in the environment."""
    for variable in ("GRAPHSCAN_STORE", "GRAPHSCAN_TECHNIQUES", "COLUMNS", "NO_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    return Inside(capsys)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store that `import facts` made; read it, do not write to it."""
    folder = tmp_path_factory.mktemp("small")
    facts = folder / "facts.yaml"
    facts.write_text(FACTS, "utf-8")
    made = graphscan("import", "facts", facts, "--store", folder / "store")
    assert made.returncode == 0, made.stderr
    return folder / "store"
