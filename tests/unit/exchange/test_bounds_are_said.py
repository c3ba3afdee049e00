"""What an export or a query leaves out is told with its count."""

import pytest

from graphscan.exchange import elements
from graphscan.exchange.content import Step
from graphscan.exchange.neo4j.results import Parameter, QueryResult, SavedQuery
from graphscan.report import render


@pytest.mark.parametrize(("count", "in_all"), [(100, None), (101, 101)])
def test_a_step_on_many_relations_says_on_how_many(count: int, in_all: int | None) -> None:
    """A hundred are listed; None takes away what an earlier push said."""
    step = Step((1, "a"), (2, "b"), (), "t", "T", 1, False, tuple(map(str, range(count))), "x")

    said = elements._evidence(step)

    assert len(said["relations"]) == 100
    assert said["relations_in_all"] == in_all


@pytest.mark.parametrize(("limit", "more"), [(2, True), (3, False)])
def test_as_many_rows_as_were_asked_for_may_not_be_all(limit: int, more: bool) -> None:
    """At the limit of a saved query the table says that there may be more."""
    saved = SavedQuery("q", "Q", "Rows.", (Parameter("limit", "integer", 200, "the most rows"),), "RETURN 1")
    text = render(QueryResult(saved, {"limit": limit}, ("id",), (("a",), ("b",))), "table", width=100, colour=False)

    assert ("there may be more" in text) == more
    assert "2 rows" in text
