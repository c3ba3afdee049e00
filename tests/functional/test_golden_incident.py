"""The golden case asked as an incident, through the real command line: Q1, Q4, Q7, and the nine traps of RS-1b."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import graphscan.examples.thanksgiving as example
from graphscan.cli.run import main
from graphscan.examples.thanksgiving.generate import traps
from tests.golden import AWS, BITBUCKET, FACTS, FOUR, MOVEWORKS, SMARTSHEET

INCIDENT = Path(example.__file__).parent / "incident.yaml"
INTERVAL = ("--since", "2023-09-28", "--until", "2023-10-18")
CASES = int(os.environ.get("GRAPHSCAN_CASES", "120")) // 4

# RS-1b at 2023-11-14, row by row: the state, and a word that its reason must hold.
TRAPS = {
    "rs1b-rotated-early": ("MISSED", "2023-10-10"),
    "rs1b-overlap": ("LIVE UNTIL", "2023-12-01"),
    "rs1b-parent": ("LIVE DERIVED", "rs1b-refresh-token"),
    "rs1b-refresh-token": ("LIVE DERIVED", "rs1b-parent"),
    "rs1b-principal-disabled": ("DEAD", "rs1b-svc-disabled"),
    "rs1b-recreated-old": ("DEAD", "2023-10-20"),
    "rs1b-unknown-use": ("MISSED", "never replaced"),
    "rs1b-ticket-only": ("UNVERIFIED", "ticket"),
    "rs1b-retired-integration": ("MISSED", "never replaced"),
}


def ran(*words: str, expected: int) -> str:
    """Run the command line as a user does; return what it prints."""
    ended = subprocess.run(
        [sys.executable, "-m", "graphscan", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "1"},
    )
    assert ended.returncode == expected, ended.stderr
    return ended.stdout


def asked(store: Path, *words: str, expected: int = 1) -> dict[str, Any]:
    """Run `incident` and return its JSON; nothing missed and nothing made is 0, else 1."""
    answer: dict[str, Any] = json.loads(ran("incident", *words, "-o", "json", "--store", str(store), expected=expected))
    assert answer["schema"] == "graphscan.incident/1"
    assert answer["exit_code"] == expected
    return answer


def states(answer: dict[str, Any]) -> dict[str, str]:
    return {one["id"]: one["state"] for one in answer["credentials"]}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with the small example."""
    store = tmp_path_factory.mktemp("incident") / "small"
    ran("demo", "--small", "--store", str(store), expected=0)
    return store


