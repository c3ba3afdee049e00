"""Through which populations the members of assigned groups enter: as few as tell apart who signs in alike."""

import hashlib
from dataclasses import dataclass
from itertools import pairwise

import duckdb
import numpy as np
from numpy.typing import NDArray

from graphscan.expand import derived
from graphscan.expand.sign_on.match import Ints

BECAUSE = "sign-on policies"
FREE = 250_000  # steps that an inventory may have for its groups, however small it is
BUDGET = 2  # steps for each membership, assignment and user beyond that
_CLASSES = f"{derived.PROVIDER}:okta.sign-on-classes:"
_DECISIONS = f"{derived.PROVIDER}:okta.sign-on-decisions:"
JOINED = f"{derived.PROVIDER}:sign-on.joined:"


@dataclass(frozen=True, slots=True)
class Table:
    """
    How each class of users gets in by each decision of its organization.

    Attributes:
        ways: all rows of all organizations, one after the other: numbers of sets of ways.
        base: by class, where its row begins, less the first decision of its organization.
        size: by set of ways, how many there are.
    """

    ways: Ints
    base: Ints
    size: Ints

    def at(self, classes: Ints, decisions: Ints) -> Ints:
        """Return the sets of ways of some classes by as many decisions."""
        found: Ints = self.ways[self.base[classes] + decisions]
        return found


