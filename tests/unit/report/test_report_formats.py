"""The report's Markdown, CSV and PDF: what they hold, and that no name in them does anything."""

import csv
import io
import re
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from markdown_it import MarkdownIt

from graphscan.analysis.report_results import ReportResult
from graphscan.report import render
from graphscan.report.report_csv import COLUMNS
from tests.unit.report.report_samples import handover, report_result
from tests.unit.report.samples import ROUTE, node
from tests.unit.report.spoil import spoiled
from tests.unit.report.test_outputs_hostile import HOSTILE

WORDS = {"tlp": "AMBER", "mode": "incident"}
LONG = {label: text for label, text in HOSTILE.items() if not label.startswith("long")} | {"long": "n" * 40_000}


def hostile(text: str) -> ReportResult:
    """Return a report in which every free text is `text`."""
    return replace(spoiled(report_result(), text), **WORDS)


def test_markdown_answers_what_a_reader_asks() -> None:
    """Verdict, n of N, a way, what stopped the rest, what to do first, what is unknown, how to get it again."""
    text = render(report_result(), "markdown")

    for needle in (
        "**TLP:RED** · as of 2023-11-14 09:22:49 UTC",
        "1 of 2 is not proven dead.",
        "## Reached, n of N",
        "| repositories | 1,200 |",
        "flowchart LR",
        "**single point of failure**",
        "reduces: closes 3 of 4, 1 left",
        "secrets that can be read in there Something shown is possible only because of it.",
        "Console (all API tokens): `https://acme-admin.okta.com/admin/access/api/tokens`",
        "**FAIL** `apart`",
        "Newly missed",
        "It asked another question",
        "SHA-256 `ef56`",
        "`graphscan report gateway-token --tlp RED --as-of 2023-11-14T09:22:49Z`",
    ):
        assert needle in text, needle


def test_markdown_fits_a_comment_and_says_what_did_not() -> None:
    """GitHub takes 65,536 characters; of what is left out the count is said, and the command stays."""
    row = handover(step="s" * 1_900, node=node("x" * 190, "Credential"), consumers=tuple("y" * 190 for _ in range(5)))
    many = report_result(
        handover=(row,) * 40,
        families=tuple(replace(ROUTE, tails=(replace(ROUTE.tails[0], level=str(n)),)) for n in range(300)),
    )
    text = render(many, "markdown")

    assert len(text) < 65_536
    assert len(text.encode()) <= 60_000
    assert re.search(r"[\d,]+ lines of the section `To hand over` did not fit here", text)
    assert "292 more kinds of way" in text
    assert "`graphscan report gateway-token" in text


@pytest.mark.parametrize("label", LONG)
def test_names_are_inert_in_markdown_and_mermaid(label: str) -> None:
    """No name makes a link, an image, HTML, a heading or a line, and none ends its box in the chart."""
    text = render(hostile(LONG[label]), "markdown")
    benign = render(hostile("x"), "markdown")

    assert {sign for sign in text if unicodedata.category(sign) in ("Cc", "Cf", "Cs")} <= {"\n"}
    tokens, usual = (MarkdownIt("commonmark").enable("table").parse(one) for one in (text, benign))
    if label not in ("empty", "long"):  # what is empty is not said, and of what is long some does not fit
        kinds = [token.type for token in tokens if token.type != "html_block"]
        assert kinds == [token.type for token in usual if token.type != "html_block"]
    inner = [child for token in tokens for child in token.children or ()]
    assert not [child for child in inner if child.type in ("link_open", "image", "html_inline")]
    for token in tokens:
        if token.type == "html_block":
            assert re.fullmatch(r"(</?(details|summary|code)>|[^<>])*", token.content.strip())
        if token.type == "fence" and token.info == "mermaid":
            for line in token.content.strip().splitlines():
                assert re.fullmatch(r"flowchart LR|  style n\d+ stroke-width:3px|  \S.*", line)
                labels = re.findall(r'"([^"]*)"', line)
                assert line.count('"') == 2 * len(labels)
                assert all(re.fullmatch(r"(?:[\w .,/…()-]|#\d+;)*", one) for one in labels)


