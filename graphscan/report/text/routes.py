"""Families of paths as text: each hop with what else it needs and what it rests on."""

from collections.abc import Sequence

from rich.text import Text

from graphscan.analysis.results import EvidenceView, FactView, Hop, Route
from graphscan.report.text import words
from graphscan.report.text.nodes import SENSITIVE, fact, facts, identity, prose
from graphscan.report.text.screen import Piece, Screen


def routes(screen: Screen, found: Sequence[Route], most: int, note: str) -> None:
    """
    Write the first `most` families.

    Args:
        note: why not every path is listed, or "".
    """
    told: dict[tuple[FactView, ...], int] = {}
    met: dict[FactView, int] = {}
    for number, one in enumerate(found[:most], 1):
        _route(screen, number, one, told, met)
    if len(found) > most:
        screen.flow(
            f"… and {words.number(len(found) - most, 'more family', 'more families')}; -o json lists all.", indent=2
        )
    if note:
        screen.flow((prose(note), "yellow"), indent=2)


def hop(screen: Screen, one: Hop, indent: int, on_path: frozenset[FactView] = frozenset()) -> None:
    """
    Write one step: what it gives, how, what else it needs, what it rests on.

    Args:
        on_path: facts that need no mention because the path has just come by them.
    """
    pieces: list[Piece] = [fact(one.gives), "  "]
    pieces.append((prose(one.title), ""))
    also = [other for other in one.also if other not in on_path]
    if also:
        pieces += [", with ", *facts(also)]
    if one.possible:
        pieces.append((" (possible, not known)", "yellow"))
    pieces += evidence(one.evidence)
    screen.flow(Text("→ ", "dim"), *pieces, indent=indent, hang=indent + 4)


def evidence(rests_on: Sequence[EvidenceView], most: int = 2) -> list[Piece]:
    """Return where the relations of a step stand, the first few of them."""
    if not rests_on:
        return []
    places = list(dict.fromkeys((one.evidence, one.where or one.source_instance, one.observed) for one in rests_on))
    pieces: list[Piece] = [("  [", "dim")]
    for position, (how, where, observed) in enumerate(places[:most]):
        seen = "" if observed == "yes" else f" {prose(observed)}"
        pieces += [("; " if position else "", "dim"), (f"{prose(how)}{seen} ", "dim"), identity(where, "dim")]
    if len(places) > most:
        pieces.append((f" and {len(places) - most} more", "dim"))
    return [*pieces, ("]", "dim")]


# Private functions


def _route(
    screen: Screen, number: int, one: Route, told: dict[tuple[FactView, ...], int], met: dict[FactView, int]
) -> None:
    heading: list[Piece] = [Text(f"{number}. ", "bold"), *facts(one.heads), " → ", *facts(one.tails)]
    heading.append(
        (
            f"  {one.certainty}, cost {one.cost}, {words.number(one.paths, 'path')}",
            "dim" if one.certainty == "known" else "yellow",
        )
    )
    screen.flow(*heading, indent=2, hang=5)
    skipped = _shared(screen, one, told)
    came_by = set(one.heads)
    for position, step in enumerate(one.hops):
        came_by.add(step.given)
        if position >= skipped and not _folded(step):
            hop(screen, step, 5, frozenset(came_by))
        came_by.add(step.gives)
    for length in range(1, len(one.hops) + 1):
        told.setdefault(_facts_of(one.hops[:length]), number)
    for requirement in one.requirements:
        if requirement.fact in met:
            screen.flow(
                ("needs ", "dim"), fact(requirement.fact), (f", as in {met[requirement.fact]}", "dim"), indent=5, hang=7
            )
            continue
        met[requirement.fact] = number
        screen.flow(("needs ", "dim"), fact(requirement.fact), *_chain(requirement.hops), indent=5, hang=7)


def _shared(screen: Screen, one: Route, told: dict[tuple[FactView, ...], int]) -> int:
    """Say which earlier family begins the same way, and return how many hops that saves."""
    for length in range(len(one.hops) - 1, 1, -1):
        earlier = told.get(_facts_of(one.hops[:length]))
        if earlier is not None:
            screen.flow(("as in ", "dim"), (f"{earlier} to ", "dim"), fact(one.hops[length - 1].gives, "dim"), indent=5)
            return length
    return 0


def _facts_of(hops: Sequence[Hop]) -> tuple[FactView, ...]:
    return tuple(fact for step in hops for fact in (step.given, step.gives))


def _folded(step: Hop) -> bool:
    """A step over derived inventory costs nothing and says nothing a person would ask about."""
    return step.effort == 0 and step.gives.node.provider == "derived" and step.gives.node.sensitivity not in SENSITIVE


def _chain(hops: Sequence[Hop]) -> list[Piece]:
    if not hops:
        return []
    pieces: list[Piece] = [("  from ", "dim"), fact(hops[0].given)]
    for step in hops:
        if not _folded(step):
            pieces += [(" → ", "dim"), fact(step.gives)]
        pieces += [] if not step.possible else [(" (possible)", "yellow")]
    return [*pieces, *evidence(tuple(one for step in hops for one in step.evidence))]
