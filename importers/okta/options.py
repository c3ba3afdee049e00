"""The settings of a collection from Okta: their names, flags and variables, and what can be meant by a value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphscan.errors import UsageError
from importers.okta.walk import Factors


@dataclass(frozen=True, slots=True)
class Option:
    """One setting: its flag, its variable, what it may be (in words), and how to read it. `read` raises ValueError."""

    flag: str
    variable: str
    means: str
    read: Callable[[Any], Any]


def checked(name: str, value: Any, where: str) -> Any:
    """Return a setting's value. Raises UsageError, naming where it was given."""
    option = OPTIONS[name]
    try:
        return option.read(value)
    except (ValueError, TypeError):
        raise UsageError(f"{where} {str(value)!r} cannot be meant", f"{name} is {option.means}") from None


# Private functions


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value.strip()


def _texts(value: Any) -> tuple[str, ...]:
    texts = value.replace(",", " ").split() if isinstance(value, str) else list(value)
    if not texts or not all(isinstance(one, str) for one in texts):
        raise ValueError
    return tuple(texts)


def _yes(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    return {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}[_text(value).lower()]


def _yes_or_no(value: Any) -> bool:
    try:
        return _yes(value)
    except KeyError:
        raise ValueError from None


def _in_flight(value: Any) -> int:
    number = int(value)
    if isinstance(value, bool) or not 1 <= number <= 64 or number != float(value):
        raise ValueError
    return number


def _reserve(value: Any) -> float:
    number = float(value)
    if isinstance(value, bool) or not 0 <= number <= 0.9:
        raise ValueError
    return number


OPTIONS: dict[str, Option] = {
    "org_url": Option("--org-url", "GRAPHSCAN_OKTA_URL", "an address such as https://acme.okta.com", _text),
    "name": Option("--name", "GRAPHSCAN_OKTA_NAME", "lower-case letters, digits, `.`, `_` and `-`", _text),
    "token_file": Option("--token-file", "GRAPHSCAN_OKTA_TOKEN_FILE", "a file with an API token", _text),
    "client_id": Option("--client-id", "GRAPHSCAN_OKTA_CLIENT_ID", "a service application's client id", _text),
    "key_file": Option("--key-file", "GRAPHSCAN_OKTA_KEY_FILE", "a file with a private key", _text),
    "key_id": Option("--key-id", "GRAPHSCAN_OKTA_KEY_ID", "the id of a key", _text),
    "scopes": Option("--scopes", "GRAPHSCAN_OKTA_SCOPES", "a list such as okta.users.read okta.groups.read", _texts),
    "dpop": Option("--dpop", "GRAPHSCAN_OKTA_DPOP", "yes or no", _yes_or_no),
    "factors": Option(
        "--factors", "GRAPHSCAN_OKTA_FACTORS", "all, admins or none", lambda value: Factors(_text(value).lower())
    ),
    "in_flight": Option("--in-flight", "GRAPHSCAN_OKTA_IN_FLIGHT", "a number from 1 to 64", _in_flight),
    "reserve": Option("--reserve", "GRAPHSCAN_OKTA_RESERVE", "a share from 0 to 0.9", _reserve),
}
