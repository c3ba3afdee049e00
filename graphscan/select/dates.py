"""
Dates in selectors: `rotated<2023-10-18`, `last_used=none`.

`<` is before the date's first moment, `>=` from it on; so the two part what is dated, and no day is in neither.
"""

import re
from datetime import UTC, date, datetime, time

from graphscan.select.pattern import Pattern
from graphscan.select.terms import Term

DATED = ("rotated", "created", "last_used", "expires")
OPERATORS = ("<", ">=")
NONE = "none"  # the only word that a dated key is compared with by `=`

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)


def moment(text: str) -> datetime | None:
    """Return the instant (UTC) that a date or an RFC 3339 time with its zone means; None where the text is neither."""
    try:
        if _DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        if _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # a thirteenth month, a 30th of February, a year 0
    return None


def date_term(key: str, operator: str, text: str) -> Term | None:
    """
    Return a term over one of `DATED`; None where the text is not what the operator takes.

    Args:
        operator: one of `OPERATORS`, which take a date, or "=", which takes `none`: nobody states such a date.
    """
    if operator == "=":
        return Term(key, Pattern(((NONE, False),))) if text == NONE else None
    at = moment(text)
    return None if at is None else Term(key, Pattern(((at.replace(tzinfo=None).isoformat(sep=" "), False),)), operator)
