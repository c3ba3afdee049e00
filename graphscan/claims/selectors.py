"""Selectors of claims files, read into what they mean: keys join by AND, lists by OR; globs, and nothing cleverer."""

from functools import lru_cache
from typing import Any

from graphscan import select
from graphscan.claims import fragments as f
from graphscan.claims.model import (
    AllOf,
    AnyOf,
    Branch,
    Condition,
    Not,
    Position,
    Selector,
    SetName,
    Term,
    Written,
)
from graphscan.compose import values as v
from graphscan.compose.fields import Field, Form, Reader, RefusedError, refuse, take
from graphscan.compose.problems import Problems, shown
from graphscan.compose.tree import Items, Map, Scalar, Tree
from graphscan.errors import SelectorError
from graphscan.kinds import NODE_KINDS, canonical_level, family_of
from graphscan.model import Sensitivity

ZONE = "zone"
_WORDS = {"kind": list(NODE_KINDS), "sensitivity": [one.value for one in Sensitivity]}
LONGEST = 200  # of a selector as it is shown


@lru_cache(maxsize=4)
def form(names: frozenset[str]) -> Form:
    """Return the keys of a selector written as a mapping; `names` are the sets that are defined."""
    keys: Form = {
        key: Field(_term(key), f.DATED if key in select.DATED else f.value(_WORDS.get(key)))
        for key in (*select.KEYS, ZONE)
    }
    return {
        **keys,
        "property": Field(_properties, f.PROPERTIES),
        "level": Field(_level, {"enum": sorted(select.LEVEL_WORDS)}),
        "any": Field(_alternatives(names), f.SELECTOR),
        "not": Field(_alternatives(names), f.SELECTOR),
    }


def reader(names: frozenset[str]) -> Reader:
    """Return a reader of selectors: a text, a mapping, or a list of either."""

    def read(tree: Tree, problems: Problems) -> Selector:
        return Selector(written(tree), _branches(tree, problems, names), place(tree, problems))

    return read


def each(names: frozenset[str]) -> Reader:
    """Return a reader of a list of selectors that are kept apart, or of one alone."""

    def read(tree: Tree, problems: Problems) -> tuple[Selector, ...]:
        return tuple(_each(tree, problems, reader(names)))

    return read


def place(tree: Tree, problems: Problems) -> Position:
    """Return where something stands in the file being read."""
    return Position(problems.file, tree.line, tree.column)


def pattern(text: str) -> select.Pattern:
    r"""Return what a value matches: `*` any text, `?` one sign; `\*`, `\?` and `\\` stand for the sign itself."""
    pieces: list[tuple[str, bool]] = []
    signs = iter(enumerate(text))
    for at, sign in signs:
        wild = sign in "*?"
        if sign == "\\" and text[at + 1 : at + 2] in ("*", "?", "\\"):
            _, sign = next(signs)
        if wild and sign == "*" and pieces[-1:] == [("*", True)]:
            continue
        if wild or not pieces or pieces[-1][1]:
            pieces.append((sign, wild))
        else:
            pieces[-1] = (pieces[-1][0] + sign, False)
    return select.Pattern(tuple(pieces))


def written(tree: Tree) -> str:
    """Return a selector in one line, as it is shown beside a verdict."""
    text = _written(tree)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


# Private functions


def _each(tree: Tree, problems: Problems, read: Reader) -> list[Any]:
    """Read one value or a list of values, noting what is wrong with every one."""
    if isinstance(tree, Items) and not tree.items:
        refuse(tree, problems, "the list is empty", "leave the key out, or say what is meant")
    found, good = [], True
    for item in tree.items if isinstance(tree, Items) else [tree]:
        try:
            if isinstance(item, Scalar) and item.absent:
                refuse(item, problems, "an entry is empty", "remove it")
            found.append(read(item, problems))
        except RefusedError:
            good = False
    if not good:
        raise RefusedError
    return found


def _branches(tree: Tree, problems: Problems, names: frozenset[str]) -> tuple[Branch, ...]:
    def read(item: Tree, problems: Problems) -> tuple[Branch, ...]:
        if isinstance(item, Scalar):
            return (_text(item, problems, names),)
        if isinstance(item, Map):
            return _mapping(item, problems, names)
        return refuse(item, problems, "a list stands within a list of selectors", "write one list")

    return tuple(branch for some in _each(tree, problems, read) for branch in some)


def _alternatives(names: frozenset[str]) -> Reader:
    return lambda tree, problems: _branches(tree, problems, names)


def _text(tree: Scalar, problems: Problems, names: frozenset[str]) -> Branch:
    at = place(tree, problems)
    head, level = select.split_level(tree.text)
    if head in names:
        return Branch(SetName(head, at), level, at)
    try:
        parsed = select.parse(tree.text)
    except SelectorError as error:
        refuse(tree, problems, error.message, error.advice)
    return Branch(Written(parsed, at), parsed.level, at)


