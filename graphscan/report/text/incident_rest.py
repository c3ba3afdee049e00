"""What to do in which order, what was reached, and what the attacker made."""

from rich.text import Text

from graphscan.analysis.incident_results import IncidentResult
from graphscan.report.text import words
from graphscan.report.text.incident_words import FEW, step
from graphscan.report.text.nodes import facts, identity, label, listed, prose
from graphscan.report.text.screen import Piece, Screen

STEPS = 12
SUSPECTS = 12


def order(screen: Screen, result: IncidentResult) -> None:
    """Write what to do, in order."""
    if not result.order:
        return
    evict = result.order[0].action == "evict"
    alone = "no rotation closes what the attacker's own opens: evict first"
    screen.heading("In this order", alone if evict else "each closes most of what is left")
    if len(result.order) > 1 and not result.order[0].closes and not result.order[0].left:
        screen.flow("none of them opens anything sensitive; all of them are to be ended all the same", indent=2)
    for number, one in enumerate(result.order[:STEPS], 1):
        after = f"  closes {one.closes:,}, {one.left:,} left" if one.closes or one.left else "  depth only"
        screen.flow(f"{number}. ", *step(one), (after, "dim"), indent=2, hang=5)
    if len(result.order) > STEPS:
        screen.flow(f"… and {len(result.order) - STEPS:,} more; --checklist FILE.csv writes all, by owner.", indent=2)


def residual(screen: Screen, result: IncidentResult) -> None:
    """Write what was reached, told apart, and which of what is left it takes."""
    if not result.access and not result.residual_possibly:
        return
    mode = "with what the attacker could have made" if result.possible else "as the inventory shows"
    screen.heading("Reached", f"{mode}; reachable is not accessed, and accessed is not all that was taken")
    if result.access:
        screen.table(
            [
                ("kind", "id"),
                ("reachable since", "number"),
                ("still", "number"),
                ("seen accessed", "number"),
                ("assumed", "number"),
                ("items", "prose"),
            ],
            [
                (
                    words.kind(one.kind, 2),
                    f"{one.reachable:,}",
                    Text(f"{one.still:,}", "bold red" if one.still else "green"),
                    f"{one.observed:,}" if one.observed else "",
                    f"{one.assumed:,}" if one.assumed else "",
                    "; ".join(_items(item) for item in one.items[:FEW]),
                )
                for one in result.access
            ],
        )
    if result.residual_possibly:
        screen.flow(("possibly also ", "yellow"), *facts(result.residual_possibly, 4), indent=2, hang=4)
    for group in result.sets[:FEW]:
        if all(group.sets):
            pieces: list[Piece] = [*facts(group.assets, 3), (": needs ", "dim")]
            for position, names in enumerate(group.sets[:4]):
                pieces += [" or "] if position else []
                for place, name in enumerate(names):
                    pieces += [" + "] if place else []
                    pieces.append(identity(name))
            screen.flow(*pieces, indent=2, hang=4)


def made(screen: Screen, result: IncidentResult) -> None:
    """Write what was made since, what could have been, and what only looks exposed."""
    if result.suspects:
        screen.heading("Persistence suspects", "made since by somebody who was exposed; rotation does not end them")
        for one in result.suspects[:SUSPECTS]:
            pieces: list[Piece] = [label(one.node, "bold red" if one.death is None else "")]
            made = f", {words.moment(one.created)}," if one.created else ","
            pieces += [(f"  {words.kind(one.node.kind)}{made} by ", "dim"), identity(one.created_by)]
            gone = "  still there" if one.death is None else f"  gone: {prose(one.death.detail)}"
            pieces.append((gone, "bold red" if one.death is None else "green"))
            screen.flow(*pieces, indent=2, hang=4)
        if len(result.suspects) > SUSPECTS:
            screen.flow(f"… and {len(result.suspects) - SUSPECTS:,} more; -o json lists all.", indent=2)
    if result.hypotheses:
        names = listed([label(one.node, "yellow") for one in result.hypotheses[:3]])
        screen.flow(
            (f"To be excluded by eviction, {len(result.hypotheses):,} that no inventory shows, such as ", "yellow"),
            *names,
            indent=2,
            hang=4,
        )
    if result.look_alikes:
        screen.heading("Not exposed", "looks like an exposed one and came after; it clears nothing")
        for alike in result.look_alikes[:FEW]:
            made = f" made {words.moment(alike.created)}" if alike.created else ""
            like = f", looks like {prose(alike.like)}" if alike.like else ", though the incident names it"
            screen.flow(label(alike.node), (f" {made}{like}", "dim"), indent=2, hang=4)


# Private functions


def _items(item: tuple[str, str, str]) -> str:
    id_, accessed, of = item
    return f"{prose(id_)} {prose(accessed)}" + (f" of {prose(of)}" if of else "")
