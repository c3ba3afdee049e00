"""Run the command line, and turn every end of it into one sentence and an exit code."""

import gc
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from typer.main import get_command

from graphscan import __version__
from graphscan.cli.app import app
from graphscan.cli.ending import hang_up
from graphscan.errors import GraphscanError
from graphscan.printable import printable

INTERNAL_ERROR = 70
INTERRUPTED = 130


def main(args: Sequence[str] | None = None) -> NoReturn:
    """
    Run one command and end the process.

    Args:
        args: the words after `graphscan`; None takes them from the process.

    Raises:
        SystemExit: always, with an exit code of `docs/cli.md`.
    """
    # A command makes many objects, few of them in circles, and ends: collecting as often as by default costs more.
    gc.set_threshold(100_000, 50, 100)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that cannot show a sign gets an escape, not a traceback.
            stream.reconfigure(errors="backslashreplace")
    try:
        _run(list(sys.argv[1:] if args is None else args))
    except GraphscanError as error:
        _say(f"graphscan: {error}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        hang_up()
    except Exception as error:
        _say(f"graphscan: internal error ({type(error).__name__}); {_where_written(error)}")
        sys.exit(INTERNAL_ERROR)
    sys.exit(0)


# Private functions


def _run(words: list[str]) -> None:
    command = _built(words[0] if words else "")
    path = ["graphscan"]
    # Go straight to the command named: on its way down typer would import pydantic, 0.15 s, before it sees `--help`.
    # Shell completion has no words of its own and asks the root.
    while words and words[0] in getattr(command, "commands", {}):
        path.append(words[0])
        command = command.commands[words.pop(0)]
    command.main(args=words, prog_name=" ".join(path))


def _built(name: str) -> Any:
    """Return the root command; with one command or group alone where one is named: building all takes 0.1 s."""
    commands, groups = app.registered_commands, app.registered_groups
    some = [one for one in commands if one.name == name], [one for one in groups if one.name == name]
    try:
        if any(some):
            app.registered_commands, app.registered_groups = some
        return get_command(app)
    finally:
        app.registered_commands, app.registered_groups = commands, groups


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _where_written(error: Exception) -> str:
    """Write the traceback, which holds code lines and no variable, to a file only the user can read; name it."""
    import tempfile
    import traceback

    text = "".join(traceback.format_exception(error))
    try:
        handle, path = tempfile.mkstemp(prefix="graphscan-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"graphscan {__version__}, Python {sys.version.split()[0]}\n")
            file.writelines(printable(line) + "\n" for line in text.splitlines())
    except OSError as refused:
        return f"its traceback could not be written ({refused.strerror})"
    return f"please report it together with {path}"
