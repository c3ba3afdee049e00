"""The table of techniques on Atlassian's page: whole, its pages there, facts where `doctor` asks for them."""

import re
from pathlib import Path

from graphscan.techniques import registry
from importers.atlassian.template import FACTS_ONLY
from importers.atlassian.template_topics import TOPICS

DOCS = Path(__file__).parents[2] / "docs"
ROW = re.compile(r"^\| (A\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
ROWS = ROW.findall((DOCS / "atlassian.md").read_text(encoding="utf-8"))


def pages(covered: str) -> list[str]:
    """Return the ids of the files whose pages a cell links to."""
    return re.findall(r"\(techniques/([a-z.-]+)\.md\)", covered)


def test_every_number_has_a_row() -> None:
    """A1 to A25, in order, each with what covers it and where it is known from."""
    assert [number for number, *_ in ROWS] == [f"A{number}" for number in range(1, 26)]
    assert [number for number, _, _, evidence in ROWS if not evidence.startswith(("HTTP", "facts"))] == []
    assert [n for n, _, covered, _ in ROWS if not pages(covered) and "structural" not in covered] == ["A22"]


def test_every_file_stands_in_the_table() -> None:
    """Each page that is linked exists, and no technique of Atlassian's is left out."""
    linked = {one for _, _, covered, _ in ROWS for one in pages(covered)}
    known = {one.id for one in registry.load()}

    assert linked <= known
    assert {one for one in known if one.startswith("atlassian.")} <= linked
    assert [one for one in linked if not (DOCS / "techniques" / f"{one}.md").exists()] == []


def test_facts_are_what_doctor_asks_for() -> None:
    """What rests on facts is what `doctor` prints, and each of those has lines to fill in."""
    assert tuple(number for number, _, _, evidence in ROWS if evidence.startswith("facts")) == FACTS_ONLY
    assert set(FACTS_ONLY) <= {number for topic in TOPICS for number in topic.techniques}
