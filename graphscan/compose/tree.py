"""
Files as trees of text with positions, before anything is known of what the text means.

YAML is read from its parser's events, so no scalar is ever typed: `no`, `010` and `2021-06-14` stay as written.
Anchors, aliases, tags and merge keys are refused: they let a small file mean a huge one, and no file of
ours needs them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from graphscan.compose.problems import Problems, shown

DEEPEST = 12


@dataclass(slots=True)
class Scalar:
    """
    A text and where it stands (1-based).

    Attributes:
        absent: YAML has a key here and nothing after it.
        quoted: it was written in quotes or as a block, so its writer meant a text.
    """

    text: str
    line: int
    column: int
    absent: bool = False
    quoted: bool = False


@dataclass(slots=True)
class Items:
    """A list and where it begins."""

    items: "list[Tree]"
    line: int
    column: int


@dataclass(slots=True)
class Map:
    """A mapping and where it begins; `keys` has the same names in the same order, with their places."""

    line: int
    column: int
    values: "dict[str, Tree]" = field(default_factory=dict)
    keys: dict[str, Scalar] = field(default_factory=dict)


Tree: TypeAlias = Scalar | Items | Map

# Common shapes of secret values. Files are about secrets, never the secrets themselves.
_SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_\w{22}"
    r"|\bxox[abprs]-[A-Za-z0-9-]{10}|\bATATT3[A-Za-z0-9_=-]{20}|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\."
)
# One of these is in whatever matches; looking for them first is twenty times as fast.
_MARKS = ("PRIVATE KEY", "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "xox", "ATATT3", ".eyJ")


def _holds_secret(text: str) -> bool:
    return any(mark in text for mark in _MARKS) and _SECRET.search(text) is not None


def check_text(scalar: Scalar, problems: Problems) -> bool:
    """Note a problem, and return False, where a text cannot be stored or looks like the value of a secret."""
    text = scalar.text
    if not text.isascii() or not text.isprintable():
        if "\0" in text:
            problems.add(scalar.line, scalar.column, "a text holds a NUL character", "remove it")
            return False
        if any("\ud800" <= sign <= "\udfff" for sign in text):
            problems.add(scalar.line, scalar.column, "a text holds half a surrogate pair", "write the whole character")
            return False
    if len(text) >= 15 and _holds_secret(text):
        # The value itself is never repeated, not even here.
        what = "this looks like the value of a secret"
        problems.add(scalar.line, scalar.column, what, "remove it and revoke the secret: such a file never holds one")
        return False
    return True


def is_clean(text: str) -> bool:
    """Whether no part of a decoded text can fail `check_text`."""
    return "\0" not in text and not _holds_secret(text)


def read_yaml(text: str, problems: Problems, begin: str, sample: str = "") -> Map | None:
    """
    Read one YAML document, a mapping at its top.

    Args:
        text:     the file.
        problems: takes what is wrong.
        begin:    the line that such a file begins with, for hints.
        sample:   the command that writes one, for hints.

    Returns:
        The tree, or None where the text is not YAML or not a mapping; why is noted in `problems`.
    """
    before = len(problems.found)
    events = _events(text, problems)
    root: Tree | None = None
    documents = 0
    for event in events:
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1:
                line, column = _place(event)
                problems.add(line, column, "a second document begins here", "write it into a file of its own")
                return None
        elif isinstance(event, (ScalarEvent, SequenceStartEvent, MappingStartEvent, AliasEvent)):
            root = _build(event, events, problems, 1)
            if root is None:
                return None
    if len(problems.found) > before and root is None:
        return None
    if root is None or (isinstance(root, Scalar) and root.absent):
        problems.add(0, 0, "the file is empty", f"`{sample}` writes a sample" if sample else f"begin it with `{begin}`")
        return None
    if not isinstance(root, Map):
        problems.add(root.line, root.column, "the file is not a mapping", f"begin it with `{begin}`")
        return None
    return root


# Private functions


def _events(text: str, problems: Problems) -> Iterator[Any]:
    """Yield the parser's events; on a syntax error note it, yield a last None, and stop."""
    # ruamel reads \x85 as a line break and numbers lines by it; nothing else needs care here.
    parser = YAML(typ="safe", pure=True)
    try:
        yield from parser.parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        what = " ".join(part for part in (error.context, error.problem) if part)
        problems.add(line, column, f"not YAML: {what}", "quote the text if it holds a sign with a meaning in YAML")
        yield None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - (text.rfind("\n", 0, error.position) + 1) + 1
        problems.add(line, column, "not YAML: a control character stands here", 'write it as an escape, "\\x1b"')
        yield None
    except Exception as error:
        # The parser is a library's and falls over some malformed texts (bad escapes, for one) with whatever happens to
        # be raised; for an operator that is one more way of not being YAML.
        problems.add(0, 0, f"not YAML: the parser gave up ({type(error).__name__})", "look for an odd escape or indent")
        yield None


