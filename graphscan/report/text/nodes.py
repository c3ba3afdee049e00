"""Nodes and facts as words: every text that came from outside passes `printable` here."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.text import Text

from graphscan.analysis.results import FactView, NodeView
from graphscan.printable import LONGEST_NAME, printable
from graphscan.report.text import words
from graphscan.report.text.screen import Piece

SENSITIVE = ("crown_jewel", "confidential")
_STYLES = {"crown_jewel": "bold red", "confidential": "bold"}


def identity(text: str, style: str = "") -> Text:
    """Return an id as one word, whole, however long it is."""
    return Text(printable(text), style)


def name(text: str, style: str = "") -> Text:
    """Return a name as one word, cut and said so when it is very long."""
    return Text(printable(text, LONGEST_NAME), style)


def prose(text: str, longest: int = LONGEST_NAME) -> str:
    """Return untrusted text for use within prose."""
    return printable(text, longest)


def node(view: NodeView) -> Text:
    """Return a node: its id, and its name where that says more."""
    shown = identity(view.id, _STYLES.get(view.sensitivity, ""))
    if view.name and view.name != view.id:
        shown.append(" “").append(printable(view.name, LONGEST_NAME)).append("”")
    if view.hypothetical:
        shown.append(" (not seen, possible)", "yellow")
    return shown


def fact(view: FactView, style: str = "") -> Text:
    """Return a fact as the command line takes it: `jira::admin`."""
    return identity(view.node.id, style or _STYLES.get(view.node.sensitivity, "")).append(f"::{printable(view.level)}")


def facts(views: Sequence[FactView], most: int = 3) -> list[Piece]:
    """Return a few facts by name; many as counts of their kinds."""
    if len(views) <= most:
        pieces: list[Piece] = []
        for position, view in enumerate(views):
            if position:
                pieces.append(" and " if position == len(views) - 1 else ", ")
            pieces.append(fact(view))
        return pieces
    rare = _rare_kinds(views)
    few = [one for one in views if one.node.kind in rare]
    if few and len(few) <= most:
        many = [one for one in views if one.node.kind not in rare]
        return [counted(many), ", ", *facts(few, most)] if many else facts(few, most)
    return [counted(views)]


def counted(views: Iterable[FactView]) -> str:
    """Return how many nodes of each kind the facts are about: `11,904 repositories, 1 wiki`."""
    kinds = Counter({one.node.id: one.node.kind for one in views}.values())
    ordered = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    return words.listed(f"{count:,} {words.kind(kind, count)}" for kind, count in ordered)


# Private functions


def _rare_kinds(views: Sequence[FactView]) -> set[str]:
    return {kind for kind, count in Counter(one.node.kind for one in views).items() if count <= 2}
