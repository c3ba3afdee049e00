"""
The configuration file: one section for each organisation or instance, `[okta.NAME]`, `[jira.NAME]` and so on.

    [okta.acme]
    org_url = "https://acme.okta.com"
    client_id = "0oa1…"
    key_file = "keys/acme.pem"      # next to this file, or an absolute path

    [jira.acme]
    url = "https://jira.acme.example"
    token_file = "keys/jira.token"

Who reads one kind of section leaves the others alone. A kind that nobody knows is an error: it may be a misspelt one.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from graphscan.errors import BadFileError, Problem, UsageError
from importers._options import Option, checked

FILE = "graphscan.toml"
KINDS = ("okta", "jira", "confluence", "bitbucket", "atlassian-org")
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


@dataclass(frozen=True, slots=True)
class Sections:
    """
    What sections of one kind may hold.

    Attributes:
        kind:    the first part of their names.
        title:   what each of them is, in the plural.
        options: their settings; `name` is not one, as the section's own name is it.
        secrets: what somebody might write who puts a secret there, with the setting that names a file of it.
    """

    kind: str
    title: str
    options: Mapping[str, Option]
    secrets: Mapping[str, str]

    @property
    def keys(self) -> tuple[str, ...]:
        """The settings that a section may hold."""
        return tuple(name for name in self.options if name != "name")

    def read(self, path: Path) -> dict[str, dict[str, Any]]:
        """
        Return each section's settings by its name.

        Raises:
            BadFileError: it cannot be read, or holds what is no setting.
        """
        text, top = _parsed(path)
        found = top.get(self.kind, {})
        if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
            advice = f"write them below [{self.kind}.NAME]"
            raise _bad(path, "settings stand outside a section", advice, *_where(text, self.kind))
        return {
            name: {key: self._value(path, text, name, key, value) for key, value in one.items()}
            for name, one in found.items()
        }

    def section(self, path: Path, name: str, must: bool) -> tuple[str, dict[str, Any]]:
        """
        Return the name and the settings of one section.

        Args:
            name: of the section; empty: the only one there is.
            must: the file was named by the user, so that a section that is not there is an error.

        Raises:
            BadFileError: it cannot be read, or holds what is no setting.
            UsageError:   it is not said which section, or there is no such section.
        """
        sections = self.read(path)
        if not name and len(sections) > 1:
            raise UsageError(
                f"{str(path)!r} holds {len(sections)} {self.title}: {', '.join(sorted(sections))}",
                f"choose with --name {sorted(sections)[0]}",
            )
        if name and name not in sections and must:
            there = ", ".join(sorted(sections)) or "none"
            raise UsageError(f"{str(path)!r} has no section [{self.kind}.{name}]", f"there is: {there}")
        name = name or next(iter(sections), "")
        return (name, sections[name]) if name in sections else ("", {})

    def _value(self, path: Path, text: str, section: str, key: str, value: Any) -> Any:
        if key not in self.keys:
            near = self.secrets.get(key) or next(iter(get_close_matches(key, self.keys, 1)), "")
            advice = f"did you mean `{near}`?" if near else f"settings are {', '.join(self.keys)}"
            if key in self.secrets:
                advice = f"a secret does not stand in this file: name a file that holds it with `{near}`"
            raise _bad(path, f"`{key}` is no setting", advice, *_where(text, key, self.kind, section))
        try:
            return checked(self.options, key, value, key)
        except UsageError:
            line, column = _where(text, key, self.kind, section)
            raise _bad(path, f"`{key}` cannot be meant", f"it is {self.options[key].means}", line, column) from None


# Private functions


def _parsed(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
        top = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line, column = (int(place[1]), int(place[2])) if place else (0, 0)
        raise _bad(path, f"it is not TOML: {_PLACE.sub('', str(error)).strip()}", "", line, column) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _bad(path, f"it cannot be read: {getattr(error, 'strerror', None) or 'it is not text'}", "") from None
    for key in top:
        if key not in KINDS:
            named = ", ".join(f"[{kind}.NAME]" for kind in KINDS)
            raise _bad(path, f"`{key}` is no setting", f"sections are named {named}", *_where(text, key))
    return text, top


def _where(text: str, key: str, kind: str = "", section: str = "") -> tuple[int, int]:
    """Return line and column of a key's first mention in its section; 0 where it is written in some other way."""
    header = re.compile(rf"""\s*\[\s*["']?{re.escape(kind)}["']?\s*\.\s*["']?{re.escape(section)}["']?\s*\]""")
    inside = not kind
    for number, line in enumerate(text.splitlines(), 1):
        if kind and line.lstrip().startswith("["):
            inside = bool(header.match(line))
            continue
        if inside and re.match(rf"""\s*\[?\s*["']?{re.escape(key)}(?![\w-])""", line):
            return number, 1
    return 0, 0


def _bad(path: Path, what: str, advice: str, line: int = 0, column: int = 0) -> BadFileError:
    return BadFileError([Problem(str(path), line, column, what, advice)])
