"""
Permission schemes of Jira: who may do what in every project that uses one.

A scheme is a Project of its own: grants lead to it, and it opens its projects, so that holders are never multiplied by
projects. Only a grant to a project role is the project's own, because each project says who its role is.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from graphscan.model import Node, Observed, Record, Ref, Relation
from importers.atlassian.context import Context, NotARecordError, identifier, object_of, text_of
from importers.atlassian.rights import LEVELS, PROVIDER, contained, permitted

# What permissions come to. Those that are not here read nothing, or need one that is here first.
_LEVELS = {
    "BROWSE_PROJECTS": "read",
    "BROWSE": "read",
    "CREATE_ISSUES": "write",
    "EDIT_ISSUES": "write",
    "ADD_COMMENTS": "write",
    "CREATE_ATTACHMENTS": "write",
    "TRANSITION_ISSUES": "write",
    "DELETE_ISSUES": "write",
    "MOVE_ISSUES": "write",
    "ADMINISTER_PROJECTS": "admin",
    "PROJECT_ADMIN": "admin",
}
# Holders that depend on the issue: somebody, of some issues.
_OF_SOME_ISSUES = frozenset(
    {"reporter", "assignee", "projectLead", "userCustomField", "groupCustomField", "sd.customer.portal.only"}
)


class Schemes:
    """The permission schemes of one instance, and which project uses which."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._by_role: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._seen: set[str] = set()
        self._used: dict[str, str] = {}
        self._open: set[str] = set()  # schemes whose projects everybody reads

    def _reads(self, id_: str, levels: set[str]) -> bool:
        """Whether who holds these sees the issues: to create without browsing is no more than a letter box."""
        return "read" in levels or "admin" in levels or id_ in self._open

    def ids(self) -> list[str]:
        """Return the nodes of the schemes."""
        return [self._context.id("scheme", one) for one in sorted(self._seen)]

    def scheme(self, row: Any, where: str) -> list[Record] | None:
        """Return a scheme with its grants; None where it was said already."""
        context, id_ = self._context, identifier(row)
        if id_ in self._seen:
            return None
        grants = row.get("permissions")
        if not isinstance(grants, list):
            raise NotARecordError("`permissions` is not a list")
        self._seen.add(id_)
        scheme = context.ref("scheme", id_)
        name = text_of(row.get("name")) or id_
        made: list[Record] = [
            Node(scheme.text, "Project", PROVIDER, "permission_scheme", name=name, evidence=context.evidence(where))
        ]
        highest: dict[tuple[str, Observed], set[str]] = defaultdict(set)
        for grant in grants:
            level = _LEVELS.get(text_of(grant.get("permission"))) if isinstance(grant, dict) else None
            if level is None:
                continue
            holder = object_of(grant, "holder")
            kind, parameter = text_of(holder.get("type")), text_of(holder.get("parameter"))
            if kind == "projectRole":
                role = object_of(holder, "projectRole").get("id", parameter)
                self._by_role[id_][str(role)].add(level)
                continue
            found = self._holder(kind, parameter, holder, where)
            if found is not None:
                highest[found].add(level)
        everybody = (context.id("anyone"), context.id("licensed"))
        if any("read" in highest.get((one, Observed.YES), ()) for one in everybody):
            self._open.add(id_)
        for (holder_id, seen), levels in highest.items():
            seen = seen if self._reads(id_, levels) else Observed.POSSIBLE
            made += permitted(context, Ref(holder_id), scheme, _highest(levels), where, seen)
        return made

    def of_project(self, row: Any, where: str, key: str) -> list[Record]:
        """Return that a project uses a scheme."""
        context, id_ = self._context, identifier(row)
        made: list[Record] = []
        if id_ not in self._seen and isinstance(row.get("permissions"), list):
            made += self.scheme(row, where) or []
        self._used[key] = id_
        made += contained(context, context.ref("scheme", id_), context.ref("project", key), where)
        return made

    def records(self, roles: dict[str, set[str]], where: str) -> Iterator[Relation]:
        """
        Yield what a project's scheme gives the project's own roles.

        Args:
            roles: of each project, the roles whose actors were told.
        """
        for key, id_ in self._used.items():
            for role, levels in self._by_role.get(id_, {}).items():
                if role in roles.get(key, ()):
                    holder = self._context.ref("project-role", f"{key}:{role}")
                    project = self._context.ref("project", key)
                    seen = Observed.YES if self._reads(id_, levels) else Observed.POSSIBLE
                    yield from permitted(self._context, holder, project, _highest(levels), where, seen)

    def _holder(self, kind: str, parameter: str, holder: dict[str, Any], where: str) -> tuple[str, Observed] | None:
        """Return who holds a grant; None where it is counted instead."""
        context = self._context
        if kind == "group":
            name = text_of(object_of(holder, "group").get("name")) or parameter
            # A grant to the group of an empty name is one to anyone.
            return context.id("group", name) if name else context.id("anyone"), Observed.YES
        if kind == "user":
            user = object_of(holder, "user")
            return context.id("user", text_of(user.get("key")) or parameter), Observed.YES
        if kind == "anyone":
            return context.id("anyone"), Observed.YES
        if kind == "applicationRole":
            return context.id("licensed"), Observed.YES
        if kind in _OF_SOME_ISSUES:
            # Whoever reported an issue reads it: of which issues, and who, the scheme does not say.
            return context.id("licensed"), Observed.POSSIBLE
        context.doubt(where, f"a holder of an unknown kind, {kind[:40]!r}: taken for any licensed user, possibly")
        return context.id("licensed"), Observed.POSSIBLE


def _highest(levels: set[str]) -> str:
    return max(levels, key=LEVELS.index)
