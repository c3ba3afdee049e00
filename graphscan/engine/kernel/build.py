"""
Compile the C files of this folder, with nothing but the standard library: so the build of a wheel can run it.

    python graphscan/engine/kernel/build.py     build the library into this folder, where a checkout looks for it
"""

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = ("kernel.h", "reach.c", "slice.c", "sweep.c")
LIBRARY = "kernel.dll" if os.name == "nt" else "kernel.so"
COMPILERS = ("cc", "gcc", "clang")
# Nothing that only this machine's processor knows: a wheel goes elsewhere.
OPTIONS = ("-std=c99", "-O3", "-fPIC", "-shared", "-fvisibility=hidden")
_SECONDS = 120


class BuildError(Exception):
    """There is no compiler, or it failed; the message says which."""


def digest() -> str:
    """Return what a library built from the C files that are here says of itself. Raises OSError: one is not there."""
    text = b"\0".join((HERE / name).read_bytes() for name in SOURCES)
    return hashlib.sha256(text.replace(b"\r\n", b"\n")).hexdigest()


def compiler() -> list[str]:
    """
    Return the command of the C compiler: what CC says, else the first that is there.

    Raises:
        BuildError: there is none.
    """
    named = shlex.split(os.environ.get("CC", ""))
    for command in [named] if named else [[name] for name in COMPILERS]:
        if shutil.which(command[0]):
            return command
    raise BuildError(f"no C compiler was found ({shlex.join(named) if named else ', '.join(COMPILERS)})")


def build(folder: Path, more: tuple[str, ...] = ()) -> Path:
    """
    Compile into a folder, aside first and then renamed: a process that has the old one loaded keeps it.

    Args:
        more: further options of the compiler.

    Raises:
        BuildError: there is no compiler, or it failed.
    """
    command = compiler()
    with tempfile.TemporaryDirectory(prefix=".kernel.", dir=folder) as aside:
        made = Path(aside) / LIBRARY
        said = f'-DGRAPHSCAN_SOURCE="{digest()}"'
        sources = [str(HERE / name) for name in SOURCES if name.endswith(".c")]
        try:
            done = subprocess.run(
                [*command, *OPTIONS, *more, said, "-o", str(made), *sources],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise BuildError(f"the C compiler `{shlex.join(command)}` could not be run: {error}") from error
        if done.returncode or not made.exists():
            lines = done.stderr.strip().splitlines() or ["it said nothing"]
            raise BuildError(f"the C compiler `{shlex.join(command)}` failed: {lines[0]}")
        return made.replace(folder / LIBRARY)


def main() -> int:
    """Build in place; return the exit status."""
    try:
        sys.stdout.write(f"built {build(HERE).name}\n")
    except BuildError as error:
        sys.stderr.write(f"not built: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
