"""Write the example out as facts files for an import: the small one as committed, the full one with everybody else."""

import csv
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from graphscan.examples.thanksgiving import filler

Size = Literal["small", "full"]

# In the order of import. RS-1b is data of its own and not among them.
SMALL = (
    "people-and-credentials.yaml",
    "rotated-credentials.yaml",
    "attacker-made.yaml",
    "applications.yaml",
    "segments-and-controls.yaml",
    "content.yaml",
    "coverage.yaml",
)
COLOCATED = "colocated.yaml"
TRAPS = "rs-1b.yaml"
CLAIMS = "claims.yaml"


def write(folder: Path, size: Size, colocated: bool = True) -> list[Path]:
    """
    Write facts files that together are one import; the same bytes on every machine.

    Args:
        folder:    where to; it is made if need be, files of the same names are replaced.
        size:      "small": what the incident is about. "full": beside it, in CSV files, as many repositories, hosts,
                   people, accounts and credentials as were reported or, where nothing was, as are assumed.
        colocated: whether Jira, Confluence and Bitbucket keep their content on one server, as the report reads.

    Returns:
        The files, in the order in which to import them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = [_copied(name, folder) for name in (*SMALL, *([COLOCATED] if colocated else []))]
    if size == "full":
        written += [_table(folder / name, header, rows) for name, header, rows in filler.tables(colocated)]
    return written


def traps(folder: Path) -> Path:
    """Write the facts of RS-1b, a source of its own: nine traps for asking which credentials are not proven dead."""
    folder.mkdir(parents=True, exist_ok=True)
    return _copied(TRAPS, folder)


def claims(folder: Path) -> Path:
    """Write the eight claims about segmentation, for `graphscan check`."""
    folder.mkdir(parents=True, exist_ok=True)
    return _copied(CLAIMS, folder)


# Private functions


def _source() -> Traversable:
    return files("graphscan.examples.thanksgiving")


def _copied(name: str, folder: Path) -> Path:
    path = folder / name
    path.write_bytes((_source() / name).read_bytes())
    return path


def _table(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return path
