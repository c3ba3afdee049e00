"""What could not be read and may forbid: a control of unknown enforcement before what it could stop."""

import duckdb

from graphscan.expand import derived
from graphscan.expand.gaps_endpoints import Narrow
from graphscan.expand.gaps_ends import Ends

_TAKES_ANY = ("ASSIGNED_TO", "GRANTS", "SIGNS_IN_AS")


def forbid(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    """
    Put a control of unknown enforcement before each thing to which unread policies or controls may apply.

    It guards the relations by which one comes to use the thing (that it is assigned, granted, signed in to), or, of a
    principal, those by which it uses something: closed in what is known, open in what is possible. Okta's policies are
    left out: what of them could not be read was stated by the importer as controls, and decided with the rest.
    """
    ends.narrow = Narrow()
    # A row about a policy, of which not all is known to which it applies: it may be anything of the source.
    con.execute(
        "UPDATE gap_here SET side = 'whole' "
        "WHERE side = 'from' AND n NOT IN (SELECT n FROM node WHERE provider = 'okta')"
    )
    ends.whole = bool(con.execute("SELECT count(*) FROM gap_here WHERE side = 'whole'").fetchall()[0][0])
    other = (
        "n.provider IS DISTINCT FROM 'okta' AND n.n NOT IN (SELECT app FROM sign_on_before) "
        "AND n.kind NOT IN ('Role', 'User', 'Group', 'ServiceAccount')"
    )
    ends.between(range_=other)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE gap_before AS SELECT DISTINCT n, because "
        f"FROM ({ends.unread('gap_to')}) "
        "WHERE provider IS DISTINCT FROM 'okta' AND n NOT IN (SELECT app FROM sign_on_before)"
    )
    con.execute(
        "INSERT INTO new_hypothesis SELECT DISTINCT because, 'Control', 'unread_policy', "
        "'a policy that could not be read: ' || substr(because, 9) FROM gap_before"
    )
    derived.add(con)
    con.execute(
        "INSERT INTO control SELECT n.n, n.id, 'blocks', 'unknown' FROM node n "
        "WHERE n.id IN (SELECT because FROM gap_before) AND n.n NOT IN (SELECT n FROM control)"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE gap_guard AS SELECT r.r, list(DISTINCT c.n ORDER BY c.n) AS controls "
        "FROM gap_before b JOIN node c ON c.id = b.because JOIN node x ON x.n = b.n JOIN relation r ON CASE "
        "WHEN x.kind IN ('User', 'Group', 'Role', 'ServiceAccount') THEN r.source = b.n "
        "ELSE r.target = b.n OR r.via = b.n END "
        f"WHERE r.kind IN {_TAKES_ANY} GROUP BY r.r"
    )
    con.execute(
        "UPDATE relation SET guards = list_concat(coalesce(relation.guards, []), "
        "list_transform(g.controls, lambda one: {'n': one, 'level': 'defeated'})) "
        "FROM gap_guard g WHERE g.r = relation.r"
    )
