"""
Facts: what an operator states because no API shows it, in YAML and CSV files. `docs/facts.md` describes the format.

Several files are one import. Nothing is taken unless all of it can be.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphscan.errors import UsageError
from graphscan.model import EvidenceKind, Record, SourceInfo
from importers.facts.build import Builder, Sheet
from importers.facts.fields import take
from importers.facts.forms import HEADER, TABLES, source_name
from importers.facts.problems import Problems, TooManyProblemsError, shown
from importers.facts.schema import schema
from importers.facts.table import read_csv
from importers.facts.tree import Items, Map, Scalar, read_yaml

__all__ = ["IMPORTER", "read", "schema"]

IMPORTER = "facts"

# The YAML parser keeps positions and is slow for it (about 100 KB a second); lists belong into CSV.
LARGEST = {".yaml": 4_000_000, ".yml": 4_000_000, ".csv": 64_000_000}


def read(paths: Sequence[Path], source: str | None = None) -> tuple[SourceInfo, list[Record]]:
    """
    Read facts files as one import.

    Args:
        paths:  `.yaml`, `.yml` and `.csv` files.
        source: the name of the source, over what a file says; needed where only CSV files are given.

    Returns:
        The source (`facts:NAME`, dated by the newest `at` of a file, else now) and its records: nodes, relations,
        coverage, classify rules, each in the order of the files.

    Raises:
        BadFileError: something in the files is wrong; holds every problem with file, line and column.
        UsageError:   no files, or a source name that cannot be one.
    """
    if not paths:
        raise UsageError("no facts file was named", "name one or more .yaml or .csv files")
    if source is not None and (wrong := source_name(source)) is not None:
        raise UsageError(wrong, "use letters, digits, dots, dashes and underscores")
    problems = Problems()
    now = datetime.now(UTC).replace(microsecond=0)
    headers = _Headers(source)
    records: list[Record] = []
    try:
        sheets = [sheet for path in paths if (sheet := _sheet(path, paths, headers, problems, now)) is not None]
        headers.lend(sheets)
        if headers.name is None and not problems.found:
            problems.file = str(paths[0])
            problems.add(0, 0, "no file says what source this is", "add `source: NAME` to a YAML file or use --source")
        records = Builder(problems).build(sheets)
    except TooManyProblemsError:
        pass
    problems.check()
    return SourceInfo(f"{IMPORTER}:{headers.name}", IMPORTER, max(headers.dates, default=now)), records


# Private functions


class _Headers:
    """What the files of one import say of themselves together."""

    def __init__(self, source: str | None) -> None:
        self.given = source
        self.name = source
        self.said_in = ""
        self.dates: list[datetime] = []
        self.evidence: EvidenceKind | None = None

    def add(self, said: dict[str, Any], place: Scalar | None, problems: Problems) -> None:
        name = said.get("source")
        if self.given is None and name is not None and place is not None:
            if self.name is None:
                self.name, self.said_in = name, problems.file
            elif name != self.name:
                what = f"this is of source {shown(name)}, and {self.said_in} of {shown(self.name)}"
                problems.add(place.line, place.column, what, "import them apart, or use --source for all")
        if "at" in said:
            self.dates.append(said["at"])
        self.evidence = self.evidence or said.get("evidence")

    def lend(self, sheets: list[Sheet]) -> None:
        """Give CSV files, which cannot say it themselves, the date and evidence of the first YAML file that does."""
        for sheet in sheets:
            if sheet.file.lower().endswith(".csv"):
                sheet.at = self.dates[0] if self.dates else sheet.at
                sheet.evidence = self.evidence or sheet.evidence


def _sheet(path: Path, paths: Sequence[Path], headers: _Headers, problems: Problems, now: datetime) -> Sheet | None:
    problems.file = str(path)
    if [str(one) for one in paths].count(str(path)) > 1:
        if not any(problem.file == str(path) for problem in problems.found):
            problems.add(0, 0, "the file is named twice", "name it once")
        return None
    text = _text(path, problems)
    if text is None:
        return None
    same_name = sum(one.name == path.name for one in paths) > 1
    where = str(path) if same_name else path.name
    if path.suffix.lower() == ".csv":
        found = read_csv(text, problems)
        return None if found is None else Sheet(str(path), where, now, EvidenceKind.OPERATOR, dict([found]))
    root = read_yaml(text, problems)
    if root is None:
        return None
    return _from_yaml(root, Sheet(str(path), where, now, EvidenceKind.OPERATOR), headers, problems)


def _from_yaml(root: Map, sheet: Sheet, headers: _Headers, problems: Problems) -> Sheet:
    # A table that holds nothing yet is common while a file grows; any other key without a value is a mistake.
    for table in TABLES:
        value = root.values.get(table)
        if isinstance(value, Scalar) and value.absent:
            root.values[table] = Items([], value.line, value.column)
    said = take(root, HEADER, problems, "the file").values
    place = root.values.get("source")
    headers.add(said, place if isinstance(place, Scalar) else None, problems)
    sheet.at = said.get("at", sheet.at)
    sheet.evidence = said.get("evidence", sheet.evidence)
    for table in TABLES:
        entries = root.values.get(table)
        if isinstance(entries, Items):
            sheet.tables[table] = entries.items
        elif entries is not None:
            problems.add(entries.line, entries.column, f"`{table}` must be a list", "begin each entry with `- `")
    return sheet


def _text(path: Path, problems: Problems) -> str | None:
    """Return a file's text, or None once it is noted why there is none."""
    largest = LARGEST.get(path.suffix.lower())
    try:
        if not path.exists():
            problems.add(0, 0, "there is no such file", "look at the path")
        elif path.is_dir():
            problems.add(0, 0, "this is a directory", "name the files in it")
        elif not path.is_file():
            problems.add(0, 0, "this is not a regular file", "write it to a file first")
        elif largest is None:
            problems.add(0, 0, "the name ends neither in .yaml, .yml nor .csv", "name the file for what is in it")
        elif path.stat().st_size > largest:
            advice = "split it into several" if path.suffix.lower() == ".csv" else "put lists of things into CSV files"
            what = f"the file has {path.stat().st_size:,} bytes, more than {largest:,}"
            problems.add(0, 0, what, advice)
        else:
            return _decoded(path.read_bytes(), problems)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        problems.add(0, 0, f"the file cannot be read: {reason}", "look at the path and its permissions")
    return None


def _decoded(content: bytes, problems: Problems) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before) - (before.rfind(b"\n") + 1) + 1
        problems.add(line, column, "the file is not UTF-8", "save it as UTF-8")
        return None