def place(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """
    Create `sign_on_alike`, `sign_on_part` and `sign_on_place`; `sign_on_class`, `sign_on_before` and `sign_on_anyone`
    must be there.

    Members who get in alike by all decisions that stand before what a group is assigned to are one population. Where
    that is dearer, these are members in turn of populations of one decision each, which the assignments start from.
    Where both would be more than a few steps for each membership and assignment, the largest groups are not told
    apart: of their members is known what is of somebody who is put into the group.
    """
    con.execute(_SPOT)
    con.execute(_STAND)
    stands = _columns(con, "SELECT spot, decision, apps FROM sign_on_stand ORDER BY spot, decision")
    pairs = _columns(con, _PAIRS)
    spot, classes = pairs["spot"], pairs["class"]
    spots = int(con.execute("SELECT count(*) FROM sign_on_spot").fetchall()[0][0])
    first = np.searchsorted(stands["spot"], np.arange(spots + 1))
    many = np.diff(first)

    mark = np.asarray([_mark(number) for number in range(len(table.size))], np.uint64)
    marks = np.empty(len(spot), np.uint64)
    for begin, end in _pieces(many[spot]):
        pair, stand = _expand(spot[begin:end], first, many)
        found = mark[table.at(classes[begin:end][pair], stands["decision"][stand])]
        marks[begin:end] = np.add.reduceat(found, np.concatenate([[0], np.cumsum(many[spot[begin:end]])[:-1]]))
    order = np.lexsort((classes, marks, spot))
    spot, classes, marks = spot[order], classes[order], marks[order]
    new = np.ones(len(spot), bool)
    new[1:] = (spot[1:] != spot[:-1]) | (marks[1:] != marks[:-1])
    alike = np.cumsum(new) - 1
    alike_spot, alike_class = spot[new], classes[new]

    one, stand = _expand(alike_spot, first, many)
    ways = table.at(alike_class[one], stands["decision"][stand])
    steps = table.size[ways] * stands["apps"][stand]
    together = np.bincount(alike_spot[one], steps, spots)
    kept = np.unique(stand * np.int64(len(table.size) + 1) + ways, return_index=True)[1]
    apart = np.bincount(alike_spot, many[alike_spot], spots) + np.bincount(alike_spot[one][kept], steps[kept], spots)
    split = (many > 1) & (apart < together)
    coarse = _too_dear(np.where(split, apart, together), _limit(con))

    group_first = first[_columns(con, _FIRST)["spot"]]
    inside = ~coarse[spot]
    _load(con, "alike", {"spot": spot[inside], "class": classes[inside], "alike": alike[inside]})
    told = ~coarse[alike_spot[one]]
    parted = split[alike_spot[one]]
    begins = parted & np.isin(np.arange(len(one)), kept)
    _load(
        con,
        "row",
        {
            "alike": one[told],
            "spot": alike_spot[one][told],
            "class": alike_class[one][told],
            "decision": stands["decision"][stand][told],
            "place": (stand - group_first[alike_spot[one]])[told],
            "ways": ways[told],
            "parted": parted[told],
            "begins": (begins | ~parted)[told],
        },
    )
    _load(con, "coarse", {"spot": np.flatnonzero(coarse).astype(np.int64)})
    con.execute(_KEY)
    con.execute(_ALIKE)
    con.execute(_PART)
    con.execute(_PLACE, [_DECISIONS, _CLASSES, JOINED])


def join_groups(con: duckdb.DuckDBPyConnection) -> None:
    """
    Create `sign_on_joined` and its populations: who is put into a group is not among those whose class is known.

    The members of a group that `place` did not tell apart belong to its population as well.
    """
    con.execute(
        "INSERT INTO new_node SELECT DISTINCT ? || g.id, 'Group', 'population', 'whoever is put into ' || "
        "coalesce(g.name, g.id) FROM sign_on_spot s JOIN node g ON g.n = s.grp",
        [JOINED],
    )
    con.execute(
        "INSERT INTO new_relation SELECT 'MEMBER_OF', p.id, ? || g.id, NULL, NULL, "
        "CASE WHEN m.known THEN 'yes' ELSE 'possible' END, ? "
        "FROM (SELECT DISTINCT grp FROM sign_on_place WHERE whole) w JOIN membership m USING (grp) "
        "JOIN node g ON g.n = m.grp JOIN node p ON p.n = m.principal "
        "WHERE p.kind <> 'Group'",
        [JOINED, BECAUSE],
    )
    derived.add(con)
    con.execute(
        "CREATE TABLE sign_on_joined AS SELECT DISTINCT s.grp, p.n AS population FROM sign_on_spot s "
        "JOIN node g ON g.n = s.grp JOIN node p ON p.id = ? || g.id ORDER BY ALL",
        [JOINED],
    )


# Private functions

_AT_ONCE = 4_000_000  # cells of the largest intermediate array
_ASSIGNED = (
    "FROM relation a JOIN sign_on_before b ON b.app = a.target AND b.part = 'application' "
    "JOIN node g ON g.n = a.source AND g.kind = 'Group' WHERE a.kind = 'ASSIGNED_TO' "
    "AND a.needs NOT IN ('api_read', 'api_write', 'api_admin', 'api')"
)
_SPOT = (
    "CREATE TEMP TABLE sign_on_spot AS SELECT row_number() OVER (ORDER BY grp, org) - 1 AS spot, * "
    f"FROM (SELECT DISTINCT a.source AS grp, b.org AS org {_ASSIGNED})"
)
_STAND = (
    "CREATE TEMP TABLE sign_on_stand AS SELECT s.spot, d.decision, d.apps FROM ("
    f"SELECT a.source AS grp, b.org, b.decision, count(*) AS apps {_ASSIGNED} GROUP BY ALL"
    ") d JOIN sign_on_spot s USING (grp, org)"
)
_FIRST = "SELECT min(spot) OVER (PARTITION BY grp) AS spot FROM sign_on_spot ORDER BY sign_on_spot.spot"
_PAIRS = """
SELECT DISTINCT s.spot, c.class FROM membership m
JOIN sign_on_spot s ON s.grp = m.grp
JOIN sign_on_class c ON c.principal = m.principal AND c.org = s.org
"""
# A group may be assigned to applications of several organizations; the ids of populations say no numbers.
_KEY = """
CREATE TEMP TABLE sign_on_key AS
WITH several AS (
  SELECT spot, row_number() OVER (PARTITION BY grp ORDER BY org) - 1 AS place FROM sign_on_spot
)
SELECT alike, md5(string_agg(behaviour, ' ' ORDER BY decision))[:12]
  || CASE WHEN any_value(s.place) = 0 THEN '' ELSE '.' || any_value(s.place) END AS key
FROM sign_on_loaded_row r JOIN sign_on_text t USING (ways) JOIN several s USING (spot) GROUP BY alike
"""
_ALIKE = """
CREATE TABLE sign_on_alike AS SELECT s.grp, a.class, k.key
FROM sign_on_loaded_alike a JOIN sign_on_key k USING (alike) JOIN sign_on_spot s USING (spot) ORDER BY ALL
"""
_PART = """
CREATE TABLE sign_on_part AS
SELECT DISTINCT s.grp, k.key, r.place || '.' || t.behaviour AS part
FROM sign_on_loaded_row r JOIN sign_on_key k USING (alike) JOIN sign_on_spot s USING (spot)
JOIN sign_on_text t USING (ways) WHERE r.parted ORDER BY ALL
"""
_PLACE = """
CREATE TABLE sign_on_place AS
SELECT s.grp, r.decision, r.class, CASE WHEN r.parted THEN ? || g.id || ':' || r.place || '.' || t.behaviour
  ELSE ? || g.id || ':' || k.key END AS population, false AS whole
FROM sign_on_loaded_row r JOIN sign_on_key k USING (alike) JOIN sign_on_spot s USING (spot) JOIN node g ON g.n = s.grp
JOIN sign_on_text t USING (ways) WHERE r.begins
UNION ALL
SELECT s.grp, d.decision, y.class, ? || g.id, true
FROM sign_on_loaded_coarse c JOIN sign_on_spot s USING (spot) JOIN sign_on_stand d USING (spot)
JOIN sign_on_anyone y ON y.org = s.org JOIN node g ON g.n = s.grp
ORDER BY ALL
"""


def _mark(number: int) -> int:
    """Return 64 bits whose sums tell sets of numbers apart."""
    return int.from_bytes(hashlib.sha256(str(number).encode()).digest()[:8], "big")


def _limit(con: duckdb.DuckDBPyConnection) -> int:
    """Return how many steps there may be from populations of members."""
    memberships, assignments, users = con.execute(
        "SELECT (SELECT count(*) FROM membership WHERE grp IN (SELECT grp FROM sign_on_spot)), "
        "(SELECT coalesce(sum(apps), 0) FROM sign_on_stand), (SELECT count(*) FROM sign_on_class)"
    ).fetchall()[0]
    return FREE + BUDGET * int(memberships + assignments + users)


def _too_dear(cost: NDArray[np.float64], limit: int) -> NDArray[np.bool_]:
    """Return (spots,) which are left out, the dearest first, so that the others cost no more than a limit."""
    order = np.argsort(cost, kind="stable")
    coarse = np.zeros(len(cost), bool)
    coarse[order[np.cumsum(cost[order]) > limit]] = True
    return coarse


def _expand(spot: Ints, first: Ints, many: Ints) -> tuple[Ints, Ints]:
    """Return, for each of some spots and each decision there, the index of the one and of the other."""
    count = many[spot]
    one = np.repeat(np.arange(len(spot)), count)
    begin = np.cumsum(count) - count
    return one, np.arange(len(one)) - begin[one] + first[spot][one]


def _pieces(count: Ints) -> list[tuple[int, int]]:
    """Return bounds of pieces whose counts add up to no more than fits into memory."""
    if not len(count):
        return []
    piece = (np.cumsum(count) - 1) // _AT_ONCE
    bounds = [0, *(np.flatnonzero(np.diff(piece)) + 1).tolist(), len(count)]
    return list(pairwise(bounds))


def _columns(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Ints]:
    return {name: np.asarray(column, np.int64) for name, column in con.execute(sql).fetchnumpy().items()}


def _load(con: duckdb.DuckDBPyConnection, name: str, columns: dict[str, NDArray[np.generic]]) -> None:
    load(con, f"CREATE OR REPLACE TEMP TABLE sign_on_loaded_{name} AS SELECT * FROM loaded", columns)


def load(con: duckdb.DuckDBPyConnection, sql: str, columns: dict[str, NDArray[np.generic]]) -> None:
    """Run a statement that reads some columns of equal length as `loaded`."""
    con.register("loaded", columns)
    con.execute(sql)
    con.unregister("loaded")
