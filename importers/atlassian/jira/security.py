"""
Issue security: who, of those that read a project, sees issues at a level.

A security scheme belongs to several projects and has levels. A level has two nodes: a Group of whom it lets in, and a
Tracker of the issues at it. The group opens the tracker for whoever, besides, reads one of the projects that use the
scheme. The scheme is a node between projects and levels, so that neither multiplies the other. Issues without a level
are the project's own tracker.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from graphscan.model import READ_WHOLE, Coverage, CoverageState, Node, Observed, Record, Ref, Relation
from importers.atlassian.context import Context
from importers.atlassian.jira.holders import Holders, role_of
from importers.atlassian.jira.roles import Roles
from importers.atlassian.rights import NEEDS, PROVIDER, contained, reachable

_UNREAD = "unread"  # instead of a scheme's id


class Security:
    """The security schemes of one instance, their levels, and which project uses which."""

    def __init__(self, context: Context, holders: Holders, roles: Roles) -> None:
        self._context = context
        self._holders = holders
        self._roles = roles
        self._names: dict[str, str] = {}  # of schemes
        self._scheme_of: dict[str, str] = {}  # of levels
        self._by_role: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._let_in: dict[tuple[str, str], tuple[Observed, str]] = {}  # of (node, level): how, and where it is told
        self._used: dict[str, str] = {}  # of projects, the scheme
        self._unread = False

    def ids(self) -> list[str]:
        """Return the nodes of the schemes."""
        return [self._scheme(one).text for one in [*self._schemes(), *([_UNREAD] if self._unread else [])]]

    def scheme(self, id_: str, name: str) -> None:
        """Take note of a scheme's name."""
        self._names[id_] = name

    def of_project(self, key: str, scheme: str) -> None:
        """Take note that a project uses a scheme."""
        self._used[key] = scheme

    def level(self, id_: str, scheme: str, name: str, where: str) -> list[Record] | None:
        """Return a level, whose members are told apart; None where it was said already."""
        if id_ in self._scheme_of:
            return None
        self._scheme_of[id_] = scheme
        context, said = self._context, self._context.evidence(where)
        issues, members = self._issues(id_), self._members(id_)
        called = name or id_
        return [
            Node(issues.text, "Tracker", PROVIDER, "security_level", name=f"Issues at {called}", evidence=said),
            Node(members.text, "Group", PROVIDER, "security_level", name=f"Who sees {called}", evidence=said),
            *(
                Relation(
                    members,
                    "ASSIGNED_TO",
                    issues,
                    NEEDS[level],
                    level,
                    (reachable(context), (self._scheme(scheme), level)),
                    evidence=said,
                )
                for level in ("read", "write")
            ),
            # Whoever administers Jira lets himself in at any level.
            Relation(context.ref("app"), "CONTAINS", issues, "admin", "write", evidence=said),
        ]

    def holder(self, level: str, holder: dict[str, object], where: str) -> None:
        """Take note of who is let in at a level."""
        role = role_of(holder)
        if level not in self._scheme_of:
            self._context.doubt(where, "somebody is let in at a level that is not listed: it was left out")
        elif role:
            self._by_role[self._scheme_of[level]][role].append(level)
        else:
            for who, seen in self._holders.of(holder, where):
                before = self._let_in.get((who, level))
                # What is sure is not possible besides.
                if before is None or before[0] is not Observed.YES:
                    self._let_in[who, level] = (seen, where)

    def records(self, where: str, unknown: Iterable[str] = ()) -> Iterator[Record]:
        """
        Yield schemes between their projects and levels, and the roles that levels let in.

        Args:
            unknown: keys of projects of which the scheme could not be read: each is possible.
        """
        context, said = self._context, self._context.evidence(where)
        schemes = self._schemes()
        for scheme in schemes:
            name = self._names.get(scheme) or f"Issue security scheme {scheme}"
            yield Node(
                self._scheme(scheme).text, "Project", PROVIDER, "issue_security_scheme", name=name, evidence=said
            )
        for key, scheme in self._used.items():
            yield from contained(context, context.ref("project", key), self._scheme(scheme), where)
        for (who, level), (seen, page) in self._let_in.items():
            stated = context.evidence(page)
            yield Relation(Ref(who), "MEMBER_OF", self._members(level), observed=seen, evidence=stated)
        for scheme, roles in self._by_role.items():
            yield from self._actors(scheme, roles, where)
        untold = [key for key in unknown if key not in self._used]
        if schemes and untold:
            yield from self._any(schemes, untold, where)

    def untold(self, where: str, why: str) -> Iterator[Coverage]:
        """Yield that nothing tells who is let in at each level."""
        at = self._context.at
        for id_ in self._scheme_of:
            yield Coverage("MEMBER_OF", CoverageState.UNAVAILABLE, self._members(id_).text, where, at, error=why)
        if self._scheme_of:
            # Nor, then, all that somebody belongs to.
            yield Coverage("MEMBER_OF", CoverageState.PARTIAL, "", where, at, error=READ_WHOLE)

    # Private functions

    def _actors(self, scheme: str, roles: dict[str, list[str]], where: str) -> Iterator[Record]:
        """A role lets in its actors of any project of the scheme, through one group for all levels and projects."""
        context, said = self._context, self._context.evidence(where)
        keys = [key for key, used in self._used.items() if used == scheme]
        for role, levels in roles.items():
            hub = context.ref("security-role", f"{scheme}:{role}")
            name = f"Role {role} of projects with issue security scheme {scheme}"
            yield Node(hub.text, "Group", PROVIDER, "project_role", name=name, evidence=said)
            for key in keys:
                yield from self._roles.state(key, role, where)
                yield Relation(self._roles.ref(key, role), "MEMBER_OF", hub, evidence=said)
            for level in dict.fromkeys(levels):
                yield Relation(hub, "MEMBER_OF", self._members(level), evidence=said)
        for level in dict.fromkeys(one for levels in roles.values() for one in levels):
            # Whoever administers a project says who its roles are.
            yield Relation(self._scheme(scheme), "CONTAINS", self._issues(level), "admin", "write", evidence=said)

    def _any(self, schemes: list[str], keys: list[str], where: str) -> Iterator[Record]:
        """Each of these projects may use any of the schemes."""
        context, said = self._context, self._context.evidence(where)
        some, self._unread = self._scheme(_UNREAD), True
        name = "Whichever issue security scheme it is"
        yield Node(some.text, "Project", PROVIDER, "issue_security_scheme", name=name, evidence=said)
        pairs = [(context.ref("project", key), some) for key in keys]
        pairs += [(some, self._scheme(scheme)) for scheme in schemes]
        for outer, inner in pairs:
            for level in ("read", "write", "admin"):
                yield Relation(outer, "CONTAINS", inner, level, level, observed=Observed.POSSIBLE, evidence=said)

    def _schemes(self) -> list[str]:
        return sorted({*self._names, *self._scheme_of.values(), *self._used.values()})

    def _scheme(self, id_: str) -> Ref:
        return self._context.ref("security-scheme", id_)

    def _issues(self, id_: str) -> Ref:
        return self._context.ref("security-level", id_)

    def _members(self, id_: str) -> Ref:
        return self._context.ref("security-level-members", id_)
