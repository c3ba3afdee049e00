"""Commands in this process: what is tested here is a database, and each start of Python costs as much as a push."""

import contextlib
import io
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

import pytest

from tests.functional.running import ROOT, environment


def graphscan(
    *words: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run one command in this process, in the environment that one of its own would have; return what came of it."""
    from graphscan.cli.run import main

    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, environment(**(env or {})), clear=True),
        mock.patch("sys.stdin", io.StringIO()),
        contextlib.chdir(cwd or ROOT),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main([str(word) for word in words])
    code = ended.value.code
    assert isinstance(code, int)
    return subprocess.CompletedProcess(list(words), code, out.getvalue(), err.getvalue())
