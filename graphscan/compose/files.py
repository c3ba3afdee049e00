"""Files as text, or a problem that says why there is none."""

from collections.abc import Mapping
from pathlib import Path

from graphscan.compose.problems import Problems

YAML = {".yaml": 4_000_000, ".yml": 4_000_000}


def read_text(
    path: Path, problems: Problems, largest: Mapping[str, int] = YAML, advice: str = "split it into several"
) -> str | None:
    """
    Return a file's text, or None once it is noted in `problems` why there is none.

    Args:
        path:     the file.
        problems: takes what is wrong, in the file that it is set to.
        largest:  how many bytes a file may have, by the ending of its name; no other ending is taken.
        advice:   what to do about a YAML file that is larger.
    """
    limit = largest.get(path.suffix.lower())
    try:
        if not path.exists():
            problems.add(0, 0, "there is no such file", "look at the path")
        elif path.is_dir():
            problems.add(0, 0, "this is a directory", "name the files in it")
        elif not path.is_file():
            problems.add(0, 0, "this is not a regular file", "write it to a file first")
        elif limit is None:
            *others, last = largest
            endings = f"neither in {', '.join(others)} nor {last}" if others else f"not in {last}"
            problems.add(0, 0, f"the name ends {endings}", "name the file for what is in it")
        elif path.stat().st_size > limit:
            what = f"the file has {path.stat().st_size:,} bytes, more than {limit:,}"
            problems.add(0, 0, what, advice if path.suffix.lower() in YAML else "split it into several")
        else:
            return _decoded(path.read_bytes(), problems)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        problems.add(0, 0, f"the file cannot be read: {reason}", "look at the path and its permissions")
    return None


# Private functions


def _decoded(content: bytes, problems: Problems) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before) - (before.rfind(b"\n") + 1) + 1
        problems.add(line, column, "the file is not UTF-8", "save it as UTF-8")
        return None
