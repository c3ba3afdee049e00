"""
The golden case over time, through the real command line: the dated rows of Q3, and Q7.

The attacker acts from 2023-11-14T09:22:49Z with the four; he keeps what he obtains, or makes through an account.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest

from graphscan import kinds
from graphscan.analysis import names
from graphscan.analysis.session import Session
from graphscan.analysis.timeline import over_time, spans
from graphscan.engine.reach import reach
from graphscan.examples.thanksgiving.generate import write
from tests.functional.test_golden import Found, Stores, graphscan
from tests.golden import BITBUCKET, FACTS, FOUR, MOVEWORKS

BEGIN = "2023-11-14T09:22:49Z"
PERSISTED = datetime(2023, 11, 22, 14, 18, 22, tzinfo=UTC)  # the implant is there from now on

# Q3, the dated rows: when → what is reached from then on, colocated and apart.
DATED = {
    BEGIN: ("AJCSHN", "AJCSHN"),
    "2023-11-22T14:18:22Z": ("AJCSHN", "AJCSHN"),
    "2023-11-23T15:58:00Z": ("AJCSHN", "AJCSHN"),
    "2023-11-23T16:35:00Z": ("AJCSHN", "AJCSHN"),
    "2023-11-23T17:23:00Z": ("AJCSHN", "ASHN"),
    "2023-11-24T11:59:00Z": ("AS", "AS"),
    "2023-11-24T18:00:00Z": ("", ""),
}


@dataclass(frozen=True)
class Story:
    """A timeline's answer, replayed change by change."""

    answer: Mapping[str, Any]

    def at(self, moment: str) -> str:
        """Return the letters of what is known to be reached at a moment."""
        levels: dict[str, tuple[str, frozenset[str]]] = {}
        for change in self.answer["changes"]:
            if change["at"] > moment:
                break
            for one in (*change["lost"], *change["new"]):
                kind, held = levels.get(one["id"], (one["kind"], frozenset[str]()))
                # What is lost is lost with all that implies it; what is known is listed by its strongest level.
                kept = {level for level in held if not kinds.implies(kind, level, one["level"])}
                below = {level for level in held if kinds.implies(kind, one["level"], level)}
                levels[one["id"]] = (
                    kind,
                    held | {one["level"]} if one["certainty"] == "known" else frozenset(kept | below - {one["level"]}),
                )
        return Found(levels).letters


def story(store: Path, *words: str) -> Story:
    """Ask for the timeline of the four."""
    ended = graphscan("blast", *FOUR, "--timeline", "--observed", *words, "-o", "json", "--store", str(store))
    answer: dict[str, Any] = json.loads(ended.stdout)
    assert answer["schema"] == "graphscan.timeline/1"
    assert answer["begin"] == BEGIN
    return Story(answer)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Stores:
    """Return the small example, as the demo leaves it and with the applications apart."""
    folder = tmp_path_factory.mktemp("golden-time")
    graphscan("demo", "--small", "--store", str(folder / "demo"))
    imported(folder / "apart", *write(folder / "facts", "small", colocated=False))
    return Stores(folder / "demo", folder / "apart")


def imported(store: Path, *files: Path) -> None:
    """Import facts files; that the example states gaps is no failure."""
    words = ["import", "facts", *map(str, files), "--store", str(store)]
    ended = subprocess.run([sys.executable, "-m", "graphscan", *words], capture_output=True, text=True)
    assert ended.returncode in (0, 3), ended.stderr


def revoked(folder: Path, colocated: bool, at: str, *credentials: str) -> Path:
    """Return a store in which a second source, of better evidence, says that credentials ended at a moment."""
    imported(folder / "store", *write(folder / "facts", "small", colocated=colocated))
    nodes = "".join(f"  - {{id: {one}, kind: Credential, valid_to: {at}}}\n" for one in credentials)
    file = folder / "revoked.yaml"
    file.write_text(f"graphscan: facts/1\nsource: console\nat: 2024-02-01\nevidence: config\nnodes:\n{nodes}", "utf-8")
    imported(folder / "store", file)
    return folder / "store"


@pytest.fixture(scope="module")
def stories(stores: Stores) -> dict[bool, Story]:
    """Return both timelines until everything was over; the demo's begins at the store's own date."""
    apart = story(stores.apart, "--since", BEGIN, "--as-of", "2023-11-25")
    return {True: story(stores.colocated, "--as-of", "2023-11-25"), False: apart}


