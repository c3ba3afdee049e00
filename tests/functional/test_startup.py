"""What starting costs: nothing heavy is imported before a command needs it."""

import subprocess
import sys

import pytest

from tests.functional.running import ROOT, environment

HEAVY = ("duckdb", "numpy", "networkx", "okta", "ruamel", "rich", "pydantic", "asyncio", "jsonschema", "importers")


@pytest.mark.parametrize("words", [["--help"], ["blast", "--help"], ["import", "okta", "--help"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    """Help loads no library that only a command at work needs."""
    script = (
        "import sys\nfrom graphscan.cli import main\n"
        f"try:\n    main({words!r})\nexcept SystemExit:\n    pass\n"
        f"sys.stderr.write('loaded: ' + ' '.join(m for m in {HEAVY!r} if m in sys.modules))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.stderr.endswith("loaded: ")


def test_help_does_not_decorate() -> None:
    """Help is plain text, the same in a terminal and in the docs."""
    ended = subprocess.run(
        [sys.executable, "-m", "graphscan", "--help"],
        cwd=ROOT,
        env=environment(FORCE_COLOR="1"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 0
    assert "\x1b" not in ended.stdout
