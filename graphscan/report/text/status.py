"""`graphscan status` as text."""

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text

from graphscan.analysis.status import Doubts, GapLine, SourceLine, StatusResult
from graphscan.report.text import words
from graphscan.report.text.nodes import identity, name, prose, reference
from graphscan.report.text.screen import Piece, Screen


def status(screen: Screen, result: StatusResult) -> None:
    """Write sources, counts, and what is open."""
    screen.flow("Store ", identity(result.store, "bold"), f": {words.number(len(result.sources), 'source')}.")
    if result.default_as_of is not None:
        screen.flow(f"Questions are about {words.moment(result.default_as_of)} unless --as-of says otherwise.")
    if not result.sources:
        screen.flow("Nothing was imported yet: `graphscan import --help` says how, `graphscan demo` shows an example.")
    for problem in result.problems:
        screen.flow(("damaged: ", "bold red"), prose(problem, 1000), hang=2)
    if result.problems:
        screen.flow("Import the sources named again; a damaged cache is removed by `graphscan cache clear`.")
    elif result.verified:
        screen.flow("Every file holds what was written.")
    if result.sources:
        screen.heading("Sources", f"state {result.snapshot[:12]}" if result.snapshot.isalnum() else "")
        _sources(screen, result.sources, result.now)
    if result.nodes:
        screen.heading(
            "Inventory",
            f"{words.number(sum(n for _, n in result.nodes), 'node')}, "
            f"{words.number(sum(n for _, n in result.relations), 'relation')}",
        )
        screen.flow(", ".join(f"{count:,} {words.kind(kind, count)}" for kind, count in result.nodes), indent=2)
    if result.sources and not result.problems:
        doubts(screen, result.doubts, result.now)


def gaps(screen: Screen, lines: Sequence[GapLine], now: datetime) -> None:
    """Write what could not be read, one line for each source, relation kind and state."""
    for one in lines:
        scope: list[Piece] = [" for ", identity(one.example)] if one.example else []
        more = f" and {one.scopes - 1:,} more" if one.scopes > 1 else ""
        endpoint: list[Piece] = [" at ", identity(one.endpoint, "dim")] if one.endpoint else []
        old = one.at is not None and (now - one.at).days >= 1
        when = f", {words.age(one.at, now)} ago" if one.at is not None and old else ""
        screen.flow(
            identity(one.source_instance),
            "  ",
            identity(one.relation, "yellow"),
            f" {prose(one.state).replace('_', ' ')}",
            *scope,
            more,
            *endpoint,
            (when, "dim"),
            (f": {prose(one.error)}" if one.error else "", "dim"),
            indent=2,
            hang=4,
        )


def doubts(screen: Screen, open_: Doubts, now: datetime, most: int | None = None) -> None:
    """
    Write what in the merged view is open, each sort with its whole count; nothing where nothing is.

    Args:
        most: how many lines of what could not be read; None: all that there are.
    """
    if open_.gap_count:
        screen.heading("Not read", words.number(open_.gap_count, "gap"))
        gaps(screen, open_.gaps[:most], now)
        if most is not None and len(open_.gaps) > most:
            screen.flow(f"… and {len(open_.gaps) - most:,} more sorts; `graphscan status` lists them.", indent=2)
    if open_.disagreement_count:
        screen.heading("Sources disagree", f"{words.number(open_.disagreement_count, 'field')}; ✓ what is used")
        for one in open_.disagreements:
            screen.flow(
                Text("✓ " if one.chosen else "  ", "green"),
                identity(one.node),
                f"  {prose(one.field)} = {prose(one.value)}",
                ("  says ", "dim"),
                identity(one.source_instance),
                indent=2,
                hang=6,
            )
        _cut(screen, open_.disagreement_count, len({(one.node, one.field) for one in open_.disagreements}))
    if open_.ambiguous_count:
        screen.heading("Ambiguous", "fits several nodes; each is taken as possible, none as known")
        for ambiguous in open_.ambiguous:
            candidates = [piece for one in ambiguous.candidates for piece in (" ", identity(one))]
            screen.flow(identity(ambiguous.ref), " fits", *candidates, indent=2, hang=4)
        _cut(screen, open_.ambiguous_count, len(open_.ambiguous))
    if open_.unresolved_count:
        screen.heading("Unresolved", f"{words.number(open_.unresolved_count, 'reference')} to what no source describes")
        for unresolved in open_.unresolved:
            screen.flow(
                reference(unresolved.ref),
                f"  end of {unresolved.relations:,} ",
                identity(unresolved.relation, "dim"),
                (" in ", "dim"),
                identity(unresolved.source_instance, "dim"),
                indent=2,
                hang=4,
            )
        _cut(screen, open_.unresolved_count, len({one.ref for one in open_.unresolved}))
    if open_.rejected_count:
        screen.heading(
            "Not used", f"{words.number(open_.rejected_count, 'relation')} that the vocabulary does not allow"
        )
        for rejected in open_.rejected:
            screen.flow(
                identity(rejected.source),
                " ",
                identity(rejected.kind),
                " ",
                identity(rejected.target),
                (f": {prose(rejected.reason)}", "dim"),
                indent=2,
                hang=4,
            )
        _cut(screen, open_.rejected_count, len(open_.rejected))


# Private functions


def _sources(screen: Screen, lines: Sequence[SourceLine], now: datetime) -> None:
    screen.table(
        [
            ("source", "id"),
            ("read", "id"),
            ("nodes", "number"),
            ("relations", "number"),
            ("not understood", "number"),
            ("all read", "id"),
            ("imports kept", "number"),
        ],
        [
            (
                identity(one.source),
                f"{words.age(one.at, now)} ago",
                f"{dict(one.counts).get('nodes', 0):,}",
                f"{dict(one.counts).get('relations', 0):,}",
                f"{dict(one.counts).get('not_understood', 0):,}",
                "yes" if one.complete else Text("with gaps", "yellow"),
                f"{one.kept:,}",
            )
            for one in lines
        ],
    )
    for one in lines:
        for line in one.not_understood[:5]:
            screen.flow(
                identity(one.source),
                f": {line.count:,} not understood at ",
                name(line.where),
                f": {prose(line.reason)}",
                indent=2,
                hang=4,
            )


def _cut(screen: Screen, count: int, shown: int) -> None:
    if count > shown:
        screen.flow(f"… {shown:,} of {count:,} shown; --limit {count * 2} shows all.", indent=2)
