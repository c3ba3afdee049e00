"""Whatever a tenant calls a thing, it stays text in every output of `check`."""

import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from graphscan.cli.output import CHECK_FORMATS, emit, targets
from graphscan.report import escapes, render
from tests.unit.report.check_samples import check_result
from tests.unit.report.spoil import spoiled
from tests.unit.report.test_outputs import JUNIT_SCHEMA, SARIF_SCHEMA

FORMATS = CHECK_FORMATS[2:]
HOSTILE = {
    "newline": "first\nsecond\r\n\u2028third\u2029\x85\x0b",
    "command": "\n::error file=x::owned\n##[stop-commands]x",
    "percent": "%0A::error::x%25,file=:x",
    "cdata": "a]]></failure><failure>b",
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "closing": "</details></summary><!-- -->\n\n</details>",
    "table": "a | b | c\n|---|---|",
    "backticks": "` `` ``` ```` \n```mermaid\ngraph LR",
    "backtick-ends": "`x`",
    "link": "[x](javascript:alert(1)) ![y](https://evil.example/z.png) <https://evil.example>",
    "autolink": "https://evil.example www.evil.example mail@evil.example",
    "mention": "@octocat @org/team #1 GH-1 org/repo#2 :tada: $x$ $`y`$",
    "emphasis": "*a* _b_ **c** __d__ ~~e~~ \\",
    "blocks": "# heading\n> quote\n- item\n1. one\n\n    code\n---\n===",
    "placeholder": "{0} {{1}} {id} [text](1)",
    "mermaid": '"] --> x["y"]\n click n0 "https://evil.example" %%{init: {}}%% #quot; `md`',
    "direction": "abc\u202egnp.exe\u200f\u2066\u200b",
    "null": "a\x00b\x7f\x1b[31m\x9b2J",
    "surrogate": "a\ud800b\ufffe",
    "markup": "[bold red]loud[/]",
    "entity": "&lt;script&gt; &#60; &amp;",
    "blank": "   ",
    "empty": "",
    "long": "n" * 10_000_000,
    "long-strange": "\u202e<`" * 100_000,
}
_BENIGN = "x"


def said(form: str, text: str) -> str:
    """Return the output of a run in which every free text is `text`."""
    result = check_result()
    claims = tuple(spoiled(one, text) for one in result.claims)
    return render(replace(spoiled(result, text), claims=claims), form)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("label", HOSTILE)
def test_no_output_holds_a_raw_control_sign_or_grows_with_a_name(form: str, label: str) -> None:
    """Only line ends control anything, every output can be written as UTF-8, and 10 MB of name become a line."""
    text = said(form, HOSTILE[label])

    raw = {sign for sign in set(text) if unicodedata.category(sign)[0] == "C" or sign in "\u2028\u2029"}
    assert raw <= {"\n"}
    text.encode()
    # At most a thousand signs of each, and how many there were.
    assert len(text) < 60 * len(said(form, "x" * 60))


@pytest.mark.parametrize("label", HOSTILE)
def test_sarif_stays_valid_and_names_are_no_links_and_no_placeholders(label: str) -> None:
    """The schema accepts it, and no message holds an embedded link or a placeholder."""
    document = json.loads(said("sarif", HOSTILE[label]))

    SARIF_SCHEMA.validate(document)
    for message in _messages(document):
        assert "](" not in message
        assert not re.search(r"(?<!\{)(\{\{)*\{[^{]", message)


@pytest.mark.parametrize("label", HOSTILE)
def test_junit_keeps_its_elements(label: str) -> None:
    """The schema accepts it, and there are exactly the elements that a harmless name gives."""
    text = said("junit", HOSTILE[label])

    JUNIT_SCHEMA.validate(text)
    assert _tags(text) == _tags(said("junit", _BENIGN))


@pytest.mark.parametrize("label", HOSTILE)
def test_github_has_no_more_commands_and_no_more_properties(label: str) -> None:
    """Each line is one of our commands with our properties, and there are as many as of a harmless name."""
    lines = said("github", HOSTILE[label]).splitlines()
    value = r"(?:[^%:,\s]|%25|%3A|%2C|%0A|%0D| )*"
    command = rf"::(error|warning|notice) (file={value},line=\d+,col=\d+,)?title={value}::(?:[^%]|%25|%0A)*"

    assert len(lines) == len(said("github", _BENIGN).splitlines())
    for line in lines:
        assert re.fullmatch(command, line), line[:300]


