"""
Facts: what an operator states because no API shows it, in YAML and CSV files. `docs/facts.md` describes the format.

Several files are one import. Nothing is taken unless all of it can be.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphscan.compose.fields import take
from graphscan.compose.files import read_text
from graphscan.compose.problems import Problems, TooManyProblemsError, shown
from graphscan.compose.tree import Items, Map, Scalar, read_yaml
from graphscan.errors import UsageError
from graphscan.model import EvidenceKind, Record, SourceInfo
from importers.facts.build import Builder, Sheet
from importers.facts.forms import HEADER, TABLES, source_name
from importers.facts.schema import schema
from importers.facts.table import read_csv

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
    text = read_text(path, problems, LARGEST, "put lists of things into CSV files")
    if text is None:
        return None
    same_name = sum(one.name == path.name for one in paths) > 1
    where = str(path) if same_name else path.name
    if path.suffix.lower() == ".csv":
        found = read_csv(text, problems)
        return None if found is None else Sheet(str(path), where, now, EvidenceKind.OPERATOR, dict([found]))
    root = read_yaml(text, problems, begin="graphscan: facts/1", sample="graphscan init")
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
