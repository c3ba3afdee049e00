"""What could not be read, and what was dropped: said with every answer."""

from graphscan.analysis.gaps import MERGED, OPEN_CONTROL, UNREACHED, used_names
from graphscan.analysis.question import Question
from graphscan.analysis.results import CoverageLine
from graphscan.analysis.session import Session
from graphscan.analysis.view import GAP, aware
from graphscan.expand.instant import naive
from graphscan.gap import ENFORCEMENT
from graphscan.model import READ_WHOLE

# Relations that say something to a reader or to another analysis, and open nothing.
_TELLS = frozenset({"SAME_PERSON", "CREATED_BY", "DERIVED_FROM", "APPLIES_TO", "ACCOUNT_OF", "EFFECTIVE_MEMBER_OF"})


def gaps(session: Session, question: Question | None = None) -> tuple[CoverageLine, ...]:
    """
    Return a line for each gap at the session's instant: sources first, then what the merged view could not use.

    Rows that differ only in their scope are one line. A gap that any source closes (complete for that scope) is none.

    Args:
        question: what was asked; lines on which something possible in its answer rests are marked as used.
    """
    used = used_names(session, question) if question is not None else []
    rows = session.con.execute(_GAPS, [*[naive(session.as_of)] * 2, READ_WHOLE, GAP, used]).fetchall()
    lines = [
        CoverageLine(source, relation, _scope(scope, count), state, endpoint, error, aware(at), bool(rests))
        for source, relation, state, endpoint, error, scope, count, at, rests in rows
    ]
    return (*lines, *_unreached(session), *_unenforced(session), *_unfollowed(session), *_dropped(session))


# Private functions

_GAPS = """
WITH valid AS (
  SELECT * FROM base.coverage
  WHERE (valid_from IS NULL OR valid_from <= ?) AND (valid_to IS NULL OR valid_to > ?)
), closed AS (
  SELECT DISTINCT relation, scope FROM valid WHERE state = 'complete' AND scope <> ''
), open AS (
  SELECT *, coalesce(scope, '') AS of_what FROM valid v
  WHERE state <> 'complete' AND error IS DISTINCT FROM ?
    AND NOT EXISTS (SELECT 1 FROM closed c WHERE c.relation = v.relation AND c.scope = v.scope)
), named AS (
  SELECT *, ? || source_instance || ':' || relation || CASE WHEN of_what = '' THEN '' ELSE ':' || of_what END AS gap
  FROM open
)
SELECT source_instance, relation, state, coalesce(min(endpoint), ''), coalesce(error, ''), min(of_what),
  count(DISTINCT of_what), max("at"), bool_or(used.gap IS NOT NULL)
FROM named LEFT JOIN (SELECT unnest(?::VARCHAR[]) AS gap) used USING (gap)
GROUP BY source_instance, relation, state, error
ORDER BY source_instance, relation, state, error
"""


def _unreached(session: Session) -> list[CoverageLine]:
    """Return a line for applications and hosts of which nothing says from where they are reached."""
    rows = session.con.execute(
        "SELECT count(*), min(n.id) FROM base.relation r JOIN base.node n ON n.n = r.source "
        "WHERE r.kind = 'REACHABLE_FROM' AND r.source_instance = 'derived' AND NOT starts_with(r.id, ?)",
        [GAP],
    ).fetchall()
    count, first = rows[0]
    if not count:
        return []
    scope = _scope(first, count, "applications and hosts")
    return [CoverageLine(MERGED, "REACHABLE_FROM", scope, "not_collected", "", UNREACHED, None)]


def _unenforced(session: Session) -> list[CoverageLine]:
    """Return a line for controls of which nothing says whether they are enforced."""
    count, first = session.con.execute(
        "SELECT count(*), min(id) FROM base.node WHERE kind = 'Control' AND enforced_now = 'unknown' "
        "AND coalesce(effect, 'blocks') = 'blocks' AND NOT starts_with(id, ?)",
        [GAP],
    ).fetchall()[0]
    if not count:
        return []
    return [
        CoverageLine(MERGED, ENFORCEMENT, _scope(first, count, "controls"), "not_collected", "", OPEN_CONTROL, None)
    ]


def _unfollowed(session: Session) -> list[CoverageLine]:
    """Return a line for each relation kind that is stated and that nothing follows: what it would open is not shown."""
    read = {*session.read_kinds, *_TELLS}
    rows = session.con.execute("SELECT kind::VARCHAR, count(*) FROM base.relation GROUP BY 1 ORDER BY 1").fetchall()
    return [
        CoverageLine(MERGED, kind, "", "unavailable", "", f"no technique follows such relations ({count:,})", None)
        for kind, count in rows
        if kind not in read
    ]


def _dropped(session: Session) -> list[CoverageLine]:
    con = session.con
    lines = []
    for count, relation in con.execute(
        "SELECT sum(relations)::BIGINT, relation_kind FROM base.unresolved WHERE kind IS NULL "
        "GROUP BY relation_kind ORDER BY relation_kind"
    ).fetchall():
        what = "end or guard of such relations that no source describes: what rests on it is left out"
        lines.append(CoverageLine(MERGED, relation, "", "partial", "", f"{count:,} × an {what}", None))
    for count, kind in con.execute("SELECT count(*), kind FROM base.rejected GROUP BY kind ORDER BY kind").fetchall():
        what = _counted(
            count, "does not fit the vocabulary and was left out", "do not fit the vocabulary and were left out"
        )
        lines.append(CoverageLine(MERGED, kind, "", "partial", "", what, None))
    return lines


def _scope(first: str, count: int, several: str = "objects") -> str:
    return str(first) if count == 1 else f"{count:,} {several}"


def _counted(count: int, one: str, several: str) -> str:
    return f"1 relation {one}" if count == 1 else f"{count:,} relations {several}"
