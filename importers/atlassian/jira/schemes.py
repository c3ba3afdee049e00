"""
Permission schemes of Jira: who may do what in every project that uses one.

A scheme is a Project of its own: grants lead to it, and it opens its projects, so that holders are never multiplied by
projects. Only a grant to a project role is the project's own, because each project says who its role is.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from graphscan.model import Node, Observed, Record, Ref
from importers.atlassian.context import Context, NotARecordError, identifier, object_of, text_of
from importers.atlassian.jira.holders import Holders, role_of
from importers.atlassian.jira.roles import Roles
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


class Schemes:
    """The permission schemes of one instance, and which project uses which."""

    def __init__(self, context: Context, holders: Holders, roles: Roles) -> None:
        self._context = context
        self._holders = holders
        self._roles = roles
        self._by_role: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._seen: set[str] = set()
        self._used: dict[str, str] = {}
        self._open: set[str] = set()  # schemes whose projects everybody reads

    def _reads(self, id_: str, levels: set[str]) -> bool:
        """Whether who holds these sees the issues: to create without browsing is no more than a letter box."""
        return "read" in levels or "admin" in levels or id_ in self._open

    def ids(self) -> list[str]:
        """Return the nodes of the schemes."""
        return [self._context.id("scheme", one) for one in sorted(self._seen | set(self._used.values()))]

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
            role = role_of(holder)
            if role:
                self._by_role[id_][role].add(level)
                continue
            for found in self._holders.of(holder, where):
                highest[found].add(level)
        everybody = self._holders.everybody
        if any("read" in highest.get((one, Observed.YES), ()) for one in everybody):
            self._open.add(id_)
        surely: dict[str, set[str | None]] = defaultdict(set)
        for (holder_id, seen), levels in sorted(highest.items(), key=lambda one: one[0][1] is not Observed.YES):
            seen = seen if self._reads(id_, levels) else Observed.POSSIBLE
            for right in permitted(context, Ref(holder_id), scheme, _highest(levels), where, seen):
                # What is sure is not possible besides: one relation is stated once.
                if right.gives not in surely[holder_id]:
                    made.append(right)
                if seen is Observed.YES:
                    surely[holder_id].add(right.gives)
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

    def records(self, where: str) -> Iterator[Record]:
        """Yield what a project's scheme gives the project's own roles, and schemes that nothing described."""
        context = self._context
        for id_ in sorted(set(self._used.values()) - self._seen):
            said, name = context.evidence(where), f"Scheme {id_}"
            yield Node(context.id("scheme", id_), "Project", PROVIDER, "permission_scheme", name=name, evidence=said)
        for key, id_ in self._used.items():
            for role, levels in self._by_role.get(id_, {}).items():
                yield from self._roles.state(key, role, where)
                project, seen = context.ref("project", key), Observed.YES
                seen = seen if self._reads(id_, levels) else Observed.POSSIBLE
                yield from permitted(context, self._roles.ref(key, role), project, _highest(levels), where, seen)


def _highest(levels: set[str]) -> str:
    return max(levels, key=LEVELS.index)
