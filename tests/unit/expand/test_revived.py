"""The dead that take part again: to ask what their death alone keeps shut."""

from pathlib import Path

import pytest

from graphscan import kinds
from graphscan.engine.reach import reach
from graphscan.expand.edits import Edits
from tests.inventory import World, facts, tenant

PASSWORD = """
nodes:
  - {{id: ann, kind: User{ann}}}
  - {{id: pw, kind: Credential{pw}}}
  - {{id: app, kind: Application}}
relations:
  - {{source: ann, kind: HAS_CREDENTIAL, target: pw}}
  - {{source: ann, kind: ASSIGNED_TO, target: app}}
  - {{source: app, kind: REACHABLE_FROM, target: internet}}
"""

# name, fields of the account, fields of the credential, edits of this tenant, why it is dead, whether it comes back
CASES = (
    ("revoked", "", ", state: revoked", {}, "revoked", True),
    ("expired", "", ", expires_at: 2023-06-01", {}, "expired 2023-06-01T00:00:00Z", True),
    ("ended", "", ", valid_to: 2023-06-01", {}, "dead since 2023-06-01T00:00:00Z", True),
    ("by an edit", "", "", {"revoked": ("pw",)}, "revoked by --revoke", True),
    ("its account", ", state: disabled", "", {}, "its account is dead: by-account/ann (disabled)", True),
    ("both", ", state: disabled", ", state: revoked", {}, "revoked", True),
    ("not there yet", "", ", valid_from: 2025-01-01", {}, "does not exist before 2025-01-01T00:00:00Z", False),
    ("left out", "", "", {"without": ("pw",)}, "left out by --without", False),
    ("alive", "", "", {}, None, True),
)


def world(folder: Path, revived: bool) -> World:
    """Return all cases in one inventory, each a tenant."""
    records, edits = [], {"revoked": (), "without": ()}
    for number, (name, ann, pw, edited, _, _) in enumerate(CASES):
        prefix = _prefix(name)
        records += tenant(facts(folder, PASSWORD.format(ann=ann, pw=pw), f"case{number}"), prefix)
        for key, ids in edited.items():
            edits[key] += tuple(prefix + id_ for id_ in ids)
    return World.build(
        folder / ("alive" if revived else "dead"),
        records,
        asked=[f"{_prefix(case[0])}app::login" for case in CASES],
        edits=Edits(revived=revived, **edits),
    )


@pytest.mark.parametrize("revived", [False, True])
def test_who_comes_back(tmp_path: Path, revived: bool) -> None:
    """Ended credentials sign in again with their dead accounts, the reason kept; what is not there stays away."""
    found = world(tmp_path, revived)
    deaths = dict(found.con.execute("SELECT id, reason FROM death JOIN base.node USING (n)").fetchall())
    for name, _, _, _, why, returns in CASES:
        prefix = _prefix(name)
        assert deaths.get(f"{prefix}pw") == why
        node = found.numbers[f"{prefix}pw"]
        held = found.graph.at(node, kinds.level_code("Credential", "held"))
        target = found.graph.at(found.numbers[f"{prefix}app"], kinds.level_code("Application", "login"))
        signs_in = held >= 0 and bool(reach(found.graph, [held]).held[target])
        assert signs_in == (returns if revived else why is None), name


def test_the_words_of_the_edit_keep_caches_apart() -> None:
    """An inventory with the dead in it is never taken for one without them."""
    assert Edits(revived=True).lines() != Edits().lines()


def _prefix(name: str) -> str:
    return {"its account": "by-account"}.get(name, name.replace(" ", "-")) + "/"
