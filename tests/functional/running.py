"""Run the command line as a user does, in a process of its own, or in this one where many runs are needed."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def environment(**more: str) -> dict[str, str]:
    """Return an environment without any setting of ours, in which the checkout is found."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith(("GRAPHSCAN", "OKTA", "_GRAPHSCAN"))}
    dropped = {"COLUMNS", "NO_COLOR", "FORCE_COLOR"}
    kept = {key: value for key, value in ours.items() if key not in dropped}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", **more}


def graphscan(
    *words: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run one command in a new process and return what came of it."""
    return subprocess.run(
        [sys.executable, "-m", "graphscan", *(str(word) for word in words)],
        cwd=cwd or ROOT,
        env=environment(**(env or {})),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run in this process gave."""

    code: int
    out: str
    err: str


class Inside:
    """Runs commands in this process: much quicker, and enough where start-up is not what is tested."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str | Path) -> Outcome:
        from graphscan.cli.run import main

        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        said = self._capsys.readouterr()
        code = ended.value.code
        return Outcome(code if isinstance(code, int) else 0, said.out, said.err)
