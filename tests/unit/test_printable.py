"""What a hostile text looks like once it is shown."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphscan.errors import BadFileError, GraphscanError, Problem
from graphscan.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain name", "plain name"),
        ("Zoë – 東京", "Zoë – 東京"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("abc\u202edcba", "abc\\u202edcba"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("\0", "\\x00"),
        ("[bold]<script>", "[bold]<script>"),
    ],
)
def test_escapes_what_controls_or_hides(text: str, shown: str) -> None:
    """Control, direction and zero-width signs become escapes; visible text of any script stays."""
    assert printable(text) == shown


def test_cuts_and_says_so() -> None:
    """A long text is cut only where asked, and the number of its characters is said."""
    text = "x" * 10_000

    assert printable(text) == text
    assert printable(text, 5) == "xxxxx… (10,000 characters)"
    assert printable("short", 5) == "short"


@settings(derandomize=True, deadline=None, database=None)
@given(st.text(st.characters()))
def test_any_text_becomes_harmless(text: str) -> None:
    """Whatever comes in, no control, format or private character goes out, and it can be encoded."""
    shown = printable(text)

    assert {unicodedata.category(sign) for sign in shown}.isdisjoint({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert printable(shown) == shown


def test_errors_are_harmless_too() -> None:
    """Messages, advice and problems pass through the same filter."""
    error = GraphscanError("bad \x1b[2J name", "say\u202eit")
    file_error = BadFileError([Problem("a\nb.yaml", 2, 3, "what\x07", "hint\x00")])

    assert str(error) == "bad \\x1b[2J name; say\\u202eit"
    assert str(file_error).splitlines()[0] == "a\\nb.yaml:2:3: what\\x07 (hint\\x00)"