def test_the_chart_draws_what_is_needed_besides() -> None:
    """A step that needs two facts has two arrows into it; a name that is a word of Mermaid's is a label alone."""
    ends = replace(ROUTE.tails[0], node=node("end", "Tracker"))
    route = replace(ROUTE, hops=(*ROUTE.hops[:-1], replace(ROUTE.hops[-1], gives=ends)), tails=(ends,))
    text = render(report_result(families=(route,)), "markdown")
    chart = text.split("```mermaid")[1].split("```")[0]

    assert "-.->" in chart
    assert '["end read"]' in chart
    assert not re.search(r"^\s*end\b", chart, re.MULTILINE)


@pytest.mark.parametrize("text", ["=1+1", "+x", "-x", "@x", "\t=1", "＝1", '"=1', " =cmd|' /C calc'!A0"])
def test_no_cell_of_the_hand_over_list_is_a_formula(text: str) -> None:
    """A spreadsheet shows every name as text; each row carries the marking."""
    rows = list(csv.reader(io.StringIO(render(hostile(text), "csv"), newline="")))

    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 3
    cells = [cell for row in rows[1:] for cell in row]
    assert not [cell for cell in cells if re.match(r"^[\s\"'`]*[=+\-@|%＝＋－＠]", cell) and not cell.startswith("'")]
    assert [row[-1] for row in rows[1:]] == ["TLP:AMBER"] * 2


def test_the_hand_over_list_says_who_does_what_where() -> None:
    """Owner, credential, console, step, and what is to be ended first."""
    rows = list(csv.DictReader(io.StringIO(render(report_result(), "csv"), newline="")))

    first = rows[0]
    assert first["owner"] == "alice@corp.example"
    assert first["credential"] == "gateway-token"
    assert first["console"].endswith("/admin/access/api/tokens")
    assert first["by when"] == "after reader"
    assert first["step"] == "Revoke it."
    assert rows[1]["owner"] == "(no owner)"
    assert rows[1]["by when"] == "at once"


def _pdf() -> Any:
    return pytest.importorskip("weasyprint", reason="the extra `pdf` is not installed", exc_type=ImportError)


def _text_of(content: bytes) -> str:
    import pypdf

    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_the_pdf_holds_the_summary_and_is_the_same_twice() -> None:
    """Every page is marked; dates are the report's; the same report gives the same bytes."""
    _pdf()
    import pypdf

    from graphscan.report.pdf import to_pdf

    content = to_pdf(report_result())
    assert content == to_pdf(report_result())
    pages = pypdf.PdfReader(io.BytesIO(content))
    assert all(page.extract_text().count("TLP:RED") == 2 for page in pages.pages)
    assert pages.metadata is not None
    assert pages.metadata["/CreationDate"] == "D:20231114092249Z"
    text = " ".join(_text_of(content).split())
    for needle in (
        "1 of 2 is not proven dead.",
        "Reached, n of N",
        "What to do first",
        "single point",
        "What is unknown",
    ):
        assert needle in text, needle


@pytest.mark.parametrize("label", ["script", "direction", "surrogate"])
def test_names_are_inert_in_the_pdf(label: str) -> None:
    """Names are text: no link, no action, no file, nothing fetched; what is invisible is escaped."""
    _pdf()
    import pypdf

    from graphscan.report.pdf import to_page, to_pdf

    result = replace(hostile(LONG[label]), families=hostile(LONG[label]).families[:1])
    page = to_page(result)
    benign = re.findall(r"<(/?[a-z0-9]+)", to_page(replace(hostile("x"), families=hostile("x").families[:1])))
    assert re.findall(r"<(/?[a-z0-9]+)", page) == benign
    content = to_pdf(result)
    assert not [mark for mark in (b"/URI", b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile") if mark in content]
    assert "\u202e" not in _text_of(content)
    assert not any("/Annots" in one for one in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_no_marking_of_ones_own_gets_into_the_style() -> None:
    """What stands in a style sheet is one of five words."""
    from graphscan.report.pdf import to_page

    with pytest.raises(ValueError, match="marking"):
        to_page(report_result(tlp="RED; } body { display: none"))
