"""Numbers, ages and kinds as people say them."""

from collections.abc import Iterable
from datetime import UTC, datetime

from graphscan.printable import printable

_PLURALS = {
    "Repository": "repositories",
    "Policy": "policies",
    "Content": "content stores",
    "Wiki": "wikis",
}
_SINGULARS = {"Content": "content store"}


def kind(name: str, count: int = 1) -> str:
    """Return a node kind in prose: `repository`, `repositories`, `service accounts`."""
    spaced = "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in printable(name, 40)).strip()
    if count == 1:
        return _SINGULARS.get(name, spaced)
    return _PLURALS.get(name, spaced + "s")


def number(count: int, noun: str, plural: str = "") -> str:
    """Return `1 gap`, `1,204 gaps`."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    found = list(words)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} {last} {found[-1]}"


def age(at: datetime, now: datetime | None = None) -> str:
    """Return how long ago a moment was, roughly: `3 minutes`, `2 days`."""
    seconds = ((now or datetime.now(UTC)) - at).total_seconds()
    if seconds < 0:
        return "0 minutes"
    for size, noun in ((86_400, "day"), (3_600, "hour")):
        if seconds >= size:
            return number(int(seconds // size), noun)
    return number(int(seconds // 60), "minute")


def moment(at: datetime) -> str:
    """Return a time to the second, in UTC, and say so."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def sensitivity(name: str, count: int = 1) -> str:
    """Return `crown jewel`, `crown jewels`, or an adjective as it is."""
    if name == "crown_jewel":
        return "crown jewel" if count == 1 else "crown jewels"
    return printable(name, 40)
