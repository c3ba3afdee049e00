"""What the page calls things, the same in the drawing, the tables and the embedded data."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

from graphscan.analysis.report_parts import ReportSlice
from graphscan.analysis.results import FactView, Hop, NodeView
from graphscan.engine.graph import IMPLICATION
from graphscan.report.escapes import shown
from graphscan.report.html.looks import letters, look
from graphscan.report.html.markup import Html, el, identity, joined, name
from graphscan.report.text import words

MARKS = {"crown_jewel": "★", "confidential": "◆"}


def label(view: NodeView) -> str:
    """Return what a person knows a node by: an id that an importer made says less than the name."""
    if view.name and ":" in view.id:
        return view.name
    return view.id


def node(view: NodeView, level: str = "") -> Html:
    """Return a node in a sentence or a cell: its badge, id and name, and marks of what it is worth."""
    second = name(view.name) if view.name and view.name != view.id else None
    return el(
        "span",
        badge(view.kind),
        " ",
        identity(view.id),
        joined(" ", el("span", second, class_="name")) if second else None,
        joined(" ", el("span", f"::{level}" if level else "", class_="level")) if level else None,
        worth(view.sensitivity),
        el("span", " not seen, possible", class_="maybe") if view.hypothetical else None,
        class_="node",
    )


def fact(view: FactView) -> Html:
    """Return a fact the same way."""
    return node(view.node, view.level)


def badge(kind: str) -> Html:
    """Return the small sign of a kind: its shape, its letters; the word for who cannot see it. See `signs`."""
    said = words.kind(kind)
    sign = el("use", href=f"#k-{letters(kind)}")
    return el("svg", sign, class_="badge", width="20", height="20", role="img", aria_label=said)


def signs(kinds: Iterable[str]) -> Html:
    """Return the drawings that signs of kinds refer to; they stand once in the page."""
    drawn = {letters(kind): look(kind) for kind in sorted(kinds)}
    return el(
        "svg",
        *(
            el(
                "symbol",
                el("path", d=known.shape, fill=known.colour, stroke=known.border),
                el("text", sign, x="12", y="16", text_anchor="middle", fill=known.text, class_="sign"),
                id=f"k-{sign}",
                viewBox="-1 -1 26 26",
            )
            for sign, known in drawn.items()
        ),
        class_="aside",
        width="0",
        height="0",
        aria_hidden="true",
        focusable="false",
    )


def worth(sensitivity: str) -> Html | None:
    """Return the mark of a crown jewel or of what is confidential."""
    mark = MARKS.get(sensitivity)
    if mark is None:
        return None
    said = words.sensitivity(sensitivity)
    return joined(" ", el("span", mark, class_=f"worth {sensitivity}", role="img", aria_label=said, title=said))


def certainty(known: bool) -> Html:
    """Return whether something is known or possible."""
    return el("span", "known", class_="known") if known else el("span", "possible", class_="maybe")


def anchor(source: str, level: str, technique: str, target: str, to: str) -> str:
    """Return the name of a hop for links: the same in each report that has it."""
    said = "\0".join((source, level, technique, target, to))
    return f"hop-{hashlib.sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def anchor_of(hop: Hop) -> str:
    """Return the name of a shown hop."""
    return anchor(hop.given.node.id, hop.given.level, hop.technique, hop.gives.node.id, hop.gives.level)


def anchors(part: ReportSlice) -> list[str]:
    """Return the name of each step of a slice; a second one of the same name has a number behind it."""
    seen: dict[str, int] = defaultdict(int)
    found = []
    for step in part.steps:
        a, b = part.facts[step.source], part.facts[step.target]
        one = anchor(part.nodes[a.node].id, a.level, step.technique, part.nodes[b.node].id, b.level)
        seen[one] += 1
        found.append(one if seen[one] == 1 else f"{one}-{seen[one]}")
    return found


def levels(part: ReportSlice) -> list[tuple[str, ...]]:
    """Return for each node of a slice the levels at which it takes part, but for those that a higher one includes."""
    implied = {step.target for step in part.steps if step.technique == IMPLICATION}
    found: list[list[str]] = [[] for _ in part.nodes]
    for place, one in enumerate(part.facts):
        if place not in implied:
            found[one.node].append(one.level)
    return [tuple(one for one in several if one != "reachable") or tuple(several) for several in found]


def members(part: ReportSlice, several: Sequence[int]) -> int:
    """Return how many things a family stands for, those that are not embedded with it."""
    ids = {part.nodes[place].id for place in several}
    return len(several) + sum(one.count for one in part.left_out if one.like is not None and one.like.id in ids)


def cut(said: str, longest: int) -> str:
    """Return a text of at most so many signs for a drawing."""
    text = shown(said[: longest + 1], None)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
