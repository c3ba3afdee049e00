"""Two sessions as the ends of an interval: which node of the one is which of the other, and what their graphs share."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from graphscan.analysis.session import Session
from graphscan.engine.compare import Compared, compare
from graphscan.store.tables import parquet

Keys = NDArray[np.int64]


@dataclass(frozen=True)
class Ends:
    """
    The ends.

    Attributes:
        old, new: the sessions.
    """

    old: Session
    new: Session

    @cached_property
    def keys(self) -> tuple[Keys, Keys]:
        """Return a number for each node of the one and of the other, the same for the same id."""
        return keys_of([self.old, self.new])

    @cached_property
    def compared(self) -> Compared:
        """Return what the graphs share; the old one is the first."""
        old, new = self.keys
        return compare(self.old.graph, old, self.new.graph, new)


def keys_of(sessions: Sequence[Session]) -> tuple[Keys, Keys]:
    """Return a number for each node of two sessions, by node number; the same for the same id."""
    import duckdb

    files = [parquet(one.folder / "node.parquet") for one in sessions]
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE named AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS key "
            f"FROM (SELECT id FROM {files[0]} UNION SELECT id FROM {files[1]})"
        )
        found = []
        for file in files:
            rows = con.execute(f"SELECT n, key FROM {file} JOIN named USING (id)").fetchnumpy()
            key = np.full(int(np.max(rows["n"], initial=-1)) + 1, -1, np.int64)
            key[rows["n"]] = rows["key"]
            found.append(key)
    return found[0], found[1]