def _mapping(tree: Map, problems: Problems, names: frozenset[str]) -> tuple[Branch, ...]:
    at = place(tree, problems)
    taken = take(tree, form(names), problems, "a selector")
    if not taken.good:
        raise RefusedError
    values = taken.values
    level = values.pop("level", None)
    inner: tuple[Branch, ...] = values.pop("any", ())
    left_out: tuple[Branch, ...] = values.pop("not", ())
    for branch in left_out:
        if branch.level is not None:
            what = f"a level (`{branch.level}`) means nothing under `not`"
            problems.add(branch.position.line, branch.position.column, what, "leave it out")
            raise RefusedError
    parts: list[Condition] = [term for terms in values.values() for term in terms]
    parts += [Not(_either(left_out))] if left_out else []
    _check_level(level, parts, tree, problems)
    if not inner:
        if not parts:
            refuse(tree, problems, "this selects everything", f"add a key such as {', '.join(select.KEYS[:3])}")
        return (Branch(_both(parts), level, at),)
    for branch in inner:
        if level is not None and branch.level not in (None, level):
            what = f"the level is `{level}` around `any` and `{branch.level}` here"
            problems.add(branch.position.line, branch.position.column, what, "keep one of them")
            raise RefusedError
        _check_level(branch.level, parts, tree, problems)
    return tuple(
        Branch(_both([*parts, branch.condition]), branch.level or level, branch.position if not parts else at)
        for branch in inner
    )


def _both(parts: list[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _either(branches: tuple[Branch, ...]) -> Condition:
    return branches[0].condition if len(branches) == 1 else AnyOf(tuple(one.condition for one in branches))


def _check_level(level: str | None, parts: list[Condition], tree: Tree, problems: Problems) -> None:
    """Refuse a level that no kind named beside it has."""
    for part in parts:
        if level is None or not isinstance(part, Term) or part.key != "kind":
            continue
        for kind in (one.pattern.exact for one in part.values):
            if kind is not None and level not in family_of(kind).levels:
                hint = select.level_hint(level, family_of(kind).levels)
                refuse(tree, problems, f"the kind {kind} has no level `{level}`", hint)


def _term(key: str) -> Reader:
    def one(tree: Tree, problems: Problems) -> select.Term:
        text = v.text(tree, problems)
        dated = key in select.DATED
        operator = next((sign for sign in select.OPERATORS if dated and text.startswith(sign)), "=")
        found = pattern(text.removeprefix(operator).strip() if dated else text)
        try:
            return select.Term(key, found) if key == ZONE else select.checked(key, operator, found)
        except SelectorError as error:
            refuse(tree, problems, error.message, error.advice)

    return _terms(key, one)


def _terms(key: str, one: Reader) -> Reader:
    def read(tree: Tree, problems: Problems) -> tuple[Term, ...]:
        return (Term(key, tuple(_each(tree, problems, one)), place(tree, problems)),)

    return read


def _properties(tree: Tree, problems: Problems) -> tuple[Term, ...]:
    if not isinstance(tree, Map) or not tree.values:
        refuse(tree, problems, "`property` must be a mapping", "write property: {issued_by: okta}")
    good, found = True, []
    for name, value in tree.values.items():
        try:
            if not name or (isinstance(value, Scalar) and value.absent):
                refuse(value, problems, f"the property {shown(name)} has no name or no value", 'an empty one is ""')
            found += _term(select.PROPERTY + name)(value, problems)
        except RefusedError:
            good = False
    if not good:
        raise RefusedError
    return tuple(found)


def _level(tree: Tree, problems: Problems) -> str:
    return canonical_level(v.words(sorted(select.LEVEL_WORDS), "level")(tree, problems))


def _written(tree: Tree) -> str:
    if isinstance(tree, Scalar):
        return tree.text
    if isinstance(tree, Items):
        return " or ".join(_written(item) for item in tree.items)
    parts = []
    for key, value in tree.values.items():
        if key in ("any", "not"):
            parts.append(f"{key} ({_written(value)})")
        elif isinstance(value, Map):
            parts += [f"{key}.{name}={_choice(inner)}" for name, inner in value.values.items()]
        else:
            parts.append(_compared(key, value))
    return ",".join(parts)


def _compared(key: str, value: Tree) -> str:
    text = _choice(value)
    return f"{key}{text}" if key in select.DATED and text.startswith(select.OPERATORS) else f"{key}={text}"


def _choice(value: Tree) -> str:
    return "|".join(_written(item) for item in value.items) if isinstance(value, Items) else _written(value)
