"""Colour, width and progress: what depends on the terminal."""

import io
import sys
import time

import pytest

from graphscan.cli import output, progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


@pytest.mark.parametrize(
    ("terminal", "environment", "expected"),
    [
        (True, {}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(
    terminal: bool, environment: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Colour needs a terminal, and `NO_COLOR` (set to anything) or a dumb terminal turns it off."""
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Terminal() if terminal else io.StringIO())

    assert output.colour() is expected


def test_width_follows_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """`COLUMNS` sets the width, and nothing is laid out for less than 40."""
    monkeypatch.setenv("COLUMNS", "133")
    assert output.width() == 133
    monkeypatch.setenv("COLUMNS", "5")
    assert output.width() == 40


def test_progress_shows_only_long_work_and_cleans_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing for quick work; after a while the text, harmless, and the line is gone at the end."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress.Progress() as quick:
        quick("quick work")
    assert terminal.getvalue() == ""

    monkeypatch.setattr(progress, "LONG", 0.05)
    with progress.Progress() as slow:
        slow("slow \x1b[31mwork")
        time.sleep(0.2)
        shown = terminal.getvalue()
    assert "slow \\x1b[31mwork …" in shown
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_progress_is_silent_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log file never holds progress."""
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    monkeypatch.setattr(progress, "LONG", 0.0)
    with progress.Progress() as work:
        work("long work")
        time.sleep(0.05)

    assert log.getvalue() == ""
