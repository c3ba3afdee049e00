"""Domain and range of a gap: from which nodes what could not be read may lead, and to which."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb

from graphscan import kinds
from graphscan.expand.gaps_endpoints import narrow
from graphscan.expand.gaps_rows import PREFIX

# Merely to talk to something gives nothing of what is in it.
_NO_ACCESS = frozenset({"reachable"})


def entry_levels(kind: str) -> tuple[str, ...]:
    """Return the weakest levels of access to a node of a kind: none of the others is implied by all of them."""
    family = kinds.family_of(kind)
    return tuple(
        one
        for one in family.levels
        if one not in _NO_ACCESS
        and not any((one, other) in family.implies for other in family.levels if other not in _NO_ACCESS)
    )


def top_levels(kind: str) -> tuple[str, ...]:
    """Return the strongest levels of a node of a kind."""
    family = kinds.family_of(kind)
    return tuple(one for one in family.levels if not any((other, one) in family.implies for other in family.levels))


@dataclass(frozen=True, slots=True)
class Between:
    """
    What one hypothetical node stands between.

    Attributes:
        id:        `unknown:SOURCE:RELATION`, and behind it the one thing that it is about, or, of several, `within` or
                   `into`.
        domain, range: SELECTs of n, id, kind, provider, because.
    """

    id: str
    domain: str
    range: str


class Ends:
    """
    The gaps of one relation kind in one source.

    `between` leaves tables `gap_from` and `gap_to` of n, id, kind, provider, because, own (a row is about the node).
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, source: str, relation: str, homes: Sequence[str]) -> None:
        self.con, self.source, self.relation = con, source, relation
        self.homes = self.range_homes = list(homes)
        self.gap = kinds.RELATION_KINDS[relation].gap
        self.id = f"{PREFIX}{source}:{relation}"
        self.sides: dict[str, list[str]] = {}
        self._sort_rows()
        asked = [
            str(one) for (one,) in con.execute("SELECT unnest(endpoints) FROM gap_here WHERE side = 'whole'").fetchall()
        ]
        self.endpoints = set(asked)
        self.whole = bool(asked) and self.gap.whole
        self.narrow = narrow(self.endpoints)

    def between(
        self,
        domain: str = "",
        range_: str = "",
        within: Callable[[], None] = lambda: None,
    ) -> list[Between]:
        """
        Fill `gap_from` and `gap_to`; return the nodes that are needed between them.

        Args:
            domain, range_: further conditions on nodes `n` that no row speaks of by name.
            within:         called when the rows of single things are in `gap_from`, to add what belongs to them.
        """
        self._fill("gap_from", "from", self.gap.domain, self.homes, [self.narrow.domain, domain])
        self._fill("gap_to", "to", self.gap.range, self.range_homes, [self.narrow.range, range_])
        within()
        if self.whole:
            return [Between(self.id, "SELECT * FROM gap_from", "SELECT * FROM gap_to")]
        found = []
        for side, name in (("from", "within"), ("to", "into")):
            scopes = [
                str(one)
                for (one,) in self.con.execute("SELECT DISTINCT scope FROM gap_here WHERE side = ?", [side]).fetchall()
            ]
            if scopes:
                id_ = f"{self.id}:{scopes[0] if len(scopes) == 1 else name}"
                ends = ("SELECT * FROM gap_from", "SELECT * FROM gap_to")
                single = [f"{one} WHERE own" for one in ends]
                # Of several things each way in names its own gap, of which what comes behind is a part.
                loose = [f"SELECT n, id, kind, provider, {_text(id_)} AS because, own FROM ({one})" for one in ends]
                found.append(Between(id_, *((single[0], loose[1]) if side == "from" else (loose[0], single[1]))))
        return found

    def unread(self, table: str) -> str:
        """Return a SELECT of those in `gap_from` or `gap_to` that were not read themselves."""
        return f"SELECT * FROM {table}" if self.whole else f"SELECT * FROM {table} WHERE own"

    # Private functions

    def _sort_rows(self) -> None:
        """Say of each row at which end its scope stands: `gap_here(n, scope, because, side)`."""
        kind = kinds.RELATION_KINDS[self.relation]
        back = kind.starts_at_target or self.gap.backward
        first, last = (kind.targets, kind.sources) if back else (kind.sources, kind.targets)
        starts, ends = first | self.gap.domain, last | self.gap.range
        for one in kinds.NODE_KINDS:
            if one in starts and one in ends:
                self.sides[one] = _SIDES[self.gap.asked]
            else:
                self.sides[one] = ["from"] if one in starts else ["to"] if one in ends else ["whole"]
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE gap_side AS SELECT kind, unnest(sides) AS side "
            "FROM (SELECT unnest(?::VARCHAR[]) AS kind, unnest(?::VARCHAR[][]) AS sides)",
            [list(self.sides), list(self.sides.values())],
        )
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE gap_here AS SELECT n, scope, because, endpoints, "
            "coalesce(side, 'whole') AS side "
            "FROM gap_row LEFT JOIN gap_side USING (kind) WHERE source_instance = ? AND relation = ?",
            [self.source, self.relation],
        )

    def _fill(self, table: str, side: str, allowed: frozenset[str], homes: list[str], but: list[str]) -> None:
        more = "".join(f" AND ({one})" for one in but if one)
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS "
            "WITH own AS (SELECT n, min(because) AS because FROM gap_here WHERE side = ? GROUP BY n), "
            "whole AS (SELECT min(because) AS because FROM gap_here WHERE side = 'whole') "
            "SELECT n.n, n.id, n.kind::VARCHAR AS kind, n.provider, "
            "coalesce(own.because, whole.because, ?) AS because, own.n IS NOT NULL AS own "
            "FROM node n LEFT JOIN own ON own.n = n.n CROSS JOIN whole "
            "WHERE own.n IS NOT NULL OR (list_contains(?::VARCHAR[], n.kind) AND list_has_any(n.sources, ?::VARCHAR[]) "
            "AND n.n NOT IN (SELECT n FROM gap_closed WHERE relation = ? AND (NOT own OR list_contains(?::VARCHAR[], "
            f"n.kind))){more})",
            [
                side,
                self.id,
                sorted(allowed),
                homes,
                self.relation,
                [one for one in self.sides if side in self.sides[one]],
            ],
        )


# Private functions

_SIDES = {"domain": ["from"], "range": ["to"], "both": ["from", "to"]}


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
