"""Single values: from the text that somebody wrote to the type its key has, or a problem with its place."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from graphscan.compose.fields import Reader, RefusedError, refuse
from graphscan.compose.problems import Problems, shown
from graphscan.compose.tree import Items, Scalar, Tree
from graphscan.printable import printable
from graphscan.select import did_you_mean

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_WHOLE = re.compile(r"0|[1-9][0-9]{0,14}")


def text(tree: Tree, problems: Problems) -> str:
    """Return a text as it was written."""
    if not isinstance(tree, Scalar):
        refuse(
            tree, problems, "a single text must stand here, not a list or mapping", "quote it if it is meant as text"
        )
    return tree.text


def words(options: Mapping[str, Any] | list[str], what: str) -> Reader:
    """Return a reader of one word out of a closed list."""
    known = tuple(options)

    def read(tree: Tree, problems: Problems) -> str:
        word = text(tree, problems)
        if word not in options:
            refuse(tree, problems, f"there is no {what} {shown(word)}", did_you_mean(word, known, f"{what}s"))
        return word

    return read


Choice = TypeVar("Choice", bound=StrEnum)


def choice(options: type[Choice], what: str) -> Callable[[Tree, Problems], Choice]:
    """Return a reader of one member of an enumeration."""
    read_word = words([one.value for one in options], what)
    return lambda tree, problems: options(read_word(tree, problems))


def node_id(tree: Tree, problems: Problems) -> str:
    """Return an id: visible, no blanks at its ends, not beginning with `~` (which marks other references)."""
    word = text(tree, problems)
    if not word:
        refuse(tree, problems, "an id is empty", "write a short readable name that nothing else has")
    if word != word.strip() or word != printable(word):
        refuse(tree, problems, f"the id {shown(word)} holds blanks at an end or invisible characters", "remove them")
    if word.startswith("~"):
        refuse(tree, problems, f"the id {shown(word)} begins with `~`", "`~` marks references by key or name")
    return word


def moment(tree: Tree, problems: Problems) -> datetime:
    """Return an instant in UTC; a date is its midnight in UTC."""
    word = text(tree, problems)
    hint = "write 2023-11-24 or 2023-11-24T18:00:00Z"
    try:
        if _DAY.fullmatch(word):
            return datetime.fromisoformat(word).replace(tzinfo=UTC)
        if found := _INSTANT.fullmatch(word):
            day, clock, fraction, offset = found.groups(default="")
            offset = "+00:00" if offset in "Zz" else offset
            return datetime.fromisoformat(f"{day}T{clock}{fraction}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        refuse(tree, problems, f"{shown(word)} is not a date that exists", hint)
    if re.fullmatch(r"[0-9-]{10}[T ][0-9:.]+", word):
        refuse(tree, problems, f"the time {shown(word)} has no offset", "write Z at its end for UTC, or +02:00")
    if word.casefold() in ("null", "none", "~", "never", "unknown"):
        hint = "leave the key out where there is no date"
    return refuse(tree, problems, f"{shown(word)} is not a date", hint)


def is_day(tree: Tree) -> bool:
    """Whether a moment was written as a date, so is known to the day only."""
    return isinstance(tree, Scalar) and _DAY.fullmatch(tree.text) is not None


def whole(tree: Tree, problems: Problems) -> int:
    """Return a whole number from 0, written in digits and nothing else."""
    word = text(tree, problems)
    if not _WHOLE.fullmatch(word):
        refuse(tree, problems, f"{shown(word)} is not a whole number", "write digits only, such as 36")
    return int(word)


def truth(tree: Tree, problems: Problems) -> bool:
    """Return true or false; no other word means either."""
    word = text(tree, problems)
    if word not in ("true", "false"):
        meant = {"yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"}
        near = meant.get(word.casefold()) or (word.casefold() if word.casefold() in meant.values() else "")
        hint = f"did you mean `{near}`?" if near else "write true or false"
        refuse(tree, problems, f"{shown(word)} is neither true nor false", hint)
    return word == "true"


def list_of(read: Reader, what: str, empty: bool = False) -> Reader:
    """Return a reader of a list in which nothing stands twice."""

    def read_all(tree: Tree, problems: Problems) -> list[Any]:
        if not isinstance(tree, Items):
            hint = f"write [{printable(tree.text, 40)}]" if isinstance(tree, Scalar) else "begin each entry with `- `"
            refuse(tree, problems, f"{what} must be a list", hint)
        if not tree.items and not empty:
            refuse(tree, problems, f"the list of {what} is empty", "leave the key out")
        found: dict[Any, None] = {}
        good = True
        for item in tree.items:
            try:
                if isinstance(item, Scalar) and item.absent:
                    refuse(item, problems, f"an entry of {what} is empty", "remove it")
                value = read(item, problems)
            except RefusedError:
                good = False
                continue
            if value in found:
                problems.add(item.line, item.column, f"this stands twice in {what}", "remove one")
                good = False
            found[value] = None
        if not good:
            raise RefusedError
        return list(found)

    return read_all
