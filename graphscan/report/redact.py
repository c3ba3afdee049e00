"""
Names, ids, addresses and file names of a report replaced by pseudonyms.

A pseudonym is a keyed digest (HMAC-SHA-256, RFC 2104) behind the kind of the thing: `user-7f3a09c41b2e`. The key stays
in the store, so that reports of one store name a thing alike, and nobody without the store can try names.

Every string is replaced whole, but for fields known here: words of ours stay; in sentences of ours names are replaced;
what somebody wrote freely is left out. So a new field is redacted until somebody says that it need not be.
"""

import hashlib
import hmac
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

from graphscan.analysis.report_results import ReportResult
from graphscan.analysis.results import NodeView
from graphscan.errors import StoreError
from graphscan.report.redact_rules import FREE, LEFT_OUT, OUR_WORDS, OURS, SENTENCES, SORTS, SPECIAL, kebab
from graphscan.store.verify import REDACTION_KEY

_KEY_BYTES = 32
_DIGITS = 12

# What in a sentence can only be a name: an address, an id in parts, a path, a host, a file.
_NAMELIKE = re.compile(
    r"[\w.+%-]+@[\w.-]+|\w+://\S+|[A-Za-z_][\w-]*(?::[\w@%~./+-]+)+|(?<![\w/])(?:[\w@%~+-]+/)+[\w@%~.+-]+"
    r"|(?:[A-Za-z0-9_-]+\.)+[A-Za-z][\w-]*|(?:\d{1,3}\.){3}\d{1,3}"
)
_QUOTED = re.compile(r"`[^`]*`")
_WORD = re.compile(r"\w+")


def key_of(store: Path) -> bytes:
    """
    Return the store's key for pseudonyms; the first call makes it, readable by its owner alone.

    Raises:
        StoreError: it cannot be made or read, is no key, or others can read it.
    """
    path = store / REDACTION_KEY
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    except OSError as refused:
        raise StoreError(
            f"`{path}` could not be made: {refused.strerror}", "make the store's folder writable"
        ) from None
    else:
        with os.fdopen(handle, "wb") as file:
            file.write(os.urandom(_KEY_BYTES))
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise StoreError(f"`{path}` can be read by others, so pseudonyms hide nothing", f"chmod 600 {path}")
        key = path.read_bytes()
    except OSError as refused:
        raise StoreError(f"`{path}` could not be read: {refused.strerror}", "read it as the store's owner") from None
    if len(key) != _KEY_BYTES:
        raise StoreError(f"`{path}` is damaged", "remove it: pseudonyms are then others than in earlier reports")
    return key


def redact(result: ReportResult, key: bytes, names: Iterable[tuple[str, str]]) -> ReportResult:
    """
    Return a report in which no name, id, address or file name stands.

    Dates, counts, kinds and digests stay.

    Args:
        names: (text, kind of node) of everything that must not stand in a sentence: `analysis.report_names`.
    """
    redactor = _Redactor(key, result, names)
    done: ReportResult = redactor.walk(result)
    return replace(done, redacted=True)


# Private functions


