"""Selectors as they are written, read into terms; `graphscan.select` says how they are written."""

from dataclasses import dataclass
from typing import Any

from graphscan.errors import SelectorError
from graphscan.kinds import family_of
from graphscan.printable import printable
from graphscan.select.checks import checked, known_key
from graphscan.select.dates import DATED
from graphscan.select.pattern import Pattern
from graphscan.select.terms import Term, condition
from graphscan.select.words import LEVEL_WORDS, closest, did_you_mean, level_hint, split_level


@dataclass(frozen=True, slots=True)
class Selector:
    """
    A parsed selector.

    Attributes:
        text:  as it was written.
        terms: all of which must hold; empty where it is a name.
        name:  an id or exact name, where it was written without `=`.
        level: the level asked for with `::`, in its canonical form, or None.
    """

    text: str
    terms: tuple[Term, ...] = ()
    name: str | None = None
    level: str | None = None

    def where(self) -> tuple[str, list[Any]]:
        """
        Return a SQL condition and the values to bind in it, in order.

        The condition speaks of a table alias `node` with the columns of `base.node`; `in` also reads `base.relation`
        and `base.node`. It is never NULL. A name matches the node of that id alone if there is one, else every node
        so named.
        """
        if self.name is not None:
            by_name = "node.name = ? AND NOT EXISTS (SELECT 1 FROM base.node AS named WHERE named.id = ?)"
            return f"coalesce(node.id = ? OR ({by_name}), false)", [self.name, self.name, self.name]
        conditions, values = [], []
        for term in self.terms:
            sql, bound = condition(term)
            conditions.append(f"coalesce({sql}, false)")
            values += bound
        return " AND ".join(conditions), values


def parse(text: str) -> Selector:
    """
    Read a selector.

    Raises:
        SelectorError: names the column (from 1) and, where something is misspelt, what was probably meant.
    """
    if not text.strip():
        raise SelectorError("the selector is empty", "write an id, or terms such as kind=Repository,name=payments-*")
    body, level = _split_level(text)
    parts = _split(text, body)
    if len(parts) == 1 and not parts[0].is_term:
        return Selector(text, name=_name(text, parts[0]), level=level)
    if not any(part.is_term for part in parts):
        # A name may hold a comma; without any `=` there are no terms to separate.
        whole = [sign for part in parts for sign in ((",", False), *part.signs)]
        return Selector(text, name=_name(text, _Part(tuple(whole[1:]), 1)), level=level)
    terms = tuple(_term(text, part) for part in parts)
    _check_level(text, terms, level, len(body))
    return Selector(text, terms, level=level)


# Private functions


@dataclass(frozen=True, slots=True)
class _Part:
    """One comma-separated part: its signs as (sign, is_quoted), and the column (from 1) at which it begins."""

    signs: tuple[tuple[str, bool], ...]
    column: int

    @property
    def is_term(self) -> bool:
        return self.cut() is not None

    def cut(self) -> tuple[int, str] | None:
        """
        Return where the key ends and by which operator; None of a name.

        An id may hold `<` and `>`: they compare only after a dated key, or before what is surely a date.
        """
        for place, (sign, quoted) in enumerate(self.signs):
            if quoted or sign not in "=<>":
                continue
            if sign == "=":
                return place, "="
            follows = "".join(one for one, _ in self.signs[place + 1 :])
            operator = sign + "=" * follows.startswith("=")
            key = "".join(one for one, _ in self.signs[:place]).strip()
            rest = follows.removeprefix("=").strip()
            if key in DATED or (key.isidentifier() and rest[:4].isdigit() and rest[4:5] == "-"):
                return place, operator
        return None


def _fail(text: str, column: int, what: str, advice: str = "") -> SelectorError:
    return SelectorError(f"selector `{printable(text, 200)}`, column {column}: {what}", advice)


