"""What could not be read, and what was dropped: said with every answer."""

from graphscan.analysis.results import CoverageLine
from graphscan.analysis.session import Session
from graphscan.analysis.view import aware
from graphscan.expand.instant import naive

MERGED = "merged view"


def gaps(session: Session) -> tuple[CoverageLine, ...]:
    """
    Return a line for each gap at the session's instant: sources first, then what the merged view could not use.

    Rows that differ only in their scope are one line. A gap that any source closes (complete for that scope) is none.
    """
    rows = session.con.execute(_GAPS, [naive(session.as_of)] * 2).fetchall()
    lines = [
        CoverageLine(source, relation, scope if count == 1 else f"{count:,} objects", state, endpoint, error, aware(at))
        for source, relation, state, endpoint, error, scope, count, at in rows
    ]
    return (*lines, *_unreached(session), *_dropped(session))


# Private functions

_GAPS = """
WITH valid AS (
  SELECT * FROM base.coverage
  WHERE (valid_from IS NULL OR valid_from <= ?) AND (valid_to IS NULL OR valid_to > ?)
), closed AS (
  SELECT DISTINCT relation, scope FROM valid WHERE state = 'complete' AND scope <> ''
)
SELECT source_instance, relation, state, coalesce(min(endpoint), ''), coalesce(error, ''), coalesce(min(scope), ''),
  count(DISTINCT coalesce(scope, '')), max("at")
FROM valid v
WHERE state <> 'complete' AND NOT EXISTS (SELECT 1 FROM closed c WHERE c.relation = v.relation AND c.scope = v.scope)
GROUP BY source_instance, relation, state, error
ORDER BY source_instance, relation, state, error
"""


def _unreached(session: Session) -> list[CoverageLine]:
    """Return a line for applications of which nothing says from where they are reached."""
    rows = session.con.execute(
        "SELECT count(*), min(n.id) FROM base.relation r JOIN base.node n ON n.n = r.source "
        "WHERE r.kind = 'REACHABLE_FROM' AND r.source_instance = 'derived'"
    ).fetchall()
    count, first = rows[0]
    if not count:
        return []
    scope = str(first) if count == 1 else f"{count:,} applications"
    return [
        CoverageLine(
            MERGED, "REACHABLE_FROM", scope, "not_collected", "", "taken as reachable from the internet, possibly", None
        )
    ]


def _dropped(session: Session) -> list[CoverageLine]:
    con = session.con
    lines = []
    for count, relation in con.execute(
        "SELECT sum(relations)::BIGINT, relation_kind FROM base.unresolved "
        "GROUP BY relation_kind ORDER BY relation_kind"
    ).fetchall():
        what = _counted(
            count, "ends at something that no source describes", "end at something that no source describes"
        )
        lines.append(CoverageLine(MERGED, relation, "", "partial", "", what, None))
    for count, kind in con.execute("SELECT count(*), kind FROM base.rejected GROUP BY kind ORDER BY kind").fetchall():
        what = _counted(
            count, "does not fit the vocabulary and was left out", "do not fit the vocabulary and were left out"
        )
        lines.append(CoverageLine(MERGED, kind, "", "partial", "", what, None))
    return lines


def _counted(count: int, one: str, several: str) -> str:
    return f"1 relation {one}" if count == 1 else f"{count:,} relations {several}"
