"""Write a result in the formats that `-o` asks for, to the screen and into files."""

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graphscan.cli.ending import hang_up
from graphscan.errors import UsageError

if TYPE_CHECKING:
    from graphscan.report import Result

# What each result can be written as; a command passes the one of its result to `targets`.
FORMATS = ("text", "json")
CHECK_FORMATS = (*FORMATS, "sarif", "junit", "github", "markdown")
INCIDENT_FORMATS = (*FORMATS, "csv", "markdown")
EXPOSURE_FORMATS = (*FORMATS, "csv")
DIFF_FORMATS = (*FORMATS, "markdown")
FIX_FORMATS = (*FORMATS, "markdown", "csv")
REPORT_FORMATS = (*FORMATS, "html", "markdown", "pdf", "csv")
ALL_FORMATS = (*CHECK_FORMATS, "csv")
WIDTH_UNKNOWN = 100


@dataclass(frozen=True, slots=True)
class Target:
    """A format and where it goes; `path` None is the screen."""

    format: str
    path: Path | None


def targets(options: list[str] | None, formats: Sequence[str] = FORMATS) -> list[Target]:
    """
    Read the values of `-o`; none given means text on the screen.

    Args:
        formats: those that the command's result can be written as.

    Raises:
        UsageError: a format the result does not have, or two for the screen or for one file.
    """
    found = []
    for option in options or ["text"]:
        name, equals, file = option.partition("=")
        if name not in formats:
            whose = " of this command" if name in ALL_FORMATS else ""
            raise UsageError(f"-o `{name}` is not a format{whose}", f"use one of {', '.join(formats)}")
        if equals and not file:
            raise UsageError(f"-o `{option}` names no file", f"write {name}=FILE, or {name} for the screen")
        found.append(Target(name, Path(file) if file else None))
    places = [target.path for target in found]
    if {Target("text", None), Target("github", None)} <= set(found):
        places.remove(None)  # workflow commands are lines that the runner takes out of what a step prints
    if len(set(places)) < len(places):
        twice = next(place for place in places if places.count(place) > 1)
        where = "the screen" if twice is None else f"`{twice}`"
        raise UsageError(f"-o sends two formats to {where}", "give one of them a file of its own, as in json=FILE")
    return found


def emit(wanted: list[Target], result: "Result") -> None:
    """
    Render `result` once for each target and write it.

    Raises:
        UsageError: a file cannot be written.
    """
    from graphscan.report import render

    printed = {target.format for target in wanted if target.path is None}
    for target in wanted:
        if target.path is None:
            text = render(result, target.format, width=width(), colour=colour())
            screen(_inert(text) if target.format == "text" and "github" in printed else text)
        else:
            write(target.path, render(result, target.format, width=WIDTH_UNKNOWN, colour=False))


def emit_lines(target: Target, lines: Iterable[str]) -> None:
    """
    Write a text that comes in parts, to the screen or into a file.

    Raises:
        UsageError: the file cannot be written.
    """
    if target.path is None:
        screen(lines)
    else:
        write(target.path, lines)


def screen(text: str | Iterable[str]) -> None:
    """Write to standard output; end quietly if nobody reads it any more."""
    try:
        sys.stdout.writelines([text] if isinstance(text, str) else text)
        sys.stdout.flush()
    except BrokenPipeError:
        hang_up()


def width() -> int:
    """Return the terminal's width, or the one `COLUMNS` states, or 100 where there is no terminal."""
    return max(40, shutil.get_terminal_size((WIDTH_UNKNOWN, 24)).columns)


def colour() -> bool:
    """Whether to colour: only on a terminal, and never with `NO_COLOR` set (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def write(path: Path, text: str | Iterable[str]) -> None:
    """Write text as `write_bytes` writes, in UTF-8. Raises UsageError."""
    parts = [text] if isinstance(text, str) else text
    write_bytes(path, (part.encode("utf-8", "backslashreplace") for part in parts))


def write_bytes(path: Path, parts: Iterable[bytes]) -> None:
    """
    Write beside the file and rename, so that nobody ever reads half a report; into what is no file, such as a pipe or
    /dev/null, write as it is.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        import tempfile

        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                file.writelines(parts)
            return
        handle, beside = tempfile.mkstemp(prefix=f".{path.name[:50]}-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(parts)
            mask = os.umask(0)
            os.umask(mask)
            Path(beside).chmod(0o666 & ~mask)
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as refused:
        raise UsageError(f"`{path}` could not be written: {refused.strerror}", "name another file") from refused


# Private functions


def _inert(text: str) -> str:
    """Return text with the runner told to take no command from it: a tenant may call a thing `::error`."""
    import secrets

    token = secrets.token_hex(16)
    return f"::stop-commands::{token}\n{text}::{token}::\n"
