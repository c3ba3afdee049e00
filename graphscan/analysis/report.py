"""A report, put together from what the analyses answer: of some starts, or of an incident."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from graphscan.analysis import names, report_handover, report_since, report_times, report_words
from graphscan.analysis.blast import blast_of
from graphscan.analysis.incident import ask as ask_incident
from graphscan.analysis.incident_file import Incident
from graphscan.analysis.incident_results import IncidentResult, State
from graphscan.analysis.names import Named, Starts
from graphscan.analysis.question import Question
from graphscan.analysis.report_results import (
    FirstMove,
    Frontier,
    Provenance,
    ReportResult,
    SourceDate,
    Unknown,
)
from graphscan.analysis.report_slice import report_slice
from graphscan.analysis.results import BlastResult, CoverageLine, FactView, Route, StartLine
from graphscan.analysis.session import Session
from graphscan.analysis.view import Viewer
from graphscan.kinds import PRINCIPALS
from graphscan.store import Store
from graphscan.techniques import registry

LISTED = 20_000  # reached facts that are listed; all of them are counted
BLAST, INCIDENT, CLAIMS = "Blast radius", "Incident", "Claims"
_ACTIONS = {"--rotated": "rotate", "--revoke": "revoke", "--enforced": "enforce", "--without": "remove"}


@dataclass(frozen=True)
class Asked:
    """
    What a report is asked with, beside its question.

    Attributes:
        title:     "": a name of ours.
        evaluated: the time of evaluation; None: the session's instant.
        command:   the words that make the report again.
        inputs:    (file, SHA-256) of the files read.
        earlier:   an earlier report to compare with.
        limit:     how many kinds of path to follow.
        begins:    from when on to tell a timeline of some starts; None: none is told.
        obtained:  when the credentials among the starts were obtained; None: they are the current ones.
    """

    version: str
    command: tuple[str, ...]
    tlp: str = "AMBER"
    title: str = ""
    evaluated: datetime | None = None
    inputs: tuple[tuple[str, str], ...] = ()
    earlier: report_since.Earlier | None = None
    limit: int = 100
    begins: datetime | None = None
    obtained: datetime | None = None
    technique_folders: tuple[Path, ...] = ()


def of_starts(
    session: Session, from_: Sequence[str], asked: Asked, progress: Callable[[str], None] = lambda _: None
) -> ReportResult:
    """
    Return the report on what an attacker who holds `from_` reaches.

    Raises:
        UnknownNameError, EmptySelectionError, UsageError: as the words say.
    """
    progress("computing the reach")
    result, _ = of_resolved(session, names.starts(session, from_, asked.obtained), asked)
    if asked.begins is not None:
        from graphscan.analysis.timeline_answer import timeline

        progress("following the reach over time")
        over = timeline(session, from_, asked.begins, obtained=asked.obtained)
        moments, cut = report_times.of_timeline(over)
        result = replace(result, timeline=moments, notes=_distinct(result.notes, over.notes, cut))
    return compared(result, asked)


def of_incident(
    session: Session, incident: Incident, asked: Asked, progress: Callable[[str], None] = lambda _: None
) -> ReportResult:
    """
    Return the report on an incident: what is missed, and what that reaches at the session's instant.

    Raises:
        UnknownNameError, EmptySelectionError, UsageError: a line of the incident means nothing, or something else.
    """
    answer = ask_incident(session, incident, progress=progress)
    progress("computing what is missed opens")
    base, rest = of_resolved(session, _missed(session, answer), asked)
    moments, cut = report_times.of_incident(answer)
    result = replace(
        base,
        title=asked.title or f"{INCIDENT}: {answer.name}",
        mode="incident",
        verdict=report_words.of_incident(answer, rest, base.frontier),
        holders=answer.holders,
        assumptions=_distinct(base.assumptions, _of_incident(answer)),
        access=answer.access,
        sets=answer.sets,
        order=answer.order,
        missed=answer.missed,
        dead=len(answer.dead),
        exposed=len(answer.credentials),
        suspects=answer.suspects,
        look_alikes=answer.look_alikes,
        timeline=moments,
        handover=report_handover.of_incident(session, answer),
        notes=_distinct(answer.notes, base.notes, cut),
        complete=base.complete and answer.complete,
    )
    return compared(result, asked, {one.node.id for one in answer.credentials if one.state is State.DEAD})


def of_resolved(
    session: Session, starts: Starts, asked: Asked, routes: Iterable[Route] = ()
) -> tuple[ReportResult, BlastResult]:
    """
    Return the report on starts that were resolved already, and the blast radius that it tells.

    Args:
        routes: of a question whose targets are no assets (a claim's): what the page draws leads where they do.
    """
    answer = blast_of(session, starts, limit=asked.limit, most=LISTED)
    frontier = tuple(
        Frontier(one, None if one.would_open is None else one.would_open > 0 and one.effect != "hinders")
        for one in answer.blocked_by
    )
    moves = tuple(
        FirstMove(
            action=_ACTIONS.get(one.edit.partition(" ")[0], "remove"),
            node=one.node,
            effect="unchanged" if not one.closes else "reduces" if one.remaining else "resolves",
            closes=one.closes,
            of=one.of,
            remaining=one.remaining,
            in_order=False,
        )
        for one in answer.moves
    )
    held = [one.fact.node for one in answer.starts]
    handover, left = report_handover.of_credentials(session, held, [one.node for one in answer.reached], moves)
    unlisted = answer.reached_total - len(answer.reached)
    cut = f"{report_words.count(unlisted, 'more reached fact')} are counted and not listed" if unlisted else ""
    evaluated = asked.evaluated or session.as_of
    result = ReportResult(
        title=asked.title or BLAST,
        tlp=asked.tlp,
        mode="blast",
        as_of=session.as_of,
        # The same whether the user or the store said it: the command that makes the report again says it.
        as_of_note="this store's own date" if Store.open(session.store).default_as_of == session.as_of else "",
        evaluated=evaluated,
        evaluated_note="the instant asked about" if evaluated == session.as_of else "",
        redacted=False,
        verdict=report_words.of_blast(answer, frontier, moves),
        starts=answer.starts,
        holders=(),
        assumptions=_assumptions(session, answer),
        edits=answer.edits,
        sources=_sources(session),
        totals=answer.totals,
        by_sensitivity=answer.by_sensitivity,
        asset_sensitivity=answer.asset_sensitivity,
        reached=answer.reached,
        reached_total=answer.reached_total,
        open_to_anyone=answer.open_to_anyone,
        possibly_open=answer.possibly_open,
        access=(),
        families=answer.routes,
        families_note=answer.routes_note,
        contributions=answer.contributions,
        sets=answer.sets,
        frontier=frontier,
        moves=moves,
        order=(),
        missed=(),
        dead=0,
        exposed=0,
        suspects=(),
        look_alikes=(),
        timeline=(),
        claims=(),
        waivers=(),
        unknowns=unknowns(answer.coverage),
        handover=handover,
        since=None,
        provenance=Provenance(
            snapshot=session.snapshot.digest,
            techniques=registry.digest(asked.technique_folders),
            version=asked.version,
            command=asked.command,
            inputs=asked.inputs,
        ),
        notes=_distinct(answer.notes, cut, left),
        complete=answer.complete,
        slice=report_slice(Question.ask(session, starts), tuple(routes)),
    )
    return result, answer


def unknowns(coverage: Iterable[CoverageLine]) -> tuple[Unknown, ...]:
    """Return what was not read with what it could hide, what something shown rests on first."""
    rows = sorted(coverage, key=lambda one: not one.used)
    return tuple(Unknown(one, report_words.hides(one)) for one in rows)


def compared(result: ReportResult, asked: Asked, dead: Collection[str] = ()) -> ReportResult:
    """
    Return a report with what changed since the earlier one, where there is one.

    Args:
        dead: ids of credentials that are proven dead.
    """
    if asked.earlier is None:
        return result
    return replace(result, since=report_since.since(asked.earlier, result, dead))


# Private functions


def _missed(session: Session, answer: IncidentResult) -> Starts:
    """Return what the attacker has at the end, as the incident counts it: what is not proven dead, and what he made."""
    named: list[Named] = []
    for one in answer.credentials:
        found = None if one.death is not None or one.how == "unlisted" else names.find(session, one.node.id)
        if found is not None:
            named.append(Named(found[0], "Credential", "", None))
    for made in answer.remaining:
        found = names.find(session, made.node.id)
        if found is not None and found[1] == "Credential":
            named.append(Named(found[0], found[1], "", None))
        elif found is not None and found[1] in PRINCIPALS - {"Group"}:
            named.append(Named(found[0], found[1], "", "act_as"))
    groups = tuple((one, tuple(names.facts_of(session, one))) for one in named)
    viewer = Viewer(session)
    viewer.want(nodes=[one.n for one in named])
    lines = tuple(StartLine(FactView(viewer.node(one.n), level)) for one in named for level in one.levels())
    return Starts(tuple(sorted({fact for _, facts in groups for fact in facts})), groups, lines)


def _sources(session: Session) -> tuple[SourceDate, ...]:
    return tuple(
        SourceDate(
            source=one.source,
            importer=one.importer,
            at=one.at,
            complete=one.complete,
            nodes=one.counts.get("nodes", 0),
            relations=one.counts.get("relations", 0),
        )
        for one in session.snapshot.imports
    )


def _assumptions(session: Session, answer: BlastResult) -> tuple[str, ...]:
    """Return what is taken for granted, a sentence each."""
    open_ = sum(one.node.kind == "Control" for one in answer.ambient)
    said = [
        "What the attacker begins with is held by one person, all of it together.",
        "What could not be read counts as possible, never as absent: “not reached” means not as far as was read.",
    ]
    if open_:
        controls = "control on the ways shown does" if open_ == 1 else "controls on the ways shown do"
        said.append(f"{open_:,} {controls} not hold at this instant, so that anyone passes.")
    if session.edits.lines():
        said.append("The inventory was changed before asking, as the edits say: this is a what-if.")
    return tuple(said)


def _of_incident(answer: IncidentResult) -> tuple[str, ...]:
    said = ["A value is dead only by evidence later than the time it was obtained; a ticket is no evidence."]
    if answer.possible:
        said.append("What the attacker could have made counts in what is possibly reached.")
    else:
        said.append("Of what the attacker may have made, what the inventory shows counts; the rest is to be excluded.")
    return tuple(said)


def _distinct(*parts: Iterable[str] | str) -> tuple[str, ...]:
    """Return sentences, each once and none empty."""
    flat = [one for part in parts for one in ([part] if isinstance(part, str) else part)]
    return tuple(dict.fromkeys(one for one in flat if one))
