"""HTML that cannot be broken by what it holds: a plain text is escaped wherever it is put in."""

import html
import re
from collections.abc import Iterable

from graphscan.report.escapes import shown

LONG = 200  # signs; a longer id stands in a box of its own that scrolls
_EMPTY = frozenset({"br", "meta", "input", "hr"})

_HTTPS = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?")


class Html(str):
    """Markup that is right already."""

    __slots__ = ()


Child = Html | str | Iterable[Html | str | None] | None


def el(tag: str, /, *children: Child, **attributes: object) -> Html:
    """
    Return an element.

    Args:
        children:   markup, or text, which is made visible and escaped; None is left out.
        attributes: `class_` is class, `aria_label` is aria-label; None and False are left out, True has no value.
    """
    said = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{_attribute(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if tag in _EMPTY:
        return Html(f"<{tag}{said}>")
    return Html(f"<{tag}{said}>{joined(*children)}</{tag}>")


def joined(*children: Child) -> Html:
    """Return markup and texts one behind the other."""
    parts: list[str] = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, str):
            parts.append(child if isinstance(child, Html) else text(child))
        else:
            parts.append(joined(*child))
    return Html("".join(parts))


def text(said: str) -> Html:
    """Return text with all signs visible, escaped."""
    return Html(html.escape(shown(said, None)))


def identity(said: str) -> Html:
    """Return an id, whole; a very long one in a box that scrolls."""
    if len(said) <= LONG:
        return el("code", said)
    return el("code", said, class_="long", tabindex="0", role="group", aria_label="a long identifier")


def name(said: str) -> Html:
    """Return a name, cut and said so where it is very long."""
    return Html(html.escape(shown(said, LONG)))


def link(address: str) -> Html:
    """Return an address that can be followed: https alone; anything else is shown as text."""
    if not _HTTPS.fullmatch(address):
        return el("code", address)
    return el("a", address, href=address, rel="noopener noreferrer", target="_blank")


def table(
    head: Iterable["Html | str"], rows: Iterable[Iterable["Html | str | None"]], caption: str, **kw: object
) -> Html:
    """Return a table with a caption that only a screen reader reads; the first cell of a row names it."""
    titles = el("tr", *(el("th", one, scope="col") for one in head))
    body = []
    for row in rows:
        cells = list(row)
        first = el("th", cells[0], scope="row")
        body.append(el("tr", first, *(el("td", one) for one in cells[1:])))
    whole = el("table", el("caption", caption, class_="aside"), el("thead", titles), el("tbody", *body), **kw)
    return el("div", whole, class_="wide", tabindex="0", role="region", aria_label=caption)


# Private functions


def _attribute(value: object) -> str:
    return html.escape(shown(str(value), None))
