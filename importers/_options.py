"""The settings of a collection: their names, flags and variables, and how a value is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphscan.errors import UsageError


@dataclass(frozen=True, slots=True)
class Option:
    """One setting: its flag, its variable, what it may be (in words), and how to read it. `read` raises ValueError."""

    flag: str
    variable: str
    means: str
    read: Callable[[Any], Any]


def checked(options: Mapping[str, Option], name: str, value: Any, where: str) -> Any:
    """Return a setting's value. Raises UsageError, naming where it was given."""
    option = options[name]
    try:
        return option.read(value)
    except (ValueError, TypeError):
        raise UsageError(f"{where} {str(value)!r} cannot be meant", f"{name} is {option.means}") from None


# Readers; each raises ValueError or TypeError


def text(value: Any) -> str:
    """Return a text that holds something."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value.strip()


def texts(value: Any) -> tuple[str, ...]:
    """Return a list of texts, or one text whose parts stand between commas or blanks."""
    found = value.replace(",", " ").split() if isinstance(value, str) else list(value)
    if not found or not all(isinstance(one, str) for one in found):
        raise ValueError
    return tuple(found)


def yes_or_no(value: Any) -> bool:
    """Return a truth, written as yes or no, true or false, 1 or 0."""
    if isinstance(value, bool):
        return value
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    try:
        return words[text(value).lower()]
    except KeyError:
        raise ValueError from None


def whole(least: int, most: int) -> Callable[[Any], int]:
    """Return a reader of whole numbers within two bounds, both included."""

    def read(value: Any) -> int:
        number = int(value)
        if isinstance(value, bool) or not least <= number <= most or number != float(value):
            raise ValueError
        return number

    return read


def share(value: Any) -> float:
    """Return a share of a rate limit that leaves something."""
    number = float(value)
    if isinstance(value, bool) or not 0 <= number <= 0.9:
        raise ValueError
    return number
