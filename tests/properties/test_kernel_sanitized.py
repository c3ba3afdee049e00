"""The kernel's tests once more, on a library that stops at every access outside an array and every undefined result."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from graphscan.engine.kernel import build
from tests.kernels import need_kernel

ROOT = Path(__file__).resolve().parents[2]
CASES = 60
CHECKED = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g", "-O1")
SCRIPT = """
import sys
from pathlib import Path
import pytest
from graphscan.engine.kernel import loading
loading.HERE = Path(sys.argv[1])
assert not loading.library()[1]
sys.exit(pytest.main(["-q", "-s", "-p", "no:cacheprovider", "tests/properties/test_engine_kernel.py"]))
"""


def test_no_access_outside_and_nothing_undefined(tmp_path: Path) -> None:
    """Random graphs, spoilt arrays and all: the sanitizers of the compiler find nothing."""
    need_kernel()
    try:
        compiler = build.compiler()
        runtime = subprocess.run(
            [*compiler, "-print-file-name=libasan.so"], capture_output=True, text=True, timeout=60, check=True
        ).stdout.strip()
        if not Path(runtime).is_absolute() or not Path(runtime).exists():
            pytest.skip("the compiler has no address sanitizer to be loaded before Python")
        build.build(tmp_path, CHECKED)
    except (build.BuildError, subprocess.SubprocessError) as error:
        pytest.skip(f"the compiler cannot build with sanitizers: {error}")
    environment = {
        **os.environ,
        "LD_PRELOAD": runtime,  # it must come before the interpreter's own memory
        "ASAN_OPTIONS": "detect_leaks=0",  # Python keeps what it likes to the end
        "GRAPHSCAN_CASES": str(CASES),
        "GRAPHSCAN_TEST_REQUIRE": "kernel",
    }
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, tmp_path],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-4000:]
    assert " passed" in ended.stdout
    assert "skipped" not in ended.stdout
