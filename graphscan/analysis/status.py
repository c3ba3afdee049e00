"""What a store holds and how far it can be believed; what a selector means; what an import did."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphscan.analysis.results import Disagreement, NodeView
from graphscan.analysis.status_results import (
    AmbiguousLine,
    Doubts,
    GapLine,
    ImportResult,
    NotUnderstoodLine,
    RejectedLine,
    SelectResult,
    SourceLine,
    StatusResult,
    TechniquesResult,
    UnresolvedLine,
)
from graphscan.errors import EmptySelectionError
from graphscan.model import NO_FAILURE, READ_WHOLE

if TYPE_CHECKING:
    import duckdb

    from graphscan.store import ImportRecord, Store

__all__ = [
    "LISTED",
    "AmbiguousLine",
    "Doubts",
    "GapLine",
    "ImportResult",
    "NotUnderstoodLine",
    "RejectedLine",
    "SelectResult",
    "SourceLine",
    "StatusResult",
    "TechniquesResult",
    "UnresolvedLine",
    "merged",
    "read_doubts",
    "read_gaps",
    "select_nodes",
    "source_line",
    "status",
]

LISTED = 20  # of each sort of line, unless more are asked for


def status(store: Path, verify: bool, limit: int = LISTED, known: datetime | str | None = None) -> StatusResult:
    """
    Describe a store.

    Args:
        store:  its folder.
        verify: compute every file's checksum. Damage is then reported and not raised; what cannot be read is left out.
        limit:  how many lines of each sort to return.
        known:  describe what was known at this time, or the state with this digest; None: the newest.

    Raises:
        StoreNotFoundError, StoreVersionError: there is none, or of another format.
        StoreDamagedError: a file is damaged and `verify` was not asked for.
    """
    from graphscan.store import Store

    opened = Store.open(store)
    problems = tuple(opened.verify()) if verify else ()
    snapshot = opened.snapshot(known)
    sources = tuple(source_line(one, len(opened.history(one.source))) for one in snapshot.imports)
    nodes: tuple[tuple[str, int], ...] = ()
    relations: tuple[tuple[str, int], ...] = ()
    doubts = Doubts(0, (), 0, (), 0, (), 0, (), 0, ())
    if sources and not problems:
        con = merged(opened, known)
        nodes = _counts(con, "node")
        relations = _counts(con, "relation")
        doubts = read_doubts(con, limit)
    return StatusResult(
        store=str(store),
        now=datetime.now(UTC),
        default_as_of=opened.default_as_of,
        snapshot=snapshot.digest if sources else "",
        sources=sources,
        nodes=nodes,
        relations=relations,
        doubts=doubts,
        verified=verify,
        problems=problems,
        complete=all(one.complete for one in sources) and not doubts.gap_count and not problems,
    )


def select_nodes(store: Path, selector: str, limit: int = LISTED, known: datetime | str | None = None) -> SelectResult:
    """
    Return what a selector means in the merged view: of the newest imports, or of what was known at a time.

    Raises:
        SelectorError:       it cannot be read.
        EmptySelectionError: it matches nothing.
    """
    from graphscan import select
    from graphscan.store import Store

    parsed = select.parse(selector)
    con = merged(Store.open(store), known)
    condition, values = parsed.where()
    # A node that is only ever the end of a relation has no kind, and no analysis can be asked about it.
    matching = f"FROM base.node AS node WHERE kind IS NOT NULL AND ({condition})"
    kinds = con.execute(f"SELECT kind, count(*) {matching} GROUP BY kind ORDER BY kind", values).fetchall()
    count = sum(number for _, number in kinds)
    if count == 0:
        raise EmptySelectionError(
            f"`{selector}` matches nothing in {store}", "`graphscan status` shows which kinds there are"
        )
    rows = con.execute(
        f"SELECT id, kind, subtype, name, provider, sensitivity, hypothetical {matching} ORDER BY id LIMIT ?",
        [*values, limit],
    ).fetchall()
    return SelectResult(
        selector=selector,
        level=parsed.level,
        nodes=tuple(_view(row) for row in rows),
        count=count,
        kinds=tuple((kind or "", number) for kind, number in kinds),
        complete=len(rows) == count,
    )


def merged(store: "Store", known: datetime | str | None = None) -> "duckdb.DuckDBPyConnection":
    """Return the merged view of a store's newest imports, or of what was known at a time."""
    from graphscan.store.merge import load

    return load(store.snapshot(known))


def source_line(record: "ImportRecord", kept: int) -> SourceLine:
    """Return an import as it is shown."""
    return SourceLine(
        source=record.source,
        importer=record.importer,
        at=record.at,
        stored_at=record.stored_at,
        complete=record.complete,
        counts=tuple(record.counts.items()),
        not_understood=tuple(NotUnderstoodLine(one.where, one.reason, one.count) for one in record.not_understood),
        kept=kept,
    )


