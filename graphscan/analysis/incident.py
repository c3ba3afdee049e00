"""An incident: which exposed credentials are not proven dead, what they open, and what else remains."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from graphscan.analysis.coverage import gaps
from graphscan.analysis.incident_deaths import Deaths
from graphscan.analysis.incident_exposed import Direct, direct
from graphscan.analysis.incident_file import Incident
from graphscan.analysis.incident_gaps import unlisted
from graphscan.analysis.incident_likes import look_alikes
from graphscan.analysis.incident_lookup import Lookup
from graphscan.analysis.incident_made import Made, made_since
from graphscan.analysis.incident_minted import with_minted
from graphscan.analysis.incident_order import order_of
from graphscan.analysis.incident_reach import Reached, reached
from graphscan.analysis.incident_residual import Residual, access, residual
from graphscan.analysis.incident_results import Hypothesis, IncidentResult, Suspect
from graphscan.analysis.incident_rows import Rows
from graphscan.analysis.incident_states import Judged, judge
from graphscan.analysis.lives import Lives
from graphscan.analysis.names import Named
from graphscan.analysis.results import FactView
from graphscan.analysis.session import Session
from graphscan.analysis.view import Viewer
from graphscan.kinds import PRINCIPALS

_ROUNDS = 10  # each finds more credentials or more that was made; there are few such chains
MOST_HYPOTHESES = 1_000


@dataclass(frozen=True)
class _Found:
    """What the incident exposed at first hand and by use, and what was made meanwhile."""

    direct: Direct
    judged: dict[int, Judged]
    made: tuple[Made, ...]
    reached: Reached
    settled: bool


def ask(session: Session, incident: Incident, *, progress: Callable[[str], None] = lambda _: None) -> IncidentResult:
    """
    Answer an incident at a session's instant.

    Raises:
        UnknownNameError, EmptySelectionError, UsageError: a line of the incident means nothing, or something else.
    """
    lookup, deaths = Lookup(session), Deaths(Lives.of(session))
    progress("following the exposure")
    found = _followed(session, incident, lookup, deaths)
    progress("computing what is left")
    rest = residual(session, _starts(found))
    rows = Rows(session, lookup, found.reached, found.direct, rest)
    listed = rows.credentials(found.judged.values())
    owners = {owner for one in found.judged.values() for owner in lookup.accounts(one.n)}
    begins = _begins(found.direct)
    if begins is not None:
        listed += rows.unlisted(unlisted(session, owners, begins), found.judged.values())
    suspects = _suspects(session, found.made)
    missed = [one for one in listed if one.state.missed]
    remaining = [one.node for one in suspects if one.death is None]
    hypotheses, cut = _hypotheses(found.reached)
    possible = rest.possible + (_with_hypotheses(found.reached, rest) if incident.possible else ())
    still = {fact.node.id for fact in rest.known}
    now = {int(session.graph.fact_node[fact]) for fact in rest.question.assets.tolist()}
    notes = (
        *_notes(session, incident, found),
        *rest.notes,
        *rows.notes,
        *([cut] if cut else []),
    )
    coverage = gaps(session)
    out_since = None if missed or remaining else max(_deaths(found), default=None)
    return IncidentResult(
        name=incident.name,
        as_of=session.as_of,
        as_of_note=session.as_of_note,
        known=incident.known,
        begins=incident.begins,
        acts_from=incident.acts_from,
        possible=incident.possible,
        holders=found.direct.lines,
        credentials=tuple(listed),
        look_alikes=look_alikes(session, lookup, found.judged, found.direct),
        suspects=suspects,
        hypotheses=hypotheses,
        asset_sensitivity=str(rest.question.least),
        residual=rest.known,
        residual_possibly=tuple(one for one in possible if one.node.id not in still),
        sets=rest.sets,
        order=order_of(missed, remaining, rest.sets),
        access=access(session, found.reached.assets | now, now),
        out_since=out_since,
        notes=notes,
        coverage=coverage,
        complete=not coverage and not rest.notes and not rows.notes and found.settled,
    )


# Private functions


def _followed(session: Session, incident: Incident, lookup: Lookup, deaths: Deaths) -> _Found:
    """Follow the exposure until it brings nothing new: what is read leads to what is made, and that to what is read."""
    first = direct(session, incident, lookup)
    exposures = with_minted(session, lookup, deaths, first.exposures)
    judged = judge(session, lookup, deaths, exposures)
    result = Reached(None)
    made: tuple[Made, ...] = ()
    before: object = None
    settled = False
    for _ in range(_ROUNDS):
        made = made_since(session, lookup, deaths, _principals(lookup, judged.values(), result))
        given = tuple(one for one in exposures if one.how != "reached")
        asked = (given, tuple(one.n for one in made))
        if asked == before:
            settled = True
            break
        before = asked
        result = reached(session, lookup, deaths, given, first.holdings, made, incident.acts_from)
        if not result.exposures and not any(one.how == "reached" for one in exposures):
            continue
        exposures = with_minted(session, lookup, deaths, (*given, *result.exposures))
        judged = judge(session, lookup, deaths, exposures)
    made_here = {one.n for one in made}
    judged = {n: one for n, one in judged.items() if n not in made_here}
    return _Found(first, judged, made, result, settled)


def _principals(
    lookup: Lookup, judged: Iterable[Judged], result: Reached
) -> dict[int, tuple[datetime, datetime | None]]:
    """Return whom somebody else may have acted as: from the exposure on, until that is disproved."""
    found: dict[int, tuple[datetime, datetime | None]] = {}

    def add(n: int, begins: datetime, until: datetime | None) -> None:
        old = found.get(n)
        if old is not None:
            begins = min(begins, old[0])
            until = None if until is None or old[1] is None else max(until, old[1])
        found[n] = (begins, until)

    for one in judged:
        for account in lookup.accounts(one.n):
            begins = min(way.begins for way in (one.exposure, *one.others))
            add(account, begins, None if one.death is None or one.live_derived else one.death.at)
    for n, (begins, until) in result.principals.items():
        add(n, begins, until)
    return found


def _starts(found: _Found) -> list[Named]:
    """Return what the attacker has at the end: values that are not proven dead, and what he made."""
    named = [Named(one.n, "Credential", "", None) for one in found.judged.values() if one.death is None]
    for one in found.made:
        if one.death is None and one.kind == "Credential":
            named.append(Named(one.n, one.kind, "", None))
        elif one.death is None and one.kind in PRINCIPALS - {"Group"}:
            named.append(Named(one.n, one.kind, "", "act_as"))  # whoever makes an account knows its password
    return named


def _suspects(session: Session, made: Sequence[Made]) -> tuple[Suspect, ...]:
    viewer = Viewer(session)
    viewer.want(nodes=[n for one in made for n in (one.n, one.by)])
    return tuple(
        Suspect(viewer.node(one.n), one.created, viewer.node(one.by).id, Rows.death(one.death)) for one in made
    )


def _hypotheses(result: Reached) -> tuple[tuple[Hypothesis, ...], str]:
    """Return what the attacker could have made, the oldest first."""
    ordered = sorted(result.hypotheses, key=lambda one: (one.first.at, one.id))
    found = []
    for one in ordered[:MOST_HYPOTHESES]:
        there = one.first.session
        viewer = Viewer(there)
        rows = there.con.execute("SELECT n FROM base.node WHERE id = ?", [one.id]).fetchall()
        if rows:
            viewer.want(nodes=[rows[0][0]])
            found.append(Hypothesis(viewer.node(rows[0][0]), one.first.at, ()))
    more = len(ordered) - MOST_HYPOTHESES
    return tuple(found), f"{more:,} more things that the attacker could have made are not listed" if more > 0 else ""


def _with_hypotheses(result: Reached, rest: Residual) -> tuple[FactView, ...]:
    """Return the assets that are reached only with what the attacker could have made earlier and kept."""
    if result.over is None:
        return ()
    question = result.over.last.question
    session = question.session
    facts = [*question.assets.tolist(), *question.assets_possibly.tolist()]
    viewer = Viewer(session)
    viewer.want_facts(facts)
    have = {(one.node.id, one.level) for one in (*rest.known, *rest.possible)}
    views = [viewer.fact(fact) for fact in facts]
    return tuple(one for one in views if (one.node.id, one.level) not in have)


def _begins(found: Direct) -> datetime | None:
    return min((one.begins for one in found.exposures), default=None)


def _deaths(found: _Found) -> list[datetime]:
    """Return when everything that was exposed, or made since, died."""
    deaths = [*(one.death for one in found.judged.values()), *(one.death for one in found.made)]
    return [death.at for death in deaths if death is not None]


def _notes(session: Session, incident: Incident, found: _Found) -> list[str]:
    notes = []
    if any(one.ends is None for one in incident.holders):
        notes.append(
            "the exposure is not said to be over, so no replacement proves anything: the new value may have been read "
            "too; say until when with `until` or --until"
        )
    if incident.acts_from is not None and incident.acts_from > session.as_of:
        notes.append("at this instant the attacker has not acted yet, as the incident says")
    if any(one.listed is None for one in incident.holders) and not found.direct.exposures:
        notes.append("nothing named had or was a credential then")
    if not found.settled:
        notes.append("the chain of what was read and made was cut short; there may be more")
    return notes