@pytest.mark.parametrize("label", HOSTILE)
def test_markdown_keeps_its_blocks_and_names_act_on_nothing(label: str) -> None:
    """There are exactly the blocks that a harmless name gives, no link, image or emphasis, and no HTML but ours."""
    text = said("markdown", HOSTILE[label])

    if HOSTILE[label]:  # without a text there is no line for it
        assert _blocks(text) == _blocks(said("markdown", _BENIGN))
    _check_inert(text)


def test_text_beside_annotations_is_put_out_of_action(capsys: pytest.CaptureFixture[str]) -> None:
    """What text holds between the two stop lines is no command, and the token cannot be guessed."""
    result = check_result()
    tokens = set()
    for _ in range(2):
        emit(targets(["github", "text"], CHECK_FORMATS), result)
        printed = capsys.readouterr().out
        (token,) = re.findall(r"^::stop-commands::([0-9a-f]{32})$", printed, re.MULTILINE)
        tokens.add(token)
        inside = printed.split(f"::stop-commands::{token}\n")[1].split(f"\n::{token}::\n")[0]
        assert "fail-claim" in inside
        assert not inside.startswith("::error")
    assert len(tokens) == 2


@settings(max_examples=1_000, derandomize=True, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab1 `*_[](){}<>&|#@:/.!~\\$-+=\"'\n\tGH"), max_size=30))
def test_any_text_is_inert_in_markdown(text: str) -> None:
    """A code span gives back the text as it is shown, and prose gives nothing but text and code spans."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    shown = escapes.shown(text) or " "

    (inline,) = (token for token in parser.parse(f"x {escapes.code(text)} y") if token.type == "inline")
    assert [child.type for child in inline.children or ()] == ["text", "code_inline", "text"]
    assert (inline.children or ())[1].content == shown
    _check_inert(f"- x {escapes.prose(text)}")


@settings(max_examples=500, derandomize=True, deadline=None)
@given(st.text(max_size=40))
def test_any_text_reads_back_from_xml(text: str) -> None:
    """An attribute and a body give back the text as it is shown."""
    one = ET.fromstring(f'<a b="{escapes.xml_attribute(text)}">{escapes.xml_text(text)}</a>')  # noqa: S314

    assert one.attrib["b"] == (one.text or "") == escapes.shown(text)


# Private functions


def _messages(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [found for one in value.values() for found in _messages(one)]
    return [found for one in value for found in _messages(one)] if isinstance(value, list) else []


def _tags(text: str) -> list[str]:
    return [element.tag for element in ET.fromstring(text.encode()).iter()]  # noqa: S314


def _blocks(text: str) -> list[str]:
    return [token.type for token in MarkdownIt("commonmark").enable(["table"]).parse(text)]


def _check_inert(text: str) -> None:
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        if token.type == "html_block":
            assert re.fullmatch(
                r"</details>|<details><summary>[^<>]*(<code>[^<>]*</code>[^<>]*)*</summary>", token.content.strip()
            )
        if token.type == "fence":
            _check_chart(token.content)
        for child in token.children or ():
            assert child.type in ("text", "code_inline", "softbreak"), (child.type, child.content)
            if child.type == "text":
                # What GitHub makes of rendered text: mentions, references, links, emoji, mathematics.
                assert not re.search(r"@|#\d|://|www\.|:[a-z]\w*:|\$|(?i:\bgh-\d)|[<>`*_~|\[\]\\]", child.content), (
                    child.content
                )


def _check_chart(chart: str) -> None:
    box = r'n\d+(?:\["[^"`%<>\n]+"\])?'
    line = rf'flowchart LR|  {box} -->\|"[^"`%<>\n]+"\| {box}|  {box} -\.-> n\d+|  style n\d+ stroke-width:3px'
    for one in chart.splitlines():
        assert re.fullmatch(line, one), one
