"""How a process ends when something goes wrong that is nobody's answer."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.functional.running import ROOT, Inside, environment


def test_an_internal_error_is_one_sentence_and_a_file(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 70, no traceback on the screen, and the traceback, without any variable, in a file."""
    secret = "".join(["sword", "fish"])

    def broken(_: Any) -> Any:
        inner = secret.upper()
        raise RuntimeError(f"no {len(inner)}")

    monkeypatch.setattr("graphscan.cli.run.get_command", broken)
    ended = inside("status")

    assert ended.code == 70
    assert len(ended.err.splitlines()) == 1
    named = re.search(r"together with (\S+)$", ended.err.strip())
    assert named is not None
    written = Path(named[1])
    assert "RuntimeError: no 9" in written.read_text("utf-8")
    assert secret not in written.read_text("utf-8").replace('swordfish"', "")
    assert written.stat().st_mode & 0o077 == 0
    written.unlink()


def test_an_interrupt_ends_with_130(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends a command with 130 and without a traceback."""

    def interrupted(_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("graphscan.cli.run.get_command", interrupted)
    ended = inside("status")

    assert (ended.code, ended.out, ended.err) == (130, "", "")


def test_a_reader_that_leaves_is_no_error(store: Path) -> None:
    """`graphscan … | head` prints nothing on standard error."""
    process = subprocess.Popen(
        [sys.executable, "-m", "graphscan", "select", "kind=*", "--store", str(store)],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()

    assert process.wait(60) == 141
    assert said == b""


def test_a_terminal_that_knows_only_ascii_gets_escapes(store: Path) -> None:
    """An arrow that cannot be shown is written as an escape instead of ending the command."""
    ended = subprocess.run(
        [sys.executable, "-m", "graphscan", "blast", "token", "robot-key", "--store", str(store)],
        cwd=ROOT,
        env=environment(PYTHONIOENCODING="ascii"),
        capture_output=True,
        timeout=120,
        check=False,
    )

    assert ended.returncode == 0
    assert b"\\u2192" in ended.stdout
