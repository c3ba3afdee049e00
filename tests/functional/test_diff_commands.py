"""`graphscan diff` as a user types it: its ends, its exit codes, what lies in between, and what it says of reasons."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graphscan.store import Store
from importers.facts import read
from tests.functional.running import Inside, graphscan

FIRST = """
graphscan: facts/1
source: small
at: 2024-03-01
nodes:
  - {id: robot, kind: ServiceAccount, valid_from: 2024-02-01}
  - {id: robot-key, kind: Credential, versions: [{since: 2024-02-12T08:00:00Z, overlap_until: 2024-02-20}]}
  - {id: visitor, kind: User, valid_from: 2024-02-05, valid_to: 2024-02-07}
  - {id: clerk, kind: User}
  - {id: old-key, kind: Credential, expires_at: 2024-02-09}
  - {id: gate, kind: Control, enforced: [{value: "yes", valid_to: 2024-02-15}, {value: "no", valid_from: 2024-02-15}]}
  - {id: staff, kind: Group}
  - {id: box, kind: Content}
  - {id: vault, kind: Secret, sensitivity: crown_jewel}
  - {id: wiki, kind: Wiki, name: "=HYPERLINK(1)\\u001b[31m"}
relations:
  - {source: robot, kind: HAS_CREDENTIAL, target: robot-key}
  - {source: robot, kind: ASSIGNED_TO, target: vault, guarded_by: [gate]}
  - {source: clerk, kind: MEMBER_OF, target: staff, valid_from: 2024-02-10, evidence: ticket}
  - {source: staff, kind: ASSIGNED_TO, target: wiki}
  - {source: visitor, kind: ASSIGNED_TO, target: box}
  - {source: clerk, kind: ASSIGNED_TO, target: box, valid_to: 2024-02-11}
"""
SECOND = (
    FIRST.replace("at: 2024-03-01", "at: 2024-03-02").replace("  - {id: box, kind: Content}\n", "")
    + """\
  - {source: clerk, kind: HAS_CREDENTIAL, target: old-key}
  - {source: robot, kind: ASSIGNED_TO, target: wiki, observed: possible}
