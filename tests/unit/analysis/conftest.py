"""A small inventory in a store, for questions about it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graphscan.store import Store
from importers.facts import read

GATEWAY = """
graphscan: facts/1
source: small
at: 2024-01-01T00:00:00Z
nodes:
  - {id: gateway-token, kind: Credential, subtype: api_token}
  - {id: account-password, kind: Credential, subtype: password, valid_from: 2023-01-01, valid_to: 2024-06-01}
  - {id: other-password, kind: Credential, subtype: password}
  - {id: svc-gateway, kind: ServiceAccount}
  - {id: svc-account, kind: ServiceAccount}
  - {id: other, kind: User}
  - {id: gateway, kind: Application, subtype: gateway}
  - {id: inside, kind: Segment}
  - {id: wiki-app, kind: Application, subtype: confluence}
  - {id: wiki, kind: Wiki}
  - {id: vault, kind: Database, sensitivity: crown_jewel}
  - {id: lonely, kind: Application}
  - {id: allow-list, kind: Control, subtype: ip-allow-list, enforced: absent}
  - {id: hard-key, kind: Control, subtype: hardware-key, enforced: "yes"}
  - {id: unsure, kind: Control, subtype: acl}
  - {id: block-list, kind: Control, subtype: block-list, enforced: "yes", effect: hinders}
  - {id: the-key, kind: Credential, subtype: hardware}
relations:
  - {source: svc-gateway, kind: HAS_CREDENTIAL, target: gateway-token}
  - {source: svc-account, kind: HAS_CREDENTIAL, target: account-password}
  - {source: other, kind: HAS_CREDENTIAL, target: other-password}
  - {source: gateway, kind: REACHABLE_FROM, target: internet}
  - {source: svc-gateway, kind: ASSIGNED_TO, target: gateway, gives: login, guarded_by: [allow-list, block-list]}
  - {source: gateway, kind: CONNECTS_TO, target: inside}
  - {source: wiki-app, kind: REACHABLE_FROM, target: inside}
  - {source: svc-account, kind: ASSIGNED_TO, target: wiki-app, gives: login}
  - {source: wiki-app, kind: CONTAINS, target: wiki}
  - {source: wiki-app, kind: CONTAINS, target: vault, needs: login, gives: read, guarded_by: [hard-key]}
  - {source: hard-key, kind: DEFEATED_BY, target: the-key}
  - {source: other, kind: ASSIGNED_TO, target: lonely, gives: login, guarded_by: [unsure]}
coverage:
  - {relation: STORES, scope: wiki, state: not_collected}
"""


def make_store(path: Path, *texts: str) -> Path:
    """Import facts texts, each a source of its own, into a new store."""
    store = Store.open_or_create(path)
    for number, text in enumerate(texts):
        file = path.parent / f"{path.name}-{number}.yaml"
        file.write_text(text, encoding="utf-8")
        store.write(*read([file]))
    return path


@pytest.fixture
def stored(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that makes a store of facts texts."""
    return lambda *texts: make_store(tmp_path / "store", *texts)


@pytest.fixture
def gateway(tmp_path: Path) -> Path:
    """Return a store with a gateway in front of a wiki."""
    return make_store(tmp_path / "store", GATEWAY)
