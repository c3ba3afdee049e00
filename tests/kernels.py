"""The engine with its compiled kernel and without: tests that must say the same on both."""

import os
from collections.abc import Iterator

import pytest

from graphscan.engine.kernel import VARIABLE
from graphscan.engine.kernel.loading import library

REQUIRED = "GRAPHSCAN_TEST_REQUIRE"  # what must not be skipped: `.ci/run` sets it


def need_kernel() -> None:
    """Skip a test where the kernel was not built; fail where that is not allowed."""
    _, why = library()
    if why and "kernel" in os.environ.get(REQUIRED, ""):
        pytest.fail(f"no compiled kernel: {why}; {REQUIRED} does not allow to skip this")
    if why:
        pytest.skip(f"no compiled kernel: {why}")


@pytest.fixture(scope="module", params=["on", "off"])
def each_kernel(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run all tests of a module with the kernel, then all without."""
    if request.param == "on":
        need_kernel()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, request.param)
        yield request.param
