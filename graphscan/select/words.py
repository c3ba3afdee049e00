"""Words that were probably meant, and the level at the end of an id."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from graphscan.kinds import FAMILIES, LEVEL_ALIASES, canonical_level

LEVEL_WORDS = frozenset(level for family in FAMILIES.values() for level in family.levels) | frozenset(LEVEL_ALIASES)


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
