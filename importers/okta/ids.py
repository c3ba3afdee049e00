"""Identifiers, dates and texts of Okta records, read tolerantly: unknown is None, never a guess."""

import re
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from graphscan.model import Ref
from importers._records import moment, text_of

__all__ = ["group_of_assignee", "is_okta_id", "link_target", "moment", "node_id", "ref", "text_of"]

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


def is_okta_id(value: Any) -> TypeGuard[str]:
    """Whether a value can be an Okta id; only such are put into paths and node ids."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def node_id(name: str, kind: str, identifier: str = "") -> str:
    """Return the id of a node: `okta:acme:user:00u1`, or `okta:acme:org`."""
    return f"okta:{name}:{kind}:{identifier}" if identifier else f"okta:{name}:{kind}"


def ref(name: str, kind: str, identifier: str = "") -> Ref:
    """Return a reference to a node by its id."""
    return Ref(node_id(name, kind, identifier))


def link_target(value: Any) -> tuple[str, str, str] | None:
    """
    Return what a link of an Okta record names, whatever host it gives.

    `{"href": ".../api/v1/groups/00g1/users"}` is (`groups`, `00g1`, `users`); the last two are empty where absent.
    """
    href = value.get("href") if isinstance(value, dict) else value
    if not isinstance(href, str):
        return None
    try:
        path = urlsplit(href).path
    except ValueError:
        return None
    before, found, rest = path.partition("/api/v1/")
    parts = rest.strip("/").split("/")
    if before or not found or len(parts) > 3 or not all(is_okta_id(part) for part in parts):
        return None
    first, second, third = [*parts, "", ""][:3]
    return first, second, third


def group_of_assignee(role: Any) -> str | None:
    """Return the group through which a user holds a role, or None where the user holds it directly."""
    links = role.get("_links") if isinstance(role, dict) else None
    target = link_target(links.get("assignee")) if isinstance(links, dict) else None
    return target[1] if target is not None and target[0] == "groups" and target[1] else None
