"""Time on the command line: `--timeline`, `--obtained` and `--snapshot`, as a user types them."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from graphscan.store import Store
from importers.facts import read
from tests.functional.running import Inside

FACTS = """
graphscan: facts/1
source: small
at: 2024-03-01
nodes:
  - {id: token, kind: Credential, versions: [{since: 2024-01-20}]}
  - {id: key, kind: Credential, versions: [{since: 2024-02-10T08:00:00Z}, {since: 2024-02-20T08:00:00Z}]}
  - {id: svc, kind: ServiceAccount, valid_to: 2024-02-15}
  - {id: box, kind: Content}
  - {id: vault, kind: Content, name: "[bold]vault"}
  - {id: gate, kind: Control, enforced: [{value: "yes", valid_to: 2024-02-01}, {value: "no", valid_from: 2024-02-01}]}
relations:
  - {source: svc, kind: HAS_CREDENTIAL, target: token}
  - {source: svc, kind: ASSIGNED_TO, target: box}
  - {source: box, kind: STORES, target: key, guarded_by: [gate]}
  - {source: key, kind: GRANTS, target: vault}
"""
TIMELINE = ("blast", "token", "--timeline", "--since", "2024-01-25", "--as-of", "2024-03-01")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store in which a token leads to a box, and from February on to a vault."""
    folder = tmp_path_factory.mktemp("time")
    (folder / "facts.yaml").write_text(FACTS, encoding="utf-8")
    Store.open_or_create(folder / "store").write(*read([folder / "facts.yaml"]))
    return folder / "store"


def asked(inside: Inside, store: Path, *words: str) -> dict[str, Any]:
    """Run a command that must end well; return its JSON."""
    ended = inside(*words, "-o", "json", "--store", store)
    assert ended.code == 0, ended.err
    answer: dict[str, Any] = json.loads(ended.out)
    return answer


def test_a_timeline_says_what_was_new_and_what_was_lost(inside: Inside, store: Path) -> None:
    """The vault opens with its control, stays open by the new key that is read, and closes with one that is not."""
    answer = asked(inside, store, *TIMELINE)

    changes = [(one["at"], {x["id"] for x in one["new"]}, {x["id"] for x in one["lost"]}) for one in answer["changes"]]
    assert changes == [
        ("2024-01-25T00:00:00Z", {"box", "svc"}, set()),
        ("2024-02-01T00:00:00Z", {"key", "vault"}, set()),
        ("2024-02-15T00:00:00Z", set(), {"box", "svc"}),
        ("2024-02-20T08:00:00Z", set(), {"key", "vault"}),
    ]
    assert {one["id"]: (one["known"], one["known_until"]) for one in answer["assets"]} == {
        "box": ("2024-01-25T00:00:00Z", "2024-02-15T00:00:00Z"),
        "vault": ("2024-02-01T00:00:00Z", "2024-02-20T08:00:00Z"),
    }
    key = next(one for one in answer["credentials"] if one["id"] == "key")
    assert (key["first"], key["obtained"]) == ("2024-02-01T00:00:00Z", "2024-02-10T08:00:00Z")
    assert key["dead"] == "replaced 2024-02-20T08:00:00Z (operator)"
    assert answer["out_since"] == answer["possibly_out_since"] == "2024-02-20T08:00:00Z"
    events = [(one["id"], one["what"]) for one in answer["changes"][1]["events"]]
    assert events == [("gate", "enforced: no")]


def test_a_timeline_as_text(inside: Inside, store: Path) -> None:
    """The answer comes first; names are shown and not obeyed."""
    ended = inside(*TIMELINE, "--store", store)

    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0].startswith("2 assets were reached; none is any more since 2024-02-20 08:00:00 UTC.")
    assert "+ vault::read" in ended.out
    assert "− vault::read" in ended.out
    assert "key  2024-02-01 00:00:00 UTC, newest value 2024-02-10 08:00:00 UTC" in ended.out


