"""Shell completion: commands, technique ids, node ids and names, from a list prepared by the import."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphscan.cli import completion_index
from tests.functional.running import ROOT, environment


def complete(line: str, store: Path, script: str = "") -> list[str]:
    """Return what bash would offer for the last word of a line."""
    words = line.split(" ")
    ended = subprocess.run(
        [sys.executable, *(["-c", script] if script else ["-m", "graphscan"])],
        cwd=ROOT,
        env=environment(
            _GRAPHSCAN_COMPLETE="complete_bash",
            COMP_WORDS=line,
            COMP_CWORD=str(len(words) - 1),
            GRAPHSCAN_STORE=str(store),
        ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stderr == "" or script, ended.stderr
    return (ended.stderr if script else ended.stdout).split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("graphscan bl", ["blast"]),
        ("graphscan import f", ["facts"]),
        ("graphscan blast svc-", ["svc-gateway", "svc-robot"]),
        ("graphscan techniques generic.sign", ["generic.sign-in"]),
        ("graphscan blast token --without host.", ["host.disk-read"]),
    ],
)
def test_a_word_is_completed(line: str, offered: list[str], store: Path) -> None:
    """The shell is offered what begins like the word at hand."""
    assert complete(line, store) == offered


def test_completion_opens_no_store(store: Path) -> None:
    """Completing a node loads neither the database nor numpy."""
    script = (
        "import sys, atexit\nheavy = ('duckdb', 'numpy', 'rich')\n"
        "atexit.register(lambda: sys.stderr.write(' '.join(m for m in heavy if m in sys.modules)))\n"
        "from graphscan.cli import main\nmain()\n"
    )

    assert complete("graphscan explain svc-", store, script) == []


def test_without_an_index_nothing_is_offered_and_nothing_said(tmp_path: Path) -> None:
    """No store, no completion, no message in the middle of the user's line."""
    assert complete("graphscan blast svc-", tmp_path / "none") == []


@settings(derandomize=True, deadline=None, database=None, max_examples=100)
@given(
    words=st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=6), max_size=30),
    start=st.text(st.sampled_from("abA-é"), max_size=3),
)
def test_bisection_finds_what_a_scan_finds(
    words: list[str], start: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever was written: exactly the harmless words with that beginning come back, in order of their bytes."""
    store = tmp_path_factory.mktemp("index")
    more = [f"{a}{b}" for a in ("a", "b", "aa", "é") for b in ("", "b", "-c")]
    completion_index.write(store, [*words, *more])
    harmless = {word for word in [*words, *more] if word.isprintable() and not any(sign.isspace() for sign in word)}

    expected = sorted((word for word in harmless if word.startswith(start)), key=str.encode)
    assert completion_index.beginning_with(store, start, 1000) == expected
    assert completion_index.problems(store) == []


def test_a_word_that_would_harm_is_never_offered(tmp_path: Path) -> None:
    """Blanks, escapes, line ends and very long names stay out of the list."""
    completion_index.write(tmp_path, ["good", "two words", "a\x1b[31m", "line\nbreak", "x" * 10_000, "\u202eltr"])

    assert completion_index.beginning_with(tmp_path, "", 100) == ["good"]