"""
)


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """Return a store that was imported twice, and the digests of its two states."""
    folder = tmp_path_factory.mktemp("diff")
    store = Store.open_or_create(folder / "store")
    digests = []
    for text in (FIRST, SECOND):
        (folder / "facts.yaml").write_text(text, encoding="utf-8")
        store.write(*read([folder / "facts.yaml"]))
        digests.append(store.snapshot().digest[:12])
    return folder / "store", digests[0], digests[1]


def asked(inside: Inside, store: Path, *words: str, code: int = 0) -> dict[str, Any]:
    """Run a comparison; return its JSON."""
    ended = inside("diff", *words, "-o", "json", "--store", store)
    assert ended.code == code, ended.err
    answer: dict[str, Any] = json.loads(ended.out)
    return answer


def inventory(answer: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """Return what changed: what happened, the kind, and the thing or its ends."""
    return {
        (one["what"], one["kind"], one["id"] if one["object"] == "node" else f"{one['source']} → {one['target']}")
        for section in answer["inventory"]
        for one in section["changes"]
    }


def pairs(some: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """Return pairs with their certainty."""
    return {
        (source["id"], asset["id"], one["certainty"])
        for one in some["families"]
        for source in one["sources"]
        for asset in one["assets"]
    }


def test_an_interval_lists_everything_that_began_or_ended_in_it(inside: Inside, states: tuple[Path, str, str]) -> None:
    """Accounts, memberships, new values, expiries, enforcement; what came and went; what a ticket alone says."""
    store, first, _ = states
    answer = asked(inside, store, f"{first}@2024-01-31", f"{first}@2024-02-29")

    assert inventory(answer) == {
        ("began", "ServiceAccount", "robot"),
        ("began", "HAS_CREDENTIAL", "robot → robot-key"),
        ("began", "ASSIGNED_TO", "robot → vault"),
        ("came and went", "User", "visitor"),
        ("came and went", "ASSIGNED_TO", "visitor → box"),
        ("began", "MEMBER_OF", "clerk → staff"),
        ("ended", "ASSIGNED_TO", "clerk → box"),
        ("replaced", "Credential", "robot-key"),
        ("old value ended", "Credential", "robot-key"),
        ("expired", "Credential", "old-key"),
        ("enforcement", "Control", "gate"),
    }
    assert answer["inventory"][0]["section"] == "new_principals"
    assert pairs(answer["pairs_gained"]) == {
        ("robot", "vault", "known"),
        ("robot-key", "vault", "known"),
        ("clerk", "wiki", "known"),
    }
    assert pairs(answer["pairs_lost"]) == {("clerk", "box", "known")}
    reasons = {
        source["id"]: [(change["what"], change["kind"]) for change in one["because"]["changes"]]
        for side in ("pairs_gained", "pairs_lost")
        for one in answer[side]["families"]
        for source in one["sources"]
        if (source["id"], side) != ("clerk", "pairs_lost")
    }
    assert reasons["clerk"][0] == ("began", "MEMBER_OF")
    assert ("enforcement", "Control") in reasons["robot"]


def test_both_ends_of_the_interval_belong_to_it(inside: Inside, states: tuple[Path, str, str]) -> None:
    """What begins with the first second of OLD, and what begins at NEW itself."""
    store, first, _ = states
    users = {("came and went", "User", "visitor"), ("came and went", "ASSIGNED_TO", "visitor → box")}
    assert inventory(asked(inside, store, f"{first}@2024-02-05", f"{first}@2024-02-07")) == users
    assert ("began", "User", "visitor") in inventory(asked(inside, store, f"{first}@2024-02-04", f"{first}@2024-02-05"))


def test_two_snapshots_tell_what_each_alone_has(inside: Inside, states: tuple[Path, str, str]) -> None:
    """A box that is gone, a key that has an owner now, access that is only possible: nothing new for certain."""
    store, first, second = states
    answer = asked(inside, store, first, second, "--as-of", "2024-02-29", "--fail-on-new", code=3)

    assert ("appeared", "HAS_CREDENTIAL", "clerk → old-key") in inventory(answer)
    assert ("appeared", "ASSIGNED_TO", "robot → wiki") in inventory(answer)
    assert ("vanished", "Content", "box") in inventory(answer)
    assert pairs(answer["pairs_gained"]) == {("robot", "wiki", "possible"), ("robot-key", "wiki", "possible")}
    assert answer["new_reach"] == "possible"
    assert [one["source"] for one in answer["sources"]] == ["facts:small"]
    assert (answer["old"]["newest"], answer["new"]["newest"]) == (False, True)


def test_a_later_state_does_not_come_first(inside: Inside, states: tuple[Path, str, str]) -> None:
    """What was there before must not be called new."""
    store, first, second = states
    ended = inside("diff", second, first, "--as-of", "2024-02-29", "--store", store)

    assert ended.code == 2
    assert f"`{second}` has a later import of facts:small than `{first}`; put the earlier state first" in ended.err


def test_ends_are_read_as_documented() -> None:
    """A time is an instant of the newest state, a digest a state; SNAPSHOT@TIME is both; a known date is its end."""
    from graphscan.cli.diff import _read

    at = datetime(2024, 2, 1, tzinfo=UTC)
    end = datetime(2024, 1, 9, 23, 59, 59, 999999, tzinfo=UTC)
    assert _read("OLD", "now") == (None, None)
    assert _read("OLD", "2024-02-01") == (None, at)
    assert _read("OLD", "0123456789ab") == ("0123456789ab", None)
    assert _read("OLD", "0123456789ab@2024-02-01") == ("0123456789ab", at)
    assert _read("OLD", "2024-01-09@2024-02-01T00:00:00Z") == (end, at)
    assert _read("OLD", "2024-01-09@") == (end, None)
    assert _read("OLD", "now@2024-02-01") == (None, at)


def test_exit_codes(inside: Inside, states: tuple[Path, str, str]) -> None:
    """1 for what is new for certain, 3 for what may be, 0 for neither, and 0 without --fail-on-new."""
    store, first, _ = states
    old, new = f"{first}@2024-01-31", f"{first}@2024-02-29"
    assert asked(inside, store, old, new, "--fail-on-new", code=1)["new_reach"] == "known"
    assert asked(inside, store, old, new, "--to", "box", "--fail-on-new")["pairs_lost"]["known"] == 1
    assert asked(inside, store, old, new, "--from", "robot-key", "--to", "wiki", "--fail-on-new")["new_reach"] == ""
    same = asked(inside, store, first, first, "--as-of", "2024-02-29", "--fail-on-new")
    assert (same["inventory_total"], same["steps_gained"]["total"], same["new_reach"]) == (0, 0, "")


def test_peak_tells_what_was_reachable_in_between(inside: Inside, states: tuple[Path, str, str]) -> None:
    """The visitor reached the box for two days; a bound on the instants is said, and leaves it undecided."""
    store, first, _ = states
    words = (f"{first}@2024-02-04", f"{first}@2024-02-11", "--from", "visitor", "--peak", "--fail-on-new")
    answer = asked(inside, store, *words, code=1)
    assert answer["pairs_gained"]["known"] == 0
    (family,) = answer["peak"]["pairs"]["families"]
    assert pairs(answer["peak"]["pairs"]) == {("visitor", "box", "known")}
    assert (family["since"], family["until"]) == ("2024-02-05T00:00:00Z", "2024-02-07T00:00:00Z")
    assert ("came and went", "User") in {(one["what"], one["kind"]) for one in family["because"]["changes"]}
    assert answer["peak"]["looked_at"] == answer["peak"]["instants"] > 1

    # He lived at neither end, and is asked about all the same without being named.
    unnamed = asked(inside, store, *words[:2], "--peak", "--fail-on-new", code=1)
    assert ("visitor", "box", "known") in pairs(unnamed["peak"]["pairs"])

    cut = asked(inside, store, *words, "--to", "wiki", "--instants", "1", code=3)
    assert (cut["peak"]["looked_at"], cut["new_reach"]) == (1, "possible")


def test_limit_counts_the_rest(inside: Inside, states: tuple[Path, str, str]) -> None:
    """Every list is cut at the limit and keeps its count."""
    store, first, _ = states
    answer = asked(inside, store, f"{first}@2024-01-31", f"{first}@2024-02-29", "--limit", "1")
    credentials = next(one for one in answer["inventory"] if one["section"] == "credentials")
    assert (len(credentials["changes"]), credentials["total"]) == (1, 4)
    assert (len(answer["pairs_gained"]["families"]), answer["pairs_gained"]["known"]) == (1, 3)
    said = inside("diff", f"{first}@2024-01-31", f"{first}@2024-02-29", "--limit", "1", "--store", store)
    assert "… and 3 more; --limit N lists more." in said.out
    assert "not believed" not in said.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["yesterday"], "OLD `yesterday` is neither a time, nor a digest, nor SNAPSHOT@TIME"),
        (["2024-02-03", "2024-02-02"], "OLD (2024-02-03T00:00:00Z) is after NEW (2024-02-02T00:00:00Z)"),
        (["00000000", "now"], "has no state of it with the digest 00000000"),
        (["2024-02-01", "2024-13-01"], "NEW `2024-13-01` is neither a time"),
        (["2024-02-01", "--from", "nobody"], "nothing has the id or the name `nobody`"),
        (["2024-02-01", "--to", "kind=Bucket"], "the selector `kind=Bucket` matches nothing"),
        (["2024-02-01", "--instants", "3"], "--instants is of --peak"),
        (["2024-02-01", "-o", "sarif"], "-o `sarif` is not a format of this command"),
    ],
)
def test_what_cannot_be_meant_is_said_in_one_sentence(
    inside: Inside, states: tuple[Path, str, str], words: list[str], said: str
) -> None:
    """Exit code 2, one line, nothing on standard output."""
    ended = inside("diff", *words, "--store", states[0])
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert ended.err.count("\n") == 1


def test_a_barrier_that_was_lifted_is_named_as_the_reason(inside: Inside, tmp_path: Path) -> None:
    """Losing an administrator's role makes an account one whose password others reset: the lost role is the reason."""
    text = """
graphscan: facts/1
source: test
at: 2024-03-01
nodes:
  - {id: org, kind: Application, subtype: org}
  - {id: helpdesk, kind: User}
  - {id: boss, kind: User}
  - {id: all, kind: Scope}
  - {id: vault, kind: Secret, sensitivity: crown_jewel}
relations:
  - {source: boss, kind: ASSIGNED_TO, target: vault}
"""
    (tmp_path / "barrier.sql").write_text(_BARRIER, encoding="utf-8")
    (tmp_path / "facts.yaml").write_text(
        text + "  - {source: boss, kind: OWNED_BY, target: helpdesk, valid_to: 2024-02-10}\n"
        "  - {source: boss, kind: CREATED_BY, target: helpdesk}\n",
        encoding="utf-8",
    )
    Store.open_or_create(tmp_path / "store").write(*read([tmp_path / "facts.yaml"]))
    answer = asked(
        inside,
        tmp_path / "store",
        "2024-02-01",
        "2024-02-20",
        "--from",
        "helpdesk",
        "--techniques",
        str(tmp_path),
    )
    assert pairs(answer["pairs_gained"]) == {("helpdesk", "vault", "known")}
    because = answer["pairs_gained"]["families"][0]["because"]
    assert because["barrier"]
    assert (because["changes"][0]["what"], because["changes"][0]["kind"]) == ("ended", "OWNED_BY")


