"""
Map what OpenHound's Okta collector writes onto our kinds; all else is counted and named.

Source: the extension schema of openhound-okta 0.12 and BloodHound's pages on its edges. Its edges from an administrator
to each thing he administers are left out where a role assignment says the same: graphscan derives them itself.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphscan.model import (
    Coverage,
    CoverageState,
    Evidence,
    EvidenceKind,
    Key,
    Node,
    NotUnderstood,
    Record,
    Ref,
    Relation,
    SourceInfo,
    Version,
)

# Node kind → (ours, subtype, provider).
NODES: dict[str, tuple[str, str, str]] = {
    "Okta_Organization": ("Application", "org", "okta"),
    "Okta_User": ("User", "user", "okta"),
    "Okta_Group": ("Group", "group", "okta"),
    "Okta_Device": ("Device", "device", "okta"),
    "Okta_Application": ("Application", "app", "okta"),
    "Okta_ApiServiceIntegration": ("Application", "api_service_integration", "okta"),
    "Okta_RoleAssignment": ("RoleAssignment", "", "okta"),
    "Okta_ResourceSet": ("Scope", "resource_set", "okta"),
    "Okta_ApiToken": ("Credential", "api_token", "okta"),
    "Okta_ClientSecret": ("Credential", "client_secret", "okta"),
    "Okta_JWK": ("Credential", "signing_key", "okta"),
    "Okta_IdentityProvider": ("Application", "idp", "okta"),
    "Okta_AuthorizationServer": ("Application", "authorization_server", "okta"),
    "Okta_Policy": ("Policy", "policy", "okta"),
    "GH_User": ("User", "user", "github"),
    "GH_Organization": ("Application", "org", "github"),
    "AZUser": ("User", "user", "azure"),
    "AZTenant": ("Application", "tenant", "azure"),
    "SNOW_User": ("User", "user", "snowflake"),
    "SNOW_Account": ("Application", "account", "snowflake"),
    "OP_User": ("User", "user", "onepassword"),
    "OP_Account": ("Application", "account", "onepassword"),
    "jamf_Account": ("User", "account", "jamf"),
}

# Edge kind → (our relation, whether its ends change places, needs, gives).
EDGES: dict[str, tuple[str, bool, str | None, str | None]] = {
    "Okta_MemberOf": ("MEMBER_OF", False, None, None),
    "Okta_ApiTokenFor": ("HAS_CREDENTIAL", True, "held", "api"),
    "Okta_SecretOf": ("GRANTS", False, "held", "login"),
    "Okta_KeyOf": ("GRANTS", False, "held", "login"),
    "Okta_AppAssignment": ("ASSIGNED_TO", False, None, None),
    "Okta_HasRoleAssignment": ("HAS_ROLE", False, None, None),
    "Okta_ScopedTo": ("SCOPED_TO", False, None, None),
    "Okta_ResourceSetContains": ("SCOPED_TO", False, None, None),
    "Okta_PolicyMapping": ("APPLIES_TO", False, None, None),
    "Okta_DeviceOf": ("HELD_BY", False, None, None),
    "Okta_OutboundSSO": ("SIGNS_IN_AS", False, None, None),
    "Okta_UserSync": ("SAME_PERSON", False, None, None),
}

# Edges that say what role assignments say already, one for each pair.
DERIVED = frozenset(
    f"Okta_{one}"
    for one in (
        *("HasRole", "SuperAdmin", "OrgAdmin", "GroupAdmin", "GroupMembershipAdmin", "HelpDeskAdmin", "AppAdmin"),
        *("MobileAdmin", "ResetPassword", "ResetFactors", "AddMember", "ManageApp", "ReadClientSecret"),
        *("ResourceSetContainsMembersOf", "ResourceSetContainsIndirect"),
    )
)
# An organization's accounts are those it contains.
_CONTAINS = "Okta_Contains"
_WHERE = "an OpenGraph file does not say what its collector could not read"


def read(nodes: list[Any], edges: list[Any], name: str, file: Path) -> tuple[SourceInfo, Iterator[Record]]:
    """
    Return the source `opengraph:NAME` and its records.

    Args:
        nodes, edges: as they stand in the file.
        file:         where they come from, for evidence; its date is when they were read from the vendor.
    """
    at = datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(microsecond=0)
    info = SourceInfo(f"opengraph:{name}", "opengraph", at, complete=False)
    return info, _Reading(at, file.name).records(nodes, edges)


# Private functions


class _Reading:
    def __init__(self, at: datetime, file: str) -> None:
        self._evidence = Evidence(EvidenceKind.CONFIG, file, at)
        self._at = at
        self._kinds: dict[str, str] = {}
        self._matched: dict[tuple[str, str], set[str]] = {}
        self._left: dict[tuple[str, str], int] = {}

    def records(self, nodes: list[Any], edges: list[Any]) -> Iterator[Record]:
        for one in nodes:
            yield from self._taken("node", one, self._node)
        for one in edges:
            yield from self._taken("edge", one, self._edge)
        for relation in sorted({relation for relation, *_ in EDGES.values()}):
            yield Coverage(relation, CoverageState.PARTIAL, at=self._at, error=_WHERE)
        for (where, reason), count in sorted(self._left.items()):
            yield NotUnderstood(where, reason, count)

    def _taken(self, what: str, one: Any, take: Callable[[Mapping[str, Any]], Iterable[Record]]) -> Iterator[Record]:
        if not isinstance(one, dict):
            self._leave(what, "is no object")
            return
        try:
            yield from take(one)
        except (KeyError, TypeError, ValueError, AttributeError):
            kind = one.get("kind") or one.get("kinds")
            self._leave(f"{what} {str(kind)[:60]}", "is not written as the format says")

    def _leave(self, where: str, reason: str) -> None:
        self._left[where, reason] = self._left.get((where, reason), 0) + 1

    def _node(self, one: Mapping[str, Any]) -> Iterator[Record]:
        said = next((NODES[kind] for kind in one["kinds"] if kind in NODES), None)
        if said is None:
            self._leave(f"node {', '.join(str(kind)[:60] for kind in one['kinds'][:1])}", "a kind that is not mapped")
            return
        kind, subtype, provider = said
        id_, about = _text(one["id"]), one.get("properties") or {}
        self._kinds[id_] = kind
        for key in ("login", "email", "name", "objectid"):
            if isinstance(about.get(key), str):
                self._matched.setdefault((key, about[key].casefold()), set()).add(id_)
        created = _moment(about.get("created") or about.get("created_at") or about.get("whencreated"))
        status = about.get("status")
        role = about.get("type") or about.get("role")
        yield Node(
            _id(id_),
            kind,
            provider,
            str(role).lower() if kind == "RoleAssignment" and role else subtype,
            name=str(about.get("displayname") or about.get("name") or id_),
            valid_from=created if kind == "Credential" else None,
            versions=(Version(created),) if kind == "Credential" and created else (),
            state="disabled" if _is_dead(about, status) else None,
            keys=tuple(
                Key(type_, about[member].casefold(), verified=False)
                for type_, member in (("login", "login"), ("email", "email"))
                if isinstance(about.get(member), str) and kind == "User"
            ),
            evidence=self._evidence,
        )

    def _edge(self, one: Mapping[str, Any]) -> Iterator[Record]:
        kind = _text(one["kind"])
        if kind in DERIVED:
            self._leave(f"edge {kind}", "graphscan derives it from role assignments")
            return
        if kind not in EDGES and kind != _CONTAINS:
            self._leave(f"edge {kind[:60]}", "a kind that is not mapped")
            return
        start, end = self._end(one["start"]), self._end(one["end"])
        if start is None or end is None:
            self._leave(f"edge {kind}", "an end that names no node of the file, or several")
            return
        if kind == _CONTAINS:
            if self._kinds.get(end) == "User":
                yield Relation(Ref(_id(end)), "ACCOUNT_OF", Ref(_id(start)), evidence=self._evidence)
            return
        relation, turned, needs, gives = EDGES[kind]
        source, target = (end, start) if turned else (start, end)
        yield Relation(Ref(_id(source)), relation, Ref(_id(target)), needs, gives, evidence=self._evidence)

    def _end(self, said: Mapping[str, Any]) -> str | None:
        """Return the id of an endpoint; of one that is told by properties only where one node alone has them."""
        how = said.get("match_by", "id")
        if how == "id":
            value = _text(said["value"])
            return value if value in self._kinds else None
        wanted = (
            [("name", _text(said["value"]))]
            if how == "name"
            else [(_text(one["key"]), str(one["value"])) for one in said["property_matchers"]]
        )
        found = [self._matched.get((key, value.casefold()), set()) for key, value in wanted]
        both = set.intersection(*found) if found else set()
        return next(iter(both)) if len(both) == 1 else None


def _id(id_: str) -> str:
    """Return a node id of ours: the file's own behind a prefix, one that holds what ids may not as a digest."""
    plain = id_.isprintable() and "::" not in id_ and "|" not in id_ and id_ == id_.strip()
    digest = hashlib.sha256(id_.encode("utf-8", "surrogatepass")).hexdigest()
    return f"opengraph:{id_ if plain else digest[:32]}"


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(value)
    return value


def _is_dead(about: Mapping[str, Any], status: Any) -> bool:
    said = about.get("enabled")
    return said is False or (isinstance(status, str) and status.upper() in ("SUSPENDED", "DEPROVISIONED", "INACTIVE"))


def _moment(value: Any) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
