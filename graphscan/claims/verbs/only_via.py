"""`only_via`: every path from one set to another passes a third."""

from dataclasses import replace

from graphscan.claims import model, sets
from graphscan.claims.context import Context, Finding
from graphscan.claims.verbs.no_path import separated


def only_via(context: Context, args: model.OnlyVia) -> Finding:
    """Ask whether anything in `to` is reached while nobody ever holds what is in `through`."""
    starts, to = context.starts(args.start), context.targets(args.to)
    through = context.chosen("through", args.through)
    shut = sets.passed(context.session, through)
    finding = separated(context, starts.nodes, starts.facts, to, shut, " past what must be passed")
    if finding.possibly or context.ask(starts.facts).may.reached.held[to.facts].any():
        return finding
    note = "nothing is reached through what must be passed either"
    return replace(finding, notes=(*finding.notes, note))
