"""`graphscan exposure` on a small inventory whose pairs were written down by hand."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from graphscan.store import Store
from importers.facts import read
from tests.functional.running import Inside, graphscan

# Three engineers reach git and what is in it; the hard key keeps one of them out of the vault. A robot and its key, of
# which nobody knows, get in. `shared` needs two credentials, neither of which opens it alone. `open-wiki` is open.
FACTS = """\
graphscan: facts/1
source: small
at: 2024-01-02T03:04:05Z
nodes:
  - {id: ann, kind: User}
  - {id: bob, kind: User}
  - {id: "=cmd|x", kind: User, name: "\\u202egnp.exe <script>"}
  - {id: eng, kind: Group}
  - {id: git, kind: Application}
  - {id: payments, kind: Repository}
  - {id: tools, kind: Repository, sensitivity: internal}
  - {id: vault, kind: Secret, sensitivity: crown_jewel}
  - {id: robot, kind: ServiceAccount}
  - {id: robot-key, kind: Credential, last_used: [{by: git, known: false}]}
  - {id: ci-key, kind: Credential, owner: ann}
  - {id: old-key, kind: Credential, state: revoked}
  - {id: ci, kind: ServiceAccount}
  - {id: hard-key, kind: Control, enforced: yes}
  - {id: badge, kind: Control, enforced: unknown}
  - {id: ledger, kind: Database}
  - {id: site, kind: Wiki}
  - {id: anyone, kind: Group, subtype: anonymous}