def read_doubts(con: "duckdb.DuckDBPyConnection", limit: int) -> Doubts:
    """Return what is open in a merged view, at most `limit` lines of each sort."""
    return Doubts(
        gap_count=_one(con, f"SELECT count(*) FROM base.coverage WHERE {_GAP}"),
        gaps=read_gaps(con, limit),
        disagreement_count=_one(con, "SELECT count(*) FROM (SELECT DISTINCT id, field FROM base.disagreement)"),
        disagreements=tuple(
            Disagreement(node=row[0], field=row[1], source_instance=row[2], value=str(row[3]), chosen=bool(row[4]))
            for row in con.execute(
                "SELECT id, field, source_instance, value, chosen FROM base.disagreement "
                "ORDER BY id, field, chosen DESC, source_instance LIMIT ?",
                [limit],
            ).fetchall()
        ),
        unresolved_count=_one(con, "SELECT count(DISTINCT ref) FROM base.unresolved"),
        unresolved=tuple(
            UnresolvedLine(*row)
            for row in con.execute(
                "SELECT ref, relation_kind, source_instance, relations FROM base.unresolved "
                "ORDER BY relations DESC, ref, relation_kind, source_instance LIMIT ?",
                [limit],
            ).fetchall()
        ),
        ambiguous_count=_one(con, "SELECT count(*) FROM base.ambiguous"),
        ambiguous=tuple(
            AmbiguousLine(ref, tuple(candidates))
            for ref, candidates in con.execute(
                "SELECT ref, candidates FROM base.ambiguous ORDER BY ref LIMIT ?", [limit]
            ).fetchall()
        ),
        rejected_count=_one(con, "SELECT count(*) FROM base.rejected"),
        rejected=tuple(
            RejectedLine(*row)
            for row in con.execute(
                "SELECT kind, source, target, reason, source_instance FROM base.rejected "
                "ORDER BY source_instance, kind, source, target LIMIT ?",
                [limit],
            ).fetchall()
        ),
    )


def read_gaps(con: "duckdb.DuckDBPyConnection", limit: int, source: str | None = None) -> tuple[GapLine, ...]:
    """
    Return what could not be read, of one source or of all, one line for each (source, relation kind, state).

    A line is told by its first failure; lines that tell of failures come first, for those a person can do something
    about.
    """
    rows = con.execute(
        """
        WITH gap AS (
          SELECT *, len(list_filter($notes::VARCHAR[], lambda one: starts_with(coalesce(error, ''), one))) > 0 AS note
          FROM base.coverage
          WHERE state <> 'complete' AND error IS DISTINCT FROM $whole
            AND ($source::VARCHAR IS NULL OR source_instance = $source)
        ), line AS (
          SELECT source_instance, relation, state, count(*) AS scopes, max("at") AS "at", min({
            'note': note, 'scope': coalesce("scope", ''), 'endpoint': coalesce(endpoint, ''), 'why': coalesce(error, '')
          }) AS told
          FROM gap GROUP BY source_instance, relation, state
        )
        SELECT source_instance, relation, state, scopes, told."scope", told.endpoint, told.why, "at"
        FROM line
        ORDER BY told.note, source_instance, relation, state
        LIMIT $limit
        """,
        {"source": source, "notes": list(NO_FAILURE), "whole": READ_WHOLE, "limit": limit},
    ).fetchall()
    return tuple(_gap(row) for row in rows)


# Private functions

_GAP = f"state <> 'complete' AND error IS DISTINCT FROM '{READ_WHOLE}'"


def _gap(row: tuple[Any, ...]) -> GapLine:
    source, relation, state, scopes, example, endpoint, error, at = row
    return GapLine(
        source_instance=source,
        relation=relation,
        state=state,
        scopes=scopes,
        example=example or "",
        endpoint=endpoint or "",
        error=error or "",
        at=None if at is None else at.replace(tzinfo=UTC),
    )


def _counts(con: "duckdb.DuckDBPyConnection", table: str) -> tuple[tuple[str, int], ...]:
    rows = con.execute(f"SELECT kind, count(*) FROM base.{table} WHERE kind IS NOT NULL GROUP BY kind ORDER BY kind")
    return tuple((kind, number) for kind, number in rows.fetchall())


def _one(con: "duckdb.DuckDBPyConnection", query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0


def _view(row: tuple[Any, ...]) -> NodeView:
    identity, kind, subtype, name, provider, sensitivity, hypothetical = row
    return NodeView(
        id=identity,
        kind=kind or "",
        subtype=subtype or "",
        name=name or "",
        provider=provider or "",
        sensitivity=sensitivity or "none",
        hypothetical=bool(hypothetical),
    )
