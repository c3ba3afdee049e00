"""Which terms can be meant: keys that there are, values that their keys can have."""

from graphscan.errors import SelectorError
from graphscan.kinds import NODE_KINDS
from graphscan.model import Sensitivity
from graphscan.printable import printable
from graphscan.select.dates import DATED, NONE, OPERATORS, date_term
from graphscan.select.pattern import Pattern
from graphscan.select.terms import KEYS, PROPERTY, Term
from graphscan.select.words import did_you_mean

_CLOSED_WORDS = {"kind": tuple(NODE_KINDS), "sensitivity": tuple(one.value for one in Sensitivity)}


def known_key(key: str) -> None:
    """Raise SelectorError where there is no such key; it says what was probably meant, not where it stands."""
    if key in KEYS or (key.startswith(PROPERTY) and len(key) > len(PROPERTY)):
        return
    if key.endswith("!"):
        raise SelectorError("there is no `!=`", "say what to select, not what to leave out")
    if not key:
        raise SelectorError("there is no key before `=`", f"keys are {', '.join(KEYS)}, property.NAME")
    hint = did_you_mean(key, (*KEYS, "property.NAME"), "keys")
    raise SelectorError(f"there is no key `{printable(key, 60)}`", f"{hint}; quote an id that holds `=`")


def checked(key: str, operator: str, pattern: Pattern) -> Term:
    """
    Return a term over a known key.

    Args:
        operator: "=", or of a dated key also "<" and ">=".
        pattern:  the value as it was written.

    Raises:
        SelectorError: the key cannot have that value, or is not compared so; it does not say where that stands.
    """
    written = "".join(text for text, _ in pattern.pieces)
    if key in DATED or operator != "=":
        return _dated(key, operator, written)
    if key in _CLOSED_WORDS and not any(pattern.matches(word) for word in _CLOSED_WORDS[key]):
        hint = did_you_mean(written, _CLOSED_WORDS[key], f"{key} values")
        raise SelectorError(f"there is no {key} `{printable(written, 60)}`", hint)
    return Term(key, pattern)


# Private functions


def _dated(key: str, operator: str, value: str) -> Term:
    shown = printable(value, 60)
    if key not in DATED:
        raise SelectorError(f"`{key}` is no date, and is compared with = only", f"dates are {', '.join(DATED)}")
    if operator not in ("=", *OPERATORS):
        advice = f"write {key}<DATE or {key}>=DATE"
        raise SelectorError(f"a date is not compared with `{printable(operator, 10)}`", advice)
    term = date_term(key, operator, value)
    if term is not None:
        return term
    if operator == "=":
        what = f"`{key}` is compared by = with `{NONE}` alone, not with `{shown}`"
        raise SelectorError(what, f"write {key}<DATE, {key}>=DATE or {key}={NONE}")
    if value == NONE:
        raise SelectorError(f"`{NONE}` is no date", f"write {key}={NONE}")
    raise SelectorError(f"`{shown}` is not a date", "write 2023-11-14, or 2023-11-14T09:22:49Z with its zone")