_BARRIER = """-- id: test.takeover
-- title: Accounts that their maker takes over
-- kind: target-set
-- reads: [CREATED_BY]
-- negates: [OWNED_BY]
-- nodes: [User]
-- what: A barrier of the test.
SELECT m.id AS set_key, 'made by ' || m.id AS set_name, 'enter' AS side, m.n AS node, 'act_as' AS level, true AS known
FROM relation c JOIN node m ON m.n = c.target WHERE c.kind = 'CREATED_BY'
  AND NOT EXISTS (SELECT 1 FROM relation o WHERE o.kind = 'OWNED_BY' AND o.source = c.source)
UNION ALL
SELECT m.id, 'made by ' || m.id, 'member', c.source, 'act_as', true
FROM relation c JOIN node m ON m.n = c.target WHERE c.kind = 'CREATED_BY'
  AND NOT EXISTS (SELECT 1 FROM relation o WHERE o.kind = 'OWNED_BY' AND o.source = c.source)
"""


def test_in_a_process_of_its_own(states: tuple[Path, str, str], tmp_path: Path) -> None:
    """Text on the screen and Markdown into a file at once; a hostile name acts on neither; the exit code answers."""
    store, first, _ = states
    ended = graphscan(
        *("diff", f"{first}@2024-01-31", f"{first}@2024-02-29", "--fail-on-new", "--store", store),
        *("-o", "text", "-o", f"markdown={tmp_path / 'diff.md'}"),
    )
    assert ended.returncode == 1
    assert "\x1b" not in ended.stdout
    written = (tmp_path / "diff.md").read_text("utf-8")
    assert written.startswith("# ❌ graphscan diff:")
    assert "`robot` → `vault::read`" in written
    assert "\x1b" not in written


