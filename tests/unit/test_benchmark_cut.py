"""The benchmark of the smallest fix: what it asks, that both solvers agree with each other and with a minimum cut."""

import numpy as np

from tests.benchmarks import cut
from tests.benchmarks.cut_questions import REMOVE, ROTATE, organisation_asked
from tests.benchmarks.cut_report import SECTION

QUESTIONS = (("organisation", 600, 1800), ("plain", 600, 1800))


def test_the_question_is_what_is_claimed() -> None:
    """As many steps as asked for; targets reached and no starts; each cut closes something at the cost that is said."""
    asked = organisation_asked(600, 1800)
    again = organisation_asked(600, 1800)
    assert (asked.targets, asked.question.starts) == (again.targets, again.question.starts)
    assert asked.steps == 1800
    held = asked.question.reached.held
    assert len(asked.targets) > 5 and held[list(asked.targets)].all()
    assert not set(asked.targets) & set(asked.question.starts)
    for one in asked.cuts:
        assert (len(one.facts), one.cost) in ((1, ROTATE), (0, REMOVE))
        assert len(one.facts) + len(one.steps)
    closed = np.concatenate([one.steps for one in asked.cuts])
    assert len(closed) == len(set(closed.tolist()))


def test_a_small_run_agrees_and_is_written() -> None:
    """Each answer separates, both solvers and igraph come to the same cost, and the section stands in its place."""
    said: list[str] = []
    result = cut.measure(QUESTIONS, said.append, inside=True)
    assert len(result["results"]) == len(said) == 4
    for one, other in zip(result["results"][::2], result["results"][1::2], strict=True):
        assert (one["upper"], one["chosen"]) == (other["upper"], other["chosen"])
        assert one["optimal"] and one["separates"] and other["separates"]
        assert "peer" not in one or one["peer"]["value"] == one["upper"]
    assert SECTION.text(result).count("| yes |") == 4
    page = SECTION.into("# Benchmark\n\nbefore\n", result)
    assert SECTION.into(page, result) == page
    assert SECTION.of(page).strip() in page
