"""The benchmark of exposure: all ways say the same, and what is measured is printed."""

from pathlib import Path

import pytest

from tests.benchmarks.exposure import measure
from tests.benchmarks.exposure_report import SECTION


def test_a_small_run_compares_and_prints(tmp_path: Path) -> None:
    """Everyone's pairs are compared while measuring; each way has a line, and the section replaces itself."""
    pytest.importorskip("scipy")
    result = measure([2000], assets=20, rounds=1, searched=3, budget=10**7, folder=tmp_path)
    one = result["graphs"][0]
    assert {"numpy", "scipy", "reverse"} <= set(one["seconds"])
    assert set(one["missing"]) == {"kernel", "graphblas"} - set(one["seconds"])
    assert one["exact"]["pairs_lower"] >= one["pairs_lower"] > 0
    assert one["exact"]["unsettled"] == 0
    assert f"{one['pairs_lower']:,} proven" in SECTION.text(result)
    page = SECTION.into("# Benchmark\n", result)
    assert SECTION.into(page, result) == page
    assert SECTION.of(page).strip() in page
