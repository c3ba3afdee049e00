"""Entries by their forms: which keys there are, which must be there, and how each is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from graphscan.compose.problems import Problems, shown
from graphscan.compose.tree import Map, Scalar, Tree
from graphscan.select import did_you_mean

Reader = Callable[[Tree, Problems], Any]


class RefusedError(Exception):
    """A value cannot be taken; the problem has been noted."""


@dataclass(frozen=True, slots=True)
class Field:
    """
    One key of a form.

    Attributes:
        read:     from tree to value; raises RefusedError once it has noted why.
        schema:   its JSON Schema.
        required: whether an entry must have it.
        shape:    how it is written in one field of a CSV file: "one", "list" (parted by `;`), "structs" (parted by
                  `;`, each a text or `key=value,key=value`), "map" (a column per key), "" (YAML only).
    """

    read: Reader
    schema: Mapping[str, Any]
    required: bool = False
    shape: str = "one"


Form = dict[str, Field]


@dataclass(slots=True)
class Taken:
    """
    What an entry says.

    Attributes:
        values: by key, typed; keys that could not be taken are left out.
        good:   whether all of it could be taken.
    """

    entry: Map
    values: dict[str, Any] = field(default_factory=dict)
    good: bool = True

    def place(self, key: str) -> tuple[int, int]:
        """Return the line and column of a key's value, or of the entry where it has no such key."""
        value = self.entry.values.get(key)
        return (self.entry.line, self.entry.column) if value is None else (value.line, value.column)


def take(tree: Tree, form: Form, problems: Problems, what: str) -> Taken:
    """
    Read an entry by its form, noting every key that is unknown, missing or cannot be taken.

    Raises:
        RefusedError: it is not a mapping at all.
    """
    if not isinstance(tree, Map):
        refuse(tree, problems, f"{what} must be a mapping of keys to values", "write it as `- key: value`")
    taken = Taken(tree)
    for name, value in tree.values.items():
        known = form.get(name)
        key = tree.keys[name]
        if known is None:
            hint = did_you_mean(name, form, "its keys")
            problems.add(key.line, key.column, f"{what} has no key {shown(name)}", hint)
        elif isinstance(value, Scalar) and value.absent:
            problems.add(key.line, key.column, f"{shown(name)} has no value", "write one, or leave the key out")
        else:
            try:
                taken.values[name] = known.read(value, problems)
                continue
            except RefusedError:
                pass
        taken.good = False
    for name, known in form.items():
        if known.required and name not in tree.values:
            problems.add(tree.line, tree.column, f"{what} has no {shown(name)}", f"its keys are {', '.join(form)}")
            taken.good = False
    return taken


def refuse(tree: Tree, problems: Problems, what: str, hint: str = "") -> NoReturn:
    """Note a problem at a tree's place and raise RefusedError."""
    problems.add(tree.line, tree.column, what, hint)
    raise RefusedError
