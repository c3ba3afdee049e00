"""
What could not be read, as relations that are possible and never known (design: must and may).

Three passes, since what is derived from the inventory must not be taken for more than it was: reachability and rights
of unknown reach before scope files run; everything else after them, so that no closure, policy or barrier is computed
over what nobody saw; what forbids last, as a control of unknown enforcement. A gap costs a node and as many relations
as there are nodes in its source, never one for each pair.
"""

import duckdb

from graphscan import kinds
from graphscan.expand import derived, gaps_fill, gaps_forbid, gaps_people, gaps_rows
from graphscan.expand.gaps_endpoints import GROUP_RULES
from graphscan.expand.gaps_ends import Ends


class Gaps:
    """The gaps of an instant, completed step by step."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        """Find them. Expects the tables of the instant and `coverage`."""
        self._con = con
        self._found = gaps_rows.find(con)

    def rights(self) -> None:
        """Widen, possibly, rights of which not all targets were read: before scope files, which say what they reach."""
        if any(relation in ("SCOPED_TO", "MEMBER_OF") for _, relation, _ in self._found):
            for source, relation, homes in self._found:
                if relation in ("SCOPED_TO", "MEMBER_OF"):
                    _widen(self._con, Ends(self._con, source, relation, homes))
            derived.add(self._con)

    def complete(self) -> None:
        """Complete everything else: after scope files and sign-on policies."""
        for source, relation, homes in self._found:
            ends = Ends(self._con, source, relation, homes)
            if ends.gap.sort is kinds.GapSort.GRANTS:
                gaps_fill.fill(self._con, ends)
        for source, relation, homes in self._found:
            if kinds.RELATION_KINDS[relation].gap.sort is kinds.GapSort.FORBIDS:
                ends = Ends(self._con, source, relation, homes)
                if GROUP_RULES in ends.endpoints:
                    gaps_people.rules(self._con, ends)
                gaps_forbid.forbid(self._con, ends)


def complete_reachability(con: duckdb.DuckDBPyConnection) -> None:
    """
    Let an application or host of which nobody says from where it is reached be reached from the internet, possibly.

    Nobody says: no REACHABLE_FROM and no CONNECTS_TO leads to it, at whatever time and before any edit, and no source
    states that it read its reachability completely, or that of all it describes, or of all that stands in a segment
    with it. A host or a plug-in to which nobody is assigned is left alone: nothing asks whether it can be reached.
    Leaves `reachability_closed(n)`.
    """
    con.execute(_CLOSED)
    con.execute(
        "INSERT INTO new_relation SELECT 'REACHABLE_FROM', a.id, ?, 'position', 'reachable', 'possible', "
        "'nothing says from where it can be reached' "
        "FROM node a WHERE a.kind IN ('Application', 'Host') "
        "AND (a.n IN (SELECT target FROM base.relation WHERE kind = 'ASSIGNED_TO') OR a.kind = 'Application' "
        "  AND a.n NOT IN (SELECT source FROM base.relation WHERE kind = 'INSTALLED_IN')) "
        "AND a.n NOT IN (SELECT source FROM base.relation WHERE kind = 'REACHABLE_FROM') "
        "AND a.n NOT IN (SELECT target FROM base.relation WHERE kind = 'CONNECTS_TO') "
        "AND a.n NOT IN (SELECT n FROM reachability_closed)",
        [kinds.INTERNET],
    )
    derived.add(con)


# Private functions

_CLOSED = """
CREATE TEMP TABLE reachability_closed AS
WITH whole AS (
  SELECT coalesce(scope, '') AS scope, source_instance FROM coverage
  WHERE relation = 'REACHABLE_FROM' AND state = 'complete'
)
SELECT a.n FROM node a JOIN whole c ON c.scope = a.id WHERE a.kind IN ('Application', 'Host')
UNION
SELECT a.n FROM node a JOIN whole c ON c.scope = '' AND list_contains(a.sources, c.source_instance)
WHERE a.kind IN ('Application', 'Host')
UNION
SELECT r.source FROM relation r JOIN node s ON s.n = r.target JOIN whole c ON c.scope = s.id WHERE r.kind = 'IN_SEGMENT'
"""


def _widen(con: duckdb.DuckDBPyConnection, ends: Ends) -> None:
    """
    Let administrator roles be held over their whole Okta organization, possibly.

    Those whose targets were not all read; and those over a group of which not all members were, since who may be in it
    is anybody. Barriers hold as for any right over the organization.
    """
    ends.between()
    which = (
        f"SELECT n, because FROM ({ends.unread('gap_from')}) WHERE kind = 'RoleAssignment'"
        if ends.relation == "SCOPED_TO"
        else f"SELECT s.source AS n, min(g.because) AS because FROM ({ends.unread('gap_to')}) g "
        "JOIN relation s ON s.target = g.n AND s.kind = 'SCOPED_TO' "
        "JOIN node a ON a.n = s.source AND a.kind = 'RoleAssignment' "
        "WHERE g.kind = 'Group' GROUP BY s.source"
    )
    if ends.whole:
        # Of a role none of whose targets anybody describes: where groups were not listed, they are groups.
        con.execute(
            "CREATE OR REPLACE TEMP TABLE gap_untold AS SELECT a.n, ? AS because FROM node a "
            "WHERE a.kind = 'RoleAssignment' AND list_has_any(a.sources, ?::VARCHAR[]) "
            "AND a.n NOT IN (SELECT source FROM relation WHERE kind = 'SCOPED_TO')",
            [ends.id, ends.homes],
        )
        which += " UNION SELECT n, because FROM gap_untold"
    con.execute(
        "INSERT INTO new_relation SELECT DISTINCT 'SCOPED_TO', a.id, o.id, NULL, NULL, 'possible', w.because "
        f"FROM ({which}) w JOIN node a ON a.n = w.n AND a.provider = 'okta' "
        "JOIN node o ON o.kind = 'Application' AND o.provider = 'okta' AND o.subtype = 'org' "
        "AND list_has_any(o.sources, a.sources) "
        "WHERE NOT EXISTS (SELECT 1 FROM relation r WHERE r.kind = 'SCOPED_TO' AND r.source = a.n AND r.target = o.n)"
    )
