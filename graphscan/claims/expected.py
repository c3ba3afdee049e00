"""Failures that are expected: whether a claim fails for the reason that was written down."""

import numpy as np

from graphscan.analysis.session import Session
from graphscan.claims import model
from graphscan.claims.edges import called
from graphscan.engine.csr import Ints
from graphscan.engine.graph import IMPLICATION
from graphscan.errors import Problem
from graphscan.select import did_you_mean


def steps_via(session: Session, claim: model.Claim) -> Ints:
    """Return the steps of the techniques by which a claim is expected to fail, ascending."""
    graph = session.graph
    named = [not claim_names.isdisjoint(claim.via) for claim_names in map(set, map(called, graph.techniques))]
    chosen = np.array(named, bool) & (np.array(graph.techniques) != IMPLICATION)
    return np.flatnonzero(chosen[graph.step_technique]).astype(np.int64)


def misspelt(session: Session, claim: model.Claim) -> list[Problem]:
    """Return a problem for each technique under `via` that there is not."""
    known = {name for one in session.titles for name in called(one)} - {IMPLICATION}
    place = claim.position
    return [
        Problem(
            place.file,
            place.line,
            place.column,
            f"claim `{claim.id}`: there is no technique `{one}`",
            did_you_mean(one, sorted(known)) or "see `graphscan techniques`",
        )
        for one in claim.via
        if one not in known
    ]
