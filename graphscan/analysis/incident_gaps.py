"""Whose credentials could not be listed whole: one hypothesis for each exposed owner, not verified."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from graphscan.analysis.session import Session
from graphscan.expand.instant import naive
from graphscan.model import READ_WHOLE

RELATION = "HAS_CREDENTIAL"


@dataclass(frozen=True, slots=True)
class Unlisted:
    """An owner, and why nobody can say which credentials he had."""

    owner: int
    reason: str


def unlisted(session: Session, owners: Iterable[int], begins: datetime) -> tuple[Unlisted, ...]:
    """
    Return the owners whose credentials, at some moment since the exposure began, could not be listed whole.

    A gap is of an owner by name, of an application that it is an account of, or of all that its source describes; what
    any source vouches to know whole of the owner or of its application closes the gap.
    """
    asked = sorted(set(owners))
    if not asked:
        return ()
    rows = session.con.execute(_GAPS, [asked, RELATION, naive(begins), naive(session.as_of), READ_WHOLE]).fetchall()
    return tuple(Unlisted(n, reason) for n, reason in rows)


# Private functions

_GAPS = """
WITH owner AS (
  SELECT n, id, sources FROM base.node WHERE n IN (SELECT unnest(?::INTEGER[]))
), scope AS (
  SELECT owner.n, owner.id AS scope FROM owner
  UNION SELECT owner.n, app.id FROM owner
    JOIN base.relation r ON r.source = owner.n AND r.kind = 'ACCOUNT_OF' JOIN base.node app ON app.n = r.target
), line AS (
  SELECT source_instance, state, coalesce(scope, '') AS scope, coalesce(error, '') AS error FROM base.coverage
  WHERE relation = ? AND (valid_to IS NULL OR valid_to > ?) AND (valid_from IS NULL OR valid_from <= ?)
    AND error IS DISTINCT FROM ?
), gap AS (
  SELECT s.n, l.state, l.error FROM line l JOIN scope s ON s.scope = l.scope WHERE l.state <> 'complete'
  UNION ALL
  SELECT o.n, l.state, l.error FROM line l JOIN owner o ON list_contains(o.sources, l.source_instance)
  WHERE l.state <> 'complete' AND l.scope = ''
)
SELECT n, min(replace(state, '_', ' ') || CASE WHEN error = '' THEN '' ELSE ': ' || error END) FROM gap
WHERE n NOT IN (SELECT s.n FROM scope s JOIN line l ON l.scope = s.scope AND l.state = 'complete')
GROUP BY n ORDER BY n
"""
