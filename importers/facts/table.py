"""
CSV files as trees: the header says which table it is, each row becomes the entry that YAML would hold.

Problems name the line and, as the column, the number of the field (from 1).
"""

import csv
import io
from collections.abc import Iterator

from graphscan.compose.fields import Form
from graphscan.compose.problems import Problems, shown
from graphscan.compose.tree import Items, Map, Scalar, Tree, check_text, is_clean
from graphscan.select import did_you_mean
from importers.facts.forms import TABLES

PROPERTY = "property."

_MARKS = {
    "nodes": {"id", "kind"},
    "relations": {"source", "sources", "kind", "target", "targets"},
    "coverage": {"relation", "state", "complete"},
    "classify": {"select"},
}


def read_csv(text: str, problems: Problems) -> tuple[str, Iterator[Tree]] | None:
    """
    Read one table.

    Returns:
        Which table it is and its entries, read as they are asked for (a long table is never a tree as a whole), or
        None where the header is not one; why is noted in `problems`.
    """
    rows = _rows(text, problems)
    _, header = next(rows, (0, []))
    if not header:
        if not problems.found or problems.found[-1].file != problems.file:
            problems.add(0, 0, "the file is empty", "begin it with a header such as id,kind,name")
        return None
    table = _which(header, problems)
    if table is None or not _check_header(table, header, problems):
        return None
    return table, _entries(table, header, rows, is_clean(text), problems)


# Private functions


def _rows(text: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, with the line on which each begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            problems.add(line, 1, f"not CSV: {error}", 'inside quotes, write " twice')
            return
        if row is None:
            return
        if row:
            yield line, row


def _entries(
    table: str, header: list[str], rows: Iterator[tuple[int, list[str]]], clean: bool, problems: Problems
) -> Iterator[Tree]:
    shapes = [_shape(TABLES[table], name) for name in header]
    for line, row in rows:
        if len(row) == len(header):
            yield _entry(header, shapes, row, line, clean, problems)
        else:
            what = f"the row has {len(row)} fields and the header {len(header)}"
            problems.add(line, min(len(row), len(header)), what, "put a field that holds a comma into quotes")


def _which(header: list[str], problems: Problems) -> str | None:
    columns = set(header)
    if {"source", "sources"} & columns and {"target", "targets"} & columns:
        return "relations"
    for table in ("classify", "coverage", "nodes"):
        needed = _MARKS[table] - {"state", "complete"}
        if needed <= columns and (table != "coverage" or columns & {"state", "complete"}):
            return table
    best = max(_MARKS, key=lambda table: len(columns & set(TABLES[table])))
    if not columns & set(TABLES[best]):
        hint = "nodes have id,kind; relations source,kind,target; coverage relation,state; classify select"
        if len(header) == 1 and ";" in header[0]:
            hint = "part the fields with commas, not semicolons"
        problems.add(1, 1, "the header is not that of a table of facts", hint)
        return None
    missing = [name for name in sorted(_MARKS[best] - columns) if name not in ("sources", "targets", "complete")]
    strange = [name for name in header if name not in TABLES[best]]
    hints = (did_you_mean(name, missing) for name in strange)
    problems.add(1, 1, f"a table of {best} needs the column {shown(missing[0])}", next(filter(None, hints), ""))
    return None


def _check_header(table: str, header: list[str], problems: Problems) -> bool:
    form = TABLES[table]
    good = True
    for number, name in enumerate(header, 1):
        if name in header[: number - 1]:
            problems.add(1, number, f"the column {shown(name)} stands twice", "keep one of them")
        elif name == "properties" or _shape(form, name) == "":
            columns = [known for known, field in form.items() if field.shape not in ("", "map")]
            if any(field.shape == "map" for field in form.values()):
                columns.append("property.NAME")
            what = f"a table of {table} has no column {shown(name)}"
            problems.add(1, number, what, did_you_mean(name, columns, "its columns"))
        else:
            continue
        good = False
    return good


def _shape(form: Form, name: str) -> str:
    if name in form:
        return form[name].shape
    return "map" if "properties" in form and name.startswith(PROPERTY) and len(name) > len(PROPERTY) else ""


def _entry(header: list[str], shapes: list[str], row: list[str], line: int, clean: bool, problems: Problems) -> Map:
    entry = Map(line, 1)
    properties: Map | None = None
    for number, (name, shape, cell) in enumerate(zip(header, shapes, row, strict=True), 1):
        if cell == "":
            continue
        scalar = Scalar(cell, line, number)
        if not clean:
            check_text(scalar, problems)
        if shape == "map":
            if properties is None:
                properties = Map(line, number)
                entry.values["properties"] = properties
                entry.keys["properties"] = scalar
            properties.values[name[len(PROPERTY) :]] = scalar
            properties.keys[name[len(PROPERTY) :]] = scalar
        else:
            entry.values[name] = scalar if shape == "one" else _parted(scalar, shape, problems)
            entry.keys[name] = scalar
    return entry


def _parted(cell: Scalar, shape: str, problems: Problems) -> Items:
    """Part a field at `;`; in "structs" each part with a `=` becomes a mapping `key=value,key=value`."""
    found = Items([], cell.line, cell.column)
    for part in cell.text.split(";"):
        if shape == "structs" and "=" in part:
            found.items.append(_struct(part, cell, problems))
        else:
            found.items.append(Scalar(part, cell.line, cell.column, absent=part == ""))
    return found


def _struct(part: str, cell: Scalar, problems: Problems) -> Map:
    struct = Map(cell.line, cell.column)
    for pair in part.split(","):
        key, equals, value = pair.partition("=")
        if not equals or not key or not value:
            problems.add(cell.line, cell.column, f"{shown(pair)} is not key=value", "as by=idp,never=true")
        elif key in struct.values:
            problems.add(cell.line, cell.column, f"the key {shown(key)} stands twice", "keep one of them")
        else:
            struct.values[key] = Scalar(value, cell.line, cell.column)
            struct.keys[key] = Scalar(key, cell.line, cell.column)
    return struct
