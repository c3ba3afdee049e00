"""
The configuration file: one section for each organisation, `[okta.NAME]`.

    [okta.acme]
    org_url = "https://acme.okta.com"
    client_id = "0oa1…"
    key_file = "keys/acme.pem"      # next to this file, or an absolute path
"""

import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from graphscan.errors import BadFileError, Problem, UsageError
from importers.okta.options import OPTIONS, checked

FILE = "graphscan.toml"
_KEYS = tuple(name for name in OPTIONS if name != "name")  # the section's own name is the name
_SECRETS = {"token": "token_file", "api_token": "token_file", "private_key": "key_file", "key": "key_file"}
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


def section(path: Path, name: str, must: bool) -> tuple[str, dict[str, Any]]:
    """
    Return the name and the settings of one organisation's section.

    Args:
        name: of the section; empty: the only one there is.
        must: the file was named by the user, so that a section that is not there is an error.

    Raises:
        BadFileError: it cannot be read, or holds what is no setting.
        UsageError:   it is not said which section, or there is no such section.
    """
    sections = _sections(path)
    if not name and len(sections) > 1:
        raise UsageError(
            f"{str(path)!r} holds {len(sections)} organizations", f"choose with --name {sorted(sections)[0]}"
        )
    if name and name not in sections and must:
        there = ", ".join(sorted(sections)) or "none"
        raise UsageError(f"{str(path)!r} has no section [okta.{name}]", f"there is: {there}")
    name = name or next(iter(sections), "")
    return (name, sections[name]) if name in sections else ("", {})


# Private functions


def _sections(path: Path) -> dict[str, dict[str, Any]]:
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
        if key != "okta":
            raise _bad(path, f"`{key}` is no setting", "sections are named [okta.NAME]", *_where(text, key))
    found = top.get("okta", {})
    if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
        raise _bad(path, "settings stand outside a section", "write them below [okta.NAME]", *_where(text, "okta"))
    return {name: {key: _value(path, text, key, value) for key, value in one.items()} for name, one in found.items()}


def _value(path: Path, text: str, key: str, value: Any) -> Any:
    if key not in _KEYS:
        near = _SECRETS.get(key) or next(iter(get_close_matches(key, _KEYS, 1)), "")
        advice = f"did you mean `{near}`?" if near else f"settings are {', '.join(_KEYS)}"
        if key in _SECRETS:
            advice = f"a secret does not stand in this file: name a file that holds it with `{near}`"
        raise _bad(path, f"`{key}` is no setting", advice, *_where(text, key))
    try:
        return checked(key, value, key)
    except UsageError:
        line, column = _where(text, key)
        raise _bad(path, f"`{key}` cannot be meant", f"it is {OPTIONS[key].means}", line, column) from None


def _where(text: str, key: str) -> tuple[int, int]:
    """Return line and column of a key's first mention; 0 where it is written in some other way."""
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(rf"""\s*\[?\s*["']?{re.escape(key)}\b""", line)
        if found:
            return number, 1
    return 0, 0


def _bad(path: Path, what: str, advice: str, line: int = 0, column: int = 0) -> BadFileError:
    return BadFileError([Problem(str(path), line, column, what, advice)])
