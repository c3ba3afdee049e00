"""What changed in the inventory between two ends, whether or not reach changed with it."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import duckdb

from graphscan.analysis import diff_sql
from graphscan.analysis.diff_results import InventoryChange, Section
from graphscan.analysis.view import GAP, aware

_FEW = 20_000
_LONGEST = 2_000  # signs of a field's value that are kept


class Changes:
    """The changes of the inventory, found once, in a table of a connection that `diff_sides.sides` made."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        (same,) = con.execute("SELECT same FROM edge").fetchall()[0]
        for one in diff_sql.statements(bool(same)):
            con.execute(one)

    @cached_property
    def total(self) -> int:
        """Return how many there are."""
        return int(self._con.execute("SELECT count(*) FROM change").fetchall()[0][0])

    def sections(self, limit: int) -> tuple[Section, ...]:
        """Return the groups that are not empty, each with its first changes, what is new first."""
        counted: dict[str, list[tuple[str, int]]] = {}
        for section, what, count in self._con.execute(
            "SELECT section, what, count(*) FROM change GROUP BY section, what, rank ORDER BY section, rank"
        ).fetchall():
            counted.setdefault(section, []).append((what, count))
        listed: dict[str, list[InventoryChange]] = {}
        for row in self._rows(
            f"SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY section ORDER BY {_ORDER}) AS place "
            "FROM change) WHERE place <= ? ORDER BY section, place",
            [limit],
        ):
            listed.setdefault(row.section, []).append(row)
        named = [(key, title) for key, title in diff_sql.SECTIONS.items() if key in counted]
        return tuple(
            Section(key, title, tuple(counted[key]), tuple(listed.get(key, ())), sum(n for _, n in counted[key]))
            for key, title in named
        )

    def of(self, ids: Iterable[str], objects: str) -> dict[str, list[InventoryChange]]:
        """Return the changes of some nodes, or relations, by id, in the order in which they are listed."""
        wanted = sorted(set(ids))
        if self.total <= _FEW:
            return {id_: self._all[objects, id_] for id_ in wanted if (objects, id_) in self._all}
        found: dict[str, list[InventoryChange]] = {}
        if wanted:
            for one in self._rows(
                f"SELECT * FROM change WHERE object = ? AND id IN (SELECT unnest(?::VARCHAR[])) ORDER BY {_ORDER}",
                [objects, wanted],
            ):
                found.setdefault(one.id, []).append(one)
        return found

    def touching(self, kinds: Iterable[str], nodes: Iterable[str], most: int = 20) -> list[InventoryChange]:
        """Return changes of relations of some kinds that join any of some nodes, those that join most of them first."""
        names, ends = sorted(set(kinds)), sorted(set(nodes))
        if not names or not ends:
            return []
        return self._rows(
            "SELECT * FROM (SELECT *, list_contains(?::VARCHAR[], source)::INT "
            "+ list_contains(?::VARCHAR[], target)::INT AS touched FROM change "
            "WHERE object = 'relation' AND list_contains(?::VARCHAR[], kind)) "
            f"WHERE touched > 0 ORDER BY touched DESC, {_ORDER} LIMIT ?",
            [ends, ends, names, most],
        )

    def of_gaps(self, names: Iterable[str]) -> list[InventoryChange]:
        """Return the changes of what could be read behind some gaps, `unknown:SOURCE:RELATION[:SCOPE]`."""
        wanted = sorted(set(names))
        if not wanted:
            return []
        return self._rows(
            "SELECT * FROM change WHERE object = 'coverage' AND list_contains(?::VARCHAR[], ? || id || ':' || kind "
            f"|| CASE WHEN coalesce(target, '') = '' THEN '' ELSE ':' || target END) ORDER BY {_ORDER}",
            [wanted, GAP],
        )

    # Private functions

    @cached_property
    def _all(self) -> dict[tuple[str, str], list[InventoryChange]]:
        """Return all changes by what they are of: where they are few, reasons are looked up without the database."""
        found: dict[tuple[str, str], list[InventoryChange]] = {}
        for one in self._rows(f"SELECT * FROM change ORDER BY {_ORDER}", []):
            found.setdefault((one.object, one.id), []).append(one)
        return found

    def _rows(self, sql: str, values: list[Any]) -> list[InventoryChange]:
        cursor = self._con.execute(f"SELECT {_COLUMNS} FROM ({sql})", values)
        return [_change(row) for row in cursor.fetchall()]


# Private functions

_ORDER = 'rank, kind, "at" NULLS LAST, source, target, id, field, until, before, after'
_COLUMNS = (
    'section, what, object, id, kind, name, source, source_name, target, target_name, levels, "at", until, field, '
    f"left(before, {_LONGEST}), left(after, {_LONGEST}), there_old, there_new, doubt, evidence, evidence_where, "
    "source_instance, evidence_at"
)
_AT, _UNTIL, _EVIDENCE_AT = 11, 12, 22


def _change(row: tuple[Any, ...]) -> InventoryChange:
    values = list(row)
    for place in (_AT, _UNTIL, _EVIDENCE_AT):
        values[place] = aware(values[place])
    return InventoryChange(*values)
