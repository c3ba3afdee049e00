"""Complete what grants access and was not read, as relations that are possible and never known."""

import duckdb

from graphscan import kinds
from graphscan.expand import derived


def complete_reachability(con: duckdb.DuckDBPyConnection) -> None:
    """
    Let an application or host of which nobody says from where it is reached be reached from the internet, possibly.

    Nobody says: no REACHABLE_FROM and no CONNECTS_TO leads to it, at whatever time and before any edit, and no source
    states that it read its reachability completely, or that of all it describes. A host or a plug-in to which nobody is
    assigned is left alone: nothing asks whether it can be reached.
    """
    con.execute(
        "INSERT INTO new_relation SELECT 'REACHABLE_FROM', a.id, ?, 'position', 'reachable', 'possible', "
        "'nothing says from where it can be reached' "
        "FROM node a WHERE a.kind IN ('Application', 'Host') "
        "AND (a.n IN (SELECT target FROM base.relation WHERE kind = 'ASSIGNED_TO') OR a.kind = 'Application' "
        "  AND a.n NOT IN (SELECT source FROM base.relation WHERE kind = 'INSTALLED_IN')) "
        "AND a.n NOT IN (SELECT source FROM base.relation WHERE kind = 'REACHABLE_FROM') "
        "AND a.n NOT IN (SELECT target FROM base.relation WHERE kind = 'CONNECTS_TO') "
        "AND NOT EXISTS (SELECT 1 FROM coverage c WHERE c.relation = 'REACHABLE_FROM' AND c.state = 'complete' "
        "  AND (c.scope = a.id OR c.scope = '' AND list_contains(a.sources, c.source_instance)))",
        [kinds.INTERNET],
    )
    derived.add(con)
