"""What the newest imports say, pinned: later writes do not change it."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from graphscan.kinds import LEVELS, NODE_KINDS, RELATION_KINDS
from graphscan.store.records import ImportRecord
from graphscan.store.tables import FORMAT, TABLES

_MERGE_RULES = 1  # raised whenever the same files would be merged to something else


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    A set of imports, at most one of each source.

    Attributes:
        path:    the store's folder.
        imports: in order of their sources' names.
    """

    path: Path
    imports: tuple[ImportRecord, ...]

    @property
    def digest(self) -> str:
        """Return a SHA-256 of all that the merged view depends on: every file, the vocabulary, the format."""
        said = [
            [FORMAT, _MERGE_RULES, _vocabulary()],
            [[one.source, one.at.isoformat(), *(one.files[table].sha256 for table in TABLES)] for one in self.imports],
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def files(self, table: str) -> list[tuple[ImportRecord, Path]]:
        """Return each import's file of a table (`nodes`, `relations`, `coverage`, `classify`)."""
        return [(one, self.path / one.files[table].path) for one in self.imports]


# Private functions


def _vocabulary() -> str:
    nodes = [(kind.name, kind.family, kind.sensitivity) for kind in NODE_KINDS.values()]
    relations = [
        (
            kind.name,
            sorted(kind.sources),
            sorted(kind.targets),
            kind.step,
            kind.needs,
            kind.gives,
            kind.carries,
            kind.derived,
            kind.reversed,
        )
        for kind in RELATION_KINDS.values()
    ]
    return hashlib.sha256(json.dumps([nodes, relations, LEVELS]).encode()).hexdigest()
