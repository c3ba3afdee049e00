"""A family of paths in Markdown: its steps with what they rest on, and as a Mermaid chart."""

import html
from collections.abc import Iterator

from graphscan.analysis.results import EvidenceView, FactView, Hop, Route
from graphscan.report.escapes import code, html_code, mermaid, prose, shown
from graphscan.report.text.words import number

STEPS = 24  # of a path that is still legible as a chart
ALSO = 6


def way(place: int, family: Route) -> Iterator[str]:
    """Yield a family, folded under its two ends."""
    first = family.heads[0] if family.heads else None
    last = family.tails[0] if family.tails else None
    ends = " → ".join(html_code(f"{one.node.id}::{one.level}") for one in (first, last) if one is not None)
    alike = f" and {len(family.tails) - 1:,} more alike" if len(family.tails) > 1 else ""
    sort = (
        f"{html.escape(shown(family.certainty))}, {number(family.paths, 'path')} of {number(len(family.hops), 'step')}"
    )
    yield f"<details><summary>{place}. {ends}{alike} ({sort})</summary>"
    yield ""
    yield from (_hop(step) for step in family.hops[:STEPS])
    if len(family.hops) > STEPS:
        yield f"- … and {len(family.hops) - STEPS:,} more steps"
    for need in family.requirements[:ALSO]:
        ways = f" (one of {need.ways:,} ways)" if need.ways > 1 else ""
        begins = f", from {_fact(need.hops[0].given)}" if need.hops else ""
        yield f"- needs {_fact(need.fact)}{begins}{ways}"
    if len(family.requirements) > ALSO:
        yield f"- … and {len(family.requirements) - ALSO:,} more that it needs"
    yield ""
    yield "</details>"
    yield ""


def chart(path: Route) -> list[str]:
    """
    Return a family as a Mermaid flowchart: what a step needs besides joins it with a dotted line.

    How what it needs is come by is drawn too, as far as the chart stays legible.
    """
    if not path.heads or not path.hops or len(path.hops) > STEPS:
        return []
    return ["```mermaid", "flowchart LR", *_arrows(path), "```"]


# Private functions


def _arrows(path: Route) -> Iterator[str]:
    boxes: dict[FactView, str] = {}

    def box(view: FactView) -> str:
        if view in boxes:
            return boxes[view]
        # Ids of boxes are ours, so that no name can be a word of Mermaid's such as `end`.
        boxes[view] = f"n{len(boxes)}"
        return f'{boxes[view]}["{mermaid(f"{view.node.id} {view.level}")}"]'

    steps = list(dict.fromkeys(path.hops))
    for need in path.requirements:
        more = [step for step in need.hops if step not in steps]
        steps = [*more, *steps] if len(steps) + len(more) <= STEPS else steps
    for step in steps:
        arrow = "-.->" if step.possible else "-->"
        yield f'  {box(step.given)} {arrow}|"{mermaid(step.title)}"| {box(step.gives)}'
        for other in step.also[:ALSO]:
            yield f"  {box(other)} -.-> {boxes[step.gives]}"
    ends = boxes[path.hops[-1].gives]
    if len(path.tails) > 1:
        yield f'  {ends} --- more["and {len(path.tails) - 1:,} more alike"]'
    yield f"  style {ends} stroke-width:3px"


def _hop(step: Hop) -> str:
    also = f", with {', '.join(_fact(one) for one in step.also[:ALSO])}" if step.also else ""
    unread = " (possible)" if step.possible else ""
    return f"- → {_fact(step.gives)}: {prose(step.title)}{also}{unread}{_proof(step.evidence)}"


def _proof(rests_on: tuple[EvidenceView, ...]) -> str:
    places = list(dict.fromkeys(one.where or one.source_instance for one in rests_on if one.gap is None))
    shown = ", ".join(code(one) for one in places[:2] if one)
    return f" [{shown}{f' and {len(places) - 2:,} more' if len(places) > 2 else ''}]" if shown else ""


def _fact(view: FactView) -> str:
    return code(f"{view.node.id}::{view.level}")
