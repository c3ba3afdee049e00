"""Credentials that look like exposed ones and came after: they clear nothing, and are easily taken for the old ones."""

from collections.abc import Mapping
from datetime import UTC

from graphscan.analysis.incident_exposed import Direct
from graphscan.analysis.incident_lookup import Lookup
from graphscan.analysis.incident_results import LookAlike
from graphscan.analysis.incident_states import Judged
from graphscan.analysis.session import Session
from graphscan.analysis.view import Viewer, aware

MOST = 200


def look_alikes(session: Session, lookup: Lookup, judged: Mapping[int, Judged], found: Direct) -> tuple[LookAlike, ...]:
    """
    Return credentials that were made after an exposure and have the owner and the name of an exposed one.

    Those that the incident lists although they were made later are among them. None of them says anything of the old
    one: that is dead by evidence of its own, or not at all.
    """
    rows = session.con.execute(_ALIKE, [sorted(judged), MOST]).fetchall()
    viewer = Viewer(session)
    late = [n for n in found.late if n not in judged]
    viewer.want(nodes=[*late, *(n for row in rows for n in row[:2])])
    alike = [
        LookAlike(viewer.node(n), aware(made), viewer.node(like).id)
        for n, like, made in rows
        if n not in judged and made.replace(tzinfo=UTC) > judged[like].exposure.begins
    ]
    return (*alike, *(LookAlike(viewer.node(n), lookup.record(n).made, "") for n in late))


# Private functions

_ALIKE = """
WITH exposed AS (
  SELECT n, name, owner FROM base.node WHERE n IN (SELECT unnest(?::INTEGER[])) AND name <> ''
), alike AS (
  SELECT c.n, e.n AS likes, c.valid_from,
    c.owner IS NOT NULL AND c.owner = e.owner AS owned
  FROM exposed e JOIN base.node c ON c.name = e.name
  WHERE c.kind = 'Credential' AND c.n <> e.n AND c.provider <> 'derived' AND c.valid_from IS NOT NULL
)
SELECT n, likes, valid_from FROM alike
WHERE owned OR EXISTS (
  SELECT 1 FROM base.history a JOIN base.history b ON b.source = a.source AND b.kind = 'HAS_CREDENTIAL'
  WHERE a.kind = 'HAS_CREDENTIAL' AND a.target = alike.n AND b.target = alike.likes)
ORDER BY likes, n LIMIT ?
"""
