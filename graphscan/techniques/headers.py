"""Headers as nearly all files have them, read without a YAML parser: it takes longer than all else at the start."""

import re
from typing import Any

_WORD = r"[A-Za-z][A-Za-z0-9_.]*"
# What YAML reads as the same text: no quotes, brackets, comments, further colons, or words that mean a value.
_TEXT = re.compile(r"[A-Za-z][^\"#:\[\]{}&*!|>%@`\t\\]*")
_LIST = re.compile(rf"\[((?:{_WORD}(?:, {_WORD})*)?)\]")
_QUOTED_LIST = re.compile(r'\["([^"\\\t]*(?:", "[^"\\\t]*)*)"\]')
_QUOTED = re.compile(r'  - "([^"\\\t]*)"')
_KEY = re.compile(r"([a-z]+):(?: (.*))?")
_VALUES = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def plain(text: str) -> dict[str, Any] | None:
    """
    Return what a header says, as YAML would read it; None where it is written in any way that needs YAML.

    Read here: `key: words`, `key: 3`, `key: [A, B]`, `key: >` with lines of one indent below, lists of quoted texts.
    """
    header: dict[str, Any] = {}
    lines = text.split("\n")
    place = 0
    while place < len(lines):
        found = _KEY.fullmatch(lines[place])
        place += 1
        if found is None or found[1] in header:
            return None
        below = place
        while below < len(lines) and lines[below].startswith("  "):
            below += 1
        value = _value(found[2] or "", lines[place:below])
        if value is None:
            return None
        header[found[1]], place = value, below
    return header


# Private functions


def _value(said: str, below: list[str]) -> Any:
    """Return the value of a key from the rest of its line and the lines below it; None: not read here."""
    if said == ">":
        same = all(line[2:3] not in ("", " ", "\t") and not line.endswith((" ", "\t")) for line in below)
        return " ".join(line[2:] for line in below) + "\n" if below and same else None
    if said == "":
        quoted = [_QUOTED.fullmatch(line) for line in below]
        return [one[1] for one in quoted if one] if below and all(quoted) else None
    if below:
        return None
    if re.fullmatch(r"[1-9]\d?", said):
        return int(said)
    quotes = _QUOTED_LIST.fullmatch(said)
    if quotes:
        return quotes[1].split('", "')
    listed = _LIST.fullmatch(said)
    if listed:
        words = listed[1].split(", ") if listed[1] else []
        return None if any(word.lower() in _VALUES for word in words) else words
    return said if _TEXT.fullmatch(said) and not said.endswith(" ") and said.lower() not in _VALUES else None