CAUSES = """\
graphscan: facts/1
source: causes
at: 2024-03-01T00:00:00Z
nodes:
  - {id: key, kind: Credential, versions: [2023-01-01, 2024-01-15], expires_at: 2024-02-05}
  - {id: ann, kind: User}
  - {id: sue, kind: User}
  - {id: box, kind: Content}
relations:
  - {source: key, kind: GRANTS, target: box, gives: read}
  - {source: sue, kind: ASSIGNED_TO, target: box, valid_from: 2024-02-03}
coverage:
  - {relation: ASSIGNED_TO, scope: sue, state: not_collected, valid_to: 2024-02-01}
  - {relation: ASSIGNED_TO, scope: ann, state: not_collected, valid_from: 2024-02-10}
"""


def test_the_reason_is_what_tells_the_ends_apart(inside: Inside, tmp_path: Path) -> None:
    """A key that expired was not closed by its new value before; what a gap opens, the gap opened."""
    (tmp_path / "causes.yaml").write_text(CAUSES, "utf-8")
    store = tmp_path / "store"
    Store.open_or_create(store).write(*read([tmp_path / "causes.yaml"]))
    answer = asked(inside, store, "2024-01-01", "2024-02-15")

    (lost,) = answer["pairs_lost"]["families"]
    assert [one["what"] for one in lost["because"]["changes"]] == ["expired"]
    assert pairs(answer["pairs_gained"]) == {("sue", "box", "known"), ("ann", "box", "possible")}
    sure, gained = answer["pairs_gained"]["families"]
    assert (sure["other"], gained["other"]) == ("possible", "")
    assert (answer["pairs_gained"]["known"], answer["pairs_gained"]["possible"]) == (0, 2)  # neither is certain news
    assert [(one["object"], one["what"]) for one in gained["because"]["changes"]] == [("coverage", "began")]
    text = inside("diff", "2024-01-01", "2024-02-15", "--store", store).out
    assert "sue → box::read  known here, only possible at the other end" in text