@pytest.fixture(scope="module")
def trap_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with the traps alone."""
    folder = tmp_path_factory.mktemp("traps")
    ran("import", "facts", str(traps(folder)), "--store", str(folder / "store"), expected=0)
    return folder / "store"


# Q1: the missed set


@pytest.mark.parametrize("lines", [(str(INCIDENT),), (*INTERVAL, "--exposed", f"label={example.EXPOSED}")])
def test_exactly_the_four_are_missed(small: Path, lines: tuple[str, ...]) -> None:
    """By holder and by list: the four at 2023-11-14, all others proven dead, each by evidence with its place."""
    answer = asked(small, *lines)
    assert answer["as_of"] == "2023-11-14T09:22:49Z"
    assert set(answer["missed"]) == set(FOUR)
    assert {one["id"] for one in answer["credentials"] if one["missed"] and one["how"] in ("held", "listed")} == set(
        FOUR
    )
    dead = [one for one in answer["credentials"] if not one["missed"]]
    assert answer["proven_dead"] == len(dead) >= 36
    proofs = [(one["obtained"], one["death"]) for one in dead]
    assert all(death["evidence"] and death["where"] and obtained < death["at"] for obtained, death in proofs)
    assert [one["last_used_conflict"] for one in answer["credentials"] if one["id"] == SMARTSHEET] == [True]


def test_exactly_the_four_of_two_thousand(tmp_path: Path) -> None:
    """The full example: the same four of 2,000, and all repositories in what they open together."""
    store = tmp_path / "full"
    ran("demo", "--store", str(store), expected=0)
    answer = asked(store, *INTERVAL, "--exposed", f"label={example.EXPOSED}", "--acts-from", "2023-11-14T09:22:49Z")
    assert set(answer["missed"]) == set(FOUR)
    assert (answer["exposed"], answer["proven_dead"]) == (2000, 1996)
    repositories = next(one for one in answer["access"] if one["kind"] == "Repository")
    assert [repositories[key] for key in ("reachable", "still", "observed", "assumed")] == [11904, 11904, 120, 76]


# Q4: the order


def test_the_order_is_by_what_closes_not_by_privilege(small: Path) -> None:
    """Moveworks closes all but one asset, AWS the last; the administrator and the account for code add depth only."""
    order = asked(small, str(INCIDENT))["order"]
    assert [one["node"]["id"] for one in order] == [MOVEWORKS, AWS, BITBUCKET, SMARTSHEET]
    reachable = order[0]["closes"] + order[0]["left"]
    assert [(one["closes"], one["left"]) for one in order] == [(reachable - 1, 1), (1, 0), (0, 0), (0, 0)]


# Q7: when was the actor out?


@pytest.mark.parametrize(
    ("instant", "missed", "made", "reached"),
    [
        ("2023-11-23T16:34:59Z", {*FOUR}, 3, "AJCSHN"),
        # Not at the first alarm and not when the account is off: the implant and the made user remain.
        ("2023-11-23T16:35:00Z", {MOVEWORKS, BITBUCKET, AWS}, 3, "AJCSHN"),
        ("2023-11-23T17:23:00Z", {MOVEWORKS, BITBUCKET, AWS}, 1, "AJCSHN"),
        ("2023-11-24T11:59:00Z", {MOVEWORKS, BITBUCKET, AWS}, 0, "AS"),
    ],
)
def test_the_host_is_left_at_noon_and_the_rest_later(
    small: Path, instant: str, missed: set[str], made: int, reached: str
) -> None:
    """At each instant what is missed, what the attacker made and is still there, and what both open."""
    answer = asked(small, str(INCIDENT), "--as-of", instant)
    assert set(answer["missed"]) == missed
    assert sum(one["death"] is None for one in answer["suspects"]) == made
    assert answer["out_since"] is None
    opened = {(one["id"], one["level"]) for one in answer["residual"]}
    letters = {letter for letter, fact in FACTS.items() if fact in opened}
    letters |= {"S"} if any(one["kind"] == "Repository" for one in answer["residual"]) else set()
    assert letters == set(reached)
    if made == 3:
        assert answer["order"][0]["node"]["id"] == "implant" and answer["order"][0]["action"] == "evict"


def test_the_actor_is_out_when_the_last_credential_is_dead(small: Path) -> None:
    """Exit code 0 from 18:00 on, and the answer says since when."""
    answer = asked(small, str(INCIDENT), "--as-of", "2023-11-24T18:00:00Z", expected=0)
    assert answer["missed"] == [] and answer["residual"] == []
    assert answer["out_since"] == "2023-11-24T18:00:00Z"
    assert {one["node"]["id"] for one in answer["suspects"]} == {"attacker-user", "attacker-password", "implant"}


# RS-1b


def test_nine_traps(trap_store: Path) -> None:
    """Every row of RS-1b has its state, its reason, and the one that was made again clears nothing."""
    answer = asked(trap_store, *INTERVAL, "--exposed", "rs1b-holder", "--as-of", "2023-11-14")
    assert states(answer) == {id_: state for id_, (state, _) in TRAPS.items()}
    details = {one["id"]: one["detail"] for one in answer["credentials"]}
    assert [id_ for id_, (_, word) in TRAPS.items() if word not in details[id_]] == []
    assert [(one["node"]["id"], one["like"]) for one in answer["look_alikes"]] == [
        ("rs1b-recreated-new", "rs1b-recreated-old")
    ]
    suspects = {one["node"]["id"] for one in answer["suspects"] if one["death"] is None}
    assert suspects == {"rs1b-new-user", "rs1b-new-token"} and not suspects & set(answer["missed"])


def test_an_overlap_ends(trap_store: Path) -> None:
    """On its last day the old value lives, from then on it is dead."""
    before = asked(trap_store, *INTERVAL, "--exposed", "rs1b-overlap", "--as-of", "2023-11-30T23:59:59Z")
    assert states(before) == {"rs1b-overlap": "LIVE UNTIL"}
    after = asked(trap_store, *INTERVAL, "--exposed", "rs1b-overlap", "--as-of", "2023-12-01", expected=0)
    assert states(after) == {"rs1b-overlap": "DEAD"}


# No filter and no flag shrinks the missed set


@pytest.mark.parametrize(
    "term",
    ["last_used<2023-10-01", "last_used=none", "rotated<2023-10-01", "expires=none", "state=active", "guarded_by=none"],
)
def test_what_is_believed_of_a_credential_cannot_say_what_was_exposed(small: Path, term: str, tmp_path: Path) -> None:
    """On the command line and in a file such a term is refused, with a sentence that says why."""
    words = ("incident", *INTERVAL, "--exposed", f"label={example.EXPOSED},{term}", "--store", str(small))
    ended = subprocess.run([sys.executable, "-m", "graphscan", *words], capture_output=True, text=True)
    assert ended.returncode == 2 and "cannot say what was exposed" in ended.stderr
    assert "Traceback" not in ended.stderr and ended.stdout == ""
    file = tmp_path / "incident.yaml"
    file.write_text(
        "graphscan: incident/1\nholders:\n"
        f"  - credentials: ['label={example.EXPOSED},{term}']\n    from: 2023-09-28\n    until: 2023-10-18\n"
    )
    ended = subprocess.run(
        [sys.executable, "-m", "graphscan", "incident", str(file), "--store", str(small)],
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 2 and f"{file}:3:" in ended.stderr


def test_no_flag_shrinks_the_missed_set(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever options are combined, the four are missed, and the exit code says so."""
    rng = random.Random(20231114)
    for case in range(max(10, CASES)):
        words = [
            *INTERVAL,
            "--exposed",
            rng.choice(["okta-support", f"label={example.EXPOSED}", "holder=okta-support"]),
        ]
        words += _some(rng, case, tmp_path)
        with pytest.raises(SystemExit) as ended:
            main(["incident", *words, "--store", str(small), "-o", f"json={tmp_path / 'answer.json'}"])
        capsys.readouterr()
        assert ended.value.code == 1, words
        answer = json.loads((tmp_path / "answer.json").read_text())
        assert set(FOUR) <= set(answer["missed"]), words


def _some(rng: random.Random, case: int, folder: Path) -> Iterator[str]:
    """Yield some of the options that the command has, with values at random."""
    options = [
        (
            "--exposed",
            rng.choice(["moveworks", "aws-apps-sa", "label=stolen-session", "kind=Credential,created<2023-01-01"]),
        ),
        ("--acts-from", rng.choice(["2023-09-28", "2023-10-30", "2023-11-14T09:22:49Z", "2024-01-01"])),
        (rng.choice(["--possible", "--observed"]),),
        ("--checklist", str(folder / f"{case}.{rng.choice(['csv', 'md'])}")),
        ("-o", rng.choice(["text", "csv", "markdown"])),
        ("--as-of", rng.choice(["2023-11-14T09:22:49Z", "2023-11-14", "2023-11-23T16:00:00Z"])),
    ]
    for option in rng.sample(options, rng.randint(0, len(options))):
        yield from option
