"""Nodes and facts as words: every text that came from outside passes `printable` here."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.text import Text

from graphscan.analysis.results import FactView, NodeView
from graphscan.printable import LONGEST_NAME, printable
from graphscan.report.text import words
from graphscan.report.text.screen import Piece

_BEHIND = "~behind|"
_SHORT = 60  # signs of a name within a line
SENSITIVE = ("crown_jewel", "confidential")
_STYLES = {"crown_jewel": "bold red", "confidential": "bold"}


def identity(text: str, style: str = "") -> Text:
    """Return an id as one word, whole, however long it is."""
    return Text(printable(text), style)


def reference(text: str) -> Text:
    """Return the end of a relation that no source describes: an id, a key, or whatever stands behind an application."""
    via = text.removeprefix(_BEHIND)
    return identity(text) if via == text else Text.assemble(("what stands behind ", "dim"), identity(via))


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


def label(view: NodeView, style: str = "") -> Text:
    """
    Return a node's id, and its name where only that tells a person what it is.

    An id with colons was made by an importer (`okta:acme:user:00u1…`); an operator's own ids can be read.
    """
    return _named(identity(view.id, style or _STYLES.get(view.sensitivity, "")), view)


def fact(view: FactView, style: str = "") -> Text:
    """Return a fact as the command line takes it, `jira::admin`, and the node's name as `label` does."""
    shown = identity(view.node.id, style or _STYLES.get(view.node.sensitivity, "")).append(f"::{printable(view.level)}")
    return _named(shown, view.node)


def facts(views: Sequence[FactView], most: int = 3) -> list[Piece]:
    """Return a few facts by name; many as counts of their kinds, with those of rare kinds by name all the same."""
    if len(views) <= most:
        return listed([fact(view) for view in views])
    kinds = Counter(one.node.kind for one in views)
    rare = [one for one in views if kinds[one.node.kind] <= 2]
    if not rare or len(rare) > most:
        return [counted(views)]
    many = [one for one in views if kinds[one.node.kind] > 2]
    return listed([*([Text(counted(many))] if many else []), *(fact(one) for one in rare)])


def listed(names: Sequence[Text]) -> list[Piece]:
    """Return words with commas and an `and` between them."""
    pieces: list[Piece] = []
    for position, one in enumerate(names):
        if position:
            pieces.append(" and " if position == len(names) - 1 else ", ")
        pieces.append(one)
    return pieces


def counted(views: Iterable[FactView]) -> str:
    """Return how many nodes of each kind the facts are about: `11,904 repositories, 1 wiki`."""
    kinds = Counter({one.node.id: one.node.kind for one in views}.values())
    ordered = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    return words.listed(f"{count:,} {words.kind(kind, count)}" for kind, count in ordered)


# Private functions


def _named(shown: Text, view: NodeView) -> Text:
    if ":" in view.id and view.name and view.name not in view.id:
        shown.append(f" “{printable(view.name, _SHORT)}”", "italic")
    if view.hypothetical:
        shown.append(" (hypothetical)", "yellow")
    return shown