@pytest.mark.parametrize(
    ("obtained", "dead", "doubt", "known"),
    [
        ("2024-01-10", "replaced 2024-01-20 (operator)", "", False),
        ("2024-01-20", "", "replaced 2024-01-20 (operator)", False),
        ("2024-01-21", "", "", True),
    ],
)
def test_credentials_obtained_earlier(
    inside: Inside, store: Path, obtained: str, dead: str, doubt: str, known: bool
) -> None:
    """Replaced since: dead, with the proof; replaced on the very day: possibly; replaced before: held."""
    answer = asked(inside, store, "blast", "token", "--obtained", obtained, "--as-of", "2024-01-25")
    ways = asked(inside, store, "paths", "token", "--to", "box", "--obtained", obtained, "--as-of", "2024-01-25")

    assert [(one["dead"], one["doubt"]) for one in answer["start"]] == [(dead, doubt)]
    assert [(one["dead"], one["doubt"]) for one in ways["start"]] == [(dead, doubt)]
    assert [one["id"] for one in ways["reached"]] == (["box"] if known else [])
    assert [one["id"] for one in ways["possible"]] == (["box"] if doubt else [])
    found = {one["id"]: one["certainty"] for one in answer["reached"]}
    assert found.get("box") == ("known" if known else "possible" if doubt else None)


def test_a_timeline_of_a_credential_obtained_earlier(inside: Inside, store: Path) -> None:
    """Its begin is when it was obtained, unless something else is said; dead is said, and nothing is reached."""
    answer = asked(inside, store, "blast", "token", "--timeline", "--obtained", "2024-01-10", "--as-of", "2024-03-01")
    later = asked(inside, store, *TIMELINE, "--obtained", "2024-01-10")

    assert answer["begin"] == "2024-01-10T00:00:00Z"
    box = next(one for one in answer["assets"] if one["id"] == "box")
    # Replaced on a day of which no more is known: known to open the box until it begins, and possibly until it ends.
    assert (box["known_until"], box["possible_until"]) == ("2024-01-20T00:00:00Z", "2024-01-21T00:00:00Z")
    assert [one["dead"] for one in later["start"]] == ["replaced 2024-01-20 (operator)"]
    assert later["assets"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--since", "2024-01-25"), "--since is of a timeline"),
        (("--observed",), "--observed is of a timeline"),
        (("--timeline",), "--timeline does not know from when on the attacker acts"),
        (("--timeline", "--since", "2024-05-01", "--as-of", "2024-03-01"), "--since is after --as-of"),
        (("--timeline", "--since", "2024-01-25", "--each"), "--timeline and --each"),
        (("--timeline", "--since", "soon"), "--since `soon` is not a time"),
        (("--obtained", "2024-13-01"), "--obtained `2024-13-01` is not a time"),
        (("--snapshot", "yesterday"), "--snapshot `yesterday` is not a time"),
        (("--snapshot", "0123abcd"), "no state of it with the digest 0123abcd"),
        (("--snapshot", "2020-01-01"), "nothing was in the store"),
    ],
)
def test_what_cannot_be_meant_is_said(inside: Inside, store: Path, words: tuple[str, ...], said: str) -> None:
    """One sentence, exit code 2, and no traceback."""
    ended = inside("blast", "token", *words, "--store", store)

    assert ended.code == 2
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_what_was_known_before_the_second_import(inside: Inside, tmp_path: Path) -> None:
    """Every command looks at the state asked for, by its time or its digest."""
    opened = Store.open_or_create(tmp_path / "store")
    for number, text in enumerate((FACTS, FACTS.replace("{id: box, kind: Content}", "{id: box, kind: Wiki}"))):
        file = tmp_path / f"{number}.yaml"
        file.write_text(text, encoding="utf-8")
        record = opened.write(*read([file]))
        if not number:
            first = record.stored_at
    before = f"{first + timedelta(microseconds=1):%Y-%m-%dT%H:%M:%S.%fZ}"
    now = asked(inside, opened.path, "status")
    then = asked(inside, opened.path, "status", "--snapshot", before)

    assert now["snapshot"] != then["snapshot"]
    for state in (before, then["snapshot"][:12]):
        kind = asked(inside, opened.path, "select", "box", "--snapshot", state)["nodes"][0]["kind"]
        assert kind == "Content"
        assert asked(inside, opened.path, "explain", "box", "--snapshot", state)["node"]["kind"] == "Content"
        words = ("token", "--as-of", "2024-01-25", "--snapshot", state)
        found = {one["id"]: one["kind"] for one in asked(inside, opened.path, "blast", *words)["reached"]}
        assert found["box"] == "Content"
        assert asked(inside, opened.path, "paths", *words, "--to", "box")["reached"][0]["kind"] == "Content"
    assert asked(inside, opened.path, "select", "box")["nodes"][0]["kind"] == "Wiki"
