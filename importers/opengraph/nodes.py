"""A node of the file as one of ours."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from graphscan.model import Evidence, Key, Node, Version
from importers.opengraph.mapping import ROLES, NodeOf

_DEAD = frozenset({"SUSPENDED", "DEPROVISIONED", "INACTIVE", "DELETED"})
_GROUPS = frozenset({"okta_group", "app_group", "built_in"})
_CREATED = ("created", "created_at", "createdat", "whencreated")
_PREFIX = "opengraph"


def own_id(id_: str, prefix: str = _PREFIX) -> str:
    """Return a node id of ours: the file's own behind a prefix; of one that holds what ids may not, a digest."""
    plain = id_.isprintable() and "::" not in id_ and "|" not in id_ and id_ == id_.strip() and len(id_) <= 300
    digest = hashlib.sha256(id_.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{prefix}:{id_}" if plain else f"{prefix}-digest:{digest[:32]}"


def node_of(id_: str, about: Mapping[str, Any], said: NodeOf, evidence: Evidence) -> Node:
    """Return the node. Raises AttributeError for properties that are none."""
    credential, principal = said.kind == "Credential", said.kind in ("User", "ServiceAccount")
    created = next((at for at in (_moment(about.get(name)) for name in _CREATED) if at), None)
    subtype = said.subtype
    if said.kind == "RoleAssignment":
        subtype = role_of(about, id_)
    elif said.kind == "Group" and str(about.get("type")).lower() in _GROUPS:
        subtype = str(about["type"]).lower()
    permissions = permissions_of(about) if said.kind == "RoleAssignment" else []
    names = (about.get(name) for name in ("displayname", "name", "login", "email"))
    return Node(
        own_id(id_),
        said.kind,
        said.provider,
        subtype,
        name=next((str(name) for name in names if isinstance(name, str) and name), id_),
        valid_from=created if credential else None,
        versions=(Version(created),) if credential and created else (),
        state="disabled" if (credential or principal) and _is_dead(about) else None,
        keys=tuple(
            Key(member, about[member].casefold(), verified=False)
            for member in ("login", "email")
            if said.kind == "User" and isinstance(about.get(member), str) and about[member]
        ),
        properties={"permissions": permissions} if permissions else {},
        evidence=evidence,
    )


def role_of(about: Mapping[str, Any], id_: str) -> str:
    """Return the type of a role as techniques know it; "" where nobody knows it, so that it may be any."""
    for name in ("type", "roletype", "role_type", "role", "name", "displayname"):
        said = about.get(name)
        found = ROLES.get(_word(said)) if isinstance(said, str) else None
        if found:
            return found
    return ROLES.get(_word(id_), "")


def permissions_of(about: Any) -> list[str]:
    """Return the permissions that a custom role says it has."""
    said = about.get("permissions") if isinstance(about, dict) else None
    return sorted({one for one in said if isinstance(one, str) and one}) if isinstance(said, list) else []


# Private functions


def _word(said: str) -> str:
    return said.strip().lower().replace(" ", "_").replace("-", "_").replace("administrator", "admin")


def _is_dead(about: Mapping[str, Any]) -> bool:
    """Whether nothing works with it any more, by its status, or where it has none by being switched off."""
    status = about.get("status")
    return status.upper() in _DEAD if isinstance(status, str) and status else about.get("enabled") is False


def _moment(value: Any) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else datetime.fromtimestamp(value, UTC)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
