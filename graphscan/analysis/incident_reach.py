"""What an attacker who had what was exposed reached over time: further credentials, principals, assets, hypotheses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from graphscan import kinds
from graphscan.analysis import build
from graphscan.analysis.incident_deaths import Deaths
from graphscan.analysis.incident_exposed import Exposure, Holding
from graphscan.analysis.incident_lookup import Lookup
from graphscan.analysis.incident_made import Made
from graphscan.analysis.names import Named, Starts
from graphscan.analysis.question import Question
from graphscan.analysis.session import Session
from graphscan.analysis.timeline import Exposure as Held
from graphscan.analysis.timeline import Moment, OverTime, StartSpan, over_time
from graphscan.engine import question as engine
from graphscan.kinds import PRINCIPALS
from graphscan.model import Observed

# How ids of what a gap may hide begin: it is told as a gap, not as something that the attacker made.
UNKNOWN = "unknown:"
_PRINCIPALS = [build.KINDS.index(kind) for kind in sorted(PRINCIPALS - {"Group"})]


@dataclass(frozen=True)
class Reached:
    """
    What followed from the use of what was exposed.

    Attributes:
        over:       the run itself; None where nobody has acted yet, or nothing was exposed.
        exposures:  credentials read on the way, by way of nothing hypothetical that was kept.
        principals: whom the attacker could act as, from when on and until when (None: still).
        hypotheses: ids of credentials that he could have made, or read with such a one, with how he came to hold them.
        assets:     nodes of assets that were reached at some moment.
    """

    over: OverTime | None
    exposures: tuple[Exposure, ...] = ()
    principals: dict[int, tuple[datetime, datetime | None]] = field(default_factory=dict)
    hypotheses: tuple[Held, ...] = ()
    assets: frozenset[int] = frozenset()
    held: dict[int, Held] = field(default_factory=dict)


def reached(
    session: Session,
    lookup: Lookup,
    deaths: Deaths,
    exposures: Sequence[Exposure],
    holdings: Iterable[Holding],
    made: Iterable[Made],
    acts_from: datetime | None,
) -> Reached:
    """
    Run the reach over time from the first use to the session's instant.

    Args:
        exposures: what is exposed without any use.
        made:      what the attacker made: credentials from when they began.
        acts_from: from when on he used anything; None: at once.
    """
    made = list(made)
    spans, first = _spans(session, lookup, deaths, exposures, list(holdings), made, acts_from)
    if not spans or first is None:
        return Reached(None)
    over = over_time(session.at, spans, first, session.as_of)
    surely, possibly, principals, assets = _read_off(over)
    own = {span.named.n for span in spans}
    made_here = {one.n for one in made}
    found: list[Exposure] = []
    held: dict[int, Held] = {}
    hypotheses: list[Held] = []
    certain = over.exposed(may=False)
    every = over.exposed(may=True)
    numbers = _numbers(session, every)
    for id_, one in every.items():
        n = numbers.get(id_)
        known = certain.get(id_)
        if n in made_here or id_.startswith(UNKNOWN):
            continue
        if n is None or (n not in own and n not in possibly):
            hypotheses.append(one)
            continue
        way = known if known is not None and n in surely else one
        held[n] = way
        if one.start and not _newer(way, n, exposures):
            continue
        observed = Observed.YES
        possible = way is one and known is not way
        found.append(Exposure(n, "reached", None, way.first.at, way.obtained, observed, possible=possible))
        older = way.first.holdings(possible)[id_]
        if older < way.obtained and not one.start:
            # The value that he read first: it may be dead, and the one that he read next alive.
            found.append(Exposure(n, "reached", None, way.first.at, older, observed, possible=possible))
    return Reached(over, tuple(found), principals, tuple(hypotheses), assets, held)


# Private functions


def _spans(
    session: Session,
    lookup: Lookup,
    deaths: Deaths,
    exposures: Sequence[Exposure],
    holdings: Sequence[Holding],
    made: Sequence[Made],
    acts_from: datetime | None,
) -> tuple[list[StartSpan], datetime | None]:
    """Return what is held from when on, and the first moment of use; None where that is later than the session's."""
    begins = [one.begins for one in exposures] + [one.begins for one in holdings]
    first = max(acts_from or min(begins), min(begins)) if begins else None
    if first is None or first > session.as_of:
        return [], None
    spans = []
    for one in exposures:
        # What was dead before anybody acted opens nothing.
        if deaths.of(one.n, one.obtained, first) is None:
            named = Named(one.n, "Credential", "", None)
            spans.append(StartSpan(named, lookup.record(one.n).id, max(first, one.begins), None, one.obtained))
    for holding in holdings:
        if holding.ends > first:
            spans += [
                StartSpan(one, lookup.record(one.n).id, max(first, holding.begins), holding.ends)
                for one in holding.nodes
            ]
    for thing in made:
        record = lookup.record(thing.n)
        since = max(first, thing.created or first)
        if since > session.as_of:
            continue
        if record.kind == "Credential":
            spans.append(StartSpan(Named(thing.n, "Credential", "", None), record.id, since, None, since))
        elif record.kind in PRINCIPALS - {"Group"}:
            spans.append(StartSpan(Named(thing.n, record.kind, "", "act_as"), record.id, since))
    return spans, first