def _split_level(text: str) -> tuple[str, str | None]:
    """Part the level off, and refuse what was surely meant as one."""
    body, level = split_level(text)
    if level is not None:
        return body, level
    head, colons, tail = text.rpartition("::")
    if colons and head and (not tail or (tail.isidentifier() and closest(tail, sorted(LEVEL_WORDS)))):
        hint = did_you_mean(tail, sorted(LEVEL_WORDS)) if tail else "write a level such as ::read, or leave `::` out"
        raise _fail(text, len(head) + 3, f"there is no level `{tail}`", hint)
    return text, None


def _split(text: str, body: str) -> list[_Part]:
    """Part the text at commas outside quotes."""
    parts: list[_Part] = []
    signs: list[tuple[str, bool]] = []
    start, position, opened = 1, 0, 0
    while position < len(body):
        sign = body[position]
        if opened:
            if sign == "\\" and body[position + 1 : position + 2] in ('"', "\\"):
                position += 1
                signs.append((body[position], True))
            elif sign == '"':
                opened = 0
            else:
                signs.append((sign, True))
        elif sign == '"':
            opened = position + 1
            signs.append(("", True))  # so that `""` is an empty value and not a missing one
        elif sign == ",":
            parts.append(_Part(tuple(signs), start))
            signs, start = [], position + 2
        else:
            signs.append((sign, False))
        position += 1
    if opened:
        raise _fail(text, opened, "a quote is opened and never closed", 'end it with "')
    return [*parts, _Part(tuple(signs), start)]


def _stripped(signs: tuple[tuple[str, bool], ...]) -> tuple[tuple[str, bool], ...]:
    """Drop blanks at both ends that were not quoted."""
    first, last = 0, len(signs)
    while first < last and signs[first][0].isspace() and not signs[first][1]:
        first += 1
    while last > first and signs[last - 1][0].isspace() and not signs[last - 1][1]:
        last -= 1
    return signs[first:last]


def _name(text: str, part: _Part) -> str:
    signs = _stripped(part.signs)
    if ("*", False) in signs:
        column = part.column + part.signs.index(("*", False))
        raise _fail(text, column, "a name alone takes no `*`", f'write name={printable(text, 100)}, or quote it: "*"')
    name = "".join(sign for sign, _ in signs)
    if not name:
        raise _fail(text, part.column, "the name is empty", "write an id or a name")
    return name


def _term(text: str, part: _Part) -> Term:
    signs = part.signs
    if not _stripped(signs):
        raise _fail(text, part.column, "there is nothing between the commas", "remove one comma")
    cut = part.cut()
    if cut is None:
        word = "".join(sign for sign, _ in _stripped(signs))
        raise _fail(text, part.column, f"`{printable(word, 60)}` has no `=`", "write key=value")
    end, operator = cut
    key = "".join(sign for sign, _ in _stripped(signs[:end]))
    _check_key(text, part.column, key)
    value = _stripped(signs[end + len(operator) :])
    column = part.column + end + len(operator)
    if not value:
        raise _fail(text, column, f"`{key}` has no value", 'for an empty one write ""')
    try:
        return checked(key, operator, Pattern(_pieces(value)))
    except SelectorError as wrong:
        raise _fail(text, column, wrong.message, wrong.advice) from None


def _check_key(text: str, column: int, key: str) -> None:
    try:
        known_key(key)
    except SelectorError as wrong:
        raise _fail(text, column, wrong.message, wrong.advice) from None


def _check_level(text: str, terms: tuple[Term, ...], level: str | None, column: int) -> None:
    if level is None:
        return
    for term in terms:
        if term.key == "kind" and (kind := term.pattern.exact) is not None:
            levels = family_of(kind).levels
            if level not in levels:
                what = f"a {kind} has no level `{level}`"
                raise _fail(text, column + 3, what, level_hint(level, levels))


def _pieces(signs: tuple[tuple[str, bool], ...]) -> tuple[tuple[str, bool], ...]:
    pieces: list[tuple[str, bool]] = []
    for sign, quoted in signs:
        wild = sign in ("*", "?") and not quoted
        if pieces and not wild and not pieces[-1][1]:
            pieces[-1] = (pieces[-1][0] + sign, False)
        elif not (wild and sign == "*" and pieces and pieces[-1] == ("*", True)):
            pieces.append((sign, wild))
    return tuple(pieces)
