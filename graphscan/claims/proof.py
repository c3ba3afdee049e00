"""What a claim that holds rests on, and its certificate, asked of what a verb found."""

from collections.abc import Sequence

import numpy as np

from graphscan.analysis.gaps import MERGED, gaps_used
from graphscan.analysis.results import CoverageLine, Route
from graphscan.analysis.session import Session
from graphscan.analysis.view import Viewer, gap_names
from graphscan.claims import model
from graphscan.claims import rests as resting
from graphscan.claims.certificate import Statement
from graphscan.claims.context import Context, Finding, counted
from graphscan.claims.evidence import SEARCHED
from graphscan.claims.rests import Survival
from graphscan.claims.results import RestsOn
from graphscan.engine.graph import MAY
from graphscan.engine.reach import Reach
from graphscan.engine.slice import backward
from graphscan.gap import ENFORCEMENT
from graphscan.printable import printable

_NAMED = 2  # gaps told in a sentence; all are listed
_MOST_STEPS = 50_000  # of an attack graph looked at for gaps
_MOST_SHOWN = 500


def statement(
    context: Context, finding: Finding, claim: model.Claim, file: model.ClaimsFile | None = None
) -> Statement:
    """Return what is certified of a claim that holds."""
    assumed = context.assumed
    return Statement(
        claim=claim.id,
        claim_sha256=file.claim_digest(claim) if file else "",
        text=claim.text,
        starts=finding.question.starts.facts,
        targets=tuple(finding.targets.tolist()),
        held=assumed.held,
        blocked=assumed.blocked,
        without=finding.shut,
        trust=assumed.trust,
        distrust=assumed.distrust,
        absent=_absent(context, finding),
        at_most=finding.at_most,
    )


def reached(finding: Finding) -> Reach | None:
    """Return what is possibly reached, where it was computed with what is merely possible."""
    return finding.question.may.reached if finding.question.may.may else None


def rests_on(context: Context, finding: Finding, claim: model.Claim) -> RestsOn:
    """Return the controls and the depth of a claim that holds."""
    said = statement(context, finding, claim)
    return resting.rests_on(context.session, said, finding.starts.tolist(), reached(finding))


def survives(context: Context, finding: Finding, claim: model.Claim) -> Survival:
    """Return whether a claim that holds still does when as many trusted controls fail as it says."""
    said = statement(context, finding, claim)
    return resting.survives(context.session, said, claim.survives, finding.starts.tolist())


def gaps(context: Context, finding: Finding, routes: Sequence[Route]) -> tuple[CoverageLine, ...]:
    """
    Return what to read to decide a claim that may not hold: each gap that takes part, those of the shortest path first;
    in a very large graph those alone.
    """
    session, question = context.session, finding.question
    found = [line for route in routes[:1] for line in gaps_used(session, question, route)]
    if routes and session.graph.step_count > SEARCHED:
        return tuple(dict.fromkeys(found))
    viewer, graph = Viewer(session), session.graph
    steps = _unsure(session, finding)
    viewer.want_steps(steps)
    hops = tuple(viewer.hop(int(graph.step_source[step]), step) for step in steps)
    found += gaps_used(session, question, Route((), hops, (), 0, "possible", (), 0))
    return tuple(dict.fromkeys(found))


def would_fail(lines: Sequence[CoverageLine]) -> str:
    """Return in words what of the gaps, or of what is merely stated as possible, would have to be so."""
    if not lines:
        return "it would fail if what is stated as possible is so"
    said = [_unread(line) for line in lines[:_NAMED]]
    more = f" (and {counted(len(lines) - _NAMED, 'more gap')})" if len(lines) > _NAMED else ""
    return f"it would fail if {'; or if '.join(said)}{more}"


# Private functions


def _unsure(session: Session, finding: Finding) -> list[int]:
    """Return a step for each gap, relation and control of the attack graph that makes a step of it merely possible."""
    graph = session.graph
    part = backward(graph, finding.question.may.reached, finding.possible.tolist())
    names = gap_names(session)
    unsure = np.zeros(graph.fact_count, bool)
    unsure[graph.possible_start] = True
    unsure[MAY] = True
    chosen: dict[object, int] = {}
    guarded = part.steps[graph.step_guard[part.steps] >= 0]
    for step in guarded[:_MOST_STEPS].tolist():
        facts = [fact for fact in graph.guard(int(graph.step_guard[step])) if unsure[fact]]
        told = {names.get(r, r) for r in graph.relations(step)} if MAY in facts else set()
        for one in (*told, *(f"control {fact}" for fact in facts if fact != MAY)):
            chosen.setdefault(one, step)
    return sorted(set(chosen.values()))[:_MOST_SHOWN]


def _unread(line: CoverageLine) -> str:
    scope = f" of {printable(line.scope, 100)}" if line.scope else ""
    if line.relation == ENFORCEMENT:
        return f"the control {printable(line.scope, 100)} is not enforced"
    if line.relation == "REACHABLE_FROM" and line.source_instance == MERGED:
        return f"{printable(line.scope, 100)} can be reached from the internet"
    where = printable(line.endpoint, 100)
    state = line.state.replace("_", " ")
    if where:
        return f"the {state} {where} lists a {line.relation}{scope} that leads there"
    return f"a {line.relation}{scope}, {state} in {printable(line.source_instance, 100)}, leads there"


def _absent(context: Context, finding: Finding) -> tuple[tuple[str, str], ...]:
    if not finding.absent:
        return ()
    rows = context.session.con.execute(
        "SELECT n, id FROM base.node WHERE n IN (SELECT unnest(?::BIGINT[]))", [[n for n, _ in finding.absent]]
    ).fetchall()
    ids = dict(rows)
    return tuple((ids[n], level) for n, level in finding.absent)
