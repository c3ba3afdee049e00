"""`path`: each of a set is reachable; a positive control against data that shows nothing."""

import numpy as np

from graphscan.claims import model
from graphscan.claims.context import Context, Finding, counted


def path(context: Context, args: model.Path) -> Finding:
    """Ask whether what is in `from`, held together, is known to reach every node in `to`."""
    starts, to = context.starts(args.start), context.targets(args.to)
    question = context.ask(starts.facts)
    known, possible = context.held(to.facts, question)
    hit = context.nodes_of(known)
    perhaps = np.setdiff1d(context.nodes_of(possible), hit)
    missing = len(to.nodes) - len(hit) - len(perhaps)
    of = counted(len(to.nodes), "target")
    if missing:
        reason = f"{missing:,} of {of} cannot be reached"
    elif len(perhaps):
        reason = f"{len(perhaps):,} of {of} may be reached, and {_is(len(perhaps))} not known to be"
    else:
        reason = f"{'it is' if len(hit) == 1 else f'all {of} are'} reached"
    graph = context.session.graph
    # Shown: the paths that are there and, where that is what is wanting, those that may be.
    only = possible[np.isin(graph.fact_node[possible], perhaps)]
    return Finding(
        broken=missing > 0,
        possibly=missing + len(perhaps) > 0,
        reason=reason,
        question=question,
        known=known,
        possible=only,
        targets=to.facts,
        goals=to.nodes,
        starts=starts.nodes,
        absence=False,
    )


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