class _Redactor:
    def __init__(self, key: bytes, result: ReportResult, names: Iterable[tuple[str, str]]) -> None:
        self._key = key
        self._made: dict[tuple[str, str], str] = {}
        self._names: set[str] = set()
        self._done: dict[int, tuple[Any, Any]] = {}  # by identity; the original is kept alive beside it
        strings: set[str] = set()
        sentences: list[str] = []
        self._kinds: dict[str, str] = {}
        for owner, field, text in _strings(result):
            if isinstance(owner, NodeView):
                self._kinds.setdefault(text, owner.kind)
            if field in SENTENCES.get(type(owner).__name__, ()):
                sentences.append(text)
            else:
                strings.add(text)
        said = "\n".join(sentences).casefold()
        words = set(_WORD.findall(said))
        inside: dict[str, str] = {text: kind for text, kind in self._kinds.items() if _stands(text, said, words)}
        for text, kind in names:
            if kind and text in strings:
                self._kinds.setdefault(text, kind)
            if text not in inside and _stands(text, said, words):
                inside[text] = kind
        self._inside = {text.casefold(): (text, kind) for text, kind in sorted(inside.items())}
        alike = "|".join(_bounded(text) for text in sorted(self._inside, key=lambda one: (-len(one), one)))
        self._known = re.compile(alike, re.IGNORECASE) if alike else None

    def walk(self, value: Any) -> Any:
        """Return a value with all strings in it redacted."""
        if isinstance(value, tuple):
            return tuple(self.walk(one) for one in value)
        if not is_dataclass(value) or isinstance(value, type):
            return value if not isinstance(value, str) or isinstance(value, Enum) else self._whole(value)
        before = self._done.get(id(value))
        if before is None:
            changes = {field.name: self._field(value, field.name) for field in fields(value)}
            before = self._done[id(value)] = (value, replace(value, **changes))
        return before[1]

    def _field(self, owner: Any, name: str) -> Any:
        value, sort = getattr(owner, name), type(owner).__name__
        if name in OURS.get(sort, ()):
            return value
        if name in SENTENCES.get(sort, ()):
            return tuple(map(self._sentence, value)) if isinstance(value, tuple) else self._sentence(value)
        if name in FREE.get(sort, ()):
            return LEFT_OUT if value else ""
        special = SPECIAL.get((sort, name))
        if special is not None:
            return special(self._whole, owner, value)
        return self._named(value, SORTS.get((sort, name), ""))

    def _named(self, value: Any, sort: str) -> Any:
        if isinstance(value, str) and not isinstance(value, Enum):
            return self._whole(value, sort)
        if sort and isinstance(value, tuple):
            return tuple(self._named(one, sort) for one in value)
        return self.walk(value)

    def _whole(self, text: str, sort: str = "") -> str:
        """Return the pseudonym of a text; nothing stays nothing."""
        if not text:
            return ""
        word = sort or kebab(self._kinds.get(text, ""))
        made = self._made.get((word, text))
        if made is None:
            digest = hmac.new(self._key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
            made = self._made[word, text] = f"{word}-{digest[:_DIGITS]}"
            self._names.add(made)
        return made

    def _sentence(self, text: str) -> str:
        shown = _QUOTED.sub(lambda found: self._quoted(found[0][1:-1]), text)
        if self._known is not None:
            shown = self._known.sub(lambda found: self._inner(found[0]), shown)
        return _NAMELIKE.sub(lambda found: self._outer(found[0]), shown)

    def _quoted(self, found: str) -> str:
        ours = OUR_WORDS.issuperset(_WORD.findall(found.casefold()))
        return f"`{found}`" if ours else self._whole(found)

    def _inner(self, found: str) -> str:
        text, kind = self._inside[found.casefold()]
        return self._whole(text, kebab(kind))

    def _outer(self, found: str) -> str:
        return found if found in self._names else self._whole(found)


def _strings(value: Any) -> Iterator[tuple[Any, str, str]]:
    """Yield (dataclass, field, text) of each string in a report, each dataclass once."""
    seen: set[int] = set()
    waiting: list[tuple[Any, str, Any]] = [(None, "", value)]
    while waiting:
        owner, name, one = waiting.pop()
        if isinstance(one, tuple):
            waiting += [(owner, name, part) for part in one]
        elif isinstance(one, str):
            if not isinstance(one, Enum) and one:
                yield owner, name, one
        elif is_dataclass(one) and id(one) not in seen:
            seen.add(id(one))
            waiting += [(one, field.name, getattr(one, field.name)) for field in fields(one)]


def _stands(text: str, said: str, words: set[str]) -> bool:
    """Whether a text that is no word of ours stands in sentences, which are casefolded; `words` are theirs."""
    folded = text.casefold()
    parts = _WORD.findall(folded)
    if len(text) < 2 or folded.isdigit() or (parts and OUR_WORDS.issuperset(parts)):
        return False
    return (not parts or parts[0] in words) and folded in said


def _bounded(text: str) -> str:
    before = r"(?<!\w)" if text[:1].isalnum() else ""
    behind = r"(?!\w)" if text[-1:].isalnum() else ""
    return f"{before}{re.escape(text)}{behind}"
