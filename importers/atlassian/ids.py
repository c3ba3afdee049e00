"""Identifiers of Atlassian things: how they stand in paths and in node ids, whatever a tenant calls them."""

from typing import Any, TypeGuard
from urllib.parse import quote

from graphscan.printable import printable

LONGEST = 255
ACCOUNT = "atlassian:account:"
# What would read as something else where node ids are read: levels, guards and references.
_ESCAPED = {"::": "%3A%3A", "|": "%7C", "~key": "%7Ekey"}


def is_name(value: Any) -> TypeGuard[str]:
    """Whether a value can name something: a text that is not empty, of bearable length, without control characters."""
    return isinstance(value, str) and len(value.strip()) > 0 and len(value) <= LONGEST and value.isprintable()


def safe(identifier: str) -> str:
    """Return an identifier as it stands in a node id."""
    for old, new in _ESCAPED.items():
        identifier = identifier.replace(old, new)
    return printable(identifier.strip(), LONGEST)


def node_id(prefix: str, name: str, kind: str, identifier: str = "") -> str:
    """Return the id of a node: `jira:acme:user:ada`, or `jira:acme:app`."""
    return f"{prefix}:{name}:{kind}:{safe(identifier)}" if identifier else f"{prefix}:{name}:{kind}"


def account(account_id: str) -> str:
    """Return the node id of a Cloud account, one over all products."""
    return f"{ACCOUNT}{safe(account_id)}"


def quoted(identifier: str) -> str:
    """Return an identifier as one part of a path; a dot alone, which would climb, is escaped as well."""
    return quote(identifier, safe="~") if identifier.strip(".") else identifier.replace(".", "%2E")
