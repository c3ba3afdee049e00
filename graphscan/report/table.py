"""Rows as CSV that a spreadsheet does not run."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from graphscan.printable import printable
from graphscan.report.checklist import FORMULA


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """
    Return rows as CSV (RFC 4180), a heading first; what is nested is JSON.

    A cell that a spreadsheet would take for a formula begins with an apostrophe: names are whatever a tenant wrote.
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


# Private functions


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value).lower()
    text = printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return f"'{text}" if FORMULA.match(text) else text
