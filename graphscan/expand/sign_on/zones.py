"""A position in one of several zones, as one fact: so that a rule that names many zones gives one way in."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable

import duckdb

from graphscan.expand import derived
from graphscan.expand.sign_on.outcomes import Guard, Way

Fact = dict[str, object]
Row = tuple[str, list[Fact], bool, list[int]]
Grouped = dict[tuple[str, frozenset[Guard], bool, tuple[int, ...]], list[int]]  # alike but for the zone → zones

BECAUSE = "sign-on policies"


class Zones:
    """The facts that stand for what guards a way in."""

    def __init__(self, con: duckdb.DuckDBPyConnection, ways: Iterable[tuple[Way, ...]]) -> None:
        """Add a control for each set of zones that some way asks for one of."""
        sets = {tuple(zones) for one in ways for zones in _grouped(one).values() if zones}
        con.execute(
            "CREATE OR REPLACE TEMP TABLE sign_on_zone_control AS SELECT min(d.target) AS zone, d.source AS control "
            "FROM relation d JOIN node c ON c.n = d.source AND c.kind = 'Control' AND c.subtype = 'network_zone' "
            "WHERE d.kind = 'DEFEATED_BY' AND d.source NOT IN (SELECT source FROM relation WHERE kind = 'APPLIES_TO') "
            "GROUP BY d.source HAVING count(*) = 1 AND bool_and(d.observed = 'yes' AND coalesce(len(d.guards), 0) = 0)"
        )
        self.control: dict[int, int] = dict(
            con.execute("SELECT zone, min(control) FROM sign_on_zone_control GROUP BY zone").fetchall()
        )
        self.several = self._several(con, sorted(one for one in sets if len(one) > 1))

    def rows(self, ways: Iterable[Way]) -> list[Row]:
        """Return (level, guards, known, rules) of the ways of one class by one decision."""
        found = []
        for (level, guards, known, rules), zones in _grouped(ways).items():
            facts: list[Fact] = [{"n": control, "level": "defeated"} for _, control in sorted(guards)]
            if len(zones) > 1:
                facts.append({"n": self.several[tuple(zones)], "level": "defeated"})
            elif zones:
                facts.append(self._one(zones[0]))
            found.append((level, facts, known, list(rules)))
        return found

    # Private

    def _one(self, zone: int) -> Fact:
        if zone in self.control:
            return {"n": self.control[zone], "level": "defeated"}
        return {"n": zone, "level": "position"}

    def _several(self, con: duckdb.DuckDBPyConnection, sets: list[tuple[int, ...]]) -> dict[tuple[int, ...], int]:
        if not sets:
            return {}
        zones = sorted({zone for one in sets for zone in one})
        rows = con.execute(
            "SELECT n, id, coalesce(name, id) FROM node WHERE list_contains(?::INTEGER[], n)",
            [[*zones, *self.control.values()]],
        ).fetchall()
        ids, names = {n: id_ for n, id_, _ in rows}, {n: name for n, _, name in rows}
        made = {}
        for one in sets:
            digest = hashlib.sha256("\n".join(sorted(ids[zone] for zone in one)).encode()).hexdigest()[:12]
            made[one] = f"{derived.PROVIDER}:sign-on.zones:{ids[one[0]]}:{digest}"
            name = "a position in " + " or ".join(sorted(names[zone] for zone in one))
            con.execute("INSERT INTO new_node VALUES (?, 'Control', 'network_zone', ?)", [made[one], name])
            for zone in one:
                meets, level = (self.control[zone], "defeated") if zone in self.control else (zone, "position")
                con.execute(
                    "INSERT INTO new_relation VALUES ('DEFEATED_BY', ?, ?, ?, 'defeated', 'yes', ?)",
                    [made[one], ids[meets], level, BECAUSE],
                )
        derived.add(con)
        numbers = dict(
            con.execute(
                "SELECT id, n FROM node WHERE list_contains(?::VARCHAR[], id)", [list(made.values())]
            ).fetchall()
        )
        con.execute(
            "INSERT INTO control SELECT n, id, 'blocks', 'yes' FROM node WHERE list_contains(?::VARCHAR[], id)",
            [list(made.values())],
        )
        return {one: numbers[id_] for one, id_ in made.items()}


def _grouped(ways: Iterable[Way]) -> Grouped:
    """Return ways that are alike but for the zone they ask for, each with its zones in order."""
    found: Grouped = defaultdict(list)
    for way in ways:
        zones = [zone for sort, zone in way.guards if sort == "zone"]
        rest = frozenset(one for one in way.guards if one[0] != "zone")
        found[way.level.level, rest, way.known, tuple(sorted(set(way.rules)))] += zones
    return {key: sorted(zones) for key, zones in found.items()}
