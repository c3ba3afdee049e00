"""A comparison as text and as Markdown, whatever a tenant calls a thing."""

import re
import unicodedata

import pytest
from markdown_it import MarkdownIt

from graphscan.report import render
from graphscan.report.diff_fold import fold
from tests.unit.report.diff_samples import change, diff_result, node_change
from tests.unit.report.spoil import spoiled
from tests.unit.report.test_outputs_hostile import HOSTILE


def test_relations_that_say_the_same_of_several_things_are_one_line() -> None:
    """One user in three groups is one line, three users in one group are another."""
    groups = [change(target=f"group{n}") for n in range(3)]
    users = [change(source=f"user{n}", target="staff", at=None) for n in range(3)]

    folded = fold([*groups, *users, node_change()])

    assert [len(one.changes) for one in folded] == [3, 3, 1]
    assert [one.first.target for one in folded] == ["group0", "staff", ""]


@pytest.mark.parametrize("width", [60, 100])
def test_text_says_the_answer_first_and_names_every_change_with_its_source(width: int) -> None:
    """The verdict, what began and ended inside, the reasons, what was not settled, and each rest with its count."""
    text = render(diff_result(), "text", width=width)
    flat = " ".join(text.split())

    assert flat.startswith("4 pairs and 1 possibly and at most 2 more (not settled within the budget) gained")
    assert "--fail-on-new: something new is reachable, exit code 1" in flat
    assert (
        "± acme:user:1 “Eve” → admins and other MEMBER_OF act_as → act_as 2023-11-16 14:36:37 to 2023-11-23 16:35:00, "
        "began and ended inside (log, facts:acme, facts.yaml:7)" in flat
    )
    assert "enforced: yes → no" in flat
    assert "of a barrier:" in flat
    assert "anyone → vault::read" in flat
    assert "… and 2 more; --limit N lists more." in flat
    assert "4 later instants were not looked at" in flat
    assert "facts:acme STORES denied" in flat


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_text_stays_text(label: str) -> None:
    """No line of Markdown holds HTML, a link or an image of a tenant's; no sign acts on a terminal in either form."""
    result = spoiled(diff_result(), HOSTILE[label][:5_000])
    for form in ("text", "markdown"):
        said = render(result, form)
        assert not {
            sign for sign in said if sign != "\n" and unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        }
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(render(result, "markdown"))
    inline = [child for token in tokens for child in token.children or ()]
    assert {one.type for one in inline} <= {"text", "code_inline", "softbreak", "strong_open", "strong_close"}
    html = [one.content for one in tokens if one.type == "html_block"]
    assert all(re.fullmatch(r"(<details><summary>[^<]*</summary>|</details>)\n?", one) for one in html)
    assert {one.type for one in tokens} & {"fence", "code_block", "table_open", "blockquote_open", "hr"} == set()


def test_markdown_stays_under_the_limit_of_a_step_summary() -> None:
    """What does not fit is left out and said."""
    many = tuple(change(target=f"{'x' * 180}{n}", at=None, until=None, source=f"s{n}") for n in range(9000))
    section = diff_result().inventory[1]
    said = render(
        diff_result(inventory=(type(section)("admin", "Rights", (("began", 9000),), many, 9000),)), "markdown"
    )

    assert len(said.encode()) <= 1_048_576
    assert "did not fit here" in said
