"""
What the expression of a group rule asks for: which attributes of a profile, together or one of them.

Plain comparisons, `String.…` tests and `isMemberOf…` joined by and, or, not and parentheses are understood; anything
else is undecided: it is kept as a text, with the attributes it names. Nothing is evaluated.
"""

import re
from dataclasses import dataclass, field
from itertools import product

from importers.okta.ids import is_okta_id

_TOKENS = re.compile(
    r"""\s*(?:(?P<text>"[^"\\]*"|'[^'\\]*')|(?P<word>[A-Za-z_][\w.]*)|(?P<number>-?\d+(?:\.\d+)?)
    |(?P<sign>==|!=|>=|<=|>|<|&&|\|\||[(),!]))""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"\buser\.(?:profile\.)?([A-Za-z_]\w*)")
_COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<=", "eq", "ne", "EQ", "NE", "GT", "LT"})
_TESTS = frozenset(
    {"String.stringContains", "String.startsWith", "String.stringStartsWith", "String.endsWith", "Arrays.contains"}
)
_LONGEST, _DEEPEST, _MOST = 4000, 40, 32  # characters, parentheses in each other, alternatives


class _UndecidedError(Exception):
    """The expression holds something that is in no list here."""


@dataclass(frozen=True, slots=True)
class Expression:
    """
    Attributes:
        attributes:   every attribute of a user's profile that is named.
        alternatives: sets of attributes, each of which alone is enough to be set to fulfil it.
        groups:       ids of groups whose members it asks for.
        undecided:    whether some way to fulfil it was not understood, or depends on more than the profile.
    """

    attributes: tuple[str, ...]
    alternatives: tuple[tuple[str, ...], ...] = ()
    groups: tuple[str, ...] = ()
    undecided: bool = False


# One comparison: the attributes it is about, and whether setting those is all it takes.
_Atom = tuple[frozenset[str], bool]
_Ways = tuple[_Atom, ...]


def read_expression(text: str) -> Expression:
    """Return what an expression asks for; one that is not understood is undecided, never an error."""
    attributes = tuple(dict.fromkeys(_ATTRIBUTE.findall(text[:_LONGEST])))
    if len(text) > _LONGEST:
        return Expression(attributes, undecided=True)
    reader = _Reader(text)
    try:
        ways = reader.whole()
    except _UndecidedError:
        return Expression(attributes, groups=tuple(reader.groups), undecided=True)
    plain = dict.fromkeys(tuple(sorted(found)) for found, enough in ways if enough and found)
    return Expression(attributes, tuple(plain), tuple(reader.groups), any(not enough for _, enough in ways))


# Private functions


@dataclass
class _Reader:
    """A descent over the tokens of one expression, without evaluating any."""

    text: str
    groups: dict[str, None] = field(default_factory=dict)
    tokens: list[tuple[str, str]] = field(default_factory=list)
    place: int = 0
    depth: int = 0

    def whole(self) -> _Ways:
        at = 0
        while self.text[at:].strip():
            found = _TOKENS.match(self.text, at)
            if found is None:
                raise _UndecidedError
            self.tokens.append((str(found.lastgroup), found.group(str(found.lastgroup))))
            at = found.end()
        ways = self._any(False)
        if self.place != len(self.tokens):
            raise _UndecidedError
        return ways

    def _any(self, negated: bool) -> _Ways:
        parts = [self._all(negated)]
        while self._takes("or", "OR", "||"):
            parts.append(self._all(negated))
        return _together(parts) if negated else _either(parts)

    def _all(self, negated: bool) -> _Ways:
        parts = [self._one(negated)]
        while self._takes("and", "AND", "&&"):
            parts.append(self._one(negated))
        return _either(parts) if negated else _together(parts)

    def _one(self, negated: bool) -> _Ways:
        if self._takes("!", "not", "NOT"):
            self._deeper()
            ways = self._one(not negated)
            self.depth -= 1
            return ways
        if self._takes("("):
            self._deeper()
            ways = self._any(negated)
            self._needs(")")
            self.depth -= 1
            return ways
        return (self._comparison(),)

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _UndecidedError

    def _comparison(self) -> _Atom:
        kind, word = self._next()
        if kind == "word" and (word in _TESTS or word.startswith("isMemberOf")):
            return self._test(word)
        left = self._operand(kind, word)
        if self.place < len(self.tokens) and self.tokens[self.place][1] in _COMPARISONS:
            self.place += 1
            return left | self._operand(*self._next()), True
        if left:
            return left, True  # an attribute that is itself true or false
        raise _UndecidedError

    def _test(self, name: str) -> _Atom:
        self._needs("(")
        said: frozenset[str] = frozenset()
        while not self._takes(")"):
            kind, value = self._next()
            said |= self._operand(kind, value)
            if kind == "text" and is_okta_id(value[1:-1]) and name in ("isMemberOfGroup", "isMemberOfAnyGroup"):
                self.groups[value[1:-1]] = None
            if not self._takes(","):
                self._needs(")")
                break
        # Whose member somebody is, no profile says.
        return said, not name.startswith("isMemberOf")

    def _operand(self, kind: str, value: str) -> frozenset[str]:
        if kind in ("text", "number") or value in ("true", "false", "null"):
            return frozenset()
        attribute = _ATTRIBUTE.fullmatch(value) if kind == "word" else None
        if attribute is None:
            raise _UndecidedError
        return frozenset({attribute.group(1)})

    def _next(self) -> tuple[str, str]:
        if self.place >= len(self.tokens):
            raise _UndecidedError
        self.place += 1
        return self.tokens[self.place - 1]

    def _takes(self, *values: str) -> bool:
        there = self.place < len(self.tokens) and self.tokens[self.place][0] in ("word", "sign")
        if there and self.tokens[self.place][1] in values:
            self.place += 1
            return True
        return False

    def _needs(self, value: str) -> None:
        if not self._takes(value):
            raise _UndecidedError


def _either(parts: list[_Ways]) -> _Ways:
    return _few(tuple(dict.fromkeys(way for ways in parts for way in ways)))


def _together(parts: list[_Ways]) -> _Ways:
    found = parts[0]
    for ways in parts[1:]:
        # Two conditions on one attribute may contradict each other.
        found = _few(tuple(dict.fromkeys((a | b, x and y and not a & b) for (a, x), (b, y) in product(found, ways))))
    return found


def _few(ways: _Ways) -> _Ways:
    if len(ways) > _MOST:
        raise _UndecidedError
    return ways
