"""
Administrator roles: one RoleAssignment per (holder, role, target set).

What a role reaches comes in later replies than the role itself, so assignments are held back (there are few) and stated
at the end, when it is known whether an empty target list means "the whole organisation" or "could not be read".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphscan.model import Coverage, CoverageState, Node, Observed, Record, Ref, Relation
from importers.okta import endpoints as ends
from importers.okta.context import Context, NotARecordError, identifier, state_of
from importers.okta.ids import group_of_assignee, is_okta_id, link_target, text_of

_KINDS = {
    "users": "user",
    "groups": "group",
    "apps": "app",
    "realms": "realm",
    "devices": "device",
    "idps": "idp",
    "policies": "policy",
    "authorizationServers": "authorization-server",
}
# A target's properties, with `of` saying what of it is meant ("members" of a group, all "users" of the org).
_Target = tuple[Ref, str]
_INSTANCES = "instances"


@dataclass(slots=True)
class _Assignment:
    kind: str
    holder: str
    role: dict[str, Any]
    where: str
    targets: dict[_Target, str] = field(default_factory=dict)


@dataclass(slots=True)
class RoleBook:
    """
    Role assignments of one snapshot, completed by their targets and permissions as those are read.

    Attributes:
        assignments: by (`user`, `group` or `client`, holder, assignment).
        resources:   what each resource set holds.
        permissions: of each custom role.
        instances:   applications by their name in the vendor's catalogue.
    """

    assignments: dict[tuple[str, str, str], _Assignment] = field(default_factory=dict)
    resources: dict[str, dict[_Target, str]] = field(default_factory=dict)
    permissions: dict[str, list[str]] = field(default_factory=dict)
    instances: dict[str, list[str]] = field(default_factory=dict)

    def application(self, record: dict[str, Any]) -> None:
        """Note an application that was listed, by its name in the vendor's catalogue."""
        self.instances.setdefault(text_of(record.get("name")), []).append(record["id"])

    def role(self, record: Any, where: str, kind: str, holder: str) -> bool:
        """
        Take a role that a user or group is listed with; return False where it was seen already.

        One that a user holds by way of a group belongs to that group, whose own list says so too.
        """
        id_ = identifier(record)
        group = group_of_assignee(record)
        if kind == "user" and group is not None:
            kind, holder = "group", group
        if not text_of(record.get("type")):
            raise NotARecordError("the role assignment names no role type")
        if (kind, holder, id_) in self.assignments:
            return False
        self.assignments[kind, holder, id_] = _Assignment(kind, holder, record, where)
        return True

    def target(self, context: Context, record: Any, where: str, kind: str, holder: str, assignment: str) -> None:
        """Take a group or application that a role is limited to."""
        if not isinstance(record, dict):
            raise NotARecordError("the record is not an object")
        if where.endswith("/targets/groups"):
            to, of = context.ref("group", identifier(record)), ""
        elif is_okta_id(record.get("id")):
            to, of = context.ref("app", record["id"]), ""
        elif is_okta_id(record.get("name")):
            # A catalogue entry without an id stands for every instance of that application.
            to, of = context.ref("catalogue", record["name"]), _INSTANCES
        else:
            raise NotARecordError("the target names neither an application nor a kind of application")
        known = self.assignments.get((kind, holder, assignment))
        if known is None:
            raise NotARecordError("a target of a role assignment that was not listed")
        known.targets[to, of] = where

    def resource(self, context: Context, record: Any, where: str, resource_set: str) -> None:
        """Take a member of a resource set: a user, group, application …, all of a kind, or the people in one."""
        targets = self.resources.setdefault(resource_set, {})
        identifier(record)
        links = record.get("_links")
        named = link_target(links.get("self")) if isinstance(links, dict) else None
        if named is None or named[0] not in _KINDS or (named[2] and named[2] != "users"):
            raise NotARecordError("a resource of a resource set that is of a kind not known yet")
        collection, id_, part = named
        if not id_:
            targets[context.ref("org"), collection] = where
        else:
            # A realm is nothing but the people in it.
            people = bool(part) or collection == "realms"
            targets[context.ref(_KINDS[collection], id_), "members" if people else ""] = where

    def permission(self, record: Any, role_id: str) -> None:
        """Take one permission of a custom role."""
        label = text_of(record.get("label")) if isinstance(record, dict) else ""
        if not label:
            raise NotARecordError("a permission without a label")
        conditions = record.get("conditions")
        self.permissions.setdefault(role_id, []).append(f"{label} (with conditions)" if conditions else label)

    def records(self, context: Context, coverage: list[Coverage]) -> Iterator[Record]:
        """Yield every assignment with its holder and scope."""
        unread = {
            row.scope
            for row in coverage
            if row.relation == "SCOPED_TO" and row.state is not CoverageState.COMPLETE and row.scope
        }
        for (kind, holder, id_), one in self.assignments.items():
            yield from self._stated(context, context.ref(f"role:{kind}:{holder}", id_), one, unread)

    def _stated(self, context: Context, node: Ref, one: _Assignment, unread: set[str]) -> Iterator[Record]:
        role, type_ = one.role, text_of(one.role.get("type"))
        evidence = context.evidence(one.where)
        role_id = text_of(role.get("role"))
        properties: dict[str, Any] = {
            "okta_id": text_of(role.get("id")),
            "type": type_,
            "role": role_id,
            "resource_set": text_of(role.get("resource-set")),
            "permissions": sorted(self.permissions.get(role_id, [])),
        }
        yield Node(
            node.text,
            "RoleAssignment",
            "okta",
            type_.lower(),
            text_of(role.get("label")) or type_,
            valid_from=context.date(role, "created", one.where),
            state=state_of(role),
            properties={name: value for name, value in properties.items() if value},
            evidence=evidence,
        )
        yield Relation(
            context.ref(one.kind, one.holder),
            "HAS_ROLE",
            node,
            needs="api",
            properties={"assignment": text_of(role.get("assignmentType")).lower()},
            evidence=evidence,
        )
        targets, everything = self._scope(context, node, one, unread)
        reached: dict[Ref, list[tuple[str, str]]] = {}
        for (to, of), where in targets.items():
            ends_at = [to]
            if of == _INSTANCES:
                key = to.text.rpartition(":")[2]
                ends_at = [context.ref("app", id_) for id_ in self.instances.get(key, ())]
            for end in ends_at:
                reached.setdefault(end, []).append((of, where))
        for end, parts in reached.items():
            # A group and its members are two targets and one relation; `of` says which of the two, or both.
            said = sorted({of or "itself" for of, _ in parts})
            stated = {} if said == ["itself"] else {"of": " and ".join(said)}
            yield Relation(node, "SCOPED_TO", end, properties=stated, evidence=context.evidence(parts[0][1]))
        if everything is not None and context.ref("org") not in reached:
            yield Relation(node, "SCOPED_TO", context.ref("org"), observed=everything, evidence=evidence)

    def _scope(
        self, context: Context, node: Ref, one: _Assignment, unread: set[str]
    ) -> tuple[dict[_Target, str], Observed | None]:
        """Return the targets, and how sure it is that the role is held over the whole org (None: it is not)."""
        type_ = text_of(one.role.get("type"))
        resource_set = one.role.get("resource-set")
        if is_okta_id(resource_set):
            found = self.resources.get(resource_set, {})
            gap = context.id("resource-set", resource_set) in unread
            # A resource set holds what is in it and no more; one that could not be read may hold everything.
            return found, Observed.POSSIBLE if gap else None
        if type_ in ends.ROLES_OF_THE_WHOLE_ORG:
            return {}, Observed.YES
        if type_ in ends.ROLES_WITH_GROUP_TARGETS | ends.ROLES_WITH_APP_TARGETS:
            if one.targets:
                return one.targets, None
            # An empty target list is no limit at all: the role is held over the whole organisation.
            return {}, Observed.POSSIBLE if node.text in unread else Observed.YES
        return one.targets, Observed.POSSIBLE
