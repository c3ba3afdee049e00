"""What an export answers."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExportResult:
    """
    What was written.

    Attributes:
        form:    opengraph, graphml, parquet or networkx.
        path:    the file, or the folder.
        counted: how many nodes and edges.
    """

    form: str
    path: str
    counted: Mapping[str, int]
