"""`graphscan explain` as text."""

from collections.abc import Sequence

from rich.text import Text

from graphscan.analysis.results import Disagreement, EvidenceView, ExplainResult, Hop
from graphscan.report.text import words
from graphscan.report.text.gaps import possible
from graphscan.report.text.nodes import fact, identity, name, node, prose
from graphscan.report.text.routes import by_rules, evidence
from graphscan.report.text.screen import Piece, Screen


def explain(screen: Screen, result: ExplainResult) -> None:
    """Write what a node is, how that is known, and the steps to and from it."""
    view = result.node
    subtype = f", {prose(view.subtype)}" if view.subtype else ""
    screen.flow(node(view), f"  {words.kind(view.kind)}{subtype}", f" of {prose(view.provider)}", hang=2)
    screen.flow(("as of ", "dim"), words.moment(result.as_of), indent=2)
    for field, value in result.fields:
        screen.flow((f"{prose(field)}: ", "dim"), prose(value, 1000), indent=2, hang=6)
    described = [piece for one in result.sources for piece in (identity(one), " ")]
    nobody = "a hypothesis" if view.hypothetical else "only ever the end of a relation"
    screen.flow(("described by ", "dim"), *(described or [f"no source: {nobody}"]), indent=2, hang=6)
    if result.disagreements:
        screen.heading("Sources disagree", "✓ what is used")
        _disagreements(screen, result.disagreements)
    _steps(screen, "What leads here", result.led_from, result.led_from_count)
    _steps(screen, "What leads on from here", result.leads_to, result.leads_to_count)
    screen.heading("Relations", _of(len(result.relations), result.relation_count))
    for one in result.relations:
        _relation(screen, one)
    if not result.relations:
        screen.flow("none", indent=2)


# Private functions


def _disagreements(screen: Screen, lines: Sequence[Disagreement]) -> None:
    for one in lines:
        mark = Text("✓ " if one.chosen else "  ", "green")
        screen.flow(
            mark,
            f"{prose(one.field)} = {prose(one.value)}",
            ("  says ", "dim"),
            identity(one.source_instance),
            indent=2,
            hang=6,
        )


def _steps(screen: Screen, title: str, hops: Sequence[Hop], count: int) -> None:
    screen.heading(title, _of(len(hops), count))
    if not hops:
        screen.flow("nothing that is known or possible", indent=2)
    for one in hops:
        also: list[Piece] = [piece for extra in one.also for piece in (" + ", fact(extra))]
        tail: list[Piece] = possible(one)
        screen.flow(
            fact(one.given),
            *also,
            " → ",
            fact(one.gives),
            f"  {prose(one.title)}",
            *tail,
            *by_rules(one.evidence),
            *evidence(one.evidence),
            indent=2,
            hang=6,
        )


def _relation(screen: Screen, one: EvidenceView) -> None:
    seen = "" if one.observed == "yes" else f" ({prose(one.observed)})"
    # What is worked out has no id of its own that `--remove` could take.
    own: list[Piece] = [] if one.source_instance == "derived" else [" ", identity(one.relation, "dim")]
    screen.flow(
        identity(one.source),
        " ",
        identity(one.kind, "dim"),
        " ",
        identity(one.target),
        (seen, "yellow"),
        (f"  [{prose(one.evidence)} ", "dim"),
        name(one.where or one.source_instance, "dim"),
        ("]", "dim"),
        *own,
        indent=2,
        hang=6,
    )


def _of(shown: int, count: int) -> str:
    if count > shown:
        return f"{shown:,} of {count:,}; --limit {count} shows all"
    return f"{count:,}" if count else ""
