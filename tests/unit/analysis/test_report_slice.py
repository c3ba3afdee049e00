"""The slice that a report embeds: its steps answer every what-if that it offers as the engine does."""

import os
from pathlib import Path

import pytest

from graphscan.analysis.question import Question
from graphscan.analysis.report_parts import ReportSlice
from graphscan.analysis.report_slice import report_slice
from graphscan.expand.edits import Edits
from tests import what_if
from tests.what_if import asked, by_the_engine, by_the_slice, combinations, inventory, opened, prefixed

SEEDS = (3, 4, 9, 14, 16, 19)  # inventories in which much hangs together
CASES = int(os.environ.get("GRAPHSCAN_CASES", 1_000)) // 10
PACKED = 200  # combinations that are asked of the pipeline itself


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Question, ReportSlice]]:
    """Return what is reached in a few inventories of one store, and its slice."""
    folder = tmp_path_factory.mktemp("worlds")
    records = [one for seed in SEEDS for one in prefixed(inventory(folder, seed), f"w{seed}-")]
    session = opened(folder / "store", records)
    found = []
    for seed in SEEDS:
        question = asked(session, f"w{seed}-")
        part = report_slice(question)
        assert part is not None and part.choices and part.whole and not part.left_out
        found.append((question, part))
    return found


def test_the_steps_answer_as_the_whole_graph(worlds: list[tuple[Question, ReportSlice]]) -> None:
    """For random choices the embedded steps reach the same targets as all steps; some targets are closed, some not."""
    closed = open_ = 0
    for seed, (question, part) in enumerate(worlds):
        number = what_if.numbers(question, part)
        for places in combinations(part, CASES, seed):
            done = [part.choices[place] for place in places]
            for may in (False, True):
                expected = by_the_engine(question, done, part, number, may=may)
                assert by_the_slice(part, done, may=may) == expected, places
                closed += len(part.targets) - len(expected)
                open_ += len(expected)
    assert closed and open_
    actions = {choice.action for _, part in worlds for choice in part.choices}
    assert actions == {"rotated", "revoked", "enforced"}


def test_a_choice_is_what_the_edit_does(worlds: list[tuple[Question, ReportSlice]], tmp_path: Path) -> None:
    """Each combination is edited in an inventory of its own, derived anew: the same is reached as by the slice."""
    every, records, drawn = Edits(), [], []
    for number in range(PACKED):
        seed = number % len(SEEDS)
        _, part = worlds[seed]
        (places,) = combinations(part, 1, 1000 + number)
        drawn.append((seed, places))
        old, new = f"w{SEEDS[seed]}-", f"c{number}-"
        more = what_if.edits(part, places, old, new)
        every = Edits(
            rotated=(*every.rotated, *more["rotated"]),
            revoked=(*every.revoked, *more["revoked"]),
            enforced=(*every.enforced, *more["enforced"]),
        )
    for seed in range(len(SEEDS)):
        base = inventory(tmp_path, SEEDS[seed])
        records += [one for number, (of, _) in enumerate(drawn) if of == seed for one in prefixed(base, f"c{number}-")]
    session = opened(tmp_path / "store", records, every)
    for number, (seed, places) in enumerate(drawn):
        _, part = worlds[seed]
        done = [part.choices[place] for place in places]
        expected = what_if.told(asked(session, f"c{number}-"), part, f"w{SEEDS[seed]}-", f"c{number}-")
        must, may = by_the_slice(part, done, may=False), by_the_slice(part, done, may=True)
        assert expected == [(target in must, target in may) for target in part.targets], (seed, places)


def test_few_of_many_alike(worlds: list[tuple[Question, ReportSlice]]) -> None:
    """Where not all fits, what is embedded still answers exactly, and what is not is counted."""
    for seed, (question, whole) in enumerate(worlds):
        for most in (len(whole.nodes) - 1, len(whole.nodes) // 2, 6):
            part = report_slice(question, most=most)
            assert part is not None and len(part.nodes) <= most
            assert part.targets_total == whole.targets_total
            shown = {part.facts[fact].node for fact in part.targets}
            assert len(shown) + sum(one.count for one in part.left_out) >= part.targets_total
            if not part.whole:
                assert not part.choices
                continue
            number = what_if.numbers(question, part)
            for places in combinations(part, 5, seed) if part.choices else ():
                done = [part.choices[place] for place in places]
                for may in (False, True):
                    assert by_the_slice(part, done, may=may) == by_the_engine(question, done, part, number, may=may)
