"""
Selectors: `kind=Repository,name=payments-*`, parsed here and matched on the merged view by the SQL they yield.

    selector  = [ term { "," term } | name ] [ "::" level ]
    term      = key "=" value
    value     = pieces, each bare (`*` any text, `?` one sign) or "quoted" (taken as it is; \\" and \\\\ inside)

A text without `=` is an id or an exact name. Terms are joined by AND; there is no negation.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from graphscan.errors import SelectorError
from graphscan.kinds import FAMILIES, LEVEL_ALIASES, NODE_KINDS, canonical_level, family_of
from graphscan.model import Sensitivity
from graphscan.printable import printable

KEYS = ("id", "kind", "name", "provider", "subtype", "state", "sensitivity", "label", "in")
PROPERTY = "property."
LEVEL_WORDS = frozenset(level for family in FAMILIES.values() for level in family.levels) | frozenset(LEVEL_ALIASES)

_ESCAPED = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})
_CLOSED_WORDS = {"kind": tuple(NODE_KINDS), "sensitivity": tuple(one.value for one in Sensitivity)}

# Everything in a group and in groups within it; UNION ends loops. %s says which group.
_IN = """node.n IN (
    WITH RECURSIVE inside(n) AS (
        SELECT member.source FROM base.relation AS member JOIN base.node AS grp ON grp.n = member.target
        WHERE member.kind = 'MEMBER_OF' AND (%s)
        UNION
        SELECT member.source FROM base.relation AS member JOIN inside ON inside.n = member.target
        WHERE member.kind = 'MEMBER_OF')
    SELECT n FROM inside)"""


@dataclass(frozen=True, slots=True)
class Pattern:
    """
    What a value must look like: literal pieces with `*` (any text) and `?` (one sign) between them.

    Attributes:
        pieces: (text, is_wildcard) in order.
    """

    pieces: tuple[tuple[str, bool], ...]

    @property
    def exact(self) -> str | None:
        """The one text it matches, or None where it has wildcards."""
        if any(wild for _, wild in self.pieces):
            return None
        return "".join(text for text, _ in self.pieces)

    @property
    def like(self) -> str:
        r"""The same as a SQL LIKE pattern with `\` as its escape."""
        wild = {"*": "%", "?": "_"}
        return "".join(wild[text] if is_wild else text.translate(_ESCAPED) for text, is_wild in self.pieces)

    def matches(self, text: str) -> bool:
        """Whether the whole of `text` matches, with upper and lower case told apart."""
        wild = {"*": ".*", "?": "."}
        expression = "".join(wild[one] if is_wild else re.escape(one) for one, is_wild in self.pieces)
        return re.fullmatch(expression, text, re.DOTALL) is not None

    def condition(self, column: str) -> tuple[str, str]:
        """Return SQL that compares a column with one bound value, and that value."""
        exact = self.exact
        if exact is not None:
            return f"{column} = ?", exact
        return f"{column} LIKE ? ESCAPE '\\'", self.like


@dataclass(frozen=True, slots=True)
class Term:
    """One `key=value` of a selector."""

    key: str
    pattern: Pattern


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
            condition, bound = _condition(term)
            conditions.append(f"coalesce({condition}, false)")
            values += bound
        return " AND ".join(conditions), values


# Public functions


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
    if len(parts) == 1 and not parts[0].has_equals:
        return Selector(text, name=_name(text, parts[0]), level=level)
    if not any(part.has_equals for part in parts):
        # A name may hold a comma; without any `=` there are no terms to separate.
        whole = [sign for part in parts for sign in ((",", False), *part.signs)]
        return Selector(text, name=_name(text, _Part(tuple(whole[1:]), 1)), level=level)
    terms = tuple(_term(text, part) for part in parts)
    _check_level(text, terms, level, len(body))
    return Selector(text, terms, level=level)


def split_level(text: str) -> tuple[str, str | None]:
    """
    Part `ID::level` into the id and the canonical level; None where there is no level.

    Ids may hold `::` themselves (`arn:aws:iam::123:role/x`): only a known level after the last one counts.
    """
    head, colons, tail = text.rpartition("::")
    if colons and head and tail in LEVEL_WORDS:
        return head, canonical_level(tail)
    return text, None


@lru_cache(maxsize=4096)
def _closest(word: str, options: tuple[str, ...]) -> str | None:
    folded = {option.casefold(): option for option in reversed(options)}
    begun = [option for start, option in folded.items() if len(word) > 2 and start.startswith(word.casefold())]
    if len(begun) == 1:
        return begun[0]
    near = get_close_matches(word.casefold()[:100], list(folded), n=1, cutoff=0.6)
    return folded[near[0]] if near else None


def closest(word: str, options: Iterable[str]) -> str | None:
    """Return the option that `word` was probably meant to be, or None; upper and lower case count as the same."""
    return _closest(word, tuple(options))


def did_you_mean(word: str, options: Iterable[str], plural: str = "") -> str:
    """Return a hint: what was probably meant or, with `plural` ("kinds"), what there is; else an empty string."""
    known = tuple(options)
    near = closest(word, known)
    if near is not None:
        return f"did you mean `{near}`?"
    return f"{plural} are {', '.join(known)}" if plural else ""


def level_hint(level: str, levels: Iterable[str]) -> str:
    """Return a hint for a level that a kind does not have; of a principal's many levels it lists the plain ones."""
    known = tuple(levels)
    near = closest(level, known)
    plain = [one for one in known if "." not in one]
    return f"did you mean `{near}`?" if near else f"its levels are {', '.join(plain)}{' …' * (len(plain) < len(known))}"


# Private functions


@dataclass(frozen=True, slots=True)
class _Part:
    """One comma-separated part: its signs as (sign, is_quoted), and the column (from 1) at which it begins."""

    signs: tuple[tuple[str, bool], ...]
    column: int

    @property
    def has_equals(self) -> bool:
        return ("=", False) in self.signs


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
    if not part.has_equals:
        word = "".join(sign for sign, _ in _stripped(signs))
        raise _fail(text, part.column, f"`{printable(word, 60)}` has no `=`", "write key=value")
    equals = signs.index(("=", False))
    key = "".join(sign for sign, _ in _stripped(signs[:equals]))
    _check_key(text, part.column, key)
    value = _stripped(signs[equals + 1 :])
    column = part.column + equals + 1
    if not value:
        raise _fail(text, column, f"`{key}` has no value", 'for an empty one write ""')
    pattern = Pattern(_pieces(value))
    if key in _CLOSED_WORDS and not any(pattern.matches(word) for word in _CLOSED_WORDS[key]):
        written = "".join(sign for sign, _ in value)
        what = f"there is no {key} `{printable(written, 60)}`"
        raise _fail(text, column, what, did_you_mean(written, _CLOSED_WORDS[key], f"{key} values"))
    return Term(key, pattern)


def _check_key(text: str, column: int, key: str) -> None:
    if key in KEYS or (key.startswith(PROPERTY) and len(key) > len(PROPERTY)):
        return
    if key.endswith("!"):
        raise _fail(text, column, "there is no `!=`", "say what to select, not what to leave out")
    if not key:
        raise _fail(text, column, "there is no key before `=`", f"keys are {', '.join(KEYS)}, property.NAME")
    hint = did_you_mean(key, (*KEYS, "property.NAME"), "keys")
    raise _fail(text, column, f"there is no key `{printable(key, 60)}`", f"{hint}; quote an id that holds `=`")


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


def _condition(term: Term) -> tuple[str, list[Any]]:
    if term.key == "label":
        condition, value = term.pattern.condition("label.label")
        return f"EXISTS (SELECT 1 FROM (SELECT unnest(node.labels) AS label) AS label WHERE {condition})", [value]
    if term.key == "in":
        by_id, value = term.pattern.condition("grp.id")
        by_name, _ = term.pattern.condition("grp.name")
        return _IN % f"{by_id} OR {by_name}", [value, value]
    if term.key.startswith(PROPERTY):
        # A JSON pointer, in which only ~ and / need an escape; a JSONPath would have a language of its own.
        pointer = "/" + term.key[len(PROPERTY) :].replace("~", "~0").replace("/", "~1")
        condition, value = term.pattern.condition("json_extract_string(node.properties, ?)")
        return condition, [pointer, value]
    condition, value = term.pattern.condition(f"node.{term.key}")
    return condition, [value]
