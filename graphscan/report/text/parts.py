"""Sections that several reports share."""

from collections.abc import Sequence
from datetime import datetime

from graphscan.analysis.results import CoverageLine, StartLine
from graphscan.report.text import words
from graphscan.report.text.nodes import fact, identity, name, prose
from graphscan.report.text.screen import Piece, Screen

GAPS_SHOWN = 6


def assumptions(screen: Screen, as_of: datetime, note: str, edits: Sequence[str]) -> None:
    """Say which instant is asked about and what was changed before asking."""
    said: list[Piece] = [("as of ", "dim"), words.moment(as_of)]
    if note:
        said.append((f" ({prose(note)})", "dim"))
    screen.flow(*said, indent=2)
    for edit in edits:
        screen.flow(("what if ", "dim"), identity(edit, "yellow"), indent=2)


def starts(screen: Screen, lines: Sequence[StartLine], most: int = 12) -> None:
    """List the starts, a line for each node with its levels; dead ones with the reason why they are not used."""
    nodes: dict[str, list[StartLine]] = {}
    for one in lines:
        nodes.setdefault(one.fact.node.id, []).append(one)
    live = [group for group in nodes.values() if not group[0].dead]
    for group in live[:most]:
        _start(screen, group)
    if len(live) > most:
        screen.flow(f"… and {len(live) - most:,} more; -o json lists all.", indent=2)
    for group in nodes.values():
        if group[0].dead:
            screen.flow(fact(group[0].fact), (f"  not used: {prose(group[0].dead)}", "yellow"), indent=2, hang=4)


def coverage(screen: Screen, gaps: Sequence[CoverageLine], reached_counts: bool = True) -> None:
    """Say what could not be read, grouped; a gap is never a no."""
    if not gaps:
        screen.flow(("Everything that was asked for was read.", "dim"), indent=2)
        return
    groups: dict[tuple[str, str, str], list[CoverageLine]] = {}
    for one in gaps:
        groups.setdefault((one.source_instance, one.relation, one.state), []).append(one)
    if any(one.used for one in gaps):  # what the answer rests on comes first
        groups = dict(sorted(groups.items(), key=lambda item: not any(one.used for one in item[1])))
    if reached_counts:
        screen.flow(
            "What one of these could open counts as possible, and “not reached” means: not as far as was read.",
            indent=2,
        )
    for (source, relation, state), members in list(groups.items())[:GAPS_SHOWN]:
        scopes = [one.scope for one in members if one.scope]
        pieces: list[Piece] = [
            identity(source),
            "  ",
            identity(relation, "yellow"),
            f" {prose(state).replace('_', ' ')}",
        ]
        if scopes:
            pieces += [" for ", identity(scopes[0])]
        if len(members) > 1:
            pieces.append(f" and {len(members) - 1:,} more")
        if reached_counts and any(one.used for one in members):
            pieces.append((" (what is possible here rests on it)", "yellow"))
        reason = next((one.error for one in members if one.error), "")
        if reason:
            pieces.append((f": {prose(reason)}", "dim"))
        screen.flow(*pieces, indent=2, hang=4)
    if len(groups) > GAPS_SHOWN:
        screen.flow(
            f"… and {len(groups) - GAPS_SHOWN:,} more sorts of gap; `graphscan status` lists them.",
            indent=2,
        )


# Private functions


def _start(screen: Screen, group: Sequence[StartLine]) -> None:
    node = group[0].fact.node
    pieces: list[Piece] = []
    for position, one in enumerate(group):
        pieces += [" and "] if position else []
        pieces.append(fact(one.fact))
    if node.name and node.name != node.id and ":" not in node.id:
        pieces += ["  “", name(node.name), "”"]
    subtype = f", {prose(node.subtype)}" if node.subtype else ""
    doubt = f"  possibly dead: {prose(group[0].doubt)}" if group[0].doubt else ""
    screen.flow(*pieces, (f"  {words.kind(node.kind)}{subtype}", "dim"), (doubt, "yellow"), indent=2, hang=4)
