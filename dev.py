#!/usr/bin/env python3
"""
Set up graphscan in this checkout and run it, its tests, or its benchmark. Needs Python 3.11+ with pip and nothing else.

    python3 dev.py demo  [ARGUMENTS of graphscan demo]
    python3 dev.py test  [ARGUMENTS of pytest]
    python3 dev.py bench [ARGUMENTS of the benchmark]
    python3 dev.py bench okta [--share 0.1] [--no-collect] [--output docs]    a large Okta organisation
    python3 dev.py bench atlassian [--share 0.1] [--output docs]              a large Atlassian organisation
    python3 dev.py bench exposure [--nodes 100000] [--output docs]            who reaches what, beside GraphBLAS
    python3 dev.py bench fix [--output docs]                                  the smallest set of cuts, both solvers
    python3 dev.py bench neo4j [--share 0.1] [--output docs]                  pushing into a real Neo4j, against loaders
    python3 dev.py bench huge [--sizes 1000000]                               the engine at 10⁷ nodes and 10⁸ steps
    python3 dev.py run   ARGUMENTS of graphscan

Everything is installed into `.venv` in this checkout, nothing elsewhere.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
EXTRAS = {"demo": "", "run": "okta,atlassian,neo4j,fix", "test": "dev", "bench": "dev,bench"}


def main() -> int:
    """Do what the command line asks; return the exit status of what was run."""
    if sys.version_info < (3, 11):  # noqa: UP036 -- this is what says so to whoever has an older one
        sys.exit(f"graphscan needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    if len(sys.argv) < 2 or sys.argv[1] not in EXTRAS:
        sys.exit((__doc__ or "").strip())
    task, arguments = sys.argv[1], sys.argv[2:]
    set_up(EXTRAS[task])
    commands = {
        "demo": ["-m", "graphscan", "demo"],
        "run": ["-m", "graphscan"],
        # By file: what a file's tests share (a collected organisation, a large inventory) is made once.
        # In the order of the tree: long files come first, and many short ones fill the end.
        "test": ["-m", "pytest", "-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"],
        "bench": ["-m", "tests.benchmarks"],
    }
    where = ROOT if task in ("test", "bench") else None
    # Without bytecode every process that the tests start would compile our modules anew.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [PYTHON, *commands[task], *arguments]
    return subprocess.run(command, cwd=where, env=environment, check=False).returncode


def set_up(extra: str) -> None:
    """Create the environment and install the pinned versions, unless that was done for this very set of files."""
    stamp = VENV / f"graphscan-{extra.replace(',', '-') or 'base'}.stamp"
    kernel = ROOT / "graphscan" / "engine" / "kernel"  # compiled while graphscan is installed
    files = [ROOT / "pyproject.toml", ROOT / "constraints.txt", ROOT / "hatch_build.py"]
    files += [kernel / "build.py", *sorted(kernel.glob("*.[ch]"))]
    wanted = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if not PYTHON.exists():
        print(f"creating {VENV.name}/ …", file=sys.stderr)
        venv.create(VENV, with_pip=True)
    print("installing graphscan and what it needs …", file=sys.stderr)
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", ROOT / "constraints.txt"]
    if subprocess.run([*pip, "-e", target], check=False).returncode:
        sys.exit("the installation failed; the lines above say why")
    stamp.write_text(wanted)


if __name__ == "__main__":
    sys.exit(main())