@pytest.mark.parametrize("colocated", [True, False], ids=["colocated", "apart"])
def test_dated_rows(stories: dict[bool, Story], colocated: bool) -> None:
    """From each dated event on exactly that is reached which the reference says, with what was obtained before."""
    told = stories[colocated]

    assert {moment: told.at(moment) for moment in DATED} == {
        moment: row[0 if colocated else 1] for moment, row in DATED.items()
    }
    # What he could make for himself (a password that an administrator sets) is a hypothesis, and in no row.
    told_of = [one for one in told.answer["credentials"] if not one["start"] and one["certainty"] == "known"]
    found = [one for one in told_of if not one["id"].startswith("derived:")]
    obtained = {one["id"]: one["first"] for one in found}
    assert obtained == {"attacker-password": "2023-11-16T14:36:37Z", "implant": "2023-11-22T14:18:22Z"}


def test_eviction(stories: dict[bool, Story]) -> None:
    """Q7: out of the host on 11-24 11:59, out of everything at 18:00, and not when the first account was closed."""
    told = stories[True].answer

    until = {one["id"]: one["known_until"] for one in told["assets"] if one["known"] is not None}
    assert until["atlassian-01"] == until["jira-tickets"] == "2023-11-24T11:59:00Z"
    assert until["aws-apps"] == told["out_since"] == "2023-11-24T18:00:00Z"
    assert "2023-11-23T16:35:00Z" not in until.values()
    assert {one["known"] for one in told["assets"] if one["known"] is not None} == {BEGIN}


@pytest.mark.parametrize(("colocated", "letters"), [(True, "JCSHN"), (False, "JCHN")], ids=["colocated", "apart"])
def test_all_four_revoked_too_late(tmp_path: Path, colocated: bool, letters: str) -> None:
    """All four dead after 11-22 14:18:22 and nothing evicted: what was made on the way still opens the suite."""
    store = revoked(tmp_path, colocated, "2023-11-22T15:00:00Z", *FOUR)

    told = story(store, "--since", BEGIN, "--as-of", "2023-11-23T12:00:00Z")

    assert told.at("2023-11-22T14:59:59Z") == "AJCSHN"
    assert told.at("2023-11-23T12:00:00Z") == letters


def test_all_four_revoked_in_time(tmp_path: Path) -> None:
    """All four dead before he acts: nothing is reached, at no time, and nothing was made."""
    store = revoked(tmp_path, True, "2023-11-14T09:00:00Z", *FOUR)

    told = story(store, "--since", BEGIN, "--as-of", "2023-11-25")

    assert [one for one in told.answer["assets"] if one["known"]] == []
    assert {one["id"] for one in told.answer["start"] if one["dead"]} == set(FOUR)


def test_then_the_gateway_token(tmp_path: Path) -> None:
    """After the implant is gone three are left, and without the gateway token only the Apps environment."""
    store = revoked(tmp_path, True, "2023-11-24T14:00:00Z", MOVEWORKS)

    told = story(store, "--since", BEGIN, "--as-of", "2023-11-24T17:00:00Z")

    assert told.at("2023-11-24T13:59:59Z") == "AS"
    assert told.at("2023-11-24T17:00:00Z") == "A"


@pytest.mark.parametrize("colocated", [True, False], ids=["colocated", "apart"])
def test_no_rotation_is_a_cut_any_more(stores: Stores, colocated: bool) -> None:
    """Once the implant is there, no subset of the four protects J, C, H or N; apart, Bitbucket's protects S."""
    session = Session.open(stores.of(colocated), PERSISTED)
    begin = datetime.fromisoformat(BEGIN)
    last = over_time(session.at, spans(session, FOUR), begin, PERSISTED, made="known").last
    own = {name: set(names.starts(session, [name]).facts) for name in FOUR}

    cuts: dict[str, set[frozenset[str]]] = {letter: set() for letter in "JCSHN"}
    for subset in chain.from_iterable(combinations(FOUR, size) for size in range(5)):
        gone = set().union(*(own[name] for name in subset))
        held = reach(session.graph, [fact for fact in last.must.starts if fact not in gone]).held
        found = Found.of(levels(session, held))
        for letter in cuts:
            if letter not in found.letters:
                cuts[letter].add(frozenset(subset))

    assert all(not cuts[letter] for letter in "JCHN")
    smallest = {one for one in cuts["S"] if not any(other < one for other in cuts["S"])}
    assert smallest == (set() if colocated else {frozenset({BITBUCKET})})


def levels(session: Session, held: Any) -> list[tuple[str, str, str]]:
    """Return (id, kind, level) of what the letters are about, of all facts held."""
    asked = [node for node, _ in FACTS.values()]
    rows = session.con.execute(
        "SELECT n, id, kind FROM base.node WHERE id IN (SELECT unnest(?::VARCHAR[])) OR kind = 'Repository'", [asked]
    ).fetchall()
    graph = session.graph
    return [(id_, kind, graph.level_name(fact)) for n, id_, kind in rows for fact in graph.facts_of(n) if held[fact]]
