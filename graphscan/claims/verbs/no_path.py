"""`no_path`: nothing in one set reaches anything in another."""

import numpy as np

from graphscan.claims import model
from graphscan.claims.context import Context, Finding, Ints, Matched, counted


def no_path(context: Context, args: model.NoPath) -> Finding:
    """Ask whether what is in `from`, held together, reaches anything in `to`."""
    starts, to = context.starts(args.start), context.targets(args.to)
    return separated(context, starts.nodes, starts.facts, to)


def separated(
    context: Context, starts: Ints, facts: Ints, to: Matched, shut: tuple[int, ...] = (), way: str = ""
) -> Finding:
    """
    Ask whether some facts, held together, reach any of some targets.

    Args:
        starts: the nodes that the facts are of.
        shut:   facts that are never held: the paths through them are not meant.
        way:    words that follow "is reached", as in " past `gate`".
    """
    question = context.ask(facts, shut)
    known, possible = context.held(to.facts, question)
    hit, perhaps = context.nodes_of(known), context.nodes_of(possible)
    perhaps = np.setdiff1d(perhaps, hit)
    of = len(to.nodes)
    if len(hit):
        more = f", and {len(perhaps):,} more possibly" if len(perhaps) else ""
        reason = f"{len(hit):,} of {counted(of, 'target')} {_is(len(hit))} reached{way}{more}"
        both = np.intersect1d(starts, hit)
        if len(both):
            reason += f"; {counted(len(both), 'node')} {_is(len(both))} in `from` and in `to`"
    elif len(perhaps):
        reason = f"{len(perhaps):,} of {counted(of, 'target')} may be reached{way}, and none is known to be"
    else:
        reason = f"none of {counted(of, 'target')} is reached{way}, not even over what is merely possible"
    return Finding(
        broken=len(hit) > 0,
        possibly=len(hit) + len(perhaps) > 0,
        reason=reason,
        question=question,
        known=known,
        possible=possible,
        targets=to.facts,
        goals=to.nodes,
        starts=starts,
        absent=to.absent,
        shut=shut,
    )


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