relations:
  - {source: ann, kind: MEMBER_OF, target: eng}
  - {source: bob, kind: MEMBER_OF, target: eng}
  - {source: "=cmd|x", kind: MEMBER_OF, target: eng}
  - {source: eng, kind: ASSIGNED_TO, target: git}
  - {source: git, kind: REACHABLE_FROM, target: internet}
  - {source: git, kind: CONTAINS, target: payments}
  - {source: git, kind: CONTAINS, target: tools}
  - {source: robot, kind: HAS_CREDENTIAL, target: robot-key}
  - {source: robot, kind: HAS_CREDENTIAL, target: old-key}
  - {source: ci, kind: HAS_CREDENTIAL, target: ci-key}
  - {source: robot, kind: ASSIGNED_TO, target: vault}
  - {source: bob, kind: ASSIGNED_TO, target: vault, guarded_by: [hard-key]}
  - {source: ci, kind: ASSIGNED_TO, target: ledger, guarded_by: [badge]}
  - {source: anyone, kind: ASSIGNED_TO, target: site}
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the store of the inventory."""
    folder = tmp_path_factory.mktemp("exposure")
    (folder / "facts.yaml").write_text(FACTS, "utf-8")
    Store.open_or_create(folder / "store").write(*read([folder / "facts.yaml"]))
    return folder / "store"


KNOWN = {("ann", "payments"), ("bob", "payments"), ("=cmd|x", "payments"), ("robot", "vault"), ("robot-key", "vault")}
POSSIBLE = {("ci", "ledger"), ("ci-key", "ledger")}


def asked(inside: Inside, store: Path, *words: str) -> dict[str, Any]:
    """Run the command, which must end well; return its JSON."""
    ended = inside("exposure", *words, "-o", "json", "--store", store)
    assert ended.code == 0, ended.err
    answer: dict[str, Any] = json.loads(ended.out)
    return answer


def pairs(inside: Inside, store: Path, *words: str) -> dict[str, set[tuple[str, str]]]:
    """Return the pairs by certainty, as CSV says them; all must be exact."""
    ended = inside("exposure", *words, "-o", "csv", "--store", store)
    assert ended.code == 0, ended.err
    found: dict[str, set[tuple[str, str]]] = {"known": set(), "possible": set()}
    for row in csv.DictReader(io.StringIO(ended.out, newline="")):
        assert row["exact"] == "yes"
        found[row["certainty"]].add((row["identity"].removeprefix("'"), row["asset"]))
    return found


def test_the_pairs_are_those_written_by_hand(inside: Inside, store: Path) -> None:
    """Every live identity alone; what anyone reaches is in no pair, what is dead is in none, and neither is itself."""
    assert pairs(inside, store) == {"known": KNOWN, "possible": POSSIBLE}
    answer = asked(inside, store)
    assert answer["identities"] == {"Credential": 2, "ServiceAccount": 2, "User": 3}
    assert answer["pairs"] == {"known": 5, "known_unsettled": 0, "possible": 2, "possible_unsettled": 0}
    assert [one["id"] for one in answer["open_to_anyone"]] == ["site"]
    assert [(one["id"], one["known"], one["possible"]) for one in answer["exposed"]] == [
        ("payments", 3, 0),
        ("vault", 2, 0),
        ("ledger", 0, 2),
    ]
    assert answer["exposed_total"] == 3
    assert {name: one["known"] for name, one in answer["exposed"][1]["by_kind"].items()} == {
        "Credential": 1,
        "ServiceAccount": 1,
    }


def test_identities_that_reach_the_same_are_one_line(inside: Inside, store: Path) -> None:
    """Three engineers are a family; a robot and its key are of two kinds."""
    answer = asked(inside, store)
    lines = [(one["kind"], one["size"], one["known"], one["possible"]) for one in answer["powerful"]]
    assert lines == [
        ("User", 3, 1, 0),
        ("ServiceAccount", 1, 1, 0),
        ("Credential", 1, 1, 0),
        ("ServiceAccount", 1, 0, 1),
        ("Credential", 1, 0, 1),
    ]
    assert {one["id"] for one in answer["powerful"][0]["shown"]} == {"ann", "bob", "=cmd|x"}
    assert answer["powerful"][0]["by_sensitivity"]["confidential"]["known"] == 1


def test_unused_credentials_without_an_owner_are_told(inside: Inside, store: Path) -> None:
    """The key nobody owns is there; the owned one is not, and neither is one that reaches nothing."""
    answer = asked(inside, store)
    assert [(one["id"], one["known"]) for one in answer["unused"]] == [("robot-key", 1)]
    # A source without such data does not say that it was never used.
    assert "no source says when" in inside("exposure", "--store", store).out


def test_choke_points_are_what_every_derivation_needs(inside: Inside, store: Path) -> None:
    """Without the group or the application three pairs are gone; without the robot its key opens nothing."""
    answer = asked(inside, store)
    lines = {one["id"]: (one["removes"], one["unsettled"], one["of"], one["assets"]) for one in answer["chokes"]}
    assert lines == {"eng": (3, 0, 5, 1), "git": (3, 0, 5, 1), "robot": (1, 0, 5, 1)}
    assert [one["id"] for one in answer["chokes"]][:2] == ["eng", "git"]


@pytest.mark.parametrize(
    ("words", "known", "possible"),
    [
        (["--defeated", "hard-key"], KNOWN | {("bob", "vault")}, POSSIBLE),
        (["--defeated", "badge"], KNOWN | POSSIBLE, set()),
        (["--enforced", "badge"], KNOWN, set()),
        (["--without", "eng"], {("robot", "vault"), ("robot-key", "vault")}, POSSIBLE),
        (["--revoke", "robot-key"], KNOWN - {("robot-key", "vault")}, POSSIBLE),
        (["--rotated", "robot-key"], KNOWN - {("robot-key", "vault")}, POSSIBLE),
        (["--from", "kind=Credential"], {("robot-key", "vault")}, {("ci-key", "ledger")}),
        (["--from", "ann", "--from", "robot", "--to", "vault"], {("robot", "vault")}, set()),
        (["--to", "git::admin"], set(), set()),
        (["--to", "robot"], {("robot-key", "robot")}, set()),
        (["--from", "eng", "--to", "tools"], {("eng", "tools")}, set()),
    ],
)
def test_what_if_and_selectors(
    words: list[str], known: set[tuple[str, str]], possible: set[tuple[str, str]], inside: Inside, store: Path
) -> None:
    """Edits change the pairs as they change a blast radius; `--from` and `--to` ask for others."""
    assert pairs(inside, store, *words) == {"known": known, "possible": possible}


def test_a_process_writes_text_and_files(store: Path, tmp_path: Path) -> None:
    """As a user runs it: text on the screen, every pair in a file, hostile names inert in both."""
    table = tmp_path / "pairs.csv"
    ended = graphscan("exposure", "--store", store, "-o", "text", "-o", f"csv={table}")

    assert ended.returncode == 0, ended.stderr
    said = " ".join(ended.stdout.split())
    assert "2 of 4 assets (confidential and above) reached" in said
    assert "with what anyone has, and 1 more possibly: 5 pairs known" in said
    assert "5 pairs known, 2 more possible" in said
    assert "Open to anyone, in no pair: site::read" in said
    assert "\u202e" not in ended.stdout
    rows = list(csv.reader(io.StringIO(table.read_bytes().decode(), newline="")))
    assert rows[0] == ["identity", "identity_kind", "asset", "level", "certainty", "exact"]
    assert ["'=cmd|x", "User", "payments", "read or publish", "known", "yes"] in rows
    assert len(rows) == 1 + len(KNOWN) + len(POSSIBLE)


@pytest.mark.parametrize(
    ("words", "needle"),
    [
        (["--from", "nobody"], "nobody"),
        (["--to", "kind=Bucket"], "matches nothing"),
        (["--from", "old-key"], "is live"),
        (["--to", "vault::login"], "no level"),
        (["-o", "markdown"], "not a format"),
        (["--limit", "0"], "--limit"),
    ],
)
def test_wrong_questions_end_with_2(words: list[str], needle: str, inside: Inside, store: Path) -> None:
    """One sentence that says what was wrong."""
    ended = inside("exposure", *words, "--store", store)
    assert ended.code == 2
    assert needle in ended.err
