"""`at_most`: no more of a set than a number or a share is reached, by all starts together or by each alone."""

from decimal import ROUND_FLOOR, Decimal

import numpy as np

from graphscan.analysis.question import Question
from graphscan.claims import model
from graphscan.claims.context import Context, Finding, Matched, counted
from graphscan.claims.pairs import MOST, table


def at_most(context: Context, args: model.AtMost) -> Finding:
    """Count the nodes of `to` that `from` reaches, held together or, with `each`, every start alone."""
    starts, to = context.starts(args.start), context.targets(args.to)
    of = len(to.nodes)
    most = args.count if args.count is not None else _share(args.share or Decimal(0), of)
    limit = f"{most:,} of {of:,}"
    question = context.ask(starts.facts)
    known, possible = context.held(to.facts, question)
    undecided = ""
    if args.each:
        counts = _each(question, starts, to)
        if counts is None:
            undecided = (
                f"{len(starts.nodes):,} starts and {of:,} targets are more than {MOST:,} pairs, the most that fit"
            )
            counts = (0, 0, -1)
        by, perhaps, worst = counts
        if worst >= 0:
            # To show its paths, and nobody else's.
            question = context.ask(starts.facts[context.session.graph.fact_node[starts.facts] == worst])
            known, possible = context.held(to.facts, question)
        whom = "one start alone"
    else:
        by = len(context.nodes_of(known))
        perhaps = len(context.nodes_of(np.concatenate([known, possible])))
        whom = "the starts together"
    if by > most:
        reason = f"{counted(by, 'target')} {_is(by)} reached by {whom}, more than {limit}"
    elif perhaps > most:
        reason = f"{perhaps:,} targets may be reached by {whom}, more than {limit}; {by:,} {_is(by)} known to be"
    else:
        reason = f"{counted(perhaps, 'target')} at most {_is(perhaps)} reached by {whom}, no more than {limit}"
    return Finding(
        broken=by > most,
        possibly=max(by, perhaps) > most,
        reason=undecided or reason,
        question=question,
        known=known,
        possible=possible,
        targets=to.facts,
        goals=to.nodes,
        starts=starts.nodes,
        absent=to.absent,
        at_most=most,
        # For each start on its own there would have to be as many closed sets.
        absence=not args.each,
        undecided=undecided,
    )


# Private functions


def _share(share: Decimal, of: int) -> int:
    """Return how many nodes a share allows, rounded down."""
    return int((share * of).to_integral_value(ROUND_FLOOR))


def _each(question: Question, starts: Matched, to: Matched) -> tuple[int, int, int] | None:
    """Return the most that one start is known, and possibly, to reach, and the start that does; None: too large."""
    counts = []
    for may in (False, True):
        found = table(question, may, starts.nodes, to.nodes, to.facts, budget=0)
        if found is None:
            return None
        counts.append(found.alone.sum(axis=1))
    known, possible = counts
    worst = int(known.argmax()) if known.max(initial=0) else int(possible.argmax())
    return int(known.max(initial=0)), int(possible.max(initial=0)), int(starts.nodes[worst])


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