def _newer(way: Held, n: int, exposures: Sequence[Exposure]) -> bool:
    """Whether something newer was read than what is exposed without any use."""
    return all(way.obtained > one.obtained for one in exposures if one.n == n)


def _numbers(session: Session, ids: Iterable[str]) -> dict[str, int]:
    """Return the numbers of stated nodes by id."""
    rows = session.con.execute(
        "SELECT id, n FROM base.node WHERE id IN (SELECT unnest(?::VARCHAR[])) AND provider <> 'derived'", [list(ids)]
    ).fetchall()
    return dict(rows)


def _read_off(
    over: OverTime,
) -> tuple[set[int], set[int], dict[int, tuple[datetime, datetime | None]], frozenset[int]]:
    """
    Return the stated credentials that were surely and possibly held without anything hypothetical that was kept, whom
    the attacker could act as and when, and the assets.
    """
    surely: set[int] = set()
    possibly: set[int] = set()
    principals: dict[int, tuple[datetime, datetime | None]] = {}
    assets: set[int] = set()
    for place, moment in enumerate(over.moments):
        graph = moment.session.graph
        kind, flags = moment.session.array("kind"), moment.session.array("flags")
        must, may = _without_kept(moment, flags)
        for asked, into in ((must, surely), (may, possibly)):
            nodes = graph.fact_node[np.flatnonzero(asked.reached.held)]
            nodes = nodes[nodes < len(flags)]
            nodes = nodes[(flags[nodes] & build.DERIVED) == 0]
            into.update(nodes[kind[nodes] == build.KINDS.index("Credential")].tolist())
        held = np.flatnonzero(must.reached.held & ~must.anyone.held)
        nodes = graph.fact_node[held]
        ours = (nodes < len(flags)) & np.isin(graph.fact_level[held], _ACTING)
        nodes = nodes[ours]
        nodes = nodes[np.isin(kind[nodes], _PRINCIPALS) & ((flags[nodes] & build.DERIVED) == 0)]
        last = place == len(over.moments) - 1
        until = None if last else over.moments[place + 1].at
        for n in set(nodes.tolist()):
            principals[n] = (principals[n][0] if n in principals else moment.at, until)
        question = Question(moment.session, Starts((), (), ()), must, may)
        assets.update(graph.fact_node[question.assets].tolist())
    return surely, possibly, principals, frozenset(assets)


_ACTING = [
    kinds.LEVEL_CODES["principal", level] for level in kinds.FAMILIES["principal"].levels if level not in ("api_read",)
]


def _without_kept(
    moment: Moment, flags: "np.ndarray[tuple[int], np.dtype[np.uint8]]"
) -> tuple[engine.Question, engine.Question]:
    """Return the questions of a moment without hypothetical credentials that were carried on from earlier ones."""
    graph = moment.session.graph

    def stated(facts: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(
            fact
            for fact in facts
            if int(graph.fact_node[fact]) < len(flags) and not flags[graph.fact_node[fact]] & build.DERIVED
        )

    known, possible = stated(moment.known), stated(moment.possible)
    if known == moment.known and possible == moment.possible:
        return moment.must, moment.may
    must = engine.Question(graph, known)
    return must, engine.Question(graph, possible, True, must)
