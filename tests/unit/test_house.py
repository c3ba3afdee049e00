"""The budgets of the house: no file takes on a second job, and the tests outweigh the source."""

import statistics
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST, MEDIAN = 400, 120


def lines(path: Path) -> int:
    """Return how many lines a file has."""
    return len(path.read_text(encoding="utf-8").splitlines())


def tracked(*folders: str) -> list[Path]:
    """Return the Python files of some folders."""
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def test_no_file_is_too_long() -> None:
    """A file past 400 lines is two files, in the tests as well."""
    long = {path.relative_to(ROOT).as_posix(): lines(path) for path in tracked("graphscan", "importers", "tests")}

    assert not {name: count for name, count in long.items() if count > LONGEST}


def test_files_are_small_as_a_rule() -> None:
    """The median module of the source stays within its budget; files that only hold a docstring do not count."""
    counts = [count for path in tracked("graphscan", "importers") if (count := lines(path)) > 5]

    assert statistics.median(counts) <= MEDIAN


def test_every_module_and_public_function_is_documented() -> None:
    """Every module begins with a docstring."""
    missing = [
        path.relative_to(ROOT).as_posix()
        for path in tracked("graphscan", "importers", "tests")
        if not path.read_text(encoding="utf-8").lstrip().startswith(('"""', 'r"""')) and lines(path)
    ]

    assert missing == []


def test_nothing_committed_names_a_registry_or_this_machine() -> None:
    """No download address and no path of the machine a commit was made on stands in a tracked file."""
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    # Spelled in two parts so that this file does not find itself.
    forbidden = ("pypi." + "org", "pythonhosted" + ".org", "/work" + "/main", "/work" + "/shared", "/root" + "/")
    found = [
        f"{name}: {word}"
        for name in files
        if (ROOT / name).is_file()
        for word in forbidden
        if word in (ROOT / name).read_text(encoding="utf-8", errors="replace")
    ]

    assert found == []
