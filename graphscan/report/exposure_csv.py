"""Every pair of identity and asset as CSV, some at a time: there may be millions."""

import csv
import io
from collections.abc import Iterator

import numpy as np

from graphscan.analysis.exposure_families import layers
from graphscan.analysis.exposure_results import ExposureResult
from graphscan.engine.exposure_rows import booleans
from graphscan.printable import printable
from graphscan.report.checklist import FORMULA

COLUMNS = ("identity", "identity_kind", "asset", "level", "certainty", "exact")
_CELLS = 1 << 22  # pairs at a time


def lines(result: ExposureResult) -> Iterator[str]:
    """
    Yield the pairs as CSV (RFC 4180), a heading first, in order of identity, asset and level.

    `certainty` is known or possible; `exact` is no where the pair lies between the bounds: it may not be there. What
    anyone reaches is in no pair. A cell that a spreadsheet would take for a formula begins with an apostrophe: names
    are whatever a tenant wrote.
    """
    yield _written([COLUMNS])
    table = result.table
    rows = layers(table)
    sources = [_cell(text) for text in table.sources.id]
    assets = [_cell(text) for text in table.assets.id]
    levels = [_cell(text) for text in table.levels]
    said = (("known", "yes"), ("known", "no"), ("possible", "yes"), ("possible", "no"))
    most = max(1, _CELLS // max(1, len(assets)))
    for first in range(0, len(sources), most):
        part = slice(first, first + most)
        sorts = np.zeros((len(sources[part]), len(assets)), np.uint8)
        for number, one in enumerate(rows):
            sorts[booleans(one[part], len(assets))] = number + 1
        row, column = np.nonzero(sorts)
        if len(row):
            yield _written(
                (sources[first + r], table.sources.kind[first + r], assets[c], levels[c], *said[sort - 1])
                for r, c, sort in zip(row.tolist(), column.tolist(), sorts[row, column].tolist(), strict=True)
            )


# Private functions


def _written(rows: "Iterator[tuple[str, ...]] | list[tuple[str, ...]]") -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _cell(text: str) -> str:
    shown = printable(text)
    return f"'{shown}" if FORMULA.match(shown) else shown
