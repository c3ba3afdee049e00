"""The costs file of `fix`: what each fix costs, and what cannot be changed."""

import csv
from dataclasses import dataclass
from pathlib import Path

from graphscan import kinds
from graphscan.analysis import names
from graphscan.analysis.fix_candidates import Candidate
from graphscan.analysis.fix_words import REMOVABLE
from graphscan.analysis.session import Session
from graphscan.errors import (
    AmbiguousNameError,
    BadFileError,
    EmptySelectionError,
    GraphscanError,
    Problem,
    UnknownNameError,
    UsageError,
)
from graphscan.printable import printable

NEVER = "never"
RELATION = "relation:"
MOST = 1_000_000
_COLUMNS = ["selector", "cost"]


@dataclass(frozen=True, slots=True)
class Row:
    """
    One row: what it is about, and its cost; None: cannot be changed.

    Attributes:
        line: where it stands, from 1.
    """

    line: int
    selector: str
    cost: int | None


def read(path: Path) -> tuple[Row, ...]:
    """
    Read a costs file.

    Raises:
        UsageError:   it cannot be opened.
        BadFileError: a row is not as it should be; all that is wrong is named.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"--costs `{path}` cannot be read: {error.strerror}", "name another file") from error
    except UnicodeDecodeError as error:
        raise BadFileError([Problem(str(path), 0, 0, "it is not UTF-8")], "nothing was asked") from error
    problems: list[Problem] = []
    rows: list[Row] = []
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    header: list[str] | None = None
    try:
        for cells in reader:
            line = reader.line_num
            if not cells or (len(cells) == 1 and not cells[0].strip()) or cells[0].lstrip().startswith("#"):
                continue
            if header is None:
                header = [cell.strip().lower() for cell in cells]
                if header != _COLUMNS:
                    hint = "the first line must be `selector,cost`"
                    problems.append(Problem(str(path), line, 1, f"its columns are `{','.join(cells)[:80]}`", hint))
                    break
                continue
            found = _row(str(path), line, cells)
            if isinstance(found, Problem):
                problems.append(found)
            else:
                rows.append(found)
    except csv.Error as error:
        problems.append(Problem(str(path), reader.line_num, 1, f"it is not CSV: {error}"))
    if header is None and not problems:
        problems.append(Problem(str(path), 1, 1, "it is empty", "the first line must be `selector,cost`"))
    if problems:
        raise BadFileError(problems, "nothing was asked")
    return tuple(rows)


def costs(
    session: Session, candidates: list[Candidate], rows: tuple[Row, ...], path: Path | None
) -> tuple[list[int | None], tuple[str, ...]]:
    """
    Return what each fix costs (None: it cannot be made), and which rows are about nothing that there is.

    What names one thing beats what names several; among those alike the first row counts. Without a row a fix costs 1.

    Raises:
        BadFileError: a selector that cannot be read, or a name that several nodes have.
    """
    problems: list[Problem] = []
    kinds_of = _kinds(session, candidates)
    found: dict[int, tuple[int, int | None]] = {}
    unused: list[str] = []
    for row in rows:
        try:
            places, rank = _matches(session, candidates, kinds_of, row.selector)
        except AmbiguousNameError as error:
            # Passed over, a `never` would be a fix that is proposed.
            problems.append(Problem(str(path), row.line, 1, str(error).splitlines()[0]))
            continue
        except (UnknownNameError, EmptySelectionError) as error:
            unused.append(f"line {row.line}: {str(error).splitlines()[0]}")
            continue
        except GraphscanError as error:
            problems.append(Problem(str(path), row.line, 1, str(error).splitlines()[0]))
            continue
        for place in places:
            if place not in found or rank < found[place][0]:
                found[place] = (rank, row.cost)
    if problems:
        raise BadFileError(problems, "nothing was asked")
    return [found[place][1] if place in found else 1 for place in range(len(candidates))], tuple(unused)


# Private functions


def _row(path: str, line: int, cells: list[str]) -> Row | Problem:
    if len(cells) != len(_COLUMNS):
        hint = "put a selector with commas into double quotes"
        return Problem(path, line, 1, f"it has {len(cells)} cells, not 2", hint)
    selector, cost = (cell.strip() for cell in cells)
    if not selector:
        return Problem(path, line, 1, "the selector is empty")
    column = len(cells[0]) + 2
    if cost.lower() == NEVER:
        return Row(line, selector, None)
    if not (cost.isascii() and cost.isdigit() and len(cost) <= 7 and 1 <= int(cost) <= MOST):
        hint = f"write a whole number from 1 to {MOST:,}, or `never`"
        return Problem(path, line, column, f"the cost `{cost[:40]}` is none", hint)
    return Row(line, selector, int(cost))


def _kinds(session: Session, candidates: list[Candidate]) -> dict[int, str]:
    """Return the kind of the relation of each fix that removes one, by its place."""
    numbers = {one.relation: place for place, one in enumerate(candidates) if one.relation >= 0}
    rows = session.con.execute(
        "SELECT r, kind::VARCHAR FROM base.relation WHERE r IN (SELECT unnest(?::INTEGER[]))", [sorted(numbers)]
    ).fetchall()
    return {numbers[int(r)]: str(kind) for r, kind in rows}


def _matches(
    session: Session, candidates: list[Candidate], kinds_of: dict[int, str], selector: str
) -> tuple[list[int], int]:
    """Return the fixes that a row is about, and how narrow it is: 0 for one thing, 1 for several."""
    if selector.startswith(RELATION):
        wanted = selector.removeprefix(RELATION).strip()
        if wanted in kinds.RELATION_KINDS and wanted not in REMOVABLE:
            raise EmptySelectionError(f"no fix removes a relation of kind {wanted}")
        if wanted in kinds.RELATION_KINDS:
            return [place for place, kind in kinds_of.items() if kind == wanted], 1
        sql = "SELECT 1 FROM base.relation WHERE id = ? AND source_instance::VARCHAR <> 'derived' LIMIT 1"
        if not session.con.execute(sql, [wanted]).fetchall():
            raise EmptySelectionError(f"no source states a relation `{printable(wanted, 80)}`")
        return [place for place, one in enumerate(candidates) if one.relation >= 0 and one.id == wanted], 0
    named = names.resolve(session, [selector])
    nodes = {one.n for one in named}
    return [place for place, one in enumerate(candidates) if one.node in nodes], int(len(nodes) > 1)
