"""One headless Chromium for each file of tests, and reports to open in it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphscan.analysis import report
from graphscan.analysis.report_results import ReportResult
from graphscan.analysis.session import Session
from graphscan.examples.thanksgiving import FROM
from tests.browser.opening import Browser, chromium
from tests.functional.running import graphscan

REQUIRED = "GRAPHSCAN_TEST_REQUIRE"  # what must not be skipped, a list: `.ci/run` sets it
NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """
    Return a running browser.

    Skipped, with the reason, where there is none; failed where it must not be skipped.
    """
    program = next(filter(None, map(shutil.which, NAMES)), None)
    missing = "there is no Chromium on this machine" if program is None else ""
    if not missing:
        try:
            import playwright.sync_api  # noqa: F401
        except ImportError:
            missing = "the Python package playwright is not installed"
    if program is None or missing:
        if "browser" in os.environ.get(REQUIRED, "").split(","):
            pytest.fail(f"{missing}; {REQUIRED} does not allow to skip this")
        pytest.skip(missing)
    with chromium(program) as running:
        yield running


@pytest.fixture(scope="session")
def golden(tmp_path_factory: pytest.TempPathFactory) -> ReportResult:
    """Return the report of the golden case with 120 repositories."""
    store = tmp_path_factory.mktemp("golden") / "store"
    made = graphscan("demo", "--small", "--store", store, "-o", "json")
    assert made.returncode == 0, made.stderr
    return of_store(store)


def of_store(store: Path) -> ReportResult:
    """Return the report on the golden case's four credentials."""
    return report.of_starts(
        Session.open(store), FROM, report.Asked(version="0", command=("graphscan", "report", *FROM))
    )
