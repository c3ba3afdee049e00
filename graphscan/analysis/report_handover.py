"""What is to be ended, by owner: each credential with the vendor's page, the exact step, and who breaks."""

from collections.abc import Iterable, Mapping, Sequence

from graphscan.analysis.incident_lookup import Lookup, contradict
from graphscan.analysis.incident_results import ExposedCredential, IncidentResult
from graphscan.analysis.names import find
from graphscan.analysis.report_console import Console, consoles
from graphscan.analysis.report_kill import kill
from graphscan.analysis.report_results import FirstMove, Handover
from graphscan.analysis.results import NodeView
from graphscan.analysis.session import Session
from graphscan.analysis.view import DERIVED

MOST = 5_000
_LAST = 1_000_000_000  # what has no place in the order comes behind all that has one
HELD, REACHED, MADE = "HELD", "REACHED", "PERSISTENCE SUSPECT"


def of_incident(session: Session, answer: IncidentResult) -> tuple[Handover, ...]:
    """Return a row for each missed credential and for what was made and remains, by owner and then in order."""
    pages = consoles(session, [one.node.id for one in answer.missed])
    places = {step.node.id: number for number, step in enumerate(answer.order, 1)}
    rows = [_exposed(one, pages, places) for one in answer.missed]
    rows += [
        Handover(
            owner="",
            node=made.node,
            state=MADE,
            console="",
            console_shows="",
            step="Remove it, and what it made in turn: whoever was exposed made it, and no rotation ends it.",
            source="",
            order=places.get(made.node.id, 0),
            after=(),
            consumers=(),
            accounts=(made.created_by,),
            last_used=(),
            conflict=False,
        )
        for made in answer.remaining
    ]
    return _sorted(rows)


def of_credentials(
    session: Session, held: Iterable[NodeView], reached: Iterable[NodeView], moves: Sequence[FirstMove]
) -> tuple[tuple[Handover, ...], str]:
    """Return a row for each credential that is held or reached, and a note where there are more."""
    states = {one.id: (one, HELD) for one in held if one.kind == "Credential" and one.provider != DERIVED}
    for one in reached:
        if one.kind == "Credential" and one.provider != DERIVED:
            states.setdefault(one.id, (one, REACHED))
    left = len(states) - MOST
    chosen = list(states.values())[:MOST]
    pages = consoles(session, [one.id for one, _ in chosen])
    places = {move.node.id: number for number, move in enumerate(moves, 1)}
    lookup = Lookup(session)
    numbers = {one.id: found[0] for one, _ in chosen if (found := find(session, one.id)) is not None}
    lookup.want(numbers.values())
    rows = [
        _plain(session, lookup, numbers.get(one.id, -1), one, state, pages.get(one.id, Console()), places)
        for one, state in chosen
    ]
    return _sorted(rows), f"{left:,} more credentials are not in the hand-over list" if left > 0 else ""


# Private functions


def _exposed(one: ExposedCredential, pages: Mapping[str, Console], places: Mapping[str, int]) -> Handover:
    page = pages.get(one.node.id, Console())
    step = kill(one.node.subtype, one.node.provider, page.product, page.form)
    return Handover(
        owner=one.owner,
        node=one.node,
        state=str(one.state),
        console=page.address,
        console_shows=page.shows,
        step=step.step,
        source=step.source,
        order=places.get(one.node.id, 0),
        after=one.before,
        consumers=one.consumers,
        accounts=one.accounts,
        last_used=one.last_used,
        conflict=one.conflict,
    )


def _plain(
    session: Session, lookup: Lookup, n: int, node: NodeView, state: str, page: Console, places: Mapping[str, int]
) -> Handover:
    step = kill(node.subtype, node.provider, page.product, page.form)
    record = lookup.record(n) if lookup.known(n) else None
    accounts = [lookup.record(one) for one in lookup.accounts(n) if lookup.known(one)]
    uses = record.last_used if record else ()
    return Handover(
        owner=(record.owner if record else "") or next((one.owner for one in accounts if one.owner), ""),
        node=node,
        state=state,
        console=page.address,
        console_shows=page.shows,
        step=step.step,
        source=step.source,
        order=places.get(node.id, 0),
        after=(),
        consumers=tuple(lookup.record(one).id for one in lookup.copies(n) if lookup.known(one)),
        accounts=tuple(one.id for one in accounts),
        last_used=uses,
        conflict=contradict(uses, session.as_of),
    )


def _sorted(rows: Iterable[Handover]) -> tuple[Handover, ...]:
    return tuple(sorted(rows, key=lambda one: (one.owner == "", one.owner, one.order or _LAST, one.node.id)))