def _place(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _refused(event: Any, problems: Problems) -> bool:
    line, column = _place(event)
    if isinstance(event, AliasEvent) or event.anchor is not None:
        what = "anchors (&) and aliases (*) are not taken"
        problems.add(line, column, what, "write the value out, or quote a text that begins with & or *")
        return True
    if event.tag is not None:
        problems.add(line, column, "tags (!) are not taken", "remove it: the key says what type its value has")
        return True
    return False


def _build(event: Any, events: Iterator[Any], problems: Problems, depth: int) -> Tree | None:
    """Build what begins with `event`; None where the text broke off or went too deep."""
    refused = _refused(event, problems)
    line, column = _place(event)
    if isinstance(event, AliasEvent):
        return Scalar(f"*{event.anchor}", line, column)  # refused already; a text in its place to read on with
    if isinstance(event, ScalarEvent):
        absent = event.value == "" and event.style is None and not refused
        scalar = Scalar(event.value, line, column, absent, quoted=event.style is not None)
        check_text(scalar, problems)
        return scalar
    if depth > DEEPEST:
        problems.add(line, column, f"nested more than {DEEPEST} deep", "nothing is: look at the brackets and indents")
        return None
    if isinstance(event, SequenceStartEvent):
        return _list(event, events, problems, depth)
    return _map(event, events, problems, depth)


def _list(start: Any, events: Iterator[Any], problems: Problems, depth: int) -> Items | None:
    found = Items([], *_place(start))
    for event in events:
        if event is None:
            return None
        if not isinstance(event, (ScalarEvent, SequenceStartEvent, MappingStartEvent, AliasEvent)):
            return found
        item = _build(event, events, problems, depth + 1)
        if item is None:
            return None
        found.items.append(item)
    return None


def _map(start: Any, events: Iterator[Any], problems: Problems, depth: int) -> Map | None:
    found = Map(*_place(start))
    for event in events:
        if event is None:
            return None
        if not isinstance(event, (ScalarEvent, SequenceStartEvent, MappingStartEvent, AliasEvent)):
            return found
        key = _build(event, events, problems, depth + 1)
        following = next(events, None)
        value = None if key is None or following is None else _build(following, events, problems, depth + 1)
        if key is None or value is None:
            return None
        if not isinstance(key, Scalar):
            problems.add(key.line, key.column, "a key must be a text", "look at the brackets and indents")
        elif key.text == "<<":
            problems.add(key.line, key.column, "merge keys (<<) are not taken", "write the keys out")
        elif key.text in found.values:
            first = found.keys[key.text]
            what = f"the key {shown(key.text)} was already given on line {first.line}"
            problems.add(key.line, key.column, what, "keep one of them")
        else:
            if isinstance(value, Scalar) and value.absent:
                value.line, value.column = key.line, key.column
            found.values[key.text] = value
            found.keys[key.text] = key
    return None
